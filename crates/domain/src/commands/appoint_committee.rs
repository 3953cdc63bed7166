//! `appoint-committee` 支委会组成及分工: the duties of those whom the members elected; 支部工作条例 §20, §21.

use crate::case::Case;
use crate::commands::form_conditions::FormAndKind;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::CommitteeAppointed;
use crate::ids::{JointBranchId, PersonId};
use crate::joint_branch::{Form, JointBranch, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::post::CommitteeMember;
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 支委会组成及分工，取代原有的；委员由选举产生 / gives the elected committee of a joint branch its duties, in place of those before
    pub struct AppointCommittee {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 当选的委员名单及分工：支部一般 3 至 5 人，党总支 5 至 7 人，党委 5 至 9 人 / the elected members of the committee with their duties: as a rule 3 to 5 of a branch, 5 to 7 of a general branch, 5 to 9 of a Party committee
        pub members: Vec<CommitteeMember>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "appoint-committee",
    title: say("支委会组成及分工", "Committee and its duties"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Committee],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.committee-appointed"],
    along: &[],
    refused_when: "somebody whom no election of the term elected; fewer than 7 formal members; fewer persons than the form asks, 3 or 5; as a rule more than it has; a functional form may have as many as it likes",
    rules: &[
        "committee-elected",
        "committee-formal-members",
        "committee-size",
        "committee-usual-size",
        "committee-maximum-size",
        "post-person",
        "no-post",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2021-01-20",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2021〕7号", "issued": "2021-01-19"},
  "decided_by": {"meeting": "白果乡党委会第1次会议", "date": "2021-01-18"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "members": [{"person": "01J8KQ2M000000000000000006", "duty": "书记"}, {"person": "01J8KQ2M000000000000000011", "duty": "组织委员"}, {"person": "01J8KQ2M000000000000000012", "duty": "宣传委员"}]}
}"#,
    example_follows: &["record-election"],
};

