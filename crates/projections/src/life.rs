//! The life of one joint branch as its own events tell it: its decisions, each secretary's time in post, who joined and left,
//! each case of rectification. Every point names its record.
//!
//! The row of a joint branch holds what stands; what has passed is read from the few events of its timeline.

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::{Event, EventBody};

use crate::reading::Reading;
use crate::rows::JointBranchRow;
use crate::view::View;

/// The life of a joint branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LifeRow {
    /// What was decided about the joint branch itself, in the order of the log.
    pub steps: Vec<Step>,
    /// Every secretary's time in post, the first one first.
    pub tenures: Vec<Tenure>,
    /// Who joined since it was proposed, and who left.
    pub moves: Vec<Move>,
    /// Every order of rectification, with how it ended.
    pub cases: Vec<Case>,
    /// The position of the last event told: one that was told before changes nothing.
    last_position: u64,
}

/// A decision about the joint branch itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The day on which it took effect.
    pub on: Date,
    /// Where it stands in the log.
    pub position: u64,
    /// The type of the event, by which it has its name.
    pub event_type: &'static str,
    pub weight: Weight,
}

/// What a decision does to the life of a joint branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It is at work from then on.
    Begins,
    /// It works no more, or never did.
    Ends,
    /// It goes on as it was.
    GoesOn,
}

/// A secretary's time in post.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenure {
    pub person: PersonId,
    /// The first day in post.
    pub since: Date,
    /// The day on which it ended; nothing while it lasts.
    pub until: Option<Date>,
    /// Where the log says that it began.
    pub position: u64,
    /// Where the log says that it ended.
    pub ended_position: Option<u64>,
}

/// Somebody joined or left.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    pub on: Date,
    pub position: u64,
    pub organization: OrganizationId,
    /// Whether it joined.
    pub has_joined: bool,
    /// How many members there are after it.
    pub members: usize,
}

/// A case of rectification.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub ordered_on: Date,
    pub deadline: Date,
    /// Where the log says that it was ordered.
    pub position: u64,
    pub review: Option<Review>,
}

/// How a rectification was reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub on: Date,
    pub position: u64,
    /// Whether it passed: the matters are put right, and members and villagers are satisfied.
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
            event_type: event.body.event_type(),
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
