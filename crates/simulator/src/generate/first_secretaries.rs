//! First secretaries: a county sends one of its own to a village, and after two years calls them back, sends them again, or
//! sends somebody else.

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::organization::OrganizationStatus;
use serde_json::json;

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// One group in so many has a first secretary in its first village.
const FIRST_SECRETARY_EVERY: usize = 4;
/// The first are sent so many days after the beginning.
const FIRST_SENT_AFTER_DAYS: u32 = 150;
/// A posting is of so many months.
const POSTING_MONTHS: i32 = 24;
/// A member of the Party for so long.
const STANDING_DAYS: i32 = 3_000;

impl History {
    /// By number and not by chance: what is drawn afterwards stays as it is.
    pub(super) fn note_first_secretary(&mut self, index: usize) {
        if index % FIRST_SECRETARY_EVERY == 1 {
            let days = FIRST_SENT_AFTER_DAYS + u32::try_from(index % 90).unwrap_or(0);
            self.note(index, self.from, days, Task::SendFirstSecretary);
        }
    }

    /// Somebody of the county's department is sent to the first village of the group.
    pub(super) fn send_first_secretary(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let Some((village, replaced)) = self.village_of_posting(script, index) else { return Ok(()) };
        let department = self.lives[index].group.organs.department.clone();
        let number = script.state().persons.len() + 1;
        let data = json!({
            "name": format!("模拟第一书记{number:04}"), "organization": department.id,
            "formal_member_since": on.plus_days(-STANDING_DAYS)
        });
        let id = script.by_officer(&department, Draft::new("register-person", on, data))?;
        self.post(script, index, on, (village, PersonId(id.0), replaced))
    }

    /// At its planned end a posting is followed by another, or by the same person's, or by none.
    pub(super) fn end_posting(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let Some((village, Some(person))) = self.village_of_posting(script, index) else { return Ok(()) };
        self.postings_ended += 1;
        match self.postings_ended % 3 {
            0 => self.post(script, index, on, (village, person, Some(person))),
            1 => {
                let data = json!({ "organization": village, "person": person, "reason": "term_ended" });
                let department = &self.lives[index].group.organs.department;
                script
                    .by_officer(department, Draft::new("relieve-first-secretary", on, data).documented())?;
                self.note(index, on, FIRST_SENT_AFTER_DAYS, Task::SendFirstSecretary);
                Ok(())
            }
            _ => self.send_first_secretary(script, index, on),
        }
    }

    fn post(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        (village, person, replaced): (OrganizationId, PersonId, Option<PersonId>),
    ) -> Result<(), GenerateError> {
        let until = on.plus_months(POSTING_MONTHS);
        let mut data = json!({
            "organization": village, "person": person, "since": on, "until": until,
            "sending_unit": self.lives[index].group.organs.department.name
        });
        if let Some(replaced) = replaced {
            data["replaces"] = json!(replaced);
        }
        let department = &self.lives[index].group.organs.department;
        script.by_officer(department, Draft::new("assign-first-secretary", on, data).documented())?;
        let days = u32::try_from(until.days_since(on)).unwrap_or(0);
        self.note(index, on, days, Task::EndPosting);
        Ok(())
    }

    /// The organization of the group's first village, while it lasts, with whoever is in post there.
    fn village_of_posting(
        &self,
        script: &Script<'_>,
        index: usize,
    ) -> Option<(OrganizationId, Option<PersonId>)> {
        let village = self.lives[index].group.members.iter().find(|member| member.village.is_some())?;
        let found = script.state().organizations.get(&village.organization)?;
        let lasts = !matches!(found.status, OrganizationStatus::Abolished { .. });
        lasts.then(|| (found.id, found.first_secretary.as_ref().map(|first| first.person)))
    }
}
