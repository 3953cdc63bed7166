//! Documents' scans in a running service: looked at, stored until an event names them, swept if none does, erased when the log
//! says so.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use domain::CityState;
use domain::document_number::Sha256Hex;
use domain::errors;
use domain::say::Say;
use domain::scan::NamedScans;
use event_log::{LogError, ScanStore, StoredScan};
use imbl::ordmap::DiffItem;
use scan::{Kind, ScanRefusal, look_at};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::erasures::ERASURE_RETRY;

/// How long a scan waits for an event that names it.
pub const UNNAMED_KEPT: Duration = Duration::from_secs(24 * 3_600);
/// How often what waited too long is swept.
pub const SWEPT_EVERY: Duration = Duration::from_secs(3_600);
/// How many scans may wait at a time.
pub const MAX_UNNAMED: usize = 500;
/// One that was stored so lately need not be marked again when a command names it.
const LATELY: Duration = Duration::from_secs(3_600);

errors! {
    /// Why a scan is not stored.
    #[derive(Debug)]
    pub enum ScanError {
        /// It was erased for good.
        #[zh("这份扫描件已按规定删除，不能再存入")]
        #[en("this scan was erased by a decision on record: it is not stored again")]
        Erased {},
        /// Too many wait already.
        #[zh("已有 {limit} 份扫描件上传后尚未使用，请先办理，或等 24 小时后自动清除")]
        #[en("{limit} scans were uploaded and are named by nothing yet: use them first, or wait for a day until they are swept")]
        TooMany {
            /// [`MAX_UNNAMED`].
            limit: usize,
        },
    } of {
        /// It is none that is taken.
        Refused(#[from] ScanRefusal),
        /// The store.
        Store(#[from] LogError),
    }
}

/// A scan as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// SHA-256 of its bytes.
    pub hash: Sha256Hex,
    /// How long it is.
    pub bytes: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a store holds of what the log names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Stored and named by events.
    pub named: usize,
    /// Stored, and named by nothing yet.
    pub unnamed: usize,
    /// Named by events, not erased, and not stored: a hash that somebody typed, or a scan that was lost.
    pub missing: usize,
    /// Erased by a decision.
    pub erased: usize,
    /// Stored though erased: the next start makes it good.
    pub undead: usize,
    /// Whose bytes are not those of their hash.
    pub damaged: Vec<Sha256Hex>,
    /// How long all are together.
    pub bytes: u64,
}

impl Standing {
    /// In a sentence.
    pub fn say(&self) -> Say {
        let Self { named, unnamed, missing, erased, undead, damaged, bytes } = self;
        let (damaged, megabytes) = (damaged.len(), bytes.div_ceil(1 << 20));
        Say::of(
            format!(
                "扫描件：已存 {named} 份（另有 {unnamed} 份待用，共 {megabytes} MB），记录中有校验值而未存 {missing} 份，已按规定删除 {erased} 份，应删未删 {undead} 份，损坏 {damaged} 份"
            ),
            format!(
                "scans: {named} stored ({unnamed} more wait for a record, {megabytes} MB in all), {missing} named by a hash and not stored, {erased} erased by decisions, {undead} to be erased, {damaged} damaged"
            ),
        )
    }

    /// Whether nothing is amiss: a scan that was named by its hash alone is none that was lost.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.undead == 0
    }
}

/// The scans of a city.
#[derive(Clone)]
pub struct Scans {
    store: Arc<dyn ScanStore>,
    unnamed: Arc<Mutex<BTreeSet<Sha256Hex>>>,
}

impl Scans {
    /// Those of a store.
    pub fn new(store: Arc<dyn ScanStore>) -> Self {
        Self { store, unnamed: Arc::default() }
    }

