//! Changes of places on the log that lies here.

use domain::account::Role;
use domain::actor::Actor;
use domain::date::Date;
use domain::say::Language;
use projections::{Moment, replay};
use service::person_names::PersonNames;
use service::request::{CommandRequest, prepare};
use service::system_clock;
use service::trial::Trial;
use simulator::place_changes::Known;
use simulator::place_changes::plan::PlannedCommand;
use simulator::places_file::LineProblem;

use crate::exit::Failure;
use crate::local::{Held, runtime};
use crate::refusal::Refusal;

/// The rule that refuses every local command on a real log: once said is enough.
const LOCAL_RULE: &str = "local-commands";

/// The places that were known at a position to be there on a day.
pub fn known(held: &Held, on: Date, at: u64) -> Result<Vec<Known>, Failure> {
    let last = held.state().last_position;
    if at > last {
        return Err(Failure::usage(
            format!("文件对比时日志在位置 {at}，本日志只到 {last}：文件属于另一日志"),
            format!(
                "the file was compared at position {at}, this log ends at {last}: the file is of another log"
            ),
        ));
    }
    let moment = Moment { as_of: Some(on), at: Some(at), known_at: None };
    let views = replay(&*held.stores.log, held.stores.city.clone(), moment)?;
    let there = views.places().filter(|place| place.exists_on(on));
    let known = there.map(|place| Known {
        id: place.id,
        code: place.code.clone(),
        name: place.name.clone(),
        parent: place.parent.as_ref().map(|above| above.code.clone()),
    });
    Ok(known.collect())
}

/// Tries every command that is not on the log yet; gives back those, or the lines that would be refused.
pub fn tried(
    held: &Held,
    commands: Vec<PlannedCommand>,
) -> Result<Result<Vec<CommandRequest>, Vec<LineProblem>>, Failure> {
    let mut names = PersonNames::default();
    names.follow(&held.state().persons, &*held.stores.control)?;
    let policy = held.stores.policy.clone();
    let mut trial = Trial::new(held.state().clone(), policy, names.into(), system_clock());
    let (mut requests, mut problems) = (Vec::new(), Vec::new());
    for command in commands {
        if held.folded_state.index.first_position(command.id).is_some() {
            continue;
        }
        let line = command.line;
        let request = CommandRequest {
            id: command.id,
            name: command.name.to_owned(),
            body: command.body,
            actor: Actor {
                id: "local:county".to_owned(),
                role: Role::Local,
                scope: held.stores.city.clone(),
            },
            if_match: None,
            traceparent: None,
        };
        let refusal = match prepare(request.clone()) {
            Err(error) => Some(Refusal::of_shape(&request.name, error)?),
            Ok(prepared) => {
                let refused = trial.decide(&prepared).err();
                refused.map(|rejection| Refusal::of_rule(&rejection, trial.policy()))
            }
        };
        let Some(refusal) = refusal else {
            requests.push(request);
            continue;
        };
        let is_hopeless = refusal.rule == LOCAL_RULE;
        problems.push(LineProblem { line, column: "-", chinese: refusal.chinese, english: refusal.english });
        if is_hopeless {
            break;
        }
    }
    Ok(if problems.is_empty() { Ok(requests) } else { Err(problems) })
}

/// Records what was tried.
pub fn record(held: &Held, requests: Vec<CommandRequest>, language: Language) -> Result<(), Failure> {
    runtime()?.block_on(super::record(held, requests, super::REGISTERING, language))
}
