//! The sealer: hashes what the log holds, signs its head a moment after the events are on disk, and stores that only
//! where it continues the last one. It follows the log like a reader; the command loop does not know of it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use audit::Hash;
use audit::checkpoint::Checkpoint;
use audit::key::{PublicKey, SecretKey};
use audit::seal::{SealError, check_last, next_head};
use audit::tree::{Tree, leaf_hash};
use event_log::{ControlStore, EventLog, LogError, Position};
use tokio::sync::watch;

use crate::core::Stores;
use crate::signing_key::{self, SigningKeyError};

/// Where the last signed head, the keys of the log, and each head that a witness signed stand in the control store.
pub const HEAD_ENTRY: &str = "checkpoint";
pub const KEYS_ENTRY: &str = "checkpoint.keys";
/// The keys of the witnesses that were asked last.
pub const WITNESS_KEYS_ENTRY: &str = "checkpoint.witnesses";
pub const WITNESSED_PREFIX: &str = "witnessed.";
/// The hashes of the sealed events, beside the views; only to say where a log was changed. Made anew where missing.
const LEAVES_FILE: &str = "tree.leaves";
/// How long events are gathered before they are sealed, well below the 10 s in which they must be.
const GATHERING: Duration = Duration::from_secs(1);
/// How often a log that does not grow is looked at: it may have become shorter.
const LOOK: Duration = Duration::from_secs(5);
/// How far the clock may be ahead of a witness's.
const MAX_CLOCK_AHEAD_SECONDS: i64 = 5 * 60;
/// How often another instance may be faster before the next look at the log.
const MAX_ATTEMPTS: usize = 8;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// Why sealing cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SealerError {
    /// The log, or the store beside it.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The history is not the one that was signed for.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The keys.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// The list of the log's keys in the control store.
    #[error("控制库中的公钥列表无法读取 / the list of keys in the control store does not read")]
    Keys,
}

/// What is sealed, as readers see it.
pub struct Sealed {
    city: String,
    directory: PathBuf,
    log: Arc<dyn EventLog>,
    control: Arc<dyn ControlStore>,
    secrets: Vec<SecretKey>,
    /// The public keys that have signed this log.
    keys: Vec<PublicKey>,
    tree: RwLock<Tree>,
    /// The last signed head, all of which is in the tree.
    head: watch::Sender<Option<Arc<Checkpoint>>>,
    trouble: Mutex<Option<String>>,
    /// The first event that no head covers, and since when.
    unsigned: Mutex<Option<(Position, Instant)>>,
    /// By how much the clock is ahead of the last witness's.
    clock_ahead_seconds: AtomicI64,
}

