//! A log that holds an event type in two versions, before whoever verifies it: the library, a bundle, and the checker in
//! Python. What is forged in either version is found.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use domain::testing::rehearsal;
use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use event_log::{EmbeddedLog, EventLog, NewEvent};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::bundles::key;
use super::{deep, envelopes, verify, written};
use crate::bundle::{BundleSource, write_bundle};
use crate::bundle_check::Bundle;
use crate::checkpoint::{Checkpoint, origin};
use crate::tree::{Tree, leaf_hash};
use crate::verdict::Requirements;
use crate::{Clock, Depth, FindingKind, Report, Verifier, verify_log};

const FULL_1: &str = "cn.lianjian.place.rehearsed.v1";
const FULL_2: &str = "cn.lianjian.place.rehearsed.v2";

/// The log as it stands after an upgrade: one event of the type in version 1, the next in version 2.
fn upgraded() -> Vec<Vec<u8>> {
    let bodies = rehearsal::upgraded_halfway(written(&envelopes(rehearsal::events(), true)));
    assert_eq!((holding(&bodies, FULL_1).len(), holding(&bodies, FULL_2).len()), (1, 1));
    bodies
}

/// The indexes of the events of a full type.
fn holding(bodies: &[Vec<u8>], full_type: &str) -> Vec<usize> {
    let mark = format!("\"type\":\"{full_type}\"");
    let holds = |body: &&Vec<u8>| String::from_utf8_lossy(body).contains(&mark);
    bodies.iter().enumerate().filter(|(_, body)| holds(body)).map(|(index, _)| index).collect()
}

/// The log with the text of the event of one version changed.
fn forged(full_type: &str, from: &str, to: &str) -> (Vec<Vec<u8>>, u64) {
    let mut bodies = upgraded();
    let index = holding(&bodies, full_type)[0];
    let text = String::from_utf8(bodies[index].clone()).unwrap();
    assert!(text.contains(from), "{text}");
    bodies[index] = text.replace(from, to).into_bytes();
    (bodies, index as u64 + 1)
}

fn first(report: &Report) -> Option<(u64, FindingKind)> {
    report.first_finding().map(|finding| (finding.position, finding.kind))
}

#[tokio::test]
async fn a_log_of_two_versions_verifies_where_it_lies() {
    let directory = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(directory.path(), "5108").unwrap();
    let event = |body| NewEvent { subject: "lianjian.5108._._.place.rehearsed".to_owned(), body };
    log.append(0, upgraded().into_iter().map(event).collect()).await.unwrap();
    let mut seen = Vec::new();
    let verifier = Verifier::new(Some("5108"), deep()).showing(|event| seen.push(event.clone()));
    let report = verify_log(&log, verifier, &mut |_, _| {}).unwrap();
    assert_eq!(report.findings, []);
    // Whoever is shown the events is shown those of today, whatever version they were recorded in.
    let bodies: Vec<_> = seen.into_iter().map(|event| event.body).collect();
    assert_eq!(bodies, rehearsal::events().into_iter().map(|event| event.body).collect::<Vec<_>>());
}

