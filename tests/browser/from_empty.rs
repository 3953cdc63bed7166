//! An office that begins with nothing but its places and accounts: every way through the forms, by the pages' own links.

use serde_json::json;

use super::driver::{Browser, SCREEN, Window};
use super::worker::Worker;
use super::{check_axe, sign_in};
use crate::harness::{FOUNDED, Server, import_places, token};

/// The protocol's names of keys.
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
/// The most steps that a hand on the keyboard takes to what it wants.
const MOST_STEPS: usize = 120;

/// A city of which only the places are on file, with those who work there.
struct Empty {
    _directory: tempfile::TempDir,
    server: Server,
    officer: String,
    clerk: String,
    city: String,
}

impl Empty {
    fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        import_places(&data);
        let officer = token(&data, "county_officer", "510811");
        let clerk = token(&data, "township_clerk", "510811210");
        let city = token(&data, "city_office", "5108");
        Self { server: Server::start(&data, &[]), _directory: directory, officer, clerk, city }
    }

    fn browser(&self, token: &str) -> Browser {
        let browser = Browser::open(&self.server.address, SCREEN);
        sign_in(&browser, token);
        browser
    }
}

/// Nothing keeps anybody from using the page; a picture of it stays to be looked at.
fn seen(browser: &Browser, name: &str) {
    check_axe(browser, name);
    browser.picture(&format!("empty-{name}"));
}

/// The day on which something took effect: what happened long ago is dated.
fn on(worker: &Worker<'_>, day: &str) {
    worker.fill("/effective_date", day);
}

/// The document and the meeting of a decision.
fn decided(worker: &Worker<'_>, number: &str, day: &str) {
    worker.fill("/document/number", number);
    worker.fill("/document/issued", day);
    worker.fill("/decided_by/meeting", "县委常委会");
    worker.fill("/decided_by/date", day);
}

/// From the home page by the start list to the form of what is missing next.
fn next_of_start(worker: &Worker<'_>, browser: &Browser, item: &str) {
    worker.follow("启用清单");
    browser.wait_for_path(|path| path.starts_with("/start"));
    let link = "const row = [...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes(arguments[0])); const a = row && row.querySelector(\"a[href^='/work/']\"); return a && a.getAttribute('href')";
    let link = browser.run(link, &json!([item]));
    let link = link.as_str().unwrap_or_else(|| panic!("{item} leads nowhere: {}", browser.text("main")));
    worker.click(&format!("a[href='{link}']"));
    browser.wait_for_path(|path| path.starts_with("/work/"));
}

/// The start list: organs and branches, each form filled in for the place that is missing next, until nothing is.
fn start(office: &Empty, officer: &Browser, clerk: &Browser) {
    assert!(officer.text(".notice").contains("启用清单"));
    seen(officer, "home-officer");
    let organ = |item: &str, name: &str, members: &str| {
        let worker = Worker::at_home(officer);
        next_of_start(&worker, officer, item);
        worker.fill("/data/name", name);
        worker.fill("/data/formal_members", members);
        worker.fill("/data/probationary_members", "0");
        on(&worker, FOUNDED);
        worker.confirm("/organizations/");
        worker
    };
    officer.go("/start");
    let missing = officer.text("tbody");
    assert!(missing.contains("狮子村") && !missing.contains("村民委员会"), "{missing}");
    seen(officer, "start");
    organ("机关：县(区)级", "中共昭化区委员会", "9")
        .check("Register the organ of a county, from the start list");
    seen(officer, "organ");
    assert!(officer.has(".done a[href='/start']"), "the way back to the start list");
    organ("机关：乡镇(街道)级", "中共白果乡委员会", "9");
    for village in ["狮子", "田岩", "月坝", "前进"] {
        organ("行政村党组织", &format!("{village}村党支部"), "20");
    }
    officer.go("/start");
    assert!(officer.text("main").contains("梅树乡"), "{}", officer.text("main"));

    for _ in 0..4 {
        let worker = Worker::at_home(clerk);
        next_of_start(&worker, clerk, "行政村户数");
        worker.fill("/data/profile/0/value", "100");
        worker.fill("/data/profile/0/period", "2017");
        worker.fill("/data/profile/0/source", "台账");
        on(&worker, FOUNDED);
        worker.record("/organizations/");
        worker.check("Put the households of a village on file, from the start list");
    }
    clerk.go("/start");
    let line = "return [...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('行政村户数')).innerText";
    assert!(clerk.run(line, &json!([])).as_str().unwrap().contains("齐备"), "{}", clerk.text("main"));
    seen(clerk, "start-clerk");

    // What belongs to a place takes its name, and a name that no place bears is said beside its field.
    let city = office.browser(&office.city);
    let worker = Worker::at_home(&city);
    next_of_start(&worker, &city, "机关：市级");
    worker.fill("/data/name", "中共广元市委组织部");
    worker.fill("/data/host", "光元市");
    worker.fill("/data/formal_members", "0");
    worker.fill("/data/probationary_members", "0");
    on(&worker, FOUNDED);
    worker.follow("预览");
    assert!(city.text("#field-data-host-error").contains("光元市"), "{}", city.text("main"));
    assert!(!city.text(".notice").contains("schemas"), "{}", city.text(".notice"));
    seen(&city, "refused-host");
    worker.fill("/data/host", "广元市");
    worker.confirm("/organizations/");
}

