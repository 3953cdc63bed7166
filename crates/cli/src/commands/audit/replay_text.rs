//! A replayed view on paper and as CSV.

use serde_json::Value;

use super::tier::Tier;
use super::{csv_file, paper, words};
use crate::commands::show::{When, figure_words, kind_parts};
use crate::exit::Failure;
use crate::language::Language;
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
    ("evaluations_missing", "未考评", "not evaluated"),
    ("dissolved", "已撤销", "dissolved"),
];

/// The columns of a joint branch in CSV: the header, and where the value stands in the row.
const COLUMNS: [(&str, &str); 19] = [
    ("id", "/id"),
    ("name", "/name"),
    ("arrangement", "/arrangement"),
    ("mode", "/mode"),
    ("mode_name", "/mode_name/zh"),
    ("form", "/form"),
    ("form_kind", "/form_kind"),
    ("form_kind_name", "/form_kind_name/zh"),
    ("phase", "/phase"),
    ("county", "/county/code"),
    ("lead_township", "/lead_township/code"),
    ("lead_township_name", "/lead_township/name"),
    ("proposed_on", "/proposed_on"),
    ("established_on", "/established_on"),
    ("document", "/document"),
    ("secretary", "/secretary/person"),
    ("secretary_name", "/secretary/name"),
    ("vacant_since", "/vacant_since"),
    ("dissolved_on", "/dissolved_on"),
];

