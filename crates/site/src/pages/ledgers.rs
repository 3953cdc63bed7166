//! The pages of a ledger: sending it, going through what is proposed, what a trial found, and what was recorded.

use domain::place::PlaceCode;
use labels as w;
use ledger::proposal::{Key, Proposal, Row};
use ledger::{Confidence, Problem, cell_of_count, cell_of_value};
use maud::{Markup, html};
use service::ledgers::{Accepted, summary};

use super::layout::form_token;
use super::visit::Visit;

/// How many cells that are wrong are listed.
const MAX_PROBLEMS_LISTED: usize = 200;

/// What somebody has gone through: the workbook in Base64, and the cells that were changed on the page.
pub(crate) struct Reviewed<'a> {
    pub(crate) workbook: &'a str,
    pub(crate) changes: &'a [(String, String)],
}

/// The forms to begin with.
pub(crate) fn open(visit: &Visit) -> Markup {
    html! {
        p { (visit.say(w::LEDGER_IMPORT_HINT)) }
        section {
            h2 { (visit.say(w::LEDGER_SEND)) }
            form method="post" action="/work/ledger" enctype="multipart/form-data" {
                (form_token(visit))
                label { (visit.say(w::LEDGER_FILE)) " " input type="file" name="file" accept=".xlsx,.csv" required; } " "
                button.primary type="submit" { (visit.say(w::LEDGER_PROPOSE)) }
            }
            p { (visit.say(w::LEDGER_LIMITS)) }
        }
        section {
            h2 { (visit.say(w::LEDGER_SEND_BACK)) }
            form method="post" action="/work/ledger/try" enctype="multipart/form-data" {
                (form_token(visit))
                label { (visit.say(w::BULK_FILE)) " " input type="file" name="file" accept=".xlsx" required; } " "
                button type="submit" { (visit.say(w::BULK_TRY)) }
            }
        }
    }
}

/// What is proposed: what was read, the values to look at, and the way on.
pub(crate) fn proposed(visit: &Visit, proposal: &Proposal, workbook: &str) -> Markup {
    html! {
        @for line in summary(proposal) { p { (visit.say(&line)) } }
        form method="post" action="/work/ledger/workbook" enctype="multipart/form-data" {
            (form_token(visit))
            input type="hidden" name="workbook" value=(workbook);
            button type="submit" { (visit.say(w::LEDGER_WORKBOOK)) }
        }
        form method="post" action="/work/ledger/try" enctype="multipart/form-data" {
            (form_token(visit))
            input type="hidden" name="workbook" value=(workbook);
            h2 { (visit.say(w::LEDGER_LOOK_AT)) }
            @if has_open(proposal) { (open_values(visit, proposal)) } @else { p { (visit.say(w::LEDGER_NONE_OPEN)) } }
            p { button.primary type="submit" { (visit.say(w::BULK_TRY)) } }
        }
        h2 { (visit.say(w::LEDGER_ROWS)) }
        (rows(visit, proposal))
    }
}

/// Whether anything is to be looked at here.
fn has_open(proposal: &Proposal) -> bool {
    let mut values = proposal.rows.iter().flat_map(|row| row.values.values());
    values.any(|value| value.confidence == Confidence::Open)
        || proposal.organizations.iter().any(|own| own.formal_members.is_none())
}

/// Every value that somebody must look at, to be changed here.
fn open_values(visit: &Visit, proposal: &Proposal) -> Markup {
    let is_open = |row: &Row, key: &Key| {
        let value = row.values.get(key).filter(|value| value.confidence == Confidence::Open);
        value.cloned().map(|value| (*key, value))
    };
    let open = (0..).zip(&proposal.rows).flat_map(|(at, row)| {
        Key::ALL.iter().filter_map(move |key| is_open(row, key)).map(move |found| (at, row, found))
    });
    let counts = (0..).zip(&proposal.organizations).filter(|(_, own)| own.formal_members.is_none());
    html! {
        div.wide { table {
            thead { tr { th { (visit.say(w::LEDGER_PLACE)) } th { (visit.say(w::LEDGER_ACCEPTED)) } th { (visit.say(w::LEDGER_WHY)) } th { (visit.say(w::LEDGER_ORIGIN)) } } }
            tbody {
                @for (at, row, (key, value)) in open {
                    tr {
                        td { (row.number) " " (row.accepted(Key::Name)) br; strong { (visit.say(&key.title())) } }
                        td { input type="text" name=(format!("cell:{}", cell_of_value(at, key))) value=(value.accepted) aria-label=(visit.say(&key.title())); }
                        td { @for why in &value.why { (visit.say(why)) br; } }
                        td { @for (cell, text) in &value.origin { (cell) "：" (text) br; } }
                    }
                }
                @for (at, own) in counts {
                    tr {
                        td { (own.name) br; strong { (visit.say(w::FORMAL_MEMBERS_COUNT)) } }
                        td { input type="text" inputmode="numeric" name=(format!("cell:{}", cell_of_count(at))) value="" aria-label=(visit.say(w::FORMAL_MEMBERS_COUNT)); }
                        td { @for why in &own.why { (visit.say(why)) br; } }
                        td { @for (cell, text) in &own.origin { (cell) "：" (text) br; } }
                    }
                }
            }
        } }
    }
}

