//! A list for the eye: its figures with what they mean, then a table of what matters in each row.

use projections::ListName;
use serde_json::Value;

use crate::commands::show::cell::cell as table_cell;
use crate::commands::show::table;
use crate::exit::Failure;
use crate::language::Language;
use crate::output::Output;

/// A column: where its value stands in a row, and its title in Chinese and English.
type Column = (&'static str, &'static str, &'static str);

const RECORDS: &[Column] = &[
    ("/position", "位置", "position"),
    ("/county", "县", "county"),
    ("/actor", "经办", "actor"),
    ("/type", "事项", "what"),
    ("/effective_date", "生效", "effective"),
    ("/recorded_at", "录入", "recorded"),
    ("/delay_days", "迟（日）", "days late"),
    ("/document/number", "文号", "document"),
];

fn columns(name: ListName) -> &'static [Column] {
    match name {
        ListName::Upgrades => &[
            ("/name", "名称", "name"),
            ("/township", "乡镇", "township"),
            ("/form", "现为", "form"),
            ("/due_form", "应为", "due form"),
            ("/members", "党员", "members"),
        ],
        ListName::YellowCards => &[
            ("/code", "代码", "code"),
            ("/name", "乡镇", "township"),
            ("/misses", "次数", "misses"),
            ("/quarters", "季度评价", "quarters"),
            ("/rectifications", "整改复核", "rectifications"),
        ],
        ListName::YearlyReviews => &[
            ("/lead_township/name", "乡镇", "township"),
            ("/name", "联合党组织", "joint branch"),
            ("/secretary/name", "书记", "secretary"),
            ("/class", "等次", "class"),
            ("/grades", "季度评价", "grades"),
            ("/obligations", "待办", "obligations"),
        ],
        ListName::Funding => &[
            ("/code", "代码", "code"),
            ("/name", "村", "village"),
            ("/fiscal_year", "年度", "year"),
            ("/base/amount", "基数（分）", "base (fen)"),
            ("/last_base/amount", "对照（分）", "measured by (fen)"),
            ("/supplement/amount", "县补助（分）", "supplement (fen)"),
            ("/below_last", "低于对照", "below"),
        ],
        ListName::Figures => &[
            ("/name", "联合党组织", "joint branch"),
            ("/organization_name", "成员", "member"),
            ("/figure", "指标", "figure"),
            ("/before/value", "联建前", "before"),
            ("/before/period", "期间", "period"),
            ("/since/value", "联建后", "since"),
            ("/since/period", "期间", "period"),
            ("/since/source", "来源", "source"),
        ],
        ListName::Rotation => &[
            ("/name", "联合党组织", "joint branch"),
            ("/last_host/name", "上次承办", "last host"),
            ("/last_hosted_on", "日期", "on"),
            ("/next_host/name", "下次承办", "next host"),
        ],
        ListName::Documents => &[
            ("/issuer_name", "发文机关", "issuer"),
            ("/number", "文号", "number"),
            ("/issued", "发文日期", "issued"),
            ("/recorded_at", "录入", "recorded"),
            ("/out_of_order", "日期倒序", "out of order"),
            ("/citations", "引用", "citations"),
        ],
        ListName::Cadence => &[
            ("/code", "代码", "code"),
            ("/name", "名称", "name"),
            ("/months", "月份", "months"),
            ("/quarters", "季度", "quarters"),
            ("/yearly_review/owed", "应述职", "reviews owed"),
            ("/yearly_review/reviewed", "已述职", "reviewed"),
        ],
        ListName::LateEntries | ListName::Overrides | ListName::Corrections => RECORDS,
    }
}

/// Prints a list as the API gives it.
pub fn print(view: &Value, name: ListName, language: Language, output: &mut Output) -> Result<(), Failure> {
    output.line(language.pick(name.chinese(), name.as_str()))?;
    table::head(view, language, output)?;
    let rows = view["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !rows.is_empty() {
        let columns = columns(name);
        let header = columns.iter().map(|(_, zh, en)| language.pick(*zh, *en).to_owned()).collect();
        let mut lines: Vec<Vec<String>> = vec![header];
        let cell = |row: &Value, pointer: &str| cell(row.pointer(pointer).unwrap_or(&Value::Null), language);
        lines.extend(rows.iter().map(|row| columns.iter().map(|(pointer, ..)| cell(row, pointer)).collect()));
        output.table(&lines)?;
    }
    if view.get("next_cursor").is_some() {
        output.line(language.pick(
            "……另有更多行，请用 --limit 或缩小范围",
            "… there are more rows: use --limit or a narrower scope",
        ))?;
    }
    Ok(())
}

/// Of what has parts of its own, a table says how many there are, and how many of them were met.
fn cell(value: &Value, language: Language) -> String {
    let Some(items) = value.as_array() else { return table_cell(value) };
    let met = items.iter().filter(|item| item["met"] == true).count();
    if items.iter().any(|item| item.get("met").is_some()) {
        return format!("{met}/{}", items.len());
    }
    if items.iter().all(|item| item.get("grade").is_some()) && !items.is_empty() {
        return items.iter().map(|item| table_cell(&item["grade"])).collect::<Vec<_>>().join(" ");
    }
    language.pick(format!("{}项", items.len()), items.len().to_string())
}
