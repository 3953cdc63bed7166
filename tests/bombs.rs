//! Files that want more memory, time or disk than anybody has: each is refused, and the service goes on. All of it runs
//! with so much address space and no more, so that what is not refused ends the program and not the machine.

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Office, Server, import_places, run, run_well, within};
use crate::workbook::{COLUMNS, upload, villages};

/// The address space of a service under attack; it has so much set aside and not used when it is idle.
const SERVICE_MEGABYTES: u64 = 6_000;
/// The memory that it may really have had when all is over.
const PEAK_MEGABYTES: u64 = 700;
/// The address space of a command.
const COMMAND_MEGABYTES: u64 = 3_000;
/// After so many seconds a command that does not end is ended.
const PATIENCE_SECONDS: &str = "60";

const RELATED: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="1" r:id="r1"/></sheets></workbook>"#;

/// A workbook of these parts, besides those that every one has.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let own = [("_rels/.rels", ROOT), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", RELATED)];
    let own = own.map(|(name, text)| (name, text.as_bytes()));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in own.iter().chain(parts) {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with the template's first row, and more rows after it.
fn filled(head: &[&str], rows: &str) -> Vec<u8> {
    let cells: String = head.iter().fold(String::new(), |mut cells, text| {
        let _ = write!(cells, r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
        cells
    });
    sheet(&format!(r#"<row r="1">{cells}</row>{rows}"#), "")
}

fn sheet(rows: &str, after: &str) -> Vec<u8> {
    let text = format!("<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>");
    packed(&[("xl/worksheets/sheet1.xml", text.as_bytes())])
}

fn far(head: &[&str], name: &str) -> Vec<u8> {
    let row: String = name.chars().filter(char::is_ascii_digit).collect();
    filled(head, &format!(r#"<row r="{row}"><c r="{name}"><v>1</v></c></row>"#))
}

/// Every file that once brought a reader of workbooks down, and its brothers.
fn bombs(head: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let zeros = vec![b' '; 140 << 20];
    let empty = b"<worksheet><sheetData/></worksheet>".as_slice();
    let part = "xl/worksheets/sheet1.xml";
    let announced = format!(r#"<sst uniqueCount="{}"><si><t>x</t></si></sst>"#, u64::MAX);
    let many = format!("<sst>{}</sst>", "<si/>".repeat(3_000_000));
    let wide: String = (0..16_384).map(|_| "<c><v>1</v></c>").collect();
    let merged = r#"<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>"#;
    let entities = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&c;&c;</t></is></c></row></sheetData></worksheet>"#;
    let attributes: String = (0..300_000).map(|number| format!(" a{number}=\"\"")).collect();
    vec![
        ("a cell in the last corner", far(head, "XFD1048576")),
        ("a stray cell far below", far(head, "Z1048576")),
        ("a number beyond all rows", far(head, "A4294967295")),
        ("much that unpacks from little", packed(&[(part, &zeros)])),
        ("a text that never ends", packed(&[("xl/sharedStrings.xml", &zeros), (part, empty)])),
        (
            "texts that are only announced",
            packed(&[("xl/sharedStrings.xml", announced.as_bytes()), (part, empty)]),
        ),
        ("many empty texts", packed(&[("xl/sharedStrings.xml", many.as_bytes()), (part, empty)])),
        ("every column there is", filled(head, &format!(r#"<row r="3">{wide}</row>"#))),
        ("one range over everything", sheet(r#"<row><c t="inlineStr"><is><t>x</t></is></c></row>"#, merged)),
        ("elements within elements", sheet(&"<a>".repeat(2_000_000), "")),
        ("entities of entities", packed(&[(part, entities.as_bytes())])),
        ("an element of many attributes", sheet(&format!("<row{attributes}/>"), "")),
        ("a size that is a lie", lying(packed(&[(part, &zeros)]))),
    ]
}

/// The same archive whose largest part says that it unpacks to a hundred bytes.
fn lying(mut bytes: Vec<u8>) -> Vec<u8> {
    let real = (140_u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == real).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    bytes
}

#[test]
fn no_workbook_stops_the_service() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start_within(SERVICE_MEGABYTES, &data, &[]);
    let office = Office::open(&server, &data);
    let officer = server.client(&office.officer);
    for (what, bytes) in bombs(&COLUMNS) {
        let answer = upload(&officer, &bytes);
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        server.anyone().get("/healthz").expect(200);
        upload(&officer, &villages(301..=303)).expect(200);
    }
    let named = upload(&officer, &far(&COLUMNS, "XFD1048576"));
    assert!(named.text.contains("XFD1048576"), "{}", named.text);
    // Several at once, and good ones among them: whoever is sent away is told to come back.
    let bytes = far(&COLUMNS, "H1048576");
    std::thread::scope(|scope| {
        let sent: Vec<_> = (0..12).map(|_| scope.spawn(|| upload(&officer, &bytes).status)).collect();
        for status in sent {
            assert!([400, 503].contains(&status.join().unwrap()));
        }
    });
    upload(&officer, &villages(301..=303)).expect(200);
    assert!(server.peak_megabytes() < PEAK_MEGABYTES, "{} MB", server.peak_megabytes());
}

/// Runs a command within its address space and time.
fn run_within(arguments: &[&str]) -> Output {
    let inner = within(COMMAND_MEGABYTES);
    Command::new("timeout")
        .arg(PATIENCE_SECONDS)
        .arg(inner.get_program())
        .args(inner.get_args())
        .args(["--lang", "en"])
        .args(arguments)
        .output()
        .unwrap()
}

/// What a command said that was to be refused with that status.
fn refused(arguments: &[&str], status: i32) -> String {
    let output = run_within(arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    said
}

#[test]
fn no_list_of_places_stops_an_import() {
    let directory = tempfile::tempdir().unwrap();
    let (file, data) = (directory.path().join("list"), directory.path().join("data"));
    let import = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let asked = ["import", "places", file.to_str().unwrap(), "--as-of", "2018-01-01"];
        refused(&[&asked, ["--data", data.to_str().unwrap()].as_slice()].concat(), 3)
    };
    for (what, bytes) in bombs(&["code", "name", "level", "parent"]) {
        let said = import(&bytes);
        assert!(!said.contains("memory allocation"), "{what}: {said}");
    }
    let said = import(&far(&["code"], "XFD1048576"));
    assert!(said.contains("XFD1048576"), "{said}");
    // Cells that hold nothing are none, however many there are.
    assert!(import(&b",".repeat(2 << 20)).contains("header"));
    assert!(
        import(&[b",".repeat(2 << 20), b"x".to_vec()].concat()).contains("beyond the last one that is read")
    );
    assert!(import(&b"1,2,3,4\n".repeat(300_000)).contains("beyond the last one that is read"));
    assert!(!data.exists());
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_is_no_regular_file_is_refused_by_restore_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let backup = directory.path().join("backup");
    run_well(&["backup", "--data", &text(&data), "--to", &text(&backup)]);
    let restored = directory.path().join("restored");
    let attempt = || refused(&["restore", "--from", &text(&backup), "--data", &text(&restored)], 2);
    let log = backup.join("log/log.db");
    let whole = std::fs::read(&log).unwrap();
    for put in ["pipe", "device", "loop", "directory"] {
        std::fs::remove_file(&log).or_else(|_| std::fs::remove_dir(&log)).unwrap();
        match put {
            "pipe" => pipe(&log),
            "device" => std::os::unix::fs::symlink("/dev/zero", &log).unwrap(),
            "loop" => std::os::unix::fs::symlink(&log, &log).unwrap(),
            _ => std::fs::create_dir(&log).unwrap(),
        }
        attempt();
        assert!(!restored.exists(), "{put}");
    }
    std::fs::remove_dir(&log).unwrap();
    std::fs::write(&log, whole).unwrap();
    std::fs::remove_file(backup.join("manifest.json")).unwrap();
    pipe(&backup.join("manifest.json"));
    attempt();
}

/// Changes a file of SQLite's in a backup and mends the manifest, as somebody would who wants it restored.
fn forge(backup: &Path, statements: &str) {
    let script = "import hashlib, json, os, sqlite3, sys
folder, statements = sys.argv[1:]
path = os.path.join(folder, 'log/log.db')
base = sqlite3.connect(path); base.executescript(statements); base.commit(); base.close()
manifest = json.load(open(os.path.join(folder, 'manifest.json')))
for entry in manifest['files']:
    bytes = open(os.path.join(folder, entry['path']), 'rb').read()
    entry['bytes'], entry['sha256'] = len(bytes), hashlib.sha256(bytes).hexdigest()
json.dump(manifest, open(os.path.join(folder, 'manifest.json'), 'w'))";
    let done = Command::new("python3").args(["-c", script]).arg(backup).arg(statements).status();
    assert!(done.unwrap().success(), "{statements}");
}

#[test]
fn a_restored_log_has_its_guards_and_nothing_of_somebody_elses() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let endless = "DROP TRIGGER event_is_never_changed; ALTER TABLE event RENAME TO own; CREATE VIEW event AS WITH RECURSIVE e(position, body) AS (SELECT 1, x'00' UNION ALL SELECT position + 1, body FROM e) SELECT * FROM e;";
    let cases = [
        ("", 0),
        ("DROP TRIGGER event_is_never_deleted;", 5),
        (endless, 5),
        ("CREATE TRIGGER mine AFTER INSERT ON event BEGIN SELECT 1; END;", 5),
    ];
    for (number, (statements, status)) in cases.into_iter().enumerate() {
        let (backup, restored) =
            (directory.path().join(format!("b{number}")), directory.path().join(format!("r{number}")));
        run_well(&["backup", "--data", &text(&data), "--to", &text(&backup)]);
        forge(&backup, statements);
        std::fs::set_permissions(backup.join("control/control.db"), mode(0o666)).unwrap();
        let said = refused(&["restore", "--from", &text(&backup), "--data", &text(&restored)], status);
        assert_eq!(said.contains("the service may be started"), status == 0, "{statements}: {said}");
        let of = |path: PathBuf| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(of(restored.clone()), 0o700);
        if status == 0 {
            assert_eq!([of(restored.join("log.db")), of(restored.join("control.db"))], [0o600; 2]);
        }
    }
}

fn mode(bits: u32) -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}

/// The bundle with the file of events, or another, replaced; a tar's header is its name, its size and a sum.
fn with_file(bundle: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while bundle[at] != 0 {
        let mut header = bundle[at..at + 512].to_vec();
        let size = usize::from_str_radix(std::str::from_utf8(&header[124..135]).unwrap(), 8).unwrap();
        let body = &bundle[at + 512..at + 512 + size];
        at += 512 + size.next_multiple_of(512);
        let body = if header.starts_with(format!("{name}\0").as_bytes()) { content } else { body };
        header[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1_024, 0);
    out
}

#[test]
fn a_bundle_of_empty_lines_is_refused_and_not_counted_out() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    assert_eq!(Server::start(&data, &[]).interrupt(), Some(0));
    let file = directory.path().join("bundle.tar");
    let text = file.to_str().unwrap();
    run_well(&["audit", "export", text, "--data", data.to_str().unwrap()]);
    let bundle = std::fs::read(&file).unwrap();
    assert!(run(&["audit", "verify", "--self-consistent", "--bundle", text]).status.success());
    for line in ["\n", "{}\n", "x\n"] {
        let lines = line.repeat((100 << 20) / line.len());
        std::fs::write(&file, with_file(&bundle, "events.ndjson", lines.as_bytes())).unwrap();
        let inner = within(1_000);
        let verified = Command::new("timeout")
            .args([PATIENCE_SECONDS, inner.get_program().to_str().unwrap()])
            .args(inner.get_args())
            .args(["audit", "verify", "--self-consistent", "--bundle", text])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&verified.stderr);
        assert_eq!(verified.status.code(), Some(5), "{line:?}: {said}");
    }
}
