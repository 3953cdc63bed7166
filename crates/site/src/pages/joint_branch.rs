//! The page of a joint branch: its life line, members, leadership, who holds what, money, rotation, and its timeline.

use std::collections::BTreeSet;

use domain::function::Function;
use domain::joint_branch::{Form, Justification, Phase};
use domain::money::Money;
use domain::place_names::called;
use domain::post::FirstSecretary;
use domain::resolution::{Agreement, Returned};
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::rows::{JointBranchRow, MemberRow, PlaceLabel};
use projections::{FigureRow, LedgerEntry, LifeRow, SecretaryRow};

use super::branches::next_host;
use super::chronicle::{Told, chronicle};
use super::entries::Names;
use super::life_line;
use super::lists::{form_of, grades, mode_of, money, phase_class, village_name, word};
use super::named_lists::{TableContext, figures_of};
use super::owed::{AtDesk, next_due, unresolved};
use super::registration;
use super::table::{Cell, Table, grouped, number, text};
use super::visit::Visit;

/// What the page shows.
pub(crate) struct JointBranchPage<'a> {
    /// Its entry of the ledger, with the secretary's name.
    pub(crate) entry: &'a LedgerEntry,
    /// Its life as its records tell it.
    pub(crate) life: &'a LifeRow,
    /// Its members' figures before and since, as the list of figures has them.
    pub(crate) figures: &'a [FigureRow],
    /// The latest of its records.
    pub(crate) told: &'a [Told],
    /// Whether there are earlier ones.
    pub(crate) is_cut: bool,
    /// Who looks at what it owes.
    pub(crate) desk: AtDesk<'a>,
    /// Whether its members' meetings must have resolved it before it is approved.
    pub(crate) needs_resolutions: bool,
    /// What the reader may do with it now.
    pub(crate) actions: &'a [(String, &'static str)],
    /// The papers that can be made of it, with their names.
    pub(crate) papers: &'a [(String, String)],
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
}

/// Whether everything is shown unfolded, as for a print.
pub(crate) fn is_whole(visit: &Visit) -> bool {
    visit.parameter("tab") == Some("all")
}

/// The page's matter: the facts, what is due and who leads it beside its life; what else is known of it folded below.
pub(crate) fn page(visit: &Visit, page: &JointBranchPage<'_>) -> Markup {
    let row = &*page.entry.row;
    let lanes = life_line::lanes(visit, row, page.life, page.names);
    html! {
        div.sides {
            div.side { (beside(visit, page)) }
            div.main {
                section { h2.first { (visit.say(w::LIFE_LINE)) } (life_line::draw(visit, &lanes)) }
                section {
                    h2 { (visit.say(w::TIMELINE)) }
                    @if page.is_cut { p.note { (visit.say(w::TIMELINE_LATEST)) } }
                    (chronicle(visit, page.told, page.names, is_whole(visit)))
                }
                (folds(visit, page))
            }
        }
        p.screen {
            @if is_whole(visit) { a href=(visit.here(&[("tab", "")])) { (visit.say(w::FOLD_AGAIN)) } }
            @else { a href=(visit.here(&[("tab", "all")])) { (visit.say(w::SHOW_WHOLE)) } }
        }
    }
}

/// What stands beside the life: facts, what is due next, who leads it, and what can be done.
fn beside(visit: &Visit, page: &JointBranchPage<'_>) -> Markup {
    let (entry, row) = (page.entry, &*page.entry.row);
    // Where nothing is due, what can be done is not hidden.
    let are_open = is_whole(visit) || entry.obligations.is_empty();
    html! {
        (summary(visit, entry))
        @if !entry.obligations.is_empty() {
            section {
                h2 { (visit.say(w::OBLIGATIONS)) " " small.note { (grouped(entry.obligations.len())) } }
                (next_due(visit, &page.desk, &entry.obligations, is_whole(visit)))
            }
        }
        @if page.needs_resolutions { (unresolved(visit, row, page.actions)) }
        @if let Some(village) = next_host(entry) {
            p.turn { (visit.say(w::NEXT_HOST)) (visit.language.pick("：", ": ")) strong { (village) } }
        }
        @if !page.actions.is_empty() {
            details.fold.screen open[are_open] {
                summary { (visit.say(w::ACTIONS)) " " span.note { (grouped(page.actions.len())) } }
                p.actions { @for (link, name) in page.actions { a.button href=(link) { (name) } " " } }
            }
        }
        @if !page.papers.is_empty() {
            details.fold.screen {
                summary { (visit.say(w::PAPERS)) " " span.note { (grouped(page.papers.len())) } }
                p.actions { @for (link, name) in page.papers { a.button href=(link) { (name) } " " } }
            }
        }
        section { h2 { (visit.say(w::LEADERSHIP)) } (leadership(visit, row, page.names)) }
    }
}

