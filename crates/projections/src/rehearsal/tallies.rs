//! What a rehearsal counts of commands: by county, by rule, by document; and which of them it lists.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::document_number::DocumentNumber;
use domain::place::PlaceCode;
use domain::rehearsal::Otherwise;
use domain::say::Say;
use domain::{CityState, CommandKind, Event, Policy, Rejection};

use super::report::{
    CountyTally, DocumentTally, MAX_REHEARSED_CASES, MAX_REHEARSED_DOCUMENTS, Rehearsal, RehearsedCase,
    RuleFound, RuleTally,
};
use super::sums::{added, today_of};
use crate::diff::name;
use crate::timeline::joint_branch_of;
use crate::views::Views;

/// How many commands: refused, warned of, warned of no longer, decided otherwise.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    refused: u64,
    warned: u64,
    no_longer_warned: u64,
    decided_otherwise: u64,
}

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    /// How many could not be decided again.
    pub(super) not_judged: u64,
    by_county: BTreeMap<Option<PlaceCode>, (u64, Counts)>,
    by_rule: BTreeMap<String, Counts>,
    by_document: BTreeMap<DocumentNumber, (u64, u64)>,
    cases: Vec<RehearsedCase>,
    cases_found: u64,
}

/// The event that says where a command stands: that of its joint branch, or its first.
fn standing(events: &[Event]) -> Option<&Event> {
    events.iter().find(|event| joint_branch_of(&event.body).is_some()).or(events.first())
}

impl Counts {
    fn of(otherwise: &Otherwise) -> Self {
        Self {
            refused: otherwise.refused.is_some().into(),
            warned: (!otherwise.warned.is_empty()).into(),
            no_longer_warned: (!otherwise.no_longer_warned.is_empty()).into(),
            decided_otherwise: (!otherwise.changed.is_empty()).into(),
        }
    }

    fn add(&mut self, other: Self) {
        self.refused += other.refused;
        self.warned += other.warned;
        self.no_longer_warned += other.no_longer_warned;
        self.decided_otherwise += other.decided_otherwise;
    }
}

impl Tallies {
    /// A command that was decided once more.
    pub(super) fn judged(&mut self, events: &[Event]) {
        let county = standing(events).and_then(|event| event.meta.scope.county.clone());
        added(&mut self.by_county, county).0 += 1;
    }

    /// A command that would have been decided otherwise; the state is the one after it.
    pub(super) fn note(
        &mut self,
        state: &CityState,
        defaults: &Policy,
        events: &[Event],
        kind: CommandKind,
        otherwise: Otherwise,
    ) {
        let Some(event) = standing(events) else { return };
        let counts = Counts::of(&otherwise);
        added(&mut self.by_county, event.meta.scope.county.clone()).1.add(counts);
        let Otherwise { refused, warned, no_longer_warned, changed } = &otherwise;
        if let Some(rejection) = refused {
            added(&mut self.by_rule, rejection.rule().to_owned()).refused += 1;
        }
        for warning in warned {
            added(&mut self.by_rule, warning.rule.clone()).warned += 1;
        }
        for rule in no_longer_warned {
            added(&mut self.by_rule, rule.clone()).no_longer_warned += 1;
        }
        if let Some(document) = &event.meta.document {
            let (of_refused, of_others) = added(&mut self.by_document, document.number.clone());
            *(if refused.is_some() { of_refused } else { of_others }) += 1;
        }
        self.cases_found += 1;
        if self.cases.len() == MAX_REHEARSED_CASES {
            return;
        }
        let found = |rule: &str, detail: Say| RuleFound {
            rule: rule.to_owned(),
            severity: defaults.severity(rule),
            detail,
        };
        let refused_by =
            refused.as_ref().map(|rejection: &Rejection| found(rejection.rule(), rejection.say()));
        let warned_by = warned.iter().map(|warning| {
            found(&warning.rule, Say::of(warning.message.clone(), warning.message_en.clone()))
        });
        self.cases.push(RehearsedCase {
            position: event.meta.position,
            command: kind.name().to_owned(),
            title: kind.spec().title.clone(),
            name: name(state, event.body.entity()),
            joint_branch: joint_branch_of(&event.body),
            county: event.meta.scope.county.clone(),
            township: event.meta.scope.township.clone(),
            effective_date: event.meta.effective_date,
            recorded_on: event.meta.recorded_at.day(),
            document: event.meta.document.as_ref().map(|document| document.number.clone()),
            refused_by,
            warned_by: warned_by.collect(),
            no_longer_warned_by: no_longer_warned.clone(),
            changed: changed.iter().map(|event_type| (*event_type).to_owned()).collect(),
        });
    }

