//! What existed before the counties opened their registers: registered from the townships' own papers, confirmed by the
//! county, and completed where more papers are found.

use domain::date::Date;
use domain::joint_branch::{Arrangement, Form, Phase};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use serde_json::{Value, json};

use super::establishing::{form, suffix};
use super::history::{History, Task};
use super::register::Organs;
use super::script::{Draft, Script};
use super::{GenerateError, functional};

/// For so many months what existed before may be registered: as long as is allowed at a time.
const OPEN_MONTHS: i32 = 12;
/// Before the register opens lie so many days since the establishing.
const ESTABLISHED_DAYS_BEFORE: (u32, u32) = (40, 700);
/// It is registered within so many days after that, in time for the first grade.
const REGISTERED_DAYS: (u32, u32) = (4, 45);
/// And confirmed within so many more.
const CONFIRMED_DAYS: (u32, u32) = (3, 20);
/// In a hundred registrations, in how many a paper is missing.
const MISSING_PERCENT: u32 = 30;
/// In a hundred that are registered, how many the county sends back first.
const SENT_BACK_PERCENT: u32 = 3;
/// In a hundred papers that were missing, how many are found later.
const FOUND_PERCENT: u32 = 40;
/// How long the term of a secretary lasts.
const TERM_MONTHS: i32 = 60;

/// A county opens its register, unless it has one.
pub(super) fn open(script: &mut Script<'_>, organs: &Organs, on: Date) -> Result<(), GenerateError> {
    let county = &organs.county.place;
    let place = script.state().place_by_code(county).map(|place| place.id);
    if place.is_some_and(|place| script.state().register_of(place).is_some()) {
        return Ok(());
    }
    let closes_on = on.plus_months(OPEN_MONTHS);
    let data = json!({ "county": county, "from": on, "closes_on": closes_on });
    script.by_officer(&organs.department, Draft::new("open-register", on, data).documented())?;
    Ok(())
}

impl History {
    /// Of the groups some have come together before: they are registered instead of proposed.
    pub(super) fn note_existing(&mut self, script: &mut Script<'_>, index: usize) {
        self.note_between(script, index, self.from, REGISTERED_DAYS, Task::RegisterExisting);
    }

    pub(super) fn register_existing(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let data = registration(self, script, index)?;
        let life = &mut self.lives[index];
        life.attempt = 1;
        let id = script
            .by_clerk(&life.group.organs.committee, Draft::new("register-joint-branch", on, data.clone()))?;
        life.joint_branch = Some(domain::ids::JointBranchId(id.0));
        if script.random().percent(SENT_BACK_PERCENT) {
            let reason = json!({ "joint_branch": id, "reason": "成员名单与县级清单不一致，请核对（模拟）" });
            let organs = &self.lives[index].group.organs;
            script.by_reviewer(&organs.department, Draft::new("reject-registration", on, reason))?;
            let mut again = data;
            again["id"] = json!(id);
            script.by_clerk(&organs.committee, Draft::new("register-joint-branch", on, again))?;
        }
        self.note_between(script, index, on, CONFIRMED_DAYS, Task::ConfirmExisting);
        Ok(())
    }

    pub(super) fn confirm_existing(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let organs = self.lives[index].group.organs.clone();
        let data =
            json!({ "county": organs.county.place, "joint_branches": [self.lives[index].joint_branch] });
        let draft = Draft::new("confirm-registration", on, data).documented().decided();
        script.by_officer(&organs.department, draft)?;
        self.note_tasks_of_existing(script, index, on)
    }

    /// What a joint branch owes from the day of the register on.
    fn note_tasks_of_existing(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (has_organ, has_secretary) = (joint_branch.form != Form::None, joint_branch.secretary.is_some());
        let term_end = joint_branch.secretary.as_ref().and_then(|found| found.term_end);
        if has_organ && !has_secretary {
            self.note_between(script, index, on, (3, 25), Task::AssignSecretary);
        }
        self.note_work_tasks(script, index, on, has_organ);
        if has_secretary {
            let term_end = term_end.unwrap_or(on.plus_months(TERM_MONTHS));
            self.note_post_tasks(script, index, on, term_end);
            self.note_end_of_term(script, index)?;
        }
        self.note_yearly_tasks(script, index, on, has_organ);
        self.note_evaluation(script, index, Quarter::of(self.from));
        if script.random().percent(FOUND_PERCENT) {
            self.note_between(script, index, on, (60, 900), Task::CompleteExisting);
        }
        Ok(())
    }

