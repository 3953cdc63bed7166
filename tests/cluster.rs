//! Two instances on three NATS servers that are killed, paused, cut off and all killed at once under load: afterwards every
//! acknowledged command is there once and whole, and both instances say the same.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Client, Office, Server, import_places_with, run_well, token_with};
use crate::load::{
    Ledger, Load, check_every_acknowledged, get_once_it_is_there, last_position, repeat_unanswered,
};
use crate::proxy::Proxy;
use crate::trial::Trial;

const NODES: u8 = 3;
/// How often every fault happens, in a short run and in a long one.
const ROUNDS: usize = 1;
const LONG_ROUNDS: usize = 10;
/// How long the clients write before and during a fault.
const WRITING: Duration = Duration::from_millis(1_500);
/// How long three servers may take until each holds everything.
const CATCH_UP_LIMIT: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy)]
enum Fault {
    LeaderKilled,
    FollowerPaused,
    LeaderCutOff,
    AllKilled,
}

const FAULTS: [Fault; 4] =
    [Fault::LeaderKilled, Fault::FollowerPaused, Fault::LeaderCutOff, Fault::AllKilled];

#[test]
fn whatever_befalls_the_servers_every_acknowledged_command_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::open(folder.path());
    let rounds = if std::env::var_os("LIANJIAN_TEST_LONG").is_some() { LONG_ROUNDS } else { ROUNDS };
    for round in 0..rounds {
        for (number, fault) in FAULTS.into_iter().enumerate() {
            cluster.suffer(fault, round * FAULTS.len() + number);
        }
    }
    cluster.check();
}

/// The ways from each node to each other one.
type Routes = BTreeMap<(u8, u8), Proxy>;

struct Cluster {
    folder: PathBuf,
    trial: Trial,
    routes: Routes,
    servers: [Server; 2],
    office: Arc<Office>,
    ledger: Ledger,
    log: Vec<String>,
}

impl Cluster {
    fn open(folder: &Path) -> Self {
        let (routes, variables) = routes(&folder.join("nats"));
        let trial = Trial::start_with(&folder.join("nats"), NODES, &[], &variables);
        let log = trial.log_arguments();
        let options: Vec<&str> = log.iter().map(String::as_str).collect();
        import_places_with(&folder.join("a"), &options);
        let servers = ["a", "b"].map(|name| Server::start(&folder.join(name), &options));
        let office = Arc::new(Office::open_with(&servers[0], &folder.join("a"), &options));
        let folder = folder.to_owned();
        Self { folder, trial, routes, servers, office, ledger: Ledger::default(), log }
    }

    /// Lets a fault happen under load, and sees that every command comes to its one end.
    fn suffer(&mut self, fault: Fault, round: usize) {
        self.wait_until_all_hold_everything();
        let begun = self.ledger.lock().unwrap().len();
        let load = self.load(round);
        std::thread::sleep(WRITING);
        let node = self.bring_about(fault);
        let since = Instant::now();
        std::thread::sleep(WRITING);
        load.stop();
        match fault {
            // Two of three are enough.
            Fault::LeaderKilled | Fault::FollowerPaused => {
                self.repeat_unanswered();
                let load = self.load(round);
                std::thread::sleep(WRITING);
                load.stop();
            }
            // An instance may hang on the very server that is cut off, so only the other servers are looked at.
            Fault::LeaderCutOff => self.wait_until_another_leads(node),
            Fault::AllKilled => {}
        }
        self.mend(fault, node);
        self.repeat_unanswered();
        let sent = self.ledger.lock().unwrap().len() - begun;
        assert!(sent > 20, "{fault:?}: the load was no load: {sent} commands");
        println!(
            "{fault:?}: {sent} commands, each with its one end {:.1} s after",
            since.elapsed().as_secs_f32()
        );
    }

    fn load(&self, round: usize) -> Load {
        Load::start(&[&self.servers[0], &self.servers[1]], &self.office, &self.ledger, round)
    }

    fn repeat_unanswered(&self) {
        repeat_unanswered(&self.servers[0], &self.office, &self.ledger);
    }

    fn bring_about(&mut self, fault: Fault) -> u8 {
        let leader = self.leader();
        let follower = leader % NODES + 1;
        match fault {
            Fault::LeaderKilled => self.trial.tell(&format!("kill {leader}")),
            Fault::FollowerPaused => self.trial.tell(&format!("pause {follower}")),
            Fault::LeaderCutOff => self.routes_of(leader).for_each(Proxy::cut),
            Fault::AllKilled => (1..=NODES).for_each(|node| self.trial.tell(&format!("kill {node}"))),
        }
        if matches!(fault, Fault::FollowerPaused) { follower } else { leader }
    }

    fn mend(&mut self, fault: Fault, node: u8) {
        match fault {
            Fault::LeaderKilled => self.trial.tell(&format!("start {node}")),
            Fault::FollowerPaused => self.trial.tell(&format!("resume {node}")),
            Fault::LeaderCutOff => self.routes_of(node).for_each(Proxy::heal),
            Fault::AllKilled => (1..=NODES).for_each(|node| self.trial.tell(&format!("start {node}"))),
        }
    }

    fn routes_of(&self, node: u8) -> impl Iterator<Item = &Proxy> {
        self.routes.iter().filter(move |((from, to), _)| *from == node || *to == node).map(|(_, proxy)| proxy)
    }

    /// The node that leads the stream.
    fn leader(&self) -> u8 {
        let name = self.stream().expect("the stream has no leader")["cluster"]["leader"].clone();
        name.as_str().unwrap().strip_prefix("lianjian-").unwrap().parse().unwrap()
    }

