//! Measures, asserting nothing, how soon a browser paints: of a running demonstration, with the Paint Timing API.

use super::driver::{Browser, SCREEN};

/// Where the one-time sign-in link of the city's meeting is given.
const LINK: &str = "LIANJIAN_PAINT_LINK";
/// How often each page is opened.
const TIMES: usize = 10;

/// `LIANJIAN_PAINT_LINK=… cargo test --workspace --test e2e -- --ignored --nocapture paint`.
#[test]
#[ignore = "it measures a running demonstration, whose sign-in link it is given"]
fn paint_of_the_city_and_the_meeting() {
    let link = std::env::var(LINK).unwrap_or_else(|_| panic!("{LINK} holds no sign-in link"));
    let (address, _) = link.split_once("/sign-in?").expect("a sign-in link of a demonstration");
    let browser = Browser::open(address, SCREEN);
    browser.go(&link);
    browser.wait_for_path(|path| path == "/");
    for path in ["/", "/meeting/5108"] {
        let mut painted: Vec<f64> = (0..TIMES).map(|_| first_paint(&browser, path)).collect();
        painted.sort_by(f64::total_cmp);
        let (first, last) = (painted[0], painted[TIMES - 1]);
        let median = f64::midpoint(painted[TIMES / 2 - 1], painted[TIMES / 2]);
        println!("{path}: first paint after {median:.0} ms ({first:.0} to {last:.0}), {TIMES} times");
    }
}

/// When the page showed the first of its content, in milliseconds since it was asked for.
fn first_paint(browser: &Browser, path: &str) -> f64 {
    browser.go(path);
    let painted = "const done = arguments[arguments.length - 1]; new PerformanceObserver(list => { const e = list.getEntriesByName('first-contentful-paint')[0]; if (e) done(e.startTime); }).observe({ type: 'paint', buffered: true })";
    browser.run_until_called(painted).as_f64().unwrap_or_else(|| panic!("nothing painted at {path}"))
}
