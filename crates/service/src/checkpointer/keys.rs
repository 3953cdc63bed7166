//! The keys of a log: those with which this instance signs, and all that have signed it.

use std::path::Path;

use audit::key::{PublicKey, SecretKey};
use event_log::{ControlStore, LogError};

use super::{CheckpointerError, HEAD_ENTRY, KEYS_ENTRY, WITNESS_KEYS_ENTRY, own_head};
use crate::signing_key;
use crate::stores::Stores;

/// Whether the first head of this log is still to be signed, or has been.
const BEGINNING_ENTRY: &str = "checkpoint.beginning";
/// Between the first start, which makes a key, and the first head.
const BEGUN: &[u8] = b"begun";
/// There has been a head: whoever finds none has lost it.
const SIGNED: &[u8] = b"signed";
/// Under which names heads stand that the operator gave up, so that the log goes on from an earlier event.
pub const SET_ASIDE_PREFIX: &str = "set-aside.checkpoint.";
/// How often another instance may be faster before it is given up.
const MAX_ATTEMPTS: usize = 8;

/// The public keys of a log, as its control store lists them.
pub fn listed_keys(control: &dyn ControlStore) -> Result<Vec<PublicKey>, CheckpointerError> {
    keys_under(control, KEYS_ENTRY)
}

/// The keys of the witnesses that a log was shown to, as its control store lists them.
pub fn witness_keys(control: &dyn ControlStore) -> Result<Vec<PublicKey>, CheckpointerError> {
    keys_under(control, WITNESS_KEYS_ENTRY)
}

fn keys_under(control: &dyn ControlStore, entry: &str) -> Result<Vec<PublicKey>, CheckpointerError> {
    let text = control.get(entry)?.unwrap_or_default();
    let text = String::from_utf8(text).map_err(|_| CheckpointerError::Keys)?;
    text.lines().map(|line| line.parse().map_err(|_| CheckpointerError::Keys)).collect()
}

/// The keys with which this instance signs, and all that have signed the log. A new key is taken up where an old one
/// stands beside it; an instance without the log's key reads and serves, and leaves signing to the others.
pub(super) fn keys_of(
    stores: &Stores,
    secret: Option<&str>,
) -> Result<(Vec<SecretKey>, Vec<PublicKey>), CheckpointerError> {
    let city = stores.city.as_str();
    for _ in 0..MAX_ATTEMPTS {
        let stored = stores.control.get(KEYS_ENTRY)?;
        let mut listed = listed_keys(&*stores.control)?;
        let loaded = signing_key::load(secret, &stores.directory, city)?;
        if listed.is_empty() && stores.control.get(BEGINNING_ENTRY)?.is_none() {
            stores.control.put_if(BEGINNING_ENTRY, None, BEGUN)?;
        }
        let own = match loaded {
            Some(own) => own,
            None if listed.is_empty() => signing_key::make(&stores.directory, city)?,
            None => Vec::new(),
        };
        let public: Vec<PublicKey> = own.iter().map(SecretKey::public).collect();
        if !listed.is_empty() && !public.iter().any(|key| listed.contains(key)) {
            tracing::warn!(
                "this instance has no key of the log's and does not sign: give it the file signing.key of the first one, or LIANJIAN_SIGNING_KEY"
            );
            return Ok((Vec::new(), listed));
        }
        let known = listed.len();
        listed.extend(public.into_iter().filter(|key| !listed.contains(key)).collect::<Vec<_>>());
        if listed.len() == known {
            return Ok((own, listed));
        }
        let text: String = listed.iter().map(|key| format!("{key}\n")).collect();
        if stores.control.put_if(KEYS_ENTRY, stored.as_deref(), text.as_bytes())? {
            return Ok((own, listed));
        }
    }
    Err(CheckpointerError::Keys)
}

/// Whether a log that has events must have a head, and has none: one that has a key was signed, unless its first start was
/// cut off before the first head, or the operator gave the head up. Asked before anything is made or listed.
pub fn is_head_missing(control: &dyn ControlStore, directory: &Path) -> Result<bool, CheckpointerError> {
    let has_head = control.get(HEAD_ENTRY)?.is_some_and(|head| !head.is_empty());
    let is_beginning = control.get(BEGINNING_ENTRY)?.as_deref() == Some(BEGUN);
    if has_head || is_beginning {
        return Ok(false);
    }
    let has_key = directory.join(signing_key::SIGNING_KEY_FILE).exists()
        || own_head::load(directory).is_some()
        || !listed_keys(control)?.is_empty();
    let is_given_up = control.entries()?.iter().any(|(key, _)| key.starts_with(SET_ASIDE_PREFIX));
    Ok(has_key && !is_given_up)
}

/// That there is a head where there must be one.
pub(super) fn require_head(stores: &Stores) -> Result<(), CheckpointerError> {
    let is_missing = has_events(stores)? && is_head_missing(&*stores.control, &stores.directory)?;
    if is_missing { Err(CheckpointerError::HeadMissing) } else { Ok(()) }
}

/// Notes that there has been a head.
pub(super) fn note_signed(control: &dyn ControlStore) -> Result<(), LogError> {
    match control.get(BEGINNING_ENTRY)?.as_deref() {
        Some(SIGNED) => Ok(()),
        _ => control.put(BEGINNING_ENTRY, SIGNED),
    }
}

fn has_events(stores: &Stores) -> Result<bool, LogError> {
    let mut has_events = false;
    stores.log.scan(0, 1, &mut |_| {
        has_events = true;
        std::ops::ControlFlow::Break(())
    })?;
    Ok(has_events)
}
