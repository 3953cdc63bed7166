//! What is kept and for how long: names that are erased stay erased, whatever is rebuilt, replayed or put back.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{
    Client, Office, Server, created, desk, fact, import_places, program, run, run_well, settle, token,
};

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

/// What the program says in Chinese.
fn in_chinese(arguments: &[&str]) -> String {
    let output = Command::new(program()).args(["--lang", "zh"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The years in which a joint branch lived and was graded, with a correction.
fn a_life(server: &Server, office: &Office) -> String {
    let officer = server.client(&office.officer);
    let clerk = server.client(&office.clerk);
    let id = office.establish(server, "2018-06-01");
    let grade = |grade: &str, more: Value| {
        let mut data = json!({"joint_branch": id, "quarter": "2018Q2", "grade": grade});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    let fact = |data: Value, on: &str| json!({"effective_date": on, "on_behalf_of": office.township_organ, "data": data});
    clerk.command("evaluate-quarter", &fact(grade("poor", json!({})), "2018-07-05")).expect(201);
    let corrected = grade("fair", json!({"reason": "评分汇总有误"}));
    let corrected = office.decision("昭委〔2018〕30号", "2018-08-01", corrected);
    settle(&officer, &officer.command("correct-evaluation", &corrected).expect(201));
    id
}

#[test]
fn an_auditor_sees_the_past_and_what_changed_since_with_both_values() {
    let desk = desk();
    let (server, office) = (&desk.server, &desk.office);
    let id = a_life(server, office);
    let auditor = desk.data.parent().unwrap().join("auditor.token");
    std::fs::write(&auditor, token(&desk.data, "auditor", "5108")).unwrap();
    let local = ["--data", desk.data.to_str().unwrap()];
    let remote = ["--server", &server.address, "--token-file", auditor.to_str().unwrap()];
    let asked = |command: &[&str], place: &[&str]| run_well(&[&["audit"], command, place].concat());
    let county = ["--tier", "county", "--code", "510811"];
    for place in [&local[..], &remote[..]] {
        let then = [&["replay", "--as-of", "2018-06-15", "--json"], &county[..]].concat();
        let then: Value = serde_json::from_str(&asked(&then, place)).unwrap();
        assert_eq!(
            (then["rows"][0]["id"].as_str(), &then["rows"][0]["last_grades"]),
            (Some(&*id), &json!([]))
        );
        let before = asked(&["replay", "--as-of", "2018-05-31", "--json"], place);
        let before: Value = serde_json::from_str(&before).unwrap();
        assert_eq!(before["figures"]["joint_branches"]["value"], 0);
        let told = ["diff", "--from", "2018-06-15", "--to", "2018-12-31", "--json"];
        let told: Value = serde_json::from_str(&asked(&told, place)).unwrap();
        let changes = told["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 2, "{told}");
        let correction = &changes[1];
        assert_eq!(correction["type"], "joint-branch.evaluation-corrected");
        assert_eq!(correction["document"]["number"], "昭委〔2018〕30号");
        assert_eq!(
            (&correction["reason"], &correction["actor_role"]),
            (&json!("评分汇总有误"), &json!("county_officer"))
        );
        let grade = correction["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["field"] == "evaluations.2018Q2.grade");
        assert_eq!(
            grade.map(|grade| (&grade["before"], &grade["after"])),
            Some((&json!("poor"), &json!("fair")))
        );
    }
    // On paper: who, in whose name, on which document, why; 80 columns.
    let paper = ["audit", "diff", "--from", "2018-06-15", "--to", "2018-12-31"];
    let paper = in_chinese(&[&paper[..], &local[..]].concat());
    for part in [
        "更正评估",
        "county_officer 510811",
        "中共昭化区委员会",
        "昭委〔2018〕30号",
        "评分汇总有误",
        "较差 → 一般",
    ] {
        assert!(paper.contains(part), "{part} is not in\n{paper}");
    }
    let columns =
        |line: &str| line.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest = paper.lines().filter(|line| !line.starts_with('─')).map(columns).max();
    assert!(widest.is_some_and(|widest| widest <= 84), "{paper}");
    let csv = asked(&["diff", "--from", "2018-06-15", "--to", "2018-12-31", "--csv"], &local);
    assert!(
        csv.starts_with("\u{feff}position,effective_date,")
            && csv.contains("evaluations.2018Q2.grade,poor,fair"),
        "{csv}"
    );
    let register = asked(&[&["replay", "--csv"], &county[..]].concat(), &local);
    assert!(register.contains(&id), "{register}");
    let replayed = ["audit", "replay", "--as-of", "2018-06-15"];
    let replayed = in_chinese(&[&replayed[..], &county[..], &local[..]].concat());
    assert!(
        replayed.contains("2018-06-15 当日生效的情况") && replayed.contains("狮子田岩联合党支部"),
        "{replayed}"
    );
}

/// A county's own template of a paper.
const APPROVAL: &str =
    "机关：某委\n标题：本区的批复\n落款：某委\n日期：{{成文日期}}\n\n同意{{联合党组织}}。\n";

#[test]
fn a_backup_taken_while_the_service_works_is_restored_verified_and_served() {
    let desk = desk();
    let (server, office) = (&desk.server, &desk.office);
    let id = a_life(server, office);
    let parent = desk.data.parent().unwrap();
    let path = |name: &str| parent.join(name).to_str().unwrap().to_owned();
    let (data, to, keys, restored) = (path("data"), path("backup"), path("keys"), path("restored"));
    let key = std::fs::read_to_string(desk.data.join("signing.key")).unwrap();
    // The access log of another instance that served this log is kept beside the own one.
    drop(event_log::AccessStore::open(&parent.join("other"), "01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap());
    std::fs::copy(parent.join("other/access.db"), desk.data.join("access-b.db")).unwrap();
    // A county has a paper of its own.
    let own = Path::new("papers/510811/approval.txt");
    std::fs::create_dir_all(desk.data.join(own).parent().unwrap()).unwrap();
    std::fs::write(desk.data.join(own), APPROVAL).unwrap();
    // Somebody goes on working meanwhile.
    let clerk = server.client(&office.clerk);
    let branch = office.branches[3].clone();
    let busy = std::thread::spawn(move || {
        for members in 1..40 {
            let data = json!({"organization": branch, "probationary_members": members});
            clerk.command("update-organization", &fact("510811210", data)).expect(201);
        }
    });
    run_well(&["backup", "--to", &to, "--keys-to", &keys, "--data", &data]);
    busy.join().unwrap();
    assert_eq!(std::fs::read_to_string(Path::new(&keys).join("signing.key")).unwrap(), key);
    assert!(!is_anywhere(Path::new(&to), key.trim()), "keys stand apart");
    assert!(!is_anywhere(&Path::new(&to).join("log"), "测试书记"), "names stand apart");
    assert_eq!(run(&["backup", "--to", &to, "--data", &data]).status.code(), Some(2));

    let restore = ["restore", "--from", &to, "--keys-from", &keys, "--data", &restored];
    let said = run_well(&restore);
    assert!(said.contains("verified"), "{said}");
    assert_eq!(run(&restore).status.code(), Some(2), "a directory that holds something is not taken");
    let again = Server::start(Path::new(&restored), &[]);
    let joint_branch = again.client(&office.officer).get(&format!("/api/v1/joint-branches/{id}")).expect(200);
    assert!(joint_branch.text.contains("狮子田岩联合党支部"));
    assert!(Path::new(&restored).join("signing.key").exists());
    assert!(Path::new(&restored).join("access-b.db").exists());
    assert_eq!(std::fs::read_to_string(Path::new(&restored).join(own)).unwrap(), APPROVAL);
    assert_eq!(again.interrupt(), Some(0));
    assert_eq!(verify(&restored).status.code(), Some(0));

    // A byte that changed is found before anything is written.
    let file = Path::new(&to).join("log/log.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let elsewhere = path("elsewhere");
    assert_eq!(run(&["restore", "--from", &to, "--data", &elsewhere]).status.code(), Some(5));
    assert!(!Path::new(&elsewhere).exists());
}

#[test]
fn older_names_are_restored_without_those_that_were_erased_since() {
    let desk = desk();
    let (server, office) = (&desk.server, &desk.office);
    let officer = server.client(&office.officer);
    let person = register(&officer, office);
    let path = |name: &str| desk.data.parent().unwrap().join(name).to_str().unwrap().to_owned();
    let (data, before, after, restored) = (path("data"), path("before"), path("after"), path("restored"));
    run_well(&["backup", "--to", &before, "--data", &data]);
    officer.command("erase-person", &erasure(office, &person)).expect(201);
    run_well(&["backup", "--to", &after, "--data", &data]);
    assert!(is_anywhere(Path::new(&before), NAME) && !is_anywhere(Path::new(&after), NAME));
    let said = run_well(&["restore", "--from", &after, "--names-from", &before, "--data", &restored]);
    assert!(said.contains("1 values and scans deleted") && said.contains("verified"), "{said}");
    assert!(!is_anywhere(Path::new(&restored), NAME) && is_anywhere(Path::new(&restored), "测试书记"));
}
