//! `record-election` 换届、补选: an election counts with four fifths of those entitled present and more than half of those
//! present in favour; a regular one starts a term, a by-election serves the rest of one.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::{ElectionHeld, OrganizationElectionHeld};
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Form, Thread};
use crate::mechanism::Mechanism;
use crate::organization::{OrganizationForm, OrganizationStatus};
use crate::person::MAX_PEOPLE;
use crate::place::Level;
use crate::post::{Elected, ElectedPost, ElectionKind, NotCounted};
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec};

data! {
    /// 登记换届或补选的结果：联合党组织或单独设置的党组织，只填一项 / records an election of a joint branch, or of an organization that is in none: exactly one of the two is named
    pub struct RecordElection {
        /// 举行选举的联合党组织 / the joint branch that held the election
        pub joint_branch: Option<JointBranchId>,
        /// 举行选举的单独设置的党组织 / the organization in no joint branch that held the election
        pub organization: Option<OrganizationId>,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 选举的种类：换届或补选；不填为换届 / whether it is a regular election or a by-election; a regular one where absent
        pub kind: Option<ElectionKind>,
        /// 应到会的正式党员人数；不填为全部正式党员 / the formal members entitled to take part; all formal members where absent
        #[schemars(range(max = MAX_PEOPLE))]
        pub entitled: Option<u32>,
        /// 经上级同意不计入应到会的党员；没有的不填 / members left out with the superior's consent; absent where there are none
        pub not_counted: Option<NotCounted>,
        /// 到会的正式党员人数 / the number of formal members present
        #[schemars(range(max = MAX_PEOPLE))]
        pub present: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日；不填为选举当日 / the first day of the term; the day of the election where absent
        pub term_start: Option<Date>,
        /// 任期止日；不填的，换届按政策规定的一届计算，补选至本届届满 / the last day of the term; where absent a full term by the policy, in a by-election the end of the running one
        pub term_end: Option<Date>,
    }
}

impl RecordElection {
    /// Who elected; nothing where both or neither are named.
    pub fn elector(&self) -> Option<Entity> {
        match (self.joint_branch, self.organization) {
            (Some(id), None) => Some(Entity::JointBranch(id)),
            (None, Some(id)) => Some(Entity::Organization(id)),
            _ => None,
        }
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-election",
    title: say("登记选举（换届、补选）", "Record an election"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Elections],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.election-held", "organization.election-held"],
    along: &[],
    refused_when: "fewer than four fifths of those entitled present; those entitled and those left out are not all formal members; left out without a document; a by-election that would move the end of the term; not more than half in favour; somebody is no formal member; before the last election, or before the restoring; a term that has not begun",
    rules: &[
        "election-entitled",
        "election-not-counted",
        "election-quorum",
        "election-majority",
        "election-over-base",
        "election-votes",
        "election-of",
        "post-person",
        "party-standing",
        "date-order",
        "term",
        "by-election-term",
        "term-on-file",
        "restored-election-due",
        "member-active",
        "no-post",
        "term-reminder",
    ],
    choices: &[Choice::OneOf(&["joint_branch", "organization"])],
    example: r#"{
  "effective_date": "2021-01-12",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "kind": "renewal", "held_on": "2021-01-10", "entitled": 20, "not_counted": {"number": 4, "document": {"number": "白委〔2021〕1号", "issued": "2021-01-05"}}, "present": 19, "elected": [{"person": "01J8KQ2M000000000000000006", "post": "secretary", "votes": 18}, {"person": "01J8KQ2M000000000000000011", "post": "committee_member", "votes": 17}, {"person": "01J8KQ2M000000000000000012", "post": "committee_member", "votes": 16}], "term_start": "2021-01-10"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RecordElection) -> Option<Entity> {
    data.elector()
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordElection) -> Result<Vec<EventBody>, Rejection> {
    match (data.joint_branch, data.organization) {
        (Some(id), None) => of_joint_branch(case, data, id),
        (None, Some(id)) => of_organization(case, data, id),
        _ => Err(PostRejection::ElectionOf.into()),
    }
}

/// The command that such events came from; nothing for those of before the kind of an election was asked.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordElection> {
    match recorded.lead.clone() {
        EventBody::ElectionHeld(ElectionHeld {
            joint_branch,
            held_on,
            kind: kind @ Some(_),
            entitled,
            not_counted,
            present,
            formal_members: _,
            elected,
            term_start,
            term_end,
        }) => Some(RecordElection {
            joint_branch: Some(joint_branch),
            organization: None,
            held_on,
            kind,
            entitled: Some(entitled),
            not_counted,
            present,
            elected,
            term_start: Some(term_start),
            term_end: Some(term_end),
        }),
        EventBody::OrganizationElectionHeld(OrganizationElectionHeld {
            organization,
            held_on,
            kind: kind @ Some(_),
            entitled,
            not_counted,
            present,
            formal_members: _,
            elected,
            term_start,
            term_end,
        }) => Some(RecordElection {
            joint_branch: None,
            organization: Some(organization),
            held_on,
            kind,
            entitled: Some(entitled),
            not_counted,
            present,
            elected,
            term_start: Some(term_start),
            term_end: Some(term_end),
        }),
        _ => None,
    }
}

