//! A log that holds one event type in two versions: what every part of the product is rehearsed with before the first
//! published type has a second version.

use crate::event::{Event, EventBody};
use crate::event_data::rehearsal::PlaceRehearsed;

use super::City;
use super::drafts::Draft;
use super::drafts::places::{change_place, changing};
use crate::commands::ChangePlace;
use crate::commands::change_place::PlaceChange;

/// The village that bears other names in turn.
pub const RENAMED: &str = "510811210205";

fn rename(name: &str) -> Draft {
    change_place(ChangePlace { name: name.parse().ok(), ..changing(RENAMED, PlaceChange::Rename) })
}

/// A merger, and the same village renamed twice after it, as the published type says it.
pub fn told_by_the_published_type() -> City {
    City::merged().given(rename("柿子村")).given(rename("十字村"))
}

/// The same log with each renaming told by the rehearsed type.
pub fn events() -> Vec<Event> {
    let mut events = told_by_the_published_type().log;
    for event in &mut events {
        if let EventBody::PlaceRenamed(data) = &event.body {
            event.body = EventBody::PlaceRehearsed(PlaceRehearsed {
                place: data.place,
                names: vec![data.name.clone()],
            });
        }
    }
    events
}

/// The bytes in which an earlier program recorded the event that today's writes so; those of another type stay.
pub fn as_recorded_earlier(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let Some((envelope, data)) = text.split_once(r#""names":["#) else { return body.to_vec() };
    let envelope = envelope.replace("place.rehearsed.v2", "place.rehearsed.v1");
    format!(r#"{envelope}"name":{}"#, data.replacen(']', "", 1)).into_bytes()
}

/// The log's bytes as it stands after an upgrade: the first of the two events in version 1, the second in version 2.
pub fn upgraded_halfway(mut bodies: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let is_rehearsed = |body: &&mut Vec<u8>| {
        String::from_utf8_lossy(body).contains("\"type\":\"cn.lianjian.place.rehearsed.v2\"")
    };
    if let Some(first) = bodies.iter_mut().find(is_rehearsed) {
        *first = as_recorded_earlier(first);
    }
    bodies
}
