//! The lists: right after corrections and dissolutions, for any day, and however often an event comes.

use std::ops::ControlFlow;

use domain::EventBody;
use domain::account::Role;
use domain::date::Timestamp;
use domain::document_number::{Document, Override};
use domain::event_data::accounts::AccountRevoked;
use domain::event_data::organizations::OrganizationCorrected;
use domain::event_data::organizations::OrganizationUpdated;
use domain::ids::{AccountId, OrganizationId, PlaceId};
use domain::organization::{Figure, ProfileFigure};
use domain::{Policy, PolicyCalendar};
use serde_json::{Value, json};
use ulid::Ulid;

use super::life::later::{ALLIANCE, SHIZI_VILLAGE, WUYI_VILLAGE};
use super::life::{BAIGUO, COUNTY, Life, SHIZI, YUANBA, code, day, reading, text};
use crate::{
    Gathering, Kept, List, ListName, ListQuestion, ListRow, Moment, Page, Replay, Upkeep, ViewError,
    compared, statements,
};

/// A list of a place on a day; `effects_of` is the day whose effects alone are in force.
pub(super) fn asked(
    life: &Life,
    (name, scope, year): (ListName, &str, Option<i16>),
    on: &str,
    effects_of: Option<&str>,
) -> Result<List, ViewError> {
    let as_of = effects_of.map(day);
    let mut replay = Replay::new(code("5108"), Moment { as_of, ..Moment::default() });
    life.events.iter().for_each(|event| assert_eq!(replay.fold(event), ControlFlow::Continue(())));
    let views = replay.views();
    let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
    let question = ListQuestion { name, scope: code(scope), year };
    let gathered = |repeats: usize| -> Result<List, ViewError> {
        let mut gathering = Gathering::new(reading(&views, &policies, on), &question, as_of)?;
        for event in life.events.iter().flat_map(|event| std::iter::repeat_n(event, repeats)) {
            assert_eq!(gathering.note(event), ControlFlow::Continue(()));
        }
        Ok(gathering.list())
    };
    let once = gathered(1)?;
    assert_eq!(once, gathered(2)?, "{name}: each event twice");
    Ok(once)
}

pub(super) fn list(life: &Life, name: ListName, scope: &str, on: &str) -> List {
    asked(life, (name, scope, None), on, None).unwrap()
}

pub(super) fn rows(life: &Life, list: &List) -> Vec<Value> {
    let event = |position: u64| &life.events[usize::try_from(position).unwrap() - 1];
    let row = |kept: &Kept<ListRow>| list.row(kept, kept.position().map(event)).unwrap();
    list.rows.iter().map(|kept| serde_json::to_value(row(kept)).unwrap()).collect()
}

/// A client reads the same rows, each with lines as long as the columns.
fn reads_back_as_written(list: &List, rows: Vec<Value>) {
    let page = Page { view: super::wire(list.view.clone()).with_rows(rows), next_cursor: Some("c".into()) };
    let text = serde_json::to_string(&page).unwrap();
    let read = list.name.read(&text).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&page).unwrap(), "{}", list.name);
    let columns = list.name.heads().len();
    for row in read.view.rows {
        let lines = row.lines();
        assert!(lines.iter().all(|line| line.len() == columns), "{}", list.name);
    }
}

pub(super) fn figure(list: &List, name: &str) -> u64 {
    list.view.figures[name].value.as_u64().unwrap()
}

pub(super) fn update(
    life: &mut Life,
    on: &str,
    organization: OrganizationId,
    members: u32,
    income: Option<u32>,
) {
    let figure = |value: u32| Figure {
        value: serde_json::from_value(json!(value)).unwrap(),
        unit: text("万元"),
        period: text(&on[..4]),
        source: text("村账"),
        bound: None,
    };
    let updated = OrganizationUpdated {
        organization,
        formal_members: Some(members),
        probationary_members: Some(1),
        profile: income.map(|value| (ProfileFigure::CollectiveIncome, figure(value))).into_iter().collect(),
    };
    life.then(on, EventBody::OrganizationUpdated(updated));
}

