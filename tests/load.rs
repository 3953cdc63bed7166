//! What the crash and the cluster tests do to a service: many clients write at once, and every command that was
//! sent is noted with its answer, so that each can be looked for afterwards.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Office, Server, key};

/// Clients that write at once, besides the one that merges and dissolves.
const WRITERS: usize = 6;
/// How long a service may take until it records again.
const RECOVERY_LIMIT: Duration = Duration::from_secs(120);

/// A command that was sent, and what is known of it.
#[derive(Clone)]
pub struct Sent {
    name: &'static str,
    body: Value,
    by_officer: bool,
    /// The answer's body, once acknowledged.
    acknowledged: Option<String>,
}

/// Every command that was sent, by its key.
pub type Ledger = Arc<Mutex<BTreeMap<String, Sent>>>;

/// The clients at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts the writers, spread over the servers. Each ends at its first command without an answer.
    pub fn start(servers: &[&Server], office: &Arc<Office>, ledger: &Ledger, round: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads: Vec<_> = (0..WRITERS)
            .map(|number| {
                let client = servers[number % servers.len()].client(&office.officer);
                let (office, ledger, stop) = (office.clone(), ledger.clone(), stop.clone());
                std::thread::spawn(move || write_counts(&client, &office, number, round, &ledger, &stop))
            })
            .collect();
        let clients = (servers[0].client(&office.clerk), servers[0].client(&office.officer));
        let (office, ledger, stop_too) = (office.clone(), ledger.clone(), stop.clone());
        threads.push(std::thread::spawn(move || live_and_die(&clients, &office, &ledger, &stop_too)));
        Self { stop, threads }
    }

    /// Lets every client finish what it has sent.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        // What a client met is what the test ends with.
        self.threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap_or_else(|met| std::panic::resume_unwind(met)));
    }
}

/// Sends, and notes before and after: what was sent without an answer is repeated after the next start.
fn send(
    client: &Client,
    ledger: &Ledger,
    name: &'static str,
    body: Value,
    by_officer: bool,
) -> Option<Value> {
    let key = key();
    let sent = Sent { name, body: body.clone(), by_officer, acknowledged: None };
    ledger.lock().unwrap().insert(key.clone(), sent);
    let answer = client.command_with(&key, name, &body);
    match answer.status {
        // 200: an attempt whose answer was lost had recorded it.
        200 | 201 => {
            let json = answer.json();
            ledger.lock().unwrap().get_mut(&key).unwrap().acknowledged = Some(answer.text);
            Some(json)
        }
        0 | 503 => None,
        other => panic!("{name}: {other} {}", answer.text),
    }
}

fn write_counts(
    client: &Client,
    office: &Office,
    number: usize,
    round: usize,
    ledger: &Ledger,
    stop: &AtomicBool,
) {
    let organization = &office.branches[2 + number % 2];
    for count in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let figure = json!({"value": round * 1_000 + count, "unit": "人", "period": "2018", "source": format!("写者{number}")});
        let data = json!({"organization": organization, "profile": {"population": figure}});
        let body = json!({"effective_date": "2018-06-01", "on_behalf_of": "510811", "data": data});
        if send(client, ledger, "update-organization", body, true).is_none() {
            return;
        }
    }
}

/// Merges and dissolves again and again: appends of many events, which must never be found half.
fn live_and_die(clients: &(Client, Client), office: &Office, ledger: &Ledger, stop: &AtomicBool) {
    let (clerk, officer) = clients;
    let on = "2018-06-01";
    let members = [office.branches[0].as_str(), office.branches[1].as_str()];
    while !stop.load(Ordering::Relaxed) {
        let Some(proposed) = propose(clerk, ledger, office, members, on) else { return };
        let survey = office.survey(&proposed, ["510811210205", "510811210206"], on);
        if send(clerk, ledger, "record-will-survey", survey, false).is_none() {
            return;
        }
        let merge = office.decision("昭委〔2018〕7号", on, json!({"joint_branch": proposed}));
        if send(officer, ledger, "merge-branches", merge, true).is_none() {
            return;
        }
        let successors = members.map(|member| json!({"member": member, "successor": member}));
        let data = json!({"joint_branch": proposed, "ground": "purpose_achieved", "successors": successors});
        let dissolve = office.decision("昭委〔2018〕8号", on, data);
        if send(officer, ledger, "dissolve-joint-branch", dissolve, true).is_none() {
            return;
        }
    }
}

