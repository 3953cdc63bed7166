//! A rehearsal as a page: what a proposed policy would have changed of what is recorded, to be shown and printed for a meeting.

use domain::date::Date;
use domain::place::PlaceCode;
use domain::policy::Severity;
use domain::say::Say;
use labels as l;
use labels::events::event;
use labels::figures::figure;
use labels::policy::{FIGURE, figure as policy_figure};
use labels::rehearsal as w;
use maud::{Markup, html};
use projections::{DeadlineShift, DeadlineTally, Rehearsal, RehearsedCase, RuleFound, Shift};

use super::event::citation;
use super::lists::word;
use super::rules::in_words;
use super::visit::Visit;

/// The most cases, and the most deadlines, that the page lists: the interface lists more.
const LISTED: usize = 200;

/// The names of places.
type Named<'a> = &'a dyn Fn(&PlaceCode) -> String;

/// The part of a form that asks from which day on it is rehearsed.
pub(crate) fn asks(visit: &Visit) -> Markup {
    html! {
        fieldset.rehearses {
            legend { (visit.say(w::REHEARSE)) }
            p.note { (visit.say(w::FORM_NOTE)) }
            p {
                label { (visit.say(w::SINCE_DAY)) " " input type="date" name="_since"; } " "
                button type="submit" name="_step" value="rehearse" formnovalidate { (visit.say(w::REHEARSE)) }
            }
        }
    }
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, told: &Rehearsal, named: Named<'_>) -> Markup {
    let place = named(&told.jurisdiction);
    html! {
        p.sentence { strong { (visit.say(&summary(told, &place))) } }
        @if told.not_judged > 0 { p { (visit.say(&w::not_judged(told.not_judged))) } }
        p.note { (visit.say(&w::seen(told.as_of, told.position))) }
        ul.values { @for caveat in w::CAVEATS { li { (visit.say(caveat)) } } }
        @if !told.changes.is_empty() { (proposed(visit, told)) }
        (by_county(visit, told, named))
        (by_rule(visit, told))
        (by_document(visit, told))
        (figures(visit, told, named))
        (by_deadline(visit, told, named))
        (cases(visit, told, named))
        (deadlines(visit, told))
    }
}

/// What came of a rehearsal, in a sentence; the program begins with the same one.
pub fn summary(told: &Rehearsal, place: &str) -> Say {
    let sum = |of: fn(&DeadlineTally) -> u64| told.by_deadline.iter().map(of).sum();
    let changes = told.changes.iter();
    let rule = w::changes(
        changes.map(|change| (change.name.as_str(), change.before.to_string(), change.after.to_string())),
    );
    let counts = w::Counts {
        judged: told.judged,
        refused: told.refused,
        warned: told.warned,
        no_longer_warned: told.no_longer_warned,
        decided_otherwise: told.decided_otherwise,
        late: sum(|tally| tally.late),
        in_time: sum(|tally| tally.in_time),
    };
    w::summary(told.since, place, &rule, counts)
}

/// A table under its heading; nothing where it has no rows.
fn table(visit: &Visit, title: &Say, columns: &[&Say], rows: Vec<Vec<Markup>>) -> Markup {
    html! {
        @if !rows.is_empty() {
            h2 { (visit.say(title)) }
            div.wide tabindex="0" role="region" aria-label=(visit.say(title)) {
                table {
                    thead { tr { @for column in columns { th scope="col" { (visit.say(column)) } } } }
                    tbody {
                        @for row in &rows {
                            tr { @for (at, cell) in row.iter().enumerate() { @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } } } }
                        }
                    }
                }
            }
        }
    }
}

fn counts(all: &[u64]) -> impl Iterator<Item = Markup> {
    all.iter().map(|count| html! { (count) })
}

fn words(text: impl maud::Render) -> Markup {
    html! { (text) }
}

