//! The access log held against its anchors: each entry follows on the one before, and what the city's log anchored is
//! still there.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::date::Timestamp;
use domain::event_data::log_keeping::AccessLogAnchored;
use event_log::{AccessHead, AccessStore, LogError, Position};

use crate::clock::{Clock, before};
use crate::finding::{Finding, FindingKind};

/// For how many days an entry is kept at the least: six months, as the law asks, in their longest.
const LEAST_KEPT_DAYS: u32 = 184;
/// How long an entry may stand before an anchor covers it: an hour is promised.
const ANCHORED_WITHIN_DAYS: u32 = 1;
const DAY_MILLISECONDS: i64 = 24 * 3_600 * 1_000;

/// An anchor, where it stands in the city's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// Position of the event.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What it says.
    pub anchored: AccessLogAnchored,
}

/// Reads an access log whole and holds it against the anchors of its instance and the verifier's clock. Findings bear the
/// anchor's position, or the last anchor's where an entry itself is wrong.
pub fn check_access_log(
    store: &AccessStore,
    anchors: &[Anchor],
    clock: Clock,
) -> Result<Vec<Finding>, LogError> {
    let own: Vec<&Anchor> =
        anchors.iter().filter(|anchor| anchor.anchored.instance.to_string() == store.instance()).collect();
    let last_anchor = own.last().map_or(0, |anchor| anchor.position);
    let mut findings = Vec::new();
    let base = store.base()?;
    if base.number == 0 && base != AccessHead::before_first(store.instance()) {
        findings.push(changed(last_anchor, 0));
    }
    findings.extend(forgotten(&own, base, clock));
    let mut by_number: BTreeMap<u64, &Anchor> =
        own.into_iter().map(|anchor| (anchor.anchored.count, anchor)).collect();
    let mut head = base;
    compare(&mut by_number, head, &mut findings);
    store.scan(base.number, &mut |entry| {
        head = head.then(&entry.body);
        if (head.number, head.hash) != (entry.number, entry.hash) {
            findings.push(changed(last_anchor, entry.number));
            return ControlFlow::Break(());
        }
        compare(&mut by_number, head, &mut findings);
        ControlFlow::Continue(())
    })?;
    if findings.is_empty() {
        // What was kept for long enough is gone; what lies past the end was cut off.
        let missing = by_number.range(head.number + 1..).map(|(count, anchor)| {
            let detail = format!("{}: {} < {count}", store.instance(), head.number);
            Finding::new(anchor.position, FindingKind::AccessLogCut, detail)
        });
        findings.extend(missing);
    }
    Ok(findings)
}

/// What an anchor covers is kept for as long as the last one says: an entry that is gone before its time was cut off.
fn forgotten(own: &[&Anchor], base: AccessHead, clock: Clock) -> Option<Finding> {
    let kept_days = own.iter().rev().find_map(|anchor| anchor.anchored.kept_days).unwrap_or(0);
    // An anchor may be younger than the last entry that it covers.
    let days = kept_days.max(LEAST_KEPT_DAYS) - ANCHORED_WITHIN_DAYS;
    let kept_since = before(clock.now(), i64::from(days) * DAY_MILLISECONDS);
    let is_cut = |anchor: &&&Anchor| {
        anchor.anchored.count > 0 && anchor.anchored.count <= base.number && anchor.recorded_at > kept_since
    };
    own.iter().find(is_cut).map(|anchor| {
        let detail = format!("{}: {} ≤ {}", anchor.anchored.instance, anchor.anchored.count, base.number);
        Finding::new(anchor.position, FindingKind::AccessLogCut, detail)
    })
}

/// The instances that were anchored and have no access log at hand.
pub fn missing_access_logs(anchors: &[Anchor], at_hand: &[AccessStore]) -> Vec<Finding> {
    let mut last: BTreeMap<String, &Anchor> = BTreeMap::new();
    for anchor in anchors {
        last.insert(anchor.anchored.instance.to_string(), anchor);
    }
    let is_here = |instance: &str| at_hand.iter().any(|store| store.instance() == instance);
    let missing = last.into_iter().filter(|(instance, _)| !is_here(instance));
    missing
        .map(|(instance, anchor)| {
            let detail = format!("{instance}: - < {}", anchor.anchored.count);
            Finding::new(anchor.position, FindingKind::AccessLogCut, detail)
        })
        .collect()
}

fn compare(by_number: &mut BTreeMap<u64, &Anchor>, head: AccessHead, findings: &mut Vec<Finding>) {
    if let Some(anchor) = by_number.remove(&head.number) {
        let hash = domain::hexadecimal(&head.hash);
        if anchor.anchored.head.as_str() != hash {
            findings.push(changed(anchor.position, head.number));
        }
    }
}

