//! The store: kept rows equal those made anew, and whatever cannot be trusted is made anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::CityState;
use event_log::{EmbeddedLog, EventLog, MAX_APPEND_EVENTS, StoredEventRef};
use tempfile::TempDir;

use super::life::{Life, code};
use crate::{Marker, Opened, Progress, RebuildReason, RowKey, Store, StoreError, Views, rebuild};

/// A data directory with the whole life in its log.
struct Data {
    directory: TempDir,
    log: EmbeddedLog,
    life: Life,
}

impl Data {
    async fn new(life: Life) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = life.log(directory.path()).await;
        Self { directory, log, life }
    }

    fn views_directory(&self) -> PathBuf {
        self.directory.path().join("views")
    }

    fn open(&self) -> Opened {
        Store::open(&self.views_directory(), &code("5108"), &self.log).unwrap()
    }

    fn reason(&self) -> RebuildReason {
        match self.open() {
            Opened::Rebuild(reason) => reason,
            Opened::Ready { .. } => panic!("the store opened"),
        }
    }

    fn ready(&self) -> (Store, Views) {
        match self.open() {
            Opened::Ready { store, views } => (store, *views),
            Opened::Rebuild(reason) => panic!("{reason}"),
        }
    }

    fn rebuild(&self) -> Store {
        let last = self.life.events.len() as u64;
        rebuild(&self.views_directory(), &code("5108"), &self.log, last, &mut |_| {}).unwrap().store
    }

    /// The marker after an event of this life.
    fn marker(&self, position: usize) -> Marker {
        let mut marker = Marker::start(code("5108"));
        for (stored, position) in self.life.bytes_from(1)[..position].iter().zip(1..) {
            marker.advance(StoredEventRef { position, body: &stored.body });
        }
        marker
    }
}

fn rows(store: &Store) -> Vec<(String, Vec<u8>)> {
    store.rows().map(Result::unwrap).collect()
}

#[tokio::test]
async fn rows_written_event_by_event_and_across_restarts_equal_those_made_anew() {
    let data = Data::new(Life::whole()).await;
    let mut state = CityState::new(code("5108"));
    let empty = Views::new(code("5108"));
    drop(Store::replace(&data.views_directory(), &empty, Marker::start(code("5108")), &mut |_| {}).unwrap());
    for event in &data.life.events {
        let (mut store, mut views) = data.ready();
        assert_eq!(views.position(), event.meta.position - 1);
        let mut changed = BTreeSet::new();
        views.fold(&mut state, event, &mut changed);
        views.refresh(&state, changed.iter().copied());
        let keys: Vec<_> = changed.into_iter().collect();
        store.write(&views, &keys, data.marker(usize::try_from(event.meta.position).unwrap())).unwrap();
    }
    let (store, views) = data.ready();
    assert_eq!(store.first_difference(&data.life.views()).unwrap(), None);
    assert_eq!(views, data.life.views());
    let incremental = rows(&store);
    drop(store);
    assert_eq!(rows(&data.rebuild()), incremental);
}

#[tokio::test]
async fn a_rebuild_tells_its_progress_and_leaves_nothing_beside() {
    let data = Data::new(Life::whole()).await;
    assert_eq!(data.reason(), RebuildReason::Missing);
    let mut told = Vec::new();
    let last = data.life.events.len() as u64;
    fs::create_dir(data.directory.path().join("views.building")).unwrap();
    for _ in 0..2 {
        rebuild(&data.views_directory(), &code("5108"), &data.log, last, &mut |progress| told.push(progress))
            .unwrap();
    }
    let of = data.life.views().row_count();
    assert_eq!(told[..2], [Progress::Folding { position: last, last }, Progress::Writing { rows: of, of }]);
    let beside = fs::read_dir(data.directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(beside.filter(|name| name.to_string_lossy().starts_with("views")).count(), 1);
}

#[tokio::test]
async fn a_write_cut_off_between_its_batches_is_found_and_made_anew() {
    let mut data = Data::new(Life::whole()).await;
    drop(data.rebuild());
    let before = data.life.events.len();
    many_places(&mut data.life);
    for (page, events) in data.life.bytes_from(before as u64 + 1).chunks(MAX_APPEND_EVENTS).enumerate() {
        data.log.append((before + page * MAX_APPEND_EVENTS) as u64, events.to_vec()).await.unwrap();
    }
    let views = data.life.views();
    let keys: Vec<RowKey> = views.keys().collect();
    let (mut store, _) = data.ready();
    // Dies as kill -9 would: after a batch, before the next.
    let marker = data.marker(data.life.events.len());
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write_reporting(&views, &keys, marker, &mut |_| panic!("killed"))
    }));
    assert!(died.is_err());
    drop(store);
    assert_eq!(data.reason(), RebuildReason::Interrupted);
    let store = data.rebuild();
    assert_eq!(store.first_difference(&views).unwrap(), None);
    drop(store);
    assert_eq!(data.ready().1, views);
}

