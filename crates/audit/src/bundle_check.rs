//! Verifying a bundle: the file, the signed head, every event under it, and what the events say of each other.

use domain::errors;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Read, Seek};

use event_log::{LogError, MAX_EVENT_BYTES, Position};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tlog_tiles::Hash;

use crate::archive::{Archive, ArchiveError};
use crate::bundle::{EVENTS_FILE, LEAVES_FILE, PROOFS_FILE, SCHEMAS_FOLDER, schema_file, schema_text};
use crate::bundle_head::{BundleHead, wrong};
use crate::bundle_lines::{MAX_FINDINGS, NextLine, next_line};
use crate::bundle_names::{CommittedNames, NAMES_FILE};
use crate::carried::Vouched;
use crate::checkpoint::Checkpoint;
use crate::checkpoint_check::check_against_checkpoints;
use crate::clock::Clock;
use crate::commitments::Unopened;
use crate::finding::{Finding, FindingKind};
use crate::key::PublicKey;
use crate::part::Part;
use crate::report::Report;
use crate::tree::{Tree, includes, leaf_hash};
use crate::trust::Trust;
use crate::verdict::Requirements;
use crate::verifier::{Depth, Verifier};
use crate::witness_times::times_of_witnesses;

/// The longest line of a path: 64 hashes in base64.
const MAX_PROOF_LINE_BYTES: usize = 8 << 10;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// What came of a bundle.
pub struct Checked {
    /// What is wrong with it.
    pub report: Report,
    /// Its head, where it reads.
    pub head: Option<Checkpoint>,
    /// The heads of witnesses that its events are known to lie under.
    pub witnessed: Vec<Checkpoint>,
    /// The keys of its log by its own account.
    pub keys: Vec<PublicKey>,
}

