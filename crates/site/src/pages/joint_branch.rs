//! The page of a joint branch: its life line, members, leadership, who holds what, money, rotation, and its timeline.

use labels as w;
use labels::terms::term;
use maud::{Markup, html};
use serde_json::Value;

use super::entries::{Names, timeline};
use super::life_line;
use super::lists::{form_of, grades, money, named, obligations, phase_class, said};
use super::named_lists::figures_of;
use super::table::{Cell, Table, number, text};
use super::visit::Visit;

/// The four functions, in their order.
const FUNCTIONS: [&str; 4] = ["political_guidance", "industry", "social_governance", "public_service"];

/// What the page shows.
pub(crate) struct JointBranchPage<'a> {
    /// Its entry of the ledger, with the secretary's name.
    pub(crate) row: &'a Value,
    /// Its members' figures before and since, as the list of figures has them.
    pub(crate) figures: &'a [Value],
    /// The latest entries of its timeline.
    pub(crate) timeline: &'a [Value],
    /// Whether there are earlier ones.
    pub(crate) is_cut: bool,
    /// What the reader may do with it now.
    pub(crate) actions: &'a [(String, &'static str)],
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
    /// Codes of places to names.
    pub(crate) place_name: &'a dyn Fn(&str) -> String,
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, page: &JointBranchPage<'_>) -> Markup {
    let row = page.row;
    let owed = row["obligations"].as_array().map_or(&[][..], Vec::as_slice);
    let has_functions = said(row, "phase") != "proposed";
    html! {
        (summary(visit, row))
        @if !page.actions.is_empty() {
            section.screen aria-label=(visit.t(w::ACTIONS)) {
                h2 { (visit.t(w::ACTIONS)) }
                p.actions { @for (link, name) in page.actions { a.button href=(link) { (name) } " " } }
            }
        }
        section { h2 { (visit.t(w::LIFE_LINE)) } (life_line::draw(visit, row)) }
        @if !owed.is_empty() {
            section { h2 { (visit.t(w::OBLIGATIONS)) } (obligations(visit, visit.t(w::OBLIGATIONS), owed, page.place_name).plain(visit, false)) }
        }
        section { h2 { (visit.t(w::MEMBERS)) } (members(visit, row).plain(visit, false)) }
        section { h2 { (visit.t(w::LEADERSHIP)) } (leadership(visit, row, page.names)) }
        @if has_functions { section { h2 { (visit.t(w::FUNCTIONS)) } p.note { (visit.t(w::FUNCTIONS_NOTE)) } (functions(visit, row, page.names)) } }
        section { h2 { (visit.t(w::FUNDING)) } p.note { (visit.t(w::FUNDING_NOTE)) } (funding(visit, row).plain(visit, false)) }
        section { h2 { (visit.t(w::ROTATION)) } p.note { (visit.t(w::ROTATION_NOTE)) } (rotation(visit, row).plain(visit, false)) }
        @if !page.figures.is_empty() {
            section {
                h2 { (visit.t(w::BEFORE_AND_SINCE)) }
                p.note { (visit.t(w::BEFORE_AND_SINCE_NOTE)) }
                (figures_of(visit, visit.t(w::BEFORE_AND_SINCE), page.figures, false).plain(visit, false))
            }
        }
        section { h2 { (visit.t(w::JUSTIFICATION)) } (justification(visit, row)) (surveys(visit, row).plain(visit, false)) }
        section.break-before {
            h2 { (visit.t(w::TIMELINE)) }
            @if page.is_cut { p.note { (visit.t(w::TIMELINE_LATEST)) } }
            (timeline(visit, page.timeline, page.names))
        }
    }
}

fn summary(visit: &Visit, row: &Value) -> Markup {
    let code = |name: &str, list: &str| term(visit.language, list, said(row, name));
    html! {
        dl.facts {
            div { dt { (visit.t(w::PHASE)) } dd { span class=(phase_class(said(row, "phase"))) { (code("phase", "Phase")) } } }
            div { dt { (visit.t(w::ARRANGEMENT)) } dd { (code("arrangement", "Arrangement")) } }
            div { dt { (visit.t(w::MODE)) } dd { (named(visit, row, "mode", "Mode")) } }
            div { dt { (visit.t(w::FORM)) } dd { (form_of(visit, row)) } }
            div { dt { (visit.t(w::LEAD_TOWNSHIP)) } dd { a href=(visit.link(&format!("/townships/{}", said(&row["lead_township"], "code")))) { (said(&row["lead_township"], "name")) } } }
            div { dt { (visit.t(w::COUNTY)) } dd { a href=(visit.link(&format!("/counties/{}", said(&row["county"], "code")))) { (said(&row["county"], "name")) } } }
            @if let Some(document) = row["establishment"]["document"].as_str() { div { dt { (visit.t(w::DOCUMENT)) } dd { (document) } } }
            @if row["last_grades"].as_array().is_some_and(|found| !found.is_empty()) { div { dt { (visit.t(w::LAST_GRADES)) } dd { (grades(visit, row)) } } }
            @if let Some(order) = row["rectification"].as_object() {
                div { dt { (visit.t(w::RECTIFICATION)) } dd { (visit.t(w::DEADLINE)) " " (order.get("deadline").and_then(Value::as_str).unwrap_or_default()) } }
            }
            @if let Some(place) = row["co_location"]["place"]["name"].as_str() {
                div { dt { (visit.t(w::HOUSED)) } dd { (place) " " (visit.t(w::SINCE)) " " (said(&row["co_location"], "since")) } }
            }
        }
    }
}

