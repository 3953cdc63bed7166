//! Violations of the rules on who leads a joint branch: how many sit on its committee, and who approves its secretary.

use domain::joint_branch::Arrangement;
use serde_json::json;

use super::people::formal_members;
use super::{Violation, decision, is_at_work};

/// More than any committee has.
const TOO_MANY: usize = 10;
/// A committee is appointed from so many formal members on.
const COMMITTEE_FROM_FORMAL_MEMBERS: u32 = 7;

pub(super) const VIOLATIONS: &[Violation] = &[
    ("committee-maximum-size", |scene| {
        let subject = scene.find(|found| {
            is_at_work(found)
                && found.arrangement == Arrangement::Merger
                && formal_members(scene, found) >= COMMITTEE_FROM_FORMAL_MEMBERS
        })?;
        let persons = scene.state.persons.keys().take(TOO_MANY);
        let members: Vec<_> = persons.map(|person| json!({ "person": person, "duty": "委员" })).collect();
        let data = json!({ "joint_branch": subject.joint_branch.id, "members": members });
        subject.clerk(decision("appoint-committee", scene.on, data))
    }),
    // Whoever was elected anew goes on without the approval of the committee above, which is its document.
    ("secretary-approval", |scene| {
        let subject = scene.find(|found| {
            let in_post = found.secretary.as_ref().map(|secretary| secretary.person);
            is_at_work(found) && found.approval_owed.is_some_and(|owed| Some(owed.person) == in_post)
        })?;
        let data = json!({
            "joint_branch": subject.joint_branch.id, "person": subject.joint_branch.secretary.as_ref()?.person,
            "source": "other", "term_start": scene.on, "basis": "elected"
        });
        let mut draft = decision("assign-secretary", scene.on, data);
        draft.documented = false;
        subject.clerk(draft)
    }),
];
