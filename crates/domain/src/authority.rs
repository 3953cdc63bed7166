//! Who may give which command, and whether the log takes it at all (CONTRACT.md, Roles).

use crate::account::Role;
use crate::case::Case;
use crate::command::{Authority, CommandBody};
use crate::place::Level;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Checks the log's kind, the role, and that the authority lies inside the actor's scope.
pub(crate) fn check(case: &Case<'_>) -> Result<(), Rejection> {
    check_log_kind(case)?;
    let command = case.command;
    if !role_may(command.actor.role, &command.body, case.policy) {
        return Err(Rejection::RoleForbids {
            role: command.actor.role.as_str(),
            command: command.body.name(),
        });
    }
    match &command.on_behalf_of {
        Authority::Organization(id) => {
            case.organization(*id, "/on_behalf_of")?;
            case.require_scope(&case.state.scope_of_organization(*id), "on_behalf_of")
        }
        Authority::Place(code) if *code == case.state.city || case.state.place_by_code(code).is_some() => {
            let scope = crate::state::scope_of_code(code);
            case.require_scope(&scope, "on_behalf_of")
        }
        Authority::Place(code) => Err(Case::unknown("行政区划", "place", code, "/on_behalf_of")),
    }
}

/// A log is simulated or real from its first event that is not an account's, and neither takes the other's commands.
fn check_log_kind(case: &Case<'_>) -> Result<(), Rejection> {
    let command = case.command;
    if command.body.is_of_accounts() {
        return Ok(());
    }
    let word = |simulated: bool| if simulated { "模拟 simulated" } else { "正式 real" };
    if let (Some(log), Some(own)) = (case.state.simulated, command.simulated)
        && log != own
    {
        return Err(Rejection::SimulatedOrReal { log: word(log), command: word(own) });
    }
    let simulated = case.state.simulated.or(command.simulated).unwrap_or(false);
    let is_import =
        matches!(command.body, CommandBody::RegisterPlace(_) | CommandBody::RegisterOrganization(_));
    let import_open = is_import && !case.state.imported;
    if command.actor.role == Role::Local && !simulated && !import_open {
        return Err(Rejection::LocalForbidden);
    }
    Ok(())
}

/// Whether the role may give the command at all; where it may is the scope's business.
pub fn role_may(role: Role, body: &CommandBody, policy: &Policy) -> bool {
    match role {
        Role::Local => true,
        Role::SecurityAdmin => body.is_of_accounts(),
        Role::CountyOfficer => !body.is_of_accounts(),
        Role::TownshipClerk => !body.is_of_accounts() && !is_county_alone(body, policy),
        Role::CityOffice | Role::Subscriber | Role::Auditor | Role::SystemAdmin => false,
    }
}

/// Commands that a township clerk may not give; the policy may lower establishing and dissolving to the township.
fn is_county_alone(body: &CommandBody, policy: &Policy) -> bool {
    match body {
        CommandBody::RegisterPlace(_)
        | CommandBody::RegisterOrganization(_)
        | CommandBody::ReviewRectification(_) => true,
        CommandBody::MergeBranches(_)
        | CommandBody::PairBranches(_)
        | CommandBody::RejectProposal(_)
        | CommandBody::DissolveJointBranch(_) => policy.figures.deciding_level > Level::Township,
        _ => false,
    }
}
