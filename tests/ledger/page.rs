//! The page of a ledger: upload, review, accept; in a browser, and with what was changed on the page.

use super::{day, events, ledger, open_register, position, written};
use crate::browser::{Browser, SCREEN, sign_in};
use crate::harness::{Answer, Client, Desk, desk, token};

const BOUNDARY: &str = "----lianjian";

/// A form with a file or a text in each part.
fn send(client: &Client, path: &str, parts: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let file = if *name == "file" { "; filename=\"ledger\"" } else { "" };
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    client.with("content-type", &format!("multipart/form-data; boundary={BOUNDARY}")).post(path, &body)
}

/// The workbook that a page passes on.
fn workbook_of(page: &Answer) -> String {
    let (_, rest) =
        page.text.split_once("name=\"workbook\" value=\"").unwrap_or_else(|| panic!("{}", page.text));
    rest.split('"').next().unwrap().to_owned()
}

fn registered(desk: &Desk) -> usize {
    events(desk).lines().filter(|line| line.contains("joint-branch.registered")).count()
}

#[test]
fn an_officer_uploads_a_ledger_reviews_it_and_accepts_it_in_a_browser() {
    let desk = desk();
    open_register(&desk, &desk.server.client(&desk.office.officer), &day(0));
    let file = written(&desk, "ledger.xlsx", &ledger());
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.officer);
    browser.go("/work");
    browser.click_named("由原有清单办理存量登记");
    browser.picture("ledger");
    browser.attach("file", &file);
    browser.click_named("给出建议");
    let said = browser.text("main");
    assert!(said.contains("读出联合党组织 2 个") && said.contains("狮子田岩联合党支部"), "{said}");
    browser.picture("ledger-proposed");
    let before = position(&desk);
    browser.click_named("试办");
    assert!(browser.text(".past").contains("尚未记录"), "{}", browser.text("main"));
    assert_eq!(position(&desk), before);
    browser.picture("ledger-tried");
    browser.click_named("确认并记录");
    assert!(browser.text(".done").contains("已全部记录"), "{}", browser.text("main"));
    assert_eq!(registered(&desk), 2);
}

#[test]
fn what_is_open_is_filled_in_on_the_page_and_what_is_wrong_is_told_there() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    open_register(&desk, &officer, &day(0));
    // Nothing says whether it merges or pairs.
    let rows = "乡镇,联合党组织名称,成员村\n白果乡,狮田联合党支部,狮子村、田岩村\n";
    let proposed = send(&officer, "/work/ledger", &[("file", rows.as_bytes())]).expect(200);
    assert!(proposed.text.contains("name=\"cell:联合党组织!I3\""), "{}", proposed.text);
    let workbook = workbook_of(&proposed);
    let before = position(&desk);
    let untouched = send(&officer, "/work/ledger/try", &[("workbook", workbook.as_bytes())]).expect(200);
    assert!(
        untouched.text.contains("联合党组织!I3") && untouched.text.contains("没有记录任何内容"),
        "{}",
        untouched.text
    );
    let filled = [("workbook", workbook.as_bytes()), ("cell:联合党组织!I3", "合建".as_bytes())];
    let tried = send(&officer, "/work/ledger/try", &filled).expect(200);
    assert!(tried.text.contains("试算通过"), "{}", tried.text);
    assert_eq!(position(&desk), before);
    for expected in ["新记录的条数", "此前已记录的条数"] {
        let recorded = send(&officer, "/work/ledger/record", &filled).expect(200);
        assert!(
            recorded.text.contains(expected) && recorded.text.contains("已全部记录"),
            "{}",
            recorded.text
        );
    }
    assert_eq!(registered(&desk), 1);
    // The workbook as a file, and nobody but the county's officer.
    let file = send(&officer, "/work/ledger/workbook", &[("workbook", workbook.as_bytes())]).expect(200);
    assert!(file.header("content-disposition").is_some_and(|name| name.contains(".xlsx")));
    let clerk = desk.server.client(&desk.office.clerk);
    send(&clerk, "/work/ledger", &[("file", rows.as_bytes())]).expect(403);
    let auditor = desk.server.client(&token(&desk.data, "auditor", "510811"));
    send(&auditor, "/work/ledger", &[("file", rows.as_bytes())]).expect(403);
    send(&officer, "/work/ledger", &[]).expect(400);
}
