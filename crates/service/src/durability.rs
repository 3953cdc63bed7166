//! How the log is kept: what the operator answers for is declared in the log, and taken back once it holds no longer.

use domain::account::Role;
use domain::actor::Actor;
use domain::ids::CommandId;
use serde_json::json;

use crate::outcome::new_ulid;
use crate::request::CommandRequest;
use crate::service::Service;
use crate::submit_error::SubmitError;
use crate::system_clock;

/// Who acts in the log where something is declared on the machine itself.
const ACTOR_ID: &str = "local:admin";

/// Declares under which unsafe settings the log is kept, unless that is what the log says already.
pub async fn declare(service: &Service) -> Result<(), SubmitError> {
    let settings = service.accepted_settings();
    let is_declared = || service.state().is_none_or(|state| state.unsafe_settings == settings);
    if is_declared() {
        return Ok(());
    }
    let (now, city) = (system_clock(), service.city());
    let request = CommandRequest {
        id: CommandId(new_ulid(now)),
        name: "declare-durability".to_owned(),
        body: json!({
            "effective_date": now.day(), "on_behalf_of": city, "data": { "unsafe_settings": settings }
        }),
        actor: Actor { id: ACTOR_ID.to_owned(), role: Role::Local, scope: city.clone() },
        if_match: None,
        traceparent: None,
    };
    match service.submit(request).await {
        // What stops every command is told elsewhere; the next start declares it.
        Err(SubmitError::Stopped { .. }) => Ok(()),
        // Another instance was faster.
        Err(SubmitError::Rejected { .. }) if is_declared() => Ok(()),
        declared => declared.map(drop),
    }
}
