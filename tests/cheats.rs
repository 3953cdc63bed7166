//! Every way to cheat that we could think of, on a bundle of a real log: each is caught by its position and kind, by the
//! program and by the checker in Python, and the table of them is printed.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use audit::archive::{Archive, ArchiveWriter};
use audit::bundle::{FileEntry, Manifest};
use audit::checkpoint::{Checkpoint, origin};
use audit::key::{KeyKind, SecretKey};
use audit::tree::{Tree, leaf_hash};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::harness::{desk, run, run_well};
use crate::tree::{checkpoint, last_position, text};

mod file;
mod lawless;

/// The files of a bundle, to be tampered with.
#[derive(Clone)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn read(path: &Path) -> Self {
        let mut archive = Archive::open(Cursor::new(std::fs::read(path).unwrap())).unwrap();
        let names: Vec<String> = archive.members().iter().map(|member| member.name.clone()).collect();
        Self(
            names
                .into_iter()
                .map(|name| (name.clone(), archive.read(&name, 1 << 30).unwrap().unwrap()))
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Vec<u8> {
        self.0.iter().find(|(own, _)| own == name).unwrap().1.clone()
    }

    /// Replaces a file, or puts it before the manifest.
    fn set(&mut self, name: &str, bytes: Vec<u8>) {
        // The heads of witnesses stand behind the keys.
        let at = if name.starts_with("witnessed") { 2 } else { self.0.len() - 1 };
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = bytes,
            None => self.0.insert(at, (name.to_owned(), bytes)),
        }
    }

    fn manifest(&self) -> Manifest {
        serde_json::from_slice(&self.get("manifest.json")).unwrap()
    }

    fn set_manifest(&mut self, manifest: &Manifest) {
        let mut bytes = serde_json::to_vec_pretty(manifest).unwrap();
        bytes.push(b'\n');
        self.set("manifest.json", bytes);
    }

    fn events(&self) -> Vec<Vec<u8>> {
        let events = self.get("events.ndjson");
        events.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    /// The first event that names a village's branch.
    fn branch(&self) -> usize {
        let is_named = |event: &Vec<u8>| {
            let text = String::from_utf8_lossy(event);
            text.contains("\"subject\":\"organization/") && text.contains("村党支部")
        };
        self.events().iter().position(is_named).unwrap()
    }

    fn set_events(&mut self, events: &[Vec<u8>]) {
        self.set("events.ndjson", events.iter().flat_map(|event| [event, &b"\n"[..]].concat()).collect());
    }

    /// What a thorough forger does: hashes and counts fit again.
    fn mend(&mut self) {
        let mut manifest = self.manifest();
        manifest.events = self.events().len() as u64;
        let others = self.0.iter().filter(|(name, _)| name != "manifest.json");
        let entry = |bytes: &[u8]| FileEntry { bytes: bytes.len() as u64, sha256: sha256(bytes) };
        manifest.files = others.map(|(name, bytes)| (name.clone(), entry(bytes))).collect();
        self.set_manifest(&manifest);
    }

    fn set_leaves(&mut self) {
        self.set("leaves", self.events().iter().flat_map(|event| leaf_hash(event).0).collect());
    }

    /// Signs what the events are now.
    fn sign(&mut self, key: &SecretKey) {
        let tree: Tree = self.events().iter().map(|event| leaf_hash(event)).collect();
        let (size, mut manifest) = (tree.size(), self.manifest());
        let head =
            Checkpoint::sign(&origin("5108"), size, tree.root(size).unwrap(), std::slice::from_ref(key));
        self.set("checkpoint", head.unwrap().to_bytes());
        (manifest.size, manifest.last) = (size, size);
        self.set_manifest(&manifest);
        self.set_leaves();
        self.mend();
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new()));
        self.0.iter().for_each(|(name, bytes)| writer.add(name, bytes).unwrap());
        writer.finish().unwrap().into_inner()
    }
}

fn sha256(bytes: &[u8]) -> String {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new()));
    writer.add("x", bytes).unwrap();
    writer.written()[0].sha256.clone()
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    text.replacen(from, to, 1).into_bytes()
}

