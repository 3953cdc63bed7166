//! The page of a village or community: what it is and was called, its Party organizations, the joint branches that it is or
//! was in, and its money by year.

use labels as w;
use maud::{Markup, html};
use projections::rows::{JointBranchRow, OrganizationRow, PlaceLabel, PlaceRow};

use super::lists::{money, word};
use super::table::{Cell, Table, number, text};
use super::visit::Visit;

/// What the page shows.
pub(crate) struct Village<'a> {
    /// The place itself.
    pub(crate) row: &'a PlaceRow,
    /// The organizations that are there.
    pub(crate) organizations: &'a [&'a OrganizationRow],
    /// The joint branches of which it has or had a member, those in operation first.
    pub(crate) joint_branches: &'a [&'a JointBranchRow],
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, village: &Village<'_>) -> Markup {
    let row = village.row;
    html! {
        (facts(visit, row))
        section {
            h2 { (visit.say(w::JOINT_BRANCH)) }
            @if village.joint_branches.is_empty() { p { (visit.say(w::IN_NO_JOINT_BRANCH)) } }
            @else { (joint_branches(visit, village).plain(visit, false)) }
        }
        section {
            h2 { (visit.say(w::ORGANIZATION)) }
            @if village.organizations.is_empty() { p { (visit.say(w::NO_ROWS)) } }
            @else { (organizations(visit, village.organizations).plain(visit, false)) }
        }
        @if !row.funding.is_empty() {
            section { h2 { (visit.say(w::FUNDING)) } (funding(visit, row).plain(visit, false)) }
        }
    }
}

fn facts(visit: &Visit, row: &PlaceRow) -> Markup {
    let named = |places: &[PlaceLabel]| {
        let names: Vec<_> = places.iter().map(|place| format!("{} {}", place.name, place.code)).collect();
        names.join(visit.language.pick("、", ", "))
    };
    html! {
        dl.fields {
            dt { (visit.say(w::OFFICIAL_NAME)) } dd { (row.name) }
            dt { (visit.say(w::CODE)) } dd { (row.code) }
            @if row.kind.is_some() { dt { (visit.say(w::KIND)) } dd { (word(visit, "PlaceKind", &row.kind)) } }
            dt { (visit.say(w::ON_REGISTER_FROM)) } dd { (visit.say(&row.existed_from.say())) }
            @if let Some(day) = row.ended_on { dt { (visit.say(w::NO_MORE_FROM)) } dd { (visit.say(&day.say())) } }
            @if !row.successors.is_empty() { dt { (visit.say(w::SUCCESSORS)) } dd { (named(&row.successors)) } }
            @if !row.predecessors.is_empty() { dt { (visit.say(w::PREDECESSORS)) } dd { (named(&row.predecessors)) } }
            @for past in &row.past {
                dt { (visit.say(w::FORMERLY)) }
                dd { (past.name) " " (past.code) " · " (visit.say(w::UNTIL)) " " (visit.say(&past.until.say())) }
            }
        }
    }
}

fn joint_branches(visit: &Visit, village: &Village<'_>) -> Table {
    let columns = [
        text("name", w::NAME),
        text("phase", w::PHASE),
        text("arrangement", w::ARRANGEMENT),
        text("with", w::TOGETHER_WITH),
        text("established_on", w::ESTABLISHED_ON),
        text("dissolved_on", w::DISSOLVED_ON),
    ];
    let mut table = Table::new("joint-branches", visit.say(w::JOINT_BRANCH), &columns);
    for found in village.joint_branches {
        let others = found
            .members
            .iter()
            .filter(|member| member.village.as_ref().is_none_or(|place| place.id != village.row.id));
        let others: Vec<_> = others.map(|member| member.name.as_str()).collect();
        table.rows.push(vec![
            Cell::text(found.name.to_string()).to(visit.link(&format!("/joint-branches/{}", found.id))),
            Cell::text(word(visit, "Phase", &found.phase)),
            Cell::text(word(visit, "Arrangement", &found.arrangement)),
            Cell::text(others.join(visit.language.pick("、", ", "))),
            Cell::or_empty(found.establishment.as_ref().map(|decision| decision.effective_date)),
            Cell::or_empty(found.dissolved_on),
        ]);
    }
    table
}

fn organizations(visit: &Visit, rows: &[&OrganizationRow]) -> Table {
    let columns = [
        text("name", w::NAME),
        text("form", w::FORM),
        number("formal_members", w::FORMAL_MEMBERS),
        text("status", w::PHASE),
    ];
    let mut table = Table::new("organizations", visit.say(w::ORGANIZATION), &columns);
    for row in rows {
        table.rows.push(vec![
            Cell::text(row.name.to_string()).to(visit.link(&format!("/organizations/{}", row.id))),
            Cell::text(word(visit, "OrganizationForm", &row.form)),
            Cell::count(row.formal_members),
            Cell::text(word(visit, "Status", &row.status.code())),
        ]);
    }
    table
}

fn funding(visit: &Visit, row: &PlaceRow) -> Table {
    let columns = [
        number("year", w::FISCAL_YEAR),
        number("base", w::BASE),
        number("supplement", w::SUPPLEMENT),
        number("settled", w::SETTLED),
    ];
    let mut table = Table::new("funding", visit.say(w::FUNDING), &columns);
    for (year, funding) in row.funding.iter().rev() {
        table.rows.push(vec![
            Cell::text(year.to_string()),
            money(funding.base),
            money(funding.supplement),
            money(funding.settled),
        ]);
    }
    table
}