/// More villages than a batch has keys.
fn many_places(life: &mut Life) {
    let pattern = life.events[3].clone();
    for number in 0..1_500_u128 {
        let domain::EventBody::PlaceRegistered(mut place) = pattern.body.clone() else { panic!("no place") };
        place.place = domain::ids::PlaceId(ulid::Ulid(510_811_300_000 + number));
        place.code = code(&(510_811_300_000 + number).to_string());
        life.later("2018-01-01", "2020-01-01", domain::EventBody::PlaceRegistered(place));
    }
}

#[tokio::test]
async fn rows_of_another_log_or_ahead_of_this_one_are_made_anew() {
    let data = Data::new(Life::whole()).await;
    drop(data.rebuild());
    let mut other = Life::whole();
    other.events[0].meta.actor = "someone else".to_owned();
    let foreign = other.log(&made(data.directory.path(), "other")).await;
    let shorter = Life::until("2019-09-30").log(&made(data.directory.path(), "shorter")).await;
    for (log, city, expected) in [
        (&foreign, "5108", RebuildReason::ForeignLog { position: 1 }),
        (&shorter, "5108", RebuildReason::AheadOfLog { position: data.life.events.len() as u64 }),
        (&data.log, "5107", RebuildReason::ForeignLog { position: 0 }),
    ] {
        let opened = Store::open(&data.views_directory(), &code(city), log).unwrap();
        assert!(matches!(opened, Opened::Rebuild(reason) if reason == expected), "{expected}");
    }
    assert_eq!(data.ready().1, data.life.views());
}

fn made(directory: &Path, name: &str) -> PathBuf {
    let path = directory.join(name);
    fs::create_dir(&path).unwrap();
    path
}

#[tokio::test]
async fn a_damaged_directory_is_set_aside_and_made_anew() {
    let data = Data::new(Life::whole()).await;
    drop(data.rebuild());
    for (number, damage) in (1..).zip([garble as fn(&Path), truncate, garble_settings, fill_with_nothing]) {
        damage(&data.views_directory());
        // Looking does not mend: whoever looks a second time finds the same.
        for _ in 0..2 {
            let reason = data.reason();
            assert!(matches!(&reason, RebuildReason::Damaged { .. }), "{reason}");
        }
        let expected = data.directory.path().join(format!("views.damaged-{number}"));
        assert_eq!(Store::set_aside(&data.views_directory()).unwrap(), expected);
        assert!(expected.exists() && !data.views_directory().exists());
        drop(data.rebuild());
        assert_eq!(data.ready().1, data.life.views());
    }
}

fn garble(directory: &Path) {
    let mut bytes = fs::read(directory.join("db")).unwrap();
    bytes.iter_mut().step_by(7).for_each(|byte| *byte ^= 0x5a);
    fs::write(directory.join("db"), bytes).unwrap();
}

fn truncate(directory: &Path) {
    let bytes = fs::read(directory.join("db")).unwrap();
    fs::write(directory.join("db"), &bytes[..2_048]).unwrap();
}

fn garble_settings(directory: &Path) {
    fs::write(directory.join("conf"), "not the settings of a database").unwrap();
}

fn fill_with_nothing(directory: &Path) {
    fs::remove_dir_all(directory).unwrap();
    fs::write(directory, "a file").unwrap();
}

#[tokio::test]
async fn a_directory_in_use_is_refused_and_left_alone() {
    let data = Data::new(Life::whole()).await;
    let _in_use = data.rebuild();
    let refused = Store::open(&data.views_directory(), &code("5108"), &data.log);
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })));
    assert!(data.views_directory().exists());
}

#[tokio::test]
async fn the_first_difference_is_named() {
    let data = Data::new(Life::whole()).await;
    let store = data.rebuild();
    let mut other = Life::whole();
    other.events[22].meta.effective_date = super::life::day("2019-07-13");
    let found = store.first_difference(&other.views()).unwrap().unwrap();
    assert_eq!(found.key, RowKey::JointBranch(super::life::MERGER).to_string());
    assert!(found.stored.unwrap().contains("2019-07-12") && found.expected.unwrap().contains("2019-07-13"));
    let longer = Life::until("2019-12-19").views();
    assert_eq!(store.first_difference(&longer).unwrap().unwrap().key, "position");
}
