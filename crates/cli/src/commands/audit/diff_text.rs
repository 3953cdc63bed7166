//! A comparison on paper and as CSV.

use domain::date::Timestamp;
use domain::say::Language;
use projections::FieldChange;
use serde_json::Value;

use super::diff::{ChangeTold, EndTold, Told};
use super::{csv_file, paper, words};
use crate::commands::show::figure_name;
use crate::exit::Failure;
use crate::output::Output;

/// How far the clocks of China are ahead of UTC.
const CHINA_AHEAD_MINUTES: i64 = 8 * 60;
/// From how many days between effect and recording both are pointed out.
const POINTED_OUT_DAYS: i32 = 1;
/// The most fields of one change on paper; CSV and JSON have them all.
const FIELDS_ON_PAPER: usize = 12;

/// The columns of CSV: a line a field that changed, or one for a change that no row shows.
const HEADER: [&str; 23] = [
    "position",
    "effective_date",
    "recorded_at",
    "type",
    "what",
    "subject",
    "name",
    "county",
    "township",
    "actor",
    "actor_name",
    "actor_role",
    "on_behalf_of",
    "authority_name",
    "document",
    "document_issued",
    "meeting",
    "reason",
    "override_reason",
    "row",
    "field",
    "before",
    "after",
];

/// On paper.
pub fn print(told: &Told, language: Language, output: &mut Output) -> Result<(), Failure> {
    let simulated =
        if told.simulated { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let (scope, position) = (&told.scope, told.position);
    paper::write(
        output,
        0,
        &language.pick(format!("{scope} 变动对照{simulated}"), format!("{scope}: what changed{simulated}")),
    )?;
    paper::write(
        output,
        0,
        &match (told.from, told.to) {
            (EndTold::Day(from), EndTold::Day(to)) => language.pick(
                format!("{from} 之后至 {to} 生效的变动，按现在所知，依据日志第 1 至 {position} 条"),
                format!("in effect after {from} up to {to}, as known now, from the events 1 to {position}"),
            ),
            (EndTold::Time(from), EndTold::Time(to)) => language.pick(
                format!("{} 之后至 {} 录入的变动，不论何日生效；两端的指标各按当时所知、当日计算", in_china(from), in_china(to)),
                format!("recorded after {} up to {}, whatever day it took effect; figures as known then, of that day", in_china(from), in_china(to)),
            ),
            (from, to) => language.pick(
                format!("日志第 {from} 条之后至第 {to} 条记录的变动"),
                format!("recorded after position {from} up to {to}"),
            ),
        },
    )?;
    paper::rule(output)?;
    for figure in &told.figures {
        let unit = figure.unit.say();
        let before = figure.before.map_or_else(|| "—".to_owned(), |value| value.to_string());
        let line = format!(
            "{}: {before} → {} {}",
            figure_name(&figure.name, language),
            figure.after,
            language.pick(&unit.zh, &unit.en)
        );
        paper::write(output, 0, &line)?;
        paper::write(output, 4, language.pick(&figure.definition.zh, &figure.definition.en))?;
    }
    if told.figures.is_empty() {
        output.line(language.pick("指标没有变化", "no figure changed"))?;
    }
    paper::rule(output)?;
    for (index, change) in told.changes.iter().enumerate() {
        print_change(index + 1, change, language, output)?;
    }
    let count = told.changes.len();
    output.line(language.pick(format!("共 {count} 项变动"), format!("{count} changes")))
}

fn print_change(
    number: usize,
    change: &ChangeTold,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let what = language.pick(&change.what.zh, &change.what.en);
    let name = change.name.as_ref().unwrap_or(&change.subject);
    paper::write(output, 0, &format!("{number}. {}  {what}  {name}", change.effective_date))?;
    for (label, value) in particulars(change, language) {
        paper::write(output, 4, &format!("{label} {value}"))?;
    }
    for told in change.fields.iter().take(FIELDS_ON_PAPER) {
        let FieldChange { field, before, after, .. } = &told.change;
        let line = format!(
            "{}: {} → {}",
            words::field(field, language),
            named(field, before, told.before_name.as_deref(), language),
            named(field, after, told.after_name.as_deref(), language)
        );
        paper::write(output, 4, &line)?;
    }
    let more = change.fields.len().saturating_sub(FIELDS_ON_PAPER);
    if more > 0 {
        let line = language.pick(
            format!("另有 {more} 个字段，见 --csv 或 --json"),
            format!("and {more} more fields: see --csv or --json"),
        );
        paper::write(output, 4, &line)?;
    }
    Ok(())
}

/// When, by whom, on whose authority, on which document, why.
fn particulars(change: &ChangeTold, language: Language) -> Vec<(&'static str, String)> {
    let days = change.recorded_after_days;
    let late = if days >= POINTED_OUT_DAYS {
        language.pick(format!("（生效后 {days} 天录入）"), format!(" ({days} days after it took effect)"))
    } else {
        String::new()
    };
    let folded = change.folded_on;
    let folded = if folded == change.effective_date {
        String::new()
    } else {
        language
            .pick(format!("，更正 {folded} 生效的记录"), format!(", corrects what took effect on {folded}"))
    };
    let (role, actor) = (words::role(change.actor_role, language), &change.actor);
    let person = match &change.actor_name {
        Some(name) => format!("{name}（{role} {actor}）"),
        None => format!("{actor}（{role}）"),
    };
    let authority = match &change.authority_name {
        Some(name) => format!("{name}（{}）", change.on_behalf_of),
        None => change.on_behalf_of.clone(),
    };
    let position = change.position;
    let mut lines = vec![
        (
            language.pick("录入", "recorded"),
            language.pick(
                format!("{}，第 {position} 条{late}{folded}", in_china(change.recorded_at)),
                format!("{}, position {position}{late}{folded}", change.recorded_at),
            ),
        ),
        (language.pick("经办", "by"), person),
        (language.pick("名义", "on behalf of"), authority),
    ];
    if let Some(document) = &change.document {
        let text = format!("{}（{}）", document.number, document.issued);
        lines.push((language.pick("文件", "document"), text));
    }
    if let Some(day) = change.decided_on {
        lines.push((language.pick("本应生效", "decided for"), day.to_string()));
    }
    if let Some(decided) = &change.decided_by {
        lines.push((language.pick("会议", "meeting"), format!("{}（{}）", decided.meeting, decided.date)));
    }
    if let Some(reason) = &change.reason {
        lines.push((language.pick("理由", "reason"), reason.clone()));
    }
    if let Some(set_aside) = &change.set_aside {
        let text = format!("{}（{}）", set_aside.reason, set_aside.document);
        lines.push((language.pick("特殊情况（经批准）", "override"), text));
    }
    lines
}

/// When it was recorded, by the clocks of China.
fn in_china(time: Timestamp) -> String {
    let minutes = (time.milliseconds() / 60_000 + CHINA_AHEAD_MINUTES).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}（北京时间）", time.day(), minutes / 60, minutes % 60)
}