fn changed(position: Position, number: u64) -> Finding {
    Finding::new(position, FindingKind::AccessLogChanged, format!("access.db: {number}"))
}

#[cfg(test)]
mod tests {
    use event_log::NewAccess;

    use super::*;

    const INSTANCE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn bodies(text: &str) -> Vec<NewAccess> {
        let entry = |word: &str| NewAccess { time_milliseconds: 1, body: word.as_bytes().to_vec() };
        text.split(' ').map(entry).collect()
    }

    const RECORDED: i64 = 1_700_000_000_000;
    /// Days after that.
    const SOON: i64 = 7;
    const LATER: i64 = 365;

    fn anchor(position: Position, head: AccessHead) -> Anchor {
        let hash = domain::hexadecimal(&head.hash);
        let anchored = AccessLogAnchored {
            instance: INSTANCE.parse().unwrap(),
            count: head.number,
            head: hash.try_into().unwrap(),
            kept_days: None,
        };
        Anchor { position, recorded_at: Timestamp::from_milliseconds(RECORDED), anchored }
    }

    fn kinds(store: &AccessStore, anchors: &[Anchor]) -> Vec<(Position, FindingKind)> {
        kinds_by(LATER, store, anchors)
    }

    fn kinds_by(days: i64, store: &AccessStore, anchors: &[Anchor]) -> Vec<(Position, FindingKind)> {
        let now = Timestamp::from_milliseconds(RECORDED + days * DAY_MILLISECONDS);
        let found = check_access_log(store, anchors, Clock::At(now)).unwrap();
        found.into_iter().map(|finding| (finding.position, finding.kind)).collect()
    }

    #[test]
    fn an_honest_log_fits_its_anchors_also_once_old_entries_are_gone() {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), INSTANCE).unwrap();
        let first = anchor(1, store.head().unwrap());
        let second = anchor(7, store.append(&bodies("a b c")).unwrap());
        let third = anchor(9, store.append(&bodies("d")).unwrap());
        let anchors = [first, second, third];
        assert_eq!(kinds(&store, &anchors), []);
        store.append(&[NewAccess { time_milliseconds: 9, body: b"e".to_vec() }]).unwrap();
        store.forget_before(9).unwrap();
        assert_eq!(kinds(&store, &anchors), []);
        assert_eq!(missing_access_logs(&anchors, &[store]), []);
    }

    /// The base is believed only for what may be gone by now.
    #[test]
    fn an_access_log_that_forgot_before_its_time_was_cut() {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), INSTANCE).unwrap();
        let mut anchors = vec![anchor(7, store.append(&bodies("a b c")).unwrap())];
        anchors.push(anchor(9, store.append(&bodies("d")).unwrap()));
        store.append(&[NewAccess { time_milliseconds: 9, body: b"e".to_vec() }]).unwrap();
        assert_eq!(kinds_by(SOON, &store, &anchors), []);
        // Up to its last anchor, or beyond it: `forget_before` does what an attacker does by hand.
        for up_to in [9, 10] {
            store.forget_before(up_to).unwrap();
            assert_eq!(kinds_by(SOON, &store, &anchors), [(7, FindingKind::AccessLogCut)]);
            assert_eq!(kinds_by(LATER, &store, &anchors), []);
        }
        // The last anchor says for how long entries are kept, and may say no less than the law.
        for (kept_days, expected) in [(3_653, vec![(7, FindingKind::AccessLogCut)]), (1, Vec::new())] {
            anchors[1].anchored.kept_days = Some(kept_days);
            assert_eq!(kinds_by(LATER, &store, &anchors), expected);
        }
        assert_eq!(kinds_by(SOON, &store, &anchors), [(7, FindingKind::AccessLogCut)]);
    }

    #[test]
    fn a_cut_an_edit_and_a_log_begun_anew_are_found_at_their_anchor() {
        let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = AccessStore::open(directory.path(), INSTANCE).unwrap();
        let whole = store.append(&bodies("a b c")).unwrap();
        let anchors = [anchor(7, whole)];
        let forged = AccessStore::open(other.path(), INSTANCE).unwrap();
        forged.append(&bodies("a b")).unwrap();
        assert_eq!(kinds(&forged, &anchors), [(7, FindingKind::AccessLogCut)]);
        forged.append(&bodies("x")).unwrap();
        assert_eq!(kinds(&forged, &anchors), [(7, FindingKind::AccessLogChanged)]);
        let third = tempfile::tempdir().unwrap();
        let anew = AccessStore::open(third.path(), "01ARZ3NDEKTSV4RRFFQ69G5FAW").unwrap();
        let missing = missing_access_logs(&anchors, &[anew]);
        assert_eq!((missing.len(), missing[0].position), (1, 7));
    }
}
