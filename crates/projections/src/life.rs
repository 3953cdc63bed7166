//! The life of one joint branch as its own events tell it: its decisions, each secretary's time in post, who joined and left,
//! each case of rectification. Every point names its record.
//!
//! The row of a joint branch holds what stands; what has passed is read from the few events of its timeline.

use std::borrow::Cow;

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reading::Reading;
use crate::rows::JointBranchRow;
use crate::view::View;

/// 一个联合党组织的发展历程 / the life of a joint branch as its own events tell it
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct LifeRow {
    /// 关于联合党组织本身的各项决定，按记录先后 / what was decided about the joint branch itself, in the order of the log
    pub steps: Vec<Step>,
    /// 历任书记的任职期间，先任者在前 / every secretary's time in post, the first one first
    pub tenures: Vec<Tenure>,
    /// 提出以来成员的加入和退出 / who joined since it was proposed, and who left
    pub moves: Vec<Move>,
    /// 历次整改及其结果 / every order of rectification, with how it ended
    pub cases: Vec<Case>,
    /// The position of the last event told: one that was told before changes nothing.
    #[serde(skip)]
    last_position: u64,
}

/// 发展历程中的一项决定 / a decision about the joint branch itself
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// 生效日期 / the day on which it took effect
    pub on: Date,
    /// 记录的位置 / the position of the event
    pub position: u64,
    /// 事件类型 / the type of the event
    #[serde(rename = "type")]
    pub event_type: Cow<'static, str>,
    /// 该决定对联合党组织的作用 / what it does to the life of the joint branch
    pub weight: Weight,
}

/// 一项决定对联合党组织的作用 / what a decision does to the life of a joint branch
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// 自此开始运行 / it is at work from then on
    Begins,
    /// 自此不再运行，或未能成立 / it works no more, or never did
    Ends,
    /// 照常运行 / it goes on as it was
    GoesOn,
}

/// 一任书记的任职期间 / a secretary's time in post
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tenure {
    /// 书记的记录编号 / the id of the person who is secretary
    pub person: PersonId,
    /// 任职日期 / the first day in post
    pub since: Date,
    /// 离任日期，在任的为空 / the day on which it ended; null while it lasts
    pub until: Option<Date>,
    /// 任职所在记录的位置 / the position of the event by which it began
    pub position: u64,
    /// 离任所在记录的位置，在任的为空 / the position of the event by which it ended; null while it lasts
    pub ended_position: Option<u64>,
}

/// 成员的一次加入或退出 / a member that joined or left
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Move {
    /// 生效日期 / the day on which it took effect
    pub on: Date,
    /// 记录的位置 / the position of the event
    pub position: u64,
    /// 党组织的记录编号 / the id of the organization
    pub organization: OrganizationId,
    /// 是加入还是退出 / whether it joined; it left otherwise
    pub has_joined: bool,
    /// 其后的成员数 / how many members there are after it
    pub members: usize,
}

/// 一次整改 / an order of rectification and how it ended
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// 下达日期 / the day on which it was ordered
    pub ordered_on: Date,
    /// 整改期限 / the day by which it was to be put right
    pub deadline: Date,
    /// 下达整改所在记录的位置 / the position of the event by which it was ordered
    pub position: u64,
    /// 验收情况，尚未验收的为空 / how it was reviewed; null where it was not yet
    pub review: Option<Review>,
}

/// 整改的验收情况 / how a rectification was reviewed
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// 验收日期 / the day on which it was reviewed
    pub on: Date,
    /// 验收所在记录的位置 / the position of the event
    pub position: u64,
    /// 是否通过：事项已整改，党员和村民满意 / whether it passed: the matters are put right, and members and villagers are satisfied
    pub has_passed: bool,
}

/// The life of a joint branch on the day of a reading, from the events of its timeline in the order of the log.
pub fn life_view<'e>(
    reading: Reading<'_>,
    row: &JointBranchRow,
    events: impl IntoIterator<Item = &'e Event>,
) -> View<LifeRow> {
    let mut life = LifeRow::default();
    let mut members = 0;
    events.into_iter().for_each(|event| life.tell(event, &mut members));
    life.tell_who_is_in_post(row);
    reading.view(format!("joint-branch/{}", row.id), vec![life])
}

