//! Events that the operator writes past the service, in perfect form and signed with the key: what nobody whom they name
//! could have done is found by both checkers, with the position and the rule.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use audit::key::SecretKey;
use event_log::envelope;
use serde_json::{Value, json};

use super::{Files, table};
use crate::harness::{Desk, desk, key, run, run_well, token};
use crate::tree::{checkpoint, last_position, text};

mod again;
mod cases;

/// The log of an office whose operator forges, and what both checkers say of it.
struct Operator {
    desk: Desk,
    whole: Files,
    key: SecretKey,
    accounts: BTreeMap<&'static str, String>,
    table: Vec<[String; 3]>,
}

/// The events of a log, to be added to or rewritten.
type Log = Vec<Value>;

impl Operator {
    fn new() -> Self {
        let desk = desk();
        let mut accounts = BTreeMap::new();
        let mut know = |name, id: String| drop(accounts.insert(name, id));
        for (name, role, scope) in [
            ("auditor", "auditor", "5108"),
            ("subscriber", "subscriber", "510811"),
            ("security", "security_admin", "5108"),
            ("system", "system_admin", "5108"),
            ("city", "city_office", "5108"),
            ("abroad", "county_officer", "510812"),
            ("next", "township_clerk", "510811211"),
            ("second", "county_officer", "510811"),
            ("revoked", "county_officer", "510811"),
        ] {
            token(&desk.data, role, scope);
            know(name, last_account(&desk.data));
        }
        run_well(&["token", "revoke", &last_account(&desk.data), "--data", text(&desk.data)]);
        told(&desk);
        let whole = exported(&desk);
        let issued = |role: &str| {
            let of_role = |event: &Value| event["data"]["role"] == *role;
            let events = log(&whole);
            let found = events.iter().find(|event| of_role(event)).unwrap();
            found["data"]["account"].as_str().unwrap().to_owned()
        };
        know("officer", issued("county_officer"));
        know("clerk", issued("township_clerk"));
        let key = std::fs::read_to_string(desk.data.join("signing.key")).unwrap().trim().parse().unwrap();
        Self { desk, whole, key, accounts, table: Vec::new() }
    }

    fn account(&self, name: &str) -> Value {
        self.accounts[name].as_str().into()
    }

    /// Signs the log as it is now, and gives what each checker finds: positions and kinds.
    fn judge(&self, log: Log) -> [Vec<String>; 2] {
        let (mut forged, directory) = (self.whole.clone(), self.desk.data.parent().unwrap());
        forged.set_events(&renumbered(log));
        forged.sign(&self.key);
        let (bundle, keys) = (directory.join("lawless.tar"), directory.join("lawless.keys"));
        std::fs::write(&bundle, forged.to_bytes()).unwrap();
        std::fs::write(&keys, format!("{}\n", self.key.public())).unwrap();
        let options = ["--trust", text(&keys)];
        let ours = run(
            &[&["audit", "verify", "--deep", "--json", "--bundle", text(&bundle)], &options[..]].concat()
        );
        let report: Value = serde_json::from_slice(&ours.stdout).unwrap();
        let kind = |finding: &Value| format!("{} {}", finding["position"], finding["kind"].as_str().unwrap());
        let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(kind).collect();
        assert_eq!(ours.status.code(), Some(if found.is_empty() { 0 } else { 5 }), "{report}");
        assert_eq!(report["rules"].as_array().map(Vec::len), Some(15), "{report}");
        let checker = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify/verify.py");
        let theirs =
            Command::new("python3").arg("-B").arg(checker).arg(&bundle).args(options).output().unwrap();
        let said = String::from_utf8(theirs.stdout).unwrap();
        let lines = said.lines().take_while(|line| line.starts_with(|letter: char| letter.is_ascii_digit()));
        let theirs_found: Vec<_> =
            lines.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        let failed = if theirs_found.is_empty() { 0 } else { 5 };
        assert_eq!(theirs.status.code(), Some(failed), "{said}{}", String::from_utf8_lossy(&theirs.stderr));
        assert!(
            said.contains("rules by which each command was judged: command-digest, no-command"),
            "{said}"
        );
        [found, theirs_found]
    }

    /// Both checkers name the position of the event at `index`, and the rule.
    #[track_caller]
    fn caught(&mut self, cheat: &str, rule: &str, forge: impl FnOnce(&Self, &mut Log) -> usize) {
        let mut forged = log(&self.whole);
        let index = forge(self, &mut forged);
        self.caught_in(cheat, rule, forged, index);
    }

    /// What only the program itself finds, which decides each command again.
    #[track_caller]
    fn decided_again(&mut self, cheat: &str, rule: &str, forge: impl FnOnce(&mut Log) -> usize) {
        let mut forged = log(&self.whole);
        let expected = format!("{} {rule}", forge(&mut forged) + 1);
        let [ours, _] = self.judge(forged);
        assert!(ours.contains(&expected), "{cheat}: {expected}: {ours:?}");
        self.table.push([cheat.to_owned(), expected, "not looked at".to_owned()]);
    }

    #[track_caller]
    fn caught_in(&mut self, cheat: &str, rule: &str, forged: Log, index: usize) {
        let expected = format!("{} {rule}", index + 1);
        let [ours, theirs] = self.judge(forged);
        assert!(ours.contains(&expected), "{cheat}: {expected}: {ours:?}");
        assert!(theirs.contains(&expected), "{cheat}: {expected}: verify.py: {theirs:?}");
        self.table.push([cheat.to_owned(), expected.clone(), expected]);
    }
}

