//! The pages that show lives: short rows of joint branches, the life line, what is folded, organizations, and who is joined
//! with whom; on a screen, a phone and paper.

use serde_json::{Value, json};

use super::{Browser, SCREEN, check_axe, sign_in};
use crate::harness::{Server, desk, token};

/// The highest a row of the register may get, in pixels, and the most screens that a joint branch's page takes.
const ROW_PIXELS: u64 = 56;
const MOST_SCREENS: u64 = 3;

/// Nothing keeps anybody from using it, and nothing is wider than a phone.
fn looks(browser: &Browser, name: &str, path: &str) {
    browser.go(path);
    browser.picture(&format!("{name}-zh"));
    check_axe(browser, name);
    browser.resize(390, 844);
    browser.go(path);
    browser.picture(&format!("{name}-phone"));
    assert!(!browser.is_too_wide(), "{name} is wider than a phone");
    browser.zoom(1.0);
}

fn number(browser: &Browser, script: &str) -> u64 {
    let found = browser.run(script, &json!([]));
    found.as_u64().unwrap_or_else(|| panic!("{script}: {found}"))
}

#[test]
fn the_register_is_short_rows_of_those_that_stand() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let browser = Browser::open(&server.address, SCREEN);
    sign_in(&browser, &token(&data, "county_officer", "510811"));
    browser.go("/counties/510811/register?lang=zh");
    let highest = number(
        &browser,
        "return Math.max(...[...document.querySelectorAll('.branches tbody tr')].map(row => row.offsetHeight))",
    );
    assert!(highest <= ROW_PIXELS, "{highest} px");
    let fields = "return document.querySelectorAll('.branches tbody tr:first-child td.grade').length";
    assert_eq!(number(&browser, fields), 4);
    assert!(browser.text(".branches tbody").contains("狮子村、田岩村"), "{}", browser.text("main"));
    assert!(!browser.text(".branches tbody").contains("已撤销"));
    browser.click(".tabs a[href$='tab=ended']");
    browser.wait_for_path(|path| path.ends_with("tab=ended"));
    assert!(browser.text(".tabs a[aria-current]").contains("已终止"));
    let phases = browser.text(".branches tbody");
    assert!(!phases.contains("运行中"), "{phases}");
    browser.go("/counties/510811/register?lang=zh");
    assert!(browser.print("register-zh") >= 1);
    looks(&browser, "register-rows", "/counties/510811/register");
    looks(&browser, "township-joined", "/townships/510811210");
    assert!(browser.text(".joined").contains("狮子村"), "{}", browser.text("main"));
    browser.click(".joined .group li a");
    browser.wait_for_path(|path| path.starts_with("/villages/"));
    looks(&browser, "flow", "/lists/flow?scope=510811");
    let sums = browser.text(".counts");
    assert!(sums.contains("历年批准成立和存量入册的"), "{sums}");
}

#[test]
fn a_life_is_told_on_less_than_three_screens_and_every_point_opens_its_record() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-06-01");
    let clerk = desk.server.client(&desk.office.clerk);
    for year in 2019..=2025 {
        for quarter in 1..=4 {
            let data = json!({"joint_branch": id, "quarter": format!("{year}Q{quarter}"), "grade": "good"});
            let on = format!("{}-01-10", year + 1);
            let body =
                json!({"effective_date": on, "on_behalf_of": desk.office.township_organ, "data": data});
            clerk.command("evaluate-quarter", &body).expect(201);
        }
    }
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.clerk);
    let path = format!("/joint-branches/{id}");
    browser.go(&format!("{path}?lang=zh"));
    let height = number(&browser, "return document.documentElement.scrollHeight");
    assert!(height < MOST_SCREENS * u64::from(SCREEN.size.1), "{height} px");
    assert_eq!(number(&browser, "return document.querySelectorAll('.life polygon').length"), 28);
    let labels = browser.run(
        "return [...document.querySelectorAll('.life a')].map(a => [a.getAttribute('aria-label'), a.getAttribute('href')])",
        &json!([]),
    );
    let marks: Vec<(&str, &str)> = labels
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect();
    assert!(marks.iter().all(|(label, link)| !label.is_empty() && link.starts_with("/events/")), "{marks:?}");
    let (_, grade) = marks.iter().find(|(label, _)| *label == "2021年第三季度 好").unwrap();
    browser.go(grade);
    assert!(browser.text("main").contains("2021年第三季度"), "the point opens its own record");
    // A year of long ago is folded, and the whole is one click away, for a print too.
    browser.go(&path);
    assert!(!browser.has("details.year:not([open]) details[open]"));
    let closed = "return document.querySelectorAll('details.fold:not([open])').length";
    assert!(number(&browser, closed) > 3);
    browser.click("a[href$='tab=all']");
    browser.wait_for_path(|path| path.ends_with("tab=all"));
    let closed_sections = "return document.querySelectorAll('details.fold:not([open]):not(.screen)').length";
    assert_eq!(number(&browser, closed_sections), 0);
    assert!(browser.print("joint-branch-whole") >= 2);
    looks(&browser, "joint-branch-life", &path);
}

#[test]
fn an_organization_has_a_history_and_the_acts_that_fit_it() {
    let desk = desk();
    let office = &desk.office;
    office.establish(&desk.server, "2018-06-01");
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &office.officer);
    let path = format!("/organizations/{}", office.branches[0]);
    browser.go(&format!("{path}?lang=zh"));
    let page = browser.text("main");
    assert!(page.contains("登记党组织") && page.contains("合建共建请示（申报）"), "{page}");
    // A merger took its work over: it elects no more, and its figures are still kept up.
    let update = format!(".actions a[href='/work/update-organization?organization={}']", office.branches[0]);
    assert!(browser.has(&update) && !browser.has(".actions a[href^='/work/record-election']"));
    looks(&browser, "organization", &path);
    browser.go(&path);
    browser.click(&update);
    browser.wait_for_path(|path| path.starts_with("/work/update-organization"));
    let chosen =
        browser.run("return document.querySelector(\"[name='/data/organization']\").value", &json!([]));
    assert_eq!(chosen, Value::from(office.branches[0].as_str()));
    // Whoever only reads does nothing here, and nobody does anything in the past.
    let auditor = Browser::open(&desk.server.address, SCREEN);
    sign_in(&auditor, &token(&desk.data, "auditor", "510811"));
    for path in [path.clone(), format!("{path}?as_of=2018-12-31")] {
        auditor.go(&path);
        assert!(auditor.text("main").contains("大事记") && !auditor.has(".actions"), "{path}");
    }
}
