//! `policy rehearse` and its like over HTTP and on the pages: a proposed rule held against what is recorded. Nothing is.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::harness::{Office, Server, import_places, in_session, program, run, run_well, token};

const FAVOUR: &str = r#"{"jurisdiction": "5108", "figures": {"survey_favour_percent": 90}}"#;

/// A merger that 87 per cent of each village favoured, recorded by a server that has stopped.
fn merged(data: &Path) -> (Server, Office) {
    import_places(data);
    let server = Server::start(data, &[]);
    let office = Office::open(&server, data);
    office.establish(&server, "2018-06-01");
    (server, office)
}

fn proposal(directory: &Path, text: &str) -> String {
    let file = directory.join("proposal.json");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn rehearse(file: &str, since: &str, more: &[&str]) -> Output {
    run(&[&["policy", "rehearse", file, "--since", since][..], more].concat())
}

/// Every file of a directory with its bytes, but for what a process that reads makes beside a database.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_kept = path.is_file() && !name.ends_with("-shm") && !name.ends_with("-wal");
        is_kept.then(|| (name, std::fs::read(&path).unwrap()))
    };
    let mut found: Vec<_> = std::fs::read_dir(directory).unwrap().filter_map(read).collect();
    found.sort();
    found
}

#[test]
fn it_names_each_refusal_with_its_rule_and_document_the_same_here_and_by_a_server_and_records_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (server, office) = merged(&data);
    let file = proposal(directory.path(), FAVOUR);
    let auditor = token(&data, "auditor", "5108");
    let secret = directory.path().join("token");
    std::fs::write(&secret, &auditor).unwrap();
    let asked = ["--server", &server.address, "--token-file", secret.to_str().unwrap(), "--json"];
    let remote = rehearse(&file, "2018-01-01", &asked);
    assert!(remote.status.success(), "{}", String::from_utf8_lossy(&remote.stderr));
    let told: Value = serde_json::from_slice(&remote.stdout).unwrap();
    assert_eq!(
        (&told["refused"], &told["jurisdiction"], &told["since"]),
        (&json!(1), &json!("5108"), &json!("2018-01-01"))
    );
    let case = &told["cases"][0];
    assert_eq!((&case["command"], &case["document"]), (&json!("merge-branches"), &json!("昭委〔2018〕7号")));
    assert_eq!(
        (&case["name"], &case["refused_by"]["rule"]),
        (&json!("狮子田岩联合党支部"), &json!("survey-favour"))
    );
    assert_eq!(told["by_rule"][0]["rule"], "survey-favour");
    let counties = told["by_county"].as_array().unwrap();
    let own = counties.iter().find(|tally| tally["county"] == "510811").unwrap();
    assert_eq!((&own["name"], &own["refused"]), (&json!("昭化区"), &json!(1)));

    // Who may not read the city rehearses the own county alone.
    let officer = server.client(&office.officer);
    let path = "/api/v1/policy-rehearsals?since=2018-01-01";
    let of_city = officer.with("content-type", "application/json").post(path, FAVOUR.as_bytes());
    of_city.expect(403);
    let own = FAVOUR.replace("5108", "510811");
    let own = officer.with("content-type", "application/json").post(path, own.as_bytes()).expect(200).json();
    assert_eq!(own["refused"], 1);
    let clerk = server.client(&office.clerk).with("content-type", "application/json");
    clerk.post(path, FAVOUR.as_bytes()).expect(403);
    server.client(&auditor).post("/api/v1/policy-rehearsals", FAVOUR.as_bytes()).expect(400);
    let noted = server.client(&auditor).get("/api/v1/access-log").expect(200).text;
    assert!(noted.contains("/api/v1/policy-rehearsals?since=2018-01-01"), "{noted}");

    server.interrupt();
    let here = ["--data", data.to_str().unwrap(), "--json"];
    let before = files(&data);
    let local = rehearse(&file, "2018-01-01", &here);
    assert!(local.status.success(), "{}", String::from_utf8_lossy(&local.stderr));
    assert_eq!(
        String::from_utf8(local.stdout).unwrap(),
        String::from_utf8(rehearse(&file, "2018-01-01", &here).stdout).unwrap()
    );
    let told_here: Value = serde_json::from_slice(&rehearse(&file, "2018-01-01", &here).stdout).unwrap();
    assert_eq!((&told_here["cases"], &told_here["by_county"]), (&told["cases"], &told["by_county"]));
    assert!(files(&data) == before, "a rehearsal changed a file");
    run_well(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
}

