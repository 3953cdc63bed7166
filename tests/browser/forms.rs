//! A form: what it is about, only the fields that the answer needs, what will be checked, and what its preview says.

use serde_json::json;

use super::driver::{Browser, SCREEN, Window};
use super::{check_axe, sign_in};
use crate::harness::{Desk, created, desk, settle};

/// Whether a field of the form can be seen.
fn is_shown(browser: &Browser, name: &str) -> bool {
    let script = "const e = document.getElementsByName(arguments[0])[0]; return e !== undefined && e.offsetParent !== null;";
    browser.run(script, &json!([name])) == json!(true)
}

fn without_scripts(desk: &Desk, token: &str) -> Browser {
    let browser = Browser::open(&desk.server.address, Window { scripts: false, ..SCREEN });
    sign_in(&browser, token);
    browser
}

#[test]
fn a_clerk_sees_what_the_form_is_about_and_what_will_be_checked() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-06-01");
    let browser = without_scripts(&desk, &desk.office.clerk);
    browser.go(&format!("/work/evaluate-quarter?joint_branch={id}&quarter=2018Q3"));
    let subject = browser.text(".subject");
    for words in ["狮子田岩联合党支部", "运行中", "白果乡", "成员："] {
        assert!(subject.contains(words), "{words}: {subject}");
    }
    assert!(!browser.has("select[name='/data/joint_branch']"));
    let checks = browser.text(".checks");
    assert!(checks.contains("此次将检查") && checks.contains("✓ 符合") && !checks.contains("✗"), "{checks}");
    browser.picture("form-grade");
    // A day on which the quarter had not ended: the column says so, after the refusal.
    browser.fill("/data/grade", "good");
    browser.fill("/effective_date", "2018-09-01");
    browser.click_named("预览");
    let checks = browser.text(".checks");
    assert!(checks.contains("✗ 不符合") && checks.contains("2018"), "{checks}");
    assert!(browser.text(".subject").contains("狮子田岩联合党支部"), "what it is about stays");
    browser.fill("/effective_date", "2018-10-10");
    browser.click_named("预览");
    assert_eq!(browser.text(".sentence"), "将于2018年10月10日把狮子田岩联合党支部2018年第三季度评为好。");
    browser.picture("form-grade-preview");
    browser.click_named("返回修改");
    browser.click_named("换一个");
    browser.wait_for_path(|path| !path.contains("joint_branch"));
    assert!(browser.has("select[name='/data/joint_branch']") && !browser.has(".subject"));
    let looked_at = Browser::open(&desk.server.address, SCREEN);
    sign_in(&looked_at, &desk.office.clerk);
    for (width, height) in [(1366, 768), (390, 844)] {
        looked_at.resize(width, height);
        looked_at.go(&format!("/work/evaluate-quarter?joint_branch={id}"));
        check_axe(&looked_at, "form");
        looked_at.picture(&format!("form-grade-{width}"));
        assert!(!looked_at.is_too_wide());
    }
}

#[test]
fn an_answer_shows_the_fields_that_it_needs_and_nothing_hidden_is_recorded() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-06-01");
    let browser = without_scripts(&desk, &desk.office.officer);
    browser.go(&format!("/work/dissolve-joint-branch?joint_branch={id}"));
    let superior = "/data/superior/document/number";
    assert!(!is_shown(&browser, superior), "no ground is chosen");
    browser.fill("/data/ground", "superior_decision");
    assert!(is_shown(&browser, superior));
    browser.fill(superior, "广委〔2018〕3号");
    browser.fill("/data/ground", "members_request");
    assert!(!is_shown(&browser, superior));
    browser.click_named("预览");
    let said = browser.text("#field-data-superior-error");
    assert!(said.contains("不用填写"), "{said}");
    assert!(is_shown(&browser, superior), "what holds something is shown");
    browser.picture("form-dissolve");

    let clerk = without_scripts(&desk, &desk.office.clerk);
    clerk.go("/work/propose-joint-branch");
    let dependents = [
        ("large_small", "/data/base_village"),
        ("similar_industry", "/data/industry"),
        ("other", "/data/mode_reason"),
    ];
    for (mode, _) in dependents {
        clerk.fill("/data/mode", mode);
        for (other, field) in dependents {
            assert_eq!(is_shown(&clerk, field), mode == other, "{mode} {field}");
        }
    }
    clerk.picture("form-propose");
}

