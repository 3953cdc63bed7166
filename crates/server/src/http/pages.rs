//! The pages over HTTP: the city's page, the one-time link, and the style.

use std::time::Instant;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::PolicyCalendar;
use projections::{Reading, city_view};

use super::App;
use super::answer::{POSITION, typed};
use super::query::Query;
use super::reads::view_problem;
use crate::auth::{Principal, READERS};
use crate::page;
use crate::problem::Problem;
use crate::sessions::set_cookie;

/// `/`: the city's figures for who has signed in and may read the city, a note for anybody else.
pub(crate) async fn city(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.city_page(&headers).await {
        Ok(page) => page,
        Err(problem) => {
            let body = page::unavailable(problem.detail(), problem.detail_en());
            // The problem's own answer notes it in the log and brings its headers.
            let mut response = problem.into_response();
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = body.into();
            response
        }
    }
}

/// `/sign-in?code=…`: uses the code up, sets the cookie and goes to the page.
pub(crate) async fn sign_in(
    State(app): State<App>,
    Extension(query): Extension<Query>,
) -> Result<Response, Problem> {
    let code = query.text("code").unwrap_or_default();
    let redeemed =
        app.sessions.redeem(code, Instant::now()).map_err(|error| Problem::internal(error.to_string()))?;
    let Some(cookie) = redeemed else {
        return Ok((StatusCode::FORBIDDEN, Html(page::sign_in_refused())).into_response());
    };
    let cookie =
        HeaderValue::from_str(&set_cookie(&cookie)).map_err(|error| Problem::internal(error.to_string()))?;
    let headers = [(header::LOCATION, HeaderValue::from_static("/")), (header::SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// `/style.css`.
pub(crate) async fn style() -> Response {
    let mut response = typed("text/css; charset=utf-8", page::STYLE.into());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

impl App {
    async fn city_page(&self, headers: &HeaderMap) -> Result<Response, Problem> {
        let code = self.service.city();
        let may_read = |principal: &Principal| {
            principal.require_role(READERS).and_then(|()| principal.require_place(code, None)).is_ok()
        };
        if !self.reader(headers).await?.is_some_and(|principal| may_read(&principal)) {
            return Ok(Html(page::sign_in_note()).into_response());
        }
        let views = self.views_past(0).await?;
        let policies = PolicyCalendar::new(self.service.policy(), views.policies());
        let reading = Reading { views: &views, policies: &policies, on: self.today() };
        let view = city_view(reading, None).map_err(view_problem)?;
        let name = views.place_by_code(code).map_or_else(|| code.to_string(), |place| place.name.to_string());
        let notices = page::Notices {
            log_unreachable_since: self.service.log_unreachable_since().map(|since| since.to_string()),
            unsafe_settings: self.state()?.unsafe_settings.clone(),
            not_witnessed: self
                .service
                .sealed()
                .is_none_or(|sealed| sealed.witnessed().is_ok_and(|heads| heads.is_empty())),
        };
        let mut response = Html(page::city(&name, &view, &notices)).into_response();
        response.headers_mut().insert(POSITION, HeaderValue::from(view.position));
        Ok(response)
    }
}
