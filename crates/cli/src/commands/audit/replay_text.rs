//! A replayed view on paper and as CSV.

use domain::code::Code;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Arrangement, Form, Mode, Phase};
use domain::say::Language;
use domain::text::Text;
use projections::rows::{MemberRow, PlaceLabel};
use projections::{
    CodeNames, LedgerEntry, Obligation, PartEntry, QuarterGrade, RegisterEntry, View, wire_code,
};

use super::tier::Tier;
use super::{csv_file, paper};
use crate::commands::show::{When, amount, coded, figure_name, kind_parts, obligation_kind};
use crate::exit::Failure;
use crate::output::Output;

/// The figures that a county's line on the city's page shows.
const COUNTY_FIGURES: [(&str, &str, &str); 9] = [
    ("joint_branches", "联合党组织", "joint branches"),
    ("mergers", "合建", "mergers"),
    ("pairings", "共建", "pairings"),
    ("villages_covered", "覆盖村", "villages covered"),
    ("good", "好", "good"),
    ("fair", "一般", "fair"),
    ("poor", "较差", "poor"),
    ("evaluations_missing", "未评估", "not evaluated"),
    ("dissolved", "已撤销", "dissolved"),
];

/// The columns of a joint branch in CSV.
const COLUMNS: [&str; 21] = [
    "id",
    "name",
    "arrangement",
    "mode",
    "mode_name",
    "form",
    "form_kind",
    "form_kind_name",
    "phase",
    "county",
    "lead_township",
    "lead_township_name",
    "proposed_on",
    "established_on",
    "document",
    "secretary",
    "secretary_name",
    "vacant_since",
    "dissolved_on",
    "last_quarter",
    "last_grade",
];

/// Whose view it is, which past, and its figures.
pub fn head<R>(
    view: &View<R>,
    when: &When,
    tier: Tier,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let simulated =
        if view.simulated { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let title = match tier {
        Tier::City => language.pick("全市情况", "the city"),
        Tier::County => language.pick("县（区）清单", "the county's register"),
        Tier::Township => language.pick("乡镇（街道）台账", "the township's ledger"),
    };
    paper::write(output, 0, &format!("{} {title}{simulated}", view.scope))?;
    paper::write(output, 0, &moment(view, when, language))?;
    paper::rule(output)?;
    for (name, figure) in &view.figures {
        paper::write(output, 0, &format!("{}: {}", figure_name(name, language), amount(figure, language)))?;
        paper::write(output, 4, language.pick(&figure.definition.zh, &figure.definition.en))?;
    }
    paper::rule(output)
}

/// Which past it is: what was in effect, and what was known.
fn moment<R>(view: &View<R>, when: &When, language: Language) -> String {
    let (day, position) = (view.as_of, view.position);
    let effect = match when.as_of {
        Some(day) => language.pick(format!("{day} 当日生效的情况"), format!("what was in effect on {day}")),
        None => language.pick(
            format!("全部已记录的情况，按 {day} 计"),
            format!("all that was recorded, counted for {day}"),
        ),
    };
    let known = match (when.known_at, when.at) {
        (Some(time), _) => language.pick(format!("按 {time} 时所知"), format!("as known at {time}")),
        (None, Some(at)) => {
            language.pick(format!("按记录到第 {at} 条时所知"), format!("as known at position {at}"))
        }
        (None, None) => language.pick("按现在所知".to_owned(), "as known now".to_owned()),
    };
    language.pick(
        format!("{effect}，{known}，依据日志第 1 至 {position} 条"),
        format!("{effect}, {known}, from the events 1 to {position}"),
    )
}

/// A county on the city's page.
pub fn county(_: usize, row: &PartEntry, language: Language, output: &mut Output) -> Result<(), Failure> {
    let figures = COUNTY_FIGURES.iter().map(|(name, zh, en)| {
        let value = row.figures.get(*name).map_or_else(|| "—".to_owned(), ToString::to_string);
        format!("{} {value}", language.pick(*zh, *en))
    });
    let figures = figures.collect::<Vec<_>>().join(language.pick("，", ", "));
    paper::write(output, 0, &format!("{} {}", row.code, row.name))?;
    paper::write(output, 4, &figures)
}

/// What a register and a ledger have in common of a joint branch.
pub trait JointBranchEntry {
    /// What is written of it.
    fn told(&self) -> Told<'_>;
}

/// A joint branch as it is written on paper and as CSV.
pub struct Told<'a> {
    id: JointBranchId,
    name: &'a Text,
    arrangement: Arrangement,
    mode: &'a Mode,
    form: Form,
    form_kind: Option<&'a Code>,
    names: &'a CodeNames,
    phase: Phase,
    county: Option<&'a PlaceLabel>,
    lead_township: Option<&'a PlaceLabel>,
    members: &'a [MemberRow],
    proposed_on: Date,
    established_on: Option<Date>,
    document: Option<&'a DocumentNumber>,
    /// The secretary's id, and the name where it is known.
    secretary: Option<(PersonId, Option<&'a str>)>,
    vacant_since: Option<Date>,
    dissolved_on: Option<Date>,
    last_grades: &'a [QuarterGrade],
    obligations: &'a [Obligation],
}

impl JointBranchEntry for RegisterEntry {
    fn told(&self) -> Told<'_> {
        Told {
            id: self.id,
            name: &self.name,
            arrangement: self.arrangement,
            mode: &self.mode,
            form: self.form,
            form_kind: self.form_kind.as_ref(),
            names: &self.names,
            phase: self.phase,
            county: self.county.as_ref(),
            lead_township: self.lead_township.as_ref(),
            members: &self.members,
            proposed_on: self.proposed_on,
            established_on: self.established_on,
            document: self.document.as_ref(),
            secretary: self.secretary.as_ref().map(|found| (found.person, found.name())),
            vacant_since: self.vacant_since,
            dissolved_on: self.dissolved_on,
            last_grades: &self.last_grades,
            obligations: &self.obligations,
        }
    }
}

