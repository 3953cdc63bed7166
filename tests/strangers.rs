//! Somebody on the network without an account, or with one and no manners: bodies that never end, floods, wrong tokens.
//! Nobody else is kept waiting for it, and no disk is filled with it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Office, Server, desk, import_places, token};

/// How long a test waits for what must come sooner.
const PATIENCE: Duration = Duration::from_secs(50);
/// The limits of a service on which reaching one takes a few requests.
const FEW: &str =
    r#"{"limits":{"account_per_second":1,"account_burst":5,"address_per_second":1,"address_burst":40}}"#;

/// A connection on which a request with a body has begun.
fn begun(server: &Server, path: &str, more: &str, length: usize) -> TcpStream {
    let address = server.address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{more}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// The status that is answered on a connection; nothing where it just ends.
fn answered(stream: &mut TcpStream) -> Option<u16> {
    let mut text = Vec::new();
    let mut buffer = [0; 4_096];
    while !text.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => text.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("neither an answer nor an end: {error}"),
        }
    }
    String::from_utf8_lossy(&text).split(' ').nth(1).and_then(|status| status.parse().ok())
}

#[test]
fn no_body_is_waited_for_longer_than_another() {
    let Desk { server, office, .. } = &desk();
    let token = format!("authorization: Bearer {}\r\n", office.officer);
    let paths = [
        ("/sign-in", ""),
        ("/sign-out", ""),
        ("/api/v1/commands/merge-branches", token.as_str()),
        ("/api/v1/trials", &token),
        ("/work/register-place", &token),
        ("/work/register-place/bulk", &token),
        ("/work/register-place/bulk/record", &token),
        ("/log/names", &token),
    ];
    let mut slow: Vec<_> = paths
        .iter()
        .map(|(path, more)| {
            let mut stream = begun(server, path, more, 1_000);
            stream.write_all(b"{").unwrap();
            (path, stream)
        })
        .collect();
    for (path, stream) in &mut slow {
        assert!(matches!(answered(stream), Some(408)), "{path}");
    }
}

#[test]
fn who_shows_no_account_is_sent_away_before_anything_is_kept() {
    let Desk { server, .. } = &desk();
    let before = server.peak_megabytes();
    let piece = vec![b' '; 900 << 10];
    let paths =
        ["/api/v1/trials", "/api/v1/commands/merge-branches", "/work/register-place/bulk", "/log/names"];
    let mut open: Vec<_> = (0..160).map(|at| begun(server, paths[at % paths.len()], "", 4 << 20)).collect();
    for stream in &mut open {
        // Who is refused already reads no more.
        let _ = stream.write_all(&piece);
    }
    for stream in &mut open {
        assert!(matches!(answered(stream), Some(401) | None));
    }
    let grown = server.peak_megabytes() - before;
    assert!(grown < 60, "{grown} MB for 140 MB that nobody asked for");
}

