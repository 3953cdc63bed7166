//! What was signed for a log: read from the store beside it, or asked of its server.

use domain::say::{Say, say};
use service::checkpointer::{HEAD_ENTRY, all_witnessed_heads, listed_keys, witness_keys};
use std::path::Path;
use std::sync::Arc;

use audit::checkpoint::{Checkpoint, origin};
use audit::checkpoint_check::check_against_checkpoints;
use audit::key::{KeyKind, PublicKey};
use audit::tile::{TileKind, TilePath, entries_of};
use audit::tree::{TILE_WIDTH, Tree};
use audit::trust::{MAX_TRUST_BYTES, Trust};
use audit::{Finding, FindingKind, Hash, times_of_witnesses};
use event_log::{ControlStore, EmbeddedControl, LogLocation, MAX_EVENT_BYTES, regular_file};

use crate::exit::Failure;
use crate::local::DataLocation;
use crate::remote::Server;

/// The file of names, pays and reasons.
const CONTROL_FILE: &str = "control.db";
/// The largest answer that a tile is.
const MAX_TILE_BYTES: u64 = 8_192;
/// The largest answer that an entry bundle is: a length of two bytes before each event.
const MAX_BUNDLE_BYTES: u64 = TILE_WIDTH * (MAX_EVENT_BYTES as u64 + 2);

/// What was signed for a log.
#[derive(Default)]
pub struct SignedTree {
    /// The last signed head.
    pub checkpoint: Option<Checkpoint>,
    /// Heads that witnesses have co-signed.
    pub witnessed: Vec<Checkpoint>,
    /// The keys of the log, as its own store or server names them.
    pub keys: Vec<PublicKey>,
    /// The keys of the witnesses that it was shown to.
    pub witness_keys: Vec<PublicKey>,
    /// What is wrong with that.
    pub findings: Vec<Finding>,
}

/// The store beside the log, which auditing must not make where it is gone.
pub fn control_store(place: &DataLocation) -> Result<Option<Arc<dyn ControlStore>>, Failure> {
    match place.log {
        LogLocation::Embedded if !place.data.join(CONTROL_FILE).exists() => Ok(None),
        LogLocation::Embedded => Ok(Some(Arc::new(EmbeddedControl::open(&place.data)?))),
        LogLocation::Nats(_) => Ok(Some(place.open_existing()?.control)),
    }
}

impl SignedTree {
    /// From the store beside a log.
    pub fn of_store(control: &dyn ControlStore) -> Result<Self, Failure> {
        let mut signed_tree = Self { witnessed: all_witnessed_heads(control)?, ..Self::default() };
        match (listed_keys(control), witness_keys(control)) {
            (Ok(keys), Ok(witness_keys)) => {
                (signed_tree.keys, signed_tree.witness_keys) = (keys, witness_keys)
            }
            (Err(error), _) | (_, Err(error)) => signed_tree.wrong(error.say().in_both()),
        }
        // An empty one was given up by the operator.
        signed_tree.take(control.get(HEAD_ENTRY)?.filter(|head| !head.is_empty()));
        Ok(signed_tree)
    }

    /// From a server, with the newest head that a witness has signed.
    pub fn of_server(server: &Server) -> Result<Self, Failure> {
        let mut signed_tree = Self::default();
        let text = |path| server.get_where_there_is(path, MAX_TRUST_BYTES as u64);
        for line in String::from_utf8_lossy(&text("/keys")?.unwrap_or_default()).lines() {
            match line.parse::<PublicKey>() {
                Ok(key) if key.kind == KeyKind::Witness => signed_tree.witness_keys.push(key),
                Ok(key) => signed_tree.keys.push(key),
                Err(_) => signed_tree.wrong("/keys".to_owned()),
            }
        }
        if let Some(bytes) = text("/checkpoint/witnessed")? {
            match Checkpoint::parse(&bytes) {
                Ok(head) => signed_tree.witnessed.push(head),
                Err(error) => signed_tree.wrong(error.say().in_both()),
            }
        }
        signed_tree.take(text("/checkpoint")?);
        Ok(signed_tree)
    }

    fn take(&mut self, head: Option<Vec<u8>>) {
        match head.as_deref().map(Checkpoint::parse) {
            None => {}
            Some(Ok(head)) => {
                match head.is_signed_by_log(&self.keys) {
                    Ok(true) => {}
                    Ok(false) => self.add(head.size, FindingKind::Signature, head.origin.clone()),
                    Err(error) => self.add(head.size, FindingKind::Signature, error.say().in_both()),
                }
                self.checkpoint = Some(head);
            }
            Some(Err(error)) => self.wrong(error.say().in_both()),
        }
    }

    fn wrong(&mut self, detail: String) {
        self.add(0, FindingKind::Checkpoint, detail);
    }

    fn add(&mut self, position: u64, kind: FindingKind, detail: String) {
        self.findings.push(Finding { position, kind, detail });
    }

    /// The newest head that a witness has signed, as it was signed first.
    pub fn newest_witnessed(&self) -> Option<&Checkpoint> {
        let size = self.witnessed.last()?.size;
        self.witnessed.iter().find(|head| head.size == size)
    }

