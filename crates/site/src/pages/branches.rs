//! Joint branches as a table: the register 清单, the ledger 台账, and what a figure counts. A short row each, by its standing.

use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::joint_branch::{Arrangement, Phase};
use domain::partial_date::PartialDate;
use domain::post::ApprovalOwed;
use domain::quarter::Quarter;
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::rows::{MemberRow, PlaceLabel};
use projections::{LedgerEntry, Obligation, PersonName, QuarterGrade, RegisterEntry};

use super::grade_cells::{QUARTER_KEYS, grade_cell, short, shown_quarters};
use super::lists::{form_of, member_names, mode_of, phase_class, village_name, word, yuan};
use super::table::{Cell, Column, Table, choice, grouped, number, text};
use super::visit::Visit;

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

/// Whose turn it is to host the next activity of a joint branch that works.
pub(crate) fn next_host(entry: &LedgerEntry) -> Option<String> {
    let village = &entry.rotation.first().filter(|_| entry.row.phase.is_live())?.village;
    let member = entry.row.members.iter().find(|member| member.village.as_ref() == Some(village))?;
    Some(village_name(&village.name, member.village_kind))
}

/// The columns before the grades. A page shows what stands beneath as a second line.
const BEFORE_GRADES: [Column; 7] = [
    text("name", w::NAME),
    text("members", w::MEMBERS).beneath(),
    choice("phase", w::PHASE),
    choice("form", w::FORM).beneath(),
    choice("arrangement", w::ARRANGEMENT),
    choice("mode", w::MODE).beneath(),
    choice("lead_township", w::LEAD_TOWNSHIP),
];
/// The columns after them.
const AFTER_GRADES: [Column; 5] = [
    text("secretary", w::SECRETARY),
    text("established_on", w::ESTABLISHED_ON),
    text("document", w::DOCUMENT).beneath(),
    number("obligations", w::OPEN_OBLIGATIONS),
    number("supplement", w::SUPPLEMENT),
];

/// Which joint branches a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// 在册: those in operation, and what waits for a decision.
    OnRegister,
    /// 已终止.
    Ended,
    /// 未批准: refused, taken back, or sent back.
    NotApproved,
}

impl Standing {
    const ALL: [Self; 3] = [Self::OnRegister, Self::Ended, Self::NotApproved];

    /// That of a phase.
    pub(crate) fn of(phase: Phase) -> Self {
        match phase {
            Phase::Proposed
            | Phase::AwaitingConfirmation
            | Phase::Operating
            | Phase::Rectifying
            | Phase::TerminationDue => Self::OnRegister,
            Phase::Dissolved => Self::Ended,
            Phase::Rejected | Phase::Withdrawn | Phase::SentBack => Self::NotApproved,
        }
    }

    /// The one that an address names; those on the register where it names none.
    fn named(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| Some(one.name()) == name).unwrap_or(Self::OnRegister)
    }

    fn name(self) -> &'static str {
        match self {
            Self::OnRegister => "",
            Self::Ended => "ended",
            Self::NotApproved => "not-approved",
        }
    }

    fn title(self) -> &'static Say {
        match self {
            Self::OnRegister => w::ON_REGISTER,
            Self::Ended => w::ENDED,
            Self::NotApproved => w::NOT_APPROVED,
        }
    }
}

/// The joint branches of the tab that the address names, and the tabs, each with how many it holds.
pub(crate) fn tabbed<'a>(
    visit: &Visit,
    title: &str,
    lines: impl Iterator<Item = JointBranchLine<'a>>,
) -> (Markup, Table) {
    let chosen = Standing::named(visit.parameter("tab"));
    let lines: Vec<_> = lines.collect();
    let count = |one: Standing| lines.iter().filter(|line| Standing::of(line.phase) == one).count();
    let tabs = html! {
        nav.tabs aria-label=(title) {
            ul { @for one in Standing::ALL {
                li { a href=(visit.here(&[("tab", one.name()), ("page", "")])) aria-current=[(one == chosen).then_some("page")] {
                    (visit.say(one.title())) (visit.language.pick("（", " (")) (grouped(count(one))) (visit.language.pick("）", ")"))
                } }
            } }
        }
    };
    let shown = lines.into_iter().filter(|line| Standing::of(line.phase) == chosen);
    (tabs, joint_branches(visit, title, shown))
}

