//! A trial and a preview tell whoever asks no more than a command would, name nobody of another county, and are noted.

use serde_json::{Value, json};

use super::{SECRET, TwoCounties, last, line, tried, two_counties};
use crate::harness::{Client, key, token};

/// The rules by which a trial of these lines refuses, by line.
fn rules(outcome: &Value) -> Vec<(u64, String)> {
    let refusals = outcome["refusals"].as_array().unwrap().iter();
    refusals.map(|one| (one["line"].as_u64().unwrap(), one["rule"].as_str().unwrap().to_owned())).collect()
}

/// A grade with this finding, which only who may grade has decided whole.
fn grade(world: &TwoCounties, joint_branch: &str, finding: &str) -> String {
    let data =
        json!({"joint_branch": joint_branch, "quarter": "2018Q2", "grade": "good", "findings": [finding]});
    let organ = &world.desk.office.township_organ;
    line(
        &key(),
        "evaluate-quarter",
        json!({"effective_date": "2018-07-05", "on_behalf_of": organ, "data": data}),
    )
}

#[test]
fn a_trial_tells_of_names_only_whoever_may_give_the_command_and_only_the_own_countys() {
    let world = two_counties();
    let (server, data) = (&world.desk.server, &world.desk.data);
    let id = world.desk.office.establish(server, "2018-06-01");
    let lines =
        || ["见测试书记的意见", "见欧阳秘密的意见", "见无名氏的意见"].map(|text| grade(&world, &id, text));
    let client = |role: &str, scope: &str| server.client(&token(data, role, scope));
    // Who gives no command tries none.
    for (role, scope) in [
        ("subscriber", "510811"),
        ("auditor", "5108"),
        ("auditor", "510811"),
        ("security_admin", "5108"),
        ("system_admin", "5108"),
    ] {
        let asked = client(role, scope).with("content-type", "application/x-ndjson");
        let refused = asked.post("/api/v1/trials", lines().join("\n").as_bytes()).expect(403);
        assert!(refused.text.contains("forbidden"), "{}", refused.text);
    }
    // Who may not give this one learns why, the same for each line.
    for (role, scope, rule) in [
        ("city_office", "5108", "role"),
        ("county_officer", "510812", "scope"),
        ("township_clerk", "510811211", "scope"),
    ] {
        let own: Vec<_> = (1..=3).map(|line| (line, rule.to_owned())).collect();
        assert_eq!(rules(&tried(&client(role, scope), &lines())), own, "{role} {scope}");
    }
    // Who may learns of a name of the own county, and nothing of another's.
    for token in [&world.desk.office.officer, &world.desk.office.clerk] {
        let each: Vec<_> = lines()
            .iter()
            .map(|line| rules(&tried(&server.client(token), std::slice::from_ref(line))))
            .collect();
        assert_eq!(each, [vec![(1, "personal-name".to_owned())], vec![], vec![]]);
    }
    // Whether the log is a simulated one is nobody's business who may give nothing.
    let mut simulated = serde_json::from_str::<Value>(&lines()[0]).unwrap();
    simulated["simulated"] = true.into();
    assert_eq!(
        rules(&tried(&client("city_office", "5108"), &[simulated.to_string()])),
        [(1, "role".to_owned())]
    );
    assert_eq!(
        rules(&tried(&client("county_officer", "510811"), &[simulated.to_string()])),
        [(1, "simulated-or-real".to_owned())]
    );
    for field in ["id", "name"] {
        simulated.as_object_mut().unwrap().remove(field);
    }
    client("subscriber", "510811").command("evaluate-quarter", &simulated).expect(403);
}

fn entries(world: &TwoCounties, act: &str) -> Vec<Value> {
    let auditor = world.desk.server.client(&token(&world.desk.data, "auditor", "5108"));
    let rows =
        auditor.get("/api/v1/access-log?limit=1000").expect(200).json()["rows"].as_array().unwrap().clone();
    rows.into_iter().filter(|row| row["act"] == act).collect()
}

