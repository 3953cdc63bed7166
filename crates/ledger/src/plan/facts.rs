//! The values of an accepted joint branch as the command takes them, each checked where it stands.

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::place::PlaceCode;
use domain::say::{Say, say};
use domain::text::Text;
use serde_json::{Map, Value, json};

use super::Occasion;
use super::persons::Persons;
use crate::accepted::{AcceptedRow, At};
use crate::ledger::Problem;
use crate::names::{self, Found};
use crate::proposal::{Key, NOT_ON_FILE};
use crate::propose::FUNCTIONS;
use crate::values::dates::{self, When};
use crate::values::{documents, grades, kinds, people};
use crate::words::{fold, without_brackets};

/// A joint branch whose facts are read.
pub(super) struct Row<'a> {
    pub(super) occasion: &'a Occasion<'a>,
    pub(super) row: &'a AcceptedRow,
    pub(super) joint_branch: JointBranchId,
    pub(super) members: &'a [OrganizationId],
    pub(super) is_merger: bool,
}

/// A text that the log takes; what is wrong with it is told.
pub(super) fn text(at: &At, problems: &mut Vec<Problem>) -> Value {
    if at.is_empty() {
        return Value::Null;
    }
    match Text::try_from(at.text.as_str()) {
        Ok(text) => json!(text),
        Err(error) => {
            problems.push(Problem::new(at.cell.clone(), "text", error.say()));
            Value::Null
        }
    }
}

/// The township that leads.
pub(super) fn township<'a>(
    occasion: &Occasion<'a>,
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<&'a PlaceCode> {
    if at.is_empty() {
        return None;
    }
    match names::township(occasion.known, &at.text) {
        Found::One(reading) => Some(&occasion.known.townships[reading.value].code),
        _ => {
            let why = Say::of(format!("本县没有“{}”", at.text), format!("the county has no `{}`", at.text));
            problems.push(Problem::new(at.cell.clone(), "unknown-township", why));
            None
        }
    }
}

/// `merger` or `pairing`.
pub(super) fn arrangement(at: &At, problems: &mut Vec<Problem>) -> Option<&'static str> {
    let found = kinds::ARRANGEMENTS.iter().find(|(_, word, wire)| at.text == *word || at.text == *wire);
    if found.is_none() && !at.is_empty() {
        problems.push(Problem::new(
            at.cell.clone(),
            "arrangement",
            say("应为合建或共建", "it must be 合建 or 共建"),
        ));
    }
    found.map(|(_, _, wire)| *wire)
}

/// What the registration rests on.
pub(super) fn source(title: &At, row: &AcceptedRow, problems: &mut Vec<Problem>) -> Value {
    if title.is_empty() {
        let why = say("“依据的清单”待填", "the ledger's name is to be filled in");
        problems.push(Problem::new(title.cell.clone(), "needed", why));
    }
    let mut source = json!({ "title": text(title, problems) });
    for (key, field) in [(Key::Archive, "archive_number"), (Key::Page, "page"), (Key::Note, "note")] {
        if !row.get(key).is_empty() {
            source[field] = text(row.get(key), problems);
        }
    }
    source
}

/// Adds the facts that may be not on file.
pub(super) fn add(context: &Row<'_>, persons: &mut Persons, data: &mut Value, problems: &mut Vec<Problem>) {
    let mut facts = Map::new();
    for key in Key::ALL.iter().copied().filter(|key| key.may_be_missing()) {
        let at = context.row.get(key);
        if at.is_empty() {
            continue;
        }
        let value = match at.text.strip_prefix(NOT_ON_FILE) {
            Some(reason) => not_on_file(at, reason, problems),
            None => value(context, persons, key, at, problems),
        };
        if let Some(value) = value {
            facts.insert(key.pointer().trim_start_matches("/data/").to_owned(), value);
        }
    }
    if let Some(kind) = context.occasion.known.form_kind(&context.row.get(Key::Form).text) {
        facts.insert("form_kind".to_owned(), json!(kind.code));
    }
    if let Some(data) = data.as_object_mut() {
        data.extend(facts);
    }
    for (key, needs) in [(Key::ApprovalDay, Key::Approval), (Key::SecretarySince, Key::Secretary)] {
        let (own, needed) = (context.row.get(key), context.row.get(needs));
        let is_there = !needed.is_empty() && !needed.text.starts_with(NOT_ON_FILE);
        if !own.is_empty() && !is_there {
            let title = needs.title();
            let why = Say::of(
                format!("没有“{}”，此格应留空", title.zh),
                format!("without {} this stays empty", title.en),
            );
            problems.push(Problem::new(own.cell.clone(), "sheet-shape", why));
        }
    }
}

