//! The pages that check a receipt: of one record, or of what the reader brings.

use api::http::App;
use api::http::reads::unknown;
use api::http::recorded::decoded;
use api::http::tree::receipt_of;
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use labels as w;

use super::log::require_event;
use super::page_request::PageRequest;
use crate::pages::check::page;

/// `/events/{position}/check`: the receipt of a record, with its check.
pub(super) async fn of_event(
    State(app): State<App>,
    Path(key): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    asked.frame(&app).await?;
    let event = app.event_at(&key).await?.ok_or_else(|| unknown(&key))?;
    require_event(&app, &asked, &decoded(&event)?)?;
    let position = event.position;
    let receipt = receipt_of(&app, event).await?;
    let main = page(&asked.visit, Some((position, &receipt)));
    Ok(asked.show(&format!("{} #{position}", asked.visit.say(w::CHECK_TITLE)), &main))
}

/// `/check`: a receipt that the reader brings.
pub(super) async fn brought(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.frame(&app).await?;
    Ok(asked.show(asked.visit.say(w::CHECK_TITLE), &page(&asked.visit, None)))
}

#[cfg(test)]
mod tests {
    use crate::pages::assets::CHECK_SCRIPT;

    #[test]
    fn the_script_is_the_one_that_the_documentation_pins() {
        let page = include_str!("../../../../docs/verify/README.md");
        let hash = CHECK_SCRIPT.hash();
        assert!(page.contains(&format!("`{hash}`")), "docs/verify/README.md: {hash}");
    }
}
