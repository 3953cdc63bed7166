//! What the tiers above say in a life: supervisions, the meeting with its decisions, yellow cards.

use domain::EventBody;
use domain::event_data::meetings::{DecisionClosed, MeetingItem, MeetingRecorded};
use domain::event_data::supervision::{SupervisionAnswered, SupervisionIssued};
use domain::event_data::yellow_cards::{YellowCardIssued, YellowCardLifted};
use domain::ids::{MeetingId, PlaceId, SupervisionId, YellowCardId};
use domain::place::Level;
use domain::yellow_card::Consequence;
use ulid::Ulid;

use super::later::ALLIANCE;
use super::{Life, SHIZI, day, text};

const SUPERVISION: SupervisionId = SupervisionId(Ulid(51));
const MEETING: MeetingId = MeetingId(Ulid(53));
const CARD: YellowCardId = YellowCardId(Ulid(52));

/// The county asks the township about the second merger.
fn supervision(due: &str) -> SupervisionIssued {
    SupervisionIssued {
        supervision: SUPERVISION,
        to: PlaceId(Ulid(510_811_210)),
        level: Level::County,
        matter: text("评估逾期"),
        due: day(due),
        joint_branch: Some(ALLIANCE),
        meeting: None,
        item: None,
    }
}

impl Life {
    pub(in super::super) fn supervise(&mut self, on: &str, due: &str) {
        self.then(on, EventBody::SupervisionIssued(supervision(due)));
    }

    /// The city meets: the county is to do something until a day, and the township something else, some day.
    pub(in super::super) fn meet(&mut self, on: &str, finish_by: &str) {
        let item = |carrier, finish_by| MeetingItem {
            topic: text("联合党组织运行情况"),
            decided: text("逐一核查"),
            carrier: PlaceId(Ulid(carrier)),
            finish_by,
        };
        let met = MeetingRecorded {
            meeting: MEETING,
            place: PlaceId(Ulid(5108)),
            session: 2,
            met_on: day(on),
            presided_by: SHIZI,
            attended: Vec::new(),
            also_attended: None,
            agenda: vec![item(510_811, Some(day(finish_by))), item(510_811_210, None)],
        };
        self.then(on, EventBody::MeetingRecorded(met));
    }

    pub(in super::super) fn supervise_decision(&mut self, on: &str, due: &str) {
        let issued = SupervisionIssued {
            to: PlaceId(Ulid(510_811)),
            level: Level::City,
            matter: text("落实议定事项"),
            joint_branch: None,
            meeting: Some(MEETING),
            item: Some(1),
            ..supervision(due)
        };
        self.then(on, EventBody::SupervisionIssued(issued));
    }

    pub(in super::super) fn close_decision(&mut self, on: &str, item: u32) {
        let closed = DecisionClosed { meeting: MEETING, item, result: text("已办结") };
        self.then(on, EventBody::DecisionClosed(closed));
    }

    pub(in super::super) fn answer(&mut self, on: &str) {
        let answered = SupervisionAnswered { supervision: SUPERVISION, answer: text("已办") };
        self.then(on, EventBody::SupervisionAnswered(answered));
    }

    pub(in super::super) fn card(&mut self, on: &str) {
        let issued = YellowCardIssued {
            yellow_card: CARD,
            to: PlaceId(Ulid(510_811_210)),
            level: Level::County,
            matter: text("一年内两次季度评估逾期"),
            consequences: vec![Consequence::Interview],
            deadline: None,
            joint_branch: None,
        };
        self.then(on, EventBody::YellowCardIssued(issued));
    }

    pub(in super::super) fn lift(&mut self, on: &str) {
        let lifted = YellowCardLifted { yellow_card: CARD, reason: text("已补齐") };
        self.then(on, EventBody::YellowCardLifted(lifted));
    }
}
