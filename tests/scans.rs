//! Documents' scans through the real program: stored and refused by their content, shown to whoever may read a record that
//! names them, kept by backups, counted by `doctor`, and erased for good.

use std::path::Path;

use serde_json::{Value, json};

use crate::browser::{Browser, SCREEN, sign_in};
use crate::harness::{Client, Office, Server, desk, import_places, run, run_well, settle, token};

const NUMBER: &str = "白委〔2018〕9号";

/// A picture with something in it that tells it from others.
fn png(text: &str) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], name, data, &[0; 4]].concat()
    };
    let parts = [chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", text.as_bytes()), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n", &parts.concat()[..]].concat()
}

/// A PDF of a page with something in it.
fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj\n<< /Type /Catalog {text} >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n")
        .into_bytes()
}

fn upload(client: &Client, bytes: &[u8]) -> String {
    let answer = client.post("/api/v1/scans", bytes).expect(201).json();
    answer["sha256"].as_str().unwrap().to_owned()
}

/// The township gives powers down, on a document with a scan.
fn delegation(office: &Office, joint_branch: &str, scan: Option<&str>) -> Value {
    let mut document = json!({"number": NUMBER, "issued": "2018-06-10"});
    if let Some(scan) = scan {
        document["sha256"] = scan.into();
    }
    json!({
        "effective_date": "2018-06-11", "on_behalf_of": office.township_organ, "document": document,
        "decided_by": {"meeting": "乡党委会", "date": "2018-06-10"},
        "data": {"joint_branch": joint_branch, "powers": ["personnel"]}
    })
}

fn erasure(office: &Office, on: &str) -> Value {
    let document = json!({"number": "白委〔2019〕31号", "issued": "2019-05-02"});
    let consent = json!({"organization": office.township_organ, "document": document});
    let data = json!({"issuer": office.township_organ, "number": NUMBER, "ground": "purpose_achieved", "consent": consent});
    office.decision("昭委〔2019〕9号", on, data)
}

fn file_of(data: &Path, hash: &str) -> std::path::PathBuf {
    data.join("scans").join(&hash[..2]).join(hash)
}

