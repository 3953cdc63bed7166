//! The papers in an office program: LibreOffice opens the brief, a workbook and every 公文 without complaint, and prints them
//! on A4.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{Server, run as lianjian, run_well, token};
use crate::words::wire_words;

/// Runs a program to its end, which must be a good one; gives what it printed.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output
        .unwrap_or_else(|error| panic!("{program} is missing: run tests/fetch-browser-tools ({error})"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file as LibreOffice prints it.
fn printed(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap();
    // A profile of its own, so that nothing of the machine's user is read or changed.
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let (to, from) = (folder.to_str().unwrap(), file.to_str().unwrap());
    run("soffice", &[&profile, "--headless", "--convert-to", "pdf", "--outdir", to, from]);
    file.with_extension("pdf")
}

/// How many pages it has, all of which must be A4, and its words.
fn read(file: &Path) -> (usize, String) {
    let path = file.to_str().unwrap();
    let told = run("pdfinfo", &["-f", "1", "-l", "99", path]);
    let sizes: Vec<&str> =
        told.lines().filter(|line| line.starts_with("Page ") && line.contains(" size:")).collect();
    let is_a4 = |line: &&str| {
        let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let (shorter, longer) = (numbers[1].min(numbers[2]), numbers[1].max(numbers[2]));
        (shorter - 595.3).abs() < 1.0 && (longer - 841.9).abs() < 1.0
    };
    assert!(!sizes.is_empty() && sizes.iter().all(is_a4), "{told}");
    (sizes.len(), run("pdftotext", &["-layout", path, "-"]))
}

#[test]
fn an_office_program_prints_the_brief_and_a_table_on_a4() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let client = server.client(&token(&data, "auditor", "5108"));
    let saved = |path: &str, name: &str| {
        let file = directory.path().join(name);
        std::fs::write(&file, client.download(path)).unwrap();
        printed(&file)
    };
    let (pages, words) = read(&saved("/brief/5108?as_of=2019-06-30", "brief.docx"));
    assert!((2..=8).contains(&pages), "{pages} pages");
    let words: String = words.split_whitespace().collect();
    for said in [
        "广元市联建工作简报",
        "2019年第一季度",
        "数据截至2019年6月30日",
        "一、总体情况",
        "六、存在问题",
        "七、工作建议",
        "八、下一步",
        "昭化区",
        "模拟数据",
        "尚未经第三方共同签证（核验：",
        "—1—",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    // All columns stand on one page, so that the register of a county is one sheet; the last page says what it is.
    let (pages, words) = read(&saved("/counties/510811/register?format=xlsx", "register.xlsx"));
    assert_eq!(pages, 2, "{words}");
    assert!(words.contains("狮子田岩联合党支部") && words.contains("共同签证"), "{words}");
}

#[test]
fn a_brief_is_of_its_place_says_no_wire_names_and_is_called_by_place_and_quarter() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let client = server.client(&token(&data, "auditor", "5108"));
    for (path, language, title, named) in [
        (
            "/brief/510811?as_of=2019-06-30",
            "zh-CN",
            "昭化区联建工作简报",
            "昭化区联建工作简报2019年第一季度.docx",
        ),
        ("/brief/5108", "zh-CN", "广元市联建工作简报", "广元市联建工作简报"),
        ("/brief/510811210?as_of=2026-10-20", "zh-CN", "联建工作简报", "联建工作简报2026年第三季度.docx"),
        ("/brief/5108?as_of=2010-01-01", "zh-CN", "尚无评估", "联建工作简报2009年第四季度.docx"),
        ("/brief/510811?as_of=2026-10-20", "en", "brief on joint Party branches", "2026Q3.docx"),
    ] {
        let client = client.with("accept-language", language);
        let answer = client.get(path).expect(200);
        let header = answer.header("content-disposition").unwrap().to_owned();
        let (plain, own) = header.split_once("; filename*=UTF-8''").unwrap();
        assert!(plain.is_ascii() && plain.ends_with(".docx\""), "{header}");
        assert!(decoded(own).ends_with(named) || decoded(own).starts_with(named), "{header}");
        let words = text_of_docx(&client.download(path));
        assert!(words.contains(title), "{title}: {words}");
        let (said, imprint) = words.rsplit_once(if language == "en" { "As of" } else { "数据截至" }).unwrap();
        assert!(imprint.contains("/check"), "{imprint}");
        if language != "en" {
            let wire = wire_words(said);
            assert!(wire.is_empty(), "{path}: {wire:?}");
        }
        assert!(!words.contains("NaN") && !words.contains("0000000"), "{path}: {words}");
    }
    let answer = client.get("/work/evaluate-quarter/template");
    assert!(answer.status != 200 || answer.header("content-disposition").is_some());
    let sheet = client.get("/counties/510811/register?format=csv&as_of=2019-06-30").expect(200);
    let header = sheet.header("content-disposition").unwrap().to_owned();
    let own = decoded(header.split_once("UTF-8''").unwrap().1);
    assert!(own.starts_with("昭化区") && own.ends_with("2019年6月30日.csv"), "{own}");
}

/// Percent signs undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The words of a Word document, one paragraph a line.
fn text_of_docx(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let document = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
    let paragraphs = document.split("</w:p>").map(|paragraph| {
        let runs = paragraph.split("<w:t xml:space=\"preserve\">").skip(1);
        runs.filter_map(|run| run.split("</w:t>").next()).collect::<String>()
    });
    paragraphs.filter(|said| !said.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A joint branch of the cases that was established, elected and ordered to put things right.
const JOINT_BRANCH: &str = "01DEM0J01NT000000000000005";
/// A supervision of the cases.
const SUPERVISION: &str = "01DEM0MECH0000000000000052";
/// A coordination meeting of the cases.
const MEETING: &str = "01DEM0MECH0000000000000180";

/// Where each paper is had, and what it says.
const PAPERS: [(&str, &str, [&str; 2]); 8] = [
    ("joint-branches", "request", ["关于合建拱桥龙溪许寺联合党总支的请示", "签发人：【待填：签发人】"]),
    ("joint-branches", "approval", ["苍委组〔2018〕1号", "此复。"]),
    ("joint-branches", "election-report", ["实到会52名", "特此报告。"]),
    ("joint-branches", "term-reminder", ["换届选举工作的提醒函", "按期换届"]),
    ("joint-branches", "rectification-notice", ["陵江委〔2020〕1号", "整改事项"]),
    ("supervisions", "supervision-slip", ["2025年第四季度考评未录入", "2026年2月10日"]),
    ("meetings", "meeting-minutes", ["广元市2026年第1次联系会议纪要", "二、任务分工"]),
    ("counties", "circular", ["昭化区2019年第二季度", "各乡镇情况"]),
];

#[test]
fn an_office_program_prints_every_paper_of_the_record() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let client = server.client(&token(&data, "auditor", "5108"));
    let path = |of: &str, kind: &str, ending: &str| match of {
        "joint-branches" => format!("/api/v1/{of}/{JOINT_BRANCH}/papers/{kind}.{ending}"),
        "supervisions" => format!("/api/v1/{of}/{SUPERVISION}/papers/{kind}.{ending}"),
        "meetings" => format!("/api/v1/{of}/{MEETING}/papers/{kind}.{ending}"),
        _ => format!("/api/v1/{of}/510811/papers/{kind}.{ending}?quarter=2019Q2"),
    };
    for (of, kind, said) in PAPERS {
        let answer = client.get(&path(of, kind, "json")).expect(200);
        let paper = answer.json();
        let missing = paper["missing"].as_array().unwrap().len();
        assert_eq!(answer.header("lianjian-missing"), Some(missing.to_string().as_str()));
        let file = directory.path().join(format!("{kind}.docx"));
        std::fs::write(&file, client.download(&path(of, kind, "docx"))).unwrap();
        let (pages, words) = read(&printed(&file));
        let words: String = words.split_whitespace().collect();
        assert!((1..=3).contains(&pages), "{kind}: {pages} pages");
        for said in said {
            assert!(words.contains(said), "{kind}: {said}: {words}");
        }
        assert!(!words.contains("{{") && words.contains("模拟数据"), "{kind}: {words}");
        assert_eq!(words.matches("【待填：").count(), missing, "{kind}: {words}");
        // The page shows the same, and leads to the same file.
        let page = path(of, kind, "").replace("/api/v1", "").replace(&format!("{kind}."), kind);
        let page = client.get(&page).expect(200).text;
        assert_eq!(page.matches("<mark>【待填：").count(), missing, "{kind}");
    }
    let nobody = client.get(&path("joint-branches", "pi-fu", "docx")).expect(404).json();
    assert!(nobody["detail"].as_str().unwrap().contains("approval"), "{nobody}");
    let other = client.get(&path("supervisions", "approval", "docx")).expect(404).json();
    assert!(other["detail"].as_str().unwrap().contains("不是就此类对象起草的"), "{other}");
    let before = format!("{}?as_of=2018-01-31", path("joint-branches", "request", "docx"));
    client.get(&before).expect(404);
    // Who reads another county reads no paper of this one.
    let stranger = server.client(&token(&data, "county_officer", "510811"));
    stranger.get(&path("joint-branches", "approval", "docx")).expect(403);
}

#[test]
fn a_county_replaces_a_template_and_one_that_is_wrong_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    Server::start(&data, &["--demo=cases"]).interrupt();
    let own = data.join("papers/510824");
    std::fs::create_dir_all(&own).unwrap();
    let template = "机关：{{发文机关}}\n标题：苍溪样式\n落款：{{发文机关}}\n日期：{{成文日期}}\n\n同意{{联合党组织}}。\n";
    std::fs::write(own.join("approval.txt"), template).unwrap();
    let (data, out) = (data.to_str().unwrap(), directory.path().join("a.docx"));
    let write = || {
        let out = out.to_str().unwrap();
        lianjian(&["paper", "approval", JOINT_BRANCH, "--out", out, "--data", data, "--json"])
    };
    let told: Value = serde_json::from_slice(&write().stdout).unwrap();
    assert_eq!((told["title"].as_str(), told["kind"].as_str()), (Some("苍溪样式"), Some("approval")));
    assert!(out.exists());
    assert_eq!(write().status.code(), Some(2), "a file that is there is not overwritten");
    assert!(run_well(&["doctor", "--data", data, "--lang", "zh"]).contains("本地的公文模板 1 个"));
    std::fs::write(own.join("approval.txt"), template.replace("联合党组织", "联合支部")).unwrap();
    let refused = |arguments: &[&str], status| {
        let output = lianjian(arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert_eq!(output.status.code(), Some(status), "{said}");
        assert!(said.contains("papers/510824/approval.txt 第 6 行的字段「联合支部」不存在"), "{said}");
    };
    refused(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--lang", "zh"], 2);
    refused(&["doctor", "--data", data, "--lang", "zh"], 5);
}