fn of_joint_branch(
    case: &mut Case<'_>,
    data: &RecordElection,
    id: JointBranchId,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(id, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        case.refuse(Rejection::NoPost)?;
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    let established = joint_branch.establishment.as_ref().map(|found| found.effective_date);
    case.not_after(say("成立日期", "the establishing"), established.unwrap_or(data.held_on), data.held_on)?;
    let last = joint_branch.elected_on.unwrap_or(data.held_on);
    case.not_after(say("上次换届选举", "the last election"), last, data.held_on)?;
    let formal_members = case.formal_members(joint_branch);
    let running = joint_branch.term.as_ref().map(|term| term.end);
    let entitled = check(case, data, formal_members)?;
    let (term_start, term_end) = term(case, data, joint_branch.name.as_str(), running)?;
    Ok(vec![EventBody::ElectionHeld(ElectionHeld {
        joint_branch: joint_branch.id,
        held_on: data.held_on,
        kind: Some(kind_of(data)),
        entitled,
        not_counted: data.not_counted.clone(),
        present: data.present,
        formal_members,
        elected: data.elected.clone(),
        term_start,
        term_end,
    })])
}

/// An organization that stands alone: in a merger it has no posts of its own.
fn of_organization(
    case: &mut Case<'_>,
    data: &RecordElection,
    id: OrganizationId,
) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(id, "/data/organization")?;
    case.require_scope(&case.state.scope_of_organization(id), organization.name.as_str())?;
    if organization.form == OrganizationForm::Organ {
        case.refuse(PostRejection::ElectionOf)?;
    }
    if organization.status != OrganizationStatus::Active {
        case.refuse(Rejection::MemberInactive { name: organization.name.to_string() })?;
    }
    let location = case.state.places.get(&organization.location);
    let location = location.ok_or_else(|| {
        Case::unknown(say("行政区划", "place"), &organization.location, "/data/organization")
    })?;
    // A unit at the county's seat lies in no township.
    case.require_organ(Level::Township.max(location.level), location)?;
    let last = organization.election.as_ref().map_or(data.held_on, |election| election.held_on);
    case.not_after(say("上次换届选举", "the last election"), last, data.held_on)?;
    // Whom it elected before the merger left the post with it.
    let restored = organization.election_owed.as_ref().map_or(data.held_on, |owed| owed.since);
    case.not_after(say("恢复日期", "the restoring"), restored, data.held_on)?;
    let formal_members = organization.formal_members;
    let running = organization.election.as_ref().map(|election| election.term_end);
    let entitled = check(case, data, formal_members)?;
    let (term_start, term_end) = term(case, data, organization.name.as_str(), running)?;
    check_standing(case, data)?;
    Ok(vec![EventBody::OrganizationElectionHeld(OrganizationElectionHeld {
        organization: id,
        held_on: data.held_on,
        kind: Some(kind_of(data)),
        entitled,
        not_counted: data.not_counted.clone(),
        present: data.present,
        formal_members,
        elected: data.elected.clone(),
        term_start,
        term_end,
    })])
}

/// The rule whose earlier edition asked that four fifths were exceeded, not reached.
const QUORUM: &str = "election-quorum";

/// Those entitled and those left out are all formal members, and enough of those entitled came; gives how many were
/// entitled.
fn check_turnout(case: &Case<'_>, data: &RecordElection, formal_members: u32) -> Result<u32, Rejection> {
    let entitled = data.entitled.unwrap_or(formal_members);
    let not_counted = data.not_counted.as_ref().map_or(0, |left_out| left_out.number);
    if u64::from(entitled) + u64::from(not_counted) != u64::from(formal_members) {
        case.refuse(PostRejection::ElectionEntitled { entitled, not_counted, formal_members })?;
    }
    if let Some(left_out) = &data.not_counted {
        let number = left_out.number;
        let consent = left_out.document.as_ref().ok_or(PostRejection::ElectionNotCounted { number })?;
        case.check_document_of(&case.command.on_behalf_of, consent)?;
        // The consent comes before the meeting, which votes on it.
        case.not_after(say("同意不计入的日期", "the consent"), consent.issued, data.held_on)?;
    }
    let present = data.present;
    if present > entitled {
        case.refuse(PostRejection::ElectionOverBase { present, entitled })?;
    }
    let allowed = case.policy.thresholds.election_present_percent;
    let (came, needed) = (u64::from(present) * 100, u64::from(entitled) * u64::from(allowed));
    let exceeds = case.policy.has_earlier_edition(QUORUM, data.held_on);
    if present == 0 || came < needed || (exceeds && came == needed) {
        case.refuse(PostRejection::ElectionQuorum { present, entitled, allowed, exceeds })?;
    }
    Ok(entitled)
}

