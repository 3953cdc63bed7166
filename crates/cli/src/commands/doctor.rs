//! `doctor`: looks at everything that the service stands on, and says of each what to do.

use clap::Args;
use domain::say::{Language, Say};
use serde::Serialize;

use crate::commands::audit::control_store;
use crate::exit::{Failure, Status};
use crate::local::{DataDirectory, DataLocation};
use crate::output::Output;

mod accounts;
mod believed;
mod checks;
mod papers;
mod scans;
mod signing;
mod start;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Warn,
    Fail,
}

/// One check: what was found, and where something is wrong, what to do.
#[derive(Debug, Clone, PartialEq)]
struct Check {
    name: &'static str,
    health: Health,
    /// In both languages.
    found: Say,
    /// With which status the program ends for it.
    status: Status,
}

#[derive(Serialize)]
struct Line<'a> {
    check: &'a str,
    health: Health,
    found: &'a str,
}

impl Check {
    fn ok(name: &'static str, zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self::new(name, Health::Ok, Status::DONE, zh, en)
    }

    fn warn(name: &'static str, zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self::new(name, Health::Warn, Status::DONE, zh, en)
    }

    /// Damage.
    fn fail(name: &'static str, zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self::new(name, Health::Fail, Status::VERIFICATION_FAILED, zh, en)
    }

    /// A failure of another part, in its own words.
    fn failed(name: &'static str, failure: &Failure) -> Self {
        Self { name, health: Health::Fail, found: failure.say(), status: failure.status() }
    }

    fn new(
        name: &'static str,
        health: Health,
        status: Status,
        zh: impl AsRef<str>,
        en: impl AsRef<str>,
    ) -> Self {
        Self { name, health, found: Say::of(zh.as_ref(), en.as_ref()), status }
    }
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let checks = all(&arguments.directory.location()?, language)?;
    let mut output = Output::new();
    for check in &checks {
        let found = check.found.in_language(language);
        if arguments.json {
            output.json(&Line { check: check.name, health: check.health, found })?;
        } else {
            let health = match check.health {
                Health::Ok => language.pick("正常", "ok  "),
                Health::Warn => language.pick("注意", "warn"),
                Health::Fail => language.pick("故障", "FAIL"),
            };
            output.line(format!("{health}  {:<8}  {found}", check.name))?;
        }
    }
    output.flush()?;
    status(&checks).map_or(Ok(()), |status| Err(Failure::Told(status)))
}

/// A log that cannot be reached hides whatever else is wrong; damage comes second.
fn status(checks: &[Check]) -> Option<Status> {
    let failed = || checks.iter().filter(|check| check.health == Health::Fail).map(|check| check.status);
    failed().find(|status| *status == Status::UNREACHABLE).or_else(|| failed().next())
}

fn all(place: &DataLocation, language: Language) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::new();
    let data = &place.data;
    if let Some(log) = checks::log(place, &mut checks, language)? {
        // A log whose storage is damaged was said to be so, and does not read further.
        if checks.iter().all(|check| check.health != Health::Fail) {
            checks.extend(checks::history(&*log, place, language)?);
        }
        checks::holder_and_views(data, &*log, &mut checks)?;
        checks.extend(checks::counties(place, &*log));
        checks.push(checks::control(place));
        if checks.iter().all(|check| check.health != Health::Fail) {
            checks.push(accounts::accounts(place)?);
            checks.extend(start::start(place)?);
        }
        let control = control_store(place).unwrap_or_default();
        let (believed, state) = believed::fold(data, &*log, control.as_deref(), language)?;
        checks.extend(believed);
        checks.push(scans::scans(place, &state));
        checks.push(checks::clock(&*log)?);
    }
    checks.push(papers::papers(data));
    checks.push(checks::disk(data));
    Ok(checks)
}
