//! A joint branch for the eye: what it is, who belongs to it, who leads it, how it was graded, and what it owes.

use domain::code::Code;
use domain::joint_branch::{Arrangement, Establishment, Form, Mode};
use domain::say::Language;
use projections::rows::{JointBranchRow, MemberRow, PlaceLabel};
use projections::{CodeNames, LedgerEntry, Obligation, View, wire_code};

use super::cell::{coded, or_dash, word};
use super::table::head;
use crate::exit::Failure;
use crate::output::Output;

/// Prints the view of a joint branch.
pub fn view(view: &View<LedgerEntry>, language: Language, output: &mut Output) -> Result<(), Failure> {
    head(view, language, output)?;
    view.rows.iter().try_for_each(|entry| print(entry, language, output))
}

fn print(entry: &LedgerEntry, language: Language, output: &mut Output) -> Result<(), Failure> {
    let row = &entry.row;
    output.line(format!("{}  ({})", row.name, row.id))?;
    let place = |place: &PlaceLabel| format!("{} {}", place.code, place.name);
    let form = (row.form, row.form_kind.as_ref());
    let kind =
        kind_parts(row.arrangement, &row.mode, form, &entry.names, language).join(language.pick("，", ", "));
    let establishment = row.establishment.as_ref().map(|decision| establishment(row, decision, language));
    let registered = row.registration.as_ref().map(|found| match &found.confirmed {
        Some(confirmed) => language.pick(
            format!("存量，{} 确认  {}", confirmed.effective_date, or_dash(confirmed.document.as_ref())),
            format!(
                "from before, confirmed {}  {}",
                confirmed.effective_date,
                or_dash(confirmed.document.as_ref())
            ),
        ),
        None => language.pick("存量，待确认", "from before, not confirmed").to_owned(),
    });
    let mut lines = vec![
        (language.pick("类型", "kind"), kind),
        (language.pick("状态", "state"), coded("phase", &row.phase, language)),
        (language.pick("牵头乡镇", "lead township"), or_dash(row.lead_township.as_ref().map(place))),
        (language.pick("提出日期", "proposed on"), row.proposed_on.to_string()),
        (language.pick("成立", "established"), or_dash(establishment)),
        (language.pick("存量登记", "registered"), or_dash(registered)),
        (language.pick("书记", "secretary"), secretary(row, language)),
        (
            language.pick("整改期限", "rectification due"),
            or_dash(row.rectification.as_ref().map(|order| order.deadline)),
        ),
        (language.pick("撤销日期", "dissolved on"), or_dash(row.dissolved_on)),
        (language.pick("撤销理由", "ground"), coded("ground", &row.ground, language)),
    ];
    lines.retain(|(_, text)| text != "-");
    output.table(&lines.into_iter().map(|(name, text)| vec![name.to_owned(), text]).collect::<Vec<_>>())?;
    members(row, language, output)?;
    grades(row, language, output)?;
    obligations(&entry.obligations, language, output)?;
    output.line("")?;
    output.line(language.pick("全部字段：加 --json", "every field: add --json"))
}

/// Arrangement, mode and form in words; what a policy has added brings its own name with the row.
pub fn kind_parts(
    arrangement: Arrangement,
    mode: &Mode,
    (form, form_kind): (Form, Option<&Code>),
    names: &CodeNames,
    language: Language,
) -> Vec<String> {
    let mode = match &names.mode_name {
        Some(name) => added(Some(name), "", language),
        None => coded("mode", mode, language),
    };
    let form_kind = form_kind.map(|kind| added(names.form_kind_name.as_ref(), kind.as_str(), language));
    let always = [coded("arrangement", &arrangement, language), mode, coded("form", &form, language)];
    always.into_iter().chain(form_kind).collect()
}

/// The name that a policy has given a code.
fn added(name: Option<&domain::say::Say>, code: &str, language: Language) -> String {
    name.map_or_else(|| code.to_owned(), |name| language.pick(&name.zh, &name.en).to_string())
}

