//! Changes at random, whose verdict nobody wrote down: the checkers must agree on each.

use std::sync::Mutex;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::forge::{Files, Forge, Wanted};
use super::{Case, Checker};

/// What is done to the lines of a text.
#[derive(Debug, Clone)]
enum Change {
    Drop(prop::sample::Index),
    Repeat(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    /// Puts characters in that mean something to one reader or another.
    Insert(prop::sample::Index, String),
    Overwrite(prop::sample::Index, char),
    Truncate(prop::sample::Index),
}

fn changes() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let odd = prop::sample::select(vec![
        " ",
        "\n",
        "\r",
        "\t",
        "\0",
        "\"",
        ",",
        "{",
        "}",
        "[",
        "]",
        "0",
        "+",
        "-",
        ".",
        "=",
        "#",
        "—",
        "\u{feff}",
        "\u{3000}",
        "\u{85}",
        "é",
        "𠀀",
        "\\u0000",
        "null",
        "true",
        "1e3",
        "quorum none\n",
        "log ",
        "\n\n",
    ]);
    prop_oneof![
        index().prop_map(Change::Drop),
        index().prop_map(Change::Repeat),
        (index(), index()).prop_map(|(one, other)| Change::Swap(one, other)),
        (index(), odd).prop_map(|(at, text)| Change::Insert(at, text.to_owned())),
        (index(), prop::char::range(' ', '~')).prop_map(|(at, letter)| Change::Overwrite(at, letter)),
        index().prop_map(Change::Truncate),
    ]
}

fn changed(bytes: &[u8], change: &Change) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let letters: Vec<char> = text.chars().collect();
    let joined = |before: &[char], between: &str, after: &[char]| {
        (before.iter().collect::<String>() + between + &after.iter().collect::<String>()).into_bytes()
    };
    if letters.is_empty() {
        return b"x".to_vec();
    }
    match change {
        Change::Drop(at) => drop(lines.remove(at.index(lines.len()))),
        Change::Repeat(at) => lines.insert(at.index(lines.len()), lines[at.index(lines.len())]),
        Change::Swap(one, other) => {
            let count = lines.len();
            lines.swap(one.index(count), other.index(count));
        }
        Change::Insert(at, odd) => {
            let (before, after) = letters.split_at(at.index(letters.len() + 1));
            return joined(before, odd, after);
        }
        Change::Overwrite(at, letter) => {
            let (before, after) = letters.split_at(at.index(letters.len()));
            return joined(before, &letter.to_string(), &after[1..]);
        }
        Change::Truncate(at) => return joined(&letters[..at.index(letters.len())], "", &[]),
    }
    lines.concat().into_bytes()
}

/// Each of the honest bundles, with the name of a file of trusted keys among the rest.
fn bundles(forge: &Forge) -> Vec<Files> {
    let now = forge.now;
    let heads = [forge.head(9, &[(0, forge.time_of(9))]), forge.head(forge.size(), &[(0, now), (1, now)])];
    vec![
        forge.bundle(Wanted::Whole, &heads, true),
        forge.bundle(Wanted::Whole, &[], false),
        forge.bundle(Wanted::Range(5, 20), &heads[1..], true),
        forge.bundle(Wanted::County(3), &[], false),
    ]
}

#[test]
fn whatever_is_changed_both_checkers_say_the_same() {
    let forge = Forge::new();
    let bundles = bundles(&forge);
    let python = Mutex::new(Checker::start());
    let tried = Mutex::new(std::collections::BTreeMap::<String, u32>::new());
    let which = prop::sample::select(vec![0_usize, 1, 2, 3]);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let cases = (
        which,
        any::<prop::sample::Index>(),
        prop::collection::vec(changes(), 1..3),
        any::<bool>(),
        any::<bool>(),
    );
    let run = runner.run(&cases, |(which, file, changes, is_mended, with_policy)| {
        let files = &bundles[which];
        let mut policy = if with_policy { forge.policy() } else { forge.keys() }.into_bytes();
        // One more than there are files: the trusted keys themselves.
        let small: Vec<&String> = files
            .0
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !name.contains('/') || name.starts_with("wit"))
            .collect();
        let chosen = file.index(small.len() + 2);
        let forged = match small.get(chosen) {
            Some(name) => {
                let bytes =
                    changes.iter().fold(files.get(name).to_vec(), |bytes, change| changed(&bytes, change));
                let forged = files.with(name, bytes);
                let fits = is_mended && *name != "manifest.json" && *name != "events.ndjson";
                if fits { forged.mended() } else { forged }
            }
            None => {
                policy = changes.iter().fold(policy, |bytes, change| changed(&bytes, change));
                files.clone()
            }
        };
        let case = Case {
            name: format!("{which} {chosen} {changes:?} {is_mended}"),
            bundle: forged.to_bytes(),
            trust: Some(policy),
            since: None,
            now: forge.now,
        };
        let verdict = python.lock().unwrap().both(&case);
        *tried.lock().unwrap().entry(verdict).or_default() += 1;
        Ok(())
    });
    println!("{:?}", tried.lock().unwrap());
    run.unwrap();
}