/// Every joint branch that was read, with what is not on file.
fn rows(visit: &Visit, proposal: &Proposal) -> Markup {
    let keys = [Key::Name, Key::Arrangement, Key::Township, Key::Members, Key::Established, Key::Secretary];
    html! {
        div.wide { table {
            thead { tr { th { (visit.say(w::LEDGER_PLACE)) } @for key in keys { th { (visit.say(&key.title())) } } th { (visit.say(w::LEDGER_MISSING)) } } }
            tbody {
                @for row in &proposal.rows {
                    tr {
                        td { (row.number) @if !row.is_accepted { " " (visit.say(w::LEDGER_THERE)) } }
                        @for key in keys { td { (row.accepted(key)) } }
                        td { (row.missing().iter().map(|key| visit.say(&key.title()).to_owned()).collect::<Vec<_>>().join(visit.language.pick("、", ", "))) }
                    }
                }
            }
        } }
    }
}

/// The cells that are wrong.
pub(crate) fn refused(visit: &Visit, problems: &[Problem]) -> Markup {
    html! {
        div.notice role="alert" { p { strong { (visit.say(w::BULK_BAD)) } " " (problems.len()) } }
        ul.values {
            @for problem in problems.iter().take(MAX_PROBLEMS_LISTED) {
                li { strong { (problem.cell) } " " (visit.say(&problem.why)) " " code { (problem.rule) } }
            }
        }
        p { a href="/work/ledger" { (visit.say(w::LEDGER_AGAIN)) } }
    }
}

/// What a trial found good, and the way to record it.
pub(crate) fn tried(visit: &Visit, accepted: &Accepted, reviewed: &Reviewed<'_>) -> Markup {
    html! {
        p.notice.past role="status" { (visit.say(w::LEDGER_GOOD)) }
        (counts(visit, accepted))
        form method="post" action="/work/ledger/record" enctype="multipart/form-data" {
            (form_token(visit))
            input type="hidden" name="workbook" value=(reviewed.workbook);
            @for (cell, text) in reviewed.changes { input type="hidden" name=(format!("cell:{cell}")) value=(text); }
            button.primary type="submit" { (visit.say(w::RECORD)) }
        }
        p { a href="/work/ledger" { (visit.say(w::LEDGER_AGAIN)) } }
    }
}

/// What was recorded.
pub(crate) fn recorded(visit: &Visit, accepted: &Accepted, county: &PlaceCode) -> Markup {
    html! {
        p.done role="status" { (visit.say(w::LEDGER_RECORDED)) }
        (counts(visit, accepted))
        p { a href=(format!("/counties/{county}/register")) { (visit.say(w::REGISTER)) } }
    }
}

fn counts(visit: &Visit, accepted: &Accepted) -> Markup {
    let lines = [
        (w::LEDGER_ROWS, accepted.joint_branches),
        (w::LEDGER_ORGANIZATIONS, accepted.organizations),
        (w::LEDGER_PERSONS, accepted.persons),
        (w::LEDGER_LEFT_OUT, accepted.left_out),
        (w::LEDGER_NEW, accepted.registered.recorded),
        (w::LEDGER_BEFORE, accepted.registered.there),
    ];
    html! { ul.values { @for (label, count) in lines { li { (visit.say(label)) " " strong { (count) } } } } }
}
