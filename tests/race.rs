//! Two instances race on one organization: what each client saw, put together, must be explicable as one order of
//! conditional writes. Checked by stateright on small recorded histories.

use std::sync::Mutex;

use serde_json::json;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};

use crate::harness::{Client, Office, Server, fact, import_places_with, settle};
use crate::trial::Trial;

/// Histories in a short run and in a long one, the clients of each, and what each of them does.
const HISTORIES: usize = 12;
const LONG_HISTORIES: usize = 200;
const CLIENTS: usize = 4;
const WRITES: usize = 5;

/// The last event of an organization: a write names the one that it expects.
#[derive(Debug, Clone, PartialEq)]
struct LastEvent(u64);

/// A write on condition that this is the last event.
#[derive(Debug, Clone, PartialEq)]
struct WriteAfter(u64);

#[derive(Debug, Clone, PartialEq)]
enum Answered {
    Recorded(u64),
    SomebodyWasFirst,
}

impl SequentialSpec for LastEvent {
    type Op = WriteAfter;
    type Ret = Answered;

    /// Only for histories whose answers are not known, of which there are none here.
    fn invoke(&mut self, write: &WriteAfter) -> Answered {
        if write.0 == self.0 { Answered::Recorded(self.0 + 1) } else { Answered::SomebodyWasFirst }
    }

    /// The log says where a write stands; it must be later than everything before it.
    fn is_valid_step(&mut self, write: &WriteAfter, answered: &Answered) -> bool {
        match answered {
            Answered::Recorded(position) if write.0 == self.0 && *position > self.0 => {
                self.0 = *position;
                true
            }
            Answered::SomebodyWasFirst => write.0 != self.0,
            Answered::Recorded(_) => false,
        }
    }
}

type History = Mutex<LinearizabilityTester<usize, LastEvent>>;

#[test]
fn two_instances_that_race_are_one_service() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("nats"), 3, &[]);
    let log = trial.log_arguments();
    let options: Vec<&str> = log.iter().map(String::as_str).collect();
    import_places_with(&folder.path().join("a"), &options);
    let servers = ["a", "b"].map(|name| Server::start(&folder.path().join(name), &options));
    let office = Office::open_with(&servers[0], &folder.path().join("a"), &options);
    let clients = servers.each_ref().map(|server| server.client(&office.officer));
    let histories = if std::env::var_os("LIANJIAN_TEST_LONG").is_some() { LONG_HISTORIES } else { HISTORIES };
    let mut raced = 0;
    for number in 0..histories {
        raced += usize::from(race(&clients, &office.branches[number % 4], number));
    }
    assert!(raced * 2 > histories, "in only {raced} of {histories} histories anybody was late");
}

/// One history; whether anybody was late in it.
fn race(clients: &[Client; 2], organization: &str, number: usize) -> bool {
    let first = clients[0].command("update-organization", &update(organization, 20)).expect(201);
    let begin = first.json()["position"].as_u64().unwrap();
    settle(&clients[1], &first);
    let history: History = Mutex::new(LinearizabilityTester::new(LastEvent(begin)));
    let late = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (speaks_to, history) = (&clients[client % 2], &history);
                scope.spawn(move || writes(speaks_to, client, organization, begin, history))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).fold(false, |any, late| any | late)
    });
    let history = history.into_inner().unwrap();
    assert!(history.is_consistent(), "history {number} has no order: {history:#?}");
    late
}

/// Writes on condition of what this client saw last; one that is late learns what is there by trying the next.
fn writes(client: &Client, number: usize, organization: &str, begin: u64, history: &History) -> bool {
    let (mut expected, mut late) = (begin, false);
    for count in 0..WRITES {
        history.lock().unwrap().on_invoke(number, WriteAfter(expected)).unwrap();
        let conditional = client.with("if-match", &format!("\"{expected}\""));
        let members = u32::try_from(20 + number * WRITES + count).unwrap();
        let answer = conditional.command("update-organization", &update(organization, members));
        let answered = match answer.status {
            201 => Answered::Recorded(answer.json()["position"].as_u64().unwrap()),
            412 => Answered::SomebodyWasFirst,
            status => panic!("{status} {}", answer.text),
        };
        history.lock().unwrap().on_return(number, answered.clone()).unwrap();
        match answered {
            Answered::Recorded(position) => expected = position,
            Answered::SomebodyWasFirst => {
                late = true;
                expected = last_event(client, organization, expected);
            }
        }
    }
    late
}

/// The last event of the organization that this instance shows by now.
fn last_event(client: &Client, organization: &str, known: u64) -> u64 {
    let page = client.get(&format!("/api/v1/events?after={known}&limit=1000")).expect(200);
    let events = page.text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let own = events.filter(|event| event["subject"] == format!("organization/{organization}"));
    own.filter_map(|event| event["sequence"].as_str()?.parse().ok()).max().unwrap_or(known)
}

fn update(organization: &str, members: u32) -> serde_json::Value {
    fact("510811", json!({"organization": organization, "formal_members": members}))
}

#[test]
fn a_history_without_an_order_is_found() {
    let begin = || LinearizabilityTester::new(LastEvent(7));
    let mut both_first = begin();
    for client in 0..2 {
        both_first.on_invoke(client, WriteAfter(7)).unwrap();
    }
    both_first.on_return(0, Answered::Recorded(8)).unwrap();
    both_first.on_return(1, Answered::Recorded(9)).unwrap();
    assert!(!both_first.is_consistent(), "two writes after the same event");
    let mut forgotten = begin();
    forgotten.on_invret(0, WriteAfter(7), Answered::Recorded(8)).unwrap();
    forgotten.on_invret(1, WriteAfter(7), Answered::Recorded(9)).unwrap();
    assert!(!forgotten.is_consistent(), "a write that an earlier answer has ruled out");
    let mut lawful = begin();
    lawful.on_invret(0, WriteAfter(7), Answered::Recorded(8)).unwrap();
    lawful.on_invret(1, WriteAfter(7), Answered::SomebodyWasFirst).unwrap();
    lawful.on_invret(1, WriteAfter(8), Answered::Recorded(12)).unwrap();
    assert!(lawful.is_consistent());
}
