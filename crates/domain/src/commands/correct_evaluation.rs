//! `correct-evaluation`: a new event with a reason; raising a poor grade is the county's alone.

use crate::account::Role;
use crate::case::Case;
use crate::command_data::EvaluateQuarter;
use crate::event::EventBody;
use crate::event_data::EvaluationCorrected;
use crate::joint_branch::Grade;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &EvaluateQuarter) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    let level = case.require_organ(Level::Township, lead)?;
    let evaluation = joint_branch.evaluations.get(&data.quarter).filter(|found| found.grade != data.grade);
    let evaluation = evaluation.ok_or(Rejection::NothingToCorrect { quarter: data.quarter })?;
    let reason = data.reason.clone().ok_or(Rejection::ReasonMissing)?;
    case.four_eyes(std::iter::once(&evaluation.actor), "录入了原考评", "recorded the evaluation")?;
    if evaluation.grade == Grade::Poor {
        let by_county =
            matches!(case.command.actor.role, Role::CountyOfficer | Role::Local) && level >= Level::County;
        if !by_county || case.command.document.is_none() {
            return Err(Rejection::CountyAlone {
                what_zh: "提高较差等次", what: "raising a poor grade"
            });
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
