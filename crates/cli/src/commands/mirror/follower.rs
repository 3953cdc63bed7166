//! How a mirror follows a log: a look asks for the signed head, the hashes up to there, and the events that are new; nothing is
//! kept that is not under the head.

use std::sync::Arc;

use audit::alarm::Alarm;
use audit::checkpoint::Checkpoint;
use audit::tree::leaf_hash;
use audit::trust::Trust;
use audit::watch::{Compared, Watch, forked, is_signed};
use service::mirror::MirrorDesk;
use tokio::runtime::Handle;

use crate::commands::audit::{next_entries, next_leaves};
use crate::exit::Failure;
use crate::remote::Server;

/// The longest answer that is a head.
const MAX_HEAD_BYTES: u64 = 64 << 10;

/// What came of a look.
pub enum Round {
    /// Everything under the head is held, and signed for.
    Held {
        /// How many events that are.
        size: u64,
    },
    /// What is shown is not right: what was held stays as it was.
    Wrong(Alarm),
}

/// A log, as its server shows it, and the mirror of it.
pub struct Follower {
    desk: Arc<MirrorDesk>,
    server: Server,
    trust: Trust,
    handle: Handle,
    watch: Watch,
}

impl Follower {
    /// Goes on from what the mirror holds.
    pub fn new(desk: Arc<MirrorDesk>, server: Server, trust: Trust, handle: Handle) -> Self {
        let mut watch = Watch::from(desk.pending());
        (0..desk.size()).filter_map(|index| desk.leaf(index)).for_each(|leaf| watch.push(leaf));
        Self { desk, server, trust, handle, watch }
    }

    /// Returns once somebody brought a head.
    pub async fn woken(&self) {
        self.desk.woken().await;
    }

    /// Takes what is new. Blocks.
    pub fn round(&mut self) -> Result<Round, Failure> {
        let bytes = self.server.get_bytes("/checkpoint", MAX_HEAD_BYTES)?;
        let head =
            Checkpoint::parse(&bytes).map_err(|error| self.server.unreachable(error.say().in_both()))?;
        let size = head.size;
        // Of a head that nobody signed no hash is asked for, however many it claims.
        if !is_signed(&head, &self.trust) {
            return Ok(Round::Wrong(Alarm::NotSigned { size }));
        }
        let again = head.copied();
        let mut taken = self.take_head(head)?;
        // Behind the hashes of what is held, those of another history are wrong; all of them show that it is another.
        if let (Err(Alarm::WrongHashes { .. }), Some(head)) = (&taken, again) {
            taken = self.take_head(head)?;
        }
        if let Err(alarm) = taken {
            return Ok(Round::Wrong(alarm));
        }
        // Somebody may have been shown another history, and have brought its head here.
        let brought = self.desk.pending().map(|brought| self.watch.compare(&brought, &self.trust));
        if let Some(Compared::Forked(alarm)) = brought {
            return Ok(Round::Wrong(alarm));
        }
        let Some(head) = self.watch.verified().and_then(Checkpoint::copied) else {
            return Ok(Round::Wrong(Alarm::NotSigned { size }));
        };
        self.desk.follow(&head)?;
        // What was brought here meanwhile may be of another history that the log signed, and then nothing goes on top of it.
        let kept = self.desk.size().min(size);
        if self.desk.root(kept) != self.watch.tree().root(kept) {
            let other = self.desk.pending();
            return Ok(Round::Wrong(
                other.map_or(Alarm::WrongHashes { size }, |other| forked(&other, &head)),
            ));
        }
        if let Some(alarm) = self.take_events(size)? {
            return Ok(Round::Wrong(alarm));
        }
        self.desk.cosign(&head)?;
        Ok(Round::Held { size })
    }

    /// Takes a head, once the hashes up to it are at hand.
    fn take_head(&mut self, head: Checkpoint) -> Result<Result<(), Alarm>, Failure> {
        while self.watch.tree().size() < head.size {
            let known = self.watch.tree().size();
            next_leaves(&self.server, known, head.size)?.into_iter().for_each(|leaf| self.watch.push(leaf));
        }
        Ok(self.watch.take(head, &self.trust))
    }

    /// Keeps the events up to a size; says which one is not that which was signed.
    fn take_events(&self, size: u64) -> Result<Option<Alarm>, Failure> {
        while self.desk.size() < size {
            let known = self.desk.size();
            let bodies = next_entries(&self.server, known, size)?;
            let is_signed =
                |(index, body): &(u64, &Vec<u8>)| self.watch.tree().leaf(*index) == Some(leaf_hash(body));
            if let Some((index, _)) = (known..).zip(&bodies).find(|entry| !is_signed(entry)) {
                return Ok(Some(Alarm::Changed { position: index + 1 }));
            }
            self.handle.block_on(self.desk.keep(bodies))?;
        }
        Ok(None)
    }
}
