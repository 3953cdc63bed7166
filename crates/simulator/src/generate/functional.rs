//! A functional form 片区联合党委: the city lists it by a policy, and pairings of several villages of an area take it.

use domain::code::Code;
use domain::joint_branch::{Arrangement, Mode};
use domain::place::Level;
use domain::policy::FORMS;
use serde_json::json;

use super::GenerateError;
use super::register::Group;
use super::script::{Draft, Organ, Script};

/// The code of the form on the city's list.
const CODE: &str = "area_committee";
/// What the name of a joint branch of that form ends with.
pub(super) const SUFFIX: &str = "片区联合党委";
/// An area is of so many villages at least.
const VILLAGES: usize = 3;

/// The city lists the form from today on.
pub(super) fn list(script: &mut Script<'_>, city: &Organ) -> Result<(), GenerateError> {
    let on = script.today();
    let entry = json!({
        "code": CODE, "zh": SUFFIX, "en": "joint committee of an area", "as": "committee", "effect": "functional"
    });
    let data = json!({
        "jurisdiction": city.place, "code_lists": { FORMS: [entry] }, "reason": "片区联建，成员隶属关系不变（模拟）"
    });
    let draft = Draft::new("issue-policy", on, data).documented().decided();
    script.by_city_office(city, draft).map(drop)
}

/// The kind of form that a group takes: that of an area, where it is listed by now.
pub(super) fn kind(script: &Script<'_>, group: &Group) -> Option<Code> {
    let is_area = group.arrangement == Arrangement::Pairing
        && group.mode != Mode::ResidentUnit
        && group.members.iter().filter(|member| member.village.is_some()).count() >= VILLAGES;
    let state = script.state();
    let township = state.place_by_code(&group.organs.committee.place)?;
    let county = state.ancestor(township.id, Level::County)?;
    let listed = state.policies.added(FORMS, script.today(), &county.code);
    let is_listed = listed.iter().any(|entry| entry.code.as_str() == CODE);
    CODE.parse().ok().filter(|_| is_area && is_listed)
}