/// What else is known of it, each under its heading: members stand open, the rest opens at a click.
fn folds(visit: &Visit, page: &JointBranchPage<'_>) -> Markup {
    let (entry, row) = (page.entry, &*page.entry.row);
    let context =
        TableContext { language: visit.language, names: page.names, place_name: page.desk.place_name };
    let is_decided = !matches!(row.phase, Phase::Proposed | Phase::AwaitingConfirmation | Phase::SentBack);
    let fold = |title: &str, is_open: bool, content: Markup| {
        html! { details.fold open[is_open || is_whole(visit)] { summary { h2 { (title) } } (content) } }
    };
    let noted = |note: &'static Say, table: &Table| {
        html! { p.note { (visit.say(note)) } (table.plain(visit, false)) }
    };
    html! {
        (fold(visit.say(w::MEMBERS), true, members(visit, row).plain(visit, false)))
        @if is_decided {
            (fold(visit.say(w::FUNCTIONS), true, html! { p.note { (visit.say(w::FUNCTIONS_NOTE)) } (functions(visit, row, page.names)) }))
        }
        (fold(visit.say(w::FUNDING), false, noted(w::FUNDING_NOTE, &funding(visit, row))))
        (fold(visit.say(w::ROTATION), false, noted(w::ROTATION_NOTE, &rotation(visit, entry))))
        @if !page.figures.is_empty() {
            @let table = figures_of(visit, visit.say(w::BEFORE_AND_SINCE), page.figures, &context);
            (fold(visit.say(w::BEFORE_AND_SINCE), false, noted(w::BEFORE_AND_SINCE_NOTE, &table)))
        }
        @if let Some(found) = &row.returned {
            (fold(visit.say(w::RETURNED), row.phase == Phase::Proposed, returned(found)))
        }
        @if let Some(found) = &row.agreement { (fold(visit.say(w::AGREEMENT), false, agreement(visit, found))) }
        @if !row.resolutions.is_empty() {
            (fold(visit.say(w::RESOLUTIONS), false, resolutions(visit, row).plain(visit, false)))
        }
        @if let Some(found) = &row.registration { (registration::section(visit, row, found, page.names)) }
        @if let Some(found) = &row.justification {
            (fold(visit.say(w::JUSTIFICATION), row.phase == Phase::Proposed, justification(visit, found)))
        }
        @if !row.surveys.is_empty() {
            (fold(visit.say(w::SURVEYS), row.phase == Phase::Proposed, surveys(visit, row).plain(visit, false)))
        }
    }
}

fn returned(found: &Returned) -> Markup {
    html! {
        p { (found.on) @if let Some(again) = found.handed_in_on { " → " (again) } }
        ul { @for item in &found.missing { li { (item) } } }
    }
}

fn summary(visit: &Visit, entry: &LedgerEntry) -> Markup {
    let row = &entry.row;
    let document = row.establishment.as_ref().and_then(|decision| decision.document.as_ref());
    html! {
        dl.lines {
            div { dt { (visit.say(w::PHASE)) } dd { span class=(phase_class(row.phase)) { (word(visit, "Phase", &row.phase)) } } }
            div { dt { (visit.say(w::ARRANGEMENT)) } dd { (word(visit, "Arrangement", &row.arrangement)) } }
            div { dt { (visit.say(w::MODE)) } dd { (mode_of(visit, &row.mode, &entry.names)) } }
            div { dt { (visit.say(w::FORM)) } dd { (form_of(visit, row.form, row.form_kind.as_ref(), &entry.names)) } }
            @if let Some(place) = &row.lead_township { div { dt { (visit.say(w::LEAD_TOWNSHIP)) } dd { (around(visit, place, "/townships")) } } }
            @if let Some(place) = &row.county { div { dt { (visit.say(w::COUNTY)) } dd { (around(visit, place, "/counties")) } } }
            @if row.registration.is_some() { div { dt { (visit.say(w::REGISTERED_BEFORE)) } dd { (visit.say(w::YES)) } } }
            @if let Some(established) = row.established() { div { dt { (visit.say(w::ESTABLISHED_ON)) } dd { (established.in_language(visit.language)) } } }
            @if let Some(document) = document { div { dt { (visit.say(w::DOCUMENT)) } dd { (document) } } }
            @if let Some(day) = row.dissolved_on {
                div { dt { (visit.say(w::DISSOLVED_ON)) } dd { (day) @if let Some(ground) = &row.ground { " · " (word(visit, "Ground", ground)) } } }
            }
            @if !entry.last_grades.is_empty() { div { dt { (visit.say(w::LAST_GRADES)) } dd { (grades(visit, &entry.last_grades)) } } }
            @if let Some(order) = &row.rectification { div { dt { (visit.say(w::RECTIFICATION)) } dd { (visit.say(w::DEADLINE)) " " (order.deadline) } } }
            @if let Some(housed) = &row.co_location {
                @if let Some(place) = &housed.place { div { dt { (visit.say(w::HOUSED)) } dd { (place.name) " " (visit.say(w::SINCE)) " " (housed.since) } } }
            }
        }
    }
}

