//! The lists as tables: counties and townships, the register 清单, the ledger 台账, villages, obligations 待办.

use domain::code::Code;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::joint_branch::{Arrangement, Form, Mode, Phase};
use domain::money::Money;
use domain::partial_date::PartialDate;
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::place_names::stem;
use domain::post::ApprovalOwed;
use domain::say::Say;
use domain::text::Text;
use labels as w;
use labels::figures::{COLUMNS, figure};
use labels::terms::term;
use projections::rows::{MemberRow, PlaceLabel};
use projections::{
    CodeNames, LedgerEntry, Obligation, PartEntry, PersonName, QuarterGrade, RegisterEntry, VillageEntry,
    wire_code,
};
use serde::Serialize;

use super::acts::{Doing, subject};
use super::table::{Cell, Column, Table, choice, number, text};
use super::visit::Visit;

/// The value of an enumeration as people say it.
pub(crate) fn word(visit: &Visit, list: &str, value: &impl Serialize) -> String {
    wire_code(value).map_or_else(String::new, |code| term(visit.language, list, &code))
}

/// The mode: one that a policy has added brings its name.
pub(crate) fn mode_of(visit: &Visit, mode: &Mode, names: &CodeNames) -> String {
    let added = names.mode_name.as_ref().map(|name| visit.language.pick(&name.zh, &name.en).to_string());
    added.unwrap_or_else(|| word(visit, "Mode", mode))
}

/// The form, and the kind of it that a policy has added.
pub(crate) fn form_of(visit: &Visit, form: Form, kind: Option<&Code>, names: &CodeNames) -> String {
    let form = word(visit, "Form", &form);
    let Some(kind) = kind else { return form };
    let added = names.form_kind_name.as_ref().map(|name| visit.language.pick(&name.zh, &name.en).to_string());
    let kind = added.unwrap_or_else(|| kind.to_string());
    visit.language.pick(format!("{kind}（{form}）"), format!("{kind} ({form})"))
}

/// The counties of a city or the townships of a county, with their figures.
pub(crate) fn places(visit: &Visit, title: &'static Say, rows: &[PartEntry]) -> Table {
    let mut columns = vec![text("name", w::NAME), text("code", w::CODE)];
    columns.extend(COLUMNS.iter().filter_map(|name| Some(number(name, figure(name)?))));
    let mut table = Table::new("places", visit.say(title), &columns);
    for row in rows {
        let tier = if row.code.level() == Level::County { "counties" } else { "townships" };
        let name = Cell::text(row.name.to_string()).to(visit.link(&format!("/{tier}/{}", row.code)));
        let mut cells = vec![name, Cell::text(row.code.to_string())];
        for column in &table.columns[2..] {
            let cell = Cell::figure(row.figures.get(column.key).copied());
            let leads = cell.number.is_some_and(|value| value > 0.0);
            let path = format!("/figures/{}/{}", row.code, column.key);
            cells.push(if leads { cell.to(visit.link(&path)) } else { cell });
        }
        table.rows.push(cells);
    }
    table
}

const REGISTER: [Column; 13] = [
    text("name", w::NAME),
    choice("phase", w::PHASE),
    choice("arrangement", w::ARRANGEMENT),
    choice("mode", w::MODE),
    choice("form", w::FORM),
    choice("lead_township", w::LEAD_TOWNSHIP),
    text("members", w::MEMBERS),
    text("secretary", w::SECRETARY),
    text("established_on", w::ESTABLISHED_ON),
    text("document", w::DOCUMENT),
    text("last_grades", w::LAST_GRADES),
    number("obligations", w::OPEN_OBLIGATIONS),
    number("supplement", w::SUPPLEMENT),
];

/// What the tables of joint branches show of one, whether it stands in a register or in a ledger.
pub(crate) struct JointBranchLine<'a> {
    id: String,
    name: &'a str,
    phase: Phase,
    /// Whether it was registered as it stood.
    is_registered: bool,
    arrangement: Arrangement,
    mode: String,
    form: String,
    lead_township: Option<&'a PlaceLabel>,
    members: &'a [MemberRow],
    secretary: Secretary<'a>,
    established: Option<Say>,
    document: Option<&'a DocumentNumber>,
    last_grades: &'a [QuarterGrade],
    obligations: &'a [Obligation],
}

impl<'a> JointBranchLine<'a> {
    /// Of a register.
    pub(crate) fn of_register(visit: &Visit, row: &'a RegisterEntry) -> Self {
        let name = row.secretary.as_ref().map(|found| &found.name);
        Self {
            id: row.id.to_string(),
            name: row.name.as_str(),
            phase: row.phase,
            is_registered: row.registered_before.is_some(),
            arrangement: row.arrangement,
            mode: mode_of(visit, &row.mode, &row.names),
            form: form_of(visit, row.form, row.form_kind.as_ref(), &row.names),
            lead_township: row.lead_township.as_ref(),
            members: &row.members,
            secretary: Secretary::new(name, row.approval_owed, row.vacant_since),
            established: registered_day(row),
            document: row.document.as_ref(),
            last_grades: &row.last_grades,
            obligations: &row.obligations,
        }
    }

