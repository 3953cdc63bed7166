//! The rules in force, as an office looks at them, and the policy that is issued from there.

use super::{Browser, SCREEN, check_axe, sign_in};
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
