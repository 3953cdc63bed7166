//! Later lists of places: compared, accepted in a file and applied whole, here and through a server; and that views,
//! members and the audit hold over it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Server, desk, run, run_well, token};

fn list(year: &str) -> String {
    format!("{}/../crates/simulator/data/guangyuan-divisions-{year}.csv", env!("CARGO_MANIFEST_DIR"))
}

/// A file of proposals in which everything is accepted.
fn accepted(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(
        text.starts_with("\u{feff}accept,kind,code,name,new_codes,confidence,why,position\r\n"),
        "{text:.99}"
    );
    let all = text.replace("\r\nno,", "\r\nyes,");
    let all_file = file.with_extension("accepted.csv");
    std::fs::write(&all_file, all).unwrap();
    all_file.to_str().unwrap().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Proposes, accepts all and applies a year's list on a log that lies here.
fn apply(data: &Path, year: &str, on: &str) -> String {
    let file = data.with_extension(format!("{year}.csv"));
    let (data, list) = (text(data), list(year));
    let asked = ["import", "places", &list, "--as-of", on, "--data", data];
    run_well(&[&asked[..], &["--propose", text(&file)]].concat());
    let accepted = accepted(&file);
    let asked = [&asked[..], &["--accept", &accepted]].concat();
    let tried = run_well(&asked);
    assert!(tried.contains("0 places differ"), "{tried}");
    let done = run_well(&[&asked[..], &["--commit"]].concat());
    // Once more does nothing: every command is there.
    let again = run_well(&[&asked[..], &["--commit"]].concat());
    assert!(again.starts_with("recorded 0 commands"), "{again}");
    done
}

fn read(client: &Client, path: &str) -> Value {
    client.get(path).expect(200).json()
}

#[test]
fn a_city_goes_through_the_lists_of_2019_and_2020() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let auditor = server.client(&token(&data, "auditor", "5108"));
    let before = read(&auditor, "/api/v1/cities/5108");
    assert_eq!(server.interrupt(), Some(0));

    // A list that changes something is recorded by nobody who has not gone through it.
    let unread =
        run(&["import", "places", &list("2019"), "--as-of", "2019-12-31", "--commit", "--data", text(&data)]);
    assert_eq!(unread.status.code(), Some(3), "{unread:?}");
    apply(&data, "2019", "2019-12-31");
    let said = apply(&data, "2020", "2020-12-31");
    assert!(said.contains("0 places differ"), "{said}");

    let server = Server::start(&data, &[]);
    let auditor = server.client(&token(&data, "auditor", "5108"));
    let after = read(&auditor, "/api/v1/cities/5108");
    // Nothing of the joint branches is lost; the denominator is the new list's.
    for figure in ["joint_branches", "mergers", "pairings"] {
        assert_eq!(after["figures"][figure]["value"], before["figures"][figure]["value"], "{figure}");
    }
    let villages = std::fs::read_to_string(list("2020")).unwrap();
    let is_village =
        |line: &&str| matches!(line.as_bytes().get(9), Some(b'2' | b'3')) && line.contains(",village,");
    assert_eq!(after["figures"]["villages"]["value"], json!(villages.lines().filter(is_village).count()));
    // The history keeps its names.
    let then = read(&auditor, "/api/v1/places?code=510811210206&as_of=2019-06-30");
    assert_eq!(then["rows"][0]["name"], "田岩村民委员会");
    check_old_codes(&auditor);
    check_clerks(&server, &data);
    check_the_torn_one(&auditor);
    server.kill();
    run_well(&["audit", "verify", "--data", text(&data), "--deep", "--self-consistent"]);
    let shown = run_well(&["show", "township", "510811205", "--data", text(&data)]);
    assert!(shown.contains("青牛乡 goes on under that code since 2020-12-31"), "{shown}");
    let listed = run_well(&["list", "rotation", "--scope", "510811205", "--data", text(&data)]);
    assert!(listed.contains("青牛乡 goes on under that code since 2020-12-31"), "{listed}");
}

