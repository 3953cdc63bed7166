//! Posts of a joint branch: commitments, elections, the committee, the villagers' committee, terms and their renewal.

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::joint_branch::{Form, JointBranch};
use domain::organization::OrganizationStatus;
use domain::post::{CommitmentKind, SecretaryCommitment};
use serde_json::{Value, json};

use super::GenerateError;
use super::history::{History, Task};
use super::oversight::FILED_ALONE_AFTER_DAYS;
use super::register;
use super::script::{Draft, Script};

/// In a hundred joint branches with a secretary, how many elect before the term is over.
const ELECTS_PERCENT: u32 = 25;
/// How many appoint a committee.
const COMMITTEE_PERCENT: u32 = 25;
/// How many see their secretary elected head of a villagers' committee.
const HEADS_VILLAGE_PERCENT: u32 = 20;
/// How many put the end of a term off.
const RENEWS_PERCENT: u32 = 20;
/// A committee may be formed from so many formal members on.
const COMMITTEE_FROM_FORMAL_MEMBERS: u32 = 7;
/// What the members of a committee do.
const DUTIES: [&str; 5] = ["书记", "组织委员", "宣传委员", "纪检委员", "产业委员"];

impl History {
    /// What a joint branch owes once it has a secretary.
    pub(super) fn note_post_tasks(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        term_end: Date,
    ) {
        self.note_between(script, index, on, (3, 28), Task::Commit);
        let random = script.random();
        let chances = [
            (ELECTS_PERCENT, (200, 1_400), Task::Elect),
            (COMMITTEE_PERCENT, (40, 400), Task::AppointCommittee),
            (HEADS_VILLAGE_PERCENT, (30, 500), Task::HeadVillage),
        ]
        .map(|(share, days, task)| (random.percent(share), days, task));
        for (happens, days, task) in chances {
            if happens {
                self.note_between(script, index, on, days, task);
            }
        }
        if script.random().percent(RENEWS_PERCENT) {
            self.note_between(script, index, term_end.plus_days(-200), (0, 150), Task::RenewTerm);
        }
    }

    pub(super) fn commit(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        for kind in CommitmentKind::ONCE {
            self.promise(script, index, on, SecretaryCommitment { kind, year: None })?;
        }
        // Whoever took over at the end of a year owes the goal of that year too.
        let since = self.joint_branch(script, index)?.secretary.as_ref().map(|found| found.since.year());
        for year in since.unwrap_or(on.year()).max(on.year() - 1)..=on.year() {
            let goal = SecretaryCommitment { kind: CommitmentKind::YearlyGoal, year: Some(year) };
            self.promise(script, index, on, goal)?;
        }
        Ok(())
    }

    pub(super) fn yearly_goal(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        year: i16,
    ) -> Result<(), GenerateError> {
        if !self.joint_branch(script, index)?.phase.is_live() {
            return Ok(());
        }
        let kind = CommitmentKind::YearlyGoal;
        self.promise(script, index, on, SecretaryCommitment { kind, year: Some(year) })?;
        if let Ok(next) = Date::new(year + 1, 1, 1) {
            self.note_between(script, index, next, (2, 28), Task::YearlyGoal(year + 1));
        }
        Ok(())
    }

