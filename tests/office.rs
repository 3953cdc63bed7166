//! A county office's work over HTTP, from the township's proposal to the city's view, as its people would do it.

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Office, created, desk, key, token};

/// A view that holds what was written up to the position.
fn view(client: &Client, path: &str, position: &Value) -> Value {
    let mark = if path.contains('?') { '&' } else { '?' };
    client.get(&format!("{path}{mark}min_position={position}")).expect(200).json()
}

fn figure(view: &Value, name: &str) -> Value {
    view["figures"][name]["value"].clone()
}

fn graded(office: &Office, joint_branch: &str, quarter: &str, grade: &str, on: &str) -> Value {
    let data = json!({"joint_branch": joint_branch, "quarter": quarter, "grade": grade});
    json!({"effective_date": on, "on_behalf_of": office.township_organ, "data": data})
}

/// One officer reviews without satisfaction, another dissolves: one append that relieves, returns, restores and ends.
fn end_as_failed(desk: &Desk, id: &str) -> Value {
    let (office, officer) = (&desk.office, desk.server.client(&desk.office.officer));
    let reviewer = desk.server.client(&token(&desk.data, "county_officer", "510811"));
    let answers = |satisfied| json!({"asked": 40, "satisfied": satisfied});
    let data =
        json!({"joint_branch": id, "improved": false, "members": answers(30), "villagers": answers(10)});
    reviewer
        .command("review-rectification", &office.decision("昭委〔2018〕20号", "2018-10-11", data))
        .expect(201);
    let successors: Vec<Value> =
        office.branches[..2].iter().map(|branch| json!({"member": branch, "successor": branch})).collect();
    let data = json!({"joint_branch": id, "ground": "rectification_failed", "successors": successors});
    let answer = officer
        .command("dissolve-joint-branch", &office.decision("昭委〔2018〕21号", "2018-11-01", data))
        .expect(201);
    let types: Vec<String> = answer.json()["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        types,
        [
            "cn.lianjian.joint-branch.secretary-relieved.v1",
            "cn.lianjian.joint-branch.functions-returned.v1",
            "cn.lianjian.organization.restored.v1",
            "cn.lianjian.organization.restored.v1",
            "cn.lianjian.joint-branch.dissolved.v1",
        ]
    );
    answer.json()["position"].clone()
}

/// The life of an ended joint branch, each point of which is one of its records; another county does not read it.
fn tells_the_life(desk: &Desk, id: &str, entries: &[Value], position: &Value) {
    let path = format!("/api/v1/joint-branches/{id}/life");
    let life = view(&desk.server.client(&desk.office.clerk), &path, position)["rows"][0].clone();
    let rows = |part: &str| life[part].as_array().unwrap().clone();
    let weights: Vec<_> = rows("steps").iter().map(|step| step["weight"].clone()).collect();
    assert!(weights.contains(&json!("begins")) && weights.last() == Some(&json!("ends")), "{life}");
    let points = [rows("steps"), rows("tenures"), rows("cases")].concat();
    let is_told = |point: &Value| entries.iter().any(|entry| entry["position"] == point["position"]);
    assert!(rows("cases").len() == 1 && points.iter().all(is_told), "{life}");
    assert!(!life["tenures"][0]["until"].is_null(), "who was in post left it with the end: {life}");
    let stranger = desk.server.client(&token(&desk.data, "auditor", "510812"));
    stranger.get(&path).expect(403);
}

