//! A mirror at work: a whole copy of one log in an embedded log of its own, the signed head up to which it holds it, and its
//! signature on that head, which says "I hold it". Who brings it heads and events is not its business: it keeps nothing that a
//! signed head does not cover.

use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use audit::Hash;
use audit::checkpoint::{Checkpoint, city_of};
use audit::key::PublicKey;
use audit::key::SecretKey;
use audit::tile::{TileKind, TilePath, entry_bundle};
use audit::tree::{Tree, leaf_hash};
use audit::upload::{Package, Span};
use audit::witness::{AddCheckpoint, Refusal, continuing};
use domain::date::Timestamp;
use domain::errors;
use domain::say::Say;
use event_log::{
    AppendError, ControlStore, DirectoryLock, EmbeddedControl, EmbeddedLog, EventLog, LockError, LogError,
    MAX_EVENT_BYTES, NAMES_ABSENT_ENTRY, NewEvent, Position,
};
use tokio::sync::Notify;

use crate::checkpointer::{HEAD_ENTRY, KEYS_ENTRY, WITNESS_KEYS_ENTRY, head_of};
use crate::signing_key::SIGNING_KEY_FILE;
use crate::witness::{WitnessError, cosigning_key, hash_of};

/// The file of a mirror's key in its directory.
pub const MIRROR_KEY_FILE: &str = "mirror.key";
/// The signed head that the mirror follows: it covers every event that is kept, whether or not all of its own are.
const PENDING_ENTRY: &str = "mirror.pending";
/// After how long a head that has not grown is signed again: it says that everything is still held.
const SIGNED_AGAIN_AFTER_SECONDS: u64 = 50 * 60;

