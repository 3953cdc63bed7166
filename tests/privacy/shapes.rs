//! A body that the command's schema does not accept records nothing, whatever a lenient reader would make of it, and its
//! sender learns of every fault at once.

use serde_json::{Value, json};

use super::last;
use crate::harness::{Client, Desk, desk, key, run};

/// Every command with its example, as they are published.
fn examples(client: &Client) -> Vec<(String, Value)> {
    let openapi = client.get("/openapi.json").expect(200).json();
    let paths = openapi["paths"].as_object().unwrap().keys();
    let names =
        paths.filter_map(|path| path.strip_prefix("/api/v1/commands/")).filter(|name| !name.contains('{'));
    let example = |name: &str| {
        let schema = client.get(&format!("/schemas/commands/{name}.json")).expect(200).json();
        (name.to_owned(), schema["examples"][0].clone())
    };
    names.map(example).collect()
}

/// The pointers of all objects in a value, its own first.
fn objects(value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            for (key, field) in fields {
                found.extend(objects(field, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(objects(item, &format!("{at}/{index}")));
            }
        }
        _ => {}
    }
    found
}

#[test]
fn an_array_in_the_place_of_any_object_of_any_command_is_refused_by_its_pointer() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let before = last(&desk);
    let mut cases = 0;
    let examples = examples(&officer);
    assert!(examples.len() >= 45, "{}", examples.len());
    for (name, example) in examples {
        // A fact that is found later has the shape of any fact: its command holds it to its own.
        let is_any =
            |pointer: &String| (name.as_str(), pointer.as_str()) == ("complete-registration", "/data/value");
        for pointer in objects(&example, "").into_iter().filter(|pointer| !is_any(pointer)) {
            let mut body = example.clone();
            let place = body.pointer_mut(&pointer).unwrap();
            *place = place.as_object().unwrap().values().cloned().collect();
            let problem = officer.command(&name, &body).expect(422).json();
            assert_eq!(problem["type"], "/problems/schema", "{name} {pointer}: {problem}");
            let mut errors = problem["errors"].as_array().unwrap().iter();
            assert!(errors.any(|error| error["pointer"] == pointer), "{name} {pointer}: {problem}");
            cases += 1;
        }
    }
    assert!(cases > 150, "{cases}");
    assert_eq!(last(&desk), before);
}

/// The assignment of a secretary of whose pay nobody but the county may ever know.
fn assignment(desk: &Desk, joint_branch: &str, data: Value) -> Value {
    let mut body = desk.office.decision("白委〔2018〕9号", "2018-06-05", data);
    body["on_behalf_of"] = desk.office.township_organ.clone().into();
    assert!(body.to_string().contains(joint_branch));
    body
}

#[test]
fn a_pay_in_an_array_never_reaches_a_digest() {
    let desk = desk();
    let (office, officer) = (&desk.office, desk.server.client(&desk.office.officer));
    let id = office.establish(&desk.server, "2018-06-01");
    let person = &office.persons[0];
    let before = last(&desk);
    // In the order in which the fields are declared: what a derived reader takes for the object.
    let array = json!([id, person, "not_stated", "2018-06-05", null, 2980, null, null]);
    let object = json!({"joint_branch": id, "person": person, "source": "not_stated", "term_start": "2018-06-05", "monthly_pay": 2980});
    officer.command("assign-secretary", &assignment(&desk, &id, array.clone())).expect(422);
    for (field, array) in [
        ("document", json!(["白委〔2018〕9号", "2018-06-05"])),
        ("decided_by", json!(["党委会", "2018-06-05"])),
    ] {
        let mut body = assignment(&desk, &id, object.clone());
        body[field] = array;
        let problem = officer.command("assign-secretary", &body).expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{problem}");
    }
    // The same through a trial and an import, here and at the server.
    let given = super::line(&key(), "assign-secretary", assignment(&desk, &id, array));
    assert_eq!(super::tried(&officer, std::slice::from_ref(&given))["refusals"][0]["rule"], "schema");
    let (file, token) = (desk.data.with_extension("ndjson"), desk.data.with_extension("token"));
    std::fs::write(&file, given).unwrap();
    std::fs::write(&token, &office.officer).unwrap();
    let import = ["import", "commands", file.to_str().unwrap()];
    let there = ["--server", &desk.server.address, "--token-file", token.to_str().unwrap()];
    assert_eq!(run(&[&import[..], &there].concat()).status.code(), Some(3));
    assert_eq!(last(&desk), before);
    officer.command("assign-secretary", &assignment(&desk, &id, object)).expect(201);
    let Desk { server, data, _directory, .. } = desk;
    assert_eq!(server.interrupt(), Some(0));
    let here = ["--data", data.to_str().unwrap()];
    let refused = run(&[&import[..], &here].concat());
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stdout).contains("schema"), "{refused:?}");
}

#[test]
fn all_faults_of_a_body_are_told_at_once_in_the_names_of_fields() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let body = json!({
        "effective_date": "2019-02-30", "on_behalf_of": "510811", "document": {"number": "第3号", "issued": "2019-01-02"},
        "data": {"code": 510_811_212, "name": "电话13800138000", "level": "hamlet", "colour": "red"}
    });
    let problem = officer.command("register-place", &body).expect(422).json();
    let errors = problem["errors"].as_array().unwrap();
    let said = |pointer: &str| {
        let found = errors.iter().find(|error| error["pointer"] == pointer);
        let found = found.unwrap_or_else(|| panic!("{pointer}: {problem}"));
        (found["detail"].as_str().unwrap(), found["detail_en"].as_str().unwrap())
    };
    let check = |pointer: &str, zh: &str, en: &str| {
        let (own_zh, own_en) = said(pointer);
        assert!(own_zh.contains(zh) && own_en.contains(en), "{pointer}: {own_zh} {own_en}");
    };
    check("/effective_date", "「生效日期」应为日期", "\"Effective date\" must be a date");
    check("/document/number", "「文件」的「文号」应为文号", "\"Document number\" of \"Document\" must be");
    check("/data/code", "「代码」应为行政区划代码（4、6、9 或 12 位数字），收到的是数字", "not a number");
    check("/data/name", "电话号码", "telephone number");
    check("/data/level", "村(社区)、乡镇(街道)、县(区)、市", "one of: village, township, county, city");
    check("/data/colour", "没有「colour」这一项", "there is no field `colour`");
    assert_eq!(errors.len(), 6, "{problem}");
    // What is missing is named where it should stand.
    let missing = officer.command("register-place", &json!({"data": {}})).expect(422).json();
    let mut pointers: Vec<_> =
        missing["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    pointers.sort_by_key(Value::to_string);
    assert_eq!(pointers, ["/data/code", "/data/level", "/data/name", "/effective_date", "/on_behalf_of"]);
}

#[test]
fn a_refusal_lists_no_more_faults_than_its_limit() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let data = json!({"joint_branch": key(), "deadline": "2019-07-01", "items": vec![1; 5_000]});
    let body = json!({"effective_date": "2019-04-20", "on_behalf_of": "510811", "data": data});
    let problem = officer.command("order-rectification", &body).expect(422).json();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 50);
    assert!(problem["detail"].as_str().unwrap().contains("前 50 处"), "{problem}");
}
