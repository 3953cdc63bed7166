//! What a joint branch is: name, township, members, arrangement, mode, form.

use std::collections::BTreeMap;

use domain::joint_branch::{Arrangement, Form};
use domain::say::{Say, say};

use super::{Context, Counts, Draft};
use crate::aliases::Field;
use crate::grid::{Cell, Content};
use crate::names::{self, Found, Member};
use crate::proposal::{Key, NOT_ON_FILE, Row, Value};
use crate::values::{Confidence, Reading, kinds};
use crate::words::{fold, is_blank, is_unknown, shortened};

/// How many of several that are meant are told.
const TOLD_CHOICES: usize = 5;

/// A joint branch with its shape.
pub(super) fn draft(context: &Context<'_>) -> Draft {
    let township = township(context);
    let mut draft = Draft {
        row: Row { number: number(context), is_accepted: true, remarks: Vec::new(), values: BTreeMap::new() },
        township: township.0,
        members: Vec::new(),
        counts: BTreeMap::new(),
        is_merger: None,
    };
    draft.row.remarks.extend(context.entry.why_joined.clone());
    let mut township_value = township.1;
    let members = members(context, &mut draft);
    // Where no township is named, the members' own is likely.
    if draft.township.is_none()
        && township_value.accepted.is_empty()
        && let Some(at) = common_township(context, &draft.members)
    {
        draft.township = Some(at);
        let why =
            say("清单未写乡镇，按成员村所在乡镇", "no township is named: the one in which the members lie");
        township_value = Value {
            accepted: context.known.townships[at].name.clone(),
            confidence: Confidence::Likely,
            why: vec![why],
            origin: Vec::new(),
        };
    }
    let values = &mut draft.row.values;
    values.insert(Key::Township, township_value);
    values.insert(Key::Members, members);
    let name = name(context, &draft);
    let form = form(context, &name.accepted);
    let (arrangement, is_merger) = arrangement(context, &name.accepted);
    let mode = mode(context, is_merger);
    draft.is_merger = is_merger;
    for (key, value) in
        [(Key::Name, name), (Key::Form, form), (Key::Arrangement, arrangement), (Key::Mode, mode)]
    {
        draft.row.values.insert(key, value);
    }
    draft
}

/// What ties a row to its persons: its sheet and rows.
fn number(context: &Context<'_>) -> String {
    let rows = &context.entry.rows;
    let (first, last) = (rows.first().map_or(0, |row| row + 1), rows.last().map_or(0, |row| row + 1));
    let rows = if first == last { format!("{first}") } else { format!("{first}-{last}") };
    let sheet = &context.grid.name;
    if sheet.is_empty() { format!("第{rows}行") } else { format!("{sheet}!第{rows}行") }
}

fn township(context: &Context<'_>) -> (Option<usize>, Value) {
    let empty = |why| Value {
        accepted: String::new(),
        confidence: Confidence::Open,
        why: vec![why],
        origin: context.origins(Field::Township),
    };
    let own = context.entry.first(Field::Township).filter(|cell| !is_blank(&cell.text));
    if let Some(cell) = own {
        return match names::township(context.known, &cell.text) {
            Found::One(reading) => told_township(context, reading, vec![context.origin(cell)]),
            Found::Several(several) => {
                let choices = several.iter().map(|at| context.known.townships[*at].name.clone());
                (None, empty(several_of(choices)))
            }
            Found::None => {
                let text = shortened(&cell.text, 20);
                (None, empty(Say::of(format!("本县没有“{text}”"), format!("the county has no `{text}`"))))
            }
        };
    }
    // The title of a part, the sheet's name and the ledger's title name a township where the rows do not.
    let section = context.entry.section.as_ref().map(|cell| (cell.text.clone(), vec![context.origin(cell)]));
    let around = section.into_iter().chain([
        (context.grid.name.clone(), vec![("工作表名".to_owned(), context.grid.name.clone())]),
        (context.heading.title.clone(), vec![("标题".to_owned(), shortened(&context.heading.title, 60))]),
    ]);
    let known = &context.known.townships;
    for (text, origin) in around {
        let folded = fold(&text);
        let named: Vec<usize> =
            (0..known.len()).filter(|at| folded.contains(&fold(&known[*at].name))).collect();
        if let [only] = named.as_slice() {
            let why = say(
                "行内未写乡镇，按分段标题、工作表名或标题",
                "the row names no township: from the title above it",
            );
            return told_township(context, Reading::likely(*only, why), origin);
        }
    }
    (None, empty(say("清单未写乡镇", "the ledger names no township")))
}

