//! What the form of a joint branch asks: that it fits the arrangement, and how many members of the Party it has.

use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::joint_branch::{Arrangement, Form, JointBranch};
use crate::organization::Organization;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::say::say;

/// A form, and the kind of it that a policy has added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormAndKind<'a> {
    pub(crate) arrangement: Arrangement,
    pub(crate) form: Form,
    pub(crate) kind: Option<&'a Code>,
}

impl<'a> FormAndKind<'a> {
    pub(crate) fn of(joint_branch: &'a JointBranch) -> Self {
        let JointBranch { arrangement, form, form_kind, .. } = joint_branch;
        Self { arrangement: *arrangement, form: *form, kind: form_kind.as_ref() }
    }

    /// 功能型: its members keep their superior and go on working, so that neither its numbers nor its secretary's other
    /// post matter. A pairing is a branch or committee in no other way, also where it was registered without its kind.
    pub(crate) fn is_functional(self, policy: &Policy) -> bool {
        policy.is_functional(self.kind) || self.is_only_functional()
    }

    fn is_only_functional(self) -> bool {
        self.arrangement == Arrangement::Pairing && matches!(self.form, Form::Branch | Form::Committee)
    }
}

/// What the form itself asks of its members.
pub(crate) fn check(
    case: &mut Case<'_>,
    asked: FormAndKind<'_>,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    check_fit(asked, case.policy.is_functional(asked.kind))?;
    check_size(case, asked, members)
}

/// Whether the form of what existed before fits the arrangement: where its papers say no kind, it is the one that the policy
/// lists.
pub(crate) fn check_registered(case: &Case<'_>, asked: FormAndKind<'_>) -> Result<(), Rejection> {
    let is_functional = match asked.kind {
        Some(_) => case.policy.is_functional(asked.kind),
        None => asked.is_only_functional() && case.policy.lists_functional(asked.form.regulated()),
    };
    check_fit(asked, is_functional)
}

fn check_fit(asked: FormAndKind<'_>, is_functional: bool) -> Result<(), Rejection> {
    let refused = |zh, en| Err(Rejection::FormCondition { detail: say(zh, en) });
    match (asked.arrangement, asked.form) {
        (_, Form::NotStated) => refused(
            "须写明形式，只有存量登记可不载明",
            "the form is said; only a registration of the past may not know it",
        ),
        (Arrangement::Merger, Form::None) => refused("合建必须有党组织形式", "a merger has an organ"),
        (Arrangement::Merger, _) if is_functional => refused(
            "功能型党组织不改变成员的隶属关系，只能用于共建",
            "the members of a functional form keep their superior: it is a pairing's only",
        ),
        (Arrangement::Pairing, Form::Branch | Form::Committee) if !is_functional => refused(
            "共建只能是党总支、结对，或政策所列的功能型党支部、党委（须写明形式细类）",
            "a pairing is a general branch, one without an organ, or of a functional kind that the policy lists",
        ),
        _ => Ok(()),
    }
}