#[test]
fn a_joint_branch_lives_and_ends_and_every_tier_sees_it() {
    let desk = desk();
    let office = &desk.office;
    let clerk = desk.server.client(&office.clerk);
    let city = desk.server.client(&token(&desk.data, "city_office", "5108"));
    let id = office.establish(&desk.server, "2018-06-01");
    let data = json!({"joint_branch": id, "person": office.persons[0], "source": "strong_village_leader", "term_start": "2018-06-02"});
    let decided = json!({"meeting": "乡党委会", "date": "2018-06-02"});
    let assign = json!({"effective_date": "2018-06-02", "on_behalf_of": office.township_organ, "decided_by": decided, "data": data});
    let position = clerk.command("assign-secretary", &assign).expect(201).json()["position"].clone();

    let seen = view(&city, "/api/v1/cities/5108", &position);
    assert_eq!(
        (figure(&seen, "joint_branches"), figure(&seen, "mergers"), figure(&seen, "pairings")),
        (json!(1), json!(1), json!(0))
    );
    assert_eq!((figure(&seen, "villages"), figure(&seen, "villages_covered")), (json!(5), json!(2)));
    assert_eq!(figure(&seen, "secretaries_vacant"), json!(0));

    clerk.command("evaluate-quarter", &graded(office, &id, "2018Q2", "poor", "2018-07-05")).expect(201);
    let data = json!({"joint_branch": id, "deadline": "2018-10-10", "items": ["公开账目"]});
    let order = json!({"effective_date": "2018-07-10", "on_behalf_of": office.township_organ, "data": data});
    let position = clerk.command("order-rectification", &order).expect(201).json()["position"].clone();
    let seen = view(&city, "/api/v1/cities/5108", &position);
    assert_eq!(
        (figure(&seen, "rectifications_open"), figure(&seen, "rectifications_overdue")),
        (json!(1), json!(1))
    );
    let then = view(&city, "/api/v1/cities/5108?as_of=2018-10-01", &position);
    assert_eq!(
        (figure(&then, "rectifications_open"), figure(&then, "rectifications_overdue")),
        (json!(1), json!(0))
    );

    let position = end_as_failed(&desk, &id);
    let seen = view(&city, "/api/v1/cities/5108", &position);
    assert_eq!(
        (figure(&seen, "joint_branches"), figure(&seen, "dissolved"), figure(&seen, "villages_covered")),
        (json!(0), json!(1), json!(0))
    );
    for open in ["rectifications_open", "termination_due", "secretaries_vacant", "poor"] {
        assert_eq!(figure(&seen, open), json!(0), "{open}");
    }
    let then = view(&city, "/api/v1/cities/5108?as_of=2018-06-30", &position);
    assert_eq!(figure(&then, "joint_branches"), json!(1));
    let timeline = view(&clerk, &format!("/api/v1/joint-branches/{id}/timeline"), &position);
    let entries = timeline["rows"].as_array().unwrap();
    assert!(entries.len() >= 9, "{timeline}");
    assert!(entries.iter().any(|entry| entry.to_string().contains("昭委〔2018〕21号")), "{timeline}");
    tells_the_life(&desk, &id, entries, &position);
}

#[test]
fn nobody_writes_or_reads_beyond_role_and_scope() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let client = |role: &str, scope: &str| desk.server.client(&token(&desk.data, role, scope));
    let (neighbour, other_county) =
        (client("township_clerk", "510811211"), client("county_officer", "510812"));
    let grade = graded(office, &id, "2018Q2", "good", "2018-07-05");
    neighbour.command("evaluate-quarter", &grade).expect(403);
    other_county.command("evaluate-quarter", &grade).expect(403);
    for (role, scope) in [
        ("city_office", "5108"),
        ("subscriber", "510811"),
        ("auditor", "5108"),
        ("security_admin", "5108"),
        ("system_admin", "5108"),
    ] {
        client(role, scope).command("evaluate-quarter", &grade).expect(403);
    }
    desk.server.anyone().command("evaluate-quarter", &grade).expect(401);
    desk.server
        .client(&office.clerk)
        .command(
            "reject-proposal",
            &office.decision("昭委〔2018〕9号", "2018-07-01", json!({"joint_branch": id})),
        )
        .expect(403);

    let joint_branch = format!("/api/v1/joint-branches/{id}");
    let reads = [
        ("/api/v1/cities/5108", [403, 403, 403, 200, 403, 200, 403, 403]),
        ("/api/v1/counties/510811", [403, 200, 403, 200, 403, 200, 403, 403]),
        ("/api/v1/counties/510811/register", [403, 200, 403, 200, 403, 200, 403, 403]),
        ("/api/v1/townships/510811210/ledger", [200, 200, 403, 200, 403, 200, 403, 403]),
        (joint_branch.as_str(), [200, 200, 403, 200, 403, 200, 403, 403]),
        ("/api/v1/events?scope=510811", [403, 200, 403, 200, 200, 200, 403, 403]),
        ("/metrics", [403, 403, 403, 403, 403, 403, 403, 200]),
    ];
    let readers = [
        desk.server.client(&office.clerk),
        desk.server.client(&office.officer),
        other_county,
        client("city_office", "5108"),
        client("subscriber", "510811"),
        client("auditor", "5108"),
        client("security_admin", "5108"),
        client("system_admin", "5108"),
    ];
    for (path, statuses) in reads {
        desk.server.anyone().get(path).expect(401);
        for (reader, status) in readers.iter().zip(statuses) {
            assert_eq!(reader.get(path).status, status, "{path}");
        }
    }
}