/// The same bytes in other letters: a bit is set that stands for no byte.
fn respelled(base64: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (before, last) = base64.trim_end_matches('=').split_at(base64.trim_end_matches('=').len() - 1);
    let other = LETTERS.chars().nth(LETTERS.find(last).unwrap() + 1).unwrap();
    format!("{before}{other}{}", &base64[before.len() + 1..])
}

/// What both checkers are given.
struct World {
    directory: PathBuf,
    keys: PathBuf,
    table: Vec<[String; 3]>,
}

impl World {
    /// Both checkers name the same position and kind.
    #[track_caller]
    fn both(&mut self, cheat: &str, bytes: &[u8], position: u64, kind: &str) {
        self.caught(cheat, bytes, None, position, [kind, kind]);
    }

    /// Runs both checkers over a forged bundle; each must name the position, and one of the kinds.
    #[track_caller]
    fn caught(&mut self, cheat: &str, bytes: &[u8], since: Option<&Path>, position: u64, kinds: [&str; 2]) {
        let verdicts = self.judge(bytes, since);
        let expected = kinds.map(|kind| format!("{position} {kind}"));
        assert_eq!(verdicts, expected.clone().map(Some), "{cheat}");
        let [ours, theirs] = expected;
        self.table.push([cheat.to_owned(), ours, theirs]);
    }

    /// The first finding of the program and of the checker in Python.
    fn judge(&self, bytes: &[u8], since: Option<&Path>) -> [Option<String>; 2] {
        let bundle = self.directory.join("forged.tar");
        std::fs::write(&bundle, bytes).unwrap();
        let mut options = vec!["--trust", text(&self.keys)];
        options.extend(since.iter().flat_map(|since| ["--since", text(since)]));
        let ours = run(&[&["audit", "verify", "--json", "--bundle", text(&bundle)], &options[..]].concat());
        let report: Value = serde_json::from_slice(&ours.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&ours.stderr));
        });
        let first = &report["findings"][0];
        let ours_said = match ours.status.code() {
            Some(0) => None,
            Some(5) if first.is_null() => Some(report["verdict"].as_str().unwrap().to_owned()),
            Some(5) => Some(format!("{} {}", first["position"], first["kind"].as_str().unwrap())),
            other => panic!("{other:?}"),
        };
        let checker = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify/verify.py");
        let theirs =
            Command::new("python3").arg("-B").arg(checker).arg(&bundle).args(&options).output().unwrap();
        let said = String::from_utf8(theirs.stdout).unwrap();
        let first = said.lines().next().unwrap_or_default();
        let theirs_said = match theirs.status.code() {
            Some(0) => None,
            Some(5) if first.starts_with("consistent") => {
                Some("consistent_signer_not_established".to_owned())
            }
            Some(5) => Some(first.split(' ').take(2).collect::<Vec<_>>().join(" ")),
            other => panic!("{other:?}: {}", String::from_utf8_lossy(&theirs.stderr)),
        };
        [ours_said, theirs_said]
    }
}

#[test]
fn every_cheat_is_caught_by_both_checkers() {
    let desk = desk();
    let directory = desk.data.parent().unwrap().to_owned();
    let export = |name: &str, more: &[&str]| {
        let file = directory.join(name);
        run_well(&[&["audit", "export", text(&file), "--data", text(&desk.data)], more].concat());
        Files::read(&file)
    };
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let earlier = export("earlier.tar", &[]);
    desk.office.establish(&desk.server, "2018-06-01");
    let head = checkpoint(&desk.server.anyone(), last_position(&desk));
    let (whole, part) = (export("whole.tar", &[]), export("part.tar", &["--from", "5", "--to", "9"]));
    let named = export("named.tar", &["--names"]);
    let keys = directory.join("trusted.keys");
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text(&desk.data)])).unwrap();
    let secret: SecretKey =
        std::fs::read_to_string(desk.data.join("signing.key")).unwrap().trim().parse().unwrap();
    let kept = directory.join("kept.checkpoint");
    std::fs::write(&kept, head).unwrap();
    let mut world = World { directory, keys, table: Vec::new() };

    for honest in [&whole, &part, &earlier, &named] {
        assert_eq!(world.judge(&honest.to_bytes(), None), [None, None]);
    }
    assert_eq!(world.judge(&whole.to_bytes(), Some(&kept)), [None, None]);
    events(&mut world, &whole);
    signatures(&mut world, &whole, &secret, &kept, &earlier);
    hashes(&mut world, &whole, &part);
    names(&mut world, &named);
    file::file(&mut world, &whole);
    file::manifest(&mut world, &whole);
    println!("{}", table(&world.table));
    assert!(world.table.len() > 40, "{} cheats", world.table.len());
}