    fn promise(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        commitment: SecretaryCommitment,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (id, is_made) = (joint_branch.id, joint_branch.commitments.contains(&commitment));
        let Some(secretary) = &joint_branch.secretary else { return Ok(()) };
        let in_term = commitment.year.is_none_or(|year| {
            (secretary.since.year()..=secretary.term_end.map_or(i16::MAX, |end| end.year())).contains(&year)
        });
        let person = secretary.person;
        if is_made || !in_term || script.random().percent(self.habits.unpromised_percent) {
            return Ok(());
        }
        let mut data = json!({
            "joint_branch": id, "person": person, "kind": commitment.kind,
            "content": "按期完成各项任务（模拟）", "made_on": on
        });
        if let Some(year) = commitment.year {
            data["year"] = json!(year);
        }
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("record-commitment", on, data))?;
        Ok(())
    }

    /// The secretary in post is elected anew: a new term begins, and new commitments are owed.
    pub(super) fn elect(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(person) = secretary_of(joint_branch) else { return Ok(()) };
        // Nobody elects again within weeks: the election before is not even filed.
        let mut waiting = joint_branch.filings_owed.values();
        if waiting.any(|owed| owed.matter == domain::filing::FilingMatter::Election) {
            return Ok(());
        }
        let (id, formal) = (joint_branch.id, formal_members(script, joint_branch));
        let mut data = election(script, on, formal, person);
        data["joint_branch"] = json!(id);
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("record-election", on, data))?;
        self.note_filing(script, index, on, domain::filing::FilingMatter::Election);
        self.note_between(script, index, on, (3, 28), Task::Commit);
        self.note_end_of_term(script, index)
    }

    /// An original that a merger gave back elects for itself.
    pub(super) fn elect_alone(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        organization: OrganizationId,
    ) -> Result<(), GenerateError> {
        let found = script.state().organizations.get(&organization);
        let owes =
            found.filter(|found| found.status == OrganizationStatus::Active && found.election_owed.is_some());
        let Some(formal) = owes.map(|found| found.formal_members) else { return Ok(()) };
        let organs = self.lives[index].group.organs.clone();
        let person = register::person(script, &organs, organization, on)?;
        let mut data = election(script, on, formal, person);
        data["organization"] = json!(organization);
        script.by_clerk(&organs.committee, Draft::new("record-election", on, data))?;
        self.note(index, on, FILED_ALONE_AFTER_DAYS, Task::FileAlone(organization));
        Ok(())
    }

    pub(super) fn appoint_committee(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(secretary) = secretary_of(joint_branch) else { return Ok(()) };
        let (id, formal) = (joint_branch.id, formal_members(script, joint_branch));
        if formal < COMMITTEE_FROM_FORMAL_MEMBERS || !joint_branch.committee.is_empty() {
            return Ok(());
        }
        let organs = self.lives[index].group.organs.clone();
        let size = script.random().between(3, 5) as usize;
        let mut persons = vec![secretary];
        while persons.len() < size {
            let members = &self.lives[index].group.members;
            let organization = members[persons.len() % members.len()].organization;
            persons.push(register::person(script, &organs, organization, on)?);
        }
        let members =
            persons.iter().zip(DUTIES).map(|(person, duty)| json!({ "person": person, "duty": duty }));
        let data = json!({ "joint_branch": id, "members": members.collect::<Vec<_>>() });
        script
            .by_clerk(&organs.committee, Draft::new("appoint-committee", on, data).documented().decided())?;
        Ok(())
    }

    /// The villagers of the secretary's own village elect the secretary head of their committee.
    pub(super) fn head_village(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(person) = secretary_of(joint_branch) else { return Ok(()) };
        let id = joint_branch.id;
        let organization = script.state().persons.get(&person).map(|found| found.organization);
        let group = &self.lives[index].group;
        let own = group.members.iter().find(|member| Some(member.organization) == organization);
        let Some((village, _)) = own.and_then(|member| member.village.as_ref()) else { return Ok(()) };
        let data = json!({ "joint_branch": id, "person": person, "village": village, "elected_on": on.plus_days(-1) });
        script.by_clerk(&group.organs.committee, Draft::new("record-village-head-election", on, data))?;
        Ok(())
    }

    pub(super) fn renew_term(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let term = joint_branch.term.as_ref().filter(|term| term.end > on && term.end == term.scheduled_end);
        let (Some(_), Some(term)) = (secretary_of(joint_branch), term) else { return Ok(()) };
        let (id, scheduled) = (joint_branch.id, term.scheduled_end);
        let months = i32::try_from(script.random().between(3, 12)).unwrap_or(3);
        let data = json!({
            "joint_branch": id, "term_end": scheduled.plus_months(months), "reason": "与村级换届同步"
        });
        let committee = &self.lives[index].group.organs.committee;
        script.by_clerk(committee, Draft::new("renew-term", on, data).documented().decided())?;
        self.note_end_of_term(script, index)
    }

    /// Puts the end of the term, as it stands now, on the calendar.
    pub(super) fn note_end_of_term(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
    ) -> Result<(), GenerateError> {
        let term_end = self.joint_branch(script, index)?.secretary.as_ref().and_then(|found| found.term_end);
        if let Some(term_end) = term_end {
            self.note_between(script, index, term_end, self.habits.succession_days, Task::EndTerm);
        }
        Ok(())
    }
}

/// The secretary of a joint branch that works.
fn secretary_of(joint_branch: &JointBranch) -> Option<PersonId> {
    let has_post = joint_branch.phase.is_live() && joint_branch.form != Form::None;
    joint_branch.secretary.as_ref().filter(|_| has_post).map(|secretary| secretary.person)
}

fn formal_members(script: &Script<'_>, joint_branch: &JointBranch) -> u32 {
    let members = joint_branch.members.iter().filter_map(|id| script.state().organizations.get(id));
    members.map(|member| member.formal_members).sum()
}

/// An election with a quorum and a majority.
fn election(script: &mut Script<'_>, on: Date, formal_members: u32, person: PersonId) -> Value {
    let present = (formal_members * script.random().between(82, 100)).div_ceil(100).min(formal_members);
    let votes = (present * script.random().between(60, 100)).div_ceil(100).min(present);
    json!({
        "held_on": on, "present": present,
        "elected": [{ "person": person, "post": "secretary", "votes": votes }]
    })
}
