//! A comparison on paper and as CSV.

use domain::date::Timestamp;
use serde_json::Value;

use super::{csv_file, paper, words};
use crate::commands::show::figure_words;
use crate::exit::Failure;
use crate::language::Language;
use crate::output::Output;

/// How far the clocks of China are ahead of UTC.
const CHINA_AHEAD_MINUTES: i64 = 8 * 60;
/// From how many days between effect and recording both are pointed out.
const POINTED_OUT_DAYS: i64 = 1;
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
pub fn print(told: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let text = |name: &str| words::value(name, &told[name], language);
    let simulated =
        if told["simulated"] == true { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let (scope, from, to, position) = (text("scope"), text("from"), text("to"), text("position"));
    paper::write(
        output,
        0,
        &language.pick(format!("{scope} 变动对照{simulated}"), format!("{scope}: what changed{simulated}")),
    )?;
    let is_days = told["from"].is_string();
    paper::write(
        output,
        0,
        &match is_days {
            true => language.pick(
                format!("{from} 之后至 {to} 生效的变动，按现在所知，依据日志第 1 至 {position} 条"),
                format!("in effect after {from} up to {to}, as known now, from the events 1 to {position}"),
            ),
            false => language.pick(
                format!("日志第 {from} 条之后至第 {to} 条记录的变动"),
                format!("recorded after position {from} up to {to}"),
            ),
        },
    )?;
    paper::rule(output)?;
    let figures = told["figures"].as_array().map(Vec::as_slice).unwrap_or_default();
    for figure in figures {
        let own = |name: &str| words::value(name, &figure[name], language);
        let name = figure["name"].as_str().unwrap_or_default();
        let (name, unit) = figure_words(name, &figure["unit"], language);
        let line = format!("{name}: {} → {} {unit}", own("before"), own("after"));
        paper::write(output, 0, &line)?;
        let definition = figure["definition"][language.pick("zh", "en")].as_str().unwrap_or_default();
        paper::write(output, 4, definition)?;
    }
    if figures.is_empty() {
        output.line(language.pick("指标没有变化", "no figure changed"))?;
    }
    paper::rule(output)?;
    let changes = told["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (index, change) in changes.iter().enumerate() {
        print_change(index + 1, change, language, output)?;
    }
    let count = changes.len();
    output.line(language.pick(format!("共 {count} 项变动"), format!("{count} changes")))
}

fn print_change(
    number: usize,
    change: &Value,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let text = |name: &str| words::value(name, &change[name], language);
    let what = change["what"][language.pick("zh", "en")].as_str().unwrap_or_default();
    let name = if change["name"].is_null() { text("subject") } else { text("name") };
    paper::write(output, 0, &format!("{number}. {}  {what}  {name}", text("effective_date")))?;
    for (label, value) in particulars(change, language) {
        paper::write(output, 4, &format!("{label} {value}"))?;
    }
    let fields = change["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    for field in fields.iter().take(FIELDS_ON_PAPER) {
        let path = field["field"].as_str().unwrap_or_default();
        let line = format!(
            "{}: {} → {}",
            words::field(path, language),
            named(field, "before", language),
            named(field, "after", language)
        );
        paper::write(output, 4, &line)?;
    }
    let more = fields.len().saturating_sub(FIELDS_ON_PAPER);
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
fn particulars(change: &Value, language: Language) -> Vec<(&'static str, String)> {
    let text = |name: &str| words::value(name, &change[name], language);
    let late = change["recorded_after_days"].as_i64().filter(|days| *days >= POINTED_OUT_DAYS);
    let late = late.map_or_else(String::new, |days| {
        language.pick(format!("（生效后 {days} 天录入）"), format!(" ({days} days after it took effect)"))
    });
    let folded = change["folded_on"].as_str().filter(|day| change["effective_date"] != **day);
    let folded = folded.map_or_else(String::new, |day| {
        language.pick(format!("，更正 {day} 生效的记录"), format!(", corrects what took effect on {day}"))
    });
    let role = words::role(&change["actor_role"], language);
    let person = match change["actor_name"].as_str() {
        Some(name) => format!("{name}（{role} {}）", text("actor")),
        None => format!("{}（{role}）", text("actor")),
    };
    let authority = match change["authority_name"].as_str() {
        Some(name) => format!("{name}（{}）", text("on_behalf_of")),
        None => text("on_behalf_of"),
    };
    let part = |group: &str, name: &str| words::value(name, &change[group][name], language);
    let mut lines = vec![
        (
            language.pick("录入", "recorded"),
            language.pick(
                format!("{}，第 {} 条{late}{folded}", in_china(change), text("position")),
                format!("{}, position {}{late}{folded}", text("recorded_at"), text("position")),
            ),
        ),
        (language.pick("经办", "by"), person),
        (language.pick("名义", "on behalf of"), authority),
    ];
    if change["document"].is_object() {
        let (number, issued) = (part("document", "number"), part("document", "issued"));
        lines.push((language.pick("文件", "document"), format!("{number}（{issued}）")));
    }
    if change["decided_by"].is_object() {
        let (meeting, date) = (part("decided_by", "meeting"), part("decided_by", "date"));
        lines.push((language.pick("会议", "meeting"), format!("{meeting}（{date}）")));
    }
    if change["reason"].is_string() {
        lines.push((language.pick("理由", "reason"), text("reason")));
    }
    if change["override"].is_object() {
        let (reason, document) = (part("override", "reason"), part("override", "document"));
        lines.push((language.pick("豁免", "override"), format!("{reason}（{document}）")));
    }
    lines
}

/// When it was recorded, by the clocks of China.
fn in_china(change: &Value) -> String {
    let text = change["recorded_at"].as_str().unwrap_or_default();
    let Ok(time) = text.parse::<Timestamp>() else { return text.to_owned() };
    let minutes = (time.milliseconds() / 60_000 + CHINA_AHEAD_MINUTES).rem_euclid(24 * 60);
    format!("{} {:02}:{:02}（北京时间）", time.day(), minutes / 60, minutes % 60)
}

/// A value, with the person's name where it is the id of one.
fn named(field: &Value, side: &str, language: Language) -> String {
    let value = words::value(field["field"].as_str().unwrap_or_default(), &field[side], language);
    match field[format!("{side}_name")].as_str() {
        Some(name) => format!("{name}（{value}）"),
        None => value,
    }
}

/// As CSV.
pub fn csv(told: &Value, output: &mut Output) -> Result<(), Failure> {
    let changes = told["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lines = changes.iter().flat_map(|change| {
        let fields = change["fields"].as_array().filter(|fields| !fields.is_empty());
        let nothing = std::slice::from_ref(&Value::Null);
        fields.map_or(nothing, Vec::as_slice).iter().map(move |field| line(change, field))
    });
    csv_file::write(output, &HEADER, lines)
}

fn line(change: &Value, field: &Value) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let values = HEADER.map(|name| match name {
        "what" => &change["what"]["zh"],
        "document" => &change["document"]["number"],
        "document_issued" => &change["document"]["issued"],
        "meeting" => &change["decided_by"]["meeting"],
        "override_reason" => &change["override"]["reason"],
        "row" | "field" | "before" | "after" => &field[name],
        _ => &change[name],
    });
    values.into_iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::in_china;

    #[test]
    fn it_was_recorded_by_the_clocks_of_china() {
        let of = |time: &str| in_china(&json!({"recorded_at": time}));
        assert_eq!(of("2019-06-30T16:05:59.999Z"), "2019-07-01 00:05（北京时间）");
        assert_eq!(of("yesterday"), "yesterday");
    }
}