pub(crate) fn entity(data: &AppointCommittee) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AppointCommittee) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        case.refuse(Rejection::NoPost)?;
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "committee")?;
    check_size(case, joint_branch, data.members.len())?;
    let persons: Vec<_> = data.members.iter().map(|member| member.person).collect();
    case.formal_persons(&persons, "members", case.on())?;
    if let Some(at) = persons.iter().position(|person| !may_sit(joint_branch, *person)) {
        case.breach(PostRejection::CommitteeElected { position: at + 1 }.into())?;
    }
    Ok(vec![EventBody::CommitteeAppointed(CommitteeAppointed {
        joint_branch: joint_branch.id,
        members: data.members.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AppointCommittee> {
    let EventBody::CommitteeAppointed(CommitteeAppointed { joint_branch, members }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(AppointCommittee { joint_branch, members })
}

/// 支部工作条例 §20, 农村基层组织工作条例: how many sit on a committee follows from the form; a functional form is as its
/// members agree.
fn check_size(case: &mut Case<'_>, joint_branch: &JointBranch, found: usize) -> Result<(), Rejection> {
    if FormAndKind::of(joint_branch).is_functional(case.policy) {
        return Ok(());
    }
    let figures = &case.policy.thresholds;
    let (formal, allowed) = (case.formal_members(joint_branch), figures.committee_from_formal_members);
    if formal < allowed {
        case.breach(PostRejection::CommitteeFormalMembers { found: formal, allowed }.into())?;
    }
    let (minimum, usual, maximum) = match joint_branch.form {
        Form::Branch => (
            figures.committee_minimum_size,
            figures.committee_usual_maximum_size,
            figures.committee_maximum_size,
        ),
        Form::GeneralBranch => (
            figures.general_branch_committee_minimum_size,
            figures.general_branch_committee_usual_maximum_size,
            figures.general_branch_committee_maximum_size,
        ),
        Form::Committee => {
            let maximum = figures.party_committee_maximum_size;
            (figures.party_committee_minimum_size, maximum, maximum)
        }
        Form::None | Form::NotStated => return Ok(()),
    };
    let size = u32::try_from(found).unwrap_or(u32::MAX);
    let rejection = if size < minimum {
        PostRejection::CommitteeSize { found, allowed: minimum }
    } else if size > maximum {
        PostRejection::CommitteeMaximumSize { found, allowed: maximum }
    } else if size > usual {
        PostRejection::CommitteeUsualSize { found, allowed: usual }
    } else {
        return Ok(());
    };
    case.breach(rejection.into())
}

/// 支部工作条例 §21: members are elected; a secretary may have been assigned. Who sits on the committee goes on.
fn may_sit(joint_branch: &JointBranch, person: PersonId) -> bool {
    let is_secretary = joint_branch.secretary.as_ref().is_some_and(|found| found.person == person);
    let sits = joint_branch.committee.iter().any(|member| member.person == person);
    is_secretary || sits || joint_branch.elected_in_term.contains(&person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::RecordElection;
    use crate::joint_branch::Arrangement;
    use crate::post::{Elected, ElectedPost};
    use crate::say::say;
    use crate::testing::city::{JOINT, PROBATIONER, SECRETARY, V1, V2, members};
    use crate::testing::drafts::posts::{committee, committee_of, committee_persons, elect_as, election};
    use crate::testing::drafts::{Draft, assign, merge, officer, person, proposal, propose, survey};
    use crate::testing::{City, date};

    /// A merger of so many formal members, and ten persons to choose from.
    fn city(formal: u32) -> City {
        let with_persons = committee_persons(10)
            .into_iter()
            .fold(City::new(), |city, id| city.given(person(id, Some("2010-07-01"))));
        let merged = [propose(proposal(&[V1, V2])), survey(&[(V1, 100, 100), (V2, 100, 100)]), merge()];
        let merged = merged.into_iter().fold(with_persons, City::given);
        let city = merged.given(members(V1, formal - 2, 0).on("2019-03-05"));
        city.given(electing(formal))
    }

    /// The election of all ten, in which everybody voted.
    fn electing(formal: u32) -> Draft {
        let seat = |person| Elected { person, post: ElectedPost::CommitteeMember, votes: formal };
        let elected = committee_persons(10).into_iter().map(seat).collect();
        let data = RecordElection { held_on: date("2019-03-10"), present: formal, elected, ..election() };
        elect_as(data).on("2019-03-10")
    }

    #[test]
    fn a_committee_is_elected_before_it_has_duties() {
        let of = |persons: &[PersonId]| {
            let members = committee_of(persons);
            let data = AppointCommittee { joint_branch: JOINT, members };
            Draft { body: crate::CommandBody::AppointCommittee(data), ..committee(3) }
        };
        let [first, second, ..] = committee_persons(7)[..] else { panic!("no persons") };
        city(7)
            .when(of(&[first, second, SECRETARY]))
            .refused(PostRejection::CommitteeElected { position: 3 }.into());
        // A secretary whom the committee above assigned sits on it.
        let headed = city(7).given(assign(SECRETARY));
        headed.when(of(&[first, second, SECRETARY])).accepted();
    }

    #[test]
    fn who_was_elected_sits_on_the_committee_until_the_next_election() {
        let seats = |city: &City| city.joint().committee.iter().map(|seat| seat.person).collect::<Vec<_>>();
        let city = city(7);
        assert_eq!(seats(&city), committee_persons(10));
        let city = city.given(committee(3));
        assert_eq!(seats(&city), committee_persons(3));
        assert_eq!(city.joint().committee[0].duty.as_str(), "组织委员");
        let mut next = electing(7);
        if let crate::CommandBody::RecordElection(data) = &mut next.body {
            data.held_on = date("2019-03-21");
            data.elected.drain(..4);
        }
        assert_eq!(seats(&city.given(next.on("2019-03-21"))), committee_persons(10)[4..]);
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
    fn more_than_usual_need_an_override_and_too_few_have_none() {
        for (size, rule) in
            [(6, "committee-usual-size"), (7, "committee-usual-size"), (8, "committee-maximum-size")]
        {
            city(9).when(committee(size)).refused_by(rule);
            city(9).when(committee(size).overriding()).refused(Rejection::OverrideByCounty);
            let by_county = committee(size).by(officer("officer-1")).overriding();
            city(9).when(by_county).warns(&[rule]);
        }
        let refused = PostRejection::CommitteeSize { found: 2, allowed: 3 };
        city(9).when(committee(2).overriding()).refused(refused.into());
    }

    #[test]
    fn each_form_has_a_committee_of_its_own_size() {
        let sized = |form: Form, size: usize| {
            let mut city = city(9);
            std::sync::Arc::make_mut(city.state.joint_branches.get_mut(&JOINT).unwrap()).form = form;
            city.when(committee(size))
        };
        for (form, minimum, usual, maximum) in [(Form::GeneralBranch, 5, 7, 9), (Form::Committee, 5, 9, 9)] {
            sized(form, minimum - 1).refused(
                PostRejection::CommitteeSize { found: minimum - 1, allowed: u32::try_from(minimum).unwrap() }
                    .into(),
            );
            for size in minimum..=usual {
                sized(form, size).accepted();
            }
            for size in usual + 1..=maximum {
                sized(form, size).refused_by("committee-usual-size");
            }
            sized(form, maximum + 1).refused_by("committee-maximum-size");
        }
        // Nobody knows the size of what no record names.
        sized(Form::NotStated, 1).accepted();
    }

    #[test]
    fn a_functional_form_has_a_committee_of_any_size() {
        let mut city = city(9);
        let found = std::sync::Arc::make_mut(city.state.joint_branches.get_mut(&JOINT).unwrap());
        (found.form, found.arrangement) = (Form::Committee, Arrangement::Pairing);
        for size in [1, 10] {
            city.when(committee(size)).accepted();
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
