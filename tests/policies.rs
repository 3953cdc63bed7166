//! Rules as data, over HTTP: a policy changes a figure from a day on, and every refusal says by which figure.

use serde_json::{Value, json};

use crate::harness::{Client, Office, Server, import_places, run, run_well, token};

/// The city's organ is part of the first import: no office of a county may register it.
fn import_city_organ(data: &std::path::Path) -> String {
    let id = crate::harness::key();
    let organ = json!({
        "name": "register-organization", "id": id, "effective_date": "2018-01-01", "on_behalf_of": "5108",
        "actor": "local",
        "data": {"name": "中共广元市委组织部", "form": "organ", "host_kind": "city", "host": "5108", "formal_members": 0, "probationary_members": 0}
    });
    let file = data.parent().unwrap().join("organ.ndjson");
    std::fs::write(&file, format!("{organ}\n")).unwrap();
    run_well(&["import", "commands", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    id
}

fn issue(organ: &str, on: &str, jurisdiction: &str, figures: Value) -> Value {
    json!({
        "effective_date": on, "on_behalf_of": organ, "document": {"number": format!("广委组〔{}〕31号", &on[..4]), "issued": on},
        "decided_by": {"meeting": "部务会", "date": on}, "data": {"jurisdiction": jurisdiction, "figures": figures}
    })
}

fn rule<'a>(view: &'a Value, id: &str) -> &'a Value {
    view["rows"].as_array().unwrap().iter().find(|row| row["rule"] == id).unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn a_policy_of_the_city_changes_a_figure_from_its_day_on() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let organ = import_city_organ(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    let (officer, clerk) = (server.client(&office.officer), server.client(&office.clerk));
    let city = server.client(&token(&data, "city_office", "5108"));
    let before = city.get("/api/v1/policies").expect(200).json();
    let today = before["as_of"].as_str().unwrap().to_owned();
    assert_eq!(rule(&before, "survey-favour")["figures"][0]["value"], 60);

    let figures = json!({"survey_favour_percent": 90});
    officer.command("issue-policy", &issue(&organ, &today, "5108", figures.clone())).expect(403);
    let past = city
        .command("issue-policy", &issue(&organ, "2019-01-01", "5108", figures.clone()))
        .expect(422)
        .json();
    assert_eq!(past["rule"], "policy-not-retroactive");
    let loose = json!({"branch_minimum_formal_members": 2});
    let problem = city.command("issue-policy", &issue(&organ, &today, "5108", loose)).expect(422).json();
    assert_eq!(problem["rule"], "policy-below-regulation");
    assert_eq!((problem["found"].clone(), problem["allowed"].clone()), (json!("2"), json!("3")));
    let issued = city.command("issue-policy", &issue(&organ, &today, "5108", figures)).expect(201).json();
    let event = &issued["events"][0];
    assert_eq!((event["type"].as_str(), event.get("county")), (Some("cn.lianjian.policy.issued.v1"), None));

    // What takes effect before the policy is judged by the older figure, though it is recorded after it.
    let id = office.establish(&server, "2018-06-01");
    assert!(!id.is_empty());
    let proposal = office.proposal([&office.branches[2], &office.branches[3]], &today);
    let second = crate::harness::created(
        &clerk.command("propose-joint-branch", &proposal).expect(201),
        "joint_branch",
    );
    clerk
        .command("record-will-survey", &office.survey(&second, ["510811210207", "510811210208"], &today))
        .expect(201);
    let of = |organization: &str| json!({"organization": organization, "entitled": 20, "present": 18, "in_favour": 17, "date": today});
    let resolutions = [of(&office.branches[2]), of(&office.branches[3])];
    let resolved = json!({
        "effective_date": today, "on_behalf_of": office.township_organ,
        "data": {"joint_branch": second, "resolutions": resolutions}
    });
    clerk.command("record-members-resolution", &resolved).expect(201);
    let number = format!("昭委〔{}〕7号", &today[..4]);
    let decision = office.decision(&number, &today, json!({"joint_branch": second}));
    let problem = officer.command("merge-branches", &decision).expect(422).json();
    assert_eq!(problem["rule"], "survey-favour");
    assert_eq!((problem["found"].clone(), problem["allowed"].clone()), (json!("87%"), json!("90%")));
    assert!(problem["citation"]["document"].is_string() && problem.get("overridable").is_none());

    let position = &issued["position"];
    let seen = clerk.get(&format!("/api/v1/policies?min_position={position}")).expect(200).json();
    let figure = &rule(&seen, "survey-favour")["figures"][0];
    assert_eq!((seen["scope"].clone(), figure["value"].clone()), (json!("510811"), json!(90)));
    assert_eq!(figure["set_by"]["jurisdiction"], "5108");
    let then = clerk
        .get(&format!("/api/v1/policies?scope=5108&as_of=2018-10-27&min_position={position}"))
        .expect(200)
        .json();
    assert_eq!(rule(&then, "survey-favour")["figures"][0]["value"], 60);
    assert_eq!(rule(&then, "branch-minimum")["on_file"], false);
    clerk.get("/api/v1/policies?scope=510812").expect(403);
    drop(server);
    run_well(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
}

#[test]
fn a_county_adds_a_mode_and_a_kind_of_form_and_both_go_by_their_names() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    let (officer, clerk) = (server.client(&office.officer), server.client(&office.clerk));
    let today = clerk.get("/api/v1/policies").expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let proposal = |on: &str| {
        let mut proposal = office.proposal([&office.branches[0], &office.branches[1]], on);
        proposal["data"]["mode"] = json!("kinship");
        proposal["data"]["form_kind"] = json!("functional");
        proposal
    };
    let refused = clerk.command("propose-joint-branch", &proposal(&today)).expect(422).json();
    assert_eq!(refused["rule"], "code-list");
    assert!(refused["detail"].as_str().unwrap().contains("rich_poor, similar_industry"), "{refused}");
    let mut wrong = proposal(&today);
    wrong["data"]["mode"] = json!("Kin ship");
    assert!(clerk.command("propose-joint-branch", &wrong).expect(422).json()["errors"].is_array());

    let lists = json!({
        "modes": [{"code": "kinship", "zh": "宗亲村合建", "en": "villages of one clan"}],
        "forms": [{"code": "functional", "zh": "功能型党支部", "en": "functional branch", "as": "branch", "effect": "organic"}]
    });
    let number = format!("昭委〔{}〕30号", &today[..4]);
    let policy = office.decision(&number, &today, json!({"jurisdiction": "510811", "code_lists": lists}));
    let issued = officer.command("issue-policy", &policy).expect(201).json();
    let form = clerk.get("/work/propose-joint-branch").expect(200).text;
    for offered in ["value=\"kinship\"", "宗亲村合建", "value=\"functional\"", "功能型党支部"] {
        assert!(form.contains(offered), "{offered}");
    }
    // Before its first day there was no such code, whenever it is recorded.
    let early = clerk.command("propose-joint-branch", &proposal("2018-06-01")).expect(422).json();
    assert_eq!(
        (early["rule"].as_str(), issued["events"][0]["data"]["code_lists"].is_object()),
        (Some("code-list"), true)
    );
    let answer = clerk.command("propose-joint-branch", &proposal(&today)).expect(201);
    let id = crate::harness::created(&answer, "joint_branch");
    crate::harness::settle(&officer, &answer);
    let row = clerk.get(&format!("/api/v1/joint-branches/{id}")).expect(200).json()["rows"][0].clone();
    assert_eq!(
        (row["mode"].as_str(), row["mode_name"]["zh"].as_str()),
        (Some("kinship"), Some("宗亲村合建"))
    );
    for path in [format!("/joint-branches/{id}"), "/counties/510811/register?format=csv".to_owned()] {
        let page = officer.get(&path).expect(200).text;
        assert!(page.contains("宗亲村合建") && page.contains("功能型党支部（联合党支部）"), "{path}: {page}");
    }
    drop(server);
    let data = data.to_str().unwrap();
    let shown = run_well(&["show", "joint-branch", &id, "--data", data]);
    assert!(shown.contains("villages of one clan") && shown.contains("functional branch"), "{shown}");
    let replayed =
        run_well(&["audit", "replay", "--tier", "county", "--code", "510811", "--csv", "--data", data]);
    assert!(replayed.contains("kinship,宗亲村合建"), "{replayed}");
    run_well(&["audit", "verify", "--data", data, "--deep", "--self-consistent"]);
}

#[test]
fn the_page_of_rules_says_what_a_county_asks_since_when_and_by_which_document() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    let officer = server.client(&office.officer);
    let today = officer.get("/api/v1/policies").expect(200).json()["as_of"].as_str().unwrap().to_owned();
    let number = format!("昭委组〔{}〕30号", &today[..4]);
    let (from, before) = ("2099-01-01", "2098-12-31");
    let figures = json!({"jurisdiction": "510811", "figures": {"survey_favour_percent": 70}});
    let mut policy = office.decision(&number, &today, figures);
    policy["effective_date"] = json!(from);
    crate::harness::settle(&officer, &officer.command("issue-policy", &policy).expect(201));

    let set = format!("昭化区 {number}，自 {from} 起");
    let page = |client: &Client, path: &str| client.get(path).expect(200).text;
    let then = format!("/rules?lang=zh&as_of={from}");
    let here = page(&officer, &then);
    assert!(here.contains("<strong>70 %</strong>") && here.contains(&set), "{here}");
    assert!(here.contains("广元市为 60 %"), "{here}");
    for path in [format!("/rules?lang=zh&as_of={before}"), "/rules?lang=zh".to_owned()] {
        let earlier = page(&officer, &path);
        assert!(earlier.contains("<strong>60 %</strong>"), "{path}");
        assert!(!earlier.contains(&set), "{path}");
    }
    let now = page(&officer, "/rules?lang=zh");
    assert!(now.contains("/work/issue-policy?figure=survey_favour_percent") && now.contains("尚未施行"));
    // The clerks of the county read the same and change nothing; the city sees where it is stricter.
    let clerk = page(&server.client(&office.clerk), &then);
    assert!(
        clerk.contains(&set) && !page(&server.client(&office.clerk), "/rules").contains("/work/issue-policy")
    );
    let city = page(&server.client(&token(&data, "city_office", "5108")), &then);
    assert!(
        city.contains("<strong>60 %</strong>") && city.contains(&format!("昭化区为 70 %（{set}）")),
        "{city}"
    );
    // Another county has the default, and reads neither this county's page nor what it asks.
    let other = server.client(&token(&data, "county_officer", "510812"));
    for path in [then.clone(), format!("{then}&scope=5108")] {
        let page = page(&other, &path);
        assert!(page.contains("<strong>60 %</strong>") && !page.contains("70 %") && !page.contains(&number));
    }
    other.get("/rules?scope=510811").expect(403);
    let file = officer.get(&format!("{then}&format=csv")).expect(200).text;
    assert!(file.contains("70 %") && file.contains(&set), "{file}");
    shown_by_the_program(&server, &office, &then);
}

