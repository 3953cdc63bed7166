//! An office takes what existed before onto its register: opened, registered as it stood, confirmed by another, completed;
//! nothing of before is owed, and the history proves itself.

use serde_json::{Value, json};

use crate::harness::{Client, Desk, created, desk, run_well, settle, token};

/// A merger of 2016, with little on file.
fn standing(desk: &Desk, members: [usize; 2], on: &str) -> Value {
    let office = &desk.office;
    let nothing = json!({"not_on_file": "档案未见"});
    let data = json!({
        "name": "狮岩联合党支部（2016）", "arrangement": "merger", "lead_township": "510811210",
        "members": members.map(|index| office.branches[index].clone()),
        "source": {"title": "2016年合建清单", "page": "第3行"},
        "mode": "not_stated", "form": "branch", "established": {"year": 2016, "month": 5},
        "approval": nothing, "survey": nothing, "term_end": nothing, "committee": nothing, "co_location": nothing,
        "secretary": {"person": office.persons[members[0]], "since": {"year": 2016}},
        "grades": [{"quarter": "2018Q1", "grade": "poor"}]
    });
    json!({"effective_date": on, "on_behalf_of": office.township_organ, "data": data})
}

fn figure(client: &Client, name: &str) -> u64 {
    let view = client.get("/api/v1/counties/510811").expect(200).json();
    view["figures"][name]["value"].as_u64().unwrap()
}

fn rows(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).expect(200).json()["rows"].as_array().unwrap().clone()
}

#[test]
fn an_office_registers_what_exists_and_owes_nothing_of_before() {
    let desk = desk();
    let office = &desk.office;
    let (clerk, officer) = (desk.server.client(&office.clerk), desk.server.client(&office.officer));
    let today =
        officer.get("/api/v1/counties/510811").expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let year = &today[..4];
    let decision =
        |number: u32, data: Value| office.decision(&format!("昭委组〔{year}〕{number}号"), &today, data);
    let body = standing(&desk, [0, 1], &today);

    // Nothing is registered before the county opens its register.
    let refused = clerk.command("register-joint-branch", &body).expect(422).json();
    assert_eq!(refused["rule"], "register-open");
    let next_year = format!("{}{}", year.parse::<i16>().unwrap() + 1, &today[4..]);
    let closes_on = next_year.replace("02-29", "02-28");
    let open = json!({"county": "510811", "from": today, "closes_on": closes_on});
    officer.command("open-register", &decision(61, open)).expect(201);

    // One registers, and it is counted nowhere until another confirms.
    let answer = clerk.command("register-joint-branch", &body).expect(201);
    let id = created(&answer, "joint_branch");
    settle(&officer, &answer);
    assert_eq!((figure(&officer, "joint_branches"), figure(&officer, "registered_before")), (0, 0));
    let page = officer.with("accept", "text/html").get(&format!("/joint-branches/{id}")).expect(200).text;
    assert!(page.contains("待县(区)确认") && page.contains("档案未见"), "{page}");
    let confirm = json!({"county": "510811", "joint_branches": [id]});
    let own = clerk.command("confirm-registration", &decision(66, confirm.clone())).expect(403).json();
    assert_eq!(own["rule"], "role");
    let answer = officer.command("confirm-registration", &decision(66, confirm)).expect(201);
    settle(&officer, &answer);
    for name in ["joint_branches", "mergers", "registered_before"] {
        assert_eq!(figure(&officer, name), 1, "{name}");
    }
    assert_eq!((figure(&officer, "evaluations_missing"), figure(&officer, "late_entries")), (0, 0));
    assert_eq!(rows(&officer, "/api/v1/obligations?scope=510811"), [json!(null); 0]);
    assert_eq!(rows(&officer, "/api/v1/lists/yellow-cards?scope=510811"), [json!(null); 0]);

    // What is not on file is listed, and added when it is found.
    let fields = || -> Vec<Value> {
        rows(&officer, "/api/v1/lists/unregistered?scope=510811")
            .iter()
            .map(|row| row["field"].clone())
            .collect()
    };
    assert_eq!(fields(), ["approval", "survey", "term_end", "committee", "co_location"]);
    let source = json!({"title": "2016年发文汇编", "page": "第88页"});
    let found =
        json!({"joint_branch": id, "field": "approval", "value": "昭委组〔2016〕21号", "source": source});
    let body = json!({"effective_date": today, "on_behalf_of": office.township_organ, "data": found});
    let answer = clerk.command("complete-registration", &body).expect(201);
    settle(&officer, &answer);
    assert!(!fields().contains(&json!("approval")));
    let again = clerk.command("complete-registration", &body).expect(422).json();
    assert_eq!(again["rule"], "registration-on-file");
    let register = rows(&officer, "/api/v1/counties/510811/register");
    assert_eq!(
        (&register[0]["document"], &register[0]["established_on"]),
        (&json!("昭委组〔2016〕21号"), &Value::Null)
    );

    // A member that is in it is in no other, and the history proves itself without the service.
    let other = clerk.command("register-joint-branch", &standing(&desk, [1, 2], &today)).expect(422).json();
    assert_eq!(other["rule"], "one-merger");
    let auditor = desk.server.client(&token(&desk.data, "auditor", "5108"));
    assert_eq!(figure(&auditor, "registered_before"), 1);
    assert_eq!(desk.server.interrupt(), Some(0));
    run_well(&["audit", "verify", "--deep", "--self-consistent", "--data", desk.data.to_str().unwrap()]);
}
