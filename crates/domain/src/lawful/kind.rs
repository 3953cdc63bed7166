//! Which command a group of events came from, and whether it could have yielded just these on that state.

use crate::commands::CommandKind;
use crate::commands::dissolve_joint_branch::release;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::{JointBranchDissolved, JointBranchEstablished};
use crate::event_data::joint_branches::{MemberAdmitted, MemberReleased};
use crate::event_data::posts::{
    FirstSecretaryAssigned, FirstSecretaryRelieved, SecretaryAssigned, SecretaryRelieved,
};
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, Ground, JointBranch, Phase};
use crate::state::CityState;

use super::unlawful::Unlawful;

/// The command, and the event that says what it was about.
pub(super) fn of<'a>(
    state: &CityState,
    events: &[&'a EventBody],
) -> Result<(CommandKind, &'a EventBody), Unlawful> {
    let at = lead(events);
    let Some(lead) = events.get(at).copied() else { return Err(Unlawful::NoCommand { event_type: "-" }) };
    let refused = Unlawful::NoCommand { event_type: lead.event_type() };
    let (before, after) = (&events[..at], &events[at + 1..]);
    let fits = match lead {
        EventBody::JointBranchEstablished(data) => established(state, data, before, after)?,
        EventBody::MemberAdmitted(data) => {
            before.is_empty() && admitted(joint_branch(state, data.joint_branch)?, data, after)
        }
        EventBody::MemberReleased(data) => {
            after.is_empty() && released(joint_branch(state, data.joint_branch)?, data, before)
        }
        EventBody::SecretaryAssigned(data) => {
            after.is_empty() && assigned(joint_branch(state, data.joint_branch)?, data, before)
        }
        EventBody::FirstSecretaryAssigned(data) => after.is_empty() && sent(state, data, before),
        EventBody::JointBranchDissolved(data) => {
            after.is_empty() && dissolved(joint_branch(state, data.joint_branch)?, data, before)
        }
        EventBody::RegistrationConfirmed(_) => all_confirmed(state, events),
        EventBody::PlaceLeft(data) => {
            let is_received = |event: &&EventBody| matches!(event, EventBody::PlaceReceived(received) if received.place == data.place);
            before.is_empty() && after.len() == 1 && after.iter().all(is_received)
        }
        _ => events.len() == 1,
    };
    kind(lead).filter(|_| fits).map(|kind| (kind, lead)).ok_or(refused)
}

/// Where the event stands that says what the others follow from.
fn lead(events: &[&EventBody]) -> usize {
    let leads = |event: &&EventBody| {
        matches!(
            event,
            EventBody::JointBranchEstablished(_)
                | EventBody::MemberAdmitted(_)
                | EventBody::MemberReleased(_)
                | EventBody::SecretaryAssigned(_)
                | EventBody::FirstSecretaryAssigned(_)
                | EventBody::PlaceLeft(_)
        )
    };
    let ends = |event: &&EventBody| matches!(event, EventBody::JointBranchDissolved(_));
    events.iter().position(leads).or_else(|| events.iter().position(ends)).unwrap_or(0)
}

/// The command that an event leads; nothing for what only ever follows from another.
fn kind(lead: &EventBody) -> Option<CommandKind> {
    match lead {
        EventBody::JointBranchEstablished(data) => Some(match data.arrangement {
            Arrangement::Merger => CommandKind::MergeBranches,
            Arrangement::Pairing => CommandKind::PairBranches,
        }),
        #[cfg(any(test, feature = "testing"))]
        EventBody::PlaceRehearsed(_) => Some(CommandKind::ChangePlace),
        other => {
            let is_led = |kind: &CommandKind| kind.spec().yields.contains(&other.event_type());
            CommandKind::ALL.iter().copied().find(is_led)
        }
    }
}

/// One document confirms many registrations, each once.
fn all_confirmed(state: &CityState, events: &[&EventBody]) -> bool {
    let ids: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            EventBody::RegistrationConfirmed(data) => Some(data.joint_branch),
            _ => None,
        })
        .collect();
    let waits = |id: &JointBranchId| {
        state.joint_branches.get(id).is_some_and(|found| found.phase == Phase::AwaitingConfirmation)
    };
    let once: std::collections::BTreeSet<_> = ids.iter().collect();
    ids.len() == events.len() && once.len() == ids.len() && ids.iter().all(waits)
}

fn joint_branch(state: &CityState, id: JointBranchId) -> Result<&JointBranch, Unlawful> {
    let found = state.joint_branches.get(&id).map(|found| &**found);
    found.ok_or_else(|| Unlawful::Unknown { what: format!("joint-branch/{id}") })
}

