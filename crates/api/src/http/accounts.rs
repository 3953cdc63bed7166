//! `GET /api/v1/accounts`: who may act or read, until when, and which accounts are one person's.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use service::accounts::{self, AccountLine};

use super::App;
use super::answer::typed;
use crate::problem::Problem;

/// Every account.
pub(crate) async fn list(State(app): State<App>) -> Result<Response, Problem> {
    let rows: Vec<Value> = app.accounts().await?.iter().map(row).collect();
    Ok(typed("application/json", json!({ "rows": rows }).to_string().into()))
}

fn row(line: &AccountLine) -> Value {
    json!({
        "id": line.id, "role": line.role, "scope": line.scope, "holder": line.holder, "holder_id": line.holder_id,
        "expires_on": line.expires_on, "state": line.state.words().1, "second_factor": line.has_second_factor
    })
}

impl App {
    /// Every account with its holder's name, in the order of issue.
    pub async fn accounts(&self) -> Result<Vec<AccountLine>, Problem> {
        let (service, state, today) = (self.service.clone(), self.state()?, self.today());
        let listed =
            tokio::task::spawn_blocking(move || accounts::list(&state, service.control(), today)).await;
        let listed = listed.map_err(|error| Problem::internal(error.to_string()))?;
        listed.map_err(|error| Problem::internal(error.to_string()))
    }
}
