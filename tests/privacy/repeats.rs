//! A key that was used tells nobody but whoever gave the command what the command said: not the right guess, not the
//! wrong one.

use serde_json::{Value, json};

use super::{SECRET, TwoCounties, last, two_counties};
use crate::harness::{Answer, Client, FOUNDED, created, fact, key, token};

/// What an answer tells, without the time and the key that it names.
fn told(answer: &Answer, key: &str) -> (u16, String) {
    (answer.status, answer.text.replace(key, "KEY"))
}

/// Every role, and colleagues of those who gave the commands.
fn strangers(world: &TwoCounties) -> Vec<Client> {
    let accounts = [
        ("county_officer", "510811"),
        ("county_officer", "510812"),
        ("township_clerk", "510811210"),
        ("township_clerk", "510811211"),
        ("city_office", "5108"),
        ("subscriber", "510811"),
        ("auditor", "5108"),
        ("auditor", "510811"),
        ("security_admin", "5108"),
        ("system_admin", "5108"),
    ];
    accounts.map(|(role, scope)| world.desk.server.client(&token(&world.desk.data, role, scope))).to_vec()
}

/// A command that was recorded, with guesses at what it said: the first is right.
struct Recorded {
    name: &'static str,
    key: String,
    guesses: Vec<Value>,
}

/// The registration of a person, and the assignment of a secretary with a pay.
fn recorded(world: &TwoCounties) -> Vec<Recorded> {
    let (office, officer) = (&world.desk.office, world.desk.server.client(&world.desk.office.officer));
    let named = |name: &str| fact("510811", json!({"name": name, "organization": office.branches[2]}));
    let id = office.establish(&world.desk.server, "2018-06-01");
    let paid = |pay: Value| {
        let data = json!({"joint_branch": id, "person": office.persons[0], "source": "not_stated", "term_start": "2018-06-05", "monthly_pay": pay});
        let mut body = office.decision("白委〔2018〕9号", "2018-06-05", data);
        body["on_behalf_of"] = office.township_organ.clone().into();
        body
    };
    let mut unpaid = paid(Value::Null);
    unpaid["data"].as_object_mut().unwrap().remove("monthly_pay");
    let all = [
        ("register-person", vec![named("诸葛秘密"), named("诸葛公开"), named(SECRET)]),
        ("assign-secretary", vec![paid(2980.into()), paid(2981.into()), paid(1.into()), unpaid]),
    ];
    all.into_iter()
        .map(|(name, guesses)| {
            let key = key();
            officer.command_with(&key, name, &guesses[0]).expect(201);
            Recorded { name, key, guesses }
        })
        .collect()
}

#[test]
fn a_used_key_answers_strangers_the_same_whatever_they_guess() {
    let world = two_counties();
    let giver = world.desk.server.client(&world.desk.office.officer);
    // The accounts first: what is recorded after them stands on a log that has them.
    let strangers = strangers(&world);
    let recorded = recorded(&world);
    let before = last(&world.desk);
    let update = json!({"effective_date": FOUNDED, "on_behalf_of": "510811", "data": {"organization": world.desk.office.branches[3], "formal_members": 20}});
    let mut cases = 0;
    for Recorded { name, key, guesses } in &recorded {
        for stranger in &strangers {
            let mut answers = Vec::new();
            for guess in guesses {
                answers.push(told(&stranger.command_with(key, name, guess), key));
                let conditional = stranger.with("if-match", "\"1\"");
                answers.push(told(&conditional.command_with(key, name, guess), key));
            }
            // Another command under the same key is no way either.
            answers.push(told(&stranger.command_with(key, "update-organization", &update), key));
            cases += answers.len();
            answers.dedup();
            assert_eq!(answers.len(), 1, "{name}: {answers:?}");
            assert_eq!(answers[0].0, 422, "{answers:?}");
            assert!(answers[0].1.contains("key-reused"), "{answers:?}");
        }
        // Whoever gave it is answered as the first time, and told of another body.
        let again = giver.command_with(key, name, &guesses[0]).expect(200);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        for guess in &guesses[1..] {
            assert_eq!(
                giver.command_with(key, name, guess).expect(422).json()["type"],
                "/problems/key-reused"
            );
        }
    }
    assert!(cases > 100, "{cases}");
    assert_eq!(last(&world.desk), before);
}

#[test]
fn a_used_key_of_what_is_public_answers_colleagues_and_nobody_else() {
    let world = two_counties();
    let (server, data) = (&world.desk.server, &world.desk.data);
    let body = |count: u32| json!({"effective_date": FOUNDED, "on_behalf_of": "510811", "data": {"organization": world.desk.office.branches[3], "formal_members": count}});
    let key = key();
    let first = server
        .client(&world.desk.office.officer)
        .command_with(&key, "update-organization", &body(21))
        .expect(201);
    let colleague = server.client(&token(data, "county_officer", "510811"));
    assert_eq!(colleague.command_with(&key, "update-organization", &body(21)).expect(200).text, first.text);
    for (role, scope) in [
        ("county_officer", "510812"),
        ("township_clerk", "510811211"),
        ("subscriber", "510811"),
        ("auditor", "5108"),
        ("system_admin", "5108"),
    ] {
        let stranger = server.client(&token(data, role, scope));
        let answers: Vec<_> = [21, 22]
            .map(|count| told(&stranger.command_with(&key, "update-organization", &body(count)), &key))
            .into();
        assert_eq!(answers[0], answers[1], "{role} {scope}");
        assert!(answers[0].1.contains("key-reused"), "{answers:?}");
    }
}

#[test]
fn a_key_of_a_refused_command_can_be_used_again() {
    let world = two_counties();
    let officer = world.desk.server.client(&world.desk.office.officer);
    let (key, organ) = (key(), &world.desk.office.branches[2]);
    let named =
        |organization: &str| fact("510811", json!({"name": "诸葛秘密", "organization": organization}));
    let unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    officer.command_with(&key, "register-person", &named(unknown)).expect(422);
    let stranger = world.other_officer.command_with(&key, "register-person", &named(organ)).expect(403);
    let fresh = crate::harness::key();
    let never = world.other_officer.command_with(&fresh, "register-person", &named(organ)).expect(403);
    assert_eq!(told(&stranger, &key), told(&never, &fresh));
    created(&officer.command_with(&key, "register-person", &named(organ)).expect(201), "person");
}

/// `If-Match` tells where an entity stands only whom the command is for.
#[test]
fn a_position_is_told_to_nobody_who_may_not_give_the_command() {
    let world = two_counties();
    let id = world.desk.office.establish(&world.desk.server, "2018-06-01");
    let data = json!({"joint_branch": id, "quarter": "2018Q2", "grade": "good"});
    let body = json!({"effective_date": "2018-07-05", "on_behalf_of": world.desk.office.township_organ, "data": data});
    for (role, scope) in [
        ("county_officer", "510812"),
        ("township_clerk", "510811211"),
        ("city_office", "5108"),
        ("subscriber", "510811"),
        ("auditor", "5108"),
        ("security_admin", "5108"),
        ("system_admin", "5108"),
    ] {
        let stranger =
            world.desk.server.client(&token(&world.desk.data, role, scope)).with("if-match", "\"1\"");
        let answer = stranger.command("evaluate-quarter", &body);
        assert_eq!(answer.status, 403, "{role} {scope}: {}", answer.text);
    }
    world
        .desk
        .server
        .client(&world.desk.office.officer)
        .with("if-match", "\"1\"")
        .command("evaluate-quarter", &body)
        .expect(412);
}
