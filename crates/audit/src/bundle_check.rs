//! Verifying a bundle: the file, the signed head, every event under it, and what the events say of each other.

use std::io::{self, BufRead, BufReader, Read, Seek};

use event_log::{LogError, MAX_EVENT_BYTES, Position};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tlog_tiles::Hash;

use crate::archive::{Archive, ArchiveError};
use crate::bundle::{
    CHECKPOINT_FILE, EVENTS_FILE, FORMAT, KEYS_FILE, LEAVES_FILE, MANIFEST_FILE, Manifest, NOT_WITNESSED,
    PROOFS_FILE, SCHEMAS_FOLDER, WITNESSED_FOLDER, names_of_witnesses,
};
use crate::bundle_names::{Committed, NAMES_FILE};
use crate::checkpoint::{Checkpoint, MAX_CHECKPOINT_BYTES, origin};
use crate::finding::{Finding, FindingKind};
use crate::key::PublicKey;
use crate::part::Part;
use crate::report::Report;
use crate::seal_check::check_seal;
use crate::tree::{Tree, includes, leaf_hash};
use crate::trust::{MAX_TRUST_BYTES, Trust};
use crate::verifier::{Depth, Verifier};

/// The longest manifest; it has a line for each type of event and each head.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;
/// After so many findings nothing more of a bundle is looked at.
pub(crate) const MAX_FINDINGS: u64 = 10_000;
/// The longest line of a path: 64 hashes in base64.
const MAX_PROOF_LINE_BYTES: usize = 8 << 10;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// What a bundle holds besides its events, as far as it reads.
pub struct BundleHead {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The signed head.
    pub checkpoint: Checkpoint,
    /// Heads that witnesses have co-signed.
    pub witnessed: Vec<Checkpoint>,
    /// The keys that it brings along. Whether they are to be trusted it cannot say.
    pub keys: Vec<PublicKey>,
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
            Err(error) => return Ok(Err(wrong(error.to_string()))),
            Ok(archive) => archive,
        };
        let head = match read_head(&mut archive) {
            Ok(head) => head,
            Err(ArchiveError::Io(error)) => return Err(error.into()),
            Err(error) => Err(wrong(error.to_string())),
        };
        Ok(Ok(Self { archive, head }))
    }

    /// What it holds besides its events.
    pub fn head(&self) -> Result<&BundleHead, &Finding> {
        self.head.as_ref()
    }

    /// Verifies it: consistent with itself, and with the older heads. `trusted` are more keys that may have signed.
    pub fn verify(
        self,
        depth: Depth<'_>,
        trusted: &[PublicKey],
        older: &[&Checkpoint],
        see: &mut dyn FnMut(Position),
    ) -> Result<Report, ArchiveError> {
        let Self { mut archive, head } = self;
        let head = match head {
            Ok(head) => head,
            Err(finding) => {
                let mut report = Report::of_nothing();
                report.add(finding);
                return Ok(report);
            }
        };
        let keys = [trusted, &head.keys].concat();
        let mut verifier = Verifier::of_part(head.manifest.part(), Some(&head.manifest.city), depth);
        verifier.witnessed(times_of_witnesses(&head, &keys));
        let events = check_events(&mut archive, &head, &mut verifier, see)?;
        let mut report = verifier.finish().map_err(no_names)?;
        events.findings.into_iter().for_each(|finding| report.add(finding));
        if head.manifest.part() == Part::Whole {
            let limit = head.manifest.size.saturating_mul(HASH_BYTES as u64);
            let claimed = match archive.read(LEAVES_FILE, limit) {
                Err(ArchiveError::Limit { name }) => {
                    report.add(wrong(name));
                    None
                }
                read => read?.map(|bytes| tree_of(&bytes)),
            };
            let older: Vec<&Checkpoint> = older.iter().copied().chain(&head.witnessed).collect();
            let found = check_seal(&events.tree, claimed.as_ref(), &head.checkpoint, &older);
            found.into_iter().for_each(|finding| report.add(finding));
        } else {
            // The root over a part is not to be had; the same size must at least have the same root.
            let is_fork = |older: &&&Checkpoint| {
                older.size == head.checkpoint.size && older.root != head.checkpoint.root
            };
            let forks = older.iter().filter(is_fork);
            forks.for_each(|older| report.add(Finding::new(older.size, FindingKind::Fork, "")));
        }
        check_signatures(&head, &keys).into_iter().for_each(|finding| report.add(finding));
        // A hash of a file says only that something changed: it is told where nothing says more.
        if report.is_consistent() {
            check_files(&mut archive, &head)?.into_iter().for_each(|finding| report.add(finding));
        }
        Ok(report)
    }
}

