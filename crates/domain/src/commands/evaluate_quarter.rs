//! `evaluate-quarter`: one grade a quarter, once the quarter has ended.

use crate::case::Case;
use crate::command_data::EvaluateQuarter;
use crate::event::EventBody;
use crate::event_data::QuarterEvaluated;
use crate::place::Level;
use crate::quarter::Quarter;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &EvaluateQuarter) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    let quarter = data.quarter;
    if quarter.end() >= case.on() {
        return Err(Rejection::QuarterNotEnded { quarter, end: quarter.end(), on: case.on() });
    }
    let established =
        joint_branch.establishment.as_ref().map_or(joint_branch.proposed_on, |found| found.effective_date);
    let first = Quarter::of(established);
    if quarter < first {
        return Err(Rejection::QuarterBeforeEstablishment { quarter, first });
    }
    if joint_branch.evaluations.contains_key(&quarter) {
        return Err(Rejection::AlreadyEvaluated { quarter });
    }
    Ok(vec![EventBody::QuarterEvaluated(QuarterEvaluated {
        joint_branch: joint_branch.id,
        quarter,
        grade: data.grade,
        findings: data.findings.clone(),
        indicators: data.indicators.clone(),
    })])
}