/// A form as it is sent from its page.
fn send(client: &Client, command: &str, step: &str, fields: &[(&str, &str)]) -> crate::harness::Answer {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let key = key();
    let all = fields.iter().copied().chain([("_key", key.as_str()), ("_step", step), ("_rows", "0")]);
    let form: Vec<_> = all.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    let client = client.with("content-type", "application/x-www-form-urlencoded");
    client.post(&format!("/work/{command}"), form.join("&").as_bytes())
}

/// The assignment of a person, filled in.
fn assignment<'a>(
    world: &'a TwoCounties,
    joint_branch: &'a str,
    person: &'a str,
) -> Vec<(&'static str, &'a str)> {
    vec![
        ("/effective_date", "2018-06-05"),
        ("/on_behalf_of", &world.desk.office.township_organ),
        ("/document/number", "白委〔2018〕9号"),
        ("/document/issued", "2018-06-05"),
        ("/decided_by/meeting", "乡党委会"),
        ("/decided_by/date", "2018-06-05"),
        ("/data/joint_branch", joint_branch),
        ("/data/person", person),
        ("/data/source", "not_stated"),
        ("/data/term_start", "2018-06-05"),
    ]
}

#[test]
fn every_trial_and_every_preview_is_noted_with_how_many() {
    let world = two_counties();
    let server = &world.desk.server;
    let id = world.desk.office.establish(server, "2018-06-01");
    let clerk = server.client(&world.desk.office.clerk);
    let before = (entries(&world, "trial").len(), entries(&world, "read").len());
    tried(&clerk, &["甲", "乙", "丙"].map(|text| grade(&world, &id, text)));
    server.client(&token(&world.desk.data, "auditor", "510811")).post("/api/v1/trials", b"").expect(403);
    let noted = entries(&world, "trial");
    let last_two: Vec<_> = noted[before.0..]
        .iter()
        .map(|row| (row["role"].clone(), row["status"].clone(), row["count"].clone()))
        .collect();
    assert_eq!(
        last_two,
        [(json!("township_clerk"), json!(200), json!(3)), (json!("auditor"), json!(403), Value::Null)]
    );
    let fields = assignment(&world, &id, &world.desk.office.persons[0]);
    for step in ["more", "", "preview"] {
        let shown = send(&clerk, "assign-secretary", step, &fields).expect(200);
        assert!(shown.text.contains("测试书记"), "{step}: {}", shown.text);
    }
    let noted = entries(&world, "trial");
    let path = |row: &Value| row["path"].as_str().unwrap().to_owned();
    assert_eq!(noted[before.0 + 2..].iter().map(path).collect::<Vec<_>>(), vec!["/work/assign-secretary"; 3]);
    // What is recorded stands in the log itself.
    send(&clerk, "assign-secretary", "record", &fields).expect(303);
    assert_eq!(entries(&world, "trial").len(), before.0 + 5);
    assert!(entries(&world, "read").len() >= before.1);
}

#[test]
fn a_preview_refuses_a_name_in_free_text_as_the_recording_does() {
    let world = two_counties();
    let server = &world.desk.server;
    let id = world.desk.office.establish(server, "2018-06-01");
    let clerk = server.client(&world.desk.office.clerk);
    let person = world.desk.office.persons[0].clone();
    let previewed = |step: &str, meeting: &str| {
        let fields = assignment(&world, &id, &person).into_iter();
        let fields: Vec<_> = fields
            .map(|(field, value)| (field, if field == "/decided_by/meeting" { meeting } else { value }))
            .collect();
        send(&clerk, "assign-secretary", step, &fields)
    };
    for step in ["preview", "record"] {
        let refused = previewed(step, "测试书记提议的党委会").expect(200).text;
        assert!(refused.contains("<code>personal-name</code>"), "{step}: {refused}");
    }
    // Whose names another county holds is not told before anything is recorded.
    previewed("preview", "欧阳秘密提议的党委会").expect(200);
    previewed("preview", "乡党委会").expect(200);
    previewed("record", "乡党委会").expect(303);
}

