//! Random commands on what stands beside the life of a joint branch: posts, work, money, oversight.

use crate::commands::{
    CommandBody, CorrectEvaluation, FileWithCounty, RecordCommitment, RecordElection,
    RecordVillageHeadElection, RenewTerm,
};
use crate::date::Date;
use crate::filing::FilingMatter;
use crate::ids::OrganizationId;
use crate::joint_branch::{Grade, JointBranch};
use crate::organization::Organization;
use crate::post::{CommitmentKind, Elected, ElectedPost};
use crate::testing::City;
use crate::testing::city::{V1, VILLAGES, members, village_code};
use crate::testing::drafts::posts::{
    commit, committee_of, elect_as, election, file, filing, head_village, promise, renew, village_election,
};
use crate::testing::drafts::{Draft, correct, officer, township};

use super::steps::{PERSONS, Step};

impl Step {
    /// A command of these on the joint branch, on a day.
    pub(super) fn beside(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        match self.percent % 12 {
            0 => Self::filing_alone(city, day).unwrap_or_else(|| self.filing(joint, day)),
            1 => self.renewal(joint, day),
            2 | 8..=11 => self.committee(city, joint, day),
            3 => self.election(city, joint, day),
            4 => self.election_alone(city, day),
            5 => self.village_head(joint, day),
            6 => self.correction(joint),
            _ => self.commitment(joint, day),
        }
    }

    fn filing(&self, joint: &JointBranch, day: Date) -> Draft {
        let owed: Vec<_> = joint.filings_owed.iter().collect();
        let named = (!owed.is_empty()).then(|| self.picks(&owed));
        let matter = named.map_or(FilingMatter::Change, |(_, owed)| owed.matter);
        let data = FileWithCounty {
            joint_branch: Some(joint.id),
            position: named.map(|(position, _)| *position),
            filed_on: day,
            ..filing(matter)
        };
        Draft { body: CommandBody::FileWithCounty(data), ..file(matter) }
    }

    /// What an organization that stands alone elected, where one waits.
    fn filing_alone(city: &City, day: Date) -> Option<Draft> {
        let waiting = |found: &&std::sync::Arc<Organization>| !found.filings_owed.is_empty();
        let found = city.state.organizations.values().find(waiting)?;
        let data = FileWithCounty {
            joint_branch: None,
            organization: Some(found.id),
            position: found.filings_owed.keys().next().copied(),
            filed_on: day,
            ..filing(FilingMatter::Election)
        };
        Some(Draft { body: CommandBody::FileWithCounty(data), ..file(FilingMatter::Election) })
    }

    /// By somebody who graded nothing.
    fn correction(&self, joint: &JointBranch) -> Draft {
        let quarter = joint.evaluations.keys().last().map_or("2019Q1".to_owned(), ToString::to_string);
        let mut draft = correct(&quarter, self.picks(&[Grade::Fair, Grade::Poor])).by(officer("officer-2"));
        if let CommandBody::CorrectEvaluation(CorrectEvaluation(data)) = &mut draft.body {
            data.joint_branch = joint.id;
        }
        draft
    }

    fn renewal(&self, joint: &JointBranch, day: Date) -> Draft {
        let end = joint.term.as_ref().map_or(day, |term| term.scheduled_end);
        let term_end = end.plus_days(i32::from(self.choice) * 2 - 60).max(day);
        let data = RenewTerm { joint_branch: joint.id, term_end, reason: None };
        Draft { body: CommandBody::RenewTerm(data), ..renew("2024-03-14") }
    }

    /// A committee, or the members and the election that it takes.
    fn committee(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        if formal_members(city, &joint.members) < 7 {
            return members(joint.members[0], 7, 0);
        }
        if PERSONS.iter().any(|person| !joint.elected_in_term.contains(person)) {
            return self.election(city, joint, day);
        }
        let data =
            crate::commands::AppointCommittee { joint_branch: joint.id, members: committee_of(&PERSONS) };
        township(CommandBody::AppointCommittee(data), "2019-03-20").decided(&day.to_string())
    }

    fn election(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        let data = self.votes(formal_members(city, &joint.members), day);
        elect_as(RecordElection { joint_branch: Some(joint.id), ..data })
    }

    fn election_alone(&self, city: &City, day: Date) -> Draft {
        let organization = self.picks(&VILLAGES);
        let data = self.votes(formal_members(city, &[organization]), day);
        elect_as(RecordElection { joint_branch: None, organization: Some(organization), ..data })
    }

    fn votes(&self, present: u32, held_on: Date) -> RecordElection {
        let person = self.picks(&PERSONS);
        let elect = |person, post| Elected { person, post, votes: present };
        let others = PERSONS.into_iter().filter(|other| *other != person);
        let others = others.map(|other| elect(other, ElectedPost::CommitteeMember));
        let elected = others.chain([elect(person, ElectedPost::Secretary)]).collect();
        RecordElection { held_on, present, elected, ..election() }
    }

    fn village_head(&self, joint: &JointBranch, elected_on: Date) -> Draft {
        let person = joint.secretary.as_ref().map_or(PERSONS[0], |secretary| secretary.person);
        let village = village_code(joint.members.first().copied().unwrap_or(V1));
        let data = RecordVillageHeadElection {
            joint_branch: joint.id,
            person,
            elected_on,
            ..village_election(village)
        };
        Draft { body: CommandBody::RecordVillageHeadElection(data), ..head_village(village) }
    }

    fn commitment(&self, joint: &JointBranch, made_on: Date) -> Draft {
        let kind = self.picks(&[CommitmentKind::YearlyGoal, CommitmentKind::Integrity]);
        let person = joint.secretary.as_ref().map_or(PERSONS[0], |secretary| secretary.person);
        let year = (kind == CommitmentKind::YearlyGoal).then(|| made_on.year());
        let data = RecordCommitment { joint_branch: joint.id, person, year, made_on, ..promise(kind) };
        Draft { body: CommandBody::RecordCommitment(data), ..commit(kind) }
    }
}

fn formal_members(city: &City, organizations: &[OrganizationId]) -> u32 {
    let found = organizations.iter().filter_map(|id| city.state.organizations.get(id));
    found.map(|organization| organization.formal_members).sum()
}