#[test]
fn on_paper_it_says_what_would_have_been_first() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    merged(&data).0.interrupt();
    let file = proposal(directory.path(), FAVOUR);
    let told = |language: &str| {
        let arguments = ["--lang", language, "policy", "rehearse", &file, "--since", "2018-01-01", "--data"];
        let output = Command::new(program()).args(arguments).arg(&data).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let chinese = told("zh");
    for part in [
        "自2018-01-01起，若按拟议规定（意愿同意率下限 60 → 90 %），5108已办理的",
        "共有 1 项会被退回",
        "按规则",
        "2018-06-01  批准合建  狮子田岩联合党支部  昭委〔2018〕7号",
        "87%",
        "未记录任何内容",
    ] {
        assert!(chinese.contains(part), "{part} is not in\n{chinese}");
    }
    assert!(told("en").contains("In favour at least 60 → 90 %"), "{}", told("en"));
    // What is in force changes nothing.
    let same = proposal(directory.path(), &FAVOUR.replace("90", "60"));
    let output = rehearse(&same, "2018-01-01", &["--data", data.to_str().unwrap(), "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["cases_found"], &told["deadlines_found"], &told["figures"]),
        (&json!(0), &json!(0), &json!([]))
    );
}

#[test]
fn a_proposal_that_is_none_is_refused_in_words_and_by_its_status() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (server, _) = merged(&data);
    let secret = directory.path().join("token");
    std::fs::write(&secret, token(&data, "city_office", "5108")).unwrap();
    let remote = ["--server", &server.address, "--token-file", secret.to_str().unwrap()];
    let local = ["--data", data.to_str().unwrap()];
    let wrong = [
        ("{", 3, &["line 1"][..]),
        (
            r#"{"jurisdiction": "5108", "figures": {"no_such_figure": 1}, "colour": "red"}"#,
            3,
            &["no_such_figure", "colour"],
        ),
        (
            r#"{"jurisdiction": "5108", "figures": {"survey_favour_percent": 101, "term_years": 6}}"#,
            3,
            &["101", "term_years"],
        ),
        (
            r#"{"jurisdiction": "510811", "figures": {"survey_favour_percent": 50}}"#,
            3,
            &["survey_favour_percent"],
        ),
        (r#"{"jurisdiction": "5108", "figures": {}}"#, 3, &[]),
        (r#"{"jurisdiction": "510899", "figures": {"survey_favour_percent": 90}}"#, 3, &["510899"]),
    ];
    for (text, status, parts) in wrong {
        let file = proposal(directory.path(), text);
        for place in [&local[..], &remote[..]] {
            let output = rehearse(&file, "2018-01-01", place);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(status), "{text}: {error}");
            assert!(output.stdout.is_empty(), "{text}");
            for part in parts {
                assert!(error.contains(part), "{part} is not in {error}");
            }
        }
    }
    let long = format!("{{\"jurisdiction\": \"5108\", \"reason\": \"{}\"}}", "长".repeat(40_000));
    let long = proposal(directory.path(), &long);
    assert_eq!(rehearse(&long, "2018-01-01", &local).status.code(), Some(3));
    assert_eq!(rehearse("no-such-file.json", "2018-01-01", &local).status.code(), Some(2));
    let file = proposal(directory.path(), FAVOUR);
    for place in [&local[..], &remote[..]] {
        assert_eq!(rehearse(&file, "2199-01-01", place).status.code(), Some(2));
    }
    assert_eq!(rehearse(&file, "yesterday", &local).status.code(), Some(2));
}

#[test]
fn one_that_is_killed_leaves_everything_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    merged(&data).0.interrupt();
    let file = proposal(directory.path(), FAVOUR);
    let before = files(&data);
    for _ in 0..5 {
        let arguments = ["policy", "rehearse", &file, "--since", "2018-01-01", "--data"];
        let mut child =
            Command::new(program()).args(arguments).arg(&data).stdout(Stdio::null()).spawn().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(files(&data) == before, "a rehearsal that was killed changed a file");
    }
    assert!(rehearse(&file, "2018-01-01", &["--data", data.to_str().unwrap()]).status.success());
}

#[test]
fn a_form_rehearses_what_is_filled_in_and_says_beside_the_field_what_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (server, office) = merged(&data);
    let session = in_session(&server.address, &office.officer);
    let form = session.get("/work/issue-policy?figure=survey_favour_percent&scope=510811").expect(200).text;
    assert!(form.contains("在历史上试行") && form.contains("name=\"_since\""), "{form}");
    let field = |name: &str| {
        let from = form.find(&format!("name=\"{name}\" value=\"")).unwrap() + name.len() + 15;
        form[from..].split('"').next().unwrap().to_owned()
    };
    let sent = |favour: &str, since: &str| {
        let body = format!(
            "_token={}&_key={}&_step=rehearse&_since={since}&/data/jurisdiction=510811&/data/figures/survey_favour_percent={favour}",
            field("_token"),
            field("_key"),
        );
        let posting = session.with("content-type", "application/x-www-form-urlencoded");
        posting.post("/work/issue-policy", body.as_bytes()).expect(200).text
    };
    let page = sent("90", "2018-01-01");
    for part in ["自2018-01-01起", "共有 1 项会被退回", "昭委〔2018〕7号", "狮子田岩联合党支部", "按县（区）"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    for (favour, since) in
        [("50", "2018-01-01"), ("many", "2018-01-01"), ("90", "soon"), ("90", "2199-01-01")]
    {
        let page = sent(favour, since);
        assert!(
            page.contains("role=\"alert\"") && page.contains("name=\"_since\""),
            "{favour} {since}: {page}"
        );
    }
    // What was rehearsed is not recorded.
    let seen = server.client(&office.officer).get("/api/v1/policies?scope=510811").expect(200).text;
    assert!(!seen.contains("\"kind\":\"policy\""), "{seen}");
}
