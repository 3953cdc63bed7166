//! Organizations for the log that lies here.

use domain::account::Role;
use domain::actor::Actor;
use domain::say::{Language, Say};
use service::person_names::PersonNames;
use service::request::{CommandRequest, prepare};
use service::system_clock;
use service::trial::Trial;
use simulator::office_files::headed_table::CellProblem;
use simulator::office_files::organizations::plan::OrganizationCommand;

use crate::commands::import_places::record as record_all;
use crate::commands::office_files::tell_problems;
use crate::exit::Failure;
use crate::local::{Held, runtime};
use crate::refusal::Refusal;

/// The rule that refuses every local command on a real log: once said is enough.
const LOCAL_RULE: &str = "local-commands";

/// Tries every command that is not on the log yet; gives back those, or tells the cells that would be refused.
pub fn tried(
    held: &Held,
    commands: &[OrganizationCommand],
    problem: &dyn Fn(&OrganizationCommand, &str, Say) -> CellProblem,
    language: Language,
) -> Result<Vec<CommandRequest>, Failure> {
    let mut names = PersonNames::default();
    names.follow(&held.state().persons, &*held.stores.control)?;
    let policy = held.stores.policy.clone();
    let mut trial = Trial::new(held.state().clone(), policy, names.into(), system_clock());
    let (mut requests, mut problems) = (Vec::new(), Vec::new());
    for command in commands {
        if held.folded_state.index.first_position(command.id).is_some() {
            continue;
        }
        // Figures stand on the township's word: on a simulated log whoever decides on them is somebody else.
        let id = if command.name == "update-organization" { "local:township" } else { "local:county" };
        let request = CommandRequest {
            id: command.id,
            name: command.name.to_owned(),
            body: command.body.clone(),
            actor: Actor { id: id.to_owned(), role: Role::Local, scope: held.stores.city.clone() },
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
        problems.push(problem(command, &refusal.rule, Say::of(refusal.chinese, refusal.english)));
        if refusal.rule == LOCAL_RULE {
            break;
        }
    }
    tell_problems(&problems, 0, language)?;
    Ok(requests)
}

/// Records what was tried.
pub fn record(held: &Held, requests: Vec<CommandRequest>, language: Language) -> Result<(), Failure> {
    runtime()?.block_on(record_all(held, requests, ("登记党组织", "registering organizations"), language))
}
