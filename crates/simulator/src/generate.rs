//! `generate`: the commands of a made-up history of a real city; its seed decides all, no rule refuses any.
//!
//! Every line is rehearsed against the domain before it is printed: a refusal is our fault, and ends the run.

use domain::errors;
use std::io::Write;

use domain::date::Date;
use domain::place::PlaceCode;

use crate::places_file::PlaceLine;

pub mod line;
pub mod rehearsal;
pub mod stage;

mod activities;
mod establishing;
mod existing;
mod first_secretaries;
mod functional;
mod given;
mod groups;
mod habits;
mod history;
mod meetings;
mod membership;
mod office_hours;
mod oversight;
mod posts;
mod premises;
mod random;
mod register;
mod resolving;
mod script;
mod villages;
mod violations;
mod working;

use given::Given;
use habits::Habits;
use history::{History, Period};
use line::Line;
use rehearsal::{RefusedLine, Rehearsal, RehearsalError};
use script::Script;
use stage::Stage;

/// The first day, where none is said.
const DEFAULT_FROM: &str = "2016-01-01";
/// The last day, where no first day is said: a recording day is later than that.
const DEFAULT_LATEST_END: &str = "2025-12-31";
/// How many years a history may have.
const MAX_YEARS: u32 = 30;

/// What a history is made of.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The city's code.
    pub city: PlaceCode,
    /// Its list of places.
    pub places: Vec<PlaceLine>,
    /// The seed: the same one gives the same bytes.
    pub seed: u64,
    /// How many years.
    pub years: u32,
    /// How many groups of villages get a joint branch; a few are refused at first, some end or begin again.
    pub joint_branches: u32,
    /// The first day; 2016-01-01 where absent.
    pub from: Option<Date>,
    /// How many lines at the end break a rule, each labelled with the rule that must refuse it.
    pub violations: u32,
}

