//! The pages in a real browser: the clerk's whole path, the meeting's, the past, refusals, no scripts, and what axe finds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Desk, Server, desk, token};

mod driver;
mod forms;
mod from_empty;
mod home;
mod lives;
mod looks;
mod paint;
mod rules;
mod slides;
mod worker;

use driver::Window;
pub use driver::{Browser, SCREEN};

/// Signs in with a token through the page.
pub fn sign_in(browser: &Browser, token: &str) {
    browser.go("/sign-in?lang=zh");
    browser.fill("token", token);
    browser.click_named("登录");
    browser.wait_for_path(|path| !path.starts_with("/sign-in"));
}

/// Fills in a form, looks at the preview, and records; gives the path of the record.
fn record(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    browser.go(form);
    for (name, value) in fields {
        browser.fill(name, value);
    }
    browser.click_named("预览");
    browser.click_named("确认并记录");
    browser.wait_for_path(|path| path.contains("recorded="));
    assert!(browser.text(".done").contains("已记录"), "{}", browser.text("main"));
    browser.path()
}

/// The document, the meeting and the day of a decision of the county.
fn decided<'a>(office: &'a str, number: &'a str, on: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("/effective_date", on),
        ("/on_behalf_of", office),
        ("/document/number", number),
        ("/document/issued", on),
        ("/decided_by/meeting", "县委常委会"),
        ("/decided_by/date", on),
    ]
}

