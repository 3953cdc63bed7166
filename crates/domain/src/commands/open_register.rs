//! `open-register` 启用: from which day a county keeps its register here, and until when what existed before may be registered.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::registrations::RegisterOpened;
use crate::ids::PlaceId;
use crate::mechanism::Mechanism;
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{RegistrationRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

/// How long what existed before may be registered at a time.
const OPEN_MONTHS: i32 = 12;
/// How far ahead of its decision a register may begin.
const AHEAD_MONTHS: i32 = 3;

data! {
    /// 启用县(区)清单，或延长存量登记期限 / opens the register of a county, or keeps it open for longer
    pub struct OpenRegister {
        /// 县(区)的代码 / the code of the county
        pub county: PlaceCode,
        /// 启用日：此前的日期一律不产生待办；延长期限时填写原启用日 / from which day the register is kept here: nothing is owed for days before; the same day where it stays open for longer
        pub from: Date,
        /// 存量登记截止日期，一次最长12个月 / the last day on which what existed before may be registered, 12 months at most at a time
        pub closes_on: Date,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "open-register",
    title: say("启用清单", "Open the register"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Registration],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: None,
    yields: &["register.opened"],
    along: &[],
    refused_when: "no document; no county; later than the county's first joint branch here; open for more than 12 months at a time; renewed by other than the city",
    rules: &[
        "register-county",
        "register-from",
        "register-from-fixed",
        "register-closes",
        "register-renewed-by-city",
        "document-required",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2026〕61号", "issued": "2026-05-28"},
  "data": {"county": "510811", "from": "2026-06-01", "closes_on": "2027-05-31"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &OpenRegister) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &OpenRegister) -> Result<Vec<EventBody>, Rejection> {
    let county = case.place(&data.county, "/data/county")?;
    if county.level != Level::County {
        case.refuse(RegistrationRejection::NotACounty { found: data.county.clone() })?;
    }
    case.require_scope(&case.state.scope_of_place(county.id), data.county.as_str())?;
    let level = case.require_organ(Level::County, county)?;
    case.required_document()?;
    let (earliest, latest) = match case.state.register_of(county.id) {
        None => {
            check_first(case, data, county.id)?;
            (data.from, data.from.plus_months(OPEN_MONTHS))
        }
        Some(open) if data.from != open.from => {
            return Err(RegistrationRejection::FromFixed { found: data.from, allowed: open.from }.into());
        }
        Some(_) if level < Level::City => return Err(RegistrationRejection::RenewedByCity.into()),
        Some(open) => (open.closes_on, open.closes_on.max(case.on()).plus_months(OPEN_MONTHS)),
    };
    if data.closes_on < earliest || data.closes_on > latest {
        let found = data.closes_on;
        case.refuse(RegistrationRejection::Closes { found, earliest, latest })?;
    }
    Ok(vec![EventBody::RegisterOpened(RegisterOpened {
        county: county.id,
        from: data.from,
        closes_on: data.closes_on,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<OpenRegister> {
    let EventBody::RegisterOpened(RegisterOpened { county, from, closes_on }) = recorded.lead.clone() else {
        return None;
    };
    Some(OpenRegister { county: recorded.code(county)?, from, closes_on })
}

/// What the county owes already, it goes on owing: the register is kept at the latest from the day of its first joint
/// branch here.
fn check_first(case: &Case<'_>, data: &OpenRegister, county: PlaceId) -> Result<(), Rejection> {
    let lies_there =
        |place| case.state.ancestor(place, Level::County).is_some_and(|found| found.id == county);
    let own = case.state.joint_branches.values().filter(|found| lies_there(found.lead_township));
    let first = own.map(|found| found.begun_on).min();
    let ahead = case.on().plus_months(AHEAD_MONTHS);
    let limit = first.map_or(ahead, |first| first.min(ahead));
    if data.from > limit {
        case.refuse(RegistrationRejection::From { from: data.from, limit })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandBody;
    use crate::testing::city::{CITY_ORGAN, TOWNSHIP_ORGAN};
    use crate::testing::city::{V1, V2, place};
    use crate::testing::drafts::registrations::open;
    use crate::testing::drafts::{Draft, proposal, propose};
    use crate::testing::{City, date};

    fn asking(change: impl FnOnce(&mut OpenRegister)) -> Draft {
        let mut draft = open("2026-06-01");
        if let CommandBody::OpenRegister(data) = &mut draft.body {
            change(data);
        }
        draft
    }

    /// By an officer of the city, on the authority of its organ.
    fn by_city(draft: Draft) -> Draft {
        let actor = crate::actor::Actor {
            id: "city-1".into(),
            role: crate::account::Role::CityOffice,
            scope: "5108".parse().unwrap(),
        };
        draft.by(actor).behalf(CITY_ORGAN)
    }

    #[test]
    fn a_county_opens_its_register_with_a_document() {
        let after = City::new().when(open("2026-06-01")).then(&[EventBody::RegisterOpened(RegisterOpened {
            county: place("510811"),
            from: date("2026-06-01"),
            closes_on: date("2027-06-01"),
        })]);
        assert_eq!(after.state.registers[&place("510811")].from, date("2026-06-01"));
        City::new().when(open("2026-06-01").no_paper()).refused(Rejection::DocumentMissing);
        City::new().when(open("2026-06-01").behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        City::new()
            .when(asking(|data| data.county = "510811100".parse().unwrap()))
            .refused(RegistrationRejection::NotACounty { found: "510811100".parse().unwrap() }.into());
        City::new().when(asking(|data| data.county = "510824".parse().unwrap())).refused_by("scope");
    }

    #[test]
    fn it_stays_open_for_a_year_at_most() {
        for (closes_on, is_lawful) in
            [("2026-06-01", true), ("2027-06-01", true), ("2027-06-02", false), ("2026-05-31", false)]
        {
            let outcome = City::new().when(asking(|data| data.closes_on = date(closes_on)));
            if is_lawful { drop(outcome.accepted()) } else { outcome.refused_by("register-closes") }
        }
    }

    #[test]
    fn what_is_owed_already_stays_owed() {
        // The joint branch was recorded on 2026-06-30: from the day after on its debts would be gone.
        let used = City::new().given(propose(proposal(&[V1, V2])));
        used.when(open("2026-06-30")).accepted();
        let refused = RegistrationRejection::From { from: date("2026-07-01"), limit: date("2026-06-30") };
        used.when(open("2026-07-01")).refused(refused.into());
        City::new().when(open("2026-09-01")).accepted();
        City::new().when(open("2026-09-02")).refused_by("register-from");
    }

    #[test]
    fn the_city_keeps_it_open_for_longer_and_its_first_day_stays() {
        let city = City::new().given(open("2026-06-01"));
        let longer =
            || asking(|data| data.closes_on = date("2028-06-01")).paper("昭委组〔2026〕62号", "2026-06-01");
        city.when(longer()).refused(RegistrationRejection::RenewedByCity.into());
        let after = city.when(by_city(longer())).accepted();
        assert_eq!(after.state.registers[&place("510811")].closes_on, date("2028-06-01"));
        let moved = asking(|data| data.from = date("2026-06-02"));
        let refused =
            RegistrationRejection::FromFixed { found: date("2026-06-02"), allowed: date("2026-06-01") };
        city.when(by_city(moved)).refused(refused.into());
    }
}
