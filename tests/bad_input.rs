//! Bad input of every kind: the documented answer, a clear message, and nothing changed.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Desk, Server, desk, fact, import_places, key, program, run, run_well, token};

fn last_position(desk: &Desk) -> String {
    desk.server
        .client(&desk.office.officer)
        .get("/api/v1/counties/510811")
        .expect(200)
        .header("lianjian-position")
        .unwrap()
        .to_owned()
}

#[test]
fn a_bad_request_gets_its_problem_and_records_nothing() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let before = last_position(&desk);
    let path = "/api/v1/commands/register-place";
    let good =
        fact("510811", json!({"code": "510811212", "name": "新乡", "level": "township", "parent": "510811"}));
    let typed = officer.with("content-type", "application/json");
    let keyed = typed.with("idempotency-key", &key());
    keyed.post(path, b"{\"effective_date\":").expect(400);
    keyed.post(path, b"[]").expect(422);
    // Of two keys or headers one reader takes the first and another the last: neither is taken.
    let twice = good.to_string().replacen('{', r#"{"effective_date":"2018-01-01","#, 1);
    assert!(keyed.post(path, twice.as_bytes()).expect(400).json()["detail_en"].to_string().contains("twice"));
    keyed.with("idempotency-key", &key()).post(path, good.to_string().as_bytes()).expect(400);
    typed.post(path, good.to_string().as_bytes()).expect(400);
    typed.with("idempotency-key", "not-a-ulid").post(path, good.to_string().as_bytes()).expect(400);
    officer
        .with("idempotency-key", &key())
        .with("content-type", "text/plain")
        .post(path, good.to_string().as_bytes())
        .expect(415);
    keyed.post("/api/v1/commands/appoint-village-head", good.to_string().as_bytes()).expect(404);
    keyed.post("/api/v1/commands/declare-durability", good.to_string().as_bytes()).expect(404);
    keyed.post(path, &vec![b' '; 65 * 1_024]).expect(413);

    let refused = |body: &Value| {
        let problem = officer.command("register-place", body).expect(422);
        assert_eq!(problem.header("content-type"), Some("application/problem+json"));
        problem.json()
    };
    let mut unknown = good.clone();
    unknown["data"]["colour"] = json!("red");
    let error = refused(&unknown)["errors"][0].clone();
    assert_eq!(error["pointer"], "/data/colour");
    assert!(error["detail"].as_str().unwrap().starts_with("没有「colour」这一项"), "{error}");
    assert!(error["detail_en"].as_str().unwrap().starts_with("there is no field `colour`"), "{error}");
    let mut wrong_code = good.clone();
    wrong_code["data"]["code"] = json!("51081");
    assert_eq!(refused(&wrong_code)["errors"][0]["pointer"], "/data/code");
    let mut no_such_day = good.clone();
    no_such_day["effective_date"] = json!("2019-02-30");
    assert_eq!(refused(&no_such_day)["errors"][0]["pointer"], "/effective_date");
    let mut other_parent = good.clone();
    other_parent["data"]["parent"] = json!("510811210");
    assert_eq!(refused(&other_parent)["rule"], "place-level");
    let mut in_use = good;
    in_use["data"]["code"] = json!("510811210");
    let problem = refused(&in_use);
    assert_eq!(problem["rule"], "code-in-use");
    for field in ["title", "detail", "detail_en", "citation"] {
        assert!(!problem[field].is_null(), "{field}: {problem}");
    }
    assert_eq!(last_position(&desk), before);
}

