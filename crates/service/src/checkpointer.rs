//! The checkpointer: hashes what the log holds, signs its head a moment after the events are on disk, and stores that only
//! where it continues the last one. It follows the log like a reader; the command loop does not know of it.

use domain::errors;
use domain::say::Say;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use audit::Hash;
use audit::checkpoint::Checkpoint;
use audit::checkpoint_signing::{ContinuityError, check_continues, sign_next_checkpoint};
use audit::figures::statement::Statement;
use audit::key::{PublicKey, SecretKey};
use audit::tree::{Tree, leaf_hash};
use event_log::{ControlStore, EventLog, LogError, Position};
use tokio::sync::watch;

use crate::condition::Conditions;
use crate::figures::{self, FigureProofError};
use crate::folded_log::FoldedLog;
use crate::signing_key::SigningKeyError;
use crate::stores::Stores;

mod keys;
mod leaves;
mod own_head;
mod witnessed;

pub use keys::{SET_ASIDE_PREFIX, is_head_missing, listed_keys, witness_keys};
pub use leaves::load as load_leaves;
pub use own_head::load as load_own_head;
pub use witnessed::{all_witnessed_heads, refusing_witnesses, witnessed_heads};

/// Where the last signed head, the keys of the log, and each head that a witness signed stand in the control store.
pub const HEAD_ENTRY: &str = "checkpoint";
pub const KEYS_ENTRY: &str = "checkpoint.keys";
/// The keys of the witnesses that were asked last.
pub const WITNESS_KEYS_ENTRY: &str = "checkpoint.witnesses";
pub const WITNESSED_PREFIX: &str = "witnessed.";
/// What witnesses signed last of a head that did not grow.
pub const WITNESSED_AGAIN_PREFIX: &str = "witnessed-again.";
/// How long events are gathered before they are signed, well below the 10 s in which they must be.
const GATHERING: Duration = Duration::from_secs(1);
/// How often a log that does not grow is looked at: it may have become shorter.
const LOOK: Duration = Duration::from_secs(5);
/// How often another instance may be faster before the next look at the log.
const MAX_ATTEMPTS: usize = 8;