/// On paper.
pub fn print(
    view: &Value,
    when: &When,
    tier: Tier,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let text = |name: &str| words::value(name, &view[name], language);
    let simulated =
        if view["simulated"] == true { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let title = match tier {
        Tier::City => language.pick("全市情况", "the city"),
        Tier::County => language.pick("县（区）清单", "the county's register"),
        Tier::Township => language.pick("乡镇（街道）台账", "the township's ledger"),
    };
    paper::write(output, 0, &format!("{} {title}{simulated}", text("scope")))?;
    paper::write(output, 0, &moment(view, when, language))?;
    paper::rule(output)?;
    let figures = view["figures"].as_object().into_iter().flatten();
    for (name, figure) in figures {
        let (name, unit) = figure_words(name, &figure["unit"], language);
        paper::write(
            output,
            0,
            &format!("{name}: {} {unit}", words::value("value", &figure["value"], language)),
        )?;
        let definition = figure["definition"][language.pick("zh", "en")].as_str().unwrap_or_default();
        paper::write(output, 4, definition)?;
    }
    paper::rule(output)?;
    let rows = view["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (index, row) in rows.iter().enumerate() {
        match tier {
            Tier::City => county(row, language, output)?,
            Tier::County | Tier::Township => joint_branch(index + 1, row, language, output)?,
        }
    }
    Ok(())
}

/// Which past it is: what was in effect, and what was known.
fn moment(view: &Value, when: &When, language: Language) -> String {
    let day = words::value("as_of", &view["as_of"], language);
    let position = words::value("position", &view["position"], language);
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

fn county(row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let text = |name: &str| words::value(name, &row[name], language);
    let figures = COUNTY_FIGURES.iter().map(|(name, zh, en)| {
        let value = text(name);
        format!("{} {value}", language.pick(*zh, *en))
    });
    let figures = figures.collect::<Vec<_>>().join(language.pick("，", ", "));
    paper::write(output, 0, &format!("{} {}", text("code"), text("name")))?;
    paper::write(output, 4, &figures)
}

fn joint_branch(number: usize, row: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let text = |pointer: &str| words::value(pointer, row.pointer(pointer).unwrap_or(&Value::Null), language);
    let kind = kind_parts(row, language).join("，");
    paper::write(output, 0, &format!("{number}. {}  {}  {kind}", text("/name"), text("/phase")))?;
    paper::write(output, 4, &text("/id"))?;
    let established = row.pointer("/established_on").or_else(|| row.pointer("/establishment/effective_date"));
    let document = row.pointer("/establishment/document").or_else(|| row.pointer("/document"));
    let own = |name: &str, value: Option<&Value>| words::value(name, value.unwrap_or(&Value::Null), language);
    let members = row["members"].as_array().into_iter().flatten();
    let members = members.map(|member| words::value("name", &member["name"], language)).collect::<Vec<_>>();
    let person = if row["secretary"]["name"].is_null() { "/secretary/person" } else { "/secretary/name" };
    let grades = row["last_grades"].as_array().into_iter().flatten().map(|grade| {
        let corrected =
            if grade["corrected"] == true { language.pick("（更正）", " (corrected)") } else { "" };
        format!("{} {}{corrected}", own("quarter", grade.get("quarter")), own("grade", grade.get("grade")))
    });
    let grades = grades.collect::<Vec<_>>();
    let list = |items: Vec<String>| if items.is_empty() { "—".to_owned() } else { items.join("、") };
    let lines = [
        (
            language.pick("牵头", "lead"),
            format!("{} {}", text("/lead_township/code"), text("/lead_township/name")),
        ),
        (
            language.pick("成立", "established"),
            format!("{} {}", own("established_on", established), own("document", document)),
        ),
        (language.pick("成员", "members"), list(members)),
        (language.pick("书记", "secretary"), text(person)),
        (language.pick("考评", "grades"), list(grades)),
        (language.pick("待办", "owed"), list(obligations(row, language))),
        (language.pick("撤销", "dissolved"), text("/dissolved_on")),
    ];
    for (name, value) in lines.into_iter().filter(|(_, value)| value != "—") {
        paper::write(output, 4, &format!("{name} {value}"))?;
    }
    Ok(())
}

fn obligations(row: &Value, language: Language) -> Vec<String> {
    let owed = row["obligations"].as_array().into_iter().flatten().map(|owed| {
        let kind = words::value("obligation", &owed[language.pick("kind_zh", "kind")], language);
        let days = owed["overdue_days"].as_i64().filter(|days| *days > 0);
        let overdue = days.map_or_else(String::new, |days| {
            language.pick(format!("，逾期 {days} 天"), format!(", {days} days overdue"))
        });
        format!("{kind}（{}{overdue}）", words::value("due", &owed["due"], language))
    });
    owed.collect()
}

/// As CSV: of the city a line a figure, for itself and each county; of the others a line a joint branch.
pub fn csv(view: &Value, tier: Tier, output: &mut Output) -> Result<(), Failure> {
    let rows = view["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if tier == Tier::City {
        let figures = view["figures"].as_object().into_iter().flatten();
        let own = figures.map(|(name, figure)| {
            vec![
                cell(&view["scope"]),
                String::new(),
                name.clone(),
                cell(&figure["value"]),
                cell(&figure["unit"]),
            ]
        });
        let counties = rows.iter().flat_map(|row| {
            let figures = row.as_object().into_iter().flatten();
            let figures = figures.filter(|(name, _)| !["code", "name"].contains(&name.as_str()));
            figures.map(|(name, value)| {
                let unit = cell(&view["figures"][name]["unit"]);
                vec![cell(&row["code"]), cell(&row["name"]), name.clone(), cell(value), unit]
            })
        });
        return csv_file::write(output, &["code", "name", "figure", "value", "unit"], own.chain(counties));
    }
    let header = COLUMNS.map(|(name, _)| name);
    let lines = rows.iter().map(|row| {
        let cells = COLUMNS.iter().map(|(name, pointer)| {
            let nested = match *name {
                "established_on" => row.pointer("/establishment/effective_date"),
                "document" => row.pointer("/establishment/document"),
                _ => None,
            };
            cell(row.pointer(pointer).filter(|value| !value.is_null()).or(nested).unwrap_or(&Value::Null))
        });
        let mut cells: Vec<String> = cells.collect();
        let grade = |index: usize| cell(&row["last_grades"][index]["grade"]);
        cells.extend([cell(&row["last_grades"][0]["quarter"]), grade(0)]);
        cells
    });
    let header: Vec<&str> = header.into_iter().chain(["last_quarter", "last_grade"]).collect();
    csv_file::write(output, &header, lines)
}