fn propose(clerk: &Client, ledger: &Ledger, office: &Office, members: [&str; 2], on: &str) -> Option<String> {
    let answer = send(clerk, ledger, "propose-joint-branch", office.proposal(members, on), false)?;
    answer["events"][0]["data"]["joint_branch"].as_str().map(str::to_owned)
}

/// What was sent without an answer: the same key must lead to one effect, the first or this one. A merger that was
/// cut off is taken to its end, so that the members are free for the next round.
pub fn repeat_unanswered(server: &Server, office: &Office, ledger: &Ledger) {
    let open: Vec<(String, Sent)> = {
        let ledger = ledger.lock().unwrap();
        ledger
            .iter()
            .filter(|(_, sent)| sent.acknowledged.is_none())
            .map(|(key, sent)| (key.clone(), sent.clone()))
            .collect()
    };
    for (key, sent) in open {
        let client = server.client(if sent.by_officer { &office.officer } else { &office.clerk });
        let answer = insist(&client, &key, &sent);
        ledger.lock().unwrap().get_mut(&key).unwrap().acknowledged = Some(answer.text);
    }
    if let Some(joint_branch) = live_merger(server, office, last_position(ledger)) {
        let successors: Vec<_> = office.branches[..2]
            .iter()
            .map(|member| json!({"member": member, "successor": member}))
            .collect();
        let data =
            json!({"joint_branch": joint_branch, "ground": "purpose_achieved", "successors": successors});
        let body = office.decision("昭委〔2018〕8号", "2018-06-01", data);
        let (client, key) = (server.client(&office.officer), key());
        let mut sent = Sent { name: "dissolve-joint-branch", body, by_officer: true, acknowledged: None };
        // The servers may still be finding each other: a 503 says to come back.
        sent.acknowledged = Some(insist(&client, &key, &sent).text);
        ledger.lock().unwrap().insert(key, sent);
    }
}

/// Repeats a command for as long as the service says that it cannot tell yet.
fn insist(client: &Client, key: &str, sent: &Sent) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = client.command_with(key, sent.name, &sent.body);
        match answer.status {
            200 | 201 => return answer,
            0 | 409 | 503 if begun.elapsed() < RECOVERY_LIMIT => {
                std::thread::sleep(Duration::from_millis(200))
            }
            status => panic!("{} after {:?}: {status} {}", sent.name, begun.elapsed(), answer.text),
        }
    }
}

/// Reads for as long as the service says that it has not caught up with the position asked for.
pub fn get_once_it_is_there(client: &Client, path: &str) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = client.get(path);
        if answer.status != 503 || begun.elapsed() > RECOVERY_LIMIT {
            return answer.expect(200);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The last position that any command was acknowledged with.
pub fn last_position(ledger: &Ledger) -> u64 {
    let ledger = ledger.lock().unwrap();
    let answers = ledger.values().filter_map(|sent| sent.acknowledged.as_ref());
    let positions =
        answers.filter_map(|text| serde_json::from_str::<Value>(text).unwrap()["position"].as_u64());
    positions.max().unwrap_or(0)
}

fn live_merger(server: &Server, office: &Office, position: u64) -> Option<String> {
    let path = format!("/api/v1/counties/510811/register?limit=1000&min_position={position}");
    let register = get_once_it_is_there(&server.client(&office.officer), &path).json();
    let rows = register["rows"].as_array().unwrap();
    let live = rows.iter().find(|row| row["phase"] == "operating")?;
    live["id"].as_str().map(str::to_owned)
}

/// Every acknowledged command stands in the log with the very events of its answer, and every repeat says the same.
pub fn check_every_acknowledged(server: &Server, office: &Office, ledger: &Ledger) -> usize {
    let auditor_free = server.client(&office.officer);
    let mut stored: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = auditor_free.get(&format!("/api/v1/events?after={after}&limit=1000")).expect(200);
        let events: Vec<Value> = page.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let Some(last) = events.last() else { break };
        after = last["sequence"].as_str().unwrap().parse().unwrap();
        for event in events {
            stored.entry(event["commandid"].as_str().unwrap().to_owned()).or_default().push(event);
        }
    }
    let ledger = ledger.lock().unwrap();
    for (key, sent) in ledger.iter() {
        let answered: Value = serde_json::from_str(sent.acknowledged.as_ref().unwrap()).unwrap();
        let found =
            stored.get(key).unwrap_or_else(|| panic!("{key} {} was acknowledged and is gone", sent.name));
        assert_eq!(answered["events"].as_array().unwrap(), found, "{key} {}", sent.name);
    }
    ledger.len()
}