errors! {
    /// Why a mirror cannot work.
    #[derive(Debug)]
    pub enum MirrorError {
        /// The keys that are trusted are of several logs, or of no city's.
        #[zh("信任文件须只含一个城市日志的公钥：一个镜像目录只存一个日志")]
        #[en("the file of trusted keys must name the log of one city alone: one directory mirrors one log")]
        NotOneLog,
        /// The directory is the city's own, or somebody else's.
        #[zh("{directory} 中已有日志，但不是镜像：请另选目录")]
        #[en("{directory} holds a log that is no mirror's: choose another directory")]
        NoMirror {
            /// Which directory.
            directory: String,
        },
        /// What is on the disk is not what was signed.
        #[zh("镜像自身的日志已非其签署过的内容（至第 {size} 条）：请保留现状，另建镜像")]
        #[en("the mirror's own log is not what it signed, up to event {size}: keep it as it is, and begin another mirror")]
        Damaged {
            /// How many events the head covers.
            size: u64,
        },
        /// A head or a signature of the mirror cannot be made.
        #[zh("检查点无法签署：{}", cause.say().zh)]
        #[en("the checkpoint cannot be signed: {}", cause.say().en)]
        Signing(#[from] cause: audit::checkpoint::CheckpointError),
    } of {
        /// Its key.
        Key(#[from] WitnessError),
        /// Its directory.
        Lock(#[from] LockError),
        /// Its log, or the store beside it.
        Log(#[from] LogError),
        /// Its log takes nothing.
        Append(#[from] AppendError),
    }
}

/// The origin and city of the one log whose keys these are.
pub fn origin_of(logs: &[PublicKey]) -> Result<(&str, &str), MirrorError> {
    let origin = logs.first().map(|log| log.name.as_str()).ok_or(MirrorError::NotOneLog)?;
    let is_one = logs.iter().all(|log| log.name == origin);
    city_of(origin).filter(|_| is_one).map(|city| (origin, city)).ok_or(MirrorError::NotOneLog)
}

/// A mirror and its directory, which nobody else holds meanwhile.
pub struct MirrorDesk {
    log: EmbeddedLog,
    control: EmbeddedControl,
    key: SecretKey,
    logs: Vec<PublicKey>,
    origin_hash: String,
    clock: fn() -> Timestamp,
    shown: RwLock<Shown>,
    /// Looking at the last head and writing the next is one act.
    pending: Mutex<Option<Checkpoint>>,
    woken: Notify,
    _lock: DirectoryLock,
}

/// What is kept, and the head up to which it is shown.
struct Shown {
    tree: Tree,
    head: Option<Checkpoint>,
}

impl MirrorDesk {
    /// Opens the directory of a mirror, makes it and a key of that name where they are missing, and holds what is on the disk
    /// against what it signed. Blocks.
    pub fn open(
        directory: &Path,
        name: Option<&str>,
        logs: Vec<PublicKey>,
        clock: fn() -> Timestamp,
    ) -> Result<Self, MirrorError> {
        let (origin, city) = origin_of(&logs)?;
        let lock = DirectoryLock::acquire(directory, "")?;
        let key_file = directory.join(MIRROR_KEY_FILE);
        let is_foreign = EmbeddedLog::exists(directory) && !key_file.exists();
        if is_foreign || directory.join(SIGNING_KEY_FILE).exists() {
            return Err(MirrorError::NoMirror { directory: directory.display().to_string() });
        }
        let key = cosigning_key(key_file, name)?;
        let log = EmbeddedLog::open(directory, city)?;
        let control = EmbeddedControl::open(directory)?;
        let keys: String = logs.iter().map(|log| format!("{log}\n")).collect();
        control.put(KEYS_ENTRY, keys.as_bytes())?;
        control.put(WITNESS_KEYS_ENTRY, format!("{}\n", key.public()).as_bytes())?;
        let mut tree = Tree::default();
        log.scan(0, Position::MAX, &mut |stored| {
            tree.push(leaf_hash(stored.body));
            std::ops::ControlFlow::Continue(())
        })?;
        let [head, pending] = [HEAD_ENTRY, PENDING_ENTRY].map(|entry| stored_head(&control, entry));
        let (head, pending) = (head?, pending?);
        if let Some(head) = head.as_ref().filter(|head| tree.root(head.size) != Some(head.root)) {
            return Err(MirrorError::Damaged { size: head.size });
        }
        let origin_hash = hash_of(origin);
        let (shown, pending) = (RwLock::new(Shown { tree, head }), Mutex::new(pending));
        let woken = Notify::new();
        Ok(Self { log, control, key, logs, origin_hash, clock, shown, pending, woken, _lock: lock })
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// Under which name it serves the log: the hash of its origin.
    pub fn origin_hash(&self) -> &str {
        &self.origin_hash
    }

    /// How many events are on its disk.
    pub fn size(&self) -> u64 {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).tree.size()
    }

    /// The root over so many of the events that are on its disk.
    pub fn root(&self, size: u64) -> Option<Hash> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).tree.root(size)
    }

    /// The leaf of an event that is on its disk, counted from 0.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).tree.leaf(index)
    }

    /// How many events it signed for.
    pub fn held(&self) -> u64 {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.head.as_ref().map_or(0, |head| head.size)
    }

    /// The head up to which it holds everything, with its signature.
    pub fn head(&self) -> Option<Vec<u8>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.head.as_ref().map(Checkpoint::to_bytes)
    }

    /// The signed head that it follows.
    pub fn pending(&self) -> Option<Checkpoint> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.as_ref().and_then(Checkpoint::copied)
    }

    /// The request `add-checkpoint`: a head to follow, kept on the disk as soon as it is answered, and not signed: that says
    /// "I hold it", and is done once the events are there. Blocks.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<Result<(), Refusal>, MirrorError> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let head = match continuing(&request, pending.as_ref(), &self.logs) {
            Ok(head) => head,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.control.put(PENDING_ENTRY, &head.to_bytes())?;
        *pending = Some(head);
        self.woken.notify_one();
        Ok(Ok(()))
    }

    /// Returns once a head was brought.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Follows a head that was found to continue what is held, before any event under it is kept: a second history is known
    /// by it after a kill too. A larger one stays. Blocks.
    pub fn follow(&self, head: &Checkpoint) -> Result<(), MirrorError> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.as_ref().is_none_or(|pending| pending.size < head.size) {
            self.control.put(PENDING_ENTRY, &head.to_bytes())?;
            *pending = head.copied();
        }
        Ok(())
    }

    /// Keeps the next events, each of which was found under the head that is followed.
    pub async fn keep(&self, bodies: Vec<Vec<u8>>) -> Result<(), MirrorError> {
        let size = self.size();
        let leaves: Vec<Hash> = bodies.iter().map(|body| leaf_hash(body)).collect();
        let events = bodies.into_iter().map(|body| NewEvent { subject: String::new(), body }).collect();
        self.log.append(size, events).await?;
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        leaves.into_iter().for_each(|leaf| shown.tree.push(leaf));
        Ok(())
    }

    /// The head of that size that entries may be uploaded for: the one that is followed, or the one that is held.
    pub fn head_of_size(&self, size: u64) -> Option<Checkpoint> {
        let held = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        let held = held.head.as_ref().and_then(Checkpoint::copied);
        [self.pending(), held].into_iter().flatten().find(|head| head.size == size)
    }

    /// Keeps what is new of a package, once it was found to be part of the tree under a head; says whether it was.
    pub async fn take(
        &self,
        package: &Package<'_>,
        span: Span,
        head: &Checkpoint,
    ) -> Result<bool, MirrorError> {
        let known: Option<Vec<Hash>> = (span.rounded..span.start).map(|index| self.leaf(index)).collect();
        let is_part = known.is_some_and(|known| package.is_part_of(&known, span, (head.size, head.root)));
        let is_short = package.entries.iter().all(|entry| entry.len() <= MAX_EVENT_BYTES);
        if !is_part || !is_short {
            return Ok(false);
        }
        let size = self.size();
        let new = (span.start..).zip(&package.entries).filter(|(index, _)| *index >= size);
        let bodies: Vec<Vec<u8>> = new.map(|(_, entry)| entry.to_vec()).collect();
        if !bodies.is_empty() {
            self.keep(bodies).await?;
        }
        Ok(true)
    }

    /// The line of its own signature on the head that it holds.
    pub fn own_line(&self) -> Vec<u8> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        let own = shown.head.as_ref().and_then(|head| head.only_of(&[self.public()]).ok());
        let text = own.map(|own| own.to_bytes()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.split_once("\n\n").map_or("", |(_, line)| line).as_bytes().to_vec()
    }

    /// Signs a head once everything under it is on the disk: whoever reads the signature may let the original go. Blocks.
    pub fn cosign(&self, head: &Checkpoint) -> Result<(), MirrorError> {
        {
            let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
            if shown.tree.root(head.size) != Some(head.root) {
                return Err(MirrorError::Damaged { size: head.size });
            }
            // Whoever uploads and the mirror itself may both be at it: a later head stays.
            if shown.head.as_ref().is_some_and(|shown| shown.size > head.size) {
                return Ok(());
            }
        }
        let seconds = u64::try_from((self.clock)().milliseconds() / 1_000).unwrap_or(0);
        if self.has_signed_since(head, seconds.saturating_sub(SIGNED_AGAIN_AFTER_SECONDS)) {
            return Ok(());
        }
        let of_log = head.only_of(&self.logs)?;
        let signed = of_log.with_signatures(&of_log.cosign(&self.key, seconds)?)?;
        // Before the head, so that no reader of the directory takes names for lost that were never there.
        self.control.put(NAMES_ABSENT_ENTRY, head.size.to_string().as_bytes())?;
        self.control.put(HEAD_ENTRY, &signed.to_bytes())?;
        self.shown.write().unwrap_or_else(PoisonError::into_inner).head = Some(signed);
        Ok(())
    }

    /// Whether it signed a head of that size no earlier than at a time.
    fn has_signed_since(&self, head: &Checkpoint, seconds: u64) -> bool {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        let signed = shown.head.as_ref().filter(|shown| (shown.size, shown.root) == (head.size, head.root));
        let signed = signed.and_then(|shown| shown.signed_by(&[self.public()]).ok());
        signed.is_some_and(|signed| signed.iter().any(|signed| signed.time >= seconds))
    }

    /// A tile of hashes under its head.
    pub fn tile(&self, tile: TilePath) -> Option<Vec<u8>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        tile.hashes(&shown.tree, shown.head.as_ref()?.size)
    }

    /// An entry bundle under its head; nothing where it has none of that path.
    pub async fn entries(&self, tile: TilePath) -> Result<Option<Vec<u8>>, LogError> {
        let size = self
            .shown
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .head
            .as_ref()
            .map_or(0, |head| head.size);
        let leaves = tile.leaves().filter(|(_, end)| tile.kind == TileKind::Entries && *end <= size);
        let Some((first, end)) = leaves else { return Ok(None) };
        let mut bodies: Vec<Vec<u8>> = Vec::new();
        // A read may stop before its limit.
        while first + (bodies.len() as u64) < end {
            let at = first + bodies.len() as u64;
            let read = self.log.read(at, usize::try_from(end - at).unwrap_or(0)).await?;
            if read.is_empty() {
                return Ok(None);
            }
            bodies.extend(read.into_iter().map(|event| event.body));
        }
        Ok(entry_bundle(bodies.iter().map(Vec::as_slice)))
    }
}

/// A head in the store beside the log; one that does not read is not taken for none.
fn stored_head(control: &EmbeddedControl, entry: &str) -> Result<Option<Checkpoint>, LogError> {
    head_of(&control.get(entry)?).map_err(|error| LogError::Corrupt {
        store: entry.to_owned(),
        position: None,
        detail: Say::same(error),
    })
}
