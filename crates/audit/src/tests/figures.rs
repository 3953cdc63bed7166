//! Proofs of figures: any figure of any rows is proved, and nothing else is, by the program and by `docs/verify/figures.py`.

use proptest::prelude::*;

use crate::Hash;
use crate::checkpoint::{Checkpoint, origin};
use crate::figures::FigureError;
use crate::figures::check::{Shown, check, establish};
use crate::figures::line::{JOINT_BRANCH, VILLAGE};
use crate::figures::proof::{Proof, Subject, Way};
use crate::figures::statement::Statement;
use crate::figures::tree::{FigureRow, FigureTree};
use crate::key::{KeyKind, SecretKey};
use crate::trust::Trust;
use crate::verdict::Verdict;

mod forgeries;

pub(super) const NAMES: [&str; 5] = ["recorded", "joint_branches", "villages", "villages_covered", "poor"];
const CITY: &str = "5108";
const SIZE: u64 = 3_537;

/// A city with its tree, and everything to sign with.
pub(super) struct World {
    pub(super) rows: Vec<FigureRow>,
    pub(super) tree: FigureTree,
    pub(super) key: SecretKey,
    pub(super) witness: SecretKey,
}

pub(super) fn log_key(seed: u8) -> SecretKey {
    SecretKey::new(&origin(CITY), KeyKind::Log, [seed; 32]).unwrap()
}

/// The id of a row, in the order of the numbers.
pub(super) fn id(number: u16) -> String {
    format!("{number:026}")
}

/// A row of a kind; what it counts follows from its number.
pub(super) fn row(kind: char, township: &str, number: u16, counts: Vec<u64>) -> FigureRow {
    FigureRow {
        county: Some(township[..6].to_owned()),
        township: Some(township.to_owned()),
        key: format!("{kind}{}", id(number)),
        counts,
        text: format!("联合党委{number}\n{number} {}", u32::from(number) + 7),
    }
}

impl World {
    pub(super) fn new(rows: Vec<FigureRow>) -> Self {
        // A township in which nothing lies, and a county without one.
        let places = [("510811", Some("510811200")), ("510899", None)];
        let places =
            places.map(|(county, township)| (Some(county.to_owned()), township.map(ToOwned::to_owned)));
        let tree = FigureTree::new(CITY, places, rows.clone(), NAMES.len()).unwrap();
        let witness = SecretKey::new("zhaohua.example.cn", KeyKind::Witness, [8; 32]).unwrap();
        Self { rows, tree, key: log_key(1), witness }
    }

    /// Two counties, three townships, some joint branches and villages in each.
    pub(super) fn usual() -> Self {
        let townships = ["510802100", "510802101", "510811100"];
        let rows = (0..36_u16).map(|number| {
            let township = townships[usize::from(number % 7 / 3)];
            match number % 4 {
                0 | 1 => row(
                    JOINT_BRANCH,
                    township,
                    number * 2,
                    vec![1, u64::from(number % 3 > 0), 0, 0, u64::from(number % 5 == 0)],
                ),
                _ => row(
                    VILLAGE,
                    township,
                    number * 2,
                    vec![0, 0, 1, u64::from(number % 3), 0]
                        .into_iter()
                        .map(|count: u64| count.min(1))
                        .collect(),
                ),
            }
        });
        Self::new(rows.collect())
    }

    pub(super) fn statement(&self) -> Statement {
        Statement {
            log: origin(CITY),
            size: SIZE,
            root: Hash([9; 32]),
            day: "2026-11-30".parse().unwrap(),
            policy: Hash([7; 32]),
            names: NAMES.map(ToOwned::to_owned).to_vec(),
            city: self.tree.city().clone(),
        }
    }

    pub(super) fn head(&self) -> Checkpoint {
        let head =
            Checkpoint::sign(&origin(CITY), SIZE, Hash([9; 32]), std::slice::from_ref(&self.key)).unwrap();
        head.with_signatures(&head.cosign(&self.witness, 1_790_000_000).unwrap()).unwrap()
    }

    /// A proof along a way.
    pub(super) fn along(&self, way: Way, figure: &str, scope: &str, subject: Subject) -> Proof {
        let statement = self.statement().sign(std::slice::from_ref(&self.key)).unwrap();
        let (figure, scope) = (figure.to_owned(), scope.to_owned());
        let whole = if figure.starts_with("villages") { "villages" } else { "recorded" }.to_owned();
        Proof { figure, whole, scope, subject, way, statement, head: self.head() }
    }