/// Who asks by a code of the past is told what goes on, and for whom it answers.
fn check_old_codes(auditor: &Client) {
    let place = read(auditor, "/api/v1/places?code=510811210205");
    let row = &place["rows"][0];
    assert_eq!((&row["code"], &row["name"]), (&json!("510811101217"), &json!("狮子村村民委员会")));
    assert_eq!(row["answers_for"]["name"], "狮子村民委员会");
    // 撤乡设镇 under another code, and a township that went over into one with another name.
    for (old, now, name) in [("510811205", "510811111", "青牛乡"), ("510811218", "510811100", "紫云乡")]
    {
        for path in [
            format!("townships/{old}"),
            format!("townships/{old}/ledger"),
            format!("obligations?scope={old}"),
            format!("lists/rotation?scope={old}"),
            format!("lists/documents?scope={old}"),
        ] {
            let view = read(auditor, &format!("/api/v1/{path}"));
            assert_eq!((&view["scope"], &view["answers_for"]["code"]), (&json!(now), &json!(old)), "{path}");
            assert_eq!(
                (&view["answers_for"]["name"], &view["answers_for"]["until"]),
                (&json!(name), &json!("2020-12-31"))
            );
        }
    }
    let then = read(auditor, "/api/v1/townships/510811205?as_of=2019-06-30");
    assert_eq!((&then["scope"], then.get("answers_for")), (&json!("510811205"), None));
}

/// A clerk reads by the code of a township that merged into the own one, and of no other.
fn check_clerks(server: &Server, data: &Path) {
    let clerk = server.client(&token(data, "township_clerk", "510811100"));
    let ledger = clerk.get("/api/v1/townships/510811218/ledger").expect(200).json();
    assert_eq!(ledger["scope"], "510811100");
    clerk.get("/api/v1/townships/510811205/ledger").expect(403);
}

/// 狮子村 and 田岩村 of 白果乡: the second went over into another village, so the county owes a decision on their merger.
fn check_the_torn_one(auditor: &Client) {
    let register = read(auditor, "/api/v1/counties/510811/register?limit=5000");
    let is_torn = |row: &&Value| row["name"].as_str().is_some_and(|name| name.contains("狮子"));
    let rows: Vec<&Value> = register["rows"].as_array().unwrap().iter().filter(is_torn).collect();
    let [row] = rows.as_slice() else { panic!("{register}") };
    assert_eq!(row["members"].as_array().unwrap().len(), 2, "{row}");
    let owed = read(auditor, "/api/v1/obligations?scope=510811&limit=5000");
    let is_decision = |found: &&Value| found["kind"] == "place_changed" && found["joint_branch"] == row["id"];
    let decision =
        owed["rows"].as_array().unwrap().iter().find(is_decision).unwrap_or_else(|| panic!("{owed}"));
    assert_eq!((&decision["due"], &decision["owner"]["tier"]), (&json!("2021-03-31"), &json!("county")));
}

/// The office's list a year later: the township is a town under a new code, one village went over into another, one
/// bears a new name, and one is new.
const LATER: &str = "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n510812,朝天区,county,5108\n\
    510811119,白果镇,township,510811\n510811211,梅树乡,township,510811\n510812100,朝天镇,township,510812\n\
    510811119205,狮子村村民委员会,village,510811119\n510811119207,月坝村村民委员会,village,510811119\n\
    510811119208,前进村村民委员会,village,510811119\n510811211201,梅树村村民委员会,village,510811211\n\
    510811211202,新梅村村民委员会,village,510811211\n510812100201,朝天村村民委员会,village,510812100\n";

/// A desk with a later list, and what names the server and the officer on the command line.
fn later_desk() -> (Desk, PathBuf, Vec<String>) {
    let desk = desk();
    let file = desk.data.with_extension("later.csv");
    std::fs::write(&file, LATER).unwrap();
    let token_file = desk.data.with_extension("token");
    std::fs::write(&token_file, &desk.office.officer).unwrap();
    let server = ["--server", &desk.server.address, "--token-file", text(&token_file)];
    let server = server.map(str::to_owned).to_vec();
    (desk, file, server)
}

fn import(file: &Path, more: &[&str], server: &[String]) -> std::process::Output {
    let asked = ["import", "places", text(file), "--as-of", "2020-06-01"];
    let server: Vec<&str> = server.iter().map(String::as_str).collect();
    run(&[&asked[..], more, &server].concat())
}

