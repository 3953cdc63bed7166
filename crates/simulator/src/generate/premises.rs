//! Premises 场所: some villages build a service centre, which the county pays for in three as it goes up. A village that goes
//! over into another one meanwhile is paid there.

use domain::date::Date;
use domain::ids::PlaceId;
use domain::premises::Milestone;
use serde_json::json;

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// One group in so many has a village that builds.
const BUILDS_EVERY: usize = 5;
/// The first begin so many days after the beginning, the others in as many waves over the years.
const BEGUN_AFTER_DAYS: u32 = 200;
const WAVES: u32 = 8;
/// From one milestone to the next it takes so many days.
const MILESTONE_DAYS: u32 = 170;
/// The total of a project, in yuan: what it is at least, and by how much the next one is more.
const TOTAL_YUAN: u64 = 260_000;
const TOTAL_STEP_YUAN: u64 = 20_000;
/// What is paid at each milestone, in per cent of the total: at the start a county holds a little back.
const PAID_PERCENT: [u64; 3] = [25, 35, 40];

impl History {
    /// By number and not by chance: what is drawn afterwards stays as it is. Also a village of no group, which may go over.
    pub(super) fn note_premises(&mut self, script: &Script<'_>, index: usize) {
        let group = &self.lives[index].group;
        let first = group.members.iter().find_map(|member| member.village.as_ref());
        let builds = index % BUILDS_EVERY == 2;
        let codes = first.filter(|_| builds).into_iter().map(|(code, _)| code);
        let codes = codes.chain(group.leftovers.get(2).map(|(code, _)| code));
        let villages: Vec<PlaceId> =
            codes.filter_map(|code| script.state().place_by_code(code).map(|place| place.id)).collect();
        let wave = u32::try_from(index / BUILDS_EVERY).unwrap_or(0) % WAVES;
        let years = u32::try_from(self.end.days_since(self.from)).unwrap_or(0);
        let after = BEGUN_AFTER_DAYS + years / WAVES * wave;
        for village in villages {
            self.note(index, self.from, after, Task::PayPremises(village, Milestone::Start));
        }
    }

    /// The milestone of the project that began in a village, paid to whichever village holds it now.
    pub(super) fn pay_premises(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        (begun, milestone): (PlaceId, Milestone),
    ) -> Result<(), GenerateError> {
        let state = script.state();
        let begun_in_it = |place: &&std::sync::Arc<domain::place::Place>| {
            place.premises.iter().any(|found| found.begun_in == begun)
        };
        let holder = state.places.values().find(begun_in_it).or_else(|| state.places.get(&begun));
        let Some(village) = holder.filter(|place| place.ended_on.is_none()) else { return Ok(()) };
        let (number, paid) = (u64::try_from(index).unwrap_or(0), PAID_PERCENT[milestone as usize]);
        let total = (TOTAL_YUAN + number % 8 * TOTAL_STEP_YUAN) * 100;
        let data = json!({
            "village": village.code, "project": "党群服务中心（模拟）", "milestone": milestone,
            "total": { "amount": total, "unit": "fen" }, "amount": { "amount": total * paid / 100, "unit": "fen" }
        });
        let department = self.lives[index].group.organs.department.clone();
        script.by_officer(&department, Draft::new("record-premises-payment", on, data).documented())?;
        if let Some(next) = Milestone::ALL.into_iter().find(|next| *next > milestone) {
            self.note(index, on, MILESTONE_DAYS, Task::PayPremises(begun, next));
        }
        Ok(())
    }
}