    /// What is told of it; what only the whole log says is left as it is in a rehearsal of nothing.
    pub(super) fn told(self, views: &Views, state: &CityState, defaults: &Policy) -> Rehearsal {
        let (mut all, mut judged) = (Counts::default(), 0);
        let mut by_county: BTreeMap<Option<PlaceCode>, (u64, Counts)> = BTreeMap::new();
        for (code, (own_judged, counts)) in self.by_county {
            let tally = added(&mut by_county, today_of(state, code.as_ref()));
            tally.0 += own_judged;
            tally.1.add(counts);
            judged += own_judged;
            all.add(counts);
        }
        let by_county = by_county.into_iter().map(|(county, (judged, counts))| CountyTally {
            name: county.as_ref().and_then(|code| views.place_by_code(code)).map(|place| place.name.clone()),
            county,
            judged,
            refused: counts.refused,
            warned: counts.warned,
            no_longer_warned: counts.no_longer_warned,
            decided_otherwise: counts.decided_otherwise,
        });
        // What is the whole city's stands behind what is a county's.
        let mut by_county: Vec<CountyTally> = by_county.collect();
        by_county.sort_by_key(|tally| tally.county.is_none());
        let mut by_rule: Vec<RuleTally> =
            self.by_rule.into_iter().map(|(rule, counts)| rule_tally(defaults, rule, counts)).collect();
        by_rule.sort_by_key(|tally| Reverse((tally.refused, tally.warned, tally.no_longer_warned)));
        let documents = self.by_document.len() as u64;
        let tally = |(document, (refused, otherwise))| DocumentTally { document, refused, otherwise };
        let mut by_document: Vec<DocumentTally> = self.by_document.into_iter().map(tally).collect();
        by_document.sort_by_key(|tally| Reverse((tally.refused, tally.otherwise)));
        by_document.truncate(MAX_REHEARSED_DOCUMENTS);
        Rehearsal {
            jurisdiction: state.city.clone(),
            since: state.last_recorded_at.day(),
            as_of: state.last_recorded_at.day(),
            position: state.last_position,
            simulated: false,
            changes: Vec::new(),
            judged,
            refused: all.refused,
            warned: all.warned,
            no_longer_warned: all.no_longer_warned,
            decided_otherwise: all.decided_otherwise,
            not_judged: self.not_judged,
            by_county,
            by_rule,
            by_document,
            documents,
            cases: self.cases,
            cases_found: self.cases_found,
            figures: Vec::new(),
            by_deadline: Vec::new(),
            deadlines: Vec::new(),
            deadlines_found: 0,
        }
    }
}

fn rule_tally(defaults: &Policy, rule: String, counts: Counts) -> RuleTally {
    let found = defaults.rules.get(&rule);
    RuleTally {
        asks: found.map_or_else(|| Say::same(&rule), |found| Say::of(found.zh.clone(), found.en.clone())),
        severity: defaults.severity(&rule),
        citation: defaults.citation(&rule),
        rule,
        refused: counts.refused,
        warned: counts.warned,
        no_longer_warned: counts.no_longer_warned,
    }
}