fn establishment(row: &JointBranchRow, decision: &Establishment, language: Language) -> String {
    let day = row.established().map(|day| language.pick(day.zh, day.en).into_owned());
    let day = day.unwrap_or_else(|| language.pick("档案未见", "not on file").to_owned());
    if row.registration.is_some() {
        return format!("{day}  {}", or_dash(decision.document.as_ref()));
    }
    let by = coded("level", &decision.level, language);
    format!("{day}  {}  {by}", or_dash(decision.document.as_ref()))
}

fn secretary(row: &JointBranchRow, language: Language) -> String {
    match (&row.secretary, row.approval_owed, row.vacant_since) {
        (Some(secretary), _, _) => {
            let who = secretary.name().map_or_else(|| secretary.person.to_string(), str::to_owned);
            let since = secretary.since;
            let end = secretary.term_end.map_or_else(
                || language.pick("（档案未见）", "(not on file)").to_owned(),
                |end| end.to_string(),
            );
            language.pick(
                format!("{who}，{since} 起，任期至 {end}"),
                format!("{who} since {since}, term until {end}"),
            )
        }
        (None, Some(owed), _) => {
            let on = owed.held_on;
            language.pick(format!("{on} 已当选，待批复"), format!("elected on {on}, to be approved"))
        }
        (None, None, Some(since)) => {
            language.pick(format!("空缺，自 {since}"), format!("vacant since {since}"))
        }
        (None, None, None) => "-".to_owned(),
    }
}

fn members(row: &JointBranchRow, language: Language, output: &mut Output) -> Result<(), Failure> {
    let functions = |member: &MemberRow| {
        let held = row.functions.get(&member.organization).into_iter().flatten();
        let words = held.map(|function| word("functions", function.0.as_str(), language));
        words.collect::<Vec<_>>().join(language.pick("、", ", "))
    };
    let header = language.pick(
        ["成员", "村", "村代码", "正式党员", "状态", "已划转的职能"],
        ["member", "village", "code", "formal members", "state", "functions moved"],
    );
    let line = |member: &MemberRow| {
        vec![
            member.name.to_string(),
            or_dash(member.village.as_ref().map(|village| &village.name)),
            or_dash(member.village.as_ref().map(|village| &village.code)),
            member.formal_members.to_string(),
            word("status", member.status.code(), language),
            functions(member),
        ]
    };
    table(header, row.members.iter().map(line).collect(), output)
}

fn grades(row: &JointBranchRow, language: Language, output: &mut Output) -> Result<(), Failure> {
    let header = language
        .pick(["季度", "等次", "录入日期", "更正过"], ["quarter", "grade", "recorded on", "corrected"]);
    let lines = row.evaluations.iter().map(|(quarter, found)| {
        vec![
            quarter.say().in_language(language).to_owned(),
            coded("grade", &found.grade, language),
            found.recorded_on.to_string(),
            if found.corrected { language.pick("是", "yes").to_owned() } else { "-".to_owned() },
        ]
    });
    table(header, lines.collect(), output)
}

fn obligations(owed: &[Obligation], language: Language, output: &mut Output) -> Result<(), Failure> {
    let header = language.pick(["待办", "期限", "逾期天数", "说明"], ["owed", "due", "days overdue", "what"]);
    let lines = owed.iter().map(|found| {
        let detail = found.detail.say();
        vec![
            obligation_kind(found, language),
            found.due.to_string(),
            found.overdue_days.to_string(),
            language.pick(&detail.zh, &detail.en).to_string(),
        ]
    });
    table(header, lines.collect(), output)
}

/// What is owed: its name in Chinese, its code in English.
pub fn obligation_kind(owed: &Obligation, language: Language) -> String {
    match language {
        Language::Zh => owed.kind_zh.to_string(),
        Language::En => wire_code(&owed.kind).unwrap_or_default(),
    }
}

/// A table under its header, after an empty line; nothing where it has no rows.
fn table<const N: usize>(
    header: [&str; N],
    lines: Vec<Vec<String>>,
    output: &mut Output,
) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    output.line("")?;
    let header = header.map(str::to_owned).to_vec();
    output.table(&std::iter::once(header).chain(lines).collect::<Vec<_>>())
}
