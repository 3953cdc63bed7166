//! From the proposal to a joint branch with a secretary: and back, where it is refused or a secretary leaves.

use domain::date::Date;
use domain::document_number::Override;
use domain::filing::FilingMatter;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Arrangement, Form, Ground, Mode};
use domain::quarter::Quarter;
use serde_json::{Value, json};

use super::history::{Fate, History, LATEST_DECISION_DAYS, Task};
use super::register::{self, Group};
use super::script::{Draft, Script, text};
use super::{GenerateError, functional};

/// In a hundred first proposals, how many the county refuses.
const REJECTED_PERCENT: u32 = 4;
/// And how many the township takes back.
const WITHDRAWN_PERCENT: u32 = 3;
/// After a refusal the villages propose again within so many days.
const LATEST_RETRY_DAYS: u32 = 240;
/// In a hundred secretaries, how many leave before their term ends.
const LEAVES_PERCENT: u32 = 20;
/// A proposal is decided within so many days.
const DECIDED_WITHIN_DAYS: i32 = 60;
/// A general branch has more Party members than this, or a need for it.
const GENERAL_BRANCH_OVER_MEMBERS: u32 = 50;
/// A committee may be formed from this many on.
const COMMITTEE_MEMBERS: u32 = 100;
/// Where secretaries come from.
const SOURCES: [&str; 6] = [
    "strong_village_leader",
    "rich_village_leader",
    "prosperity_expert",
    "cooperative_leader",
    "township_official",
    "association_leader",
];

impl History {
    pub(super) fn propose(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        // A group is refused once at most, and early enough to be established in the end.
        let may_fail = self.is_in_time(on, LATEST_DECISION_DAYS + LATEST_RETRY_DAYS);
        let life = &mut self.lives[index];
        life.attempt += 1;
        let chance = if life.attempt == 1 && may_fail { script.random().between(1, 100) } else { 100 };
        life.fate = match chance {
            1..=REJECTED_PERCENT => Fate::Rejected,
            chance if chance <= REJECTED_PERCENT + WITHDRAWN_PERCENT => Fate::Withdrawn,
            _ => Fate::Established,
        };
        let draft = proposal(script, &life.group, life.attempt, on)?;
        let id = script.by_clerk(&life.group.organs.committee, draft)?;
        life.joint_branch = Some(JointBranchId(id.0));
        self.note_between(script, index, on, (6, 20), Task::Survey);
        Ok(())
    }

    pub(super) fn survey(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (form, members) = (joint_branch.form, joint_branch.members.clone());
        self.resolve(script, index, on, &members)?;
        // A pairing without an organ moves no function: its parties sign an agreement, and nobody is asked.
        if form == Form::None {
            self.agree(script, index, on)?;
            self.note_between(script, index, on, (6, 20), Task::Decide);
            return Ok(());
        }
        let life = &self.lives[index];
        let fewest_in_favour = if life.fate == Fate::Rejected { (30, 50) } else { (70, 97) };
        let mut villages = Vec::new();
        for (code, households) in life.group.members.iter().filter_map(|member| member.village.as_ref()) {
            let random = script.random();
            let asked = (households * random.between(60, 90)).div_ceil(100);
            let in_favour = (asked * random.between(fewest_in_favour.0, fewest_in_favour.1)).div_ceil(100);
            villages.push(json!({
                "village": code, "asked": asked, "in_favour": in_favour, "method": "入户问卷",
                "date": on.plus_days(-1)
            }));
        }
        let data = json!({ "joint_branch": life.joint_branch, "villages": villages });
        script.by_clerk(&life.group.organs.committee, Draft::new("record-will-survey", on, data))?;
        self.note_between(script, index, on, (6, 20), Task::Decide);
        Ok(())
    }