impl Sealed {
    /// Reads the whole log, holds it against the last signed head, and refuses a history that is not that one. Blocks.
    pub fn open(stores: &Stores, secret: Option<&str>) -> Result<Arc<Self>, SealerError> {
        let city = stores.city.as_str();
        stores.control.catch_up()?;
        let (secrets, keys) = keys_of(stores, secret)?;
        let (mut tree, mut shorter) = (Tree::default(), Shorter::default());
        let last = loop {
            read_leaves(&*stores.log, tree.size(), &mut |leaf| tree.push(leaf))?;
            let stored = stores.control.get(HEAD_ENTRY)?;
            let last = stored.as_deref().map(Checkpoint::parse).transpose().map_err(SealError::Checkpoint)?;
            let Some(last) = last else { break None };
            let remembered = recall_leaves(&stores.directory);
            let checked = check_last(&tree, &last, city, &keys, remembered.as_ref());
            match checked.map_err(SealerError::from) {
                Ok(()) => break Some(last),
                Err(error) if shorter.is_believed(&error, stores.log.settling()) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "the log may not have settled; it is read again");
                    std::thread::sleep(GATHERING);
                }
            }
        };
        let sealed = Self {
            city: city.to_owned(),
            directory: stores.directory.clone(),
            log: stores.log.clone(),
            control: stores.control.clone(),
            secrets,
            keys,
            tree: RwLock::new(tree),
            head: watch::Sender::new(last.map(Arc::new)),
            trouble: Mutex::default(),
            unsigned: Mutex::default(),
            clock_ahead_seconds: AtomicI64::new(0),
        };
        let size = sealed.head().map_or(0, |head| head.size);
        remember_leaves(&sealed.directory, &sealed.tree(), 0, size);
        Ok(Arc::new(sealed))
    }

    /// The tree; let it go soon.
    pub fn tree(&self) -> RwLockReadGuard<'_, Tree> {
        self.tree.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last signed head; nothing before there is one.
    pub fn head(&self) -> Option<Arc<Checkpoint>> {
        self.head.borrow().clone()
    }

    /// The head, anew whenever there is a new one.
    pub fn heads(&self) -> watch::Receiver<Option<Arc<Checkpoint>>> {
        self.head.subscribe()
    }

    /// The public keys of the log.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Whether this instance has a key to sign with.
    pub fn signs(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Why the log is not to be believed, if it is not.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first event that was read and that no head covers, and for how long it has waited.
    pub fn unsigned_since(&self) -> Option<(Position, Duration)> {
        let unsigned = *self.unsigned.lock().unwrap_or_else(PoisonError::into_inner);
        unsigned.map(|(position, since)| (position, since.elapsed()))
    }

    fn note_unsigned(&self) {
        let (size, signed) = (self.tree().size(), self.head().map_or(0, |head| head.size));
        let mut unsigned = self.unsigned.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = unsigned.filter(|(position, _)| *position > signed);
        *unsigned = (size > signed).then(|| waiting.unwrap_or((signed + 1, Instant::now())));
    }

    /// Notes by how much the clock is ahead of a witness's.
    pub fn note_clock_ahead(&self, seconds: i64) {
        self.clock_ahead_seconds.store(seconds, Ordering::Relaxed);
    }

    /// By how much the clock is ahead of the last witness's, where that is too much to record anything.
    pub fn clock_ahead(&self) -> Option<i64> {
        let seconds = self.clock_ahead_seconds.load(Ordering::Relaxed);
        (seconds > MAX_CLOCK_AHEAD_SECONDS).then_some(seconds)
    }

    /// The heads that witnesses have signed, in order.
    pub fn witnessed(&self) -> Result<Vec<Checkpoint>, LogError> {
        witnessed_heads(&*self.control)
    }

    /// Keeps a head that a witness has signed.
    pub fn keep_witnessed(&self, head: &Checkpoint) -> Result<(), LogError> {
        self.control.put(&format!("{WITNESSED_PREFIX}{:020}", head.size), &head.to_bytes())
    }

    /// Keeps the keys of the witnesses that are asked, for the bundles.
    pub fn keep_witness_keys(&self, keys: &[PublicKey]) -> Result<(), LogError> {
        let text: String = keys.iter().map(|key| format!("{key}\n")).collect();
        self.control.put(WITNESS_KEYS_ENTRY, text.as_bytes())
    }

    /// Seals what is there, then what comes, until told to stop, and once more then.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let (mut is_stopping, mut shorter) = (false, Shorter::default());
        loop {
            let sealed = self.clone();
            match tokio::task::spawn_blocking(move || sealed.advance()).await {
                Ok(Ok(())) => shorter = Shorter::default(),
                Ok(Err(error)) if shorter.is_believed(&error, self.log.settling()) => self.refuse(&error),
                Ok(Err(error)) => tracing::warn!(%error, "the log could not be sealed; it is tried again"),
                Err(error) => tracing::error!(%error, "sealing was cut off"),
            }
            self.note_unsigned();
            if is_stopping {
                return;
            }
            let size = self.tree().size();
            tokio::select! {
                () = &mut stop => is_stopping = true,
                () = self.wait(size) => tokio::select! {
                    () = &mut stop => is_stopping = true,
                    () = tokio::time::sleep(GATHERING) => {}
                },
            }
        }
    }

    /// Returns when the log is past a position, and now and then to look whether it still is as long.
    async fn wait(&self, size: Position) {
        if let Ok(Err(error)) = tokio::time::timeout(LOOK, self.log.wait_past(size)).await {
            tracing::warn!(%error, "the log cannot be followed for sealing");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The history is not the one that was signed for: nothing is signed or served any more.
    fn refuse(&self, error: &SealerError) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.is_none() {
            tracing::error!(%error, "the log is neither signed nor served any more");
        }
        *trouble = Some(error.to_string());
    }

    /// Hashes what is new and signs the head. Blocks.
    fn advance(&self) -> Result<(), SealerError> {
        let size = self.tree().size();
        // The last event is read again: a log that has become another one does not go unseen because it does not grow.
        let mut leaves = Vec::new();
        let last = read_leaves(&*self.log, size.saturating_sub(1), &mut |leaf| leaves.push(leaf))?;
        if size > 0 {
            let known = self.tree().leaf(size - 1);
            match leaves.is_empty() {
                true => return Err(SealError::Shorter { last, size }.into()),
                false if Some(leaves.remove(0)) != known => {
                    return Err(SealError::Forked { position: size, size }.into());
                }
                false => {}
            }
        }
        if !leaves.is_empty() {
            let mut tree = self.tree.write().unwrap_or_else(PoisonError::into_inner);
            leaves.into_iter().for_each(|leaf| tree.push(leaf));
        }
        self.seal()
    }

    fn seal(&self) -> Result<(), SealerError> {
        for _ in 0..MAX_ATTEMPTS {
            let stored = self.control.get(HEAD_ENTRY)?;
            let last = stored.as_deref().map(Checkpoint::parse).transpose().map_err(SealError::Checkpoint)?;
            let known = self.head();
            if let Some(last) = &last {
                // Another instance has read further: its head is adopted when this one has read as far.
                if last.size > self.tree().size()
                    && known.as_deref().is_none_or(|known| known.size < last.size)
                {
                    self.check_shorter(last)?;
                    return Ok(());
                }
                if known.as_deref() != Some(last) {
                    let recalled = recall_leaves(&self.directory);
                    check_last(&self.tree(), last, &self.city, &self.keys, recalled.as_ref())?;
                }
            }
            let next = match self.secrets.as_slice() {
                [] => None,
                secrets => next_head(&self.tree(), last.as_ref(), &self.city, secrets)?,
            };
            let Some(next) = next else {
                self.show(last);
                return Ok(());
            };
            if self.control.put_if(HEAD_ENTRY, stored.as_deref(), &next.to_bytes())? {
                self.show(Some(next));
                return Ok(());
            }
        }
        Ok(())
    }

    /// The head reaches further than this instance has read: either it lags, or the log has lost what was signed for.
    fn check_shorter(&self, last: &Checkpoint) -> Result<(), SealerError> {
        let size = self.tree().size();
        let read = read_leaves(&*self.log, last.size - 1, &mut |_| {})?;
        if read >= last.size {
            Ok(())
        } else {
            Err(SealError::Shorter { last: size, size: last.size }.into())
        }
    }

    fn show(&self, head: Option<Checkpoint>) {
        let before = self.head().map_or(0, |head| head.size);
        let Some(head) = head else { return };
        remember_leaves(&self.directory, &self.tree(), before, head.size);
        self.head.send_if_modified(|shown| {
            let is_new = shown.as_deref() != Some(&head);
            if is_new {
                *shown = Some(Arc::new(head));
            }
            is_new
        });
    }
}

