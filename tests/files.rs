//! Files and texts as people have them: what is filled in is read as it is shown, or refused where it stands; nothing that
//! somebody gave is left out without a word.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Answer, Client, desk, fact, key, program, run_well};

const BOUNDARY: &str = "----lianjian";
/// The columns of the sheets below, all of `register-place`.
const HEAD: [&str; 6] =
    ["/data/code", "/data/name", "/data/level", "/data/parent", "/effective_date", "/on_behalf_of"];
const LABELS: [&str; 6] = ["说明"; 6];

/// A cell with a text.
fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A row of texts, from column A on.
fn row(number: u32, texts: &[&str]) -> String {
    let cells =
        "ABCDEFGHIJKLMNOP".chars().zip(texts).map(|(column, own)| text(&format!("{column}{number}"), own));
    format!(r#"<row r="{number}">{}</row>"#, cells.collect::<String>())
}

/// A village's row whose effective date is the cell that is given.
fn village(number: u32, code: u32, day: &str) -> String {
    let texts = [&format!("510811211{code}"), &format!("新村{code}"), "village", "510811211"];
    let others = row(number, &texts).replace("</row>", "");
    format!("{others}{day}{}</row>", text(&format!("F{number}"), "510811"))
}

/// A workbook of these rows; style 1 shows a day.
fn workbook(rows: &str, since_1904: bool) -> Vec<u8> {
    let first = if since_1904 { r#"<workbookPr date1904="1"/>"# } else { "" };
    let book =
        format!(r#"<workbook xmlns:r="r">{first}<sheets><sheet name="1" r:id="r1"/></sheets></workbook>"#);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let parts = [
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", &book),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/styles" Target="styles.xml"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(part.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Uploads a sheet of a command; nothing is recorded by that.
fn upload(client: &Client, command: &str, file: &[u8]) -> Answer {
    let head =
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let client = client.with("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"));
    client.post(&format!("/work/{command}/bulk"), &body)
}

fn says(answer: &Answer, words: &[&str]) {
    words.iter().for_each(|word| assert!(answer.text.contains(word), "{word}: {}", answer.text));
}

#[test]
fn a_sheet_is_read_as_it_is_shown_and_the_page_shows_what_was_read() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let tried = |rows: &[String], since_1904| {
        let rows = [row(1, &HEAD), row(2, &LABELS)].iter().chain(rows).cloned().collect::<String>();
        upload(&officer, "register-place", &workbook(&rows, since_1904)).expect(200)
    };
    // 2018-01-02 in both systems, as a number, and as people write it.
    let rows = [
        village(3, 301, r#"<c r="E3" s="1"><v>41640</v></c>"#),
        village(4, 302, r#"<c r="E4"><v>41640</v></c>"#),
        village(5, 303, &text("E5", "２０１８年1月2日")),
    ];
    let page = tried(&rows, true);
    says(&page, &["各行均可记录", "第 2 行不是模板的说明"]);
    assert_eq!(page.text.matches("<td>2018-01-02</td>").count(), 3, "{}", page.text);
    says(&tried(&[village(3, 301, r#"<c r="E3" s="1"><v>43102</v></c>"#)], false), &["<td>2018-01-02</td>"]);
    // What the sheet does not show is neither guessed nor left out.
    let rows = [
        village(3, 301, r#"<c r="E3" t="e"><v>#REF!</v></c>"#),
        village(4, 302, r#"<c r="E4"><f>TODAY()</f></c>"#),
        village(5, 303, r#"<c r="E5" s="1"><v>0.5</v></c>"#),
    ];
    let page = tried(&rows, false);
    says(&page, &["没有记录任何内容", "单元格 E3 显示 #REF!", "单元格 E4 是公式", "E5"]);
    assert!(!page.text.contains("各行均可记录"), "{}", page.text);
}

#[test]
fn rows_that_are_hidden_misplaced_or_unlabelled_are_said_by_their_numbers() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let of = |rows: String| upload(&officer, "register-place", &workbook(&rows, false));
    let day = |number: u32| text(&format!("E{number}"), "2018-01-02");
    let good = |number: u32, code| village(number, code, &day(number));
    let hidden = [row(1, &HEAD), row(2, &LABELS), good(3, 301), good(4, 302), good(5, 303)].concat();
    let hidden = hidden.replace(r#"<row r="4">"#, r#"<row r="4" hidden="1">"#);
    says(&of(hidden).expect(200), &["共 3 行，其中 1 行被隐藏或筛选掉", "第 4 行", "各行均可记录"]);
    let unlabelled = [row(1, &HEAD), good(2, 301), good(3, 302), good(4, 303)].concat();
    says(&of(unlabelled).expect(200), &["<p>3 行</p>", "新村301", "各行均可记录"]);
    let shifted =
        [row(2, &HEAD), row(3, &LABELS), good(4, 301), village(5, 302, &text("E5", "2018-02-30"))].concat();
    says(&of(shifted).expect(200), &["单元格 E5 是「2018-02-30」"]);
    let twice: Vec<&str> = HEAD.into_iter().chain(["/data/name"]).collect();
    says(&of([row(1, &twice), good(3, 301)].concat()).expect(400), &["B 列与 G 列同名"]);
}

#[test]
fn of_two_rows_of_one_name_and_one_without_a_name_none_is_left_out() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let item = |at: u32, field: &str| format!("/data/indicators/{at}/{field}");
    let head: Vec<String> =
        ["_key", "value"].iter().flat_map(|field| [item(0, field), item(1, field)]).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let sheet = |values: &[&str]| {
        let rows = [row(1, &head), row(3, values)].concat();
        upload(&officer, "evaluate-quarter", &workbook(&rows, false)).expect(200)
    };
    says(
        &sheet(&["培训人次", "培训人次", "60", "75"]),
        &["A3", "B3", "「培训人次」填了两次：第 1 项和第 2 项"],
    );
    says(&sheet(&["", "党课", "60", "3"]), &["A3", "第 1 项填了内容，没有填名称"]);
    // The same in the form of the page.
    let form = |fields: &[(&str, &str)]| {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let fields = fields.iter().map(|(name, text)| format!("{}={}", encode(name), encode(text)));
        let body = fields
            .chain([format!("_key={}", key()), "_step=record".to_owned()])
            .collect::<Vec<_>>()
            .join("&");
        let client = officer.with("content-type", "application/x-www-form-urlencoded");
        client.post("/work/evaluate-quarter", body.as_bytes()).expect(200)
    };
    let twice = [
        ("/data/indicators/0/_key", "党课"),
        ("/data/indicators/0/value", "3"),
        ("/data/indicators/1/_key", "党课"),
        ("/data/indicators/1/value", "4"),
    ];
    let page = form(&twice);
    says(&page, &["「党课」填了两次", "value=\"3\"", "value=\"4\""]);
    says(&form(&[("/data/indicators/0/value", "3")]), &["没有填名称", "value=\"3\""]);
    says(&form(&[("/data/grade", "good"), ("/data/grade", "fair")]), &["这一项填了两次"]);
    says(&form(&[("/data/colour", "红")]), &["填写的「红」不在表单的各项之中"]);
}

const LIST: &str = "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n\
    510811210,白果乡,township,510811\n510811210206,田岩村村民委员会,village,510811210\n";

/// What a list would be registered as, or why it is refused.
fn listed(directory: &Path, bytes: &[u8]) -> (Option<i32>, String) {
    let file = directory.join("list.csv");
    std::fs::write(&file, bytes).unwrap();
    let none = directory.join("none");
    let arguments = [
        "import",
        "places",
        file.to_str().unwrap(),
        "--as-of",
        "2026-01-01",
        "--data",
        none.to_str().unwrap(),
    ];
    let output = Command::new(program()).args(["--lang", "zh"]).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_list_of_places_is_read_however_it_was_saved() {
    let directory = tempfile::tempdir().unwrap();
    let wide = |write: fn(u16) -> [u8; 2]| {
        ["\u{feff}", LIST].concat().encode_utf16().flat_map(write).collect::<Vec<u8>>()
    };
    let official = "统计用区划代码\t名称\n510000000000\t四川省\n510800000000\t广元市\n510811000000\t昭化区\n510811210000\t白果乡\n510811210206\t田岩村村民委员会\n";
    let files = [
        LIST.as_bytes().to_vec(),
        LIST.replace('\n', "\r").into_bytes(),
        LIST.replace('\n', "\r\n").into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        encoding_rs::GB18030.encode(LIST).0.into_owned(),
        official.as_bytes().to_vec(),
    ];
    for bytes in files {
        let (code, said) = listed(directory.path(), &bytes);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("将登记 4 个（市 1，县 1，乡镇 1，村 1）"), "{said}");
    }
    let bare: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (code, said) = listed(directory.path(), &bare);
    assert!(code == Some(3) && said.contains("没有字节序标记的 UTF-16"), "{said}");
}

#[test]
fn what_is_no_name_of_a_place_is_refused_by_line_and_column() {
    let directory = tempfile::tempdir().unwrap();
    let rows = ["#N/A", "46113", "TRUE", "\u{e5e5}岩村", "\u{fffd}林村", "2026-04-01"];
    let rows: String =
        (301..).zip(rows).map(|(code, name)| format!("510811210{code},{name},village,510811210\n")).collect();
    let (code, said) = listed(directory.path(), format!("{LIST}{rows}").as_bytes());
    assert_eq!(code, Some(3), "{said}");
    assert!(
        (6..=11).all(|line| said.contains(&format!("\n{line}  ")) || said.contains(&format!("\n{line}   "))),
        "{said}"
    );
    assert!(said.contains("U+E5E5") && said.contains("U+FFFD") && said.contains("6 处不合格"), "{said}");
}

#[test]
fn villages_are_counted_by_what_they_are_and_not_by_their_numbers_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (file, data) = (directory.path().join("list.csv"), directory.path().join("data"));
    let more = "510811400,某林场,township,510811,\n510811400498,某林场虚拟社区,village,510811400,\n510811400501,一队生活区,village,510811400,\n\
        510811210004,河坝村村民委员会,village,510811210,\n510811210251,新街居民委员会,village,510811210,\n510811210252,石桥,village,510811210,其他\n";
    let stated = LIST.replace('\n', ",\n").replace("parent,", "parent,kind");
    std::fs::write(&file, stated + more).unwrap();
    let (file, data) = (file.to_str().unwrap(), data.to_str().unwrap());
    run_well(&["import", "places", file, "--as-of", "2026-01-01", "--commit", "--data", data]);
    let city = run_well(&["show", "city", "5108", "--data", data]);
    assert!(
        city.lines().any(|line| line.starts_with("Villages ") && line.contains(" 2 villages ")),
        "{city}"
    );
}

#[test]
fn lawful_texts_are_taken_and_numbers_of_persons_are_not() {
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let person = json!({"name": "古丽娜尔·吐尔逊", "organization": desk.office.branches[0]});
    officer.command("register-person", &fact("510811", person)).expect(201);
    let joint_branch = desk.office.establish(&desk.server, "2018-06-01");
    // What a finding of the evaluation would be refused for.
    let refused = |finding: &str| {
        let data = json!({"joint_branch": joint_branch, "quarter": "2018Q3", "grade": "good", "findings": [finding]});
        let mut line = json!({"id": key(), "name": "evaluate-quarter", "effective_date": "2018-10-08", "on_behalf_of": desk.office.county_organ, "data": data});
        line["simulated"] = json!(false);
        let trial = officer
            .with("content-type", "application/x-ndjson")
            .post("/api/v1/trials", line.to_string().as_bytes());
        trial.expect(200).json()["refusals"][0]["detail"].as_str().unwrap_or_default().to_owned()
    };
    for lawful in [
        "1996-05-04 120户参加",
        "1978 1988 300",
        "区划代码130528（45678人）",
        "140981102 30户",
        "总投资 13 500 000 000 元",
    ] {
        assert!(!refused(lawful).contains("电话号码"), "{lawful}");
    }
    for number in ["电话139.0000.0000", "电话139／0000／0000", "电话一三九零零零零零零零零"]
    {
        assert!(refused(number).contains("电话号码"), "{number}");
    }
    assert!(refused("\u{e5e5}岩村").contains("U+E5E5"));
    assert!(refused("#REF!").contains("出错标记"));
    for dot in ["·", "•", "‧", "・", "．", ".", ""] {
        let spelled = format!("古丽娜尔{dot}吐尔逊");
        let said = refused(&format!("由{spelled}办理"));
        assert!(said.contains("姓名"), "{spelled}: {said}");
        let form = format!("name={spelled}&_token=");
        let client = officer.with("content-type", "application/x-www-form-urlencoded");
        let found = client.post("/log/names", form.as_bytes()).expect(303);
        let place = found.header("location").unwrap().to_owned();
        assert!(place.contains("person="), "{spelled}: {place}");
    }
}
