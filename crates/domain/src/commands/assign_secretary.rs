//! `assign-secretary`: one formal member heads the joint branch, and no other.

use crate::case::Case;
use crate::commands::form_conditions::FormAndKind;
use crate::date::Date;
use crate::entity::Entity;
use crate::erasable::Erasable;
use crate::event::EventBody;
use crate::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
use crate::ids::{JointBranchId, PersonId};
use crate::joint_branch::{Form, JointBranch, Thread};
use crate::mechanism::Mechanism;
use crate::person::Person;
use crate::place::Level;
use crate::post::{ElectionKind, SecretaryBasis};
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 任命联合党组织书记 / puts a secretary into the post of a joint branch
    pub struct AssignSecretary {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 任书记的人员，须为正式党员 / the person who becomes secretary: a formal member
        pub person: PersonId,
        /// 书记来源：政策代码表中的代码，如 prosperity_expert（致富能手） / where the secretary comes from: a code of the policy's list `secretary_sources`
        pub source: Text,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日；不填则按政策规定的一届计算 / the last day of the term; a full term by the policy where absent
        pub term_end: Option<Date>,
        /// 月报酬，整数元；可依法删除，不写入日志 / the monthly pay in whole yuan (erasable: kept apart from the log)
        pub monthly_pay: Option<Erasable<u32>>,
        /// 同时接替的现任书记；职位空缺时不填 / the secretary in post whom the same act relieves; absent where the post is vacant
        pub replaces: Option<PersonId>,
        /// 产生方式：选举产生或指派；不填则按在册选举判断 / how the secretary came to the post; where absent, as the elections on file say
        pub basis: Option<SecretaryBasis>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "assign-secretary",
    title: say("书记任职", "Assign a secretary"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Secretary],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.secretary-assigned"],
    along: &["joint-branch.secretary-relieved"],
    refused_when: "no formal member; secretary of another live joint branch; post occupied; said to be elected without an election on file; elected or assigned without a document of the committee above; a term that has not begun",
    rules: &[
        "formal-member",
        "party-standing",
        "one-secretary-post",
        "post-occupied",
        "term",
        "by-election-term",
        "date-order",
        "no-post",
        "secretary-basis",
        "secretary-approval",
        "code-list",
        "document-required",
        "not-in-post",
        "person-erased",
        "secretary-vacant",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-03-05",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2019〕6号", "issued": "2019-03-04"},
  "decided_by": {"meeting": "白果乡党委会第5次会议", "date": "2019-03-03"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "person": "01J8KQ2M000000000000000006",
    "source": "prosperity_expert",
    "term_start": "2019-03-05",
    "monthly_pay": 2980
  }
}"#,
    example_follows: &["register-person", "merge-branches"],
};