    fn wait_until_all_hold_everything(&self) {
        let begun = Instant::now();
        let is_current =
            |replica: &Value| replica["current"] == true && replica["lag"].as_u64().unwrap_or(0) == 0;
        let all = |stream: &Value| {
            let replicas = stream["cluster"]["replicas"].as_array().map(Vec::as_slice).unwrap_or_default();
            replicas.len() + 1 == usize::from(NODES) && replicas.iter().all(is_current)
        };
        while !self.stream().as_ref().is_some_and(all) {
            assert!(begun.elapsed() < CATCH_UP_LIMIT, "{:#?}", self.stream());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Until the servers that are left have made another their leader: only then is the old one really cut off.
    fn wait_until_another_leads(&self, node: u8) {
        let begun = Instant::now();
        let monitors = self.trial.monitors();
        let others = || monitors.iter().enumerate().filter(|(index, _)| index + 1 != usize::from(node));
        let leads = |stream: Value| stream["cluster"]["leader"].as_str() != Some(&format!("lianjian-{node}"));
        while !others().filter_map(|(_, monitor)| stream_at(monitor)).filter(is_led_there).any(leads) {
            assert!(begun.elapsed() < CATCH_UP_LIMIT, "nobody leads but {node}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The stream as the server that leads it describes it.
    fn stream(&self) -> Option<Value> {
        self.trial.monitors().iter().filter_map(|monitor| stream_at(monitor)).find(is_led_there)
    }

    /// Every acknowledged command once and whole, on both instances, in one gapless order, with the same views.
    fn check(self) {
        self.wait_until_all_hold_everything();
        let options: Vec<&str> = self.log.iter().map(String::as_str).collect();
        let token = token_with(&self.folder.join("c"), "auditor", "5108", &options);
        let [one, other] = self.servers.each_ref().map(|server| server.client(&token));
        for server in &self.servers {
            check_every_acknowledged(server, &self.office, &self.ledger);
        }
        let events = events(&one);
        assert_eq!(events, self::events(&other), "the instances differ");
        for (index, event) in events.iter().enumerate() {
            let event: Value = serde_json::from_str(event).unwrap();
            assert_eq!(event["sequence"].as_str().unwrap().parse(), Ok(index + 1), "a gap or a wrong order");
        }
        let last = last_position(&self.ledger);
        for at in [last / 3, last / 2, last] {
            for path in ["cities/5108", "counties/510811/register", "townships/510811210/ledger"] {
                let read = |client: &Client| {
                    get_once_it_is_there(client, &format!("/api/v1/{path}?at={at}&min_position={last}")).text
                };
                assert_eq!(read(&one), read(&other), "{path} at {at}");
            }
        }
        for server in self.servers {
            assert_eq!(server.interrupt(), Some(0));
        }
        let verify = [
            "audit",
            "verify",
            "--deep",
            "--self-consistent",
            "--data",
            self.folder.join("a").to_str().unwrap(),
        ]
        .map(str::to_owned);
        run_well(&verify.iter().map(String::as_str).chain(options).collect::<Vec<_>>());
    }
}

/// What the server of a monitor knows of the stream.
fn stream_at(monitor: &str) -> Option<Value> {
    let answer = Client::open(monitor).get("/jsz?accounts=true&streams=true");
    let said: Value = serde_json::from_str(&answer.text).ok()?;
    let accounts = said["account_details"].as_array()?;
    let mut streams = accounts.iter().filter_map(|account| account["stream_detail"].as_array()).flatten();
    streams.find(|stream| stream["name"] == "LIANJIAN_5108").cloned()
}

/// Whether the server that said this leads the stream: only there the leader is not among the others.
fn is_led_there(stream: &Value) -> bool {
    let cluster = &stream["cluster"];
    let others = cluster["replicas"].as_array().map(Vec::as_slice).unwrap_or_default();
    cluster["leader"].is_string() && others.iter().all(|other| other["name"] != cluster["leader"])
}

/// Every event as it is served, in order.
fn events(client: &Client) -> Vec<String> {
    let mut events: Vec<String> = Vec::new();
    loop {
        let page = client.get(&format!("/api/v1/events?after={}&limit=1000", events.len())).expect(200);
        if page.text.is_empty() {
            return events;
        }
        events.extend(page.text.lines().map(str::to_owned));
    }
}

/// Ways between the nodes that can be cut, and the variables by which the trial takes them.
fn routes(directory: &Path) -> (Routes, Vec<(String, String)>) {
    // Clients, monitors and routes of the nodes, as the trial would choose them itself.
    let held: Vec<TcpListener> = (0..NODES * 3).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let ports: Vec<u16> = held.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
    drop(held);
    std::fs::create_dir_all(directory).unwrap();
    let line: Vec<String> = ports.iter().map(u16::to_string).collect();
    std::fs::write(directory.join("ports"), line.join(" ") + "\n").unwrap();
    let route_port = |node: u8| ports[usize::from(2 * NODES + node) - 1];
    let mut routes = Routes::new();
    // Nobody listens there: no node finds another but on its own ways.
    let mut variables = vec![("TRIAL_CLUSTER_ADVERTISE".to_owned(), "127.0.0.1:1".to_owned())];
    for from in 1..=NODES {
        let mut own = Vec::new();
        for to in (1..=NODES).filter(|to| *to != from) {
            let proxy = Proxy::start(route_port(to));
            own.push(format!("nats-route://127.0.0.1:{}", proxy.port));
            routes.insert((from, to), proxy);
        }
        variables.push((format!("TRIAL_ROUTES_{from}"), format!("[{}]", own.join(","))));
    }
    (routes, variables)
}
