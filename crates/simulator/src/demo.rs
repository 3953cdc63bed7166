//! The demo: Guangyuan's divisions of 2018 and the report's cases, as commands that never change.
//!
//! `data/demo-cases.ndjson` holds the cases as real commands, with ids that can be read, `data/demo-mechanisms.ndjson`
//! the mechanisms that they lack; the quarterly grades that make the years pass are added here. Around them a whole city can
//! be made up. What is made up says so in its source or finding, and every command is simulated.

use domain::errors;
use std::collections::{BTreeMap, BTreeSet};

use domain::actor::Authority;
use domain::date::Date;
use domain::ids::{CommandId, JointBranchId};
use domain::joint_branch::Grade;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::generate::line::{Line, LineActor, labelled_ulid};
use crate::generate::stage::Stage;
use crate::generate::{GenerateError, Settings, play_city, play_given};
use crate::places_file::{self, PlacesFileError};

mod upkeep;

/// The divisions of 2018, as `import places` reads them.
pub const PLACES: &str = include_str!("../data/guangyuan-divisions-2018.csv");
/// The demo's city.
pub const CITY: &str = "5108";
/// The report's cases.
const CASES: &str = include_str!("../data/demo-cases.ndjson");
/// Made up around them: every mechanism of the rule book at least once.
const MECHANISMS: &str = include_str!("../data/demo-mechanisms.ndjson");
/// How many joint branches are made up around the cases: with these about as many are live today as the report counts, 906.
const JOINT_BRANCHES: u32 = 928;
/// What the made-up city is made of.
const SEED: u64 = 906;
/// The first day of what is made up around the cases, which begin two days before it.
const MADE_UP_FROM: &str = "2018-01-04";
/// The day from which the divisions hold.
const PLACES_AS_OF: &str = "2018-01-01";
/// The last quarter graded.
const LAST_QUARTER: &str = "2026Q3";
/// A grade takes effect that many days after its quarter: within the fifteen that the policy allows.
const GRADED_AFTER_DAYS: i32 = 8;
/// Quarters left ungraded, so that the page has something missing to show.
const UNGRADED: [(&str, &str); 3] = [
    ("01DEM0J01NT000000000000002", "2026Q3"),
    ("01DEM0J01NT000000000000008", "2025Q4"),
    ("01DEM0J01NT000000000000009", "2026Q3"),
];

errors! {
    /// Why the built-in demo does not read: a fault of the program's own files.
    #[derive(Debug)]
    pub enum DemoError {
        /// The list of places.
        #[zh("内置区划表有误")]
        #[en("the built-in list of places is wrong: {}", cause.say().en)]
        Places(#[from] cause: PlacesFileError),
        /// A line of the cases.
        #[zh("内置演示第 {line} 行有误")]
        #[en("line {line} of the built-in demo is wrong: {cause}")]
        Case { line: usize, cause: serde_json::Error },
        /// A value in this file.
        #[zh("内置演示有误")]
        #[en("the built-in demo is wrong: {detail}")]
        Value { detail: String },
    }
}

/// How much of a city is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The report's cases, with every mechanism of the rule book.
    Cases,
    /// These, and a history of the whole city with as many joint branches as the report counts.
    City,
}

/// The command with which either ends: a log that has it holds all of it.
pub const LAST_COMMAND: &str = "01DEM0MECH0000000000000062";

/// Plays the demonstration up to a day.
pub fn play(extent: Extent, stage: &mut dyn Stage, until: Date) -> Result<(), GenerateError> {
    match extent {
        Extent::Cases => play_given(stage, lines().map_err(fault)?, (day(PLACES_AS_OF)?, until)),
        Extent::City => play_around(stage, JOINT_BRANCHES, until),
    }
}

/// Plays the cases, and so many joint branches around them.
pub(crate) fn play_around(
    stage: &mut dyn Stage,
    joint_branches: u32,
    until: Date,
) -> Result<(), GenerateError> {
    let places = places_file::read_bytes(PLACES.as_bytes()).map_err(|error| fault(error.into()))?.lines;
    let city = parsed(CITY).map_err(fault)?;
    let settings = Settings { city, places, seed: SEED, years: 1, joint_branches, from: None, violations: 0 };
    play_city(stage, &settings, lines().map_err(fault)?, (day(MADE_UP_FROM)?, until))
}

