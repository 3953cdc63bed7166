//! The rows on disk, in sled: disposable, and never wrong without saying so.
//!
//! One tree holds the rows as JSON under their keys and one record: which log they are from, how far, and whether
//! all rows of that position are there. Rows and record go into the same batch. A span with more rows than a batch
//! takes is first marked incomplete, and complete again by its last batch; a directory found incomplete, damaged, of
//! another format, of another log or ahead of this one is not read but made anew.

use domain::errors;
use std::any::Any;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use domain::place::PlaceCode;
use domain::say::Say;
use event_log::{EventLog, LogError, Position, StoredEventRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::row_key::RowKey;
use crate::rows::Row;
use crate::views::Views;

/// The format of keys and rows: raised with every change to either, so that older directories are made anew.
const FORMAT: u32 = 14;
/// The most keys in a batch: a batch of 10,000 takes half a gigabyte of memory.
const BATCH_KEYS: usize = 1_000;
/// The rows are read from memory, so the cache only serves the writing.
const CACHE_BYTES: u64 = 64 << 20;
/// Flushing by time is enough: the position in the tree says how far it got.
const FLUSH_MILLISECONDS: u64 = 1_000;
/// How often, and how long apart, a locked directory is tried: a second in all.
const LOCK_ATTEMPTS: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// The record's key: before all rows.
const RECORD_KEY: &[u8] = b"!record";

/// How far in which log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The city of the log.
    pub city: PlaceCode,
    /// The position of the last event in the rows.
    pub position: u64,
    /// SHA-256 of the log's first event, once there is one.
    pub first_event: Option<String>,
    /// SHA-256 of the event at `position`.
    pub last_event: Option<String>,
}

impl Marker {
    /// Before the first event.
    pub fn start(city: PlaceCode) -> Self {
        Self { city, position: 0, first_event: None, last_event: None }
    }

    /// Moves to a later event. It must be told of the log's first event; those between may be left out.
    pub fn advance(&mut self, event: StoredEventRef<'_>) {
        self.pass(event.position, digest(event.body));
    }

    /// The same for one who knows SHA-256 of the event.
    pub(crate) fn pass(&mut self, position: Position, digest: String) {
        self.position = position;
        if position == 1 {
            self.first_event = Some(digest.clone());
        }
        self.last_event = Some(digest);
    }
}

/// What the tree says of itself. The format alone is read first: another one may have another shape.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: u32,
    /// Whether all rows of the position are written.
    complete: bool,
    /// How many rows there are then.
    rows: usize,
    marker: Marker,
}

#[derive(Debug, Deserialize)]
struct RecordFormat {
    format: u32,
}

/// The rows of one city on disk.
#[derive(Debug)]
pub struct Store {
    database: sled::Db,
    marker: Marker,
}

/// What was found in the directory.
#[derive(Debug)]
pub enum Opened {
    /// The rows as of the store's position; what the log holds beyond it is to be folded.
    Ready {
        /// The open store.
        store: Store,
        /// Its rows.
        views: Box<Views>,
    },
    /// The rows must be made anew with [`crate::rebuild`].
    Rebuild(RebuildReason),
}

errors! {
    /// Why rows are made anew.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RebuildReason {
        /// There is no directory.
        #[zh("没有读模型目录")]
        #[en("there are no read models yet")]
        Missing,
        /// It could not be read.
        #[zh("读模型目录已损坏（{}）", detail.zh)]
        #[en("the read models are damaged ({})", detail.en)]
        Damaged {
            /// What is wrong.
            detail: Say,
        },
        /// Another version of the program wrote it.
        #[zh("读模型的格式为 {found}，本程序为 {FORMAT}")]
        #[en("the read models have format {found}, this program writes {FORMAT}")]
        OtherFormat {
            /// Its format.
            found: u32,
        },
        /// A long write was cut off.
        #[zh("上次写入读模型时被中断")]
        #[en("the last write of the read models was cut off")]
        Interrupted,
        /// The rows are not from this log.
        #[zh("读模型来自另一份日志（第 {position} 条不符）")]
        #[en("the read models are from another log: the event at {position} differs")]
        ForeignLog {
            /// The position at which the logs differ.
            position: u64,
        },
        /// The log ends before the position of the rows.
        #[zh("读模型到第 {position} 条，日志没有这么长")]
        #[en("the read models are at {position}, which the log does not reach")]
        AheadOfLog {
            /// The rows' position.
            position: u64,
        },
    }
}