impl JointBranchEntry for LedgerEntry {
    fn told(&self) -> Told<'_> {
        let row = &*self.row;
        let establishment = row.establishment.as_ref();
        Told {
            id: row.id,
            name: &row.name,
            arrangement: row.arrangement,
            mode: &row.mode,
            form: row.form,
            form_kind: row.form_kind.as_ref(),
            names: &self.names,
            phase: row.phase,
            county: row.county.as_ref(),
            lead_township: row.lead_township.as_ref(),
            members: &row.members,
            proposed_on: row.proposed_on,
            established_on: establishment.map(|decision| decision.effective_date),
            document: establishment.and_then(|decision| decision.document.as_ref()),
            secretary: row.secretary.as_ref().map(|found| (found.person, found.name())),
            vacant_since: row.vacant_since,
            dissolved_on: row.dissolved_on,
            last_grades: &self.last_grades,
            obligations: &self.obligations,
        }
    }
}

/// A joint branch on the page of its county or township.
pub fn joint_branch<E: JointBranchEntry>(
    number: usize,
    entry: &E,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let told = entry.told();
    let kind = kind_parts(told.arrangement, told.mode, (told.form, told.form_kind), told.names, language);
    let phase = coded("phase", &told.phase, language);
    paper::write(output, 0, &format!("{number}. {}  {phase}  {}", told.name, kind.join("，")))?;
    paper::write(output, 4, &told.id.to_string())?;
    let dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let members = told.members.iter().map(|member| member.name.to_string()).collect();
    let secretary =
        told.secretary.map(|(person, name)| name.map_or_else(|| person.to_string(), str::to_owned));
    let grades = told.last_grades.iter().map(|found| {
        let corrected = if found.corrected { language.pick("（更正）", " (corrected)") } else { "" };
        format!("{} {}{corrected}", found.quarter, coded("grade", &found.grade, language))
    });
    let grades = grades.collect::<Vec<_>>();
    let list = |items: Vec<String>| if items.is_empty() { "—".to_owned() } else { items.join("、") };
    let lead = told.lead_township;
    let lines = [
        (
            language.pick("牵头", "lead"),
            format!(
                "{} {}",
                dash(lead.map(|place| place.code.to_string())),
                dash(lead.map(|place| place.name.to_string()))
            ),
        ),
        (
            language.pick("成立", "established"),
            format!(
                "{} {}",
                dash(told.established_on.map(|day| day.to_string())),
                dash(told.document.map(ToString::to_string))
            ),
        ),
        (language.pick("成员", "members"), list(members)),
        (language.pick("书记", "secretary"), dash(secretary)),
        (language.pick("评估", "grades"), list(grades)),
        (language.pick("待办", "owed"), list(obligations(told.obligations, language))),
        (language.pick("撤销", "dissolved"), dash(told.dissolved_on.map(|day| day.to_string()))),
    ];
    for (name, value) in lines.into_iter().filter(|(_, value)| value != "—") {
        paper::write(output, 4, &format!("{name} {value}"))?;
    }
    Ok(())
}