/// Proposes through the form, and says which joint branch it is.
fn propose(browser: &Browser, desk: &Desk) -> String {
    let office = &desk.office;
    browser.go("/work/propose-joint-branch");
    let fields = [
        ("/data/name", "狮子田岩联合党支部"),
        ("/data/arrangement", "merger"),
        ("/data/mode", "similar_industry"),
        ("/data/form", "branch"),
        ("/data/members/0", office.branches[0].as_str()),
        ("/data/lead_township", "510811210"),
        ("/data/industry", "核桃"),
        ("/data/justification/geography", "两村相邻"),
        ("/data/justification/industry", "均种核桃"),
        ("/data/justification/governance", "同饮一渠水"),
        ("/effective_date", "2018-06-01"),
    ];
    for (name, value) in fields {
        browser.fill(name, value);
    }
    // One village is no joint branch: the form says so, with the rule and its source, beside the field.
    browser.click_named("预览");
    let refused = browser.text("#field-data-members-error");
    assert!(refused.contains("现有 1 个") && !refused.contains("joint-members"), "{refused}");
    assert!(browser.text("h1").starts_with("错误："), "{}", browser.text("h1"));
    let at = browser.run("return document.activeElement.className", &json!([]));
    assert_eq!(at, "notice", "what was refused is read first");
    browser.click("a[href='#field-data-members-error']");
    browser.picture("refused");
    browser.fill("/data/members/1", &office.branches[1]);
    browser.fill("/data/superior_decision", "昭委组[2018]1号");
    browser.click_named("预览");
    assert!(browser.text(".past").contains("尚未记录"));
    browser.picture("preview");
    browser.click_named("确认并记录");
    browser.wait_for_path(|path| path.contains("recorded="));
    let client = desk.server.client(&office.clerk);
    let ledger = client.get("/api/v1/townships/510811210/ledger").expect(200).json();
    ledger["rows"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_joint_branch_lives_and_ends_through_the_forms() {
    let desk = desk();
    let office = &desk.office;
    let clerk = Browser::open(&desk.server.address, SCREEN);
    sign_in(&clerk, &office.clerk);
    assert_eq!(clerk.path(), "/");
    let id = propose(&clerk, &desk);
    let form = |command: &str| format!("/work/{command}?joint_branch={id}");
    let township = office.township_organ.as_str();

    let survey = [
        ("/effective_date", "2018-06-01"),
        ("/data/villages/0/asked", "80"),
        ("/data/villages/0/in_favour", "70"),
        ("/data/villages/0/method", "入户"),
        ("/data/villages/0/date", "2018-06-01"),
        ("/data/villages/1/asked", "80"),
        ("/data/villages/1/in_favour", "70"),
        ("/data/villages/1/method", "入户"),
        ("/data/villages/1/date", "2018-06-01"),
    ];
    record(&clerk, &form("record-will-survey"), &survey);

    let county = Browser::open(&desk.server.address, SCREEN);
    sign_in(&county, &office.officer);
    county.go(&format!("/joint-branches/{id}"));
    county.click_named("批准合建");
    county.wait_for_path(|path| path.starts_with("/work/merge-branches"));
    record(&county, &form("merge-branches"), &decided(&office.county_organ, "昭委〔2018〕7号", "2018-06-01"));

    let meeting = [
        ("/decided_by/meeting", "乡党委会"),
        ("/decided_by/date", "2018-06-02"),
        ("/on_behalf_of", township),
    ];
    let mut assign = vec![
        ("/data/person", office.persons[0].as_str()),
        ("/data/source", "strong_village_leader"),
        ("/data/term_start", "2018-06-02"),
        ("/effective_date", "2018-06-02"),
    ];
    assign.extend(meeting);
    record(&clerk, &form("assign-secretary"), &assign);
    clerk.go(&format!("/joint-branches/{id}"));
    let page = clerk.text("main");
    for words in ["狮子田岩联合党支部", "运行中", "测试书记", "→ 联合", "昭委〔2018〕7号"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    // In a merger all functions have moved; moving one more is refused by its rule.
    clerk.go(&form("transfer-functions"));
    clerk.fill("/data/functions/0", "industry");
    clerk.fill("/effective_date", "2018-06-03");
    clerk.click_named("预览");
    assert!(clerk.text("#field-data-functions-error").contains("整体划转"));

    let grade = [("/data/quarter", "2018Q2"), ("/data/grade", "poor"), ("/effective_date", "2018-07-05")];
    record(&clerk, &form("evaluate-quarter"), &grade);
    let order =
        [("/data/deadline", "2018-10-10"), ("/data/items/0", "公开账目"), ("/effective_date", "2018-07-10")];
    record(&clerk, &form("order-rectification"), &order);
    county.go(&format!("/joint-branches/{id}"));
    county.wait_for_text(".lines", "整改中");
    clerk.go(&format!("/joint-branches/{id}"));
    clerk.picture("joint-branch");
    end(&desk, &county, &id);
    clerk.go(&format!("/joint-branches/{id}"));
    let page = clerk.text("main");
    assert!(page.contains("已撤销") && page.contains("整改未通过"), "{page}");
    clerk.go(&format!("/joint-branches/{id}?as_of=2018-08-01"));
    assert!(clerk.text("main").contains("整改中") && clerk.text(".past").contains("2018-08-01"));
}

/// One officer reviews, another dissolves.
fn end(desk: &Desk, county: &Browser, id: &str) {
    let reviewer = Browser::open(&desk.server.address, SCREEN);
    sign_in(&reviewer, &token(&desk.data, "county_officer", "510811"));
    let organ = &desk.office.county_organ;
    let mut review = decided(organ, "昭委〔2018〕20号", "2018-10-11");
    review.extend([
        ("/data/improved", "false"),
        ("/data/members/asked", "40"),
        ("/data/members/satisfied", "30"),
        ("/data/villagers/asked", "40"),
        ("/data/villagers/satisfied", "10"),
    ]);
    record(&reviewer, &format!("/work/review-rectification?joint_branch={id}"), &review);
    let mut dissolve = decided(organ, "昭委〔2018〕21号", "2018-11-01");
    dissolve.push(("/data/ground", "rectification_failed"));
    let path = record(county, &format!("/work/dissolve-joint-branch?joint_branch={id}"), &dissolve);
    // A second click, or a reload that sends the form again, finds what was recorded.
    assert!(path.starts_with(&format!("/joint-branches/{id}?")), "{path}");
    county.click_named("查看此条记录");
    assert!(county.text("main").contains("同一次办理的其他记录"));
}

/// The pairs of a form whose fields a browser told, as they are sent once more to be recorded.
fn as_recorded(fields: &Value) -> Vec<String> {
    let pairs =
        fields.as_array().unwrap().iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    pairs
        .chain([("_step", "record")])
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect()
}

#[test]
fn a_form_works_without_scripts_and_a_second_click_records_nothing_more() {
    let desk = desk();
    let browser = Browser::open(&desk.server.address, Window { scripts: false, ..SCREEN });
    sign_in(&browser, &desk.office.officer);
    browser.go("/work/register-person");
    browser.fill("/data/name", "张三");
    browser.fill("/data/organization", &desk.office.branches[0]);
    browser.click_named("增加几行");
    assert!(browser.has("input[name='/data/name'][value='张三']"), "what was filled in is still there");
    browser.click_named("预览");
    let fields = browser.run(
        "return [...document.querySelectorAll('main form input')].map(e => [e.name, e.value])",
        &json!([]),
    );
    browser.click_named("确认并记录");
    browser.wait_for_path(|path| path.contains("recorded="));
    let first = browser.path();
    let position = |path: &str| path.split('?').next().unwrap().to_owned();
    let sent = as_recorded(&fields);
    let form = desk.server.anyone().with("cookie", &browser.cookie("lianjian_session"));
    let form = form.with("content-type", "application/x-www-form-urlencoded");
    let again = form.post("/work/register-person", sent.join("&").as_bytes()).expect(303);
    assert_eq!(position(again.header("location").unwrap()), position(&first));
    // The same form from another site, or without the session's own mark, changes nothing.
    form.with("origin", "http://example.org")
        .post("/work/register-person", sent.join("&").as_bytes())
        .expect(403);
    let unmarked: Vec<_> = sent.iter().filter(|pair| !pair.starts_with(&escape("_token"))).cloned().collect();
    form.post("/work/register-person", unmarked.join("&").as_bytes()).expect(403);
}

#[test]
fn a_person_is_found_by_a_name_that_stands_in_no_address() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-06-01");
    let data = json!({"joint_branch": id, "person": desk.office.persons[0], "source": "strong_village_leader", "term_start": "2018-06-02"});
    let decided_by = json!({"meeting": "乡党委会", "date": "2018-06-02"});
    let assign = json!({"effective_date": "2018-06-02", "on_behalf_of": desk.office.township_organ, "decided_by": decided_by, "data": data});
    desk.server.client(&desk.office.clerk).command("assign-secretary", &assign).expect(201);
    let auditor = token(&desk.data, "auditor", "510811");
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &auditor);
    let search = |name: &str, post: &str| {
        browser.go("/log");
        browser.fill_in("form[action='/log/names']", "name", name);
        browser.fill_in("form[action='/log/names']", "post", post);
        browser.submit("form[action='/log/names']");
        browser.wait_for_path(|path| path.starts_with("/log?"));
    };
    // The four members of the office bear one name; one of them is a secretary.
    search("测试 书记", "");
    let path = browser.path();
    assert!(path.contains(&desk.office.persons[0]) && path.contains(&desk.office.persons[3]), "{path}");
    assert!(browser.text(".count").starts_with("5 "), "{}", browser.text("main"));
    assert!(browser.text("main").contains("正在查找的人员 测试书记"), "{}", browser.text("main"));
    browser.picture("log-person-zh");
    check_axe(&browser, "log");
    search("测试书记", "secretary");
    assert!(browser.text("tbody").contains("书记任职") && browser.text(".count").starts_with("1 "));
    search("无此人", "");
    assert!(browser.text("main").contains("没有此姓名的人员"));
    // Of another county nobody learns who bears the name.
    let other = Browser::open(&desk.server.address, SCREEN);
    sign_in(&other, &token(&desk.data, "auditor", "510812"));
    other.go(&path);
    assert!(!other.text("main").contains("测试书记") && other.text(".count").starts_with("0 "));
    let noted = desk.server.client(&auditor).get("/api/v1/access-log?limit=1000").expect(200).text;
    assert!(
        noted.contains("/log/names") && noted.contains(&format!("/log?person={}", desk.office.persons[0]))
    );
    assert!(!noted.contains("测试书记") && !noted.to_uppercase().contains("%E6%B5%8B"), "{noted}");
}

/// A page that was left holds no connection: a browser has six to one server, and the next page would wait a minute for one.
#[test]
fn no_page_waits_for_those_before_it() {
    let desk = desk();
    let browser = Browser::open(&desk.server.address, SCREEN);
    sign_in(&browser, &desk.office.officer);
    let begun = Instant::now();
    for path in
        ["/", "/obligations", "/lists", "/log", "/compare", "/counties/510811"].into_iter().cycle().take(12)
    {
        browser.go(path);
    }
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
}

/// Every byte as a form may send it.
fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The link that the server printed.
fn link(server: &Server) -> String {
    let line =
        server.said.iter().find_map(|line| line.split_whitespace().find(|word| word.contains("/sign-in?")));
    line.unwrap().to_owned()
}

#[test]
fn the_meeting_runs_from_its_page_in_both_languages_on_paper_and_for_everybody() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &["--demo=cases"]);
    let browser = Browser::open(&server.address, SCREEN);
    browser.go(&link(&server));
    browser.wait_for_path(|path| path == "/");
    let page = browser.text("main");
    for words in ["广元市", "模拟数据", "需要会议关注的事项", "各县(区)", "截至"] {
        assert!(browser.text("body").contains(words), "{words}: {page}");
    }
    browser.picture("city-zh");
    assert!(browser.print("city-zh") >= 2);
    check_axe(&browser, "city");
    browser.go("/?view=projector");
    browser.picture("city-projector");

    // Figure → joint branches → one → its events.
    browser.go("/");
    browser.click("a[href='/figures/5108/mergers']");
    browser.wait_for_path(|path| path == "/figures/5108/mergers");
    assert!(browser.text(".count").starts_with("5 "), "{}", browser.text(".count"));
    browser.click("tbody th a");
    browser.wait_for_path(|path| path.starts_with("/joint-branches/"));
    browser.picture("joint-branch-zh");
    check_axe(&browser, "joint-branch");
    assert!(browser.text("main").contains("联建前后对比"), "its members' figures before and since");
    browser.click(".life polygon");
    browser.wait_for_path(|path| path.starts_with("/events/"));
    let position = browser.path().rsplit('/').next().unwrap().to_owned();
    for link in [format!("/events/{position}/check"), format!("/api/v1/receipts/{position}")] {
        assert!(browser.has(&format!("a[href='{link}']")), "{link}");
    }
    browser.picture("event-zh");
    check_axe(&browser, "event");

    // The past stays in the address and in every link.
    browser.go("/counties/510811?as_of=2018-01-31");
    assert!(browser.text(".past").contains("2018-01-31"));
    browser.click_named("清单");
    browser.wait_for_path(|path| path == "/counties/510811/register?as_of=2018-01-31");
    for (name, path) in [
        ("register-en", "/counties/510811/register?lang=en"),
        ("county-en", "/counties/510811?lang=en"),
        ("township-en", "/townships/510811100?lang=en"),
        ("obligations-en", "/obligations?lang=en"),
        ("city-en", "/?lang=en"),
        ("log-en", "/log?lang=en"),
        ("compare-en", "/compare?lang=en&from=2018-01-31"),
        ("components-en", "/components?lang=en"),
    ] {
        browser.go(path);
        assert!(browser.text("body").contains("Sign out"), "{name}");
        browser.picture(name);
        check_axe(&browser, name);
    }
    check_papers(&server, &browser);
    // The language is kept without the parameter; narrow screens have nothing to scroll sideways but tables.
    browser.go("/obligations");
    assert!(browser.text("h1").contains("Obligations"));
    looks::lists(&browser);
    looks::sizes(&browser);
    let phone = Browser::open(&server.address, Window { size: (375, 740), scripts: false });
    phone.go("/sign-in");
    phone.picture("sign-in-phone");
}

