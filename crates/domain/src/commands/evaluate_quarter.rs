//! `evaluate-quarter`: one grade a quarter, once the quarter has ended.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::cycle::QuarterEvaluated;
use crate::ids::JointBranchId;
use crate::joint_branch::{Grade, Thread};
use crate::mechanism::Mechanism;
use crate::organization::Figure;
use crate::place::Level;
use crate::quarter::Quarter;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 季度评估，或更正已有的评估 / grades a quarter of a joint branch, or corrects its grade
    pub struct EvaluateQuarter {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 评估的季度，须已结束 / the quarter that is graded, which has ended
        pub quarter: Quarter,
        /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
        pub grade: Grade,
        /// 评估意见，每条一行 / what was found, one entry a line
        #[serde(default)]
        pub findings: Vec<Text>,
        /// 评估指标：以名称为键的数据 / the indicators of the quarter, as figures by name
        #[serde(default)]
        #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Text" }))]
        pub indicators: BTreeMap<Text, Figure>,
        /// 更正的理由；初次评估不填 / why the grade is corrected; absent where a quarter is graded first
        pub reason: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "evaluate-quarter",
    title: say("季度评估", "Evaluate a quarter"),
    group: Group::Evaluation,
    mechanisms: &[Mechanism::Evaluation, Mechanism::Responsibilities],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["joint-branch.evaluated"],
    along: &[],
    refused_when: "the quarter has not ended, lies before the establishing, or is evaluated",
    rules: &["quarter-ended", "quarter-lived", "evaluated-once", "evaluation-due"],
    choices: &[Choice::Of { field: "grade", uses: &[Use::may("reason", &[])] }],
    example: r#"{
  "effective_date": "2019-07-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "quarter": "2019Q2",
    "grade": "poor",
    "findings": ["组织生活次数不足", "集体经济未见增长"],
    "indicators": {"meetings": {"value": 1, "unit": "次", "period": "2019Q2", "source": "台账"}}
  }
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &EvaluateQuarter) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &EvaluateQuarter) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Cycle])?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    let quarter = data.quarter;
    if quarter.end() >= case.on() {
        case.refuse(Rejection::QuarterNotEnded { quarter, end: quarter.end(), on: case.on() })?;
    }
    let established =
        joint_branch.establishment.as_ref().map_or(joint_branch.proposed_on, |found| found.effective_date);
    let first = Quarter::of(established);
    if quarter < first {
        case.refuse(Rejection::QuarterBeforeEstablishment { quarter, first })?;
    }
    if joint_branch.evaluations.contains_key(&quarter) {
        case.refuse(Rejection::AlreadyEvaluated { quarter })?;
    }
    Ok(vec![EventBody::QuarterEvaluated(QuarterEvaluated {
        joint_branch: joint_branch.id,
        quarter,
        grade: data.grade,
        findings: data.findings.clone(),
        indicators: data.indicators.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<EvaluateQuarter> {
    let EventBody::QuarterEvaluated(QuarterEvaluated { joint_branch, quarter, grade, findings, indicators }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(EvaluateQuarter { joint_branch, quarter, grade, findings, indicators, reason: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::{Grade, Phase};
    use crate::say::say;
    use crate::testing::city::{JOINT, V1};
    use crate::testing::drafts::{evaluate, review, text};
    use crate::testing::{City, date};

    #[test]
    fn an_ended_quarter_is_graded_once() {
        let after =
            City::merged().when(evaluate("2019Q1", Grade::Good)).then(&[EventBody::QuarterEvaluated(
                QuarterEvaluated {
                    joint_branch: JOINT,
                    quarter: "2019Q1".parse().unwrap(),
                    grade: Grade::Good,
                    findings: vec![text("议事记录不全")],
                    indicators: std::collections::BTreeMap::new(),
                },
            )]);
        assert!(!after.joint().is_in_cycle());
        let quarter = "2019Q1".parse().unwrap();
        after.when(evaluate("2019Q1", Grade::Poor)).refused(Rejection::AlreadyEvaluated { quarter });
    }

    #[test]
    fn the_quarter_has_ended() {
        let quarter: Quarter = "2019Q1".parse().unwrap();
        City::merged().when(evaluate("2019Q1", Grade::Good).on("2019-04-01")).accepted();
        City::merged()
            .when(evaluate("2019Q1", Grade::Good).on("2019-03-31"))
            .refused(Rejection::QuarterNotEnded { quarter, end: date("2019-03-31"), on: date("2019-03-31") });
    }

    #[test]
    fn the_quarter_of_establishment_is_the_first() {
        let (quarter, first) = ("2018Q4".parse().unwrap(), "2019Q1".parse().unwrap());
        let refused = Rejection::QuarterBeforeEstablishment { quarter, first };
        City::merged().when(evaluate("2018Q4", Grade::Good).on("2019-04-01")).refused(refused);
    }

    #[test]
    fn quarters_go_on_being_evaluated_in_the_cycle() {
        let rectifying = City::rectifying().given(evaluate("2019Q2", Grade::Good));
        assert_eq!(rectifying.joint().phase, Phase::Rectifying);
        let again = City::rectifying().given(evaluate("2019Q2", Grade::Poor));
        let failed = again.given(review(false, (4, 4), (200, 200))).given(evaluate("2019Q3", Grade::Fair));
        assert_eq!(failed.joint().phase, Phase::TerminationDue);
        // The review answered for every quarter under the order.
        let improved = City::rectifying().given(evaluate("2019Q2", Grade::Poor));
        assert!(!improved.given(review(true, (4, 4), (200, 200))).joint().is_in_cycle());
    }

    #[test]
    fn an_organ_evaluates_a_live_joint_branch() {
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::merged().when(evaluate("2019Q1", Grade::Good).behalf(V1)).refused(refused);
        let wrong = |found| Rejection::WrongPhase {
            name: "联合党支部".into(),
            found,
            needed: say("已成立且未撤销", "established and not dissolved"),
        };
        City::surveyed().when(evaluate("2019Q1", Grade::Good)).refused(wrong(Phase::Proposed));
        City::dissolved().when(evaluate("2019Q3", Grade::Good)).refused(wrong(Phase::Dissolved));
    }
}