/// Joint branches as the register, the ledger and what a figure counts show them.
pub(crate) fn joint_branches<'a>(
    visit: &Visit,
    title: &str,
    lines: impl Iterator<Item = JointBranchLine<'a>>,
) -> Table {
    let quarters: Vec<_> = visit.on.map(|on| shown_quarters(on).collect()).unwrap_or_default();
    let of_quarter = |(key, quarter): (&'static str, &Quarter)| Column::titled(key, short(*quarter));
    let grades = QUARTER_KEYS.into_iter().zip(&quarters).map(of_quarter);
    let columns: Vec<_> = BEFORE_GRADES.into_iter().chain(grades).chain(AFTER_GRADES).collect();
    let mut table = Table { class: Some("branches"), ..Table::new("joint-branches", title, &columns) };
    for line in lines {
        let mut cells = vec![
            Cell::text(line.name).to(visit.link(&format!("/joint-branches/{}", line.id))),
            Cell::text(member_names(visit, line.members)),
            Cell::text(phase_words(visit, &line)).looks(phase_class(line.phase)),
            Cell::text(line.form),
            Cell::text(word(visit, "Arrangement", &line.arrangement)),
            Cell::text(line.mode),
            Cell::text(line.lead_township.map_or_else(String::new, |place| place.name.to_string())),
        ];
        let grade = |quarter: &Quarter| grade_cell(visit, line.last_grades, line.obligations, *quarter);
        cells.extend(quarters.iter().map(grade));
        cells.extend([
            line.secretary.cell(visit),
            Cell::or_empty(line.established.map(|day| day.in_language(visit.language).to_owned())),
            Cell::or_empty(line.document),
            obligations_count(visit, line.obligations),
            // What a county adds, it adds to joint branches that work.
            if line.phase.is_live() { supplement(line.members) } else { Cell::text("") },
        ]);
        table.rows.push(cells);
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
        let visit = Visit { on: "2026-12-01".parse().ok(), ..visit(Language::Zh, &[]) };
        let line = JointBranchLine::of_register(&visit, &row);
        let table = joint_branches(&visit, "清单", std::iter::once(line));
        let texts: Vec<_> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(
            texts[1..7],
            ["狮子村、局机关党支部", "整改中", "联合党支部", "合建", "贫富村合建", "白果乡"]
        );
        assert_eq!(texts[7..11], ["—", "—", "—", "较差"]);
        assert_eq!(texts[11..], ["空缺自 2026-01-01", "", "", "2（逾期 1）", "2026: 1200.50"]);
        // Members, form, mode and document are second lines on the page, and columns on paper.
        let page = table.plain(&visit, false).into_string();
        assert_eq!(
            (table.columns.len(), page.matches("<td").count() + page.matches("<th scope=\"row\"").count()),
            (16, 12)
        );
        assert!(
            page.contains("<small title=\"狮子村、局机关党支部\">") && page.contains("class=\"g g-poor\""),
            "{page}"
        );

        let withdrawn = RegisterEntry { phase: Phase::Withdrawn, ..row };
        let line = || std::iter::once(JointBranchLine::of_register(&visit, &withdrawn));
        assert_eq!(
            joint_branches(&visit, "清单", line()).rows[0][15].text,
            "",
            "no money for what never began"
        );
        let (tabs, table) = tabbed(&visit, "清单", line());
        assert!(table.rows.is_empty() && tabs.into_string().contains("未批准（1）"));
        let visit = Visit { parameters: vec![("tab".into(), "not-approved".into())], ..visit.clone() };
        assert_eq!(tabbed(&visit, "清单", line()).1.rows.len(), 1);
    }
}