errors! {
    /// Why the store failed.
    #[derive(Debug)]
    pub enum StoreError {
        /// The directory cannot be used at all: permissions, a full disk, another process.
        #[zh("无法使用读模型目录 {}（{}）", directory.display(), detail.zh)]
        #[en("the read models in {} cannot be used: {}", directory.display(), detail.en)]
        Unavailable {
            /// Which directory.
            directory: PathBuf,
            /// The reason given by the system.
            detail: Say,
        },
        /// A read or write failed.
        #[zh("读模型读写失败（{}），重新启动将自动重建", detail.zh)]
        #[en("the read models failed ({}): a restart makes them anew", detail.en)]
        Failed {
            /// The reason given by the system.
            detail: Say,
        },
    } of {
        /// The log could not be compared with.
        Log(#[from] LogError),
    }
}

/// The first key at which two sets of rows differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The row's key, or `position`.
    pub key: String,
    /// What the store has.
    pub stored: Option<String>,
    /// What it should have.
    pub expected: Option<String>,
}

/// What stands in the way of using a directory as it is.
enum Obstacle {
    Rebuild(RebuildReason),
    Damage(String),
    Failure(StoreError),
}

impl Store {
    /// Opens the rows of a city's log. What cannot be used stays as it is, so that whoever looks next finds it too.
    pub fn open(directory: &Path, city: &PlaceCode, log: &dyn EventLog) -> Result<Opened, StoreError> {
        if !directory.exists() {
            return Ok(Opened::Rebuild(RebuildReason::Missing));
        }
        // sled may panic on what it does not understand; the directory is then as useless as with an error.
        let attempt = catch_unwind(AssertUnwindSafe(|| load(directory, city, log)))
            .unwrap_or_else(|panic| Err(Obstacle::Damage(panic_text(panic.as_ref()))));
        match attempt {
            Ok((store, views)) => Ok(Opened::Ready { store, views: Box::new(views) }),
            Err(Obstacle::Rebuild(reason)) => Ok(Opened::Rebuild(reason)),
            Err(Obstacle::Failure(error)) => Err(error),
            Err(Obstacle::Damage(detail)) => {
                Ok(Opened::Rebuild(RebuildReason::Damaged { detail: Say::same(detail) }))
            }
        }
    }

    /// Moves a damaged directory out of the way of a new one, for whoever wants to look at it; gives its new place.
    pub fn set_aside(directory: &Path) -> Result<PathBuf, StoreError> {
        let mut number = 1_u32;
        loop {
            let target = sibling(directory, &format!("damaged-{number}"));
            if !target.exists() {
                rename(directory, &target)?;
                return Ok(target);
            }
            number += 1;
        }
    }

    /// Writes all rows beside the directory, then puts them in its place. Cut off at any point it leaves the old
    /// directory or none, never half of the new one.
    pub fn replace(
        directory: &Path,
        views: &Views,
        marker: Marker,
        written: &mut dyn FnMut(usize),
    ) -> Result<Self, StoreError> {
        let (building, old) = (sibling(directory, "building"), sibling(directory, "old"));
        remove(&building)?;
        remove(&old)?;
        let mut store = Self { database: open_made(&building)?, marker: Marker::start(marker.city.clone()) };
        let keys: Vec<_> = views.keys().collect();
        store.write_reporting(views, &keys, marker.clone(), written)?;
        store.flush()?;
        drop(store);
        if directory.exists() {
            rename(directory, &old)?;
        }
        rename(&building, directory)?;
        remove(&old)?;
        Ok(Self { database: open_made(directory)?, marker })
    }

    /// How far the rows are, in which log.
    pub fn marker(&self) -> &Marker {
        &self.marker
    }

