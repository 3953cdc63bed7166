//! What stands before the first proposal: places, deciding bodies, branches with their profiles, and persons.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::date::Date;
use domain::ids::{OrganizationId, PersonId};
use domain::joint_branch::{Arrangement, Mode};
use domain::organization::{Host, Organization, OrganizationForm};
use domain::place::PlaceCode;
use serde_json::{Value, json};

use super::groups::{PlannedGroup, PlannedVillage};
use super::script::{Draft, Organ, Script};
use super::{GenerateError, Settings};
use crate::places_file::{self, PlaceLine};

/// In a hundred groups, how many have a cooperative with a branch of its own nearby.
const COOPERATIVE_PERCENT: u32 = 12;
/// What the name of a department that works for a committee ends with.
const DEPARTMENT: &str = "组织部";
/// What every made-up figure names as its source.
const SOURCE: &str = "模拟数据";

/// The bodies above a joint branch.
#[derive(Clone)]
pub(super) struct Organs {
    /// 乡镇党委.
    pub(super) committee: Organ,
    /// 县(区)委组织部.
    pub(super) department: Organ,
    /// 县(区)委.
    pub(super) county: Organ,
    /// 市委组织部.
    pub(super) city: Organ,
}

/// An organization of a group.
pub(super) struct Member {
    pub(super) organization: OrganizationId,
    /// Its village, and the households there; nothing for a unit.
    pub(super) village: Option<(PlaceCode, u32)>,
    pub(super) members: u32,
}

/// Villages that join, registered.
pub(super) struct Group {
    pub(super) organs: Organs,
    pub(super) short_name: String,
    pub(super) arrangement: Arrangement,
    pub(super) mode: Mode,
    pub(super) industry: &'static str,
    pub(super) members: Vec<Member>,
    /// Who will be the first secretary.
    pub(super) candidate: PersonId,
    /// A village that may join later.
    pub(super) spare: Option<Member>,
    /// A cooperative's branch in the township, in a few.
    pub(super) cooperative: Option<OrganizationId>,
    /// Villages of the township that belong to no group, by code and name.
    pub(super) leftovers: Vec<(PlaceCode, String)>,
}

impl Group {
    /// All members of the Party in it.
    pub(super) fn party_members(&self) -> u32 {
        self.members.iter().map(|member| member.members).sum()
    }
}

/// Registers everything that the groups need, and gives the groups.
pub(super) fn register(
    script: &mut Script<'_>,
    settings: &Settings,
    plan: Vec<PlannedGroup>,
    on: Date,
) -> Result<Vec<Group>, GenerateError> {
    let city = &settings.city;
    let is_new = |place: &&PlaceLine| script.state().place_by_code(&place.code).is_none();
    let new: Vec<PlaceLine> = settings.places.iter().filter(is_new).cloned().collect();
    for command in places_file::commands(&new, on) {
        script.by_city(city, Draft::new("register-place", on, command.body["data"].clone()))?;
    }
    let names: BTreeMap<&PlaceCode, &str> =
        settings.places.iter().map(|place| (&place.code, place.name.as_str())).collect();
    let city_organ = city_organ(script, city, name_of(&names, city), on)?;
    let mut townships: BTreeMap<PlaceCode, Organs> = BTreeMap::new();
    let mut counties: BTreeMap<PlaceCode, (Organ, Organ)> = BTreeMap::new();
    for group in &plan {
        let township = &group.township;
        let county = parse_code(township.as_str().get(..6).unwrap_or_default())?;
        if !counties.contains_key(&county) {
            let organs = county_organs(script, &county, name_of(&names, &county), city_organ.id, on)?;
            counties.insert(county.clone(), organs);
        }
        if let (false, Some((committee, department))) =
            (townships.contains_key(township), counties.get(&county).cloned())
        {
            let name = name_of(&names, township);
            let mark = format!("{}委", name.trim_end_matches(['乡', '镇']).trim_end_matches("街道"));
            let own =
                organ(script, township, (township_committee(name), mark), "township", committee.id, on)?;
            let (county, city) = (committee, city_organ.clone());
            let organs = Organs { committee: own, department, county, city };
            townships.insert(township.clone(), organs);
        }
    }
    let mut groups = Vec::new();
    for planned in plan {
        if let Some(organs) = townships.get(&planned.township) {
            groups.push(group(script, organs.clone(), planned, on)?);
        }
    }
    Ok(groups)
}

