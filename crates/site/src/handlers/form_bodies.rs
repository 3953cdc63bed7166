//! The bodies of forms: read whole before the page's handler, up to a limit that depends on the page.

use api::auth::sign_in_first;
use api::http::App;
use api::http::bodies::{discard, receive};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::bulk::{MAX_RECORD_BYTES, MAX_UPLOAD_BYTES};
use super::grades;
use super::ledgers::MAX_FORM_BYTES;
use super::scan_uploads::{MAX_SCANS_FORM_BYTES, is_of_command};

/// The longest form of somebody who has not signed in, or not with the second factor yet.
const MAX_SIGN_IN_BYTES: usize = 4 << 10;

/// Before every form of a page: who sends it must have signed in, and only then is it read, whole.
pub(super) async fn receive_form(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let limit = match path {
        "/sign-in" | "/sign-out" | "/my-sign-in" | "/demo-role" => MAX_SIGN_IN_BYTES,
        path if path.ends_with("/bulk/record") => MAX_RECORD_BYTES,
        path if path.starts_with("/work/ledger") => MAX_FORM_BYTES,
        "/work/grades" => grades::MAX_FORM_BYTES,
        path if is_of_command(path) => MAX_SCANS_FORM_BYTES,
        _ => MAX_UPLOAD_BYTES,
    };
    if limit != MAX_SIGN_IN_BYTES {
        let reader = app.reader(&parts.headers).await.and_then(|found| found.ok_or_else(sign_in_first));
        if let Err(problem) = reader {
            discard(body).await;
            return problem.into_response();
        }
    }
    match receive(&app.room, &parts.headers, body, limit).await {
        Err(problem) => problem.into_response(),
        Ok(received) => {
            let body = Body::from(Bytes::clone(&received));
            let response = next.run(Request::from_parts(parts, body)).await;
            drop(received);
            response
        }
    }
}
