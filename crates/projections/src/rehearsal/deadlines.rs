//! What would be due on another day: of what is open at the end, and of what was met, as it stood when it was met.

use std::collections::BTreeMap;

use domain::ids::JointBranchId;
use domain::place::{Level, PlaceCode};
use domain::{CityState, Event};

use super::report::{DeadlineShift, DeadlineTally, MAX_REHEARSED_DEADLINES, Shift};
use super::sums::{added, today_of};
use crate::assess::assessments;
use crate::obligation::{Detail, Obligation, ObligationKind};
use crate::obligations::{obligations_of, of_no_joint_branch};
use crate::reading::Reading;
use crate::row_key::RowKey;
use crate::rows::{JointBranchRow, Row, row};
use crate::views::Views;

/// One thing that is owed, under the policy in force and under the proposed one.
pub(super) struct Owed {
    before: Option<Obligation>,
    after: Option<Obligation>,
    county: Option<PlaceCode>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    counts: BTreeMap<(Option<PlaceCode>, ObligationKind), BTreeMap<Shift, u64>>,
    listed: Vec<DeadlineShift>,
    found: u64,
}

/// What tells one thing owed by somebody from the others, whatever the policy says of it.
fn is_same(one: &Obligation, other: &Obligation) -> bool {
    let about = |owed: &Obligation| {
        (
            owed.kind,
            owed.joint_branch,
            owed.organization,
            owed.supervision,
            owed.meeting,
            owed.item,
            owed.quarter,
        )
    };
    let alike = match (&one.detail, &other.detail) {
        (Detail::Proposed { on: one, .. }, Detail::Proposed { on: other, .. }) => one == other,
        (one, other) => one == other,
    };
    alike && about(one) == about(other)
}

fn joint_branch_row(state: &CityState, id: JointBranchId) -> Option<std::sync::Arc<JointBranchRow>> {
    match row(state, RowKey::JointBranch(id)) {
        Some(Row::JointBranch(row)) => Some(row),
        _ => None,
    }
}

