//! The writing half of the service: the stores, the command loop, and the door in front of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::{CityState, Policy};
use event_log::{ControlStore, EventLog, LogError, LogLocation, UnsafeSetting};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::command_loop::{CommandLoop, Recorded, Submission};
use crate::erasures::Erasures;
use crate::in_flight::InFlight;
use crate::memory::{FoldError, Memory};
use crate::metrics::Metrics;
use crate::person_names::PersonNames;
use crate::request::{CommandRequest, PrepareError, prepare};
use crate::submit_error::SubmitError;

/// The most commands that may wait; beyond it the answer is 503 with `Retry-After`.
pub const MAX_QUEUED_COMMANDS: usize = 1_024;
/// How long a value may stand in the control store before its event must stand in the log.
const ORPHAN_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);
/// A log that has been silent for longer is not waited for: commands are refused at once until it answers again.
const LOG_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// When to come back after the queue was full.
const BUSY_RETRY_AFTER_SECONDS: u32 = 1;

/// The log and its erasable store, with the data directory of this instance.
#[derive(Clone)]
pub struct Stores {
    /// Where views and snapshot are, and the embedded log.
    pub directory: PathBuf,
    /// The city of the log.
    pub city: PlaceCode,
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// The figures.
    pub policy: Arc<Policy>,
    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    pub accepted_settings: Vec<UnsafeSetting>,
}

/// Why the stores do not open.
#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    /// The log or the control store.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The events do not fold.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The policy's file.
    #[error("the policy does not read: {0}")]
    Policy(#[from] serde_json::Error),
    /// The log's own city is no code.
    #[error("the log names the city `{city}`, which is no code")]
    City {
        /// What it names.
        city: String,
    },
}

impl Stores {
    /// Opens the log at its location; where there is none, makes one for the city given. Blocks.
    pub fn open(
        location: &LogLocation,
        directory: &Path,
        city: Option<&PlaceCode>,
    ) -> Result<Self, StoresError> {
        let opened = match city {
            Some(city) => location.open(directory, city.as_str())?,
            None => location.open_existing(directory)?,
        };
        let city = opened.log.city();
        Ok(Self {
            directory: directory.to_owned(),
            city: city.parse().map_err(|_| StoresError::City { city: city.to_owned() })?,
            log: opened.log,
            control: opened.control,
            policy: Arc::new(Policy::defaults()?),
            accepted_settings: opened.accepted_settings,
        })
    }

    /// The state and index of the log: from the snapshot where it fits, and the log after it. Blocks.
    pub fn remember(&self, progress: &mut dyn FnMut(u64)) -> Result<Memory, FoldError> {
        let mut memory = self.recall().unwrap_or_else(|| Memory::new(self.city.clone()));
        memory.fold(&*self.log, progress)?;
        Ok(memory)
    }

    /// State and index as of the snapshot, where it fits the log. Blocks.
    pub fn recall(&self) -> Option<Memory> {
        Memory::load(&self.directory, &self.city, &*self.log)
    }

    /// Removes the erasable values whose command was never recorded: a crash between the two stores leaves them.
    /// Blocks. Only for whoever holds the directory; `token create` may write beside it, value first and event after,
    /// so what looks orphaned is given the time to be recorded.
    pub fn sweep_orphans(&self, memory: &mut Memory) -> Result<usize, FoldError> {
        let commands = self.control.command_ids()?;
        memory.fold(&*self.log, &mut |_| {})?;
        if commands.iter().all(|command| memory.index.contains_text(command)) {
            return Ok(0);
        }
        std::thread::sleep(ORPHAN_PATIENCE);
        memory.fold(&*self.log, &mut |_| {})?;
        let waited_for = |command: &str| !commands.iter().any(|known| known == command);
        let is_recorded = |command: &str| waited_for(command) || memory.index.contains_text(command);
        Ok(self.control.sweep(memory.state.last_position, &is_recorded)?)
    }
}

/// The command loop at work.
pub struct Core {
    log: Arc<dyn EventLog>,
    /// Nothing once the core stops.
    queue: Mutex<Option<mpsc::Sender<Submission>>>,
    in_flight: InFlight,
    state: watch::Receiver<Arc<CityState>>,
    metrics: Arc<Metrics>,
    /// Nothing once somebody waits for its end.
    task: Mutex<Option<JoinHandle<Memory>>>,
}

