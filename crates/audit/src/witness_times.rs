//! When witnesses had seen what: an event under a head was there when they signed it, one after it was not.
//!
//! Of those who signed a head the middle one counts, of two the one who accuses less: a single wrong clock among three
//! accuses nobody.

use domain::date::Timestamp;
use event_log::Position;

use crate::checkpoint::Checkpoint;
use crate::clock::TOLERANCE_MILLISECONDS;
use crate::finding::{Finding, FindingKind};
use crate::key::PublicKey;

/// When the witnesses of heads had seen them.
#[derive(Debug, Default)]
pub(crate) struct WitnessTimes {
    /// The earliest time at which everything up to a position had been seen, both growing.
    earliest: Vec<(Position, i64)>,
    /// The latest time at which a log of that size was seen, both growing.
    latest: Vec<(Position, i64)>,
}

/// When the witnesses among these keys signed each of the heads, in seconds since 1970.
pub fn times_of_witnesses<'a>(
    heads: impl IntoIterator<Item = &'a Checkpoint>,
    keys: &[PublicKey],
) -> Vec<(Position, Vec<u64>)> {
    let times = |head: &Checkpoint| {
        let signed = head.signed_by(keys).unwrap_or_default();
        signed.into_iter().map(|signed| signed.time).filter(|time| *time > 0).collect()
    };
    heads.into_iter().map(|head| (head.size, times(head))).collect()
}

impl WitnessTimes {
    pub(crate) fn of(heads: Vec<(Position, Vec<u64>)>) -> Self {
        let milliseconds = |seconds: &u64| i64::try_from(*seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
        let (mut earliest, mut latest) = (Vec::new(), Vec::new());
        for (size, mut times) in heads.into_iter().filter(|(_, times)| !times.is_empty()) {
            times.sort_unstable();
            let (upper, lower) = (times.len() / 2, (times.len() - 1) / 2);
            earliest.extend(times.get(upper).map(|time| (size, milliseconds(time))));
            latest.extend(times.get(lower).map(|time| (size, milliseconds(time))));
        }
        earliest.sort_unstable();
        latest.sort_unstable();
        // Who has seen a later head has seen the earlier events too, and who has seen a head saw it without what follows.
        let mut bound = i64::MAX;
        for (_, time) in earliest.iter_mut().rev() {
            bound = bound.min(*time);
            *time = bound;
        }
        let mut bound = i64::MIN;
        for (_, time) in &mut latest {
            bound = bound.max(*time);
            *time = bound;
        }
        Self { earliest, latest }
    }

    /// Nobody has seen an event long before it was recorded, nor a head without it long after.
    pub(crate) fn check(&self, position: Position, time: Timestamp) -> Option<Finding> {
        let covering = self.earliest.partition_point(|(up_to, _)| *up_to < position);
        let seen = self.earliest.get(covering).map(|(_, seen)| *seen);
        let preceding = self.latest.partition_point(|(up_to, _)| *up_to < position);
        let unseen = preceding.checked_sub(1).and_then(|at| self.latest.get(at)).map(|(_, seen)| *seen);
        let found = |kind, witness: i64| {
            let detail = format!("time: {time}, witness: {}", Timestamp::from_milliseconds(witness));
            Some(Finding::new(position, kind, detail))
        };
        match (seen, unseen) {
            (Some(seen), _) if time.milliseconds().saturating_sub(seen) > TOLERANCE_MILLISECONDS => {
                found(FindingKind::WitnessedBefore, seen)
            }
            (_, Some(unseen)) if unseen.saturating_sub(time.milliseconds()) > TOLERANCE_MILLISECONDS => {
                found(FindingKind::Backdated, unseen)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60;
    const NOON: u64 = 1_700_000_000;

    #[track_caller]
    fn check(heads: &[(Position, &[u64])], position: Position, time: u64, expected: Option<FindingKind>) {
        let heads = heads.iter().map(|(size, times)| (*size, times.to_vec())).collect();
        let time = Timestamp::from_milliseconds(i64::try_from(time * 1_000).unwrap());
        let found = WitnessTimes::of(heads).check(position, time).map(|finding| finding.kind);
        assert_eq!(found, expected);
    }

    #[test]
    fn an_event_lies_between_the_witness_before_and_the_witness_after_it() {
        let heads: &[(Position, &[u64])] = &[(10, &[NOON]), (20, &[NOON + 60 * MINUTE])];
        check(heads, 10, NOON + 10 * MINUTE, None);
        check(heads, 10, NOON + 11 * MINUTE, Some(FindingKind::WitnessedBefore));
        check(heads, 11, NOON - 10 * MINUTE, None);
        check(heads, 11, NOON - 11 * MINUTE, Some(FindingKind::Backdated));
        check(heads, 21, NOON + 49 * MINUTE, Some(FindingKind::Backdated));
        check(heads, 21, NOON + 50 * MINUTE, None);
        check(&[], 1, 0, None);
    }

    /// The same head, signed once more as long as nothing is recorded: the last time counts for what follows.
    #[test]
    fn a_checkpoint_that_witnesses_sign_again_bounds_later_events_in_time() {
        let heads: &[(Position, &[u64])] = &[(10, &[NOON]), (10, &[NOON + 600 * MINUTE])];
        check(heads, 10, NOON, None);
        check(heads, 11, NOON + 5 * MINUTE, Some(FindingKind::Backdated));
        check(heads, 11, NOON + 600 * MINUTE, None);
    }

    #[test]
    fn one_wrong_clock_among_the_witnesses_accuses_nobody() {
        for wrong in [NOON - 300 * MINUTE, NOON + 300 * MINUTE] {
            let mut three = [NOON, NOON + 1, wrong];
            three.sort_unstable();
            for times in [&three[..], &[NOON.min(wrong), NOON.max(wrong)]] {
                check(&[(10, times)], 10, NOON, None);
                check(&[(10, times)], 11, NOON, None);
            }
            check(&[(10, &three)], 10, NOON + 30 * MINUTE, Some(FindingKind::WitnessedBefore));
            check(&[(10, &three)], 11, NOON - 30 * MINUTE, Some(FindingKind::Backdated));
        }
    }
}
