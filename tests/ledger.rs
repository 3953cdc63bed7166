//! An office's own ledger: proposed, gone through, recorded whole; through a server, on a page, and cut off in the middle.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::harness::{Client, Desk, Server, desk, program, run};

mod page;

/// A day some days from now, as the clock of this machine has it in China.
pub fn day(after: i64) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64 + 8 * 3_600;
    // Days since the first of March of the year 0, by which leap days come last.
    let days = seconds.div_euclid(86_400) + after + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A ledger as the office keeps it: a title, merged cells, days as a spreadsheet has them, sums, and a note below.
pub fn ledger() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (plain, day) = (Format::new(), Format::new().set_num_format("yyyy年m月d日"));
    sheet.merge_range(0, 0, 0, 8, "昭化区农村党支部合建共建清单（2018年）", &plain).unwrap();
    let heads =
        ["序号", "乡镇", "联合党组织", "方式", "合建村", "成立时间", "批复文号", "书记", "2018年三季度"];
    for (column, head) in (0_u16..).zip(heads) {
        sheet.write(1, column, head).unwrap();
    }
    sheet.merge_range(2, 1, 4, 1, "白果乡", &plain).unwrap();
    for (column, text) in [
        (0, "1"),
        (2, "狮子田岩联合党支部"),
        (3, "产业趋同"),
        (6, "昭委组[2017]18号"),
        (7, "王某某"),
        (8, "好"),
    ] {
        sheet.merge_range(2, column, 3, column, text, &plain).unwrap();
    }
    sheet.merge_range(2, 5, 3, 5, "", &day).unwrap();
    sheet.write_number_with_format(2, 5, 42_795, &day).unwrap();
    for (row, village) in [(2, "狮子村"), (3, "田岩")] {
        sheet.write(row, 4, village).unwrap();
    }
    for (column, text) in [
        (0, "2"),
        (2, "月坝前进联合党支部"),
        (3, "大村带小村"),
        (4, "月坝村、前进村党支部"),
        (5, "2016年5月"),
        (6, "不详"),
        (7, "李某某（兼）"),
        (8, "一般"),
    ] {
        sheet.write(4, column, text).unwrap();
    }
    sheet.write(5, 0, "合计").unwrap();
    sheet.write(5, 2, "2个").unwrap();
    sheet.write(6, 0, "注：依据会议记录").unwrap();
    book.save_to_buffer().unwrap()
}

/// The county opens its register, as it must before anything of before is registered.
pub fn open_register(desk: &Desk, client: &Client, from: &str) {
    let today = day(0);
    let data = json!({ "county": "510811", "from": from, "closes_on": day(300) });
    let year = &today[..4];
    let body = desk.office.decision(&format!("昭委〔{year}〕1号"), &today, data);
    client.command("open-register", &body).expect(201);
}