    fn unnamed(&self) -> MutexGuard<'_, BTreeSet<Sha256Hex>> {
        self.unnamed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at a scan and stores it, until an event names it. Blocks.
    pub fn receive(&self, state: &CityState, bytes: &[u8]) -> Result<Received, ScanError> {
        let kind = look_at(bytes)?;
        let hash = event_log::scan_hash(bytes);
        if state.is_scan_erased(&hash) {
            return Err(ScanError::Erased {});
        }
        if !state.scans.contains_key(&hash) {
            let mut unnamed = self.unnamed();
            unnamed.retain(|other| !state.scans.contains_key(other));
            if !unnamed.contains(&hash) && unnamed.len() >= MAX_UNNAMED {
                return Err(ScanError::TooMany { limit: MAX_UNNAMED });
            }
            unnamed.insert(hash.clone());
        }
        self.store.put(bytes)?;
        Ok(Received { hash, bytes: bytes.len(), kind })
    }

    /// The bytes of a scan, checked against its hash; nothing where they are not stored. Blocks.
    pub fn read(&self, hash: &Sha256Hex) -> Result<Option<Vec<u8>>, LogError> {
        self.store.get(hash)
    }

    /// Keeps a scan for a command that names it, however long ago it was stored; says whether it is there. Blocks.
    pub fn keep(&self, hash: &Sha256Hex) -> Result<bool, LogError> {
        let Some(found) = self.store.find(hash)? else { return Ok(false) };
        if found.stored_at + LATELY > SystemTime::now() {
            return Ok(true);
        }
        self.store.keep(hash)
    }

    /// Removes what no event named in time, what a crash left in pieces, and what the log says is erased. Blocks.
    pub fn sweep(&self, state: &dyn Fn() -> Arc<CityState>, now: SystemTime) -> Result<usize, LogError> {
        let before = now - UNNAMED_KEPT;
        let (mut swept, mut waiting) = (0, BTreeSet::new());
        for StoredScan { hash, stored_at, .. } in self.store.list()? {
            let state = state();
            if state.is_scan_erased(&hash) {
                swept += usize::from(self.store.erase(&hash)?);
            } else if !state.scans.contains_key(&hash) {
                let is_gone = stored_at < before && self.store.erase_if_older(&hash, before)?;
                swept += usize::from(is_gone);
                if !is_gone {
                    waiting.insert(hash);
                }
            }
        }
        self.unnamed().extend(waiting);
        swept += self.store.sweep_unfinished(before)?;
        Ok(swept)
    }

    /// Keeps the scans that commands name, as far as they are there. What cannot be marked is no reason to refuse a command.
    pub async fn keep_named(&self, bodies: impl IntoIterator<Item = &Value>) {
        let mut hashes = BTreeSet::new();
        bodies.into_iter().for_each(|body| named_in(body, &mut hashes));
        if hashes.is_empty() {
            return;
        }
        let scans = self.clone();
        let kept = tokio::task::spawn_blocking(move || {
            hashes.iter().try_for_each(|hash| scans.keep(hash).map(drop))
        });
        if let Ok(Err(error)) = kept.await {
            tracing::warn!(%error, "a scan that a command names is not marked as wanted");
        }
    }

    /// Erases what the log says is erased as soon as it does, and sweeps once an hour, until the service stops.
    pub async fn run(self, mut states: watch::Receiver<Arc<CityState>>, stopped: impl Future<Output = ()>) {
        let mut stopped = std::pin::pin!(stopped);
        let mut seen = NamedScans::new();
        let mut due = BTreeSet::new();
        let mut next_sweep = Instant::now();
        loop {
            let state = states.borrow_and_update().clone();
            due.extend(erased_since(&seen, &state.scans));
            seen = state.scans.clone();
            if !due.is_empty() && self.in_background(erasing(due.clone())).await {
                due.clear();
            }
            if Instant::now() >= next_sweep {
                let states = states.clone();
                let sweep =
                    move |scans: &Self| scans.sweep(&|| states.borrow().clone(), SystemTime::now()).map(drop);
                self.in_background(sweep).await;
                next_sweep = Instant::now() + SWEPT_EVERY;
            }
            tokio::select! {
                () = &mut stopped => return,
                changed = states.changed() => if changed.is_err() { return },
                () = tokio::time::sleep_until(next_sweep) => {}
                () = tokio::time::sleep(ERASURE_RETRY), if !due.is_empty() => {}
            }
        }
    }

