//! Honest bundles of a synthetic log, and what a forger does to their files.

use std::io::Cursor;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::commands::AdoptRuleBook;
use domain::date::Timestamp;
use domain::event_data::persons::PersonRegistered;
use domain::ids::CommandId;
use domain::rule_book::RuleBook;
use domain::testing::City;
use domain::testing::drafts::{Draft, import};
use domain::{CommandBody, Event, EventBody};
use ulid::Ulid;

use super::super::{renumbered, written};
use super::Case;
use crate::archive::{Archive, ArchiveWriter};
use crate::bundle::{BundleSource, FileEntry, Manifest, write_bundle};
use crate::bundle_names::OpenedName;
use crate::checkpoint::{Checkpoint, origin};
use crate::commitment::CommitmentForm;
use crate::key::{KeyKind, SecretKey};
use crate::tree::{Tree, leaf_hash};

pub(super) const HOUR: i64 = 3_600_000;

/// The files of a bundle, in their order.
#[derive(Clone)]
pub(super) struct Files(pub(super) Vec<(String, Vec<u8>)>);

impl Files {
    fn read(bytes: Vec<u8>) -> Self {
        let mut archive = Archive::open(Cursor::new(bytes)).unwrap();
        let names: Vec<String> = archive.members().iter().map(|member| member.name.clone()).collect();
        let mut read = |name: &String| (name.clone(), archive.read(name, 1 << 30).unwrap().unwrap());
        Self(names.iter().map(&mut read).collect())
    }

    pub(super) fn get(&self, name: &str) -> &[u8] {
        &self.0.iter().find(|(own, _)| own == name).unwrap().1
    }

    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8(self.get(name).to_vec()).unwrap()
    }

    /// The same with another content of a file, which is put where it belongs if it is new.
    #[must_use]
    pub(super) fn with(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut files = self.clone();
        match files.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = bytes.into(),
            None => {
                let rank = |name: &str| match name {
                    "checkpoint" => 0,
                    "keys" => 1,
                    "events.ndjson" => 3,
                    "leaves" | "proofs.ndjson" => 4,
                    "names.ndjson" => 5,
                    "manifest.json" => 8,
                    name if name.starts_with("witnessed") => 2,
                    name if name.starts_with("schemas/") => 6,
                    _ => 7,
                };
                files.0.push((name.to_owned(), bytes.into()));
                files.0.sort_by_key(|(own, _)| (rank(own), own.clone()));
            }
        }
        files
    }

    #[must_use]
    pub(super) fn replaced(&self, name: &str, from: &str, to: &str) -> Self {
        let text = self.text(name);
        assert!(text.contains(from), "{name}: {from}");
        self.with(name, text.replacen(from, to, 1))
    }

    #[must_use]
    pub(super) fn without(&self, is_gone: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| !is_gone(name)).cloned().collect())
    }

    pub(super) fn manifest(&self) -> Manifest {
        serde_json::from_slice(self.get("manifest.json")).unwrap()
    }

    #[must_use]
    pub(super) fn with_manifest(&self, edit: impl FnOnce(&mut Manifest)) -> Self {
        let mut manifest = self.manifest();
        edit(&mut manifest);
        self.with("manifest.json", manifest.to_bytes())
    }

    /// What a thorough forger does: counts and hashes fit again.
    #[must_use]
    pub(super) fn mended(&self) -> Self {
        self.with_manifest(|manifest| {
            let lines = self.get("events.ndjson").split(|byte| *byte == b'\n').count();
            manifest.events = lines as u64 - 1;
            let others = self.0.iter().filter(|(name, _)| name != "manifest.json");
            let mut writer = ArchiveWriter::new(Cursor::new(Vec::new()));
            others.for_each(|(_, bytes)| writer.add("x", bytes).unwrap());
            let names =
                self.0.iter().filter(|(name, _)| name != "manifest.json").map(|(name, _)| name.clone());
            let entries = writer.written().iter();
            let entries = entries.map(|file| FileEntry { bytes: file.bytes, sha256: file.sha256.clone() });
            manifest.files = names.zip(entries).collect();
        })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new()));
        self.0.iter().for_each(|(name, bytes)| writer.add(name, bytes).unwrap());
        writer.finish().unwrap().into_inner()
    }
}