#[test]
fn a_repeat_says_the_same_and_a_key_has_one_meaning() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let body = |count: u32| json!({"effective_date": "2018-03-01", "on_behalf_of": "510811", "data": {"organization": desk.office.branches[3], "formal_members": count}});
    let key = key();
    let first = officer.command_with(&key, "update-organization", &body(21)).expect(201);
    let again = officer.command_with(&key, "update-organization", &body(21)).expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.text, again.text);
    let reused = officer.command_with(&key, "update-organization", &body(22)).expect(422).json();
    assert_eq!(reused["type"], "/problems/key-reused");
    // Without quotes the key is the same key.
    let bare = officer.with("idempotency-key", &key).with("content-type", "application/json");
    bare.post("/api/v1/commands/update-organization", body(21).to_string().as_bytes()).expect(200);
}

#[test]
fn a_view_has_an_etag_and_waits_for_what_was_just_written() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let position: u64 = officer
        .get("/api/v1/counties/510811")
        .expect(200)
        .header("lianjian-position")
        .unwrap()
        .parse()
        .unwrap();
    let body = json!({"effective_date": "2018-03-01", "on_behalf_of": "510811", "data": {"organization": desk.office.branches[3], "formal_members": 25}});
    let answer = officer.command("update-organization", &body).expect(201).json();
    assert_eq!(answer["position"], json!(position + 1));
    let path = format!("/api/v1/counties/510811?min_position={}", position + 1);
    let fresh = officer.get(&path).expect(200);
    let etag = fresh.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    officer.with("if-none-match", &etag).get(&path).expect(304);
    officer.get(&format!("/api/v1/counties/510811?min_position={}", position + 1_000)).expect(503);
    let stale = officer.with("if-match", "\"1\"").command("update-organization", &body).expect(412).json();
    assert_eq!(stale["type"], "/problems/precondition-failed");
}

#[test]
fn the_past_reads_as_it_was_in_effect_and_as_it_was_known() {
    let desk = desk();
    let office = &desk.office;
    let (clerk, officer) = (desk.server.client(&office.clerk), desk.server.client(&office.officer));
    let id = office.establish(&desk.server, "2018-06-01");
    let evaluated = clerk
        .command("evaluate-quarter", &graded(office, &id, "2018Q2", "fair", "2018-07-05"))
        .expect(201)
        .json();
    let data = json!({"joint_branch": id, "quarter": "2018Q2", "grade": "good", "reason": "漏算一项"});
    let correct = json!({"effective_date": "2018-09-01", "on_behalf_of": office.county_organ, "data": data});
    let corrected = officer.command("correct-evaluation", &correct).expect(201).json()["position"].clone();
    let grade = |query: &str| {
        let path = format!("/api/v1/joint-branches/{id}?{query}");
        let seen = view(&officer, &path, &corrected);
        seen["rows"][0]["evaluations"]["2018Q2"]["grade"].clone()
    };
    // The correction is folded at the date of what it corrects, and known only since it was recorded.
    assert_eq!(grade("as_of=2018-07-31"), "good");
    assert_eq!(grade("as_of=2018-07-01"), Value::Null);
    assert_eq!(grade(&format!("at={}", evaluated["position"])), "fair");
    let known = evaluated["events"][0]["time"].as_str().unwrap();
    assert_eq!(grade(&format!("known_at={known}&as_of=2018-07-31")), "fair");
}

