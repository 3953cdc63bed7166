//! Which keys sign the log is said in the log, so that a change of keys stands under the signature of those before.

use std::time::Duration;

use audit::key::PublicKey;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use serde_json::json;

use crate::request::CommandRequest;
use crate::submission::Submissions;

/// How long a start waits for the log to take it.
const DECLARED_WITHIN: Duration = Duration::from_secs(5);

/// Declares the keys with which this instance signs, unless the log says them already. What fails is said in the service's
/// own log, and the next start declares them.
pub(crate) async fn declare(submissions: &Submissions, keys: &[PublicKey], city: &PlaceCode, now: Timestamp) {
    let mut keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.sort();
    keys.dedup();
    let is_said = || submissions.state().signing_keys.as_ref().is_some_and(|known| known.keys == keys);
    // An instance without the log's key signs nothing.
    if keys.is_empty() || is_said() {
        return;
    }
    let data = json!({ "keys": keys });
    let request = CommandRequest::of_service("declare-signing-keys", city, now, &data);
    match tokio::time::timeout(DECLARED_WITHIN, submissions.submit(request)).await {
        Ok(Ok(_)) => {}
        // Another instance was faster.
        Ok(Err(_)) if is_said() => {}
        Ok(Err(error)) => tracing::error!(%error, "the signing keys are not declared"),
        Err(_) => tracing::error!("the signing keys are not declared: the log does not answer"),
    }
}
