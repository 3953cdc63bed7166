//! `record-will-survey`: the will of every member village, each once; of a live joint branch, that of villages that
//! would join or leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{member_villages, organization_of, village_base};
use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::{JointBranchSurveyed, SurveyResult};
use crate::ids::JointBranchId;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::person::MAX_PEOPLE;
use crate::place::PlaceCode;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 一个村的群众意愿调查结果 / the result of the will survey in one village
    pub struct SurveyedVillage {
        /// 成员村的区划代码 / the code of the member village
        pub village: PlaceCode,
        /// 征求户数 / the number of households asked
        #[schemars(range(max = MAX_PEOPLE))]
        pub asked: u32,
        /// 同意户数，不多于征求户数 / the number of households in favour, of those asked
        #[schemars(range(max = MAX_PEOPLE))]
        pub in_favour: u32,
        /// 调查方法，如入户走访、村民代表会议 / how the households were asked, such as 入户走访
        pub method: Text,
        /// 调查日期 / the day on which the households were asked
        pub date: Date,
    }

    /// 登记各成员村的群众意愿调查 / records a will survey of every member village
    pub struct RecordWillSurvey {
        /// 所调查的请示，即联合党组织的记录编号 / the proposal that was asked about, by the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 各成员村的结果，每村一项 / the result of each member village, one entry a village
        pub villages: Vec<SurveyedVillage>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-will-survey",
    title: say("登记群众意愿调查", "Record a will survey"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::WillSurvey],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed || joint.phase.is_live()),
    yields: &["joint-branch.surveyed"],
    along: &[],
    refused_when: "more in favour than asked; a member village is missing",
    rules: &["survey-counts", "survey-villages", "households-on-file"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-02-15",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "villages": [
      {"village": "510811210205", "asked": 240, "in_favour": 221, "method": "入户问卷", "date": "2019-02-12"},
      {"village": "510811210206", "asked": 180, "in_favour": 150, "method": "入户问卷", "date": "2019-02-13"}
    ]
  }
}"#,
    example_follows: &["propose-joint-branch"],
};

