//! The brief, of cities whose every fact came through `decide`.

use std::io::Cursor;

use domain::place::PlaceCode;
use domain::testing::City;
use domain::{Policy, PolicyCalendar};
use projections::timeline::Timelines;
use projections::{GradeCounts, ObligationFilter, Reading, Views, city_view, county_view, obligations_view};

use super::*;
use crate::pages::meeting::matter::Matter;
use crate::pages::visit::tests::visit;

/// What is asked of the brief of a city, with how it stood at the end of the last quarter where that is said.
fn told<T>(city: &City, (language, code, on): (Language, &str, &str), asked: impl Fn(&Told<'_>) -> T) -> T {
    let mut timelines = Timelines::default();
    for event in &city.log {
        timelines.note(event);
    }
    let views = Views::from_state(&city.state, timelines, city.log.len() as u64);
    let defaults = Policy::defaults().unwrap();
    let policies = PolicyCalendar::new(&defaults, views.policies());
    let reading = Reading { views: &views, policies: &policies, on: on.parse().unwrap() };
    let code: PlaceCode = code.parse().unwrap();
    let view = match code.county() {
        Some(_) => county_view(reading, &code).unwrap(),
        None => city_view(reading, &code).unwrap(),
    };
    let filter = ObligationFilter { overdue: None, due_before: None };
    let owed = obligations_view(reading, &code, filter).unwrap();
    let rows: Vec<_> =
        views.readable_by(&code).filter(|row| row.is_led_from(&code)).map(|row| &**row).collect();
    let visit = visit(language, &[]);
    let place_name = |code: &PlaceCode| {
        views.place_by_code(code).map_or_else(|| code.to_string(), |place| place.name.to_string())
    };
    let name = place_name(&code);
    let matter = Matter {
        visit: &visit,
        code: &code,
        name: &name,
        view: &view,
        rows: &rows,
        owed: &owed.rows,
        place_name: &place_name,
    };
    let before = Before { figures: view.figures.clone(), overdue: 1 };
    let before = (!rows.is_empty()).then_some(&before);
    asked(&Told { matter, before, decisions: &[], rules: &defaults.rules })
}

/// Every text of a brief, in its order.
fn texts(brief: &Brief) -> Vec<String> {
    let mut found = vec![brief.title.clone(), brief.subtitle.clone()];
    for Part { heading, lines, chart } in &brief.parts {
        found.push(heading.clone());
        found.extend(lines.iter().map(|line| match line {
            Line::Second(text) | Line::Text(text) => text.clone(),
        }));
        if let Some(chart) = chart {
            found.push(chart.title.clone());
            found.extend(chart.head.iter().cloned());
            found.extend(chart.rows.iter().flat_map(|row| row.figures.iter().chain([&row.name])).cloned());
        }
    }
    found
}

fn said(city: &City, of: (Language, &str, &str)) -> String {
    told(city, of, |told| texts(&Brief::of(told)).join("\n"))
}

#[test]
fn a_city_without_anything_has_a_brief_of_whole_sentences() {
    let chinese = said(&City::new(), (Language::Zh, "5108", "2019-07-25"));
    for words in [
        "联建工作简报",
        "（2019年第二季度，数据截至2019年7月25日）",
        "运行中的联合党组织0个，覆盖0个行政村",
        "2019年第二季度尚无评估",
        "没有逾期事项，没有整改未通过",
        "没有需要提请会议采取的措施。",
        "没有登记的议定事项。",
        "今后30日内没有到期事项。",
    ] {
        assert!(chinese.contains(words), "{words}: {chinese}");
    }
    // Nothing is compared with a quarter in which there was nothing.
    assert!(!chinese.contains("上季度"), "{chinese}");
    let english = said(&City::new(), (Language::En, "5108", "2019-07-25"));
    assert!(english.contains("Nothing is graded for 2019Q2 yet."), "{english}");
}

#[test]
fn what_is_wrong_is_told_by_name_and_township_with_the_measure_and_its_source() {
    let chinese = said(&City::failed(), (Language::Zh, "5108", "2021-10-01"));
    for words in [
        "整改未通过、应予终止而尚未终止（1项）",
        "整改未通过，自",
        "天尚未作出撤销决定。",
        "依据《联建规则手册》",
    ] {
        assert!(chinese.contains(words), "{words}: {chinese}");
    }
    let entry = chinese.lines().find(|line| line.contains("整改未通过，自")).unwrap();
    assert!(entry.starts_with("1．昭化区") && entry.contains("联合党支部"), "{entry}");
    // In a county's own brief the county goes without saying.
    let county = said(&City::failed(), (Language::Zh, "510811", "2021-10-01"));
    let entry = county.lines().find(|line| line.contains("整改未通过，自")).unwrap();
    assert!(!entry.starts_with("1．昭化区"), "{entry}");
    assert!(county.starts_with("昭化区联建工作简报"), "{county}");
    let english = said(&City::failed(), (Language::En, "5108", "2021-10-01"));
    assert!(english.contains("failed its rectification"), "{english}");
    assert!(english.contains("《联建规则手册》: dissolution is owed within 2 months"), "{english}");
}

#[test]
fn grades_are_compared_with_the_quarter_before_where_it_has_any() {
    let none = GradeCounts::default();
    let some = GradeCounts { good: 3, fair: 2, poor: 1, missing: 0 };
    let graded = |now, before| {
        told(&City::poor(), (Language::Zh, "5108", "2019-07-25"), |told| sections::graded(told, now, before))
    };
    assert_eq!(graded(none, some), "2019年第二季度尚无评估。");
    assert_eq!(
        graded(some, none),
        "2019年第二季度评估为好3个、一般2个、较差1个、逾期未评0个；上季度没有评估，不作比较。"
    );
    assert!(graded(some, some).contains("；上季度为好3个、一般2个、较差1个、逾期未评0个。"));
}

#[test]
fn what_a_chart_draws_adds_up_to_the_figures_beside_it() {
    for (city, code) in [(City::poor(), "5108"), (City::failed(), "510811"), (City::rectifying(), "5108")] {
        let brief = told(&city, (Language::Zh, code, "2021-10-01"), Brief::of);
        for chart in brief.parts.iter().filter_map(|part| part.chart.as_ref()) {
            let is_of_parts = chart.rows.iter().any(|row| row.parts.len() > 1);
            for row in &chart.rows {
                assert_eq!(row.figures.len() + 2, chart.head.len(), "{chart:?}");
                let drawn: Vec<String> = row.parts.iter().map(|(value, _)| value.to_string()).collect();
                let beside = row.figures.iter().take(drawn.len()).cloned().collect::<Vec<_>>();
                assert_eq!(drawn, beside, "{chart:?}");
            }
            if let Some((whole, rows)) = chart.rows.split_last().filter(|_| !is_of_parts) {
                for (at, figure) in whole.figures.iter().enumerate().filter(|(_, text)| !text.contains('%')) {
                    let sum: u64 = rows.iter().filter_map(|row| row.figures[at].parse::<u64>().ok()).sum();
                    assert_eq!(sum.to_string(), *figure, "{chart:?}");
                }
            }
        }
    }
}

#[test]
fn however_little_there_is_of_a_part_it_is_seen() {
    assert_eq!([units(0, 900), units(1, 900), units(450, 900), units(900, 900)], [0, 1, 20, 40]);
    assert_eq!(units(0, 0), 0);
}

#[test]
fn the_brief_has_the_standards_page_and_says_at_its_end_what_it_is() {
    let imprint = Imprint { sentences: vec!["数据截至2019年7月25日。".into(), "甲 <b>。".into()] };
    let brief = told(&City::poor(), (Language::Zh, "5108", "2019-07-25"), Brief::of);
    let bytes = brief.docx(Language::Zh, &imprint).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let document = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
    for words in [
        "w:top=\"2098\"",
        "w:bottom=\"1984\"",
        "w:left=\"1587\"",
        "w:right=\"1474\"",
        "w:w=\"11906\"",
        "仿宋",
        "方正小标宋简体",
        "一、总体情况",
        "二、分县(区)情况",
        "八、下一步",
        "甲 &lt;b&gt;。",
        "<w:tblHeader/>",
        "w:line=\"579\"",
        "<w:gridSpan ",
    ] {
        assert!(document.contains(words), "{words}: {document}");
    }
    assert!(document.find("八、下一步") < document.find("数据截至2019年7月25日。"));
    assert!(archive.file_names().all(|name| !name.unwrap().contains("vba")), "no macros");
}

#[test]
fn no_sentence_is_empty_or_unfinished() {
    for city in
        [City::new(), City::merged(), City::headed(), City::poor(), City::rectifying(), City::failed()]
    {
        for language in [Language::Zh, Language::En] {
            for on in ["2019-07-25", "2021-10-01"] {
                let brief = told(&city, (language, "5108", on), Brief::of);
                for line in brief.parts.iter().flat_map(|part| &part.lines) {
                    let Line::Text(text) = line else { continue };
                    let ends = text.ends_with(['。', '.', '：']);
                    assert!(ends && !text.contains("。。") && !text.contains(".."), "{text}");
                    assert!(language == Language::En || !text.contains(' '), "{text}");
                }
            }
        }
    }
}
