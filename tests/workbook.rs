//! A filled workbook over HTTP: all of its rows are recorded or none, and a form that is sent again finds what was recorded.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::json;

use crate::harness::{Answer, Client, Desk, desk, fact, settle};

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
    upload_to(client, PATH, file)
}

fn upload_to(client: &Client, path: &str, file: &[u8]) -> Answer {
    let head =
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    client.with("content-type", &format!("multipart/form-data; boundary={BOUNDARY}")).post(path, &body)
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
    record_to(client, PATH, form)
}

fn record_to(client: &Client, path: &str, form: &str) -> Answer {
    let client = client.with("content-type", "application/x-www-form-urlencoded");
    client.post(&format!("{path}/record"), form.as_bytes())
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

/// The texts of a template's first sheet.
fn template(client: &Client, command: &str) -> Vec<Vec<String>> {
    let bytes = client.download(&format!("/work/{command}/template"));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let first = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&first).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

/// A workbook of these texts, row by row from the first.
fn workbook_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (0_u32..).zip(rows) {
        for (index, text) in (0_u16..).zip(row).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(line, index, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn column(rows: &[Vec<String>], label: &str) -> usize {
    rows[0].iter().position(|own| own == label).unwrap_or_else(|| panic!("{label}: {:?}", rows[0]))
}

/// The place of a cell of a village's row that is to be another.
fn villages_with(column: usize, text: &str) -> Vec<u8> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec(), vec!["说明".to_owned(); COLUMNS.len()]];
    rows.push(
        ["510811211301", "新村", "village", "510811211", "2018-01-02", "510811"].map(str::to_owned).to_vec(),
    );
    rows[2][column] = text.to_owned();
    workbook_of(&rows)
}

#[test]
fn the_grades_that_are_due_stand_in_the_template_and_are_listed_once_recorded() {
    let desk = desk();
    let joint_branch = desk.office.establish(&desk.server, "2018-06-01");
    desk.office.establish_another(&desk.server, "2018-06-01");
    let clerk = desk.server.client(&desk.office.clerk);
    let mut rows = template(&clerk, "evaluate-quarter");
    let (name, grade) = (column(&rows, "联合党组织"), column(&rows, "等次"));
    let named: Vec<_> = rows[3..].iter().map(|row| row[name].as_str()).collect();
    assert_eq!(named, ["狮子田岩联合党支部", "第二联合党支部"]);
    assert!(rows[2][name].starts_with("示例：") && rows[2][grade].starts_with("示例："), "{rows:?}");
    let organ = column(&rows, "行文（决定）单位");
    assert!(rows[3][organ].starts_with("中共白果乡委员会"), "{rows:?}");
    assert!(rows.iter().flatten().all(|text| !text.starts_with('/')), "{rows:?}");

    let path = "/work/evaluate-quarter/bulk";
    let nothing = upload_to(&clerk, path, &workbook_of(&rows)).expect(200);
    assert!(nothing.text.contains("没有填写任何一行"), "{}", nothing.text);
    // The example stays, and the second is left for later.
    rows[3][grade] = "好".into();
    rows[3][name] = " 狮子田岩　联合党支部".into();
    let before = last(&desk);
    let tried = upload_to(&clerk, path, &workbook_of(&rows)).expect(200);
    assert!(tried.text.contains("各行均可记录"), "{}", tried.text);
    assert!(tried.text.contains("另有 1 行只有预先填好的几栏"), "{}", tried.text);
    let done = record_to(&clerk, path, &form_of(&tried)).expect(303);
    assert_eq!(last(&desk), before + 1);
    let again = record_to(&clerk, path, &form_of(&tried)).expect(303);
    assert_eq!((again.header("location"), last(&desk)), (done.header("location"), before + 1));
    let listed = clerk.get(done.header("location").unwrap()).expect(200);
    let link = format!("href=\"/joint-branches/{joint_branch}\">狮子田岩联合党支部</a>");
    assert!(listed.text.contains(&link) && listed.text.contains("已一并记录下列各项"), "{}", listed.text);
    // What is no longer owed stands in the next template no more.
    let rows = template(&clerk, "evaluate-quarter");
    assert_eq!(rows[3..].iter().map(|row| row[name].as_str()).collect::<Vec<_>>(), ["第二联合党支部"]);
}

#[test]
fn the_rows_of_joint_branches_and_of_villages_stand_in_their_templates() {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    let clerk = desk.server.client(&desk.office.clerk);
    let rows = template(&clerk, "record-activity");
    let name = column(&rows, "联合党组织");
    assert_eq!(rows[3..].iter().map(|row| row[name].as_str()).collect::<Vec<_>>(), ["狮子田岩联合党支部"]);
    assert_eq!(template(&clerk, "update-organization").len(), 3 + desk.office.branches.len());
}

#[test]
fn what_a_secretary_owes_stands_in_the_templates_that_meet_it() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let data = json!({"joint_branch": id, "person": office.persons[0], "source": "strong_village_leader", "term_start": "2018-06-02"});
    let decided_by = json!({"meeting": "乡党委会", "date": "2018-06-02"});
    let assign = json!({"effective_date": "2018-06-02", "on_behalf_of": office.township_organ, "decided_by": decided_by, "data": data});
    let clerk = desk.server.client(&office.clerk);
    settle(&desk.server.client(&office.officer), &clerk.command("assign-secretary", &assign).expect(201));
    let mut rows = template(&clerk, "record-commitment");
    let (kind, person) = (column(&rows, "类别"), column(&rows, "人员"));
    let goal = rows[3..].iter().position(|row| row[kind] == "任期目标").unwrap() + 3;
    assert!(rows[goal][person].starts_with("测试书记") && rows.len() > 6, "{rows:?}");
    // One is filled in, the others are left for later.
    let (content, made_on) = (column(&rows, "内容"), column(&rows, "作出日期"));
    rows[goal][content] = "三年内集体经济收入翻一番".into();
    rows[goal][made_on] = "2018-06-20".into();
    let path = "/work/record-commitment/bulk";
    let tried = upload_to(&clerk, path, &workbook_of(&rows)).expect(200);
    assert!(tried.text.contains("各行均可记录"), "{}", tried.text);
    record_to(&clerk, path, &form_of(&tried)).expect(303);
    let left = template(&clerk, "record-commitment");
    assert!(left[3..].iter().all(|row| row[kind] != "任期目标"), "{left:?}");
    let reviews = template(&clerk, "record-yearly-review");
    let year = column(&reviews, "年度");
    assert!(reviews[3..].iter().any(|row| row[year] == "2018"), "{reviews:?}");
}

