//! The words of the pages and sheets: whoever reads them in Chinese meets no name of the wire, no id, no bare code of a place,
//! and no villagers' committee in the place of a Party organization.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Cursor;

use calamine::{Reader, Xlsx};

use crate::harness::{Client, Server, client, in_session, run_well};

/// How many pages of one shape are read: an address without its ids, numbers and values.
const OF_A_SHAPE: usize = 2;
/// The most pages that are read.
const MAX_PAGES: usize = 250;
/// The shortest run of small letters that is taken for a word of the wire.
const MIN_LETTERS: usize = 4;
/// What may stand there: the program's own name, and the ends of file names.
const ALLOWED: [&str; 2] = ["lianjian", "xlsx"];
/// Where a name of the program must stand: its commands on the page that says what an office still needs, and the file with
/// which a receipt is checked.
const ALLOWED_ON: [(&str, &[&str]); 2] = [
    (
        "/lists/start",
        &[
            "accounts",
            "backup",
            "commit",
            "import",
            "keys",
            "organizations",
            "tokens",
            "witness",
            "places",
            "ledger",
            "serve",
        ],
    ),
    ("/check", &["audit", "browser", "check", "docs", "html", "receipt", "verify"]),
];
/// What a villagers' committee is called, which is no Party organization: a village's official name ends so.
const COMMITTEE: &str = "村民委员会";
/// The page of a village says its official name, once.
const OFFICIAL_ON: &str = "/villages/";
/// What stands on the list of work and is no command with a sheet.
const NO_SHEET: [&str; 2] = ["ledger", "grades"];
/// How many digits the codes of a city, county, township and village have.
const CODES: [usize; 4] = [4, 6, 9, 12];
/// Elements whose text is quoted from the wire, or is not text.
const QUOTED: [&str; 4] = ["script", "style", "code", "pre"];

#[test]
fn no_page_in_chinese_speaks_of_wire_names() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let mut bare: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (role, scope, name) in [
        ("county_officer", "510811", "甲"),
        ("township_clerk", "510811210", "乙"),
        ("city_office", "5108", "丙"),
    ] {
        let directory = data.to_str().unwrap();
        let asked =
            ["token", "create", "--data", directory, "--role", role, "--scope", scope, "--name", name];
        let token = run_well(&asked);
        let official = official_names(&client(&server.address, token.trim()));
        let reader = in_session(&server.address, token.trim());
        let mut found = |word: &str, path: &str| {
            bare.entry(word.to_owned()).or_default().insert(path.to_owned());
        };
        for (path, text) in sheets(&reader) {
            if official.iter().any(|name| text.contains(name)) {
                found(COMMITTEE, &path);
            }
        }
        for (path, page) in pages(&reader) {
            let text = text_of(&page);
            let is_official = path.starts_with(OFFICIAL_ON);
            if !is_official && official.iter().any(|name| text.contains(name)) {
                found(COMMITTEE, &path);
            }
            for code in
                bare_codes(&page).into_iter().filter(|code| !path.contains(code) && is_of(scope, code))
            {
                found(&code, &path);
            }
            let allowed =
                ALLOWED_ON.iter().filter(|(on, _)| path.starts_with(on)).flat_map(|(_, words)| *words);
            let allowed: BTreeSet<&str> = allowed.copied().collect();
            for word in wire_words(&text).into_iter().filter(|word| !allowed.contains(word.as_str())) {
                found(&word, &path);
            }
        }
    }
    let first = |paths: &BTreeSet<String>| paths.iter().take(3).cloned().collect::<Vec<_>>().join(" ");
    let said: Vec<_> = bare.iter().map(|(word, paths)| format!("{word}: {}", first(paths))).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// The official names of the villages that somebody may read.
fn official_names(reader: &Client) -> Vec<String> {
    let places = reader.get("/api/v1/places?limit=5000").expect(200).json();
    let names = places["rows"].as_array().unwrap().iter().filter_map(|place| place["name"].as_str());
    let names: Vec<String> = names.filter(|name| name.ends_with(COMMITTEE)).map(str::to_owned).collect();
    assert!(!names.is_empty(), "{places}");
    names
}