/// A log with its keys, and the moment an hour after its last event.
pub(super) struct Forge {
    pub(super) bodies: Vec<Vec<u8>>,
    pub(super) names: Vec<OpenedName>,
    pub(super) key: SecretKey,
    pub(super) witnesses: [SecretKey; 3],
    pub(super) now: i64,
}

/// Which part of the log a bundle holds.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Whole,
    Range(u64, u64),
    County(u64),
}

pub(super) fn log_key(seed: u8) -> SecretKey {
    SecretKey::new(&origin("5108"), KeyKind::Log, [seed; 32]).unwrap()
}

impl Forge {
    pub(super) fn new() -> Self {
        let mut events = City::abolished().given(adoption()).log;
        // A command in six hours, so that some of the log is old and some is not.
        let (begun, mut commands) = (events[0].meta.recorded_at.milliseconds(), Vec::new());
        for event in &mut events {
            if commands.last() != Some(&event.meta.command_id) {
                commands.push(event.meta.command_id);
            }
            let time = begun + i64::try_from(commands.len()).unwrap() * 6 * HOUR;
            event.meta.recorded_at = Timestamp::from_milliseconds(time);
        }
        let mut names = Vec::new();
        for (index, event) in events.iter_mut().enumerate() {
            let salt = [u8::try_from(index).unwrap(); 32];
            // Old and new commitments stand in one log.
            let form = CommitmentForm::ALL[index % 2];
            let value = format!("张三{index}");
            let pointer = match &mut event.body {
                EventBody::PersonRegistered(PersonRegistered { name_commitment, .. }) => {
                    *name_commitment = form.of(&salt, "/name", &value).unwrap();
                    true
                }
                EventBody::SecretaryAssigned(data) => {
                    data.monthly_pay_commitment = data
                        .monthly_pay_commitment
                        .as_ref()
                        .and_then(|_| form.of(&salt, "/monthly_pay", &value));
                    data.monthly_pay_commitment.is_some()
                }
                EventBody::SecretaryRelieved(data) => {
                    data.reason_commitment =
                        data.reason_commitment.as_ref().and_then(|_| form.of(&salt, "/reason", &value));
                    data.reason_commitment.is_some()
                }
                _ => false,
            };
            if pointer {
                let position = index as u64 + 1;
                names.push(OpenedName { position, salt: BASE64_STANDARD.encode(salt), value });
            }
        }
        assert!(names.len() > 2);
        let now = events.last().unwrap().meta.recorded_at.milliseconds() + HOUR;
        let bodies = written(&renumbered(events));
        let witness =
            |seed: u8| SecretKey::new(&format!("w{seed}.example.cn"), KeyKind::Witness, [seed; 32]).unwrap();
        Self { bodies, names, key: log_key(1), witnesses: [2, 3, 4].map(witness), now }
    }

    pub(super) fn size(&self) -> u64 {
        self.bodies.len() as u64
    }

    /// When an event was recorded, in milliseconds.
    pub(super) fn time_of(&self, position: u64) -> i64 {
        let body = &self.bodies[usize::try_from(position).unwrap() - 1];
        event_log::envelope::decode(body).unwrap().event.meta.recorded_at.milliseconds()
    }

    pub(super) fn tree(&self) -> Tree {
        self.bodies.iter().map(|body| leaf_hash(body)).collect()
    }

