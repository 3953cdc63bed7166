//! The rule book: the figures, codes, rules and sources by which commands are decided, in numbered editions.
//!
//! The program carries every edition that was ever published; the log says from which event on which one is followed, and with
//! what in it, so that a log is judged for ever as it was decided.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::date::Date;
use crate::document_number::Sha256Hex;
use crate::policy::{Bounds, CheckedDocument, Citation, CodeLists, EarlierEdition, Policy, Rule, Severity};
use crate::thresholds::ThresholdChanges;

/// An edition as it was published: its number, its file, and SHA-256 of the file. The last is the one that this program follows.
/// One that has stood in a city's log is never changed; a rule, figure or code that changes makes the next edition, and its
/// predecessor's file goes on standing here.
const EDITIONS: &[(u32, &str, &str)] = &[
    #[cfg(any(test, feature = "testing"))]
    (
        0,
        include_str!("rule_books/rehearsal.json"),
        "26a4bf41477cb5fe73e0ec044ab0de695668acfcd4f74996f62b141866e74655",
    ),
    (1, include_str!("policy.json"), "ddc6f35aa6f0c4145aa969f168dbc37969f769a06dbaa7a24ade75b8b10bb0b6"),
];

data! {
    /// 规则手册：据以作出决定的标准、代码和规则 / the rule book: the figures, codes and rules by which commands are decided
    pub struct RuleBook {
        /// 规则手册的版次 / the edition of the rule book
        pub edition: u32,
        /// 该版文件的 SHA-256；文件载有各条规则的文字 / SHA-256 of the edition's file, which says in words what each rule asks
        pub file_sha256: Sha256Hex,
        /// 手册的全部标准 / all the figures that its rules read
        pub figures: ThresholdChanges,
        /// 法规所定标准，政策不得放宽 / the figures of regulations, which no policy loosens
        pub regulation: ThresholdChanges,
        /// 政策可调整的限度 / what a policy may make of each figure
        pub bounds: BTreeMap<String, Bounds>,
        /// 所引文件及核对日期 / the documents that are cited, and when they were read
        pub documents: Vec<CheckedDocument>,
        /// 手册的各张代码表 / the code lists that a jurisdiction may extend
        pub code_lists: CodeLists,
        /// 各条规则；未列的规则不适用 / the rules by their names; one that is not among them does not hold
        pub rules: BTreeMap<String, RuleInForce>,
    }

    /// 手册中的一条规则 / a rule of the book
    pub struct RuleInForce {
        /// 违反时如何处理 / what becomes of a command that breaks it
        pub severity: Severity,
        /// 依据；没有的是本手册自定的 / its source; absent where it is the book's own
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub citation: Option<Citation>,
        /// 施行首日；没有的一直适用 / the first day on which it holds; always where absent
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub valid_from: Option<Date>,
        /// 规则施行的末日 / the last day on which the rule holds
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub valid_to: Option<Date>,
        /// 所用的标准 / the figures that it reads
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub figures: Vec<String>,
        /// 此前的依据和标准 / what it was before its first day
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub earlier: Option<EarlierInForce>,
    }

    /// 规则此前的依据和标准 / what a rule was before its present source held
    pub struct EarlierInForce {
        /// 规则当时的依据 / the source that the rule had then
        pub citation: Citation,
        /// 当时依据的施行首日 / the first day on which that source held
        pub valid_from: Date,
        /// 当时的标准；与现行相同的不列 / the figures then; those as at present are not named
        #[serde(default, skip_serializing_if = "ThresholdChanges::is_empty")]
        pub figures: ThresholdChanges,
    }
}

/// The editions that this program knows, read once.
static READ: LazyLock<Vec<(Policy, RuleBook)>> = LazyLock::new(|| {
    let read = |(_, file, sha256): &(u32, &str, &str)| {
        let policy = read_edition(file)?;
        let book = RuleBook::of(&policy, Sha256Hex::try_from((*sha256).to_owned()).ok()?);
        Some((policy, book))
    };
    EDITIONS.iter().filter_map(read).collect()
});

/// Reads an edition; a figure that was added after it has the value of today, which no rule of it reads.
fn read_edition(file: &str) -> Option<Policy> {
    let mut edition: Value = serde_json::from_str(file).ok()?;
    let today: Value = serde_json::from_str(Policy::FILE).ok()?;
    let figures = edition.get_mut("figures")?.as_object_mut()?;
    for (name, value) in today.get("figures")?.as_object()? {
        figures.entry(name).or_insert_with(|| value.clone());
    }
    Policy::read(edition).ok()
}

/// The rules of an edition; nothing where this program does not know it.
pub fn edition(number: u32) -> Option<&'static Policy> {
    READ.iter().map(|(policy, _)| policy).find(|policy| policy.version == number)
}

