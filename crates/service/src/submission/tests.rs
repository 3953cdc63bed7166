//! The command loop through its door, on the embedded log.

use std::path::Path;
use std::sync::Arc;

use domain::account::Role;
use domain::actor::Actor;
use domain::ids::CommandId;
use event_log::LogLocation;
use serde_json::{Value, json};
use ulid::Ulid;

use super::{CALLER_PATIENCE, Submissions};
use crate::command_loop::MAX_COMMANDS_TOGETHER;
use crate::recorded::Recorded;
use crate::request::CommandRequest;
use crate::stores::Stores;
use crate::submit_error::{NotRecorded, SubmitError};
use crate::system_clock;

mod silent_log;
mod unwritable;

/// A log begins with the rule book by which it is decided.
const RULE_BOOK: u64 = 1;

fn open(directory: &Path) -> (Stores, Submissions) {
    let stores = Stores::open(&LogLocation::Embedded, directory, Some(&"5108".parse().unwrap())).unwrap();
    let folded_state = stores.load(&mut |_| {}).unwrap();
    let submissions = Submissions::start(&stores, folded_state, system_clock, Arc::default());
    (stores, submissions)
}

fn request(key: u128, name: &str, on_behalf_of: &str, data: Value) -> CommandRequest {
    CommandRequest {
        id: CommandId(Ulid::from(key)),
        name: name.into(),
        body: json!({ "effective_date": "2018-01-01", "on_behalf_of": on_behalf_of, "data": data, "simulated": true }),
        actor: Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() },
        if_match: None,
        traceparent: None,
    }
}

fn county(key: u128, code: &str) -> CommandRequest {
    let data = json!({ "code": code, "name": format!("县{code}"), "level": "county", "parent": "5108" });
    request(key, "register-place", "5108", data)
}

fn person(key: u128, name: &str) -> CommandRequest {
    let organization = Ulid::from(2_u128).to_string();
    request(key, "register-person", "5108", json!({ "name": name, "organization": organization }))
}

