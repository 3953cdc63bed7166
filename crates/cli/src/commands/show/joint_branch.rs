//! A joint branch for the eye: what it is, who belongs to it, who leads it, how it was graded, and what it owes.

use labels::glossary;
use serde_json::Value;

use super::cell::cell;
use crate::exit::Failure;
use crate::language::Language;
use crate::output::Output;

/// Prints the one row of a joint branch's view.
pub fn print(row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let word = |field: &str| word(field, &row[field], language);
    output.line(format!("{}  ({})", cell(&row["name"]), cell(&row["id"])))?;
    let place = |place: &Value| format!("{} {}", cell(&place["code"]), cell(&place["name"]));
    let mut lines = vec![
        (language.pick("类型", "kind"), kind(row, language)),
        (language.pick("状态", "state"), word("phase")),
        (language.pick("牵头乡镇", "lead township"), place(&row["lead_township"])),
        (language.pick("提出日期", "proposed on"), cell(&row["proposed_on"])),
        (language.pick("成立", "established"), establishment(&row["establishment"], language)),
        (language.pick("书记", "secretary"), secretary(row, language)),
        (language.pick("整改期限", "rectification due"), cell(&row["rectification"]["deadline"])),
        (language.pick("撤销日期", "dissolved on"), cell(&row["dissolved_on"])),
        (language.pick("撤销理由", "ground"), word("ground")),
    ];
    lines.retain(|(_, text)| text != "-");
    output.table(&lines.into_iter().map(|(name, text)| vec![name.to_owned(), text]).collect::<Vec<_>>())?;
    members(row, language, output)?;
    grades(row, language, output)?;
    obligations(row, language, output)?;
    output.line("")?;
    output.line(language.pick("全部字段：加 --json", "every field: add --json"))
}

fn kind(row: &Value, language: Language) -> String {
    kind_parts(row, language).join(language.pick("，", ", "))
}

/// Arrangement, mode and form in words; what a policy has added brings its own name with the row.
pub fn kind_parts(row: &Value, language: Language) -> Vec<String> {
    let named = |field: &str| {
        let added = row[format!("{field}_name")][language.pick("zh", "en")].as_str();
        added.map_or_else(|| word(field, &row[field], language), str::to_owned)
    };
    let kind = (!row["form_kind"].is_null()).then(|| named("form_kind"));
    ["arrangement", "mode", "form"].into_iter().map(named).chain(kind).collect()
}

fn establishment(decision: &Value, language: Language) -> String {
    if decision.is_null() {
        return cell(decision);
    }
    let by = word("level", &decision["level"], language);
    format!("{}  {}  {by}", cell(&decision["effective_date"]), cell(&decision["document"]))
}

fn secretary(row: &Value, language: Language) -> String {
    let secretary = &row["secretary"];
    if secretary.is_null() {
        return match &row["vacant_since"] {
            Value::Null => cell(secretary),
            since => {
                language.pick(format!("空缺，自 {}", cell(since)), format!("vacant since {}", cell(since)))
            }
        };
    }
    let who = if secretary["name"].is_null() { &secretary["person"] } else { &secretary["name"] };
    let (who, since, end) = (cell(who), cell(&secretary["since"]), cell(&secretary["term_end"]));
    language
        .pick(format!("{who}，{since} 起，任期至 {end}"), format!("{who} since {since}, term until {end}"))
}

fn members(row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let functions = |member: &Value| {
        let id = member["organization"].as_str().unwrap_or_default();
        let held = row["functions"][id].as_array().map(Vec::as_slice).unwrap_or_default();
        held.iter()
            .map(|function| word("functions", function, language))
            .collect::<Vec<_>>()
            .join(language.pick("、", ", "))
    };
    let header = language.pick(
        ["成员", "村", "村代码", "正式党员", "状态", "已划转的职能"],
        ["member", "village", "code", "formal members", "state", "functions moved"],
    );
    let line = |member: &Value| {
        vec![
            cell(&member["name"]),
            cell(&member["village"]["name"]),
            cell(&member["village"]["code"]),
            cell(&member["formal_members"]),
            word("status", &member["status"], language),
            functions(member),
        ]
    };
    table(header, array(&row["members"]).iter().map(line).collect(), output)
}

fn grades(row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let header = language
        .pick(["季度", "等次", "录入日期", "更正过"], ["quarter", "grade", "recorded on", "corrected"]);
    let line = |(quarter, evaluation): (&String, &Value)| {
        let corrected = evaluation["corrected"] == true;
        vec![
            language.pick(chinese_quarter(quarter), quarter.clone()),
            word("grade", &evaluation["grade"], language),
            cell(&evaluation["recorded_on"]),
            if corrected { language.pick("是", "yes").to_owned() } else { "-".to_owned() },
        ]
    };
    let lines = row["evaluations"].as_object().into_iter().flatten().map(line).collect();
    table(header, lines, output)
}

fn obligations(row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let header = language.pick(["待办", "期限", "逾期天数", "说明"], ["owed", "due", "days overdue", "what"]);
    let line = |obligation: &Value| {
        let kind = language.pick(&obligation["kind_zh"], &obligation["kind"]);
        let detail = &obligation["detail"][language.pick("zh", "en")];
        vec![cell(kind), cell(&obligation["due"]), cell(&obligation["overdue_days"]), cell(detail)]
    };
    table(header, array(&row["obligations"]).iter().map(line).collect(), output)
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

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// `2026Q3` as 2026年第三季度.
fn chinese_quarter(text: &str) -> String {
    let ordinals = [("1", "一"), ("2", "二"), ("3", "三"), ("4", "四")];
    let named = text.split_once('Q').and_then(|(year, number)| {
        let (_, ordinal) = ordinals.iter().find(|(digit, _)| *digit == number)?;
        Some(format!("{year}年第{ordinal}季度"))
    });
    named.unwrap_or_else(|| text.to_owned())
}

/// A code of a field in words; of a status with particulars, such as `{"abolished": …}`, its name.
pub fn word(field: &str, value: &Value, language: Language) -> String {
    let named = value.as_object().and_then(|fields| fields.keys().next()).cloned();
    let code = named.unwrap_or_else(|| cell(value));
    glossary::code(field, &code).map_or(code.clone(), |(zh, en)| language.pick(zh, en).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{chinese_quarter, word};
    use crate::language::Language;

    #[test]
    fn a_quarter_is_written_out_in_chinese() {
        assert_eq!(chinese_quarter("2026Q3"), "2026年第三季度");
        assert_eq!(chinese_quarter("2026"), "2026");
    }

    #[test]
    fn codes_are_shown_in_words_and_unknown_ones_as_they_are() {
        assert_eq!(word("mode", &json!("large_small"), Language::Zh), "大小村撤并");
        assert_eq!(word("status", &json!({"abolished": {"successor": "x"}}), Language::En), "abolished");
        assert_eq!(word("mode", &json!("of_tomorrow"), Language::Zh), "of_tomorrow");
        assert_eq!(word("mode", &json!(null), Language::Zh), "-");
    }
}