impl Core {
    /// Starts the loop on what is in memory.
    pub fn start(stores: &Stores, memory: Memory, clock: fn() -> Timestamp, metrics: Arc<Metrics>) -> Self {
        let (queue, received) = mpsc::channel(MAX_QUEUED_COMMANDS);
        let (published, state) = watch::channel(Arc::new(memory.state.clone()));
        let command_loop = CommandLoop {
            log: stores.log.clone(),
            control: stores.control.clone(),
            policy: stores.policy.clone(),
            clock,
            directory: stores.directory.clone(),
            saved_position: memory.state.last_position,
            memory,
            names: PersonNames::default(),
            erasures: Erasures::default(),
            published,
            metrics: metrics.clone(),
        };
        let task = tokio::spawn(command_loop.run(received));
        Self {
            log: stores.log.clone(),
            queue: Mutex::new(Some(queue)),
            in_flight: InFlight::default(),
            state,
            metrics,
            task: Mutex::new(Some(task)),
        }
    }

    /// The state after the last event that is on disk.
    pub fn state(&self) -> Arc<CityState> {
        Arc::clone(&self.state.borrow())
    }

    /// Gives a command to the loop and waits for its answer, which comes after the events are on disk.
    pub async fn submit(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        let (id, name) = (request.id.to_string(), request.name.clone());
        let prepared = prepare(request).map_err(|error| match error {
            PrepareError::UnknownCommand => SubmitError::UnknownCommand { name },
            PrepareError::Shape(errors) => SubmitError::Shape { errors },
            PrepareError::NoRandomness(detail) => stopped(detail),
        })?;
        if let Some(since) = self.log.unreachable_since()
            && since.elapsed().is_ok_and(|silent| silent > LOG_PATIENCE)
        {
            let detail = "日志服务器没有应答，未记录任何内容 / the log does not answer; nothing was recorded";
            return Err(stopped(detail.to_owned()));
        }
        let in_flight = self.in_flight.begin(prepared.command.id).ok_or(SubmitError::InFlight { id })?;
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(|| stopped("the service is stopping".to_owned()))?;
        queue.try_send(Submission { prepared, reply, in_flight }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                self.metrics.commands_busy.add(1);
                SubmitError::Busy { retry_after_seconds: BUSY_RETRY_AFTER_SECONDS }
            }
            mpsc::error::TrySendError::Closed(_) => stopped("the service is stopping".to_owned()),
        })?;
        drop(queue);
        answer.await.unwrap_or_else(|_| {
            let detail = "the service stopped before it answered; repeat with the same key".to_owned();
            Err(SubmitError::Unavailable { detail, outcome_unknown: true, retry_after_seconds: 5 })
        })
    }

    /// Finishes what is queued, and gives back what is in memory; nothing to whoever asks second.
    pub async fn stop(&self) -> Option<Memory> {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        task.await.inspect_err(|error| tracing::error!(%error, "the command loop ended badly")).ok()
    }
}

fn stopped(detail: String) -> SubmitError {
    SubmitError::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 5 }
}