/// Pairings of the members end first; a merger suspends each member and takes its functions.
fn established(
    state: &CityState,
    data: &JointBranchEstablished,
    before: &[&EventBody],
    after: &[&EventBody],
) -> Result<bool, Unlawful> {
    let founded = joint_branch(state, data.joint_branch)?;
    let mut rest = before;
    while let Some(end) = rest.iter().position(|event| matches!(event, EventBody::JointBranchDissolved(_))) {
        let (own, others) = rest.split_at(end + 1);
        let Some(EventBody::JointBranchDissolved(ended)) = own.last() else { return Ok(false) };
        let pairing = joint_branch(state, ended.joint_branch)?;
        let is_shared = pairing.members.iter().any(|member| founded.members.contains(member));
        // It was said to be a superior's decision before it was said to be the members' wish.
        let is_so = matches!(ended.ground, Ground::SuperiorDecision | Ground::MembersRequest);
        let is_ended = pairing.arrangement == Arrangement::Pairing && is_so;
        if !is_shared || !is_ended || !follows(&own[..end], &release(pairing)) {
            return Ok(false);
        }
        rest = others;
    }
    let fits_after = match data.arrangement {
        Arrangement::Pairing => after.is_empty(),
        Arrangement::Merger => taken_over(founded.id, &founded.members, after),
    };
    Ok(rest.is_empty() && founded.arrangement == data.arrangement && fits_after)
}

/// Each of them is suspended, in order, and then their functions pass as a whole.
fn taken_over(id: JointBranchId, members: &[OrganizationId], after: &[&EventBody]) -> bool {
    let Some((EventBody::FunctionsTransferred(moved), suspended)) = after.split_last() else { return false };
    let is_suspended = |(event, member): (&&EventBody, &OrganizationId)| matches!(event, EventBody::OrganizationSuspended(data) if (data.organization, data.joint_branch) == (*member, id));
    suspended.len() == members.len()
        && suspended.iter().zip(members).all(is_suspended)
        && moved.joint_branch == id
        && moved.from == members
}

fn admitted(joint_branch: &JointBranch, data: &MemberAdmitted, after: &[&EventBody]) -> bool {
    match joint_branch.arrangement {
        Arrangement::Pairing => after.is_empty(),
        Arrangement::Merger => taken_over(joint_branch.id, &[data.organization], after),
    }
}

/// What it held for the member goes back, and the member of a merger is restored or ends.
fn released(joint_branch: &JointBranch, data: &MemberReleased, before: &[&EventBody]) -> bool {
    let (id, organization) = (joint_branch.id, data.organization);
    let held = joint_branch.functions.get(&organization);
    let returned = held.map(|held| {
        let functions = held.iter().cloned().collect();
        EventBody::FunctionsReturned(FunctionsMoved { joint_branch: id, functions, from: vec![organization] })
    });
    let returned = returned.as_slice();
    let Some((own, rest)) = before.split_at_checked(returned.len()) else { return false };
    let is_left = match (joint_branch.arrangement, rest) {
        (Arrangement::Pairing, []) => true,
        (Arrangement::Merger, [last]) => succeeded(joint_branch, last) == Some(organization),
        _ => false,
    };
    follows(own, returned) && is_left
}

/// Whoever was in the post leaves it first; who was elected anew is approved and goes on.
fn assigned(joint_branch: &JointBranch, data: &SecretaryAssigned, before: &[&EventBody]) -> bool {
    let left = joint_branch.secretary.as_ref().filter(|secretary| secretary.person != data.person);
    let replaced = left.map(|secretary| {
        EventBody::SecretaryRelieved(SecretaryRelieved {
            joint_branch: data.joint_branch,
            person: secretary.person,
            reason_commitment: None,
        })
    });
    follows(before, replaced.as_slice())
}

/// Likewise the first secretary of an organization.
fn sent(state: &CityState, data: &FirstSecretaryAssigned, before: &[&EventBody]) -> bool {
    let in_post =
        state.organizations.get(&data.organization).and_then(|found| found.first_secretary.as_ref());
    let replaced = in_post.map(|found| {
        EventBody::FirstSecretaryRelieved(FirstSecretaryRelieved {
            organization: data.organization,
            person: found.person,
            reason: None,
        })
    });
    follows(before, replaced.as_slice())
}

/// The secretary leaves, functions go back, and every member of a merger is restored or has a successor.
fn dissolved(joint_branch: &JointBranch, data: &JointBranchDissolved, before: &[&EventBody]) -> bool {
    let released = release(joint_branch);
    let Some((own, rest)) = before.split_at_checked(released.len()) else { return false };
    let is_complete = match joint_branch.arrangement {
        Arrangement::Pairing => rest.is_empty(),
        Arrangement::Merger => {
            let left: Vec<_> = rest.iter().map(|event| succeeded(joint_branch, event)).collect();
            left.len() == joint_branch.members.len()
                && joint_branch.members.iter().all(|member| left.contains(&Some(*member)))
        }
    };
    data.joint_branch == joint_branch.id && follows(own, &released) && is_complete
}

/// The member that an event restores or ends.
fn succeeded(joint_branch: &JointBranch, event: &EventBody) -> Option<OrganizationId> {
    match event {
        EventBody::OrganizationRestored(data) if data.joint_branch == joint_branch.id => {
            Some(data.organization)
        }
        EventBody::OrganizationAbolished(data) if data.joint_branch == joint_branch.id => {
            Some(data.organization)
        }
        _ => None,
    }
}

fn follows(events: &[&EventBody], expected: &[EventBody]) -> bool {
    events.len() == expected.len() && events.iter().zip(expected).all(|(event, expected)| *event == expected)
}
