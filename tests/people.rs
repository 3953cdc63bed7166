//! People: four eyes, roles that exclude one another, accounts that are issued again, and ways out of rectification,
//! as whoever wants to act alone would try them.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Desk, created, desk, run, run_well};

/// What authorizes a second account.
const PAPER: [&str; 4] = ["--document", "广组〔2018〕9号", "--issued", "2018-01-05"];

/// An account of a person.
fn account(desk: &Desk, role: &str, scope: &str, name: &str, more: &[&str]) -> Client {
    desk.server.client(run_well(&create(desk, role, scope, name, more)).trim())
}

fn create<'a>(
    desk: &'a Desk,
    role: &'a str,
    scope: &'a str,
    name: &'a str,
    more: &[&'a str],
) -> Vec<&'a str> {
    let data = desk.data.to_str().unwrap();
    let asked = ["token", "create", "--data", data, "--role", role, "--scope", scope, "--name", name];
    [&asked, more].concat()
}

/// The accounts as the command line lists them.
fn accounts(desk: &Desk) -> Vec<Value> {
    let listed = run_well(&["token", "list", "--json", "--data", desk.data.to_str().unwrap()]);
    listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Revokes the valid accounts of a name.
fn revoke(desk: &Desk, name: &str) {
    for account in accounts(desk) {
        if account["holder"] == name && account["state"] == "valid" {
            run_well(&[
                "token",
                "revoke",
                account["id"].as_str().unwrap(),
                "--data",
                desk.data.to_str().unwrap(),
            ]);
        }
    }
}

fn rule(answer: Answer) -> Value {
    answer.expect(422).json()["rule"].clone()
}

#[test]
fn one_person_does_not_approve_the_own_proposal_by_any_account() {
    let desk = desk();
    let office = &desk.office;
    let villages = ["510811210205", "510811210206"];
    let clerk = account(&desk, "township_clerk", "510811210", "张三丰", &[]);
    let second = run(&create(&desk, "county_officer", "510811", "张　三丰", &[]));
    assert_eq!(second.status.code(), Some(3), "a second account without a document");
    let officer = account(&desk, "county_officer", "510811", "张　三丰", &PAPER);
    let proposal = office.proposal([&office.branches[0], &office.branches[1]], "2018-05-01");
    let id = created(&clerk.command("propose-joint-branch", &proposal).expect(201), "joint_branch");
    clerk.command("record-will-survey", &office.survey(&id, villages, "2018-05-02")).expect(201);
    let merge = office.decision("昭委〔2018〕7号", "2018-06-01", json!({"joint_branch": id}));
    assert_eq!(rule(officer.command("merge-branches", &merge)), "four-eyes");
    // Given back and issued again, under every spelling: the holder stays the same.
    for name in ["张三丰", "张 三 丰", "张\u{200b}三丰"] {
        revoke(&desk, "张三丰");
        revoke(&desk, "张　三丰");
        revoke(&desk, name);
        if name.contains('\u{200b}') {
            // A name with an invisible character is none.
            assert_eq!(run(&create(&desk, "county_officer", "510811", name, &[])).status.code(), Some(3));
            continue;
        }
        let again = account(&desk, "county_officer", "510811", name, &PAPER);
        assert_eq!(rule(again.command("merge-branches", &merge)), "four-eyes", "{name}");
        revoke(&desk, name);
    }
    let other = account(&desk, "county_officer", "510811", "李四光", &[]);
    other.command("merge-branches", &merge).expect(201);
    let data = json!({"joint_branch": id, "person": office.persons[0], "source": "strong_village_leader", "term_start": "2018-06-02", "basis": "assigned"});
    let assigned = json!({
        "effective_date": "2018-06-02", "on_behalf_of": office.township_organ, "data": data,
        "document": {"number": "白委〔2018〕2号", "issued": "2018-06-02"},
        "decided_by": {"meeting": "乡党委会", "date": "2018-06-02"}
    });
    other.command("assign-secretary", &assigned).expect(201);
    // Nor does who decided file it, under another account.
    revoke(&desk, "李四光");
    let filed =
        json!({"joint_branch": id, "matter": "secretary", "number": "昭备1", "filed_on": "2018-06-10"});
    let filed = json!({"effective_date": "2018-06-10", "on_behalf_of": office.county_organ, "data": filed});
    let again = account(&desk, "county_officer", "510811", "李 四光", &[]);
    assert_eq!(rule(again.command("file-with-county", &filed)), "four-eyes");
    desk.server.client(&office.officer).command("file-with-county", &filed).expect(201);
    let holders: std::collections::BTreeSet<String> =
        accounts(&desk).iter().map(|account| account["holder_id"].to_string()).collect();
    assert_eq!(holders.len(), 4, "the office's two, 张三丰 and 李四光: {holders:?}");
}

#[test]
fn exclusive_roles_need_two_people_however_the_name_is_spelled() {
    let desk = desk();
    account(&desk, "auditor", "5108", "王　某", &[]);
    account(&desk, "security_admin", "5108", "阿卜杜拉·买买提", &[]);
    let refused = [
        ("county_officer", "510811", "王某"),
        ("county_officer", "510811", "王 某"),
        ("security_admin", "5108", " 王某 "),
        ("township_clerk", "510811210", "阿卜杜拉•买买提"),
        ("system_admin", "5108", "阿卜杜拉．买买提"),
        ("auditor", "5108", "阿卜杜拉 · 买买提"),
    ];
    for (role, scope, name) in refused {
        let output = run(&create(&desk, role, scope, name, &PAPER));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && said.contains("account-roles"), "{role} {name}: {said}");
    }
    account(&desk, "county_officer", "510811", "王某（昭化）", &[]);
}

