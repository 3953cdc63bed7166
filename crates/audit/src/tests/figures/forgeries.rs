//! Forged proofs of figures, each of which the program, the script in Python and that of the page must refuse: by who has no key, another key, or the log's own.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::super::agreement::Checker;
use super::{CITY, NAMES, SIZE, World, id, log_key, ours, row};
use crate::Hash;
use crate::checkpoint::{Checkpoint, origin};
use crate::figures::line::{JOINT_BRANCH, Line, Tier};
use crate::figures::proof::{MAX_PARTS, MAX_PROOF_BYTES, MAX_STEPS, Proof, Step, Subject, Way};
use crate::figures::statement::Statement;
use crate::key::{KeyKind, SecretKey};

mod random;

const FAILED: &str = "failed";
const UNKNOWN_SIGNER: &str = "consistent_signer_not_established";

const LOOP: &str = r#"
import base64, json, sys
sys.path.insert(0, sys.argv[1])
import figures
for line in sys.stdin:
    case = json.loads(line)
    policy = figures.Policy(case["trust"].encode())
    verdict, shown = figures.judge(base64.b64decode(case["proof"]), policy)
    said = shown if verdict == "failed" else [shown["count"], shown["of"], shown["own"]]
    print(json.dumps([verdict, said]), flush=True)
"#;

/// The script of the page, which knows keys and no quorum.
const NODE_LOOP: &str = r#"
const {check} = require(process.argv[1] + "/browser/figures.js");
require("readline").createInterface({input: process.stdin}).on("line", line => {
  const asked = JSON.parse(line), bytes = Buffer.from(asked.proof, "base64");
  let verdict = "failed", said = null;
  try {
    const shown = check(new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(bytes), asked.trust);
    said = shown.failed || [shown.count, shown.of, shown.own];
    if (!shown.failed) verdict = !shown.isSigned ? "consistent_signer_not_established"
      : !shown.witnesses.length && asked.trust.includes("quorum") ? "witnesses_missing" : "verified";
  } catch (odd) { said = String(odd); }
  console.log(JSON.stringify([verdict, said]));
});
"#;

/// What another checker says.
fn theirs(python: &mut Checker, proof: &[u8], trust: &str) -> (String, String) {
    let said = python.answer(&json!({ "proof": BASE64_STANDARD.encode(proof), "trust": trust }));
    (said[0].as_str().unwrap().to_owned(), said[1].to_string())
}

/// The forgeries with the verdict on each.
struct Table {
    world: World,
    rows: Vec<(String, Vec<u8>, &'static str)>,
}

impl Table {
    fn bytes(&mut self, name: &str, proof: impl Into<Vec<u8>>, expected: &'static str) {
        self.rows.push((name.to_owned(), proof.into(), expected));
    }

    fn proof(&mut self, name: &str, proof: &Proof) {
        self.bytes(name, proof.to_string(), FAILED);
    }

    /// A proof in which a text was replaced; it must be there.
    fn replaced(&mut self, name: &str, proof: &Proof, from: &str, to: &str) {
        let text = proof.to_string();
        assert!(text.contains(from), "{name}: {from} in\n{text}");
        self.bytes(name, text.replacen(from, to, 1), FAILED);
    }

    /// The lines of the claim changed at will.
    fn lines(&mut self, name: &str, proof: &Proof, edit: impl FnOnce(&mut Vec<String>)) {
        let text = proof.to_string();
        let (claim, rest) = text.split_once("\n\n").unwrap();
        let mut lines: Vec<String> = claim.lines().map(ToOwned::to_owned).collect();
        edit(&mut lines);
        self.bytes(name, format!("{}\n\n{rest}", lines.join("\n")), FAILED);
    }

