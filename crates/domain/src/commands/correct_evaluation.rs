//! `correct-evaluation`: a new event with a reason; raising a poor grade is the county's alone.

use crate::account::Role;
use crate::case::Case;
use crate::commands::evaluate_quarter::EvaluateQuarter;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::cycle::EvaluationCorrected;
use crate::joint_branch::Grade;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Corrects the grade of a quarter.
    pub struct CorrectEvaluation(pub EvaluateQuarter);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "correct-evaluation",
    title: say("更正评估", "Correct an evaluation"),
    group: Group::Evaluation,
    mechanisms: &[Mechanism::Evaluation],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && !joint.evaluations.is_empty()),
    yields: &["joint-branch.evaluation-corrected"],
    along: &[],
    refused_when: "nothing to correct; no reason; raising a poor grade is the county's alone",
    rules: &["nothing-to-correct", "reason-required", "county-alone", "four-eyes"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-07-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕41号", "issued": "2019-07-19"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "quarter": "2019Q2",
    "grade": "fair",
    "findings": ["补查会议记录后，组织生活次数达标"],
    "reason": "原评估漏计两次会议"
  }
}"#,
    example_follows: &["evaluate-quarter"],
};

pub(crate) fn entity(CorrectEvaluation(data): &CorrectEvaluation) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    CorrectEvaluation(data): &CorrectEvaluation,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    let level = case.require_organ(Level::Township, lead)?;
    let evaluation = joint_branch.evaluations.get(&data.quarter).filter(|found| found.grade != data.grade);
    let evaluation = evaluation.ok_or(Rejection::NothingToCorrect { quarter: data.quarter })?;
    let reason = data.reason.clone().ok_or(Rejection::ReasonMissing)?;
    case.four_eyes(evaluation.recorded_by.iter(), say("录入了原评估", "recorded the evaluation"))?;
    if evaluation.grade == Grade::Poor {
        let by_county =
            matches!(case.command.actor.role, Role::CountyOfficer | Role::Local) && level >= Level::County;
        if !by_county || case.command.document.is_none() {
            case.refuse(Rejection::CountyAlone { what: say("提高较差等次", "raising a poor grade") })?;
        }
    }
    case.document_once(joint_branch, "correct")?;
    Ok(vec![EventBody::EvaluationCorrected(EvaluationCorrected {
        joint_branch: joint_branch.id,
        quarter: data.quarter,
        grade: data.grade,
        earlier_grade: evaluation.grade,
        corrected_position: evaluation.position,
        corrected_effective_date: evaluation.effective_date,
        findings: data.findings.clone(),
        indicators: data.indicators.clone(),
        reason,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<CorrectEvaluation> {
    let EventBody::EvaluationCorrected(EvaluationCorrected {
        joint_branch,
        quarter,
        grade,
        earlier_grade: _,
        corrected_position: _,
        corrected_effective_date: _,
        findings,
        indicators,
        reason,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    let reason = Some(reason);
    Some(CorrectEvaluation(EvaluateQuarter { joint_branch, quarter, grade, findings, indicators, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::joint_branch::Phase;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN, V1};
    use crate::testing::drafts::{Draft, clerk, correct, evaluate, grading, officer, order, text};
    use crate::testing::{City, date};

    fn good() -> City {
        City::merged().given(evaluate("2019Q1", Grade::Good))
    }

    /// By another clerk of the township.
    fn by_clerk(draft: Draft) -> Draft {
        let actor = crate::actor::Actor { id: "clerk-2".into(), ..clerk() };
        draft.by(actor).behalf(TOWNSHIP_ORGAN).no_paper()
    }

    #[test]
    fn a_correction_names_what_it_corrects_and_why() {
        let city = City::poor();
        let position = city.state.last_position;
        let after = city.when(correct("2019Q1", Grade::Fair)).then(&[EventBody::EvaluationCorrected(
            EvaluationCorrected {
                joint_branch: JOINT,
                quarter: "2019Q1".parse().unwrap(),
                grade: Grade::Fair,
                earlier_grade: Grade::Poor,
                corrected_position: position,
                corrected_effective_date: date("2019-04-10"),
                findings: vec![text("议事记录不全")],
                indicators: std::collections::BTreeMap::new(),
                reason: text("复核"),
            },
        )]);
        assert!(!after.joint().is_in_cycle());
        assert_eq!(after.log.last().map(crate::Event::folded_on), Some(date("2019-04-10")));
    }

    #[test]
    fn a_grade_corrected_to_poor_calls_for_an_order_and_an_order_is_ended_by_its_review_only() {
        let fallen = good().given(by_clerk(correct("2019Q1", Grade::Poor)));
        fallen.when(order("2019-07-20")).accepted();
        let under_order = City::rectifying().given(evaluate("2019Q2", Grade::Good));
        let fallen = under_order.given(by_clerk(correct("2019Q2", Grade::Poor)));
        assert!(fallen.joint().poor_standing.is_empty());
        let raised = City::rectifying().given(correct("2019Q1", Grade::Good).on("2019-04-21"));
        assert_eq!(raised.joint().phase, Phase::Rectifying);
    }

    #[test]
    fn raising_a_poor_grade_is_the_countys_alone_with_a_paper() {
        let refused = Rejection::CountyAlone { what: say("提高较差等次", "raising a poor grade") };
        City::poor().when(correct("2019Q1", Grade::Fair).no_paper()).refused(refused.clone());
        City::poor().when(correct("2019Q1", Grade::Fair).behalf(TOWNSHIP_ORGAN)).refused(refused.clone());
        City::poor().when(by_clerk(correct("2019Q1", Grade::Good))).refused(refused);
        good().when(by_clerk(correct("2019Q1", Grade::Fair))).accepted();
    }

    #[test]
    fn who_recorded_a_grade_does_not_correct_it() {
        good().when(by_clerk(correct("2019Q1", Grade::Fair)).by(clerk())).refused(Rejection::FourEyes {
            actor: "clerk-1".into(),
            earlier: say("录入了原评估", "recorded the evaluation"),
        });
    }

    #[test]
    fn who_corrected_a_grade_does_not_correct_it_again() {
        let city = good().given(by_clerk(correct("2019Q1", Grade::Fair)));
        city.when(by_clerk(correct("2019Q1", Grade::Good))).refused(Rejection::FourEyes {
            actor: "clerk-2".into(),
            earlier: say("录入了原评估", "recorded the evaluation"),
        });
    }

    #[test]
    fn there_is_something_to_correct_and_a_reason() {
        let refused = |quarter: &str| Rejection::NothingToCorrect { quarter: quarter.parse().unwrap() };
        good().when(correct("2019Q1", Grade::Good)).refused(refused("2019Q1"));
        good().when(correct("2019Q2", Grade::Good)).refused(refused("2019Q2"));
        let body = CommandBody::CorrectEvaluation(CorrectEvaluation(grading("2019Q1", Grade::Fair)));
        let silent = Draft { body, ..correct("2019Q1", Grade::Fair) };
        good().when(silent).refused(Rejection::ReasonMissing);
    }

    #[test]
    fn one_paper_corrects_one_joint_branch_once() {
        let city = good()
            .given(evaluate("2019Q2", Grade::Good))
            .given(correct("2019Q1", Grade::Fair).on("2019-07-15").paper("昭委组〔2019〕30号", "2019-07-15"));
        let draft = correct("2019Q2", Grade::Fair).paper("昭委组〔2019〕30号", "2019-07-15");
        city.when(draft.by(officer("officer-2")))
            .refused(Rejection::DocumentRepeated { number: "昭委组〔2019〕30号".parse().unwrap() });
    }

    #[test]
    fn an_organ_corrects_a_live_joint_branch() {
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        good().when(correct("2019Q1", Grade::Fair).behalf(V1)).refused(refused);
        let after = City::dissolved();
        after.when(correct("2019Q1", Grade::Fair).on("2019-09-01")).refused(Rejection::WrongPhase {
            name: "联合党支部".into(),
            found: Phase::Dissolved,
            needed: say("已成立且未撤销", "established and not dissolved"),
        });
    }
}
