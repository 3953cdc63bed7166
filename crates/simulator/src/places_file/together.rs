//! The rows of a list of places against each other, and what must be known of the list as a whole.

use std::collections::{BTreeMap, BTreeSet};

use domain::place::Level;
use domain::say::Say;
use workbook::Sheet;

use super::code;
use super::header::Heading;
use super::row::Found;
use super::{LineProblem, PlaceLine, PlacesList, problem};

/// How statistics call a county that is none: what districts, or counties, of a city are gathered under.
const GATHERED_UNDER: [&str; 2] = ["市辖区", "县"];
/// How many lines a note lists.
const MAX_LINES_LISTED: usize = 20;

/// Checks that no code is there twice and every place has the one above it; adds what the list leaves to be understood.
pub(super) fn check(sheet: &Sheet, found: Found, problems: &mut Vec<LineProblem>) -> PlacesList {
    let mut first: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, line) in &found.codes {
        if let Some(first) = first.get(code.as_str()) {
            let (chinese, english) = (
                format!("代码 {code} 与第 {first} 行重复"),
                format!("code {code} stands on line {first} too"),
            );
            problems.push(problem(*line, "code", chinese, english));
        } else {
            first.insert(code.as_str(), *line);
        }
    }
    let mut notes = notes_of(sheet, &found);
    let own = citys_own_counties(&found, &first);
    for county in &own {
        notes.push(Say::of(
            format!("{}不设县(区)，另按代码 {} 登记为其县(区)一级", county.name, county.code),
            format!(
                "{} has no counties: it is registered as its own, with the code {}",
                county.name, county.code
            ),
        ));
    }
    let is_there =
        |code: &str| first.contains_key(code) || own.iter().any(|county| county.code.as_str() == code);
    for line in &found.lines {
        // The city that statistics make up for a county right under its province need not be there.
        let Some(parent) = line.parent.as_ref().filter(|_| !code::is_under_the_province(&line.code)) else {
            continue;
        };
        if !is_there(parent.as_str()) {
            let (chinese, english) =
                (format!("表中没有上级 {parent}"), format!("the parent {parent} is not in the file"));
            problems.push(problem(line.line, "parent", chinese, english));
        }
    }
    let above: BTreeSet<_> = found.lines.iter().filter_map(|line| line.parent.clone()).collect();
    let gathers_nothing = |line: &PlaceLine| {
        line.level == Level::County
            && GATHERED_UNDER.contains(&line.name.as_str())
            && !above.contains(&line.code)
    };
    let (left_out, mut lines): (Vec<_>, Vec<_>) = found.lines.into_iter().partition(gathers_nothing);
    if !left_out.is_empty() {
        let rows = listed(left_out.iter().map(|line| line.line));
        notes.push(Say::of(
            format!("第 {rows} 行是统计上的归类（市辖区、县），不是区划，未采用"),
            format!("lines that only gather others in statistics were not taken: {rows}"),
        ));
    }
    lines.extend(own);
    PlacesList { lines, notes }
}

/// The counties of cities without counties: their townships' codes begin with the city's own six digits.
fn citys_own_counties(found: &Found, there: &BTreeMap<&str, u64>) -> Vec<PlaceLine> {
    let is_wanted = |city: &&PlaceLine| {
        let own = format!("{}00", city.code);
        city.level == Level::City
            && !there.contains_key(own.as_str())
            && found
                .lines
                .iter()
                .any(|line| line.parent.as_ref().is_some_and(|parent| parent.as_str() == own))
    };
    let county = |city: &PlaceLine| {
        let code = format!("{}00", city.code).parse().ok()?;
        let (level, parent) = (Level::County, Some(city.code.clone()));
        Some(PlaceLine { line: city.line, code, name: city.name.clone(), level, parent, kind: None })
    };
    found.lines.iter().filter(is_wanted).filter_map(county).collect()
}

/// What nobody sees who looks at the file, and what of it was not taken.
fn notes_of(sheet: &Sheet, found: &Found) -> Vec<Say> {
    let first = sheet.rows.keys().next().copied().unwrap_or_default();
    let mut notes = sheet.unseen(first + 1);
    if !found.provinces.is_empty() {
        let rows = listed(found.provinces.iter().copied());
        notes.push(Say::of(
            format!("第 {rows} 行是省级，不登记于市的日志，未采用"),
            format!("lines of the province are no places of a city's log, and were not taken: {rows}"),
        ));
    }
    if found.headings.contains(&Heading::Class) {
        notes.push(Say::of(
            "「城乡分类」一列不说明是村是社区，未采用；类别写在「类别」列",
            "the column of urban and rural classes does not say what a place is, and was not taken: `kind` does",
        ));
    }
    notes
}

/// Line numbers, as many as are worth reading.
fn listed(lines: impl Iterator<Item = u64>) -> String {
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    let shown = lines.get(..MAX_LINES_LISTED.min(lines.len())).unwrap_or_default().join("、");
    if lines.len() > MAX_LINES_LISTED { format!("{shown}…") } else { shown }
}
