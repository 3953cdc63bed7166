//! Kills the real program at random under load and finds every acknowledged command, none half, none twice.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::harness::{Office, Server, import_places, run};
use crate::load::{Ledger, Load, check_every_acknowledged, repeat_unanswered};

/// Kills in a short run and in a long one.
const KILLS: usize = 50;
const LONG_KILLS: usize = 500;

#[test]
fn a_killed_server_has_every_acknowledged_command_whole_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Arc::new(Office::open(&server, &data));
    server.kill();
    let ledger = Ledger::default();
    let kills = if std::env::var_os("LIANJIAN_TEST_LONG").is_some() { LONG_KILLS } else { KILLS };
    // A fixed seed: the moments of the kills differ from each other, not from run to run.
    let mut seed = 0x5eed_u64;
    for round in 0..kills {
        let server = Server::start(&data, &[]);
        repeat_unanswered(&server, &office, &ledger);
        let load = Load::start(&[&server], &office, &ledger, round);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(20 + (seed >> 33) % 300));
        server.kill();
        load.stop();
    }
    let server = Server::start(&data, &[]);
    repeat_unanswered(&server, &office, &ledger);
    let acknowledged = check_every_acknowledged(&server, &office, &ledger);
    assert!(acknowledged > KILLS, "the load was no load: {acknowledged} commands");
    assert_eq!(server.interrupt(), Some(0));
    verify(&data);
}

fn verify(data: &Path) {
    let output = run(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