    /// Of a ledger.
    pub(crate) fn of_ledger(visit: &Visit, entry: &'a LedgerEntry) -> Self {
        let row = &entry.row;
        let establishment = row.establishment.as_ref();
        Self {
            id: row.id.to_string(),
            name: row.name.as_str(),
            phase: row.phase,
            is_registered: row.registration.is_some(),
            arrangement: row.arrangement,
            mode: mode_of(visit, &row.mode, &entry.names),
            form: form_of(visit, row.form, row.form_kind.as_ref(), &entry.names),
            lead_township: row.lead_township.as_ref(),
            members: &row.members,
            secretary: Secretary::new(
                row.secretary.as_ref().map(|found| &found.name),
                row.approval_owed,
                row.vacant_since,
            ),
            established: row.established(),
            document: establishment.and_then(|decision| decision.document.as_ref()),
            last_grades: &entry.last_grades,
            obligations: &entry.obligations,
        }
    }
}

/// Joint branches as the register, the ledger and what a figure counts show them.
pub(crate) fn joint_branches<'a>(
    visit: &Visit,
    title: &str,
    lines: impl Iterator<Item = JointBranchLine<'a>>,
) -> Table {
    let mut table = Table::new("joint-branches", title, &REGISTER);
    for line in lines {
        table.rows.push(vec![
            Cell::text(line.name).to(visit.link(&format!("/joint-branches/{}", line.id))),
            Cell::text(phase_words(visit, &line)).looks(phase_class(line.phase)),
            Cell::text(word(visit, "Arrangement", &line.arrangement)),
            Cell::text(line.mode),
            Cell::text(line.form),
            Cell::text(line.lead_township.map_or_else(String::new, |place| place.name.to_string())),
            Cell::text(member_names(visit, line.members)),
            line.secretary.cell(visit),
            Cell::or_empty(line.established.map(|day| day.in_language(visit.language).to_owned())),
            Cell::or_empty(line.document),
            Cell::text(grades(visit, line.last_grades)).looks("grades"),
            obligations_count(visit, line.obligations),
            supplement(line.members),
        ]);
    }
    table
}

/// The day of establishing of an entry of a register, as exactly as it is known.
fn registered_day(row: &RegisterEntry) -> Option<Say> {
    match &row.registered_before {
        Some(found) => found.established(),
        None => row.established_on.map(|day| PartialDate::On(day).say()),
    }
}

/// The state, and that it was registered as it stood.
fn phase_words(visit: &Visit, line: &JointBranchLine<'_>) -> String {
    let phase = word(visit, "Phase", &line.phase);
    if line.is_registered && line.phase.is_live() {
        return format!("{phase} · {}", visit.language.pick("存量", "from before"));
    }
    phase
}

/// The look of a state that wants attention.
pub(crate) fn phase_class(phase: Phase) -> &'static str {
    match phase {
        Phase::Rectifying => "state-warn",
        Phase::TerminationDue => "state-bad",
        Phase::Operating => "state-good",
        Phase::AwaitingConfirmation => "state-warn",
        Phase::Proposed | Phase::Rejected | Phase::Withdrawn | Phase::Dissolved | Phase::SentBack => {
            "state-quiet"
        }
    }
}

/// The members by their villages' short names, an organ by its own: a villagers' committee joins nothing.
pub(crate) fn member_names(visit: &Visit, members: &[MemberRow]) -> String {
    let name = |member: &MemberRow| match &member.village {
        Some(village) => village_name(&village.name, member.village_kind),
        None => member.name.to_string(),
    };
    members.iter().map(name).collect::<Vec<_>>().join(visit.language.pick("、", ", "))
}

/// A village or community as people call it: 狮子村 of 狮子村民委员会.
pub(crate) fn village_name(name: &Text, kind: Option<PlaceKind>) -> String {
    let stem = stem(Level::Village, name.as_str());
    match kind {
        Some(PlaceKind::Village) => format!("{stem}村"),
        Some(PlaceKind::Community) => format!("{stem}社区"),
        Some(PlaceKind::Other) | None => name.to_string(),
    }
}

/// Who is secretary, or since when nobody is.
enum Secretary<'a> {
    /// Somebody, by name where it is known.
    Named(Option<&'a str>),
    /// Nobody yet: somebody was elected on a day and waits for approval.
    Elected(Date),
    /// Nobody since a day.
    VacantSince(Date),
    /// There is no such post.
    NoPost,
}

