//! Violations of the rules on coordination meetings 联系会议.

use domain::meeting::Meeting;
use serde_json::{Value, json};

use super::{By, Scene, Violation, Wrong, wrong};
use crate::generate::script::Draft;

/// A meeting of the city that breaks a rule by what is changed of it.
fn meeting(scene: &Scene<'_>, change: impl Fn(&mut Value)) -> Option<Wrong> {
    let group = scene.groups().next()?;
    let organs = &group.organs;
    let mut data = json!({
        "session": 99, "met_on": scene.on, "presided_by": organs.city.id, "attended": [],
        "agenda": [{"topic": "模拟违规", "decided": "模拟违规", "carrier": organs.department.place}]
    });
    change(&mut data);
    wrong(group, By::CityOffice, Draft::new("record-meeting", scene.on, data).documented())
}

/// A meeting with an item that is closed, and the item's number.
fn closed<'s>(scene: &Scene<'s>) -> Option<(&'s Meeting, usize)> {
    let found = |meeting: &Meeting| meeting.agenda.iter().position(|item| item.closed.is_some());
    let mut meetings = scene.state.meetings.values().map(AsRef::as_ref);
    meetings.find_map(|meeting| Some((meeting, found(meeting)? + 1)))
}

pub(super) const VIOLATIONS: &[Violation] = &[
    ("meeting-once", |scene| {
        let known = scene.state.meetings.values().next()?;
        meeting(scene, |data| {
            data["session"] = json!(known.session);
            data["met_on"] = json!(known.met_on);
        })
    }),
    ("meeting-long", |scene| {
        meeting(scene, |data| {
            let item = data["agenda"][0].clone();
            data["agenda"] = json!(vec![item; 51]);
        })
    }),
    ("meeting-carrier", |scene| {
        let village = scene.merger()?.village(0)?;
        meeting(scene, |data| data["agenda"][0]["carrier"] = json!(village))
    }),
    ("meeting-due", |scene| {
        meeting(scene, |data| data["agenda"][0]["finish_by"] = json!(scene.on.plus_days(-1)))
    }),
    ("supervision-decision", |scene| {
        let (meeting, _) = closed(scene)?;
        let group = scene.groups().next()?;
        let data = json!({
            "to": group.organs.department.place, "matter": "模拟违规", "due": scene.on.plus_days(20),
            "meeting": meeting.id
        });
        wrong(group, By::CityOffice, Draft::new("issue-supervision", scene.on, data))
    }),
    ("decision-closed", |scene| {
        let (meeting, item) = closed(scene)?;
        let data = json!({ "meeting": meeting.id, "item": item, "result": "模拟违规" });
        wrong(scene.groups().next()?, By::CityOffice, Draft::new("close-decision", scene.on, data))
    }),
];
