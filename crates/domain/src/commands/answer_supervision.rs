//! `answer-supervision`: the tier that was asked answers once.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::supervision::SupervisionAnswered;
use crate::ids::SupervisionId;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 答复督办 / answers a supervision of the tier above
    pub struct AnswerSupervision {
        /// 所答复的督办 / the supervision that is answered
        pub supervision: SupervisionId,
        /// 答复内容：已办理的事项和结果 / the answer: what was done, and with which result
        pub answer: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "answer-supervision",
    title: say("答复督办", "Answer a supervision"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Supervision],
    givers: Givers::Township,
    exceptions: &[],
    fits: None,
    yields: &["supervision.answered"],
    along: &[],
    refused_when: "answered already; by another than who was asked",
    rules: &["supervision-once", "supervision-answerer"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-08-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"supervision": "01J8KQ2M000000000000000014", "answer": "已完成补评并约谈责任人"}
}"#,
    example_follows: &["issue-supervision"],
};

pub(crate) fn entity(data: &AnswerSupervision) -> Option<Entity> {
    Some(Entity::Supervision(data.supervision))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AnswerSupervision) -> Result<Vec<EventBody>, Rejection> {
    let unknown = || Case::unknown(say("督办", "supervision"), &data.supervision, "/data/supervision");
    let supervision = case.state.supervisions.get(&data.supervision).ok_or_else(unknown)?;
    let to = case.state.places.get(&supervision.to).ok_or_else(unknown)?;
    case.require_scope(&case.state.scope_of_place(to.id), to.code.as_str())?;
    case.require_order(supervision.matter.as_str(), supervision.latest_effective)?;
    if case.require_organ(to.level, to)? != to.level {
        case.refuse(OversightRejection::AnsweredByOther { to: to.code.clone() })?;
    }
    if supervision.answer.is_some() {
        case.refuse(OversightRejection::AlreadyAnswered)?;
    }
    Ok(vec![EventBody::SupervisionAnswered(SupervisionAnswered {
        supervision: supervision.id,
        answer: data.answer.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AnswerSupervision> {
    let EventBody::SupervisionAnswered(SupervisionAnswered { supervision, answer }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(AnswerSupervision { supervision, answer })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SupervisionId;
    use crate::place::Level;
    use crate::testing::city::{COUNTY_ORGAN, LEAD, TOWNSHIP_ORGAN, V1};
    use crate::testing::drafts::oversight::{SUPERVISION, answer, supervise, supervising};
    use crate::testing::drafts::{officer, text};
    use crate::testing::{City, date};

    fn asked() -> City {
        City::merged().given(supervise(supervising(LEAD)))
    }

    #[test]
    fn the_township_answers_once() {
        let after = asked().when(answer()).then(&[EventBody::SupervisionAnswered(SupervisionAnswered {
            supervision: SUPERVISION,
            answer: text("已完成补评"),
        })]);
        let found = after.state.supervisions[&SUPERVISION].answer.clone().unwrap();
        assert_eq!((found.answered_on, found.recorded_on), (date("2019-08-10"), date("2026-06-30")));
        after.when(answer()).refused(OversightRejection::AlreadyAnswered.into());
    }

    #[test]
    fn what_goes_on_answers_what_a_township_was_asked_before_it_ended() {
        use crate::actor::Actor;
        use crate::testing::city::{NEXT, NEXT_TOWNSHIP_ORGAN, place};
        use crate::testing::drafts::places::{change_place, merged};
        let merge = change_place(merged(LEAD, NEXT)).on("2019-08-01");
        let city = asked().given(merge);
        assert_eq!(city.state.supervisions[&SUPERVISION].to, place(NEXT));
        let clerk = Actor { scope: NEXT.parse().unwrap(), ..crate::testing::drafts::clerk() };
        let after = city.when(answer().by(clerk).behalf(NEXT_TOWNSHIP_ORGAN)).accepted();
        assert!(after.state.supervisions[&SUPERVISION].answer.is_some());
    }

    #[test]
    fn nobody_answers_for_it_or_before_it_was_asked() {
        let to = LEAD.parse().unwrap();
        let by_county = answer().by(officer("officer-1")).behalf(COUNTY_ORGAN);
        asked().when(by_county).refused(OversightRejection::AnsweredByOther { to }.into());
        asked().when(answer().by(officer("officer-1")).behalf(TOWNSHIP_ORGAN)).accepted();
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        asked().when(answer().behalf(V1)).refused(Rejection::DecidingBody { found, needed });
        asked().when(answer().on("2019-07-24")).refused(Rejection::EffectiveOrder {
            entity: "二季度评估未完成".into(),
            effective: date("2019-07-24"),
            latest: date("2019-07-25"),
        });
        let id = SupervisionId(SUPERVISION.0);
        let unknown = Case::unknown(say("督办", "supervision"), &id, "/data/supervision");
        City::merged().when(answer()).refused(unknown);
    }
}
