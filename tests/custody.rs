//! What is kept and for how long: names that are erased stay erased, whatever is rebuilt, replayed or put back.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Client, Office, Server, created, fact, import_places, run, run_well};

/// A name that stands nowhere else.
const NAME: &str = "欧阳无忌";

/// Registers a person of that name in the first branch.
fn register(client: &Client, office: &Office) -> String {
    let data = json!({"name": NAME, "organization": office.branches[0], "formal_member_since": "2010-07-01"});
    created(&client.command("register-person", &fact("510811", data)).expect(201), "person")
}

/// The county's decision to erase a person, with the township's document.
fn erasure(office: &Office, person: &str) -> Value {
    let document = json!({"number": "白委〔2019〕31号", "issued": "2019-05-02"});
    let consent = json!({"organization": office.township_organ, "document": document});
    let data = json!({"person": person, "ground": "consent_withdrawn", "consent": consent});
    office.decision("昭委〔2019〕8号", "2019-06-01", data)
}

/// The township's decision that makes a person secretary.
fn assignment(office: &Office, joint_branch: &str, person: &str) -> Value {
    let data = json!({"joint_branch": joint_branch, "person": person, "source": "strong_village_leader", "term_start": "2018-06-02"});
    let decided = json!({"meeting": "乡党委会", "date": "2018-06-02"});
    json!({"effective_date": "2018-06-02", "on_behalf_of": office.township_organ, "decided_by": decided, "data": data})
}

/// Whether a file below the directory holds the bytes of a text.
fn is_anywhere(directory: &Path, text: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_anywhere(&path, text);
        }
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn verify(data: &str) -> std::process::Output {
    run(&["audit", "verify", "--deep", "--self-consistent", "--data", data])
}

#[test]
fn an_erased_name_is_gone_and_nothing_brings_it_back() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let at = data.to_str().unwrap();
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    let person = register(&server.client(&office.officer), &office);
    assert_eq!(server.interrupt(), Some(0));
    // The store of names as it is now, to be put back in the place of the one that forgets.
    let earlier = directory.path().join("control.db");
    std::fs::copy(data.join("control.db"), &earlier).unwrap();

    let server = Server::start(&data, &[]);
    let officer = server.client(&office.officer);
    let joint_branch = office.establish(&server, "2018-06-01");
    officer.command("assign-secretary", &assignment(&office, &joint_branch, &office.persons[0])).expect(201);
    let refused = officer.command("erase-person", &erasure(&office, &office.persons[0])).expect(422).json();
    assert_eq!(refused["rule"], "erasure-in-post");
    server.client(&office.clerk).command("erase-person", &erasure(&office, &person)).expect(403);
    assert!(is_anywhere(&data, NAME));
    officer.command("erase-person", &erasure(&office, &person)).expect(201);
    assert!(!is_anywhere(&data, NAME));
    let again = officer.command("erase-person", &erasure(&office, &person)).expect(422).json();
    assert_eq!(again["rule"], "person-erased");
    assert_eq!(server.interrupt(), Some(0));
    let verified = verify(at);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));

    run_well(&["rebuild", "--data", at]);
    assert!(!is_anywhere(&data, NAME));
    std::fs::copy(&earlier, data.join("control.db")).unwrap();
    let verified = verify(at);
    assert_eq!(verified.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&verified.stdout).contains("erased-kept"));
    let server = Server::start(&data, &[]);
    assert!(!is_anywhere(&data, NAME));
    // Whoever was never erased is still named: only what the tombstone says goes.
    assert!(is_anywhere(&data, "测试书记"));
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(verify(at).status.code(), Some(0));
}

#[test]
fn a_lost_name_without_a_tombstone_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    assert_eq!(server.interrupt(), Some(0));
    let at = data.to_str().unwrap();
    assert_eq!(verify(at).status.code(), Some(0));
    std::fs::remove_file(data.join("control.db")).unwrap();
    let verified = verify(at);
    assert_eq!(verified.status.code(), Some(5));
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    for person in &office.persons {
        assert!(said.contains(&format!("person/{person} /name")), "{said}");
    }
}
