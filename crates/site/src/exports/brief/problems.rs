//! What is wrong by the record 存在问题, and what the rules ask for it 工作建议.

use std::collections::BTreeMap;

use domain::policy::Citation;
use domain::say::{Say, say};
use projections::{Obligation, ObligationKind};

use super::told::{Told, numbered};
use super::{Line, Part};
use crate::pages::lists::word;

/// What a figure is called that no document names.
const LOCAL_USE: &str = "本地惯例";

/// What is known to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Ends,
    Reviews,
    Orders,
    Grades,
    Vacancies,
    Terms,
    PlacesChanged,
    Supervisions,
    Cards,
    Others,
}

/// A kind of problem with its cases.
pub(crate) struct Found {
    problem: Problem,
    /// How many there are.
    count: usize,
    /// Each in a sentence, the most pressing first, with how many it tells.
    entries: Vec<(String, usize)>,
}

impl Problem {
    /// The most pressing first.
    const ALL: [Self; 10] = [
        Self::Ends,
        Self::Reviews,
        Self::Orders,
        Self::Grades,
        Self::Vacancies,
        Self::Terms,
        Self::PlacesChanged,
        Self::Supervisions,
        Self::Cards,
        Self::Others,
    ];

    /// What is wrong.
    fn title(self) -> Say {
        match self {
            Self::Ends => {
                say("整改未通过、应予终止而尚未终止", "Rectification failed, and the joint branch not ended")
            }
            Self::Reviews => say("整改期满未验收", "Rectification not reviewed in time"),
            Self::Orders => say("评为较差后未按时下达整改", "No rectification ordered after a poor grade"),
            Self::Grades => say("季度评估逾期未录入", "Quarters not graded in time"),
            Self::Vacancies => say("书记岗位空缺", "Posts of secretary vacant"),
            Self::Terms => say("书记任期届满未换届", "Terms ended without a new one"),
            Self::PlacesChanged => say("区划变化后未作出决定", "No decision after a change of places"),
            Self::Supervisions => say("督办逾期未办复", "Supervisions not answered in time"),
            Self::Cards => say("黄牌尚未解除", "Yellow cards that stand"),
            Self::Others => say("其他事项逾期", "Other matters overdue"),
        }
    }

    /// The rule that names the measure.
    fn rule(self) -> Option<&'static str> {
        match self {
            Self::Ends => Some("dissolution-due"),
            Self::Reviews => Some("rectification-deadline"),
            Self::Orders => Some("order-due"),
            Self::Grades => Some("evaluation-due"),
            Self::Vacancies => Some("secretary-vacant"),
            Self::Terms => Some("term-reminder"),
            Self::PlacesChanged => Some("place-changed-due"),
            Self::Supervisions => Some("supervision-due"),
            Self::Cards => Some("yellow-card"),
            Self::Others => None,
        }
    }

    /// What should be done.
    fn measure(self) -> Say {
        match self {
            Self::Ends => say(
                "由批准成立的一级或其上级党组织作出撤销决定，落实每个成员党组织的去向，按期办结",
                "the tier that established them, or the one above, decides on their end and on where each member goes",
            ),
            Self::Reviews => say(
                "由乡镇党委组织验收，听取党员、群众意见，按期作出是否通过的结论；未通过的依规终止",
                "the township committees review them, asking members and villagers, and end what has not passed",
            ),
            Self::Orders => say(
                "由乡镇党委逐个下达整改通知，列明整改事项和期限",
                "the township committees order rectification in each case, with what is to be put right and by when",
            ),
            Self::Grades => say(
                "由牵头乡镇党委抓紧补评，今后在期限以前完成评估和录入",
                "the lead township committees grade what is missing, and keep to the time from now on",
            ),
            Self::Vacancies => say(
                "由乡镇党委及时组织补选或者提出任职人选，报上级党组织批复",
                "the township committees have secretaries elected or propose them for the approval of the committee above",
            ),
            Self::Terms => say(
                "由上级党组织以发函等形式提醒，督促按期换届；确需延期的，按规定报批",
                "the committee above reminds them to elect, and decides where a term must be extended",
            ),
            Self::PlacesChanged => say(
                "由县级党委对涉及的联合党组织逐个作出保留、调整或者终止的决定",
                "the county decides for each whether it goes on, changes or ends",
            ),
            Self::Supervisions => say(
                "由被督办单位说明原因、限期办复，必要时在联系会议上说明",
                "who was asked gives the reason and answers, at the meeting where necessary",
            ),
            Self::Cards => say(
                "由被亮牌单位按要求整顿，整顿到位并经亮牌单位核实后解除",
                "who was warned puts things in order; the card is lifted once that is confirmed",
            ),
            Self::Others => say(
                "由责任单位对照待办清单逐项办结",
                "who owes them settles them one by one, by the list of what is owed",
            ),
        }
    }

    /// Which kind of what is owed shows it, once overdue.
    fn kind(self) -> Option<ObligationKind> {
        Some(match self {
            Self::Ends => ObligationKind::Dissolution,
            Self::Reviews => ObligationKind::Rectification,
            Self::Orders => ObligationKind::RectificationOrder,
            Self::Grades => ObligationKind::Evaluation,
            Self::Vacancies => ObligationKind::Secretary,
            Self::Terms => ObligationKind::Term,
            Self::PlacesChanged => ObligationKind::PlaceChanged,
            Self::Supervisions => ObligationKind::Supervision,
            Self::Cards | Self::Others => return None,
        })
    }
}

