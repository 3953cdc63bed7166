//! A coordination meeting over HTTP: recorded, supervised, answered, closed item by item; and what is refused of it.

use serde_json::{Value, json};

use crate::harness::{Client, Desk, created, desk, token};

/// The city's office, with its organ.
struct City {
    desk: Desk,
    client: Client,
    organ: String,
}

impl City {
    fn open() -> Self {
        let desk = desk();
        let client = desk.server.client(&token(&desk.data, "city_office", "5108"));
        let data = json!({
            "name": "中共广元市委组织部", "form": "organ", "host_kind": "city", "host": "5108",
            "formal_members": 0, "probationary_members": 0
        });
        let organ = json!({"effective_date": "2018-01-01", "on_behalf_of": "5108", "data": data});
        let organ = created(&client.command("register-organization", &organ).expect(201), "organization");
        Self { desk, client, organ }
    }

    fn request(&self, on: &str, data: Value) -> Value {
        json!({"effective_date": on, "on_behalf_of": self.organ, "data": data})
    }

    fn meeting(&self) -> Value {
        let item = |decided: &str, carrier: &str, finish_by: &str| json!({"topic": "联合党组织运行情况", "decided": decided, "carrier": carrier, "finish_by": finish_by});
        let agenda = [
            item("逐一核查季度评估", "510811", "2019-09-30"),
            item("报送典型材料", "510811210", "2019-10-31"),
        ];
        let mut body = self.request(
            "2019-08-12",
            json!({
                "session": 3, "met_on": "2019-08-08", "presided_by": self.organ,
                "attended": [self.desk.office.county_organ], "agenda": agenda
            }),
        );
        body["document"] = json!({"number": "广联会纪〔2019〕3号", "issued": "2019-08-12"});
        body
    }

    /// Gives the command with something else in it, which is refused with the rule, its source and the field.
    fn refused(&self, name: &str, body: &Value, (pointer, value): (&str, Value), rule: &str) -> Value {
        let mut body = body.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[field] = value;
        let problem = self.client.command(name, &body).expect(422).json();
        assert_eq!(problem["rule"], rule, "{problem}");
        assert!(problem["citation"]["document"].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        problem
    }

    /// Number, state and document of each decision, as a client sees them after that position.
    fn decisions(&self, client: &Client, position: &Value) -> Vec<Value> {
        let path = format!("/api/v1/lists/meeting-decisions?min_position={position}");
        let list = client.get(&path).expect(200).json();
        let line = |row: &Value| json!([row["item"], row["state"]]);
        list["rows"].as_array().unwrap().iter().map(line).collect()
    }
}

#[test]
fn a_meeting_is_recorded_supervised_answered_and_closed_item_by_item() {
    let city = City::open();
    let (officer, clerk) = (
        city.desk.server.client(&city.desk.office.officer),
        city.desk.server.client(&city.desk.office.clerk),
    );
    let body = city.meeting();
    let pointers = [
        ("/data/agenda/1/carrier", json!("510811210205"), "meeting-carrier", "/data/agenda/1/carrier"),
        ("/data/agenda/0/finish_by", json!("2019-08-07"), "meeting-due", "/data/agenda/0/finish_by"),
    ];
    for (pointer, value, rule, field) in pointers {
        let problem = city.refused("record-meeting", &body, (pointer, value), rule);
        assert_eq!(problem["pointer"], field, "{problem}");
    }
    city.refused("record-meeting", &body, ("/document", Value::Null), "document-required");
    city.refused("record-meeting", &body, ("/data/agenda", json!([])), "list-not-empty");
    city.refused("record-meeting", &body, ("/effective_date", json!("2100-01-01")), "effective-future");
    clerk.command("record-meeting", &body).expect(403);
    let recorded = city.client.command("record-meeting", &body).expect(201);
    let meeting = created(&recorded, "meeting");
    city.refused("record-meeting", &body, ("/data/met_on", json!("2019-08-09")), "meeting-once");
    let problem = city.refused("record-meeting", &body, ("/data/session", json!(4)), "document-once");
    assert!(problem["detail"].as_str().unwrap().contains("2019年第3次联系会议"), "{problem}");
    let position = &recorded.json()["position"];
    // Both are late by now; the township sees its own, and nobody the other's.
    assert_eq!(city.decisions(&city.client, position), [json!([1, "overdue"]), json!([2, "overdue"])]);
    assert_eq!(city.decisions(&clerk, position), [json!([2, "overdue"])]);

    let ask = json!({
        "to": "510811", "matter": "落实联系会议议定事项", "due": "2019-08-31", "meeting": meeting, "item": 1
    });
    let ask = city.request("2019-08-15", ask);
    city.refused("issue-supervision", &ask, ("/data/item", json!(3)), "unknown-reference");
    city.refused("issue-supervision", &ask, ("/data/to", json!("510811210")), "supervision-decision");
    let asked = city.client.command("issue-supervision", &ask).expect(201);
    city.refused("issue-supervision", &ask, ("/data/due", json!("2019-09-30")), "supervision-decision");
    let close =
        |item: u32| city.request("2019-09-25", json!({"meeting": meeting, "item": item, "result": "已办结"}));
    city.refused("close-decision", &close(2), ("/data/item", json!(1)), "decision-answer");
    let answer = json!({"supervision": created(&asked, "supervision"), "answer": "已逐一核查"});
    let organ = &city.desk.office.county_organ;
    let answer = json!({"effective_date": "2019-08-30", "on_behalf_of": organ, "data": answer});
    let answered = officer.command("answer-supervision", &answer).expect(201).json();
    assert_eq!(
        city.decisions(&officer, &answered["position"]),
        [json!([2, "overdue"]), json!([1, "to_close"])]
    );
    let owed = officer.get("/api/v1/obligations?scope=510811").expect(200).json();
    let kinds = owed["rows"].as_array().unwrap().iter().map(|row| row["kind"].clone());
    let kinds: Vec<Value> = kinds.collect();
    assert!(
        kinds.contains(&json!("meeting_decision")) && kinds.contains(&json!("decision_closing")),
        "{kinds:?}"
    );

    officer.command("close-decision", &close(1)).expect(403);
    let closed = city.client.command("close-decision", &close(1)).expect(201).json();
    city.refused("close-decision", &close(2), ("/data/item", json!(1)), "decision-closed");
    assert_eq!(
        city.decisions(&city.client, &closed["position"]),
        [json!([2, "overdue"]), json!([1, "closed"])]
    );
    let view = city.client.get("/api/v1/cities/5108").expect(200).json();
    let figure = |name: &str| view["figures"][name]["value"].clone();
    assert_eq!((figure("decisions_open"), figure("decisions_overdue")), (json!(1), json!(1)));

    // The minutes, for who met and for who carries something out; the page of the list leads to the forms.
    for client in [&city.client, &officer, &clerk] {
        let path = format!("/api/v1/meetings/{meeting}/papers/meeting-minutes.json");
        assert!(client.get(&path).expect(200).text.contains("已办结"));
    }
    let page = city.client.get("/lists/meeting-decisions").expect(200).text;
    assert!(page.contains(&format!("/work/close-decision?meeting={meeting}&amp;item=2")), "{page}");
    let form = city.client.get(&format!("/work/close-decision?meeting={meeting}&item=2")).expect(200).text;
    assert!(form.contains("2019年第3次联系会议"), "{form}");
}