/// What a joint branch owes under either policy, as far as that differs.
pub(super) fn owed(state: &CityState, readings: [Reading<'_>; 2], id: JointBranchId) -> Vec<Owed> {
    let Some(row) = joint_branch_row(state, id) else { return Vec::new() };
    let [before, after] = readings.map(|reading| obligations_of(reading, &row));
    let county = row.county.as_ref().map(|county| county.code.clone());
    differing(before, after, |_| county.clone())
}

/// Pairs of the same thing owed that differ.
fn differing(
    before: Vec<Obligation>,
    after: Vec<Obligation>,
    county: impl Fn(&Obligation) -> Option<PlaceCode>,
) -> Vec<Owed> {
    let mut waiting = after;
    let mut found = Vec::new();
    for own in before {
        let at = waiting.iter().position(|other| is_same(&own, other));
        let other = at.map(|at| waiting.remove(at));
        if other.as_ref().is_none_or(|other| other.due != own.due) {
            found.push(Owed { county: county(&own), before: Some(own), after: other });
        }
    }
    found.extend(waiting.into_iter().map(|own| Owed {
        county: county(&own),
        before: None,
        after: Some(own),
    }));
    found
}

impl Owed {
    fn shift(&self) -> Option<Shift> {
        Some(match (&self.before, &self.after) {
            (Some(before), Some(after)) => match (before.overdue, after.overdue) {
                (false, true) => Shift::Late,
                (true, false) => Shift::InTime,
                _ if after.due < before.due => Shift::Earlier,
                _ => Shift::Later,
            },
            (None, Some(_)) => Shift::Owed,
            (Some(_), None) => Shift::NotOwed,
            (None, None) => return None,
        })
    }
}

impl Deadlines {
    /// What a command met of what a joint branch owed: late under one policy, and not under the other.
    pub(super) fn met(
        &mut self,
        state: &CityState,
        reading: Reading<'_>,
        (id, owed): (JointBranchId, Vec<Owed>),
        by: &Event,
    ) {
        let is_told = |owed: &Owed| matches!(owed.shift(), Some(Shift::Late | Shift::InTime));
        let told: Vec<Owed> = owed.into_iter().filter(is_told).collect();
        if told.is_empty() {
            return;
        }
        let row = joint_branch_row(state, id);
        let open = row.map(|row| obligations_of(reading, &row)).unwrap_or_default();
        for own in told {
            let is_open =
                own.before.as_ref().is_some_and(|before| open.iter().any(|open| is_same(open, before)));
            if !is_open {
                self.note(own, Some(by));
            }
        }
    }

    /// What is open at the end.
    pub(super) fn open(&mut self, readings: [Reading<'_>; 2], scope: &PlaceCode) {
        let [before, after] = readings.map(|reading| by_owner(reading, scope));
        let mut after = after;
        let views = readings[0].views;
        let county = |owed: &Obligation| county_of(views, owed);
        let mut found = Vec::new();
        for (owner, own) in before {
            found.extend(differing(own, after.remove(&owner).unwrap_or_default(), county));
        }
        for own in after.into_values() {
            found.extend(differing(Vec::new(), own, county));
        }
        found.into_iter().for_each(|owed| self.note(owed, None));
    }

    fn note(&mut self, owed: Owed, met_by: Option<&Event>) {
        let (Some(shift), Some(any)) = (owed.shift(), owed.after.as_ref().or(owed.before.as_ref())) else {
            return;
        };
        *added(added(&mut self.counts, (owed.county.clone(), any.kind)), shift) += 1;
        self.found += 1;
        if self.listed.len() == MAX_REHEARSED_DEADLINES {
            return;
        }
        let due = |owed: &Option<Obligation>| owed.as_ref().map(|owed| owed.due);
        let meta = met_by.map(|event| &event.meta);
        self.listed.push(DeadlineShift {
            shift,
            kind: any.kind,
            kind_zh: any.kind_zh.clone(),
            joint_branch: any.joint_branch,
            organization: any.organization,
            name: any.name.clone(),
            county: owed.county,
            quarter: any.quarter,
            detail: any.detail.clone(),
            due_before: due(&owed.before),
            due_after: due(&owed.after),
            met_on: meta.map(|meta| meta.recorded_at.day()),
            document: meta.and_then(|meta| meta.document.as_ref()).map(|document| document.number.clone()),
            met_at: meta.map(|meta| meta.position),
        });
    }

    /// The counts by county and kind, what is listed, and how many there are.
    pub(super) fn told(
        self,
        views: &Views,
        state: &CityState,
    ) -> (Vec<DeadlineTally>, Vec<DeadlineShift>, u64) {
        let mut counts: BTreeMap<(Option<PlaceCode>, ObligationKind), BTreeMap<Shift, u64>> = BTreeMap::new();
        for ((code, kind), own) in self.counts {
            let tally = added(&mut counts, (today_of(state, code.as_ref()), kind));
            own.into_iter().for_each(|(shift, count)| *added(tally, shift) += count);
        }
        let tallies = counts.into_iter().map(|((county, kind), own)| {
            let of = |shift| own.get(&shift).copied().unwrap_or(0);
            DeadlineTally {
                name: county
                    .as_ref()
                    .and_then(|code| views.place_by_code(code))
                    .map(|place| place.name.clone()),
                county,
                kind,
                kind_zh: kind.chinese().into(),
                late: of(Shift::Late),
                in_time: of(Shift::InTime),
                earlier: of(Shift::Earlier),
                later: of(Shift::Later),
                owed: of(Shift::Owed),
                not_owed: of(Shift::NotOwed),
            }
        });
        (tallies.collect(), self.listed, self.found)
    }
}

/// Everything that is owed in a place, by who owes it.
fn by_owner(reading: Reading<'_>, scope: &PlaceCode) -> BTreeMap<impl Ord + use<>, Vec<Obligation>> {
    let mut found: BTreeMap<_, Vec<Obligation>> = BTreeMap::new();
    let assessed = assessments(reading, scope);
    let own = assessed.iter().flat_map(|found| found.obligations.iter().cloned());
    for owed in own.chain(of_no_joint_branch(reading, scope)) {
        let owner = (owed.joint_branch, owed.organization, owed.supervision, owed.meeting);
        found.entry(owner).or_default().push(owed);
    }
    found
}

/// The county in which what owes it lies.
fn county_of(views: &Views, owed: &Obligation) -> Option<PlaceCode> {
    let joint_branch = owed.joint_branch.and_then(|id| views.joint_branch(id));
    let of_joint_branch = joint_branch.and_then(|row| row.county.as_ref()).map(|county| county.code.clone());
    let organization = owed.organization.and_then(|id| views.organization(id));
    let owner = owed.owner.code.as_ref().filter(|code| code.level() != Level::City);
    of_joint_branch
        .or_else(|| organization.and_then(|row| row.county.clone()))
        .or_else(|| owner.and_then(PlaceCode::county))
}
