//! From a command to events: the checks that every command passes, then the command's own file.

use crate::actor::Authority;
use crate::authority;
use crate::case::Case;
use crate::command::Command;
use crate::commands::{CommandBody, RegisterOrganization};
use crate::event::EventBody;
use crate::place::PlaceCode;
use crate::policy::Policy;
use crate::rejection::{Rejection, Warning};
use crate::state::CityState;

/// What a command yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// At least one fact, in order; they are recorded together or not at all.
    pub events: Vec<EventBody>,
    /// Rules that were broken and set aside, or that only remind.
    pub warnings: Vec<Warning>,
}

/// Decides a command against the state recorded before it, by the policy in force on its effective date where its
/// entity lies. Pure: the same arguments give the same answer.
pub fn decide(state: &CityState, defaults: &Policy, command: &Command) -> Result<Decision, Rejection> {
    let policy = policy_for(state, defaults, command);
    let mut case = Case::new(state, &policy, &command.header, command.body.spec());
    authority::check(&case, &command.body)?;
    case.check_effective_date()?;
    case.check_document()?;
    let events = command.body.decide(&mut case)?;
    case.check_override_used()?;
    Ok(Decision { events, warnings: case.into_warnings() })
}

/// The policy by which a command is judged: the one in force on its effective date where its entity lies.
pub fn policy_for(state: &CityState, defaults: &Policy, command: &Command) -> Policy {
    let county = match (&command.body, command.body.entity()) {
        (_, Some(entity)) => state.scope_of(entity).county,
        (CommandBody::ProposeJointBranch(data), None) => state.scope_of_bearer(&data.lead_township).county,
        (CommandBody::RegisterOrganization(data), None) => county_of_new(state, data, command),
        _ => state.scope_of_bearer(&command.header.actor.scope).county,
    };
    state.policies.resolve(defaults, command.header.effective_date, county.as_ref())
}

/// The county in which an organization that is to be registered lies, as the command itself finds it.
fn county_of_new(state: &CityState, data: &RegisterOrganization, command: &Command) -> Option<PlaceCode> {
    let named =
        if data.host_kind.is_place() { data.host.as_str().parse().ok() } else { data.location.clone() };
    let of_organization = |id| state.scope_of_organization(id).county;
    match (named, data.superior, &command.header.on_behalf_of) {
        (Some(code), ..) => state.scope_of_bearer(&code).county,
        (None, Some(superior), _) => of_organization(superior),
        (None, None, Authority::Organization(id)) => of_organization(*id),
        (None, None, Authority::Place(code)) => state.scope_of_bearer(code).county,
    }
}
