//! A ledger on the log that lies here: proposed always, recorded where local commands may be.

use domain::account::Role;
use domain::actor::Actor;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use ledger::{LedgerError, Problem};
use service::ledgers::{self, LedgerFailure, summary};
use service::person_names::PersonNames;
use service::system_clock;
use service::trial::Trial;

use super::{Done, Proposed, aliases_of, tell};
use crate::exit::Failure;
use crate::local::{Held, runtime};

/// The rule that refuses local commands on a real log: once said is enough.
const LOCAL_RULE: &str = "local-commands";

pub(super) fn propose(
    held: &Held,
    county: &PlaceCode,
    bytes: &[u8],
    aliases: &[(String, String)],
    language: Language,
) -> Result<Proposed, Failure> {
    let aliases = aliases_of(aliases, language)?;
    let today = system_clock().day();
    let proposal = ledgers::propose(held.state(), &*held.stores.control, county, today, (bytes, aliases));
    let proposal = proposal.map_err(|failure| failed(failure, language))?;
    let workbook = ledger::write(&proposal, language).map_err(Failure::internal)?;
    let said = summary(&proposal).iter().map(|line| line.in_language(language).to_owned()).collect();
    Ok(Proposed { workbook, said })
}

pub(super) fn accept(
    held: &Held,
    county: &PlaceCode,
    bytes: &[u8],
    is_commit: bool,
    language: Language,
) -> Result<Done, Failure> {
    let mut names = PersonNames::default();
    names.follow(&held.state().persons, &*held.stores.control)?;
    let trial = Trial::new(held.state().clone(), held.stores.policy.clone(), names.into(), system_clock());
    let city = held.stores.city.clone();
    let actor = if held.state().simulated == Some(true) {
        Actor { id: "local:county_officer".to_owned(), role: Role::CountyOfficer, scope: city }
    } else {
        Actor { id: "local:county".to_owned(), role: Role::Local, scope: city }
    };
    let planned = ledgers::plan(held.state(), &*held.stores.control, trial, (county, actor), (bytes, &[]));
    let accepting = planned.map_err(|failure| failed(failure, language))?;
    let (joint_branches, left_out) = (accepting.joint_branches, accepting.left_out);
    let registered = runtime()?.block_on(async {
        let submissions = held.start();
        let registered = accepting.record(&submissions, is_commit).await;
        held.stop(&submissions).await;
        registered
    });
    let registered = registered.map_err(|failure| failed(failure, language))?;
    Ok(Done { recorded: registered.recorded, there: registered.there, joint_branches, left_out })
}

fn failed(failure: LedgerFailure, language: Language) -> Failure {
    match failure {
        LedgerFailure::Ledger(LedgerError::Cells { problems }) => tell(&once(problems), 0, language),
        LedgerFailure::Ledger(error) => error.into(),
        LedgerFailure::Log(error) => error.into(),
        LedgerFailure::Submit { cell, recorded, error } => {
            let Say { zh, en } = error.say();
            let status = Failure::from(*error).status();
            Failure::Ended {
                status,
                message: Say::of(
                    format!("{cell}：{zh}；此前 {recorded} 条已记录，处理后用同一文件重新运行即可接续"),
                    format!(
                        "{cell}: {en}; {recorded} commands before it are recorded, run it again with the same file to go on"
                    ),
                ),
            }
        }
    }
}

/// That a real log takes no local commands is true of every row.
fn once(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.iter().any(|problem| problem.rule == LOCAL_RULE) {
        problems.retain(|problem| problem.rule == LOCAL_RULE);
        problems.truncate(1);
    }
    problems
}
