//! A village that joins a live joint branch and may leave it again, and names that change.

use domain::date::Date;
use domain::ids::CommandId;
use domain::joint_branch::{Form, JointBranch, Mode};
use serde_json::json;

use super::GenerateError;
use super::history::{History, Task};
use super::register::Member;
use super::script::{Draft, Script};

/// In a hundred joint branches, how many change their name.
const RENAMED_PERCENT: u32 = 5;
/// In a hundred villages that joined, how many leave again.
const LEAVES_PERCENT: u32 = 50;
/// A branch has as a rule at most so many members.
const BRANCH_MAXIMUM_MEMBERS: u32 = 50;

impl History {
    /// What may change in a joint branch.
    pub(super) fn note_changes(&mut self, script: &mut Script<'_>, index: usize, on: Date) {
        if self.lives[index].group.spare.is_some() {
            self.note_between(script, index, on, (120, 700), Task::AskToJoin);
        }
        if script.random().percent(RENAMED_PERCENT) {
            self.note_between(script, index, on, (100, 900), Task::RenameJointBranch);
        }
    }

    pub(super) fn ask_to_join(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        if self.may_join(script, index)? {
            self.ask(script, index, on)?;
            self.note_between(script, index, on, (6, 20), Task::Admit);
        }
        Ok(())
    }

    pub(super) fn admit(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        if !self.may_join(script, index)? {
            return Ok(());
        }
        let joint_branch = self.joint_branch(script, index)?.id;
        let group = &self.lives[index].group;
        let Some(spare) = &group.spare else { return Ok(()) };
        let data = json!({ "joint_branch": joint_branch, "member": spare.organization });
        let draft = Draft::new("admit-member", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        let may_leave = group.mode != Mode::LargeSmall;
        if may_leave && script.random().percent(LEAVES_PERCENT) {
            self.note_between(script, index, on, (200, 800), Task::AskToLeave);
        }
        Ok(())
    }

    pub(super) fn ask_to_leave(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        if self.is_free(script, index)? && self.has_joined(script, index)? {
            let survey = self.ask(script, index, on)?;
            let after = script.random().between(6, 20);
            if let Some(survey) = survey {
                self.note(index, on, after, Task::Release(survey));
            }
        }
        Ok(())
    }

    pub(super) fn release(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        survey: CommandId,
    ) -> Result<(), GenerateError> {
        if !self.is_free(script, index)? || !self.has_joined(script, index)? {
            return Ok(());
        }
        let joint_branch = self.joint_branch(script, index)?.id;
        let group = &self.lives[index].group;
        let Some(spare) = &group.spare else { return Ok(()) };
        let organization = spare.organization;
        let data = json!({
            "joint_branch": joint_branch, "member": organization, "successor": organization, "survey": survey
        });
        let draft = Draft::new("release-member", on, data).documented().decided();
        script.by_officer(&group.organs.department, draft)?;
        self.note_between(script, index, on, (20, 80), Task::ElectAlone(organization));
        Ok(())
    }

    pub(super) fn rename_joint_branch(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if !joint_branch.phase.is_live() {
            return Ok(());
        }
        let name = format!("{}（模拟更名）", joint_branch.name);
        let data = json!({ "joint_branch": joint_branch.id, "name": name });
        let draft = Draft::new("change-joint-branch", on, data).documented().decided();
        script.by_officer(&self.lives[index].group.organs.department, draft)?;
        Ok(())
    }

    /// Asks the households of the village that joins or leaves.
    fn ask(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<Option<CommandId>, GenerateError> {
        let joint_branch = self.joint_branch(script, index)?.id;
        let spare = self.lives[index].group.spare.as_ref().map(|spare| spare.organization);
        self.resolve(script, index, on, spare.as_slice())?;
        let group = &self.lives[index].group;
        let village = group.spare.as_ref().and_then(|spare| spare.village.as_ref());
        let Some((code, households)) = village else { return Ok(None) };
        let asked = (households * script.random().between(60, 90)).div_ceil(100);
        let in_favour = (asked * script.random().between(70, 97)).div_ceil(100);
        let data = json!({ "joint_branch": joint_branch, "villages": [{
            "village": code, "asked": asked, "in_favour": in_favour, "method": "入户问卷", "date": on.plus_days(-1)
        }]});
        script.by_clerk(&group.organs.committee, Draft::new("record-will-survey", on, data)).map(Some)
    }

    /// Live, and no rectification owed or standing.
    fn is_free(&self, script: &Script<'_>, index: usize) -> Result<bool, GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        Ok(joint_branch.phase.is_live() && !joint_branch.is_in_cycle())
    }

    fn has_joined(&self, script: &Script<'_>, index: usize) -> Result<bool, GenerateError> {
        let members = &self.joint_branch(script, index)?.members;
        Ok(self.lives[index].group.spare.as_ref().is_some_and(|spare| members.contains(&spare.organization)))
    }

    /// Whether the village may join as things stand: a branch that would grow too large takes none, nor does a general
    /// branch that was too small for one when no rule said so yet.
    fn may_join(&self, script: &Script<'_>, index: usize) -> Result<bool, GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(spare) = &self.lives[index].group.spare else { return Ok(false) };
        let members = party_members(script, joint_branch);
        let fits = match joint_branch.form {
            Form::Branch => members + spare.members <= BRANCH_MAXIMUM_MEMBERS,
            Form::GeneralBranch => {
                members > BRANCH_MAXIMUM_MEMBERS || joint_branch.overridden.contains("general-branch-members")
            }
            _ => true,
        };
        Ok(fits
            && self.is_free(script, index)?
            && !self.has_joined(script, index)?
            && stands_alone(script, spare))
    }
}

fn stands_alone(script: &Script<'_>, spare: &Member) -> bool {
    let found = script.state().organizations.get(&spare.organization);
    found.is_some_and(|found| found.merger.is_none() && found.pairings.is_empty())
}

/// All members of the Party in a joint branch.
pub(super) fn party_members(script: &Script<'_>, joint_branch: &JointBranch) -> u32 {
    let members = joint_branch.members.iter().filter_map(|id| script.state().organizations.get(id));
    members.map(|member| member.members()).sum()
}