    pub(super) fn decide(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        if self.is_sent_back(script, index, on)? {
            return Ok(());
        }
        let life = &self.lives[index];
        let (organs, id) = (&life.group.organs, life.joint_branch);
        if life.fate == Fate::Withdrawn {
            let data = json!({ "joint_branch": id, "reason": "成员村意见不一，暂缓" });
            script.by_clerk(&organs.committee, Draft::new("withdraw-proposal", on, data))?;
        } else if life.fate == Fate::Rejected {
            let data = json!({ "joint_branch": id, "reason": "条件尚不成熟" });
            let draft = Draft::new("reject-proposal", on, data).documented().decided();
            script.by_officer(&organs.department, draft)?;
        } else {
            let name = match life.group.arrangement {
                Arrangement::Merger => "merge-branches",
                Arrangement::Pairing => "pair-branches",
            };
            let draft = Draft::new(name, on, json!({ "joint_branch": id })).documented().decided();
            script.by_officer(&organs.department, draft)?;
            self.note_first_tasks(script, index, on)?;
            return Ok(());
        }
        self.note_between(script, index, on, (90, LATEST_RETRY_DAYS), Task::Propose);
        Ok(())
    }

    /// What a joint branch owes from the first day.
    fn note_first_tasks(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let has_organ = self.joint_branch(script, index)?.form != Form::None;
        if has_organ {
            self.note_between(script, index, on, (3, 25), Task::AssignSecretary);
        }
        if has_organ && self.lives[index].group.cooperative.is_some() {
            self.note_between(script, index, on, (30, 200), Task::PlaceUnder);
        }
        self.note_work_tasks(script, index, on, has_organ);
        self.note_changes(script, index, on);
        self.note_yearly_tasks(script, index, on, has_organ);
        if self.lives[index].group.arrangement == Arrangement::Pairing {
            self.note_between(script, index, on, (10, 30), Task::TransferFunctions);
        }
        self.note_evaluation(script, index, Quarter::of(on));
        if script.random().percent(self.habits.ends_percent) {
            let ground = match script.random().between(1, 3) {
                1 => Ground::PurposeAchieved,
                2 => Ground::MembersRequest,
                _ => Ground::SuperiorDecision,
            };
            self.note_between(script, index, on, (300, 1_500), Task::Dissolve(ground));
        }
        Ok(())
    }

    /// What a joint branch with a secretary owes early in the next year, and so on.
    pub(super) fn note_yearly_tasks(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        has_organ: bool,
    ) {
        let year = on.year();
        if let (true, Ok(next)) = (has_organ, Date::new(year + 1, 1, 1)) {
            self.note_between(script, index, next, (2, 28), Task::YearlyGoal(year + 1));
            self.note_between(script, index, next, (4, 80), Task::ReviewYear(year));
        }
    }

    pub(super) fn assign_secretary(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        if joint_branch.secretary.is_some() || !joint_branch.phase.is_live() {
            return Ok(());
        }
        let person = self.lives[index].group.candidate;
        self.elect_for_the_rest(script, index, on, person)?;
        self.assign(script, index, on, person, None)
    }

    /// Another takes over on the same day.
    pub(super) fn replace_secretary(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let replaced = self.joint_branch(script, index)?.secretary.as_ref().map(|found| found.person);
        if let Some(replaced) = replaced {
            let person = self.next_candidate(script, index, on)?;
            self.assign(script, index, on, person, Some(replaced))?;
        }
        Ok(())
    }

    pub(super) fn relieve_secretary(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(person) = joint_branch.secretary.as_ref().map(|found| found.person) else { return Ok(()) };
        let data = json!({ "joint_branch": joint_branch.id, "person": person, "reason": "工作调动" });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("relieve-secretary", on, data).documented().decided())?;
        self.next_candidate(script, index, on)?;
        self.note_between(script, index, on, self.habits.vacancy_days, Task::AssignSecretary);
        Ok(())
    }

    /// The term is over: another takes over, unless that happened before.
    pub(super) fn end_term(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let secretary = self.joint_branch(script, index)?.secretary.as_ref();
        if secretary.is_some_and(|secretary| secretary.term_end.is_some_and(|end| end <= on)) {
            self.replace_secretary(script, index, on)?;
        }
        Ok(())
    }

    pub(super) fn next_candidate(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<PersonId, GenerateError> {
        let group = &mut self.lives[index].group;
        let member = script.random().between(0, u32::try_from(group.members.len()).unwrap_or(1) - 1);
        let organization = group.members[member as usize].organization;
        group.candidate = register::person(script, &group.organs, organization, on)?;
        Ok(group.candidate)
    }

    fn assign(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        person: PersonId,
        replaces: Option<PersonId>,
    ) -> Result<(), GenerateError> {
        let life = &self.lives[index];
        let mut data = json!({
            "joint_branch": life.joint_branch, "person": person,
            "source": script.random().pick(&SOURCES), "term_start": on,
            "monthly_pay": script.random().between(18, 42) * 100
        });
        if let Some(replaced) = replaces {
            data["replaces"] = json!(replaced);
        }
        let draft = Draft::new("assign-secretary", on, data).documented().decided();
        script.by_clerk(&life.group.organs.committee, draft)?;
        if script.random().percent(LEAVES_PERCENT) {
            let task =
                if script.random().percent(50) { Task::ReplaceSecretary } else { Task::RelieveSecretary };
            self.note_between(script, index, on, (150, 1_200), task);
        }
        self.note_filing(script, index, on, FilingMatter::Secretary);
        let term_end = self.joint_branch(script, index)?.secretary.as_ref().and_then(|found| found.term_end);
        if let Some(term_end) = term_end {
            self.note_post_tasks(script, index, on, term_end);
        }
        self.note_end_of_term(script, index)
    }
}