impl RuleBook {
    /// An edition as an event says it; nothing where this program does not know it.
    pub fn edition(number: u32) -> Option<&'static Self> {
        READ.iter().map(|(_, book)| book).find(|book| book.edition == number)
    }

    /// The file of an edition, with the rules in words.
    pub fn file(number: u32) -> Option<&'static str> {
        EDITIONS.iter().find(|(edition, ..)| *edition == number).map(|(_, file, _)| *file)
    }

    /// The edition that this program follows.
    pub fn latest() -> u32 {
        EDITIONS.iter().map(|(edition, ..)| *edition).max().unwrap_or_default()
    }

    fn of(policy: &Policy, file_sha256: Sha256Hex) -> Self {
        let Policy { version, thresholds, regulation, bounds, documents, code_lists, rules, on: _ } = policy;
        let in_force = |(id, rule): (&String, &Rule)| {
            let Rule { severity, zh: _, en: _, citation, valid_from, valid_to, figures, earlier } = rule;
            let is_own = *citation == Policy::own_citation(*version, id, citation.checked_on);
            let rule = RuleInForce {
                severity: *severity,
                citation: (!is_own).then(|| undated(citation)),
                valid_from: *valid_from,
                valid_to: *valid_to,
                figures: figures.clone(),
                earlier: earlier.as_ref().map(EarlierInForce::of),
            };
            (id.clone(), rule)
        };
        Self {
            edition: *version,
            file_sha256,
            figures: ThresholdChanges::all(thresholds),
            regulation: *regulation,
            bounds: BTreeMap::clone(bounds),
            documents: Vec::clone(documents),
            code_lists: BTreeMap::clone(code_lists),
            rules: rules.iter().map(in_force).collect(),
        }
    }
}

impl EarlierInForce {
    fn of(earlier: &EarlierEdition) -> Self {
        let EarlierEdition { zh: _, en: _, citation, valid_from, figures } = earlier;
        Self { citation: undated(citation), valid_from: *valid_from, figures: *figures }
    }
}

/// Without the day on which it was read, which stands with its document.
fn undated(citation: &Citation) -> Citation {
    Citation { checked_on: None, ..citation.clone() }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn every_edition_reads_and_is_the_file_that_was_published() {
        assert_eq!(READ.len(), EDITIONS.len());
        for ((policy, book), (number, file, sha256)) in READ.iter().zip(EDITIONS) {
            assert_eq!((policy.version, book.edition), (*number, *number));
            assert_eq!(
                crate::hexadecimal(&Sha256::digest(file)),
                *sha256,
                "the rules changed: where edition {number} stands in the log of a city, keep its file in rule_books/ and make the next"
            );
        }
        let numbers: Vec<u32> = EDITIONS.iter().map(|(number, ..)| *number).collect();
        assert!(numbers.is_sorted_by(|earlier, later| earlier < later), "{numbers:?}");
    }

    #[test]
    fn the_last_edition_is_what_this_program_follows() {
        let defaults = Policy::defaults().unwrap();
        assert_eq!((defaults.version, edition(RuleBook::latest())), (RuleBook::latest(), Some(&defaults)));
        assert_eq!(RuleBook::file(RuleBook::latest()), Some(Policy::FILE));
        assert_eq!((edition(RuleBook::latest() + 1), RuleBook::edition(99)), (None, None));
    }

    #[test]
    fn what_an_event_says_is_all_of_an_edition_but_the_words() {
        let (policy, book) = READ.last().unwrap();
        let written = serde_json::to_value(book).unwrap();
        assert!(written.to_string().len() < 50_000, "{}", written.to_string().len());
        let file: Value = serde_json::from_str(Policy::FILE).unwrap();
        for part in ["figures", "regulation", "bounds", "documents", "code_lists"] {
            assert_eq!(written[part], file[part], "{part}");
        }
        for (id, rule) in file["rules"].as_object().unwrap() {
            let mut expected = rule.clone();
            let mut found = written["rules"][id].clone();
            for words in ["zh", "en"] {
                expected.as_object_mut().unwrap().remove(words);
                expected
                    .get_mut("earlier")
                    .and_then(Value::as_object_mut)
                    .map(|earlier| earlier.remove(words));
            }
            let citation = &policy.rules[id].citation;
            if found.get("citation").is_none() {
                let own = serde_json::json!({
                    "document": citation.document, "version": citation.version, "article": id,
                });
                found["citation"] = own;
            }
            // The day of a citation of its own is kept where its document has another.
            expected["citation"].as_object_mut().unwrap().remove("checked_on");
            assert_eq!(found, expected, "{id}");
        }
        assert_eq!(serde_json::from_value::<RuleBook>(written).unwrap(), *book);
    }
}
