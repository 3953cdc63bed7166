//! A filled workbook over HTTP: all of its rows are recorded or none, and a form that is sent again finds what was recorded.

use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::harness::{Answer, Client, Desk, desk, fact};

const BOUNDARY: &str = "----lianjian";
const PATH: &str = "/work/register-place/bulk";
/// The columns that the rows fill in; a template's may stand in any order.
pub const COLUMNS: [&str; 6] =
    ["/data/code", "/data/name", "/data/level", "/data/parent", "/effective_date", "/on_behalf_of"];

/// A workbook of villages of the township 510811211.
pub fn villages(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (index, pointer) in (0_u16..).zip(COLUMNS) {
        sheet.write_string(0, index, pointer).unwrap();
    }
    for (line, number) in (2_u32..).zip(numbers) {
        let code = format!("510811211{number}");
        let texts = [&code, &format!("新村{number}"), "village", "510811211", "2018-01-02", "510811"];
        for (index, text) in (0_u16..).zip(texts) {
            sheet.write_string(line, index, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

pub fn upload(client: &Client, file: &[u8]) -> Answer {
    let head =
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    client.with("content-type", &format!("multipart/form-data; boundary={BOUNDARY}")).post(PATH, &body)
}

/// The form by which what was tried is recorded.
fn form_of(page: &Answer) -> String {
    let value = |name: &str| {
        let (_, rest) = page
            .text
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("{}", page.text));
        let escaped = rest.split('"').next().unwrap();
        escaped.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let escape = |text: String| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    format!("_key={}&_requests={}", escape(value("_key")), escape(value("_requests")))
}

fn record(client: &Client, form: &str) -> Answer {
    let client = client.with("content-type", "application/x-www-form-urlencoded");
    client.post(&format!("{PATH}/record"), form.as_bytes())
}

/// The last position of the log.
fn last(desk: &Desk) -> u64 {
    let subscriber = desk.server.client(&desk.office.officer);
    let events = subscriber.get("/api/v1/events?scope=510811&limit=5000").expect(200);
    events.text.lines().count() as u64
}

#[test]
fn the_rows_of_a_workbook_are_recorded_together_or_not_at_all() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let tried = upload(&officer, &villages(301..=303)).expect(200);
    assert!(tried.text.contains("各行均可记录"), "{}", tried.text);
    // Before it is confirmed, somebody else registers the second village.
    let data = json!({"code": "510811211302", "name": "别名村", "level": "village", "parent": "510811211"});
    officer.command("register-place", &fact("510811", data)).expect(201);
    let before = last(&desk);
    let refused = record(&officer, &form_of(&tried)).expect(200);
    assert!(refused.text.contains("没有记录任何内容"), "{}", refused.text);
    assert!(refused.text.contains("A4"), "the cell of the second row is named: {}", refused.text);
    assert_eq!(last(&desk), before);

    let tried = upload(&officer, &villages(304..=306)).expect(200);
    let recorded = record(&officer, &form_of(&tried)).expect(303);
    assert_eq!(last(&desk), before + 3);
    let listed = officer.get(recorded.header("location").unwrap()).expect(200);
    assert_eq!(listed.text.matches("<td><a href=\"/events/").count(), 3, "{}", listed.text);
    for number in 304..=306 {
        assert!(listed.text.contains(&format!("<th scope=\"row\">新村{number}")), "{}", listed.text);
    }
    let again = record(&officer, &form_of(&tried)).expect(303);
    assert_eq!(again.header("location"), recorded.header("location"));
    assert_eq!(last(&desk), before + 3);
}

#[test]
fn a_workbook_that_one_append_does_not_take_is_refused_with_the_limit() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let before = last(&desk);
    let refused = upload(&officer, &villages(300..=500)).expect(400);
    assert!(refused.text.contains("每次最多 200 行"), "{}", refused.text);
    let tried = upload(&officer, &villages(300..=499)).expect(200);
    record(&officer, &form_of(&tried)).expect(303);
    assert_eq!(last(&desk), before + 200);
}
