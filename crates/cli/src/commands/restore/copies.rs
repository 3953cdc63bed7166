//! Copies of a log, each with the head that whoever holds it shows: a mirror's address, or a mirror's directory.

use std::ops::ControlFlow;
use std::path::Path;

use audit::alarm::Alarm;
use audit::checkpoint::Checkpoint;
use audit::tree::{Tree, leaf_hash};
use audit::trust::Trust;
use audit::watch::is_signed;
use domain::say::{Say, say};
use event_log::{EmbeddedLog, EventLog, LogLocation, MAX_APPEND_EVENTS, NewEvent};
use service::checkpointer::HEAD_ENTRY;
use service::witness::hash_of;
use tokio::runtime::Runtime;

use crate::commands::audit::{control_store, next_entries, next_leaves};
use crate::exit::Failure;
use crate::local::DataLocation;
use crate::progress::Progress;
use crate::remote::Server;

/// The longest answer that is a head.
const MAX_HEAD_BYTES: u64 = 64 << 10;

/// A copy.
pub struct Copy {
    /// What it was called on the command line.
    pub name: String,
    /// The head that is shown of it, signed by the log.
    pub head: Checkpoint,
    place: Place,
}

enum Place {
    Server(Server),
    Directory(EmbeddedLog),
}

/// What is said of a copy that is not used, or was found out.
pub struct Named {
    pub name: String,
    pub said: Say,
    /// Whether it did what no honest mirror does; one that only does not answer did not.
    pub is_lie: bool,
    /// The signed heads that prove it.
    pub evidence: Vec<String>,
}

impl Named {
    /// What a copy did.
    pub fn of(name: &str, alarm: &Alarm) -> Self {
        let evidence = alarm.evidence().to_vec();
        Self { name: name.to_owned(), said: alarm.say(), is_lie: true, evidence }
    }

    /// One that cannot be read.
    fn away(name: &str, said: Say) -> Self {
        Self { name: name.to_owned(), said, is_lie: false, evidence: Vec::new() }
    }

    /// A lie that is none of a watched server's.
    fn lie(name: &str, said: Say) -> Self {
        Self { is_lie: true, ..Self::away(name, said) }
    }
}

/// Whose log is looked for, and how mirrors are asked.
pub struct Question<'a> {
    pub trust: &'a Trust,
    pub origin: &'a str,
    pub token_file: Option<&'a Path>,
    pub server_ca: Option<&'a Path>,
}

impl Copy {
    /// Finds a copy, and the head that is shown of it; or says what is wrong with it.
    pub fn find(name: &str, question: &Question<'_>) -> Result<Self, Named> {
        let is_address = ["http://", "https://"].iter().any(|scheme| name.starts_with(scheme));
        let found =
            if is_address { Self::of_server(name, question) } else { Self::of_directory(Path::new(name)) };
        let (place, bytes) = found.map_err(|failure| Named::away(name, failure.say()))?;
        let Ok(head) = Checkpoint::parse(&bytes) else {
            let said = say("所示的日志头不成格式", "the head that it shows does not read");
            return Err(Named::lie(name, said));
        };
        if head.origin != question.origin {
            let (watched, shown) = (question.origin.to_owned(), head.origin);
            return Err(Named::of(name, &Alarm::OtherLog { watched, shown }));
        }
        if !is_signed(&head, question.trust) {
            return Err(Named::of(name, &Alarm::NotSigned { size: head.size }));
        }
        Ok(Self { name: name.to_owned(), head, place })
    }

    fn of_server(name: &str, question: &Question<'_>) -> Result<(Place, Vec<u8>), Failure> {
        let address = format!("{}/{}", name.trim_end_matches('/'), hash_of(question.origin));
        let server = Server::new(&address, question.token_file, question.server_ca)?;
        let head = server.get_bytes("/checkpoint", MAX_HEAD_BYTES)?;
        Ok((Place::Server(server), head))
    }

    fn of_directory(path: &Path) -> Result<(Place, Vec<u8>), Failure> {
        let log = EmbeddedLog::open_read_only(path)?;
        let place = DataLocation { data: path.to_owned(), log: LogLocation::Embedded };
        // What is not there is not made.
        let control = control_store(&place)?;
        let head = control.map_or(Ok(None), |control| control.get(HEAD_ENTRY))?;
        Ok((Place::Directory(log), head.unwrap_or_default()))
    }

    /// What is said of it where it could not be read. What is under the head that it shows, it must have.
    pub fn unread(&self, failure: &Failure) -> Named {
        let said = failure.say();
        match failure {
            Failure::ServerRefused { status: 404, .. } => Named::lie(
                &self.name,
                Say::of(
                    format!("所示的日志头有 {} 条，却没有全部交出", self.head.size),
                    format!(
                        "it shows a head of {} events, and does not hand all of them over",
                        self.head.size
                    ),
                ),
            ),
            _ => Named::away(&self.name, said),
        }
    }

    /// The hashes up to its head: those that it shows, or those of the events that it has.
    pub fn tree(&self) -> Result<Tree, Failure> {
        let mut tree = Tree::default();
        match &self.place {
            Place::Server(server) => {
                while tree.size() < self.head.size {
                    next_leaves(server, tree.size(), self.head.size)?
                        .into_iter()
                        .for_each(|leaf| tree.push(leaf));
                }
            }
            Place::Directory(log) => {
                log.scan(0, self.head.size, &mut |stored| {
                    tree.push(leaf_hash(stored.body));
                    ControlFlow::Continue(())
                })?;
            }
        }
        Ok(tree)
    }

    /// Copies the events up to its head into an empty log, each of which must be the one under the hashes; says what is
    /// wrong. Blocks.
    pub fn take_events(
        &self,
        tree: &Tree,
        log: &EmbeddedLog,
        runtime: &Runtime,
        progress: &mut Progress,
    ) -> Result<Option<Alarm>, Failure> {
        let mut known = 0;
        while known < self.head.size {
            let bodies = match &self.place {
                Place::Server(server) => next_entries(server, known, self.head.size)?,
                Place::Directory(own) => {
                    let wanted = usize::try_from(self.head.size - known).unwrap_or(usize::MAX);
                    let read = runtime.block_on(own.read(known, wanted.min(MAX_APPEND_EVENTS)))?;
                    read.into_iter().map(|event| event.body).collect()
                }
            };
            if bodies.is_empty() {
                return Ok(Some(Alarm::Withheld { position: known + 1 }));
            }
            let is_other = |(index, body): &(u64, &Vec<u8>)| tree.leaf(*index) != Some(leaf_hash(body));
            if let Some((index, _)) = (known..).zip(&bodies).find(is_other) {
                return Ok(Some(Alarm::Changed { position: index + 1 }));
            }
            let count = bodies.len() as u64;
            let events = bodies.into_iter().map(|body| NewEvent { subject: String::new(), body }).collect();
            runtime.block_on(log.append(known, events)).map_err(service::mirror::MirrorError::from)?;
            known += count;
            progress.at(known);
        }
        Ok(None)
    }
}
