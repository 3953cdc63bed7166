//! The timelines: at which positions of the log each joint branch's events stand. Entries are read from the log.

use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::ids::JointBranchId;
use domain::{Event, EventBody};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::rows::RowKey;

/// How many entries a row holds: one that grows without end would be written whole with every event.
pub const CHUNK_ENTRIES: usize = 256;

/// One event of a joint branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Where it stands in the log.
    pub position: u64,
    /// Days from its effective date to its recording: from the policy's figure on it is 补录, recorded late.
    pub delay_days: u32,
}

/// A chunk of a joint branch's timeline, in log order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TimelineRow {
    pub entries: Vec<TimelineEntry>,
}

/// The timelines of a city: the one read model that is no function of the state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timelines {
    chunks: OrdMap<(JointBranchId, u32), Arc<TimelineRow>>,
}

impl Timelines {
    /// Notes an event and names the row that changed. One that stands at or before the last entry changes nothing.
    pub fn note(&mut self, event: &Event) -> Option<RowKey> {
        let id = joint_branch_of(&event.body)?;
        let delay_days = event.meta.recorded_at.day().days_since(event.meta.effective_date);
        let entry = TimelineEntry {
            position: event.meta.position,
            delay_days: u32::try_from(delay_days).unwrap_or(0),
        };
        let last = self.chunks.range(all_chunks(id)).next_back();
        let chunk = match last.map(|((_, chunk), row)| (*chunk, row)) {
            None => 0,
            Some((_, row)) if row.entries.last().is_some_and(|known| known.position >= entry.position) => {
                return None;
            }
            Some((chunk, row)) if row.entries.len() >= CHUNK_ENTRIES => chunk + 1,
            Some((chunk, _)) => chunk,
        };
        Arc::make_mut(self.chunks.entry((id, chunk)).or_default()).entries.push(entry);
        Some(RowKey::Timeline(id, chunk))
    }

    /// The entries of a joint branch, in log order.
    pub fn entries(&self, id: JointBranchId) -> impl DoubleEndedIterator<Item = &TimelineEntry> {
        self.chunks.range(all_chunks(id)).flat_map(|(_, row)| &row.entries)
    }

    /// How many events of a joint branch were recorded that many days or more after their effective date.
    pub fn late_entries(&self, id: JointBranchId, late_days: u32) -> u64 {
        self.entries(id).map(|entry| u64::from(entry.delay_days >= late_days)).sum()
    }

    pub(crate) fn chunk(&self, id: JointBranchId, chunk: u32) -> Option<&Arc<TimelineRow>> {
        self.chunks.get(&(id, chunk))
    }

    pub(crate) fn insert(&mut self, id: JointBranchId, chunk: u32, row: Arc<TimelineRow>) {
        self.chunks.insert((id, chunk), row);
    }

    pub(crate) fn chunk_count(&self) -> usize {
        self.chunks.len()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = RowKey> {
        self.chunks.keys().map(|(id, chunk)| RowKey::Timeline(*id, *chunk))
    }
}

fn all_chunks(id: JointBranchId) -> RangeInclusive<(JointBranchId, u32)> {
    (id, 0)..=(id, u32::MAX)
}

/// The joint branch in whose timeline an event stands: its subject, or the one that suspends, restores or ends a
/// member, is linked, or holds the village whose money it is.
pub(crate) fn joint_branch_of(body: &EventBody) -> Option<JointBranchId> {
    match body {
        EventBody::OrganizationSuspended(data) => Some(data.joint_branch),
        EventBody::OrganizationRestored(data) => Some(data.joint_branch),
        EventBody::OrganizationAbolished(data) => Some(data.joint_branch),
        EventBody::OrganizationLinked(data) => data.joint_branch,
        EventBody::VillageFunded(data) => data.joint_branch,
        body => match body.entity() {
            domain::event::Entity::JointBranch(id) => Some(id),
            _ => None,
        },
    }
}