/// Since when a log has looked shorter than what was signed for.
#[derive(Default)]
struct Shorter(Option<Instant>);

impl Shorter {
    /// Whether the history is to be refused: at once where it is another one; where it only looks shorter, after it has
    /// done so, answer for answer, for as long as its servers may take to settle. A log that does not answer says nothing.
    fn is_believed(&mut self, error: &SealerError, settling: Duration) -> bool {
        match error {
            SealerError::Seal(SealError::Shorter { .. }) => {
                self.0.get_or_insert_with(Instant::now).elapsed() >= settling
            }
            SealerError::Seal(_) => true,
            SealerError::Log(_) | SealerError::Key(_) | SealerError::Keys => {
                self.0 = None;
                false
            }
        }
    }
}

/// Shows the leaf of every event after a position; gives the last position.
fn read_leaves(log: &dyn EventLog, after: Position, see: &mut dyn FnMut(Hash)) -> Result<Position, LogError> {
    log.scan(after, Position::MAX, &mut |stored| {
        see(leaf_hash(stored.body));
        ControlFlow::Continue(())
    })
}

/// The heads that witnesses have signed, in order, from a control store.
pub fn witnessed_heads(control: &dyn ControlStore) -> Result<Vec<Checkpoint>, LogError> {
    let mut entries = control.entries()?;
    entries.retain(|(key, _)| key.starts_with(WITNESSED_PREFIX));
    entries.sort();
    Ok(entries.iter().filter_map(|(_, bytes)| Checkpoint::parse(bytes).ok()).collect())
}