fn day(text: &str) -> Result<Date, GenerateError> {
    parsed(text).map_err(fault)
}

fn fault(error: DemoError) -> GenerateError {
    GenerateError::Fault { detail: error.to_string() }
}

/// Every command of the cases, in the order in which it is given.
pub fn lines() -> Result<Vec<Line>, DemoError> {
    let mut lines = places()?;
    let cases = read(CASES)?;
    let grades = grades(&cases)?;
    let mut written = cases;
    written.extend(read(MECHANISMS)?);
    let upkeep = upkeep::lines(&written)?;
    lines.extend(written);
    lines.extend(grades);
    lines.extend(upkeep);
    // Stable: what was written first on a day stays first.
    lines.sort_by_key(|line| line.effective_date);
    Ok(lines)
}

fn places() -> Result<Vec<Line>, DemoError> {
    let (city, as_of): (PlaceCode, Date) = (parsed(CITY)?, parsed(PLACES_AS_OF)?);
    let commands = places_file::commands(&places_file::read_bytes(PLACES.as_bytes())?.lines, as_of);
    let line = |mut command: places_file::PlaceCommand| {
        let data = command.body["data"].take();
        let label = format!("demo/register-place/{}", data["code"].as_str().unwrap_or_default());
        Line {
            name: "register-place".to_owned(),
            id: CommandId(labelled_ulid(&label)),
            effective_date: as_of,
            document: None,
            decided_on: None,
            decided_by: None,
            on_behalf_of: Authority::Place(city.clone()),
            actor: LineActor::local(&city),
            override_: None,
            simulated: true,
            data,
            expect_rule: None,
        }
    };
    Ok(commands.into_iter().map(line).collect())
}

fn read(lines: &str) -> Result<Vec<Line>, DemoError> {
    let line = |(index, text)| {
        serde_json::from_str(text).map_err(|cause| DemoError::Case { line: index + 1, cause })
    };
    lines.lines().enumerate().map(line).collect()
}

/// A joint branch of the cases, as far as grading it needs.
struct Graded {
    proposal: Line,
    established_on: Date,
    dissolved_on: Option<Date>,
}

/// A grade for every quarter of every joint branch that the cases do not grade themselves.
fn grades(cases: &[Line]) -> Result<Vec<Line>, DemoError> {
    let last: Quarter = parsed(LAST_QUARTER)?;
    let mut skipped: BTreeSet<(JointBranchId, Quarter)> = BTreeSet::new();
    for (joint_branch, quarter) in UNGRADED {
        skipped.insert((parsed(joint_branch)?, parsed(quarter)?));
    }
    for line in cases.iter().filter(|line| line.name == "evaluate-quarter") {
        skipped.insert((joint_branch_of(line)?, parsed(line.data["quarter"].as_str().unwrap_or_default())?));
    }
    let mut lines = Vec::new();
    for (id, graded) in graded(cases)? {
        let mut quarter = Quarter::of(graded.established_on);
        while quarter <= last {
            let on = quarter.end().plus_days(GRADED_AFTER_DAYS);
            let is_over = graded.dissolved_on.is_some_and(|dissolved| dissolved < on);
            if !is_over && !skipped.contains(&(id, quarter)) {
                lines.push(grade_line(id, &graded.proposal, quarter, on));
            }
            quarter = quarter.next();
        }
    }
    Ok(lines)
}

fn graded(cases: &[Line]) -> Result<BTreeMap<JointBranchId, Graded>, DemoError> {
    let mut found: BTreeMap<JointBranchId, Graded> = BTreeMap::new();
    for line in cases.iter().filter(|line| matches!(line.name.as_str(), "merge-branches" | "pair-branches")) {
        let id = joint_branch_of(line)?;
        let proposal = cases.iter().find(|proposal| proposal.id.0 == id.0);
        let proposal =
            proposal.ok_or_else(|| DemoError::Value { detail: format!("{id} was never proposed") })?;
        let dissolving = |other: &&Line| {
            other.name == "dissolve-joint-branch" && other.data["joint_branch"] == line.data["joint_branch"]
        };
        let dissolved_on = cases.iter().find(dissolving).map(|other| other.effective_date);
        let graded = Graded { proposal: proposal.clone(), established_on: line.effective_date, dissolved_on };
        found.insert(id, graded);
    }
    Ok(found)
}

