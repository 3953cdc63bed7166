//! Anchors: how far the access log goes is said in the city's log, as the service starts and stops and each hour between.

use domain::errors;
use std::sync::Arc;
use std::time::Duration;

use domain::date::Timestamp;
use domain::ids::InstanceId;
use domain::place::PlaceCode;
use event_log::LogError;
use serde_json::json;

use crate::access_log::{AccessLog, AccessNote, Act, NotNoted};
use crate::request::{CommandRequest, SERVICE_ACTOR_ID};
use crate::submission::Submissions;
use crate::submit_error::SubmitError;
use domain::hexadecimal;

/// How often it is said between start and stop.
pub const ANCHORED_EVERY: Duration = Duration::from_secs(3_600);
/// How long a start or a stop waits for the city's log to take it.
const MARK_WITHIN: Duration = Duration::from_secs(5);

/// What anchors the access log of a service.
#[derive(Clone)]
pub struct Anchors {
    /// Who read what.
    pub access: Arc<AccessLog>,
    /// The city of the log.
    pub city: PlaceCode,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

errors! {
    /// Why an access log is not anchored.
    #[derive(Debug)]
    pub enum AnchorError {
    } of {
        /// Nothing can be noted in it.
        NotNoted(#[from] NotNoted),
        /// It cannot be read or written.
        Store(#[from] LogError),
        /// The city's log does not take it.
        Submit(#[from] SubmitError),
    }
}

impl Anchors {
    /// Notes that the service starts or stops, and anchors the access log. What fails is said in the service's own log;
    /// the next anchor covers it.
    pub async fn mark(&self, submissions: &Submissions, what: &str) {
        let note = AccessNote {
            time: (self.clock)(),
            who: SERVICE_ACTOR_ID.to_owned(),
            role: None,
            scope: None,
            act: Act::Service,
            path: what.to_owned(),
            status: 0,
            address: None,
            count: None,
        };
        let marked = async {
            self.access.note(note)?;
            self.anchor(submissions).await
        };
        match tokio::time::timeout(MARK_WITHIN, marked).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, what, "the access log is not anchored"),
            Err(_) => tracing::error!(what, "the access log is not anchored: the log does not answer"),
        }
    }

    /// Says in the city's log how far the access log goes; nothing where that has been said.
    pub async fn anchor(&self, submissions: &Submissions) -> Result<(), AnchorError> {
        let head = self.access.flush().await?;
        let (instance, hash) = (self.access.store().instance(), hexadecimal(&head.hash));
        let state = submissions.state();
        let known = instance.parse().ok().and_then(|instance: InstanceId| state.access_logs.get(&instance));
        if known.is_some_and(|known| known.count == head.number && known.head.as_str() == hash) {
            return Ok(());
        }
        let data = json!({
            "instance": instance, "count": head.number, "head": hash, "kept_days": self.access.kept_days()
        });
        let request = CommandRequest::of_service("anchor-access-log", &self.city, (self.clock)(), &data);
        submissions.submit(request).await?;
        Ok(())
    }
}
