//! The page of an organization: its own figures, and the joint branches that it is in.

use domain::code::Code;
use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::organization::{HostKind, OrganizationForm, Profile};
use domain::place::PlaceCode;
use domain::post::{Election, FirstSecretary};
use domain::text::Text;
use labels as w;
use maud::{Markup, html};
use projections::OrganizationEntry;
use projections::rows::OrganizationRow;
use serde::Serialize;

use super::acts::Doing;
use super::entries::{Names, particulars};
use super::lists::{obligations, word};
use super::table::{Cell, Table, text};
use super::visit::Visit;

/// The fields that the page shows.
#[derive(Serialize)]
struct Shown<'a> {
    form: OrganizationForm,
    form_kind: Option<&'a Code>,
    host_kind: &'a HostKind,
    unit: Option<&'a Text>,
    superior: Option<OrganizationId>,
    superior_joint: Option<JointBranchId>,
    formal_members: u32,
    probationary_members: u32,
    profile: &'a Profile,
    election: Option<&'a Election>,
    first_secretary: Option<&'a FirstSecretary>,
    registered_on: Date,
}

impl<'a> Shown<'a> {
    fn of(row: &'a OrganizationRow) -> Self {
        Self {
            form: row.form,
            form_kind: row.form_kind.as_ref(),
            host_kind: &row.host_kind,
            unit: row.unit.as_ref(),
            superior: row.superior,
            superior_joint: row.superior_joint,
            formal_members: row.formal_members,
            probationary_members: row.probationary_members,
            profile: &row.profile,
            election: row.election.as_ref(),
            first_secretary: row.first_secretary.as_ref(),
            registered_on: row.registered_on,
        }
    }
}

/// The page's matter.
pub(crate) fn organization(
    visit: &Visit,
    entry: &OrganizationEntry,
    names: Names<'_>,
    place_name: &dyn Fn(&PlaceCode) -> String,
    doing: Option<Doing<'_>>,
) -> Markup {
    let row = &entry.row;
    let columns = [text("name", w::JOINT_BRANCH), text("phase", w::PHASE)];
    let mut table = Table::new("joint-branches", visit.say(w::JOINT_BRANCH), &columns);
    for found in &entry.joint_branches {
        let link = visit.link(&format!("/joint-branches/{}", found.id));
        table.rows.push(vec![
            Cell::text(found.name.to_string()).to(link),
            Cell::text(word(visit, "Phase", &found.phase)),
        ]);
    }
    html! {
        @if let Some(place) = &row.location { p { (place.name) " " (place.code) } }
        (particulars(visit, &Shown::of(row), names))
        @if !entry.obligations.is_empty() {
            h2 { (visit.say(w::OBLIGATIONS)) }
            (obligations(visit, visit.say(w::OBLIGATIONS), &entry.obligations, place_name, doing).plain(visit, false))
        }
        h2 { (visit.say(w::JOINT_BRANCH)) }
        (table.plain(visit, false))
    }
}
