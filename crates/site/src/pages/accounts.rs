//! The accounts: who may act or read, until when; and the token of one, shown once.

use domain::CommandKind;
use labels as w;
use labels::terms::term;
use maud::{Markup, html};
use service::accounts::{AccountLine, AccountState, Token};

use super::table::{Cell, Column, Table, choice, text};
use super::visit::Visit;

/// What can be done with an account.
const ACTS: [CommandKind; 3] =
    [CommandKind::RenewAccount, CommandKind::RevokeAccount, CommandKind::ResetSecondFactor];

/// The columns before what can be done.
const COLUMNS: [Column; 8] = [
    text("holder", w::HOLDER),
    choice("role", w::ROLE),
    text("scope", w::SCOPE_OF),
    text("expires_on", w::VALID_UNTIL),
    choice("state", w::STATE_OF),
    choice("second_factor", w::SECOND_FACTOR),
    text("others", w::OTHER_ACCOUNTS),
    text("id", w::ACCOUNT_ID),
];

/// The table of accounts, each with what can be done.
pub(crate) fn table(visit: &Visit, lines: &[AccountLine], place_name: &dyn Fn(&str) -> String) -> Table {
    let mut columns = COLUMNS.to_vec();
    columns.extend(ACTS.map(CommandKind::spec).map(|spec| text(spec.name, &spec.title)));
    let mut table = Table::new("accounts", visit.say(w::ACCOUNTS), &columns);
    table.rows = lines.iter().map(|line| row(visit, line, lines, place_name)).collect();
    table
}

fn row(
    visit: &Visit,
    line: &AccountLine,
    all: &[AccountLine],
    place_name: &dyn Fn(&str) -> String,
) -> Vec<Cell> {
    let others = all.iter().filter(|other| other.holder_id == line.holder_id && other.id != line.id);
    let role = |line: &AccountLine| term(visit.language, "Role", line.role.as_str());
    let others = others.map(|other| {
        let (zh, en) = other.state.words();
        format!("{} {}（{}）", role(other), place_name(&other.scope), visit.language.pick(zh, en))
    });
    let (zh, en) = line.state.words();
    let factor = if line.has_second_factor { w::SECOND_FACTOR_SET } else { w::SECOND_FACTOR_UNSET };
    let expires_on =
        line.expires_on.map_or_else(|| visit.say(w::NEVER_ENDS).to_owned(), |day| day.to_string());
    let mut cells = vec![
        Cell::text(line.holder.clone().unwrap_or_else(|| "—".to_owned())),
        Cell::text(role(line)),
        Cell::text(place_name(&line.scope)),
        Cell::text(expires_on),
        Cell::text(visit.language.pick(zh, en)),
        Cell::text(visit.say(factor)),
        Cell::text(others.collect::<Vec<_>>().join("；")),
        Cell::text(line.id.to_string()),
    ];
    let can = |act| {
        let is_held = act != CommandKind::ResetSecondFactor || line.has_second_factor;
        line.state != AccountState::Revoked && is_held
    };
    cells.extend(ACTS.map(|act| match can(act) {
        true => {
            Cell::text(visit.say(&act.spec().title)).to(format!("/work/{}?account={}", act.name(), line.id))
        }
        false => Cell::default(),
    }));
    cells
}

/// The page of accounts.
pub(crate) fn page(visit: &Visit, table: &Table) -> Markup {
    let issue = CommandKind::IssueAccount.spec();
    html! {
        p { (visit.say(w::ACCOUNTS_HINT)) }
        p.actions { a.button.primary href=(format!("/work/{}", issue.name)) { (visit.say(&issue.title)) } }
        (table.worked(visit))
    }
}

/// A token, shown once.
pub(crate) fn token(visit: &Visit, token: &Token) -> Markup {
    html! {
        p.notice role="alert" { (visit.say(w::TOKEN_ONCE)) }
        p { (visit.say(w::TOKEN)) ": " code.secret { (token.reveal()) } }
        p { a.button href="/accounts" { (visit.say(w::ACCOUNTS)) } }
    }
}
