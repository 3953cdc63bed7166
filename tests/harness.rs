//! What the end-to-end tests share: the real program as a process, a client, and an office set up through commands.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ulid::Ulid;

mod client;

pub use client::{Answer, Client, client, in_session};

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(180);

/// The program, built from what stands in the tree now: a stale binary would prove nothing.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built("lianjian"))
}

/// A binary of the workspace. All are built in one go, so that what they share is built once.
pub fn built(binary: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    // What Cargo tells this test of its package, a dependency's build script would take for news and be built again.
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    {
        cargo.env_remove(name);
    }
    let built =
        cargo.args(["build", "--quiet", "--locked", "--workspace", "--bins"]).current_dir(root).status();
    assert!(built.unwrap().success(), "the workspace's programs do not build");
    let binary = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join(binary);
    assert!(binary.exists(), "no program at {}", binary.display());
    binary
}

/// A folder of `.tools/` that `tests/fetch-subscriber-tools` fills.
pub fn fetched(folder: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(".tools").join(folder);
    assert!(folder.is_dir(), "{} is missing: run tests/fetch-subscriber-tools", folder.display());
    folder
}

/// `node` with a script of the repository. The script is copied beside the packages in a folder of `.tools/`, for that is
/// where Node looks for them; by a rename, so that who starts it at the same time reads all of it.
pub fn node(folder: &str, script: &str) -> Command {
    static COPIES: AtomicU64 = AtomicU64::new(1);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(script);
    let target = fetched(folder).join(source.file_name().unwrap());
    let copy = COPIES.fetch_add(1, Ordering::Relaxed);
    let beside = target.with_extension(format!("{}-{copy}", std::process::id()));
    std::fs::copy(source, &beside).unwrap();
    std::fs::rename(beside, &target).unwrap();
    let mut command = Command::new("node");
    command.arg(target);
    command
}

/// The program, to be started with no more address space than so many megabytes.
pub fn within(megabytes: u64) -> Command {
    let mut command = Command::new("sh");
    let limited = format!("ulimit -v {}; exec \"$@\"", megabytes << 10);
    command.args(["-c", &limited, "sh"]).arg(program());
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(program())
        .args(["--lang", "en"])
        .args(arguments)
        .env_remove("LIANJIAN_TOKEN")
        .output()
        .unwrap()
}

/// Runs the program to its end, which must be a good one; gives its standard output.
pub fn run_well(arguments: &[&str]) -> String {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {:?}\n{error}", output.status.code());
    String::from_utf8(output.stdout).unwrap()
}