/// Everything that is wrong, by kind.
pub(crate) fn found(told: &Told<'_>) -> Vec<Found> {
    let all = Problem::ALL.into_iter().map(|problem| {
        let (count, entries) = match problem {
            Problem::Ends => one_by_one(ends(told)),
            Problem::Vacancies => one_by_one(vacancies(told)),
            Problem::Cards => one_by_one(cards(told)),
            Problem::Grades => ungraded(told),
            Problem::Others => others(told),
            _ => one_by_one(overdue(told, problem)),
        };
        Found { problem, count, entries }
    });
    all.filter(|found| found.count > 0).collect()
}

fn one_by_one(entries: Vec<String>) -> (usize, Vec<(String, usize)>) {
    (entries.len(), entries.into_iter().map(|entry| (entry, 1)).collect())
}

/// What is overdue of a kind, the longest first.
fn late<'a>(told: &'a Told<'_>, kind: ObligationKind) -> Vec<&'a Obligation> {
    let mut late: Vec<_> = told.matter.owed.iter().filter(|owed| owed.overdue && owed.kind == kind).collect();
    late.sort_by_key(|owed| std::cmp::Reverse(owed.overdue_days));
    late
}

fn overdue(told: &Told<'_>, problem: Problem) -> Vec<String> {
    let Some(kind) = problem.kind() else { return Vec::new() };
    let matter = word(told.matter.visit, "Obligation", &kind);
    let entry = |owed: &&Obligation| {
        let (about, due, days) = (told.about(owed), told.day(owed.due), owed.overdue_days);
        let zh = match problem {
            Problem::Reviews => format!("{about}应于{due}前完成整改验收"),
            Problem::Orders => format!("{about}评为较差后应于{due}前下达整改"),
            Problem::Terms => format!("{about}应于{due}前换届"),
            Problem::PlacesChanged => format!("{about}因区划变化应于{due}前作出决定"),
            _ => format!("{about}的{matter}应于{due}前办复"),
        };
        told.pick(
            format!("{zh}，已逾期{days}天。"),
            format!("{about}: {matter} was due on {due} and is {days} days late."),
        )
    };
    late(told, kind).iter().map(entry).collect()
}

/// What failed to be put right and must end.
fn ends(told: &Told<'_>) -> Vec<String> {
    let on = told.matter.view.as_of;
    let live = told.matter.rows.iter().filter(|row| row.is_live());
    let mut due: Vec<_> = live.filter_map(|row| Some((row, row.termination_due_since?))).collect();
    due.sort_by_key(|(_, since)| *since);
    let entry = |(row, since): (&&projections::rows::JointBranchRow, domain::date::Date)| {
        let (name, day, days) = (told.joint_branch(row), told.day(since), on.days_since(since));
        told.pick(
            format!("{name}整改未通过，自{day}起应予终止，至今{days}天尚未作出撤销决定。"),
            format!("{name} failed its rectification; its end is due since {day}, {days} days ago, and not decided."),
        )
    };
    due.into_iter().map(entry).collect()
}

fn vacancies(told: &Told<'_>) -> Vec<String> {
    let on = told.matter.view.as_of;
    let live = told.matter.rows.iter().filter(|row| row.is_live());
    let mut vacant: Vec<_> = live.filter_map(|row| Some((row, row.vacant_since?))).collect();
    vacant.sort_by_key(|(_, since)| *since);
    let entry = |(row, since): (&&projections::rows::JointBranchRow, domain::date::Date)| {
        let (name, day, days) = (told.joint_branch(row), told.day(since), on.days_since(since));
        told.pick(
            format!("{name}书记岗位自{day}起空缺，已{days}天。"),
            format!("{name} has had no secretary since {day}, for {days} days."),
        )
    };
    vacant.into_iter().map(entry).collect()
}

/// The quarters that were not graded, by who is to grade them.
fn ungraded(told: &Told<'_>) -> (usize, Vec<(String, usize)>) {
    let late = late(told, ObligationKind::Evaluation);
    let mut by_owner: BTreeMap<String, (usize, i32)> = BTreeMap::new();
    for owed in &late {
        let (count, days) = by_owner.entry(told.owner(owed)).or_default();
        (*count, *days) = (*count + 1, (*days).max(owed.overdue_days));
    }
    let mut owners: Vec<_> = by_owner.into_iter().collect();
    owners.sort_by_key(|(_, (count, days))| (std::cmp::Reverse(*count), std::cmp::Reverse(*days)));
    let entry = |(name, (count, days)): (String, (usize, i32))| {
        let said = told.pick(
            format!("{name}有{count}项季度评估逾期未录入，最长逾期{days}天。"),
            format!("{name} has not recorded quarterly grades: {count}, the oldest {days} days late."),
        );
        (said, count)
    };
    (late.len(), owners.into_iter().map(entry).collect())
}

