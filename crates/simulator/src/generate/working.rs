//! A joint branch at work: functions, quarterly grades, rectification and the end.

use domain::date::Date;
use domain::function::Function;
use domain::ids::OrganizationId;
use domain::joint_branch::{Arrangement, Grade, Ground, Mode, Phase};
use domain::quarter::Quarter;
use serde_json::{Value, json};

use super::GenerateError;
use super::habits::Habits;
use super::history::{History, Task};
use super::register::Group;
use super::script::{Draft, Script};

/// In a hundred poor grades, how many were recorded by mistake.
const POOR_CORRECTED_PERCENT: u32 = 12;
/// In a hundred fair grades, how many were.
const FAIR_CORRECTED_PERCENT: u32 = 3;
/// In a hundred groups whose joint branch has ended, how many try again.
const AGAIN_PERCENT: u32 = 50;

impl History {
    pub(super) fn transfer_functions(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if !joint_branch.phase.is_live() {
            return Ok(());
        }
        let count = script.random().between(1, 3) as usize;
        let functions: Vec<&str> = Function::FOUR.into_iter().skip(1).take(count).collect();
        let group = &self.lives[index].group;
        let villages = group.members.iter().filter(|member| member.village.is_some());
        let from: Vec<_> = villages.map(|member| member.organization).collect();
        let data =
            json!({ "joint_branch": self.lives[index].joint_branch, "functions": functions, "from": from });
        script.by_clerk(&group.organs.committee, Draft::new("transfer-functions", on, data).documented())?;
        if script.random().percent(8) {
            self.note_between(script, index, on, (200, 900), Task::ReturnFunctions);
        }
        Ok(())
    }