/// A place around it, which leads to its page where that is the reader's to see.
fn around(visit: &Visit, place: &PlaceLabel, tier: &str) -> Markup {
    html! {
        @if visit.may_see(&place.code) { a href=(visit.link(&format!("{tier}/{}", place.code))) { (place.name) } } @else { (place.name) }
    }
}

fn members(visit: &Visit, row: &JointBranchRow) -> Table {
    let columns = [
        text("name", w::ORGANIZATION),
        text("village", w::VILLAGE),
        text("status", w::STATUS),
        number("formal_members", w::FORMAL_MEMBERS),
    ];
    let mut table = Table::new("members", visit.say(w::MEMBERS), &columns);
    for member in &row.members {
        let village = member.village.as_ref();
        let village =
            village.map_or_else(|| "—".to_owned(), |place| village_name(&place.name, member.village_kind));
        table.rows.push(vec![
            Cell::text(member.name.to_string())
                .to(visit.link(&format!("/organizations/{}", member.organization))),
            Cell::text(village),
            Cell::text(labels::terms::term(visit.language, "Status", member.status.code())),
            Cell::count(member.formal_members),
        ]);
    }
    table
}

fn leadership(visit: &Visit, row: &JointBranchRow, names: Names<'_>) -> Markup {
    let person =
        |id: String| names(&id).map_or_else(|| visit.say(w::NAME_ERASED).to_owned(), |named| named.text);
    let source = |code: &str| names(code).map_or_else(|| code.to_owned(), |named| named.text);
    html! {
        dl.fields {
            dt { (visit.say(w::SECRETARY)) }
            dd {
                @if row.form == Form::None { (visit.say(w::NO_ORGAN)) }
                @else if let Some(secretary) = &row.secretary {
                    (secretary.name().unwrap_or_else(|| visit.say(w::NAME_ERASED)))
                    @if !secretary.source.is_empty() { " · " (visit.say(w::SOURCE)) " " (source(&secretary.source)) }
                    " · " (visit.say(w::TERM)) " " (since(visit, row, secretary)) " – " (term_end(visit, row, secretary))
                }
                @if let Some(owed) = row.approval_owed {
                    @if row.secretary.is_some() { br; }
                    span.state-warn { (visit.say(w::TO_BE_APPROVED)) }
                    " " (person(owed.person.to_string())) " · " (owed.held_on)
                }
                @else if row.secretary.is_some() || row.form == Form::None {}
                @else if let Some(since) = row.vacant_since { span.state-warn { (visit.say(w::VACANT_SINCE)) " " (since) } }
                @else { "—" }
            }
            @if !row.committee.is_empty() {
                dt { (visit.say(w::COMMITTEE)) }
                dd { ul.values { @for found in &row.committee { li { (person(found.person.to_string())) " · " (found.duty) } } } }
            }
            @if !row.commitments.is_empty() {
                dt { (visit.say(w::COMMITMENTS)) }
                dd { ul.values { @for found in &row.commitments { li { (word(visit, "CommitmentKind", &found.kind)) @if let Some(year) = found.year { " " (year) } } } } }
            }
            @if !row.powers.is_empty() {
                dt { (visit.say(w::POWERS)) }
                dd { ul.values { @for found in &row.powers { li { (source(found.as_str())) } } } }
            }
            @for (member, found) in first_secretaries(row) {
                dt { (visit.language.pick("第一书记", "First secretary")) }
                dd { (person(found.person.to_string())) " · " (member.name) " · " (found.sending_unit) " · " (found.since) " – " (found.until) }
            }
            @for head in &row.village_heads {
                dt { (visit.language.pick("一肩挑", "Heads the village")) }
                dd { (called(head.village.name.as_str())) " · " (head.elected_on) " – " (head.term_end) }
            }
        }
    }
}