#[test]
fn a_change_of_either_version_is_found_at_its_position() {
    for (full_type, from, to) in
        [(FULL_1, r#""name":"柿子村""#, r#""name" :"柿子村""#), (FULL_2, r#"["十字村"]"#, r#"[ "十字村"]"#)]
    {
        let (bodies, position) = forged(full_type, from, to);
        assert_eq!(
            first(&verify(&bodies, Depth::Log)),
            Some((position, FindingKind::NotCanonical)),
            "{full_type}"
        );
    }
    // What is well written and another name is no fault of the event; the signed head knows better.
    let (bodies, position) = forged(FULL_1, "柿子村", "狮子村");
    assert_eq!(first(&checked(&signed(&upgraded(), &bodies).0)), Some((position, FindingKind::Leaf)));
}

#[test]
fn an_event_under_the_other_version_is_found_at_its_position() {
    for (own, other) in [(FULL_1, FULL_2), (FULL_2, FULL_1)] {
        let (bodies, position) = forged(own, own, other);
        assert_eq!(first(&verify(&bodies, Depth::Log)), Some((position, FindingKind::Unreadable)), "{own}");
    }
    let (bodies, position) = forged(FULL_1, &format!("events:{FULL_1}"), &format!("events:{FULL_2}"));
    assert_eq!(first(&verify(&bodies, Depth::Log)), Some((position, FindingKind::Attribute)));
}

#[test]
fn a_newer_version_is_no_event_that_could_be_passed_over() {
    let (bodies, position) = forged(FULL_2, FULL_2, "cn.lianjian.place.rehearsed.v3");
    let report = verify(&bodies, Depth::Log);
    assert_eq!(first(&report), Some((position, FindingKind::UnknownType)));
    let detail = &report.first_finding().unwrap().detail;
    assert!(detail.contains("`place.rehearsed` in version 3"), "{detail}");
}

/// A bundle of events under the head over others, with the text of the key of its log.
fn signed(sealed: &[Vec<u8>], shown: &[Vec<u8>]) -> (Vec<u8>, String) {
    let tree: Tree = sealed.iter().map(|body| leaf_hash(body)).collect();
    let checkpoint =
        Checkpoint::sign(&origin("5108"), tree.size(), tree.root(tree.size()).unwrap(), &[key()]).unwrap();
    let source = BundleSource {
        city: "5108",
        checkpoint: &checkpoint,
        witnessed: &[],
        keys: &[key().public()],
        tree: &tree,
        first: 1,
        last: tree.size(),
        scope: None,
        names: &[],
    };
    let mut file = Cursor::new(Vec::new());
    write_bundle(&mut file, &source, &mut |visit| {
        (1..).zip(sealed).try_for_each(|(position, body)| visit(position, body))
    })
    .unwrap();
    let mut bytes = file.into_inner();
    for (honest, shown) in sealed.iter().zip(shown).filter(|(honest, shown)| honest != shown) {
        let at = bytes.windows(honest.len()).position(|window| window == honest).unwrap();
        bytes.splice(at..at + honest.len(), shown.iter().copied());
    }
    (bytes, key().public().to_string())
}

fn checked(bundle: &[u8]) -> Report {
    let bundle = Bundle::open(Cursor::new(bundle)).unwrap().unwrap();
    bundle.verify(deep(), Requirements::default(), Clock::System, &mut |_| {}).unwrap().report
}

#[test]
fn a_bundle_holds_the_schema_of_each_version_and_verifies() {
    let bodies = upgraded();
    let (bundle, _) = signed(&bodies, &bodies);
    for full_type in [FULL_1, FULL_2] {
        let file = format!("schemas/events/{full_type}.json");
        assert!(bundle.windows(file.len()).any(|window| window == file.as_bytes()), "{file}");
    }
    assert_eq!(checked(&bundle).findings, []);
}

/// What the checker in Python needs for the rehearsed type: what a published one has in these files.
const KNOWN_TO_PYTHON: &str = r#"
STANDS_AT["place.rehearsed"] = 2
UPCASTS["place.rehearsed", 1] = lambda data: {"place": data["place"], "names": [data["name"]]}
"#;

/// The checker with the files beside it, as it stands once the type is published.
fn python(directory: &TempDir) -> std::path::PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify");
    for file in std::fs::read_dir(&own).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            std::fs::copy(&file, directory.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    let append = |name: &str, text: &str| {
        let file = directory.path().join(name);
        std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + text).unwrap();
    };
    append("versions.py", KNOWN_TO_PYTHON);
    append("lawful.py", "\nCOMMANDS[\"place.rehearsed\"] = \"change-place\"\n");
    for full_type in [FULL_1, FULL_2] {
        let schema = event_schema(TypeVersion::parse(full_type).unwrap()).unwrap();
        let hash = domain::hexadecimal(&Sha256::digest(format!("{schema:#}\n")));
        append("schemas.sha256", &format!("{hash}  schemas/events/{full_type}.json\n"));
    }
    directory.path().join("verify.py")
}

/// What `python3 verify.py` says of a bundle, and its status.
fn told(checker: &Path, bundle: &[u8], key: &str) -> (String, Option<i32>) {
    let directory = tempfile::tempdir().unwrap();
    let (file, keys) = (directory.path().join("bundle.tar"), directory.path().join("trusted.keys"));
    std::fs::write(&file, bundle).unwrap();
    std::fs::write(&keys, format!("{key}\n")).unwrap();
    let told = Command::new("python3").arg("-B").arg(checker).arg(file).arg("--trust").arg(keys).output();
    let told = told.unwrap();
    (
        String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr),
        told.status.code(),
    )
}

#[test]
fn the_checker_in_python_verifies_both_versions_and_finds_what_is_forged() {
    let directory = tempfile::tempdir().unwrap();
    let checker = python(&directory);
    let bodies = upgraded();
    let (bundle, key) = signed(&bodies, &bodies);
    let (said, status) = told(&checker, &bundle, &key);
    assert!(status == Some(0) && said.contains(&format!("verified up to event {}", bodies.len())), "{said}");
    let (changed, position) = forged(FULL_1, "柿子村", "狮子村");
    let (said, status) = told(&checker, &signed(&bodies, &changed).0, &key);
    assert!(status == Some(5) && said.contains(&format!("{position} leaf")), "{said}");
    for (own, other) in [(FULL_1, FULL_2), (FULL_2, FULL_1)] {
        let (labelled, position) = forged(own, own, other);
        let (said, status) = told(&checker, &signed(&bodies, &labelled).0, &key);
        assert!(status == Some(5) && said.contains(&format!("{position} ")), "{said}");
    }
}

#[test]
fn the_checker_in_python_names_the_version_that_it_is_too_old_for() {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify/verify.py");
    let bodies = upgraded();
    let (bundle, key) = signed(&bodies, &bodies);
    let position = holding(&bodies, FULL_2)[0] + 1;
    let (said, status) = told(&published, &bundle, &key);
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains(&format!("{position} unknown-type place.rehearsed in version 2")), "{said}");
}
