//! Oversight: filing with the county, supervision of what is missing, and the yearly review of secretaries.

use domain::date::Date;
use domain::filing::FilingMatter;
use domain::ids::{OrganizationId, PersonId, SupervisionId, YellowCardId};
use domain::quarter::Quarter;
use serde_json::{Value, json};

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// In a hundred supervisions, how many nobody answers.
const UNANSWERED_PERCENT: u32 = 10;
/// One supervision in so many is followed by a yellow card.
const CARD_EVERY: u32 = 2;
/// None is issued in the last months: whoever opens a demonstration finds those of earlier years lifted.
const CARD_MONTHS_BEFORE_END: i32 = 24;
/// So many days after the supervision, and so many days to put things in order.
const CARD_AFTER_DAYS: u32 = 40;
/// An office that forgets things lifts no more than one card in so many.
const CARD_LEFT_EVERY: u32 = 2;
/// How many days a township has for its answer.
const ANSWER_DAYS: i32 = 20;
/// The election of an original that stands alone again is filed so many days later.
pub(super) const FILED_ALONE_AFTER_DAYS: u32 = 14;

impl History {
    /// What the township decided is filed within a month, or forgotten; what the county decided is filed with nobody.
    pub(super) fn note_filing(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        matter: FilingMatter,
    ) {
        if !script.random().percent(self.habits.unfiled_percent) {
            self.note_between(script, index, on, (4, 28), Task::File(matter));
        }
    }

    pub(super) fn file(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        matter: FilingMatter,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let waiting = joint_branch.filings_owed.values().filter(|owed| owed.matter == matter).count();
        // Where an earlier one was forgotten, a position would have to say which; nobody knows it in advance.
        if waiting != 1 {
            return Ok(());
        }
        let whose = ("joint_branch", json!(joint_branch.id));
        self.filed(script, index, on, matter, whose)
    }

    fn filed(
        &self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        matter: FilingMatter,
        (entity, id): (&str, Value),
    ) -> Result<(), GenerateError> {
        let data = json!({
            (entity): id, "matter": matter,
            "number": format!("模拟备{}-{}", on.year(), script.lines()), "filed_on": on
        });
        let department = &self.lives[index].group.organs.department;
        script.by_reviewer(department, Draft::new("file-with-county", on, data))?;
        Ok(())
    }

    /// What an original elected for itself is filed as what the joint branch decides is.
    pub(super) fn file_alone(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        organization: OrganizationId,
    ) -> Result<(), GenerateError> {
        let found = script.state().organizations.get(&organization);
        if found.is_none_or(|found| found.filings_owed.len() != 1) {
            return Ok(());
        }
        self.filed(script, index, on, FilingMatter::Election, ("organization", json!(organization)))
    }

    /// The county asks the township why a quarter was not graded.
    pub(super) fn supervise(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        quarter: Quarter,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let organs = self.lives[index].group.organs.clone();
        let data = json!({
            "to": organs.committee.place, "matter": format!("{}未评估", quarter.say().zh),
            "due": on.plus_days(ANSWER_DAYS), "joint_branch": joint_branch.id
        });
        let id = script.by_officer(&organs.department, Draft::new("issue-supervision", on, data))?;
        if !script.random().percent(UNANSWERED_PERCENT) {
            self.note_between(script, index, on, (3, 30), Task::Answer(SupervisionId(id.0)));
        }
        // By count and not by chance: what is drawn afterwards stays as it is.
        if on.plus_months(CARD_MONTHS_BEFORE_END) <= self.end {
            self.supervised += 1;
            if self.supervised % CARD_EVERY == 1 {
                self.note(index, on, CARD_AFTER_DAYS, Task::Warn(quarter));
            }
        }
        Ok(())
    }

    /// The county warns the township, where a quarter was graded late again.
    pub(super) fn warn(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        quarter: Quarter,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let organs = self.lives[index].group.organs.clone();
        let data = json!({
            "to": organs.committee.place, "matter": format!("{}逾期未评估", quarter.say().zh),
            "consequences": ["interview", "order_in_time"], "deadline": on.plus_days(ANSWER_DAYS),
            "joint_branch": joint_branch.id
        });
        let draft = Draft::new("issue-yellow-card", on, data).documented();
        let id = script.by_officer(&organs.department, draft)?;
        let forgets = self.habits.unfiled_percent > 0;
        self.warned += 1;
        if !(forgets && self.warned % CARD_LEFT_EVERY == 1) {
            self.note(index, on, CARD_AFTER_DAYS, Task::LiftCard(YellowCardId(id.0)));
        }
        Ok(())
    }

    pub(super) fn lift_card(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        card: YellowCardId,
    ) -> Result<(), GenerateError> {
        let data = json!({ "yellow_card": card, "reason": "逾期事项已补齐，整顿到位（模拟）" });
        let department = &self.lives[index].group.organs.department;
        script.by_officer(department, Draft::new("lift-yellow-card", on, data).documented())?;
        Ok(())
    }

    pub(super) fn answer(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        supervision: SupervisionId,
    ) -> Result<(), GenerateError> {
        let data = json!({ "supervision": supervision, "answer": "已核实原因并补齐台账（模拟）" });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("answer-supervision", on, data))?;
        Ok(())
    }

    /// An inspection keeps the record of whoever leads, or will lead, the group.
    pub(super) fn hold(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let group = &self.lives[index].group;
        let (person, department) = (group.candidate, group.organs.department.clone());
        let data = json!({ "person": person });
        script.by_officer(&department, Draft::new("hold-person", on, data).documented().decided())?;
        self.note_between(script, index, on, (40, 300), Task::LiftHold(person));
        Ok(())
    }

    pub(super) fn lift_hold(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        person: PersonId,
    ) -> Result<(), GenerateError> {
        let department = &self.lives[index].group.organs.department;
        let data = json!({ "person": person });
        script.by_officer(department, Draft::new("lift-hold", on, data).documented().decided())?;
        Ok(())
    }

    /// The township reviews the year of the secretary in post, early in the next one.
    pub(super) fn review_year(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        year: i16,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if !joint_branch.phase.is_live() {
            return Ok(());
        }
        let secretary = joint_branch.secretary.as_ref().filter(|found| found.since.year() <= year);
        let person = secretary.map(|found| found.person);
        if let Ok(next) = Date::new(year + 2, 1, 1) {
            self.note_between(script, index, next, (4, 80), Task::ReviewYear(year + 1));
        }
        let state = script.state();
        let is_reviewed = person
            .and_then(|id| state.persons.get(&id))
            .is_none_or(|found| found.reviews.contains_key(&year));
        if is_reviewed || script.random().percent(self.habits.unreviewed_percent) {
            return Ok(());
        }
        let class = match script.random().between(1, 100) {
            1..=40 => "good",
            41..=80 => "fairly_good",
            81..=97 => "average",
            _ => "poor",
        };
        let data = json!({ "person": person, "year": year, "level": "village", "class": class });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("record-yearly-review", on, data).documented().decided())?;
        Ok(())
    }
}