/// 党员 of all members against what the form asks; a functional form joins nobody's members.
fn check_size(
    case: &mut Case<'_>,
    asked: FormAndKind<'_>,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    if asked.is_functional(case.policy) {
        return Ok(());
    }
    let figures = &case.policy.thresholds;
    let found = members.iter().fold(0_u32, |sum, member| sum.saturating_add(member.members()));
    let rejection = match asked.form {
        Form::Branch if found > figures.branch_maximum_members => {
            Rejection::BranchMaximum { found, allowed: figures.branch_maximum_members }
        }
        Form::GeneralBranch if found <= figures.general_branch_over_members => {
            Rejection::GeneralBranchMembers { found, allowed: figures.general_branch_over_members }
        }
        Form::Committee if found < figures.committee_minimum_members => {
            Rejection::CommitteeMembers { found, allowed: figures.committee_minimum_members }
        }
        _ => return Ok(()),
    };
    case.breach(rejection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{CommandBody, ProposeJointBranch, RecordElection};
    use crate::policy::LegalEffect;
    use crate::post::{Elected, ElectedPost};
    use crate::testing::city::{JOINT, OTHER_JOINT, SECRETARY, UNIT, V1, V2, V3, V4, members};
    use crate::testing::drafts::policies::list_area_committee;
    use crate::testing::drafts::posts::{committee_of, committee_persons, elect_as, election};
    use crate::testing::drafts::{
        Draft, appointment, assign, assign_as, merge, pair, pairing, proposal, propose, survey, text,
    };
    use crate::testing::{City, date};

    fn listing(effect: LegalEffect) -> City {
        City::new().given(list_area_committee(effect))
    }

    fn area(data: ProposeJointBranch) -> ProposeJointBranch {
        ProposeJointBranch { form: Form::Committee, form_kind: "area_committee".parse().ok(), ..data }
    }

    fn refused_form(outcome: crate::testing::Outcome) {
        outcome.refused_by("form");
    }

    #[test]
    fn a_merger_has_an_organ_and_a_pairing_none_or_a_general_branch() {
        let none = ProposeJointBranch { form: Form::None, ..proposal(&[V1, V2]) };
        refused_form(City::new().when(propose(none)));
        for form in [Form::Branch, Form::Committee] {
            refused_form(City::new().when(propose(ProposeJointBranch { form, ..pairing(&[V1, V2]) })));
        }
        let general = ProposeJointBranch { form: Form::GeneralBranch, ..pairing(&[V1, V2]) };
        City::new().given(members(V1, 60, 0)).when(propose(general)).accepted();
    }

    #[test]
    fn a_unit_joins_a_joint_branch_of_any_form() {
        City::new().when(propose(proposal(&[V1, UNIT]))).accepted();
        let city = City::new().given(members(V1, 60, 0));
        let general = ProposeJointBranch { form: Form::GeneralBranch, ..pairing(&[V1, UNIT]) };
        city.when(propose(general)).accepted();
        let committee = ProposeJointBranch { form: Form::Committee, ..proposal(&[V1, UNIT]) };
        city.given(members(UNIT, 60, 0)).when(propose(committee)).accepted();
        // 村企联合党支部: the village is asked, the unit is not, and its head sits in the committee.
        let persons = committee_persons(3);
        let with_persons = persons.iter().fold(City::new(), |city, id| {
            city.given(crate::testing::drafts::person(*id, Some("2010-07-01")))
        });
        let merged = with_persons.given(propose(proposal(&[V1, UNIT]))).given(survey(&[(V1, 100, 100)]));
        let merged = merged.given(merge()).given(members(V1, 9, 0).on("2019-03-02"));
        assert!(merged.joint().members.contains(&UNIT));
        let formal = [V1, UNIT].iter().map(|id| merged.state.organizations[id].formal_members).sum();
        let seat = |person| Elected { person, post: ElectedPost::CommitteeMember, votes: formal };
        let elected = persons.iter().copied().map(seat).collect();
        let held = RecordElection { held_on: date("2019-03-10"), present: formal, elected, ..election() };
        let merged = merged.given(elect_as(held).on("2019-03-10"));
        let mut seats = committee_of(&persons);
        seats[2].duty = text("兼职委员");
        let mut draft = crate::testing::drafts::posts::committee(3);
        if let CommandBody::AppointCommittee(data) = &mut draft.body {
            data.members.clone_from(&seats);
        }
        let after = merged.when(draft).accepted();
        assert_eq!(after.joint().committee, seats);
    }

    #[test]
    fn a_functional_form_is_a_pairings_and_its_numbers_do_not_matter() {
        let functional = listing(LegalEffect::Functional);
        functional.when(propose(area(pairing(&[V1, V2])))).accepted();
        refused_form(functional.when(propose(area(proposal(&[V1, V2])))));
        // Another form of a policy is as large as the regulations ask, and does not fit a pairing.
        let organic = listing(LegalEffect::Organic);
        refused_form(organic.when(propose(area(pairing(&[V1, V2])))));
        organic.when(propose(area(proposal(&[V1, V2])))).refused_by("committee-members");
        // Its members work on.
        let surveyed = functional
            .given(propose(area(pairing(&[V1, V2]))))
            .given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
        let paired = surveyed.given(pair());
        assert!(paired.organization(V1).merger.is_none() && paired.joint().vacant_since.is_some());
    }

    #[test]
    fn who_heads_a_functional_form_may_head_another_joint_branch_too() {
        let both = listing(LegalEffect::Functional)
            .given(propose(proposal(&[V1, V2])))
            .given(survey(&[(V1, 100, 100), (V2, 100, 100)]))
            .given(merge())
            .given(assign(SECRETARY));
        let other = ProposeJointBranch { id: Some(OTHER_JOINT), ..area(pairing(&[V3, V4])) };
        let mut asked = survey(&[(V3, 100, 100), (V4, 100, 100)]);
        if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
            data.joint_branch = OTHER_JOINT;
        }
        let mut paired: Draft = pair().paper("昭委组〔2019〕28号", "2019-03-01");
        if let CommandBody::PairBranches(data) = &mut paired.body {
            data.0.joint_branch = OTHER_JOINT;
        }
        let both = both.given(propose(other)).given(asked).given(paired);
        let second = crate::commands::AssignSecretary { joint_branch: OTHER_JOINT, ..appointment(SECRETARY) };
        let after = both.when(assign_as(second).paper("元委〔2019〕18号", "2019-03-10")).accepted();
        assert_eq!(after.state.persons[&SECRETARY].secretary_of, [JOINT, OTHER_JOINT].into());
        // Relieved of one post, the other stays.
        let relieved = after.given(crate::testing::drafts::relieve(SECRETARY));
        assert_eq!(relieved.state.persons[&SECRETARY].secretary_of, [OTHER_JOINT].into());
    }
}
