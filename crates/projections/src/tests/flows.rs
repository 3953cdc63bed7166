//! The flow over the years adds up: against the log, from year to year, and against what stands on the last day of each.

use std::collections::BTreeMap;

use domain::{Event, EventBody};

use super::counted;
use super::life::{BUREAU, Life, code, day, policy};
use crate::{FlowRow, Gathering, ListName, ListQuestion, ListRow, Moment, Reading, replay};

/// The list of the city on a day, each event noted twice.
async fn flow(life: &Life, on: &str, as_of: bool) -> Vec<FlowRow> {
    let directory = tempfile::tempdir().unwrap();
    let log = life.log(directory.path()).await;
    let as_of = as_of.then(|| day(on));
    let views = replay(&log, code("5108"), Moment { as_of, ..Moment::default() }).unwrap();
    let policies = policy();
    let reading = Reading { views: &views, policies: &policies, on: day(on) };
    let question = ListQuestion { name: ListName::Flow, scope: code("5108"), year: None };
    let mut gathering = Gathering::new(reading, &question, as_of).unwrap();
    for event in life.events.iter().flat_map(|event| [event, event]) {
        let _ = gathering.note(event);
    }
    let list = gathering.list();
    let rows = list.rows.iter().map(|kept| list.row(kept, None).unwrap());
    rows.map(|row| match row {
        ListRow::Flow(row) => row,
        row => panic!("{row:?}"),
    })
    .collect()
}

/// How many events of each year fit.
fn in_log(life: &Life, fits: impl Fn(&EventBody) -> bool) -> BTreeMap<i16, u64> {
    let mut counted = BTreeMap::new();
    for Event { meta, .. } in life.events.iter().filter(|event| fits(&event.body)) {
        *counted.entry(meta.effective_date.year()).or_default() += 1;
    }
    counted
}

/// A column, what it counts in a row, and which events of the log it counts.
type Told = (&'static str, fn(&FlowRow) -> u64, fn(&EventBody) -> bool);

#[tokio::test]
async fn every_sum_is_that_of_the_log() {
    let life = Life::with_other_endings();
    let rows = flow(&life, "2020-06-01", false).await;
    assert_eq!(rows.iter().map(|row| row.year).collect::<Vec<_>>(), [2019, 2020]);
    let columns: [Told; 6] = [
        ("proposed", |row| row.proposed, |body| matches!(body, EventBody::JointBranchProposed(_))),
        ("established", |row| row.established, |body| matches!(body, EventBody::JointBranchEstablished(_))),
        ("dissolved", |row| row.dissolved, |body| matches!(body, EventBody::JointBranchDissolved(_))),
        ("ordered", |row| row.ordered, |body| matches!(body, EventBody::RectificationOrdered(_))),
        (
            "reviewed",
            |row| row.passed + row.failed,
            |body| matches!(body, EventBody::RectificationReviewed(_)),
        ),
        (
            "refused",
            |row| row.refused,
            |body| matches!(body, EventBody::JointBranchRejected(_) | EventBody::JointBranchWithdrawn(_)),
        ),
    ];
    for (name, of, fits) in columns {
        let told: BTreeMap<i16, u64> =
            rows.iter().map(|row| (row.year, of(row))).filter(|(_, count)| *count > 0).collect();
        assert_eq!(told, in_log(&life, fits), "{name}");
    }
}

#[tokio::test]
async fn a_year_ends_with_what_it_began_with_and_what_came_without_what_went() {
    let life = Life::with_other_endings();
    let rows = flow(&life, "2020-06-01", false).await;
    let (mut live, mut villages) = (0, 0);
    for row in &rows {
        live = live + row.established + row.confirmed - row.dissolved;
        villages = villages + row.villages_in - row.villages_out;
        assert_eq!((row.live, row.villages), (live, villages), "{}", row.year);
    }
    // The bureau's branch is of no village: two of the merger and one of the pairing came in.
    assert_eq!((rows[0].villages_in, rows[0].villages_out, rows[0].villages), (3, 2, 1));
    assert_eq!((rows[1].villages_out, rows[1].villages), (1, 0));
    assert!(life.events.iter().any(
        |event| matches!(&event.body, EventBody::JointBranchProposed(data) if data.members.contains(&BUREAU))
    ));
}

#[tokio::test]
async fn the_end_of_a_year_is_what_the_city_had_on_its_last_day() {
    let life = Life::with_other_endings();
    let rows = flow(&life, "2020-06-01", false).await;
    let directory = tempfile::tempdir().unwrap();
    let log = life.log(directory.path()).await;
    let last = day("2019-12-31");
    let views = replay(&log, code("5108"), Moment { as_of: Some(last), ..Moment::default() }).unwrap();
    let policies = policy();
    let reading = Reading { views: &views, policies: &policies, on: last };
    let standing = counted(reading, "joint_branches").unwrap();
    assert_eq!(rows[0].live, standing.rows.len() as u64);
    assert_eq!(rows[0].page, "/figures/5108/joint_branches?as_of=2019-12-31");
    // As of a day before, nothing of what came later is counted.
    let then = flow(&life, "2019-06-30", true).await;
    assert_eq!((then.len(), then[0].live, then[0].dissolved), (1, 2, 0));
}