impl<'a> Secretary<'a> {
    fn new(
        name: Option<&'a Option<PersonName>>,
        approval_owed: Option<ApprovalOwed>,
        vacant_since: Option<Date>,
    ) -> Self {
        match (name, approval_owed, vacant_since) {
            (Some(name), _, _) => Self::Named(name.as_ref().and_then(|name| name.0.as_deref())),
            (None, Some(owed), _) => Self::Elected(owed.held_on),
            (None, None, Some(since)) => Self::VacantSince(since),
            (None, None, None) => Self::NoPost,
        }
    }

    fn cell(&self, visit: &Visit) -> Cell {
        match self {
            Self::Named(name) => Cell::text(name.unwrap_or_else(|| visit.say(w::NAME_ERASED))),
            Self::Elected(on) => {
                Cell::text(format!("{} {on}", visit.say(w::TO_BE_APPROVED))).looks("state-warn")
            }
            Self::VacantSince(since) => {
                Cell::text(format!("{} {since}", visit.say(w::VACANT_SINCE))).looks("state-warn")
            }
            Self::NoPost => Cell::text(""),
        }
    }
}

/// The last grades, the newest first, as one reads them aloud.
pub(crate) fn grades(visit: &Visit, grades: &[QuarterGrade]) -> String {
    let mut last_year = None;
    let one = |found: &QuarterGrade| {
        let (year, quarter) = found.quarter.year_and_quarter();
        let grade = word(visit, "Grade", &found.grade);
        // A year is said once.
        let shown = if last_year.as_ref() == Some(&year) { "" } else { visit.say(&year) };
        let said = format!("{shown}{} {grade}", visit.say(&quarter));
        last_year = Some(year);
        said
    };
    grades.iter().map(one).collect::<Vec<_>>().join(visit.language.pick("；", "; "))
}

fn obligations_count(visit: &Visit, owed: &[Obligation]) -> Cell {
    let overdue = owed.iter().filter(|found| found.overdue).count();
    let number = Some(owed.len() as f64);
    if overdue == 0 {
        return Cell { text: owed.len().to_string(), number, ..Cell::default() };
    }
    let text = visit
        .language
        .pick(format!("{}（逾期 {overdue}）", owed.len()), format!("{} ({overdue} overdue)", owed.len()));
    Cell { text, number, ..Cell::default() }.looks("state-bad")
}

/// What the county added in the latest year, of all member villages, in yuan.
fn supplement(members: &[MemberRow]) -> Cell {
    let years = members.iter().flat_map(|member| &member.funding);
    let mut latest: Option<(i16, u64)> = None;
    for (year, funding) in years {
        let Some(amount) = funding.supplement.map(|money| u64::from(money.amount)) else { continue };
        latest = Some(match latest {
            Some((known, sum)) if known == *year => (known, sum + amount),
            Some((known, sum)) if known > *year => (known, sum),
            _ => (*year, amount),
        });
    }
    let Some((year, sum)) = latest else { return Cell::text("") };
    Cell { text: format!("{year}: {}", yuan(sum)), number: Some(sum as f64), ..Cell::default() }
}

/// An amount of fen in yuan.
pub(crate) fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// An amount of money in yuan; a dash where none is known.
pub(crate) fn money(money: Option<Money>) -> Cell {
    match money {
        Some(money) => {
            let number = Some(u64::from(money.amount) as f64);
            Cell { text: money.to_string(), number, ..Cell::default() }
        }
        None => Cell::text("—"),
    }
}

/// Villages with the joint branches that cover them.
pub(crate) fn villages<'a>(
    visit: &Visit,
    title: &str,
    rows: impl Iterator<Item = &'a VillageEntry>,
) -> Table {
    let columns = [
        text("name", w::NAME),
        text("code", w::CODE),
        choice("kind", w::KIND),
        text("joint_branch", w::JOINT_BRANCH),
    ];
    let mut table = Table::new("villages", title, &columns);
    for row in rows {
        let names: Vec<_> = row.joint_branches.iter().map(|found| found.name.as_str()).collect();
        let cell = Cell::text(names.join(visit.language.pick("、", ", ")));
        let first = row.joint_branches.first();
        let first = first.map(|found| visit.link(&format!("/joint-branches/{}", found.id)));
        table.rows.push(vec![
            Cell::text(row.name.to_string()).to(visit.link(&format!("/villages/{}", row.code))),
            Cell::text(row.code.to_string()),
            Cell::text(word(visit, "PlaceKind", &row.kind)),
            match first {
                Some(link) => cell.to(link),
                None => cell,
            },
        ]);
    }
    table
}

const OBLIGATIONS: [Column; 8] = [
    text("due", w::DUE),
    choice("kind", w::KIND),
    text("name", w::CONCERNS),
    choice("overdue", w::OVERDUE),
    number("overdue_days", w::OVERDUE_DAYS),
    choice("owner", w::OWNER),
    text("detail", w::DETAIL),
    text("act", w::TO_DO),
];