#[test]
fn an_officer_applies_a_list_through_the_server_and_goes_on_after_a_cut() {
    let (desk, file, server) = later_desk();
    let id = desk.office.establish(&desk.server, "2018-06-01");
    let proposals = desk.data.with_extension("proposals.csv");
    let proposed = import(&file, &["--propose", text(&proposals)], &server);
    let said = String::from_utf8_lossy(&proposed.stdout).into_owned();
    assert!(
        proposed.status.success() && said.contains("lines of the list are of other counties"),
        "{proposed:?}"
    );
    // What an officer has worked on is never overwritten.
    assert_eq!(import(&file, &["--propose", text(&proposals)], &server).status.code(), Some(2));

    let all = accepted(&proposals);
    let whole = std::fs::read_to_string(&all).unwrap();
    let part = desk.data.with_extension("part.csv");
    let is_early = |line: &&str| {
        line.starts_with('\u{feff}') || line.contains("510811210,") || line.contains("\t510811210\"")
    };
    let early: String = whole.lines().filter(is_early).map(|line| format!("{line}\r\n")).collect();
    std::fs::write(&part, early).unwrap();
    // The first part of the file is what a run that was cut off has recorded.
    let cut = import(&file, &["--accept", text(&part), "--commit"], &server);
    assert!(cut.status.success(), "{cut:?}");
    let tried = import(&file, &["--accept", &all], &server);
    assert!(tried.status.success(), "{tried:?}");
    let done = import(&file, &["--accept", &all, "--commit"], &server);
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("0 places differ from the list"), "{said}");

    let officer = desk.server.client(&desk.office.officer);
    let row = officer.get(&format!("/api/v1/joint-branches/{id}")).expect(200).json();
    assert_eq!(row["rows"][0]["lead_township"]["code"], "510811119", "{row}");
    // The clerk's account was issued for the old code, and follows the township.
    let clerk = desk.server.client(&desk.office.clerk);
    let ledger = clerk.get("/api/v1/townships/510811210/ledger").expect(200).json();
    assert_eq!((&ledger["scope"], &ledger["answers_for"]["name"]), (&json!("510811119"), &json!("白果乡")));
    let data = json!({"joint_branch": id, "quarter": "2020Q2", "grade": "good"});
    let body =
        json!({"effective_date": "2020-07-05", "on_behalf_of": desk.office.township_organ, "data": data});
    clerk.command("evaluate-quarter", &body).expect(201);
}