    pub(super) fn of_place(&self, figure: &str, scope: &str) -> Proof {
        self.along(self.tree.of_place(scope).unwrap(), figure, scope, Subject::Place)
    }

    pub(super) fn counted(&self, figure: &str, scope: &str, id: &str) -> Proof {
        let (way, text) = self.tree.of_row(&format!("{JOINT_BRANCH}{id}"), scope).unwrap().unwrap();
        self.along(way, figure, scope, Subject::Counted { id: id.to_owned(), text })
    }

    pub(super) fn absent(&self, figure: &str, scope: &str, id: &str) -> Proof {
        let way = self.tree.absence(&format!("{JOINT_BRANCH}{id}"), scope).unwrap();
        self.along(way, figure, scope, Subject::Absent { id: id.to_owned() })
    }

    /// Whom an auditor trusts: the log's key, and with a quorum the witness's.
    pub(super) fn trust(&self, with_quorum: bool) -> String {
        let (log, witness) = (self.key.public(), self.witness.public());
        let quorum = if with_quorum { format!("witness A {witness}\nquorum A\n") } else { String::new() };
        format!("log {log}\n{quorum}")
    }

    /// How many the rows of a place add up to.
    fn sum(&self, scope: &str, figure: &str) -> u64 {
        let index = NAMES.iter().position(|name| *name == figure).unwrap();
        let lies_there = |row: &&FigureRow| row.township.as_ref().unwrap().starts_with(scope);
        self.rows.iter().filter(lies_there).map(|row| row.counts[index]).sum()
    }
}

/// The program's verdict, with what is shown.
pub(super) fn ours(proof: &[u8], trust: &str) -> (String, Result<Shown, FigureError>) {
    let trust = Trust::parse(trust.as_bytes()).unwrap();
    let checked =
        Proof::parse(proof).and_then(|proof| Ok((check(&proof)?, establish(&proof, Some(&trust))?)));
    let verdict = checked.as_ref().map_or(Verdict::Failed, |(_, verdict)| *verdict);
    let verdict = serde_json::to_value(verdict).unwrap().as_str().unwrap().to_owned();
    (verdict, checked.map(|(shown, _)| shown))
}

#[test]
fn every_figure_of_every_place_is_proved_with_its_parts() {
    let world = World::usual();
    for scope in [CITY, "510802", "510811", "510899", "510802100", "510802101", "510811100", "510811200"] {
        for figure in NAMES {
            let text = world.of_place(figure, scope).to_string();
            let (verdict, shown) = ours(text.as_bytes(), &world.trust(true));
            let shown = shown.unwrap();
            assert_eq!(verdict, "verified");
            assert_eq!(shown.count, world.sum(scope, figure), "{figure} of {scope}");
            assert!(shown.count <= shown.of || figure == "joint_branches", "{figure} of {scope}");
            assert_eq!((shown.position(), shown.day().to_string().as_str()), (SIZE, "2026-11-30"));
            let parts: u64 = shown.parts.iter().map(|(_, count)| count).sum();
            assert_eq!(
                (parts, shown.parts.len()),
                match scope {
                    CITY => (shown.count, 3),
                    "510802" | "510811" => (shown.count, 2),
                    _ => (0, 0),
                }
            );
        }
    }
}

#[test]
fn every_joint_branch_is_shown_to_be_counted_and_no_other() {
    let world = World::usual();
    for number in 0..80 {
        let id = id(number);
        let found = world.rows.iter().find(|row| row.key == format!("{JOINT_BRANCH}{id}"));
        let Some(row) = found else {
            for scope in ["510802100", "510802101", "510811100", "510811200"] {
                let (verdict, shown) =
                    ours(world.absent("poor", scope, &id).to_string().as_bytes(), &world.trust(false));
                assert_eq!((verdict.as_str(), shown.unwrap().own), ("verified", None));
            }
            assert_eq!(world.tree.of_row(&format!("{JOINT_BRANCH}{id}"), CITY), Ok(None));
            continue;
        };
        let (township, county) = (row.township.clone().unwrap(), row.county.clone().unwrap());
        for scope in [&*township, &*county, CITY] {
            let (verdict, shown) =
                ours(world.counted("poor", scope, &id).to_string().as_bytes(), &world.trust(false));
            assert_eq!((verdict.as_str(), shown.unwrap().own), ("verified", Some(row.counts[4])));
        }
        // The gap in which it would stand is not there, however it is looked for.
        let way = world.tree.absence(&row.key, &township).unwrap();
        let forged = world.along(way, "poor", &township, Subject::Absent { id: id.clone() });
        assert_eq!(ours(forged.to_string().as_bytes(), &world.trust(false)).0, "failed");
    }
    let elsewhere = world.tree.absence("J00000000000000000000000099", "510802");
    assert!(matches!(elsewhere, Err(FigureError::Elsewhere { .. })));
    assert!(matches!(world.tree.of_place("510803"), Err(FigureError::UnknownScope { .. })));
}

