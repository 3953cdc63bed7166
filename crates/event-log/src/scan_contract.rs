//! What every store of scans must do: the suite that each backend runs.

use std::time::{Duration, SystemTime};

use crate::log::LogError;
use crate::scans::{MAX_SCAN_BYTES, ScanStore, StoredScan, copy_scans, scan_hash};

/// Further away than clocks of one machine differ.
const FAR: Duration = Duration::from_secs(3_600);

/// Runs every check. `open` opens the store of a name: an empty one the first time, the same one from then on.
pub(crate) fn run<S: ScanStore>(open: impl Fn(&str) -> S) {
    gives_back_what_was_stored(&open("bytes"));
    stores_the_same_once(&open("same"));
    limits_are_held(&open("limits"));
    what_is_erased_is_gone(&open("erased"), &open("erased"));
    only_what_is_old_is_swept(&open("swept"));
    copies_add_what_is_missing(&open("from"), &open("to"));
}

fn hashes(scans: &impl ScanStore) -> Vec<String> {
    scans.list().unwrap().into_iter().map(|scan| scan.hash.into()).collect()
}

fn gives_back_what_was_stored(scans: &impl ScanStore) {
    assert_eq!(scans.list().unwrap(), []);
    let missing = scan_hash(b"missing");
    assert_eq!((scans.get(&missing).unwrap(), scans.find(&missing).unwrap()), (None, None));
    let bodies: Vec<Vec<u8>> = [0, 1, 65_535, 65_536, 65_537, 3 << 20]
        .map(|length| (0..length).map(|at| (at % 251) as u8).collect())
        .into();
    for body in &bodies {
        assert_eq!(scans.put(body).unwrap(), scan_hash(body));
    }
    for body in &bodies {
        let hash = scan_hash(body);
        assert_eq!(scans.get(&hash).unwrap().as_deref(), Some(&body[..]));
        assert_eq!(scans.find(&hash).unwrap().unwrap().bytes, body.len() as u64);
    }
    let mut expected: Vec<String> = bodies.iter().map(|body| scan_hash(body).into()).collect();
    expected.sort();
    assert_eq!(hashes(scans), expected);
}

fn stores_the_same_once(scans: &impl ScanStore) {
    let hash = scans.put(b"twice").unwrap();
    let first = scans.find(&hash).unwrap().unwrap();
    assert_eq!(scans.put(b"twice").unwrap(), hash);
    let again = scans.find(&hash).unwrap().unwrap();
    assert!(again.stored_at > first.stored_at, "storing it again counts");
    assert!(scans.keep(&hash).unwrap() && !scans.keep(&scan_hash(b"missing")).unwrap());
    let StoredScan { stored_at, .. } = scans.find(&hash).unwrap().unwrap();
    assert!(stored_at > again.stored_at, "keeping it counts");
    assert_eq!(hashes(scans).len(), 1);
}

fn limits_are_held(scans: &impl ScanStore) {
    let longest = vec![7; MAX_SCAN_BYTES];
    let hash = scans.put(&longest).unwrap();
    assert!(scans.get(&hash).unwrap() == Some(longest));
    let refused = scans.put(&vec![7; MAX_SCAN_BYTES + 1]).unwrap_err();
    assert!(
        matches!(refused, LogError::ScanTooLong { bytes, limit, .. } if (bytes, limit) == (MAX_SCAN_BYTES + 1, MAX_SCAN_BYTES))
    );
    assert_eq!(hashes(scans).len(), 1);
}

fn what_is_erased_is_gone(scans: &impl ScanStore, other: &impl ScanStore) {
    let (gone, kept) = (scans.put(b"names somebody").unwrap(), scans.put(b"names nobody").unwrap());
    assert!(other.erase(&gone).unwrap());
    assert!(!scans.erase(&gone).unwrap());
    assert_eq!((scans.get(&gone).unwrap(), scans.find(&gone).unwrap()), (None, None));
    assert_eq!(hashes(scans), [kept.as_str()]);
    assert_eq!(scans.put(b"names somebody").unwrap(), gone);
    assert_eq!(other.get(&gone).unwrap().as_deref(), Some(&b"names somebody"[..]));
}

fn only_what_is_old_is_swept(scans: &impl ScanStore) {
    let hash = scans.put(b"waits to be named").unwrap();
    let now = SystemTime::now();
    assert!(!scans.erase_if_older(&hash, now - FAR).unwrap());
    assert!(scans.get(&hash).unwrap().is_some());
    assert!(scans.erase_if_older(&hash, now + FAR).unwrap());
    assert!(!scans.erase_if_older(&hash, now + FAR).unwrap());
    assert_eq!(scans.get(&hash).unwrap(), None);
    assert_eq!(scans.sweep_unfinished(now + FAR).unwrap(), 0);
}

fn copies_add_what_is_missing(from: &impl ScanStore, to: &impl ScanStore) {
    from.put(b"one").unwrap();
    from.put(b"two").unwrap();
    to.put(b"two").unwrap();
    to.put(b"three").unwrap();
    assert_eq!(copy_scans(from, to).unwrap(), 2);
    assert_eq!(hashes(to).len(), 3);
    assert_eq!(to.get(&scan_hash(b"one")).unwrap().as_deref(), Some(&b"one"[..]));
}