/// The command line against a desk's server, as its officer.
fn import(desk: &Desk, more: &[&str]) -> (Option<i32>, String) {
    let token_file = desk.data.with_extension("token");
    std::fs::write(&token_file, &desk.office.officer).unwrap();
    let server = ["--server", &desk.server.address, "--token-file", text(&token_file)];
    let asked = [&["--lang", "zh", "import", "ledger", "--county", "510811"], more, &server].concat();
    let output = Command::new(program()).args(asked).env_remove("LIANJIAN_TOKEN").output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// How much is recorded, without what the service records of itself: accounts that it learns of, and its access log.
fn position(desk: &Desk) -> usize {
    let own = |line: &&str| {
        !["cn.lianjian.account.", "cn.lianjian.access-log."].iter().any(|kind| line.contains(kind))
    };
    events(desk).lines().filter(own).count()
}

fn written(desk: &Desk, name: &str, bytes: &[u8]) -> PathBuf {
    let path = desk.data.with_extension(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Every event of the county, as a subscriber reads them.
fn events(desk: &Desk) -> String {
    desk.server.client(&desk.office.officer).get("/api/v1/events?scope=510811&limit=5000").expect(200).text
}

#[test]
fn a_ledger_is_proposed_gone_through_and_recorded_once() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let file = written(&desk, "ledger.xlsx", &ledger());
    let proposals = desk.data.with_extension("proposals.xlsx");
    let (status, said) = import(&desk, &[text(&file), "--propose", text(&proposals)]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("读出联合党组织 2 个") && said.contains("合计行"), "{said}");
    // What somebody may have worked on is never overwritten.
    assert_eq!(import(&desk, &[text(&file), "--propose", text(&proposals)]).0, Some(2));

    // Before the register is open nothing of before is registered, and the cell of each row says so.
    let before = position(&desk);
    let (status, said) = import(&desk, &["--accept", text(&proposals), "--commit"]);
    assert!(status == Some(3) && said.contains("联合党组织!E3") && said.contains("register-open"), "{said}");
    assert_eq!(position(&desk), before);
    open_register(&desk, &officer, &day(0));
    let before = position(&desk);
    let (status, said) = import(&desk, &["--accept", text(&proposals)]);
    assert!(status == Some(0) && said.contains("将记录 4 条指令"), "{said}");
    assert_eq!(position(&desk), before);
    let (status, said) = import(&desk, &["--accept", text(&proposals), "--commit"]);
    assert!(status == Some(0) && said.contains("已记录 4 条指令"), "{said}");
    let after = position(&desk);
    // Once more nothing happens, and it says so.
    let (status, said) = import(&desk, &["--accept", text(&proposals), "--commit"]);
    assert!(status == Some(0) && said.contains("已记录 0 条指令（原已有 4 条）"), "{said}");
    assert_eq!(position(&desk), after);

    let events = events(&desk);
    let registered: Vec<Value> = events
        .lines()
        .filter(|line| line.contains("joint-branch.registered"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(registered.len(), 2, "{events}");
    let facts = &registered[0]["data"]["facts"];
    assert_eq!(facts["established"], json!({ "on": "2017-03-01" }));
    assert_eq!(facts["approval"]["number"], "昭委组〔2017〕18号");
    assert_eq!(facts["mode"], "similar_industry");
    assert_eq!(facts["grades"], json!([{ "quarter": "2018Q3", "grade": "good" }]));
    let facts = &registered[1]["data"]["facts"];
    assert_eq!(facts["established"], json!({ "year": 2016, "month": 5 }));
    assert_eq!(facts["approval"]["not_on_file"], "清单写“不详”");
    // No name is in the log.
    assert!(!events.contains("王某某") && !events.contains("李某某"), "a name stands in the log");
    // Another reading of the same ledger knows what is there.
    let (_, said) = import(&desk, &[text(&file)]);
    assert!(said.contains("其中已在册 2 个"), "{said}");
    desk.server.kill();
    run_verify(&desk.data);
}

fn run_verify(data: &Path) {
    let output = run(&["audit", "verify", "--data", text(data), "--deep", "--self-consistent"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// A ledger in CSV, as an office program in China writes it.
fn csv(rows: &str) -> Vec<u8> {
    let text = format!("乡镇,联合党组织名称,类型,成员村,成立时间,书记\n{rows}");
    encoding_rs::GB18030.encode(&text).0.into_owned()
}

#[test]
fn what_is_wrong_is_named_by_its_cell_and_nothing_is_recorded() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    open_register(&desk, &officer, &day(0));
    let before = position(&desk);
    let refused = |name: &str, rows: &str, cell: &str, rule: &str| {
        let file = written(&desk, &format!("{name}.csv"), &csv(rows));
        let proposals = desk.data.with_extension(format!("{name}.xlsx"));
        let (status, said) = import(&desk, &[text(&file), "--propose", text(&proposals)]);
        let told = if status == Some(0) {
            import(&desk, &["--accept", text(&proposals), "--commit"])
        } else {
            (status, said)
        };
        let line = told.1.lines().find(|line| line.contains(cell) && line.contains(rule));
        assert!(told.0 == Some(3) && line.is_some(), "{name}: {}", told.1);
    };
    let other = "朝天镇,甲联合党支部,合建,朝天村、乙村,2017年,\n";
    refused("county", other, "A2", "other-county");
    let twice =
        "白果乡,甲联合党支部,合建,狮子村、田岩村,2017年,\n白果乡,乙联合党支部,合建,田岩村、月坝村,2017年,\n";
    refused("village", twice, "联合党组织!Q3", "one-merger");
    let secretary = "白果乡,甲联合党支部,合建,狮子村、田岩村,2017年,王某某\n白果乡,乙联合党支部,合建,月坝村、前进村,2017年,王某某\n";
    refused("secretary", secretary, "联合党组织!AS3", "one-secretary-post");
    refused("unknown", "白果乡,甲联合党支部,合建,狮子村、天边村,2017年,\n", "联合党组织!Q3", "joint-members");
    let late = format!("白果乡,甲联合党支部,合建,狮子村、田岩村,{},\n", day(0));
    refused("late", &late, "联合党组织!AC3", "registration-past");
    // The limits.
    let rows: String = (0..5_001).map(|row| format!("白果乡,甲{row},合建,狮子村、田岩村,,\n")).collect();
    let file = written(&desk, "rows.csv", &csv(&rows));
    let (status, said) = import(&desk, &[text(&file)]);
    assert!(status != Some(0) && said.contains("A5001"), "{said}");
    let wide = format!("乡镇,成员村{}\n白果乡,狮子村{}\n", ",x".repeat(63), ",y".repeat(63));
    let file = written(&desk, "columns.csv", wide.as_bytes());
    let (status, said) = import(&desk, &[text(&file)]);
    assert!(status != Some(0) && said.contains("BM1"), "{said}");
    let file = written(&desk, "large.csv", &vec![b'a'; (10 << 20) + 1]);
    let (status, said) = import(&desk, &[text(&file)]);
    assert!(status != Some(0) && said.contains("过大"), "{said}");
    assert_eq!(position(&desk), before);
    // A clerk of a township does not register for the county.
    let clerk = desk.server.client(&desk.office.clerk).with("content-type", "application/octet-stream");
    clerk.post("/api/v1/counties/510811/register/proposal", &ledger()).expect(403);
}

/// The lines that make a county of a made-up city, with its register open.
fn county(villages: usize) -> String {
    let mut lines = Vec::new();
    let mut give = |name: &str, on: &str, on_behalf_of: &str, document: Value, data: Value| {
        let id = format!("01ARZ3NDEKTSV4RRFFQ69{:05}", lines.len());
        let line = json!({
            "name": name, "id": id, "effective_date": on, "on_behalf_of": on_behalf_of, "document": document,
            "actor": "county_officer", "simulated": true, "data": data
        });
        lines.push(line.to_string());
    };
    let place = |code: &str, name: &str, level: &str, parent: &str| json!({ "code": code, "name": name, "level": level, "parent": parent });
    let city = json!({ "code": "5108", "name": "广元市", "level": "city" });
    give("register-place", "2018-01-01", "5108", Value::Null, city);
    give("register-place", "2018-01-01", "5108", Value::Null, place("510811", "昭化区", "county", "5108"));
    give(
        "register-place",
        "2018-01-01",
        "5108",
        Value::Null,
        place("510811210", "白果乡", "township", "510811"),
    );
    for number in 0..villages {
        let code = format!("510811210{:03}", 200 + number);
        give(
            "register-place",
            "2018-01-01",
            "5108",
            Value::Null,
            place(&code, &format!("甲{number}村"), "village", "510811210"),
        );
    }
    let organ = json!({
        "id": "01ARZ3NDEKTSV4RRFFQ6900ZZZ", "name": "中共昭化区委组织部", "form": "organ", "host_kind": "county", "host": "510811",
        "formal_members": 9, "probationary_members": 0
    });
    give("register-organization", "2018-01-01", "510811", Value::Null, organ);
    let today = day(0);
    let document = json!({ "number": format!("昭委组〔{}〕1号", &today[..4]), "issued": today });
    let data = json!({ "county": "510811", "from": today, "closes_on": day(300) });
    give("open-register", &today, "01ARZ3NDEKTSV4RRFFQ6900ZZZ", document, data);
    lines.join("\n")
}

#[test]
fn an_acceptance_that_is_killed_anywhere_ends_the_same_when_it_is_run_again() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let lines = directory.path().join("county.ndjson");
    let villages = 190;
    std::fs::write(&lines, county(villages)).unwrap();
    let made = run(&["import", "commands", text(&lines), "--data", text(&data)]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
    let rows: String = (0..villages / 2)
        .map(|row| {
            format!("白果乡,联{row}联合党支部,合建,甲{}村,20,2017年\n,,,甲{}村,21,\n", 2 * row, 2 * row + 1)
        })
        .collect();
    let file = directory.path().join("ledger.csv");
    std::fs::write(&file, format!("乡镇,联合党组织名称,类型,成员村,正式党员数,成立时间\n{rows}")).unwrap();
    let proposals = directory.path().join("proposals.xlsx");
    let asked = ["import", "ledger", "--county", "510811", "--data", text(&data)];
    let proposed = run(&[&asked[..], &[text(&file), "--propose", text(&proposals)]].concat());
    assert!(proposed.status.success(), "{}", String::from_utf8_lossy(&proposed.stderr));
    let accepting = [&asked[..], &["--accept", text(&proposals), "--commit"]].concat();
    let mut kills = 0;
    for round in 0..40_u64 {
        let mut child = Command::new(program())
            .args(&accepting)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(30 + round * 17 % 400));
        if child.try_wait().unwrap().is_some_and(|status| status.success()) {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert!(kills > 0, "nothing was cut off");
    let done = run(&accepting);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let again = run(&accepting);
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    let all = format!(
        "recorded 0 commands ({} were there): {} joint branches",
        villages + villages / 2,
        villages / 2
    );
    assert!(said.starts_with(&all), "{said}");
    // A service signs what was recorded here.
    assert_eq!(Server::start(&data, &[]).interrupt(), Some(0));
    run_verify(&data);
}