#[test]
fn events_page_stream_and_resume() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let subscriber = desk.server.client(&token(&desk.data, "subscriber", "510811"));
    let all = subscriber.get("/api/v1/events?scope=510811&limit=1000").expect(200);
    assert_eq!(all.header("content-type").unwrap(), "application/x-ndjson");
    let events: Vec<Value> = all.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sequences: Vec<u64> = events
        .iter()
        .filter(|event| event["county"] == "510811")
        .map(|event| event["scopesequence"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequences:?}");
    assert!(events.iter().all(|event| event["county"] != "510812"), "another county's event");
    let page = subscriber
        .with("accept", "application/cloudevents-batch+json")
        .get("/api/v1/events?scope=510811&after=3&limit=2")
        .expect(200);
    assert_eq!(page.json().as_array().unwrap().len(), 2);
    let typed = subscriber
        .get("/api/v1/events?scope=510811&limit=1000&type=cn.lianjian.joint-branch.established.v1")
        .expect(200);
    assert_eq!(typed.text.lines().count(), 1);
    assert!(typed.text.contains(&id));
    let last = events.last().unwrap()["sequence"].as_str().unwrap().parse::<u64>().unwrap();
    let streamed = first_streamed(&desk.server.address, &subscriber_token(&desk), last - 1);
    assert_eq!(streamed["id"], events.last().unwrap()["id"]);
}

fn subscriber_token(desk: &Desk) -> String {
    token(&desk.data, "subscriber", "510811")
}

/// The first event of the stream after a position.
fn first_streamed(address: &str, token: &str, last_event_id: u64) -> Value {
    use std::io::{BufRead, BufReader, Write};
    let host = address.strip_prefix("http://").unwrap();
    let mut connection = std::net::TcpStream::connect(host).unwrap();
    connection.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    let request = format!(
        "GET /api/v1/events/stream?scope=510811 HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\nlast-event-id: {last_event_id}\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).unwrap();
    for line in BufReader::new(connection).lines() {
        if let Some(data) = line.unwrap().strip_prefix("data:") {
            return serde_json::from_str(data.trim()).unwrap();
        }
    }
    panic!("the stream ended without an event");
}

#[test]
fn every_event_of_the_office_is_what_its_schema_says() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    desk.server
        .client(&office.clerk)
        .command("evaluate-quarter", &graded(office, &id, "2018Q2", "good", "2018-07-05"))
        .expect(201);
    let auditor = desk.server.client(&token(&desk.data, "auditor", "5108"));
    let events = auditor.get("/api/v1/events?limit=1000").expect(200);
    for line in events.text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let event_type = event["type"].as_str().unwrap();
        let schema =
            desk.server.anyone().get(&format!("/schemas/events/{event_type}.json")).expect(200).json();
        let schema = json_schema::Schema::compile(&schema).unwrap();
        let errors: Vec<String> = schema.errors(&event).iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{event_type}: {errors:?}");
    }
}

#[test]
fn a_revoked_token_opens_nothing() {
    let desk = desk();
    let data = desk.data.to_str().unwrap();
    let client = desk.server.client(&desk.office.officer);
    client.get("/api/v1/counties/510811").expect(200);
    let listed = crate::harness::run_well(&["token", "list", "--data", data, "--json"]);
    assert!(!listed.contains(&desk.office.officer), "a list never shows a token");
    let account = account_of(&listed, "county_officer");
    crate::harness::run_well(&["token", "revoke", &account, "--data", data]);
    client.get("/api/v1/counties/510811").expect(401);
}

fn account_of(listed: &str, role: &str) -> String {
    let mut accounts = listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    accounts.find(|account| account["role"] == role).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_proposal_is_withdrawn_or_rejected_and_its_villages_are_free() {
    let desk = desk();
    let office = &desk.office;
    let (clerk, officer) = (desk.server.client(&office.clerk), desk.server.client(&office.officer));
    let proposal = office.proposal([&office.branches[0], &office.branches[1]], "2018-05-01");
    let first = created(&clerk.command("propose-joint-branch", &proposal).expect(201), "joint_branch");
    let withdraw = json!({"effective_date": "2018-05-02", "on_behalf_of": office.township_organ, "data": {"joint_branch": first}});
    clerk.command("withdraw-proposal", &withdraw).expect(201);
    let second = created(&clerk.command("propose-joint-branch", &proposal).expect(201), "joint_branch");
    let reject = office.decision(
        "昭委〔2018〕6号",
        "2018-05-03",
        json!({"joint_branch": second, "reason": "条件不成熟"}),
    );
    officer.command("reject-proposal", &reject).expect(201);
    office.establish(&desk.server, "2018-06-01");
}