#[test]
fn a_row_that_is_there_twice_makes_no_tree() {
    let mut rows = World::usual().rows;
    rows.push(rows[0].clone());
    assert!(matches!(FigureTree::new(CITY, [], rows.clone(), NAMES.len()), Err(FigureError::Order { .. })));
    rows.pop();
    rows[0].counts[1] = 1 << 53;
    assert!(FigureTree::new(CITY, [], rows.clone(), NAMES.len()).is_err());
    rows[0].counts.pop();
    assert!(matches!(FigureTree::new(CITY, [], rows, NAMES.len()), Err(FigureError::Counts)));
}

/// Any rows: in which of some townships, under which numbers, with which counts.
fn any_rows() -> impl Strategy<Value = Vec<FigureRow>> {
    let counts = (any::<bool>(), any::<bool>(), 0_u64..1 << 40);
    let one = (any::<bool>(), 0_u8..12, counts);
    proptest::collection::btree_map(0_u16..500, one, 0..60).prop_map(|rows| {
        let made = rows.into_iter().map(|(number, (is_village, township, (first, second, many)))| {
            let township = format!("5108{:02}{:03}", 2 + township % 3, 100 + u16::from(township));
            let [first, second] = [first, second].map(u64::from);
            match is_village {
                true => row(VILLAGE, &township, number, vec![0, 0, 1, first, 0]),
                false => row(JOINT_BRANCH, &township, number, vec![1, first, 0, second, many]),
            }
        });
        made.collect()
    })
}

/// Some proof of a world: of a place, of a row or of an absence.
fn some_proof(world: &World, choice: u16, figure: usize) -> Option<Proof> {
    let figure = NAMES[figure % NAMES.len()];
    let row = world.rows.get(usize::from(choice) % world.rows.len().max(1))?;
    let (township, county) = (row.township.clone()?, row.county.clone()?);
    let scope = [CITY, &county, &township][usize::from(choice) % 3];
    let id = &row.key[1..];
    Some(match choice % 4 {
        0 | 1 => world.of_place(figure, scope),
        2 if row.key.starts_with(JOINT_BRANCH) => world.counted(figure, scope, id),
        _ => world.absent(figure, &township, &self::id(600 + choice % 100)),
    })
}

/// Whether changed bytes prove nothing; or, where the id of an absent one was changed, what is as true as before.
pub(super) fn is_found(world: &World, changed: &[u8]) -> bool {
    match ours(changed, &world.trust(true)) {
        (verdict, Ok(Shown { subject: Subject::Absent { id }, .. })) if verdict == "verified" => {
            !world.rows.iter().any(|row| row.key[1..] == id)
        }
        (verdict, _) => verdict != "verified",
    }
}

proptest! {
    #[test]
    fn any_figure_of_any_rows_is_proved(rows in any_rows(), choice: u16, figure: usize) {
        let world = World::new(rows);
        if let Some(proof) = some_proof(&world, choice, figure) {
            let (verdict, shown) = ours(proof.to_string().as_bytes(), &world.trust(true));
            let shown = shown.unwrap();
            prop_assert_eq!(verdict, "verified");
            prop_assert_eq!(shown.count, world.sum(&proof.scope, &proof.figure));
        }
    }

    #[test]
    fn any_changed_byte_is_found(rows in any_rows(), choice: u16, figure: usize, at: usize, flip in 1_u8..) {
        let world = World::new(rows);
        if let Some(proof) = some_proof(&world, choice, figure) {
            let mut bytes = proof.to_string().into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            // Under a quorum the witness's line counts too.
            prop_assert!(is_found(&world, &bytes), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn any_byte_left_out_or_put_in_is_found(choice: u16, figure: usize, at: usize, more: u8, is_more: bool) {
        let world = World::usual();
        if let Some(proof) = some_proof(&world, choice, figure) {
            let mut bytes = proof.to_string().into_bytes();
            let at = at % bytes.len();
            match is_more {
                true => bytes.insert(at, more),
                false => {
                    bytes.remove(at);
                }
            }
            prop_assert!(is_found(&world, &bytes), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Proof::parse(&bytes).is_err());
    }
}
