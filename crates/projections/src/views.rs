//! The snapshot of all rows at one position, with the look-ups that every tier needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::date::{Date, Timestamp};
use domain::ids::{JointBranchId, MeetingId, OrganizationId, PlaceId, SupervisionId, YellowCardId};
use domain::place::{Level, PlaceCode};
use domain::policy_book::PolicyBook;
use domain::recorded_decision::CorrectedDocuments;
use domain::{CityState, Event, evolve};
use imbl::{OrdMap, OrdSet};

use crate::assessment::AssessmentCache;
use crate::invalidated_rows::{ByMember, invalidated_rows};
use crate::row_key::RowKey;
use crate::rows::{
    CityRow, JointBranchRow, MeetingRow, OrganizationRow, PlaceRow, Row, SupervisionRow, YellowCardRow, row,
};
use crate::timeline::Timelines;
use crate::view::View;

/// The rows of a city after the event at a position. A copy costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Views {
    position: u64,
    city: Arc<CityRow>,
    corrected_documents: Arc<CorrectedDocuments>,
    joint_branches: OrdMap<JointBranchId, Arc<JointBranchRow>>,
    meetings: OrdMap<MeetingId, Arc<MeetingRow>>,
    organizations: OrdMap<OrganizationId, Arc<OrganizationRow>>,
    places: OrdMap<PlaceId, Arc<PlaceRow>>,
    policies: Arc<PolicyBook>,
    supervisions: OrdMap<SupervisionId, Arc<SupervisionRow>>,
    yellow_cards: OrdMap<YellowCardId, Arc<YellowCardRow>>,
    timelines: Timelines,
    places_by_code: OrdMap<PlaceCode, PlaceId>,
    /// The joint branches that the city, each county and each township reads.
    readable: OrdMap<PlaceCode, OrdSet<JointBranchId>>,
    by_member: ByMember,
    /// The villages and communities of the city, each county and each township.
    villages: OrdMap<PlaceCode, OrdSet<PlaceId>>,
    assessment_cache: AssessmentCache,
}

impl Views {
    /// The views of a city without history.
    pub fn new(city: PlaceCode) -> Self {
        let city = CityRow {
            city,
            simulated: None,
            local_events: 0,
            last_recorded_at: Timestamp::default(),
            corrections: OrdMap::new(),
        };
        Self {
            position: 0,
            city: Arc::new(city),
            corrected_documents: Arc::default(),
            joint_branches: OrdMap::new(),
            meetings: OrdMap::new(),
            organizations: OrdMap::new(),
            places: OrdMap::new(),
            policies: Arc::default(),
            supervisions: OrdMap::new(),
            yellow_cards: OrdMap::new(),
            timelines: Timelines::default(),
            places_by_code: OrdMap::new(),
            readable: OrdMap::new(),
            by_member: ByMember::new(),
            villages: OrdMap::new(),
            assessment_cache: AssessmentCache::default(),
        }
    }

    /// All rows of a state, at the position up to which the log was read for it.
    pub fn from_state(state: &CityState, timelines: Timelines, position: u64) -> Self {
        let mut views = Self { timelines, position, ..Self::new(state.city.clone()) };
        views.refresh(state, [RowKey::City, RowKey::Documents, RowKey::Policies]);
        views.refresh(state, state.places.keys().copied().map(RowKey::Place));
        views.refresh(state, state.organizations.keys().copied().map(RowKey::Organization));
        views.refresh(state, state.joint_branches.keys().copied().map(RowKey::JointBranch));
        views.refresh(state, state.meetings.keys().copied().map(RowKey::Meeting));
        views.refresh(state, state.supervisions.keys().copied().map(RowKey::Supervision));
        views.refresh(state, state.yellow_cards.keys().copied().map(RowKey::YellowCard));
        views
    }

    /// The position of the last event in these rows.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// A view of these rows on a day, without figures.
    pub fn view<R>(&self, scope: impl ToString, as_of: Date, rows: Vec<R>) -> View<R> {
        View {
            scope: scope.to_string(),
            answers_for: None,
            as_of,
            position: self.position,
            simulated: self.city.simulated.unwrap_or(false),
            figures: BTreeMap::new(),
            breakdowns: None,
            by_actor: BTreeMap::new(),
            yellow_cards: Vec::new(),
            rows,
        }
    }

    /// What is known of the log as a whole.
    pub fn city(&self) -> &Arc<CityRow> {
        &self.city
    }

    /// The decisions of which the document was corrected.
    pub fn corrected_documents(&self) -> &Arc<CorrectedDocuments> {
        &self.corrected_documents
    }

    /// A joint branch.
    pub fn joint_branch(&self, id: JointBranchId) -> Option<&Arc<JointBranchRow>> {
        self.joint_branches.get(&id)
    }

    /// An organization.
    pub fn organization(&self, id: OrganizationId) -> Option<&Arc<OrganizationRow>> {
        self.organizations.get(&id)
    }

    /// All organizations.
    pub fn organizations(&self) -> impl Iterator<Item = &Arc<OrganizationRow>> {
        self.organizations.values()
    }