/// A desk with a joint branch that was graded poor and ordered to rectify by an officer.
fn ordered(desk: &Desk, officer: &Client) -> String {
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let clerk = desk.server.client(&office.clerk);
    let data = json!({"joint_branch": id, "quarter": "2018Q2", "grade": "poor"});
    let graded = json!({"effective_date": "2018-07-05", "on_behalf_of": office.township_organ, "data": data});
    clerk.command("evaluate-quarter", &graded).expect(201);
    let data = json!({"joint_branch": id, "deadline": "2018-10-10", "items": ["公开账目"]});
    officer
        .command("order-rectification", &office.decision("昭委〔2018〕15号", "2018-07-10", data))
        .expect(201);
    id
}

#[test]
fn nobody_ends_a_rectification_alone_or_on_the_own_countys_word() {
    let desk = desk();
    let office = &desk.office;
    let orderer = account(&desk, "county_officer", "510811", "李四", &[]);
    let id = ordered(&desk, &orderer);
    let successors: Vec<Value> =
        office.branches[..2].iter().map(|branch| json!({"member": branch, "successor": branch})).collect();
    let data = json!({"joint_branch": id, "ground": "superior_decision", "successors": successors});
    let end = |superior: Option<Value>| {
        let mut data = data.clone();
        if let Some(superior) = superior {
            data["superior"] = superior;
        }
        office.decision("昭委〔2018〕21号", "2018-08-01", data)
    };
    let city_organ = json!({
        "name": "中共广元市委组织部", "form": "organ", "host_kind": "city", "host": "5108",
        "formal_members": 0, "probationary_members": 0
    });
    let body = json!({"effective_date": "2018-01-01", "on_behalf_of": "510811", "data": city_organ});
    orderer.command("register-organization", &body).expect(403);
    let body = json!({"effective_date": "2018-01-01", "on_behalf_of": "5108", "data": city_organ});
    let city = account(&desk, "city_office", "5108", "市委经办", &[]);
    let city_organ = created(&city.command("register-organization", &body).expect(201), "organization");
    // Who ordered does not end it; nobody does on the word of the own county.
    assert_eq!(rule(orderer.command("dissolve-joint-branch", &end(None))), "four-eyes");
    let other = account(&desk, "county_officer", "510811", "赵六", &[]);
    assert_eq!(rule(other.command("dissolve-joint-branch", &end(None))), "ground-superior");
    let own = json!({"organization": office.county_organ, "document": {"number": "昭委〔2018〕20号", "issued": "2018-07-30"}});
    assert_eq!(rule(other.command("dissolve-joint-branch", &end(Some(own)))), "ground-superior");
    let above = json!({"organization": city_organ, "document": {"number": "广委组〔2018〕40号", "issued": "2018-07-31"}});
    assert_eq!(rule(orderer.command("dissolve-joint-branch", &end(Some(above.clone())))), "four-eyes");
    other.command("dissolve-joint-branch", &end(Some(above))).expect(201);
    // What ended in its cycle is remembered where the same villages join again.
    let clerk = desk.server.client(&office.clerk);
    let again = office.proposal([&office.branches[0], &office.branches[1]], "2018-09-01");
    let answer = clerk.command("propose-joint-branch", &again).expect(201).json();
    assert!(answer["warnings"].to_string().contains("failed-history"), "{answer}");
}

#[test]
fn a_township_does_not_change_its_county_on_one_officers_word() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let data = json!({"place": "510811210", "change": "move", "parent": "510812", "code": "510812101"});
    let moved =
        |data: &Value| json!({"effective_date": "2019-01-01", "on_behalf_of": "510811", "data": data});
    assert_eq!(rule(officer.command("change-place", &moved(&data))), "move-consent");
    let mut papered = moved(&data);
    papered["document"] = json!({"number": "昭府〔2019〕1号", "issued": "2019-01-01"});
    assert_eq!(rule(officer.command("change-place", &papered)), "move-consent");
    // The receiving county registers its organ, and says yes.
    let other = account(&desk, "county_officer", "510812", "朝天经办", &[]);
    let organ = json!({
        "name": "中共朝天区委员会", "form": "organ", "host_kind": "county", "host": "510812",
        "formal_members": 9, "probationary_members": 0
    });
    let body = json!({"effective_date": "2018-01-01", "on_behalf_of": "510812", "data": organ});
    let organ = created(&other.command("register-organization", &body).expect(201), "organization");
    let consent =
        json!({"organization": organ, "document": {"number": "朝委〔2018〕30号", "issued": "2018-12-20"}});
    let mut agreed = data.clone();
    agreed["consent"] = consent;
    assert_eq!(rule(officer.command("change-place", &moved(&agreed))), "move-consent");
    papered["data"] = agreed;
    let answer = officer.command("change-place", &papered).expect(201).json();
    assert_eq!(answer["events"][0]["data"]["consent"]["document"]["number"], "朝委〔2018〕30号", "{answer}");
}