fn members(visit: &Visit, row: &Value) -> Table {
    let columns = [
        text("name", w::ORGANIZATION),
        text("village", w::VILLAGE),
        text("status", w::STATUS),
        number("formal_members", w::FORMAL_MEMBERS),
    ];
    let mut table = Table::new("members", visit.t(w::MEMBERS), &columns);
    for member in row["members"].as_array().into_iter().flatten() {
        let status = member["status"].as_str().or(member["status"]["status"].as_str());
        let status = status.or_else(|| member["status"].as_object()?.keys().next().map(String::as_str));
        let village = match (member["village"]["name"].as_str(), member["village"]["code"].as_str()) {
            (Some(name), Some(code)) => format!("{name} {code}"),
            _ => "—".to_owned(),
        };
        table.rows.push(vec![
            Cell::text(said(member, "name"))
                .to(visit.link(&format!("/organizations/{}", said(member, "organization")))),
            Cell::text(village),
            Cell::text(term(visit.language, "Status", status.unwrap_or_default())),
            Cell::number(&member["formal_members"]),
        ]);
    }
    table
}

fn leadership(visit: &Visit, row: &Value, names: Names<'_>) -> Markup {
    let secretary = &row["secretary"];
    let person = |value: &Value| {
        names(value.as_str().unwrap_or_default())
            .map_or_else(|| visit.t(w::NAME_ERASED).to_owned(), |named| named.text)
    };
    let source = |code: &str| names(code).map_or_else(|| code.to_owned(), |named| named.text);
    let committee = row["committee"].as_array().map_or(&[][..], Vec::as_slice);
    let commitments = row["commitments"].as_array().map_or(&[][..], Vec::as_slice);
    let powers = row["powers"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        dl.fields {
            dt { (visit.t(w::SECRETARY)) }
            dd {
                @if said(row, "form") == "none" { (visit.t(w::NO_ORGAN)) }
                @else if secretary.is_null() { @if let Some(since) = row["vacant_since"].as_str() { span.state-warn { (visit.t(w::VACANT_SINCE)) " " (since) } } @else { "—" } }
                @else {
                    (secretary["name"].as_str().unwrap_or_else(|| visit.t(w::NAME_ERASED)))
                    " · " (visit.t(w::SOURCE)) " " (source(said(secretary, "source")))
                    " · " (visit.t(w::TERM)) " " (said(secretary, "since")) " – " (row["term"]["end"].as_str().unwrap_or_else(|| said(secretary, "term_end")))
                }
            }
            @if !committee.is_empty() {
                dt { (visit.t(w::COMMITTEE)) }
                dd { ul.values { @for found in committee { li { (person(&found["person"])) " · " (said(found, "duty")) } } } }
            }
            @if !commitments.is_empty() {
                dt { (visit.t(w::COMMITMENTS)) }
                dd { ul.values { @for found in commitments { li { (term(visit.language, "CommitmentKind", said(found, "kind"))) @if let Some(year) = found["year"].as_i64() { " " (year) } } } } }
            }
            @if !powers.is_empty() {
                dt { (visit.t(w::POWERS)) }
                dd { ul.values { @for found in powers { li { (source(found.as_str().unwrap_or_default())) } } } }
            }
            @for head in row["village_heads"].as_array().into_iter().flatten() {
                dt { (visit.language.pick("一肩挑", "Heads the village")) }
                dd { (said(&head["village"], "name")) " · " (said(head, "elected_on")) " – " (said(head, "term_end")) }
            }
        }
    }
}