pub(crate) fn entity(data: &AssignSecretary) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AssignSecretary) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        case.refuse(Rejection::NoPost)?;
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, "assign")?;
    case.require_code("secretary_sources", data.source.as_str(), "/data/source")?;
    let person = case.person(data.person, "/data/person")?;
    check_person(case, joint_branch, person)?;
    check_basis(case, joint_branch, data)?;
    let term_end = term_end(case, joint_branch, data)?;
    let mut events = vacate(case, joint_branch, data)?;
    events.push(EventBody::SecretaryAssigned(SecretaryAssigned {
        joint_branch: joint_branch.id,
        person: person.id,
        source: data.source.clone(),
        term_start: data.term_start,
        term_end,
        monthly_pay_commitment: case.commitment("/monthly_pay"),
    }));
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AssignSecretary> {
    let EventBody::SecretaryAssigned(SecretaryAssigned {
        joint_branch,
        person,
        source,
        term_start,
        term_end,
        monthly_pay_commitment,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(AssignSecretary {
        joint_branch,
        person,
        source,
        term_start,
        term_end: Some(term_end),
        monthly_pay: monthly_pay_commitment.map(|_| Erasable(0)),
        replaces: recorded.relieved(),
        basis: None,
    })
}

/// 选举产生 rests on an election on file that elected this person and on the approval 批复 of the committee above, 指派 on
/// that committee's document.
fn check_basis(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    data: &AssignSecretary,
) -> Result<(), Rejection> {
    let is_elected = joint_branch.is_elected(data.person);
    let lacks_document = case.command.document.is_none();
    match data.basis {
        Some(SecretaryBasis::Elected) if !is_elected => {
            Err(PostRejection::NotElected { person: data.person.to_string() }.into())
        }
        Some(SecretaryBasis::Assigned) if lacks_document => Err(Rejection::DocumentMissing),
        Some(SecretaryBasis::Elected) | None if is_elected && lacks_document => {
            case.breach(PostRejection::NotApproved { person: data.person.to_string() }.into())
        }
        _ => Ok(()),
    }
}

/// 支部工作条例 §23: a formal member, as a rule of at least a year's standing; one post a person.
fn check_person(case: &mut Case<'_>, joint_branch: &JointBranch, person: &Person) -> Result<(), Rejection> {
    let on = case.on();
    let since =
        person.formal_member_since.filter(|since| *since <= on).ok_or(Rejection::NotFormalMember { on })?;
    let years = case.policy.thresholds.secretary_standing_years;
    if since.plus_months(i32::try_from(years * 12).unwrap_or(i32::MAX)) > on {
        case.breach(Rejection::PartyStanding { since, allowed: years })?;
    }
    if person.secretary_of.contains(&joint_branch.id) && !joint_branch.is_elected_anew(person.id) {
        case.refuse(Rejection::PostOccupied)?;
    }
    match other_post(case, joint_branch, person) {
        Some(other) => {
            let own = case.state.scope_of_bearer(&case.command.actor.scope).county;
            let lead = case.state.joint_branches.get(other).map(|found| found.lead_township);
            let county = lead.and_then(|lead| case.state.scope_of_place(lead).county);
            // What another county leads is not named.
            if own.is_some() && county != own {
                case.refuse(Rejection::SecretaryElsewhere)?;
            }
            Err(Rejection::AlreadySecretary { joint_branch: other.to_string() })
        }
        None => Ok(()),
    }
}

/// Which joint branch a person heads besides, where one person heads one: a functional form counts on neither side.
fn other_post<'a>(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    person: &'a Person,
) -> Option<&'a JointBranchId> {
    let is_functional = |found: &JointBranch| FormAndKind::of(found).is_functional(case.policy);
    let counts =
        |id: &&JointBranchId| case.state.joint_branches.get(*id).is_none_or(|found| !is_functional(found));
    let mut others = person.secretary_of.iter().filter(|id| **id != joint_branch.id);
    others.find(counts).filter(|_| !is_functional(joint_branch))
}

/// The last day of the term: as said, or that of the election, or a full term; 任期意见 2018. Whoever came by a by-election
/// serves the rest of the running term.
fn term_end(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    data: &AssignSecretary,
) -> Result<Date, Rejection> {
    let years = case.policy.thresholds.term_years;
    let latest = data.term_start.plus_months(i32::try_from(years * 12).unwrap_or(60));
    let elected = joint_branch.elected_secretary.as_ref().filter(|found| found.person == data.person);
    let elected_until = elected.filter(|found| found.kind.is_some()).and(joint_branch.term.as_ref());
    let elected_until = elected_until.map(|term| term.end).filter(|end| *end < latest);
    let end = data.term_end.or(elected_until).unwrap_or_else(|| latest.plus_days(-1));
    let is_by_election = elected.is_some_and(|found| found.kind == Some(ElectionKind::ByElection));
    if let Some(running) = elected_until.filter(|running| is_by_election && end > *running) {
        case.refuse(PostRejection::ByElectionTerm { start: data.term_start, end, running })?;
    }
    let established =
        joint_branch.establishment.as_ref().map_or(joint_branch.proposed_on, |found| found.effective_date);
    // Nobody is in a post whose term has not begun: it would owe nothing until then.
    case.not_after(
        say("任期开始", "the beginning of the term"),
        data.term_start,
        case.command.recorded_at.day(),
    )?;
    let refused = Rejection::Term { start: data.term_start, end, allowed: years };
    if end <= data.term_start || data.term_start < established {
        case.refuse(refused)?;
    } else if end > latest {
        case.breach_of(refused, data.term_start)?;
    }
    Ok(end)
}

/// The post is free, or the command says whom it replaces; who was elected anew goes on.
fn vacate(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &AssignSecretary,
) -> Result<Vec<EventBody>, Rejection> {
    match (&joint_branch.secretary, data.replaces) {
        (None, None) => Ok(Vec::new()),
        (Some(secretary), _) if secretary.person == data.person => Ok(Vec::new()),
        (Some(secretary), Some(replaced)) if secretary.person == replaced => {
            case.person(replaced, "/data/replaces")?;
            Ok(vec![EventBody::SecretaryRelieved(SecretaryRelieved {
                joint_branch: joint_branch.id,
                person: replaced,
                reason_commitment: None,
            })])
        }
        (Some(_), None) => Err(Rejection::PostOccupied),
        (_, Some(_)) => Err(Rejection::NotInPost),
    }
}

#[cfg(test)]
mod tests;
