//! The papers in an office program: LibreOffice opens the brief and a workbook without complaint, and prints them on A4.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Server, token};

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
    for said in ["广元市联系会议简报", "截至 2019-06-30", "一、数字", "昭化区", "模拟数据", "—1—"]
    {
        assert!(words.contains(said) || words.replace(' ', "").contains(said), "{said}: {words}");
    }
    // All columns stand on one page, so that the register of a county is one sheet; the last page says what it is.
    let (pages, words) = read(&saved("/counties/510811/register?format=xlsx", "register.xlsx"));
    assert_eq!(pages, 2, "{words}");
    assert!(words.contains("狮子田岩联合党支部") && words.contains("依据日志第 1 至"), "{words}");
}
