//! Bundles of a synthetic log: what was written verifies, and no byte of it can be changed unseen.

use std::io::Cursor;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::{deep, log, written};
use crate::bundle::{BundleSource, Manifest, NOT_WITNESSED, write_bundle};
use crate::bundle_check::Bundle;
use crate::checkpoint::{Checkpoint, origin};
use crate::key::{KeyKind, SecretKey};
use crate::tree::{Tree, leaf_hash};
use crate::verdict::Requirements;
use crate::{Clock, Depth, FindingKind, Report};

pub(super) fn key() -> SecretKey {
    SecretKey::new(&origin("5108"), KeyKind::Log, [1; 32]).unwrap()
}

/// A bundle of the positions from one to another.
fn bundle(first: u64, last: Option<u64>) -> (Vec<u8>, Manifest) {
    let bodies = written(&log());
    let tree: Tree = bodies.iter().map(|body| leaf_hash(body)).collect();
    let checkpoint =
        Checkpoint::sign(&origin("5108"), tree.size(), tree.root(tree.size()).unwrap(), &[key()]).unwrap();
    let source = BundleSource {
        city: "5108",
        checkpoint: &checkpoint,
        witnessed: &[],
        keys: &[key().public()],
        tree: &tree,
        first,
        last: last.unwrap_or(tree.size()),
        scope: None,
        names: &[],
    };
    let mut file = Cursor::new(Vec::new());
    let manifest = write_bundle(&mut file, &source, &mut |visit| {
        let mut wanted = (1..).zip(&bodies).filter(|(position, _)| (first..=source.last).contains(position));
        wanted.try_for_each(|(position, body)| visit(position, body))
    });
    (file.into_inner(), manifest.unwrap())
}

/// The report, or nothing where the file does not even read.
fn verify(bytes: Vec<u8>, depth: Depth<'_>) -> Option<Report> {
    let bundle = Bundle::open(Cursor::new(bytes)).ok()?.ok()?;
    bundle
        .verify(depth, Requirements::default(), Clock::System, &mut |_| {})
        .ok()
        .map(|checked| checked.report)
}

#[test]
fn what_was_exported_verifies_whole_and_in_part() {
    let (whole, manifest) = bundle(1, None);
    assert_eq!(manifest.note.as_deref(), Some(NOT_WITNESSED.1));
    let report = verify(whole, deep()).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.first_position, report.last_position), (1, manifest.size));
    for (first, last) in [(1, 4), (3, 3), (5, manifest.size)] {
        let report = verify(bundle(first, Some(last)).0, deep()).unwrap();
        assert_eq!(report.findings, [], "{first} to {last}");
        assert_eq!((report.first_position, report.last_position), (first, last));
    }
}

#[test]
fn what_is_not_under_the_signed_head_is_not_exported() {
    let (bytes, _) = bundle(1, None);
    let bodies = written(&log());
    let tree: Tree = bodies.iter().rev().map(|body| leaf_hash(body)).collect();
    let checkpoint =
        Checkpoint::sign(&origin("5108"), tree.size(), tree.root(tree.size()).unwrap(), &[key()]).unwrap();
    let (keys, last) = ([key().public()], tree.size());
    let source = BundleSource {
        city: "5108",
        checkpoint: &checkpoint,
        witnessed: &[],
        keys: &keys,
        tree: &tree,
        first: 1,
        last,
        scope: None,
        names: &[],
    };
    let written = write_bundle(&mut Cursor::new(Vec::new()), &source, &mut |visit| visit(1, &bodies[0]));
    assert!(matches!(written, Err(crate::bundle::ExportError::NotCovered { position: 1 })));
    assert_eq!(verify(bytes, Depth::Log).unwrap().first_finding(), None);
}

#[test]
fn a_changed_event_is_named() {
    let (mut bytes, _) = bundle(1, None);
    let needle = b"\"sequence\":\"00000000000000000004\"";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at + needle.len() - 2] = b'5';
    let report = verify(bytes, Depth::Log).unwrap();
    let kinds: Vec<_> = report.findings.iter().map(|finding| (finding.position, finding.kind)).collect();
    assert!(
        kinds.contains(&(4, FindingKind::Leaf)) && kinds.iter().all(|(position, _)| *position == 4),
        "{kinds:?}"
    );
}

/// Made once: every case begins with a copy.
fn honest(part: bool) -> Vec<u8> {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    static PART: OnceLock<Vec<u8>> = OnceLock::new();
    let made = if part {
        PART.get_or_init(|| bundle(3, Some(9)).0)
    } else {
        WHOLE.get_or_init(|| bundle(1, None).0)
    };
    made.clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_change_goes_unseen(part: bool, at: prop::sample::Index, flip in 1_u8.., cut: bool) {
        let mut bytes = honest(part);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if cut {
            bytes.truncate(at + 1);
        }
        let is_taken = verify(bytes, Depth::Log).is_some_and(|report| report.is_consistent());
        prop_assert!(!is_taken, "byte {at}");
    }

    #[test]
    fn what_is_put_in_is_seen(part: bool, at: prop::sample::Index, more in proptest::collection::vec(any::<u8>(), 1..600)) {
        let mut bytes = honest(part);
        let at = at.index(bytes.len());
        bytes.splice(at..at, more);
        let is_taken = verify(bytes, Depth::Log).is_some_and(|report| report.is_consistent());
        prop_assert!(!is_taken, "byte {at}");
    }
}