/// A picture of what moved: each original with an arrow for every function that has passed to the joint body.
fn functions(visit: &Visit, row: &Value, names: Names<'_>) -> Markup {
    let held = row["functions"].as_object();
    let of = |organization: &str| -> Vec<&str> {
        let own = held.and_then(|held| held.get(organization)?.as_array());
        own.into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let named = |code: &str| names(code).map_or_else(|| code.to_owned(), |named| named.text);
    let all = row["members"].as_array().into_iter().flatten();
    let members: Vec<_> =
        all.map(|member| (said(member, "name"), of(said(member, "organization")))).collect();
    let mut columns: Vec<&str> = FUNCTIONS.to_vec();
    for item in members.iter().flat_map(|(_, items)| items) {
        if !columns.contains(item) {
            columns.push(item);
        }
    }
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.t(w::FUNCTIONS)) {
            table.moved {
                caption.hidden { (visit.t(w::FUNCTIONS)) }
                thead { tr { th scope="col" { (visit.t(w::ORIGINAL)) } @for column in &columns { th scope="col" { (named(column)) } } } }
                tbody {
                    @for (name, own) in &members {
                        tr {
                            th scope="row" { (name) }
                            @for column in &columns {
                                @if own.contains(column) { td.joint { span.arrow aria-hidden="true" { "→ " } (visit.t(w::HELD_JOINTLY)) } }
                                @else { td.own { (visit.t(w::HELD_ITSELF)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn funding(visit: &Visit, row: &Value) -> Table {
    let columns = [
        text("village", w::VILLAGE),
        number("year", w::FISCAL_YEAR),
        number("base", w::BASE),
        number("supplement", w::SUPPLEMENT),
        number("settled", w::SETTLED),
    ];
    let mut table = Table::new("funding", visit.t(w::FUNDING), &columns);
    for member in row["members"].as_array().into_iter().flatten() {
        for (year, funding) in member["funding"].as_object().into_iter().flatten() {
            let amount = |name: &str| money(&funding[name]);
            let village = said(&member["village"], "name");
            table.rows.push(vec![
                Cell::text(village),
                Cell::text(year.as_str()),
                amount("base"),
                amount("supplement"),
                amount("settled"),
            ]);
        }
    }
    table
}

fn rotation(visit: &Visit, row: &Value) -> Table {
    let columns = [text("village", w::VILLAGE), text("last", w::LAST_HOSTED), number("times", w::TIMES)];
    let mut table = Table::new("rotation", visit.t(w::ROTATION), &columns);
    for turn in row["rotation"].as_array().into_iter().flatten() {
        let last = turn["last_hosted_on"].as_str().unwrap_or("—");
        table.rows.push(vec![
            Cell::text(said(&turn["village"], "name")),
            Cell::text(last),
            Cell::number(&turn["times"]),
        ]);
    }
    table
}

fn justification(visit: &Visit, row: &Value) -> Markup {
    let found = &row["justification"];
    html! {
        dl.fields {
            dt { (visit.t(w::GEOGRAPHY)) } dd { (said(found, "geography")) }
            dt { (visit.t(w::INDUSTRY)) } dd { (said(found, "industry")) }
            dt { (visit.t(w::GOVERNANCE)) } dd { (said(found, "governance")) }
        }
    }
}

fn surveys(visit: &Visit, row: &Value) -> Table {
    let columns = [
        text("village", w::VILLAGE),
        text("date", w::DATE),
        number("asked", w::ASKED),
        number("in_favour", w::IN_FAVOUR),
    ];
    let mut table = Table::new("surveys", visit.t(w::SURVEYS), &columns);
    for village in
        row["surveys"].as_array().into_iter().flatten().flat_map(|survey| survey.as_array()).flatten()
    {
        table.rows.push(vec![
            Cell::text(said(&village["village"], "name")),
            Cell::text(said(village, "held_on")),
            Cell::number(&village["asked"]),
            Cell::number(&village["in_favour"]),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use labels::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::entries::Named;
    use crate::pages::visit::tests::visit;

    #[test]
    fn what_has_passed_to_the_joint_body_is_told_from_what_has_not() {
        let row = json!({
            "members": [{"organization": "A", "name": "甲支部"}, {"organization": "B", "name": "乙支部"}],
            "functions": {"A": ["industry", "共同灌溉"]}
        });
        let names =
            |code: &str| (code == "industry").then(|| Named { text: "产业发展".into(), link: None });
        let drawn = functions(&visit(Language::Chinese, &[]), &row, &names).into_string();
        assert_eq!(drawn.matches("class=\"joint\"").count(), 2);
        assert_eq!(drawn.matches("class=\"own\"").count(), 8);
        assert!(
            drawn.contains("<th scope=\"col\">产业发展</th>")
                && drawn.contains("<th scope=\"col\">共同灌溉</th>")
        );
    }
}
