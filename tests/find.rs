//! Search from the head of a page, and the page of a village, as a clerk and an officer use them.

use crate::harness::{Answer, Client, desk};

fn find(client: &Client, words: &str) -> Answer {
    let form: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
    client.with("content-type", "application/x-www-form-urlencoded").post("/find", form.as_bytes())
}

#[test]
fn a_name_a_code_or_a_document_leads_to_what_bears_it_within_the_readers_scope() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-03-20");
    let (clerk, officer) = (desk.server.client(&desk.office.clerk), desk.server.client(&desk.office.officer));
    // One thing leads straight to its page.
    let only = find(&clerk, "狮子田岩联合").expect(303);
    assert_eq!(only.header("location"), Some(format!("/joint-branches/{id}").as_str()));
    let document = find(&clerk, "昭委[2018]7号").expect(303);
    assert!(document.header("location").unwrap().starts_with("/log?document="));
    clerk.get(document.header("location").unwrap()).expect(200);
    let village = find(&clerk, "510811210205");
    // The code stands in the branch's name as well here, so both are listed.
    assert!(village.expect(200).text.contains("/villages/510811210205"));
    // Several are listed by kind, and nothing becomes markup.
    let several = find(&officer, "党支部").expect(200).text;
    assert!(
        several.contains(&format!("/joint-branches/{id}")) && several.contains("/organizations/"),
        "{several}"
    );
    assert!(find(&officer, "<script>alert(1)</script>").expect(200).text.contains("&lt;script&gt;"));
    for nothing in ["旺苍", "%", "' OR 1=1", "　"] {
        assert!(!find(&officer, nothing).expect(200).text.contains("/joint-branches/0"), "{nothing}");
    }
    // Another county's reader finds nothing of it.
    let stranger = crate::harness::token(&desk.data, "county_officer", "510812");
    let found = find(&desk.server.client(&stranger), "狮子田岩联合").expect(200).text;
    assert!(!found.contains(&id), "{found}");
    // What is sought stands in no address that anybody notes.
    officer.get("/find").expect(405);
}

#[test]
fn a_village_shows_its_organizations_and_whom_it_is_joined_with() {
    let desk = desk();
    let id = desk.office.establish(&desk.server, "2018-03-20");
    let officer = desk.server.client(&desk.office.officer);
    let page = officer.get("/villages/510811210205").expect(200).text;
    for shown in [
        format!("/joint-branches/{id}"),
        format!("/organizations/{}", desk.office.branches[0]),
        "510811210206 村党支部".to_owned(),
        "href=\"/townships/510811210\"".to_owned(),
    ] {
        assert!(page.contains(&shown), "{shown}: {page}");
    }
    assert!(officer.get("/villages/510811210207").expect(200).text.contains("未参加过联合党组织"));
    officer.get("/villages/510811210999").expect(404);
    officer.get("/villages/510811").expect(404);
    let stranger = crate::harness::token(&desk.data, "county_officer", "510812");
    desk.server.client(&stranger).get("/villages/510811210205").expect(403);
    // Before it was established nothing is shown of it.
    let before = officer.get("/villages/510811210205?as_of=2018-01-31").expect(200).text;
    assert!(!before.contains("运行中"), "{before}");
}