/// The store of names, where one is looked at beside a bundle, does not answer.
fn no_names(error: LogError) -> ArchiveError {
    ArchiveError::Io(io::Error::other(error))
}

fn wrong(detail: impl Into<String>) -> Finding {
    Finding::new(0, FindingKind::Bundle, detail)
}

fn read_head<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Result<BundleHead, Finding>, ArchiveError> {
    let bytes = archive.read(MANIFEST_FILE, MAX_MANIFEST_BYTES)?.unwrap_or_default();
    let manifest = serde_json::from_slice(&bytes).ok();
    let manifest =
        manifest.filter(|manifest: &Manifest| manifest.to_bytes() == bytes && manifest.format == FORMAT);
    let Some(manifest) = manifest else { return Ok(Err(wrong(MANIFEST_FILE))) };
    if manifest.origin != origin(&manifest.city) {
        return Ok(Err(wrong(format!("{MANIFEST_FILE}: origin"))));
    }
    let bytes = archive.read(KEYS_FILE, MAX_TRUST_BYTES as u64)?.unwrap_or_default();
    let Ok(keys) = Trust::parse(&bytes) else { return Ok(Err(wrong(KEYS_FILE))) };
    let names: Vec<String> = archive.members().iter().map(|member| member.name.clone()).collect();
    let mut read = |name: &str| -> Result<Result<Checkpoint, Finding>, ArchiveError> {
        let bytes = archive.read(name, MAX_CHECKPOINT_BYTES as u64)?.unwrap_or_default();
        let named = |detail: String| {
            Finding::new(manifest.size, FindingKind::Checkpoint, format!("{name}: {detail}"))
        };
        Ok(match Checkpoint::parse(&bytes) {
            Err(error) => Err(named(error.to_string())),
            Ok(head) if head.origin != manifest.origin => Err(named(head.origin)),
            Ok(head) => Ok(head),
        })
    };
    let checkpoint = match read(CHECKPOINT_FILE)? {
        Err(finding) => return Ok(Err(finding)),
        Ok(checkpoint) => checkpoint,
    };
    let mut witnessed = Vec::new();
    for name in names.iter().filter(|name| name.starts_with(WITNESSED_FOLDER)) {
        match read(name)? {
            Ok(head) => witnessed.push(head),
            Err(finding) => return Ok(Err(finding)),
        }
    }
    let keys = keys.keys();
    let witnesses = names_of_witnesses(&checkpoint, &witnessed, &keys);
    let claims = [
        ("size", manifest.size == checkpoint.size),
        ("first", (1..=manifest.last.max(1)).contains(&manifest.first)),
        ("last", manifest.last <= manifest.size),
        ("witnesses", manifest.witnesses == witnesses),
        ("note", manifest.note.as_deref() == witnesses.is_empty().then_some(NOT_WITNESSED.1)),
        ("files", is_complete(&manifest, &names)),
    ];
    if let Some((claim, _)) = claims.iter().find(|(_, holds)| !holds) {
        return Ok(Err(wrong(format!("{MANIFEST_FILE}: {claim}"))));
    }
    Ok(Ok(BundleHead { manifest, checkpoint, witnessed, keys }))
}

/// Whether exactly the files are there that a bundle of this kind has.
fn is_complete(manifest: &Manifest, names: &[String]) -> bool {
    let hashes = if manifest.part() == Part::Whole { LEAVES_FILE } else { PROOFS_FILE };
    let needed = [CHECKPOINT_FILE, KEYS_FILE, EVENTS_FILE, hashes];
    let is_known = |name: &str| {
        needed.contains(&name)
            || name == NAMES_FILE
            || name.starts_with(WITNESSED_FOLDER)
            || name.starts_with(SCHEMAS_FOLDER)
    };
    let others = names.iter().filter(|name| *name != MANIFEST_FILE);
    needed.iter().all(|name| manifest.files.contains_key(*name))
        && manifest.files.len() + 1 == names.len()
        && others.clone().all(|name| manifest.files.contains_key(name) && is_known(name))
}