/// Fills in what two villages apply for.
fn proposal(worker: &Worker<'_>, name: &str, villages: [&str; 2]) {
    worker.choose("/data/arrangement", "merger");
    worker.choose("/data/mode", "similar_industry");
    worker.fill("/data/name", name);
    worker.fill("/data/form", "branch");
    for (row, village) in villages.iter().enumerate() {
        worker.pick(&format!("/data/members/{row}"), &format!("{village}村党支部（{village}村 "));
    }
    worker.fill("/data/industry", "核桃");
    for reason in ["geography", "industry", "governance"] {
        worker.fill(&format!("/data/justification/{reason}"), "两村相邻，同种核桃");
    }
}

/// What the villagers said, of both villages.
fn survey(worker: &Worker<'_>) {
    for row in 0..2 {
        worker.fill(&format!("/data/villages/{row}/asked"), "90");
        worker.fill(&format!("/data/villages/{row}/in_favour"), "85");
        worker.fill(&format!("/data/villages/{row}/method"), "入户");
    }
}

/// An application of today: sent back, supplied, approved, and led by a secretary.
fn approved(officer: &Browser, clerk: &Browser) {
    let worker = Worker::at_home(clerk);
    worker.follow("合建共建请示（申报）");
    seen(clerk, "propose");
    proposal(&worker, "狮子田岩联合党支部", ["狮子", "田岩"]);
    worker.record("/joint-branches/");
    worker.check("Apply for a merger");
    assert!(clerk.text(".notice").contains("还缺党员大会决议"), "{}", clerk.text("main"));
    seen(clerk, "proposal");

    // Whoever has to act on it finds it at once.
    let worker = Worker::at_home(clerk);
    worker.begin("record-will-survey");
    survey(&worker);
    worker.record("/joint-branches/");
    worker.check("Record the will survey of an application");
    let worker = Worker::at_home(clerk);
    worker.follow("狮子田岩联合党支部");
    worker.follow("登记党员大会决议");
    for row in 0..2 {
        for (field, value) in [("entitled", "20"), ("present", "18"), ("in_favour", "17")] {
            worker.fill(&format!("/data/resolutions/{row}/{field}"), value);
        }
        worker.fill(&format!("/data/resolutions/{row}/date"), &today(clerk));
    }
    seen(clerk, "resolutions");
    worker.record("/joint-branches/");
    worker.check("Record the members' resolutions on an application");
    assert!(!clerk.text("main").contains("还缺党员大会决议"));

    let worker = Worker::at_home(officer);
    worker.follow("退回补充");
    worker.fill("/data/missing/0", "户籍名册");
    seen(officer, "return");
    worker.confirm("/joint-branches/");
    worker.check("Send an application back to be supplied");
    let worker = Worker::at_home(clerk);
    worker.begin("resubmit-proposal");
    worker.fill("/data/reply", "户籍名册已补");
    worker.record("/joint-branches/");
    worker.check("Supply what an application lacked");
    let worker = Worker::at_home(officer);
    worker.begin("merge-branches");
    decided(&worker, "昭委〔2026〕7号", &today(officer));
    seen(officer, "approve");
    worker.follow("预览");
    let preview = officer.text("main");
    assert!(preview.contains("会议名称") && !preview.contains("联系会议"), "{preview}");
    seen(officer, "approve-preview");
    worker.follow("确认并记录");
    worker.check("Approve a merger");
    assert!(officer.text("main").contains("运行中"));
    seen(officer, "approved");
    let worker = Worker::at_home(clerk);
    worker.follow("登记党员");
    worker.fill("/data/name", "测试书记");
    worker.pick("/data/organization", "狮子村党支部");
    worker.fill("/data/formal_member_since", "2010-07-01");
    worker.record("/");
    worker.check("Register a Party member");
    seen(clerk, "person");
}

