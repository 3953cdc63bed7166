//! Facts of a joint branch, each as the ledger has it or as not on file: days, documents, posts, grades and the rest.

use std::collections::BTreeMap;

use domain::quarter::Quarter;
use domain::say::{Say, say};

use super::{Context, Draft};
use crate::aliases::Field;
use crate::grid::Cell;
use crate::names::{self, Found};
use crate::proposal::{Key, NOT_ON_FILE, Value};
use crate::values::dates::{self, When};
use crate::values::people::{self, Person, masked, why_masked};
use crate::values::{Confidence, documents, grades};
use crate::words::{fold, is_blank, is_unknown, shortened, ticked};

/// How much of a text that does not read goes into the reason why it is not on file.
pub(super) const QUOTED_CHARACTERS: usize = 60;
/// The four functions, by their words.
pub(crate) const FUNCTIONS: [(&str, &str); 4] = [
    ("政治引领", "political_guidance"),
    ("产业发展", "industry"),
    ("社会治理", "social_governance"),
    ("公共服务", "public_service"),
];

/// Adds the facts to a draft.
pub(super) fn add(context: &Context<'_>, draft: &mut Draft) {
    let mut unused: Vec<String> = Vec::new();
    let mut established = date(context, Field::Established, false, &mut unused);
    let first = dates::read(&established.accepted).and_then(|reading| reading.value.first_day());
    if let (Some(first), Some((from, _))) = (first, context.known.register)
        && first >= from
    {
        let why = Say::of(
            format!("不早于启用日 {from}：启用后成立的按请示、调查、批准办理，不作存量登记"),
            format!("not before {from}, from which day the register is kept: propose what is new"),
        );
        established.doubt(Confidence::Open, why);
    }
    let approval = approval(context, &mut unused);
    let secretary = secretary(context);
    let has_secretary = people::is_name(&secretary.accepted);
    let since = date(context, Field::SecretarySince, false, &mut unused);
    let term_end = date(context, Field::TermEnd, true, &mut unused);
    let values = [
        (Key::Established, established),
        (Key::Approval, approval.0),
        (Key::ApprovalDay, approval.1),
        (Key::Survey, survey(context)),
        (Key::Secretary, secretary),
        (Key::SecretarySince, if has_secretary { optional(since) } else { no_secretary(since) }),
        (Key::TermEnd, term_end),
        (Key::Committee, committee(context)),
        (Key::Grades, grade_value(context)),
        (Key::Functions, functions(context, draft.is_merger)),
        (Key::CoLocation, co_location(context, draft)),
    ];
    unused.extend(super::note::originals(context, &values));
    draft.row.values.extend(values);
    super::note::add(context, draft, &unused);
}

/// Why something is not on file: no column, an empty cell, 不详, or what does not read.
pub(super) fn not_on_file(context: &Context<'_>, field: Field) -> Value {
    let reason = |text: &str| format!("{NOT_ON_FILE}：{text}");
    let Some(cell) = context.entry.first(field).filter(|cell| !is_blank(&cell.text)) else {
        let has_column = context.heading.has(field);
        let text = if has_column { "清单该格为空" } else { "清单无此列" };
        let why = if has_column {
            say("清单该格为空", "the cell is empty")
        } else {
            say("清单无此列", "the ledger has no such column")
        };
        return Value {
            accepted: reason(text),
            confidence: Confidence::Certain,
            why: vec![why],
            origin: context.origins(field),
        };
    };
    if is_unknown(&cell.text) {
        let text = format!("清单写“{}”", shortened(&cell.text, 20));
        let why = say("清单写明不详", "the ledger says that it is not known");
        return Value {
            accepted: reason(&text),
            confidence: Confidence::Certain,
            why: vec![why],
            origin: context.origins(field),
        };
    }
    let (quoted, is_masked) = masked(&cell.text, context.names);
    let text = format!("清单写“{}”，未能辨认", shortened(&quoted, QUOTED_CHARACTERS));
    let mut why =
        vec![say("未能辨认，请核对原文后改填", "it does not read: look at the ledger and fill it in")];
    why.extend(is_masked.then(why_masked));
    Value { accepted: reason(&text), confidence: Confidence::Open, why, origin: context.origins(field) }
}

