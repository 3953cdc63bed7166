//! The timelines: at which positions of the log the events of each joint branch and of each organization stand. Entries are
//! read from the log.

use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::{Event, EventBody};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::row_key::RowKey;

/// How many entries a row holds: one that grows without end would be written whole with every event.
pub const CHUNK_ENTRIES: usize = 256;

/// One event of a joint branch or of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Where it stands in the log.
    pub position: u64,
    /// The day on which it took effect.
    pub effective_date: Date,
    /// Days from its effective date to its recording: from the policy's figure on it is 补录, recorded late.
    pub delay_days: u32,
    /// Whether it states or corrects figures of its organization.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub states_figures: bool,
}

/// A chunk of a timeline, in log order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TimelineRow {
    pub entries: Vec<TimelineEntry>,
}

/// The chunks of timelines, each under whose it is and its number from 0.
type Chunks<K> = OrdMap<(K, u32), Arc<TimelineRow>>;

/// The timelines of a city: the one read model that is no function of the state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timelines {
    joint_branches: Chunks<JointBranchId>,
    organizations: Chunks<OrganizationId>,
}

impl Timelines {
    /// Notes an event and names the rows that changed. One that stands at or before the last entry changes nothing.
    pub fn note(&mut self, event: &Event) -> Vec<RowKey> {
        let delay_days = event.meta.recorded_at.day().days_since(event.meta.effective_date);
        let entry = TimelineEntry {
            position: event.meta.position,
            effective_date: event.meta.effective_date,
            delay_days: u32::try_from(delay_days).unwrap_or(0),
            states_figures: states_figures(&event.body),
        };
        let mut changed = Vec::new();
        if let Some(id) = joint_branch_of(&event.body) {
            let chunk = push(&mut self.joint_branches, id, entry);
            changed.extend(chunk.map(|chunk| RowKey::Timeline(id, chunk)));
        }
        for id in organizations_of(&event.body) {
            let chunk = push(&mut self.organizations, id, entry);
            changed.extend(chunk.map(|chunk| RowKey::History(id, chunk)));
        }
        changed
    }

    /// The entries of a joint branch, in log order.
    pub fn entries(&self, id: JointBranchId) -> impl DoubleEndedIterator<Item = &TimelineEntry> {
        self.joint_branches.range(all_chunks(id)).flat_map(|(_, row)| &row.entries)
    }

    /// The entries of an organization, in log order: its own events, and those by which it joins or leaves.
    pub fn entries_of_organization(
        &self,
        id: OrganizationId,
    ) -> impl DoubleEndedIterator<Item = &TimelineEntry> {
        self.organizations.range(all_chunks(id)).flat_map(|(_, row)| &row.entries)
    }

    /// How many events of a joint branch were recorded that many days or more after their effective date, none of a day
    /// before the one given.
    pub fn late_entries(&self, id: JointBranchId, late_days: u32, owed_from: Option<Date>) -> u64 {
        let owed = |day: Date| owed_from.is_none_or(|from| day >= from);
        self.entries(id)
            .map(|entry| u64::from(entry.delay_days >= late_days && owed(entry.effective_date)))
            .sum()
    }

    /// The chunk of a key; nothing for the key of another row.
    pub(crate) fn chunk(&self, key: RowKey) -> Option<&Arc<TimelineRow>> {
        match key {
            RowKey::Timeline(id, chunk) => self.joint_branches.get(&(id, chunk)),
            RowKey::History(id, chunk) => self.organizations.get(&(id, chunk)),
            _ => None,
        }
    }

    pub(crate) fn insert(&mut self, key: RowKey, row: Arc<TimelineRow>) {
        match key {
            RowKey::Timeline(id, chunk) => drop(self.joint_branches.insert((id, chunk), row)),
            RowKey::History(id, chunk) => drop(self.organizations.insert((id, chunk), row)),
            _ => {}
        }
    }

    pub(crate) fn chunk_count(&self) -> usize {
        self.joint_branches.len() + self.organizations.len()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = RowKey> {
        self.joint_branches.keys().map(|(id, chunk)| RowKey::Timeline(*id, *chunk))
    }

    pub(crate) fn history_keys(&self) -> impl Iterator<Item = RowKey> {
        self.organizations.keys().map(|(id, chunk)| RowKey::History(*id, *chunk))
    }
}

fn all_chunks<K: Copy>(id: K) -> RangeInclusive<(K, u32)> {
    (id, 0)..=(id, u32::MAX)
}

/// Puts an entry behind the last one, and says in which chunk; nothing where it stands at or before it.
fn push<K: Ord + Copy>(chunks: &mut Chunks<K>, id: K, entry: TimelineEntry) -> Option<u32> {
    let last = chunks.range(all_chunks(id)).next_back();
    let chunk = match last.map(|((_, chunk), row)| (*chunk, row)) {
        None => 0,
        Some((_, row)) if row.entries.last().is_some_and(|known| known.position >= entry.position) => {
            return None;
        }
        Some((chunk, row)) if row.entries.len() >= CHUNK_ENTRIES => chunk + 1,
        Some((chunk, _)) => chunk,
    };
    Arc::make_mut(chunks.entry((id, chunk)).or_default()).entries.push(entry);
    Some(chunk)
}

/// Whether an event states or corrects figures of an organization.
/// Whether an event states figures of its organization, or corrects them.
pub(crate) fn states_figures(body: &EventBody) -> bool {
    match body {
        EventBody::OrganizationUpdated(data) => !data.profile.is_empty(),
        EventBody::OrganizationCorrected(data) => !data.profile.is_empty(),
        _ => false,
    }
}

/// The organizations in whose timelines an event stands: its subject, who is proposed, joins or leaves, and the other side
/// of a link.
pub(crate) fn organizations_of(body: &EventBody) -> Vec<OrganizationId> {
    match body {
        EventBody::JointBranchProposed(data) => data.members.clone(),
        EventBody::JointBranchRegistered(data) => data.members.clone(),
        EventBody::MembersResolved(data) => data.resolutions.iter().map(|found| found.organization).collect(),
        EventBody::MemberAdmitted(data) => vec![data.organization],
        EventBody::MemberReleased(data) => vec![data.organization],
        EventBody::OrganizationLinked(data) => std::iter::once(data.organization).chain(data.other).collect(),
        body => match body.entity() {
            domain::entity::Entity::Organization(id) => vec![id],
            _ => Vec::new(),
        },
    }
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
            domain::entity::Entity::JointBranch(id) => Some(id),
            _ => None,
        },
    }
}
