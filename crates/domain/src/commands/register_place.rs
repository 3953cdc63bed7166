//! `register-place`: a place exists from the effective date on.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::places::PlaceRegistered;
use crate::ids::PlaceId;
use crate::mechanism::Mechanism;
use crate::place::{Level, PlaceCode, PlaceKind};
use crate::place_name::PlaceName;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Exception, Givers, Group, Spec};

data! {
    /// 登记行政区划 / registers a place with its code and its place above
    pub struct RegisterPlace {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<PlaceId>,
        /// 区划代码，按层级为 4、6、9 或 12 位 / the statistical code of 4, 6, 9 or 12 digits by its tier
        pub code: PlaceCode,
        /// 行政区划的名称 / the name of the place
        pub name: PlaceName,
        /// 行政区划的层级 / the tier of the place
        pub level: Level,
        /// 生效日期当日的上级区划代码；市不填 / the code of the place above on the effective date; absent for the city
        pub parent: Option<PlaceCode>,
        /// 行政村、社区或其他；不填则按代码和名称判断 / whether it is a village, a community or neither; derived from code and name where absent
        pub kind: Option<PlaceKind>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "register-place",
    title: say("登记行政区划", "Register a place"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Places],
    givers: Givers::County,
    exceptions: &[Exception::FutureDate, Exception::FirstImport],
    fits: None,
    yields: &["place.registered"],
    along: &[],
    refused_when: "the code is in use, or was until after that day; the place above is missing; tier and code do not fit",
    rules: &["code-in-use", "place-level", "place-in-force", "other-city", "id-in-use"],
    choices: &[],
    example: r#"{
  "effective_date": "2018-01-01",
  "on_behalf_of": "510811",
  "document": null,
  "data": {"code": "510811210205", "name": "狮子村", "level": "village", "parent": "510811210", "kind": "village"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &RegisterPlace) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterPlace) -> Result<Vec<EventBody>, Rejection> {
    let city = &case.state.city;
    if !data.code.is_within(city) {
        case.refuse(Rejection::OtherCity { code: data.code.clone(), city: city.clone() })?;
    }
    let above = data.parent.as_ref().and_then(|code| case.state.place_by_code(code)).map(|place| place.id);
    case.require_scope(&case.state.scope_of_new(&data.code, above), data.code.as_str())?;
    let id = data.id.unwrap_or(PlaceId(case.command.id.0));
    if case.state.places.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    case.code_is_free(&data.code)?;
    let kind = (data.level == Level::Village)
        .then(|| data.kind.unwrap_or_else(|| PlaceKind::of(&data.code, data.name.text().as_str())));
    Ok(vec![EventBody::PlaceRegistered(PlaceRegistered {
        place: id,
        code: data.code.clone(),
        name: data.name.text().clone(),
        level: data.level,
        parent: parent(case, data)?,
        parent_code: data.parent.clone().filter(|_| data.level != Level::City),
        kind,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RegisterPlace> {
    let EventBody::PlaceRegistered(PlaceRegistered { place, code, name, level, parent, parent_code, kind }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RegisterPlace {
        code,
        name: PlaceName::recorded(name),
        level,
        parent: match (parent_code, parent) {
            (Some(code), _) => Some(code),
            (None, above) => recorded.code_where_named(above)?,
        },
        kind,
        id: Some(place),
    })
}

/// The place above: one tier up, with a code that begins the place's own. The city is the root of its log, so a
/// county needs no registered parent.
fn parent(case: &Case<'_>, data: &RegisterPlace) -> Result<Option<PlaceId>, Rejection> {
    let unfit = || Rejection::PlaceLevel {
        code: data.code.clone(),
        level: data.level.as_str(),
        parent: data.parent.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
    };
    if data.code.level() != data.level {
        case.refuse(unfit())?;
    }
    let expected = match data.level {
        Level::City => return Ok(None),
        Level::County => Level::City,
        Level::Township => Level::County,
        Level::Village => Level::Township,
    };
    let code = data.parent.as_ref().ok_or_else(unfit)?;
    if code.level() != expected || !data.code.is_within(code) {
        case.refuse(unfit())?;
    }
    if expected == Level::City {
        return Ok(case.state.place_by_code(code).map(|place| place.id));
    }
    case.place(code, "/data/parent").map(|place| Some(place.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandBody;
    use crate::place::PlaceKind;
    use crate::say::say;
    use crate::testing::city::{COUNTY_ORGAN, LEAD, NEXT, place, place_data};
    use crate::testing::drafts::{Draft, officer, text};
    use crate::testing::{City, date};

    fn register(data: RegisterPlace) -> Draft {
        Draft::new(CommandBody::RegisterPlace(data), officer("officer-1"), COUNTY_ORGAN, "2018-01-01")
    }

    fn village(code: &str) -> RegisterPlace {
        place_data(code, "新村")
    }

    #[test]
    fn a_village_is_registered_under_its_township_and_its_kind_is_read_from_its_code() {
        for (code, kind) in [
            ("510811100299", PlaceKind::Village),
            ("510811100001", PlaceKind::Community),
            ("510811100498", PlaceKind::Other),
            ("510811100501", PlaceKind::Other),
        ] {
            City::new().when(register(village(code))).then(&[EventBody::PlaceRegistered(PlaceRegistered {
                place: place(code),
                code: code.parse().unwrap(),
                name: text("新村"),
                level: Level::Village,
                parent: Some(place(LEAD)),
                parent_code: LEAD.parse().ok(),
                kind: Some(kind),
            })]);
        }
    }

    #[test]
    fn the_committee_in_the_name_says_the_kind_before_the_code_does() {
        let cases = [
            ("510811100004", "河坝村村民委员会", PlaceKind::Village),
            ("510811100251", "新街居民委员会", PlaceKind::Community),
            ("510811100251", "河西社区", PlaceKind::Village),
            ("510811100598", "某林场虚拟村委会", PlaceKind::Other),
        ];
        for (code, name, kind) in cases {
            let after = City::new().when(register(place_data(code, name))).accepted();
            assert_eq!(after.state.places[&place(code)].kind, Some(kind), "{name}");
        }
    }

    #[test]
    fn the_id_is_the_commands_own_where_none_is_given() {
        let after =
            City::new().when(register(RegisterPlace { id: None, ..village("510811100299") })).accepted();
        assert!(after.state.places.contains_key(&PlaceId(after.last_command().0)));
    }

    #[test]
    fn a_code_or_an_id_in_use_is_refused() {
        let refused = Rejection::CodeInUse { code: "510811100201".parse().unwrap(), name: "一村".into() };
        let taken = RegisterPlace { id: None, ..village("510811100201") };
        City::new().when(register(taken)).refused(refused);
        let id = place(LEAD).to_string();
        let taken = RegisterPlace { id: Some(place(LEAD)), ..village("510811100299") };
        City::new().when(register(taken)).refused(Rejection::IdInUse { id, pointer: "/data/id" });
    }

    #[test]
    fn a_code_of_another_city_is_refused() {
        let refused = Rejection::OtherCity { code: "5101".parse().unwrap(), city: "5108".parse().unwrap() };
        City::new().when(register(village("5101"))).refused(refused);
    }

    #[test]
    fn code_level_and_parent_must_fit() {
        let of = |parent: Option<&str>, level| RegisterPlace {
            parent: parent.map(|parent| parent.parse().unwrap()),
            level,
            ..village("510811100299")
        };
        let cases = [
            (Some(LEAD), Level::Township, LEAD),
            (Some(NEXT), Level::Village, NEXT),
            (Some("510811"), Level::Village, "510811"),
            (None, Level::Village, "-"),
        ];
        for (parent, level, found) in cases {
            City::new().when(register(of(parent, level))).refused(Rejection::PlaceLevel {
                code: "510811100299".parse().unwrap(),
                level: level.as_str(),
                parent: found.to_owned(),
            });
        }
    }

    #[test]
    fn a_parent_is_registered_and_in_force() {
        let code = "510811300299";
        let unknown = Case::unknown(say("行政区划", "place"), &"510811300", "/data/parent");
        City::new().when(register(village(code))).refused(unknown);
        let township = place_data("510811300", "新镇");
        let city = City::new().given(register(township).on("2018-05-01"));
        let early = RegisterPlace { id: Some(place("5101")), ..village(code) };
        let early = RegisterPlace { id: None, ..early };
        city.when(register(early.clone()).on("2018-04-30")).refused(Rejection::PlaceNotInForce {
            code: "510811300".parse().unwrap(),
            on: date("2018-04-30"),
            from: date("2018-05-01"),
            pointer: "/data/parent".into(),
        });
        city.when(register(early).on("2018-05-01")).accepted();
    }

    #[test]
    fn a_place_may_be_registered_before_its_day() {
        City::new().when(register(village("510811100299")).on("2030-01-01")).accepted();
    }

    #[test]
    fn an_officer_registers_no_place_of_another_county() {
        let refused =
            Rejection::OutsideScope { what: "510824100299".into(), scope: "510811".parse().unwrap() };
        City::new().when(register(village("510824100299"))).refused(refused);
    }
}