/// What the browser's clock calls today, in China.
fn today(browser: &Browser) -> String {
    days_ahead(browser, 0)
}

/// A day that is yet to come.
fn days_ahead(browser: &Browser, days: u32) -> String {
    let day = "return new Date(Date.now() + (8 + 24 * arguments[0]) * 3600000).toISOString().slice(0, 10)";
    browser.run(day, &json!([days])).as_str().unwrap().to_owned()
}

/// A joint branch of some time ago, with its secretary.
fn long_at_work(officer: &Browser, clerk: &Browser) {
    let worker = Worker::at_home(clerk);
    worker.follow("合建共建请示（申报）");
    proposal(&worker, "月坝前进联合党支部", ["月坝", "前进"]);
    on(&worker, "2025-02-03");
    worker.record("/joint-branches/");
    worker.follow("登记群众意愿调查");
    survey(&worker);
    for row in 0..2 {
        worker.fill(&format!("/data/villages/{row}/date"), "2025-02-05");
    }
    on(&worker, "2025-02-05");
    worker.record("/joint-branches/");
    let worker = Worker::at_home(officer);
    worker.begin("merge-branches");
    decided(&worker, "昭委〔2025〕7号", "2025-02-20");
    worker.confirm("/joint-branches/");

    let worker = Worker::at_home(clerk);
    worker.follow("登记党员");
    worker.fill("/data/name", "测试副职");
    worker.pick("/data/organization", "月坝村党支部");
    worker.fill("/data/formal_member_since", "2010-07-01");
    on(&worker, "2025-02-20");
    worker.record("/");
    let worker = Worker::at_home(clerk);
    // Of the two empty posts the one that is overdue stands first.
    worker.begin("assign-secretary");
    assert!(clerk.text(".subject").contains("月坝前进"), "{}", clerk.text("main"));
    worker.pick("/data/person", "测试副职");
    worker.fill("/data/source", "strong_village_leader");
    worker.fill("/data/term_start", "2025-03-01");
    worker.fill("/decided_by/meeting", "乡党委会");
    worker.fill("/decided_by/date", "2025-03-01");
    worker.record("/joint-branches/");
}