/// The clerk who proposed the joint branch grades it, in the name of the same committee.
fn grade_line(id: JointBranchId, proposal: &Line, quarter: Quarter, on: Date) -> Line {
    let label = format!("demo/evaluate-quarter/{id}/{quarter}");
    // Some are fair: which ones is made up, and the same at every start.
    let is_fair = Sha256::digest(label.as_bytes()).first().is_some_and(|byte| byte % 4 == 0);
    let grade = if is_fair { Grade::Fair } else { Grade::Good };
    Line {
        name: "evaluate-quarter".to_owned(),
        id: CommandId(labelled_ulid(&label)),
        effective_date: on,
        data: data(id, quarter, grade),
        ..proposal.clone()
    }
}

fn data(id: JointBranchId, quarter: Quarter, grade: Grade) -> Value {
    json!({
        "joint_branch": id, "quarter": quarter, "grade": grade, "findings": ["等次为演示数据（模拟）"]
    })
}

fn joint_branch_of(line: &Line) -> Result<JointBranchId, DemoError> {
    parsed(line.data["joint_branch"].as_str().unwrap_or_default())
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, DemoError> {
    text.parse().map_err(|_| DemoError::Value { detail: format!("`{text}`") })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::joint_branch::Phase;

    use super::{CITY, lines};
    use crate::generate::rehearsal::Rehearsal;

    fn rehearsed() -> Rehearsal {
        let mut rehearsal = Rehearsal::new(CITY.parse().unwrap(), "2026-11-23".parse().unwrap()).unwrap();
        let last = "2026-11-23".parse().unwrap();
        for line in lines().unwrap() {
            // As they are played: each on its own day, or late enough to be an entry of the past.
            let entered = line.effective_date.plus_days(10).min(last);
            rehearsal.pass_to(format!("{entered}T04:00:00.000Z").parse().unwrap());
            rehearsal.take(&line).unwrap_or_else(|refused| panic!("{refused}"));
        }
        rehearsal
    }

    #[test]
    fn no_command_of_the_demo_is_refused() {
        let rehearsal = rehearsed();
        let state = rehearsal.state();
        assert_eq!(state.places.len(), 2_994);
        assert_eq!(state.supervisions.values().filter(|found| found.answer.is_none()).count(), 1);
        let in_phase = |phase| state.joint_branches.values().filter(|found| found.phase == phase).count();
        assert_eq!(
            (in_phase(Phase::Operating), in_phase(Phase::Rectifying), in_phase(Phase::Dissolved)),
            (8, 1, 2)
        );
        let vacant = state.joint_branches.values().filter(|found| found.vacant_since.is_some()).count();
        assert_eq!((state.joint_branches.len(), vacant), (13, 1));
    }

    #[test]
    fn ids_are_fixed_unique_and_every_command_is_simulated() {
        let (first, second) = (lines().unwrap(), lines().unwrap());
        assert_eq!(first, second);
        assert_eq!(first.iter().map(|line| line.id).collect::<BTreeSet<_>>().len(), first.len());
        assert!(first.iter().all(|line| line.simulated));
        let latest = "2026-11-01".parse().unwrap();
        // A policy holds from the day of its recording on, whenever that is: the demo's holds from 2036 on.
        let mut past = first.iter().filter(|line| line.name != "issue-policy");
        assert!(past.all(|line| line.effective_date <= latest));
    }

    #[test]
    fn every_command_is_given_at_least_once() {
        let given: BTreeSet<_> = lines().unwrap().into_iter().map(|line| line.name).collect();
        let specs = domain::CommandKind::over_http().map(|kind| kind.spec());
        // Accounts hold keys: nobody gets one from a demonstration.
        let names = specs.filter(|spec| !spec.is_of_accounts()).map(|spec| spec.name);
        let missing: Vec<_> = names.filter(|name| !given.contains(*name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
