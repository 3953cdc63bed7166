//! A city to measure: what `generate` makes, then one organization's counts updated until the log is long enough.

use std::path::Path;
use std::process::Command;

use domain::actor::Authority;
use domain::event_data::organizations::OrganizationUpdated;
use domain::ids::{CommandId, EventId};
use domain::{Event, EventBody, EventMeta, evolve};
use event_log::envelope::{self, CommandTrace};
use event_log::{MAX_APPEND_EVENTS, NewEvent};
use service::stores::Stores;
use ulid::Ulid;

/// Joint branches of the city: the report's number.
pub const BRANCHES: u64 = 906;
/// Years that they live before the measuring begins.
const YEARS: u64 = 4;
const PLACES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulator/data/guangyuan-divisions-2018.csv");

/// The program that is measured: this tree's, or another one, to be held beside it in the same hour.
pub fn measured() -> Command {
    let other = std::env::var_os("LIANJIAN_BENCH_PROGRAM");
    Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_lianjian").into()))
}

/// Runs the program to its end.
pub fn program(arguments: &[&str]) -> String {
    let output = measured().args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Makes the city, and goes on until its log has at least so many events.
pub fn write_city(data: &Path, events: u64) {
    std::fs::create_dir_all(data).expect("a directory");
    let (years, branches) = (YEARS.to_string(), BRANCHES.to_string());
    let commands = program(&[
        "generate",
        "--city",
        "5108",
        "--places",
        PLACES,
        "--seed",
        "1",
        "--years",
        &years,
        "--joint-branches",
        &branches,
    ]);
    let file = data.with_extension("ndjson");
    std::fs::write(&file, commands).expect("the commands are kept");
    let paths = (file.to_str().expect("a path"), data.to_str().expect("a path"));
    program(&["import", "commands", paths.0, "--data", paths.1, "--keep-going"]);
    std::fs::remove_file(&file).expect("the file goes");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(extend(data, events));
}

async fn extend(data: &Path, events: u64) {
    let stores = Stores::open(&event_log::LogLocation::Embedded, data, None).expect("the stores");
    let mut state = stores.load(&mut |_| {}).expect("the log folds").state;
    let organizations: Vec<_> = state.organizations.keys().copied().collect();
    while state.last_position < events {
        let expected = state.last_position;
        let count = (events - expected).min(MAX_APPEND_EVENTS as u64);
        let mut batch = Vec::new();
        for _ in 0..count {
            let organization =
                organizations[usize::try_from(state.last_position).expect("small") % organizations.len()];
            let known = &state.organizations[&organization];
            let body = EventBody::OrganizationUpdated(OrganizationUpdated {
                organization,
                formal_members: Some(known.formal_members),
                probationary_members: Some(known.probationary_members),
                profile: known.profile.clone(),
            });
            let scope = state.scope_of_event(&body);
            let meta = meta(&state, known.latest_effective, scope.clone());
            let extra = CommandTrace {
                command_digest: "0".repeat(64),
                command_index: 0,
                command_count: 1,
                scope_sequence: state.scope_sequences.get(scope.county_token()).copied().unwrap_or_default()
                    + 1,
                traceparent: None,
            };
            let event = Event { meta, body };
            let body = envelope::encode("5108", &event, &extra).expect("an event");
            evolve(&mut state, &event);
            batch.push(NewEvent { subject: String::new(), body });
        }
        stores.log.append(expected, batch).await.expect("an append");
    }
}

fn meta(
    state: &domain::CityState,
    effective_date: domain::date::Date,
    scope: domain::scope::Scope,
) -> EventMeta {
    let position = state.last_position + 1;
    let id = Ulid::from_parts(1, u128::from(position));
    EventMeta {
        position,
        id: EventId(id),
        recorded_at: state.last_recorded_at,
        command_id: CommandId(id),
        actor: "bench".into(),
        role: domain::account::Role::Local,
        on_behalf_of: Authority::Place(state.city.clone()),
        effective_date,
        document: None,
        decided_on: None,
        decided_by: None,
        override_: None,
        warnings: Vec::new(),
        simulated: true,
        scope,
    }
}
