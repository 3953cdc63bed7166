//! What the witnesses said: the heads that they signed, those that they refused, and by how much their clocks differ.

use std::sync::atomic::Ordering;

use audit::checkpoint::Checkpoint;
use audit::key::PublicKey;
use domain::say::Say;
use event_log::{ControlStore, LogError};

use super::{HEAD_ENTRY, SignedTree, WITNESS_KEYS_ENTRY, WITNESSED_AGAIN_PREFIX, WITNESSED_PREFIX, head_of};
use crate::condition::Condition;

/// The names of the witnesses that proved that the log was put back or changed, a line each; kept, so that a restart does
/// not forget it.
const REFUSING_ENTRY: &str = "witness.refusing";
/// How far the clock may be ahead of the witnesses', or behind them.
const MAX_CLOCK_OFF_SECONDS: i64 = 5 * 60;

impl SignedTree {
    /// Notes by how much the clock is ahead of the witnesses'.
    pub fn note_clock_ahead(&self, seconds: i64) {
        self.clock_ahead_seconds.store(seconds, Ordering::Relaxed);
    }

    /// By how much the clock is ahead of the witnesses', where that is too much to record anything.
    pub fn clock_ahead(&self) -> Option<i64> {
        let seconds = self.clock_ahead_seconds.load(Ordering::Relaxed);
        (seconds > MAX_CLOCK_OFF_SECONDS).then_some(seconds)
    }

    /// By how much it is behind them, where that is too much.
    pub fn clock_behind(&self) -> Option<i64> {
        let behind = self.clock_ahead_seconds.load(Ordering::Relaxed).saturating_neg();
        (behind > MAX_CLOCK_OFF_SECONDS).then_some(behind)
    }

    /// The heads that witnesses have signed, in order.
    pub fn witnessed(&self) -> Result<Vec<Checkpoint>, LogError> {
        witnessed_heads(&*self.control)
    }

    /// Keeps a head that witnesses have signed: the first time for ever, for what was there by then, and the last time, for
    /// what was not there yet.
    pub fn keep_witnessed(&self, head: &Checkpoint) -> Result<(), LogError> {
        let first = format!("{WITNESSED_PREFIX}{:020}", head.size);
        let kept = self.control.get(&first)?.and_then(|bytes| Checkpoint::parse(&bytes).ok());
        let Some(joined) = kept.and_then(|kept| kept.joined(head).ok()) else {
            return self.control.put(&first, &head.to_bytes());
        };
        // Who was away the first time counts from today.
        self.control.put(&first, &joined.to_bytes())?;
        self.control.put(&format!("{WITNESSED_AGAIN_PREFIX}{:020}", head.size), &head.to_bytes())
    }

    /// Keeps the keys of the witnesses that are asked, for the bundles.
    pub fn keep_witness_keys(&self, keys: &[PublicKey]) -> Result<(), LogError> {
        let text: String = keys.iter().map(|key| format!("{key}\n")).collect();
        self.control.put(WITNESS_KEYS_ENTRY, text.as_bytes())
    }

    /// The size of the newest head that any instance has signed; the largest there is where the store does not answer, for
    /// what nobody can say proves nothing. Blocks.
    pub fn newest_size(&self) -> u64 {
        // Another instance may have signed a moment ago, and this one's copy of the store not hold it yet.
        let caught_up = self.control.catch_up().and_then(|()| self.control.get(HEAD_ENTRY));
        let Ok(stored) = caught_up else { return u64::MAX };
        let stored = head_of(&stored).ok().flatten().map_or(0, |head| head.size);
        stored.max(self.head().map_or(0, |head| head.size))
    }

    /// Notes which witnesses have proved just now that the log was put back or changed. What was proved holds until every
    /// witness that is asked has signed: `all`.
    pub fn note_refusing(&self, refusing: &[&str], all: bool) -> Result<(), LogError> {
        if refusing.is_empty() && !all {
            return Ok(());
        }
        let known = refusing_witnesses(&*self.control)?;
        let mut names: Vec<&str> = if all { Vec::new() } else { known.iter().map(String::as_str).collect() };
        names.extend(refusing);
        names.sort_unstable();
        names.dedup();
        if names != known {
            self.control.put(REFUSING_ENTRY, names.join("\n").as_bytes())?;
        }
        self.raise_refused()
    }

    /// Raises what is kept of that, or takes it back.
    pub(super) fn raise_refused(&self) -> Result<(), LogError> {
        let refusing = refusing_witnesses(&*self.control)?;
        match refusing.is_empty() {
            true => self.conditions.clear(Condition::WitnessRefused),
            false => {
                self.conditions.raise(Condition::WitnessRefused, Some(Say::same(refusing.join(", "))));
            }
        }
        Ok(())
    }
}

/// The heads that witnesses have signed, in order, as they signed them first, from a control store.
pub fn witnessed_heads(control: &dyn ControlStore) -> Result<Vec<Checkpoint>, LogError> {
    let mut heads = all_witnessed_heads(control)?;
    heads.dedup_by_key(|head| head.size);
    Ok(heads)
}

/// The same; behind each, where there is one, stands what witnesses signed last before the log grew. What does not read
/// was given up.
pub fn all_witnessed_heads(control: &dyn ControlStore) -> Result<Vec<Checkpoint>, LogError> {
    let mut entries = control.entries()?;
    entries
        .retain(|(key, _)| [WITNESSED_PREFIX, WITNESSED_AGAIN_PREFIX].iter().any(|own| key.starts_with(own)));
    // `witnessed-again.` sorts before `witnessed.`, and belongs behind it.
    entries.sort_by_cached_key(|(key, _)| {
        (key.rsplit('.').next().map(str::to_owned), key.starts_with(WITNESSED_AGAIN_PREFIX))
    });
    Ok(entries.iter().filter_map(|(_, bytes)| Checkpoint::parse(bytes).ok()).collect())
}

/// The witnesses that proved that the log was put back or changed, as a control store keeps them.
pub fn refusing_witnesses(control: &dyn ControlStore) -> Result<Vec<String>, LogError> {
    let text = control.get(REFUSING_ENTRY)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}