/// What the name of a joint branch of that form ends with.
pub(super) fn suffix(form: &str) -> &'static str {
    match form {
        "branch" => "联合党支部",
        "general_branch" => "联合党总支",
        "committee" => "联合党委",
        _ => "结对共建",
    }
}

/// The proposal of a group; where a rule asks for an override, it brings one.
fn proposal(script: &mut Script<'_>, group: &Group, attempt: u32, on: Date) -> Result<Draft, GenerateError> {
    let (form, needs_override) = form(script, group);
    // Where the rule comes into force between the proposal and its decision, neither form of the proposal would do.
    let is_caught = needs_override
        && !script.is_on_file("general-branch-members", on)
        && script.is_on_file("general-branch-members", on.plus_days(DECIDED_WITHIN_DAYS));
    let kind = functional::kind(script, group);
    let (form, needs_override) = match (&kind, is_caught) {
        (Some(_), _) => ("committee", false),
        (None, true) => ("none", needs_override),
        (None, false) => (form, needs_override),
    };
    let suffix = if kind.is_some() { functional::SUFFIX } else { suffix(form) };
    let again = if attempt > 1 { format!("（第{attempt}次提出）") } else { String::new() };
    let members: Vec<_> = group.members.iter().map(|member| member.organization).collect();
    let mut data = json!({
        "name": format!("{}{suffix}{again}", group.short_name),
        "arrangement": group.arrangement, "mode": group.mode, "form": form, "members": members,
        "lead_township": group.organs.committee.place,
        "justification": {
            "geography": "地域相邻，村界相接", "industry": format!("产业相近，均可发展{}", group.industry),
            "governance": "治理相融，群众往来密切"
        }
    });
    if let Some(kind) = kind {
        data["form_kind"] = json!(kind);
    }
    add_mode(&mut data, group);
    let mut draft = Draft::new("propose-joint-branch", on, data);
    if needs_override && script.is_on_file("general-branch-members", on) {
        let document = script.next_number(&group.organs.committee, on)?;
        draft.override_ = Some(Override { reason: text("因工作需要设立党总支")?, document });
    }
    Ok(draft)
}

fn add_mode(data: &mut Value, group: &Group) {
    match &group.mode {
        Mode::SimilarIndustry => data["industry"] = json!(group.industry),
        Mode::LargeSmall => {
            let base = group.members.first().and_then(|member| member.village.as_ref());
            data["base_village"] = json!(base.map(|(code, _)| code));
        }
        Mode::Other => data["mode_reason"] = json!("当地自行探索的方式（模拟）"),
        _ => {}
    }
}

/// A form that the number of Party members allows, and whether it needs an override.
pub(super) fn form(script: &mut Script<'_>, group: &Group) -> (&'static str, bool) {
    let members = group.party_members();
    let is_large = members > GENERAL_BRANCH_OVER_MEMBERS;
    match group.arrangement {
        Arrangement::Pairing if group.mode == Mode::ResidentUnit => ("none", false),
        Arrangement::Pairing if is_large && script.random().percent(60) => ("general_branch", false),
        Arrangement::Pairing if script.random().percent(15) => ("general_branch", !is_large),
        Arrangement::Pairing => ("none", false),
        Arrangement::Merger if members >= COMMITTEE_MEMBERS && script.random().percent(40) => {
            ("committee", false)
        }
        Arrangement::Merger if is_large => ("general_branch", false),
        Arrangement::Merger => ("branch", false),
    }
}
