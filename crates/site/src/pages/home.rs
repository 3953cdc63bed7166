//! The home of who acts in a township or county: what is due and the way to do it, the usual acts, then what the place has.

use domain::date::Date;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::{LedgerEntry, Obligation, ObligationKind};

use super::acts::Doing;
use super::branches::{self, JointBranchLine, next_host};
use super::grade_cells::{QUARTER_KEYS, is_grade_of};
use super::lists::word;
use super::owed::{AtDesk, matter};
use super::table::{Cell, Table, grouped, text};
use super::visit::{Visit, with_query};

/// How many days ahead something is told as coming.
pub(crate) const SOON_DAYS: i32 = 30;
/// How many things of one kind a tab shows; the whole list has the rest.
pub(crate) const KIND_ROWS: usize = 5;
/// How many joint branches stand below; the ledger has the rest.
pub(crate) const HOME_BRANCHES: usize = 60;

/// A tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What the reader's own place has to do.
    Mine,
    /// What others have to do that concerns it.
    Waiting,
    /// What comes due soon, whoever has to do it.
    Soon,
    /// How far the grades of the last quarter are.
    Grades,
}

impl Tab {
    /// The tab that an address names; the first where it names none.
    pub(crate) fn named(name: Option<&str>) -> Self {
        match name {
            Some("waiting") => Self::Waiting,
            Some("soon") => Self::Soon,
            Some("grades") => Self::Grades,
            _ => Self::Mine,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mine => "",
            Self::Waiting => "waiting",
            Self::Soon => "soon",
            Self::Grades => "grades",
        }
    }
}

/// What is owed in a place, as its home tells it: each list the most pressing first.
pub(crate) struct Due<'a> {
    /// By its own organs: overdue, due soon, or waited for by somebody.
    pub(crate) mine: Vec<&'a Obligation>,
    /// By others, likewise.
    pub(crate) waiting: Vec<&'a Obligation>,
    /// By anybody, due soon and not overdue.
    pub(crate) soon: Vec<&'a Obligation>,
    /// The grades of the last quarter that has ended, where they are missing.
    pub(crate) grades: Vec<&'a Obligation>,
}

impl<'a> Due<'a> {
    /// Sorts what is owed in a place, most pressing first, on a day.
    pub(crate) fn of(owed: &'a [Obligation], own: &PlaceCode, on: Date) -> Self {
        let until = on.plus_days(SOON_DAYS);
        let last = Quarter::of(on).previous();
        let is_own = |found: &&Obligation| found.owner.code.as_ref() == Some(own);
        let near = || owed.iter().filter(|found| found.due <= until || is_waited_for(found.kind));
        Self {
            mine: near().filter(is_own).collect(),
            waiting: near().filter(|found| !is_own(found)).collect(),
            soon: owed.iter().filter(|found| found.due <= until && !found.overdue).collect(),
            grades: owed.iter().filter(|found| is_grade_of(found, last)).collect(),
        }
    }

    fn tab(&self, tab: Tab) -> &[&'a Obligation] {
        match tab {
            Tab::Mine => &self.mine,
            Tab::Waiting => &self.waiting,
            Tab::Soon => &self.soon,
            Tab::Grades => &self.grades,
        }
    }
}

/// Whether somebody waits for it from the day on which it was asked: such a thing is told at once, however late its last day is.
fn is_waited_for(kind: ObligationKind) -> bool {
    matches!(
        kind,
        ObligationKind::Survey
            | ObligationKind::Approval
            | ObligationKind::Supplement
            | ObligationKind::SecretaryApproval
            | ObligationKind::RectificationOrder
            | ObligationKind::Supervision
            | ObligationKind::MeetingDecision
            | ObligationKind::DecisionClosing
    )
}

/// An act that the role gives often.
pub(crate) struct Usual {
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) note: String,
}

/// What the home shows.
pub(crate) struct Home<'a> {
    /// The code of the place.
    pub(crate) code: &'a PlaceCode,
    /// The day.
    pub(crate) on: Date,
    pub(crate) tab: Tab,
    pub(crate) due: Due<'a>,
    /// How many grades of the last quarter are given.
    pub(crate) graded: usize,
    /// Sheets on which the missing grades are given: of which township, and how many it misses.
    pub(crate) sheets: Vec<Usual>,
    pub(crate) doing: Doing<'a>,
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
    pub(crate) usual: Vec<Usual>,
    /// Where an office begins that has decided nothing yet.
    pub(crate) start: Option<String>,
    /// How many yellow cards stand.
    pub(crate) cards: usize,
    /// Further pages of the place, with their names.
    pub(crate) more: Vec<(String, &'static str)>,
    /// What the place has.
    pub(crate) below: Below<'a>,
}