#[test]
fn what_would_be_refused_is_told_before_anything_is_recorded() {
    let (desk, file, server) = later_desk();
    let officer = desk.server.client(&desk.office.officer);
    let position = || officer.get("/api/v1/counties/510811").expect(200).json()["position"].clone();
    let before = position();
    let header = "采纳,事项,代码,名称,新代码,把握,理由,日志位置\n";
    let given = |lines: &str, more: &[&str]| {
        let accepted = desk.data.with_extension("given.csv");
        let text_ = format!("{header}{}", lines.replace("POSITION", &before.to_string()));
        let (encoded, _, _) = encoding_rs::GB18030.encode(&text_);
        std::fs::write(&accepted, &encoded).unwrap();
        let output = import(&file, &[&["--accept", text(&accepted)], more].concat(), &server);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let rename = "是,更名,510811210207,月坝新村,,较低,,POSITION\n";
    // A split that forgets the village's branch: nothing of the file is recorded, not even what is good.
    let split = "是,拆分,510811210205,狮子村民委员会,510811210207;510811210208,较低,,POSITION\n";
    let (status, said) = given(&format!("{rename}{split}"), &["--commit"]);
    assert!(status == Some(3) && said.lines().any(|line| line.starts_with('3')), "{said}");
    // A village that is not empty does not close.
    let (status, said) =
        given(&format!("{rename}是,撤销,510811210205,狮子村民委员会,,较低,,POSITION\n"), &["--commit"]);
    assert!(status == Some(3) && said.contains("nothing") || said.contains("no row"), "{said}");
    // Unknown codes, lines twice, circles.
    for lines in [
        "是,更名,510811210299,某村,,较低,,POSITION\n".to_owned(),
        format!("{rename}{rename}"),
        "是,并入,510811210205,甲,510811210207,较低,,POSITION\n是,并入,510811210207,乙,510811210205,较低,,POSITION\n".to_owned(),
    ] {
        assert_eq!(given(&lines, &["--commit"]).0, Some(3), "{lines}");
    }
    // A place of another county is no business of this officer.
    assert_eq!(given("是,更名,510812100,朝天,,较低,,POSITION\n", &["--commit"]).0, Some(3));
    assert_eq!(position(), before);
    // Good in itself, and in the encoding of an office program.
    let (status, said) = given(rename, &[]);
    assert!(status == Some(0) && said.contains("1 commands would be recorded"), "{said}");
    assert_eq!(position(), before);
}

#[test]
fn a_trial_is_bounded_and_records_nothing() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let client = officer.with("content-type", "application/x-ndjson");
    let line = |number: u32, name: &str, code: &str| {
        let id = format!("01ARZ3NDEKTSV4RRFFQ69{number:05}");
        let data = json!({"code": code, "name": "新村", "level": "village", "parent": "510811210"});
        json!({"name": name, "id": id, "effective_date": "2020-01-01", "on_behalf_of": "510811", "data": data}).to_string()
    };
    let lines = [
        line(1, "register-place", "510811210301"),
        // The second sees what the first would have done.
        line(2, "register-place", "510811210301"),
        line(3, "declare-durability", "510811210302"),
        line(4, "merge-branches", "510811210302"),
    ];
    let tried = client.post("/api/v1/trials", lines.join("\n").as_bytes()).expect(200).json();
    let rules: Vec<_> = tried["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].clone(), one["rule"].clone()))
        .collect();
    assert_eq!((&tried["tried"], &tried["refused"]), (&json!(4), &json!(3)));
    assert_eq!(
        rules,
        [(json!(2), json!("code-in-use")), (json!(3), json!("unknown-command")), (json!(4), json!("schema"))]
    );
    client.post("/api/v1/trials", b"{}").expect(400);
    client.post("/api/v1/trials", &vec![b' '; (4 << 20) + 1]).expect(413);
    let many = "{\"name\":\"x\",\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}\n".repeat(10_001);
    client.post("/api/v1/trials", many.as_bytes()).expect(413);
    desk.server.anyone().post("/api/v1/trials", lines[0].as_bytes()).expect(401);
    // Who gives no command tries none.
    let auditor = desk.server.client(&token(&desk.data, "auditor", "5108"));
    auditor.post("/api/v1/trials", lines[0].as_bytes()).expect(403);
    let place = officer.get("/api/v1/places?code=510811210301").expect(200).json();
    assert_eq!(place["rows"], json!([]));
}

#[test]
fn a_real_log_takes_a_later_list_here_until_its_first_other_event() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let asked = |year: &str, more: &[&str]| {
        let list = list(year);
        run(&[&["import", "places", &list, "--as-of", "2018-12-31", "--data", text(&data)], more].concat())
    };
    assert!(asked("2018", &["--commit"]).status.success());
    // The list as it is: nothing to do.
    let same = asked("2018", &["--commit"]);
    assert!(same.status.success(), "{same:?}");
    let file = directory.path().join("2019.csv");
    let list = list("2019");
    let later = ["import", "places", &list, "--as-of", "2019-12-31", "--data", text(&data)];
    run_well(&[&later[..], &["--propose", text(&file)]].concat());
    let accepted = accepted(&file);
    run_well(&[&later[..], &["--accept", &accepted, "--commit"]].concat());
    run_well(&["audit", "verify", "--data", text(&data), "--deep", "--self-consistent"]);
    // Another event, and the log takes local commands no more.
    let server = Server::start(&data, &[]);
    let officer = server.client(&token(&data, "county_officer", "510811"));
    let organ = json!({"name": "区委", "form": "organ", "host_kind": "county", "host": "510811", "formal_members": 9, "probationary_members": 0});
    let answer = officer
        .command(
            "register-organization",
            &json!({"effective_date": "2020-01-01", "on_behalf_of": "510811", "data": organ}),
        )
        .expect(201)
        .json();
    let organization = &answer["events"][0]["data"]["organization"];
    let person = json!({"effective_date": "2020-01-02", "on_behalf_of": "510811", "data": {"name": "测试党员", "organization": organization}});
    officer.command("register-person", &person).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    let file = directory.path().join("2020.csv");
    let list = crate::places::list("2020");
    let later = ["import", "places", &list, "--as-of", "2020-12-31", "--data", text(&data)];
    run_well(&[&later[..], &["--propose", text(&file)]].concat());
    let refused = run(&[&later[..], &["--accept", text(&file), "--commit"]].concat());
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(refused.status.code() == Some(3) && said.contains("give any other with a token"), "{said}");
    assert_eq!(said.matches("give any other with a token").count(), 1, "{said}");
}
