//! What a bundle carries for whoever opens it in thirty years: the rules in words, the description of the formats, and the
//! checker in Python. Each is vouched for by the events that say which rule book is followed (`log.rule-book-adopted`).

use std::collections::BTreeMap;
use std::io::{Read, Seek, Write};
use std::sync::LazyLock;

use domain::rule_book::RuleBook;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::archive::{Archive, ArchiveError, ArchiveWriter};

/// Where the rules in words stand, a file an edition.
const RULE_BOOKS_FOLDER: &str = "rule-books/";
/// Where the description of the formats and the checker stand.
const CHECKER_FOLDER: &str = "verify/";
/// The longest of these files.
const MAX_CARRIED_BYTES: u64 = 1 << 20;
/// The type of the events that vouch for them.
const ADOPTED: &str = "cn.lianjian.log.rule-book-adopted.v1";

/// The description of the formats and the checker, by name, as this program publishes them in `docs/verify`.
const CHECKER: &[(&str, &str)] = &[
    ("README.md", include_str!("../../../docs/verify/README.md")),
    ("bundle.py", include_str!("../../../docs/verify/bundle.py")),
    ("commands.py", include_str!("../../../docs/verify/commands.py")),
    ("ed25519.py", include_str!("../../../docs/verify/ed25519.py")),
    ("figures.py", include_str!("../../../docs/verify/figures.py")),
    ("history.py", include_str!("../../../docs/verify/history.py")),
    ("lawful.py", include_str!("../../../docs/verify/lawful.py")),
    ("note.py", include_str!("../../../docs/verify/note.py")),
    ("schemas.sha256", include_str!("../../../docs/verify/schemas.sha256")),
    ("verify.py", include_str!("../../../docs/verify/verify.py")),
    ("versions.py", include_str!("../../../docs/verify/versions.py")),
];

static CHECKER_SHA256: LazyLock<String> =
    LazyLock::new(|| digest_of(CHECKER.iter().map(|(name, file)| (*name, file.as_bytes()))));

/// SHA-256 over the list of hashes of the checker's files, as `sha256sum` writes it, by name; in hexadecimal.
pub fn checker_sha256() -> &'static str {
    &CHECKER_SHA256
}

fn digest_of<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let list: String = files.map(|(name, file)| format!("{}  {name}\n", sha256(file))).collect();
    sha256(list.as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    domain::hexadecimal(&Sha256::digest(bytes))
}

/// Whether a file has the name of one of these.
pub(crate) fn is_carried(name: &str) -> bool {
    let edition = name.strip_prefix(RULE_BOOKS_FOLDER).and_then(|name| name.strip_suffix(".json"));
    let is_of_checker = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    edition.is_some_and(|edition| !edition.is_empty() && edition.bytes().all(|byte| byte.is_ascii_digit()))
        || name
            .strip_prefix(CHECKER_FOLDER)
            .is_some_and(|name| !name.is_empty() && name.bytes().all(is_of_checker))
}

/// What the events of a bundle vouch for.
#[derive(Debug, Default)]
pub(crate) struct Vouched {
    /// SHA-256 of the file of each edition.
    editions: BTreeMap<u32, String>,
    /// That of the checker, as the last of them says.
    checker: Option<String>,
}

#[derive(Deserialize)]
struct Adopted {
    data: AdoptedData,
}

#[derive(Deserialize)]
struct AdoptedData {
    checker_sha256: String,
    rule_book: AdoptedBook,
}

#[derive(Deserialize)]
struct AdoptedBook {
    edition: u32,
    file_sha256: String,
}

impl Vouched {
    /// Takes what an event of that type says, if it says anything.
    pub(crate) fn see(&mut self, full_type: &str, body: &[u8]) {
        if full_type != ADOPTED {
            return;
        }
        // One that does not read is a finding of its own.
        if let Ok(Adopted { data }) = serde_json::from_slice(body) {
            self.editions.insert(data.rule_book.edition, data.rule_book.file_sha256);
            self.checker = Some(data.checker_sha256);
        }
    }

    /// Adds what this program has of it.
    pub(crate) fn write<W: Write + Seek>(&self, archive: &mut ArchiveWriter<W>) -> Result<(), ArchiveError> {
        let mut files: BTreeMap<String, &str> = BTreeMap::new();
        for (edition, vouched) in &self.editions {
            let file = RuleBook::file(*edition).filter(|file| sha256(file.as_bytes()) == *vouched);
            files.extend(file.map(|file| (format!("{RULE_BOOKS_FOLDER}{edition}.json"), file)));
        }
        if self.checker.as_deref() == Some(checker_sha256()) {
            files.extend(CHECKER.iter().map(|(name, file)| (format!("{CHECKER_FOLDER}{name}"), *file)));
        }
        files.iter().try_for_each(|(name, file)| archive.add(name, file.as_bytes()))
    }

    /// Holds what is there against it, and gives the names of what is not as it should be; what is not there is not missed.
    pub(crate) fn check<R: Read + Seek>(
        &self,
        archive: &mut Archive<R>,
    ) -> Result<Vec<String>, ArchiveError> {
        let names: Vec<String> = archive.members().iter().map(|member| member.name.clone()).collect();
        let (mut wrong, mut checker) = (Vec::new(), Vec::new());
        for name in names.into_iter().filter(|name| is_carried(name)) {
            let file = match archive.read(&name, MAX_CARRIED_BYTES) {
                Err(ArchiveError::Limit { name }) => {
                    wrong.push(name);
                    continue;
                }
                read => read?.unwrap_or_default(),
            };
            match name.strip_prefix(CHECKER_FOLDER) {
                Some(own) => checker.push((own.to_owned(), file)),
                None if !self.vouches_for_rules(&name, &file) => wrong.push(name),
                None => {}
            }
        }
        let found = digest_of(checker.iter().map(|(name, file)| (name.as_str(), file.as_slice())));
        if !checker.is_empty() && self.checker.as_ref() != Some(&found) {
            wrong.push(CHECKER_FOLDER.to_owned());
        }
        Ok(wrong)
    }

    fn vouches_for_rules(&self, name: &str, file: &[u8]) -> bool {
        let edition = name.strip_prefix(RULE_BOOKS_FOLDER).and_then(|name| name.strip_suffix(".json"));
        // In one spelling only: `01.json` is none.
        let edition =
            edition.and_then(|text| text.parse().ok().filter(|number: &u32| number.to_string() == text));
        edition.and_then(|edition| self.editions.get(&edition)).is_some_and(|known| *known == sha256(file))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_that_is_published_for_checking_is_carried_in_the_order_of_names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<String> = files
            .filter(|path| path.is_file())
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let own: Vec<&str> = CHECKER.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, own);
        assert!(own.iter().all(|name| is_carried(&format!("{CHECKER_FOLDER}{name}"))));
    }

    #[test]
    fn only_files_of_these_folders_have_such_names() {
        assert!(["rule-books/1.json", "rule-books/12.json", "verify/a.py"].into_iter().all(is_carried));
        let others = [
            "rule-books/.json",
            "rule-books/a.json",
            "rule-books/1.exe",
            "verify/",
            "verify/../a",
            "verify/a/b",
        ];
        assert!(!others.into_iter().any(is_carried));
    }
}