/// What the office does, so that there is something to forge.
fn told(desk: &Desk) {
    let office = &desk.office;
    let (officer, clerk) = (desk.server.client(&office.officer), desk.server.client(&office.clerk));
    let id = office.establish(&desk.server, "2018-06-01");
    let decided = json!({"meeting": "乡党委会", "date": "2018-06-02"});
    let data = json!({"joint_branch": id, "person": office.persons[0], "source": "strong_village_leader", "term_start": "2018-06-02"});
    let assigned = json!({"effective_date": "2018-06-02", "on_behalf_of": office.township_organ, "decided_by": decided, "data": data});
    clerk.command("assign-secretary", &assigned).expect(201);
    let data =
        json!({"joint_branch": id, "quarter": "2018Q2", "grade": "poor", "findings": ["议事记录不全"]});
    let graded = json!({"effective_date": "2018-07-09", "on_behalf_of": office.township_organ, "data": data});
    clerk.command("evaluate-quarter", &graded).expect(201);
    let data = json!({"village": "510811210205", "fiscal_year": 2018, "base": {"amount": 6_000_000, "unit": "fen"}, "purpose": "运转经费"});
    let funded = json!({"effective_date": "2018-07-10", "on_behalf_of": office.township_organ, "data": data});
    clerk.command("record-funding", &funded).expect(201);
    let money = |amount: u64| json!({"amount": amount, "unit": "fen"});
    let data = json!({
        "village": "510811210205", "project": "党群服务中心", "milestone": "start", "total": money(40_000_000),
        "amount": money(12_000_000)
    });
    let paid = office.decision("昭财〔2018〕9号", "2018-07-10", data);
    officer.command("record-premises-payment", &paid).expect(201);
    let data = json!({"jurisdiction": "510811", "figures": {"evaluation_due_days": 12}, "reason": "从严"});
    let today = server_day(desk);
    let mut policy = office.decision("昭委〔2018〕9号", "2018-07-10", data);
    policy["effective_date"] = today.into();
    officer.command("issue-policy", &policy).expect(201);
}

/// Today, as the service has it.
fn server_day(desk: &Desk) -> String {
    let officer = desk.server.client(&desk.office.officer);
    let view = officer.get("/api/v1/counties/510811").expect(200).json();
    view["as_of"].as_str().unwrap().to_owned()
}

fn last_account(data: &Path) -> String {
    let listed = run_well(&["token", "list", "--json", "--data", text(data)]);
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
    listed.lines().map(id).max().unwrap()
}

fn exported(desk: &Desk) -> Files {
    checkpoint(&desk.server.anyone(), last_position(desk));
    let file = desk.data.parent().unwrap().join("lawful.tar");
    run_well(&["audit", "export", text(&file), "--data", text(&desk.data)]);
    Files::read(&file)
}

fn log(whole: &Files) -> Log {
    whole.events().iter().map(|event| serde_json::from_slice(event).unwrap()).collect()
}

/// Every event in the program's own bytes, numbered as if it had always stood there.
fn renumbered(log: Log) -> Vec<Vec<u8>> {
    let mut counties: BTreeMap<String, u64> = BTreeMap::new();
    let encode = |(position, mut event): (u64, Value)| {
        let county = event["county"].as_str().unwrap_or("_").to_owned();
        let number = counties.entry(county).or_default();
        *number += 1;
        event["sequence"] = format!("{position:020}").into();
        event["scopesequence"] = format!("{number:020}").into();
        let decoded = envelope::decode(&serde_json::to_vec(&event).unwrap()).unwrap();
        envelope::encode("5108", &decoded.event, &decoded.extra).unwrap()
    };
    (1..).zip(log).map(encode).collect()
}

/// The last event of that type, as a command of its own at the end of the log; gives its index.
fn append(log: &mut Log, event_type: &str, edit: impl FnOnce(&mut Value)) -> usize {
    let full = format!("cn.lianjian.{event_type}.v1");
    let mut event = log.iter().rfind(|event| event["type"] == full.as_str()).unwrap().clone();
    (event["id"], event["commandid"]) = (key().into(), key().into());
    (event["commandindex"], event["commandcount"]) = (0.into(), 1.into());
    event["time"] = log.last().unwrap()["time"].clone();
    edit(&mut event);
    log.push(event);
    log.len() - 1
}

/// The index of the first event of that type.
fn first(log: &Log, event_type: &str) -> usize {
    let full = format!("cn.lianjian.{event_type}.v1");
    log.iter().position(|event| event["type"] == full.as_str()).unwrap()
}

/// Changes every event of the command that yielded the first event of that type; gives the index of its first event.
fn rewrite(log: &mut Log, event_type: &str, edit: impl Fn(&mut Value)) -> usize {
    let command = log[first(log, event_type)]["commandid"].clone();
    let of_command = |event: &&mut Value| event["commandid"] == command;
    log.iter_mut().filter(of_command).for_each(edit);
    log.iter().position(|event| event["commandid"] == command).unwrap()
}

#[test]
fn what_nobody_could_have_done_is_found_by_both_checkers() {
    let mut operator = Operator::new();
    let honest = log(&operator.whole);
    assert_eq!(operator.judge(honest), [Vec::<String>::new(), Vec::new()]);
    cases::roles(&mut operator);
    cases::accounts(&mut operator);
    cases::scopes(&mut operator);
    cases::bodies(&mut operator);
    cases::four_eyes(&mut operator);
    cases::shapes(&mut operator);
    cases::simulated(&mut operator);
    again::figures_and_days(&mut operator);
    again::what_follows(&mut operator);
    println!("{}", table(&operator.table));
    assert!(operator.table.len() > 45, "{} cheats", operator.table.len());
}
