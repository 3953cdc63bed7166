//! `record-agreement` 结对共建协议书: what the parties of a pairing agreed to do, and until when; a renewal takes its place.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::establishing::AgreementRecorded;
use crate::ids::JointBranchId;
use crate::joint_branch::{Arrangement, Phase};
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{EstablishingRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记结对共建协议书或其续签 / records the agreement of a pairing, or its renewal
    pub struct RecordAgreement {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 签订日期 / the day on which it was signed
        pub date: Date,
        /// 协议期限的最后一日 / the last day on which it holds
        pub until: Date,
        /// 约定的事项，逐项填写 / what the parties agreed to do, item by item
        pub items: Vec<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-agreement",
    title: say("登记结对共建协议", "Record an agreement of a pairing"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Agreements],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| {
        joint.arrangement == Arrangement::Pairing && (joint.phase == Phase::Proposed || joint.phase.is_live())
    }),
    yields: &["joint-branch.agreement-recorded"],
    along: &[],
    refused_when: "of a merger; it ends before it begins; it names nothing that was agreed",
    rules: &["agreement-pairing", "agreement-dates", "agreement-due"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-01-20",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白结协〔2019〕1号", "issued": "2019-01-18"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000009",
    "date": "2019-01-18",
    "until": "2022-01-17",
    "items": ["每季度联合开展一次主题党日", "合作社优先收购田岩村的猕猴桃"]
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(data: &RecordAgreement) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordAgreement) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed || phase.is_live(),
        say("待批准未决定，或运行中", "proposed and not decided, or live"),
    )?;
    if joint_branch.arrangement != Arrangement::Pairing {
        let name = joint_branch.name.to_string();
        case.refuse(EstablishingRejection::AgreementOfMerger { name })?;
    }
    let (date, until) = (data.date, data.until);
    case.not_after(say("协议签订日期", "the signing of the agreement"), date, case.on())?;
    if until <= date {
        case.refuse(EstablishingRejection::AgreementDates { date, until })?;
    }
    if data.items.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("事项", "the items") })?;
    }
    Ok(vec![EventBody::AgreementRecorded(AgreementRecorded {
        joint_branch: joint_branch.id,
        date,
        until,
        items: data.items.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordAgreement> {
    let EventBody::AgreementRecorded(AgreementRecorded { joint_branch, date, until, items }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordAgreement { joint_branch, date, until, items })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::Form;
    use crate::rejection::EstablishingRejection as Refused;
    use crate::resolution::Agreement;
    use crate::testing::City;
    use crate::testing::city::{JOINT, V1, V2};
    use crate::testing::date;
    use crate::testing::drafts::changes::{change, changing};
    use crate::testing::drafts::resolutions::{agree, agree_as, agreement, date_rules};
    use crate::testing::drafts::{pair, pairing, propose, survey, text};

    fn from(city: City, day: &str) -> City {
        city.with_policy(|policy| {
            date_rules(policy, &["agreement-required", "agreement-in-force"], date(day))
        })
    }

    #[test]
    fn an_agreement_is_on_file_and_a_renewal_takes_its_place() {
        let after = City::paired_proposal().when(agree("2021-02-09")).then(&[EventBody::AgreementRecorded(
            AgreementRecorded {
                joint_branch: JOINT,
                date: date("2019-02-10"),
                until: date("2021-02-09"),
                items: vec![text("每季度联合开展一次主题党日")],
            },
        )]);
        let on_file = |until: &str| Agreement {
            date: date("2019-02-10"),
            until: date(until),
            items: vec![text("每季度联合开展一次主题党日")],
            document: None,
        };
        assert_eq!(after.joint().agreement, Some(on_file("2021-02-09")));
        let renewed = after.given(pair()).given(agree("2023-02-09").on("2019-06-01"));
        assert_eq!(renewed.joint().agreement, Some(on_file("2023-02-09")));
    }

    #[test]
    fn from_the_rules_day_a_pairing_without_an_organ_rests_on_its_agreement() {
        let city = City::paired_proposal();
        from(city.clone(), "2019-03-02").when(pair()).accepted();
        let asked = from(city, "2019-03-01");
        asked.when(pair()).refused(Refused::AgreementMissing.into());
        asked.clone().given(agree("2019-03-01")).when(pair()).accepted();
        let ended = Refused::AgreementEnded { until: date("2019-02-28"), on: date("2019-03-01") };
        asked.given(agree("2019-02-28")).when(pair()).refused(ended.into());
    }

    #[test]
    fn one_with_an_organ_needs_none_until_it_gives_its_organ_up() {
        let data = crate::commands::ProposeJointBranch { form: Form::GeneralBranch, ..pairing(&[V1, V2]) };
        let city = City::new().given(crate::testing::city::members(V1, 60, 0)).given(propose(data));
        let city = from(city.given(survey(&[(V1, 100, 100), (V2, 100, 100)])), "2019-01-01");
        let paired = city.given(pair());
        let none = || change(crate::commands::ChangeJointBranch { form: Some(Form::None), ..changing() });
        paired.when(none()).refused(Refused::AgreementMissing.into());
        paired.given(agree("2021-02-09").on("2019-05-01")).when(none()).accepted();
    }

    #[test]
    fn it_ends_after_it_begins_and_names_what_was_agreed() {
        let dated = |date: Date, until: Date| {
            City::paired_proposal().when(agree_as(RecordAgreement { date, until, ..agreement("2021-02-09") }))
        };
        let day = date("2019-02-10");
        dated(day, date("2019-02-11")).accepted();
        dated(day, day).refused(Refused::AgreementDates { date: day, until: day }.into());
        dated(date("2019-02-16"), date("2021-01-01")).refused_by("date-order");
        let empty = RecordAgreement { items: Vec::new(), ..agreement("2021-02-09") };
        City::paired_proposal().when(agree_as(empty)).refused_by("list-not-empty");
        City::proposed().when(agree("2021-02-09")).refused_by("agreement-pairing");
    }
}