/// What need not be there is left out rather than said to be missing.
fn optional(value: Value) -> Value {
    if !value.is_not_on_file() {
        return value;
    }
    Value { accepted: String::new(), ..value }
}

fn no_secretary(value: Value) -> Value {
    let why = say("没有书记姓名", "no secretary is named");
    if value.is_not_on_file() {
        Value::none(why)
    } else {
        Value { accepted: String::new(), why: vec![why], ..value }
    }
}

/// A date; with the day where only a day will do.
fn date(context: &Context<'_>, field: Field, needs_day: bool, unused: &mut Vec<String>) -> Value {
    let cells = context.entry.of(field);
    let readings: Vec<_> = cells.iter().filter_map(dates::read_cell).collect();
    let Some(reading) = readings.first() else { return not_on_file(context, field) };
    if needs_day && !matches!(reading.value, When::Day(_)) {
        let written = reading.value.to_string();
        let accepted = format!("{NOT_ON_FILE}：清单只写{written}，未写到日");
        unused.push(format!("{}：{written}", field.title().zh));
        let why = say("此项须有具体日期；知道的请补填", "a day is needed here: fill it in where it is known");
        return context.value(field, accepted, Confidence::Likely, Some(why));
    }
    let mut value = context.value(field, reading.value.to_string(), reading.confidence, reading.why.clone());
    if readings.iter().any(|other| other.value != reading.value) {
        value.doubt(Confidence::Open, say("几格写法不同，取第一格", "the cells differ: the first is taken"));
    }
    value
}

fn approval(context: &Context<'_>, unused: &mut Vec<String>) -> (Value, Value) {
    let cell = context.entry.first(Field::Approval).filter(|cell| !is_blank(&cell.text));
    let day_cell = context.entry.first(Field::ApprovalDay).and_then(dates::read_cell);
    let day_text = |unused: &mut Vec<String>| {
        if let Some(reading) = &day_cell {
            unused.push(format!("批准时间：{}", reading.value));
        }
    };
    let Some(reading) = cell.and_then(|cell| documents::read(&cell.text)) else {
        day_text(unused);
        let day = Value {
            origin: context.origins(Field::ApprovalDay),
            ..Value::none(say("没有文号", "there is no document number"))
        };
        return (not_on_file(context, Field::Approval), day);
    };
    let number =
        context.value(Field::Approval, reading.value.number.to_string(), reading.confidence, reading.why);
    let in_cell = reading.value.issued.map(When::Day);
    let day = match in_cell.or(day_cell.as_ref().map(|reading| reading.value)) {
        Some(When::Day(day)) if day.year() == reading.value.number.year() => {
            let confidence = day_cell.as_ref().map_or(Confidence::Certain, |reading| reading.confidence);
            let why = day_cell.as_ref().and_then(|reading| reading.why.clone());
            context.value(Field::ApprovalDay, day.to_string(), confidence, why)
        }
        Some(When::Day(_)) => {
            day_text(unused);
            let why =
                say("与文号年份不同，未采用，并入备注", "its year is not the number's: left out, and noted");
            context.value(Field::ApprovalDay, String::new(), Confidence::Open, Some(why))
        }
        Some(other) => {
            unused.push(format!("批准时间：{other}"));
            let why = say("未写到日，并入备注", "it names no day and goes into the note");
            context.value(Field::ApprovalDay, String::new(), Confidence::Likely, Some(why))
        }
        None => context.value(
            Field::ApprovalDay,
            String::new(),
            Confidence::Certain,
            Some(say("清单未写", "the ledger does not say")),
        ),
    };
    (number, day)
}

