//! The city's coordination meetings 联系会议: one a quarter, what it decides, and what becomes of that.

use domain::date::Date;
use domain::ids::{MeetingId, SupervisionId};
use serde_json::json;

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// Each meeting is so many months after the one before.
const MONTHS_BETWEEN: i32 = 3;
/// The minutes are issued so many days after the meeting.
const MINUTES_AFTER_DAYS: i32 = 3;
/// So many days after the minutes a decision is to be carried out, is supervised, is answered and is closed.
const CARRIED_OUT_DAYS: i32 = 60;
const SUPERVISED_AFTER_DAYS: u32 = 5;
const ANSWERED_AFTER_DAYS: u32 = 15;
const CLOSED_AFTER_DAYS: u32 = 12;
const SETTLED_AFTER_DAYS: u32 = 35;

impl History {
    /// The city meets about the county of a group, and of another group the next time. By count and not by chance: what is
    /// drawn afterwards stays as it is.
    pub(super) fn meet(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let organs = self.lives[index].group.organs.clone();
        let met_on = on.plus_days(-MINUTES_AFTER_DAYS);
        let held = script.state().meetings.values().filter(|found| found.met_on.year() == met_on.year());
        let session = held.map(|found| found.session).max().unwrap_or(0) + 1;
        let finish_by = on.plus_days(CARRIED_OUT_DAYS);
        let data = json!({
            "session": session, "met_on": met_on, "presided_by": organs.city.id,
            "attended": [organs.county.id], "also_attended": "市直有关单位分管负责同志（模拟）",
            "agenda": [
                {"topic": "联合党组织运行情况（模拟）", "decided": "对季度评估逐一核查，问题清单限期报送（模拟）",
                 "carrier": organs.department.place, "finish_by": finish_by},
                {"topic": "合署办公推进情况（模拟）", "decided": "总结做法，报送典型材料（模拟）",
                 "carrier": organs.committee.place, "finish_by": finish_by}
            ]
        });
        let id = script.by_city_office(&organs.city, Draft::new("record-meeting", on, data).documented())?;
        let meeting = MeetingId(id.0);
        self.note(index, on, SUPERVISED_AFTER_DAYS, Task::SuperviseDecision(meeting));
        self.note(index, on, SETTLED_AFTER_DAYS, Task::CloseDecision(meeting, 2));
        let next = (index + 1) % self.lives.len();
        self.note(next, on.plus_months(MONTHS_BETWEEN), 0, Task::Meet);
        Ok(())
    }

    pub(super) fn supervise_decision(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        meeting: MeetingId,
    ) -> Result<(), GenerateError> {
        let organs = self.lives[index].group.organs.clone();
        let data = json!({
            "to": organs.department.place, "matter": "按期落实联系会议议定事项（模拟）",
            "due": on.plus_days(CARRIED_OUT_DAYS - i32::try_from(SUPERVISED_AFTER_DAYS).unwrap_or(0)),
            "meeting": meeting, "item": 1
        });
        let id = script.by_city_office(&organs.city, Draft::new("issue-supervision", on, data))?;
        let answer = Task::AnswerDecision(meeting, SupervisionId(id.0));
        self.note(index, on, ANSWERED_AFTER_DAYS, answer);
        Ok(())
    }

    pub(super) fn answer_decision(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        (meeting, supervision): (MeetingId, SupervisionId),
    ) -> Result<(), GenerateError> {
        let data = json!({ "supervision": supervision, "answer": "已逐项核查，清单已报送（模拟）" });
        let department = self.lives[index].group.organs.department.clone();
        script.by_officer(&department, Draft::new("answer-supervision", on, data))?;
        self.note(index, on, CLOSED_AFTER_DAYS, Task::CloseDecision(meeting, 1));
        Ok(())
    }

    pub(super) fn close_decision(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        (meeting, item): (MeetingId, u32),
    ) -> Result<(), GenerateError> {
        let data = json!({ "meeting": meeting, "item": item, "result": "已办结，材料已归档（模拟）" });
        let city = self.lives[index].group.organs.city.clone();
        script.by_city_office(&city, Draft::new("close-decision", on, data))?;
        Ok(())
    }
}
