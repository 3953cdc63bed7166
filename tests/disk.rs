//! What a disk, a kill or an early look leaves: nothing half done is served, and nothing sound is called damaged.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::harness::{Desk, Server, desk, fact, program, run, run_well};

/// How often doctor looks at a service that is written to.
const LOOKS: usize = 20;
const LONG_LOOKS: usize = 100;
/// After how many milliseconds a command is killed: before it has begun to write, while it does, and after.
const KILLED_AFTER: [u64; 10] = [5, 15, 30, 50, 75, 100, 150, 200, 300, 450];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn said(output: &std::process::Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

/// Starts a command and kills it after a while, if it has not ended by then.
fn run_and_kill(arguments: &[&str], after: Duration) {
    let mut command = Command::new(program());
    let mut child = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
}

/// A desk with a few hundred events.
fn busy_desk() -> Desk {
    let desk = desk();
    let clerk = desk.server.client(&desk.office.clerk);
    for members in 1..300 {
        let data = json!({"organization": desk.office.branches[3], "probationary_members": members});
        clerk.command("update-organization", &fact("510811210", data)).expect(201);
    }
    desk
}

#[test]
fn doctor_never_accuses_a_service_that_is_written_to() {
    let desk = desk();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for branch in &desk.office.branches {
            let clerk = desk.server.client(&desk.office.clerk);
            let is_over = &is_over;
            scope.spawn(move || {
                for members in (1..1_000).cycle().take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    let data = json!({"organization": branch, "probationary_members": members});
                    clerk.command("update-organization", &fact("510811210", data));
                }
            });
        }
        let count = if std::env::var_os("LIANJIAN_TEST_LONG").is_some() { LONG_LOOKS } else { LOOKS };
        let looks: Vec<_> = (0..count).map(|_| run(&["doctor", "--data", text(&desk.data)])).collect();
        is_over.store(true, Ordering::Relaxed);
        for look in looks {
            assert_eq!(look.status.code(), Some(0), "{}", said(&look));
        }
    });
}

#[test]
fn a_restore_that_was_killed_is_never_served_and_the_repeat_is_whole() {
    let desk = busy_desk();
    let parent = desk.data.parent().unwrap();
    let (to, keys, restored) = (parent.join("backup"), parent.join("keys"), parent.join("restored"));
    run_well(&["backup", "--to", text(&to), "--keys-to", text(&keys), "--data", text(&desk.data)]);
    let restore = ["restore", "--from", text(&to), "--keys-from", text(&keys), "--data", text(&restored)];
    let mut cut_off = 0;
    for milliseconds in KILLED_AFTER {
        run_and_kill(&restore, Duration::from_millis(milliseconds));
        if restored.join("restoring").exists() {
            cut_off += 1;
            for arguments in [
                ["serve", "--data", text(&restored), "--listen", "127.0.0.1:0"].as_slice(),
                &["doctor", "--data", text(&restored)],
                &["token", "list", "--data", text(&restored)],
                &["backup", "--to", text(&parent.join("no")), "--data", text(&restored)],
            ] {
                let refused = run(arguments);
                let said = said(&refused);
                assert_eq!(refused.status.code(), Some(5), "{arguments:?} {said}");
                assert!(said.contains("run `restore` again") && said.contains(text(&restored)), "{said}");
            }
        } else if restored.join("log.db").exists() {
            break;
        }
    }
    assert!(cut_off > 0, "no restore was cut off");
    if !restored.join("log.db").exists() || restored.join("restoring").exists() {
        run_well(&restore);
    }
    let server = Server::start(&restored, &[]);
    assert_eq!(server.interrupt(), Some(0));
    run_well(&["audit", "verify", "--deep", "--self-consistent", "--data", text(&restored)]);
    assert_eq!(run(&["doctor", "--data", text(&restored)]).status.code(), Some(0));
}

#[test]
fn an_export_that_was_killed_leaves_no_part_under_its_name() {
    let desk = busy_desk();
    let file = desk.data.parent().unwrap().join("for / the auditors.tar");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    let export = ["audit", "export", text(&file), "--data", text(&desk.data)];
    for milliseconds in KILLED_AFTER {
        run_and_kill(&export, Duration::from_millis(milliseconds));
        if file.exists() {
            run_well(&["audit", "verify", "--self-consistent", "--bundle", text(&file)]);
            std::fs::remove_file(&file).unwrap();
        }
    }
    run_well(&export);
    let there: Vec<_> = std::fs::read_dir(file.parent().unwrap()).unwrap().collect();
    assert_eq!(there.len(), 1, "{there:?}");
    let again = run(&export);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        said(&again).contains(&format!("{} exists and is not overwritten", text(&file))),
        "{}",
        said(&again)
    );
}

#[test]
fn doctor_tells_a_signing_key_that_is_missing_broken_or_another() {
    let desk = desk();
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let key = data.join("signing.key");
    let own = std::fs::read_to_string(&key).unwrap();
    let look = |status: i32, words: &str| {
        let found = run(&["doctor", "--data", text(&data)]);
        assert!(found.status.code() == Some(status) && said(&found).contains(words), "{}", said(&found));
    };
    look(0, "the signing key is there");
    std::fs::write(&key, "nonsense\n").unwrap();
    look(6, "the signing key does not read");
    std::fs::write(&key, own.replacen("5108", "5109", 1)).unwrap();
    look(6, "signing key");
    std::fs::remove_file(&key).unwrap();
    look(5, "signing.key is missing");
    // Whoever only looks leaves nothing behind.
    let files = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = files.filter(|name| name.to_string_lossy().ends_with("-wal")).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new());
}
