//! `record-will-survey`: the will of every member village, each once.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::command_data::RecordWillSurvey;
use crate::commands::establishment::member_villages;
use crate::event::EventBody;
use crate::event_data::{JointBranchSurveyed, SurveyResult};
use crate::joint_branch::Phase;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordWillSurvey) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed,
        "已提出、未决定",
        "proposed and not decided",
    )?;
    let wanted = member_villages(case, joint_branch);
    let mut seen = BTreeSet::new();
    let mut villages = Vec::new();
    for (index, entry) in data.villages.iter().enumerate() {
        let village = case.place(&entry.village, &format!("/data/villages/{index}/village"))?;
        let refused = |detail_zh, detail| {
            Err(Rejection::SurveyVillages { village: entry.village.to_string(), detail_zh, detail })
        };
        if !wanted.contains_key(&village.id) {
            return refused("不是成员村", "not a member village:");
        }
        if !seen.insert(village.id) {
            return refused("重复列出", "listed twice:");
        }
        if entry.in_favour > entry.asked {
            let (asked, in_favour) = (entry.asked, entry.in_favour);
            return Err(Rejection::SurveyCounts { village: entry.village.clone(), asked, in_favour });
        }
        case.not_after("调查日期", "the survey", entry.date, case.on())?;
        villages.push(SurveyResult {
            village: village.id,
            asked: entry.asked,
            in_favour: entry.in_favour,
            method: entry.method.clone(),
            date: entry.date,
        });
    }
    if let Some(missing) = wanted.keys().find(|village| !seen.contains(village)) {
        let village = case
            .state
            .places
            .get(missing)
            .map_or_else(String::new, |place| format!("{} {}", place.code, place.name));
        return Err(Rejection::SurveyVillages {
            village,
            detail_zh: "缺少成员村",
            detail: "a member village is missing:",
        });
    }
    Ok(vec![EventBody::JointBranchSurveyed(JointBranchSurveyed {
        joint_branch: joint_branch.id,
        survey: case.command.id,
        villages,
    })])
}
