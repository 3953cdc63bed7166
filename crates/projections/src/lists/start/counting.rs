//! The rows of the start list, counted from the rows of the snapshot and what was noted of the log.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Role;
use domain::ids::{OrganizationId, PlaceId};
use domain::joint_branch::Form;
use domain::organization::{HostKind, OrganizationForm, ProfileFigure};
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::place_names::called;
use domain::scope::Scope;
use domain::text::Text;

use super::item::StartItem;
use super::noted::Noted;
use super::row::{StartGap, StartRow, StartSource, StartState};
use crate::lists::organizations::standing;
use crate::lists::scope::ListScope;
use crate::rows::{OrganizationRow, PlaceRow};

/// How many missing ones a row names; the rest are counted.
const MAX_NAMED: usize = 5;

/// What is there of a place, by tier.
struct Places<'a> {
    city: Option<&'a PlaceRow>,
    counties: Vec<&'a PlaceRow>,
    townships: Vec<&'a PlaceRow>,
    villages: Vec<&'a PlaceRow>,
}

/// Every row, in the order in which an office works.
pub(super) fn rows(scope: &ListScope<'_>, noted: &Noted) -> Vec<StartRow> {
    let places = places(scope);
    let organizations: Vec<&OrganizationRow> = standing(scope).collect();
    let mut rows = divisions(scope, &places);
    rows.extend(organs(scope, &places, &organizations));
    rows.extend(villages(&places, &organizations));
    rows.extend(accounts(scope, &places, noted));
    if scope.code.level() >= Level::County {
        let opened = |place: &&PlaceRow| place.register.is_some();
        rows.push(of_places(StartItem::Registers, &places.counties, &opened));
    }
    rows.push(secretaries(scope));
    if is_city(scope) {
        let sources = [
            (StartItem::KeyCopied, StartSource::BackupMark),
            (StartItem::BackupMade, StartSource::BackupMark),
            (StartItem::Witness, StartSource::Witnesses),
        ];
        rows.extend(sources.map(|(item, known_from)| StartRow {
            known_from,
            state: StartState::Unknown,
            done: None,
            ..row(item, None, Some(1), Vec::new())
        }));
    }
    rows
}

fn places<'a>(scope: &ListScope<'a>) -> Places<'a> {
    let views = scope.reading.views;
    let there =
        || views.places().map(AsRef::as_ref).filter(|place: &&PlaceRow| place.exists_on(scope.reading.on));
    let own = |level| -> Vec<&PlaceRow> {
        let lies_in =
            |place: &PlaceRow| Scope { county: place.county.clone(), township: place.township.clone() };
        let mut found: Vec<&PlaceRow> =
            there().filter(|place| place.level == level && lies_in(place).is_within(&scope.code)).collect();
        found.sort_by(|one, other| one.code.cmp(&other.code));
        found
    };
    let is_own_county = |place: &&PlaceRow| place.level == Level::County;
    Places {
        city: there().find(|place| place.level == Level::City && place.code == scope.code),
        counties: own(Level::County).into_iter().filter(is_own_county).collect(),
        townships: own(Level::Township),
        villages: own(Level::Village),
    }
}

/// The register of places. How many there should be nobody knows; a county without a township, and a township without a
/// village, is a gap.
fn divisions(scope: &ListScope<'_>, places: &Places<'_>) -> Vec<StartRow> {
    let mut rows = Vec::new();
    if is_city(scope) {
        rows.push(row(StartItem::City, Some(places.city.is_some().into()), Some(1), Vec::new()));
        rows.push(counted(StartItem::Counties, places.counties.len(), Vec::new()));
    }
    if scope.code.level() >= Level::County {
        let with_township: BTreeSet<&PlaceCode> =
            places.townships.iter().filter_map(|place| place.county.as_ref()).collect();
        let empty = places.counties.iter().filter(|county| !with_township.contains(&county.code));
        rows.push(counted(
            StartItem::Townships,
            places.townships.len(),
            empty.map(|place| gap(place)).collect(),
        ));
    }
    let with_village: BTreeSet<&PlaceCode> =
        places.villages.iter().filter_map(|place| place.township.as_ref()).collect();
    let empty = places.townships.iter().filter(|township| !with_village.contains(&township.code));
    rows.push(counted(StartItem::Villages, places.villages.len(), empty.map(|place| gap(place)).collect()));
    rows
}

/// The organs that decide: one for each place of a tier.
fn organs(scope: &ListScope<'_>, places: &Places<'_>, organizations: &[&OrganizationRow]) -> Vec<StartRow> {
    let with_organ: BTreeSet<PlaceId> = organizations
        .iter()
        .filter(|own| own.form == OrganizationForm::Organ)
        .filter_map(|own| own.location.as_ref().map(|place| place.id))
        .collect();
    let has = |place: &&PlaceRow| with_organ.contains(&place.id);
    let mut rows = Vec::new();
    if is_city(scope) {
        let there = places.city.is_some_and(|city| with_organ.contains(&city.id));
        let missing = places.city.filter(|_| !there).map(gap).into_iter().collect();
        rows.push(led_to(row(StartItem::CityOrgan, Some(there.into()), Some(1), missing), &organ_of));
    }
    if scope.code.level() >= Level::County {
        rows.push(led_to(of_places(StartItem::CountyOrgans, &places.counties, &has), &organ_of));
    }
    rows.push(led_to(of_places(StartItem::TownshipOrgans, &places.townships, &has), &organ_of));
    rows
}

