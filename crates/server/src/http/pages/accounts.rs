//! `/accounts`: the security administrator's list of who may act or read.

use axum::extract::State;
use axum::response::Response;

use super::asked::Asked;
use crate::auth::ACCOUNT_KEEPERS;
use crate::http::App;
use crate::pages::{accounts, words as w};
use crate::problem::Problem;

/// The list.
pub(super) async fn list(State(app): State<App>, mut asked: Asked) -> Result<Response, Problem> {
    asked.principal.require_role(ACCOUNT_KEEPERS)?;
    asked.frame(&app).await?;
    let lines = app.accounts().await?;
    let table = accounts::table(&asked.visit, &lines);
    let main = accounts::page(&asked.visit, &table);
    asked.show_table(asked.visit.t(w::ACCOUNTS), &table, &main)
}