#[test]
fn dates_quarters_and_codes_that_cannot_be_are_refused_by_name() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let (clerk, officer) = (desk.server.client(&office.clerk), desk.server.client(&office.officer));
    let rule = |client: &crate::harness::Client, name: &str, body: Value| {
        client.command(name, &body).expect(422).json()["rule"].clone()
    };
    let evaluate = |quarter: &str, on: &str| {
        let data = json!({"joint_branch": id, "quarter": quarter, "grade": "good"});
        json!({"effective_date": on, "on_behalf_of": office.township_organ, "data": data})
    };
    assert_eq!(rule(&clerk, "evaluate-quarter", evaluate("2018Q2", "2018-06-30")), "quarter-ended");
    assert_eq!(rule(&clerk, "evaluate-quarter", evaluate("2199Q4", "2018-07-05")), "quarter-ended");
    assert_eq!(rule(&clerk, "evaluate-quarter", evaluate("2018Q1", "2018-07-05")), "quarter-lived");
    assert_eq!(rule(&clerk, "evaluate-quarter", evaluate("2018Q2", "2018-05-01")), "effective-order");
    assert_eq!(rule(&clerk, "evaluate-quarter", evaluate("2018Q2", "2199-01-01")), "effective-future");
    // The code is in force since 2018 only.
    let data = json!({"name": "某支部", "form": "branch", "host_kind": "village", "host": "510811210205", "formal_members": 3, "probationary_members": 0});
    let early = json!({"effective_date": "2017-01-01", "on_behalf_of": "510811", "data": data});
    let problem = officer.command("register-organization", &early).expect(422).json();
    assert_eq!(
        (problem["rule"].clone(), problem["pointer"].clone()),
        (json!("place-in-force"), json!("/data/host"))
    );
}

#[test]
fn a_body_of_100_megabytes_is_refused_without_being_read() {
    use std::io::{Read, Write};
    let desk = desk();
    let host = desk.server.address.strip_prefix("http://").unwrap();
    for framing in ["content-length: 104857600", "transfer-encoding: chunked"] {
        let mut connection = std::net::TcpStream::connect(host).unwrap();
        connection.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        let head = format!(
            "POST /api/v1/commands/register-place HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\nidempotency-key: {}\r\n{framing}\r\n\r\n",
            desk.office.officer,
            key()
        );
        connection.write_all(head.as_bytes()).unwrap();
        let chunk = if framing.starts_with("transfer") {
            format!("10000\r\n{}\r\n", " ".repeat(65_536))
        } else {
            " ".repeat(65_536)
        };
        // The server answers and closes long before it was sent everything; a failed write is what that looks like.
        for _ in 0..1_600 {
            if connection.write_all(chunk.as_bytes()).is_err() {
                break;
            }
        }
        let mut answer = vec![0; 12];
        let read = connection.read_exact(&mut answer);
        assert!(read.is_err() || answer == b"HTTP/1.1 413", "{}", String::from_utf8_lossy(&answer));
    }
    desk.server.client(&desk.office.officer).get("/api/v1/counties/510811").expect(200);
}

#[test]
fn an_import_with_one_bad_row_records_none_and_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let file = directory.path().join("bad.csv");
    std::fs::write(&file, "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n51081,坏,county,5108\n510812,,county,5108\n").unwrap();
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    let output = run(&["import", "places", file, "--as-of", "2018-01-01", "--commit", "--data", data]);
    assert_eq!(output.status.code(), Some(3));
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains('4') && said.contains('5'), "both bad lines are named: {said}");
    std::fs::write(file, "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n").unwrap();
    run_well(&["import", "places", file, "--as-of", "2018-01-01", "--commit", "--data", data]);
    let again = run_well(&["import", "places", file, "--as-of", "2018-01-01", "--commit", "--data", data]);
    assert!(!again.is_empty());
    let verified = run_well(&["audit", "verify", "--data", data, "--self-consistent", "--json"]);
    let report: Value = serde_json::from_str(&verified).unwrap();
    // The rule book by which they were decided, and the two places.
    assert_eq!(report["events"], json!(3), "{report}");
}

#[test]
fn a_real_log_takes_no_simulated_command_and_no_local_one() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let mut body = fact("510811", json!({"organization": desk.office.branches[3], "formal_members": 5}));
    body["simulated"] = json!(true);
    assert_eq!(officer.command("update-organization", &body).expect(422).json()["rule"], "simulated-or-real");
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let line = json!({"name": "update-organization", "id": key(), "effective_date": "2018-06-01", "on_behalf_of": "510811", "actor": "county_officer", "data": {"organization": desk.office.branches[3], "formal_members": 5}});
    let file = data.parent().unwrap().join("local.ndjson");
    std::fs::write(&file, line.to_string()).unwrap();
    let output = run(&["import", "commands", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("local-commands"));
}