fn organ(key: u128) -> CommandRequest {
    let data = json!({ "name": "县委", "form": "organ", "host_kind": "county", "host": "510811", "formal_members": 30, "probationary_members": 0 });
    request(key, "register-organization", "5108", data)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_gets_the_first_answer_after_a_restart_too() {
    let directory = tempfile::tempdir().unwrap();
    let (_, submissions) = open(directory.path());
    let first = submissions.submit(county(1, "510811")).await.unwrap();
    assert_eq!((first.position, first.replayed), (RULE_BOOK + 1, false));
    submissions.stop().await;
    let (stores, submissions) = open(directory.path());
    let again = submissions.submit(county(1, "510811")).await.unwrap();
    assert_eq!(again, Recorded { replayed: true, ..first });
    let reused = submissions.submit(county(1, "510812")).await.unwrap_err();
    assert_eq!(reused, SubmitError::KeyReused { id: Ulid::from(1_u128).to_string() });
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_leaves_nothing_and_frees_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    let refused = submissions.submit(county(1, "510911")).await.unwrap_err();
    assert!(matches!(refused, SubmitError::Rejected { .. }), "{refused}");
    assert_eq!(stores.log.last_position().await.unwrap(), 0);
    submissions.submit(county(1, "510811")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_stays_out_of_the_log_and_a_repeat_is_known_by_its_salt() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit(county(1, "510811")).await.unwrap();
    submissions.submit(organ(2)).await.unwrap();
    let refused = submissions
        .submit(request(
            9,
            "register-person",
            "5108",
            json!({ "name": "李四", "organization": Ulid::from(7_u128).to_string() }),
        ))
        .await;
    assert!(refused.is_err());
    let first = submissions.submit(person(3, "张三")).await.unwrap();
    assert!(!String::from_utf8_lossy(&first.events[0]).contains("张三"));
    assert!(submissions.submit(person(3, "张三")).await.unwrap().replayed);
    assert!(matches!(submissions.submit(person(3, "李四")).await, Err(SubmitError::KeyReused { .. })));
    assert_eq!(
        stores.control.value_of(&Ulid::from(3_u128).to_string(), "/name").unwrap().as_deref(),
        Some("张三")
    );
    assert_eq!(stores.control.command_ids().unwrap(), [Ulid::from(3_u128).to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_takes_no_name_away_and_a_crash_leaves_none() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    let stale = stores.load(&mut |_| {}).unwrap();
    submissions.submit(county(1, "510811")).await.unwrap();
    submissions.submit(organ(2)).await.unwrap();
    submissions.submit(person(3, "张三")).await.unwrap();
    // Another process, which read the log before the person was registered, starts its loop.
    Submissions::start(&stores, stale.clone(), system_clock, Arc::default()).stop().await;
    let left_by_a_crash = event_log::Erasable {
        command_id: Ulid::from(9_u128).to_string(),
        pointer: "/name".into(),
        subject: Ulid::from(9_u128).to_string(),
        salt: vec![0; 32],
        value: "李四".into(),
    };
    stores.control.put_erasables(&[left_by_a_crash], RULE_BOOK + 3).unwrap();
    let mut folded_state = stale;
    assert_eq!(stores.sweep_orphans(&mut folded_state).unwrap(), 1);
    assert_eq!(stores.control.command_ids().unwrap(), [Ulid::from(3_u128).to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_persons_name_enters_no_text_and_repeats_are_answered_as_before() {
    let directory = tempfile::tempdir().unwrap();
    let (_, submissions) = open(directory.path());
    submissions.submit(county(1, "510811")).await.unwrap();
    submissions.submit(organ(2)).await.unwrap();
    let update = |key: u128, unit: &str| {
        let figure = json!({ "value": 1, "unit": unit, "period": "2018", "source": "李四提供" });
        let data = json!({ "organization": Ulid::from(2_u128).to_string(), "profile": { "area": figure } });
        request(key, "update-organization", "5108", data)
    };
    let before = submissions.submit(update(3, "亩")).await.unwrap();
    submissions.submit(person(4, "李四")).await.unwrap();
    let Err(SubmitError::Rejected { rejection, .. }) = submissions.submit(update(5, "亩")).await else {
        panic!("a name was recorded")
    };
    assert_eq!((rejection.rule(), rejection.pointer()), ("personal-name", Some("/data/profile/area/source")));
    assert_eq!(submissions.submit(update(3, "亩")).await.unwrap(), Recorded { replayed: true, ..before });
    // Another instance knows the name as soon as it has read the log.
    submissions.stop().await;
    let (_, submissions) = open(directory.path());
    assert!(matches!(submissions.submit(update(5, "亩")).await, Err(SubmitError::Rejected { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_loops_on_one_log_take_turns_and_both_see_everything() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, first) = open(directory.path());
    let (_, second) = open(directory.path());
    let (first, second) = (Arc::new(first), Arc::new(second));
    let tasks: Vec<_> = (0..40_u32)
        .map(|number| {
            let submissions = if number % 2 == 0 { first.clone() } else { second.clone() };
            tokio::spawn(async move {
                submissions.submit(county(u128::from(number) + 1, &format!("5108{number:02}"))).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 40);
    first.stop().await;
    let folded_state = second.stop().await.unwrap();
    let fresh = stores.load(&mut |_| {}).unwrap();
    let mut caught_up = folded_state;
    caught_up.fold(&*stores.log, &mut |_| {}).unwrap();
    assert_eq!((caught_up.state, caught_up.index), (fresh.state, fresh.index));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_moved_on_refuses_the_command() {
    let directory = tempfile::tempdir().unwrap();
    let (_, submissions) = open(directory.path());
    submissions.submit(county(1, "510811")).await.unwrap();
    submissions.submit(organ(2)).await.unwrap();
    let update = |key, if_match| {
        let data = json!({ "organization": Ulid::from(2_u128).to_string(), "formal_members": 31 });
        CommandRequest { if_match: Some(if_match), ..request(key, "update-organization", "5108", data) }
    };
    assert_eq!(
        submissions.submit(update(3, RULE_BOOK + 1)).await.unwrap_err(),
        SubmitError::Precondition { expected: RULE_BOOK + 1, found: Some(RULE_BOOK + 2) }
    );
    submissions.submit(update(3, RULE_BOOK + 2)).await.unwrap();
    // Whoever may not touch it is not told where it stands.
    let scope = "510812".parse().unwrap();
    let outsider = Actor { id: "outsider".into(), role: Role::CountyOfficer, scope };
    let refused = submissions.submit(CommandRequest { actor: outsider, ..update(4, 1) }).await.unwrap_err();
    assert!(matches!(refused, SubmitError::Rejected { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_of_another_log_is_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit(county(1, "510811")).await.unwrap();
    let folded_state = submissions.stop().await.unwrap();
    folded_state.save(directory.path(), &*stores.log).unwrap();
    let loaded = stores.load(&mut |_| panic!("nothing is left to fold")).unwrap();
    assert_eq!((loaded.state, loaded.index), (folded_state.state, folded_state.index));
    let other = tempfile::tempdir().unwrap();
    let (other_stores, other_core) = open(other.path());
    other_core.submit(county(5, "510812")).await.unwrap();
    std::fs::copy(directory.path().join("state.snapshot"), other.path().join("state.snapshot")).unwrap();
    let folded = other_stores.load(&mut |_| {}).unwrap();
    assert!(folded.state.place_by_code(&"510812".parse().unwrap()).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_given_together_are_one_append_and_a_repeat_gets_the_first_answers() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    // Each is decided against those before it: the organ lies in the county that the first one registers.
    let together = || vec![county(1, "510811"), organ(2), person(3, "张三")];
    let first = submissions.submit_all(together()).await.unwrap();
    assert_eq!(first.iter().map(|recorded| recorded.position).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(
        (submissions.metrics.groups.get(), submissions.metrics.commands_recorded.get()),
        (1, RULE_BOOK + 3)
    );
    let again = submissions.submit_all(together()).await.unwrap();
    let replayed: Vec<_> =
        first.into_iter().map(|recorded| Recorded { replayed: true, ..recorded }).collect();
    assert_eq!(again, replayed);
    assert!(submissions.submit(organ(2)).await.unwrap().replayed, "each has its own key");
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 3);
    assert_eq!(submissions.submit_all(Vec::new()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_commands_given_together_one_that_is_refused_records_none_and_frees_all_keys() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit_all(vec![county(1, "510811"), organ(2)]).await.unwrap();
    // Somebody else was faster with 510812.
    submissions.submit(county(3, "510812")).await.unwrap();
    let together = |last: &str| vec![person(11, "张三"), county(12, last), county(13, "510814")];
    let refused = submissions.submit_all(together("510812")).await.unwrap_err();
    assert!(matches!(refused, NotRecorded { index: 1, error: SubmitError::Rejected { .. } }), "{refused:?}");
    let shapeless = submissions.submit_all(together("51081x")).await.unwrap_err();
    assert!(matches!(shapeless, NotRecorded { index: 1, error: SubmitError::Shape { .. } }), "{shapeless:?}");
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 3);
    assert!(stores.control.command_ids().unwrap().is_empty(), "no name of what was not recorded stays");
    assert!(submissions.state().place_by_code(&"510814".parse().unwrap()).is_none());
    let recorded = submissions.submit_all(together("510813")).await.unwrap();
    assert_eq!(recorded.last().unwrap().position, RULE_BOOK + 6);
    submissions.stop().await;
    assert_eq!(stores.load(&mut |_| {}).unwrap().state.last_position, RULE_BOOK + 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_alone_is_not_recorded_again_together_with_others() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit(county(2, "510812")).await.unwrap();
    let reused = submissions.submit_all(vec![county(1, "510811"), county(2, "510812")]).await.unwrap_err();
    let id = Ulid::from(2_u128).to_string();
    assert_eq!(reused, NotRecorded { index: 1, error: SubmitError::KeyReused { id } });
    let twice = submissions.submit_all(vec![county(3, "510813"), county(3, "510813")]).await.unwrap_err();
    assert!(matches!(twice.error, SubmitError::InFlight { .. }), "{twice:?}");
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_the_limit_are_recorded_together_and_one_more_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit_all(vec![county(1, "510811"), organ(2)]).await.unwrap();
    let persons = |first: u128, count: usize| -> Vec<CommandRequest> {
        (first..).take(count).map(|key| person(key, "张三")).collect()
    };
    let refused = submissions.submit_all(persons(1_000, MAX_COMMANDS_TOGETHER + 1)).await.unwrap_err();
    assert!(matches!(refused.error, SubmitError::TooMuchTogether { .. }), "{refused:?}");
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 2);
    submissions.submit_all(persons(2_000, MAX_COMMANDS_TOGETHER)).await.unwrap();
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 2 + MAX_COMMANDS_TOGETHER as u64);
    assert_eq!(submissions.metrics.groups.get(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_among_commands_given_together_is_told_only_where_all_else_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, submissions) = open(directory.path());
    submissions.submit_all(vec![county(1, "510811"), organ(2), person(3, "诸葛秘密")]).await.unwrap();
    let by = |key: u128, source: &str| {
        let figure = json!({ "value": 7, "unit": "亩", "period": "2018", "source": source });
        let data = json!({ "organization": Ulid::from(2_u128).to_string(), "profile": { "area": figure } });
        request(key, "update-organization", "5108", data)
    };
    let told = |refused: NotRecorded| match refused.error {
        SubmitError::Rejected { rejection, .. } => (refused.index, rejection.rule()),
        other => panic!("{other:?}"),
    };
    // Who adds a command that is refused for certain learns of that one, and nothing of the names before it.
    for source in ["诸葛秘密", "台账"] {
        let refused = submissions.submit_all(vec![by(11, source), county(12, "510811")]).await.unwrap_err();
        assert_eq!(told(refused), (1, "code-in-use"), "{source}");
    }
    let refused = submissions.submit_all(vec![county(12, "510812"), by(11, "诸葛秘密")]).await.unwrap_err();
    assert_eq!(told(refused), (1, "personal-name"));
    assert_eq!(told(submissions.submit(by(11, "诸葛秘密")).await.unwrap_err().into()), (0, "personal-name"));
    assert_eq!(stores.log.last_position().await.unwrap(), RULE_BOOK + 3);
    submissions.submit_all(vec![county(12, "510812"), by(11, "台账")]).await.unwrap();
}