fn told_township(
    context: &Context<'_>,
    reading: Reading<usize>,
    origin: Vec<(String, String)>,
) -> (Option<usize>, Value) {
    let accepted = context.known.townships[reading.value].name.clone();
    let value =
        Value { accepted, confidence: reading.confidence, why: reading.why.into_iter().collect(), origin };
    (Some(reading.value), value)
}

fn common_township(context: &Context<'_>, members: &[Member]) -> Option<usize> {
    let lies_in = |member: &Member| match member {
        Member::Known(id) => context.known.organization(*id).and_then(|own| own.township),
        Member::Village { village, .. } => context.known.villages.get(*village).map(|own| own.township),
        Member::Unit { .. } => None,
    };
    let mut found: Vec<usize> = members.iter().filter_map(lies_in).collect();
    found.dedup();
    found.first().copied().filter(|_| found.len() == 1)
}

fn several_of(choices: impl Iterator<Item = String>) -> Say {
    let choices: Vec<String> = choices.collect();
    let told = choices.iter().take(TOLD_CHOICES).cloned().collect::<Vec<_>>().join("、");
    let (more, more_en) = if choices.len() > TOLD_CHOICES { ("等", " and others") } else { ("", "") };
    Say::of(format!("可能是几个之一：{told}{more}"), format!("it may be one of several: {told}{more_en}"))
}

/// The members, each found by name; with how many members the ledger says that each has.
fn members(context: &Context<'_>, draft: &mut Draft) -> Value {
    let cells: Vec<&Cell> =
        [Field::LeadMember, Field::Members].iter().flat_map(|field| context.entry.of(*field)).collect();
    let mut value = Value {
        accepted: String::new(),
        confidence: Confidence::Certain,
        why: Vec::new(),
        origin: cells.iter().map(|cell| context.origin(cell)).collect(),
    };
    let mut accepted: Vec<String> = Vec::new();
    let cells = if cells.is_empty() {
        named_in_the_name(context, &mut value)
    } else {
        cells.into_iter().cloned().collect()
    };
    for cell in &cells {
        let (parts, is_open) = names::split_members(&cell.text);
        if is_open {
            value.doubt(
                Confidence::Open,
                say("原文有“等”字，成员可能未列全", "the ledger says `and others`: members may be missing"),
            );
        }
        let is_alone = parts.len() == 1;
        for part in parts.iter().filter(|part| !is_blank(part) && !is_unknown(part)) {
            let member = found(context, draft, part, &mut value);
            let Some(member) = member else { continue };
            if draft.members.contains(&member) {
                continue;
            }
            if is_alone {
                draft.counts.insert(draft.members.len(), counts(context, cell));
            }
            accepted.push(names::tell(context.known, &member));
            draft.members.push(member);
        }
    }
    if draft.members.len() < 2 {
        let count = draft.members.len();
        value.doubt(
            Confidence::Open,
            Say::of(
                format!("只认出 {count} 个成员，至少应有两个"),
                format!("{count} members were found; there are two at least"),
            ),
        );
    }
    value.accepted = accepted.join("、");
    value
}

/// A member of a part of a cell; nothing, with a reason to look, where it is not one.
fn found(context: &Context<'_>, draft: &Draft, part: &str, value: &mut Value) -> Option<Member> {
    let text = shortened(part, 30);
    match names::member(context.known, draft.township, part) {
        Found::One(reading) => {
            if let Some(why) = reading.why {
                value.doubt(
                    reading.confidence,
                    Say::of(format!("“{text}”：{}", why.zh), format!("`{text}`: {}", why.en)),
                );
            }
            if let Member::Village { .. } = reading.value {
                let why = Say::of(
                    format!("“{text}”的党组织尚未登记，列入“党组织”表"),
                    format!("the branch of `{text}` is not registered: see the sheet 党组织"),
                );
                value.doubt(Confidence::Likely, why);
            }
            Some(reading.value)
        }
        Found::Several(several) => {
            let choices = several_of(several.iter().map(|member| tell_choice(context, member)));
            value.doubt(
                Confidence::Open,
                Say::of(format!("“{text}”{}", choices.zh), format!("`{text}`: {}", choices.en)),
            );
            None
        }
        Found::None => {
            let on = context.known.on;
            let why = Say::of(
                format!("“{text}”不在 {on} 的区划中，也不是已登记的党组织"),
                format!(
                    "the divisions of {on} know no `{text}`, nor is it an organization that is registered"
                ),
            );
            value.doubt(Confidence::Open, why);
            None
        }
    }
}

