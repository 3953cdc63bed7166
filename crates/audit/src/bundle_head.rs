//! What a bundle holds besides its events: the manifest, the signed heads, the keys, and the files in their order.

use std::io::{Read, Seek};

use crate::archive::{Archive, ArchiveError};
use crate::bundle::{
    CHECKPOINT_FILE, EVENTS_FILE, FORMAT, KEYS_FILE, LEAVES_FILE, MANIFEST_FILE, Manifest, NOT_WITNESSED,
    PROOFS_FILE, SCHEMAS_FOLDER, WITNESSED_AGAIN_FOLDER, WITNESSED_FOLDER, names_of_witnesses,
};
use crate::bundle_names::NAMES_FILE;
use crate::carried::is_carried;
use crate::checkpoint::{Checkpoint, MAX_CHECKPOINT_BYTES, origin};
use crate::finding::{Finding, FindingKind};
use crate::key::{PublicKey, parse_keys};
use crate::part::Part;
use crate::trust::MAX_TRUST_BYTES;

/// The longest manifest; it has a line for each type of event and each head.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;
/// Digits of a city's code, and of a county's.
const CITY_DIGITS: usize = 4;
const COUNTY_DIGITS: usize = 6;
/// Digits of the size in the name of a head's file.
const SIZE_DIGITS: usize = 20;

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

impl BundleHead {
    /// Reads it. An error says that the file cannot be read at all; what is wrong in it is a finding.
    pub(crate) fn read<R: Read + Seek>(
        archive: &mut Archive<R>,
    ) -> Result<Result<Self, Finding>, ArchiveError> {
        let names: Vec<String> = archive.members().iter().map(|member| member.name.clone()).collect();
        let bytes = archive.read(MANIFEST_FILE, MAX_MANIFEST_BYTES)?.unwrap_or_default();
        let manifest = match read_manifest(&bytes, &names) {
            Ok(manifest) => manifest,
            Err(finding) => return Ok(Err(finding)),
        };
        let bytes = archive.read(KEYS_FILE, MAX_TRUST_BYTES as u64)?.unwrap_or_default();
        let Some(keys) = parse_keys(&bytes) else { return Ok(Err(wrong(KEYS_FILE))) };
        let mut read = |name: &str| -> Result<Result<Checkpoint, Finding>, ArchiveError> {
            let bytes = archive.read(name, MAX_CHECKPOINT_BYTES as u64)?.unwrap_or_default();
            let named = |detail: String| {
                Finding::new(manifest.size, FindingKind::Checkpoint, format!("{name}: {detail}"))
            };
            Ok(match Checkpoint::parse(&bytes) {
                Err(error) => Err(named(error.say().in_both())),
                Ok(head) if head.origin != manifest.origin => Err(named(head.origin)),
                Ok(head) if name != CHECKPOINT_FILE && !name.ends_with(&format!("/{:020}", head.size)) => {
                    Err(named(head.size.to_string()))
                }
                Ok(head) => Ok(head),
            })
        };
        let checkpoint = match read(CHECKPOINT_FILE)? {
            Err(finding) => return Ok(Err(finding)),
            Ok(checkpoint) => checkpoint,
        };
        let mut witnessed = Vec::new();
        for name in names.iter().filter(|name| is_head(name)) {
            match read(name)? {
                Ok(head) => witnessed.push(head),
                Err(finding) => return Ok(Err(finding)),
            }
        }
        let witnesses = names_of_witnesses(&checkpoint, &witnessed, &keys);
        let claims = [
            ("size", manifest.size == checkpoint.size),
            ("witnesses", manifest.witnesses == witnesses),
            ("note", manifest.note.as_deref() == witnesses.is_empty().then_some(NOT_WITNESSED.1)),
        ];
        if let Some((claim, _)) = claims.iter().find(|(_, holds)| !holds) {
            return Ok(Err(wrong(format!("{MANIFEST_FILE}: {claim}"))));
        }
        Ok(Ok(Self { manifest, checkpoint, witnessed, keys }))
    }

    /// The heads of witnesses that the events are known to lie under: of a part, only what is its own head.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Checkpoint> {
        let own = (self.checkpoint.size, self.checkpoint.root);
        let is_whole = self.manifest.part() == Part::Whole;
        self.witnessed.iter().filter(move |head| is_whole || (head.size, head.root) == own)
    }
}

pub(crate) fn wrong(detail: impl Into<String>) -> Finding {
    Finding::new(0, FindingKind::Bundle, detail)
}

/// Reads a manifest in its only spelling, whose files are those that are there.
fn read_manifest(bytes: &[u8], names: &[String]) -> Result<Manifest, Finding> {
    let manifest: Option<Manifest> = serde_json::from_slice(bytes).ok();
    let manifest = manifest.filter(|manifest| manifest.to_bytes() == bytes && manifest.format == FORMAT);
    let manifest = manifest.ok_or_else(|| wrong(MANIFEST_FILE))?;
    let claims = [
        ("origin", manifest.origin == origin(&manifest.city)),
        ("scope", manifest.scope.as_deref().is_none_or(|scope| is_county(scope, &manifest.city))),
        ("first", (1..=manifest.last.max(1)).contains(&manifest.first)),
        ("last", manifest.last <= manifest.size),
        ("files", is_complete(&manifest, names)),
    ];
    let broken = claims.iter().find(|(_, holds)| !holds);
    broken.map_or(Ok(()), |(claim, _)| Err(wrong(format!("{MANIFEST_FILE}: {claim}"))))?;
    Ok(manifest)
}

/// Whether a code is that of a county of the city.
fn is_county(scope: &str, city: &str) -> bool {
    city.len() == CITY_DIGITS
        && scope.len() == COUNTY_DIGITS
        && scope.starts_with(city)
        && scope.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether exactly the files are there that a bundle of this kind has, in their order.
fn is_complete(manifest: &Manifest, names: &[String]) -> bool {
    let sorted = |is_one: fn(&str) -> bool| {
        let mut found: Vec<&str> = names.iter().map(String::as_str).filter(|name| is_one(name)).collect();
        found.sort_unstable();
        found
    };
    let mut expected = vec![CHECKPOINT_FILE, KEYS_FILE];
    expected.extend(sorted(is_head));
    expected.extend([EVENTS_FILE, if manifest.part() == Part::Whole { LEAVES_FILE } else { PROOFS_FILE }]);
    expected.extend(sorted(|name| name == NAMES_FILE));
    expected.extend(sorted(is_schema));
    expected.extend(sorted(is_carried));
    let listed = expected.len() == manifest.files.len()
        && expected.iter().all(|name| manifest.files.contains_key(*name));
    expected.push(MANIFEST_FILE);
    listed && expected.iter().eq(names.iter())
}

/// Whether a file has the name of a head that witnesses have signed.
fn is_head(name: &str) -> bool {
    let size = [WITNESSED_FOLDER, WITNESSED_AGAIN_FOLDER].iter().find_map(|folder| name.strip_prefix(folder));
    size.is_some_and(|size| size.len() == SIZE_DIGITS && size.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a file has the name of an event type's schema.
fn is_schema(name: &str) -> bool {
    let name = name.strip_prefix(SCHEMAS_FOLDER).and_then(|name| name.strip_suffix(".json"));
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(is_letter))
}
