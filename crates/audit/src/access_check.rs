//! The access log held against its anchors: each entry follows on the one before, and what the city's log anchored is
//! still there.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::event_data::AccessLogAnchored;
use event_log::{AccessHead, AccessStore, LogError, Position};

use crate::finding::{Finding, FindingKind};

/// An anchor, where it stands in the city's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// Position of the event.
    pub position: Position,
    /// What it says.
    pub anchored: AccessLogAnchored,
}

/// Reads an access log whole and holds it against the anchors of its instance. Findings bear the anchor's position, or
/// the last anchor's where an entry itself is wrong.
pub fn check_access_log(store: &AccessStore, anchors: &[Anchor]) -> Result<Vec<Finding>, LogError> {
    let own: Vec<&Anchor> =
        anchors.iter().filter(|anchor| anchor.anchored.instance.to_string() == store.instance()).collect();
    let last_anchor = own.last().map_or(0, |anchor| anchor.position);
    let mut findings = Vec::new();
    let base = store.base()?;
    if base.number == 0 && base != AccessHead::before_first(store.instance()) {
        findings.push(changed(last_anchor, 0));
    }
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
        let hash = crate::hexadecimal(&head.hash);
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

    fn anchor(position: Position, head: AccessHead) -> Anchor {
        let hash = crate::hexadecimal(&head.hash);
        let anchored = AccessLogAnchored {
            instance: INSTANCE.parse().unwrap(),
            count: head.number,
            head: hash.try_into().unwrap(),
        };
        Anchor { position, anchored }
    }

    fn kinds(store: &AccessStore, anchors: &[Anchor]) -> Vec<(Position, FindingKind)> {
        let found = check_access_log(store, anchors).unwrap();
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