fn obligations(owed: &[Obligation], language: Language) -> Vec<String> {
    let one = |owed: &Obligation| {
        let days = owed.overdue_days;
        let overdue = if days > 0 {
            language.pick(format!("，逾期 {days} 天"), format!(", {days} days overdue"))
        } else {
            String::new()
        };
        format!("{}（{}{overdue}）", obligation_kind(owed, language), owed.due)
    };
    owed.iter().map(one).collect()
}

/// The city as CSV: a line a figure, for itself and each county.
pub fn city_csv(view: &View<PartEntry>, output: &mut Output) -> Result<(), Failure> {
    let own = view.figures.iter().map(|(name, figure)| {
        let unit = figure.unit.to_string();
        vec![view.scope.clone(), String::new(), name.to_string(), figure.value.to_string(), unit]
    });
    let counties = view.rows.iter().flat_map(|row| {
        row.figures.iter().map(|(name, value)| {
            let unit = view.figures.get(name).map_or_else(String::new, |figure| figure.unit.to_string());
            vec![row.code.to_string(), row.name.to_string(), name.to_string(), value.to_string(), unit]
        })
    });
    csv_file::write(output, &["code", "name", "figure", "value", "unit"], own.chain(counties))
}

/// A register or ledger as CSV: a line a joint branch, with codes as they are.
pub fn csv<E: JointBranchEntry>(view: &View<E>, output: &mut Output) -> Result<(), Failure> {
    csv_file::write(output, &COLUMNS, view.rows.iter().map(|entry| line(&entry.told())))
}

fn line(told: &Told<'_>) -> Vec<String> {
    fn or_empty(text: Option<impl ToString>) -> String {
        text.map_or_else(String::new, |text| text.to_string())
    }
    let last = told.last_grades.first();
    vec![
        told.id.to_string(),
        told.name.to_string(),
        wire_code(&told.arrangement).unwrap_or_default(),
        told.mode.to_string(),
        or_empty(told.names.mode_name.as_ref().map(|name| &name.zh)),
        wire_code(&told.form).unwrap_or_default(),
        or_empty(told.form_kind),
        or_empty(told.names.form_kind_name.as_ref().map(|name| &name.zh)),
        wire_code(&told.phase).unwrap_or_default(),
        or_empty(told.county.map(|place| &place.code)),
        or_empty(told.lead_township.map(|place| &place.code)),
        or_empty(told.lead_township.map(|place| &place.name)),
        told.proposed_on.to_string(),
        or_empty(told.established_on),
        or_empty(told.document),
        or_empty(told.secretary.map(|(person, _)| person)),
        or_empty(told.secretary.and_then(|(_, name)| name)),
        or_empty(told.vacant_since),
        or_empty(told.dissolved_on),
        or_empty(last.map(|found| found.quarter)),
        or_empty(last.and_then(|found| wire_code(&found.grade))),
    ]
}
