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
use super::script::{Draft, Organ, Script};

/// In a hundred joint branches with a secretary, how many elect before the term is over.
const ELECTS_PERCENT: u32 = 25;
/// How many appoint a committee.
const COMMITTEE_PERCENT: u32 = 25;
/// How many see their secretary elected head of a villagers' committee.
const HEADS_VILLAGE_PERCENT: u32 = 20;
/// How many put the end of a term off.
const RENEWS_PERCENT: u32 = 20;
/// In a hundred vacancies within a term, how many are filled by a by-election.
const BY_ELECTED_PERCENT: u32 = 60;
/// In a hundred elections, how many leave members out who work away, and from how many formal members on.
const LEAVES_OUT_PERCENT: u32 = 40;
const SOME_WORK_AWAY_FROM: u32 = 10;
/// A committee may be formed from so many formal members on.
const COMMITTEE_FROM_FORMAL_MEMBERS: u32 = 7;
/// What the members of a committee do.
const DUTIES: [&str; 7] = ["书记", "组织委员", "宣传委员", "纪检委员", "产业委员", "统战委员", "青年委员"];

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
        let id = joint_branch.id;
        let is_made =
            joint_branch.promises.as_ref().is_some_and(|promises| promises.made.contains(&commitment));
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
        if waits_for_filing(joint_branch) {
            return Ok(());
        }
        let seats = joint_branch.committee.iter().map(|seat| seat.person).filter(|seat| *seat != person);
        let seats: Vec<_> = seats.collect();
        self.hold_election(script, index, on, "renewal", Some(person), &seats)?;
        self.note_between(script, index, on, (3, 28), Task::Commit);
        if !script.random().percent(self.habits.unfiled_percent) {
            self.note_between(script, index, on, (4, 28), Task::ApproveSecretary);
        }
        self.note_end_of_term(script, index)
    }

    /// The committee above approves the secretary in post, whom the members elected anew.
    pub(super) fn approve_secretary(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let Some(secretary) = joint_branch.secretary.as_ref() else { return Ok(()) };
        let is_owed = joint_branch.approval_owed.is_some_and(|owed| owed.person == secretary.person);
        let is_forgotten = self.habits.unapproved_every.is_some_and(|every| index % every == 1);
        let code = if secretary.source.is_empty() { "not_stated" } else { secretary.source.as_str() };
        let data = json!({
            "joint_branch": joint_branch.id, "person": secretary.person, "source": code,
            "term_start": secretary.since, "basis": "elected"
        });
        if !is_owed || is_forgotten {
            return Ok(());
        }
        let draft = Draft::new("assign-secretary", on, data).documented().decided();
        script.by_clerk(&self.lives[index].group.organs.committee, draft)?;
        self.note_filing(script, index, on, domain::filing::FilingMatter::Secretary);
        Ok(())
    }

    /// Where the post is vacant within a term, the members may elect who takes it up for the rest of it.
    pub(super) fn elect_for_the_rest(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        person: PersonId,
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let runs = joint_branch.term.as_ref().is_some_and(|term| term.end > on);
        if !runs || waits_for_filing(joint_branch) || !script.random().percent(BY_ELECTED_PERCENT) {
            return Ok(());
        }
        self.hold_election(script, index, on, "by_election", Some(person), &[])
    }

    fn hold_election(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        kind: &str,
        secretary: Option<PersonId>,
        members: &[PersonId],
    ) -> Result<(), GenerateError> {
        let joint_branch = self.joint_branch(script, index)?;
        let (id, formal) = (joint_branch.id, formal_members(script, joint_branch));
        let committee = self.lives[index].group.organs.committee.clone();
        let mut data = election(script, &committee, on, formal, secretary, members)?;
        (data["joint_branch"], data["kind"]) = (json!(id), json!(kind));
        script.by_clerk(&committee, Draft::new("record-election", on, data))?;
        self.note_filing(script, index, on, domain::filing::FilingMatter::Election);
        Ok(())
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
        let mut data = election(script, &organs.committee, on, formal, Some(person), &[])?;
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
        let runs = joint_branch.term.as_ref().is_some_and(|term| term.end > on);
        let has_committee = !joint_branch.committee.is_empty();
        if formal < COMMITTEE_FROM_FORMAL_MEMBERS || has_committee || !runs || waits_for_filing(joint_branch)
        {
            return Ok(());
        }
        // A branch has as a rule three to five, a general branch five to seven.
        let fewest = if joint_branch.form == Form::Branch { 3 } else { 5 };
        let organs = self.lives[index].group.organs.clone();
        let size = script.random().between(fewest, fewest + 2) as usize;
        let mut persons = vec![secretary];
        while persons.len() < size {
            let members = &self.lives[index].group.members;
            let organization = members[persons.len() % members.len()].organization;
            persons.push(register::person(script, &organs, organization, on)?);
        }
        self.hold_election(script, index, on, "by_election", None, &persons[1..])?;
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

/// Whether the election before is not filed yet.
fn waits_for_filing(joint_branch: &JointBranch) -> bool {
    joint_branch.filings_owed.values().any(|owed| owed.matter == domain::filing::FilingMatter::Election)
}

/// An election with a quorum and a majority; where many work away, some of them are left out with the committee's consent.
fn election(
    script: &mut Script<'_>,
    committee: &Organ,
    on: Date,
    formal_members: u32,
    secretary: Option<PersonId>,
    members: &[PersonId],
) -> Result<Value, GenerateError> {
    let mut data = json!({ "held_on": on });
    let mut entitled = formal_members;
    if formal_members >= SOME_WORK_AWAY_FROM && script.random().percent(LEAVES_OUT_PERCENT) {
        let away = (formal_members * script.random().between(10, 40) / 100).max(1);
        let document = json!({ "number": script.next_number(committee, on)?, "issued": on });
        entitled -= away;
        data["entitled"] = json!(entitled);
        data["not_counted"] = json!({ "number": away, "document": document });
    }
    let present = (entitled * script.random().between(82, 100)).div_ceil(100).min(entitled);
    let votes = (present * script.random().between(60, 100)).div_ceil(100).min(present);
    let secretary = secretary.map(|person| (person, "secretary"));
    let members = members.iter().map(|person| (*person, "committee_member"));
    let elected = secretary.into_iter().chain(members);
    let elected = elected.map(|(person, post)| json!({ "person": person, "post": post, "votes": votes }));
    data["present"] = json!(present);
    data["elected"] = elected.collect();
    Ok(data)
}
