//! `register-person`: an opaque id, an organization, and a commitment in place of the name.

use crate::case::Case;
use crate::command_data::RegisterPerson;
use crate::event::EventBody;
use crate::event_data::PersonRegistered;
use crate::ids::PersonId;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterPerson) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(data.organization, "/data/organization")?;
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    if let Some(since) = data.formal_member_since {
        case.not_after("转正日期", "formal membership", since, case.on())?;
    }
    let id = data.id.unwrap_or(PersonId(case.command.id.0));
    if case.state.persons.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let name_commitment = case.commitment("/name").ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::PersonRegistered(PersonRegistered {
        person: id,
        organization: organization.id,
        formal_member_since: data.formal_member_since,
        name_commitment,
    })])
}