    /// The first village takes one function back.
    pub(super) fn return_functions(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let held = joint_branch.functions.first_key_value();
        let first =
            held.and_then(|(organization, held)| held.first().map(|function| (organization, function)));
        let (true, Some((organization, function))) = (joint_branch.phase.is_live(), first) else {
            return Ok(());
        };
        let data =
            json!({ "joint_branch": joint_branch.id, "functions": [function], "from": [organization] });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("return-functions", on, data).documented())?;
        Ok(())
    }

    /// A grade falls due a few days after the quarter's end.
    pub(super) fn note_evaluation(&mut self, script: &mut Script<'_>, index: usize, quarter: Quarter) {
        self.note_between(script, index, quarter.end(), self.habits.grade_days, Task::Evaluate(quarter));
    }

    pub(super) fn evaluate(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        quarter: Quarter,
    ) -> Result<(), GenerateError> {
        if !self.joint_branch(script, index)?.phase.is_live() {
            return Ok(());
        }
        self.note_evaluation(script, index, quarter.next());
        if script.random().percent(self.habits.ungraded_percent) {
            self.note_between(script, index, quarter.end(), (20, 40), Task::Supervise(quarter));
            return Ok(());
        }
        let Habits { poor_percent, fair_percent, .. } = self.habits;
        let grade = match script.random().between(1, 100) {
            chance if chance <= poor_percent => Grade::Poor,
            chance if chance <= poor_percent + fair_percent => Grade::Fair,
            _ => Grade::Good,
        };
        let data = json!({
            "joint_branch": self.lives[index].joint_branch, "quarter": quarter, "grade": grade,
            "findings": findings(grade), "indicators": { "联合主题党日": {
                "value": script.random().between(1, 6), "unit": "次", "period": quarter, "source": "模拟数据"
            }}
        });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("evaluate-quarter", on, data))?;
        let operating = self.joint_branch(script, index)?.phase == Phase::Operating;
        if grade == Grade::Poor && operating {
            if script.random().percent(POOR_CORRECTED_PERCENT) {
                self.note_between(script, index, on, (3, 9), Task::Correct(quarter));
            } else {
                self.note_between(script, index, on, (3, 13), Task::Order);
            }
        } else if grade == Grade::Fair && script.random().percent(FAIR_CORRECTED_PERCENT) {
            self.note_between(script, index, on, (3, 30), Task::Correct(quarter));
        }
        Ok(())
    }

    /// The county finds that the grade was one too low.
    pub(super) fn correct(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        quarter: Quarter,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let standing = joint_branch.evaluations.get(&quarter).map(|evaluation| evaluation.grade);
        let grade = match standing {
            Some(Grade::Poor) => Grade::Fair,
            Some(Grade::Fair) => Grade::Good,
            Some(Grade::Good) | None => return Ok(()),
        };
        if !joint_branch.phase.is_live() {
            return Ok(());
        }
        let data = json!({
            "joint_branch": joint_branch.id, "quarter": quarter, "grade": grade, "reason": "复核发现漏计活动记录"
        });
        let department = &self.lives[index].group.organs.department;
        let decision =
            script.by_reviewer(department, Draft::new("correct-evaluation", on, data).documented())?;
        // Of every fourth of them the number was mistyped, which another officer finds.
        if quarter.to_string().ends_with("Q1") {
            let number = script.next_number(department, on)?;
            let data = json!({ "decision": decision, "number": number, "reason": "录入时文号写错" });
            script.by_officer(department, Draft::new("correct-document", on, data).documented())?;
        }
        Ok(())
    }

    pub(super) fn order(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if joint_branch.phase != Phase::Operating || joint_branch.poor_standing.is_empty() {
            return Ok(());
        }
        let id = joint_branch.id;
        let months = i32::try_from(script.random().between(2, 5)).unwrap_or(2);
        let deadline = on.plus_months(months);
        let data = json!({
            "joint_branch": id, "deadline": deadline, "items": ["补齐组织生活记录", "按月公开联建事项"]
        });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("order-rectification", on, data).documented())?;
        // Most reviews come in time, some are late; nothing fails before its deadline.
        let improved = script.random().percent(self.habits.improved_percent);
        let (earliest, days) =
            if improved { (deadline.plus_days(-15), self.habits.review_days) } else { (deadline, 10) };
        self.note_between(script, index, earliest, (0, days), Task::Review { improved });
        Ok(())
    }

    pub(super) fn review(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        improved: bool,
    ) -> Result<(), GenerateError> {
        if self.joint_branch(script, index)?.phase != Phase::Rectifying {
            return Ok(());
        }
        let base = self.joint_branch(script, index)?.rectification.as_ref().map(|order| order.base.clone());
        let Some(base) = base else { return Ok(()) };
        let group = &self.lives[index].group;
        let mut answer = |base: u32, first_percent: u32| {
            let random = script.random();
            let asked = (base * random.between(first_percent, first_percent + 30)).div_ceil(100);
            let share = if improved { random.between(62, 95) } else { random.between(35, 75) };
            json!({ "asked": asked, "satisfied": (asked * share).div_ceil(100) })
        };
        let (members, villagers) = (answer(base.members, 60), answer(base.households.unwrap_or(0), 22));
        let data = json!({
            "joint_branch": self.lives[index].joint_branch, "improved": improved,
            "members": members, "villagers": villagers
        });
        let draft = Draft::new("review-rectification", on, data).documented().decided();
        script.by_reviewer(&group.organs.department, draft)?;
        if self.joint_branch(script, index)?.phase == Phase::TerminationDue {
            self.note_between(script, index, on, (15, 50), Task::Dissolve(Ground::RectificationFailed));
        }
        Ok(())
    }

    pub(super) fn dissolve(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        ground: Ground,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        // While rectification is owed or standing nothing but its own end, or a superior, dissolves it.
        let fits = match ground {
            Ground::RectificationFailed => joint_branch.phase == Phase::TerminationDue,
            _ => joint_branch.phase == Phase::Operating && !joint_branch.is_in_cycle(),
        };
        if !fits {
            return Ok(());
        }
        let group = &self.lives[index].group;
        let members = joint_branch.members.clone();
        let mut data = json!({
            "joint_branch": joint_branch.id, "ground": ground, "successors": successors(group, &members)
        });
        if ground == Ground::SuperiorDecision {
            let number = script.next_number(&group.organs.city, on)?;
            let document = json!({ "number": number, "issued": on });
            data["superior"] = json!({ "organization": group.organs.city.id, "document": document });
        }
        let draft = Draft::new("dissolve-joint-branch", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        if self.lives[index].group.arrangement == Arrangement::Merger {
            for member in members {
                self.note_between(script, index, on, (20, 80), Task::ElectAlone(member));
            }
        }
        let group = &self.lives[index].group;
        if group.mode != Mode::LargeSmall && script.random().percent(AGAIN_PERCENT) {
            self.begin_again(script, index, on)?;
        }
        Ok(())
    }
}

/// Every original of a merger works again, but the small villages of `large_small` go over to the base.
fn successors(group: &Group, members: &[OrganizationId]) -> Vec<Value> {
    if group.arrangement == Arrangement::Pairing {
        return Vec::new();
    }
    let base = group.members.first().map(|member| member.organization);
    let successor = |member| if group.mode == Mode::LargeSmall { base } else { Some(member) };
    members.iter().map(|member| json!({ "member": member, "successor": successor(*member) })).collect()
}

fn findings(grade: Grade) -> &'static [&'static str] {
    match grade {
        Grade::Good => &["各项任务按期完成"],
        Grade::Fair => &["活动次数偏少"],
        Grade::Poor => &["组织生活不正常", "群众反映办事不便"],
    }
}