    /// Writes these rows of the views and moves to the marker.
    pub fn write(&mut self, views: &Views, keys: &[RowKey], marker: Marker) -> Result<(), StoreError> {
        self.write_reporting(views, keys, marker, &mut |_| {})
    }

    pub(crate) fn write_reporting(
        &mut self,
        views: &Views,
        keys: &[RowKey],
        marker: Marker,
        written: &mut dyn FnMut(usize),
    ) -> Result<(), StoreError> {
        // The record takes one key of every batch.
        let mut rest = keys;
        while rest.len() >= BATCH_KEYS {
            let (now, later) = rest.split_at(BATCH_KEYS - 1);
            self.apply(views, now, &self.marker, false)?;
            rest = later;
            written(keys.len() - rest.len());
        }
        self.apply(views, rest, &marker, true)?;
        written(keys.len());
        self.marker = marker;
        Ok(())
    }

    fn apply(
        &self,
        views: &Views,
        keys: &[RowKey],
        marker: &Marker,
        complete: bool,
    ) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for key in keys {
            if let Some(row) = views.row(*key) {
                batch.insert(key.to_string().as_bytes(), row.to_json().map_err(failed)?);
            }
        }
        let record = Record { format: FORMAT, complete, rows: views.row_count(), marker: marker.clone() };
        batch.insert(RECORD_KEY, serde_json::to_vec(&record).map_err(failed)?);
        self.database.apply_batch(batch).map_err(failed)
    }

    /// Asks for everything to be written out now; otherwise it happens by time.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.database.flush().map(|_| ()).map_err(failed)
    }

    /// All rows in the order of their keys, as they are stored.
    pub fn rows(&self) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> {
        let rows = self.database.iter().filter(|entry| !matches!(entry, Ok((key, _)) if key == RECORD_KEY));
        rows.map(|entry| {
            let (key, value) = entry.map_err(failed)?;
            Ok((text(&key), value.to_vec()))
        })
    }

    /// The first row in which the store differs from the views, if any.
    pub fn first_difference(&self, views: &Views) -> Result<Option<Difference>, StoreError> {
        if self.marker.position != views.position() {
            let stored = Some(self.marker.position.to_string());
            let expected = Some(views.position().to_string());
            return Ok(Some(Difference { key: "position".to_owned(), stored, expected }));
        }
        let mut expected_rows =
            views.keys().filter_map(|key| views.row(key).map(|row| (key.to_string(), row)));
        let mut stored_rows = self.rows();
        loop {
            let stored = stored_rows.next().transpose()?.map(|(key, json)| (key, text(&json)));
            let expected = match expected_rows.next() {
                Some((key, row)) => Some((key, text(&row.to_json().map_err(failed)?))),
                None => None,
            };
            if stored.is_none() && expected.is_none() {
                return Ok(None);
            }
            if stored != expected {
                return Ok(Some(difference(stored, expected)));
            }
        }
    }
}

/// What differs at the lesser of two keys: a row that only one side has is found before what follows it.
fn difference(stored: Option<(String, String)>, expected: Option<(String, String)>) -> Difference {
    let keys = [&stored, &expected].into_iter().flatten().map(|(key, _)| key.clone());
    let key = keys.min().unwrap_or_default();
    let at_key =
        |side: Option<(String, String)>| side.filter(|(found, _)| *found == key).map(|(_, json)| json);
    let (stored, expected) = (at_key(stored), at_key(expected));
    Difference { key, stored, expected }
}