errors! {
    /// Why signing cannot go on.
    #[derive(Debug)]
    pub enum CheckpointerError {
        /// The list of the log's keys in the control store.
        #[zh("控制库中的公钥列表无法读取")]
        #[en("the list of keys in the control store does not read")]
        Keys,
        /// There must be a head, and there is none: the store beside the log was emptied, or is another one.
        #[zh("日志有记录、有签名密钥，却没有已签署的检查点：控制库缺失、被清空或不是本日志的。请停止服务，从备份恢复控制库；确需放弃原检查点继续，以 serve --accept-rollback 启动")]
        #[en("the log has events and a signing key, and no signed checkpoint: the control store is missing, was emptied, or is another log's. Stop, restore it from a backup; to give the checkpoint up and go on, start with serve --accept-rollback")]
        HeadMissing,
    } of {
        /// The log, or the store beside it.
        Log(#[from] LogError),
        /// The history is not the one that was signed for.
        Continuity(#[from] ContinuityError),
        /// The keys.
        Key(#[from] SigningKeyError),
    }
}

/// What is signed, as readers see it.
pub struct SignedTree {
    city: String,
    directory: PathBuf,
    /// As it stands; only what is folded is ever signed.
    log: Arc<dyn EventLog>,
    folded: Arc<FoldedLog>,
    conditions: Arc<Conditions>,
    control: Arc<dyn ControlStore>,
    secrets: Vec<SecretKey>,
    /// The public keys that have signed this log.
    keys: Vec<PublicKey>,
    tree: RwLock<Tree>,
    /// The last signed head, all of which is in the tree.
    head: watch::Sender<Option<Arc<Checkpoint>>>,
    given_up: Option<u64>,
    trouble: Mutex<Option<String>>,
    /// The first event that no head covers, and since when.
    unsigned: Mutex<Option<(Position, Instant)>>,
    /// By how much the clock is ahead of the witnesses'.
    clock_ahead_seconds: AtomicI64,
}

impl SignedTree {
    /// Reads the whole log, holds it against the last signed head and against the one that this directory remembers, and
    /// refuses a history that is not that one, unless the operator accepts that it was put back. Blocks.
    pub fn open(
        stores: &Stores,
        secret: Option<&str>,
        accepts_rollback: bool,
    ) -> Result<Arc<Self>, CheckpointerError> {
        stores.control.catch_up()?;
        if !accepts_rollback {
            keys::require_head(stores)?;
        }
        let (secrets, keys) = keys::keys_of(stores, secret)?;
        let (mut tree, mut shorter, mut given_up) = (Tree::default(), Shorter::default(), None);
        let last = loop {
            read_to_gap(&*stores.log, &mut tree)?;
            let last = head_of(&stores.control.get(HEAD_ENTRY)?)?;
            match check_known(stores, &tree, last.as_ref(), &keys) {
                Ok(()) => break last,
                Err(CheckpointerError::Continuity(error)) if accepts_rollback => {
                    given_up = Some(give_up(stores, &tree, error)?);
                    break None;
                }
                Err(error) if shorter.is_believed(&error, stores.log.leader_grace()) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "the log may not have settled; it is read again");
                    std::thread::sleep(GATHERING);
                }
            }
        };
        let signed_tree = Self {
            city: stores.city.to_string(),
            directory: stores.directory.clone(),
            log: stores.log.clone(),
            folded: stores.folded.clone(),
            conditions: stores.conditions.clone(),
            control: stores.control.clone(),
            secrets,
            keys,
            tree: RwLock::new(tree),
            head: watch::Sender::new(last.map(Arc::new)),
            given_up,
            trouble: Mutex::default(),
            unsigned: Mutex::default(),
            clock_ahead_seconds: AtomicI64::new(0),
        };
        signed_tree.raise_refused()?;
        Ok(Arc::new(signed_tree))
    }

    /// Once the log has been folded: leaves whatever stands behind the fold out of the tree, so that it is never signed,
    /// and only now writes what this directory remembers. Blocks.
    pub fn settle(&self, folded: Position) {
        let mut tree = self.tree.write().unwrap_or_else(PoisonError::into_inner);
        // What the loop could not fold may be nothing that a command yielded; once signed it could not be taken back.
        if tree.size() > folded {
            *tree = (0..folded).filter_map(|index| tree.leaf(index)).collect();
        }
        if let Some(head) = self.head.borrow().as_deref() {
            leaves::write(&self.directory, &tree, head.size.min(folded));
            own_head::keep(&self.directory, head);
        }
    }

    /// What the operator gave up at this start, if anything: the size of the head that the log no longer continues.
    pub fn given_up(&self) -> Option<u64> {
        self.given_up
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

    /// The public keys with which this instance signs.
    pub fn signing_keys(&self) -> Vec<PublicKey> {
        self.secrets.iter().map(SecretKey::public).collect()
    }

    /// The public keys of the witnesses that were asked last.
    pub fn witness_keys(&self) -> Result<Vec<PublicKey>, CheckpointerError> {
        witness_keys(&*self.control)
    }

    /// Whether this instance has a key to sign with.
    pub fn signs(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// A statement of figures, signed as the head is.
    pub fn sign_figures(&self, statement: &Statement) -> Result<Checkpoint, FigureProofError> {
        figures::sign(statement, &self.secrets)
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

    /// Signs what is there, then what comes, until told to stop, and once more then.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let (mut is_stopping, mut shorter) = (false, Shorter::default());
        loop {
            let signed_tree = self.clone();
            match tokio::task::spawn_blocking(move || signed_tree.advance()).await {
                Ok(Ok(())) => shorter = Shorter::default(),
                Ok(Err(error)) if shorter.is_believed(&error, self.log.leader_grace()) => self.refuse(&error),
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
        if let Ok(Err(error)) = tokio::time::timeout(LOOK, self.folded.wait_past(size)).await {
            tracing::warn!(%error, "the log cannot be followed for sealing");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The history is not the one that was signed for: nothing is signed or served any more.
    fn refuse(&self, error: &CheckpointerError) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.is_none() {
            tracing::error!(%error, "the log is neither signed nor served any more");
        }
        *trouble = Some(error.to_string());
    }

    /// Hashes what is new and signs the head. Blocks.
    fn advance(&self) -> Result<(), CheckpointerError> {
        let size = self.tree().size();
        // The last event is read again: a log that has become another one does not go unseen because it does not grow.
        let mut leaves = Vec::new();
        let last = read_leaves(&*self.folded, size.saturating_sub(1), &mut |leaf| leaves.push(leaf))?;
        if size > 0 {
            let known = self.tree().leaf(size - 1);
            match leaves.is_empty() {
                true => return Err(ContinuityError::Shorter { last, size }.into()),
                false if Some(leaves.remove(0)) != known => {
                    return Err(ContinuityError::Forked { position: size, size }.into());
                }
                false => {}
            }
        }
        if !leaves.is_empty() {
            let mut tree = self.tree.write().unwrap_or_else(PoisonError::into_inner);
            leaves.into_iter().for_each(|leaf| tree.push(leaf));
        }
        self.sign_checkpoint()
    }

    fn sign_checkpoint(&self) -> Result<(), CheckpointerError> {
        for _ in 0..MAX_ATTEMPTS {
            let stored = self.control.get(HEAD_ENTRY)?;
            let last = head_of(&stored)?;
            let known = self.head();
            // Several instances sign one log. The stored checkpoint is read anew on each attempt, and replaced only if it is
            // still the one that was read, so that two instances never publish two checkpoints of one size.
            if let Some(last) = &last {
                // Another instance has read further: its head is adopted when this one has read as far.
                if last.size > self.tree().size()
                    && known.as_deref().is_none_or(|known| known.size < last.size)
                {
                    self.check_shorter(last)?;
                    return Ok(());
                }
                if known.as_deref() != Some(last) {
                    let loaded = leaves::load(&self.directory, last);
                    check_continues(&self.tree(), last, &self.city, &self.keys, loaded.as_ref())?;
                }
            }
            let next = match self.secrets.as_slice() {
                [] => None,
                secrets => sign_next_checkpoint(&self.tree(), last.as_ref(), &self.city, secrets)?,
            };
            let Some(next) = next else {
                self.show(last);
                return Ok(());
            };
            if self.control.put_if(HEAD_ENTRY, stored.as_deref(), &next.to_bytes())? {
                keys::note_signed(&*self.control)?;
                self.show(Some(next));
                return Ok(());
            }
        }
        Ok(())
    }

    /// The head reaches further than this instance has read: either it lags, or the log has lost what was signed for.
    fn check_shorter(&self, last: &Checkpoint) -> Result<(), CheckpointerError> {
        let size = self.tree().size();
        let read = read_leaves(&*self.log, last.size - 1, &mut |_| {})?;
        if read >= last.size {
            Ok(())
        } else {
            Err(ContinuityError::Shorter { last: size, size: last.size }.into())
        }
    }

    fn show(&self, head: Option<Checkpoint>) {
        let before = self.head().map_or(0, |head| head.size);
        let Some(head) = head else { return };
        if head.size > before {
            leaves::extend(&self.directory, &self.tree(), head.size);
            own_head::keep(&self.directory, &head);
        }
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
    fn is_believed(&mut self, error: &CheckpointerError, leader_grace: Duration) -> bool {
        match error {
            CheckpointerError::Continuity(ContinuityError::Shorter { .. }) => {
                self.0.get_or_insert_with(Instant::now).elapsed() >= leader_grace
            }
            CheckpointerError::Continuity(_) | CheckpointerError::HeadMissing => true,
            CheckpointerError::Log(_) | CheckpointerError::Key(_) | CheckpointerError::Keys => {
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

/// Adds the leaves that the tree does not have yet, up to the end of the log or to the first position that is missing:
/// what comes after a gap is none of the log's.
fn read_to_gap(log: &dyn EventLog, tree: &mut Tree) -> Result<(), LogError> {
    match read_leaves(log, tree.size(), &mut |leaf| tree.push(leaf)) {
        Err(LogError::Corrupt { position: Some(_), .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The head that an entry of the control store holds; an empty one was given up.
pub fn head_of(stored: &Option<Vec<u8>>) -> Result<Option<Checkpoint>, ContinuityError> {
    let stored = stored.as_deref().filter(|bytes| !bytes.is_empty());
    Ok(stored.map(Checkpoint::parse).transpose()?)
}

/// Holds a log against the last head of the store beside it, and against the one that this directory remembers, where
/// that is of a key of this log.
fn check_known(
    stores: &Stores,
    tree: &Tree,
    last: Option<&Checkpoint>,
    keys: &[PublicKey],
) -> Result<(), CheckpointerError> {
    let own = own_head::load(&stores.directory);
    let own = own.filter(|own| own.is_signed_by_log(keys).unwrap_or(false));
    for head in last.into_iter().chain(&own) {
        let known = leaves::load(&stores.directory, head);
        check_continues(tree, head, stores.city.as_str(), keys, known.as_ref())?;
    }
    Ok(())
}

/// Puts aside every head that the log does not continue, as the operator accepts; gives the size of the largest.
fn give_up(stores: &Stores, tree: &Tree, error: ContinuityError) -> Result<u64, CheckpointerError> {
    let (ContinuityError::Shorter { size, .. } | ContinuityError::Forked { size, .. }) = error else {
        return Err(error.into());
    };
    let control = &*stores.control;
    let is_other = |head: &Checkpoint| tree.root(head.size) != Some(head.root);
    if let Some(own) = own_head::load(&stores.directory).filter(is_other) {
        control.put(&format!("{SET_ASIDE_PREFIX}{:020}.own", own.size), &own.to_bytes())?;
    }
    for (key, bytes) in control.entries()? {
        let is_head =
            key == HEAD_ENTRY || key.starts_with(WITNESSED_PREFIX) || key.starts_with(WITNESSED_AGAIN_PREFIX);
        let head = Checkpoint::parse(&bytes).ok().filter(|head| is_head && is_other(head));
        if let Some(head) = head {
            control.put(&format!("{SET_ASIDE_PREFIX}{:020}.{key}", head.size), &bytes)?;
            control.put(&key, b"")?;
        }
    }
    let forgotten = own_head::forget(&stores.directory);
    forgotten.map_err(|cause| LogError::Unreachable {
        store: stores.directory.display().to_string(),
        detail: Say::same(cause),
    })?;
    tracing::warn!(size, "the operator accepts that the log no longer continues what was signed for");
    Ok(size)
}

/// Writes a file of the data directory beside itself and then in its place, down to the disk.
pub(crate) fn write_beside(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let draft = path.with_extension("draft");
    // A draft that was left, or planted, is not written through.
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests;