/// What an answer says, without the id that it names.
fn without(text: &str, id: &str) -> String {
    text.replace(id, "ID")
}

/// Commands that name a person, with the place of the person's id in the data.
fn naming(world: &TwoCounties, id: &str) -> Vec<(&'static str, Value, &'static str)> {
    let own = &world.desk.office.persons[0];
    vec![
        (
            "assign-secretary",
            json!({"joint_branch": id, "person": "", "source": "not_stated", "term_start": "2018-06-05"}),
            "/person",
        ),
        (
            "assign-secretary",
            json!({"joint_branch": id, "person": own, "source": "not_stated", "term_start": "2018-06-05", "replaces": ""}),
            "/replaces",
        ),
        ("relieve-secretary", json!({"joint_branch": id, "person": "", "reason": "调动"}), "/person"),
        (
            "appoint-committee",
            json!({"joint_branch": id, "members": [{"person": "", "duty": "组织委员"}]}),
            "/members/0/person",
        ),
        (
            "record-yearly-review",
            json!({"person": "", "year": 2018, "level": "township", "class": "good"}),
            "/person",
        ),
        (
            "record-commitment",
            json!({"joint_branch": id, "person": "", "kind": "integrity", "content": "廉洁", "made_on": "2018-06-05"}),
            "/person",
        ),
        ("hold-person", json!({"person": ""}), "/person"),
        (
            "erase-person",
            json!({"person": "", "ground": "purpose_achieved", "consent": {"organization": world.desk.office.county_organ, "document": {"number": "昭委〔2018〕8号", "issued": "2018-06-05"}}}),
            "/person",
        ),
    ]
}

#[test]
fn a_person_of_another_county_is_no_different_from_one_that_does_not_exist() {
    let world = two_counties();
    let server = &world.desk.server;
    let id = world.desk.office.establish(server, "2018-06-01");
    let officer = server.client(&world.desk.office.officer);
    let nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let before = last(&world.desk);
    let decision = |mut data: Value, person: &str, field: &str| {
        *data.pointer_mut(field).unwrap() = person.into();
        let mut body = world.desk.office.decision("白委〔2018〕9号", "2018-06-05", data);
        body["on_behalf_of"] = world.desk.office.township_organ.clone().into();
        body
    };
    let commands = naming(&world, &id);
    for (name, data, field) in commands {
        let told = |person: &str| {
            let body = decision(data.clone(), person, field);
            let (given, tried_one) =
                (officer.command(name, &body), tried(&officer, &[line(&key(), name, body)]));
            assert!(given.status >= 400, "{name}: {}", given.text);
            let refusal = &tried_one["refusals"][0];
            let trial = format!("{} {} {}", refusal["rule"], refusal["detail"], refusal["detail_en"]);
            (given.status, without(&given.text, person), without(&trial, person))
        };
        assert_eq!(told(&world.other_person), told(nobody), "{name} {field}");
    }
    let shown = |person: &str| {
        let page =
            send(&officer, "assign-secretary", "preview", &assignment(&world, &id, person)).expect(200);
        assert!(!page.text.contains(SECRET), "{}", page.text);
        page.text
    };
    assert!(shown(nobody).contains(nobody) && shown(&world.other_person).contains(&world.other_person));
    // The form of a joint branch elsewhere is filled with nothing of it.
    let elsewhere = |id: &str| {
        world.other_officer.get(&format!("/work/transfer-functions?joint_branch={id}")).expect(200).text
    };
    for member in &world.desk.office.branches {
        assert!(!elsewhere(&id).contains(member.as_str()), "{member}");
    }
    assert_eq!(last(&world.desk), before);
}
