//! The page of a village or community.

use api::http::App;
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::organization::OrganizationForm;
use domain::place::Level;
use projections::joint_branches_of;

use super::page_request::PageRequest;
use super::places::readable;
use super::see_other;
use crate::pages::lists::village_name;
use crate::pages::village::{Village, page};

/// `/villages/{code}`; a code of the past leads to what goes on, where that is one place.
pub(super) async fn village(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::Village)?;
    let frame = asked.frame(&app).await?;
    let views = &frame.views;
    let Some(row) = views.place_by_code(&code) else {
        let once: Vec<_> = views.places_once_coded(&code).collect();
        return match once[..] {
            [only] if only.code != code => {
                Ok(see_other(&asked.visit.link(&format!("/villages/{}", only.code))))
            }
            _ => Err(api::http::reads::unknown(code.as_str())),
        };
    };
    let is_here = |found: &&std::sync::Arc<projections::rows::OrganizationRow>| {
        found.form != OrganizationForm::Organ
            && found.location.as_ref().is_some_and(|place| place.id == row.id)
    };
    let organizations: Vec<_> = views.organizations().filter(is_here).map(AsRef::as_ref).collect();
    let mut joint_branches: Vec<_> = joint_branches_of(views, row).map(AsRef::as_ref).collect();
    joint_branches.sort_by_key(|found| (!found.is_live(), found.proposed_on));
    let title = village_name(&row.name, row.kind);
    asked.lead_to(&frame, row.parent.as_ref().map(|place| &place.code), &title);
    let main =
        page(&asked.visit, &Village { row, organizations: &organizations, joint_branches: &joint_branches });
    Ok(asked.show(&title, &main))
}