    /// A place.
    pub fn place(&self, id: PlaceId) -> Option<&Arc<PlaceRow>> {
        self.places.get(&id)
    }

    /// The place that bears a code.
    pub fn place_by_code(&self, code: &PlaceCode) -> Option<&Arc<PlaceRow>> {
        self.places_by_code.get(code).and_then(|id| self.places.get(id))
    }

    /// Every place that ever bore the code, whatever it is called or has become.
    pub fn places_once_coded<'views>(
        &'views self,
        code: &'views PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<PlaceRow>> {
        let bore = |row: &&Arc<PlaceRow>| row.code == *code || row.past.iter().any(|past| past.code == *code);
        self.places.values().filter(bore)
    }

    /// The places of the city in the order of their codes.
    pub fn places(&self) -> impl Iterator<Item = &Arc<PlaceRow>> {
        self.places_by_code.values().filter_map(|id| self.places.get(id))
    }

    /// The joint branches that the city, a county or a township reads: a township its members' too.
    pub fn readable_by<'views>(
        &'views self,
        code: &PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<JointBranchRow>> {
        self.readable.get(code).into_iter().flatten().filter_map(|id| self.joint_branches.get(id))
    }

    /// The villages and communities of the city, a county or a township.
    pub fn villages_of<'views>(
        &'views self,
        code: &PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<PlaceRow>> {
        self.villages.get(code).into_iter().flatten().filter_map(|id| self.places.get(id))
    }

    /// The assessments made at earlier readings.
    pub(crate) fn assessment_cache(&self) -> &AssessmentCache {
        &self.assessment_cache
    }

    /// The policies issued.
    pub fn policies(&self) -> &PolicyBook {
        &self.policies
    }

    /// The supervisions that the city, a county or a township is party to.
    pub fn supervisions_of<'views>(
        &'views self,
        code: &'views PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<SupervisionRow>> {
        let is_party = move |row: &&Arc<SupervisionRow>| {
            code.level() == Level::City
                || [&row.county, &row.township].into_iter().flatten().any(|own| own == code)
        };
        self.supervisions.values().filter(is_party)
    }

    /// The yellow cards in the city, of a county and its townships, or of a township, lifted ones too.
    pub fn yellow_cards_of<'views>(
        &'views self,
        code: &'views PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<YellowCardRow>> {
        let lies_there = move |row: &&Arc<YellowCardRow>| {
            code.level() == Level::City
                || [&row.county, &row.township].into_iter().flatten().any(|own| own == code)
        };
        self.yellow_cards.values().filter(lies_there)
    }

    /// A supervision.
    pub fn supervision(&self, id: SupervisionId) -> Option<&Arc<SupervisionRow>> {
        self.supervisions.get(&id)
    }

    /// The coordination meetings.
    pub fn meetings(&self) -> impl Iterator<Item = &Arc<MeetingRow>> {
        self.meetings.values()
    }

    /// The coordination meetings that decided something which lies in the city, a county or a township.
    pub fn meetings_of<'views>(
        &'views self,
        code: &'views PlaceCode,
    ) -> impl Iterator<Item = &'views Arc<MeetingRow>> {
        self.meetings.values().filter(move |row| row.agenda.iter().any(|item| item.lies_in(code)))
    }

    /// A coordination meeting.
    pub fn meeting(&self, id: MeetingId) -> Option<&Arc<MeetingRow>> {
        self.meetings.get(&id)
    }

    /// The timelines.
    pub fn timelines(&self) -> &Timelines {
        &self.timelines
    }

    /// The row of a key.
    pub fn row(&self, key: RowKey) -> Option<Row> {
        match key {
            RowKey::City => Some(Row::City(Arc::clone(&self.city))),
            RowKey::Documents => Some(Row::Documents(Arc::clone(&self.corrected_documents))),
            RowKey::JointBranch(id) => self.joint_branches.get(&id).cloned().map(Row::JointBranch),
            RowKey::Meeting(id) => self.meetings.get(&id).cloned().map(Row::Meeting),
            RowKey::Organization(id) => self.organizations.get(&id).cloned().map(Row::Organization),
            RowKey::Place(id) => self.places.get(&id).cloned().map(Row::Place),
            RowKey::Policies => Some(Row::Policies(Arc::clone(&self.policies))),
            RowKey::Supervision(id) => self.supervisions.get(&id).cloned().map(Row::Supervision),
            RowKey::YellowCard(id) => self.yellow_cards.get(&id).cloned().map(Row::YellowCard),
            RowKey::History(..) | RowKey::Timeline(..) => {
                self.timelines.chunk(key).cloned().map(Row::Timeline)
            }
        }
    }

    /// The keys of all rows, in order.
    pub fn keys(&self) -> impl Iterator<Item = RowKey> {
        [RowKey::City, RowKey::Documents]
            .into_iter()
            .chain(self.timelines.history_keys())
            .chain(self.joint_branches.keys().copied().map(RowKey::JointBranch))
            .chain(self.meetings.keys().copied().map(RowKey::Meeting))
            .chain(self.organizations.keys().copied().map(RowKey::Organization))
            .chain(self.places.keys().copied().map(RowKey::Place))
            .chain([RowKey::Policies])
            .chain(self.supervisions.keys().copied().map(RowKey::Supervision))
            .chain(self.timelines.keys())
            .chain(self.yellow_cards.keys().copied().map(RowKey::YellowCard))
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        3 + self.joint_branches.len()
            + self.meetings.len()
            + self.organizations.len()
            + self.places.len()
            + self.supervisions.len()
            + self.yellow_cards.len()
            + self.timelines.chunk_count()
    }

    /// Folds one event into the state and the timelines, and notes in `keys` what it changed. The rows follow with
    /// [`Views::refresh`], once for any number of events. An event folded before changes nothing.
    pub fn fold(&mut self, state: &mut CityState, event: &Event, keys: &mut BTreeSet<RowKey>) {
        if event.meta.position <= self.position {
            return;
        }
        evolve(state, event);
        invalidated_rows(state, &self.by_member, event, keys);
        keys.extend(self.timelines.note(event));
        self.position = event.meta.position;
    }

    /// Takes the rows of these keys from the state.
    pub fn refresh(&mut self, state: &CityState, keys: impl IntoIterator<Item = RowKey>) {
        for key in keys {
            if let Some(row) = row(state, key) {
                self.put(key, row);
            }
        }
    }

    /// Puts a row in its place and keeps the look-ups right.
    pub(crate) fn put(&mut self, key: RowKey, row: Row) {
        match row {
            Row::City(row) => self.city = row,
            Row::Documents(row) => self.corrected_documents = row,
            Row::Policies(row) => self.policies = row,
            Row::Organization(row) => {
                self.organizations.insert(row.id, row);
            }
            Row::Meeting(row) => {
                self.meetings.insert(row.id, row);
            }
            Row::Supervision(row) => {
                self.supervisions.insert(row.id, row);
            }
            Row::YellowCard(row) => {
                self.yellow_cards.insert(row.id, row);
            }
            Row::Timeline(row) => self.timelines.insert(key, row),
            Row::JointBranch(row) => self.put_joint_branch(row),
            Row::Place(row) => self.put_place(row),
        }
    }

    pub(crate) fn set_position(&mut self, position: u64) {
        self.position = position;
    }

    fn put_joint_branch(&mut self, row: Arc<JointBranchRow>) {
        let city = &self.city.city;
        let (now, members) = (readers(city, &row), members(&row));
        let known = self.joint_branches.get(&row.id).map(|old| (readers(city, old), self::members(old)));
        let (before, members_before) = known.unwrap_or_default();
        // Readers and members seldom change, and what stays need not be looked up.
        if before != now {
            leave(&mut self.readable, before, &row.id);
            enter(&mut self.readable, now, row.id);
        }
        if members_before != members {
            leave(&mut self.by_member, members_before, &row.id);
            enter(&mut self.by_member, members, row.id);
        }
        self.joint_branches.insert(row.id, row);
    }

    fn put_place(&mut self, row: Arc<PlaceRow>) {
        let city = &self.city.city;
        if let Some(old) = self.places.get(&row.id) {
            // Another place may bear the code by now.
            if self.places_by_code.get(&old.code) == Some(&row.id) {
                self.places_by_code.remove(&old.code);
            }
            leave(&mut self.villages, above(city, old), &old.id);
        }
        if row.level == Level::Village {
            enter(&mut self.villages, above(city, &row), row.id);
        }
        if row.ended_on.is_none() {
            self.places_by_code.insert(row.code.clone(), row.id);
        }
        self.places.insert(row.id, row);
    }
}