/// Every sheet that the reader may fill in, with all that stands in it.
fn sheets(reader: &Client) -> Vec<(String, String)> {
    let index = reader.with("accept-language", "zh-CN").get("/work").expect(200).text;
    let commands: BTreeSet<&str> =
        index.split("href=\"/work/").skip(1).filter_map(|rest| rest.split(['"', '?']).next()).collect();
    let sheet = |command: &&str| {
        let path = format!("/work/{command}/template");
        let bytes = reader.with("accept-language", "zh-CN").download(&path);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let names = book.sheet_names();
        let cells = names.iter().flat_map(|name| {
            book.worksheet_range(name)
                .unwrap()
                .cells()
                .map(|(_, _, cell)| cell.to_string())
                .collect::<Vec<_>>()
        });
        let text = cells.collect::<Vec<_>>().join(" ");
        (path, text)
    };
    let found: Vec<_> = commands.iter().filter(|command| !NO_SHEET.contains(command)).map(sheet).collect();
    assert!(found.len() > 5, "{commands:?}");
    found
}

/// What a definition says that is a code of a place and nothing else.
fn bare_codes(page: &str) -> Vec<String> {
    let said = page.split("<dd>").skip(1).filter_map(|rest| rest.split("</dd>").next());
    let is_code = |text: &&str| CODES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    said.map(str::trim).filter(is_code).map(str::to_owned).collect()
}

/// Whether a code is that of a scope, or lies around it or in it: a year is none.
fn is_of(scope: &str, code: &str) -> bool {
    code.starts_with(scope) || scope.starts_with(code)
}

/// The pages that links lead to from the first one, each with its text.
fn pages(client: &Client) -> Vec<(String, String)> {
    let (mut open, mut seen) = (VecDeque::from(["/", "/my-sign-in"].map(str::to_owned)), BTreeSet::new());
    let (mut shapes, mut found) = (BTreeMap::<String, usize>::new(), Vec::new());
    while let Some(path) = open.pop_front().filter(|_| found.len() < MAX_PAGES) {
        let count = shapes.entry(shape(&path)).or_default();
        if *count >= OF_A_SHAPE || !seen.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let answer = client.with("accept-language", "zh-CN").get(&path);
        if !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        for link in answer.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&");
            let is_page = link.starts_with('/') && !link.starts_with("/api") && !link.starts_with("/schemas");
            if is_page && !link.contains("lang=en") {
                open.push_back(link.split('#').next().unwrap_or_default().to_owned());
            }
        }
        found.push((path, answer.text));
    }
    for page in [
        "/log",
        "/events/",
        "/check",
        "/lists/start",
        "/lists/overrides",
        "/lists/corrections",
        "/lists/late-entries",
    ] {
        assert!(found.iter().any(|(path, _)| path.starts_with(page)), "{page} was not read");
    }
    found
}

/// An address without what differs from page to page of one kind.
pub fn shape(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kind = |part: &str| match part.bytes().any(|byte| byte.is_ascii_digit()) {
        true => "…".to_owned(),
        false => part.to_owned(),
    };
    let path: Vec<_> = path.split('/').map(kind).collect();
    let names: BTreeSet<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    // Sorting and filters show the same words again.
    let names: Vec<_> = names.into_iter().filter(|name| !name.starts_with("f_") && *name != "sort").collect();
    format!("{}?{}", path.join("/"), names.join("&"))
}

/// What a person reads of a page.
fn text_of(page: &str) -> String {
    let (mut text, mut rest) = (String::new(), page);
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start..end];
        let name = tag.trim_start_matches('<').split([' ', '>']).next().unwrap_or_default();
        rest = &rest[end..];
        if QUOTED.contains(&name) || (name == "span" && tag.contains("lang=\"en\"")) {
            rest = rest.find(&format!("</{name}>")).map_or("", |end| &rest[end..]);
        }
    }
    text + rest
}

/// Runs of small letters and underscores that are no part of a longer word, and ids.
pub fn wire_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_wire = |word: &&str| {
        let is_small =
            word.len() >= MIN_LETTERS && word.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase());
        let is_id = word.len() == ulid::ULID_LEN && ulid::Ulid::from_string(word).is_ok();
        (is_small && !ALLOWED.contains(word)) || is_id
    };
    words.filter(is_wire).map(str::to_owned).collect()
}

#[test]
fn what_is_quoted_is_not_read_and_what_is_said_is() {
    let page = "<p>甲 <code>raw_name</code> of_tomorrow<span lang=\"en\">simulated</span> English 01ARZ3NDEKTSV4RRFFQ69G5FAV</p>";
    let found: Vec<_> = wire_words(&text_of(page)).into_iter().collect();
    assert_eq!(found, ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "of_tomorrow"]);
}
