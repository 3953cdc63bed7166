//! The pages over HTTP: their routes, and the layer that says a problem in words.

use api::base_path::lead_under;
use api::http::App;
use api::http::access::AccessRecord;
use api::http::answer::{is_known, typed};
use api::http::callers::count_failures;
use api::http::guard::not_found;
use api::problem::{Kind, Problem, Said};
use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::say::Say;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::pages::assets::{ASSETS, Asset};
use crate::pages::layout::document;
use crate::pages::sign_in::note as note_page;

mod accesses;
mod accounts;
mod brief;
mod bulk;
mod bulk_recorded;
mod calendar;
mod cautions;
mod check;
mod checks;
mod choices;
mod demo_role;
mod desk;
mod drafts;
mod find;
mod form_bodies;
mod grades;
mod home;
mod hosts;
mod ledgers;
mod log;
mod meeting;
mod my_sign_in;
mod named_lists;
mod names;
mod page_request;
mod papers;
mod person_search;
mod places;
mod prefill;
mod prepared;
mod recording;
mod rehearsals;
mod rules;
mod scan_uploads;
mod search;
mod sessions;
mod single;
mod subject;
mod trend;
mod village;
mod work;

use bulk::MAX_RECORD_BYTES;
use page_request::plain_visit;

/// How hard pages are compressed, by gzip and by brotli alike: from here on time grows faster than bytes fall.
const PAGE_QUALITY: CompressionLevel = CompressionLevel::Precise(4);

/// The routes of the pages.
pub fn router(app: App) -> Router<App> {
    let pages = Router::new()
        .route("/", get(home::home))
        .route("/meeting/{code}", get(meeting::first))
        .route("/meeting/{code}/{slide}", get(meeting::slide))
        .route("/counties/{code}", get(places::county))
        .route("/counties/{code}/register", get(places::register))
        .route("/townships/{code}", get(places::township))
        .route("/villages/{code}", get(village::village))
        .route("/find", axum::routing::post(find::find))
        .route("/figures/{code}/{figure}", get(places::figure))
        .route("/obligations", get(places::obligations))
        .route("/calendar", get(calendar::month))
        .route("/calendar.ics", get(calendar::month_file))
        .route("/start", get(named_lists::start))
        .route("/rules", get(rules::open))
        .route("/lists", get(named_lists::index))
        .route("/lists/{name}", get(named_lists::list))
        .route("/joint-branches/{id}", get(single::joint_branch))
        .route("/joint-branches/{id}/papers/{kind}", get(drafts::of_joint_branch))
        .route("/supervisions/{id}/papers/{kind}", get(drafts::of_supervision))
        .route("/meetings/{id}/papers/{kind}", get(drafts::of_meeting))
        .route("/counties/{code}/papers/{kind}", get(drafts::of_county))
        .route("/papers/{code}", get(drafts::index))
        .route("/organizations/{id}", get(single::organization))
        .route("/events/{position}", get(log::event))
        .route("/events/{position}/check", get(check::of_event))
        .route("/check", get(check::brought))
        .route("/log", get(search::search))
        .route("/log/names", axum::routing::post(person_search::resolve))
        .route("/compare", get(search::compare))
        .route("/components", get(single::components))
        .route("/brief/{code}", get(brief::brief_of))
        .route("/work", get(work::index))
        .route("/work/ledger", get(ledgers::open).post(ledgers::propose).layer(ledger_limit()))
        .route("/work/ledger/workbook", axum::routing::post(ledgers::workbook).layer(ledger_limit()))
        .route("/work/ledger/try", axum::routing::post(ledgers::attempt).layer(ledger_limit()))
        .route("/work/ledger/record", axum::routing::post(ledgers::record).layer(ledger_limit()))
        .route("/work/grades", get(grades::open).post(grades::send))
        .route("/work/grades/recorded", get(grades::recorded))
        .route("/work/{command}", get(work::open).post(work::send).layer(scans_limit()))
        .route("/work/{command}/template", get(bulk::empty))
        .route("/work/{command}/recorded", get(bulk_recorded::recorded))
        .route("/work/{command}/bulk", axum::routing::post(bulk::attempt))
        .route(
            "/work/{command}/bulk/record",
            axum::routing::post(bulk::record).layer(DefaultBodyLimit::max(MAX_RECORD_BYTES)),
        )
        .route("/accesses", get(accesses::list))
        .route("/accounts", get(accounts::list))
        .route("/my-sign-in", get(my_sign_in::open).post(my_sign_in::send))
        .route("/sign-in", get(sessions::open).post(sessions::sign_in))
        .route("/demo-role", axum::routing::post(demo_role::change))
        .route("/sign-out", axum::routing::post(sessions::sign_out))
        .layer(from_fn_with_state(app.clone(), form_bodies::receive_form))
        .layer(from_fn_with_state(app.clone(), count_failures))
        .layer(from_fn_with_state(app.clone(), note))
        .fallback(nowhere)
        .layer(from_fn_with_state(app.clone(), say_in_words));
    let with_assets = ASSETS.iter().fold(pages, |router, asset| {
        router.route(asset.path, get(async |version, headers| handed_out(asset, version, &headers)))
    });
    let compression = CompressionLayer::new().quality(PAGE_QUALITY).compress_when(is_of_a_page);
    let led = axum::middleware::map_response_with_state(app.clone(), lead_under);
    with_assets.layer(led).layer(compression).layer(axum::middleware::map_response(weakened))
}

