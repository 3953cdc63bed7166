//! `close-decision` 销号: what a coordination meeting decided is closed, once its supervision is answered, where it has one.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::meetings::DecisionClosed;
use crate::ids::MeetingId;
use crate::mechanism::Mechanism;
use crate::meeting::{ItemOnFile, MAX_ITEMS, Meeting};
use crate::recall::Recorded;
use crate::rejection::{MeetingRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 议定事项销号 / closes a decision of a coordination meeting
    pub struct CloseDecision {
        /// 作出该议定事项的联系会议 / the coordination meeting that decided it
        pub meeting: MeetingId,
        /// 议定事项的序号，从 1 起 / the number of the item in the meeting, from 1 on
        #[schemars(range(min = 1, max = MAX_ITEMS))]
        pub item: u32,
        /// 办结情况：办理的结果，或不再办理的理由 / what came of it: the result, or why it is no longer carried out
        pub result: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "close-decision",
    title: say("议定事项销号", "Close a meeting's decision"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Meetings],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["meeting.decision-closed"],
    along: &[],
    refused_when: "closed already; its supervision is not answered; by a tier below the one that met",
    rules: &["decision-closed", "decision-answer"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-09-25",
  "on_behalf_of": "01J8KQ2M000000000000000016",
  "document": null,
  "data": {"meeting": "01J8KQ2M0000000000000000MT", "item": 1, "result": "问题清单已报，逐项整改到位"}
}"#,
    example_follows: &["record-meeting"],
};

pub(crate) fn entity(data: &CloseDecision) -> Option<Entity> {
    Some(Entity::Meeting(data.meeting))
}

/// A decision that a command names, at work and on file by then.
pub(crate) fn open_decision<'a>(
    case: &Case<'a>,
    meeting: MeetingId,
    number: u32,
) -> Result<(&'a Meeting, &'a ItemOnFile), Rejection> {
    let unknown = || Case::unknown(say("联系会议", "coordination meeting"), &meeting, "/data/meeting");
    let found = case.state.meetings.get(&meeting).ok_or_else(unknown)?;
    let no_item = || Case::unknown(say("议定事项", "item of the meeting"), &number, "/data/item");
    let item = found.item(number).ok_or_else(no_item)?;
    if let Some(closed) = &item.closed {
        case.refuse(MeetingRejection::Closed { item: number, on: closed.on })?;
    }
    case.require_order(&found.name().zh, found.minuted_on)?;
    Ok((found, item))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &CloseDecision) -> Result<Vec<EventBody>, Rejection> {
    let (meeting, item) = open_decision(case, data.meeting, data.item)?;
    let unknown = || Case::unknown(say("联系会议", "coordination meeting"), &data.meeting, "/data/meeting");
    let place = case.state.places.get(&meeting.place).ok_or_else(unknown)?;
    case.require_scope(&case.state.scope_of_place(place.id), place.code.as_str())?;
    case.require_organ(place.level, place)?;
    if let Some(supervision) = item.supervision.and_then(|id| case.state.supervisions.get(&id)) {
        if supervision.answer.is_none() {
            case.refuse(MeetingRejection::Unanswered { item: data.item, due: supervision.due })?;
        }
        case.require_order(supervision.matter.as_str(), supervision.latest_effective)?;
    }
    Ok(vec![EventBody::DecisionClosed(DecisionClosed {
        meeting: meeting.id,
        item: data.item,
        result: data.result.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<CloseDecision> {
    let EventBody::DecisionClosed(DecisionClosed { meeting, item, result }) = recorded.lead.clone() else {
        return None;
    };
    Some(CloseDecision { meeting, item, result })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Level;
    use crate::testing::city::{CITY_ORGAN, COUNTY_ORGAN, LEAD, NEXT, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::meetings::{MEETING, city_office, close, deciding, meet, meeting, on_item};
    use crate::testing::drafts::oversight::answer;
    use crate::testing::drafts::{Draft, officer, text};
    use crate::testing::{City, date};

    fn met() -> City {
        City::merged().given(meet(meeting(vec![deciding("510811"), deciding(LEAD)])))
    }

    #[test]
    fn a_decision_is_closed_once_item_by_item() {
        let after = met().when(close(2)).then(&[EventBody::DecisionClosed(DecisionClosed {
            meeting: MEETING,
            item: 2,
            result: text("已逐项整改到位"),
        })]);
        let items = &after.state.meetings[&MEETING].agenda;
        let closed = items[1].closed.clone().unwrap();
        assert_eq!((items[0].closed.as_ref(), closed.on), (None, date("2019-09-25")));
        assert_eq!((closed.recorded_on, closed.document), (date("2026-06-30"), None));
        let refused = MeetingRejection::Closed { item: 2, on: date("2019-09-25") };
        after.when(close(2)).refused(refused.into());
        let by_paper = after.when(close(1).paper("广组〔2019〕9号", "2019-09-25")).accepted();
        let closed = by_paper.state.meetings[&MEETING].agenda[0].closed.clone().unwrap();
        assert_eq!(closed.document.as_deref(), Some("广组〔2019〕9号"));
    }

    #[test]
    fn its_supervision_is_answered_first() {
        let asked = met().given(on_item(LEAD, 2));
        assert!(asked.state.meetings[&MEETING].agenda[1].supervision.is_some());
        let refused = MeetingRejection::Unanswered { item: 2, due: date("2019-08-31") };
        asked.when(close(2)).refused(refused.into());
        asked.when(close(1)).accepted();
        let answered = asked.given(answer().on("2019-08-20"));
        answered.when(close(2).on("2019-08-19")).refused_by("effective-order");
        answered.when(close(2)).accepted();
    }

    #[test]
    fn who_met_closes_it_and_only_what_was_decided() {
        let (found, needed) = ("昭化区委组织部".into(), Level::City);
        let by_county = |item| -> Draft { close(item).by(officer("officer-1")).behalf(COUNTY_ORGAN) };
        let outside = Rejection::OutsideScope { what: "5108".into(), scope: "510811".parse().unwrap() };
        met().when(by_county(2)).refused(outside);
        let of_city = close(2).behalf(COUNTY_ORGAN);
        met().when(of_city).refused(Rejection::DecidingBody { found, needed });
        let unknown = Case::unknown(say("议定事项", "item of the meeting"), &3, "/data/item");
        met().when(close(3)).refused(unknown);
        let unknown = Case::unknown(say("联系会议", "coordination meeting"), &MEETING, "/data/meeting");
        City::merged().when(close(1)).refused(unknown);
        met().when(close(1).on("2019-08-11")).refused_by("effective-order");
        let of_county = meet(meeting(vec![deciding(LEAD)])).by(officer("officer-1")).behalf(COUNTY_ORGAN);
        let met = City::merged().given(of_county);
        met.when(by_county(1)).accepted();
        met.when(close(1).by(city_office()).behalf(CITY_ORGAN)).accepted();
        met.when(close(1).behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
    }

    #[test]
    fn what_a_township_was_to_carry_out_goes_on_with_what_goes_on() {
        use crate::testing::drafts::places::{change_place, merged};
        let merge = change_place(merged(LEAD, NEXT)).on("2019-09-01");
        let after = met().given(merge);
        let items = &after.state.meetings[&MEETING].agenda;
        assert_eq!((items[0].carrier, items[1].carrier), (place("510811"), place(NEXT)));
    }
}