/// Obligations in the order in which they come; with what the reader may do about each, where the reader acts at all.
pub(crate) fn obligations(
    visit: &Visit,
    title: &str,
    rows: &[Obligation],
    name_of: &dyn Fn(&PlaceCode) -> String,
    doing: Option<Doing<'_>>,
) -> Table {
    let mut table = Table::new("obligations", title, &OBLIGATIONS);
    for row in rows {
        let name = Cell::text(row.name.to_string());
        let detail = row.detail.say();
        table.rows.push(vec![
            Cell::text(row.due.to_string()),
            Cell::text(word(visit, "Obligation", &row.kind)),
            match subject(visit, row) {
                Some(link) => name.to(link),
                None => name,
            },
            Cell::text(visit.say(if row.overdue { w::YES } else { w::NO })).looks(if row.overdue {
                "state-bad"
            } else {
                "state-quiet"
            }),
            Cell::count(u64::try_from(row.overdue_days).unwrap_or(0)),
            Cell::text(row.owner.code.as_ref().map_or_else(String::new, name_of)),
            Cell::text(visit.language.pick(&*detail.zh, &*detail.en)),
            doing.map_or_else(Cell::default, |doing| door(visit, row, doing, name_of)),
        ]);
    }
    if doing.is_none() {
        table.keep(|column| column.key != "act");
    }
    table
}

/// The button of what the reader may do about something owed, or who has to.
fn door(visit: &Visit, owed: &Obligation, doing: Doing<'_>, name_of: &dyn Fn(&PlaceCode) -> String) -> Cell {
    match doing(owed).into_iter().next() {
        Some((link, title)) => Cell::text(title).to(link).looks("act"),
        None => Cell::text(who_acts(visit, owed, name_of)),
    }
}

/// Who has to do what the reader may not.
pub(crate) fn who_acts(visit: &Visit, owed: &Obligation, name_of: &dyn Fn(&PlaceCode) -> String) -> String {
    let own = visit.principal.as_ref().map(|own| &own.scope);
    match owed.owner.code.as_ref() {
        Some(code) if Some(code) == own => visit.say(w::ABOVE_RECORDS).to_owned(),
        Some(code) => {
            let name = name_of(code);
            visit.language.pick(format!("由{name}办理"), format!("to be done by {name}"))
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_register_row_says_members_grades_money_and_what_is_owed() {
        let member = |name: &str, village: serde_json::Value, funding: serde_json::Value| {
            json!({
                "organization": "01J8KQ2M000000000000000009", "name": name, "host_kind": "village", "village": village,
                "village_kind": null, "township": null, "status": "active", "formal_members": 3, "hosted": null, "funding": funding
            })
        };
        let owed = |overdue: bool| {
            json!({
                "kind": "evaluation", "kind_zh": "季度评估", "name": "狮岩联合党支部", "owner": {"tier": "township", "code": null},
                "due": "2026-10-15", "overdue": overdue, "overdue_days": 0, "detail": {"zh": "尚未评估", "en": "not evaluated"}
            })
        };
        let fen = |amount: u64| json!({"base": null, "supplement": {"amount": amount, "unit": "fen"}, "settled": null});
        let place =
            |name: &str| json!({"id": "01J8KQ2M000000000000000001", "code": "510811210", "name": name});
        let row: RegisterEntry = serde_json::from_value(json!({
            "id": "01J8KQ2M000000000000000008", "name": "狮岩联合党支部", "phase": "rectifying", "phase_zh": "整改中",
            "arrangement": "merger", "mode": "rich_poor", "form": "branch", "county": null, "lead_township": place("白果乡"),
            "members": [
                member("甲支部", place("狮子村"), json!({"2025": fen(9), "2026": fen(120_050)})),
                member("局机关党支部", json!(null), json!({}))
            ],
            "proposed_on": "2018-01-01", "established_on": null, "document": null, "secretary": null, "vacant_since": "2026-01-01",
            "dissolved_on": null, "last_grades": [{"quarter": "2026Q3", "grade": "poor", "corrected": false}],
            "obligations": [owed(true), owed(false)], "last_position": 1
        }))
        .unwrap();
        let visit = visit(Language::Zh, &[]);
        let line = JointBranchLine::of_register(&visit, &row);
        let table = joint_branches(&visit, "清单", std::iter::once(line));
        let texts: Vec<_> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts[1..4], ["整改中", "合建", "贫富村合建"]);
        assert_eq!(texts[6..8], ["狮子村、局机关党支部", "空缺自 2026-01-01"]);
        assert_eq!(texts[10..], ["2026年第三季度 较差", "2（逾期 1）", "2026: 1200.50"]);
    }
}
