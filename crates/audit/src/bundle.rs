//! A bundle: one file with events exactly as stored, the signed head over them, and what else an outsider needs to
//! verify them without us. `docs/verify/README.md` describes it for those who write a checker of their own.

use domain::errors;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};

use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use event_log::{LogError, Position};
use serde::{Deserialize, Serialize};

use crate::archive::{ArchiveError, ArchiveWriter};
use crate::bundle_names::{NAMES_FILE, OpenedName};
use crate::carried::Vouched;
use crate::checkpoint::Checkpoint;
use crate::key::PublicKey;
use crate::part::Part;
use crate::tree::{Tree, leaf_hash};

/// The name of the format, with its version.
pub const FORMAT: &str = "lianjian-bundle/1";
/// Until a witness outside the city's machines has signed, this is said with every bundle and verdict.
pub const NOT_WITNESSED: (&str, &str) =
    ("未经见证：运营者本可单方重写此日志", "not witnessed: the operator alone could have rewritten this");

/// The files of a bundle.
pub(crate) const CHECKPOINT_FILE: &str = "checkpoint";
pub(crate) const KEYS_FILE: &str = "keys";
/// What witnesses signed first of each size, and what they signed last before the log grew.
pub(crate) const WITNESSED_FOLDER: &str = "witnessed/";
pub(crate) const WITNESSED_AGAIN_FOLDER: &str = "witnessed-again/";
pub(crate) const LEAVES_FILE: &str = "leaves";
pub(crate) const EVENTS_FILE: &str = "events.ndjson";
pub(crate) const PROOFS_FILE: &str = "proofs.ndjson";
pub(crate) const SCHEMAS_FOLDER: &str = "schemas/events/";
pub(crate) const MANIFEST_FILE: &str = "manifest.json";

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The city of the log.
    pub city: String,
    /// The log, as its checkpoints name it.
    pub origin: String,
    /// How many events the signed head covers.
    pub size: u64,
    /// The first position that was asked for.
    pub first: Position,
    /// The last one.
    pub last: Position,
    /// The county whose events these are; nothing where no event was left out.
    pub scope: Option<String>,
    /// How many events are in it.
    pub events: u64,
    /// Who has co-signed, by the city's own account.
    pub witnesses: Vec<String>,
    /// What must be said where nobody has.
    pub note: Option<String>,
    /// Every other file.
    pub files: BTreeMap<String, FileEntry>,
}

/// A file, as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// How much of the log is in the bundle.
    pub fn part(&self) -> Part {
        match &self.scope {
            Some(_) => Part::Scope { from: self.first },
            None if self.first == 1 && self.last == self.size => Part::Whole,
            None => Part::Range { from: self.first },
        }
    }

    /// The only bytes in which it is written.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Strings and numbers always make JSON.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// What is put into a bundle, besides the events.
pub struct BundleSource<'a> {
    /// The city of the log.
    pub city: &'a str,
    /// The signed head.
    pub checkpoint: &'a Checkpoint,
    /// Heads that witnesses have co-signed, in the order of their sizes; one that was signed again stands behind itself.
    pub witnessed: &'a [Checkpoint],
    /// The keys of the log, and of the witnesses that it knows.
    pub keys: &'a [PublicKey],
    /// The hashes of every event under the head.
    pub tree: &'a Tree,
    /// The first position that is wanted.
    pub first: Position,
    /// The last one, at most the size of the head.
    pub last: Position,
    /// The county whose events are wanted.
    pub scope: Option<&'a str>,
    /// What the events commit to, where it is to be read; mostly nothing.
    pub names: &'a [OpenedName],
}