/// One that was long at work is graded poor, ordered to put right and reviewed, and its secretary put on file.
fn rectified(officer: &Browser, clerk: &Browser) {
    let worker = Worker::at_home(clerk);
    worker.begin("evaluate-quarter");
    worker.choose("/data/grade", "poor");
    worker.fill("/data/findings/0", "账目未公开");
    on(&worker, "2025-04-10");
    worker.record("/joint-branches/");
    worker.check("Grade a past quarter poor");
    let worker = Worker::at_home(clerk);
    worker.begin("order-rectification");
    worker.fill("/data/deadline", "2025-07-10");
    worker.fill("/data/items/0", "公开账目");
    on(&worker, "2025-04-15");
    seen(clerk, "order");
    worker.record("/joint-branches/");
    worker.check("Order a rectification");
    seen(clerk, "rectifying");

    let worker = Worker::at_home(officer);
    worker.begin("review-rectification");
    worker.fill("/data/improved", "true");
    for (field, value) in [
        ("members/asked", "40"),
        ("members/satisfied", "38"),
        ("villagers/asked", "50"),
        ("villagers/satisfied", "48"),
    ] {
        worker.fill(&format!("/data/{field}"), value);
    }
    decided(&worker, "昭委〔2025〕20号", "2025-07-08");
    seen(officer, "review");
    worker.confirm("/joint-branches/");
    worker.check("Review a rectification");
    let worker = Worker::at_home(officer);
    worker.begin("file-with-county");
    worker.fill("/data/number", "备〔2025〕1号");
    worker.fill("/data/filed_on", "2025-03-20");
    seen(officer, "file");
    worker.confirm("/joint-branches/");
    worker.check("Put a secretary on file with the county");
    officer.go("/counties/510811/register");
    let register = officer.text(".branches");
    assert!(register.contains("月坝村、前进村") && register.contains("狮子村、田岩村"), "{register}");
    seen(officer, "register");
}

/// The coordination meeting turns its slides, and what it decided is on record and before whoever carries it out.
fn meeting(city: &Browser, officer: &Browser) {
    let worker = Worker::at_home(city);
    worker.follow("联系会议");
    city.wait_for_path(|path| path == "/meeting/5108");
    assert!(city.text("body").contains("运行中的联合党组织 2 个"), "{}", city.text("body"));
    seen(city, "meeting");
    for slide in ["counties", "grades", "rectification", "posts"] {
        city.press("\u{E014}");
        city.wait_for_path(|path| path.ends_with(slide));
        check_axe(city, slide);
    }
    worker.click("a[href='/meeting/5108/decisions']");
    city.wait_for_path(|path| path.ends_with("decisions"));
    seen(city, "meeting-decisions");
    worker.click("a[href='/work/record-meeting']");
    let day = today(city);
    worker.fill("/data/session", "1");
    worker.fill("/data/met_on", &day);
    worker.pick("/data/presided_by", "中共广元市委组织部");
    worker.pick("/data/attended/0", "中共昭化区委员会");
    worker.fill("/data/agenda/0/topic", "联合党组织运行情况");
    worker.fill("/data/agenda/0/decided", "补齐逾期的季度评估");
    worker.pick("/data/agenda/0/carrier", "昭化区 510811");
    worker.fill("/data/agenda/0/finish_by", &days_ahead(city, 60));
    worker.fill("/document/number", "广联会纪〔2026〕1号");
    worker.fill("/document/issued", &day);
    seen(city, "record-meeting");
    worker.follow("预览");
    seen(city, "meeting-preview");
    worker.follow("确认并记录");
    worker.check("Record a coordination meeting with its decision");
    assert!(city.text(".done").contains("登记联系会议"), "{}", city.text("main"));
    city.go("/lists/meeting-decisions");
    assert!(city.text("tbody").contains("补齐逾期的季度评估"), "{}", city.text("main"));
    seen(city, "decisions");
    officer.go("/");
    assert!(officer.text(".matters").contains("议定事项"), "{}", officer.text("main"));
    seen(officer, "home-officer-after");
}

#[test]
fn an_office_goes_from_an_empty_log_through_its_whole_work_by_links_and_forms() {
    let office = Empty::open();
    let officer = office.browser(&office.officer);
    let clerk = office.browser(&office.clerk);
    start(&office, &officer, &clerk);
    approved(&officer, &clerk);
    long_at_work(&officer, &clerk);
    rectified(&officer, &clerk);
    meeting(&office.browser(&office.city), &officer);
}

/// Steps with the Tab key to the first element that says so, or bears that name.
fn step_to(browser: &Browser, what: &str) {
    let at = "const e = document.activeElement; return e && (e.name === arguments[0] || e.innerText === arguments[0] && e !== document.body)";
    for _ in 0..MOST_STEPS {
        browser.press(TAB);
        if browser.run(at, &json!([what])) == json!(true) {
            return;
        }
    }
    panic!("no {what} within {MOST_STEPS} steps: {}", browser.text("main"));
}

