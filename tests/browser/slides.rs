//! The slides of the meeting: each fills one screen and no more, is turned by keys and links, and prints on one sheet.

use serde_json::json;

use super::driver::{Browser, SCREEN};
use super::{check_axe, link};
use crate::harness::Server;

/// The slides by their addresses.
const SLIDES: [&str; 6] = ["overview", "counties", "grades", "rectification", "posts", "decisions"];

#[test]
fn each_slide_fills_one_screen_and_one_sheet_and_keys_turn_them() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &["--demo=cases"]);
    let browser = &Browser::open(&server.address, SCREEN);
    browser.go(&link(&server));
    browser.wait_for_path(|path| path == "/");
    for (width, height) in [(1_366, 768), (1_920, 1_080)] {
        browser.resize(width, height);
        for (slide, language) in SLIDES.into_iter().flat_map(|slide| [(slide, "zh"), (slide, "en")]) {
            browser.go(&format!("/meeting/5108/{slide}?lang={language}"));
            let hidden = "const m = document.querySelector('main'); const d = document.documentElement;
                return [d.scrollHeight - innerHeight, m.scrollHeight - m.clientHeight, d.scrollWidth - d.clientWidth]";
            let hidden = browser.run(hidden, &json!([]));
            let fits = hidden.as_array().unwrap().iter().all(|pixels| pixels.as_i64().unwrap() <= 1);
            browser.picture(&format!("meeting-{slide}-{language}-{width}"));
            assert!(fits, "{slide} in {language} on {width} pixels hides {hidden}");
            if width == 1_366 {
                check_axe(browser, slide);
                assert_eq!(browser.print(&format!("meeting-{slide}-{language}")), 1, "{slide} in {language}");
            }
        }
    }
    browser.zoom(1.0);
    browser.go("/meeting/5108?lang=zh&as_of=2018-12-31");
    assert!(browser.text("header nav").contains("2018年12月31日"));
    for next in &SLIDES[1..] {
        press(browser, "ArrowRight");
        browser.wait_for_path(|path| path.starts_with(&format!("/meeting/5108/{next}?as_of=2018-12-31")));
    }
    press(browser, "ArrowLeft");
    browser.wait_for_path(|path| path.starts_with("/meeting/5108/posts"));
    browser.click("a[rel='next']");
    browser.wait_for_path(|path| path.starts_with("/meeting/5108/decisions"));
}

fn press(browser: &Browser, key: &str) {
    let script =
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], bubbles: true }))";
    browser.run(script, &json!([key]));
}