    /// What the operator signs with the log's own key.
    fn signed(&mut self, name: &str, way: Way, scope: &str, edit: impl FnOnce(&mut Statement)) {
        let mut statement = self.world.statement();
        edit(&mut statement);
        let signed = statement.sign(std::slice::from_ref(&self.world.key)).unwrap();
        let proof = Proof { statement: signed, ..self.world.along(way, "poor", scope, Subject::Place) };
        self.proof(name, &proof);
    }
}

/// Where the first line stands that begins so.
fn at(lines: &[String], begin: &str) -> usize {
    lines.iter().position(|line| line.starts_with(begin)).unwrap()
}

/// A line with one more or fewer of a figure.
fn counted(line: &Line, figure: usize, by: i64) -> Line {
    let mut changed = line.clone();
    changed.counts[figure] = changed.counts[figure].checked_add_signed(by).unwrap();
    changed
}

fn rows_and_places(table: &mut Table) {
    let fewer: Vec<_> = table.world.rows.iter().skip(1).cloned().collect();
    let gone = World::new(fewer);
    for scope in [CITY, "510802", "510802100"] {
        let proof = table.world.along(gone.tree.of_place(scope).unwrap(), "poor", scope, Subject::Place);
        table.proof(&format!("leave a row out, of {scope}"), &proof);
    }
    let mut twice = table.world.rows.clone();
    twice.push(row(JOINT_BRANCH, "510802100", 999, vec![1, 1, 0, 0, 1]));
    let twice = World::new(twice);
    let proof = table.world.along(twice.tree.of_place("510802").unwrap(), "poor", "510802", Subject::Place);
    table.proof("count a row more", &proof);
    let county = table.world.of_place("poor", "510802");
    let part = |lines: &[String]| at(lines, "+ township 510802100");
    table.lines("leave a township out", &county, |lines| drop(lines.remove(part(lines))));
    table.lines("count a township twice", &county, |lines| {
        let at = part(lines);
        lines.insert(at, lines[at].clone());
    });
    table.lines("swap two townships", &county, |lines| {
        let at = part(lines);
        lines.swap(at, at + 1);
    });
    table.replaced("call a township by another's code", &county, "township 510802100", "township 510802109");
    table.replaced("take the figure for another county", &county, "scope 510802", "scope 510811");
    table.replaced("enter another county", &county, "^ county 510802", "^ county 510803");
    table.replaced("enter a county as a city", &county, "^ county 510802", "^ city 5108");
    table.lines("enter no county", &county, |lines| drop(lines.remove(at(lines, "^ county"))));
    table.lines("enter it twice", &county, |lines| {
        let at = at(lines, "^ county");
        lines.insert(at, lines[at].clone());
    });
    let city = table.world.of_place("poor", CITY);
    table.lines("leave a county out of the city", &city, |lines| {
        drop(lines.remove(at(lines, "+ county 510811")))
    });
    table.lines("prove the city by nothing", &city, |lines| lines.retain(|line| !line.starts_with('+')));
    let mut moved = county.way.clone();
    moved.begin[0] = counted(&moved.begin[0], 4, -1);
    moved.begin[1] = counted(&moved.begin[1], 4, 1);
    let proof = table.world.along(moved, "poor", "510802", Subject::Place);
    table.proof("move a count to the neighbour", &proof);
    let mut joined = county.way.clone();
    joined.begin = vec![Line::join_all(&county.way.begin).unwrap().unwrap()];
    table.proof(
        "show a county without its parts",
        &table.world.along(joined.clone(), "poor", "510802", Subject::Place),
    );
    let first = county.way.begin[0].first.clone();
    table.proof(
        "pass several townships off as the first",
        &table.world.along(joined, "poor", &first, Subject::Place),
    );
}

fn steps(table: &mut Table) {
    let township = table.world.of_place("poor", "510802101");
    for sign in ["< ", "> "] {
        let begin = at(&township.to_string().lines().map(ToOwned::to_owned).collect::<Vec<_>>(), sign);
        table
            .lines(&format!("leave out what stands at {sign}"), &township, |lines| drop(lines.remove(begin)));
        table.lines(&format!("take it twice, at {sign}"), &township, |lines| {
            lines.insert(begin, lines[begin].clone())
        });
        table.lines(&format!("put it on the other side, from {sign}"), &township, |lines| {
            let other = if sign == "< " { ">" } else { "<" };
            lines[begin].replace_range(..1, other);
        });
    }
    let with = |edit: &dyn Fn(&mut Line)| {
        let mut way = township.way.clone();
        edit(&mut way.begin[0]);
        table_proof(&township, way)
    };
    let more = with(&|line| *line = counted(line, 4, 1));
    let fewer = with(&|line| *line = counted(line, 1, -1));
    let hash = with(&|line| line.hash = Hash([1; 32]));
    table.bytes("count one more", more, FAILED);
    table.bytes("count one fewer", fewer, FAILED);
    table.bytes("give another hash", hash, FAILED);
    let mut stretched = township.way.clone();
    for step in &mut stretched.steps {
        if let Step::Left(line) | Step::Right(line) = step {
            *line = counted(line, 1, 1);
        }
    }
    table.bytes("count the neighbours higher", table_proof(&township, stretched), FAILED);
    let line = township.way.begin[0].to_string();
    let counts = line.split(' ').nth(2).unwrap().to_owned();
    for (name, other) in [
        ("count below nothing", counts.replacen(',', ",-", 1)),
        ("write a count with a sign", format!("+{counts}")),
        ("write a count with a zero before it", format!("0{counts}")),
        ("leave a figure out of a node", counts.rsplit_once(',').unwrap().0.to_owned()),
        ("put a figure into a node", format!("{counts},0")),
        ("count more than there can be", format!("{},0,0,0,0", 1_u64 << 53)),
        ("count in a number without end", format!("{},0,0,0,0", "9".repeat(400))),
    ] {
        table.replaced(name, &township, &line, &line.replacen(&counts, &other, 1));
    }
    let mut many = township.way.clone();
    many.begin = vec![many.begin[0].clone(); MAX_PARTS + 1];
    table.bytes("begin with more places than there can be", table_proof(&township, many), FAILED);
    let mut long = township.way.clone();
    long.steps = vec![long.steps[0].clone(); MAX_STEPS + 1];
    table.bytes("go more steps than there can be", table_proof(&township, long), FAILED);
}

/// The same proof along another way.
fn table_proof(proof: &Proof, way: Way) -> String {
    let text = proof.to_string();
    let (claim, rest) = text.split_once("\n\n").unwrap();
    let head: Vec<&str> = claim.lines().take_while(|line| !line.starts_with(['+', '<', '>', '^'])).collect();
    let lines = Proof { way, ..Proof::parse(text.as_bytes()).unwrap() }.to_string();
    let way: Vec<&str> = lines.split("\n\n").next().unwrap().lines().skip(head.len()).collect();
    format!("{}\n{}\n\n{rest}", head.join("\n"), way.join("\n"))
}

fn joint_branches(table: &mut Table) {
    let (counted_id, absent_id, township) = (id(16), id(17), "510802100");
    let counted = table.world.counted("recorded", township, &counted_id);
    table.replaced("speak of another joint branch", &counted, &counted_id, &absent_id);
    let written = |text: &str| format!("row {}\n", BASE64_STANDARD.encode(text));
    let Subject::Counted { text, .. } = &counted.subject else { unreachable!() };
    for (name, from, to) in [
        ("call it otherwise", "联合", "联台"),
        ("count it from other events", "\n16 ", "\n17 "),
        ("count it from an event more", "\n16 ", "\n3 16 "),
        ("give it a name of two lines", "联合", "联\n合"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(&other, text);
        table.replaced(name, &counted, &written(text), &written(&other));
    }
    table.replaced("leave the row out", &counted, &written(text), "");
    let village = table.world.rows.iter().find(|row| !row.key.starts_with(JOINT_BRANCH)).unwrap().clone();
    let (way, text) = table.world.tree.of_row(&village.key, CITY).unwrap().unwrap();
    let subject = Subject::Counted { id: village.key[1..].to_owned(), text };
    table.proof("show a village as a joint branch", &table.world.along(way, "poor", CITY, subject));

    let gap = table.world.tree.absence(&format!("{JOINT_BRANCH}{absent_id}"), township).unwrap();
    let absent = |way: Way, scope: &str, id: &str| {
        table.world.along(way, "recorded", scope, Subject::Absent { id: id.to_owned() })
    };
    let half = Way {
        begin: vec![gap.begin[0].clone()],
        steps: [vec![Step::Right(gap.begin[1].clone())], gap.steps.clone()].concat(),
    };
    let mut other = absent(gap.clone(), township, &counted_id);
    let present = other.to_string();
    other.scope = "510802101".to_owned();
    let elsewhere = other.to_string();
    let wide = table.world.tree.absence(&format!("J{}", "Z".repeat(26)), township).unwrap();
    let [half, county, wide] = [
        absent(half, township, &absent_id),
        absent(gap.clone(), "510802", &absent_id),
        absent(wide, township, &absent_id),
    ];
    let empty = absent(
        table.world.tree.absence(&format!("{JOINT_BRANCH}{absent_id}"), "510811200").unwrap(),
        township,
        &absent_id,
    );
    table.bytes("deny a joint branch that is counted", present, FAILED);
    table.bytes("deny it by the gap of another township", elsewhere, FAILED);
    table.proof("deny one by half of the township", &half);
    table.proof("deny one in a whole county", &county);
    table.proof("deny one within the first and the last", &wide);
    table.proof("deny one by an empty township", &empty);
}

fn statements(table: &mut Table) {
    let proof = table.world.of_place("poor", "510802100");
    let policy = Hash([7; 32]).to_string();
    for (name, from, to) in [
        ("sign for another day", "day 2026-11-30", "day 2026-11-29"),
        ("sign for other rules", policy.as_str(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("sign for another size", "\n3537\n", "\n3538\n"),
        ("put the figures in another order", "villages,villages_covered", "villages_covered,villages"),
        ("call a figure by another name", "villages_covered,poor", "villages_covered,rich"),
        ("name a figure that there is not", "figure poor", "figure rich"),
        ("name a whole that there is not", "of recorded", "of everything"),
        ("speak of another city's figures", "5108/figures", "5109/figures"),
        ("take the head for the statement", "5108/figures", "5108"),
        ("begin as a later version", "figures-proof@v1", "figures-proof@v2"),
        ("begin as a receipt", "lianjian.cn/figures-proof@v1", "c2sp.org/tlog-proof@v1"),
        ("end lines as on Windows", "\nfigure", "\r\nfigure"),
        ("put a blank before a line", "\nscope", "\n scope"),
    ] {
        table.replaced(name, &proof, from, to);
    }
    let text = proof.to_string();
    let total = table.world.tree.city();
    let changed = text.replacen(&format!("tree {total}"), &format!("tree {}", counted(total, 4, 1)), 1);
    table.bytes("raise the signed total", changed, FAILED);
    for (name, end) in
        [("half of it", text.len() / 2), ("all but the last letter", text.len() - 1), ("nothing", 0)]
    {
        table.bytes(&format!("show {name}"), text.as_bytes()[..end].to_vec(), FAILED);
    }
    let sections: Vec<&str> = text.split("\n\n").collect();
    let without_head = [sections[0], sections[1], sections[2]].join("\n\n");
    table.bytes("leave the checkpoint out", without_head, FAILED);
    let swapped =
        [sections[0], sections[3], sections[4].trim_end(), sections[1], &format!("{}\n", sections[2])];
    table.bytes("swap statement and checkpoint", swapped.join("\n\n"), FAILED);
    table.bytes("add more than a proof has", text.clone() + &"x".repeat(MAX_PROOF_BYTES), FAILED);
    table.bytes("add another part", text.clone() + "\nmore\n", FAILED);
    table.bytes("say it in no UTF-8", [b"\xff".to_vec(), text.into_bytes()].concat(), FAILED);
}

fn signers(table: &mut Table) {
    let way = || table.world.tree.of_place("510802100").unwrap();
    let honest = || table.world.along(way(), "poor", "510802100", Subject::Place);
    let stranger = log_key(7);
    let by_stranger = table.world.statement().sign(std::slice::from_ref(&stranger)).unwrap();
    let head = Checkpoint::sign(&origin(CITY), SIZE, Hash([9; 32]), std::slice::from_ref(&stranger)).unwrap();
    let foreign_key = SecretKey::new(&origin("5109"), KeyKind::Log, [1; 32]).unwrap();
    let foreign = Statement { log: origin("5109"), ..table.world.statement() };
    let foreign = foreign.sign(std::slice::from_ref(&foreign_key)).unwrap();
    let foreign_head =
        Checkpoint::sign(&origin("5109"), SIZE, Hash([9; 32]), std::slice::from_ref(&foreign_key)).unwrap();
    let other = |size, root| {
        Checkpoint::sign(&origin(CITY), size, root, std::slice::from_ref(&table.world.key)).unwrap()
    };
    let unwitnessed = other(SIZE, Hash([9; 32]));
    let wrong = honest().head.to_bytes();
    let wrong = String::from_utf8(wrong).unwrap();
    let line = wrong.lines().last().unwrap();
    let junk = format!("{}{}{}\n", &line[..60], if &line[60..61] == "A" { "B" } else { "A" }, &line[61..]);
    let junk = wrong.replacen(&format!("{line}\n"), &junk, 1);
    let plain = Checkpoint::sign(
        &format!("{}/figures", origin(CITY)),
        SIZE,
        Hash([9; 32]),
        std::slice::from_ref(&table.world.key),
    );
    let made = [
        ("sign the statement with another key", Proof { statement: by_stranger, ..honest() }, UNKNOWN_SIGNER),
        ("sign the checkpoint with another key", Proof { head, ..honest() }, UNKNOWN_SIGNER),
        (
            "sign as another city",
            Proof { statement: foreign, head: foreign_head, ..honest() },
            UNKNOWN_SIGNER,
        ),
        (
            "sign under the head of another size",
            Proof { head: other(SIZE + 1, Hash([9; 32])), ..honest() },
            FAILED,
        ),
        ("sign under another root", Proof { head: other(SIZE, Hash([8; 32])), ..honest() }, FAILED),
        ("leave the witness out", Proof { head: unwitnessed, ..honest() }, "witnesses_missing"),
        (
            "show what the witness never signed",
            Proof { head: Checkpoint::parse(junk.as_bytes()).unwrap(), ..honest() },
            FAILED,
        ),
        ("sign a checkpoint as a statement", Proof { statement: plain.unwrap(), ..honest() }, FAILED),
    ];
    for (name, proof, expected) in made {
        table.bytes(name, proof.to_string(), expected);
    }
}

/// What only the operator can do: sign a tree that does not add up. Whoever asks for a row or for the parts finds it.
fn operator(table: &mut Table) {
    let (county, figures) = (table.world.of_place("poor", "510802"), NAMES.len());
    let other = table.world.tree.of_place(CITY).unwrap().begin;
    let city = |line: Line| {
        let counties = Line::join_all(&[&[line][..], &other[1..]].concat()).unwrap();
        Line::of_place(Tier::City, CITY, counties.as_ref(), figures).unwrap()
    };
    let lower = city(counted(&other[0], 1, -1));
    table.signed("sign a county below its townships", county.way.clone(), "510802", |own| own.city = lower);
    // Maxwell's sum: where only the total is hashed, the larger of two children passes for it.
    let larger = county.way.begin.iter().max_by_key(|line| line.counts[1]).unwrap();
    let honest = Line::join_all(&county.way.begin).unwrap().unwrap();
    let inner = Line { counts: larger.counts.clone(), ..honest.clone() };
    let larger = city(Line::of_place(Tier::County, "510802", Some(&inner), figures).unwrap());
    table.signed("sign the larger of two as the sum", county.way.clone(), "510802", |own| own.city = larger);
    let inner = Line { last: "510802999".to_owned(), ..honest };
    let wide = city(Line::of_place(Tier::County, "510802", Some(&inner), figures).unwrap());
    table.signed("sign other keys than there are", county.way.clone(), "510802", |own| own.city = wide);
    let mut huge = county.way.clone();
    huge.begin.iter_mut().for_each(|line| line.counts[4] = (1 << 53) - 1);
    table.signed("sign more than adds up", huge, "510802", |_| {});
    let way = || county.way.clone();
    table.signed("sign a figure twice", way(), "510802", |own| own.names[2] = "joint_branches".to_owned());
    table.signed("sign without the records", way(), "510802", |own| own.names[0] = "records".to_owned());
    table.signed("sign a name of other letters", way(), "510802", |own| own.names[4] = "Poor".to_owned());
    table.signed("sign fewer names than counts", way(), "510802", |own| drop(own.names.pop()));
    table.signed("sign a county as the city", way(), "510802", |own| own.city = other[0].clone());
    let (extensions, key) = (table.world.statement(), table.world.key.clone());
    let signed = extensions.sign(std::slice::from_ref(&key)).unwrap().extensions();
    for (name, lines) in [
        ("sign a later form", signed.replacen("figures/1", "figures/2", 1)),
        ("sign a line more", format!("{signed}more\n")),
        ("sign a line less", signed.split_inclusive('\n').take(4).collect()),
        ("sign a day that is none", signed.replacen("11-30", "11-31", 1)),
        ("sign a day otherwise written", signed.replacen("2026-11-30", "20261130", 1)),
    ] {
        let note = Checkpoint::sign_extended(
            &format!("{}/figures", origin(CITY)),
            SIZE,
            Hash([9; 32]),
            &lines,
            std::slice::from_ref(&key),
        );
        let proof = Proof { statement: note.unwrap(), ..table.world.of_place("poor", "510802") };
        table.proof(name, &proof);
    }
}

#[test]
fn every_forgery_is_refused_by_each_checker() {
    let mut table = Table { world: World::usual(), rows: Vec::new() };
    for honest in [
        table.world.of_place("poor", CITY),
        table.world.of_place("villages_covered", "510802"),
        table.world.of_place("recorded", "510802101"),
        table.world.of_place("poor", "510811200"),
        table.world.of_place("poor", "510899"),
        table.world.counted("recorded", "510802", &id(16)),
        table.world.absent("recorded", "510802100", &id(17)),
        table.world.absent("recorded", "510811200", &id(8)),
    ] {
        table.bytes(
            &format!("honest: {} of {}", honest.figure, honest.scope),
            honest.to_string(),
            "verified",
        );
    }
    let honest = table.rows.len();
    for forge in [rows_and_places, steps, joint_branches, statements, signers, operator] {
        forge(&mut table);
    }
    let mut checkers = [Checker::running(LOOP), Checker::running_in_node(NODE_LOOP)];
    let (trust, mut wrong) = (table.world.trust(true), Vec::new());
    for (name, proof, expected) in &table.rows {
        let (own, shown) = ours(proof, &trust);
        let said = checkers.each_mut().map(|checker| theirs(checker, proof, &trust));
        if own != *expected || said.iter().any(|(verdict, _)| verdict != expected) {
            wrong.push(format!("{name}: expected {expected}; {own}; {said:?}"));
        }
        if let (Ok(shown), "verified") = (shown, *expected) {
            let counts = json!([shown.count, shown.of, shown.own]).to_string();
            assert!(said.iter().all(|(_, said)| *said == counts), "{name}: {said:?}");
        }
    }
    println!("{} forgeries refused by each of three checkers", table.rows.len() - honest);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(table.rows.len() - honest >= 80, "{}", table.rows.len() - honest);
}
