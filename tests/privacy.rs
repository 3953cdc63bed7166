//! What a body may hold, and what a repeat, a trial, a preview and the code of a place that was may tell.

use serde_json::{Value, json};

use crate::harness::{Client, Desk, created, desk, fact, key, token};

mod old_codes;
mod repeats;
mod shapes;
mod trials;

/// A desk beside which a second county works: its officer, its township's branch, and a person whose name nobody else
/// knows.
pub(crate) struct TwoCounties {
    pub(crate) desk: Desk,
    /// Officer of county 510812.
    pub(crate) other_officer: Client,
    /// A person of county 510812 called [`SECRET`].
    pub(crate) other_person: String,
}

/// The name of a person of the other county.
pub(crate) const SECRET: &str = "欧阳秘密";

pub(crate) fn two_counties() -> TwoCounties {
    let desk = desk();
    let other_officer = desk.server.client(&token(&desk.data, "county_officer", "510812"));
    let data = json!({"name": "朝天镇党支部", "form": "branch", "host_kind": "unit", "host": "朝天镇卫生院", "location": "510812100", "formal_members": 5, "probationary_members": 0});
    let organization = created(
        &other_officer.command("register-organization", &fact("510812", data)).expect(201),
        "organization",
    );
    let data = json!({"name": SECRET, "organization": organization, "formal_member_since": "2010-07-01"});
    let other_person =
        created(&other_officer.command("register-person", &fact("510812", data)).expect(201), "person");
    TwoCounties { desk, other_officer, other_person }
}

/// The last position of the log.
pub(crate) fn last(desk: &Desk) -> u64 {
    let data = json!({"organization": desk.office.branches[3], "formal_members": 20});
    let officer = desk.server.client(&desk.office.officer);
    let tried = officer
        .with("content-type", "application/x-ndjson")
        .post("/api/v1/trials", line(&key(), "update-organization", fact("510811", data)).as_bytes());
    tried.expect(200).json()["position"].as_u64().unwrap()
}

/// A line of a trial or an import.
pub(crate) fn line(id: &str, name: &str, mut body: Value) -> String {
    body["id"] = id.into();
    body["name"] = name.into();
    body.to_string()
}

/// What a trial of these lines came to.
pub(crate) fn tried(client: &Client, lines: &[String]) -> Value {
    let client = client.with("content-type", "application/x-ndjson");
    client.post("/api/v1/trials", lines.join("\n").as_bytes()).expect(200).json()
}
