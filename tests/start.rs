//! An office begins: from an empty directory, by its own lists, to its first lawful decision; and what goes wrong on the way.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::harness::{
    FOUNDED, Office, Server, created, import_places, program, run, run_well, token, token_with,
};

/// The program's status for what is refused.
const REJECTED: Option<i32> = Some(3);

struct Desk {
    directory: tempfile::TempDir,
    data: PathBuf,
}

impl Desk {
    /// A directory with the places of the office, and nothing else.
    fn with_places() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        import_places(&data);
        Self { directory, data }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    fn data(&self) -> &str {
        self.data.to_str().unwrap()
    }

    /// `import organizations`, with more options.
    fn organizations(&self, file: &str, more: &[&str]) -> (Option<i32>, String) {
        let asked = ["import", "organizations", file, "--as-of", FOUNDED, "--data", self.data()];
        said(&[&asked, more].concat())
    }

    /// `import accounts`, with more options.
    fn accounts(&self, file: &str, more: &[&str]) -> (Option<i32>, String) {
        let asked = ["import", "accounts", file, "--data", self.data()];
        said(&[&asked, more].concat())
    }

    /// A list of the city.
    fn list(&self, name: &str) -> Value {
        list_of(&self.data, name)
    }
}

fn list_of(data: &Path, name: &str) -> Value {
    let data = data.to_str().unwrap();
    serde_json::from_str(&run_well(&["list", name, "--scope", "5108", "--json", "--data", data])).unwrap()
}

/// How the program ended, and all that it said.
fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(arguments);
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), text.concat())
}

/// Of a start list, an item: how far it is, how many are there, and of how many.
fn item(list: &Value, name: &str) -> (Value, Value, Value) {
    let row = list["rows"].as_array().unwrap().iter().find(|row| row["item"] == name).unwrap();
    (row["state"].clone(), row["done"].clone(), row["total"].clone())
}

