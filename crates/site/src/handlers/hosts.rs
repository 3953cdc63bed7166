//! To what an organization belongs, written by its name in a form: a place is sent by its code, as the command takes it.

use api::http::App;
use api::http::reads::Snapshot;
use api::problem::Problem;
use domain::organization::HostKind;
use service::shape_error::ShapeError;

use super::choices::Choices;
use super::names::NameFinder;
use super::page_request::PageRequest;
use crate::pages::forms::offered::Offered;
use crate::pages::forms::render::Picks;
use crate::pages::forms::values::Posted;

/// Where a form says to what an organization belongs, and to what kind of thing.
const HOST: &str = "/data/host";
const HOST_KIND: &str = "/data/host_kind";

/// Puts the code in the place of a name that one place in the reader's area bears; says so where several do. What nobody
/// bears, and what is no place, is judged with the command.
pub(super) fn host_by_code(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    posted: &mut Posted,
) -> Result<Option<ShapeError>, Problem> {
    let kind = |code: &String| serde_json::from_value::<HostKind>(code.as_str().into());
    let is_place = |code: &String| kind(code).is_ok_and(|kind| kind.is_place());
    let (Some(written), true) = (posted.get(HOST), posted.get(HOST_KIND).is_some_and(is_place)) else {
        return Ok(None);
    };
    let state = app.state()?;
    let names = NameFinder::new(app, asked, frame, &state);
    let choices = Choices {
        state: &state,
        policy: app.service.policy(),
        principal: &asked.principal,
        names: &names,
        language: asked.visit.language,
        command: "",
        joint_branch: None,
    };
    let found = Offered::new(Picks::Usual(choices.hosts())).key_of(written);
    Ok(match found {
        Ok(code) => {
            posted.insert(HOST.to_owned(), code);
            None
        }
        Err(error) => {
            let said = error.say();
            let (detail, detail_en) = (said.zh.to_string(), said.en.to_string());
            Some(ShapeError { pointer: HOST.to_owned(), detail, detail_en })
        }
    })
}