#[test]
fn a_name_is_taken_within_the_readers_own_place_and_what_names_nothing_is_refused_by_its_cell() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let parent = 3;
    for text in ["梅树乡", "梅 树乡　", "梅树乡 510811211", "５１０８１１２１１"] {
        let tried = upload(&officer, &villages_with(parent, text)).expect(200);
        assert!(tried.text.contains("各行均可记录"), "{text}: {}", tried.text);
    }
    // Another county's township is named as one that nobody knows, and nothing of that county is told.
    for text in ["朝天镇", "无名乡"] {
        let refused = upload(&officer, &villages_with(parent, text)).expect(200);
        assert!(refused.text.contains(&format!("「{text}」不在此项可选的名单中")), "{}", refused.text);
        assert!(refused.text.contains("D3") && !refused.text.contains("510812"), "{}", refused.text);
    }
    let kept = upload(&officer, &villages_with(1, "示例：新村")).expect(200);
    assert!(kept.text.contains("单元格 B3 还是示例行的内容"), "{}", kept.text);
}

/// A sheet of one row below its head; the second cell may be a formula that comes to no value.
fn one_row(head: [&str; 4], row: [&str; 4], has_formula: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (index, (pointer, text)) in (0_u16..).zip(head.into_iter().zip(row)) {
        sheet.write_string(0, index, pointer).unwrap();
        sheet.write_string(2, index, text).unwrap();
    }
    if has_formula {
        sheet.write_formula(2, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_number_as_text_is_read_and_a_formula_without_a_value_is_refused() {
    let desk = desk();
    let clerk = desk.server.client(&desk.office.clerk);
    let head = ["/data/organization", "/data/formal_members", "/effective_date", "/on_behalf_of"];
    let path = "/work/update-organization/bulk";
    for members in ["30", "３０"] {
        let row = ["510811210205 村党支部", members, "2026-11-01", "510811210"];
        let tried = upload_to(&clerk, path, &one_row(head, row, false)).expect(200);
        assert!(tried.text.contains("各行均可记录"), "{}", tried.text);
        let refused = upload_to(&clerk, path, &one_row(head, row, true)).expect(200);
        assert!(refused.text.contains("单元格 B3 显示 #DIV/0!"), "{}", refused.text);
    }
}

#[test]
fn a_name_that_several_bear_is_refused_by_its_cell() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let head = ["/data/source", "/data/person", "/effective_date", "/on_behalf_of"];
    let row = ["", "测试书记", "2026-11-01", "510811"];
    let refused = upload_to(&officer, "/work/assign-secretary/bulk", &one_row(head, row, false)).expect(200);
    let (said, cell) = ("「测试书记」在可选的名单中有 4 个", "<strong>B3</strong>");
    assert!(refused.text.contains(said) && refused.text.contains(cell), "{}", refused.text);
    // With its organization, as the list says it, it is one.
    let row = ["", "测试书记（510811210205 村党支部）", "2026-11-01", "510811"];
    let read = upload_to(&officer, "/work/assign-secretary/bulk", &one_row(head, row, false)).expect(200);
    assert!(!read.text.contains("在可选的名单中"), "{}", read.text);
}
