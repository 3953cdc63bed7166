//! The rules in force in a city or county: each in words, with its figures, since when and by which document they hold, its
//! source, and where a figure is another.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use domain::date::Date;
use domain::place::PlaceCode;
use domain::spec::Group;
use domain::{CommandKind, Policy};
use labels as w;
use labels::policy::{self as p, figure};
use labels::terms::of_field;
use maud::{Markup, html};
use projections::{FigureChange, IssuedEntry, RuleEntry, SetBy, Threshold, ThresholdEntry};

use super::event::citation;
use super::lists::word;
use super::table::{Cell, Table, choice, papers, text};
use super::visit::Visit;

/// What the page shows.
pub(crate) struct RuleBook<'a> {
    /// Where the rules hold.
    pub(crate) scope: &'a PlaceCode,
    /// The places whose rules the reader may choose, each with its name.
    pub(crate) places: &'a [(PlaceCode, String)],
    /// The rules, in the order of the policy.
    pub(crate) rules: Vec<&'a RuleEntry>,
    /// The policies of the city and the county.
    pub(crate) policies: Vec<&'a IssuedEntry>,
    /// By figure, where it is another: the counties below the city, or the city above the county.
    pub(crate) elsewhere: &'a BTreeMap<String, Vec<(String, ThresholdEntry)>>,
    /// Names of places.
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
    /// Whether the reader may read the record of a policy of that place.
    pub(crate) may_read: &'a dyn Fn(&PlaceCode) -> bool,
    /// Whether the reader may issue a policy for the place.
    pub(crate) may_issue: bool,
}

/// Where the page says a rule.
pub(crate) fn anchor(visit: &Visit, rule: &str) -> String {
    format!("{}#rule-{rule}", visit.link("/rules"))
}

/// The value of a figure as people say it, with its unit.
pub(crate) fn in_words(visit: &Visit, name: &str, value: &Threshold) -> String {
    match value {
        Threshold::Number(number) => format!("{number} {}", figure(visit.language, name).1),
        Threshold::Code(code) => {
            of_field(name, code).map_or_else(|| code.clone(), |words| visit.say(words).to_owned())
        }
    }
}

/// Figures and rules by the heading that they are read under, the general ones last; headings of none are left out.
pub(crate) fn by_group<T>(all: impl Iterator<Item = (Option<Group>, T)>) -> Vec<(Option<Group>, Vec<T>)> {
    let mut groups: Vec<(Option<Group>, Vec<T>)> =
        Group::ALL.into_iter().map(Some).chain([None]).map(|group| (group, Vec::new())).collect();
    for (group, item) in all {
        if let Some((_, own)) = groups.iter_mut().find(|(known, _)| *known == group) {
            own.push(item);
        }
    }
    groups.retain(|(_, own)| !own.is_empty());
    groups
}

/// What a heading is called.
pub(crate) fn heading(visit: &Visit, group: Option<Group>) -> String {
    group.map_or_else(|| visit.say(p::GENERAL).to_owned(), |group| visit.say(&group.title()).to_owned())
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, book: &RuleBook<'_>) -> Markup {
    let groups = grouped(book);
    html! {
        p.note { (visit.say(p::RULES_NOTE)) }
        @if book.places.len() > 1 {
            p.screen {
                (visit.say(p::FOR_WHERE)) " "
                @for (code, name) in book.places {
                    a href=(visit.here(&[("scope", code.as_str())])) aria-current=[(code == book.scope).then_some("true")] { (name) } " "
                }
            }
        }
        p.count { (book.rules.len()) " " (visit.say(w::ROWS)) (papers(visit)) }
        ul.groups.screen {
            @for (at, (group, _)) in groups.iter().enumerate() {
                li { a href=(format!("#group-{at}")) { (heading(visit, *group)) } }
            }
            li { a href="#policies" { (visit.say(p::ISSUED_POLICIES)) } }
        }
        @for (at, (group, rules)) in groups.iter().enumerate() {
            h2 id=(format!("group-{at}")) { (heading(visit, *group)) }
            table.rules {
                thead { tr {
                    @for title in [p::RULE_ASKS, p::FIGURES_IN_FORCE, w::CITATION] { th scope="col" { (visit.say(title)) } }
                } }
                tbody { @for rule in rules { (row(visit, book, rule)) } }
            }
        }
        h2 #policies { (visit.say(p::ISSUED_POLICIES)) }
        (policies(visit, book))
    }
}

/// The rules by heading, those with figures first.
fn grouped<'a>(book: &RuleBook<'a>) -> Vec<(Option<Group>, Vec<&'a RuleEntry>)> {
    let mut groups = by_group(book.rules.iter().map(|rule| (CommandKind::heading_of(&rule.rule), *rule)));
    groups.iter_mut().for_each(|(_, rules)| rules.sort_by_key(|rule| rule.figures.is_empty()));
    groups
}