fn not_on_file(at: &At, reason: &str, problems: &mut Vec<Problem>) -> Option<Value> {
    let reason = reason.trim_start_matches(['：', ':', ' ', '，']).trim();
    if reason.is_empty() {
        let why = say("档案未见须写明缘由，如 档案未见：2016年档案遗失", "档案未见 needs its reason");
        problems.push(Problem::new(at.cell.clone(), "not-on-file", why));
        return None;
    }
    let reason = text(&At { text: reason.to_owned(), cell: at.cell.clone() }, problems);
    Some(json!({ "not_on_file": reason }))
}

fn value(
    context: &Row<'_>,
    persons: &mut Persons,
    key: Key,
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let found = match key {
        Key::Mode => kinds::MODES
            .iter()
            .find(|(wire, word, ..)| at.text == *word || at.text == *wire)
            .map(|(wire, ..)| json!(wire)),
        Key::Form => form(context, at, problems),
        Key::Established => dates::read(&at.text).map(|reading| partial(reading.value)),
        Key::Approval => return approval(context, at, problems),
        Key::Survey => survey(&at.text),
        Key::Secretary => return secretary(context, persons, at, problems),
        Key::TermEnd => day(&at.text).map(|day| json!(day)),
        Key::Committee => return committee(context, persons, at, problems),
        Key::Grades => grades::read_several(&at.text).map(|found| {
            found
                .iter()
                .map(|(quarter, reading)| json!({ "quarter": quarter, "grade": reading.value }))
                .collect()
        }),
        Key::Functions => functions(context, at, problems),
        Key::CoLocation => co_location(context, &at.text),
        _ => None,
    };
    if found.is_none() && problems.last().is_none_or(|problem| problem.cell != at.cell) {
        problems.push(unreadable(key, at));
    }
    found
}

/// The form's name on the wire; that of a kind that a policy has added is the form of the regulations that it is.
fn form(context: &Row<'_>, at: &At, problems: &mut Vec<Problem>) -> Option<Value> {
    let listed = kinds::FORMS.iter().find(|(_, word, wire)| fold(&at.text) == fold(word) || at.text == *wire);
    let of_kind = || context.occasion.known.form_kind(&at.text).map(|kind| json!(kind.form));
    let found = listed.map(|(_, _, wire)| json!(wire)).or_else(of_kind);
    if found.is_none()
        && let Some((_, why)) = kinds::functional(&at.text)
    {
        problems.push(Problem::new(at.cell.clone(), "form", why));
    }
    found
}

fn unreadable(key: Key, at: &At) -> Problem {
    let (zh, en) = match key {
        Key::Established => ("应如 2017-03-05、2017年3月或 2017年", "write 2017-03-05, 2017年3月 or 2017年"),
        Key::TermEnd => ("应为日期，如 2022-03-31", "write a day such as 2022-03-31"),
        Key::Survey => ("应如 征求120户，同意118户", "write 征求120户，同意118户"),
        Key::Grades => ("应如 2025Q3 好；2025Q2 一般", "write 2025Q3 好；2025Q2 一般"),
        Key::CoLocation => {
            ("应为本县的村或乡镇，可写代码", "write a village or township of the county, or its code")
        }
        _ => ("应从所列各项中选择", "choose one of those listed"),
    };
    let why = Say::of(
        format!("“{}”不能采用：{zh}；没有依据的写 档案未见：缘由", at.text),
        format!("`{}` cannot be taken: {en}; what has no source is 档案未见 with its reason", at.text),
    );
    Problem::new(at.cell.clone(), "value", why)
}

fn partial(when: When) -> Value {
    match when {
        When::Day(day) => json!({ "on": day }),
        When::Month(year, month) => json!({ "year": year, "month": month }),
        When::Year(year) => json!({ "year": year }),
    }
}

fn day(text: &str) -> Option<Date> {
    match dates::read(text)?.value {
        When::Day(day) => Some(day),
        _ => None,
    }
}

fn approval(context: &Row<'_>, at: &At, problems: &mut Vec<Problem>) -> Option<Value> {
    let Some(found) = documents::read(&at.text) else {
        let why = say(
            "不是文号，应如 昭委组〔2019〕18号；没有依据的写 档案未见：缘由",
            "it is no document number such as 昭委组〔2019〕18号",
        );
        problems.push(Problem::new(at.cell.clone(), "document-number", why));
        return None;
    };
    let mut approval = json!({ "number": found.value.number });
    let own = context.row.get(Key::ApprovalDay);
    if !own.is_empty() {
        let Some(day) = day(&own.text) else {
            problems.push(Problem::new(
                own.cell.clone(),
                "date",
                say("应为日期，不详的留空", "it must be a day, or empty"),
            ));
            return None;
        };
        approval["issued"] = json!(day);
    }
    Some(approval)
}