/// Events changed, dropped, put in, moved and cut off.
fn events(world: &mut World, whole: &Files) {
    let at = whole.branch();
    let change = |from: &str, to: &str, mend: fn(&mut Files)| {
        let (mut forged, mut events) = (whole.clone(), whole.events());
        events[at] = replaced(&events[at], from, to);
        forged.set_events(&events);
        mend(&mut forged);
        forged.to_bytes()
    };
    let position = at as u64 + 1;
    world.both("flip a byte of an event", &change("村党支部", "村党支邵", |_| {}), position, "leaf");
    world.both("the same, manifest mended", &change("村党支部", "村党支邵", Files::mend), position, "leaf");
    let with_leaves = |forged: &mut Files| {
        forged.set_leaves();
        forged.mend();
    };
    let forged = change("村党支部", "村党支邵", with_leaves);
    world.both("the same, leaves mended too", &forged, 1, "root");
    attributes(world, whole, at);
    let with = |edit: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let (mut forged, mut events) = (whole.clone(), whole.events());
        edit(&mut events);
        forged.set_events(&events);
        forged.mend();
        forged.to_bytes()
    };
    world.both("drop an event", &with(&|events| drop(events.remove(at))), position, "sequence");
    world.both(
        "put an event in twice",
        &with(&|events| events.insert(at, events[at - 1].clone())),
        position,
        "sequence",
    );
    world.both("swap two events", &with(&|events| events.swap(at, at + 1)), position, "sequence");
    let command = |event: &Vec<u8>| serde_json::from_slice::<Value>(event).unwrap()["commandid"].clone();
    let all = whole.events();
    let begun = all.iter().position(|event| command(event) == command(&all[all.len() - 1])).unwrap();
    assert!(begun + 1 < all.len(), "the last command has several events");
    let half = with(&|events| drop(events.pop()));
    world.both("cut the last event off", &half, all.len() as u64 - 1, "command-incomplete");
    let short = with(&|events| events.truncate(begun));
    world.both("cut the last command off", &short, begun as u64 + 1, "log-shorter");
}

/// A value of each attribute of an event changed into another of its kind: bytes that nobody signed.
fn attributes(world: &mut World, whole: &Files, at: usize) {
    let position = at as u64 + 1;
    let text_of = String::from_utf8(whole.events()[at].clone()).unwrap();
    let event: Value = serde_json::from_str(&text_of).unwrap();
    for (attribute, value) in event.as_object().unwrap() {
        if let Some(value) = value.as_str() {
            let other: String =
                value.chars().map(|letter| if letter == '1' { '2' } else { letter }).collect();
            let other = if other == value { format!("{value}x") } else { other };
            let field = |value: &str| format!("\"{attribute}\":\"{value}\"");
            let mut forged = whole.clone();
            let mut events = whole.events();
            events[at] = replaced(&events[at], &field(value), &field(&other));
            forged.set_events(&events);
            forged.mend();
            let verdicts = world.judge(&forged.to_bytes(), None);
            let said =
                verdicts.map(|verdict| verdict.unwrap_or_else(|| panic!("{attribute} was changed unseen")));
            let at_position = format!("{position} ");
            assert!(said.iter().all(|said| said.starts_with(&at_position)), "{attribute}: {said:?}");
            let [ours, theirs] = said;
            world.table.push([format!("change {attribute} of an event"), ours, theirs]);
        }
    }
}

