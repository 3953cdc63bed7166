//! Questions that auditors ask of who did what when: what one official recorded, whose accounts there were on a day, and what was
//! recorded between two meetings.

use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Desk, desk, run, run_well, token};

/// The lines of a command's JSON.
fn lines(desk: &Desk, command: &[&str]) -> Vec<Value> {
    let said = run_well(&[command, &["--json", "--data", desk.data.to_str().unwrap()]].concat());
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Given an office; when it is asked for what its officer recorded, by name in two spellings and by account; then the same records
/// are told, theirs and no others, within the days that are asked for.
#[test]
fn everything_that_one_official_recorded_is_told_by_name_and_by_account() {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    let acts = |more: &[&str]| lines(&desk, &[&["audit", "acts"], more].concat());
    let by_name = acts(&["--who", "county_officer 510811"]);
    assert!(!by_name.is_empty());
    assert!(by_name.iter().all(|act| act["actor_name"] == "county_officer 510811"), "{by_name:?}");
    assert!(by_name.iter().any(|act| act["type"] == "joint-branch.established"), "{by_name:?}");
    assert_eq!(acts(&["--who", "  county_officer  510811 "]), by_name, "blanks are nobody's name");
    let account = by_name[0]["actor"].as_str().unwrap();
    assert_eq!(acts(&["--who", account]), by_name);
    let today = by_name[0]["recorded_at"].as_str().unwrap();
    assert_eq!(acts(&["--who", account, "--to", "2019-01-01"]), Vec::<Value>::new());
    assert!(today > "2019", "recorded today, of the past");
    assert_eq!(acts(&["--who", account, "--from", "2019-01-01"]), by_name);
    assert_eq!(acts(&["--who", "没有这个人"]), Vec::<Value>::new());
    let clerk = acts(&["--who", "township_clerk 510811210"]);
    assert!(!clerk.is_empty() && clerk.iter().all(|act| act["actor"] != account), "{clerk:?}");
}

#[test]
fn the_accounts_of_a_day_are_those_that_were_there() {
    let desk = desk();
    token(&desk.data, "auditor", "5108");
    let all = lines(&desk, &["token", "list"]);
    assert!(all.iter().any(|account| account["role"] == "auditor"), "{all:?}");
    assert_eq!(lines(&desk, &["token", "list", "--as-of", "2019-01-01"]), Vec::<Value>::new());
    let id = all.last().unwrap()["id"].as_str().unwrap().to_owned();
    run_well(&["token", "revoke", &id, "--data", desk.data.to_str().unwrap()]);
    let state = |more: &[&str]| {
        let listed = lines(&desk, &[&["token", "list"], more].concat());
        listed.into_iter().find(|account| account["id"] == *id).map(|account| account["state"].clone())
    };
    assert_eq!(state(&[]), state(&["--as-of", "2099-01-01"]).map(|_| state(&[]).unwrap()));
    assert_ne!(state(&[]), Some(json!("valid")));
    let wrong = ["token", "list", "--as-of", "2019-02-30", "--data", desk.data.to_str().unwrap()];
    assert_eq!(run(&wrong).status.code(), Some(2));
}

/// Given a record of the past that is made between two meetings; then the days of effect do not show it between them, and the times
/// of recording do, with the figures that either meeting saw.
#[test]
fn what_was_recorded_between_two_meetings_is_told_whatever_day_it_took_effect() {
    let desk = desk();
    let first = now();
    std::thread::sleep(std::time::Duration::from_millis(5));
    let id = desk.office.establish(&desk.server, "2018-06-01");
    std::thread::sleep(std::time::Duration::from_millis(5));
    let second = now();
    let data = desk.data.to_str().unwrap();
    let diff = |from: &str, to: &str| -> Value {
        let told = run_well(&["audit", "diff", "--from", from, "--to", to, "--json", "--data", data]);
        serde_json::from_str(&told).unwrap()
    };
    let told = diff(&first, &second);
    let of_it = |told: &Value| {
        let changes = told["changes"].as_array().unwrap();
        changes.iter().filter(|change| change["subject"] == format!("joint-branch/{id}")).count()
    };
    assert!(of_it(&told) >= 2, "{told}");
    let figure =
        told["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == "mergers").unwrap();
    assert_eq!((&figure["before"], &figure["after"]), (&json!(0), &json!(1)));
    assert_eq!(of_it(&diff(&second, "2099-01-01T00:00:00Z")), 0);
    assert_eq!(of_it(&diff("2001-01-01T00:00:00+08:00", &first)), 0);
    for (from, to) in
        [(second.as_str(), first.as_str()), (first.as_str(), "2026-01-01"), ("5", second.as_str())]
    {
        let refused = run(&["audit", "diff", "--from", from, "--to", to, "--data", data]);
        assert_eq!(refused.status.code(), Some(2), "{from} {to}");
    }
    // The page: what the meeting of that day saw, and what is known of the day now. On a day before the log began nobody saw anything.
    let officer = desk.server.client(&desk.office.officer);
    let page = |day: &str, known: &str| {
        officer.get(&format!("/compare?from=2018-01-01&to={day}&known={known}&code=510811"))
    };
    assert!(page("2018-12-31", "now").expect(200).text.contains("+1"));
    page("2018-12-31", "then").expect(404);
    let both = officer.get("/compare?known=then&code=510811&from=2099-01-01&to=2099-01-01");
    assert!(both.expect(200).text.contains("selected"));
    page("2018-12-31", "x").expect(400);
}

/// The time of this machine, to the millisecond.
fn now() -> String {
    let told = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%S.%3NZ"]).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}