/// The organizations of 昭化区 as its office keeps them: a title, merged townships, full width, and no code anywhere.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "昭化区党组织清单（2018年）", &plain).unwrap();
    let headings = [
        "序号",
        "县（区）",
        "乡镇（街道）",
        "党组织名称",
        "所在村/单位",
        "上级党组织",
        "正式党员数（人）",
        "预备党员数",
        "户数",
    ];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(1, column, heading).unwrap();
    }
    let rows = [
        ["中共昭化区委员会", "", "", "", "", ""],
        ["中共白果乡委员会", "", "昭化区委", "0", "0", ""],
        ["狮子村党支部", "狮子村", "白果乡党委", "２０", "1", "100户"],
        ["田岩村党支部", "田岩村", "白果乡党委", "20", "1", "100"],
        ["月坝村党支部", "月坝村", "中共白果乡委员会", "20人", "1", "100"],
        ["中共梅树乡委员会", "", "昭化区委", "0", "0", ""],
        ["梅树核桃专业合作社党支部", "梅树核桃专业合作社", "梅树乡党委", "4", "0", ""],
    ];
    for (row, cells) in (2..).zip(rows) {
        for (column, cell) in (3..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    sheet.merge_range(2, 1, 8, 1, "昭化区", &plain).unwrap();
    sheet.merge_range(3, 2, 6, 2, "白果乡", &plain).unwrap();
    sheet.merge_range(7, 2, 8, 2, "梅树乡", &plain).unwrap();
    sheet.write(9, 0, "合计").unwrap();
    sheet.write(9, 6, 64).unwrap();
    workbook.save_to_buffer().unwrap()
}

const ACCOUNTS: &str = "帐号清单,,,,,\r\n姓名,角色,县（区）,乡镇（街道）,文号,发文日期\r\n\
    测试甲,县(区)经办,昭化区,,,\r\n测试乙,乡镇经办,昭化区,白果乡,,\r\n测试丙,联系会议办公室,,,,\r\n\
    测试丁,审计,,,广组〔2018〕9号,2018年1月5日\r\n";

fn gb18030(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

/// The token of a holder, from the file that `import accounts` wrote.
fn token_of(tokens: &str, holder: &str) -> String {
    let line = tokens.lines().rfind(|line| line.starts_with(&format!("{holder},"))).unwrap();
    line.rsplit(',').next().unwrap().to_owned()
}

fn id_of(list: &Value, name: &str) -> String {
    let row = list["rows"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    row["organization"].as_str().unwrap().to_owned()
}

#[test]
fn an_office_begins_from_nothing_and_comes_to_its_first_lawful_decision() {
    let desk = Desk::with_places();
    let list = desk.file("organizations.xlsx", &workbook());
    let (status, text) = desk.organizations(&list, &[]);
    assert!(status == Some(0) && text.contains("7 organizations and the figures of 3 villages"), "{text}");
    assert!(text.contains("line 1 is a title") && text.contains("line 10 is a row of sums"), "{text}");
    assert_eq!(desk.list("organizations")["rows"], json!([]), "a dry run records nothing");
    assert_eq!(desk.organizations(&list, &["--commit"]).0, Some(0));
    let (_, text) = desk.organizations(&list, &["--commit"]);
    assert!(text.contains("registered 0 organizations") && text.contains("7 were already there"), "{text}");
    let tokens = desk.path("tokens.csv");
    let accounts = desk.file("accounts.csv", &gb18030(ACCOUNTS));
    let (status, text) = desk.accounts(&accounts, &["--tokens", &tokens, "--commit"]);
    assert!(status == Some(0) && text.contains("issued 4 tokens") && !text.contains("lj_"), "{text}");
    let (_, text) = desk.accounts(&accounts, &["--tokens", &tokens, "--commit"]);
    assert!(text.contains("issued 0 tokens"), "{text}");
    let tokens = std::fs::read_to_string(tokens).unwrap();

    let start = desk.list("start");
    assert_eq!(item(&start, "county_organs"), (json!("partly"), json!(1), json!(2)));
    assert_eq!(item(&start, "township_organs"), (json!("partly"), json!(2), json!(3)));
    assert_eq!(item(&start, "branches"), (json!("partly"), json!(3), json!(5)));
    assert_eq!(item(&start, "county_officers"), (json!("partly"), json!(1), json!(2)));
    assert_eq!(item(&start, "city_organ").0, "open");
    assert_eq!(item(&start, "backup_made"), (json!("unknown"), json!(null), json!(1)));
    run_well(&["backup", "--to", &desk.path("backup"), "--data", desk.data()]);
    assert_eq!(item(&desk.list("start"), "backup_made").0, "done");
    let (_, doctor) = said(&["doctor", "--data", desk.data()]);
    assert!(doctor.contains("items of the start list are open"), "{doctor}");

    let server = Server::start(&desk.data, &[]);
    let of = |holder: &str| server.client(&token_of(&tokens, holder));
    let (city, officer, clerk) = (of("测试丙"), of("测试甲"), of("测试乙"));
    assert!(city.get("/").expect(200).text.contains("/start?scope=5108"));
    let page = city.get("/start").expect(200).text;
    assert!(page.contains("启用清单") && page.contains("/work/register-organization"), "{page}");
    // The city registers its own organ, and on its word the county's rule becomes stricter.
    let organ = json!({"name": "中共广元市委组织部", "form": "organ", "host_kind": "city", "host": "5108",
        "formal_members": 0, "probationary_members": 0});
    let organ = json!({"effective_date": FOUNDED, "on_behalf_of": "5108", "data": organ});
    let organ = created(&city.command("register-organization", &organ).expect(201), "organization");
    let today = city.get("/api/v1/cities/5108").expect(200).json()["as_of"].clone();
    let policy = json!({"effective_date": today, "on_behalf_of": organ,
        "document": {"number": "广组〔2018〕3号", "issued": "2018-01-05"}, "decided_by": {"meeting": "部务会", "date": "2018-01-04"},
        "data": {"jurisdiction": "5108", "figures": {"survey_favour_percent": 70}}});
    city.command("issue-policy", &policy).expect(201);
    let position = {
        let listed = officer.get("/api/v1/lists/organizations?scope=510811").expect(200).json();
        let office = Office {
            clerk: token_of(&tokens, "测试乙"),
            officer: token_of(&tokens, "测试甲"),
            township_organ: id_of(&listed, "中共白果乡委员会"),
            county_organ: id_of(&listed, "中共昭化区委员会"),
            branches: ["狮子村党支部", "田岩村党支部"].map(|name| id_of(&listed, name)).to_vec(),
            persons: Vec::new(),
        };
        // The county names the organ above its own, which lies in no county.
        assert_eq!(id_of(&listed, "中共广元市委组织部"), organ);
        office.establish(&server, "2018-06-01");
        clerk.get("/api/v1/townships/510811210").expect(200).json()["position"].clone()
    };
    let start =
        city.get(&format!("/api/v1/lists/start?scope=5108&min_position={position}")).expect(200).json();
    assert_eq!(item(&start, "city_organ"), (json!("done"), json!(1), json!(1)));
    assert_eq!(item(&start, "secretaries"), (json!("open"), json!(0), json!(1)));
    assert!(!city.get("/").expect(200).text.contains("/start?scope=5108"));
    assert_eq!(server.interrupt(), Some(0));
    run_well(&["audit", "verify", "--data", desk.data(), "--deep", "--self-consistent"]);
}

#[test]
fn what_is_not_sure_is_proposed_and_only_what_was_accepted_is_recorded() {
    let desk = Desk::with_places();
    let text = "名称,形式,乡镇,所在村/单位,上级,正式党员数,预备党员数\n\
        中共白果乡委员会,乡镇党委,,白果乡,,0,0\n狮子党支部,党支部,白果乡,狮子,白果乡党委,12,0\n\
        田岩村党支部,党支部,白果乡,田岩村,某某党委,9,0\n";
    let list = desk.file("list.csv", &gb18030(text));
    let (status, text) = desk.organizations(&list, &["--commit"]);
    assert!(status == REJECTED && text.contains("D3") && text.contains("E4"), "{text}");
    for name in ["proposal.xlsx", "proposal.csv"] {
        let proposal = desk.path(name);
        let (status, text) = desk.organizations(&list, &["--propose", &proposal]);
        assert!(status == Some(0) && text.contains("1 rows are sure, 1 likely, 1 open"), "{text}");
        let (status, text) = desk.organizations(&list, &["--accept", &proposal]);
        assert!(
            status == Some(0) && text.contains("2 organizations") && text.contains("1 rows not accepted"),
            "{text}"
        );
        assert_ne!(
            desk.organizations(&list, &["--propose", &proposal]).0,
            Some(0),
            "it holds an officer's work"
        );
    }
    let proposal = desk.path("proposal.csv");
    let other =
        desk.file("other.csv", &gb18030("名称,形式,所在村/单位,正式党员数\n月坝村党支部,党支部,月坝村,3\n"));
    let (status, text) = desk.organizations(&other, &["--accept", &proposal, "--commit"]);
    assert!(status == REJECTED && text.contains("is of another one"), "{text}");
    let (status, text) = desk.organizations(&list, &["--accept", &proposal, "--commit"]);
    assert!(status == Some(0) && text.contains("registered 2 organizations"), "{text}");
    let names: Vec<Value> = desk.list("organizations")["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["中共白果乡委员会", "狮子党支部"]);
}

#[test]
fn a_list_that_fails_is_refused_by_cell_and_nothing_of_it_is_recorded() {
    let desk = Desk::with_places();
    let refused = |file: &str, word: &str| {
        let (status, text) = desk.organizations(file, &["--commit"]);
        assert!(status == REJECTED && text.contains(word), "{word}: {status:?} {text}");
    };
    let rows = |rows: &str| format!("名称,形式,乡镇,所在村/单位,正式党员数,预备党员数\n{rows}");
    let csv = |name: &str, text: &str| desk.file(name, text.as_bytes());
    refused(&csv("1.csv", &rows("剑门村党支部,党支部,白果乡,剑门村,3,0\n")), "D2");
    refused(
        &csv(
            "2.csv",
            &rows("狮子村党支部,党支部,白果乡,狮子村,3,0\n狮子村支部委员会,党支部,白果乡,狮子村,3,0\n"),
        ),
        "the same organization as on line 2",
    );
    refused(&csv("3.csv", "名称,名称,正式党员数\n甲,乙,3\n"), "the same column");
    refused(&csv("4.csv", "甲,乙\n1,2\n"), "no row of headings");
    refused(&csv("5.csv", &rows("狮子村党支部电话13900000000,党支部,白果乡,狮子村,3,0\n")), "telephone");
    refused(&csv("6.csv", &rows(&"狮子村党支部,党支部,白果乡,狮子村,3,0\n".repeat(5_001))), "5000 rows");
    // A rule of the log refuses, and its cell is named: more people than there can be.
    refused(&csv("7.csv", &rows("狮子村党支部,党支部,白果乡,狮子村,3000000000,0\n")), "A2");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(["名称", "所在村/单位", "正式党员数"]) {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, "狮子村党支部").unwrap();
    sheet.write(1, 1, "狮子村").unwrap();
    sheet.write(1, 2, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    refused(&desk.file("8.xlsx", &workbook.save_to_buffer().unwrap()), "C2");
    assert_eq!(desk.list("organizations")["rows"], json!([]));

    let refused = |name: &str, row: &str, cell: &str| {
        let file = csv(name, &format!("姓名,角色,范围,天数,文号,发文日期\n{row}\n"));
        let (status, text) = desk.accounts(&file, &["--tokens", &desk.path("tokens"), "--commit"]);
        assert!(status == REJECTED && text.contains(cell), "{row}: {status:?} {text}");
    };
    refused("a.csv", "甲某,县(区)经办,昭化区,,,\n甲某,审计,5108,,广组〔2018〕9号,2018-01-05", "B3");
    refused("b.csv", "甲某,县(区)经办,昭化区,,,\n甲 某,乡镇经办,白果乡,,,", "E3");
    refused("c.csv", "甲某,县(区)经办,白果乡,,,", "C2");
    refused("d.csv", "甲某,县(区)经办,510811,900,,", "D2");
    refused("f.csv", "甲某,县(区)经办,510100,,,", "C2");
    assert_eq!(run_well(&["token", "list", "--json", "--data", desk.data()]), "");
    assert!(!Path::new(&desk.path("tokens")).exists());
}

/// The program, on its way.
fn begun(arguments: &[&str]) -> Child {
    let mut command = Command::new(program());
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_list_cut_off_anywhere_is_completed_by_the_next_run() {
    let desk = Desk::with_places();
    let units: String =
        (0..400).map(|at| format!("第{at}合作社党支部,党支部,第{at}合作社,白果乡,3,0\n")).collect();
    let list =
        desk.file("units.csv", format!("名称,形式,所属,乡镇,正式党员数,预备党员数\n{units}").as_bytes());
    let commit = ["import", "organizations", &list, "--as-of", FOUNDED, "--data", desk.data(), "--commit"];
    for milliseconds in [20, 80, 160, 320, 640] {
        let mut running = begun(&commit);
        std::thread::sleep(Duration::from_millis(milliseconds));
        running.kill().unwrap();
        running.wait().unwrap();
    }
    run_well(&commit);
    let (_, text) = desk.organizations(&list, &["--commit"]);
    assert!(text.contains("registered 0 organizations") && text.contains("400 were already there"), "{text}");
    let found = desk.list("organizations");
    assert_eq!(found["figures"]["organizations"]["value"], 400);

    let people: String = (0..30).map(|at| format!("测试{at},县(区)经办,510811\n")).collect();
    let list = desk.file("people.csv", format!("姓名,角色,范围\n{people}").as_bytes());
    let tokens = desk.path("tokens.csv");
    let commit = ["import", "accounts", &list, "--data", desk.data(), "--tokens", &tokens, "--commit"];
    for milliseconds in [20, 60, 120, 240] {
        let mut running = begun(&commit);
        std::thread::sleep(Duration::from_millis(milliseconds));
        running.kill().unwrap();
        running.wait().unwrap();
    }
    run_well(&commit);
    let text = std::fs::read_to_string(&tokens).unwrap();
    let server = Server::start(&desk.data, &[]);
    for at in 0..30 {
        server.client(&token_of(&text, &format!("测试{at}"))).get("/api/v1/counties/510811").expect(200);
    }
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(run_well(&["token", "list", "--json", "--data", desk.data()]).lines().count(), 30);
    run_well(&["audit", "verify", "--data", desk.data(), "--deep", "--self-consistent"]);
}

#[test]
fn a_running_service_takes_each_countys_list_from_its_officer_and_the_citys_organ_from_its_office() {
    let desk = Desk::with_places();
    let server = Server::start(&desk.data, &[]);
    let token_file = |name: &str, token: String| desk.file(name, token.as_bytes());
    let officer = token_file("officer", token(&desk.data, "county_officer", "510811"));
    let city = token_file("city", token(&desk.data, "city_office", "5108"));
    let through = |list: &str, token: &str, more: &[&str]| {
        let asked = [
            "import",
            "organizations",
            list,
            "--as-of",
            FOUNDED,
            "--server",
            &server.address,
            "--token-file",
            token,
        ];
        said(&[&asked, more].concat())
    };
    let organ = desk.file("city.csv", "名称,正式党员数\n中共广元市委组织部,0\n".as_bytes());
    let (status, text) = through(&organ, &city, &["--commit"]);
    assert!(status == Some(0) && text.contains("registered 1 organizations"), "{text}");
    let list = desk.file("list.xlsx", &workbook());
    let (status, text) = through(&list, &officer, &[]);
    assert!(status == Some(0) && text.contains("7 organizations"), "{text}");
    let (status, text) = through(&list, &officer, &["--commit"]);
    assert!(
        status == Some(0) && text.contains("registered 7 organizations and the figures of 3 villages"),
        "{text}"
    );
    let (_, text) = through(&list, &officer, &["--commit"]);
    assert!(text.contains("7 were already there"), "{text}");
    // Another county's places are not there for this token; the city's office registers no county's organ.
    let other =
        desk.file("other.csv", "名称,所在村/单位,正式党员数\n中共朝天镇委员会,510812100,0\n".as_bytes());
    assert_eq!(through(&other, &officer, &["--commit"]).0, REJECTED);
    assert_eq!(through(&other, &city, &["--commit"]).0, REJECTED);
    // Who only reads records nothing.
    let auditor = token_file(
        "auditor",
        token_with(
            &desk.data,
            "auditor",
            "5108",
            &["--document", "广组〔2018〕9号", "--issued", "2018-01-05"],
        ),
    );
    let another =
        desk.file("another.csv", "名称,所在村/单位,正式党员数\n前进村党支部,510811210208,5\n".as_bytes());
    assert_ne!(through(&another, &auditor, &["--commit"]).0, Some(0));
}