/// Names that are not those to which the log committed.
fn names(world: &mut World, named: &Files) {
    let written = String::from_utf8(named.get("names.ndjson")).unwrap();
    let line = written.lines().find(|line| line.contains("测试书记")).unwrap();
    let said: Value = serde_json::from_str(line).unwrap();
    let position = said["position"].as_u64().unwrap();
    let with = |other: String| {
        let mut forged = named.clone();
        forged.set("names.ndjson", written.replacen(line, &other, 1).into_bytes());
        forged.mend();
        forged.to_bytes()
    };
    let salt = said["salt"].as_str().unwrap();
    let other_salt =
        if salt.starts_with('A') { salt.replacen('A', "B", 1) } else { salt.replacen(&salt[..1], "A", 1) };
    for (cheat, forged, at) in [
        ("give another name", line.replacen("测试书记", "测试书纪", 1), position),
        ("give another salt", line.replacen(salt, &other_salt, 1), position),
    ] {
        world.both(cheat, &with(forged), at, "commitment-broken");
    }
    let other = line.replacen(&format!(":{position},"), ":1,", 1);
    world.both("give the name to another event", &with(other), 0, "bundle");
    let salted = BASE64_STANDARD.encode([&BASE64_STANDARD.decode(salt).unwrap(), "测".as_bytes()].concat());
    let moved = line.replacen("测试书记", "试书记", 1).replacen(salt, &salted, 1);
    world.both("move a letter of the name into the salt", &with(moved), position, "commitment-broken");
    let mut fewer = named.clone();
    fewer.set("names.ndjson", written.replacen(&format!("{line}\n"), "", 1).into_bytes());
    fewer.mend();
    world.both("leave a name out", &fewer.to_bytes(), position, "commitment-missing");
}

/// Heads that were made up, by who has no key, another key, or the key itself.
fn signatures(world: &mut World, whole: &Files, secret: &SecretKey, kept: &Path, earlier: &Files) {
    let size = whole.manifest().size;
    let head = String::from_utf8(whole.get("checkpoint")).unwrap();
    let with_head = |head: String| {
        let mut forged = whole.clone();
        forged.set("checkpoint", head.into_bytes());
        forged.mend();
        forged.to_bytes()
    };
    let line = |index: usize| head.lines().nth(index).unwrap().to_owned();
    let grown = head.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1);
    world.both("claim another size", &with_head(grown), 0, "bundle");
    let root = head.replacen(&line(2), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 1);
    world.both("claim another root", &with_head(root), 1, "root");
    let origin_of = head.replacen("5108", "5109", 1);
    world.caught("claim another log", &with_head(origin_of), None, size, ["checkpoint", "checkpoint"]);
    let signature = line(4);
    let (before, last) = signature.split_at(signature.len() - 10);
    // The last letter before the padding holds bits that no byte has: `A` and `Q` leave them empty.
    let other = last.chars().map(|letter| match letter {
        '=' => '=',
        'A' => 'Q',
        _ => 'A',
    });
    let forged = head.replacen(&signature, &format!("{before}{}", other.collect::<String>()), 1);
    world.both("change the signature", &with_head(forged), size, "signature");
    let respelled = respelled(&signature);
    let forged = head.replacen(&signature, &respelled, 1);
    world.both("spell the signature otherwise", &with_head(forged), size, "checkpoint");

    let changed = |key: &SecretKey, with_keys: bool| {
        let (mut forged, mut events) = (whole.clone(), whole.events());
        let at = whole.branch();
        events[at] = replaced(&events[at], "村党支部", "村党支邵");
        forged.set_events(&events);
        if with_keys {
            forged.set("keys", format!("{}\n", key.public()).into_bytes());
        }
        forged.sign(key);
        forged.to_bytes()
    };
    let stranger = SecretKey::new(&origin("5108"), KeyKind::Log, [7; 32]).unwrap();
    world.both("sign anew with another key", &changed(&stranger, false), size, "signature");
    let unknown = "consistent_signer_not_established".to_owned();
    let verdicts = world.judge(&changed(&stranger, true), None);
    assert_eq!(verdicts, [Some(unknown.clone()), Some(unknown.clone())]);
    world.table.push(["the same, and bring the other key along".to_owned(), unknown.clone(), unknown]);
    // Who has the key itself is found out by what others have kept, and by nothing else.
    assert_eq!(world.judge(&changed(secret, false), None), [None, None]);
    world.caught(
        "sign anew with the stolen key (an older checkpoint is at hand)",
        &changed(secret, false),
        Some(kept),
        1,
        ["fork", "fork"],
    );
    let last = earlier.manifest().size;
    world.caught(
        "show an older state (a newer checkpoint is at hand)",
        &earlier.to_bytes(),
        Some(kept),
        last + 1,
        ["log-shorter", "log-shorter"],
    );
    witnesses(world, whole, secret);
}

