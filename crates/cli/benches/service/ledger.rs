//! A county's ledger of 906 joint branches: how long until it is proposed, and until it is recorded.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The joint branches of the report.
const ROWS: usize = 906;
/// The villages of a township: two for each row that it leads.
const VILLAGES: usize = 80;
/// The organ that decides.
const ORGAN: &str = "01ARZ3NDEKTSV4RRFFQ6900ZZZ";

/// Proposes and accepts it once in a new directory.
pub fn ledger(directory: &Path) {
    std::fs::create_dir_all(directory).expect("a directory");
    let path = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let (data, lines, file, proposals) =
        (path("data"), path("county.ndjson"), path("ledger.csv"), path("out.xlsx"));
    std::fs::write(&lines, county()).expect("the county");
    std::fs::write(&file, rows()).expect("the ledger");
    timed(&["import", "commands", &lines, "--data", &data]);
    println!("\na ledger of {ROWS} joint branches");
    let asked = ["import", "ledger", "--county", "510811", "--data", &data];
    for (what, more) in [
        ("proposed", vec![file.as_str(), "--propose", &proposals]),
        ("tried", vec!["--accept", &proposals]),
        ("recorded", vec!["--accept", &proposals, "--commit"]),
        ("found to be there", vec!["--accept", &proposals, "--commit"]),
    ] {
        let (seconds, peak_mb) = timed(&[&asked[..], &more].concat());
        println!("{what:<18} {seconds:>6.2} s, {peak_mb} MB at most");
    }
}

/// The seconds of a run, and the most memory that it took.
fn timed(arguments: &[&str]) -> (f64, u64) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lianjian"))
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let status = loop {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let found = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = found.and_then(|found| found.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default());
        match child.try_wait().expect("its state") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert!(status.success(), "{arguments:?}");
    (begun.elapsed().as_secs_f64(), peak >> 10)
}

/// The lines that make a county with its register open today.
fn county() -> String {
    let today = service::system_clock().day();
    let mut lines: Vec<String> = Vec::new();
    let mut give = |name: &str, on: String, on_behalf_of: &str, document: Value, data: Value| {
        let id = format!("01ARZ3NDEKTSV4RRFFQ69{:05}", lines.len());
        let line = json!({
            "name": name, "id": id, "effective_date": on, "on_behalf_of": on_behalf_of, "document": document,
            "actor": "county_officer", "simulated": true, "data": data
        });
        lines.push(line.to_string());
    };
    let founded = || "2018-01-01".to_owned();
    let place = |code: &str, name: &str, level: &str, parent: &str| json!({ "code": code, "name": name, "level": level, "parent": parent });
    give(
        "register-place",
        founded(),
        "5108",
        Value::Null,
        json!({ "code": "5108", "name": "某市", "level": "city" }),
    );
    give("register-place", founded(), "5108", Value::Null, place("510811", "某区", "county", "5108"));
    for number in 0..townships() {
        let code = township(number);
        give(
            "register-place",
            founded(),
            "5108",
            Value::Null,
            place(&code, &format!("第{number}乡"), "township", "510811"),
        );
        for village in 0..VILLAGES {
            let name = format!("甲{number}丙{village}村");
            let data = place(&format!("{code}{:03}", 200 + village), &name, "village", &code);
            give("register-place", founded(), "5108", Value::Null, data);
        }
    }
    let organ = json!({
        "id": ORGAN, "name": "某区委组织部", "form": "organ", "host_kind": "county", "host": "510811",
        "formal_members": 9, "probationary_members": 0
    });
    give("register-organization", founded(), "510811", Value::Null, organ);
    let document = json!({ "number": format!("某委组〔{}〕1号", today.year()), "issued": today });
    let data = json!({ "county": "510811", "from": today, "closes_on": today.plus_days(300) });
    give("open-register", today.to_string(), ORGAN, document, data);
    lines.join("\n")
}

fn townships() -> usize {
    (2 * ROWS).div_ceil(VILLAGES)
}

fn township(number: usize) -> String {
    format!("510811{:03}", 100 + number)
}

/// The ledger: a row a member, as offices keep them.
fn rows() -> String {
    let mut text =
        "序号,乡镇,联合党组织名称,合建/共建,成员村,正式党员数,成立时间,批复文号,书记,2018年第三季度\n"
            .to_owned();
    for row in 0..ROWS {
        let (number, village) = (2 * row / VILLAGES, 2 * row % VILLAGES);
        let name: String = [row / 30, row % 30]
            .iter()
            .map(|at| char::from_u32(0x4E00 + *at as u32 * 7).unwrap_or('某'))
            .collect();
        text.push_str(&format!(
            "{},第{number}乡,联{row}联合党支部,合建,甲{number}丙{village}村,21,2017年3月,某委组〔2017〕{}号,赵{name},好\n,,,,甲{number}丙{},20,,,,\n",
            row + 1,
            row + 1,
            village + 1,
        ));
    }
    text
}