/// How many were asked and how many agreed, where a cell says both.
fn survey(context: &Context<'_>) -> Value {
    let Some(cell) = context.entry.first(Field::Survey).filter(|cell| !is_blank(&cell.text)) else {
        return not_on_file(context, Field::Survey);
    };
    let folded = fold(&cell.text);
    let after = |words: &[&str]| {
        let at = words.iter().filter_map(|word| folded.find(word).map(|at| at + word.len())).min()?;
        let digits: String = folded[at..]
            .chars()
            .skip_while(|it| !it.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse::<u32>().ok()
    };
    let asked = after(&["征求", "调查", "发放", "走访", "应到", "参会", "共"]);
    let in_favour = after(&["同意", "赞成"]);
    match (asked, in_favour) {
        (Some(asked), Some(in_favour)) if in_favour <= asked && !folded.contains('%') => {
            let why = say("由文字中取出户数，请核对", "the numbers are taken out of the text");
            let accepted = format!("征求{asked}户，同意{in_favour}户");
            context.value(Field::Survey, accepted, Confidence::Likely, Some(why))
        }
        _ => not_on_file(context, Field::Survey),
    }
}

fn secretary(context: &Context<'_>) -> Value {
    let Some(cell) =
        context.entry.first(Field::Secretary).filter(|cell| !is_blank(&cell.text) && !is_unknown(&cell.text))
    else {
        return not_on_file(context, Field::Secretary);
    };
    let missing = |text: &str, why| {
        let accepted = format!("{NOT_ON_FILE}：{text}");
        context.value(Field::Secretary, accepted, Confidence::Open, Some(why))
    };
    let several =
        context.entry.of(Field::Secretary).iter().any(|other| fold(&other.text) != fold(&cell.text));
    match people::read(&cell.text) {
        Some(reading) => match reading.value {
            Person::Named(name) => {
                let mut value = context.value(Field::Secretary, name, reading.confidence, reading.why);
                if several {
                    value.doubt(
                        Confidence::Open,
                        say("几格姓名不同，取第一格", "the cells name different persons: the first is taken"),
                    );
                }
                value
            }
            Person::Vacant => {
                let mut value =
                    missing("清单写书记空缺", say("清单写明空缺", "the ledger says that the post is vacant"));
                value.confidence = Confidence::Certain;
                value
            }
        },
        // A name stands in no reason: the log keeps it for ever.
        None => missing(
            "清单该格不是一个姓名",
            say("不是一个姓名；是两人的请只留书记", "it is not one name: keep the secretary's alone"),
        ),
    }
}

fn committee(context: &Context<'_>) -> Value {
    let cells: Vec<&Cell> = context
        .entry
        .of(Field::Committee)
        .iter()
        .filter(|cell| !is_blank(&cell.text) && !is_unknown(&cell.text))
        .collect();
    if cells.is_empty() {
        return not_on_file(context, Field::Committee);
    }
    let mut told: Vec<String> = Vec::new();
    for cell in &cells {
        let Some(people) = people::read_several(&cell.text) else {
            let accepted = format!("{NOT_ON_FILE}：清单该格不是姓名");
            let why = say("不是以顿号分开的姓名，请核对", "it is no list of names");
            return context.value(Field::Committee, accepted, Confidence::Open, Some(why));
        };
        told.extend(people.into_iter().map(|(name, duty)| match duty {
            Some(duty) => format!("{name}（{}）", masked(&duty, context.names).0),
            None => format!("{name}（委员）"),
        }));
    }
    let why = say("未写分工的记“委员”", "whoever has no duty is a member, 委员");
    context.value(Field::Committee, told.join("、"), Confidence::Likely, Some(why))
}

/// The grades of all quarters, from cells and from ticks.
fn grade_value(context: &Context<'_>) -> Value {
    let mut found: BTreeMap<Quarter, (&'static str, Confidence)> = BTreeMap::new();
    let mut value = Value {
        accepted: String::new(),
        confidence: Confidence::Certain,
        why: Vec::new(),
        origin: Vec::new(),
    };
    let mut unread: Vec<String> = Vec::new();
    let mut take = |quarter, word, confidence, value: &mut Value| {
        if found.insert(quarter, (word, confidence)).is_some_and(|(other, _)| other != word) {
            value.doubt(
                Confidence::Open,
                Say::of(format!("{quarter} 有两个不同等次"), format!("{quarter} has two grades")),
            );
        }
        value.confidence = value.confidence.min(confidence);
    };
    for (column, cell) in
        context.entry.grades.iter().filter(|(_, cell)| !is_blank(&cell.text) && !is_unknown(&cell.text))
    {
        value.origin.push(context.origin(cell));
        if let Some(tick) = column.tick {
            match (ticked(&cell.text), column.quarter) {
                (Some(true), Some(quarter)) => {
                    take(quarter, grades::word(tick), Confidence::Certain, &mut value)
                }
                (Some(false), _) => {}
                _ => unread.push(format!("{}：{}", column.heading, cell.text.trim())),
            }
            continue;
        }
        if let (Some(quarter), Some(reading)) = (column.quarter, grades::read(&cell.text)) {
            value.why.extend(reading.why);
            take(quarter, grades::word(reading.value), reading.confidence, &mut value);
        } else if let Some(several) = grades::read_several(&cell.text) {
            for (quarter, reading) in several {
                take(quarter, grades::word(reading.value), reading.confidence, &mut value);
            }
        } else {
            unread.push(format!("{}：{}", column.heading, cell.text.trim()));
        }
    }
    if !unread.is_empty() {
        let text = shortened(&masked(&unread.join("；"), context.names).0, QUOTED_CHARACTERS);
        value.doubt(
            Confidence::Open,
            Say::of(
                format!("“{text}”看不出季度或等次，并入备注"),
                format!("`{text}` names no quarter or no grade and goes into the note"),
            ),
        );
    }
    if found.is_empty() {
        if unread.is_empty() {
            return Value { origin: value.origin, ..not_on_file(context, Field::Grade) };
        }
        value.accepted = format!("{NOT_ON_FILE}：清单未写季度");
        return value;
    }
    value.accepted =
        found.iter().map(|(quarter, (word, _))| format!("{quarter} {word}")).collect::<Vec<_>>().join("；");
    value
}

fn functions(context: &Context<'_>, is_merger: Option<bool>) -> Value {
    let cell =
        context.entry.first(Field::Functions).filter(|cell| !is_blank(&cell.text) && !is_unknown(&cell.text));
    if is_merger == Some(true) {
        let why = say("合建承接全部职能，不另列", "a merger takes all functions: none is listed");
        return Value { origin: context.origins(Field::Functions), ..Value::none(why) };
    }
    let Some(cell) = cell else { return not_on_file(context, Field::Functions) };
    let (text, is_masked) = masked(&cell.text, context.names);
    let parts = text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let accepted = parts.map(|part| shortened(part, 60)).collect::<Vec<_>>().join("、");
    context.value(Field::Functions, accepted, Confidence::Likely, is_masked.then(why_masked))
}

fn co_location(context: &Context<'_>, draft: &Draft) -> Value {
    let Some(cell) = context
        .entry
        .first(Field::CoLocation)
        .filter(|cell| !fold(&cell.text).is_empty() && !is_unknown(&cell.text))
    else {
        return not_on_file(context, Field::CoLocation);
    };
    let township = draft.township.and_then(|at| context.known.townships.get(at));
    match (ticked(&cell.text), township) {
        (Some(true), Some(township)) => {
            let accepted = format!("{}（{}）", township.name, township.code);
            let why = say(
                "清单未写地点，按牵头乡镇记，可改为村名",
                "the ledger names no place: the lead township, which may be made a village",
            );
            context.value(Field::CoLocation, accepted, Confidence::Likely, Some(why))
        }
        (Some(false), _) => {
            let why = say("清单写明没有合署办公", "the ledger says that there is none");
            context.value(Field::CoLocation, String::new(), Confidence::Certain, Some(why))
        }
        _ => match names::village(context.known, draft.township, &place_of(&cell.text)) {
            Found::One(reading) => {
                let village = &context.known.villages[reading.value];
                let accepted = format!("{}（{}）", village.name, village.code);
                let why =
                    reading.why.or_else(|| Some(say("按原文所写地点", "the place that the ledger names")));
                context.value(Field::CoLocation, accepted, Confidence::Likely, why)
            }
            _ => not_on_file(context, Field::CoLocation),
        },
    }
}

/// 狮子村党群服务中心 lies in 狮子村.
fn place_of(text: &str) -> String {
    let plain = text.trim();
    ["村委会", "村", "社区"]
        .iter()
        .find_map(|word| plain.find(word).map(|at| plain[..at + word.len()].to_owned()))
        .unwrap_or_else(|| plain.to_owned())
}