/// Reads a directory whole, or says why it cannot be used.
fn load(directory: &Path, city: &PlaceCode, log: &dyn EventLog) -> Result<(Store, Views), Obstacle> {
    let database = open_database(directory).map_err(|error| obstacle_of_opening(directory, error))?;
    let record = database.get(RECORD_KEY).map_err(damage)?;
    // The directory is only ever put in its place with one.
    let record = record.ok_or_else(|| damage("it has no record"))?;
    let RecordFormat { format } = serde_json::from_slice(&record).map_err(damage)?;
    if format != FORMAT {
        return Err(Obstacle::Rebuild(RebuildReason::OtherFormat { found: format }));
    }
    let Record { complete, rows, marker, .. } = serde_json::from_slice(&record).map_err(damage)?;
    if !complete {
        return Err(Obstacle::Rebuild(RebuildReason::Interrupted));
    }
    compare_with_log(&marker, city, log)?;
    let mut views = Views::new(city.clone());
    for entry in database.iter() {
        let (key, value) = entry.map_err(damage)?;
        if key == RECORD_KEY {
            continue;
        }
        let key: RowKey = text(&key).parse().map_err(damage)?;
        views.put(key, Row::from_json(key, &value).map_err(damage)?);
    }
    if views.row_count() != rows {
        return Err(damage(format!("it has {} rows, its record says {rows}", views.row_count())));
    }
    views.set_position(marker.position);
    Ok((Store { database, marker }, views))
}

/// Whether the events that the marker names stand where it says, in this city's log.
fn compare_with_log(marker: &Marker, city: &PlaceCode, log: &dyn EventLog) -> Result<(), Obstacle> {
    if marker.city != *city {
        return Err(Obstacle::Rebuild(RebuildReason::ForeignLog { position: 0 }));
    }
    for (position, expected) in [(1, &marker.first_event), (marker.position, &marker.last_event)] {
        let Some(expected) = expected else { continue };
        let mut found = None;
        let mut visit = |stored: StoredEventRef<'_>| {
            found = Some(digest(stored.body));
            ControlFlow::Break(())
        };
        log.scan(position.saturating_sub(1), position, &mut visit)
            .map_err(|error| Obstacle::Failure(error.into()))?;
        match found {
            None => return Err(Obstacle::Rebuild(RebuildReason::AheadOfLog { position: marker.position })),
            Some(found) if found != *expected => {
                return Err(Obstacle::Rebuild(RebuildReason::ForeignLog { position }));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Opens the database; one that was closed a moment ago may stay locked until its last background task has ended.
fn open_database(directory: &Path) -> sled::Result<sled::Db> {
    let config = sled::Config::new()
        .path(directory)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(Some(FLUSH_MILLISECONDS));
    for _ in 1..LOCK_ATTEMPTS {
        match config.open() {
            Err(sled::Error::Io(cause)) if cause.kind() == io::ErrorKind::Other => thread::sleep(LOCK_PAUSE),
            outcome => return outcome,
        }
    }
    config.open()
}

/// Opens a directory that we have just made.
fn open_made(directory: &Path) -> Result<sled::Db, StoreError> {
    open_database(directory).map_err(|error| unavailable(directory, error))
}

/// A directory that may not be touched or is in use is no damaged one, and stays where it is.
fn obstacle_of_opening(directory: &Path, error: sled::Error) -> Obstacle {
    use io::ErrorKind::{Other, PermissionDenied, ReadOnlyFilesystem, StorageFull};
    match &error {
        // sled gives `Other` when another process holds the lock.
        sled::Error::Io(cause)
            if matches!(cause.kind(), Other | PermissionDenied | ReadOnlyFilesystem | StorageFull) =>
        {
            Obstacle::Failure(unavailable(directory, error))
        }
        _ => damage(error),
    }
}

/// `views` → `views.building`, beside it.
fn sibling(directory: &Path, suffix: &str) -> PathBuf {
    let mut name = directory.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    directory.with_file_name(name)
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|error| unavailable(from, error))
}

fn remove(directory: &Path) -> Result<(), StoreError> {
    let removed =
        if directory.is_file() { fs::remove_file(directory) } else { fs::remove_dir_all(directory) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(directory, error)),
        _ => Ok(()),
    }
}

fn unavailable(directory: &Path, error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable { directory: directory.to_owned(), detail: Say::same(error) }
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed { detail: Say::same(error) }
}

fn damage(error: impl std::fmt::Display) -> Obstacle {
    Obstacle::Damage(error.to_string())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let known =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    known.unwrap_or("it made the storage engine stop").to_owned()
}

pub(crate) fn digest(body: &[u8]) -> String {
    domain::hexadecimal(&Sha256::digest(body))
}