fn tell_choice(context: &Context<'_>, member: &Member) -> String {
    match member {
        Member::Village { village, .. } => context.known.tell(*village),
        other => names::tell(context.known, other),
    }
}

/// A ledger without members may name them in the name: 狮子村田岩村联合党支部.
fn named_in_the_name(context: &Context<'_>, value: &mut Value) -> Vec<Cell> {
    let Some(cell) = context.entry.first(Field::Name) else { return Vec::new() };
    let name = cell.text.split(['（', '(']).next().unwrap_or_default();
    let body = name.split("联合").next().unwrap_or_default().split("合建").next().unwrap_or_default();
    let parts = body.replace('村', "村、");
    if !body.contains('村') {
        return Vec::new();
    }
    value.origin = vec![context.origin(cell)];
    value.doubt(
        Confidence::Likely,
        say("清单没有成员一栏，由名称中取出", "the ledger has no column of members: taken from the name"),
    );
    vec![Cell { text: parts, ..cell.clone() }]
}

fn counts(context: &Context<'_>, member: &Cell) -> Counts {
    let count = |field: Field| {
        context.entry.of(field).iter().find(|cell| cell.at.0 == member.at.0).and_then(count_of)
    };
    Counts { formal: count(Field::FormalMembers), probationary: count(Field::ProbationaryMembers) }
}

