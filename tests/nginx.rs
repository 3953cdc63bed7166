//! A real nginx in front of the service, as it is shipped and as it is out of the box: events arrive as they happen.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Client, Office, Server, client, created, fact, import_places, token};

/// How long an event may take; what a proxy keeps back does not come at all.
const LIMIT: Duration = Duration::from_secs(20);
/// What whoever sets up a proxy writes first.
const OUT_OF_THE_BOX: &str = "server { listen 443 ssl; location / { proxy_pass http://127.0.0.1:8080; } }";

/// An nginx of its own, in front of one server; it ends with the test.
struct Nginx {
    child: Child,
    address: String,
}

impl Nginx {
    /// Starts it with the text of a `server` block, its ports put in and its certificate left out.
    fn start(directory: &Path, block: &str, upstream: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        assert!(block.contains("listen 443 ssl;") && block.contains("http://127.0.0.1:8080;"), "{block}");
        let block = block
            .replace("listen 443 ssl;", &format!("listen {address};"))
            .replace("http://127.0.0.1:8080;", &format!("{upstream};"));
        let block: String = block
            .lines()
            .filter(|line| !line.trim_start().starts_with("ssl_"))
            .map(|line| format!("{line}\n"))
            .collect();
        let folder = directory.join(format!("nginx-{port}"));
        std::fs::create_dir(&folder).unwrap();
        let at = folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary: String =
            temporary.iter().map(|name| format!("{name}_temp_path {at}/{name};\n")).collect();
        let whole = format!(
            "daemon off;\npid {at}/pid;\nerror_log {at}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{block}}}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, whole).unwrap();
        let child = Command::new("nginx")
            .args(["-e".as_ref(), folder.join("error.log").as_os_str(), "-c".as_ref(), file.as_os_str()])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is missing: run tests/fetch-browser-tools");
        let begun = Instant::now();
        while TcpStream::connect(&address).is_err() {
            let errors = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            assert!(begun.elapsed() < LIMIT, "nginx does not listen: {errors}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, address }
    }

    /// The lines of the event stream, from the first one that came.
    fn follow(&self, token: &str, query: &str) -> impl Iterator<Item = String> + use<> {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(LIMIT)).unwrap();
        let head = format!(
            "GET /api/v1/events/stream?{query} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        BufReader::new(connection).lines().map(|line| line.expect("nothing comes through nginx"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it when it is asked to, and not when it is killed.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.child.wait();
        }
    }
}

fn record(officer: &Client, office: &Office, members: u64) -> String {
    let data = json!({ "organization": office.branches[0], "formal_members": members });
    let answer = officer.command("update-organization", &fact("510811", data)).expect(201);
    answer.json()["events"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn events_arrive_through_nginx_while_they_happen() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &["--behind-proxy"]);
    let office = Office::open(&server, &data);
    let (officer, subscriber) = (server.client(&office.officer), token(&data, "subscriber", "510811"));
    let shipped = include_str!("../deploy/nginx.conf");
    for (number, block) in [shipped, OUT_OF_THE_BOX].into_iter().enumerate() {
        let nginx = Nginx::start(directory.path(), block, &server.address);
        let last: u64 = client(&format!("http://{}", nginx.address), &office.officer)
            .get("/api/v1/events?limit=1")
            .expect(200)
            .header("lianjian-position")
            .unwrap()
            .parse()
            .unwrap();
        let mut lines = nginx.follow(&subscriber, &format!("after={last}"));
        // The head and the first comment come before anything happens.
        assert!(lines.by_ref().take(40).any(|line| line == ": lianjian"), "{block}");
        let id = record(&officer, &office, 21 + number as u64);
        // An account that was issued by another process may come first.
        let told = lines.find(|line| line.starts_with("data: ") && line.contains(&id));
        told.expect("the stream ended");
        // And a command through it is taken.
        let through = client(&format!("http://{}", nginx.address), &office.officer);
        let data = json!({ "name": "代理书记", "organization": office.branches[0], "formal_member_since": "2010-07-01" });
        let answer = through.command("register-person", &fact("510811", data)).expect(201);
        assert!(!created(&answer, "person").is_empty());
    }
}