    /// Does what blocks elsewhere; says whether it was done.
    async fn in_background(&self, work: impl FnOnce(&Self) -> Result<(), LogError> + Send + 'static) -> bool {
        let scans = self.clone();
        match tokio::task::spawn_blocking(move || work(&scans)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "scans are not swept or erased yet");
                false
            }
            Err(error) => {
                tracing::error!(%error, "scans are not swept or erased yet");
                false
            }
        }
    }
}

fn erasing(hashes: BTreeSet<Sha256Hex>) -> impl FnOnce(&Scans) -> Result<(), LogError> + Send + 'static {
    move |scans| hashes.iter().try_for_each(|hash| scans.store.erase(hash).map(drop))
}

/// The scans that are called erased in one state and were not in the other.
fn erased_since(before: &NamedScans, after: &NamedScans) -> Vec<Sha256Hex> {
    if before.ptr_eq(after) {
        return Vec::new();
    }
    let changed = before.diff(after).filter_map(|difference| match difference {
        DiffItem::Add(hash, scan) | DiffItem::Update { new: (hash, scan), .. } => Some((hash, scan)),
        DiffItem::Remove(..) => None,
    });
    changed.filter(|(_, scan)| scan.erased_on.is_some()).map(|(hash, _)| hash.clone()).collect()
}

/// Every hash of a scan that a request names.
fn named_in(body: &Value, found: &mut BTreeSet<Sha256Hex>) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str().filter(|_| name == "sha256") {
                    Some(text) => found.extend(Sha256Hex::try_from(text.to_owned())),
                    None => named_in(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named_in(item, found)),
        _ => {}
    }
}

/// Erases every stored scan that the log calls erased; says how many. Blocks.
pub fn erase(store: &dyn ScanStore, named: &NamedScans) -> Result<usize, LogError> {
    let mut erased = 0;
    for (hash, _) in named.iter().filter(|(_, scan)| scan.erased_on.is_some()) {
        erased += usize::from(store.erase(hash)?);
    }
    Ok(erased)
}

/// Holds a store against what the log names; `is_deep` reads every scan as well. Blocks.
pub fn standing(store: &dyn ScanStore, all: &NamedScans, is_deep: bool) -> Result<Standing, LogError> {
    let mut standing = Standing::default();
    let mut stored = BTreeSet::new();
    for StoredScan { hash, bytes, .. } in store.list()? {
        standing.bytes += bytes;
        match all.get(&hash) {
            None => standing.unnamed += 1,
            Some(scan) if scan.erased_on.is_some() => standing.undead += 1,
            Some(_) => standing.named += 1,
        }
        if is_deep {
            match store.get(&hash) {
                Ok(_) => {}
                Err(error) if error.is_damage() => standing.damaged.push(hash.clone()),
                Err(error) => return Err(error),
            }
        }
        stored.insert(hash);
    }
    for (hash, scan) in all {
        standing.erased += usize::from(scan.erased_on.is_some());
        standing.missing += usize::from(scan.erased_on.is_none() && !stored.contains(hash));
    }
    Ok(standing)
}

#[cfg(test)]
mod tests {
    use domain::testing::City;
    use domain::testing::city::TOWNSHIP_ORGAN;
    use domain::testing::drafts::persons::erase_scan;
    use domain::testing::drafts::work::delegate;
    use event_log::EmbeddedScans;

    use super::*;

    /// The least that is a scan.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\0\0\0\0IDAT\0\0\0\0\0\0\0\0IEND\0\0\0\0";
    const FAR: Duration = Duration::from_secs(30 * 24 * 3_600);
    const NUMBER: &str = "元委〔2019〕41号";

    fn named(city: City, hash: &Sha256Hex) -> City {
        let mut draft = delegate(&["personnel"]).paper(NUMBER, "2019-03-20");
        draft.header.document.iter_mut().for_each(|document| document.sha256 = Some(hash.clone()));
        city.given(draft)
    }

    fn sweep(scans: &Scans, city: &City, later: Duration) -> usize {
        let state = Arc::new(city.state.clone());
        scans.sweep(&|| state.clone(), SystemTime::now() + later).unwrap()
    }

