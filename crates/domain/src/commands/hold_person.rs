//! `hold-person`: while an inspection needs a person's record, nothing of it is erased.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::persons::HoldChanged;
use crate::ids::PersonId;
use crate::mechanism::Mechanism;
use crate::person::Person;
use crate::place::{Level, Place};
use crate::recall::Recorded;
use crate::rejection::{PersonRejection, Rejection};
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};

data! {
    /// 巡察、审计、执纪审查期间保全个人记录、暂停删除，或解除保全 / keeps a person's record from being erased while an inspection needs it, or ends that
    pub struct HoldPerson {
        /// 记录被保全或解除保全的人员 / the person whose record is held or released
        pub person: PersonId,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "hold-person",
    title: say("保全个人记录", "Hold a person's record"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Persons],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["person.hold-placed"],
    along: &[],
    refused_when: "no document; by a body below the county; on hold already",
    rules: &["deciding-body", "document-required", "hold-standing"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-06-03",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委〔2019〕70号", "issued": "2019-06-03"},
  "decided_by": {"meeting": "区委常委会第12次会议", "date": "2019-06-02"},
  "data": {"person": "01J8KQ2M000000000000000006"}
}"#,
    example_follows: &["register-person"],
};

pub(crate) fn entity(data: &HoldPerson) -> Option<Entity> {
    Some(Entity::Person(data.person))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &HoldPerson) -> Result<Vec<EventBody>, Rejection> {
    let (person, level) = decision(case, data.person)?;
    if person.hold.is_some() {
        return standing(say("已在保全中", "the record is on hold already"));
    }
    Ok(vec![EventBody::HoldPlaced(HoldChanged { person: person.id, level })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<HoldPerson> {
    let EventBody::HoldPlaced(HoldChanged { person, level: _ }) = recorded.lead.clone() else { return None };
    Some(HoldPerson { person })
}

/// A county or the city decides, in a meeting and on a document.
pub(crate) fn decision<'a>(case: &Case<'a>, person: PersonId) -> Result<(&'a Person, Level), Rejection> {
    let person = case.person(person, "/data/person")?;
    let level = case.require_decision(Level::County, home(case, person)?)?;
    case.required_document()?;
    Ok((person, level))
}

/// Where the person's organization lies, inside the actor's scope.
pub(crate) fn home<'a>(case: &Case<'a>, person: &Person) -> Result<&'a Place, Rejection> {
    let organization = case.organization(person.organization, "/data/person")?;
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    let location = case.state.places.get(&organization.location);
    location
        .map(|place| &**place)
        .ok_or_else(|| Case::unknown(say("行政区划", "place"), &organization.location, "/data/person"))
}

pub(crate) fn standing<T>(detail: Say) -> Result<T, Rejection> {
    Err(PersonRejection::HoldStanding { detail }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::testing::City;
    use crate::testing::city::{CITY_ORGAN, SECRETARY, TOWNSHIP_ORGAN};
    use crate::testing::drafts::persons::{hold, lift};
    use crate::testing::drafts::{Draft, clerk};

    fn by_city(draft: Draft) -> Draft {
        let city = Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
        draft.by(city).behalf(CITY_ORGAN)
    }

    #[test]
    fn a_hold_is_placed_once_and_lifted_once() {
        let changed = HoldChanged { person: SECRETARY, level: Level::County };
        let held = City::new().when(hold()).then(&[EventBody::HoldPlaced(changed.clone())]);
        assert_eq!(held.state.persons[&SECRETARY].hold, Some(Level::County));
        let already = ("已在保全中", "the record is on hold already");
        let refused = PersonRejection::HoldStanding { detail: say(already.0, already.1) };
        held.when(hold()).refused(refused.into());
        let lifted = held.when(lift()).then(&[EventBody::HoldLifted(changed)]);
        assert_eq!(lifted.state.persons[&SECRETARY].hold, None);
        let refused = PersonRejection::HoldStanding { detail: say("没有保全", "there is no hold") };
        lifted.when(lift()).refused(refused.into());
    }

    #[test]
    fn what_the_city_holds_no_county_lifts() {
        let held = City::new().when(by_city(hold())).accepted();
        let refused = PersonRejection::HoldLevel { needed: Level::City };
        held.when(lift()).refused(refused.into());
        held.when(by_city(lift())).accepted();
        City::new().when(hold()).accepted().when(by_city(lift())).accepted();
    }

    #[test]
    fn a_county_decides_on_a_document() {
        City::new().when(hold().no_paper()).refused(Rejection::DocumentMissing);
        City::new().when(hold().undecided()).refused(Rejection::DecidedByMissing);
        let (found, needed) = ("元坝镇党委".into(), Level::County);
        let refused = Rejection::DecidingBody { found, needed };
        City::new().when(hold().behalf(TOWNSHIP_ORGAN)).refused(refused);
        let role = Role::TownshipClerk.as_str();
        let by_clerk = hold().by(clerk()).behalf(TOWNSHIP_ORGAN);
        City::new().when(by_clerk).refused(Rejection::RoleForbids { role, command: "hold-person" });
    }
}
