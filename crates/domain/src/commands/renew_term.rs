//! `renew-term`: an approved document moves the end of a term, as a rule by a year at most.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::TermRenewed;
use crate::ids::JointBranchId;
use crate::joint_branch::Thread;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 经批准延长或提前结束任期 / puts the end of a term off, or brings it forward, with approval
    pub struct RenewTerm {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 新的任期止日，一般前后不超过一年 / the new last day of the term, as a rule within a year of the old one
        pub term_end: Date,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "renew-term",
    title: say("延长或提前任期", "Move the end of a term"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Elections],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.term.is_some()),
    yields: &["joint-branch.term-renewed"],
    along: &[],
    refused_when: "no approval; as a rule moved by more than a year; no term on file",
    rules: &["document-required", "term-shift", "term-on-file"],
    choices: &[],
    example: r#"{
  "effective_date": "2024-02-01",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2024〕3号", "issued": "2024-01-30"},
  "decided_by": {"meeting": "白果乡党委会第2次会议", "date": "2024-01-29"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "term_end": "2024-09-04", "reason": "与村两委换届同步"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RenewTerm) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RenewTerm) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.require_document(joint_branch, "renew")?;
    let term = joint_branch.term.as_ref();
    let term = term.ok_or_else(|| PostRejection::NoTerm { name: joint_branch.name.to_string() })?;
    let allowed = case.policy.thresholds.term_shift_maximum_months;
    let months = i32::try_from(allowed).unwrap_or(0);
    if data.term_end == term.end {
        return Err(Rejection::NothingToRecord);
    }
    // No term ends before it is decided that it shall.
    case.not_after(say("生效日期", "the effective date"), case.on(), data.term_end)?;
    let (end, scheduled) = (data.term_end, term.scheduled_end);
    let (earliest, latest) = (scheduled.plus_months(-months), scheduled.plus_months(months));
    if end < earliest || end > latest {
        case.breach(PostRejection::TermShift { end, scheduled, earliest, latest, allowed }.into())?;
    }
    Ok(vec![EventBody::TermRenewed(TermRenewed {
        joint_branch: joint_branch.id,
        term_end: data.term_end,
        earlier_end: term.end,
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RenewTerm> {
    let EventBody::TermRenewed(TermRenewed { joint_branch, term_end, earlier_end: _, reason }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RenewTerm { joint_branch, term_end, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::city::{JOINT, V1};
    use crate::testing::drafts::officer;
    use crate::testing::drafts::posts::renew;
    use crate::testing::{City, date};

    #[test]
    fn an_approved_paper_puts_the_end_of_a_term_off() {
        let after = City::headed().when(renew("2025-03-14")).then(&[EventBody::TermRenewed(TermRenewed {
            joint_branch: JOINT,
            term_end: date("2025-03-14"),
            earlier_end: date("2024-03-14"),
            reason: None,
        })]);
        assert_eq!(
            after.joint().secretary.as_ref().and_then(|found| found.term_end),
            Some(date("2025-03-14"))
        );
        // What was put off once is not put off by another year.
        let again = renew("2026-03-14").paper("元委〔2024〕9号", "2024-02-01");
        after.when(again).refused(shift("2026-03-14"));
    }

    fn shift(end: &str) -> Rejection {
        PostRejection::TermShift {
            end: date(end),
            scheduled: date("2024-03-14"),
            earliest: date("2023-03-14"),
            latest: date("2025-03-14"),
            allowed: 12,
        }
        .into()
    }

    #[test]
    fn a_term_is_moved_by_more_than_a_year_with_the_countys_override_and_never_into_the_past() {
        let over = renew("2025-03-15");
        City::headed().when(over.clone()).refused(shift("2025-03-15"));
        City::headed().when(over.clone().overriding()).refused(Rejection::OverrideByCounty);
        City::headed().when(over.by(officer("officer-1")).overriding()).warns(&["term-shift"]);
        City::headed().when(renew("2024-02-01")).accepted();
        let past = renew("2024-01-31").by(officer("officer-1")).overriding();
        City::headed().when(past).refused(Rejection::DateAfter {
            what: say("生效日期", "the effective date"),
            date: date("2024-02-01"),
            limit: date("2024-01-31"),
        });
        City::headed().when(renew("2024-03-14")).refused(Rejection::NothingToRecord);
        let narrow = City::headed().with_policy(|policy| policy.thresholds.term_shift_maximum_months = 6);
        narrow.when(renew("2024-09-14")).accepted();
        assert!(narrow.when(renew("2024-09-15")).decision.is_err());
    }

    #[test]
    fn there_is_a_term_an_approval_and_a_meeting() {
        let refused = PostRejection::NoTerm { name: "联合党支部".into() };
        City::merged().when(renew("2024-09-14")).refused(refused.into());
        City::headed().when(renew("2024-09-14").no_paper()).refused(Rejection::DocumentMissing);
        City::headed().when(renew("2024-09-14").undecided()).refused(Rejection::DecidedByMissing);
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::headed().when(renew("2024-09-14").behalf(V1)).refused(refused);
    }

    #[test]
    fn one_paper_moves_a_term_once() {
        let city = City::headed().given(renew("2024-09-14"));
        let number = "元委〔2024〕3号".parse().unwrap();
        city.when(renew("2024-10-14")).refused(Rejection::DocumentRepeated { number });
    }
}