    /// The document of approval is found after all.
    pub(super) fn complete_existing(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let registration = script.state().registrations.get(&joint_branch.id);
        let is_missing = registration.is_some_and(|found| {
            found.facts.approval.as_ref().is_some_and(|approval| approval.value().is_none())
        });
        if joint_branch.phase == Phase::Dissolved || !is_missing {
            return Ok(());
        }
        let id = joint_branch.id;
        let organs = &self.lives[index].group.organs;
        let number = format!("{}〔{}〕{}号", organs.department.mark, self.from.year() - 1, 100 + index);
        let data = json!({
            "joint_branch": id, "field": "approval", "value": { "number": number },
            "source": { "title": "发文登记簿（模拟）", "page": "模拟页" }
        });
        script.by_clerk(&organs.committee, Draft::new("complete-registration", on, data))?;
        Ok(())
    }
}

/// What the township's papers say of a group.
fn registration(history: &History, script: &mut Script<'_>, index: usize) -> Result<Value, GenerateError> {
    let group = &history.lives[index].group;
    let (form, needs_override) = form(script, group);
    // What the rules allow only with an override is not registered as if it had been there.
    let kind = functional::kind(script, group);
    let form = match (&kind, needs_override) {
        (Some(_), _) => "committee",
        (None, true) => "none",
        (None, false) => form,
    };
    let suffix = if kind.is_some() { functional::SUFFIX } else { suffix(form) };
    let before = i32::try_from(script.random().between(ESTABLISHED_DAYS_BEFORE.0, ESTABLISHED_DAYS_BEFORE.1))
        .unwrap_or(40);
    let established = history.from.plus_days(-before);
    let members: Vec<_> = group.members.iter().map(|member| member.organization).collect();
    let mut data = json!({
        "name": format!("{}{suffix}", group.short_name), "arrangement": group.arrangement,
        "members": members, "lead_township": group.organs.committee.place,
        "source": { "title": format!("{}清单（模拟）", group.organs.department.name), "page": format!("第{}行", index + 1) },
        "mode": group.mode, "form": form, "established": written(script, established),
        "approval": approval(script, &group.organs.department.mark, established, index),
        "survey": { "not_on_file": "当时未要求留存（模拟）" }
    });
    if let Some(kind) = kind {
        data["form_kind"] = json!(kind);
    }
    if form != "none" {
        let end = established.plus_months(TERM_MONTHS);
        data["secretary"] = json!({ "person": group.candidate, "since": established });
        data["term_end"] = json!(end.max(history.from.plus_days(200)));
    }
    if group.arrangement == Arrangement::Pairing {
        data["functions"] = json!(["industry", "public_service"]);
    }
    if let Some(grades) = grades(script, established, history.from) {
        data["grades"] = grades;
    }
    Ok(data)
}

/// A day as old papers have it: whole, or only its month or year.
fn written(script: &mut Script<'_>, day: Date) -> Value {
    match script.random().between(1, 10) {
        1..=6 => json!(day),
        7..=9 => json!({ "year": day.year(), "month": day.month() }),
        _ => json!({ "year": day.year() }),
    }
}

fn approval(script: &mut Script<'_>, mark: &str, day: Date, index: usize) -> Value {
    if script.random().percent(MISSING_PERCENT) {
        return json!({ "not_on_file": "当年发文登记簿缺失（模拟）" });
    }
    json!({ "number": format!("{mark}〔{}〕{}号", day.year(), 100 + index), "issued": day })
}

/// The last two quarters before the register.
fn grades(script: &mut Script<'_>, established: Date, from: Date) -> Option<Value> {
    let last = Quarter::of(from.plus_days(-1));
    let last = if last.end() < from { last } else { Quarter::of(from.plus_months(-3)) };
    let earlier = Quarter::of(last.end().plus_months(-3));
    let of = |quarter: Quarter, grade: &str| json!({ "quarter": quarter, "grade": grade });
    let found: Vec<Value> = [earlier, last]
        .into_iter()
        .filter(|quarter| *quarter > Quarter::of(established) && quarter.end() < from)
        .map(|quarter| of(quarter, if script.random().percent(75) { "good" } else { "fair" }))
        .collect();
    (!found.is_empty()).then(|| json!(found))
}

/// The counties of the groups, each with its organs.
pub(super) fn counties<'g>(organs: impl Iterator<Item = &'g Organs>) -> Vec<&'g Organs> {
    let mut counties: Vec<(&PlaceCode, &Organs)> =
        organs.map(|organs| (&organs.county.place, organs)).collect();
    counties.sort_by_key(|(code, _)| *code);
    counties.dedup_by_key(|(code, _)| *code);
    counties.into_iter().map(|(_, organs)| organs).collect()
}