#[test]
fn a_day_that_was_left_follows_the_meeting_and_the_preview_says_what_it_closes() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    grade(&desk, &id, "2018Q3", "poor", "2018-10-10");
    let browser = without_scripts(&desk, &office.clerk);
    browser.go(&format!("/work/order-rectification?joint_branch={id}"));
    for (name, value) in [
        ("/data/deadline", "2019-06-30"),
        ("/data/items/0", "公开账目"),
        ("/document/number", "白委〔2019〕9号"),
        ("/document/issued", "2019-03-05"),
        ("/decided_by/meeting", "乡党委会"),
        ("/decided_by/date", "2019-03-04"),
    ] {
        browser.fill(name, value);
    }
    // What nobody has seen is not recorded at once: that leads to the preview, too.
    browser.click_named("直接记录");
    assert_eq!(
        browser.text(".sentence"),
        "将于2019年3月5日要求狮子田岩联合党支部整改，期限至2019年6月30日：公开账目，依据白委〔2019〕9号（乡党委会）。"
    );
    // The grades of 2018 could be recorded on their days until now; those of later years still can.
    let cautions = browser.text(".caution");
    assert!(cautions.contains("已随文件") && cautions.contains("不能再按当时的日期补录"), "{cautions}");
    assert!(cautions.contains("2018年第四季度季度评估") && !cautions.contains("2019年第"), "{cautions}");
    browser.picture("form-preview-warned");
    browser.click_named("返回修改");
    // Now it is chosen, and stays.
    browser.fill("/effective_date", "2019-03-20");
    browser.click_named("预览");
    assert!(browser.text(".sentence").contains("将于2019年3月20日"), "{}", browser.text("main"));
    assert!(!browser.text("main").contains("已随文件"));
}

/// The township grades a quarter; gives the position of the record.
fn grade(desk: &Desk, id: &str, quarter: &str, grade: &str, on: &str) -> u64 {
    let data = json!({"joint_branch": id, "quarter": quarter, "grade": grade});
    let request = json!({"effective_date": on, "on_behalf_of": desk.office.township_organ, "data": data});
    let answer = desk.server.client(&desk.office.clerk).command("evaluate-quarter", &request).expect(201);
    settle(&desk.server.client(&desk.office.officer), &answer);
    answer.json()["position"].as_u64().unwrap()
}

#[test]
fn a_survey_that_does_not_carry_the_decision_is_said_before_it_is_recorded() {
    let desk = desk();
    let office = &desk.office;
    let client = desk.server.client(&office.clerk);
    let proposal = office.proposal([&office.branches[0], &office.branches[1]], "2018-06-01");
    let answer = client.command("propose-joint-branch", &proposal).expect(201);
    settle(&desk.server.client(&office.officer), &answer);
    let id = created(&answer, "joint_branch");
    let browser = without_scripts(&desk, &office.clerk);
    let preview = |asked: &str| {
        browser.go(&format!("/work/record-will-survey?joint_branch={id}"));
        browser.fill("/effective_date", "2018-06-01");
        for row in 0..2 {
            browser.fill(&format!("/data/villages/{row}/asked"), asked);
            browser.fill(&format!("/data/villages/{row}/in_favour"), "25");
            browser.fill(&format!("/data/villages/{row}/method"), "入户");
            browser.fill(&format!("/data/villages/{row}/date"), "2018-06-01");
        }
        browser.click_named("预览");
        browser.text("main")
    };
    let weak = preview("30");
    assert!(weak.contains("凭此次调查还不能批准") && weak.contains("30"), "{weak}");
    assert!(weak.contains("将要记录的内容"), "it may be recorded all the same: {weak}");
    browser.picture("form-survey-weak");
    assert!(preview("80").contains("凭此次调查还不能批准"), "25 of 80 are too few");
}

#[test]
fn a_record_leads_to_its_correction_filled_in() {
    let desk = desk();
    let office = &desk.office;
    let id = office.establish(&desk.server, "2018-06-01");
    let position = grade(&desk, &id, "2018Q3", "fair", "2018-10-10");
    let browser = without_scripts(&desk, &office.officer);
    browser.go(&format!("/events/{position}"));
    assert!(!browser.has("a[href^='/work/correct-record']"), "a grade is no spelling");
    browser.click_named("更正评估");
    browser.wait_for_path(|path| path.starts_with("/work/correct-evaluation"));
    assert!(browser.text(".subject").contains("狮子田岩联合党支部"));
    assert!(browser.has("input[name='/data/quarter'][value='2018Q3']"));
    let list = desk
        .server
        .client(&office.officer)
        .get(&format!("/api/v1/joint-branches/{id}/timeline"))
        .expect(200)
        .json();
    let proposed = list["rows"].as_array().unwrap().iter().find(|row| row["type"] == "joint-branch.proposed");
    let proposed = proposed.unwrap()["position"].as_u64().unwrap();
    browser.go(&format!("/events/{proposed}"));
    browser.click_named("更正记录");
    browser.wait_for_path(|path| path.starts_with("/work/correct-record"));
    assert!(browser.has("input[name='/data/fields/name'][value='狮子田岩联合党支部']"));
    let subject = browser.text(".subject");
    assert!(subject.starts_with("所更正的记录：狮子田岩联合党支部 #"), "{subject}");
    browser.picture("form-correct");
}
