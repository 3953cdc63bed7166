//! `relieve-secretary`: the secretary in post leaves it.

use crate::case::Case;
use crate::entity::Entity;
use crate::erasable::Erasable;
use crate::event::EventBody;
use crate::event_data::posts::SecretaryRelieved;
use crate::ids::{JointBranchId, PersonId};
use crate::joint_branch::Thread;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 免去书记职务 / relieves the secretary of the post
    pub struct RelieveSecretary {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 离任的现任书记 / the secretary in post who is relieved
        pub person: PersonId,
        /// 离任原因；可依法删除，不写入日志 / why the secretary leaves (erasable: kept apart from the log)
        pub reason: Erasable<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "relieve-secretary",
    title: say("免去书记", "Relieve a secretary"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Secretary],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.secretary.is_some()),
    yields: &["joint-branch.secretary-relieved"],
    along: &[],
    refused_when: "not in post",
    rules: &["not-in-post"],
    choices: &[],
    example: r#"{
  "effective_date": "2020-03-05",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2020〕3号", "issued": "2020-03-04"},
  "decided_by": {"meeting": "白果乡党委会第4次会议", "date": "2020-03-03"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "person": "01J8KQ2M000000000000000006",
    "reason": "本人申请，工作调动"
  }
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RelieveSecretary) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RelieveSecretary) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "relieve")?;
    let person = case.known_person(data.person, "/data/person")?;
    if joint_branch.secretary.as_ref().is_none_or(|secretary| secretary.person != person.id) {
        case.refuse(Rejection::NotInPost)?;
    }
    Ok(vec![EventBody::SecretaryRelieved(SecretaryRelieved {
        joint_branch: joint_branch.id,
        person: person.id,
        reason_commitment: case.commitment("/reason"),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RelieveSecretary> {
    let EventBody::SecretaryRelieved(SecretaryRelieved { joint_branch, person, reason_commitment: _ }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RelieveSecretary { joint_branch, person, reason: recorded.erasable_text()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::say;
    use crate::testing::city::{JOINT, SECOND, SECRETARY, V1};
    use crate::testing::drafts::{commitment, relieve};
    use crate::testing::{City, date};

    #[test]
    fn the_secretary_leaves_and_the_post_is_vacant_from_that_day() {
        let after = City::headed().when(relieve(SECRETARY)).then(&[EventBody::SecretaryRelieved(
            SecretaryRelieved {
                joint_branch: JOINT,
                person: SECRETARY,
                reason_commitment: Some(commitment()),
            },
        )]);
        assert_eq!((&after.joint().secretary, after.joint().vacant_since), (&None, Some(date("2019-05-01"))));
        assert!(after.state.persons[&SECRETARY].secretary_of.is_empty());
    }

    #[test]
    fn only_who_is_in_post_is_relieved() {
        City::headed().when(relieve(SECOND)).refused(Rejection::NotInPost);
        City::merged().when(relieve(SECRETARY)).refused(Rejection::NotInPost);
        let unknown = crate::ids::PersonId(ulid::Ulid(1));
        let refused = Case::unknown(say("人员", "person"), &unknown, "/data/person");
        City::headed().when(relieve(unknown)).refused(refused);
    }

    #[test]
    fn an_organ_relieves_in_a_meeting() {
        City::headed().when(relieve(SECRETARY).undecided()).refused(Rejection::DecidedByMissing);
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::headed().when(relieve(SECRETARY).behalf(V1)).refused(refused);
    }
}