    /// The head of the first events, co-signed at times in milliseconds.
    pub(super) fn head(&self, size: u64, times: &[(usize, i64)]) -> Checkpoint {
        let root = self.tree().root(size).unwrap();
        let head = Checkpoint::sign(&origin("5108"), size, root, std::slice::from_ref(&self.key)).unwrap();
        times.iter().fold(head, |head, (witness, time)| {
            let time = u64::try_from(time / 1_000).unwrap();
            head.with_signatures(&head.cosign(&self.witnesses[*witness], time).unwrap()).unwrap()
        })
    }

    /// An honest bundle under the last head, with heads of witnesses.
    pub(super) fn bundle(&self, wanted: Wanted, witnessed: &[Checkpoint], with_names: bool) -> Files {
        self.bundle_under(&self.head(self.size(), &[]), wanted, witnessed, with_names)
    }

    pub(super) fn bundle_under(
        &self,
        checkpoint: &Checkpoint,
        wanted: Wanted,
        witnessed: &[Checkpoint],
        with_names: bool,
    ) -> Files {
        let (first, last, scope) = match wanted {
            Wanted::Whole => (1, self.size(), None),
            Wanted::Range(first, last) => (first, last, None),
            Wanted::County(first) => (first, self.size(), Some("510811")),
        };
        let mut keys = vec![self.key.public()];
        keys.extend(self.witnesses.iter().map(SecretKey::public));
        let names = if with_names { &self.names[..] } else { &[] };
        let tree = self.tree();
        let source = BundleSource {
            city: "5108",
            checkpoint,
            witnessed,
            keys: &keys,
            tree: &tree,
            first,
            last,
            scope,
            names,
        };
        let mut file = Cursor::new(Vec::new());
        write_bundle(&mut file, &source, &mut |visit| {
            let wanted = (1..).zip(&self.bodies).filter(|(position, _)| (first..=last).contains(position));
            let belongs = |body: &[u8]| {
                let event: serde_json::Value = serde_json::from_slice(body).unwrap();
                scope.is_none_or(|scope| event["county"].as_str().is_none_or(|county| county == scope))
            };
            wanted.filter(|(_, body)| belongs(body)).try_for_each(|(position, body)| visit(position, body))
        })
        .unwrap();
        Files::read(file.into_inner())
    }

    /// The log with other events, as its operator would write it.
    pub(super) fn rewritten(&self, edit: impl FnOnce(&mut Vec<Event>)) -> Self {
        let decode = |body: &Vec<u8>| event_log::envelope::decode(body).unwrap().event;
        let mut events: Vec<Event> = self.bodies.iter().map(decode).collect();
        edit(&mut events);
        let bodies = written(&renumbered(events));
        let (names, witnesses) = (self.names.clone(), self.witnesses.clone());
        Self { bodies, names, key: self.key.clone(), witnesses, now: self.now }
    }

    /// The key of the log alone.
    pub(super) fn keys(&self) -> String {
        format!("{}\n", self.key.public())
    }

    /// Two of three witnesses.
    pub(super) fn policy(&self) -> String {
        let witness = |index: usize| format!("witness W{index} {}\n", self.witnesses[index].public());
        let [a, b, c] = [0, 1, 2].map(witness);
        format!("log {}\n{a}{b}{c}group all-of-them 2 W0 W1 W2\nquorum all-of-them\n", self.key.public())
    }

    pub(super) fn case(&self, name: &str, bundle: Vec<u8>) -> Case {
        let trust = Some(self.keys().into_bytes());
        Case { name: name.to_owned(), bundle, trust, since: None, now: self.now }
    }
}

/// The rule book and the checker of this program.
fn adoption() -> Draft {
    let checker_sha256 = crate::carried::checker_sha256().to_owned().try_into().unwrap();
    let (edition, program) = (RuleBook::latest(), "lianjian".to_owned().try_into().unwrap());
    import(CommandBody::AdoptRuleBook(AdoptRuleBook { edition, program, checker_sha256 }))
}

pub(super) fn command(number: u128) -> CommandId {
    CommandId(Ulid(number))
}
