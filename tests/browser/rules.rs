//! The rules in force, as an office looks at them, and the policy that is issued from there.

use serde_json::json;

use super::{Browser, SCREEN, check_axe, decided, sign_in};
use crate::harness::desk;

#[test]
fn the_rules_are_read_on_a_screen_a_phone_and_paper() {
    let desk = desk();
    let county = Browser::open(&desk.server.address, SCREEN);
    sign_in(&county, &desk.office.officer);
    county.go("/rules?lang=zh");
    assert!(county.text("nav a[aria-current]").contains("规则"));
    assert!(county.text("#rule-survey-favour").contains("60 %"));
    county.picture("rules-zh");
    check_axe(&county, "rules");
    assert!(county.print("rules-zh") >= 2);
    county.zoom(1_366.0 / 390.0);
    county.go("/rules?lang=zh#rule-survey-favour");
    county.picture("rules-phone");
    assert!(!county.is_too_wide(), "the rules are wider than a phone");
    county.zoom(1.0);
    county.go("/rules?lang=en");
    county.picture("rules-en");
}

#[test]
fn a_policy_is_issued_from_a_rule_and_its_preview_says_what_changes() {
    let desk = desk();
    let county = Browser::open(&desk.server.address, SCREEN);
    sign_in(&county, &desk.office.officer);
    county.go("/rules?lang=zh");
    county.click("#rule-survey-favour .figure a");
    county.wait_for_path(|path| path.starts_with("/work/issue-policy"));
    let shown = county.run(
        "return document.querySelector(\"[name='/data/figures/survey_favour_percent']\").value",
        &json!([]),
    );
    assert_eq!(shown, "60");
    assert!(county.text("main").contains("现为 60 %，放空则不变"));
    county.picture("issue-policy-form");
    check_axe(&county, "issue-policy");
    county.fill("/data/figures/survey_favour_percent", "70");
    let number = "昭委组〔2098〕3号";
    for (name, value) in decided(&desk.office.county_organ, number, "2098-12-01") {
        county.fill(name, value);
    }
    county.fill("/effective_date", "2099-01-01");
    county.click_named("预览");
    let changes = county.text("table.changes");
    assert!(changes.contains("60 %") && changes.contains("70 %") && changes.contains("更严"), "{changes}");
    county.picture("issue-policy-preview");
    county.click_named("确认并记录");
    county.wait_for_path(|path| path.contains("recorded="));
    county.go("/rules?lang=zh&as_of=2099-01-01");
    let rule = county.text("#rule-survey-favour");
    assert!(rule.contains("70 %") && rule.contains(number), "{rule}");
}
