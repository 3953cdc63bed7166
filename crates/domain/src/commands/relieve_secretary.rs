//! `relieve-secretary`: the secretary in post leaves it.

use crate::case::Case;
use crate::command_data::RelieveSecretary;
use crate::event::EventBody;
use crate::event_data::SecretaryRelieved;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &RelieveSecretary) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "relieve")?;
    let person = case.person(data.person, "/data/person")?;
    if joint_branch.secretary.as_ref().is_none_or(|secretary| secretary.person != person.id) {
        return Err(Rejection::NotInPost);
    }
    Ok(vec![EventBody::SecretaryRelieved(SecretaryRelieved {
        joint_branch: joint_branch.id,
        person: person.id,
        reason_commitment: case.commitment("/reason"),
    })])
}