fn row(visit: &Visit, book: &RuleBook<'_>, rule: &RuleEntry) -> Markup {
    html! {
        tr id=(format!("rule-{}", rule.rule)) {
            th scope="row" {
                (visit.language.pick(&rule.zh, &rule.en))
                @if !rule.on_file { " " span.mark { (visit.say(p::NOT_IN_FORCE)) } }
                p.note { (visit.say(p::SEVERITY)) (visit.language.pick("：", ": ")) (word(visit, "Severity", &rule.severity)) }
                details.screen {
                    summary { (visit.say(p::DETAILS)) }
                    p.note { code { (rule.rule) } @for own in &rule.figures { " · " code { (own.name) } } }
                }
            }
            td {
                @if rule.figures.is_empty() { "—" }
                @for own in &rule.figures { (threshold(visit, book, own)) }
            }
            td {
                (citation(visit, &rule.citation))
                @if let Some(words) = holds(visit, rule.valid_from, rule.valid_to) { p.note { (words) } }
            }
        }
    }
}

fn threshold(visit: &Visit, book: &RuleBook<'_>, own: &ThresholdEntry) -> Markup {
    html! {
        div.figure {
            (figure(visit.language, &own.name).0) " " strong { (in_words(visit, &own.name, &own.value)) }
            @if book.may_issue {
                " " a.screen href=(form_for(book, &own.name)) { (visit.say(p::SET_FIGURE)) }
            }
            p.note {
                @match &own.set_by {
                    Some(set_by) => {
                        @match record(visit, book, set_by) {
                            Some(link) => { a href=(link) { (set(visit, book, set_by)) } }
                            None => { (set(visit, book, set_by)) }
                        }
                    }
                    None => { (visit.say(p::AS_ISSUED)) }
                }
            }
            @for other in book.elsewhere.get(&own.name).into_iter().flatten() {
                p.note { (other_figure(visit, book, other)) }
            }
        }
    }
}

/// The form that issues a policy of that figure.
fn form_for(book: &RuleBook<'_>, name: &str) -> String {
    format!("/work/issue-policy?figure={name}&scope={}", book.scope)
}

/// The record of the policy that set a figure, where the reader may read it.
fn record(visit: &Visit, book: &RuleBook<'_>, set_by: &SetBy) -> Option<String> {
    let found = book.policies.iter().find(|policy| policy.issued.id == set_by.policy)?;
    (book.may_read)(&set_by.jurisdiction).then(|| visit.link(&format!("/events/{}", found.issued.position)))
}

/// By whom and which document a figure was set, and from when on.
fn set(visit: &Visit, book: &RuleBook<'_>, set_by: &SetBy) -> String {
    let place = (book.place_name)(&set_by.jurisdiction);
    let document = set_by.document.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
    let from = set_by.from;
    visit
        .language
        .pick(format!("{place}{document}，自 {from} 起"), format!("{place}{document}, from {from} on"))
}

/// What a figure is elsewhere, and who set it there.
fn other_figure(visit: &Visit, book: &RuleBook<'_>, (place, other): &(String, ThresholdEntry)) -> String {
    let value = in_words(visit, &other.name, &other.value);
    let by = other.set_by.as_ref().map(|set_by| {
        let said = set(visit, book, set_by);
        visit.language.pick(format!("（{said}）"), format!(" ({said})"))
    });
    visit.language.pick(
        format!("{place}为 {value}{}", by.as_deref().unwrap_or_default()),
        format!("{place}: {value}{}", by.as_deref().unwrap_or_default()),
    )
}

/// From when and until when a source holds.
fn holds(visit: &Visit, from: Option<Date>, to: Option<Date>) -> Option<String> {
    let from = from.map(|day| visit.language.pick(format!("自 {day} 起"), format!("from {day}")));
    let to = to.map(|day| visit.language.pick(format!("至 {day} 止"), format!("until {day}")));
    let said: Vec<String> = [from, to].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(visit.language.pick("，", ", ")))
}

/// The policies that were issued, those to come too.
fn policies(visit: &Visit, book: &RuleBook<'_>) -> Markup {
    html! {
        @if book.policies.is_empty() { p { (visit.say(p::NO_POLICIES)) } }
        @else {
            table.rules {
                thead { tr { @for title in [w::DOCUMENT, p::SETS, w::STATE_OF] { th scope="col" { (visit.say(title)) } } } }
                tbody { @for policy in &book.policies { (issued(visit, book, policy)) } }
            }
        }
    }
}