pub(crate) fn entity(data: &RecordWillSurvey) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordWillSurvey) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed || phase.is_live(),
        say("待批准（请示）未决定，或运行中", "proposed and not decided, or live"),
    )?;
    let is_live = joint_branch.phase.is_live();
    if is_live && data.villages.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("各村", "the villages") })?;
    }
    // A live joint branch asks a village that would join or leave, which need not be a member.
    let wanted = if is_live { BTreeMap::new() } else { member_villages(case.state, &joint_branch.members) };
    let mut seen = BTreeSet::new();
    let mut villages = Vec::new();
    for (index, entry) in data.villages.iter().enumerate() {
        let village = case.place(&entry.village, &format!("/data/villages/{index}/village"))?;
        let refused =
            |detail: Say| Err(Rejection::SurveyVillages { village: entry.village.to_string(), detail });
        let candidate = is_live.then(|| organization_of(case.state, village.id)).flatten();
        let Some(organization) = wanted.get(&village.id).copied().or(candidate) else {
            return refused(say("不是成员村", "not a member village:"));
        };
        if !seen.insert(village.id) {
            return refused(say("重复列出", "listed twice:"));
        }
        if entry.in_favour > entry.asked {
            let (asked, in_favour) = (entry.asked, entry.in_favour);
            case.refuse(Rejection::SurveyCounts { village: entry.village.clone(), asked, in_favour })?;
        }
        // The base is what is on file now: a survey recorded without one could never count.
        if village_base(organization).is_none() {
            case.refuse(Rejection::HouseholdsUnknown { name: organization.name.to_string() })?;
        }
        case.not_after(say("调查日期", "the survey"), entry.date, case.on())?;
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
        case.refuse(Rejection::SurveyVillages {
            village,
            detail: say("缺少成员村", "a member village is missing:"),
        })?;
    }
    Ok(vec![EventBody::JointBranchSurveyed(JointBranchSurveyed {
        joint_branch: joint_branch.id,
        survey: case.command.id,
        villages,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordWillSurvey> {
    let EventBody::JointBranchSurveyed(JointBranchSurveyed { joint_branch, survey: _, villages }) =
        recorded.lead.clone()
    else {
        return None;
    };
    let surveyed = |SurveyResult { village, asked, in_favour, method, date }| {
        Some(SurveyedVillage { village: recorded.code(village)?, asked, in_favour, method, date })
    };
    let villages = villages.into_iter().map(surveyed).collect::<Option<_>>()?;
    Some(RecordWillSurvey { joint_branch, villages })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::commands::record_will_survey::SurveyedVillage;
    use crate::place::PlaceCode;
    use crate::testing::city::{JOINT, OTHER_JOINT, UNIT, V1, V2, V3, place};
    use crate::testing::drafts::{Draft, officer, pairing, propose, reject, survey, text, withdraw};
    use crate::testing::{City, date};

    fn code(text: &str) -> PlaceCode {
        text.parse().unwrap()
    }

    fn refused(village: &str, detail: Say) -> Rejection {
        Rejection::SurveyVillages { village: village.to_owned(), detail }
    }

    fn edited(mut draft: Draft, change: impl FnOnce(&mut RecordWillSurvey)) -> Draft {
        if let CommandBody::RecordWillSurvey(data) = &mut draft.body {
            change(data);
        }
        draft
    }

    #[test]
    fn every_member_village_is_asked_once() {
        let result = |code, asked, in_favour| SurveyResult {
            village: place(code),
            asked,
            in_favour,
            method: text("入户"),
            date: date("2019-02-01"),
        };
        let city = City::proposed();
        let outcome = city.when(survey(&[(V1, 80, 70), (V2, 60, 0)]));
        let survey = outcome.after.last_command();
        let after = outcome.then(&[EventBody::JointBranchSurveyed(JointBranchSurveyed {
            joint_branch: JOINT,
            survey,
            villages: vec![result("510811100201", 80, 70), result("510811100202", 60, 0)],
        })]);
        assert!(after.joint().surveyed_by.contains("clerk-1"));
    }

    #[test]
    fn a_second_survey_stands_beside_the_first() {
        let after =
            City::surveyed().when(survey(&[(V1, 90, 10), (V2, 60, 10)]).by(officer("officer-2"))).accepted();
        let asked: Vec<u32> = after.joint().surveys.iter().map(|survey| survey.villages[0].asked).collect();
        assert_eq!((asked, after.joint().surveyed_by.len()), (vec![100, 90], 2));
    }

    #[test]
    fn a_unit_is_no_village() {
        let city = City::new().given(propose(pairing(&[V1, UNIT])));
        city.when(survey(&[(V1, 80, 70)])).accepted();
    }

    #[test]
    fn a_village_missing_repeated_or_of_no_member_is_refused() {
        let city = City::proposed();
        let missing = refused("510811100202 二村", say("缺少成员村", "a member village is missing:"));
        city.when(survey(&[(V1, 80, 70)])).refused(missing);
        let repeated = refused("510811100201", say("重复列出", "listed twice:"));
        city.when(survey(&[(V1, 80, 70), (V1, 80, 70)])).refused(repeated);
        let foreign = refused("510811100203", say("不是成员村", "not a member village:"));
        city.when(survey(&[(V1, 80, 70), (V3, 80, 70)])).refused(foreign);
        let unknown = Case::unknown(say("行政区划", "place"), &"510811100299", "/data/villages/0/village");
        let draft = edited(survey(&[(V1, 80, 70)]), |data| {
            let village = code("510811100299");
            data.villages = vec![SurveyedVillage { village, ..data.villages[0].clone() }];
        });
        city.when(draft).refused(unknown);
    }

    #[test]
    fn no_more_are_in_favour_than_were_asked() {
        City::proposed().when(survey(&[(V1, 80, 80), (V2, 80, 81)])).refused(Rejection::SurveyCounts {
            village: code("510811100202"),
            asked: 80,
            in_favour: 81,
        });
    }

    #[test]
    fn nobody_is_asked_after_the_effective_date() {
        let held = |day: &str| {
            let day = date(day);
            edited(survey(&[(V1, 80, 80), (V2, 80, 80)]), |data| data.villages[0].date = day)
        };
        City::proposed().when(held("2019-02-10")).accepted();
        City::proposed().when(held("2019-02-11")).refused(Rejection::DateAfter {
            what: say("调查日期", "the survey"),
            date: date("2019-02-11"),
            limit: date("2019-02-10"),
        });
    }

    #[test]
    fn only_a_proposal_is_surveyed() {
        let unknown = Case::unknown(say("联合党组织", "joint branch"), &OTHER_JOINT, "/data/joint_branch");
        let of_another = edited(survey(&[]), |data| data.joint_branch = OTHER_JOINT);
        City::proposed().when(of_another).refused(unknown);
        let after = [
            (City::proposed().given(reject()), Phase::Rejected),
            (City::proposed().given(withdraw()), Phase::Withdrawn),
        ];
        for (city, found) in after {
            let again = survey(&[(V1, 80, 80), (V2, 80, 80)]).on("2019-04-01");
            city.when(again).refused(Rejection::WrongPhase {
                name: "联合党支部".into(),
                found,
                needed: say("待批准（请示）未决定，或运行中", "proposed and not decided, or live"),
            });
        }
    }

    #[test]
    fn a_live_joint_branch_asks_villages_that_would_join_or_leave() {
        let asked = |villages: &[_]| City::merged().when(survey(villages).on("2019-04-01"));
        asked(&[(V3, 80, 80)]).accepted();
        asked(&[(V2, 80, 80)]).accepted();
        asked(&[]).refused(Rejection::EmptyList { what: say("各村", "the villages") });
        asked(&[(V3, 80, 80), (V3, 80, 80)])
            .refused(refused("510811100203", say("重复列出", "listed twice:")));
        let township = edited(survey(&[(V3, 80, 80)]).on("2019-04-01"), |data| {
            data.villages[0].village = code(crate::testing::city::LEAD);
        });
        let foreign = refused(crate::testing::city::LEAD, say("不是成员村", "not a member village:"));
        City::merged().when(township).refused(foreign);
    }
}