/// A number of people in a cell.
fn count_of(cell: &Cell) -> Option<u32> {
    if let Content::Number { value, .. } = cell.content {
        return (value.fract() == 0.0 && (0.0..1e6).contains(&value)).then_some(value as u32);
    }
    let folded = fold(&cell.text);
    let digits = folded.trim_end_matches(['人', '名', '个']);
    (digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

fn name(context: &Context<'_>, draft: &Draft) -> Value {
    let own =
        context.entry.first(Field::Name).filter(|cell| !is_blank(&cell.text) && !is_unknown(&cell.text));
    if let Some(cell) = own {
        let accepted = cell.text.split_whitespace().collect::<Vec<_>>().join("");
        return context.value(Field::Name, accepted, Confidence::Certain, None);
    }
    let villages: Vec<String> = draft.members.iter().map(|member| bare_name(context, member)).collect();
    if villages.len() < 2 {
        let why = say("清单未写名称，请填写", "the ledger names no joint branch: fill it in");
        return context.value(Field::Name, String::new(), Confidence::Open, Some(why));
    }
    let form = context
        .entry
        .first(Field::Form)
        .and_then(|cell| kinds::form(&cell.text))
        .map(|reading| reading.value);
    let ending = match form {
        Some(Form::GeneralBranch) => "联合党总支",
        Some(Form::Committee) => "联合党委",
        Some(Form::Branch) => "联合党支部",
        _ => "联合党组织",
    };
    let why = say(
        "清单未写名称，按成员拟定，请核对",
        "the ledger names no joint branch: made of its members' names",
    );
    context.value(Field::Name, format!("{}{ending}", villages.concat()), Confidence::Likely, Some(why))
}

fn bare_name(context: &Context<'_>, member: &Member) -> String {
    let text = match member {
        Member::Known(id) => context.known.organization(*id).map(|own| own.name.clone()).unwrap_or_default(),
        Member::Village { name, .. } | Member::Unit { name, .. } => name.clone(),
    };
    ["党支部", "党总支", "党委"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .unwrap_or(&text)
        .to_owned()
}

fn arrangement(context: &Context<'_>, name: &str) -> (Value, Option<bool>) {
    let told = |reading: Reading<Arrangement>, origin| {
        let word = kinds::ARRANGEMENTS
            .iter()
            .find(|(own, ..)| *own == reading.value)
            .map_or("", |(_, word, _)| word);
        let is_merger = reading.value == Arrangement::Merger;
        let value = Value {
            accepted: word.to_owned(),
            confidence: reading.confidence,
            why: reading.why.into_iter().collect(),
            origin,
        };
        (value, Some(is_merger))
    };
    for field in [Field::Arrangement, Field::Mode] {
        let cell = context.entry.first(field);
        if let Some((cell, reading)) = cell.and_then(|cell| Some((cell, kinds::arrangement(&cell.text)?))) {
            return told(reading, vec![context.origin(cell)]);
        }
    }
    let likely = |found, text: &str| {
        let why = Say::of(
            format!("行内未写，据“{}”", shortened(text, 30)),
            format!("the row does not say; from `{}`", shortened(text, 30)),
        );
        Reading::likely(found, why)
    };
    for (text, place) in
        [(name, "名称"), (context.grid.name.as_str(), "工作表名"), (context.heading.title.as_str(), "标题")]
    {
        if let Some(reading) = kinds::arrangement(text) {
            return told(likely(reading.value, text), vec![(place.to_owned(), shortened(text, 60))]);
        }
    }
    // 合建村 as the heading of the members.
    for column in context.heading.of(Field::Members) {
        if let Some(reading) = kinds::arrangement(&column.heading) {
            return told(
                likely(reading.value, &column.heading),
                vec![("表头".to_owned(), column.heading.clone())],
            );
        }
    }
    let why =
        say("清单未写合建还是共建，请选择", "the ledger does not say whether it merges or pairs: choose");
    (context.value(Field::Arrangement, String::new(), Confidence::Open, Some(why)), None)
}

fn mode(context: &Context<'_>, is_merger: Option<bool>) -> Value {
    let cell = [Field::Mode, Field::Arrangement]
        .into_iter()
        .filter_map(|field| context.entry.first(field))
        .find(|cell| kinds::mode(&cell.text).is_some());
    if let Some((cell, (wire, arrangement))) = cell.and_then(|cell| Some((cell, kinds::mode(&cell.text)?))) {
        let word = kinds::mode_word(wire);
        let mut value = Value {
            accepted: word.to_owned(),
            confidence: Confidence::Certain,
            why: Vec::new(),
            origin: vec![context.origin(cell)],
        };
        if fold(&cell.text) != fold(word) {
            value.doubt(
                Confidence::Likely,
                Say::of(
                    format!("原文“{}”", shortened(&cell.text, 30)),
                    format!("the ledger says `{}`", shortened(&cell.text, 30)),
                ),
            );
        }
        let fits = arrangement
            .is_none_or(|own| is_merger.is_none_or(|is_merger| is_merger == (own == Arrangement::Merger)));
        if !fits {
            value.doubt(Confidence::Open, say("与合建/共建不一致", "it does not fit the arrangement"));
        }
        return value;
    }
    super::facts::not_on_file(context, Field::Mode)
}

fn form(context: &Context<'_>, name: &str) -> Value {
    let cell = context.entry.first(Field::Form).filter(|cell| !is_blank(&cell.text));
    if let Some(value) = kind_of_form(context, cell, name) {
        return value;
    }
    if let Some((cell, reading)) = cell.and_then(|cell| Some((cell, kinds::form(&cell.text)?))) {
        return Value {
            accepted: form_word(reading.value).to_owned(),
            confidence: reading.confidence,
            why: reading.why.into_iter().collect(),
            origin: vec![context.origin(cell)],
        };
    }
    if let Some(found) = kinds::form_of_name(name).filter(|_| cell.is_none()) {
        let why = say("据名称", "from the name");
        let origin = context.origins(Field::Name);
        return Value {
            accepted: form_word(found).to_owned(),
            confidence: Confidence::Likely,
            why: vec![why],
            origin,
        };
    }
    super::facts::not_on_file(context, Field::Form)
}

/// A form that a policy has added, or that only a policy can add; nothing where the ledger says neither.
fn kind_of_form(context: &Context<'_>, cell: Option<&Cell>, name: &str) -> Option<Value> {
    let said = cell.map_or(name, |cell| cell.text.as_str());
    let origin = || match cell {
        Some(cell) => vec![context.origin(cell)],
        None => context.origins(Field::Name),
    };
    let value = |accepted: &str, confidence, why| Value {
        accepted: accepted.to_owned(),
        confidence,
        why,
        origin: origin(),
    };
    if let Some(kind) = context.known.form_kind(said) {
        return Some(value(&kind.word, Confidence::Certain, Vec::new()));
    }
    let folded = fold(said);
    let within = context.known.form_kinds.iter().find(|kind| folded.contains(&fold(&kind.word)));
    if let Some(kind) = within {
        let why = Say::of(format!("据“{}”", shortened(said, 30)), format!("from `{}`", shortened(said, 30)));
        return Some(value(&kind.word, Confidence::Likely, vec![why]));
    }
    let (word, why) = kinds::functional(said)?;
    Some(value(word, Confidence::Open, vec![why]))
}

fn form_word(form: Form) -> &'static str {
    kinds::FORMS.iter().find(|(own, ..)| *own == form).map_or(NOT_ON_FILE, |(_, word, _)| word)
}