fn cards(told: &Told<'_>) -> Vec<String> {
    let standing = told.matter.view.yellow_cards.iter().filter(|card| card.lifted.is_none());
    let entry = |card: &projections::rows::YellowCardRow| {
        let to = card.to.as_ref().map(|to| told.place(&to.code)).unwrap_or_default();
        let (day, matter) = (told.day(card.issued_on), super::told::unstopped(card.matter.as_str()));
        let until = card.deadline.map(|until| told.day(until));
        let zh = until.as_ref().map(|until| format!("，限{until}前整顿到位")).unwrap_or_default();
        let en = until.map(|until| format!("; to be put in order by {until}")).unwrap_or_default();
        told.pick(
            format!("{to}因“{matter}”于{day}被亮黄牌，尚未解除{zh}。"),
            format!("{to} was given a yellow card on {day} ({matter}), which stands{en}."),
        )
    };
    standing.map(entry).collect()
}

/// What else is overdue, by kind.
fn others(told: &Told<'_>) -> (usize, Vec<(String, usize)>) {
    let is_told = |kind: ObligationKind| Problem::ALL.iter().any(|problem| problem.kind() == Some(kind));
    let kinds = told.matter.overdue_by_kind().into_iter().filter(|(kind, _)| !is_told(*kind));
    let counted: Vec<(ObligationKind, usize)> = kinds.collect();
    let entry = |(kind, count): &(ObligationKind, usize)| {
        let (matter, longest) =
            (word(told.matter.visit, "Obligation", kind), late(told, *kind).into_iter().next());
        let (about, days) = longest.map(|owed| (told.about(owed), owed.overdue_days)).unwrap_or_default();
        let said = told.pick(
            format!("{matter}逾期{count}项，逾期最久的是{about}（{days}天）。"),
            format!("{matter}: {count} overdue, the longest {about} ({days} days)."),
        );
        (said, *count)
    };
    (counted.iter().map(|(_, count)| count).sum(), counted.iter().map(entry).collect())
}

/// 存在问题.
pub(crate) fn problems(told: &Told<'_>, found: &[Found]) -> Part {
    let mut lines = Vec::new();
    for (number, Found { problem, count, entries }) in found.iter().enumerate() {
        let title = problem.title();
        let zh = format!("（{}）{}（{count}项）", super::chinese(number), title.zh);
        lines.push(Line::Second(told.pick(zh, format!("({}) {} ({count})", number + 1, title.en))));
        lines.extend(numbered(told.language(), entries).into_iter().map(Line::Text));
    }
    if lines.is_empty() {
        lines.push(Line::Text(told.pick(
            "没有逾期事项，没有整改未通过、书记空缺和未解除的黄牌。",
            "Nothing is overdue; no rectification has failed, no post is vacant and no yellow card stands.",
        )));
    }
    Part { heading: told.pick("存在问题", "What is wrong"), lines, chart: None }
}

/// 工作建议.
pub(crate) fn advice(told: &Told<'_>, found: &[Found]) -> Part {
    let mut lines: Vec<Line> = (0..)
        .zip(found)
        .map(|(number, Found { problem, count, .. })| {
            let (title, measure) = (problem.title(), problem.measure());
            let source = problem.rule().and_then(|name| told.rules.get(name)).map(|rule| {
                let from = source(&rule.citation);
                told.pick(
                    format!("（依据{from}：{}）", rule.zh.replace(' ', "")),
                    format!(" ({from}: {})", rule.en),
                )
            });
            let source = source.unwrap_or_default();
            Line::Text(told.pick(
                format!("（{}）对{}的{count}项，{}{source}。", super::chinese(number), title.zh, measure.zh),
                format!("({}) {} ({count}): {}{source}.", number + 1, title.en, measure.en),
            ))
        })
        .collect();
    if lines.is_empty() {
        lines.push(Line::Text(
            told.pick("没有需要提请会议采取的措施。", "No measure is asked of the meeting."),
        ));
    }
    Part { heading: told.pick("工作建议", "What is advised"), lines, chart: None }
}

/// Where a rule comes from. The rules of the handbook have names there that say nothing to a reader.
fn source(Citation { document, article, .. }: &Citation) -> String {
    let is_name = article.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    // What stands in brackets tells the source from what is local use.
    let article = if is_name { "" } else { article.split('（').next().unwrap_or_default() };
    // Local use is no document, and is not set in the marks of a title.
    let title = match document.strip_prefix(LOCAL_USE) {
        Some(_) => LOCAL_USE.to_owned(),
        None => format!("《{document}》"),
    };
    format!("{title}{article}")
}
