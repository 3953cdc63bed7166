//! The demonstration, end to end: what a visitor gets from the README's first command, and `generate`'s city.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Server, run, run_well, token};

fn figure(view: &Value, name: &str) -> u64 {
    view["figures"][name]["value"].as_u64().unwrap_or_else(|| panic!("{name}: {view}"))
}

#[test]
fn the_demonstration_plays_the_reports_cases_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let reader = server.client(&token(&data, "auditor", "5108"));
    let city = reader.get("/api/v1/cities/5108").expect(200).json();
    let position = city["position"].as_u64().unwrap();
    // The report's table: five mergers, four pairings; the divisions of 2018 have 2,395 villages.
    assert_eq!((figure(&city, "mergers"), figure(&city, "pairings")), (5, 4));
    let of_2018 = reader.get("/api/v1/cities/5108?as_of=2018-12-31").expect(200).json();
    assert_eq!((figure(&of_2018, "villages"), city["simulated"].clone()), (2_395, json!(true)));
    // One of them is merged into its neighbour since: made up, to show a change of places.
    assert_eq!(figure(&city, "villages"), 2_394);
    let covered = reader.get("/api/v1/cities/5108?figure=villages_covered&limit=1000").expect(200).json();
    let codes: Vec<&str> =
        covered["rows"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    for village in [
        "510811210205",
        "510811202209",
        "510811100210",
        "510824100228",
        "510821108203",
        "510821105203",
        "510821111207",
        "510823121213",
    ] {
        assert!(codes.contains(&village), "{village}");
    }
    assert_eq!(codes.len() as u64, figure(&city, "villages_covered"));
    check_page(&server);
    check_clerk(&server);
    assert_eq!(server.interrupt(), Some(0));

    let server = Server::start(&data, &["--demo=cases"]);
    let again = server.client(&token(&data, "auditor", "5108")).get("/api/v1/cities/5108").expect(200).json();
    // Nothing was recorded since but accounts, and where the access log stood at the stop and at the start.
    let since = server.client(&token(&data, "auditor", "5108"));
    let since = since.get(&format!("/api/v1/events?after={position}")).expect(200);
    let of_service = ["cn.lianjian.account.issued.v1", "cn.lianjian.access-log.anchored.v1"];
    for line in since.text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(of_service.contains(&event["type"].as_str().unwrap()), "{line}");
    }
    assert_eq!(again["rows"], city["rows"]);
    server.kill();
    run_well(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
    check_bundle(&data);
}