/// The committee of a township bears the place's name, that of a subdistrict is a working committee.
fn township_committee(name: &str) -> String {
    let kind =
        if name.ends_with("街道") || name.ends_with("办事处") { "工作委员会" } else { "委员会" };
    format!("中共{name}{kind}")
}

/// 市委组织部.
fn city_organ(
    script: &mut Script<'_>,
    city: &PlaceCode,
    name: &str,
    on: Date,
) -> Result<Organ, GenerateError> {
    let mark = format!("{}委组", name.chars().take(1).collect::<String>());
    if let Some(known) = known_organ(script, city, DEPARTMENT, &mark) {
        return Ok(known);
    }
    let name = format!("中共{name}委{DEPARTMENT}");
    let data = organ_data(&name, "city", city, None);
    let id = script.by_city(city, Draft::new("register-organization", on, data))?;
    Ok(Organ { id: OrganizationId(id.0), name, mark, place: city.clone() })
}

/// 县(区)委 and its 组织部.
fn county_organs(
    script: &mut Script<'_>,
    county: &PlaceCode,
    name: &str,
    city_organ: OrganizationId,
    on: Date,
) -> Result<(Organ, Organ), GenerateError> {
    let first: String = name.chars().take(1).collect();
    let committee = (format!("中共{name}委"), format!("{first}委"));
    let committee = organ(script, county, committee, "county", city_organ, on)?;
    let department = (format!("中共{name}委{DEPARTMENT}"), format!("{first}委组"));
    let department = organ(script, county, department, "county", committee.id, on)?;
    Ok((committee, department))
}

fn organ(
    script: &mut Script<'_>,
    place: &PlaceCode,
    (name, mark): (String, String),
    host_kind: &str,
    superior: OrganizationId,
    on: Date,
) -> Result<Organ, GenerateError> {
    let ending = if name.ends_with(DEPARTMENT) { DEPARTMENT } else { "" };
    if let Some(known) = known_organ(script, place, ending, &mark) {
        return Ok(known);
    }
    let data = organ_data(&name, host_kind, place, Some(superior));
    let county = parse_code(place.as_str().get(..6).unwrap_or_default())?;
    let id = script.by_county(&county, Draft::new("register-organization", on, data))?;
    Ok(Organ { id: OrganizationId(id.0), name, mark, place: place.clone() })
}

/// The organ of a place that is registered already: its department, or its committee where the name has no such ending.
fn known_organ(script: &Script<'_>, place: &PlaceCode, ending: &str, mark: &str) -> Option<Organ> {
    let host = Host::Place(script.state().place_by_code(place)?.id);
    let is_meant = |found: &&Arc<Organization>| {
        let is_department = found.name.as_str().ends_with(DEPARTMENT);
        found.form == OrganizationForm::Organ && found.host == host && is_department != ending.is_empty()
    };
    let found = script.state().organizations.values().find(is_meant)?;
    Some(Organ { id: found.id, name: found.name.to_string(), mark: mark.to_owned(), place: place.clone() })
}

fn organ_data(name: &str, host_kind: &str, host: &PlaceCode, superior: Option<OrganizationId>) -> Value {
    json!({
        "name": name, "form": "organ", "host_kind": host_kind, "host": host, "superior": superior,
        "formal_members": 0, "probationary_members": 0
    })
}

fn group(
    script: &mut Script<'_>,
    organs: Organs,
    planned: PlannedGroup,
    on: Date,
) -> Result<Group, GenerateError> {
    let mut members = Vec::new();
    let mut short_name = String::new();
    for village in &planned.villages {
        short_name.push_str(village.name.trim_end_matches("民委员会").trim_end_matches('村'));
        members.push(branch(script, &organs, village, on)?);
    }
    let first = members.first().map(|member| member.organization);
    let first =
        first.ok_or_else(|| GenerateError::Fault { detail: "a group without villages".to_owned() })?;
    if planned.mode == Mode::ResidentUnit {
        members.push(unit(script, &organs, on)?);
    }
    let spare = planned.spare.as_ref().map(|village| branch(script, &organs, village, on)).transpose()?;
    let has_cooperative = script.random().percent(COOPERATIVE_PERCENT);
    let cooperative = if has_cooperative { Some(cooperative(script, &organs, on)?) } else { None };
    let candidate = person(script, &organs, first, on)?;
    let PlannedGroup { arrangement, mode, industry, leftovers, .. } = planned;
    let group = Group {
        organs,
        short_name,
        arrangement,
        mode,
        industry,
        members,
        candidate,
        spare,
        cooperative,
        leftovers,
    };
    Ok(group)
}

