//! `lift-yellow-card`: a tier not below the one that issued a yellow card lifts it, once, by a document.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::yellow_cards::YellowCardLifted;
use crate::ids::YellowCardId;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 解除黄牌 / lifts a yellow card
    pub struct LiftYellowCard {
        /// 所解除的黄牌 / the yellow card that is lifted
        pub yellow_card: YellowCardId,
        /// 解除理由：整顿的结果 / why it is lifted: how things were put in order
        pub reason: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "lift-yellow-card",
    title: say("解除黄牌", "Lift a yellow card"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::YellowCards],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["yellow-card.lifted"],
    along: &[],
    refused_when: "never issued; lifted already; by a tier below the one that issued it",
    rules: &["document-required", "yellow-card-lifted"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-11-04",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕66号", "issued": "2019-11-04"},
  "data": {"yellow_card": "01J8KQ2M0000000000000000YC", "reason": "逾期的季度评估已补齐，制度已建立"}
}"#,
    example_follows: &["issue-yellow-card"],
};

pub(crate) fn entity(data: &LiftYellowCard) -> Option<Entity> {
    Some(Entity::YellowCard(data.yellow_card))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &LiftYellowCard) -> Result<Vec<EventBody>, Rejection> {
    let unknown = || Case::unknown(say("黄牌", "yellow card"), &data.yellow_card, "/data/yellow_card");
    let card = case.state.yellow_cards.get(&data.yellow_card).ok_or_else(unknown)?;
    let to = case.state.places.get(&card.to).ok_or_else(unknown)?;
    case.require_scope(&case.state.scope_of_place(to.id), to.code.as_str())?;
    case.require_organ(card.level, to)?;
    if case.command.document.is_none() {
        case.refuse(Rejection::DocumentMissing)?;
    }
    if let Some(lifted) = &card.lifted {
        let (on, document) = (lifted.on, lifted.document.clone());
        case.refuse(OversightRejection::YellowCardLifted { on, document })?;
    }
    case.require_order(card.matter.as_str(), card.latest_effective)?;
    Ok(vec![EventBody::YellowCardLifted(YellowCardLifted {
        yellow_card: card.id,
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<LiftYellowCard> {
    let EventBody::YellowCardLifted(YellowCardLifted { yellow_card, reason }) = recorded.lead.clone() else {
        return None;
    };
    Some(LiftYellowCard { yellow_card, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::place::Level;
    use crate::testing::city::{CITY_ORGAN, LEAD, NEXT, place};
    use crate::testing::drafts::oversight::{CARD, card, carding, lift};
    use crate::testing::drafts::text;
    use crate::testing::{City, date};

    fn carded() -> City {
        City::merged().given(card(carding(LEAD)))
    }

    #[test]
    fn a_card_is_lifted_once() {
        let after = carded().when(lift()).then(&[EventBody::YellowCardLifted(YellowCardLifted {
            yellow_card: CARD,
            reason: text("已补齐"),
        })]);
        let found = after.state.yellow_cards[&CARD].lifted.clone().unwrap();
        assert_eq!((found.on, found.document.as_str()), (date("2019-11-04"), "昭委组〔2019〕66号"));
        let refused = OversightRejection::YellowCardLifted {
            on: date("2019-11-04"),
            document: "昭委组〔2019〕66号".into(),
        };
        after.when(lift().paper("昭委组〔2019〕67号", "2019-11-04")).refused(refused.into());
    }

    #[test]
    fn what_was_never_issued_is_not_lifted_nor_before_its_day_nor_without_a_document() {
        let unknown = Case::unknown(say("黄牌", "yellow card"), &CARD, "/data/yellow_card");
        City::merged().when(lift()).refused(unknown);
        carded().when(lift().no_paper()).refused(Rejection::DocumentMissing);
        carded().when(lift().on("2019-08-19").paper("昭委组〔2019〕60号", "2019-08-19")).refused(
            Rejection::EffectiveOrder {
                entity: "一年内两次季度评估逾期".into(),
                effective: date("2019-08-19"),
                latest: date("2019-08-20"),
            },
        );
    }

    #[test]
    fn no_tier_below_lifts_the_card_of_the_tier_above() {
        let city = Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
        let by_city = card(carding(LEAD)).by(city.clone()).behalf(CITY_ORGAN);
        let carded = || City::merged().given(by_city.clone());
        let (found, needed) = ("昭化区委组织部".into(), Level::City);
        carded().when(lift()).refused(Rejection::DecidingBody { found, needed });
        carded().when(lift().by(city).behalf(CITY_ORGAN)).accepted();
    }

    #[test]
    fn a_card_goes_on_with_the_place_that_goes_on() {
        use crate::testing::drafts::places::{change_place, merged};
        let merge = change_place(merged(LEAD, NEXT)).on("2019-09-01");
        let city = carded().given(merge);
        assert_eq!(city.state.yellow_cards[&CARD].to, place(NEXT));
        city.when(lift()).accepted();
    }
}
