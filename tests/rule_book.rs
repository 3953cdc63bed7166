//! The rule book over HTTP: each command that came after the first ones is refused once by the rule that says so, and
//! then accepted, in the life of one joint branch.

use serde_json::{Value, json};

use crate::harness::{Client, Desk, created, desk, run_well, token};

/// One command, as it is refused and as it is accepted.
struct Step {
    name: &'static str,
    client: Client,
    /// The body that is accepted.
    body: Value,
    /// What is put into it, by pointer, so that it is refused; and by which rule.
    wrong: (&'static str, Value),
    rule: &'static str,
}

/// Gives the wrong command, which leaves nothing, and then the right one.
fn walk(step: Step) -> Value {
    let Step { name, client, body, wrong: (pointer, value), rule } = step;
    let mut refused = body.clone();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    refused.pointer_mut(parent).unwrap()[field] = value;
    let problem = client.command(name, &refused).expect(422).json();
    assert_eq!(problem["rule"], rule, "{name}: {problem}");
    let said = [&problem["detail"], &problem["detail_en"], &problem["citation"]["document"]];
    assert!(said.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{name}: {problem}");
    let answer = client.command(name, &body);
    assert_eq!(answer.status, 201, "{name}: {}", answer.text);
    answer.json()
}

/// The desk with a joint branch, and who acts for whom.
struct Book {
    desk: Desk,
    clerk: Client,
    officer: Client,
    id: String,
}

impl Book {
    fn open() -> Self {
        let desk = desk();
        let id = desk.office.establish(&desk.server, "2018-06-01");
        let (clerk, officer) =
            (desk.server.client(&desk.office.clerk), desk.server.client(&desk.office.officer));
        Self { desk, clerk, officer, id }
    }

    /// A fact that the township's clerk records.
    fn fact(&self, on: &str, data: Value) -> Value {
        json!({"effective_date": on, "on_behalf_of": self.desk.office.township_organ, "data": data})
    }

    /// A decision of the township's committee.
    fn township(&self, number: &str, on: &str, data: Value) -> Value {
        let mut body = self.fact(on, data);
        body["document"] = json!({"number": number, "issued": on});
        body["decided_by"] = json!({"meeting": "乡党委会", "date": on});
        body
    }

    /// A decision of the county.
    fn county(&self, number: &str, on: &str, data: Value) -> Value {
        self.desk.office.decision(number, on, data)
    }

    /// The data, of the joint branch.
    fn own(&self, mut data: Value) -> Value {
        data["joint_branch"] = json!(self.id);
        data
    }

    fn by_clerk(
        &self,
        name: &'static str,
        body: Value,
        wrong: (&'static str, Value),
        rule: &'static str,
    ) -> Value {
        walk(Step { name, client: self.clerk.clone(), body, wrong, rule })
    }

    fn by_officer(
        &self,
        name: &'static str,
        body: Value,
        wrong: (&'static str, Value),
        rule: &'static str,
    ) -> Value {
        walk(Step { name, client: self.officer.clone(), body, wrong, rule })
    }
}

#[test]
fn every_later_command_is_refused_by_its_rule_and_then_accepted() {
    let book = Book::open();
    posts(&book);
    work(&book);
    oversight(&book);
    changes(&book);
    let Book { desk, .. } = book;
    desk.server.kill();
    let data = desk.data.to_str().unwrap();
    run_well(&["audit", "verify", "--data", data, "--deep", "--self-consistent"]);
}

fn posts(book: &Book) {
    let persons = &book.desk.office.persons;
    let data = book.own(json!({"person": persons[0], "source": "strong_village_leader", "term_start": "2018-06-02", "basis": "assigned"}));
    let assign = book.township("白委〔2018〕2号", "2018-06-02", data);
    book.by_clerk("assign-secretary", assign, ("/document", Value::Null), "document-required");
    let data = json!({"matter": "secretary", "number": "昭备2018-7", "filed_on": "2018-06-10"});
    let file = json!({"effective_date": "2018-06-10", "on_behalf_of": book.desk.office.county_organ, "data": book.own(data)});
    // The county, which established it, owes itself nothing for that.
    let reviewer = book.desk.server.client(&token(&book.desk.data, "county_officer", "510811"));
    let wrong = ("/data/matter", json!("establishing"));
    walk(Step { name: "file-with-county", client: reviewer, body: file, wrong, rule: "filing-once" });
    let data = book.own(json!({"person": persons[0], "kind": "yearly_goal", "year": 2018, "content": "新建产业园200亩", "made_on": "2018-06-12"}));
    book.by_clerk(
        "record-commitment",
        book.fact("2018-06-12", data),
        ("/data/year", Value::Null),
        "commitment-year",
    );
    let elect = |person: &String, post: &str| json!({"person": person, "post": post, "votes": 30});
    let members = persons[1..3].iter().map(|person| elect(person, "committee_member"));
    let elected: Vec<Value> = members.chain([elect(&persons[0], "secretary")]).collect();
    let data = book.own(json!({"held_on": "2018-11-10", "entitled": 36, "not_counted": {"number": 4, "document": {"number": "白委〔2018〕9号", "issued": "2018-11-01"}}, "present": 34, "elected": elected}));
    book.by_clerk(
        "record-election",
        book.fact("2018-11-12", data),
        ("/data/present", json!(28)),
        "election-quorum",
    );
    let members: Vec<Value> =
        persons[..3].iter().map(|person| json!({"person": person, "duty": "组织委员"})).collect();
    let two = json!(members[..2]);
    let data = book.township("白委〔2018〕3号", "2018-11-14", book.own(json!({"members": members})));
    book.by_clerk("appoint-committee", data, ("/data/members", two), "committee-size");
    let data = book.own(json!({"person": persons[0], "village": "510811210205", "elected_on": "2018-11-15"}));
    let wrong = ("/data/village", json!("510811210207"));
    book.by_clerk("record-village-head-election", book.fact("2018-11-16", data), wrong, "member-village");
    let data = book.own(json!({"term_end": "2024-05-31", "reason": "与村两委换届同步"}));
    let renew = book.township("白委〔2018〕4号", "2018-11-20", data);
    book.by_clerk("renew-term", renew, ("/data/term_end", json!("2025-12-31")), "term-shift");
    let data = book.own(json!({"powers": ["personnel", "industry_planning"]}));
    let delegate = book.township("白委〔2018〕5号", "2018-11-21", data);
    book.by_clerk("delegate-power", delegate, ("/data/powers", json!(["taxes"])), "code-list");
    let revoke = book.township("白委〔2018〕6号", "2018-11-22", book.own(json!({"powers": ["personnel"]})));
    book.by_clerk("revoke-power", revoke, ("/data/powers", json!(["supervision"])), "power-not-held");
}

fn work(book: &Book) {
    let branches = &book.desk.office.branches;
    let data = book.own(json!({"organization": branches[3], "kind": "guides"}));
    let link = book.fact("2018-11-23", data);
    book.by_clerk("link-organization", link, ("/data/organization", json!(branches[0])), "link-shape");
    let data = book.own(json!({"function": "industry", "kind": "training", "date": "2018-11-24", "host_village": "510811210206", "attendance": 64}));
    book.by_clerk(
        "record-activity",
        book.fact("2018-11-25", data),
        ("/data/kind", json!("holiday")),
        "code-list",
    );
    let data = book.own(json!({"place": "510811210205", "date": "2018-11-26"}));
    let wrong = ("/data/date", json!("2018-05-01"));
    book.by_clerk("record-co-location", book.fact("2018-11-26", data), wrong, "at-work-then");
    let yuan = |amount: u32| json!({"amount": amount * 100, "unit": "fen"});
    let data = json!({"village": "510811210206", "fiscal_year": 2018, "base": yuan(60_000), "supplement": yuan(15_000), "purpose": "村级组织运转经费"});
    let funding = book.county("昭财〔2018〕41号", "2018-12-20", data);
    book.by_officer("record-funding", funding, ("/data/village", Value::Null), "funding-village");
}

fn oversight(book: &Book) {
    let due = json!({"to": "510811210", "matter": "三季度评估逾期未完成", "due": "2018-12-31"});
    let issue = book.county("昭委组〔2018〕45号", "2018-12-21", due);
    let issued =
        book.by_officer("issue-supervision", issue, ("/data/to", json!("510811210205")), "supervision-tier");
    let supervision = &issued["events"][0]["data"]["supervision"];
    let answer = book.fact("2018-12-22", json!({"supervision": supervision, "answer": "已完成补评"}));
    let wrong = ("/on_behalf_of", json!(book.desk.office.county_organ));
    let step = Step {
        name: "answer-supervision",
        client: book.officer.clone(),
        body: answer,
        wrong,
        rule: "supervision-answerer",
    };
    walk(step);
    let data =
        json!({"person": book.desk.office.persons[0], "year": 2018, "level": "village", "class": "good"});
    let review = book.township("白委〔2019〕2号", "2019-01-15", data);
    book.by_clerk("record-yearly-review", review, ("/document", Value::Null), "document-required");
    let today = book.clerk.get("/api/v1/policies").expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let data =
        json!({"jurisdiction": "510811", "figures": {"survey_favour_percent": 70}, "reason": "从严掌握"});
    let policy = book.county(&format!("昭委组〔{}〕31号", &today[..4]), &today, data);
    let wrong = ("/data/figures", json!({"branch_minimum_formal_members": 2}));
    book.by_officer("issue-policy", policy, wrong, "policy-below-regulation");
}

/// A survey of one village, by which a member joins or leaves.
fn asked(book: &Book, village: &str, on: &str) -> Value {
    let entry = json!({"village": village, "asked": 80, "in_favour": 70, "method": "入户", "date": on});
    let body = book.fact(on, book.own(json!({"villages": [entry]})));
    let answer = book.clerk.command("record-will-survey", &body).expect(201).json();
    answer["command_id"].clone()
}

fn changes(book: &Book) {
    let (branches, desk) = (&book.desk.office.branches, &book.desk);
    // Few enough for one branch of three, and for no decision of the tier above.
    let smaller = json!({"effective_date": "2019-06-01", "on_behalf_of": "510811210", "data": {"organization": branches[2], "formal_members": 2}});
    book.clerk.command("update-organization", &smaller).expect(201);
    let survey = asked(book, "510811210207", "2019-06-01");
    let data = book.own(json!({"member": branches[2], "survey": survey}));
    let admit = book.county("昭委组〔2019〕21号", "2019-06-20", data);
    book.by_officer("admit-member", admit, ("/document", Value::Null), "document-required");
    let survey = asked(book, "510811210207", "2019-09-01");
    let data = book.own(json!({"member": branches[2], "successor": branches[2], "survey": survey}));
    let release = book.county("昭委组〔2019〕31号", "2019-09-20", data);
    book.by_officer("release-member", release, ("/data/successor", json!(branches[0])), "successors");
    let change = book.county("昭委组〔2019〕32号", "2019-10-20", book.own(json!({"name": "狮岩联合党支部"})));
    let changed = book.by_officer(
        "change-joint-branch",
        change,
        ("/data/form", json!("committee")),
        "committee-members",
    );
    let event = &changed["events"][0]["id"];
    let mut correct = book.county(
        "昭委组〔2019〕55号",
        "2019-10-30",
        json!({"event": event, "fields": {"name": "狮岩村联合党支部"}, "reason": "笔误"}),
    );
    correct.as_object_mut().unwrap().remove("decided_by");
    let other = desk.server.client(&token(&desk.data, "county_officer", "510811"));
    let wrong = (
        "/data/fields",
        json!({"profile": {"industry": {"value": "核桃", "unit": "-", "period": "2019", "source": "乡统计"}}}),
    );
    walk(Step { name: "correct-record", client: other, body: correct, wrong, rule: "correctable-field" });
    let data = json!({"organization": branches[3], "name": "前进村第一党支部"});
    let change = book.county("昭委组〔2019〕56号", "2019-11-01", data);
    book.by_officer("change-organization", change, ("/data/form", json!("committee")), "committee-members");
    let data = json!({"organization": branches[3], "successor": branches[2], "reason": "村建制调整"});
    let abolish = book.county("昭委组〔2019〕57号", "2019-11-02", data);
    book.by_officer(
        "abolish-organization",
        abolish,
        ("/data/organization", json!(branches[0])),
        "one-merger",
    );
    let rename = json!({"effective_date": "2019-12-01", "on_behalf_of": "510811", "data": {"place": "510811210206", "change": "rename", "name": "田岩新村"}});
    book.by_officer("change-place", rename, ("/data/code", json!("510811210299")), "change-shape");
    let seen = book.officer.get(&format!("/api/v1/joint-branches/{}", book.id)).expect(200).json();
    assert_eq!(seen["rows"][0]["secretary"]["basis"], "elected", "{seen}");
    assert!(
        !created(&book.clerk.command("record-activity", &activity(book)).expect(201), "joint_branch")
            .is_empty()
    );
}

/// The joint branch goes on in the village's new name.
fn activity(book: &Book) -> Value {
    let data = book.own(json!({"function": "industry", "kind": "training", "date": "2019-12-02", "host_village": "510811210206", "attendance": 30}));
    book.fact("2019-12-03", data)
}
