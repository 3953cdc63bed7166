//! What a reader of events is answered: beyond the end, in the format it would have, and as the document says.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Response;
use domain::account::Role;
use serde_json::Value;

use super::tests::{Given, path_within, problem};
use crate::openapi;
use crate::openapi::routes::{Endpoint, ROUTES};

async fn get(given: &Given, token: &str, path: &str, more: &[(&str, &str)]) -> Response<Body> {
    let authorization = format!("Bearer {token}");
    let headers = [&[("authorization", authorization.as_str())], more].concat();
    given.send("GET", path, &headers).await
}

async fn auditor() -> (Given, String) {
    let given = Given::new().await;
    let token = given.token(Role::Auditor, "5108", 1).await;
    (given, token)
}

#[tokio::test]
async fn beyond_the_end_of_the_log_nothing_is_waited_for() {
    let (given, token) = auditor().await;
    let subscriber = given.token(Role::Subscriber, "510811", 2).await;
    let last = given.service.log().last_position().await.unwrap();
    let batch = [("accept", "application/cloudevents-batch+json")];
    let resumed = (last + 1).to_string();
    for token in [&token, &subscriber] {
        for (path, headers) in [
            (format!("/api/v1/events?after={}", last + 1), &[][..]),
            (format!("/api/v1/events?after={}", u64::MAX), &[]),
            (format!("/api/v1/events?after={}&scope=_&limit=1", last + 1), &batch),
            (format!("/api/v1/events/stream?after={}", last + 1), &[]),
            ("/api/v1/events/stream".to_owned(), &[("last-event-id", resumed.as_str())]),
            ("/api/v1/events/stream?after=0".to_owned(), &[("last-event-id", resumed.as_str())]),
        ] {
            let answer = get(&given, token, &path, headers).await;
            assert_eq!(answer.status().as_u16(), 409, "{path}");
            let answer = problem(answer).await;
            assert_eq!(
                (answer["type"].as_str(), answer["last_position"].as_u64()),
                (Some("/problems/beyond-end"), Some(last)),
                "{path}"
            );
        }
        for path in [format!("/api/v1/events?after={last}"), format!("/api/v1/events/stream?after={last}")] {
            assert_eq!(get(&given, token, &path, &[]).await.status().as_u16(), 200, "{path}");
        }
    }
}

#[tokio::test]
async fn nought_in_accept_is_not_this_one() {
    let (given, token) = auditor().await;
    for (path, accept, expected) in [
        (
            "events",
            "application/x-ndjson;q=0, application/cloudevents-batch+json",
            "application/cloudevents-batch+json",
        ),
        ("events", "*/*;q=0", ""),
        ("events", "text/html", ""),
        ("events/stream", "text/event-stream", "text/event-stream"),
        ("events/stream", "text/event-stream;q=0, */*", ""),
        ("events/stream", "application/json", ""),
    ] {
        let answer = get(&given, &token, &format!("/api/v1/{path}"), &[("accept", accept)]).await;
        if expected.is_empty() {
            assert_eq!(problem(answer).await["type"], "/problems/not-acceptable", "{accept}");
        } else {
            assert_eq!(answer.headers()["content-type"], expected, "{accept}");
        }
    }
}

#[tokio::test]
async fn every_route_that_documents_min_position_reads_it_and_waits_for_it() {
    let (given, token) = auditor().await;
    let documented = |path: &str| {
        let found = &openapi::document()["paths"][path.replace("{*", "{")]["get"]["parameters"];
        found.as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "min_position"))
    };
    let routes: Vec<_> = ROUTES.iter().filter(|route| documented(route.path)).collect();
    assert!(routes.iter().any(|route| route.endpoint == Endpoint::Events), "the document names it there");
    let asked = routes.iter().map(|route| async {
        let path = path_within(route.path, "5108");
        for wrong in ["AAA", "-1", "", "1e3", "18446744073709551616"] {
            let answer = get(&given, &token, &format!("{path}?min_position={wrong}"), &[]).await;
            assert_eq!(answer.status().as_u16(), 400, "{path} {wrong}");
        }
        let future = get(&given, &token, &format!("{path}?min_position=99999999"), &[]).await;
        assert_eq!(future.status().as_u16(), 503, "{path}");
        assert!(future.headers().contains_key("retry-after"), "{path}");
        let there = get(&given, &token, &format!("{path}?min_position=1"), &[]).await;
        assert!(matches!(there.status().as_u16(), 200 | 404), "{path}");
    });
    futures_util::future::join_all(asked).await;
}

#[tokio::test]
async fn an_answer_carries_every_header_that_the_document_gives_it() {
    let (given, token) = auditor().await;
    let document = openapi::document();
    let mut seen = 0;
    for route in ROUTES.iter().filter(|route| route.method() == "get") {
        let declared = &document["paths"]
            [route.path.replace("{*", "{").replace("lists/{name}", "lists/rotation")]["get"]["responses"]["200"]
            ["headers"];
        let answer = get(&given, &token, &path_within(route.path, "5108"), &[]).await;
        if answer.status().as_u16() == 200 {
            let Value::Object(declared) = declared else { panic!("{}", route.path) };
            for name in declared.keys() {
                assert!(answer.headers().contains_key(name.to_lowercase()), "{} {name}", route.path);
            }
            seen += usize::from(!declared.is_empty());
        }
    }
    assert!(seen >= 5, "{seen} routes answered");
}

#[tokio::test]
async fn a_stream_is_not_kept_back_by_a_proxy_and_tells_how_far_it_has_looked() {
    let (given, token) = auditor().await;
    let last = given.service.log().last_position().await.unwrap();
    // No event of this type: the stream passes over everything.
    let path = "/api/v1/events/stream?type=place.registered";
    let answer = get(&given, &token, path, &[]).await;
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let mut body = answer.into_body().into_data_stream();
    let mut heard = String::new();
    let hearing = async {
        while !heard.contains(&format!("id: {last}\n\n")) {
            let piece = futures_util::StreamExt::next(&mut body).await.unwrap().unwrap();
            heard.push_str(std::str::from_utf8(&piece).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(30), hearing).await.unwrap();
    assert!(heard.starts_with(": lianjian\nretry: ") && !heard.contains("data:"), "{heard}");
    let resumed = get(&given, &token, path, &[("last-event-id", &last.to_string())]).await;
    assert_eq!(resumed.status().as_u16(), 200);
    let list = get(&given, &token, "/api/v1/events?type=place.registered", &[]).await;
    assert!(to_bytes(list.into_body(), 100).await.unwrap().is_empty());
}