/// Villages with an organization of their own, and those whose households are on file.
fn villages(places: &Places<'_>, organizations: &[&OrganizationRow]) -> Vec<StartRow> {
    let of_villages = || organizations.iter().filter(|own| own.host_kind == HostKind::Village);
    let place = |own: &&&OrganizationRow| own.location.as_ref().map(|place| place.id);
    let with_branch: BTreeMap<PlaceId, OrganizationId> =
        of_villages().filter_map(|own| Some((place(&own)?, own.id))).collect();
    let counted = of_villages().filter(|own| own.profile.contains_key(&ProfileFigure::Households));
    let with_households: BTreeSet<PlaceId> = counted.filter_map(|own| place(&own)).collect();
    let own: Vec<&PlaceRow> =
        places.villages.iter().copied().filter(|place| place.kind == Some(PlaceKind::Village)).collect();
    let branches = of_places(StartItem::Branches, &own, &|place| with_branch.contains_key(&place.id));
    // Of villages whose organization is there, the first of which the figure is missing.
    let next = own.iter().filter(|place| !with_households.contains(&place.id));
    let next = next.filter_map(|place| with_branch.get(&place.id)).next();
    let mut households = of_places(StartItem::Households, &own, &|place| with_households.contains(&place.id));
    households.page = households.page.map(|page| match next {
        Some(organization) => format!("{page}?organization={organization}&figure=households"),
        None => page,
    });
    vec![led_to(branches, &|code| format!("?host_kind=village&form=branch&host={code}")), households]
}

/// The form of a row filled in for the first place that is missing.
fn led_to(mut row: StartRow, filled: &dyn Fn(&PlaceCode) -> String) -> StartRow {
    let first = row.missing.first().and_then(|gap| gap.code.as_ref());
    row.page = row.page.map(|page| first.map_or(page.clone(), |code| format!("{page}{}", filled(code))));
    row
}

/// What the form of an organ is filled with: organs stand for the place of a tier.
fn organ_of(code: &PlaceCode) -> String {
    let kind = match code.level() {
        Level::City => "city",
        Level::County => "county",
        Level::Township | Level::Village => "township",
    };
    format!("?host_kind={kind}&form=organ&host={code}")
}

/// At least one account for each place that a role is bound to.
fn accounts(scope: &ListScope<'_>, places: &Places<'_>, noted: &Noted) -> Vec<StartRow> {
    let roles = [
        (Role::CityOffice, Level::City),
        (Role::CountyOfficer, Level::County),
        (Role::TownshipClerk, Level::Township),
        (Role::Auditor, Level::City),
        (Role::SecurityAdmin, Level::City),
        (Role::SystemAdmin, Level::City),
    ];
    let own = roles.into_iter().filter(|(_, level)| *level <= scope.code.level());
    own.filter_map(|(role, level)| {
        let item = StartItem::of_role(role)?;
        let there = noted.places_of(role, scope);
        Some(match level {
            Level::City => row(item, Some((!there.is_empty()).into()), Some(1), Vec::new()),
            Level::County => of_places(item, &places.counties, &|place| there.contains(&place.code)),
            _ => of_places(item, &places.townships, &|place| there.contains(&place.code)),
        })
    })
    .collect()
}

/// Live joint branches that keep a secretary, and have one.
fn secretaries(scope: &ListScope<'_>) -> StartRow {
    let live: Vec<_> = scope.led().filter(|row| row.is_live() && row.form != Form::None).collect();
    let vacant = live.iter().filter(|row| row.secretary.is_none());
    let missing: Vec<StartGap> = vacant.map(|row| StartGap { code: None, name: row.name.clone() }).collect();
    let done = (live.len() - missing.len()) as u64;
    row(StartItem::Secretaries, Some(done), Some(live.len() as u64), missing)
}

/// What is missing: of a village its Party organization, so that its committee is not named.
fn gap(place: &PlaceRow) -> StartGap {
    StartGap {
        code: Some(place.code.clone()),
        name: Text::try_from(called(place.name.as_str()).as_str()).unwrap_or_else(|_| place.name.clone()),
    }
}

/// Of places, those that have something.
fn of_places(item: StartItem, places: &[&PlaceRow], has: &dyn Fn(&&PlaceRow) -> bool) -> StartRow {
    let missing: Vec<StartGap> = places.iter().filter(|place| !has(place)).map(|place| gap(place)).collect();
    let done = (places.len() - missing.len()) as u64;
    row(item, Some(done), Some(places.len() as u64), missing)
}

/// A count of what nobody knows how many there should be.
fn counted(item: StartItem, count: usize, missing: Vec<StartGap>) -> StartRow {
    row(item, Some(count as u64), None, missing)
}

fn row(item: StartItem, done: Option<u64>, total: Option<u64>, missing: Vec<StartGap>) -> StartRow {
    let count = done.unwrap_or_default();
    let missing_count = total.map_or(missing.len() as u64, |total| total.saturating_sub(count));
    let state = match total {
        Some(0) => StartState::NotYet,
        _ if count == 0 => StartState::Open,
        _ if missing_count > 0 => StartState::Partly,
        _ => StartState::Done,
    };
    let is_left = matches!(state, StartState::Open | StartState::Partly);
    StartRow {
        item,
        state,
        done,
        total,
        missing: missing.into_iter().take(MAX_NAMED).collect(),
        missing_count,
        known_from: StartSource::Log,
        at: None,
        position: None,
        page: item.page().filter(|_| is_left).map(str::to_owned),
        command: item.command().filter(|_| is_left).map(str::to_owned),
    }
}

/// Whether it is the city's list, which has what no county has.
fn is_city(scope: &ListScope<'_>) -> bool {
    scope.code.level() == Level::City
}