fn times_of_witnesses(head: &BundleHead, keys: &[PublicKey]) -> Vec<(Position, u64)> {
    let heads = head.witnessed.iter().chain([&head.checkpoint]);
    let signed = heads.flat_map(|head| {
        let signed = head.signed_by(keys).unwrap_or_default();
        signed.into_iter().map(|signed| (head.size, signed.time))
    });
    signed.filter(|(_, time)| *time > 0).collect()
}

/// What came of the events.
struct Events {
    tree: Tree,
    findings: Vec<Finding>,
}

fn check_events<R: Read + Seek>(
    archive: &mut Archive<R>,
    head: &BundleHead,
    verifier: &mut Verifier<'_>,
    see: &mut dyn FnMut(Position),
) -> Result<Events, ArchiveError> {
    let part = head.manifest.part();
    let mut events = Events { tree: Tree::default(), findings: Vec::new() };
    let (mut hashed, mut committed) = (Vec::new(), Committed::default());
    let has_names = head.manifest.files.contains_key(NAMES_FILE);
    let mut position = part.from() - 1;
    let mut count = 0;
    let Some(stream) = archive.stream(EVENTS_FILE)? else { return Ok(events) };
    let mut lines = BufReader::with_capacity(1 << 20, stream);
    let mut line = Vec::new();
    while next_line(&mut lines, MAX_EVENT_BYTES, &mut line)? {
        // Where events are left out, each says itself where it stands.
        position = if part.is_contiguous() { position + 1 } else { sequence(&line).unwrap_or(position + 1) };
        count += 1;
        match part {
            Part::Whole => events.tree.push(leaf_hash(&line)),
            Part::Range { .. } | Part::Scope { .. } => hashed.push((position, leaf_hash(&line))),
        }
        if position > head.manifest.last || !belongs(head.manifest.scope.as_deref(), &line) {
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
    events.findings.extend(committed.check(archive)?);
    if part != Part::Whole {
        events.findings.extend(check_proofs(archive, head, &hashed)?);
    }
    if count != head.manifest.events && events.findings.is_empty() {
        events.findings.push(wrong(format!("events: {count} ≠ {}", head.manifest.events)));
    }
    Ok(events)
}

/// Whether the event is of the county, or of none.
fn belongs(scope: Option<&str>, body: &[u8]) -> bool {
    let Some(scope) = scope else { return true };
    let event: Value = serde_json::from_slice(body).unwrap_or_default();
    event["county"].as_str().is_none_or(|county| county == scope)
}

/// Where an event says that it stands.
fn sequence(body: &[u8]) -> Option<Position> {
    let event: Value = serde_json::from_slice(body).ok()?;
    event["sequence"].as_str()?.parse().ok()
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
        let is_there = next_line(&mut lines, MAX_PROOF_LINE_BYTES, &mut line)?;
        let path = path_of(&line).filter(|_| is_there);
        let holds = path.is_some_and(|path| includes(&path, checked, position.saturating_sub(1), *leaf));
        if !holds {
            findings.push(Finding::new(*position, FindingKind::Proof, ""));
        }
        if findings.len() as u64 >= MAX_FINDINGS {
            return Ok(findings);
        }
    }
    if next_line(&mut lines, MAX_PROOF_LINE_BYTES, &mut line)? {
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

/// Reads a line without its end; false at the end of the file. What is longer than the limit is cut there: it can be
/// nothing that was ever written.
pub(crate) fn next_line(
    lines: &mut impl BufRead,
    limit: usize,
    line: &mut Vec<u8>,
) -> Result<bool, ArchiveError> {
    line.clear();
    let read = lines.by_ref().take(limit as u64 + 1).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(read > 0)
}

/// The signatures of every head, by the keys that are at hand; the log itself must have signed each.
fn check_signatures(head: &BundleHead, keys: &[PublicKey]) -> Vec<Finding> {
    let heads = head.witnessed.iter().chain([&head.checkpoint]);
    let findings = heads.filter_map(|head| {
        let finding = |detail: String| Finding::new(head.size, FindingKind::Signature, detail);
        match head.is_signed_by_log(keys) {
            Ok(true) => None,
            Ok(false) => Some(finding(head.origin.clone())),
            Err(error) => Some(finding(error.to_string())),
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
        let sha256 = crate::hexadecimal(&hash.finalize());
        if bytes != entry.bytes || sha256 != entry.sha256 {
            findings.push(wrong(name.clone()));
        }
    }
    Ok(findings)
}
