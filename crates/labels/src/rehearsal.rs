//! The words of a rehearsal: what a proposed policy would have changed of what is recorded, on the page, on paper and on a
//! terminal.

use domain::date::Date;
use domain::say::{Language, Say, say};

use crate::policy::figure;
use crate::terms::code;

/// The button that rehearses what a form says.
pub const REHEARSE: &Say = &say("在历史上试行", "Rehearse it on the record");
/// The title of what comes of it.
pub const REHEARSAL: &Say = &say("拟议规定历史试行", "A proposed rule, rehearsed on the record");
/// What the button does.
pub const FORM_NOTE: &Say = &say(
    "用上面填写的标准，重新判断自该日起已记录的全部事项，看哪些会被退回、哪些期限会改变。只作推算，不记录任何内容；不填日期则自前年1月1日起。",
    "Decides all that is recorded since that day once more by the figures filled in above, and shows what would be refused and which deadlines would change. A calculation that records nothing; without a day, since 1 January of the year before last.",
);
/// What an exception may still let pass.
pub const UNLESS_APPROVED: &Say = &say("（可破例）", " (unless approved)");
/// From which day.
pub const SINCE_DAY: &Say = &say("假定自该日起施行", "As if in force since");
/// What is proposed.
pub const PROPOSED: &Say = &say("拟议的标准", "Proposed figures");
/// As it is.
pub const IN_FORCE: &Say = &say("现行", "In force");
/// As it would be.
pub const PROPOSED_VALUE: &Say = &say("拟议", "Proposed");
/// Counts by county.
pub const BY_COUNTY: &Say = &say("按县（区）", "By county");
/// Counts by rule.
pub const BY_RULE: &Say = &say("按规则", "By rule");
/// Counts by document.
pub const BY_DOCUMENT: &Say = &say("按文号", "By document");
/// Figures of the views.
pub const FIGURES: &Say = &say("指标的变化", "Figures that would be others");
/// Deadlines.
pub const DEADLINES: &Say = &say("期限的变化", "Deadlines that would be others");
/// Each command.
pub const CASES: &Say = &say("会另作处理的各项", "What would have been decided otherwise");
/// Each deadline.
pub const DEADLINES_LISTED: &Say = &say("期限会改变的各项", "What would be due on another day");
/// The county.
pub const COUNTY: &Say = &say("县（区）", "County");
/// What is no county's.
pub const WHOLE_CITY: &Say = &say("全市事项", "the whole city");
/// The document.
pub const DOCUMENT: &Say = &say("文号", "Document");
/// The rule.
pub const RULE: &Say = &say("规则", "Rule");
/// What becomes of who breaks it.
pub const SEVERITY: &Say = &say("违反时", "If broken");
/// How many were decided once more.
pub const JUDGED: &Say = &say("共", "All");
/// Refused.
pub const REFUSED: &Say = &say("退回", "Refused");
/// A new warning.
pub const WARNED: &Say = &say("新增提醒", "Warned of");
/// A warning less.
pub const NO_LONGER_WARNED: &Say = &say("不再提醒", "No longer warned of");
/// Another result.
pub const DECIDED_OTHERWISE: &Say = &say("结果不同", "Another result");
/// Accepted, with other warnings or another result.
pub const OTHERWISE: &Say = &say("提醒或结果不同", "Other warnings or result");
/// The kind of thing owed.
pub const KIND: &Say = &say("事项", "What is owed");
/// In time, and late then.
pub const LATE: &Say = &say("将成逾期", "Would be late");
/// Late, and in time then.
pub const IN_TIME: &Say = &say("将成按期", "Would be in time");
/// Due earlier.
pub const EARLIER: &Say = &say("期限提前", "Due earlier");
/// Due later.
pub const LATER: &Say = &say("期限推后", "Due later");
/// Owed then.
pub const OWED: &Say = &say("新列待办", "Newly owed");
/// Owed no longer then.
pub const NOT_OWED: &Say = &say("不再列", "No longer owed");
/// The place of a figure.
pub const PLACE: &Say = &say("地方", "Place");
/// The figure.
pub const FIGURE: &Say = &say("指标", "Figure");
/// Nothing changes.
pub const NOTHING: &Say = &say("没有", "none");
/// The day.
pub const DAY: &Say = &say("生效日期", "Effective");
/// What was done.
pub const COMMAND: &Say = &say("事项", "What was done");
/// The joint branch or other record.
pub const NAME: &Say = &say("名称", "Name");
/// Why it would be another.
pub const WHY: &Say = &say("会怎样", "What would be");
/// The last day as it is.
pub const DUE_BEFORE: &Say = &say("现行期限", "Due as it is");
/// The last day as it would be.
pub const DUE_AFTER: &Say = &say("拟议期限", "Due as proposed");
/// When it was met.
pub const MET: &Say = &say("办结", "Met");
/// It is not met.
pub const OPEN: &Say = &say("未办结", "open");