fn rows(auditor: &Client) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = auditor.get(&format!("/api/v1/access-log?limit=5000{cursor}")).expect(200).json();
        rows.extend(page["rows"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

#[test]
fn a_flood_of_strangers_is_counted_and_a_good_token_goes_on() {
    let Desk { server, data, office, .. } = &desk();
    let auditor = server.client(&token(data, "auditor", "5108"));
    let before = rows(&auditor).len();
    let (nobody, guessing) = (server.anyone(), server.client("lj_guess"));
    let mut statuses = Vec::new();
    for number in 0..300 {
        nobody.get(&format!("/api/v1/counties/510811?as_of=2018-01-{number}")).expect(401);
        statuses.push(guessing.get("/api/v1/places"));
    }
    // The first few are told that they are wrong, and the rest to wait.
    assert_eq!(statuses.iter().filter(|answer| answer.status == 401).count(), 10);
    let last = statuses.last().unwrap();
    assert_eq!((last.status, last.json()["type"].as_str()), (429, Some("/problems/too-many-requests")));
    assert!(last.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    server.client(&office.officer).get("/api/v1/counties/510811").expect(200);
    let after = rows(&auditor);
    let counted: Vec<&Value> = after.iter().filter(|row| row["act"] == "refused").collect();
    assert_eq!(counted.iter().map(|row| row["count"].as_u64().unwrap()).sum::<u64>(), 600);
    assert!(after.len() - before < 20, "{} entries", after.len() - before);
    assert!(counted.iter().all(|row| row["address"] == "127.0.0.1" && row["who"] == "-"));
    // Every other entry says from where it came, but those of the service itself.
    let own = after.iter().filter(|row| row["act"] != "service");
    assert!(own.into_iter().all(|row| row["address"].is_string()), "{after:?}");
}

#[test]
fn guessing_at_the_sign_in_is_slowed_down_and_signing_in_is_not() {
    let Desk { server, office, .. } = &desk();
    let form = server.anyone().with("content-type", "application/x-www-form-urlencoded");
    let tried: Vec<u16> = (0..15)
        .map(|number| match number % 2 {
            0 => form.post("/sign-in", format!("token=lj_{number}").as_bytes()).status,
            _ => server.anyone().get(&format!("/sign-in?code={number}")).status,
        })
        .collect();
    assert_eq!(tried, [[403; 10].as_slice(), &[429; 5]].concat());
    let refused = form.post("/sign-in", b"token=lj_x").expect(429);
    assert!(refused.text.contains("<html") && refused.header("retry-after").is_some(), "{}", refused.text);
    form.post("/sign-in", format!("token={}", office.officer).as_bytes()).expect(303);
}

/// A service with low limits.
fn limited(directory: &Path, more: &[&str]) -> (Server, [String; 2]) {
    let (data, config) = (directory.join("data"), directory.join("config.json"));
    import_places(&data);
    std::fs::write(&config, FEW).unwrap();
    let tokens = ["510811", "510812"].map(|scope| token(&data, "county_officer", scope));
    let more = [&["--config", config.to_str().unwrap()], more].concat();
    (Server::start(&data, &more), tokens)
}

#[test]
fn one_account_that_asks_too_often_waits_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (server, [first, second]) = limited(directory.path(), &[]);
    let path = "/api/v1/counties/510811";
    let first = server.client(&first);
    let statuses: Vec<u16> = (0..12).map(|_| first.get(path).status).collect();
    assert!(statuses.starts_with(&[200; 5]) && statuses.contains(&429), "{statuses:?}");
    let refused = first.command("merge-branches", &json!({}));
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    let second = server.client(&second);
    second.get("/api/v1/counties/510812").expect(200);
    // An address with many accounts has an allowance too; whether the service lives, anybody may ask.
    let begun = Instant::now();
    while second.get("/style.css").status != 429 {
        assert!(begun.elapsed() < PATIENCE);
    }
    server.anyone().get("/healthz").expect(200);
}

#[test]
fn behind_a_proxy_it_is_the_address_that_the_proxy_saw_which_counts() {
    let directory = tempfile::tempdir().unwrap();
    let (server, [officer, _]) = limited(directory.path(), &["--behind-proxy"]);
    // What a caller writes himself stands before what the proxy appends.
    let from = |address: &str| server.anyone().with("x-forwarded-for", &format!("192.0.2.9, {address}"));
    let flooding = from("198.51.100.7");
    let begun = Instant::now();
    while flooding.get("/style.css").status != 429 {
        assert!(begun.elapsed() < PATIENCE);
    }
    from("198.51.100.8").get("/style.css").expect(200);
    // Of the sixth version a whole network is one asker.
    for host in 1..=60 {
        from(&format!("2001:db8::{host:x}")).get("/style.css");
    }
    from("2001:db8::ffff").get("/style.css").expect(429);
    from("2001:db8:0:1::1").get("/style.css").expect(200);
    server.client(&officer).with("x-forwarded-for", "203.0.113.5").get("/api/v1/counties/510811").expect(200);
    let auditor = token(&directory.path().join("data"), "auditor", "5108");
    let rows = rows(&server.client(&auditor).with("x-forwarded-for", "203.0.113.6"));
    let read = rows.iter().find(|row| row["role"] == "county_officer").unwrap();
    assert_eq!(read["address"], "203.0.113.5");
}

#[test]
fn a_stream_ends_with_the_session_that_opened_it() {
    let Desk { server, office, .. } = &desk();
    let form = server.anyone().with("content-type", "application/x-www-form-urlencoded");
    let signed = form.post("/sign-in", format!("token={}", office.officer).as_bytes()).expect(303);
    let cookie = signed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let address = server.address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let asked = format!(
        "GET /api/v1/events/stream HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).unwrap();
    assert_eq!(answered(&mut stream), Some(200));
    let page = server.anyone().with("cookie", &cookie).get("/counties/510811").expect(200);
    let (_, rest) = page.text.split_once("name=\"_token\" value=\"").unwrap();
    let own = rest.split('"').next().unwrap();
    form.with("cookie", &cookie).post("/sign-out", format!("_token={own}").as_bytes()).expect(303);
    // What is recorded afterwards is the first thing that it would be told.
    another_event(server, office);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(!rest.contains("梅树变更"), "{rest}");
}

fn another_event(server: &Server, office: &Office) {
    let data = json!({"name": "梅树变更", "form": "organ", "host_kind": "township", "host": "510811211", "formal_members": 9, "probationary_members": 0});
    let body = json!({"effective_date": "2018-01-01", "on_behalf_of": "510811", "data": data});
    server.client(&office.officer).command("register-organization", &body).expect(201);
}