/// The second checker finds nothing either, in a log in which every mechanism was played.
fn check_bundle(data: &Path) {
    let (bundle, keys) = (data.with_file_name("cases.tar"), data.with_file_name("cases.keys"));
    run_well(&["audit", "export", bundle.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", data.to_str().unwrap()])).unwrap();
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify/verify.py");
    let mut judging = Command::new("python3");
    judging.arg("-B").arg(checker).arg(bundle).arg("--trust").arg(keys);
    let judged = judging.output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}

/// The third link signs in as a clerk, who does on the pages what a clerk may; the switch leads to others and back.
fn check_clerk(server: &Server) {
    let links =
        server.said.iter().filter_map(|line| line.split_whitespace().find(|word| word.contains("/sign-in?")));
    let paths: Vec<&str> = links.map(|link| link.strip_prefix(&server.address).unwrap()).collect();
    assert_eq!(paths.len(), 3);
    let anyone = server.anyone();
    let signed_in = anyone.get(paths[2]).expect(303);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let clerk = anyone.with("cookie", &cookie);
    let home = clerk.get("/townships/510811210").expect(200);
    assert!(home.text.contains("白果乡") && home.text.contains("换个身份看看"), "{}", home.text);
    let form = clerk.get("/work/record-activity?joint_branch=01DEM0J01NT000000000000001").expect(200);
    assert!(form.text.contains("<form") && form.text.contains("510811210205"), "a clerk has the forms");
    clerk.get("/counties/510811").expect(403);
    let elsewhere = clerk.get("/work/merge-branches?joint_branch=01DEM0J01NT000000000000001");
    assert_eq!(elsewhere.status, 403, "what a clerk may not give is not offered");
}

/// The one-time link signs in once, the page shows the city, and the cookie never writes.
fn check_page(server: &Server) {
    let link = server
        .said
        .iter()
        .find_map(|line| line.split_whitespace().find(|word| word.contains("/sign-in?")))
        .unwrap();
    let path = link.strip_prefix(&server.address).unwrap();
    let anyone = server.anyone();
    assert!(!anyone.get("/").expect(200).text.contains("<table"));
    let signed_in = anyone.get(path).expect(303);
    let cookie = signed_in.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let visitor = anyone.with("cookie", cookie.split(';').next().unwrap());
    let page = visitor.get("/").expect(200);
    for words in ["广元市", "模拟数据", "Simulated data", "2394", "昭化区"] {
        assert!(page.text.contains(words), "{words}");
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let again = anyone.get(path);
    assert!(
        again.status >= 400 && again.header("set-cookie").is_none(),
        "a link signs in once: {}",
        again.status
    );
    let body = json!({"effective_date": "2018-01-01", "on_behalf_of": "510811", "data": {"code": "510811999", "name": "无", "level": "township", "parent": "510811"}});
    let written = visitor.command("register-place", &body);
    assert!(matches!(written.status, 401 | 403), "a cookie never writes: {}", written.text);
}

#[test]
fn a_generated_city_is_taken_whole_and_a_violation_is_refused_by_its_rule() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let places =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/simulator/data/guangyuan-divisions-2018.csv");
    let generate = |more: &[&str]| {
        let asked = ["generate", "--city", "5108", "--places", places, "--seed", "7", "--years", "2"];
        run_well(&[&asked[..], &["--joint-branches", "30"], more].concat())
    };
    let commands = generate(&[]);
    assert_eq!(commands, generate(&[]), "the same seed gives the same city");
    let file = directory.path().join("city.ndjson");
    std::fs::write(&file, &commands).unwrap();
    let paths = (file.to_str().unwrap(), data.to_str().unwrap());
    // Cut off in the middle, the import is simply run again.
    let half: String =
        commands.lines().take(commands.lines().count() / 2).map(|line| format!("{line}\n")).collect();
    let half_file = directory.path().join("half.ndjson");
    std::fs::write(&half_file, half).unwrap();
    run_well(&["import", "commands", half_file.to_str().unwrap(), "--data", paths.1]);
    let results = run_well(&["import", "commands", paths.0, "--data", paths.1]);
    assert_eq!(results.lines().count(), commands.lines().count());
    assert!(!results.contains("\"rule\""));
    let again: Value = serde_json::from_str(results.lines().last().unwrap()).unwrap();
    assert!(again["position"].as_u64().unwrap() > 0);

    let expected = directory.path().join("expected.ndjson");
    let wrong = generate(&["--violations", "120"]);
    assert!(wrong.starts_with(&commands), "violations follow a history and change nothing of it");
    std::fs::write(&expected, &wrong[commands.len()..]).unwrap();
    // What is refused as it was expected is no failure.
    let refused = run(&["import", "commands", expected.to_str().unwrap(), "--data", paths.1, "--keep-going"]);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!((refused.status.code(), said.lines().count()), (Some(0), 120), "{said}");
    for result in said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        assert!(result["rule"].is_string() && result["expected"] == true, "{result}");
    }

    let shown = run_well(&["show", "city", "5108", "--data", paths.1, "--json"]);
    assert!(figure(&serde_json::from_str(&shown).unwrap(), "joint_branches") > 0);
    run_well(&["rebuild", "--data", paths.1]);
    assert_eq!(shown, run_well(&["show", "city", "5108", "--data", paths.1, "--json"]));
    run_well(&["audit", "verify", "--data", paths.1, "--deep", "--self-consistent"]);
}
