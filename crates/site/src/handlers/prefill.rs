//! What a form is filled with before anybody has: the day, the deciding organ, and what follows from the joint branch.

use api::auth::Principal;
use domain::CityState;
use domain::account::Role;
use domain::commands::correct_record::stated;
use domain::date::Date;
use domain::joint_branch::{JointBranch, Phase};
use domain::organization::OrganizationForm;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::thresholds::Thresholds;
use labels as w;
use projections::figures_by_name;

use crate::pages::forms::values::{KEY, MAX_ROWS, Posted};
use crate::pages::visit::Visit;

/// Parameters of the address that fill the field of the same name.
const BY_ADDRESS: [&str; 24] = [
    "account",
    "decision",
    "joint_branch",
    "organization",
    "person",
    "place",
    "supervision",
    "event",
    "village",
    "yellow_card",
    "meeting",
    "item",
    "to",
    "quarter",
    "kind",
    "year",
    "matter",
    "position",
    "ground",
    "level",
    "basis",
    "host_kind",
    "form",
    "host",
];

/// The figure of a village by which its surveys are judged.
const HOUSEHOLDS: &str = "households";

/// A fresh form.
pub(super) fn prefill(
    visit: &Visit,
    state: &CityState,
    principal: &Principal,
    joint_branch: Option<&JointBranch>,
    command: &str,
    today: Date,
) -> Posted {
    let mut posted = Posted::new();
    posted.insert("/effective_date".into(), today.to_string());
    for name in BY_ADDRESS {
        if let Some(value) = visit.parameter(name) {
            posted.insert(format!("/data/{name}"), value.to_owned());
        }
    }
    if principal.role == Role::SecurityAdmin {
        posted.insert("/on_behalf_of".into(), principal.scope.to_string());
    } else if let Some(body) = own_organ(state, principal) {
        posted.insert("/on_behalf_of".into(), body);
    }
    if command == "propose-joint-branch" && principal.scope.level() == Level::Township {
        posted.insert("/data/lead_township".into(), principal.scope.to_string());
    }
    if let ("update-organization", Some(figure)) = (command, visit.parameter("figure")) {
        posted.insert(format!("/data/profile/0/{KEY}"), figure.to_owned());
        if figure == HOUSEHOLDS {
            posted.insert("/data/profile/0/unit".into(), visit.say(w::HOUSEHOLDS_UNIT).to_owned());
        }
    }
    let corrected = visit.parameter("event").and_then(|id| id.parse().ok());
    if let ("correct-record", Some(event)) = (command, corrected)
        && let Some(found) = stated(state, event)
        && principal.require_scope(&state.scope_of_place(found.place()), "").is_ok()
        && let Some(name) = found.name(event)
    {
        posted.insert("/data/fields/name".into(), name.to_string());
    }
    if command == "confirm-registration" {
        awaiting(state, principal, joint_branch, &mut posted);
    }
    if let Some(found) = joint_branch {
        of_joint_branch(state, found, command, today, &mut posted);
    }
    posted
}

/// A policy: for the place that is asked for or the reader's own, with the figure that is asked for as it is there now.
pub(super) fn of_policy(
    visit: &Visit,
    principal: &Principal,
    in_force: &dyn Fn(&PlaceCode) -> Thresholds,
    posted: &mut Posted,
) {
    let asked = visit.parameter("scope").and_then(|code| code.parse().ok());
    let jurisdiction = asked.unwrap_or_else(|| principal.scope.clone());
    let figures = figures_by_name(&in_force(&jurisdiction));
    let named = visit.parameter("figure").and_then(|name| Some((name, figures.get(name)?)));
    if let Some((name, value)) = named {
        posted.insert(format!("/data/figures/{name}"), value.to_string());
    }
    posted.insert("/data/jurisdiction".into(), jurisdiction.to_string());
}

/// The county, and what waits for its confirmation: the one asked for, or as many as a form holds.
fn awaiting(
    state: &CityState,
    principal: &Principal,
    joint_branch: Option<&JointBranch>,
    posted: &mut Posted,
) {
    if principal.scope.level() == Level::County {
        posted.insert("/data/county".into(), principal.scope.to_string());
    }
    posted.remove("/data/joint_branch");
    let asked = joint_branch.map(|found| found.id);
    let waits = |found: &&std::sync::Arc<JointBranch>| {
        found.phase == Phase::AwaitingConfirmation
            && asked.is_none_or(|asked| asked == found.id)
            && principal.require_joint_branch(state, found).is_ok()
    };
    for (row, found) in state.joint_branches.values().filter(waits).take(MAX_ROWS).enumerate() {
        posted.insert(format!("/data/joint_branches/{row}"), found.id.to_string());
    }
}

/// The one deciding organ of the reader's own place; the place itself, which states mere facts, where it has none yet.
fn own_organ(state: &CityState, principal: &Principal) -> Option<String> {
    let place = state.place_by_code(&principal.scope)?.id;
    let is_own = |found: &&std::sync::Arc<domain::organization::Organization>| {
        found.location == place && found.form == OrganizationForm::Organ
    };
    let mut own = state.organizations.values().filter(is_own);
    let Some(first) = own.next() else { return Some(principal.scope.to_string()) };
    own.next().is_none().then(|| first.id.to_string())
}

fn of_joint_branch(state: &CityState, found: &JointBranch, command: &str, today: Date, posted: &mut Posted) {
    let secretary = found.secretary.as_ref().map(|secretary| secretary.person.to_string());
    match command {
        "record-will-survey" => {
            let villages = found.members.iter().filter_map(|id| state.organizations.get(id)?.village());
            let codes = villages.filter_map(|id| state.places.get(&id)).map(|place| place.code.to_string());
            for (row, code) in codes.enumerate() {
                posted.insert(format!("/data/villages/{row}/village"), code);
                posted.insert(format!("/data/villages/{row}/date"), today.to_string());
            }
        }
        "record-members-resolution" if found.phase == Phase::Proposed => {
            let left = found.members.iter().filter(|id| !found.resolutions.contains_key(id));
            for (row, member) in left.enumerate() {
                posted.insert(format!("/data/resolutions/{row}/organization"), member.to_string());
            }
        }
        "dissolve-joint-branch" => {
            for (row, member) in found.members.iter().enumerate() {
                posted.insert(format!("/data/successors/{row}/member"), member.to_string());
                // Its own id: restored.
                posted.insert(format!("/data/successors/{row}/successor"), member.to_string());
            }
        }
        "transfer-functions" | "return-functions" => {
            for (row, member) in found.members.iter().enumerate() {
                posted.insert(format!("/data/from/{row}"), member.to_string());
            }
        }
        "evaluate-quarter" => {
            let next = || next_quarter(found, today).to_string();
            posted.entry("/data/quarter".into()).or_insert_with(next);
        }
        "relieve-secretary" | "record-commitment" | "record-village-head-election" => {
            if let Some(secretary) = secretary {
                posted.entry("/data/person".into()).or_insert(secretary);
            }
        }
        _ => {}
    }
}

/// The first quarter that has no grade; the last one that has ended where all have one.
fn next_quarter(found: &JointBranch, today: Date) -> Quarter {
    let last = Quarter::of(today.plus_months(-3));
    let first = found.establishment.as_ref().map_or(last, |decision| Quarter::of(decision.effective_date));
    let quarters = std::iter::successors(Some(first), |quarter| Some(quarter.next()))
        .take_while(|quarter| *quarter <= last);
    quarters.into_iter().find(|quarter| !found.evaluations.contains_key(quarter)).unwrap_or(last)
}
