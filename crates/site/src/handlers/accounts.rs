//! `/accounts`: the security administrator's list of who may act or read.

use api::auth::ACCOUNT_KEEPERS;
use api::http::App;
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use labels as w;

use super::page_request::PageRequest;
use super::places::name_of;
use crate::pages::accounts;

/// The list.
pub(super) async fn list(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.principal.require_role(ACCOUNT_KEEPERS)?;
    let frame = asked.frame(&app).await?;
    let lines = app.accounts().await?;
    let table = accounts::table(&asked.visit, &lines, &|code| {
        let named = code.parse().ok().map(|code| name_of(&frame, &code));
        named.map_or_else(|| code.to_owned(), |name| format!("{name} {code}"))
    });
    let main = accounts::page(&asked.visit, &table);
    asked.show_table(asked.visit.say(w::ACCOUNTS), &table, &main)
}