/// The time of this machine.
pub fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use domain::account::Role;
    use domain::command::Actor;
    use domain::ids::CommandId;
    use event_log::LogLocation;
    use serde_json::{Value, json};
    use ulid::Ulid;

    use super::{Core, Stores, system_clock};
    use crate::command_loop::Recorded;
    use crate::request::CommandRequest;
    use crate::submit_error::SubmitError;

    fn open(directory: &Path) -> (Stores, Core) {
        let stores = Stores::open(&LogLocation::Embedded, directory, Some(&"5108".parse().unwrap())).unwrap();
        let memory = stores.remember(&mut |_| {}).unwrap();
        let core = Core::start(&stores, memory, system_clock, Arc::default());
        (stores, core)
    }

    fn request(key: u128, name: &str, on_behalf_of: &str, data: Value) -> CommandRequest {
        CommandRequest {
            id: CommandId(Ulid::from(key)),
            name: name.into(),
            body: json!({ "effective_date": "2018-01-01", "on_behalf_of": on_behalf_of, "data": data, "simulated": true }),
            actor: Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() },
            if_match: None,
            traceparent: None,
        }
    }

    fn county(key: u128, code: &str) -> CommandRequest {
        let data = json!({ "code": code, "name": format!("县{code}"), "level": "county", "parent": "5108" });
        request(key, "register-place", "5108", data)
    }

    fn person(key: u128, name: &str) -> CommandRequest {
        let organization = Ulid::from(2_u128).to_string();
        request(key, "register-person", "5108", json!({ "name": name, "organization": organization }))
    }

    fn organ(key: u128) -> CommandRequest {
        let data = json!({ "name": "县委", "form": "organ", "host_kind": "county", "host": "510811", "formal_members": 30, "probationary_members": 0 });
        request(key, "register-organization", "5108", data)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_repeat_gets_the_first_answer_after_a_restart_too() {
        let directory = tempfile::tempdir().unwrap();
        let (_, core) = open(directory.path());
        let first = core.submit(county(1, "510811")).await.unwrap();
        assert_eq!((first.position, first.replayed), (1, false));
        core.stop().await;
        let (stores, core) = open(directory.path());
        let again = core.submit(county(1, "510811")).await.unwrap();
        assert_eq!(again, Recorded { replayed: true, ..first });
        let reused = core.submit(county(1, "510812")).await.unwrap_err();
        assert_eq!(reused, SubmitError::KeyReused { id: Ulid::from(1_u128).to_string() });
        assert_eq!(stores.log.last_position().await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refused_command_leaves_nothing_and_frees_its_key() {
        let directory = tempfile::tempdir().unwrap();
        let (stores, core) = open(directory.path());
        let refused = core.submit(county(1, "510911")).await.unwrap_err();
        assert!(matches!(refused, SubmitError::Rejected { .. }), "{refused}");
        assert_eq!(stores.log.last_position().await.unwrap(), 0);
        core.submit(county(1, "510811")).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_name_stays_out_of_the_log_and_a_repeat_is_known_by_its_salt() {
        let directory = tempfile::tempdir().unwrap();
        let (stores, core) = open(directory.path());
        core.submit(county(1, "510811")).await.unwrap();
        core.submit(organ(2)).await.unwrap();
        let refused = core
            .submit(request(
                9,
                "register-person",
                "5108",
                json!({ "name": "李四", "organization": Ulid::from(7_u128).to_string() }),
            ))
            .await;
        assert!(refused.is_err());
        let first = core.submit(person(3, "张三")).await.unwrap();
        assert!(!String::from_utf8_lossy(&first.events[0]).contains("张三"));
        assert!(core.submit(person(3, "张三")).await.unwrap().replayed);
        assert!(matches!(core.submit(person(3, "李四")).await, Err(SubmitError::KeyReused { .. })));
        assert_eq!(
            stores.control.value_of(&Ulid::from(3_u128).to_string(), "/name").unwrap().as_deref(),
            Some("张三")
        );
        assert_eq!(stores.control.command_ids().unwrap(), [Ulid::from(3_u128).to_string()]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_second_process_takes_no_name_away_and_a_crash_leaves_none() {
        let directory = tempfile::tempdir().unwrap();
        let (stores, core) = open(directory.path());
        let stale = stores.remember(&mut |_| {}).unwrap();
        core.submit(county(1, "510811")).await.unwrap();
        core.submit(organ(2)).await.unwrap();
        core.submit(person(3, "张三")).await.unwrap();
        // Another process, which read the log before the person was registered, starts its loop.
        Core::start(&stores, stale.clone(), system_clock, Arc::default()).stop().await;
        let left_by_a_crash = event_log::Erasable {
            command_id: Ulid::from(9_u128).to_string(),
            pointer: "/name".into(),
            subject: Ulid::from(9_u128).to_string(),
            salt: vec![0; 32],
            value: "李四".into(),
        };
        stores.control.put_erasables(&[left_by_a_crash], 3).unwrap();
        let mut memory = stale;
        assert_eq!(stores.sweep_orphans(&mut memory).unwrap(), 1);
        assert_eq!(stores.control.command_ids().unwrap(), [Ulid::from(3_u128).to_string()]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_registered_persons_name_enters_no_text_and_repeats_are_answered_as_before() {
        let directory = tempfile::tempdir().unwrap();
        let (_, core) = open(directory.path());
        core.submit(county(1, "510811")).await.unwrap();
        core.submit(organ(2)).await.unwrap();
        let update = |key: u128, unit: &str| {
            let figure = json!({ "value": 1, "unit": unit, "period": "2018", "source": "李四提供" });
            let data =
                json!({ "organization": Ulid::from(2_u128).to_string(), "profile": { "area": figure } });
            request(key, "update-organization", "5108", data)
        };
        let before = core.submit(update(3, "亩")).await.unwrap();
        core.submit(person(4, "李四")).await.unwrap();
        let Err(SubmitError::Rejected { rejection, .. }) = core.submit(update(5, "亩")).await else {
            panic!("a name was recorded")
        };
        assert_eq!(
            (rejection.rule().as_str(), rejection.pointer()),
            ("personal-name", Some("/data/profile/area/source"))
        );
        assert_eq!(core.submit(update(3, "亩")).await.unwrap(), Recorded { replayed: true, ..before });
        // Another instance knows the name as soon as it has read the log.
        core.stop().await;
        let (_, core) = open(directory.path());
        assert!(matches!(core.submit(update(5, "亩")).await, Err(SubmitError::Rejected { .. })));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_loops_on_one_log_take_turns_and_both_see_everything() {
        let directory = tempfile::tempdir().unwrap();
        let (stores, first) = open(directory.path());
        let (_, second) = open(directory.path());
        let (first, second) = (Arc::new(first), Arc::new(second));
        let tasks: Vec<_> = (0..40_u32)
            .map(|number| {
                let core = if number % 2 == 0 { first.clone() } else { second.clone() };
                tokio::spawn(async move {
                    core.submit(county(u128::from(number) + 1, &format!("5108{number:02}"))).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(stores.log.last_position().await.unwrap(), 40);
        first.stop().await;
        let memory = second.stop().await.unwrap();
        let fresh = stores.remember(&mut |_| {}).unwrap();
        let mut caught_up = memory;
        caught_up.fold(&*stores.log, &mut |_| {}).unwrap();
        assert_eq!((caught_up.state, caught_up.index), (fresh.state, fresh.index));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_entity_that_moved_on_refuses_the_command() {
        let directory = tempfile::tempdir().unwrap();
        let (_, core) = open(directory.path());
        core.submit(county(1, "510811")).await.unwrap();
        core.submit(organ(2)).await.unwrap();
        let update = |key, if_match| {
            let data = json!({ "organization": Ulid::from(2_u128).to_string(), "formal_members": 31 });
            CommandRequest { if_match: Some(if_match), ..request(key, "update-organization", "5108", data) }
        };
        assert_eq!(
            core.submit(update(3, 1)).await.unwrap_err(),
            SubmitError::Precondition { expected: 1, found: Some(2) }
        );
        core.submit(update(3, 2)).await.unwrap();
        // Whoever may not touch it is not told where it stands.
        let scope = "510812".parse().unwrap();
        let outsider = Actor { id: "outsider".into(), role: Role::CountyOfficer, scope };
        let refused = core.submit(CommandRequest { actor: outsider, ..update(4, 1) }).await.unwrap_err();
        assert!(matches!(refused, SubmitError::Rejected { .. }), "{refused}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_snapshot_of_another_log_is_passed_over() {
        let directory = tempfile::tempdir().unwrap();
        let (stores, core) = open(directory.path());
        core.submit(county(1, "510811")).await.unwrap();
        let memory = core.stop().await.unwrap();
        memory.save(directory.path(), &*stores.log).unwrap();
        let loaded = stores.remember(&mut |_| panic!("nothing is left to fold")).unwrap();
        assert_eq!((loaded.state, loaded.index), (memory.state, memory.index));
        let other = tempfile::tempdir().unwrap();
        let (other_stores, other_core) = open(other.path());
        other_core.submit(county(5, "510812")).await.unwrap();
        std::fs::copy(directory.path().join("state.snapshot"), other.path().join("state.snapshot")).unwrap();
        let folded = other_stores.remember(&mut |_| {}).unwrap();
        assert!(folded.state.place_by_code(&"510812".parse().unwrap()).is_some());
    }
}
