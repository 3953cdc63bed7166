//! `appoint-committee`: 支部工作条例 §20, from 7 formal members on a committee of 3 to 5, at most 7.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::CommitteeAppointed;
use crate::ids::JointBranchId;
use crate::joint_branch::{Form, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::post::CommitteeMember;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 支委会组成及分工，取代原有的 / appoints the committee of a joint branch with its duties, in place of the one before
    pub struct AppointCommittee {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 委员名单及分工，一般 3 至 5 人 / the members of the committee with their duties, as a rule 3 to 5
        pub members: Vec<CommitteeMember>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "appoint-committee",
    title: say("支委会组成及分工", "Appoint the committee"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Committee],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.committee-appointed"],
    along: &[],
    refused_when: "fewer than 7 formal members; fewer than 3 or more than 7 persons, as a rule more than 5",
    rules: &["committee-formal-members", "committee-size", "committee-usual-size", "post-person", "no-post"],
    example: r#"{
  "effective_date": "2019-03-20",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2019〕7号", "issued": "2019-03-19"},
  "decided_by": {"meeting": "白果乡党委会第6次会议", "date": "2019-03-18"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "members": [{"person": "01J8KQ2M000000000000000006", "duty": "书记"}, {"person": "01J8KQ2M000000000000000011", "duty": "组织委员"}, {"person": "01J8KQ2M000000000000000012", "duty": "宣传委员"}]}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &AppointCommittee) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AppointCommittee) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        return Err(Rejection::NoPost);
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "committee")?;
    // A copy: what is broken is noted in the case.
    let figures = case.policy.thresholds;
    let (formal, allowed) = (case.formal_members(joint_branch), figures.committee_from_formal_members);
    if formal < allowed {
        case.breach(PostRejection::CommitteeFormalMembers { found: formal, allowed }.into())?;
    }
    let found = data.members.len();
    let size = u32::try_from(found).unwrap_or(u32::MAX);
    let (minimum, maximum) = (figures.committee_minimum_size, figures.committee_maximum_size);
    if !(minimum..=maximum).contains(&size) {
        case.breach(PostRejection::CommitteeSize { found, minimum, maximum }.into())?;
    }
    let usual = figures.committee_usual_maximum_size;
    if size > usual && size <= maximum {
        case.breach(PostRejection::CommitteeUsualSize { found, allowed: usual }.into())?;
    }
    let persons: Vec<_> = data.members.iter().map(|member| member.person).collect();
    case.formal_persons(&persons, "members", case.on())?;
    Ok(vec![EventBody::CommitteeAppointed(CommitteeAppointed {
        joint_branch: joint_branch.id,
        members: data.members.clone(),
    })])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PersonId;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{JOINT, PROBATIONER, SECRETARY, V1, V2, members};
    use crate::testing::drafts::posts::{committee, committee_of, committee_persons};
    use crate::testing::drafts::{merge, officer, person, proposal, propose, survey};

    /// A merger of so many formal members, and seven persons to choose from.
    fn city(formal: u32) -> City {
        let with_persons = committee_persons(7)
            .into_iter()
            .fold(City::new(), |city, id| city.given(person(id, Some("2010-07-01"))));
        let merged = [propose(proposal(&[V1, V2])), survey(&[(V1, 100, 100), (V2, 100, 100)]), merge()];
        let merged = merged.into_iter().fold(with_persons, City::given);
        merged.given(members(V1, formal - 2, 0).on("2019-03-05"))
    }

    #[test]
    fn seven_formal_members_have_a_committee_of_three_to_five() {
        for size in 3..=5 {
            let after =
                city(7).when(committee(size)).then(&[EventBody::CommitteeAppointed(CommitteeAppointed {
                    joint_branch: JOINT,
                    members: committee_of(&committee_persons(size)),
                })]);
            assert_eq!(after.joint().committee.len(), size);
        }
        let refused = PostRejection::CommitteeFormalMembers { found: 6, allowed: 7 };
        city(6).when(committee(3)).refused(refused.into());
    }

    #[test]
    fn six_and_seven_need_an_override_and_two_or_eight_have_none() {
        for size in [6, 7] {
            let usual = PostRejection::CommitteeUsualSize { found: size, allowed: 5 };
            city(9).when(committee(size)).refused(usual.into());
            city(9).when(committee(size).overriding()).refused(Rejection::OverrideByCounty);
            let by_county = committee(size).by(officer("officer-1")).overriding();
            city(9).when(by_county).warns(&["committee-usual-size"]);
        }
        for size in [2, 8] {
            let refused = PostRejection::CommitteeSize { found: size, minimum: 3, maximum: 7 };
            city(9).when(committee(size).overriding()).refused(refused.into());
        }
    }

    #[test]
    fn each_is_a_registered_formal_member_listed_once() {
        let of = |persons: &[PersonId]| {
            let mut draft = committee(3);
            draft.body = crate::CommandBody::AppointCommittee(AppointCommittee {
                joint_branch: JOINT,
                members: committee_of(persons),
            });
            draft
        };
        let [first, second, ..] = committee_persons(7)[..] else { panic!("no persons") };
        let refused = |person: PersonId, zh, en| {
            Rejection::from(PostRejection::Person { person: person.to_string(), detail: say(zh, en) })
        };
        city(7).when(of(&[first, second, first])).refused(refused(first, "重复列出", "listed twice"));
        let formal = refused(PROBATIONER, "须为正式党员", "no formal member on that day");
        city(7).when(of(&[first, second, PROBATIONER])).refused(formal);
        let unknown = PersonId(ulid::Ulid(1));
        let expected = Case::unknown(say("人员", "person"), &unknown, "/data/members/1/person");
        city(7).when(of(&[SECRETARY, unknown, second])).refused(expected);
    }

    #[test]
    fn an_organ_appoints_where_there_is_a_post() {
        city(7).when(committee(3).undecided()).refused(Rejection::DecidedByMissing);
        City::paired().when(committee(3)).refused(Rejection::NoPost);
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        city(7).when(committee(3).behalf(V1)).refused(Rejection::DecidingBody { found, needed });
    }
}
