//! What stands beside a proposal and a joint branch: resolutions of members, agreements, what is sent back, who stands under it.

use domain::date::Date;
use domain::ids::OrganizationId;
use domain::joint_branch::{Form, Phase};
use domain::organization::OrganizationStatus;
use serde_json::json;

use super::GenerateError;
use super::history::{Fate, History, Task};
use super::script::{Draft, Script};

/// In a hundred proposals, how many are sent back for what they lack.
const RETURNED_PERCENT: u32 = 6;
/// The days within which such a one is handed in again, and then decided.
const AGAIN_WITHIN_DAYS: (u32, u32) = (2, 6);
/// An agreement holds for so many months.
const AGREEMENT_MONTHS: (u32, u32) = (24, 48);
/// It is renewed so many days before its end.
const RENEWED_BEFORE_DAYS: i32 = 20;

impl History {
    /// The members of each organization meet and are in favour.
    pub(super) fn resolve(
        &self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        organizations: &[OrganizationId],
    ) -> Result<(), GenerateError> {
        let life = &self.lives[index];
        let mut resolutions = Vec::new();
        for id in organizations {
            let formal = script.state().organizations.get(id).map_or(0, |found| found.formal_members);
            let random = script.random();
            let entitled = (formal * random.between(75, 100)).div_ceil(100);
            let present = (entitled * random.between(85, 100)).div_ceil(100);
            let in_favour = (present * random.between(75, 100)).div_ceil(100);
            if entitled > 0 {
                resolutions.push(json!({
                    "organization": id, "entitled": entitled, "present": present, "in_favour": in_favour,
                    "date": on.plus_days(-2)
                }));
            }
        }
        if resolutions.is_empty() {
            return Ok(());
        }
        let data = json!({ "joint_branch": life.joint_branch, "resolutions": resolutions });
        script.by_clerk(&life.group.organs.committee, Draft::new("record-members-resolution", on, data))?;
        Ok(())
    }

    /// The parties of a pairing without an organ sign their agreement, or its renewal.
    pub(super) fn agree(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let stands = joint_branch.phase.is_live() || joint_branch.phase == Phase::Proposed;
        if joint_branch.form != Form::None || !stands {
            return Ok(());
        }
        let id = joint_branch.id;
        let months = script.random().between(AGREEMENT_MONTHS.0, AGREEMENT_MONTHS.1);
        let until = on.plus_months(i32::try_from(months).unwrap_or(24));
        let data = json!({
            "joint_branch": id, "date": on.plus_days(-1), "until": until,
            "items": ["每季度联合开展一次主题党日", "结对帮扶发展产业"]
        });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("record-agreement", on, data))?;
        let after = until.plus_days(-RENEWED_BEFORE_DAYS).days_since(on);
        self.note(index, on, u32::try_from(after).unwrap_or_default(), Task::Agree);
        Ok(())
    }

    /// A cooperative's branch stands under the joint general branch or committee, as 党总支下设党支部 does.
    pub(super) fn place_under(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let takes = joint_branch.phase.is_live()
            && matches!(joint_branch.form, Form::GeneralBranch | Form::Committee);
        let group = &self.lives[index].group;
        let branch = group.cooperative.and_then(|id| script.state().organizations.get(&id));
        let Some(branch) = branch.filter(|found| takes && found.status == OrganizationStatus::Active) else {
            return Ok(());
        };
        let data = json!({ "organization": branch.id, "joint_branch": joint_branch.id });
        let draft = Draft::new("assign-superior", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        Ok(())
    }

    /// Whether the county sends the proposal back, which it does once at most.
    pub(super) fn is_sent_back(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<bool, GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (id, was_returned) = (joint_branch.id, joint_branch.returned.is_some());
        let life = &self.lives[index];
        let may_be = life.attempt == 1 && life.fate == Fate::Established && !was_returned;
        if !may_be || !script.random().percent(RETURNED_PERCENT) {
            return Ok(false);
        }
        let data = json!({ "joint_branch": id, "missing": ["产业衔接的说明"] });
        script.by_officer(&life.group.organs.department, Draft::new("return-proposal", on, data))?;
        self.note_between(script, index, on, AGAIN_WITHIN_DAYS, Task::HandInAgain);
        Ok(true)
    }

    pub(super) fn hand_in_again(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let life = &self.lives[index];
        let data = json!({ "joint_branch": life.joint_branch, "reply": "已补充产业衔接的说明" });
        script.by_clerk(&life.group.organs.committee, Draft::new("resubmit-proposal", on, data))?;
        self.note_between(script, index, on, AGAIN_WITHIN_DAYS, Task::Decide);
        Ok(())
    }
}