/// Whoever is elected has the votes of more than half of those present.
fn check_votes(case: &Case<'_>, data: &RecordElection) -> Result<(), Rejection> {
    let (present, allowed) = (data.present, case.policy.thresholds.election_votes_over_percent);
    for elected in &data.elected {
        let votes = elected.votes;
        if votes > present {
            case.refuse(PostRejection::ElectionVotes { votes, present })?;
        }
        if u64::from(votes) * 100 <= u64::from(present) * u64::from(allowed) {
            case.refuse(PostRejection::ElectionMajority { votes, present, allowed })?;
        }
    }
    Ok(())
}

fn kind_of(data: &RecordElection) -> ElectionKind {
    data.kind.unwrap_or(ElectionKind::Renewal)
}

/// Turnout, votes and persons; gives how many were entitled.
fn check(case: &Case<'_>, data: &RecordElection, formal_members: u32) -> Result<u32, Rejection> {
    case.not_after(say("选举日期", "the election"), data.held_on, case.on())?;
    let entitled = check_turnout(case, data, formal_members)?;
    if data.elected.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("当选人员", "who was elected") })?;
    }
    check_votes(case, data)?;
    let persons: Vec<_> = data.elected.iter().map(|elected| elected.person).collect();
    case.formal_persons(&persons, "elected", data.held_on)?;
    let mut secretaries = data.elected.iter().filter(|elected| elected.post == ElectedPost::Secretary);
    if let (Some(_), Some(second)) = (secretaries.next(), secretaries.next()) {
        let detail = say("书记只选一名", "one secretary is elected");
        case.refuse(PostRejection::Person { person: second.person.to_string(), detail })?;
    }
    Ok(entitled)
}

/// 支部工作条例 §23: a secretary has as a rule a year's standing. In a joint branch that is asked when the post is taken up.
fn check_standing(case: &mut Case<'_>, data: &RecordElection) -> Result<(), Rejection> {
    let years = case.policy.thresholds.secretary_standing_years;
    let secretary = data.elected.iter().find(|elected| elected.post == ElectedPost::Secretary);
    let person = secretary.and_then(|elected| case.state.persons.get(&elected.person));
    match person.and_then(|person| person.formal_member_since) {
        Some(since) if since.plus_months(i32::try_from(years * 12).unwrap_or(i32::MAX)) > data.held_on => {
            case.breach(Rejection::PartyStanding { since, allowed: years })
        }
        _ => Ok(()),
    }
}

/// The term that whoever is elected serves: a new one, or what is left of the running one.
fn term(
    case: &mut Case<'_>,
    data: &RecordElection,
    name: &str,
    running: Option<Date>,
) -> Result<(Date, Date), Rejection> {
    let start = data.term_start.unwrap_or(data.held_on);
    case.not_after(say("任期开始", "the beginning of the term"), start, case.command.recorded_at.day())?;
    match kind_of(data) {
        ElectionKind::Renewal => new_term(case, data, start),
        ElectionKind::ByElection => {
            let running = running.ok_or_else(|| PostRejection::NoTerm { name: name.to_owned() })?;
            let end = data.term_end.unwrap_or(running);
            if start < data.held_on || start >= running || end != running {
                case.refuse(PostRejection::ByElectionTerm { start, end, running })?;
            }
            Ok((start, end))
        }
    }
}

/// 任期意见 2018: a full term of the policy's years where the command says nothing else. A term that began before is none
/// of its terms.
fn new_term(case: &mut Case<'_>, data: &RecordElection, start: Date) -> Result<(Date, Date), Rejection> {
    let allowed = case.policy.thresholds.term_years;
    let latest = start.plus_months(i32::try_from(allowed * 12).unwrap_or(60)).plus_days(-1);
    let end = data.term_end.unwrap_or(latest);
    if start < data.held_on || end <= start {
        case.refuse(Rejection::Term { start, end, allowed })?;
    } else if end > latest {
        case.breach_of(Rejection::Term { start, end, allowed }, start)?;
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests;