/// `policy show` says the same: over the service, for the county and its day, and in words.
fn shown_by_the_program(server: &Server, office: &Office, then: &str) {
    let day = &then.split("as_of=").nth(1).unwrap()[..10];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("officer.token");
    std::fs::write(&file, &office.officer).unwrap();
    let over = ["--server", &server.address, "--token-file", file.to_str().unwrap()];
    let run_asked = |more: &[&str]| run(&[&["policy", "show"], &over[..], more].concat());
    let told = |more: &[&str]| {
        let output = run_asked(more);
        assert_eq!(output.status.code(), Some(0), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let favour = |more: &[&str]| {
        let said: Value = serde_json::from_str(&told(&[more, &["--json"]].concat())).unwrap();
        let figures =
            said["rows"].as_array().unwrap().iter().flat_map(|row| row["figures"].as_array()).flatten();
        let found = figures.filter(|figure| figure["name"] == "survey_favour_percent");
        found.map(|figure| figure["value"].as_u64().unwrap()).next().unwrap()
    };
    assert_eq!(favour(&["--scope", "510811", "--as-of", day]), 70);
    assert_eq!(favour(&["--scope", "510811"]), 60);
    let text = told(&["--as-of", day]);
    assert!(
        text.contains(&format!("510811: rules and policy in force on {day}")) && text.contains("70 %"),
        "{text}"
    );
    for (wrong, status) in [(["--scope", "510812"], 7), (["--scope", "5"], 2), (["--as-of", "soon"], 2)] {
        assert_eq!(run_asked(&wrong).status.code(), Some(status), "{wrong:?}");
    }
}
