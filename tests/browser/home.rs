//! The home of a clerk and of an officer: what is due is done from it in two clicks; a sheet grades a whole township.

use serde_json::{Value, json};

use super::driver::{Browser, SCREEN, Window};
use super::worker::Worker;
use super::{as_recorded, check_axe, sign_in};
use crate::harness::{Desk, Server, desk, token};

fn ledger(desk: &Desk) -> Value {
    desk.server.client(&desk.office.clerk).get("/api/v1/townships/510811210/ledger").expect(200).json()
}

fn grades_of(desk: &Desk, quarter: &str) -> Vec<String> {
    let rows = ledger(desk)["rows"].as_array().unwrap().clone();
    rows.iter().filter_map(|row| row["evaluations"][quarter]["grade"].as_str().map(str::to_owned)).collect()
}

#[test]
fn what_is_due_is_done_from_home_in_two_clicks() {
    let desk = desk();
    let office = &desk.office;
    office.establish(&desk.server, "2018-06-01");
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &office.clerk);
    browser.wait_for_path(|path| path == "/");
    assert!(browser.text("h1").contains("今日待办"));
    assert!(browser.text(".matters").contains("另有"), "no kind hides another: {}", browser.text(".matters"));

    let worker = Worker::at_home(&browser);
    worker.begin("evaluate-quarter");
    worker.fill("/data/grade", "good");
    worker.record("/joint-branches/");
    worker.check("Grade a quarter of one joint branch");
    assert!(browser.has(".done a[href='/']"), "the way back to what is due");

    let worker = Worker::at_home(&browser);
    worker.begin("assign-secretary");
    for (name, value) in [
        ("/data/person", office.persons[0].as_str()),
        ("/data/source", "strong_village_leader"),
        ("/data/term_start", "2026-11-02"),
        ("/decided_by/meeting", "乡党委会"),
        ("/decided_by/date", "2026-11-02"),
    ] {
        worker.fill(name, value);
    }
    // The day followed the meeting.
    let day = browser.run("return document.getElementsByName('/effective_date')[0].value", &json!([]));
    assert_eq!(day, json!("2026-11-02"));
    worker.record("/joint-branches/");
    worker.check("Put a secretary into an empty post");

    let worker = Worker::at_home(&browser);
    worker.begin("record-commitment");
    worker.fill("/data/content", "把产业做起来");
    worker.fill("/data/made_on", "2026-11-02");
    worker.record("/joint-branches/");
    worker.check("Record a commitment that is owed");
    assert!(browser.text("main").contains("#"));
    looks(&browser, "clerk");
}

/// Nothing keeps anybody from using it, and nothing is wider than its window.
fn looks(browser: &Browser, name: &str) {
    for (page, path) in [
        ("home", "/"),
        ("home-grades", "/?tab=grades"),
        ("sheet", "/work/grades?quarter=2019Q1"),
        ("calendar", "/calendar"),
    ] {
        browser.go(path);
        browser.picture(&format!("{page}-{name}"));
        check_axe(browser, page);
        for (width, height, size) in [(390, 844, "phone"), (683, 384, "200")] {
            browser.resize(width, height);
            browser.go(path);
            browser.picture(&format!("{page}-{name}-{size}"));
            assert!(!browser.is_too_wide(), "{page} is wider than its window at {size}");
        }
        browser.zoom(1.0);
    }
}

#[test]
fn a_sheet_grades_a_township_all_or_none_and_once() {
    let desk = desk();
    let office = &desk.office;
    let first = office.establish(&desk.server, "2018-06-01");
    let second = office.establish_another(&desk.server, "2018-06-01");
    let browser = Browser::open(&desk.server.address, Window { scripts: false, ..SCREEN });
    sign_in(&browser, &office.clerk);
    let worker = Worker::at_home(&browser);
    worker.click(".direct a[href^='/work/grades']");
    browser.wait_for_path(|path| path.starts_with("/work/grades"));
    worker.choose(&format!("grade:{first}"), "good");
    worker.choose(&format!("grade:{second}"), "poor");
    // What was found is lacking: the sheet says so at the row, keeps what was chosen, and records nothing.
    browser.click_named("直接记录");
    browser.wait_for_text(&format!("#row-{second}"), "须写明评估意见");
    assert!(browser.has(&format!("input[name='grade:{first}'][value='good'][checked]")));
    assert!(browser.has(&format!(".notice a[href='#row-{second}']")));
    assert!(grades_of(&desk, "2026Q3").is_empty());
    worker.fill(&format!("findings:{second}"), "账目未公开");
    // The form as it stands, to be sent a second time.
    let fields = browser.run(
        "return [...document.querySelectorAll('.grading input, .grading textarea')].filter(e => e.type !== 'radio' || e.checked).map(e => [e.name, e.value])",
        &json!([]),
    );
    worker.record("/work/grades/recorded");
    worker.check("Grade a quarter of two joint branches, all of a township");
    let page = browser.text("main");
    assert!(
        page.contains("狮子田岩联合党支部") && page.contains("第二联合党支部") && page.contains("较差"),
        "{page}"
    );
    assert_eq!(grades_of(&desk, "2026Q3").len(), 2);
    send_again(&desk, &browser, &fields);

    a_rule_refuses_a_sheet(&desk, [&first, &second], &browser.path());
}