/// The public keys of a log, as its control store lists them.
pub fn listed_keys(control: &dyn ControlStore) -> Result<Vec<PublicKey>, SealerError> {
    keys_under(control, KEYS_ENTRY)
}

/// The keys of the witnesses that a log was shown to, as its control store lists them.
pub fn witness_keys(control: &dyn ControlStore) -> Result<Vec<PublicKey>, SealerError> {
    keys_under(control, WITNESS_KEYS_ENTRY)
}

fn keys_under(control: &dyn ControlStore, entry: &str) -> Result<Vec<PublicKey>, SealerError> {
    let text = control.get(entry)?.unwrap_or_default();
    let text = String::from_utf8(text).map_err(|_| SealerError::Keys)?;
    text.lines().map(|line| line.parse().map_err(|_| SealerError::Keys)).collect()
}

/// The keys with which this instance signs, and all that have signed the log. A new key is taken up where an old one
/// stands beside it; an instance without the log's key reads and serves, and leaves signing to the others.
fn keys_of(stores: &Stores, secret: Option<&str>) -> Result<(Vec<SecretKey>, Vec<PublicKey>), SealerError> {
    let city = stores.city.as_str();
    for _ in 0..MAX_ATTEMPTS {
        let stored = stores.control.get(KEYS_ENTRY)?;
        let mut listed = listed_keys(&*stores.control)?;
        let own = match signing_key::load(secret, &stores.directory, city)? {
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
    Err(SealerError::Keys)
}

/// The hashes of the events that were sealed, as a data directory remembers them.
pub fn recall_leaves(directory: &Path) -> Option<Tree> {
    let bytes = std::fs::read(directory.join(LEAVES_FILE)).ok()?;
    Some(bytes.chunks_exact(HASH_BYTES).map(|chunk| Hash(chunk.try_into().unwrap_or_default())).collect())
}

/// Writes the leaves from one size to another behind those that are there. A file that cannot be written is a pity, no
/// more: it only helps to say where a log was changed.
fn remember_leaves(directory: &Path, tree: &Tree, from: u64, to: u64) {
    let Some(leaves) = tree.range(0, from, to.saturating_sub(from)) else { return };
    let bytes: Vec<u8> = leaves.iter().flat_map(|leaf| leaf.0).collect();
    let path = directory.join(LEAVES_FILE);
    let written = std::fs::OpenOptions::new().create(true).write(true).truncate(false).open(&path).and_then(
        |mut file| {
            use std::io::{Seek, SeekFrom, Write};
            file.set_len(from * HASH_BYTES as u64)?;
            file.seek(SeekFrom::End(0))?;
            file.write_all(&bytes)
        },
    );
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "the hashes of the sealed events were not written");
    }
}

#[cfg(test)]
mod tests;