/// What a witness has signed.
fn witnesses(world: &mut World, whole: &Files, secret: &SecretKey) {
    let witness = SecretKey::new("zhaohua.example.cn", KeyKind::Witness, [8; 32]).unwrap();
    let tree: Tree = whole.events().iter().map(|event| leaf_hash(event)).collect();
    let with = |size: u64, root: audit::Hash, time: u64| {
        let head = Checkpoint::sign(&origin("5108"), size, root, std::slice::from_ref(secret)).unwrap();
        let head = head.with_signatures(&head.cosign(&witness, time).unwrap()).unwrap();
        let mut forged = whole.clone();
        let keys = [forged.get("keys"), format!("{}\n", witness.public()).into_bytes()].concat();
        forged.set("keys", keys);
        forged.set(&format!("witnessed/{size:020}"), head.to_bytes());
        let mut manifest = forged.manifest();
        (manifest.witnesses, manifest.note) = (vec!["zhaohua.example.cn".to_owned()], None);
        forged.set_manifest(&manifest);
        forged.mend();
        forged
    };
    let size = 10;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let honest = with(size, tree.root(size).unwrap(), now);
    assert_eq!(world.judge(&honest.to_bytes(), None), [None, None]);
    let backdated = with(size, tree.root(size).unwrap(), 1_000_000_000).to_bytes();
    world.both("date events after their witness", &backdated, 1, "witnessed-before");
    let early = with(size, tree.root(size).unwrap(), now + 3_600).to_bytes();
    world.both("date events back behind their witness", &early, size + 1, "backdated");
    let forked = with(size, tree.root(9).unwrap(), now).to_bytes();
    world.both("show a witness another history", &forked, 1, "fork");
    let mut stripped = honest.clone();
    stripped.0.retain(|(name, _)| !name.starts_with("witnessed/"));
    stripped.mend();
    world.both("leave out what a witness signed", &stripped.to_bytes(), 0, "bundle");
}

/// Tiles and proofs.
fn hashes(world: &mut World, whole: &Files, part: &Files) {
    let mut forged = whole.clone();
    let mut leaves = forged.get("leaves");
    for at in 0..32 {
        leaves.swap(3 * 32 + at, 4 * 32 + at);
    }
    forged.set("leaves", leaves);
    forged.mend();
    world.both("swap two hashes of a tile", &forged.to_bytes(), 4, "tile");
    let mut forged = whole.clone();
    let mut leaves = forged.get("leaves");
    leaves[7 * 32] ^= 1;
    forged.set("leaves", leaves);
    forged.mend();
    world.both("change a hash of a tile", &forged.to_bytes(), 8, "tile");
    let lines = String::from_utf8(part.get("proofs.ndjson")).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    let mut forged = part.clone();
    forged.set("proofs.ndjson", (swapped.join("\n") + "\n").into_bytes());
    forged.mend();
    world.both("swap two proofs of a part", &forged.to_bytes(), 6, "proof");
    let mut forged = part.clone();
    forged.set("proofs.ndjson", (lines[1..].join("\n") + "\n").into_bytes());
    forged.mend();
    world.both("leave a proof out", &forged.to_bytes(), 5, "proof");
    let (mut forged, mut events) = (part.clone(), part.events());
    events[2] = replaced(&events[2], "2018", "2019");
    forged.set_events(&events);
    forged.mend();
    world.both("change an event of a part", &forged.to_bytes(), 7, "proof");
    let (mut forged, mut events) = (part.clone(), part.events());
    events.remove(2);
    forged.set_events(&events);
    forged.mend();
    world.both("drop an event of a part", &forged.to_bytes(), 7, "sequence");
    let (mut forged, mut events) = (part.clone(), part.events());
    events.pop();
    forged.set_events(&events);
    forged.mend();
    world.both("cut a part off", &forged.to_bytes(), 9, "log-shorter");
}

/// The table, its columns under each other.
fn table(rows: &[[String; 3]]) -> String {
    let head = ["cheat", "lianjian audit verify", "docs/verify/verify.py"].map(str::to_owned);
    let rows: Vec<&[String; 3]> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap();
    let widths = [width(0), width(1)];
    rows.iter()
        .map(|row| format!("{:w0$}  {:w1$}  {}\n", row[0], row[1], row[2], w0 = widths[0], w1 = widths[1]))
        .collect()
}