fn proposed(visit: &Visit, told: &Rehearsal) -> Markup {
    let rows = told.changes.iter().map(|change| {
        let value = |value| words(in_words(visit, &change.name, value));
        vec![
            words(policy_figure(visit.language, &change.name).0),
            value(&change.before),
            value(&change.after),
        ]
    });
    table(visit, w::PROPOSED, &[FIGURE, w::IN_FORCE, w::PROPOSED_VALUE], rows.collect())
}

fn county(visit: &Visit, code: Option<&PlaceCode>, named: Named<'_>) -> Markup {
    code.map_or_else(|| words(visit.say(w::WHOLE_CITY)), |code| words(named(code)))
}

fn by_county(visit: &Visit, told: &Rehearsal, named: Named<'_>) -> Markup {
    let rows = told.by_county.iter().map(|tally| {
        let own =
            [tally.judged, tally.refused, tally.warned, tally.no_longer_warned, tally.decided_otherwise];
        std::iter::once(county(visit, tally.county.as_ref(), named)).chain(counts(&own)).collect()
    });
    let columns = [w::COUNTY, w::JUDGED, w::REFUSED, w::WARNED, w::NO_LONGER_WARNED, w::DECIDED_OTHERWISE];
    table(visit, w::BY_COUNTY, &columns, rows.collect())
}

fn by_rule(visit: &Visit, told: &Rehearsal) -> Markup {
    let rows = told.by_rule.iter().map(|tally| {
        let asks = html! { (visit.say(&tally.asks)) p.note { (citation(visit, &tally.citation)) } };
        let severity = words(word(visit, "Severity", &tally.severity));
        let own = [tally.refused, tally.warned, tally.no_longer_warned];
        [asks, severity].into_iter().chain(counts(&own)).collect()
    });
    let columns = [w::RULE, w::SEVERITY, w::REFUSED, w::WARNED, w::NO_LONGER_WARNED];
    table(visit, w::BY_RULE, &columns, rows.collect())
}

fn by_document(visit: &Visit, told: &Rehearsal) -> Markup {
    let listed = told.by_document.iter().take(LISTED);
    let rows = listed.map(|tally| {
        let own = [tally.refused, tally.otherwise];
        std::iter::once(words(tally.document.to_string())).chain(counts(&own)).collect()
    });
    let rows: Vec<_> = rows.collect();
    let more = told.documents - rows.len() as u64;
    html! {
        (table(visit, w::BY_DOCUMENT, &[w::DOCUMENT, w::REFUSED, w::OTHERWISE], rows))
        @if more > 0 { p.note { (visit.say(&w::more(more))) } }
    }
}

fn figures(visit: &Visit, told: &Rehearsal, named: Named<'_>) -> Markup {
    let rows = told.figures.iter().map(|shift| {
        let name = figure(&shift.figure)
            .map_or_else(|| shift.figure.to_string(), |words| visit.say(words).to_owned());
        vec![
            html! { (name) p.note { (visit.say(&shift.definition)) } },
            words(named(&shift.place)),
            words(shift.before.to_string()),
            html! { strong { (shift.after.to_string()) } " " (visit.say(&shift.unit.say())) },
        ]
    });
    table(visit, w::FIGURES, &[w::FIGURE, w::PLACE, w::IN_FORCE, w::PROPOSED_VALUE], rows.collect())
}

fn by_deadline(visit: &Visit, told: &Rehearsal, named: Named<'_>) -> Markup {
    let rows = told.by_deadline.iter().map(|tally| {
        let own = [tally.late, tally.in_time, tally.earlier, tally.later, tally.owed, tally.not_owed];
        let first =
            [county(visit, tally.county.as_ref(), named), words(word(visit, "Obligation", &tally.kind))];
        first.into_iter().chain(counts(&own)).collect()
    });
    let columns = [w::COUNTY, w::KIND, w::LATE, w::IN_TIME, w::EARLIER, w::LATER, w::OWED, w::NOT_OWED];
    table(visit, w::DEADLINES, &columns, rows.collect())
}

