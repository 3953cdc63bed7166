//! The work of a joint branch: activities in rotation, one office, powers, and who guides it.

use domain::date::Date;
use domain::function::Function;
use domain::ids::PlaceId;
use domain::joint_branch::{Form, JointBranch};
use domain::organization::OrganizationStatus;
use serde_json::json;

use super::GenerateError;
use super::history::{History, Task};
use super::script::{Draft, Script};

/// In a hundred joint branches, how many work in one place.
const CO_LOCATED_PERCENT: u32 = 17;
/// In a hundred joint branches with an organ, to how many powers are delegated.
const DELEGATED_PERCENT: u32 = 45;
/// In a hundred of these, how many give one back.
const REVOKED_PERCENT: u32 = 15;
/// What is entered late comes so many days after it took place.
const LATE_DAYS: (u32, u32) = (20, 45);
const POWERS: [&str; 4] = ["personnel", "major_decisions", "industry_planning", "supervision"];
const KINDS: [&str; 7] =
    ["theme_day", "party_lecture", "four_lectures", "training", "volunteering", "village_meeting", "visit"];

impl History {
    /// What a joint branch does from the first day.
    pub(super) fn note_work_tasks(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        has_organ: bool,
    ) {
        self.note_between(script, index, on, (5, 60), Task::Act);
        if script.random().percent(CO_LOCATED_PERCENT) {
            self.note_between(script, index, on, (30, 700), Task::CoLocate);
        }
        if has_organ && script.random().percent(DELEGATED_PERCENT) {
            self.note_between(script, index, on, (30, 300), Task::DelegatePowers);
        }
        if self.lives[index].group.cooperative.is_some() {
            self.note_between(script, index, on, (60, 600), Task::Guide);
        }
    }

    /// The village whose turn it is hosts. It may have done so before the day on which that is entered.
    pub(super) fn act(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        held_on: Date,
    ) -> Result<(), GenerateError> {
        if on == held_on && script.random().percent(self.habits.late_activity_percent) {
            self.note_between(script, index, on, LATE_DAYS, Task::ActLate(on));
            return Ok(());
        }
        let joint_branch = self.joint_branch(script, index)?;
        let Some(host) = next_host(script, joint_branch).filter(|_| joint_branch.phase.is_live()) else {
            return Ok(());
        };
        let id = joint_branch.id;
        let code = script.state().places.get(&host).map(|place| place.code.clone());
        let random = script.random();
        let data = json!({
            "joint_branch": id, "function": random.pick(&Function::FOUR), "kind": random.pick(&KINDS),
            "date": held_on, "host_village": code, "attendance": random.between(12, 90)
        });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("record-activity", held_on, data))?;
        self.note_between(script, index, on, self.habits.activity_days, Task::Act);
        Ok(())
    }

    pub(super) fn co_locate(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if !joint_branch.phase.is_live() {
            return Ok(());
        }
        let group = &self.lives[index].group;
        let village = group.members.iter().find_map(|member| member.village.as_ref());
        let data =
            json!({ "joint_branch": joint_branch.id, "place": village.map(|(code, _)| code), "date": on });
        script.by_clerk(&group.organs.committee, Draft::new("record-co-location", on, data))?;
        Ok(())
    }

    pub(super) fn delegate_powers(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if !joint_branch.phase.is_live() || joint_branch.form == Form::None {
            return Ok(());
        }
        let id = joint_branch.id;
        let count = script.random().between(1, 4) as usize;
        let data = json!({ "joint_branch": id, "powers": &POWERS[..count] });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("delegate-power", on, data).documented().decided())?;
        if script.random().percent(REVOKED_PERCENT) {
            self.note_between(script, index, on, (200, 900), Task::RevokePower);
        }
        Ok(())
    }

    pub(super) fn revoke_power(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let is_live = joint_branch.phase.is_live() && joint_branch.form != Form::None;
        let Some(power) = joint_branch.powers.first().filter(|_| is_live) else { return Ok(()) };
        let data =
            json!({ "joint_branch": joint_branch.id, "powers": [power], "reason": "收回统筹（模拟）" });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("revoke-power", on, data).documented().decided())?;
        Ok(())
    }

    /// The cooperative's branch guides the joint branch, and is no superior of it.
    pub(super) fn guide(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (id, is_live) = (joint_branch.id, joint_branch.phase.is_live());
        let group = &self.lives[index].group;
        let guide = group.cooperative.and_then(|id| script.state().organizations.get(&id));
        let guide = guide.filter(|found| is_live && found.status == OrganizationStatus::Active);
        let Some(guide) = guide.map(|found| found.id) else { return Ok(()) };
        let data = json!({ "organization": guide, "kind": "guides", "joint_branch": id });
        script.by_clerk(&group.organs.committee, Draft::new("link-organization", on, data))?;
        Ok(())
    }
}

/// Who never hosted, then who did longest ago.
fn next_host(script: &Script<'_>, joint_branch: &JointBranch) -> Option<PlaceId> {
    let members = joint_branch.members.iter().filter_map(|id| script.state().organizations.get(id));
    let villages = members.filter_map(|member| member.village());
    villages.min_by_key(|village| {
        let hosted = joint_branch.hosted.get(village);
        (hosted.map(|found| found.last_on), hosted.map_or(0, |found| found.times), *village)
    })
}
