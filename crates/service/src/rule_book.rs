//! Before a program records anything, it says in the log by which edition of the rule book it decides.

use domain::date::Timestamp;
use domain::policy_book::AdoptedEdition;
use domain::{CityState, Policy};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::command_loop::Submission;
use crate::request::{CommandRequest, PrepareError, prepare};

/// This program as the log names it: its version, and the revision that it was built from where the build says it
/// (`LIANJIAN_REVISION`).
pub fn program() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("LIANJIAN_REVISION") {
        Some(revision) if !revision.is_empty() => format!("lianjian {version} ({revision})"),
        _ => format!("lianjian {version}"),
    }
}

/// What says that this program decides by its edition; nothing where the log says so already. Nobody waits for the answer: what
/// comes after it is decided whatever becomes of it, and the next group says it again.
pub(crate) fn owed(
    state: &CityState,
    policy: &Policy,
    now: Timestamp,
) -> Result<Option<Submission>, PrepareError> {
    let program = program();
    let checker_sha256 = audit::carried::checker_sha256();
    let is_said = |adopted: &AdoptedEdition| {
        (adopted.edition, adopted.program.as_str(), adopted.checker_sha256.as_str())
            == (policy.version, program.as_str(), checker_sha256)
    };
    if state.policies.adopted().is_some_and(is_said) {
        return Ok(None);
    }
    let data = json!({ "edition": policy.version, "program": program, "checker_sha256": checker_sha256 });
    let prepared = prepare(CommandRequest::of_service("adopt-rule-book", &state.city, now, &data))?;
    let (reply, _) = oneshot::channel();
    Ok(Some(Submission { commands: vec![prepared], reply, given: Instant::now(), in_flight: Vec::new() }))
}