fn cases(visit: &Visit, told: &Rehearsal, named: Named<'_>) -> Markup {
    let rows: Vec<_> = told.cases.iter().take(LISTED).map(|case| row(visit, case, named)).collect();
    let more = told.cases_found - rows.len() as u64;
    html! {
        (table(visit, w::CASES, &[w::DAY, w::COMMAND, w::DOCUMENT, w::COUNTY, w::WHY], rows))
        @if more > 0 { p.note { (visit.say(&w::more(more))) } }
    }
}

fn row(visit: &Visit, case: &RehearsedCase, named: Named<'_>) -> Vec<Markup> {
    let what = html! {
        a href=(visit.link(&format!("/events/{}", case.position))) { (visit.say(&case.title)) }
        @if let Some(name) = &case.name {
            div { @match case.joint_branch { Some(id) => { a href=(visit.link(&format!("/joint-branches/{id}"))) { (name) } }, None => { (name) } } }
        }
    };
    let why = html! {
        @if let Some(found) = &case.refused_by { (rule_found(visit, w::REFUSED, found)) }
        @for found in &case.warned_by { (rule_found(visit, w::WARNED, found)) }
        @for rule in &case.no_longer_warned_by { div { (visit.say(w::NO_LONGER_WARNED)) (visit.language.pick("：", ": ")) (asks_of(visit, rule)) } }
        @for kind in &case.changed { div { (visit.say(w::DECIDED_OTHERWISE)) (visit.language.pick("：", ": ")) (event(visit.language, kind)) } }
    };
    let document = case.document.as_ref().map_or_else(|| words("—"), |number| words(number.to_string()));
    vec![
        words(case.effective_date.to_string()),
        what,
        document,
        county(visit, case.county.as_ref(), named),
        why,
    ]
}

/// A rule, which the page of the rules says.
fn asks_of(visit: &Visit, rule: &str) -> Markup {
    html! { a href=(super::rules::anchor(visit, rule)) { (visit.say(l::RULE)) } }
}

fn rule_found(visit: &Visit, what: &Say, found: &RuleFound) -> Markup {
    let is_exception = found.severity == Severity::Warn && what == w::REFUSED;
    html! {
        div {
            strong { (visit.say(what)) } (visit.language.pick("：", ": ")) (visit.say(&found.detail))
            @if is_exception { (visit.say(w::UNLESS_APPROVED)) }
        }
    }
}

fn deadlines(visit: &Visit, told: &Rehearsal) -> Markup {
    let rows: Vec<_> = told.deadlines.iter().take(LISTED).map(|shift| deadline(visit, shift)).collect();
    let more = told.deadlines_found - rows.len() as u64;
    let columns = [w::NAME, w::KIND, w::WHY, w::DUE_BEFORE, w::DUE_AFTER, w::MET];
    html! {
        (table(visit, w::DEADLINES_LISTED, &columns, rows))
        @if more > 0 { p.note { (visit.say(&w::more(more))) } }
    }
}

fn deadline(visit: &Visit, shift: &DeadlineShift) -> Vec<Markup> {
    let day = |day: Option<Date>| day.map_or_else(|| words("—"), |day| words(day.to_string()));
    let what = match shift.shift {
        Shift::Late => w::LATE,
        Shift::InTime => w::IN_TIME,
        Shift::Earlier => w::EARLIER,
        Shift::Later => w::LATER,
        Shift::Owed => w::OWED,
        Shift::NotOwed => w::NOT_OWED,
    };
    let met = html! {
        @match shift.met_on { Some(day) => { (day.to_string()) }, None => { (visit.say(w::OPEN)) } }
        @if let Some(document) = &shift.document { " " (document.to_string()) }
    };
    let name = html! {
        @match shift.joint_branch { Some(id) => { a href=(visit.link(&format!("/joint-branches/{id}"))) { (shift.name) } }, None => { (shift.name) } }
        p.note { (visit.say(&shift.detail.say())) }
    };
    vec![
        name,
        words(word(visit, "Obligation", &shift.kind)),
        words(visit.say(what)),
        day(shift.due_before),
        day(shift.due_after),
        met,
    ]
}
