//! A figure proves itself, by the program, by the script in Python and by that of the page: from a directory and from a server.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{Desk, desk, in_session, run, run_well};
use crate::tree::{checkpoint, last_position, said, text};

/// A desk with two joint branches, signed, and the file of its key.
fn signed() -> (Desk, PathBuf, [String; 2]) {
    let desk = desk();
    let server = &desk.server;
    let joint_branches =
        [desk.office.establish(server, "2018-06-01"), desk.office.establish_another(server, "2018-07-01")];
    checkpoint(&server.anyone(), last_position(&desk));
    let keys = desk.data.parent().unwrap().join("trusted.keys");
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text(&desk.data)])).unwrap();
    (desk, keys, joint_branches)
}

/// The status with which each checker ends.
fn statuses(proof: &Path, keys: &Path) -> [Option<i32>; 2] {
    let own = run(&["audit", "figure", "--verify", text(proof), "--trust", text(keys)]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify/figures.py");
    let mut python = Command::new("python3");
    let other = python.arg("-B").arg(script).arg(proof).arg("--trust").arg(keys).output().unwrap();
    [own.status.code(), other.status.code()]
}

/// What the program says of a proof, as JSON.
fn shown(proof: &Path, keys: &Path, more: &[&str]) -> Value {
    let asked = ["audit", "figure", "--verify", text(proof), "--trust", text(keys), "--json"];
    serde_json::from_str(&run_well(&[&asked, more].concat())).unwrap()
}

#[test]
fn a_figure_is_proved_from_a_directory_and_verified_by_both() {
    let (desk, keys, [first, second]) = signed();
    let (data, directory) = (text(&desk.data), desk.data.parent().unwrap());
    let prove = |name: &str, figure: &str, scope: &str, more: &[&str]| {
        let file = directory.join(name);
        let asked = ["audit", "figure", figure, "--scope", scope, "--data", data, "--out", text(&file)];
        run_well(&[&asked, more].concat());
        file
    };
    let city = prove("city", "joint_branches", "5108", &["--as-of", "2018-08-01"]);
    let county = prove("county", "coverage_ratio", "510811", &["--as-of", "2018-08-01"]);
    let earlier = prove("earlier", "joint_branches", "510811210", &["--as-of", "2018-06-30"]);
    let counted = prove("counted", "mergers", "510811", &["--joint-branch", &first]);
    let absent =
        prove("absent", "mergers", "510811210", &["--joint-branch", &second, "--as-of", "2018-06-30"]);
    for proof in [&city, &county, &earlier, &counted, &absent] {
        assert!(std::fs::metadata(proof).unwrap().len() < 10_000);
        assert_eq!(statuses(proof, &keys), [Some(0), Some(0)], "{}", proof.display());
        let again = shown(proof, &keys, &["--recount", "--data", data]);
        assert_eq!((&again["verdict"], &again["recounted"]), (&"verified".into(), &true.into()));
    }
    let said = shown(&city, &keys, &[]);
    assert_eq!((&said["count"], &said["of"], &said["whole"]), (&2.into(), &2.into(), &"recorded".into()));
    assert_eq!(said["parts"][0]["count"], 2);
    let said = shown(&county, &keys, &[]);
    assert_eq!((&said["count"], &said["of"], &said["whole"]), (&4.into(), &5.into(), &"villages".into()));
    assert_eq!(shown(&earlier, &keys, &[])["count"], 1);
    let said = shown(&counted, &keys, &[]);
    assert_eq!((&said["joint_branch"], &said["own"]), (&first.into(), &1.into()));
    let said = shown(&absent, &keys, &[]);
    assert_eq!((&said["joint_branch"], said.get("own")), (&second.into(), None));

    // The same is proved again, byte for byte: nothing of it is stored.
    let again = run_well(&[
        "audit",
        "figure",
        "joint_branches",
        "--scope",
        "5108",
        "--as-of",
        "2018-08-01",
        "--data",
        data,
    ]);
    assert_eq!(again, std::fs::read_to_string(&city).unwrap());
    let stranger = directory.join("stranger.keys");
    std::fs::write(&stranger, "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")
        .unwrap();
    assert_eq!(statuses(&city, &stranger), [Some(5), Some(5)]);
    let forged = directory.join("forged");
    std::fs::write(&forged, again.replacen("scope 5108", "scope 510811", 1)).unwrap();
    assert_eq!(statuses(&forged, &keys), [Some(5), Some(5)]);
    std::fs::write(&forged, again.replacen("@v1", "@v2", 1)).unwrap();
    assert_eq!(statuses(&forged, &keys), [Some(5), Some(5)]);
}

#[test]
fn a_server_proves_what_its_reader_may_read() {
    let (desk, keys, [first, _]) = signed();
    let officer = desk.server.client(&desk.office.officer);
    let path = "/api/v1/figures/joint_branches/proof?scope=510811&as_of=2018-08-01";
    let by_server = officer.get(path).expect(200).text;
    let by_program = run_well(&[
        "audit",
        "figure",
        "joint_branches",
        "--scope",
        "510811",
        "--as-of",
        "2018-08-01",
        "--data",
        text(&desk.data),
    ]);
    assert_eq!(by_server, by_program);
    let file = desk.data.parent().unwrap().join("proof");
    let own = officer.get(&format!("/api/v1/figures/poor/proof?joint_branch={first}")).expect(200).text;
    std::fs::write(&file, own).unwrap();
    assert_eq!(statuses(&file, &keys), [Some(0), Some(0)]);
    let said = shown(&file, &keys, &[]);
    assert_eq!((&said["scope"], &said["own"]), (&"510811".into(), &0.into()));

    // The page of the figure leads to it, for the day that is looked at.
    let page = in_session(&desk.server.address, &desk.office.officer);
    let shown_on = |query: &str| page.get(&format!("/figures/510811/mergers{query}")).expect(200).text;
    for (query, day) in [("", ""), ("?as_of=2018-08-01", "&amp;as_of=2018-08-01")] {
        let link = format!("href=\"/api/v1/figures/mergers/proof?scope=510811{day}\"");
        let text = shown_on(query);
        assert!(text.contains(&link) && text.contains("下载证明"), "{text}");
        let proof =
            page.get(&format!("/api/v1/figures/mergers/proof?scope=510811{}", day.replace("amp;", "")));
        std::fs::write(&file, proof.expect(200).text).unwrap();
        assert_eq!(statuses(&file, &keys), [Some(0), Some(0)]);
    }
    // As it was known at a position nothing is proved, and the page of what is no sum of rows offers nothing.
    assert!(!shown_on("?at=20").contains("下载证明"));

    desk.server.anyone().get(path).expect(401);
    for other in ["5108", "510802"] {
        officer.get(&format!("/api/v1/figures/poor/proof?scope={other}")).expect(403);
    }
    for (path, status, word) in [
        ("/api/v1/figures/rich/proof", 404, "joint_branches"),
        ("/api/v1/figures/local_events/proof", 404, "joint_branches"),
        ("/api/v1/figures/poor/proof?scope=510811999", 404, "510811999"),
        ("/api/v1/figures/poor/proof?joint_branch=7", 400, "ULID"),
        ("/api/v1/figures/poor/proof?joint_branch=01ARZ3NDEKTSV4RRFFQ69G5FAV", 400, "乡镇"),
        ("/api/v1/figures/poor/proof?as_of=2018-13-01", 400, "as_of"),
    ] {
        let answer = officer.get(path).expect(status);
        assert!(answer.text.contains(word), "{path}: {}", answer.text);
    }
}

#[test]
fn what_is_no_proof_is_said_in_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let (file, keys) = (directory.path().join("file"), directory.path().join("keys"));
    std::fs::write(&keys, "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n").unwrap();
    for (content, words) in [
        (b"".to_vec(), "not the form"),
        (vec![0xff; 100], "not the form"),
        (b"lianjian.cn/figures-proof@v9\n".to_vec(), "later program"),
        (vec![b'x'; 70_000], "too long"),
    ] {
        std::fs::write(&file, content).unwrap();
        let answer = run(&["audit", "figure", "--verify", text(&file), "--trust", text(&keys)]);
        assert_eq!(answer.status.code(), Some(5));
        assert!(said(&answer).contains(words), "{}", said(&answer));
    }
    for (arguments, words) in [
        (&["audit", "figure"][..], "NAME"),
        (&["audit", "figure", "poor"][..], "--scope"),
        (&["audit", "figure", "--verify", "nowhere"][..], "nowhere"),
        (&["audit", "figure", "poor", "--scope", "5108", "--trust", "x"][..], "--trust"),
    ] {
        let answer = run(arguments);
        assert_eq!(answer.status.code(), Some(2), "{arguments:?}");
        assert!(said(&answer).contains(words), "{arguments:?}: {}", said(&answer));
    }
}