/// Pages, looks and scripts are compressed. What is signed, hashed or compared byte by byte leaves as it is, and so do files that
/// are compressed in themselves.
fn is_of_a_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["text/html", "text/css", "text/javascript"].iter().any(|known| media_type.starts_with(known))
}

/// A strong ETag names bytes, and compressed ones are others: RFC 9110, 8.8.3.3.
async fn weakened(mut response: Response) -> Response {
    if response.headers().contains_key(header::CONTENT_ENCODING)
        && let Some(strong) = response.headers().get(header::ETAG)
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", strong.as_bytes()].concat())
    {
        response.headers_mut().insert(header::ETAG, weak);
    }
    response
}

fn ledger_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(ledgers::MAX_FORM_BYTES)
}

fn scans_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(scan_uploads::MAX_SCANS_FORM_BYTES)
}

/// A style sheet or script: to be kept for good under the address of this version, and under any other asked for again.
fn handed_out(asset: &'static Asset, RawQuery(version): RawQuery, headers: &HeaderMap) -> Response {
    // Quotes and hexadecimal digits are always a header's value.
    let etag = HeaderValue::from_str(&format!("\"{}\"", asset.version()));
    let etag = etag.unwrap_or(HeaderValue::from_static("\"\""));
    let mut response = match is_known(headers, &etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => typed(asset.media_type, asset.text.into()),
    };
    let is_this = version.is_some_and(|version| version == format!("v={}", asset.version()));
    let kept = if is_this { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    response.headers_mut().insert(header::ETAG, etag);
    response
}

/// No route of that path: a page for a browser, a problem for a program.
async fn nowhere(headers: HeaderMap) -> Response {
    let wanted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if wanted.is_some_and(|wanted| wanted.contains("text/html")) {
        let (zh, en) =
            ("地址可能有误，或这个页面已不再提供。", "The address may be wrong, or the page is no more.");
        return Problem::new(Kind::NotFound, zh, en).into_response();
    }
    let mut response = not_found().await.into_response();
    response.extensions_mut().remove::<Said>();
    response
}

/// Notes who was shown which page. What cannot be noted is not shown, and what is not the signed log is not either.
async fn note(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    app.check_history()?;
    let noted = AccessRecord::of_page(&request);
    let is_read = noted.is_read();
    if is_read {
        app.require_writable_access_log()?;
    }
    let response = next.run(request).await;
    match app.note(noted, &response) {
        Err(problem) if is_read => Err(problem),
        // A command was decided either way, and whoever gave it is told.
        Ok(()) | Err(_) => Ok(response),
    }
}

/// A problem of a page is a page: its sentence in the reader's language, under the problem's own status and headers.
async fn say_in_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    let Some(Said(chinese, english)) = response.extensions().get::<Said>().cloned() else { return response };
    let mut visit = plain_visit(&app, &headers, &uri);
    // Whoever is signed in keeps the way to the other pages.
    visit.principal = app.reader(&headers).await.ok().flatten();
    let said = visit.language.pick(chinese, english);
    let page = document(&visit, visit.say(title_of(response.status())), &note_page(&visit, &said));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = page.into();
    response
}

/// What a page is called that cannot be shown.
fn title_of(status: StatusCode) -> &'static Say {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => labels::NO_SUCH_PAGE,
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => labels::NOT_FOR_YOU,
        status if status.is_client_error() => labels::NOT_ACCEPTED,
        _ => labels::UNAVAILABLE,
    }
}

/// The answer that leads elsewhere, so that a reload does not send a form again.
fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A page with its status.
fn page(status: StatusCode, text: String) -> Response {
    (status, Html(text)).into_response()
}

#[cfg(test)]
mod tests;