fn issued(visit: &Visit, book: &RuleBook<'_>, entry: &IssuedEntry) -> Markup {
    let policy = &entry.issued;
    let number = policy.document.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string);
    let link =
        (book.may_read)(&policy.jurisdiction).then(|| visit.link(&format!("/events/{}", policy.position)));
    let codes = policy.code_lists.values().flatten();
    html! {
        tr {
            th scope="row" {
                @match link { Some(link) => { a href=(link) { (number) } }, None => { (number) } }
                p.note { (visit.say(p::FOR_WHERE)) " " ((book.place_name)(&policy.jurisdiction)) }
            }
            td {
                @for (name, value) in projections::set_figures(&policy.figures) {
                    div.figure { (figure(visit.language, name).0) " " strong { (in_words(visit, name, &value)) } }
                }
                @for code in codes { div.figure { (visit.language.pick(&code.zh, &code.en)) } }
            }
            td {
                (visit.say(if entry.in_force { p::HOLDS } else { p::TO_COME }))
                p.note { (holds(visit, Some(policy.from), None).unwrap_or_default()) }
            }
        }
    }
}

/// The same as a table for files: a row a figure, and one for a rule without any.
pub(crate) fn table(visit: &Visit, title: &str, book: &RuleBook<'_>) -> Table {
    let columns = [
        choice("matter", p::MATTER),
        text("rule", p::RULE_ASKS),
        choice("severity", p::SEVERITY),
        text("figure", p::FIGURES_IN_FORCE),
        text("value", w::VALUE),
        text("since", p::SINCE),
        text("elsewhere", p::ELSEWHERE),
        text("source", w::CITATION),
    ];
    let mut table = Table::new("rules", title, &columns);
    for (group, rules) in grouped(book) {
        for rule in rules {
            let none = rule.figures.is_empty().then_some(None);
            for own in rule.figures.iter().map(Some).chain(none) {
                table.rows.push(cells(visit, book, group, rule, own));
            }
        }
    }
    table
}

fn cells(
    visit: &Visit,
    book: &RuleBook<'_>,
    group: Option<Group>,
    rule: &RuleEntry,
    own: Option<&ThresholdEntry>,
) -> Vec<Cell> {
    let set_by = own.and_then(|own| own.set_by.as_ref()).map(|set_by| set(visit, book, set_by));
    let others = own.and_then(|own| book.elsewhere.get(&own.name)).into_iter().flatten();
    let others: Vec<String> = others.map(|other| other_figure(visit, book, other)).collect();
    vec![
        Cell::text(heading(visit, group)),
        Cell::text(visit.language.pick(&rule.zh, &rule.en).clone()),
        Cell::text(word(visit, "Severity", &rule.severity)),
        Cell::or_empty(own.map(|own| figure(visit.language, &own.name).0)),
        Cell::or_empty(own.map(|own| in_words(visit, &own.name, &own.value))),
        Cell::or_empty(set_by.or_else(|| holds(visit, rule.valid_from, rule.valid_to))),
        Cell::text(others.join(visit.language.pick("；", "; "))),
        Cell::text(citation(visit, &rule.citation)),
    ]
}

/// The figures in force, as the form that sets figures says them.
pub(crate) struct PresentFigures {
    values: BTreeMap<&'static str, Threshold>,
    groups: BTreeMap<String, Group>,
}

impl PresentFigures {
    /// Figures, each under the heading of the rules that read it.
    pub(crate) fn new(values: BTreeMap<&'static str, Threshold>, policy: &Policy) -> Self {
        let read = policy.rules.iter().flat_map(|(id, rule)| rule.figures.iter().map(move |name| (name, id)));
        let groups = read.filter_map(|(name, rule)| Some((name.clone(), CommandKind::heading_of(rule)?)));
        Self { values, groups: groups.collect() }
    }

    /// Under which heading a figure stands.
    pub(crate) fn group(&self, name: &str) -> Option<Group> {
        self.groups.get(name).copied()
    }

    /// What a figure is now, and how it stays so.
    pub(crate) fn words(&self, visit: &Visit, name: &str) -> String {
        let Some(value) = self.values.get(name) else { return String::new() };
        let value = in_words(visit, name, value);
        visit.language.pick(format!("现为 {value}，放空则不变"), format!("now {value}; left empty, it stays"))
    }
}

/// What a policy changes, figure by figure.
pub(crate) fn changes(visit: &Visit, found: &[FigureChange]) -> Markup {
    let standing = |change: &FigureChange| match change.against_default {
        Ordering::Greater => p::STRICTER,
        Ordering::Equal => p::AS_DEFAULT,
        Ordering::Less => p::LOOSER,
    };
    html! {
        h2 { (visit.say(p::WHAT_CHANGES)) }
        @if found.is_empty() { p { (visit.say(p::NOTHING_CHANGES)) } }
        @else {
            div.wide tabindex="0" role="region" aria-label=(visit.say(p::WHAT_CHANGES)) {
                table.changes {
                    thead { tr {
                        @for title in [p::FIGURE, p::BEFORE, p::AFTER, p::AGAINST_DEFAULT] { th scope="col" { (visit.say(title)) } }
                    } }
                    tbody {
                        @for change in found {
                            tr {
                                th scope="row" { (figure(visit.language, change.name).0) }
                                td { (in_words(visit, change.name, &change.before)) }
                                td { strong { (in_words(visit, change.name, &change.after)) } }
                                td { (visit.say(standing(change))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