    #[test]
    fn a_scan_waits_a_day_for_an_event_and_is_then_kept_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        let scans = Scans::new(Arc::new(EmbeddedScans::of(directory.path())));
        let city = City::merged();
        let Received { hash, bytes, kind } = scans.receive(&city.state, PNG).unwrap();
        assert_eq!((bytes, kind), (PNG.len(), Kind::Png));
        assert_eq!(sweep(&scans, &city, UNNAMED_KEPT - Duration::from_secs(60)), 0);
        let with_scan = named(city.clone(), &hash);
        assert_eq!(sweep(&scans, &with_scan, FAR), 0);
        assert_eq!(scans.read(&hash).unwrap().as_deref(), Some(PNG));
        assert_eq!(sweep(&scans, &city, UNNAMED_KEPT + Duration::from_secs(60)), 1);
        assert_eq!(scans.read(&hash).unwrap(), None);
        assert!(!scans.keep(&hash).unwrap());
    }

    #[test]
    fn what_is_no_scan_is_not_stored() {
        let directory = tempfile::tempdir().unwrap();
        let scans = Scans::new(Arc::new(EmbeddedScans::of(directory.path())));
        let state = City::merged().state;
        for (bytes, refusal) in [(&b""[..], ScanRefusal::Empty {}), (b"text", ScanRefusal::OtherKind {})] {
            assert!(
                matches!(scans.receive(&state, bytes), Err(ScanError::Refused(found)) if found == refusal)
            );
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_decision_erased_does_not_come_back() {
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(EmbeddedScans::of(directory.path()));
        let scans = Scans::new(store.clone());
        let city = City::merged();
        let hash = scans.receive(&city.state, PNG).unwrap().hash;
        let city = named(city, &hash);
        let expected = Standing { named: 1, bytes: PNG.len() as u64, ..Standing::default() };
        assert_eq!(standing(&*store, &city.state.scans, true).unwrap(), expected);
        let erased = city.clone().given(erase_scan(TOWNSHIP_ORGAN, NUMBER, "2029-05-01"));
        assert_eq!(erased_since(&city.state.scans, &erased.state.scans), std::slice::from_ref(&hash));
        assert_eq!(erase(&*store, &erased.state.scans).unwrap(), 1);
        assert_eq!(scans.read(&hash).unwrap(), None);
        assert!(matches!(scans.receive(&erased.state, PNG), Err(ScanError::Erased {})));
        // A backup of before brings the bytes, and the next sweep takes them.
        store.put(PNG).unwrap();
        assert_eq!(standing(&*store, &erased.state.scans, true).unwrap().undead, 1);
        assert_eq!(sweep(&scans, &erased, Duration::ZERO), 1);
        let expected = Standing { erased: 1, ..Standing::default() };
        assert_eq!(standing(&*store, &erased.state.scans, true).unwrap(), expected);
    }

    #[test]
    fn what_is_named_and_lost_or_damaged_is_counted() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedScans::of(directory.path());
        let hash = event_log::scan_hash(PNG);
        let city = named(City::merged(), &hash);
        assert_eq!(standing(&store, &city.state.scans, false).unwrap().missing, 1);
        store.put(PNG).unwrap();
        std::fs::write(directory.path().join(EmbeddedScans::path_of(&hash)), b"rot").unwrap();
        assert_eq!(standing(&store, &city.state.scans, true).unwrap().damaged, [hash]);
    }

    #[test]
    fn only_so_many_wait_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let scans = Scans::new(Arc::new(EmbeddedScans::of(directory.path())));
        let state = City::merged().state;
        scans
            .unnamed()
            .extend((0..MAX_UNNAMED as u64).map(|number| event_log::scan_hash(&number.to_le_bytes())));
        assert!(matches!(scans.receive(&state, PNG), Err(ScanError::TooMany { limit: MAX_UNNAMED })));
    }

    #[test]
    fn every_hash_in_a_request_is_found() {
        let [one, other] = ["a", "b"].map(|digit| digit.repeat(64));
        let body = serde_json::json!({
            "document": { "sha256": one }, "data": { "consents": [{ "document": { "sha256": other } }], "sha256": "short" }
        });
        let mut found = BTreeSet::new();
        named_in(&body, &mut found);
        assert_eq!(Vec::from_iter(found.iter().map(Sha256Hex::as_str)), [one, other]);
    }
}