errors! {
    /// Why a bundle cannot be looked at as was asked.
    #[derive(Debug)]
    pub enum CheckError {
        /// A part is under no root but its own.
        #[zh("部分归档包不能与另一检查点比对：请用全量归档包，或对服务核验")]
        #[en("a partial bundle cannot be compared with another checkpoint: use a whole one, or verify the server")]
        OtherSize,
    } of {
        /// It cannot be read at all.
        Archive(#[from] ArchiveError),
    }
}

/// A bundle that is verified.
pub struct Bundle<R> {
    archive: Archive<R>,
    /// Nothing where the file does not read: the findings say why.
    head: Result<BundleHead, Finding>,
}

impl<R: Read + Seek> Bundle<R> {
    /// Reads everything but the events. An error says that the file cannot be read at all; what is wrong in it is a
    /// finding.
    pub fn open(source: R) -> Result<Result<Self, Finding>, ArchiveError> {
        let mut archive = match Archive::open(source) {
            Err(ArchiveError::Io(error)) => return Err(error.into()),
            Err(error) => return Ok(Err(wrong(error.say().in_both()))),
            Ok(archive) => archive,
        };
        let head = match BundleHead::read(&mut archive) {
            Ok(head) => head,
            Err(ArchiveError::Io(error)) => return Err(error.into()),
            Err(error) => Err(wrong(error.say().in_both())),
        };
        Ok(Ok(Self { archive, head }))
    }

    /// What it holds besides its events.
    pub fn head(&self) -> Result<&BundleHead, &Finding> {
        self.head.as_ref()
    }

    /// Verifies it by that clock: consistent with itself, and with what the verifier kept. What that comes to,
    /// [`crate::verdict::judge`] says.
    pub fn verify(
        self,
        depth: Depth<'_>,
        requirements: Requirements<'_>,
        clock: Clock,
        see: &mut dyn FnMut(Position),
    ) -> Result<Checked, CheckError> {
        let Self { mut archive, head } = self;
        let head = match head {
            Ok(head) => head,
            Err(finding) => {
                let mut report = Report::of_nothing();
                report.add(finding);
                return Ok(Checked { report, head: None, witnessed: Vec::new(), keys: Vec::new() });
            }
        };
        let part = head.manifest.part();
        if part != Part::Whole && requirements.since.is_some_and(|since| since.size != head.checkpoint.size) {
            return Err(CheckError::OtherSize);
        }
        let keys = [requirements.trust.map(Trust::keys).unwrap_or_default(), head.keys.clone()].concat();
        let mut verifier = Verifier::of_part(part, Some(&head.manifest.city), depth);
        verifier.by_clock(clock);
        verifier.witnessed(times_of_witnesses(heads(&head), &keys));
        if let Some(trust) = requirements.trust {
            verifier.aged_by_hours(trust.quorum_hours());
        }
        let events = check_events(&mut archive, &head, &mut verifier, see)?;
        let mut report = verifier.finish().map_err(no_names)?;
        report.unopened.extend(events.unopened);
        let mut found = events.findings;
        if part == Part::Whole {
            found.extend(check_root(&mut archive, &head, &events.tree, requirements.since)?);
        } else if let Some(since) = requirements.since.filter(|since| since.root != head.checkpoint.root) {
            // The root over a part is not to be had; the same size must at least have the same root.
            found.push(Finding::new(since.size, FindingKind::Fork, ""));
        }
        found.extend(check_signatures(&head, &keys));
        found.into_iter().for_each(|finding| report.add(finding));
        // A hash of a file says only that something changed: it is told where nothing says more.
        if report.is_consistent() {
            let mut found = check_files(&mut archive, &head)?;
            found.extend(check_schemas(&mut archive, &events.types)?);
            found.extend(events.vouched.check(&mut archive)?.into_iter().map(wrong));
            found.into_iter().for_each(|finding| report.add(finding));
        }
        let witnessed = head.counted().filter_map(Checkpoint::copied).collect();
        Ok(Checked { report, head: Some(head.checkpoint), witnessed, keys: head.keys })
    }
}

/// The store of names, where one is looked at beside a bundle, does not answer.
fn no_names(error: LogError) -> ArchiveError {
    ArchiveError::Io(io::Error::other(error))
}

/// Every signed head of a bundle.
fn heads(head: &BundleHead) -> impl Iterator<Item = &Checkpoint> {
    head.witnessed.iter().chain([&head.checkpoint])
}

/// All events under the roots of the head, of those of witnesses, and of the one that the verifier kept.
fn check_root<R: Read + Seek>(
    archive: &mut Archive<R>,
    head: &BundleHead,
    tree: &Tree,
    since: Option<&Checkpoint>,
) -> Result<Vec<Finding>, ArchiveError> {
    let limit = head.manifest.size.saturating_mul(HASH_BYTES as u64);
    let mut found = Vec::new();
    let claimed = match archive.read(LEAVES_FILE, limit) {
        Err(ArchiveError::Limit { name }) => {
            found.push(wrong(name));
            None
        }
        read => read?.map(|bytes| tree_of(&bytes)),
    };
    let older: Vec<&Checkpoint> = since.into_iter().chain(&head.witnessed).collect();
    found.extend(check_against_checkpoints(tree, claimed.as_ref(), &head.checkpoint, &older));
    Ok(found)
}

/// What came of the events.
#[derive(Default)]
struct Events {
    tree: Tree,
    findings: Vec<Finding>,
    unopened: Vec<Unopened>,
    /// The types that occur.
    types: BTreeSet<String>,
    /// What they vouch for of the files beside them.
    vouched: Vouched,
}

fn check_events<R: Read + Seek>(
    archive: &mut Archive<R>,
    head: &BundleHead,
    verifier: &mut Verifier<'_>,
    see: &mut dyn FnMut(Position),
) -> Result<Events, ArchiveError> {
    let part = head.manifest.part();
    let mut events = Events::default();
    let (mut hashed, mut committed) = (Vec::new(), CommittedNames::default());
    let has_names = head.manifest.files.contains_key(NAMES_FILE);
    let mut position = part.from() - 1;
    let mut count = 0;
    let Some(stream) = archive.stream(EVENTS_FILE)? else { return Ok(events) };
    let mut lines = BufReader::with_capacity(1 << 20, stream);
    let mut line = Vec::new();
    loop {
        match next_line(&mut lines, MAX_EVENT_BYTES, &mut line)? {
            NextLine::End => break,
            NextLine::Cut if line.len() <= MAX_EVENT_BYTES => events.findings.push(wrong(EVENTS_FILE)),
            NextLine::Cut | NextLine::Whole => {}
        }
        let said: Said = serde_json::from_slice(&line).unwrap_or_default();
        if let Some(event_type) = said.event_type {
            events.vouched.see(&event_type, &line);
            events.types.insert(event_type);
        }
        // Where events are left out, each says itself where it stands.
        let stated = said.sequence.and_then(|sequence| sequence.parse().ok());
        position = if part.is_contiguous() { position + 1 } else { stated.unwrap_or(position + 1) };
        count += 1;
        match part {
            Part::Whole => events.tree.push(leaf_hash(&line)),
            Part::Range { .. } | Part::Scope { .. } => hashed.push((position, leaf_hash(&line))),
        }
        let scope = head.manifest.scope.as_deref();
        let belongs = said.county.is_none_or(|county| scope.is_none_or(|scope| scope == county));
        if position > head.manifest.last || !belongs {
            events.findings.push(Finding::new(position, FindingKind::Bundle, "scope, last"));
        }
        if has_names {
            committed.see(position, &line);
        }
        see(position);
        verifier.check(position, &line).map_err(no_names)?;
        // A file of a hundred million empty lines is as wrong as one of ten thousand.
        if verifier.finding_count() + events.findings.len() as u64 >= MAX_FINDINGS {
            events.findings.push(Finding::new(position, FindingKind::Bundle, "…"));
            return Ok(events);
        }
    }
    let is_short = part.is_contiguous() && part != Part::Whole && position < head.manifest.last;
    if is_short {
        let detail = format!("{position} < {}", head.manifest.last);
        events.findings.push(Finding::new(position + 1, FindingKind::LogShorter, detail));
    }
    drop(lines);
    // What is not under the root is no commitment.
    if events.findings.is_empty() {
        let names = committed.check(part, archive)?;
        events.findings.extend(names.findings);
        events.unopened = names.unopened;
    }
    if part != Part::Whole {
        events.findings.extend(check_proofs(archive, head, &hashed)?);
    }
    if count != head.manifest.events && events.findings.is_empty() {
        events.findings.push(wrong(format!("events: {count} ≠ {}", head.manifest.events)));
    }
    Ok(events)
}

/// What an event says of where it belongs.
#[derive(Default, Deserialize)]
struct Said {
    sequence: Option<String>,
    county: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
}

fn check_proofs<R: Read + Seek>(
    archive: &mut Archive<R>,
    head: &BundleHead,
    hashed: &[(Position, Hash)],
) -> Result<Vec<Finding>, ArchiveError> {
    let mut findings = Vec::new();
    let Some(stream) = archive.stream(PROOFS_FILE)? else { return Ok(findings) };
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    let checked = (head.checkpoint.size, head.checkpoint.root);
    for (position, leaf) in hashed {
        let next = next_line(&mut lines, MAX_PROOF_LINE_BYTES, &mut line)?;
        let path = path_of(&line).filter(|_| next == NextLine::Whole);
        let holds = path.is_some_and(|path| includes(&path, checked, position.saturating_sub(1), *leaf));
        if !holds {
            findings.push(Finding::new(*position, FindingKind::Proof, ""));
        }
        if findings.len() as u64 >= MAX_FINDINGS {
            return Ok(findings);
        }
    }
    if next_line(&mut lines, MAX_PROOF_LINE_BYTES, &mut line)? != NextLine::End {
        findings.push(Finding::new(head.manifest.last + 1, FindingKind::Proof, PROOFS_FILE));
    }
    Ok(findings)
}

/// A path in the only bytes in which it is written.
fn path_of(line: &[u8]) -> Option<Vec<Hash>> {
    let texts: Vec<String> = serde_json::from_slice(line).ok()?;
    if serde_json::to_vec(&texts).ok()? != line {
        return None;
    }
    texts.iter().map(|text| Hash::parse_hash(text).ok()).collect()
}

fn tree_of(leaves: &[u8]) -> Tree {
    let hashes = leaves.chunks(HASH_BYTES).map(|chunk| Hash(chunk.try_into().unwrap_or_default()));
    hashes.collect()
}

/// The signatures of every head, by the keys that are at hand; the log itself must have signed each.
fn check_signatures(head: &BundleHead, keys: &[PublicKey]) -> Vec<Finding> {
    let findings = heads(head).filter_map(|head| {
        let finding = |detail: String| Finding::new(head.size, FindingKind::Signature, detail);
        match head.is_signed_by_log(keys) {
            Ok(true) => None,
            Ok(false) => Some(finding(head.origin.clone())),
            Err(error) => Some(finding(error.say().in_both())),
        }
    });
    findings.collect()
}

/// Every file against its hash in the manifest.
fn check_files<R: Read + Seek>(
    archive: &mut Archive<R>,
    head: &BundleHead,
) -> Result<Vec<Finding>, ArchiveError> {
    let mut findings = Vec::new();
    for (name, entry) in &head.manifest.files {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut bytes = 0;
        if let Some(mut stream) = archive.stream(name)? {
            loop {
                let read = stream.read(&mut buffer).map_err(ArchiveError::Io)?;
                if read == 0 {
                    break;
                }
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
        let sha256 = domain::hexadecimal(&hash.finalize());
        if bytes != entry.bytes || sha256 != entry.sha256 {
            findings.push(wrong(name.clone()));
        }
    }
    Ok(findings)
}

/// What nothing signed vouches for: the schemas are this program's own, one for each type that occurs.
fn check_schemas<R: Read + Seek>(
    archive: &mut Archive<R>,
    types: &BTreeSet<String>,
) -> Result<Vec<Finding>, ArchiveError> {
    let members = archive.members().iter().filter(|member| member.name.starts_with(SCHEMAS_FOLDER));
    let found: BTreeSet<String> = members.map(|member| member.name.clone()).collect();
    if found != types.iter().map(|event_type| schema_file(event_type)).collect() {
        return Ok(vec![wrong(SCHEMAS_FOLDER)]);
    }
    let mut findings = Vec::new();
    for event_type in types {
        let (name, own) = (schema_file(event_type), schema_text(event_type).unwrap_or_default());
        // One byte more than there should be is enough to tell.
        let mut bytes = Vec::new();
        if let Some(stream) = archive.stream(&name)? {
            stream.take(own.len() as u64 + 1).read_to_end(&mut bytes)?;
        }
        if bytes != own.as_bytes() {
            findings.push(wrong(name));
        }
    }
    Ok(findings)
}
