//! Corrections of documents: both values are shown wherever a decision is, and the old one as long as nothing else was known.

use std::ops::ControlFlow;

use domain::document_number::DocumentNumber;
use domain::{Event, EventBody};
use serde_json::json;

use super::life::{COUNTY, Life, MERGER, PAIRING, code, day, reading};
use crate::{EventEntry, Gathering, ListName, ListQuestion, Moment, Replay, Views};

fn establishing(life: &Life) -> &Event {
    let found = life.events.iter().find(
        |event| matches!(&event.body, EventBody::JointBranchEstablished(data) if data.joint_branch == MERGER),
    );
    found.unwrap()
}

fn corrected(number: &str, issued: &str) -> Life {
    let mut life = Life::whole();
    life.correct_document("2021-03-04", MERGER, (number, issued));
    life
}

fn views(life: &Life, moment: Moment) -> Views {
    let mut replay = Replay::new(code("5108"), moment);
    for event in &life.events {
        if replay.fold(event) == ControlFlow::Break(()) {
            break;
        }
    }
    replay.views()
}

/// The number that the register shows, and those of the timeline: as recorded, and as it should read.
fn shown(life: &Life, moment: Moment) -> (Option<String>, String, Option<String>) {
    let views = views(life, moment);
    let text = |number: &DocumentNumber| number.to_string();
    let row = views.joint_branch(MERGER).unwrap();
    let register = row.establishment.as_ref().and_then(|found| found.document.as_ref().map(text));
    let entry = EventEntry::of(establishing(life), &views, false).unwrap();
    let now = entry.corrected_document.map(|found| text(&found.number));
    (register, text(&entry.document.unwrap().number), now)
}

#[test]
fn register_and_timeline_show_the_number_put_right_and_the_recorded_one() {
    let life = corrected("昭委组〔2019〕81号", "2019-01-25");
    let (old, new) = ("昭委组〔2019〕18号".to_owned(), "昭委组〔2019〕81号".to_owned());
    let now = (Some(new.clone()), old.clone(), Some(new.clone()));
    assert_eq!(shown(&life, Moment::default()), now);
    // On the day of the decision too, as it is known now; and as it was known before.
    let as_of = Some(establishing(&life).meta.effective_date);
    assert_eq!(shown(&life, Moment { as_of, ..Moment::default() }), now);
    let known_at = Some("2021-03-03T00:00:00.000Z".parse().unwrap());
    assert_eq!(
        shown(&life, Moment { known_at, ..Moment::default() }),
        (Some(old.clone()), old.clone(), None)
    );
    // The other decision on the paper of that number keeps it.
    let pairing = views(&life, Moment::default()).joint_branch(PAIRING).unwrap().clone();
    assert_eq!(pairing.establishment.as_ref().unwrap().document.as_ref().unwrap().to_string(), old);
}

#[test]
fn the_register_of_documents_takes_the_citation_to_the_right_number() {
    let lines = |life: &Life| {
        let views = views(life, Moment::default());
        let policies = super::life::policy();
        let question = ListQuestion { name: ListName::Documents, scope: code(COUNTY), year: None };
        let mut gathering =
            Gathering::new(reading(&views, &policies, "2021-06-01"), &question, None).unwrap();
        life.events.iter().for_each(|event| assert_eq!(gathering.note(event), ControlFlow::Continue(())));
        let list = gathering.list();
        let row = |kept| serde_json::to_value(list.row(kept, None).unwrap()).unwrap();
        let line = |row: serde_json::Value| {
            json!([
                row["number"],
                row["issued"],
                row["citations"],
                row["corrected_from"][0]["number"],
                row["cited_by"].as_array().unwrap().len()
            ])
        };
        let mut lines: Vec<_> = list.rows.iter().map(row).map(line).collect();
        lines.sort_by_key(ToString::to_string);
        lines
    };
    let moved = corrected("昭委组〔2019〕81号", "2019-01-25");
    let expected = [
        json!(["昭委组〔2019〕18号", "2019-01-25", 1, null, 1]),
        json!(["昭委组〔2019〕81号", "2019-01-25", 1, "昭委组〔2019〕18号", 1]),
    ];
    assert_eq!(lines(&moved), expected);
    // The second decision is put right too: nothing is left under the wrong number.
    let mut both = moved;
    both.correct_document("2021-03-05", PAIRING, ("昭委组〔2019〕81号", "2019-01-25"));
    assert_eq!(lines(&both), [json!(["昭委组〔2019〕81号", "2019-01-25", 2, "昭委组〔2019〕18号", 2])]);
    // A day is put right where it stands, for both decisions.
    let day_of_issue = corrected("昭委组〔2019〕18号", "2019-01-22");
    assert_eq!(
        lines(&day_of_issue),
        [json!(["昭委组〔2019〕18号", "2019-01-22", 2, "昭委组〔2019〕18号", 2])]
    );
    let views = views(&day_of_issue, Moment::default());
    let days: Vec<_> = views.corrected_documents().values().map(|found| found.now.issued).collect();
    assert_eq!(days, [day("2019-01-22"), day("2019-01-22")]);
}
