//! How pages look beyond an office's own screen: the lists, twice as large, and on a phone.

use super::check_axe;
use super::driver::Browser;
use crate::lists::NAMES;

/// Those that axe looks at, one of each shape, and of which there is a picture in English.
const LOOKED_AT: [&str; 3] = ["yearly-reviews", "figures", "corrections"];

/// Pages of every kind.
const KINDS: [(&str, &str); 7] = [
    ("city", "/"),
    ("register", "/counties/510811/register"),
    ("township", "/townships/510811210"),
    ("lists", "/lists"),
    ("yearly-reviews", "/lists/yearly-reviews?scope=510811"),
    ("log", "/log"),
    ("compare", "/compare"),
];

/// The index and every list, in both languages; on paper the sheet of the yearly review.
pub fn lists(browser: &Browser) {
    browser.go("/lists?lang=zh");
    assert!(browser.text("nav a[aria-current]").contains("专项清单"));
    browser.picture("lists-zh");
    check_axe(browser, "lists");
    browser.click("tbody th a");
    browser.wait_for_path(|path| path == "/lists/upgrades");
    for name in NAMES {
        browser.go(&format!("/lists/{name}?scope=510811&lang=zh"));
        assert!(browser.text("h1").starts_with("昭化区 · "), "{name}");
        browser.picture(&format!("list-{name}-zh"));
        if LOOKED_AT.contains(&name) {
            check_axe(browser, name);
            browser.go(&format!("/lists/{name}?scope=5108&lang=en"));
            assert!(browser.text(".count").contains("rows"), "{name}");
            browser.picture(&format!("list-{name}-en"));
        }
    }
    // The past stays in the address, a row leads on, and the sheet is printed with a place to sign.
    browser.go("/lists/rotation?lang=zh&as_of=2019-12-31&scope=510811");
    assert!(browser.text(".past").contains("2019-12-31"));
    browser.click("tbody th a");
    browser.wait_for_path(|path| path.starts_with("/joint-branches/") && path.ends_with("as_of=2019-12-31"));
    browser.go("/lists/yearly-reviews?scope=510811&year=2025");
    assert!(browser.text("h1").contains("2025年度"));
    assert!(browser.print("list-yearly-reviews") >= 1);
}

/// Twice as large, and as narrow as a phone: nothing but tables and pictures is scrolled sideways.
pub fn sizes(browser: &Browser) {
    for (size, factor) in [("200", 2.0), ("phone", 1_366.0 / 375.0)] {
        browser.zoom(factor);
        for (name, path) in KINDS {
            browser.go(path);
            browser.picture(&format!("{name}-{size}"));
            assert!(!browser.is_too_wide(), "{name} is wider than its window at {size}");
        }
    }
    browser.zoom(1.0);
}
