//! Under a path of a host that others share: every address that is given out stands under it and answers there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::harness::{Client, Server, in_session, run, run_well, token};
use crate::words::shape;

/// The path.
const BASE: &str = "/lianjian";
/// How many addresses of one shape are asked for.
const OF_A_SHAPE: usize = 1;
/// The most addresses that are asked for.
const MAX_ADDRESSES: usize = 1_500;
/// The attributes that hold addresses.
const ATTRIBUTES: [&str; 4] = [" href=\"", " action=\"", " formaction=\"", " src=\""];

/// What a page of an attribute names, as a browser reads it.
fn named<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = String> + 'a {
    let values = page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|address| address.replace("&amp;", "&"))
}

/// Asks for every address that pages name, from the first page on; gives what does not stand under the path or does not answer.
fn crawl(client: &Client) -> (usize, Vec<String>) {
    let (mut open, mut seen) = (VecDeque::from([format!("{BASE}/")]), BTreeSet::new());
    let (mut shapes, mut wrong) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    while let Some(address) = open.pop_front().filter(|_| seen.len() < MAX_ADDRESSES) {
        let count = shapes.entry(shape(&address)).or_default();
        if *count >= OF_A_SHAPE || !seen.insert(address.clone()) {
            continue;
        }
        *count += 1;
        let answer = client.get(&address);
        if answer.status == 303 {
            open.push_back(answer.header("location").unwrap().to_owned());
        } else if answer.status != 200 {
            wrong.insert(format!("{address}: {}", answer.status));
        }
        if !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        for attribute in ATTRIBUTES {
            for found in named(&answer.text, attribute).filter(|found| !found.starts_with('#')) {
                if !found.starts_with(&format!("{BASE}/")) {
                    wrong.insert(format!("{address} names {found}"));
                } else if !attribute.contains("action") {
                    open.push_back(found.split('#').next().unwrap_or_default().to_owned());
                }
            }
        }
    }
    (seen.len(), wrong.into_iter().collect())
}

#[test]
fn every_address_of_three_roles_stands_under_the_path_and_answers() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases", "--base-path", BASE]);
    let host = server.address.strip_suffix(BASE).unwrap();
    for (role, scope) in
        [("county_officer", "510811"), ("township_clerk", "510811210"), ("city_office", "5108")]
    {
        let (count, wrong) = crawl(&in_session(&server.address, &token(&data, role, scope)).at(host));
        assert!(
            wrong.is_empty() && (100..MAX_ADDRESSES).contains(&count),
            "{role}: {count}\n{}",
            wrong.join("\n")
        );
    }
}

#[test]
fn one_signs_in_and_asks_the_interface_under_the_path_and_nowhere_else() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases", "--base-path", BASE]);
    let host = server.address.strip_suffix(BASE).unwrap();
    let link = server.said.iter().find_map(|line| line.split_once("/sign-in?")).unwrap();
    assert!(link.0.ends_with(&server.address), "{}", link.0);
    let code = link.1.split_whitespace().next().unwrap();
    let signed_in = Client::open(host).get(&format!("{BASE}/sign-in?{code}")).expect(303);
    assert_eq!(signed_in.header("location"), Some("/lianjian/"));
    assert!(signed_in.header("set-cookie").unwrap().contains("; Path=/lianjian; "), "{signed_in:?}");
    let asked = Client::open(host).get(&format!("{BASE}/lists")).expect(401);
    assert!(asked.text.contains(&format!("action=\"{BASE}/sign-in\"")), "{}", asked.text);
    // Elsewhere on the host nothing is answered.
    for path in ["/", "/readyz", "/lianjianx", "/api/v1/cities/5108", "/lists"] {
        Client::open(host).get(path).expect(404);
    }
    let officer = token(&data, "county_officer", "510811");
    let asked = server.client(&officer);
    asked.get("/api/v1/counties/510811").expect(200);
    assert_eq!(asked.get("/openapi.json").expect(200).json()["servers"][0]["url"], BASE);
    let month = asked.get("/calendar.ics?month=2027-01").expect(200).text.replace("\r\n ", "");
    let urls: Vec<_> = month.lines().filter_map(|line| line.strip_prefix("URL:")).collect();
    assert!(urls.iter().all(|url| url.starts_with(&server.address)) && !urls.is_empty(), "{month}");
    // The command line takes the whole address.
    let file = directory.path().join("token");
    std::fs::write(&file, &officer).unwrap();
    let asked = ["show", "county", "510811", "--server", &server.address, "--token-file"];
    assert!(run_well(&[&asked[..], &[file.to_str().unwrap()]].concat()).contains("510811"));
}

#[test]
fn a_path_that_is_none_is_refused_before_anything_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    for path in ["lianjian", "/", "/lianjian/", "/联建", "/a/../b"] {
        let refused = run(&["serve", "--data", data.to_str().unwrap(), "--base-path", path]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("--base-path"), "{path}: {said}");
        assert!(!data.exists());
    }
}