/// What must be known to read it.
pub const CAVEATS: &[&Say] = &[
    &say(
        "每一项都按它办理之前的实际情况、自己的生效日期重新判断：前一项会被退回，不影响其后各项。",
        "Each is decided once more on what was really on record before it, by its own effective date: that one would have been refused does not touch what follows.",
    ),
    &say(
        "只能判断已记录的事项：当时就被退回的没有记录，放宽规定后会多办成哪些，无从得知。",
        "Only what is recorded can be decided again: what was refused then left no record, so nobody can tell what a looser rule would have let pass.",
    ),
    &say(
        "“退回”中注明“可破例”的，经批准的特殊情况仍可办理。办结的期限按录入日计，未办结的按统计日期计。本页只作推算，未记录任何内容。",
        "What is refused “unless approved” could still be done with an approved exception. A deadline that was met is counted by the day of recording, an open one by the day of the count. This is a calculation; nothing is recorded.",
    ),
];

/// What is proposed, figure by figure: its name, what it is and what it would be, a number or a code.
pub fn changes<'a>(all: impl Iterator<Item = (&'a str, String, String)>) -> Say {
    let all: Vec<_> = all.collect();
    let said = |language: Language| {
        let said = all.iter().map(|(name, before, after)| {
            let (label, unit) = figure(language, name);
            let word = |value: &str| {
                code(name, value).map_or(value.to_owned(), |words| words.in_language(language).to_owned())
            };
            format!("{label} {} → {} {unit}", word(before), word(after)).trim_end().to_owned()
        });
        let said = said.collect::<Vec<_>>().join(language.pick("；", "; "));
        if said.is_empty() {
            language.pick("与现行相同", "the same as in force").to_owned()
        } else {
            said
        }
    };
    Say::of(said(Language::Zh), said(Language::En))
}

/// The counts that the first sentence says.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Decided once more.
    pub judged: u64,
    /// Refused.
    pub refused: u64,
    /// Warned of.
    pub warned: u64,
    /// Warned of no longer.
    pub no_longer_warned: u64,
    /// With another result.
    pub decided_otherwise: u64,
    /// In time, and late then.
    pub late: u64,
    /// Late, and in time then.
    pub in_time: u64,
}

/// The first sentence: what the rule would have done.
pub fn summary(since: Date, place: &str, rule: &Say, counts: Counts) -> Say {
    let Counts { judged, refused, warned, no_longer_warned, decided_otherwise, late, in_time } = counts;
    let (zh, en) = (&rule.zh, &rule.en);
    Say::of(
        format!(
            "自{since}起，若按拟议规定（{zh}），{place}已办理的 {judged} 项中，共有 {refused} 项会被退回，{warned} 项会新增提醒，{no_longer_warned} 项不再提醒，{decided_otherwise} 项结果不同；{late} 项待办会由按期变为逾期，{in_time} 项由逾期变为按期。"
        ),
        format!(
            "Had the proposed rule ({en}) been in force since {since}, of {judged} matters done in {place} {refused} would have been refused, {warned} accepted with a new warning, {no_longer_warned} without one that they had, {decided_otherwise} with another result; {late} deadlines that are met or in time would be late, {in_time} that are late in time."
        ),
    )
}

/// As of when, and of which log.
pub fn seen(as_of: Date, position: u64) -> Say {
    Say::of(
        format!("统计日期 {as_of}，依据日志第 1 至 {position} 条。"),
        format!("As of {as_of}, from the events 1 to {position} of the log."),
    )
}

/// What could not be decided again, where there is any.
pub fn not_judged(count: u64) -> Say {
    Say::of(
        format!("另有 {count} 项不能重新判断（早期版本的记录，或按本程序的规则本就不同），不计在内。"),
        format!(
            "{count} more could not be decided again, of an earlier version or decided otherwise by this program anyway, and are not counted."
        ),
    )
}

/// How many are not listed.
pub fn more(count: u64) -> Say {
    Say::of(
        format!("另有 {count} 项未列出，已计入以上各表。"),
        format!("{count} more are not listed; the tables above count them."),
    )
}
