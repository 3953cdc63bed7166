//! The slides, of a city whose every fact came through `decide`.

use domain::say::Language;
use domain::testing::City;
use domain::{Policy, PolicyCalendar};
use projections::timeline::Timelines;
use projections::{ObligationFilter, Reading, Views, city_view, obligations_view};

use super::*;
use crate::pages::visit::tests::visit;

/// What a slide of a city says on a day.
fn shown(city: &City, language: Language, slide: Slide, on: &str) -> String {
    let mut timelines = Timelines::default();
    for event in &city.log {
        timelines.note(event);
    }
    let views = Views::from_state(&city.state, timelines, city.log.len() as u64);
    let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
    let reading = Reading { views: &views, policies: &policies, on: on.parse().unwrap() };
    let code = views.city().city.clone();
    let view = city_view(reading, &code).unwrap();
    let owed =
        obligations_view(reading, &code, ObligationFilter { overdue: None, due_before: None }).unwrap();
    let rows: Vec<_> = views.readable_by(&code).map(|row| &**row).collect();
    let visit = visit(language, &[]);
    let place_name = |code: &PlaceCode| code.to_string();
    let matter = Matter {
        visit: &visit,
        code: &code,
        name: "广元市",
        view: &view,
        rows: &rows,
        owed: &owed.rows,
        place_name: &place_name,
    };
    document(&matter, slide)
}

/// What a person reads of it.
fn read(page: &str) -> String {
    let mut is_tag = false;
    page.chars()
        .filter(|letter| {
            is_tag = match letter {
                '<' => true,
                '>' => {
                    is_tag = false;
                    return false;
                }
                _ => is_tag,
            };
            !is_tag
        })
        .collect()
}

#[test]
fn a_slide_has_a_name_in_an_address_and_leads_to_its_neighbours() {
    for (at, slide) in Slide::ALL.into_iter().enumerate() {
        assert_eq!(Slide::named(slide.slug()), Some(slide));
        let page = shown(&City::poor(), Language::Zh, slide, "2019-07-25");
        assert_eq!(page.contains("data-before"), at > 0, "{}", slide.slug());
        assert_eq!(page.contains("data-after"), at < 5, "{}", slide.slug());
        assert_eq!(page.matches("aria-current=\"page\"").count(), 1);
        assert!(!page.contains("style="), "{}", slide.slug());
    }
    assert_eq!(Slide::named("budget"), None);
}

#[test]
fn the_first_slide_says_the_whole_in_a_sentence_of_each_language() {
    let chinese = read(&shown(&City::poor(), Language::Zh, Slide::Overview, "2019-07-25"));
    assert!(chinese.contains("运行中的联合党组织 1 个，覆盖 2 个行政村"), "{chinese}");
    assert!(chinese.contains("2019年第二季度评为较差 0 个"), "{chinese}");
    let english = read(&shown(&City::poor(), Language::En, Slide::Overview, "2019-07-25"));
    assert!(english.contains("1 joint branch at work covers 2 villages"), "{english}");
}

#[test]
fn a_case_shows_the_days_that_are_left_and_those_it_is_late() {
    let before = read(&shown(&City::rectifying(), Language::Zh, Slide::Rectification, "2019-07-01"));
    assert!(before.contains("还有 "), "{before}");
    let after = read(&shown(&City::rectifying(), Language::Zh, Slide::Rectification, "2021-10-01"));
    assert!(after.contains("逾期 ") && !after.contains("还有 "), "{after}");
}

#[test]
fn a_city_without_anything_has_every_slide() {
    for slide in Slide::ALL {
        for language in [Language::Zh, Language::En] {
            assert!(shown(&City::new(), language, slide, "2019-07-25").contains("</html>"));
        }
    }
}