#[test]
fn a_second_process_is_told_who_holds_the_directory() {
    let desk = desk();
    let data = desk.data.to_str().unwrap();
    for arguments in [
        vec!["serve", "--data", data, "--listen", "127.0.0.1:0"],
        vec!["rebuild", "--data", data],
        vec!["show", "city", "5108", "--data", data],
    ] {
        let output = run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(said.contains(desk.server.address.strip_prefix("http://").unwrap()), "{arguments:?}: {said}");
    }
    // What only reads or appends to the log works beside the server.
    token(&desk.data, "auditor", "5108");
    run_well(&["audit", "verify", "--data", data, "--self-consistent"]);
    assert_eq!(run(&["doctor", "--data", data]).status.code(), Some(0));
}

#[test]
fn a_damaged_or_missing_view_directory_is_made_anew() {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    let (data, officer) = (desk.data.clone(), desk.office.officer.clone());
    let before = desk.server.client(&officer).get("/api/v1/counties/510811/register").expect(200).json();
    desk.server.interrupt();
    let verify = ["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"];
    for (damage, status, said) in [
        (remove_views as fn(&Path), 0, "the read models were not compared: there are no read models yet"),
        (overwrite_views, 5, "the read models are damaged"),
    ] {
        damage(&data.join("views"));
        // Looking changes nothing: the second look finds what the first found.
        for _ in 0..2 {
            let verdict = run(&verify);
            assert_eq!(verdict.status.code(), Some(status));
            let told = [verdict.stdout, verdict.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
            assert!(told.contains(said), "{told}");
        }
        let server = Server::start(&data, &[]);
        let after = server.client(&officer).get("/api/v1/counties/510811/register").expect(200).json();
        assert_eq!(before["rows"], after["rows"]);
        assert_eq!(server.interrupt(), Some(0));
        run_well(&verify);
    }
}

fn remove_views(views: &Path) {
    std::fs::remove_dir_all(views).unwrap();
}

fn overwrite_views(views: &Path) {
    for entry in std::fs::read_dir(views).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let length = std::fs::metadata(&path).unwrap().len().max(64);
            std::fs::write(path, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
        }
    }
}

#[test]
fn a_truncated_log_is_refused_and_left_as_it_is() {
    let desk = desk();
    let data = desk.data.clone();
    desk.server.interrupt();
    let log = data.join("log.db");
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(&log, &bytes[..bytes.len() / 2]).unwrap();
    let damaged = std::fs::read(&log).unwrap();
    let data = data.to_str().unwrap();
    let verify = run(&["audit", "verify", "--data", data, "--self-consistent"]);
    assert!(!verify.stderr.is_empty() || !verify.stdout.is_empty());
    // The same file gives the same status, whoever finds it.
    let serve = run(&["serve", "--data", data, "--listen", "127.0.0.1:0"]);
    let doctor = run(&["doctor", "--data", data]);
    for output in [verify, serve, doctor] {
        assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(std::fs::read(&log).unwrap(), damaged);
}

#[test]
fn a_directory_that_cannot_be_made_is_a_clear_error() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "not a directory").unwrap();
    let inside = file.join("data");
    let output = run(&["serve", "--data", inside.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_full_disk_answers_503_records_nothing_and_recovers() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let token = token(&data, "county_officer", "510811");
    // No file may grow beyond 4 MB, which to the log is what a full disk is.
    let script = format!(
        "trap '' XFSZ; ulimit -f 4096; exec {} --lang en serve --data {} --listen 127.0.0.1:{port}",
        program().display(),
        data.display()
    );
    let mut child =
        Command::new("bash").args(["-c", &script]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let address = format!("http://127.0.0.1:{port}");
    let client = crate::harness::client(&address, &token);
    crate::harness::wait_until_ready(&address);
    let body = |number: u32| {
        let text = "长".repeat(490);
        let data = json!({"name": format!("{text}{number}"), "form": "branch", "host_kind": "village", "host": "510811210205", "formal_members": 3, "probationary_members": 0});
        fact("510811", data)
    };
    let mut full = None;
    for number in 0..3_000 {
        let key = key();
        let answer = client.command_with(&key, "register-organization", &body(number));
        if answer.status == 503 {
            assert!(answer.header("retry-after").is_some());
            full = Some((key, number));
            break;
        }
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let (key, number) = full.expect("the disk never filled");
    client.get("/api/v1/counties/510811").expect(200);
    child.kill().unwrap();
    child.wait().unwrap();
    let server = Server::start(&data, &[]);
    server.client(&token).command_with(&key, "register-organization", &body(number)).expect(201);
    server.interrupt();
    run_well(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
}