#[test]
fn every_list_is_given_at_each_tier_and_says_what_it_counts() {
    let life = Life::with_every_event();
    for name in ListName::ALL.iter().copied() {
        assert_eq!(name.spec().name.parse(), Ok(name));
        for scope in ["5108", COUNTY, BAIGUO] {
            let list = asked(&life, (name, scope, Some(2020)), "2021-03-31", None).unwrap();
            assert_eq!((list.view.scope.as_str(), list.view.position), (scope, life.events.len() as u64));
            assert!(!list.view.figures.is_empty());
            let path = format!("/api/v1/lists/{name}?scope={scope}&year=2020");
            assert!(
                list.view
                    .figures
                    .values()
                    .all(|figure| figure.rows == path && !figure.definition.zh.is_empty())
            );
            let found = rows(&life, &list);
            assert_eq!(found.len(), list.rows.len());
            reads_back_as_written(&list, found);
        }
        let nowhere = asked(&life, (name, "510899", None), "2021-03-31", None);
        assert!(matches!(nowhere, Err(ViewError::UnknownPlace { .. })), "{name}");
        let village = asked(&life, (name, "510811210208", None), "2021-03-31", None);
        assert!(matches!(village, Err(ViewError::NotATier { .. })), "{name}");
    }
    assert!(matches!("beauty".parse::<ListName>(), Err(ViewError::UnknownList { .. })));
}

#[test]
fn who_has_the_numbers_should_be_more_and_a_merger_counts_as_one() {
    let mut life = Life::until("2019-06-30");
    update(&mut life, "2019-06-30", SHIZI, 42, None);
    let due = |life: &Life, on: &str| {
        let rows = rows(life, &list(life, ListName::Upgrades, BAIGUO, on));
        let line = |row: &Value| json!([row["kind"], row["due_form"], row["members"]]);
        rows.iter().map(line).collect::<Vec<_>>()
    };
    // 42 and 8 formal members with one on probation are 51, one more than a branch may have without becoming more.
    assert_eq!(due(&life, "2019-07-01"), [json!(["joint_branch", "general_branch", 51])]);
    update(&mut life, "2019-07-02", SHIZI, 41, None);
    assert!(due(&life, "2019-07-02").is_empty());
    update(&mut life, "2019-07-03", SHIZI, 91, None);
    assert_eq!(due(&life, "2019-07-03"), [json!(["joint_branch", "committee", 100])]);
    // Given back, each stands for itself.
    let mut ended = Life::whole();
    update(&mut ended, "2020-01-01", SHIZI, 50, None);
    assert_eq!(due(&ended, "2020-01-02"), [json!(["organization", "general_branch", 51])]);
    let before = asked(&ended, (ListName::Upgrades, BAIGUO, None), "2019-12-31", Some("2019-12-31")).unwrap();
    assert!(before.rows.is_empty());
}

#[test]
fn a_sheet_shows_the_class_the_grades_and_what_is_owed() {
    let mut life = Life::alliance();
    life.register_secretary();
    let sheet = |life: &Life, on: &str| {
        let list = list(life, ListName::YearlyReviews, BAIGUO, on);
        let row = rows(life, &list).remove(0);
        let owed = row["obligations"].as_array().unwrap().iter().any(|owed| owed["kind"] == "yearly_review");
        (json!([row["year"], row["class"], row["overdue"]]), owed, figure(&list, "not_reviewed"))
    };
    assert_eq!(sheet(&life, "2021-03-31"), (json!([2020, null, false]), true, 1));
    assert_eq!(sheet(&life, "2021-04-01"), (json!([2020, null, true]), true, 1));
    life.review_year("2021-04-02", 2020);
    assert_eq!(sheet(&life, "2021-04-02"), (json!([2020, "good", false]), false, 0));
    let elsewhere = list(&life, ListName::YearlyReviews, YUANBA, "2021-04-02");
    let vacant: Vec<_> = rows(&life, &elsewhere).iter().map(|row| row["secretary"].clone()).collect();
    assert_eq!((vacant, figure(&elsewhere, "not_reviewed")), (vec![Value::Null], 0));
}

