//! Decisions of coordination meetings: who owes them, where they stand, and what the city counts.

use serde_json::{Value, json};

use super::life::{BAIGUO, COUNTY, Life, YUANBA, code, policy, reading};
use super::lists::{figure, list, rows};
use crate::{ListName, city_view, obligations_view};

/// Where each decision stands: number, state, days left.
fn standing(life: &Life, scope: &str, on: &str) -> Vec<Value> {
    let found = list(life, ListName::MeetingDecisions, scope, on);
    let line = |row: &Value| json!([row["item"], row["state"], row["days_left"]]);
    rows(life, &found).iter().map(line).collect()
}

/// What is owed of meetings: kind, by whom, until when, and whether it is overdue.
fn owed(life: &Life, scope: &str, on: &str) -> Vec<Value> {
    let (views, policies) = (life.views(), policy());
    let view = obligations_view(reading(&views, &policies, on), &code(scope), Default::default()).unwrap();
    let of_meetings = view.rows.iter().filter(|row| row.meeting.is_some());
    let row = |row| serde_json::to_value(row).unwrap();
    let line = |row: Value| json!([row["kind"], row["owner"]["code"], row["due"], row["overdue"]]);
    of_meetings.map(row).map(line).collect()
}

#[test]
fn a_decision_is_owed_by_who_carries_it_out_until_the_answer_and_then_by_who_closes_it() {
    let mut life = Life::alliance();
    life.meet("2020-05-01", "2020-05-31");
    let carried = |overdue: bool| vec![json!(["meeting_decision", COUNTY, "2020-05-31", overdue])];
    for scope in ["5108", COUNTY] {
        assert_eq!(owed(&life, scope, "2020-05-31"), carried(false));
        assert_eq!(owed(&life, scope, "2020-06-01"), carried(true));
    }
    // What has no day is owed by nobody, and is on the list.
    assert!(owed(&life, BAIGUO, "2020-06-01").is_empty());
    assert_eq!(standing(&life, BAIGUO, "2020-06-01"), [json!([2, "in_progress", null])]);
    assert!(standing(&life, YUANBA, "2020-06-01").is_empty());
    let open = [json!([1, "overdue", -1]), json!([2, "in_progress", null])];
    assert_eq!(standing(&life, COUNTY, "2020-06-01"), open);
    assert_eq!(standing(&life, "5108", "2020-05-31")[0], json!([1, "in_progress", 0]));
    life.supervise_decision("2020-05-09", "2020-06-09");
    assert_eq!(owed(&life, COUNTY, "2020-05-10"), carried(false));
    life.answer("2020-06-11");
    let answered = list(&life, ListName::MeetingDecisions, "5108", "2020-06-11");
    assert_eq!(rows(&life, &answered)[0]["answered_on"], "2020-06-11");
    assert_eq!(standing(&life, "5108", "2020-06-11")[0], json!([1, "to_close", -11]));
    // The city itself is no registered place in this life.
    let closing = |overdue: bool| vec![json!(["decision_closing", null, "2020-06-11", overdue])];
    assert_eq!(owed(&life, "5108", "2020-06-11"), closing(false));
    assert_eq!(owed(&life, "5108", "2020-06-12"), closing(true));
    life.close_decision("2020-06-12", 1);
    assert!(owed(&life, "5108", "2020-06-12").is_empty());
    let closed = [json!([2, "in_progress", null]), json!([1, "closed", null])];
    assert_eq!(standing(&life, "5108", "2020-06-12"), closed);
}

#[test]
fn the_list_and_the_citys_view_count_what_is_open_and_overdue() {
    let mut life = Life::alliance();
    life.meet("2020-05-01", "2020-05-31");
    let counts = |life: &Life, on: &str| {
        let (views, policies) = (life.views(), policy());
        let view = city_view(reading(&views, &policies, on), &code("5108")).unwrap();
        let found = list(life, ListName::MeetingDecisions, "5108", on);
        let of_view =
            ["decisions_open", "decisions_overdue"].map(|name| view.figures[name].value.as_u64().unwrap());
        let of_list = ["in_progress", "overdue", "to_close", "closed"];
        (of_view, of_list.map(|name| figure(&found, &format!("decisions_{name}"))))
    };
    assert_eq!(counts(&life, "2020-05-31"), ([2, 0], [2, 0, 0, 0]));
    assert_eq!(counts(&life, "2020-06-01"), ([2, 1], [1, 1, 0, 0]));
    life.close_decision("2020-06-02", 2);
    assert_eq!(counts(&life, "2020-06-02"), ([1, 1], [0, 1, 0, 1]));
}
