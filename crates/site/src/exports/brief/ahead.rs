//! What comes next 下一步: what the last meeting decided, and what falls due within thirty days.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use projections::{DecisionEntry, DecisionState, Obligation, ObligationKind};

use super::sections::{DAYS_AHEAD, is_ahead};
use super::told::{Told, numbered, unstopped};
use super::{Line, Part};
use crate::pages::lists::word;

/// The part.
pub(crate) fn ahead(told: &Told<'_>) -> Part {
    let mut lines =
        vec![Line::Second(told.pick("（一）上次联系会议议定事项", "(1) What the last meeting decided"))];
    lines.extend(decided(told).into_iter().map(Line::Text));
    lines.push(Line::Second(told.pick(
        format!("（二）今后{DAYS_AHEAD}日内到期事项"),
        format!("(2) What falls due within {DAYS_AHEAD} days"),
    )));
    lines.extend(due(told).into_iter().map(Line::Text));
    Part { heading: told.pick("下一步", "What comes next"), lines, chart: None }
}

/// The decisions of the last meeting, each with who carries it out, by when and where it stands.
fn decided(told: &Told<'_>) -> Vec<String> {
    let language = told.language();
    let Some(last) = told.decisions.iter().max_by_key(|own| (own.met_on, own.session)) else {
        return vec![told.pick("没有登记的议定事项。", "No decision is on record.")];
    };
    let mut own: Vec<_> = told.decisions.iter().filter(|own| own.meeting == last.meeting).collect();
    own.sort_by_key(|own| own.item);
    let name = domain::meeting::name(last.met_on.year(), last.session);
    let met_on = told.day(last.met_on);
    let place = last.place.as_ref().map(|place| told.place(&place.code)).unwrap_or_default();
    let intro = told.pick(
        format!("{place}{}（{met_on}）议定{}项：", name.zh, own.len()),
        format!("{place}, {} ({met_on}): {} decisions.", name.en, own.len()),
    );
    let entries: Vec<_> = own.into_iter().map(|own| (decision(told, own), 1)).collect();
    std::iter::once(intro).chain(numbered(language, &entries)).collect()
}

/// A decision in a sentence.
fn decision(told: &Told<'_>, own: &DecisionEntry) -> String {
    let decided = unstopped(own.decided.as_str());
    let carrier = own.carrier.as_ref().map(|carrier| told.place(&carrier.code));
    let by = own.finish_by.map(|day| told.day(day));
    let zh = match (&carrier, &by) {
        (Some(carrier), Some(by)) => format!("由{carrier}承办，{by}前办结"),
        (Some(carrier), None) => format!("由{carrier}承办，不限期"),
        (None, Some(by)) => format!("{by}前办结"),
        (None, None) => "不限期".to_owned(),
    };
    let en = format!(
        "{}, {}",
        carrier.unwrap_or_else(|| told.matter.name.to_owned()),
        by.map_or_else(|| "no day set".to_owned(), |by| format!("by {by}"))
    );
    let state = match own.state {
        DecisionState::Overdue => told.pick(
            format!("，已逾期{}天", -own.days_left.unwrap_or(0)),
            format!(", {} days late", -own.days_left.unwrap_or(0)),
        ),
        DecisionState::ToClose => told.pick("，督办已答复、待销号", ", answered and to be closed"),
        DecisionState::InProgress => told.pick("，正在办理", ", under way"),
        DecisionState::Closed => told.pick("，已销号", ", closed"),
    };
    told.pick(format!("{decided}；{zh}{state}。"), format!("{decided}: {en}{state}."))
}

/// What falls due soon, by day and kind: one thing by its name, several by who is to act.
fn due(told: &Told<'_>) -> Vec<String> {
    let mut groups: BTreeMap<(Date, ObligationKind), Vec<&Obligation>> = BTreeMap::new();
    for owed in told.matter.owed.iter().filter(|owed| is_ahead(told, owed)) {
        groups.entry((owed.due, owed.kind)).or_default().push(owed);
    }
    if groups.is_empty() {
        return vec![told.pick(
            format!("今后{DAYS_AHEAD}日内没有到期事项。"),
            format!("Nothing falls due within {DAYS_AHEAD} days."),
        )];
    }
    let entries: Vec<_> =
        groups.into_iter().map(|((day, kind), own)| (group(told, day, kind, &own), own.len())).collect();
    numbered(told.language(), &entries)
}

fn group(told: &Told<'_>, day: Date, kind: ObligationKind, own: &[&Obligation]) -> String {
    let (matter, day) = (word(told.matter.visit, "Obligation", &kind), told.day(day));
    let owners: BTreeSet<String> = own.iter().map(|owed| told.owner(owed)).collect();
    let owner = owners.first().cloned().unwrap_or_default();
    if let [only] = own {
        let name = unstopped(only.name.as_str());
        let zh = match (only.joint_branch, only.organization) {
            (None, None) => format!("{matter}“{name}”"),
            _ if kind == ObligationKind::Term => format!("{name}的换届"),
            _ => format!("{name}的{matter}"),
        };
        return told.pick(
            format!("{day}前，由{owner}办理{zh}。"),
            format!("By {day} {owner} sees to {matter} of {name}."),
        );
    }
    let (count, places) = (own.len(), owners.len());
    match places {
        1 => told.pick(
            format!("{day}前，由{owner}办理{matter}{count}项。"),
            format!("By {day} {owner} sees to {count} matters: {matter}."),
        ),
        places => told.pick(
            format!("{day}前，由{owner}等{places}个单位办理{matter}{count}项。"),
            format!("By {day} {owner} and {} others see to {count} matters: {matter}.", places - 1),
        ),
    }
}