/// A value, with the person's name where it is the id of one.
fn named(field: &str, value: &Value, name: Option<&str>, language: Language) -> String {
    let value = words::value(field, value, language);
    match name {
        Some(name) => format!("{name}（{value}）"),
        None => value,
    }
}

/// As CSV.
pub fn csv(told: &Told, output: &mut Output) -> Result<(), Failure> {
    let lines = told.changes.iter().flat_map(|change| {
        let alone = change.fields.is_empty().then(|| line(change, None));
        alone.into_iter().chain(change.fields.iter().map(|field| line(change, Some(&field.change))))
    });
    csv_file::write(output, &HEADER, lines)
}

fn line(change: &ChangeTold, field: Option<&FieldChange>) -> Vec<String> {
    fn or_empty(text: Option<impl ToString>) -> String {
        text.map_or_else(String::new, |text| text.to_string())
    }
    let value = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    vec![
        change.position.to_string(),
        change.effective_date.to_string(),
        change.recorded_at.to_string(),
        change.event_type.to_owned(),
        change.what.zh.to_string(),
        change.subject.clone(),
        or_empty(change.name.as_ref()),
        or_empty(change.county.as_ref()),
        or_empty(change.township.as_ref()),
        change.actor.clone(),
        or_empty(change.actor_name.as_ref()),
        words::role_code(change.actor_role),
        change.on_behalf_of.clone(),
        or_empty(change.authority_name.as_ref()),
        or_empty(change.document.as_ref().map(|document| &document.number)),
        or_empty(change.document.as_ref().map(|document| document.issued)),
        or_empty(change.decided_by.as_ref().map(|decided| &decided.meeting)),
        or_empty(change.reason.as_ref()),
        or_empty(change.set_aside.as_ref().map(|found| &found.reason)),
        or_empty(field.map(|found| &found.row)),
        or_empty(field.map(|found| &found.field)),
        field.map_or_else(String::new, |found| value(&found.before)),
        field.map_or_else(String::new, |found| value(&found.after)),
    ]
}

#[cfg(test)]
mod tests {
    use super::in_china;

    #[test]
    fn it_was_recorded_by_the_clocks_of_china() {
        assert_eq!(in_china("2019-06-30T16:05:59.999Z".parse().unwrap()), "2019-07-01 00:05（北京时间）");
    }
}