#[test]
fn funding_base_is_compared_with_the_last_base_of_all_predecessor_villages() {
    let mut life = Life::alliance();
    let tianyan = PlaceId(Ulid(510_811_210_206));
    life.fund("2020-05-08", SHIZI_VILLAGE, 2020, 5_000_000);
    life.fund("2020-05-08", tianyan, 2020, 3_000_000);
    let of = |life: &Life, year: i16, on: &str| {
        let list = asked(life, (ListName::Funding, COUNTY, Some(year)), on, None).unwrap();
        let line = |row: &Value| {
            json!([row["name"], row["base"]["amount"], row["last_base"]["amount"], row["below_last"]])
        };
        let totals = ["base_total", "bases_missing", "bases_below_last"].map(|name| figure(&list, name));
        (rows(life, &list).iter().map(line).collect::<Vec<_>>(), totals)
    };
    let first = vec![json!(["狮子村", 5_000_000, null, false]), json!(["田岩村", 3_000_000, null, false])];
    assert_eq!(of(&life, 2020, "2020-12-31"), (first, [8_000_000, 0, 0]));
    life.merge_village("2021-01-05", tianyan, SHIZI_VILLAGE);
    let missing = vec![json!(["狮子村", null, 8_000_000, false])];
    assert_eq!(of(&life, 2021, "2021-02-01"), (missing, [0, 1, 0]));
    life.fund("2021-03-01", SHIZI_VILLAGE, 2021, 7_999_999);
    let cut = vec![json!(["狮子村", 7_999_999, 8_000_000, true])];
    assert_eq!(of(&life, 2021, "2021-03-01"), (cut, [7_999_999, 0, 1]));
    assert_eq!(of(&life, 2020, "2021-03-01").1, [8_000_000, 0, 0]);
}

/// The rows of the alliance, from the few events that its own page reads.
fn compared_alone(life: &Life, effects_of: Option<&str>) -> Vec<Value> {
    let moment = Moment { as_of: effects_of.map(day), ..Moment::default() };
    let mut replay = Replay::new(code("5108"), moment);
    life.events.iter().for_each(|event| assert_eq!(replay.fold(event), ControlFlow::Continue(())));
    let views = replay.views();
    let event = |position: u64| life.events[usize::try_from(position).unwrap() - 1].clone();
    let stated: Vec<_> = statements(&views, ALLIANCE).into_iter().map(event).collect();
    assert!(stated.len() < life.events.len());
    compared(&views, ALLIANCE, &stated).iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}