    /// Every key that is known.
    pub fn all_keys(&self) -> Vec<PublicKey> {
        [&self.keys[..], &self.witness_keys[..]].concat()
    }

    /// When witnesses had seen each of the heads, those that a verifier trusts among them.
    pub fn times(&self, trust: Option<&Trust>) -> Vec<(u64, Vec<u64>)> {
        let keys = [trust.map(Trust::keys).unwrap_or_default(), self.all_keys()].concat();
        times_of_witnesses(self.witnessed.iter().chain(&self.checkpoint), &keys)
    }

    /// What is wrong where the leaves of the events that are there are held against what was signed.
    pub fn against(
        &self,
        tree: &Tree,
        hashes: Option<&Tree>,
        city: &str,
        since: Option<&Checkpoint>,
    ) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        match &self.checkpoint {
            None => {
                // Nothing was signed here, or it was forgotten; what the verifier holds is held against it all the same.
                findings.extend(
                    since.into_iter().flat_map(|since| check_against_checkpoints(tree, None, since, &[])),
                );
            }
            Some(head) if head.origin != origin(city) => {
                let (kind, detail) = (FindingKind::Checkpoint, head.origin.clone());
                findings.push(Finding { position: head.size, kind, detail });
            }
            Some(head) => {
                let older: Vec<&Checkpoint> = self.witnessed.iter().chain(since).collect();
                findings.extend(check_against_checkpoints(tree, hashes, head, &older));
            }
        }
        findings.sort_by_key(|finding| finding.position);
        findings
    }

    /// The signed head, without which nothing can be proved or exported.
    pub fn head(&self) -> Result<&Checkpoint, Failure> {
        if let Some(finding) = self.findings.first() {
            let (Say { zh, en }, detail) = (finding.kind.meaning(), &finding.detail);
            let message = Say::of(format!("{zh}：{detail}"), format!("{en}: {detail}"));
            return Err(Failure::NotCovered { message });
        }
        self.checkpoint.as_ref().ok_or_else(|| Failure::NotCovered {
            message: say(
                "日志尚无签名检查点：服务启动后约一秒即签署",
                "the log has no signed checkpoint yet: a running service signs it within a second or two",
            ),
        })
    }
}

/// Every leaf that a server's tiles hold, up to a size.
pub fn leaves_of_server(server: &Server, size: u64, see: &mut dyn FnMut(u64)) -> Result<Tree, Failure> {
    let mut tree = Tree::default();
    while tree.size() < size {
        next_leaves(server, tree.size(), size)?.into_iter().for_each(|leaf| tree.push(leaf));
        see(tree.size());
    }
    Ok(tree)
}

/// The leaves after the first `known` that stand in the same tile, up to a size.
pub fn next_leaves(server: &Server, known: u64, size: u64) -> Result<Vec<Hash>, Failure> {
    let tile = next_tile(TileKind::Hashes(0), known, size);
    let width = tile.width;
    let bytes = server.get_bytes(&format!("/tile/{tile}"), MAX_TILE_BYTES)?;
    let (hashes, rest) = bytes.as_chunks::<{ size_of::<Hash>() }>();
    if hashes.len() as u64 != width || !rest.is_empty() {
        return Err(server.unreachable(format!("/tile/{tile}: {} bytes", bytes.len())));
    }
    let known = usize::try_from(known % TILE_WIDTH).unwrap_or(usize::MAX);
    Ok(hashes.iter().skip(known).map(|bytes| Hash(*bytes)).collect())
}

/// The events after the first `known` that stand in the same entry bundle, up to a size.
pub fn next_entries(server: &Server, known: u64, size: u64) -> Result<Vec<Vec<u8>>, Failure> {
    let tile = next_tile(TileKind::Entries, known, size);
    let bytes = server.get_bytes(&format!("/tile/{tile}"), MAX_BUNDLE_BYTES)?;
    let entries = entries_of(&bytes, tile.width);
    let entries =
        entries.ok_or_else(|| server.unreachable(format!("/tile/{tile}: {} bytes", bytes.len())))?;
    let known = usize::try_from(known % TILE_WIDTH).unwrap_or(usize::MAX);
    Ok(entries.into_iter().skip(known).map(<[u8]>::to_vec).collect())
}

/// The tile in which what comes after the first `known` stands, as wide as it is in a tree of that size.
fn next_tile(kind: TileKind, known: u64, size: u64) -> TilePath {
    let index = known / TILE_WIDTH;
    TilePath { kind, index, width: TILE_WIDTH.min(size.saturating_sub(index * TILE_WIDTH)) }
}

/// Reads the file of `--trust`.
pub fn trust(path: &Path) -> Result<Trust, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    Trust::parse(&bytes).map_err(|error| Failure::Usage { message: error.say() })
}

/// Reads a file that holds a checkpoint.
pub fn checkpoint(path: &Path) -> Result<Checkpoint, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    Checkpoint::parse(&bytes).map_err(|error| {
        let (path, Say { zh, en }) = (path.display(), error.say());
        Failure::usage(format!("{path}: {zh}"), format!("{path}: {en}"))
    })
}