errors! {
    /// Why a bundle is not written.
    #[derive(Debug)]
    pub enum ExportError {
        /// The file cannot be written.
        #[zh("归档包无法写出:{}", cause.say().zh)]
        #[en("the bundle cannot be written: {}", cause.say().en)]
        Archive(#[from] cause: ArchiveError),
        /// What would be exported is not what was signed.
        #[zh("第 {position} 条与签名检查点之下的叶哈希不符,未导出:请运行 audit verify")]
        #[en("event {position} is not the one under the signed checkpoint, nothing was exported: run audit verify")]
        NotCovered {
            /// Where.
            position: Position,
        },
    } of {
        /// The log cannot be read.
        Log(#[from] LogError),
    }
}

/// Shows each event that is wanted, in order.
pub type Visit<'a> = dyn FnMut(Position, &[u8]) -> Result<(), ExportError> + 'a;

/// Writes a bundle. `show` shows every event from `first` to `last`, or those of them that belong to the scope.
pub fn write_bundle<W: Write + Seek>(
    target: W,
    source: &BundleSource<'_>,
    show: &mut dyn FnMut(&mut Visit<'_>) -> Result<(), ExportError>,
) -> Result<Manifest, ExportError> {
    let mut archive = ArchiveWriter::new(target);
    archive.add(CHECKPOINT_FILE, &source.checkpoint.to_bytes())?;
    let keys: String = source.keys.iter().map(|key| format!("{key}\n")).collect();
    archive.add(KEYS_FILE, keys.as_bytes())?;
    write_witnessed(&mut archive, source.witnessed)?;
    let (mut positions, mut types, mut vouched) = (Vec::new(), BTreeSet::new(), Vouched::default());
    archive.add_with(EVENTS_FILE, &mut |file| {
        show(&mut |position, body| {
            if source.tree.leaf(position.saturating_sub(1)) != Some(leaf_hash(body)) {
                return Err(ExportError::NotCovered { position });
            }
            positions.push(position);
            let typed: Option<Typed> = serde_json::from_slice(body).ok();
            if let Some(Typed { event_type }) = typed {
                vouched.see(&event_type, body);
                types.insert(event_type);
            }
            let written = file.write_all(body).and_then(|()| file.write_all(b"\n"));
            written.map_err(|error| ArchiveError::Io(error).into())
        })
    })?;
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        city: source.city.to_owned(),
        origin: source.checkpoint.origin.clone(),
        size: source.checkpoint.size,
        first: source.first,
        last: source.last,
        scope: source.scope.map(str::to_owned),
        events: positions.len() as u64,
        witnesses: Vec::new(),
        note: None,
        files: BTreeMap::new(),
    };
    match manifest.part() {
        Part::Whole => archive.add_with(LEAVES_FILE, &mut |file| write_leaves(file, source))?,
        Part::Range { .. } | Part::Scope { .. } => {
            archive.add_with(PROOFS_FILE, &mut |file| write_proofs(file, source, &positions))?;
        }
    }
    if !source.names.is_empty() {
        archive.add_with(NAMES_FILE, &mut |file| write_names(file, source, &positions))?;
    }
    for event_type in &types {
        if let Some(schema) = schema_text(event_type) {
            archive.add(&schema_file(event_type), schema.as_bytes())?;
        }
    }
    vouched.write(&mut archive)?;
    manifest.witnesses = names_of_witnesses(source.checkpoint, source.witnessed, source.keys);
    manifest.note = manifest.witnesses.is_empty().then(|| NOT_WITNESSED.1.to_owned());
    manifest.files = archive
        .written()
        .iter()
        .map(|file| (file.name.clone(), FileEntry { bytes: file.bytes, sha256: file.sha256.clone() }))
        .collect();
    archive.add(MANIFEST_FILE, &manifest.to_bytes())?;
    archive.finish()?;
    Ok(manifest)
}

/// The type of an event.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    event_type: String,
}

/// The file of the schema of a CloudEvent's `type`.
pub(crate) fn schema_file(full_type: &str) -> String {
    format!("{SCHEMAS_FOLDER}{full_type}.json")
}

/// The schema of a CloudEvent's `type`, in the bytes in which it is published; nothing where this program does not know it.
pub(crate) fn schema_text(full_type: &str) -> Option<String> {
    let schema = event_schema(TypeVersion::parse(full_type).ok()?)?;
    Some(format!("{schema:#}\n"))
}

/// The heads of witnesses; of two of one size the second was signed again.
fn write_witnessed<W: Write + Seek>(
    archive: &mut ArchiveWriter<W>,
    witnessed: &[Checkpoint],
) -> Result<(), ArchiveError> {
    let is_again = |index: usize| {
        index > 0
            && witnessed.get(index - 1).map(|head| head.size) == witnessed.get(index).map(|head| head.size)
    };
    for (folder, wanted) in [(WITNESSED_AGAIN_FOLDER, true), (WITNESSED_FOLDER, false)] {
        for (_, head) in witnessed.iter().enumerate().filter(|(index, _)| is_again(*index) == wanted) {
            archive.add(&format!("{folder}{:020}", head.size), &head.to_bytes())?;
        }
    }
    Ok(())
}

/// The witnesses whose signatures are on these heads, by name.
pub(crate) fn names_of_witnesses(
    checkpoint: &Checkpoint,
    witnessed: &[Checkpoint],
    keys: &[PublicKey],
) -> Vec<String> {
    let witnesses: Vec<PublicKey> =
        keys.iter().filter(|key| key.kind == crate::key::KeyKind::Witness).cloned().collect();
    let heads = witnessed.iter().chain([checkpoint]);
    let signed = heads.flat_map(|head| head.signed_by(&witnesses).unwrap_or_default());
    let mut names: Vec<String> = signed.map(|signed| signed.key.name).collect();
    names.sort();
    names.dedup();
    names
}

fn write_leaves(file: &mut dyn Write, source: &BundleSource<'_>) -> Result<(), ExportError> {
    let leaves = source.tree.range(0, 0, source.checkpoint.size).unwrap_or_default();
    leaves.iter().try_for_each(|leaf| file.write_all(&leaf.0)).map_err(|error| ArchiveError::Io(error).into())
}

/// A line a name, of the events that are in the bundle.
fn write_names(
    file: &mut dyn Write,
    source: &BundleSource<'_>,
    positions: &[Position],
) -> Result<(), ExportError> {
    let is_there = |named: &&OpenedName| positions.binary_search(&named.position).is_ok();
    for named in source.names.iter().filter(is_there) {
        let line = serde_json::to_string(named).unwrap_or_default();
        writeln!(file, "{line}").map_err(ArchiveError::Io)?;
    }
    Ok(())
}

/// A line an event: its path to the root, from the leaf's sibling upward.
fn write_proofs(
    file: &mut dyn Write,
    source: &BundleSource<'_>,
    positions: &[Position],
) -> Result<(), ExportError> {
    for position in positions {
        let path = source.tree.inclusion(position.saturating_sub(1), source.checkpoint.size);
        let path = path.ok_or(ExportError::NotCovered { position: *position })?;
        let line: Vec<String> = path.iter().map(|hash| hash.to_string()).collect();
        let line = serde_json::to_string(&line).unwrap_or_default();
        writeln!(file, "{line}").map_err(ArchiveError::Io)?;
    }
    Ok(())
}