/// What stands below what is due.
pub(crate) enum Below<'a> {
    /// The joint branches of a township.
    JointBranches(Vec<&'a LedgerEntry>),
    /// The townships of a county.
    Townships(Table),
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, home: &Home<'_>) -> Markup {
    html! {
        p.note.day-line { (visit.say(&home.on.say())) " · " (counts(visit, home)) }
        @if let Some(link) = &home.start {
            p.notice role="note" { a.button href=(link) { (visit.say(w::START)) } " " (visit.say(w::START_NOTE)) }
        }
        @if home.cards > 0 {
            p.notice role="note" { a href=(place_page(visit, home.code)) { (visit.language.pick(format!("未解除的黄牌 {} 张", home.cards), format!("{} yellow cards stand", home.cards))) } }
        }
        div.home {
            section.due aria-label=(visit.say(w::TODAY_DUE)) {
                (tabs(visit, home))
                @if home.tab == Tab::Grades { (progress(visit, home)) }
                (matters(visit, home))
            }
            (usual(visit, home))
        }
        @match &home.below {
            Below::JointBranches(entries) => section { (joint_branches(visit, home, entries)) },
            Below::Townships(table) => section { h2 { (table.title) } (table.plain(visit, false)) },
        }
        p.screen { @for (link, name) in &home.more { a.button href=(link) { (name) } " " } }
    }
}

/// The page with all that is known of a place.
fn place_page(visit: &Visit, code: &PlaceCode) -> String {
    let tier = if code.level() == Level::County { "counties" } else { "townships" };
    visit.link(&format!("/{tier}/{code}"))
}

fn counts(visit: &Visit, home: &Home<'_>) -> Markup {
    let overdue = home.due.mine.iter().filter(|found| found.overdue).count();
    let until = home.on.plus_days(SOON_DAYS);
    let soon = home.due.mine.iter().filter(|found| !found.overdue && found.due <= until).count();
    let class = if overdue > 0 { "state-bad" } else { "" };
    html! {
        span class=(class) { (visit.language.pick(format!("逾期 {} 项", grouped(overdue)), format!("{} overdue", grouped(overdue)))) }
        (visit.language.pick("，", ", "))
        (visit.language.pick(format!("{SOON_DAYS} 天内到期 {} 项", grouped(soon)), format!("{} due within {SOON_DAYS} days", grouped(soon))))
    }
}

fn tabs(visit: &Visit, home: &Home<'_>) -> Markup {
    let due = &home.due;
    let all = home.graded + due.grades.len();
    let waiting = match home.code.level() {
        Level::Township | Level::Village => w::WAITING_ABOVE,
        _ => w::WAITING_OTHERS,
    };
    let counted = |words: &Say, count: usize| {
        let (words, count) = (visit.say(words), grouped(count));
        visit.language.pick(format!("{words}（{count}）"), format!("{words} ({count})"))
    };
    let shown = [
        (Tab::Mine, counted(w::MINE, due.mine.len())),
        (Tab::Waiting, counted(waiting, due.waiting.len())),
        (Tab::Soon, counted(w::SOON, due.soon.len())),
        (Tab::Grades, format!("{} {}/{}", visit.say(w::GRADES_DONE), grouped(home.graded), grouped(all))),
    ];
    html! {
        nav.tabs aria-label=(visit.say(w::TODAY_DUE)) {
            ul { @for (tab, title) in shown {
                li { a href=(visit.here(&[("tab", tab.name())])) aria-current=[(tab == home.tab).then_some("page")] { (title) } }
            } }
        }
    }
}

/// How far the grades of the last quarter are, and the sheets on which the rest are given.
fn progress(visit: &Visit, home: &Home<'_>) -> Markup {
    let quarter = Quarter::of(home.on).previous().say();
    let (done, all) = (home.graded, home.graded + home.due.grades.len());
    html! {
        p { strong { (visit.say(&quarter)) } " "
            (visit.language.pick(format!("已评估 {}，未评估 {}", grouped(done), grouped(all - done)), format!("{} evaluated, {} not", grouped(done), grouped(all - done)))) " "
            @if all > 0 { meter min="0" max=(all) value=(done) { (done) "/" (all) } }
        }
        @if !home.sheets.is_empty() {
            ul.usual.sheets { @for sheet in &home.sheets { li { a href=(sheet.link) { (sheet.title) @if !sheet.note.is_empty() { " " small { (sheet.note) } } } } } }
        }
    }
}