/// A fresh key; unique within the run.
pub fn key() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    Ulid::from_parts(1_700_000_000_000, u128::from(COUNTER.fetch_add(1, Ordering::Relaxed))).to_string()
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`, and the path under which it stands.
    pub address: String,
    /// What it said on standard output, line by line, until it was ready.
    pub said: Vec<String>,
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_by(Command::new(program()), data, more, &is_ready)
    }

    /// Starts a server and waits until it has started and says that it is not ready for this reason.
    pub fn start_unready(data: &Path, more: &[&str], reason: &str) -> Self {
        let is_unready = |ready: &Answer| ready.status == 503 && ready.json()["reason"] == reason;
        Self::start_by(Command::new(program()), data, more, &is_unready)
    }

    /// Starts one with no more address space than so many megabytes: what wants more ends at once, and harms no machine.
    pub fn start_within(megabytes: u64, data: &Path, more: &[&str]) -> Self {
        Self::start_by(within(megabytes), data, more, &is_ready)
    }

    fn start_by(
        mut command: Command,
        data: &Path,
        more: &[&str],
        has_started: &dyn Fn(&Answer) -> bool,
    ) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let mut child = command
            .args(["--lang", "en", "serve", "--data", data.to_str().unwrap(), "--listen", &listen])
            .args(more)
            .env("LIANJIAN_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base_path = more.iter().skip_while(|option| **option != "--base-path").nth(1).unwrap_or(&"");
        let mut server = Self { child, address: format!("http://{listen}{base_path}"), said: Vec::new() };
        wait_until(&server.address, has_started);
        // A demonstration prints its sign-in links last: of the city, of an officer and of a clerk.
        let links = |said: &[String]| said.iter().filter(|line| line.contains("/sign-in?")).count();
        while more.iter().any(|option| option.starts_with("--demo")) && links(&server.said) < 3 {
            server.said.push(lines.next().unwrap().unwrap());
        }
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        server
    }

    /// A client with a token.
    pub fn client(&self, token: &str) -> Client {
        client(&self.address, token)
    }

    /// A client without one.
    pub fn anyone(&self) -> Client {
        Client::open(&self.address)
    }

    /// The most memory that it has had so far, in megabytes.
    pub fn peak_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() >> 10
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ctrl-C, and the wait for its clean end.
    pub fn interrupt(mut self) -> Option<i32> {
        let interrupted = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(interrupted.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a server answers that it is ready.
pub fn wait_until_ready(address: &str) {
    wait_until(address, &is_ready);
}

fn is_ready(answer: &Answer) -> bool {
    answer.status == 200
}

/// Waits until `/readyz` answers so.
pub fn wait_until(address: &str, is_so: &dyn Fn(&Answer) -> bool) {
    let begun = Instant::now();
    loop {
        let ready = Client::open(address).get("/readyz");
        if is_so(&ready) {
            return;
        }
        assert!(begun.elapsed() < START_LIMIT, "the server at {address}: {}", ready.text);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A small real office: places and tokens made on the command line, organizations and persons through the service.
pub struct Office {
    /// Clerk of township 510811210.
    pub clerk: String,
    /// Officer of county 510811.
    pub officer: String,
    /// The 乡镇党委.
    pub township_organ: String,
    /// The 县委.
    pub county_organ: String,
    /// The village branches of 510811210205, 206, 207 and 208.
    pub branches: Vec<String>,
    /// A formal member for each branch.
    pub persons: Vec<String>,
}

/// The places of the office.
const PLACES: &str = "code,name,level,parent
5108,广元市,city,51
510811,昭化区,county,5108
510812,朝天区,county,5108
510811210,白果乡,township,510811
510811211,梅树乡,township,510811
510812100,朝天镇,township,510812
510811210205,狮子村民委员会,village,510811210
510811210206,田岩村民委员会,village,510811210
510811210207,月坝村民委员会,village,510811210
510811210208,前进村民委员会,village,510811210
510811211201,梅树村民委员会,village,510811211
";

/// The day from which the office's places and organizations hold.
pub const FOUNDED: &str = "2018-01-01";

/// How many accounts of this process have each name: another one of a name is another person's.
static NAMES: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

/// Issues an account.
pub fn token(data: &Path, role: &str, scope: &str) -> String {
    token_with(data, role, scope, &[])
}

/// Issues an account, with more options.
pub fn token_with(data: &Path, role: &str, scope: &str, more: &[&str]) -> String {
    let data = data.to_str().unwrap();
    let mut name = format!("{role} {scope}");
    let mut names = NAMES.lock().unwrap();
    let known = names.entry(format!("{data} {name}")).or_default();
    *known += 1;
    if *known > 1 {
        name.push_str(&format!(" ({known})"));
    }
    drop(names);
    let asked = ["token", "create", "--data", data, "--role", role, "--scope", scope, "--name", &name];
    run_well(&[&asked, more].concat()).trim().to_owned()
}

/// Imports the places; the log is a real one from here on.
pub fn import_places(data: &Path) {
    import_places_with(data, &[]);
}

/// Imports the places, with more options.
pub fn import_places_with(data: &Path, more: &[&str]) {
    let file = data.parent().unwrap().join("places.csv");
    std::fs::write(&file, PLACES).unwrap();
    let (file, data) = (file.to_str().unwrap(), data.to_str().unwrap());
    let asked = ["import", "places", file, "--as-of", FOUNDED, "--commit", "--data", data];
    run_well(&[&asked, more].concat());
}

impl Office {
    /// Sets the office up; the places must be imported.
    pub fn open(server: &Server, data: &Path) -> Self {
        Self::open_with(server, data, &[])
    }

    /// Sets the office up, with more options for whatever is done on the command line.
    pub fn open_with(server: &Server, data: &Path, more: &[&str]) -> Self {
        let officer = token_with(data, "county_officer", "510811", more);
        let clerk = token_with(data, "township_clerk", "510811210", more);
        let (client, registrar) = (server.client(&officer), server.client(&clerk));
        let organ = |name: &str, kind: &str, host: &str| {
            organization(
                &client,
                json!({"name": name, "form": "organ", "host_kind": kind, "host": host, "formal_members": 9, "probationary_members": 0}),
            )
        };
        let county_organ = organ("中共昭化区委员会", "county", "510811");
        let township_organ = organ("中共白果乡委员会", "township", "510811210");
        let branches: Vec<String> =
            (205..=208).map(|number| branch((&client, &registrar), &format!("510811210{number}"))).collect();
        let persons = branches.iter().map(|branch| {
            let data =
                json!({"name": "测试书记", "organization": branch, "formal_member_since": "2010-07-01"});
            created(&client.command("register-person", &fact("510811", data)).expect(201), "person")
        });
        let persons: Vec<String> = persons.collect();
        let data = json!({"organization": branches[0], "probationary_members": 2});
        settle(&client, &client.command("update-organization", &fact("510811", data)).expect(201));
        Self { clerk, officer, township_organ, county_organ, branches, persons }
    }

    /// The proposal of a merger of two branches.
    pub fn proposal(&self, members: [&str; 2], on: &str) -> Value {
        let data = json!({
            "name": "狮子田岩联合党支部", "arrangement": "merger", "mode": "similar_industry", "form": "branch",
            "members": members, "lead_township": "510811210", "industry": "核桃",
            "justification": {"geography": "相邻", "industry": "核桃", "governance": "同源"},
            "superior_decision": "昭委组〔2018〕1号"
        });
        json!({"effective_date": on, "on_behalf_of": self.township_organ, "data": data})
    }

    /// A survey of the two villages in which enough are in favour.
    pub fn survey(&self, joint_branch: &str, villages: [&str; 2], on: &str) -> Value {
        let entry = |village: &str| json!({"village": village, "asked": 80, "in_favour": 70, "method": "入户", "date": on});
        let data = json!({"joint_branch": joint_branch, "villages": villages.map(entry)});
        json!({"effective_date": on, "on_behalf_of": self.township_organ, "data": data})
    }

    /// A decision of the county with a document.
    pub fn decision(&self, document: &str, on: &str, data: Value) -> Value {
        json!({
            "effective_date": on, "on_behalf_of": self.county_organ, "data": data,
            "document": {"number": document, "issued": on}, "decided_by": {"meeting": "县委常委会", "date": on}
        })
    }

    /// Proposes, surveys and establishes a merger of the first two branches; gives its id.
    pub fn establish(&self, server: &Server, on: &str) -> String {
        let proposal = self.proposal([&self.branches[0], &self.branches[1]], on);
        self.establish_proposed(server, &proposal, ["510811210205", "510811210206"], "昭委〔2018〕7号")
    }

    /// The same with the last two branches.
    pub fn establish_another(&self, server: &Server, on: &str) -> String {
        let mut proposal = self.proposal([&self.branches[2], &self.branches[3]], on);
        proposal["data"]["name"] = json!("第二联合党支部");
        self.establish_proposed(server, &proposal, ["510811210207", "510811210208"], "昭委〔2018〕8号")
    }

    fn establish_proposed(
        &self,
        server: &Server,
        proposal: &Value,
        villages: [&str; 2],
        number: &str,
    ) -> String {
        let (clerk, officer) = (server.client(&self.clerk), server.client(&self.officer));
        let on = proposal["effective_date"].as_str().unwrap();
        let id = created(&clerk.command("propose-joint-branch", proposal).expect(201), "joint_branch");
        clerk.command("record-will-survey", &self.survey(&id, villages, on)).expect(201);
        let decision = self.decision(number, on, json!({"joint_branch": id}));
        settle(&officer, &officer.command("merge-branches", &decision).expect(201));
        id
    }
}

/// Waits until the views hold what a command recorded: they follow the log, they do not precede the answer.
pub fn settle(client: &Client, answer: &Answer) {
    client.get(&format!("/api/v1/counties/510811?min_position={}", answer.json()["position"])).expect(200);
}

/// A fact of the founding day.
pub fn fact(on_behalf_of: &str, data: Value) -> Value {
    json!({"effective_date": FOUNDED, "on_behalf_of": on_behalf_of, "data": data})
}

/// The id, under this name, in the data of the first event of an answer.
pub fn created(answer: &Answer, field: &str) -> String {
    answer.json()["events"][0]["data"][field].as_str().unwrap().to_owned()
}

fn organization(client: &Client, data: Value) -> String {
    created(&client.command("register-organization", &fact("510811", data)).expect(201), "organization")
}

/// A village branch with 20 formal members and 100 households, which the township's clerk records: the officer decides.
fn branch((client, clerk): (&Client, &Client), village: &str) -> String {
    let name = format!("{village} 村党支部");
    let data = json!({"name": name, "form": "branch", "host_kind": "village", "host": village, "formal_members": 20, "probationary_members": 1});
    let id = organization(client, data);
    let households = json!({"value": 100, "unit": "户", "period": "2017", "source": "台账"});
    let data = json!({"organization": id, "profile": {"households": households}});
    clerk.command("update-organization", &fact("510811210", data)).expect(201);
    id
}

/// A running server with its office.
pub struct Desk {
    /// Lives as long as the desk.
    pub _directory: tempfile::TempDir,
    /// The data directory.
    pub data: PathBuf,
    /// The server.
    pub server: Server,
    /// The office.
    pub office: Office,
}

/// A fresh desk in a directory of its own.
pub fn desk() -> Desk {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    Desk { _directory: directory, data, server, office }
}
