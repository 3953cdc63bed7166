//! The demonstration: a made-up city, recorded as the past of a new log before the service answers.

use std::time::Duration;

use api::sessions::{Desk, Sessions, Visitor};
use domain::account::Role;
use domain::date::{Date, Timestamp};
use domain::ids::EventId;
use domain::place::PlaceCode;
use domain::say::{Language, Say, say};
use domain::{CityState, Policy};
use event_log::envelope::decode;
use service::past::{Past, PastError, PastRecorder};
use service::recorded::Recorded;
use service::request::CommandRequest;
use service::service::{Readiness, Service};
use simulator::demo::{self, Extent};
use simulator::generate::GenerateError;
use simulator::generate::line::Line;
use simulator::generate::stage::Stage;

use crate::exit::Failure;
use crate::output::Output;
use crate::progress::Progress;

/// How often the progress of the loading is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What `--demo` asks for.
pub fn extent(text: &str) -> Result<Extent, String> {
    match text {
        "city" => Ok(Extent::City),
        "cases" => Ok(Extent::Cases),
        other => Err(format!("{other}: city, cases")),
    }
}

/// The demonstration as a past that ends yesterday.
pub fn past(extent: Extent, clock: fn() -> Timestamp) -> Result<Past, Failure> {
    let until = clock().day().plus_days(-1);
    let give = Box::new(move |recorder: &mut PastRecorder| give(extent, recorder, until));
    Ok(Past { last: demo::LAST_COMMAND.parse().map_err(Failure::internal)?, give })
}

fn give(extent: Extent, recorder: &mut PastRecorder, until: Date) -> Result<(), PastError> {
    let mut stage = Recording { recorder, last: None, failed: None };
    let played = demo::play(extent, &mut stage, until);
    match (stage.failed, played) {
        (Some(failed), _) => Err(failed),
        (None, Err(error)) => Err(PastError::Source { detail: error.to_string() }),
        (None, Ok(())) => Ok(()),
    }
}

/// Records the lines of the demonstration.
struct Recording<'a> {
    recorder: &'a mut PastRecorder,
    /// What became of the last line.
    last: Option<Recorded>,
    /// Why recording stopped.
    failed: Option<PastError>,
}

impl Stage for Recording<'_> {
    fn state(&self) -> &CityState {
        self.recorder.state()
    }

    fn defaults(&self) -> &Policy {
        self.recorder.policy()
    }

    fn take(&mut self, line: &Line, recorded_at: Timestamp) -> Result<(), GenerateError> {
        match self.recorder.record(request(line)?, recorded_at) {
            Ok(recorded) => {
                self.last = Some(recorded);
                Ok(())
            }
            Err(failed) => {
                self.failed = Some(failed);
                Err(GenerateError::Stopped)
            }
        }
    }

    fn first_event(&self) -> Result<EventId, GenerateError> {
        let fault = |detail: String| GenerateError::Fault { detail };
        let body = self.last.as_ref().and_then(|recorded| recorded.events.first());
        let body = body.ok_or_else(|| fault("a command without an event".to_owned()))?;
        decode(body).map(|decoded| decoded.event.meta.id).map_err(|error| fault(error.to_string()))
    }
}

/// A line of the demonstration as the request that it is.
fn request(line: &Line) -> Result<CommandRequest, GenerateError> {
    let fault = |error: serde_json::Error| GenerateError::Fault { detail: error.to_string() };
    let mut body = serde_json::to_value(line).map_err(fault)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|field, _| !["name", "id", "actor"].contains(&field.as_str()));
    }
    let (id, name, actor) = (line.id, line.name.clone(), line.actor.actor());
    Ok(CommandRequest { id, name, body, actor, if_match: None, traceparent: None })
}

/// Who visitors may be besides the city's meeting, which reads only: both may do on the simulated log what their role may.
pub fn desks() -> Result<Vec<Desk>, Failure> {
    let desk = |id: &str, role, scope: &str, name| {
        let scope: PlaceCode = scope.parse().map_err(Failure::internal)?;
        Ok::<_, Failure>(Desk { id: format!("{id}-{scope}"), role, scope, name })
    };
    Ok(vec![
        desk(
            "visiting-officer",
            Role::CountyOfficer,
            "510811",
            say("昭化区经办（可办理）", "an officer of the county 昭化区 (may act)"),
        )?,
        desk(
            "visiting-clerk",
            Role::TownshipClerk,
            "510811210",
            say("白果乡经办（可办理）", "a clerk of the township 白果乡 (may act)"),
        )?,
    ])
}

/// Whom a sign-in link is printed for.
pub fn visitors(sessions: &Sessions) -> Vec<(Say, Visitor)> {
    let desks = sessions.desks().iter().enumerate();
    let desks = desks.map(|(number, desk)| (desk.name.clone(), Visitor::Desk(number)));
    std::iter::once((labels::DEMO_READER.clone(), Visitor::Link)).chain(desks).collect()
}

/// Waits until the demonstration is in, and says meanwhile how far it is. A log that is real has none.
pub async fn await_loaded(service: &Service, address: &str, language: Language) -> Result<(), Failure> {
    let mut progress: Option<Progress> = None;
    loop {
        match service.readiness() {
            Readiness::Loading { commands } => {
                if progress.is_none() {
                    announce(address, language)?;
                }
                let begin = || Progress::begin(language, "已录入指令", "commands recorded", None);
                progress.get_or_insert_with(begin).at(commands);
            }
            // What follows on the loading is part of it.
            Readiness::Starting { .. } => {}
            Readiness::Ready | Readiness::Failed { .. } => break,
        }
        tokio::time::sleep(LOOK).await;
    }
    if let Some(progress) = progress {
        progress.end();
    }
    let is_real = service.state().and_then(|state| state.simulated) == Some(false);
    if is_real { Err(elsewhere()) } else { Ok(()) }
}

/// The demonstration is of one city only.
pub fn require_city(city: &PlaceCode) -> Result<(), Failure> {
    if city.as_str() == demo::CITY { Ok(()) } else { Err(elsewhere()) }
}

fn elsewhere() -> Failure {
    Failure::usage(
        "--demo 只能用于新的或模拟的 5108 日志：请另选 --data",
        "--demo needs a new or simulated log of 5108: choose another --data",
    )
}

fn announce(address: &str, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    output.line(language.pick(
        format!("正在载入演示数据（模拟），约需十余秒；进度见 {address}/readyz"),
        format!(
            "loading the demonstration (simulated), some ten seconds; {address}/readyz says how far it is"
        ),
    ))?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_demo_is_a_whole_request() {
        for line in demo::lines().unwrap().into_iter().rev().take(50) {
            let prepared = service::request::prepare(request(&line).unwrap());
            assert!(prepared.is_ok());
        }
    }
}
