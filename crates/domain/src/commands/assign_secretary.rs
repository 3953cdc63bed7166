//! `assign-secretary`: one formal member heads the joint branch, and no other.

use crate::case::Case;
use crate::command_data::AssignSecretary;
use crate::date::Date;
use crate::event::EventBody;
use crate::event_data::{SecretaryAssigned, SecretaryRelieved};
use crate::joint_branch::{Form, JointBranch};
use crate::person::Person;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &AssignSecretary) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        return Err(Rejection::NoPost);
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "assign")?;
    check_source(case, data)?;
    let person = case.person(data.person, "/data/person")?;
    check_person(case, joint_branch, person)?;
    let term_end = term_end(case, joint_branch, data)?;
    let mut events = vacate(case, joint_branch, data)?;
    events.push(EventBody::SecretaryAssigned(SecretaryAssigned {
        joint_branch: joint_branch.id,
        person: person.id,
        source: data.source.clone(),
        term_start: data.term_start,
        term_end,
        monthly_pay_commitment: case.commitment("/monthly_pay"),
    }));
    Ok(events)
}

fn check_source(case: &Case<'_>, data: &AssignSecretary) -> Result<(), Rejection> {
    let codes = case.policy.codes("secretary_sources");
    if codes.contains(&data.source.as_str()) {
        return Ok(());
    }
    Err(Rejection::UnknownCode {
        found: data.source.to_string(),
        allowed: codes.join(", "),
        pointer: "/data/source",
    })
}

/// 支部工作条例 §23: a formal member, as a rule of at least a year's standing; one post a person.
fn check_person(case: &mut Case<'_>, joint_branch: &JointBranch, person: &Person) -> Result<(), Rejection> {
    let on = case.on();
    let since =
        person.formal_member_since.filter(|since| *since <= on).ok_or(Rejection::NotFormalMember { on })?;
    let years = case.policy.figures.secretary_standing_years;
    if since.plus_months(i32::try_from(years * 12).unwrap_or(i32::MAX)) > on {
        case.breach(Rejection::PartyStanding { since, allowed: years })?;
    }
    match person.secretary_of {
        Some(other) if other != joint_branch.id => {
            Err(Rejection::AlreadySecretary { joint_branch: other.to_string() })
        }
        Some(_) => Err(Rejection::PostOccupied),
        None => Ok(()),
    }
}

/// The last day of the term: as said, or a full term; 任期意见 2018.
fn term_end(case: &Case<'_>, joint_branch: &JointBranch, data: &AssignSecretary) -> Result<Date, Rejection> {
    let years = case.policy.figures.term_years;
    let latest = data.term_start.plus_months(i32::try_from(years * 12).unwrap_or(60));
    let end = data.term_end.unwrap_or_else(|| latest.plus_days(-1));
    let established =
        joint_branch.establishment.as_ref().map_or(joint_branch.proposed_on, |found| found.effective_date);
    if end <= data.term_start || end > latest || data.term_start < established {
        return Err(Rejection::Term { start: data.term_start, end, allowed: years });
    }
    Ok(end)
}

/// The post is free, or the command says whom it replaces.
fn vacate(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &AssignSecretary,
) -> Result<Vec<EventBody>, Rejection> {
    match (&joint_branch.secretary, data.replaces) {
        (None, None) => Ok(Vec::new()),
        (Some(secretary), Some(replaced)) if secretary.person == replaced => {
            case.person(replaced, "/data/replaces")?;
            Ok(vec![EventBody::SecretaryRelieved(SecretaryRelieved {
                joint_branch: joint_branch.id,
                person: replaced,
                reason_commitment: None,
            })])
        }
        (Some(_), None) => Err(Rejection::PostOccupied),
        (_, Some(_)) => Err(Rejection::NotInPost),
    }
}