impl LifeRow {
    /// Tells the next event; `members` counts who belongs to it so far.
    fn tell(&mut self, event: &Event, members: &mut usize) {
        let (on, position) = (event.meta.effective_date, event.meta.position);
        if position <= self.last_position {
            return;
        }
        self.last_position = position;
        match &event.body {
            EventBody::JointBranchProposed(data) => *members = data.members.len(),
            EventBody::JointBranchRegistered(data) => *members = data.members.len(),
            EventBody::MemberAdmitted(data) => {
                *members += 1;
                self.moved(event, data.organization, true, *members);
            }
            EventBody::MemberReleased(data) => {
                *members = members.saturating_sub(1);
                self.moved(event, data.organization, false, *members);
            }
            EventBody::SecretaryAssigned(data) => {
                self.leave_post(on, position);
                self.tenures.push(Tenure {
                    person: data.person,
                    since: data.term_start.max(on),
                    until: None,
                    position,
                    ended_position: None,
                });
            }
            EventBody::SecretaryRelieved(_) => self.leave_post(on, position),
            EventBody::RectificationOrdered(data) => {
                self.cases.push(Case { ordered_on: on, deadline: data.deadline, position, review: None });
            }
            EventBody::RectificationReviewed(data) => {
                let review = Review { on, position, has_passed: data.improved && data.satisfied };
                if let Some(case) = self.cases.last_mut().filter(|case| case.review.is_none()) {
                    case.review = Some(review);
                }
            }
            EventBody::JointBranchDissolved(_) => self.leave_post(on, position),
            _ => {}
        }
        self.steps.extend(weight(&event.body).map(|weight| Step {
            on,
            position,
            event_type: Cow::Borrowed(event.body.event_type()),
            weight,
        }));
    }

    fn moved(&mut self, event: &Event, organization: OrganizationId, has_joined: bool, members: usize) {
        let (on, position) = (event.meta.effective_date, event.meta.position);
        self.moves.push(Move { on, position, organization, has_joined, members });
    }

    fn leave_post(&mut self, on: Date, position: u64) {
        if let Some(tenure) = self.tenures.last_mut().filter(|tenure| tenure.until.is_none()) {
            (tenure.until, tenure.ended_position) = (Some(on), Some(position));
        }
    }

    /// Who was in post before the register was opened is told by the row alone; the record is that of the registering.
    fn tell_who_is_in_post(&mut self, row: &JointBranchRow) {
        let Some(secretary) = &row.secretary else { return };
        let is_told = self.tenures.last().is_some_and(|tenure| tenure.until.is_none());
        let Some(first) = self.steps.first().filter(|_| !is_told) else { return };
        self.tenures.push(Tenure {
            person: secretary.person,
            since: secretary.since,
            until: None,
            position: first.position,
            ended_position: None,
        });
    }
}

/// What an event does to the life of its joint branch; nothing where it is no decision about the joint branch itself.
fn weight(body: &EventBody) -> Option<Weight> {
    Some(match body {
        EventBody::JointBranchEstablished(_) | EventBody::RegistrationConfirmed(_) => Weight::Begins,
        EventBody::JointBranchDissolved(_)
        | EventBody::JointBranchRejected(_)
        | EventBody::JointBranchWithdrawn(_)
        | EventBody::RegistrationRejected(_) => Weight::Ends,
        EventBody::JointBranchProposed(_)
        | EventBody::JointBranchRegistered(_)
        | EventBody::JointBranchSurveyed(_)
        | EventBody::ProposalReturned(_)
        | EventBody::ProposalResubmitted(_)
        | EventBody::JointBranchChanged(_)
        | EventBody::FunctionsTransferred(_)
        | EventBody::FunctionsReturned(_) => Weight::GoesOn,
        _ => return None,
    })
}

/// Whether an event is everyday work, which a page folds: what is no decision, and grades that ask for nothing.
pub fn is_routine(body: &EventBody) -> bool {
    match body {
        EventBody::QuarterEvaluated(data) => data.grade != domain::joint_branch::Grade::Poor,
        EventBody::ActivityRecorded(_)
        | EventBody::CommitmentMade(_)
        | EventBody::FiledWithCounty(_)
        | EventBody::OrganizationFiled(_)
        | EventBody::OrganizationUpdated(_)
        | EventBody::OrganizationSuspended(_)
        | EventBody::OrganizationRestored(_)
        | EventBody::VillageFunded(_) => true,
        _ => false,
    }
}
