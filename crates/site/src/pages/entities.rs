//! The page of an organization: its facts, what it owes and what can be done with it, the joint branches that it is in, its
//! figures, and its chronicle.

use domain::organization::{FigureValue, OrganizationForm, Profile};
use labels as w;
use labels::fields::field;
use labels::terms::{of_field, term};
use maud::{Markup, html};
use projections::{OrganizationEntry, wire_code};

use super::acts::Doors;
use super::chronicle::{Told, chronicle};
use super::entries::{Named, Names};
use super::joint_branch::is_whole;
use super::lists::word;
use super::owed::{AtDesk, next_due};
use super::table::{Cell, Table, grouped, text, thousands};
use super::visit::Visit;

/// What the page shows.
pub(crate) struct OrganizationPage<'a> {
    /// The organization with its joint branches.
    pub(crate) entry: &'a OrganizationEntry,
    /// The latest of its records.
    pub(crate) told: &'a [Told],
    /// Whether there are earlier ones.
    pub(crate) is_cut: bool,
    /// Who looks at what it owes.
    pub(crate) desk: AtDesk<'a>,
    /// What the reader may do with it.
    pub(crate) actions: &'a Doors,
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
}

/// The page's matter.
pub(crate) fn organization(visit: &Visit, page: &OrganizationPage<'_>) -> Markup {
    let (entry, row) = (page.entry, &*page.entry.row);
    html! {
        div.sides {
            div.side {
                (facts(visit, page))
                @if !entry.obligations.is_empty() {
                    section {
                        h2 { (visit.say(w::OBLIGATIONS)) " " small.note { (grouped(entry.obligations.len())) } }
                        (next_due(visit, &page.desk, &entry.obligations, is_whole(visit)))
                    }
                }
                @if !page.actions.is_empty() {
                    section.screen {
                        h2 { (visit.say(w::ACTIONS)) }
                        p.actions { @for (link, name) in page.actions { a.button href=(link) { (name) } " " } }
                    }
                }
            }
            div.main {
                section { h2.first { (visit.say(w::JOINT_BRANCH)) } (joint_branches(visit, entry).plain(visit, false)) }
                @if !row.profile.is_empty() {
                    section { h2 { (visit.say(w::PROFILE)) } (figures(visit, &row.profile).plain(visit, false)) }
                }
                section {
                    h2 { (visit.say(w::TIMELINE)) }
                    @if page.is_cut { p.note { (visit.say(w::TIMELINE_LATEST)) } }
                    (chronicle(visit, page.told, page.names, is_whole(visit)))
                }
            }
        }
    }
}

/// The facts, each on a line under its label, from what it is to since when it is on the register.
fn facts(visit: &Visit, page: &OrganizationPage<'_>) -> Markup {
    let row = &*page.entry.row;
    let label = |name: &str| field(visit.language, "", name);
    let named = |id: String| (page.names)(&id);
    let person =
        |id: String| named(id).map_or_else(|| visit.say(w::NAME_ERASED).to_owned(), |found| found.text);
    let is_organ = row.form == OrganizationForm::Organ;
    html! {
        dl.lines {
            div { dt { (visit.say(w::STATUS)) } dd { (term(visit.language, "Status", row.status.code())) } }
            div { dt { (visit.say(w::FORM)) } dd { (form(visit, page)) } }
            div { dt { (label("host_kind")) } dd { (host_kind(visit, page)) } }
            @if let Some(unit) = &row.unit { div { dt { (visit.say(w::HOST_UNIT)) } dd { (unit) } } }
            @if let Some(place) = &row.location { div { dt { (visit.say(w::PLACE)) } dd { (linked(named(place.code.to_string()), place.name.as_str())) } } }
            @if let Some(above) = row.superior.and_then(|id| named(id.to_string())) { div { dt { (label("superior")) } dd { (linked(Some(above), "")) } } }
            @if let Some(above) = row.superior_joint.and_then(|id| named(id.to_string())) { div { dt { (label("superior_joint")) } dd { (linked(Some(above), "")) } } }
            @if !is_organ {
                div { dt { (visit.say(w::FORMAL_MEMBERS)) } dd { (grouped(row.formal_members as usize)) } }
                div { dt { (visit.say(w::PROBATIONARY_MEMBERS)) } dd { (grouped(row.probationary_members as usize)) } }
            }
            @if let Some(found) = &row.election {
                div { dt { (visit.say(w::LAST_ELECTION)) } dd {
                    (found.held_on) " · " (visit.say(w::TERM)) " – " (found.term_end)
                    @if let Some(id) = found.secretary { " · " (visit.say(w::SECRETARY)) " " (person(id.to_string())) }
                } }
            }
            @if let Some(found) = &row.first_secretary {
                div { dt { (label("first_secretary")) } dd { (person(found.person.to_string())) " · " (found.sending_unit) " · " (found.since) " – " (found.until) } }
            }
            div { dt { (label("registered_on")) } dd { (row.registered_on) } }
        }
    }
}