#[test]
fn figures_stand_before_and_since_with_period_and_source() {
    let mut life = Life::whole();
    update(&mut life, "2020-01-10", SHIZI, 9, Some(20));
    let (event, position) = life.events.last().map(|event| (event.meta.id, event.meta.position)).unwrap();
    let mut later = life;
    later.establish_alliance();
    update(&mut later, "2021-01-10", SHIZI, 9, Some(35));
    let of = |life: &Life, on: &str, effects_of: Option<&str>| {
        let list = asked(life, (ListName::Figures, BAIGUO, None), on, effects_of).unwrap();
        let own = |row: &&Value| row["joint_branch"] == ALLIANCE.to_string().as_str();
        let line = |row: &Value| {
            json!([
                row["before"]["value"],
                row["before"]["period"],
                row["since"]["value"],
                row["since"]["source"],
                row["change"]
            ])
        };
        let found = rows(life, &list);
        let own: Vec<&Value> = found.iter().filter(own).collect();
        assert!(compared_alone(life, effects_of).iter().eq(own.iter().copied()));
        own.into_iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(of(&later, "2021-02-01", None), [json!([20, "2020", 35, "村账", 15.0])]);
    let past = of(&later, "2020-06-30", Some("2020-06-30"));
    assert_eq!(past, [json!([20, "2020", null, null, null])]);
    let mut profile = domain::organization::Profile::new();
    let EventBody::OrganizationUpdated(stated) = &later.events[usize::try_from(position).unwrap() - 1].body
    else {
        panic!("{position}")
    };
    profile.extend(stated.profile.clone());
    let earlier_profile = profile.clone();
    profile.get_mut(&ProfileFigure::CollectiveIncome).unwrap().value =
        serde_json::from_value(json!(22)).unwrap();
    let corrected = OrganizationCorrected {
        organization: SHIZI,
        corrected_event: event,
        corrected_position: position,
        corrected_effective_date: day("2020-01-10"),
        name: None,
        earlier_name: None,
        profile,
        earlier_profile,
        reason: text("抄错"),
    };
    later.then("2021-03-01", EventBody::OrganizationCorrected(corrected));
    assert_eq!(of(&later, "2021-03-01", None), [json!([22, "2020", 35, "村账", 13.0])]);
}

#[test]
fn the_rotation_says_who_hosted_last_and_who_is_next() {
    let mut life = Life::alliance();
    let turn = |life: &Life, on: &str| {
        let list = list(life, ListName::Rotation, BAIGUO, on);
        let row = rows(life, &list).remove(0);
        json!([row["last_host"]["name"], row["next_host"]["name"], figure(&list, "without_activity")])
    };
    assert_eq!(turn(&life, "2020-05-01"), json!([null, "五一村", 1]));
    life.act("2020-05-06", WUYI_VILLAGE);
    assert_eq!(turn(&life, "2020-05-06"), json!(["五一村", "狮子村", 0]));
    life.act("2020-06-06", SHIZI_VILLAGE);
    assert_eq!(turn(&life, "2020-06-06"), json!(["狮子村", "五一村", 0]));
}

#[test]
fn a_register_of_documents_begins_with_what_is_out_of_order_or_unscanned() {
    let mut life = Life::whole();
    let mut cite = |number: &str, issued: &str, scanned: bool| {
        update(&mut life, "2020-02-01", SHIZI, 9, None);
        let sha256 = scanned.then(|| "a".repeat(64).try_into().unwrap());
        let document = Document { number: number.parse().unwrap(), issued: day(issued), sha256 };
        life.events.last_mut().unwrap().meta.document = Some(document);
    };
    cite("白委〔2020〕2号", "2020-01-20", true);
    cite("白委〔2020〕10号", "2020-01-25", true);
    cite("白委〔2020〕11号", "2020-01-24", true);
    cite("白委〔2020〕3号", "2020-01-21", false);
    cite("白委〔2020〕3号", "2020-01-21", false);
    let list = list(&life, ListName::Documents, COUNTY, "2020-02-02");
    let line =
        |row: &Value| json!([row["number"], row["out_of_order"], row["citations"], row["issuer_name"]]);
    let expected = [
        json!(["白委〔2020〕11号", true, 1, "昭化区"]),
        // Two establishing decisions cite it, and neither has a scan.
        json!(["昭委组〔2019〕18号", false, 2, "昭化区"]),
        json!(["白委〔2020〕3号", false, 2, "昭化区"]),
        json!(["白委〔2020〕2号", false, 1, "昭化区"]),
        json!(["白委〔2020〕10号", false, 1, "昭化区"]),
    ];
    let found: Vec<_> = rows(&life, &list).iter().map(line).collect();
    assert_eq!(found, expected);
    assert_eq!((figure(&list, "documents"), figure(&list, "without_scan")), (5, 2));
    // What the state knows of documents is what the register lists.
    assert_eq!(life.state().documents.len(), found.len());
}

#[test]
fn records_are_listed_by_county_and_actor() {
    let mut life = Life::with_every_event();
    let late = list(&life, ListName::LateEntries, BAIGUO, "2019-12-31");
    let delays: Vec<_> = rows(&life, &late).iter().map(|row| row["delay_days"].clone()).collect();
    // Eight days for the grade of the second quarter; the policy of January 2020 marks three days already.
    assert_eq!(delays, [json!(8)]);
    let corrections = list(&life, ListName::Corrections, COUNTY, "2021-06-01");
    let types: Vec<_> = rows(&life, &corrections).iter().map(|row| row["type"].clone()).collect();
    assert_eq!(types, ["joint-branch.evaluation-corrected", "organization.corrected", "place.corrected"]);
    assert_eq!(corrections.view.by_actor[COUNTY]["local:county"], 3);
    // The joint branch that moved to the other county with its lead township is corrected there now.
    assert_eq!(figure(&list(&life, ListName::Corrections, "510812", "2021-06-01"), "corrections"), 2);
    let overrides = |life: &Life| list(life, ListName::Overrides, BAIGUO, "2021-06-01");
    assert!(overrides(&life).rows.is_empty());
    let proposal = life.events.iter_mut().find(|event| event.body.event_type() == "joint-branch.proposed");
    let document = "白委〔2019〕1号".parse().unwrap();
    proposal.unwrap().meta.override_ = Some(Override { reason: text("确有需要"), document });
    let listed = overrides(&life);
    assert_eq!(rows(&life, &listed)[0]["override"]["reason"], "确有需要");
    assert_eq!(listed.view.by_actor[COUNTY]["local:county"], 1);
}

#[test]
fn a_correction_is_listed_as_of_the_day_that_it_corrects() {
    let life = Life::whole();
    let of = |effects_of: &str| {
        asked(&life, (ListName::Corrections, BAIGUO, None), effects_of, Some(effects_of)).unwrap().rows.len()
    };
    assert_eq!((of("2019-04-09"), of("2019-04-10")), (0, 1));
}

#[test]
fn the_organizations_of_a_place_are_listed_with_the_organs_above_them() {
    let mut life = Life::whole();
    life.register_organ(COUNTY);
    let names = |scope| -> Vec<String> {
        let listed = list(&life, ListName::Organizations, scope, "2019-06-30");
        rows(&life, &listed).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let of_county = names(COUNTY);
    let of_township = names(BAIGUO);
    assert!(of_township.len() < of_county.len() && of_township.iter().all(|name| of_county.contains(name)));
    let listed = list(&life, ListName::Organizations, BAIGUO, "2019-06-30");
    let found = rows(&life, &listed);
    let shizi = found.iter().find(|row| row["organization"] == SHIZI.to_string()).unwrap();
    assert_eq!((&shizi["form"], &shizi["township"]), (&json!("branch"), &json!(BAIGUO)));
    let above: Vec<_> = found.iter().filter(|row| row["township"].is_null()).collect();
    assert!(!above.is_empty() && above.iter().all(|row| row["form"] == "organ"), "{found:?}");
    reads_back_as_written(&listed, found);
}

#[test]
fn the_start_list_says_what_is_there_what_is_missing_and_what_is_not_known() {
    let mut life = Life::whole();
    life.register_organ(COUNTY);
    for (id, role, scope) in [(1, Role::CountyOfficer, COUNTY), (2, Role::TownshipClerk, BAIGUO)] {
        life.issue_account(AccountId(Ulid(id)), role, scope);
    }
    life.then("2019-06-01", EventBody::AccountRevoked(AccountRevoked { account: AccountId(Ulid(2)) }));
    let listed = list(&life, ListName::Start, "5108", "2019-06-30");
    let found = rows(&life, &listed);
    let item = |name: &str| found.iter().find(|row| row["item"] == name).unwrap().clone();
    let told = |name: &str| {
        let row = item(name);
        (row["state"].clone(), row["done"].clone(), row["total"].clone(), row["missing_count"].clone())
    };
    // The city itself was never registered.
    assert_eq!(told("city"), (json!("open"), json!(0), json!(1), json!(1)));
    assert_eq!(told("counties"), (json!("done"), json!(1), json!(null), json!(0)));
    assert_eq!(told("county_organs"), (json!("done"), json!(1), json!(1), json!(0)));
    assert_eq!(told("township_organs"), (json!("open"), json!(0), json!(2), json!(2)));
    assert_eq!(item("township_organs")["missing"][0]["code"], YUANBA);
    // Communities have organizations too; villages are counted.
    assert_eq!(told("branches"), (json!("done"), json!(3), json!(3), json!(0)));
    assert_eq!(told("county_officers"), (json!("done"), json!(1), json!(1), json!(0)));
    assert_eq!(told("township_clerks").0, "open", "the account was revoked");
    for (name, source) in
        [("key_copied", "backup_mark"), ("backup_made", "backup_mark"), ("witness", "witnesses")]
    {
        assert_eq!((told(name).0, item(name)["done"].clone()), (json!("unknown"), json!(null)), "{name}");
        assert_eq!(item(name)["known_from"], source);
    }
    reads_back_as_written(&listed, found);
    let of_township = rows(&life, &list(&life, ListName::Start, BAIGUO, "2019-06-30"));
    let items: Vec<_> = of_township.iter().map(|row| row["item"].as_str().unwrap()).collect();
    assert_eq!(
        items,
        ["villages", "township_organs", "branches", "households", "township_clerks", "secretaries"]
    );
}

#[test]
fn what_the_log_does_not_tell_is_filled_in_as_far_as_it_is_known() {
    let life = Life::whole();
    let listed = list(&life, ListName::Start, "5108", "2019-06-30");
    let filled = |upkeep: &Upkeep| -> Vec<(String, Option<u64>)> {
        let row = |kept: &Kept<ListRow>| {
            let mut row = listed.row(kept, None).unwrap();
            let start = row.start_mut().unwrap();
            start.fill(upkeep);
            (serde_json::to_value(start.state).unwrap().as_str().unwrap().to_owned(), start.done)
        };
        listed.rows.iter().rev().take(3).rev().map(row).collect()
    };
    let (done, unknown) = (("done".to_owned(), Some(1)), ("unknown".to_owned(), None));
    // No mark says nothing; no signature says that nobody signed.
    let nothing = [unknown.clone(), unknown.clone(), ("open".to_owned(), Some(0))];
    assert_eq!(filled(&Upkeep::default()), nothing);
    let at = Timestamp::from_milliseconds(1_800_000_000_000);
    let backed_up = Upkeep { backed_up: Some((at, 9)), ..Upkeep::default() };
    assert_eq!(filled(&backed_up)[..2], [unknown, done.clone()]);
    let all = Upkeep { keys_copied: Some(at), backed_up: Some((at, 9)), witnessed: Some(7) };
    assert_eq!(filled(&all), [done.clone(), done.clone(), done]);
}

#[test]
fn the_cadence_tells_months_quarters_and_the_review() {
    let mut life = Life::alliance();
    life.register_secretary();
    life.act("2020-05-06", WUYI_VILLAGE);
    let of = |life: &Life, on: &str| {
        let list = asked(life, (ListName::Cadence, BAIGUO, Some(2020)), on, None).unwrap();
        (rows(life, &list).remove(0), figure(&list, "months_missed"), figure(&list, "quarters_missing"))
    };
    let (row, months_missed, quarters_missing) = of(&life, "2020-07-16");
    let active: Vec<_> = row["months"].as_array().unwrap().iter().map(|month| month["met"].clone()).collect();
    // Nothing was live in January and February.
    assert_eq!(active, [true, true, false, false, true, false]);
    assert_eq!((months_missed, quarters_missing), (3, 2));
    assert_eq!(row["quarters"][0]["missing"], 1);
    let list = asked(&life, (ListName::Cadence, BAIGUO, Some(2021)), "2021-04-01", None).unwrap();
    assert_eq!(
        rows(&life, &list)[0]["yearly_review"],
        json!({"year": 2020, "owed": 1, "reviewed": 0, "met": false})
    );
    life.review_year("2021-04-02", 2020);
    let list = asked(&life, (ListName::Cadence, COUNTY, Some(2021)), "2021-04-02", None).unwrap();
    let township = rows(&life, &list).into_iter().find(|row| row["code"] == BAIGUO).unwrap();
    assert_eq!(township["yearly_review"]["met"], true);
    assert_eq!(figure(&list, "reviews_missing"), 0);
}

#[test]
fn a_code_of_the_past_is_answered_by_the_township_that_goes_on() {
    let mut life = Life::alliance();
    let [old, new] = [510_811_210, 510_811_100].map(|digits| PlaceId(Ulid(digits)));
    life.merge_village("2020-06-01", old, new);
    for name in ListName::ALL.iter().copied() {
        let (own, once) = (list(&life, name, YUANBA, "2020-06-02"), list(&life, name, BAIGUO, "2020-06-02"));
        assert_eq!((once.view.scope.as_str(), rows(&life, &once)), (YUANBA, rows(&life, &own)), "{name}");
        let said = once.view.answers_for.unwrap();
        assert_eq!((said.code.as_str(), said.until), (BAIGUO, day("2020-06-01")), "{name}");
        assert_eq!(own.view.answers_for, None);
        let before = asked(&life, (name, BAIGUO, None), "2020-05-31", Some("2020-05-31")).unwrap();
        assert_eq!((before.view.scope.as_str(), before.view.answers_for), (BAIGUO, None), "{name}");
    }
    assert!(!list(&life, ListName::Rotation, BAIGUO, "2020-06-02").rows.is_empty());
    // What was decided on a place that has ended since stands on the list of what goes on for it.
    let document = "昭委组〔2020〕9号".parse().unwrap();
    life.events.last_mut().unwrap().meta.override_ =
        Some(Override { reason: text("确有需要"), document });
    let found = list(&life, ListName::Overrides, YUANBA, "2020-06-02");
    assert_eq!(found.rows, [Kept::Record(life.events.len() as u64)]);
}