/// Every table and the brief come as files that name day and position; their insides are the papers' own tests.
fn check_papers(server: &Server, browser: &Browser) {
    let reader = server.anyone().with("cookie", &browser.cookie("lianjian_session"));
    let lines = reader.get("/counties/510811/register?format=csv&f_phase=运行中").expect(200);
    assert!(
        lines.text.starts_with('\u{FEFF}') && lines.text.contains("狮子") && !lines.text.contains("已撤销"),
        "{}",
        lines.text
    );
    for (path, kind, ending) in [
        ("/counties/510811/register?format=xlsx", "spreadsheetml", ".xlsx\""),
        ("/obligations?format=gb18030", "charset=gb18030", ".csv\""),
        ("/brief/5108?as_of=2019-06-30", "wordprocessingml", "lianjian-brief-5108-2019Q"),
    ] {
        let file = reader.get(path).expect(200);
        assert!(file.header("content-type").unwrap().contains(kind), "{path}");
        assert!(file.header("content-disposition").unwrap().contains(ending), "{path}");
    }
    assert_eq!(reader.get("/obligations?format=pdf").status, 400);
}

/// axe finds nothing serious: its own words for what keeps somebody from using a page.
pub fn check_axe(browser: &Browser, page: &str) {
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/browser/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(axe)
        .unwrap_or_else(|error| panic!("axe-core is missing: run tests/fetch-browser-tools ({error})"));
    browser.run(&source, &json!([]));
    let found = browser.run_until_called(
        "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.html).slice(0, 3)])))",
    );
    let serious: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| matches!(one[0].as_str(), Some("serious" | "critical")))
        .collect();
    assert!(serious.is_empty(), "{page}: {serious:?}");
}