/// Waits for what happens just after an answer.
fn is_gone_soon(file: &Path) {
    let begun = std::time::Instant::now();
    while file.exists() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{} is still there", file.display());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn scans_are_taken_by_their_content_and_nothing_of_the_others_is_stored() {
    let directory = tempfile::tempdir().unwrap();
    import_places(directory.path());
    let server = Server::start(directory.path(), &[]);
    let office = Office::open(&server, directory.path());
    let clerk = server.client(&office.clerk);
    let too_long = [pdf("").as_slice(), &vec![b' '; 20 << 20]].concat();
    let refused: [(&[u8], u16, &str); 6] = [
        (b"", 422, "空"),
        (b"PK\x03\x04 a zip", 422, "OFD"),
        (b"<html><script>", 422, "PDF、JPEG、PNG 或 OFD"),
        (&pdf("/OpenAction << /S /Java#53cript /JS (app.alert(1)) >>"), 422, "JavaScript"),
        (&pdf("/Names << /EmbeddedFiles 3 0 R >>"), 422, "附带"),
        (&too_long, 413, "上限"),
    ];
    for (bytes, status, said) in refused {
        let problem = clerk.post("/api/v1/scans", bytes).expect(status).json();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
    assert!(!directory.path().join("scans").exists());
    let answer = clerk.post("/api/v1/scans", &pdf("")).expect(201).json();
    assert_eq!((&answer["media_type"], &answer["size"]), (&json!("application/pdf"), &json!(pdf("").len())));
    assert!(file_of(directory.path(), answer["sha256"].as_str().unwrap()).exists());
    // Who only reads stores nothing, and nobody without a token does.
    let auditor = token(directory.path(), "auditor", "5108");
    server.client(&auditor).post("/api/v1/scans", &png("x")).expect(403);
    Client::open(&server.address).post("/api/v1/scans", &png("x")).expect(401);
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn a_scan_is_handed_to_whoever_reads_a_record_that_names_it_and_each_time_is_noted() {
    let directory = tempfile::tempdir().unwrap();
    import_places(directory.path());
    let server = Server::start(directory.path(), &[]);
    let office = Office::open(&server, directory.path());
    let (clerk, officer) = (server.client(&office.clerk), server.client(&office.officer));
    let bytes = png("a page");
    let hash = upload(&clerk, &bytes);
    let path = format!("/api/v1/scans/{hash}");
    // Nobody has named it yet.
    officer.get(&path).expect(404);
    let joint_branch = office.establish(&server, "2018-06-01");
    let answer =
        clerk.command("delegate-power", &delegation(&office, &joint_branch, Some(&hash))).expect(201);
    settle(&officer, &answer);
    assert_eq!(officer.download(&path), bytes);
    assert_eq!(clerk.download(&path), bytes);
    let answer = clerk.get(&path);
    let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
    assert_eq!(
        (header("content-type"), header("x-content-type-options")),
        ("image/png".into(), "nosniff".into())
    );
    assert!(header("content-disposition").starts_with("attachment; filename=\"scan-"));
    assert!(header("content-security-policy").starts_with("sandbox"));
    for (role, scope) in [("township_clerk", "510811211"), ("county_officer", "510812")] {
        let other = token(directory.path(), role, scope);
        server.client(&other).get(&path).expect(404);
    }
    server.client(&office.clerk).get("/api/v1/scans/nothing").expect(404);
    // The register of documents leads to it, and to nothing of a document without one.
    let list = officer.get("/api/v1/lists/documents?scope=510811").expect(200).json();
    let row = list["rows"].as_array().unwrap().iter().find(|row| row["number"] == NUMBER).unwrap().clone();
    assert_eq!((&row["sha256"], &row["scan_erased"]), (&json!(hash), &json!(false)));
    let page = officer.get("/lists/documents?scope=510811").expect(200).text;
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains("有扫描件"));
    let page = officer.get(&format!("/joint-branches/{joint_branch}")).expect(200).text;
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains("无扫描件"));
    let auditor = server.client(&token(directory.path(), "auditor", "5108"));
    let log = auditor.get("/api/v1/access-log?limit=5000").expect(200).json();
    let read = log["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["path"] == json!(path) && row["status"] == 200);
    assert!(read.count() >= 3);
    assert_eq!(server.interrupt(), Some(0));
}

/// A form in parts, with a file under the name of a document's hash.
fn form(
    step: &str,
    key: &str,
    office: &Office,
    joint_branch: &str,
    file: (&str, &[u8]),
    claimed: &str,
) -> Vec<u8> {
    let fields = [
        ("_key", key),
        ("_step", step),
        ("/effective_date", "2018-06-11"),
        ("/on_behalf_of", &office.township_organ),
        ("/document/number", NUMBER),
        ("/document/issued", "2018-06-10"),
        ("/document/sha256", claimed),
        ("/decided_by/meeting", "乡党委会"),
        ("/decided_by/date", "2018-06-10"),
        ("/data/joint_branch", joint_branch),
        ("/data/powers/0", "personnel"),
    ];
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = format!(
        "--part\r\nContent-Disposition: form-data; name=\"scan:/document/sha256\"; filename=\"{}\"\r\nContent-Type: application/pdf\r\n\r\n",
        file.0
    );
    body.extend(head.bytes());
    body.extend(file.1);
    body.extend(b"\r\n--part--\r\n");
    body
}

#[test]
fn a_form_takes_the_scan_and_says_what_came_of_it_without_any_script() {
    let directory = tempfile::tempdir().unwrap();
    import_places(directory.path());
    let server = Server::start(directory.path(), &[]);
    let office = Office::open(&server, directory.path());
    let joint_branch = office.establish(&server, "2018-06-01");
    let clerk = server.client(&office.clerk).with("content-type", "multipart/form-data; boundary=part");
    let page = clerk.get(&format!("/work/delegate-power?joint_branch={joint_branch}")).expect(200).text;
    assert!(
        page.contains("type=\"file\" name=\"scan:/document/sha256\"")
            && page.contains("enctype=\"multipart/form-data\"")
    );
    let key = crate::harness::key();
    let send = |step: &str, file: (&str, &[u8]), claimed: &str| {
        clerk
            .post("/work/delegate-power", &form(step, &key, &office, &joint_branch, file, claimed))
            .expect(200)
            .text
    };
    let script = send("preview", ("scan.pdf", &pdf("/S /JavaScript")), "");
    assert!(
        script.contains("id=\"field-document-sha256-error\"") && script.contains("JavaScript"),
        "{script}"
    );
    let other = send("preview", ("scan.png", &png("page")), &"0".repeat(64));
    assert!(other.contains("与所填的不同"), "{other}");
    let preview = send("preview", ("scan.png", &png("page")), "");
    let hash = preview.split("name=\"/document/sha256\" value=\"").nth(1).unwrap()[..64].to_owned();
    assert!(preview.contains("扫描件已收到") && preview.contains("校验值由系统计算"), "{preview}");
    let agreed = send("preview", ("scan.png", &png("page")), &hash);
    assert!(agreed.contains("校验值一致"), "{agreed}");
    // Nothing chosen is nothing sent.
    let recorded =
        clerk.post("/work/delegate-power", &form("record", &key, &office, &joint_branch, ("", b""), &hash));
    assert_eq!(recorded.status, 303, "{}", recorded.text);
    let position = recorded.header("location").unwrap().to_owned();
    assert!(clerk.get(&position).expect(200).text.contains(&format!("/api/v1/scans/{hash}")));
    assert_eq!(clerk.download(&format!("/api/v1/scans/{hash}")), png("page"));
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn backups_keep_scans_and_what_was_erased_never_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let (data, backup) = (directory.path().join("data"), directory.path().join("backup"));
    let at = |path: &Path| path.to_str().unwrap().to_owned();
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    let (clerk, officer) = (server.client(&office.clerk), server.client(&office.officer));
    let joint_branch = office.establish(&server, "2018-06-01");
    let hash = upload(&clerk, &png("names somebody"));
    clerk.command("delegate-power", &delegation(&office, &joint_branch, Some(&hash))).expect(201);
    run_well(&["backup", "--to", &at(&backup), "--data", &at(&data)]);
    assert!(backup.join("control/scans").join(&hash[..2]).join(&hash).exists());
    let before = officer.command("erase-scan", &office.decision("昭委〔2019〕9号", "2019-06-01", json!({
        "issuer": office.township_organ, "number": "白委〔2018〕10号", "ground": "purpose_achieved",
        "consent": {"organization": office.township_organ, "document": {"number": "白委〔2019〕31号", "issued": "2019-05-02"}}
    })));
    assert_eq!(before.expect(422).json()["rule"], "scan-on-record");
    officer.command("erase-scan", &erasure(&office, "2019-06-01")).expect(201);
    let path = format!("/api/v1/scans/{hash}");
    let gone = officer.get(&path).expect(404).json();
    assert!(gone["detail"].as_str().unwrap().contains("按规定删除"), "{gone}");
    let again = clerk.post("/api/v1/scans", &png("names somebody")).expect(422).json();
    assert!(again["detail"].as_str().unwrap().contains("按规定删除"));
    let page = officer.get("/lists/documents?scope=510811").expect(200).text;
    assert!(page.contains("已按规定删除"), "the register says so");
    is_gone_soon(&file_of(&data, &hash));
    assert_eq!(server.interrupt(), Some(0));

    // The scans of an earlier backup with the log of now: what the log says is erased stays erased.
    let later = directory.path().join("later");
    run_well(&["backup", "--to", &at(&later), "--data", &at(&data)]);
    let restored = directory.path().join("restored");
    run_well(&["restore", "--from", &at(&later), "--names-from", &at(&backup), "--data", &at(&restored)]);
    assert!(!file_of(&restored, &hash).exists());
    // The earlier backup as a whole knows of no erasure and has it.
    let earlier = directory.path().join("earlier");
    run_well(&["restore", "--from", &at(&backup), "--data", &at(&earlier)]);
    assert_eq!(std::fs::read(file_of(&earlier, &hash)).unwrap(), png("names somebody"));
    // Put beside the log by hand, it is gone with the next start, and told until then.
    std::fs::create_dir_all(file_of(&data, &hash).parent().unwrap()).unwrap();
    std::fs::copy(file_of(&earlier, &hash), file_of(&data, &hash)).unwrap();
    let verified = run(&["audit", "verify", "--self-consistent", "--data", &at(&data)]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.code() == Some(5) && said.contains("1 to be erased"), "{said}");
    let server = Server::start(&data, &[]);
    is_gone_soon(&file_of(&data, &hash));
    assert_eq!(server.interrupt(), Some(0));

    let doctor = |data: &Path| {
        let output = run(&["doctor", "--json", "--data", &at(data)]);
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.into_iter().find(|line| line["check"] == "scans").unwrap()
    };
    let sound = doctor(&earlier);
    assert!(sound["health"] == "ok" && sound["found"].as_str().unwrap().contains("1 stored"), "{sound}");
    std::fs::write(file_of(&earlier, &hash), b"rot").unwrap();
    let damaged = doctor(&earlier);
    assert!(damaged["health"] == "fail" && damaged["found"].as_str().unwrap().contains(&hash), "{damaged}");
    let verified = run(&["audit", "verify", "--deep", "--self-consistent", "--data", &at(&earlier)]);
    assert_eq!(verified.status.code(), Some(5));
    std::fs::remove_file(file_of(&earlier, &hash)).unwrap();
    let missing = doctor(&earlier);
    assert!(missing["found"].as_str().unwrap().contains("1 named by a hash and not stored"), "{missing}");
}

#[test]
fn a_browser_computes_the_hash_that_the_service_finds() {
    let desk = desk();
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.officer);
    let file = desk.data.parent().unwrap().join("调查表.pdf");
    std::fs::write(&file, pdf("/Author (clerk)")).unwrap();
    browser.go("/work/update-organization");
    // This needs no document, so the part for it is folded away.
    browser.click("details.part summary");
    let filled = [
        ("/data/organization", desk.office.branches[0].as_str()),
        ("/data/probationary_members", "1"),
        ("/effective_date", "2019-03-01"),
        ("/on_behalf_of", desk.office.county_organ.as_str()),
        ("/document/number", "昭委组〔2019〕71号"),
        ("/document/issued", "2019-02-28"),
    ];
    for (name, value) in filled {
        browser.fill(name, value);
    }
    browser.attach("scan:/document/sha256", &file);
    browser.wait_for_text("[data-hash-shown]", "浏览器算得：");
    let shown = browser.text("[data-hash-shown]");
    let hash = shown.split('：').nth(1).unwrap().trim();
    assert_eq!(hash.len(), 64, "{shown}");
    browser.click_named("预览");
    browser.click_named("确认并记录");
    browser.wait_for_path(|path| path.contains("recorded="));
    browser.click_named("查看此条记录");
    assert!(browser.has(&format!("a[href*='{hash}']")), "{}", browser.text("main"));
    assert_eq!(std::fs::read(file_of(&desk.data, hash)).unwrap(), pdf("/Author (clerk)"));
}