/// The first secretaries of its villages, beside its own secretary.
fn first_secretaries(row: &JointBranchRow) -> impl Iterator<Item = (&MemberRow, &FirstSecretary)> {
    row.members.iter().filter_map(|member| Some((member, member.first_secretary.as_ref()?)))
}

/// A picture of what moved: each original with an arrow for every function that has passed to the joint body.
fn functions(visit: &Visit, row: &JointBranchRow, names: Names<'_>) -> Markup {
    let nothing = BTreeSet::new();
    let named = |code: &str| names(code).map_or_else(|| code.to_owned(), |named| named.text);
    let held = |Function(code): &Function, wanted: &str| code.as_str() == wanted;
    let members: Vec<_> = row
        .members
        .iter()
        .map(|member| (&member.name, row.functions.get(&member.organization).unwrap_or(&nothing)))
        .collect();
    // The four functions in their order, then the items that a pairing has named.
    let mut columns: Vec<&str> = Function::FOUR.to_vec();
    for Function(item) in members.iter().flat_map(|(_, items)| *items) {
        if !columns.contains(&item.as_str()) {
            columns.push(item.as_str());
        }
    }
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::FUNCTIONS)) {
            table.moved {
                caption.hidden { (visit.say(w::FUNCTIONS)) }
                thead { tr { th scope="col" { (visit.say(w::ORIGINAL)) } @for column in &columns { th scope="col" { (named(column)) } } } }
                tbody {
                    @for (name, own) in &members {
                        tr {
                            th scope="row" { (name) }
                            @for column in &columns {
                                @if own.iter().any(|function| held(function, column)) { td.joint { span.arrow aria-hidden="true" { "→ " } (visit.say(w::HELD_JOINTLY)) } }
                                @else { td.own { (visit.say(w::HELD_ITSELF)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn funding(visit: &Visit, row: &JointBranchRow) -> Table {
    let columns = [
        text("village", w::VILLAGE),
        number("year", w::FISCAL_YEAR),
        number("base", w::BASE),
        number("supplement", w::SUPPLEMENT),
        number("settled", w::SETTLED),
    ];
    let mut table = Table::new("funding", visit.say(w::FUNDING), &columns);
    for member in &row.members {
        for (year, funding) in &member.funding {
            let amount = |found: Option<Money>| money(found);
            table.rows.push(vec![
                Cell::or_empty(member.village.as_ref().map(|place| called(place.name.as_str()))),
                Cell::text(year.to_string()),
                amount(funding.base),
                amount(funding.supplement),
                amount(funding.settled),
            ]);
        }
    }
    table
}

fn rotation(visit: &Visit, entry: &LedgerEntry) -> Table {
    let columns = [text("village", w::VILLAGE), text("last", w::LAST_HOSTED), number("times", w::TIMES)];
    let mut table = Table::new("rotation", visit.say(w::ROTATION), &columns);
    for turn in &entry.rotation {
        let last = turn.last_hosted_on.map_or_else(|| "—".to_owned(), |day| day.to_string());
        table.rows.push(vec![
            Cell::text(called(turn.village.name.as_str())),
            Cell::text(last),
            Cell::count(turn.times),
        ]);
    }
    table
}

/// Since when the secretary is in post, as exactly as it is known.
fn since(visit: &Visit, row: &JointBranchRow, secretary: &SecretaryRow) -> String {
    let registered = row.registration.as_ref().and_then(|found| found.facts.secretary.as_ref()?.value());
    match registered.filter(|found| found.person == secretary.person).map(|found| found.since) {
        Some(Some(since)) if since.earliest() == secretary.since => {
            since.say().in_language(visit.language).to_owned()
        }
        Some(None) => visit.language.pick("档案未见", "not on file").to_owned(),
        _ => secretary.since.to_string(),
    }
}

fn term_end(visit: &Visit, row: &JointBranchRow, secretary: &SecretaryRow) -> String {
    let end = row.term.as_ref().map(|term| term.end).or(secretary.term_end);
    end.map_or_else(|| visit.say(w::NOT_ON_FILE).to_owned(), |end| end.to_string())
}

fn justification(visit: &Visit, found: &Justification) -> Markup {
    html! {
        dl.fields {
            dt { (visit.say(w::GEOGRAPHY)) } dd { (found.geography) }
            dt { (visit.say(w::INDUSTRY)) } dd { (found.industry) }
            dt { (visit.say(w::GOVERNANCE)) } dd { (found.governance) }
        }
    }
}

fn agreement(visit: &Visit, found: &Agreement) -> Markup {
    html! {
        dl.facts {
            div { dt { (visit.say(w::SIGNED_ON)) } dd { (found.date) } }
            div { dt { (visit.say(w::HOLDS_UNTIL)) } dd { (found.until) } }
            @if let Some(document) = &found.document { div { dt { (visit.say(w::DOCUMENT)) } dd { (document) } } }
            div { dt { (visit.say(w::AGREED_ITEMS)) } dd { ul { @for item in &found.items { li { (item) } } } } }
        }
    }
}

fn resolutions(visit: &Visit, row: &JointBranchRow) -> Table {
    let columns = [
        text("name", w::ORGANIZATION),
        text("date", w::DATE),
        number("entitled", w::ENTITLED),
        number("present", w::PRESENT),
        number("in_favour", w::MEMBERS_IN_FAVOUR),
    ];
    let mut table = Table::new("resolutions", visit.say(w::RESOLUTIONS), &columns);
    for found in &row.resolutions {
        table.rows.push(vec![
            Cell::or_empty(found.name.as_ref()),
            Cell::text(found.date.to_string()),
            Cell::count(found.entitled),
            Cell::count(found.present),
            Cell::count(found.in_favour),
        ]);
    }
    table
}

fn surveys(visit: &Visit, row: &JointBranchRow) -> Table {
    let columns = [
        text("village", w::VILLAGE),
        text("date", w::DATE),
        number("asked", w::ASKED),
        number("in_favour", w::IN_FAVOUR),
    ];
    let mut table = Table::new("surveys", visit.say(w::SURVEYS), &columns);
    for village in row.surveys.iter().flatten() {
        table.rows.push(vec![
            Cell::or_empty(village.village.as_ref().map(|place| called(place.name.as_str()))),
            Cell::text(village.held_on.to_string()),
            Cell::count(village.asked),
            Cell::count(village.in_favour),
        ]);
    }
    table
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::entries::Named;
    use crate::pages::visit::tests::visit;

    const A: &str = "01J8KQ2M00000000000000000A";
    const B: &str = "01J8KQ2M00000000000000000B";

    /// A joint branch of which nothing is known but its members.
    pub(crate) fn row() -> JointBranchRow {
        let member = |id: &str, name: &str| {
            json!({
                "organization": id, "name": name, "host_kind": "village", "village": null, "village_kind": null,
                "township": null, "status": "active", "formal_members": 3, "hosted": null, "funding": {}
            })
        };
        let mut row = json!({
            "id": "01J8KQ2M000000000000000001", "name": "联合党支部", "arrangement": "pairing", "mode": "strong_weak",
            "form": "none", "phase": "operating", "proposed_on": "2019-01-10", "last_position": 1,
            "justification": {"geography": "相邻", "industry": "相近", "governance": "相融"},
            "members": [member(A, "甲支部"), member(B, "乙支部")]
        });
        let lists = [
            "townships",
            "overridden",
            "surveys",
            "resolutions",
            "committee",
            "commitments",
            "earlier_terms",
            "restored",
            "elections_owed",
        ];
        for name in lists.into_iter().chain(["powers", "links", "village_heads"]) {
            row[name] = json!([]);
        }
        for name in ["functions", "evaluations", "poor_standing", "filings_owed", "reviews"] {
            row[name] = json!({});
        }
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn what_has_passed_to_the_joint_body_is_told_from_what_has_not() {
        let mut row = row();
        row.functions = serde_json::from_value(json!({A: ["industry", "共同灌溉"]})).unwrap();
        let names =
            |code: &str| (code == "industry").then(|| Named { text: "产业发展".into(), link: None });
        let drawn = functions(&visit(Language::Zh, &[]), &row, &names).into_string();
        assert_eq!(drawn.matches("class=\"joint\"").count(), 2);
        assert_eq!(drawn.matches("class=\"own\"").count(), 8);
        assert!(
            drawn.contains("<th scope=\"col\">产业发展</th>")
                && drawn.contains("<th scope=\"col\">共同灌溉</th>")
        );
    }
}
