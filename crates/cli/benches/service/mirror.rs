//! A mirror that begins to hold a long log, and the city that comes back from it once its disk is gone.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::city::{program, write_city};
use crate::load::Serving;
use crate::timed;

/// Mirrors a city of so many events, deletes it, restores it and serves it again.
pub fn mirror(directory: &Path, events: u64) {
    let [city, mirror, restored, second] =
        ["city", "mirror", "restored", "second"].map(|name| directory.join(name));
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    write_city(&city, events);
    println!("\na mirror of a city of {events} events");
    let serving = Serving::start(&city);
    let [trust, token] = ["trusted.keys", "auditor.token"].map(|name| directory.join(name));
    std::fs::write(&trust, program(&["audit", "keys", "--data", &path(&city)])).expect("the keys");
    let create = ["token", "create", "--role", "auditor", "--scope", "5108", "--name", "auditor", "--data"];
    std::fs::write(&token, program(&[&create[..], &[&path(&city)]].concat())).expect("a token");
    std::thread::sleep(Duration::from_secs(2));
    let (trust, token, address) = (path(&trust), path(&token), format!("http://{}", serving.host()));
    let own = ["mirror", "--data", &path(&mirror), "--name", "bench.example.cn", "--trust", &trust];
    let own = [&own[..], &["--token-file", &token, "--log-url", &address]].concat();
    let seconds = timed(|| drop(program(&[&own[..], &["--once"]].concat())));
    println!("the first copy     {:>10.0} events/s, {seconds:.1} s", events as f64 / seconds);
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let host = free.expect("a port").to_string();
    let mut held = Command::new(env!("CARGO_BIN_EXE_lianjian"))
        .args(&own)
        .args(["--listen", &host])
        .stdout(Stdio::null())
        .spawn()
        .expect("the mirror starts");
    let begun = Instant::now();
    while std::net::TcpStream::connect(&host).is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("its second start   {:>10.1} s", begun.elapsed().as_secs_f64());
    serving.stop();
    let key = std::fs::read(city.join("signing.key")).expect("the key");
    std::fs::remove_dir_all(&city).expect("the city's directory goes");
    let at = format!("http://{host}");
    for (what, from, data) in [("address", at, &restored), ("directory", path(&mirror), &second)] {
        let data = path(data);
        let restore = ["restore", "--from-mirrors", &from, "--trust", &trust, "--data", &data];
        let seconds = timed(|| drop(program(&restore)));
        println!("restored by its {what:<9} {seconds:>6.1} s, verified as `audit verify --deep` does");
    }
    held.kill().and_then(|()| held.wait()).expect("the mirror ends");
    std::fs::write(restored.join("signing.key"), key).expect("the key is put back");
    std::process::Command::new("chmod").arg("600").arg(restored.join("signing.key")).status().expect("chmod");
    let (serving, seconds) = Serving::start_timed(&restored);
    println!("served again after {seconds:>10.1} s");
    serving.stop();
}