/// A name that leads to its page, where it has one.
fn linked(named: Option<Named>, otherwise: &str) -> Markup {
    match named {
        Some(Named { text, link: Some(link) }) => html! { a href=(link) { (text) } },
        Some(Named { text, link: None }) => html! { (text) },
        None => html! { (otherwise) },
    }
}

/// The form, or the kind of it that a policy has added.
fn form(visit: &Visit, page: &OrganizationPage<'_>) -> String {
    let row = &*page.entry.row;
    let form = word(visit, "OrganizationForm", &row.form);
    let kind = row.form_kind.as_ref().map(ToString::to_string);
    let kind = kind.map(|code| (page.names)(&code).map_or(code, |named| named.text));
    match kind {
        Some(kind) => visit.language.pick(format!("{kind}（{form}）"), format!("{kind} ({form})")),
        None => form,
    }
}

/// The kind of its host: one that a policy has added brings its name.
fn host_kind(visit: &Visit, page: &OrganizationPage<'_>) -> String {
    let kind = &page.entry.row.host_kind;
    let added = wire_code(kind).and_then(|code| (page.names)(&code));
    added.map_or_else(|| word(visit, "HostKind", kind), |named| named.text)
}

fn joint_branches(visit: &Visit, entry: &OrganizationEntry) -> Table {
    let columns = [text("name", w::JOINT_BRANCH), text("phase", w::PHASE)];
    let mut table = Table::new("joint-branches", visit.say(w::JOINT_BRANCH), &columns);
    for found in &entry.joint_branches {
        let link = visit.link(&format!("/joint-branches/{}", found.id));
        table.rows.push(vec![
            Cell::text(found.name.to_string()).to(link),
            Cell::text(word(visit, "Phase", &found.phase)),
        ]);
    }
    table
}

/// The figures of its village or unit, each with its period and where it comes from.
fn figures(visit: &Visit, profile: &Profile) -> Table {
    let columns = [
        text("figure", w::FIGURE),
        text("value", w::VALUE),
        text("period", w::PERIOD),
        text("source", w::SOURCE),
    ];
    let mut table = Table::new("profile", visit.say(w::PROFILE), &columns);
    for (name, figure) in profile {
        let value = match &figure.value {
            FigureValue::Number(number) => thousands(&number.to_string()),
            FigureValue::Text(text) => of_field("value", text.as_str())
                .map_or_else(|| text.to_string(), |words| visit.say(words).to_owned()),
        };
        let unit = Some(figure.unit.as_str()).filter(|unit| *unit != "-").unwrap_or_default();
        let bound = figure.bound.as_ref().map(|bound| word(visit, "Bound", bound)).unwrap_or_default();
        table.rows.push(vec![
            Cell::text(
                wire_code(name).map_or_else(String::new, |code| term(visit.language, "ProfileFigure", &code)),
            ),
            Cell::text(format!("{value} {unit} {bound}").trim_end().to_owned()),
            Cell::text(figure.period.to_string()),
            Cell::text(figure.source.to_string()),
        ]);
    }
    table
}
