//! Commands about posts and filing, with sensible defaults.

use ulid::Ulid;

use super::{Draft, REVIEWER, county, officer, text, township};
use crate::commands::{
    AppointCommittee, AssignFirstSecretary, CommandBody, FileWithCounty, RecordCommitment, RecordElection,
    RecordVillageHeadElection, RelieveFirstSecretary, RenewTerm,
};
use crate::filing::FilingMatter;
use crate::ids::PersonId;
use crate::post::{CommitmentKind, CommitteeMember, Elected, ElectedPost, FirstSecretaryEnd};
use crate::testing::city::{JOINT, SECRETARY, V1};
use crate::testing::date;

/// What a filing says, on 2019-09-10.
pub fn filing(matter: FilingMatter) -> FileWithCounty {
    FileWithCounty {
        joint_branch: Some(JOINT),
        organization: None,
        matter,
        position: None,
        number: text("昭备2019-7"),
        filed_on: date("2019-09-10"),
    }
}

/// `file-with-county` on 2019-09-10, by an officer who decided nothing.
pub fn file(matter: FilingMatter) -> Draft {
    county(CommandBody::FileWithCounty(filing(matter)), "昭委组〔2019〕60号", "2019-09-10")
        .undecided()
        .by(officer(REVIEWER))
}

/// `renew-term` on 2024-02-01, by a document of the township committee.
pub fn renew(term_end: &str) -> Draft {
    let data = RenewTerm { joint_branch: JOINT, term_end: date(term_end), reason: None };
    township(CommandBody::RenewTerm(data), "2024-02-01")
        .paper("元委〔2024〕3号", "2024-02-01")
        .decided("2024-01-31")
}

/// The first so many of the persons that committees are made of; the tests register them.
pub fn committee_persons(count: usize) -> Vec<PersonId> {
    (0xC10_u128..).take(count).map(|number| PersonId(Ulid(number))).collect()
}

/// Persons, each with a duty.
pub fn committee_of(persons: &[PersonId]) -> Vec<CommitteeMember> {
    persons.iter().map(|person| CommitteeMember { person: *person, duty: text("组织委员") }).collect()
}

/// `appoint-committee` of so many persons on 2019-03-20.
pub fn committee(size: usize) -> Draft {
    let data = AppointCommittee { joint_branch: JOINT, members: committee_of(&committee_persons(size)) };
    township(CommandBody::AppointCommittee(data), "2019-03-20").decided("2019-03-19")
}

/// An election of the secretary on 2019-04-01: all four present and in favour.
pub fn election() -> RecordElection {
    RecordElection {
        joint_branch: Some(JOINT),
        organization: None,
        kind: None,
        held_on: date("2019-04-01"),
        entitled: None,
        not_counted: None,
        present: 4,
        elected: vec![Elected { person: SECRETARY, post: ElectedPost::Secretary, votes: 4 }],
        term_start: None,
        term_end: None,
    }
}

/// `record-election` on 2019-04-10.
pub fn elect() -> Draft {
    elect_as(election())
}

/// As `elect`, in other words.
pub fn elect_as(data: RecordElection) -> Draft {
    township(CommandBody::RecordElection(data), "2019-04-10")
}

/// The villagers' election of the secretary on 2019-04-01.
pub fn village_election(village: &str) -> RecordVillageHeadElection {
    RecordVillageHeadElection {
        joint_branch: JOINT,
        person: SECRETARY,
        village: village.parse().unwrap(),
        elected_on: date("2019-04-01"),
        term_end: None,
    }
}

/// `record-village-head-election` on 2019-04-10.
pub fn head_village(village: &str) -> Draft {
    township(CommandBody::RecordVillageHeadElection(village_election(village)), "2019-04-10")
}

/// A commitment of 2019-03-20; a yearly goal is that of 2019.
pub fn promise(kind: CommitmentKind) -> RecordCommitment {
    RecordCommitment {
        joint_branch: JOINT,
        person: SECRETARY,
        kind,
        year: (kind == CommitmentKind::YearlyGoal).then_some(2019),
        content: text("按期完成"),
        made_on: date("2019-03-20"),
    }
}

/// `record-commitment` on 2019-03-20.
pub fn commit(kind: CommitmentKind) -> Draft {
    township(CommandBody::RecordCommitment(promise(kind)), "2019-03-20")
}

/// A posting to the first village from 2021-06-01 to 2023-05-31.
pub fn sending(person: PersonId) -> AssignFirstSecretary {
    AssignFirstSecretary {
        organization: V1,
        person,
        since: date("2021-06-01"),
        until: date("2023-05-31"),
        sending_unit: text("区农业农村局"),
        replaces: None,
    }
}

/// `assign-first-secretary` on 2021-06-01.
pub fn send(person: PersonId) -> Draft {
    send_as(sending(person))
}

/// As `send`, in other words.
pub fn send_as(data: AssignFirstSecretary) -> Draft {
    county(CommandBody::AssignFirstSecretary(data), "昭委组〔2021〕30号", "2021-06-01").undecided()
}

/// `relieve-first-secretary` of the first village on 2023-06-01.
pub fn call_back(person: PersonId) -> Draft {
    let data = RelieveFirstSecretary { organization: V1, person, reason: FirstSecretaryEnd::TermEnded };
    county(CommandBody::RelieveFirstSecretary(data), "昭委组〔2023〕25号", "2023-06-01").undecided()
}