/// A rule that refuses a row refuses the sheet; looked at in a browser with scripts, which axe needs.
fn a_rule_refuses_a_sheet(desk: &Desk, [first, second]: [&str; 2], recorded: &str) {
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.clerk);
    browser.go(recorded);
    browser.picture("recorded");
    check_axe(&browser, "recorded");
    browser.go("/work/grades?quarter=2019Q1");
    browser.click(&format!("input[name='grade:{first}'][value='good']"));
    browser.click(&format!("input[name='grade:{second}'][value='fair']"));
    // That quarter had not ended by then.
    browser.fill("/effective_date", "2019-01-05");
    browser.click_named("预览");
    browser.wait_for_text(".notice[role='alert']", "未通过");
    browser.picture("sheet-refused");
    assert!(grades_of(desk, "2019Q1").is_empty());
    browser.fill("/effective_date", "2019-04-05");
    browser.click_named("预览");
    browser.wait_for_text(".past", "尚未记录");
    browser.picture("sheet-preview");
    check_axe(&browser, "preview");
    browser.click("button[value='record']");
    browser.wait_for_path(|path| path.starts_with("/work/grades/recorded"));
    assert_eq!(grades_of(desk, "2019Q1").len(), 2);
}

/// The same form a second time finds what was recorded.
fn send_again(desk: &Desk, browser: &Browser, fields: &Value) {
    let sent = as_recorded(fields);
    let form = desk.server.anyone().with("cookie", &browser.cookie("lianjian_session"));
    let form = form.with("content-type", "application/x-www-form-urlencoded");
    let again =
        form.post("/work/grades?scope=510811210&quarter=2026Q3", sent.join("&").as_bytes()).expect(303);
    let recorded = browser.path();
    assert_eq!(again.header("location").unwrap(), recorded);
}

#[test]
fn a_month_tells_what_falls_due_and_comes_as_a_file() {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.clerk);
    browser.go("/calendar?month=2018-10");
    assert!(browser.text("h1").contains("2018年10月"));
    // The grade of the third quarter is due by the fifteenth, and still is.
    assert!(
        browser.text(".calendar .late").contains("季度评估 狮子田岩联合党支部"),
        "{}",
        browser.text(".calendar")
    );
    let reader = desk.server.anyone().with("cookie", &browser.cookie("lianjian_session"));
    let file = reader.get("/calendar.ics?month=2018-10").expect(200);
    assert_eq!(file.header("content-type").unwrap(), "text/calendar; charset=utf-8");
    assert!(file.header("content-disposition").unwrap().contains(".ics\""));
    assert!(
        file.text.contains("\r\nDTSTART;VALUE=DATE:20181015\r\n")
            && file.text.contains("-2018Q3@5108.lianjian.cn"),
        "{}",
        file.text
    );
    // What lies ahead follows from the records so far; two years ahead nobody knows.
    browser.click("a[rel='next']");
    browser.wait_for_path(|path| path == "/calendar?month=2018-11");
    assert_eq!(reader.get("/calendar?month=2199-01").status, 400);
    assert_eq!(desk.server.anyone().get("/calendar.ics").status, 401);
}

#[test]
fn an_officer_sees_what_others_owe_and_does_only_what_is_theirs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let browser = Browser::open(&server.address, SCREEN);
    sign_in(&browser, &token(&data, "county_officer", "510811"));
    browser.wait_for_path(|path| path == "/");
    assert!(browser.text("h1").contains("昭化区 今日待办"));
    browser.click(".tabs a[href='/?tab=waiting']");
    browser.wait_for_path(|path| path == "/?tab=waiting");
    let waiting = browser.text(".matters");
    assert!(waiting.contains("责任单位 清水乡") && waiting.contains("责任单位 白果乡"), "{waiting}");
    looks(&browser, "officer");
    // In the past nobody does anything, and an auditor does nothing at all.
    browser.go("/?as_of=2024-12-31");
    assert!(!browser.has(".matters a.primary") && !browser.has(".direct"));
    let auditor = Browser::open(&server.address, SCREEN);
    sign_in(&auditor, &token(&data, "auditor", "510811"));
    assert_eq!(auditor.path(), "/counties/510811");
    auditor.go("/obligations");
    assert!(!auditor.has("td.act") && auditor.text("thead").contains("责任单位"));
}