/// Goes down a list until it says so.
fn down_to(browser: &Browser, words: &str) {
    let chosen = "return document.activeElement.selectedOptions[0].text.includes(arguments[0])";
    for _ in 0..MOST_STEPS {
        if browser.run(chosen, &json!([words])) == json!(true) {
            return;
        }
        browser.press(DOWN);
    }
    panic!("the list does not say {words}");
}

#[test]
fn with_the_keyboard_alone_one_signs_in_and_registers_an_organ_and_a_member() {
    let office = Empty::open();
    let browser = Browser::open(&office.server.address, SCREEN);
    browser.go("/sign-in?lang=zh");
    step_to(&browser, "token");
    browser.press(&office.officer);
    browser.press(ENTER);
    browser.wait_for_path(|path| path == "/");
    step_to(&browser, "启用清单");
    browser.press(ENTER);
    browser.wait_for_path(|path| path.starts_with("/start"));
    step_to(&browser, "去办理");
    browser.press(ENTER);
    browser.wait_for_path(|path| path.starts_with("/work/register-organization"));
    let fill = |name: &str, text: &str| {
        step_to(&browser, name);
        browser.press(text);
    };
    fill("/data/name", "中共昭化区委员会");
    fill("/data/formal_members", "9");
    fill("/data/probationary_members", "0");
    step_to(&browser, "预览");
    browser.press(ENTER);
    browser.wait_for_text("main", "尚未记录");
    step_to(&browser, "确认并记录");
    browser.press(ENTER);
    browser.wait_for_path(|path| path.starts_with("/organizations/"));
    // What was refused has the focus, and leads to its field.
    let clerk = Browser::open(&office.server.address, SCREEN);
    sign_in(&clerk, &office.officer);
    clerk.go("/work/register-person");
    step_to(&clerk, "/data/organization");
    down_to(&clerk, "中共昭化区委员会");
    step_to(&clerk, "预览");
    clerk.press(ENTER);
    clerk.wait_for_text("h1", "错误");
    clerk.press(TAB);
    clerk.press(ENTER);
    let hash = clerk.run("return location.hash", &json!([]));
    assert_eq!(hash, json!("#field-data-name-error"), "{}", clerk.text("main"));
    step_to(&clerk, "/data/name");
    clerk.press("测试党员");
    step_to(&clerk, "预览");
    clerk.press(ENTER);
    clerk.wait_for_text("main", "尚未记录");
    step_to(&clerk, "确认并记录");
    clerk.press(ENTER);
    clerk.wait_for_path(|path| path.contains("recorded="));
    assert!(clerk.text(".done").contains("登记党员"));
}

#[test]
fn without_scripts_the_same_forms_work_twice_as_large_and_on_a_phone() {
    let office = Empty::open();
    for (name, (width, height), token, item, organ) in [
        ("200", (683, 384), &office.officer, "机关：县(区)级", "中共昭化区委员会"),
        ("phone", (390, 844), &office.city, "机关：市级", "中共广元市委组织部"),
    ] {
        let browser = Browser::open(&office.server.address, Window { scripts: false, ..SCREEN });
        sign_in(&browser, token);
        browser.resize(width, height);
        let fits = |page: &str| {
            browser.picture(&format!("empty-{page}-{name}"));
            assert!(!browser.is_too_wide(), "{page} is wider than its window at {name}");
        };
        let worker = Worker::at_home(&browser);
        fits("home");
        next_of_start(&worker, &browser, item);
        fits("form");
        worker.fill("/data/name", organ);
        worker.follow("预览");
        assert!(browser.text(".notice").contains("下列各项"), "{}", browser.text("main"));
        fits("refused");
        worker.fill("/data/formal_members", "9");
        worker.fill("/data/probationary_members", "0");
        worker.follow("预览");
        fits("preview");
        worker.follow("确认并记录");
        browser.wait_for_path(|path| path.starts_with("/organizations/"));
        fits("recorded");
        browser.go("/start");
        fits("start");
    }
}