errors! {
    /// Why nothing, or not all, was printed.
    #[derive(Debug)]
    pub enum GenerateError {
        /// The years are out of bounds.
        #[zh("年数须为 1 至 {allowed}，{years} 不行；更长或更晚的历史请用 --from")]
        #[en("years must be 1 to {allowed}, not {years}; use --from for a longer or later history")]
        Years { years: u32, allowed: u32 },
        /// A place of another city.
        #[zh("{code} 不在 {city} 之内")]
        #[en("{code} does not lie in {city}")]
        OtherCity { code: PlaceCode, city: PlaceCode },
        /// The list lacks the city's own row.
        #[zh("表中没有市 {city} 这一行")]
        #[en("the list has no row for the city {city}")]
        CityMissing { city: PlaceCode },
        /// More joint branches than pairs of villages.
        #[zh("表中的村至多组成 {possible} 个联合党组织，不够 {wanted} 个")]
        #[en("the list's villages make at most {possible} joint branches, not {wanted}")]
        TooMany { wanted: u32, possible: usize },
        /// The domain refuses a line: a fault of the generator.
        #[zh("生成器有误，第 {line} 行被规则拒绝，请报告：{}", refused.say().zh)]
        #[en("a fault of the generator, please report it: line {line} is refused: {}", refused.say().en)]
        Refused { line: u64, refused: Box<RefusedLine> },
        /// Lines that break a rule are not refused by it: a fault of the generator.
        #[zh("生成器有误，违规指令未被所标规则拒绝，请报告")]
        #[en("a fault of the generator, please report it: violations are not refused by their rules: {faults}")]
        OtherRules { faults: String },
        /// A made-up value does not fit its type: a fault of the generator.
        #[zh("生成器有误，请报告")]
        #[en("a fault of the generator, please report it: {detail}")]
        Fault { detail: String },
        /// Whoever records the lines cannot go on, and says itself why.
        #[zh("载入中断")]
        #[en("the loading stopped")]
        Stopped,
        /// The output is closed.
        #[zh("无法输出")]
        #[en("cannot write: {cause}")]
        Write(#[from] cause: std::io::Error),
    } of {
        /// There is no rehearsal.
        Rehearsal(#[from] RehearsalError),
    }
}

/// Prints the history as NDJSON, a command a line, and says how many lines there are.
pub fn generate(settings: &Settings, out: &mut dyn Write) -> Result<u64, GenerateError> {
    let (from, end) = period(settings)?;
    check_places(settings)?;
    let recorded_on = end.plus_days(1);
    let rehearsal = Rehearsal::new(settings.city.clone(), recorded_on)?;
    let mut stage = stage::Printed::new(out, rehearsal);
    let mut script = Script::new(&mut stage, settings.seed, from);
    let none = Given::new(Vec::new(), end);
    let history =
        play(&mut script, settings, &Period { from, end, until: end }, (Habits::of_a_trial(), none))?;
    violations::violate(&mut script, &history, settings.violations)?;
    Ok(script.lines())
}

/// Plays lines that stand ready, and nothing else.
pub(crate) fn play_given(
    stage: &mut dyn Stage,
    lines: Vec<Line>,
    (from, end): (Date, Date),
) -> Result<(), GenerateError> {
    Given::new(lines, end).play_rest(&mut Script::new(stage, 0, from), end)
}

/// Plays a whole city around lines that stand ready: its places stand in these, and so may some of its organs. Nothing is
/// made up before the first day, and what is made up is the same on every day of a year, as far as it goes.
pub(crate) fn play_city(
    stage: &mut dyn Stage,
    settings: &Settings,
    lines: Vec<Line>,
    (from, until): (Date, Date),
) -> Result<(), GenerateError> {
    let mut script = Script::new(stage, settings.seed, from);
    let given = Given::new(lines, until);
    given.texts(&mut |text| script.reserve(text));
    let period = Period { from, end: Date::new(until.year(), 12, 31).unwrap_or(until), until };
    play(&mut script, settings, &period, (Habits::of_the_demonstration(), given)).map(|_| ())
}

fn play(
    script: &mut Script<'_>,
    settings: &Settings,
    period: &Period,
    (habits, mut given): (Habits, Given),
) -> Result<History, GenerateError> {
    let plan = groups::plan(settings, &given.villages(), script.random())?;
    given.play_until(script, period.from)?;
    script.pass_to(period.from);
    let groups = register::register(script, settings, plan, period.from)?;
    if let (true, Some(group)) = (habits.lists_functional_form, groups.first()) {
        functional::list(script, &group.organs.city)?;
    }
    for organs in existing::counties(groups.iter().map(|group| &group.organs)) {
        existing::open(script, organs, period.from)?;
    }
    History::new(groups, period, habits, given).play(script)
}

/// The first and the last day.
fn period(settings: &Settings) -> Result<(Date, Date), GenerateError> {
    let fault = |_| GenerateError::Fault { detail: "DEFAULT_FROM".to_owned() };
    let from = settings.from.map_or_else(|| DEFAULT_FROM.parse().map_err(fault), Ok)?;
    let latest: Date = DEFAULT_LATEST_END.parse().map_err(fault)?;
    let in_default = u32::try_from(latest.plus_days(1).year() - from.year()).unwrap_or(1);
    let allowed = if settings.from.is_some() { MAX_YEARS } else { in_default };
    let years = settings.years;
    if !(1..=allowed).contains(&years) {
        return Err(GenerateError::Years { years, allowed });
    }
    Ok((from, from.plus_months(i32::try_from(years * 12).unwrap_or(12)).plus_days(-1)))
}

fn check_places(settings: &Settings) -> Result<(), GenerateError> {
    let city = &settings.city;
    if let Some(stranger) = settings.places.iter().find(|place| !place.code.is_within(city)) {
        return Err(GenerateError::OtherCity { code: stranger.code.clone(), city: city.clone() });
    }
    if settings.places.iter().all(|place| place.code != *city) {
        return Err(GenerateError::CityMissing { city: city.clone() });
    }
    Ok(())
}

#[cfg(test)]
mod demonstration_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_properties;