fn survey(text: &str) -> Option<Value> {
    let folded = fold(text);
    let numbers: Vec<u32> = folded
        .split(|it: char| !it.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers.as_slice() {
        [asked, in_favour] if folded.contains("同意") && in_favour <= asked => {
            Some(json!({ "asked": asked, "in_favour": in_favour }))
        }
        _ => None,
    }
}

fn secretary(
    context: &Row<'_>,
    persons: &mut Persons,
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    if !people::is_name(&at.text) {
        let why = say(
            "应为一个姓名；没有依据的写 档案未见：缘由",
            "it must be one name, or 档案未见 with its reason",
        );
        problems.push(Problem::new(at.cell.clone(), "value", why));
        return None;
    }
    let person = find(context, persons, ("secretary", &at.text), at, problems)?;
    let mut secretary = json!({ "person": person });
    let since = context.row.get(Key::SecretarySince);
    if !since.is_empty() {
        let Some(reading) = dates::read(&since.text) else {
            problems.push(Problem::new(
                since.cell.clone(),
                "date",
                say(
                    "应如 2017-03-05、2017年3月或 2017年，不详的留空",
                    "write 2017-03-05, 2017年3月 or 2017年, or nothing",
                ),
            ));
            return None;
        };
        secretary["since"] = partial(reading.value);
    }
    Some(secretary)
}

fn find(
    context: &Row<'_>,
    persons: &mut Persons,
    post: (&str, &str),
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<domain::ids::PersonId> {
    let of = (context.row.number.text.as_str(), context.joint_branch, context.members);
    persons.find(context.occasion, of, post, at, problems)
}

fn committee(
    context: &Row<'_>,
    persons: &mut Persons,
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let Some(found) = people::read_several(&at.text) else {
        let why = say(
            "应如 王某（组织委员）、李某（宣传委员）",
            "write names divided by 、 with their duties in brackets",
        );
        problems.push(Problem::new(at.cell.clone(), "value", why));
        return None;
    };
    let secretary = &context.row.get(Key::Secretary).text;
    let mut members = Vec::new();
    for (index, (name, duty)) in found.into_iter().enumerate() {
        let post = if name == *secretary { "secretary".to_owned() } else { format!("committee/{index}") };
        // The secretary is counted as such where the post is read, not again here.
        let person = match persons.of(context.row.number.text.as_str(), &name) {
            Some(id) => id,
            None => find(context, persons, (&post, &name), at, problems)?,
        };
        members.push(json!({ "person": person, "duty": duty.unwrap_or_else(|| "委员".to_owned()) }));
    }
    Some(Value::Array(members))
}

fn functions(context: &Row<'_>, at: &At, problems: &mut Vec<Problem>) -> Option<Value> {
    if context.is_merger {
        let why = say("合建承接全部职能，此格应留空", "a merger takes all functions: this stays empty");
        problems.push(Problem::new(at.cell.clone(), "merger-is-whole", why));
        return None;
    }
    let parts =
        at.text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let code = |part: &str| {
        FUNCTIONS.iter().find(|(word, _)| *word == part).map_or(part, |(_, code)| *code).to_owned()
    };
    Some(parts.map(|part| json!(code(part))).collect())
}

/// A place of the county by its code or its name.
fn co_location(context: &Row<'_>, text: &str) -> Option<Value> {
    let (plain, inside) = without_brackets(text);
    let known = context.occasion.known;
    let coded = inside.iter().chain([&plain]).find(|code| {
        known.village_of_code(code.trim()).is_some() || known.township_of_code(code.trim()).is_some()
    });
    if let Some(code) = coded {
        return Some(json!({ "place": code.trim() }));
    }
    let township = context.row.get(Key::Township);
    let at = match names::township(known, &township.text) {
        Found::One(reading) => Some(reading.value),
        _ => None,
    };
    match names::village(known, at, &plain) {
        Found::One(reading) => Some(json!({ "place": known.villages[reading.value].code })),
        _ => match names::township(known, &plain) {
            Found::One(reading) => Some(json!({ "place": known.townships[reading.value].code })),
            _ => None,
        },
    }
}
