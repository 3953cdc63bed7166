//! Words for paper: what the fields of rows are called, and values in the words of the office.

use domain::account::Role;
use domain::say::{Say, say};
use labels::glossary;
use projections::wire_code;
use serde_json::Value;

use crate::commands::show::word;
use crate::language::Language;

/// The parts of a field's path, in Chinese; one that is not listed stands as it is.
const FIELDS: [(&str, &str); 63] = [
    ("name", "名称"),
    ("form", "形式"),
    ("form_kind", "形式细类"),
    ("mode", "方式"),
    ("phase", "状态"),
    ("status", "状态"),
    ("arrangement", "类型"),
    ("county", "县（区）"),
    ("township", "乡镇"),
    ("townships", "所涉乡镇"),
    ("lead_township", "牵头乡镇"),
    ("members", "成员"),
    ("justification", "理由"),
    ("industry", "产业"),
    ("surveys", "意愿调查"),
    ("establishment", "成立"),
    ("secretary", "书记"),
    ("vacant_since", "书记空缺自"),
    ("functions", "统筹职能"),
    ("held_elsewhere", "已划转职能"),
    ("evaluations", "考评"),
    ("poor_standing", "未处理的较差等次"),
    ("rectification", "整改"),
    ("termination_due_since", "应予终止自"),
    ("dissolved_on", "撤销日期"),
    ("ground", "撤销理由"),
    ("filings_owed", "待备案"),
    ("term", "任期"),
    ("committee", "委员会"),
    ("commitments", "承诺"),
    ("restored", "恢复的原组织"),
    ("powers", "受托权力"),
    ("links", "指导与交叉任职"),
    ("last_activity", "最近活动"),
    ("co_location", "合署办公"),
    ("village_heads", "一肩挑"),
    ("proposed_on", "提出日期"),
    ("formal_members", "正式党员"),
    ("probationary_members", "预备党员"),
    ("profile", "基本情况"),
    ("superior", "上级党组织"),
    ("merger", "所在合建"),
    ("pairings", "所在共建"),
    ("code", "代码"),
    ("funding", "经费"),
    ("successors", "后继"),
    ("answer", "办复"),
    ("grade", "等次"),
    ("person", "人员"),
    ("since", "自"),
    ("term_end", "任期至"),
    ("start", "起"),
    ("end", "止"),
    ("document", "文号"),
    ("level", "级别"),
    ("deadline", "期限"),
    ("items", "事项"),
    ("value", "数值"),
    ("unit", "单位"),
    ("period", "期间"),
    ("source", "来源"),
    ("village", "村"),
    ("organization", "党组织"),
];

/// A field's path as people read it.
pub fn field(path: &str, language: Language) -> String {
    let named = |part: &str| {
        let found = FIELDS.iter().find(|(known, _)| *known == part);
        found.map_or(part, |(_, zh)| language.pick(*zh, part)).to_owned()
    };
    path.split('.').map(named).collect::<Vec<_>>().join(" ")
}

/// The name of an event type; one that is not listed stands as it is.
pub fn event(event_type: &'static str) -> Say {
    let (zh, en) = glossary::event(event_type).unwrap_or((event_type, event_type));
    say(zh, en)
}

/// The name of a role.
pub fn role(role: Role, language: Language) -> String {
    let code = role_code(role);
    glossary::role(&code).map_or(&*code, |(zh, en)| language.pick(zh, en)).to_owned()
}

/// The code of a role on the wire.
pub fn role_code(role: Role) -> String {
    wire_code(&role).unwrap_or_default()
}

/// A value of a field as people read it; nothing is a dash. The field may be a path, of which the last name counts.
pub fn value(field: &str, value: &Value, language: Language) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => {
            let is_name = |part: &&str| part.parse::<usize>().is_err();
            let name = field.rsplit(['.', '/']).find(is_name).unwrap_or(field);
            word(name, text, language)
        }
        Value::Bool(yes) => {
            let said = if *yes { ("是", "yes") } else { ("否", "no") };
            language.pick(said.0, said.1).to_owned()
        }
        Value::Array(items) => {
            items.iter().map(|item| self::value(field, item, language)).collect::<Vec<_>>().join("、")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_and_values_are_said_in_words_where_there_are_any() {
        assert_eq!(field("evaluations.2019Q1.grade", Language::Zh), "考评 2019Q1 等次");
        assert_eq!(field("phase", Language::En), "phase");
        assert_eq!(field("of_tomorrow", Language::Zh), "of_tomorrow");
        assert_eq!(value("evaluations.2019Q1.grade", &json!("poor"), Language::Zh), "较差");
        assert_eq!(value("functions.0", &json!(["industry", "x"]), Language::Zh), "产业发展、x");
        assert_eq!(
            (value("grade", &json!(null), Language::Zh), value("grade", &json!(3), Language::En)),
            ("—".into(), "3".into())
        );
    }
}