/// Who reads a joint branch: the city, its county, and the townships of all members.
fn readers(city: &PlaceCode, row: &JointBranchRow) -> BTreeSet<PlaceCode> {
    let county = row.county.iter().map(|county| county.code.clone());
    row.townships.iter().cloned().chain(county).chain([city.clone()]).collect()
}

/// The city, county and township of a village.
fn above(city: &PlaceCode, row: &PlaceRow) -> BTreeSet<PlaceCode> {
    [&row.county, &row.township].into_iter().flatten().chain([city]).cloned().collect()
}

/// Whose joint branch it is or was, ended ones too: the row shows them, and what they owe since it gave them back.
fn members(row: &JointBranchRow) -> BTreeSet<OrganizationId> {
    let members = row.members.iter().map(|member| member.organization);
    members.chain(row.restored.iter().copied()).collect()
}

fn enter<K: Ord + Clone, T: Ord + Copy>(index: &mut OrdMap<K, OrdSet<T>>, keys: BTreeSet<K>, id: T) {
    for key in keys {
        index.entry(key).or_default().insert(id);
    }
}

fn leave<K: Ord + Clone, T: Ord + Copy>(index: &mut OrdMap<K, OrdSet<T>>, keys: BTreeSet<K>, id: &T) {
    for key in keys {
        if let Some(ids) = index.get_mut(&key) {
            ids.remove(id);
            if ids.is_empty() {
                index.remove(&key);
            }
        }
    }
}
