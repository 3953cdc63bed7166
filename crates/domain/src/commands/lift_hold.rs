//! `lift-hold`: an inspection no longer needs a person's record.

use crate::case::Case;
use crate::commands::hold_person::HoldPerson;
use crate::commands::hold_person::{decision, standing};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::persons::HoldChanged;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{PersonRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Ends the hold on a person's record.
    pub struct LiftHold(pub HoldPerson);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "lift-hold",
    title: say("解除保全", "Lift a hold"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Persons],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["person.hold-lifted"],
    along: &[],
    refused_when: "no document; no hold; by a tier below the one that placed it",
    rules: &["deciding-body", "document-required", "hold-standing", "hold-level"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-12-03",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委〔2019〕99号", "issued": "2019-12-03"},
  "decided_by": {"meeting": "区委常委会第20次会议", "date": "2019-12-02"},
  "data": {"person": "01J8KQ2M000000000000000006"}
}"#,
    example_follows: &["hold-person"],
};

pub(crate) fn entity(LiftHold(data): &LiftHold) -> Option<Entity> {
    Some(Entity::Person(data.person))
}

pub(crate) fn decide(case: &mut Case<'_>, LiftHold(data): &LiftHold) -> Result<Vec<EventBody>, Rejection> {
    let (person, level) = decision(case, data.person)?;
    match person.hold {
        None => standing(say("没有保全", "there is no hold")),
        Some(placed) if level < placed => Err(PersonRejection::HoldLevel { needed: placed }.into()),
        Some(_) => Ok(vec![EventBody::HoldLifted(HoldChanged { person: person.id, level })]),
    }
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<LiftHold> {
    let EventBody::HoldLifted(HoldChanged { person, level: _ }) = recorded.lead.clone() else { return None };
    Some(LiftHold(HoldPerson { person }))
}

#[cfg(test)]
mod tests {
    use crate::testing::City;
    use crate::testing::city::TOWNSHIP_ORGAN;
    use crate::testing::drafts::persons::{hold, lift};

    #[test]
    fn a_hold_is_lifted_as_it_is_placed() {
        let held = City::new().given(hold());
        held.when(lift().behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        held.when(lift().no_paper()).refused_by("document-required");
        held.when(lift()).accepted();
    }
}