/// A village's branch, and what is known of the village.
fn branch(
    script: &mut Script<'_>,
    organs: &Organs,
    village: &PlannedVillage,
    on: Date,
) -> Result<Member, GenerateError> {
    let form =
        if village.formal_members + village.probationary_members > 50 { "general_branch" } else { "branch" };
    let suffix = if form == "branch" { "党支部" } else { "党总支" };
    let data = json!({
        "name": format!("{}{suffix}", village.name.trim_end_matches("民委员会")),
        "form": form, "host_kind": "village", "host": village.code, "superior": organs.committee.id,
        "formal_members": village.formal_members, "probationary_members": village.probationary_members
    });
    let id = script.by_county(&organs.county.place, Draft::new("register-organization", on, data))?;
    let period = on.year().to_string();
    let figure = |value: Value, unit: &str| json!({ "value": value, "unit": unit, "period": period, "source": SOURCE });
    let profile = json!({ "organization": id, "profile": {
        "households": figure(json!(village.households), "户"),
        "wealth": figure(json!(village.wealth), "-"),
        "strength": figure(json!(village.strength), "-"),
        "industry": figure(json!(village.industry), "-")
    }});
    script.by_clerk(&organs.committee, Draft::new("update-organization", on, profile))?;
    Ok(Member {
        organization: OrganizationId(id.0),
        village: Some((village.code.clone(), village.households)),
        members: village.formal_members + village.probationary_members,
    })
}

/// The branch of a cooperative, which later goes over into a village's or guides a joint branch.
fn cooperative(script: &mut Script<'_>, organs: &Organs, on: Date) -> Result<OrganizationId, GenerateError> {
    let number = script.lines();
    let data = json!({
        "name": format!("模拟合作社{number}党支部"), "form": "branch", "host_kind": "cooperative",
        "host": format!("模拟合作社{number}"), "location": organs.committee.place,
        "superior": organs.committee.id, "formal_members": 4, "probationary_members": 0
    });
    let id = script.by_county(&organs.county.place, Draft::new("register-organization", on, data))?;
    Ok(OrganizationId(id.0))
}

/// A unit that resides in the township.
fn unit(script: &mut Script<'_>, organs: &Organs, on: Date) -> Result<Member, GenerateError> {
    let number = script.lines();
    let formal_members = script.random().between(5, 40);
    let data = json!({
        "name": format!("模拟单位{number}机关党支部"), "form": "branch", "host_kind": "unit",
        "host": format!("模拟单位{number}"), "location": organs.committee.place,
        "superior": organs.county.id, "formal_members": formal_members, "probationary_members": 0
    });
    let id = script.by_county(&organs.county.place, Draft::new("register-organization", on, data))?;
    Ok(Member { organization: OrganizationId(id.0), village: None, members: formal_members })
}

/// A person whom nobody can take for a real one.
pub(super) fn person(
    script: &mut Script<'_>,
    organs: &Organs,
    organization: OrganizationId,
    on: Date,
) -> Result<PersonId, GenerateError> {
    let number = script.state().persons.len() + 1;
    let standing_days = i32::try_from(script.random().between(800, 9_000)).unwrap_or(800);
    let data = json!({
        "name": format!("模拟书记{number:04}"), "organization": organization,
        "formal_member_since": on.plus_days(-standing_days)
    });
    let id = script.by_clerk(&organs.committee, Draft::new("register-person", on, data))?;
    Ok(PersonId(id.0))
}

fn name_of<'a>(names: &BTreeMap<&PlaceCode, &'a str>, code: &PlaceCode) -> &'a str {
    names.get(code).copied().unwrap_or("未知")
}

fn parse_code(text: &str) -> Result<PlaceCode, GenerateError> {
    text.parse().map_err(|error| GenerateError::Fault { detail: format!("{error}") })
}
