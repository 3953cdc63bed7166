//! Pages and the interface decide by one function who may read under which code: they agree on every code of every year
//! for every role, and whoever lost a place reads nothing of what its new county records.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Client, Server, key, run, token};

/// The codes under which anybody ever read, and some that nobody bears.
const CODES: [&str; 17] = [
    "5108",
    "510811",
    "510812",
    "510813",
    "510819",
    "510811100",
    "510811200",
    "510811300",
    "510811301",
    "510811400",
    "510811500",
    "510811813",
    "510812100",
    "510812200",
    "510812201",
    "510813100",
    "510899999",
];
/// Today, and days before and between the changes.
const DAYS: [&str; 3] = ["", "2018-06-30", "2019-06-30"];

/// A simulated city whose places are recoded, merged, split and moved between counties.
fn city(data: &Path) {
    let place = |on: &str, code: &str, level: &str, parent: Value| {
        let data = json!({"code": code, "name": format!("地{code}"), "level": level, "parent": parent});
        super::line(
            &key(),
            "register-place",
            json!({"effective_date": on, "on_behalf_of": "5108", "data": data, "simulated": true}),
        )
    };
    let change = |on: &str, data: Value| {
        let document = json!({"number": "广府函〔2019〕1号", "issued": "2019-01-02"});
        super::line(
            &key(),
            "change-place",
            json!({"effective_date": on, "on_behalf_of": "5108", "data": data, "document": document}),
        )
    };
    let mut lines = vec![place("2018-01-01", "5108", "city", Value::Null)];
    for county in ["510811", "510812", "510813"] {
        lines.push(place("2018-01-01", county, "county", "5108".into()));
        lines.push(place("2018-01-01", &format!("{county}100"), "township", county.into()));
    }
    for township in ["510811200", "510811300", "510811400", "510811500"] {
        lines.push(place("2018-01-01", township, "township", "510811".into()));
    }
    // A township goes to another county, another gets a new code, a third goes over into a fourth.
    lines.push(change(
        "2019-01-03",
        json!({"place": "510811200", "change": "move", "parent": "510812", "code": "510812200"}),
    ));
    lines.push(change("2019-01-03", json!({"place": "510811300", "change": "recode", "code": "510811301"})));
    lines.push(change(
        "2019-01-03",
        json!({"place": "510811400", "change": "merge", "successors": ["510811100"]}),
    ));
    // The code of one that left is given to another.
    lines.push(change(
        "2019-01-03",
        json!({"place": "510811500", "change": "move", "parent": "510812", "code": "510812500"}),
    ));
    lines.push(place("2020-01-01", "510811500", "township", "510811".into()));
    lines.push(change("2020-01-03", json!({"place": "510812200", "change": "recode", "code": "510812201"})));
    // A county is recoded.
    lines.push(change(
        "2020-01-03",
        json!({"place": "510813100", "change": "move", "parent": "510811", "code": "510811813"}),
    ));
    lines.push(change("2020-01-04", json!({"place": "510813", "change": "recode", "code": "510819"})));
    let file = data.with_extension("ndjson");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let output = run(&["import", "commands", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// What both say of one code, as a page and as a view.
fn pairs(code: &str) -> Vec<(String, String)> {
    let mut pairs = vec![
        (format!("/obligations?scope={code}"), format!("/api/v1/obligations?scope={code}")),
        (format!("/lists/rotation?scope={code}"), format!("/api/v1/lists/rotation?scope={code}")),
    ];
    match code.len() {
        6 => {
            pairs.push((format!("/counties/{code}"), format!("/api/v1/counties/{code}")));
            pairs.push((format!("/counties/{code}/register"), format!("/api/v1/counties/{code}/register")));
            pairs.push((
                format!("/figures/{code}/villages"),
                format!("/api/v1/counties/{code}?figure=villages"),
            ));
            pairs.push((format!("/brief/{code}"), format!("/api/v1/counties/{code}")));
        }
        9 => {
            pairs.push((format!("/townships/{code}"), format!("/api/v1/townships/{code}/ledger")));
            pairs.push((
                format!("/figures/{code}/villages"),
                format!("/api/v1/townships/{code}?figure=villages"),
            ));
            pairs.push((format!("/brief/{code}"), format!("/api/v1/townships/{code}/ledger")));
        }
        _ => {}
    }
    pairs
}

fn on(path: &str, day: &str) -> String {
    match (day, path.contains('?')) {
        ("", _) => path.to_owned(),
        (_, true) => format!("{path}&as_of={day}"),
        (_, false) => format!("{path}?as_of={day}"),
    }
}

#[test]
fn pages_and_interface_agree_on_every_code_of_every_year_for_every_role() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    city(&data);
    let server = Server::start(&data, &[]);
    let readers = [
        ("city_office", "5108"),
        ("auditor", "5108"),
        ("auditor", "510811"),
        ("auditor", "510812"),
        ("county_officer", "510811"),
        ("county_officer", "510812"),
        ("county_officer", "510819"),
        ("township_clerk", "510811100"),
        ("township_clerk", "510812201"),
        ("subscriber", "510811"),
        ("security_admin", "5108"),
        ("system_admin", "5108"),
    ];
    let readers = readers.map(|(role, scope)| (role, scope, server.client(&token(&data, role, scope))));
    let (mut cases, mut refused, mut shown) = (0, 0, 0);
    for (role, scope, reader) in &readers {
        for code in CODES {
            for (page, view) in pairs(code) {
                for day in DAYS {
                    let (page, view) = (on(&page, day), on(&view, day));
                    let (status, said) = (reader.get(&page).status, reader.get(&view).status);
                    assert_eq!(status, said, "{role} {scope}: {page} {view}");
                    cases += 1;
                    refused += usize::from(status == 403);
                    shown += usize::from(status == 200);
                }
            }
        }
    }
    assert!(cases > 2_000 && refused > 500 && shown > 200, "{cases} {refused} {shown}");
    check_the_loser(&readers[4].2);
}

/// The county that lost a township reads nothing under its old code, on any page.
fn check_the_loser(officer: &Client) {
    for path in [
        "townships/510811200",
        "brief/510811200",
        "figures/510811200/villages",
        "compare?code=510811200",
        "obligations?scope=510811200",
    ] {
        officer.get(&format!("/{path}")).expect(403);
    }
    officer.get("/townships/510811300").expect(200);
    officer.get("/townships/510811400").expect(200);
}