/// What a tab lists, a few of each kind so that none hides another, and the way to all of it.
fn matters(visit: &Visit, home: &Home<'_>) -> Markup {
    let found = home.due.tab(home.tab);
    let alike =
        |one: &&Obligation, other: &&Obligation| (one.overdue, one.kind) == (other.overdue, other.kind);
    let all = format!("/obligations?scope={}", home.code);
    let desk =
        AtDesk { on: home.on, own: Some(home.code), doing: Some(home.doing), place_name: home.place_name };
    html! {
        @if found.is_empty() { p { (visit.say(w::NOTHING_DUE)) } }
        @else {
            ul.matters { @for kind in found.chunk_by(alike) {
                @for owed in kind.iter().take(KIND_ROWS) { (matter(visit, &desk, owed)) }
                @if let (Some(first), Some(rest @ 1..)) = (kind.first(), kind.len().checked_sub(KIND_ROWS)) { (others(visit, &all, first, rest)) }
            } }
        }
        p.screen {
            a href=(visit.link(&all)) { (visit.say(w::ALL_OBLIGATIONS)) } " · "
            a href=(visit.link("/calendar")) { (visit.say(w::CALENDAR)) }
        }
    }
}

/// The rest of a kind, as a link to the whole list of it.
fn others(visit: &Visit, all: &str, first: &Obligation, rest: usize) -> Markup {
    let (kind, rest) = (word(visit, "Obligation", &first.kind), grouped(rest));
    let link = visit.link(&with_query(all, std::iter::once(("f_kind", kind.as_str()))));
    html! {
        li { div.when.screen {} div.what { a href=(link) { (visit.language.pick(format!("另有 {rest} 项{kind}"), format!("{rest} more: {kind}"))) } } }
    }
}

fn usual(visit: &Visit, home: &Home<'_>) -> Markup {
    html! {
        @if !home.usual.is_empty() {
            nav.direct.screen aria-label=(visit.say(w::DIRECT)) {
                h2 { (visit.say(w::DIRECT)) }
                ul.usual { @for act in &home.usual {
                    li { a href=(act.link) { (act.title) @if !act.note.is_empty() { small { (act.note) } } } }
                } }
            }
        }
    }
}

/// The columns of a joint branch on the home; the ledger has the rest.
const HOME_COLUMNS: [&str; 6] = ["name", "members", "arrangement", "phase", "secretary", "obligations"];

/// The joint branches of a township, a short row each.
fn joint_branches(visit: &Visit, home: &Home<'_>, entries: &[&LedgerEntry]) -> Markup {
    let shown = entries.iter().take(HOME_BRANCHES).map(|entry| JointBranchLine::of_ledger(visit, entry));
    let mut table = branches::joint_branches(visit, visit.say(w::OWN_JOINT_BRANCHES), shown);
    table.keep(|column| HOME_COLUMNS.contains(&column.key) || QUARTER_KEYS.contains(&column.key));
    table.columns.push(text("turn", w::NEXT_HOST));
    for (row, entry) in table.rows.iter_mut().zip(entries) {
        row.push(Cell::or_empty(next_host(entry)));
    }
    html! {
        h2 { (table.title) " " small.note { (grouped(entries.len())) } }
        (table.plain(visit, false))
        @if entries.len() > HOME_BRANCHES { p.screen { a href=(place_page(visit, home.code)) { (visit.say(w::ALL_JOINT_BRANCHES)) } } }
    }
}

/// The words of the page's heading.
pub(crate) fn title(visit: &Visit, name: &str) -> String {
    let today: &Say = w::TODAY_DUE;
    format!("{name}{}{}", visit.language.pick(" ", " · "), visit.say(today))
}

#[cfg(test)]
mod tests {
    use domain::say::Say;
    use projections::{Detail, Owner};

    use super::*;
    use crate::pages::acts::tests::owed;

    #[test]
    fn what_is_owed_is_told_by_whose_it_is_and_when() {
        let on: Date = "2026-12-01".parse().unwrap();
        let own: PlaceCode = "510811210".parse().unwrap();
        let due = |days: i32, code: &str| {
            let code: PlaceCode = code.parse().unwrap();
            let owner = Owner { tier: code.level(), code: Some(code) };
            let due = on.plus_days(days);
            Obligation {
                owner,
                due,
                overdue: days < 0,
                ..owed(ObligationKind::Evaluation, Detail::Said(Say::same("")))
            }
        };
        let all = [
            due(-47, "510811210"),
            due(SOON_DAYS, "510811210"),
            due(SOON_DAYS + 1, "510811210"),
            due(-1, "510811"),
            due(3, "510811202"),
        ];
        let found = Due::of(&all, &own, on);
        assert_eq!(found.mine, [&all[0], &all[1]]);
        assert_eq!(found.waiting, [&all[3], &all[4]]);
        assert_eq!(found.soon, [&all[1], &all[4]]);
        // A proposal is told from its first day on: whoever sent it waits.
        let far = Obligation { kind: ObligationKind::Approval, ..all[2].clone() };
        let far = [far];
        let found_far = Due::of(&far, &own, on);
        assert_eq!((found_far.mine.len(), found_far.soon.len()), (1, 0));
        // All of them are of the quarter that ended last.
        assert_eq!(found.grades.len(), all.len());
    }
}
