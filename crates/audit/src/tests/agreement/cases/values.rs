//! Names, pays and reasons: each opens a commitment of its event, and each commitment is opened, erased or told.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::event_data::persons::PersonErased;
use domain::ids::EventId;
use domain::person::ErasureGround;
use domain::{Event, EventBody};
use ulid::Ulid;

use super::super::forge::{Forge, command};
use super::{FAILED, Files, Table, VERIFIED, Wanted};

pub(super) fn all(table: &mut Table) {
    opened(table);
    erased(table);
    rewritten(table);
}

/// The line with its first letter moved from the value into the salt.
fn moved(line: &str) -> String {
    let mut said: serde_json::Value = serde_json::from_str(line).unwrap();
    let (salt, value) = (said["salt"].as_str().unwrap(), said["value"].as_str().unwrap());
    let first = value.chars().next().unwrap().len_utf8();
    let salt = [&BASE64_STANDARD.decode(salt).unwrap(), &value.as_bytes()[..first]].concat();
    let rest = value[first..].to_owned();
    said["salt"] = BASE64_STANDARD.encode(salt).into();
    said["value"] = rest.into();
    said.to_string()
}

fn opened(table: &mut Table) {
    let named = table.forge.bundle(Wanted::Whole, &[], true);
    let text = named.text("names.ndjson");
    let lines: Vec<&str> = text.lines().collect();
    let (one, two) = (lines[0], lines[1]);
    let with = |from: &str, to: &str| text.replacen(from, to, 1);
    let position: u64 = table.forge.names[0].position;
    let at = |said: &str| with(&format!("\"position\":{position}"), &format!("\"position\":{said}"));
    let salt = &table.forge.names[0].salt;
    for (name, forged) in [
        ("a byte moved into the salt", with(one, &moved(one))),
        ("a byte moved into the salt, new form", with(two, &moved(two))),
        ("every byte moved that can be", lines.iter().map(|line| moved(line) + "\n").collect()),
        ("another value", with("张三", "李三")),
        ("another salt", with(&salt[..6], "AAAAAA").replacen(salt, "x", 0)),
        ("a salt of 31 bytes", with(salt, &BASE64_STANDARD.encode([0; 31]))),
        ("no salt", with(salt, "")),
        ("a salt that is no base64", with(salt, "?")),
        ("another position", at("1")),
        ("a position that is not there", at("999999")),
        ("a position as a text", at(&format!("\"{position}\""))),
        ("a position with a fraction", at(&format!("{position}.0"))),
        ("a position below nothing", at("-1")),
        ("one left out", with(&format!("{one}\n"), "")),
        ("all but one left out", format!("{one}\n")),
        ("emptied", String::new()),
        ("one twice", with(one, &format!("{one}\n{one}"))),
        ("another order", with(&format!("{one}\n{two}\n"), &format!("{two}\n{one}\n"))),
        ("a blank", with("\"salt\":", "\"salt\": ")),
        ("a key more", with("{\"position\"", "{\"more\":1,\"position\"")),
        ("a key twice", with("\"salt\":", "\"salt\":\"\",\"salt\":")),
        ("a value that is a number", with("\"value\":\"", "\"value\":1,\"x\":\"")),
        ("an escaped letter", with("张", "\\u5f20")),
        ("an empty line", format!("{text}\n")),
        ("no end of the last line", text.trim_end().to_owned()),
        ("no object", format!("1\n{text}")),
        ("deep brackets", format!("{}\n", "[".repeat(50_000))),
    ] {
        let is_same = forged == text;
        assert!(!is_same, "{name}");
        table.mended(&format!("names: {name}"), &named.with("names.ndjson", forged), FAILED);
    }
    let last = table.forge.names.last().unwrap().position;
    let part = table.forge.bundle(Wanted::Range(2, last), &[], true);
    table.file("honest: a range with names", &part, VERIFIED);
    // Whether a tombstone stands behind a part nobody can say; what is not opened is told.
    let written = part.text("names.ndjson");
    let fewer = written.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
    table.mended("names of a range: one left out", &part.with("names.ndjson", fewer), VERIFIED);
    let forged = written.replacen("张三", "李三", 1);
    table.mended("names of a range: another value", &part.with("names.ndjson", forged), FAILED);
}

fn tombstone(events: &mut Vec<Event>) {
    let registered = events.iter().find_map(|event| match &event.body {
        EventBody::PersonRegistered(data) => Some((event.clone(), data.person)),
        _ => None,
    });
    let (mut event, person) = registered.unwrap();
    let consent = domain::testing::drafts::persons::consent_of(domain::testing::city::TOWNSHIP_ORGAN);
    event.body =
        EventBody::PersonErased(PersonErased { person, ground: ErasureGround::RetentionEnded, consent });
    event.meta.command_id = command(78);
    event.meta.id = EventId(Ulid(78));
    event.meta.recorded_at = events.last().unwrap().meta.recorded_at;
    events.push(event);
}

/// What a tombstone says is gone must be gone, and nothing else.
fn erased(table: &mut Table) {
    let forge = table.forge.rewritten(tombstone);
    let person = |forge: &Forge| {
        let body = &forge.bodies[forge.names[0].position as usize - 1];
        let event: serde_json::Value = serde_json::from_slice(body).unwrap();
        event["data"]["person"].as_str().unwrap().to_owned()
    };
    let about: Vec<bool> = forge
        .names
        .iter()
        .map(|named| {
            String::from_utf8_lossy(&forge.bodies[named.position as usize - 1]).contains(&person(&forge))
        })
        .collect();
    let named: Files = forge.bundle(Wanted::Whole, &[], true);
    table.file("names: erased and still there", &named, FAILED);
    let kept = named.text("names.ndjson");
    let kept: String =
        kept.lines().zip(&about).filter(|(_, gone)| !**gone).map(|(line, _)| format!("{line}\n")).collect();
    table.mended("honest: what a tombstone says is gone", &named.with("names.ndjson", kept), VERIFIED);
}

/// What the operator himself wrote and signed: both look at positions, times and commands alike.
fn rewritten(table: &mut Table) {
    let last = table.forge.bodies.len() - 1;
    type Edit = Box<dyn FnOnce(&mut Vec<Event>)>;
    let at = |index: usize, days: i64| -> Edit {
        Box::new(move |events: &mut Vec<Event>| {
            let time = events[index].meta.recorded_at.milliseconds() + days * 86_400_000;
            events[index].meta.recorded_at = domain::date::Timestamp::from_milliseconds(time);
        })
    };
    let rows: Vec<(&str, Edit, &'static str)> = vec![
        ("nothing changed", Box::new(|_| {}), VERIFIED),
        ("the last event in the future", at(last, 300), FAILED),
        ("time goes back", at(5, -3_000), FAILED),
        (
            "a command twice",
            Box::new(move |events| {
                let again = events[last].clone();
                let mut between = events[0].clone();
                between.meta.recorded_at = again.meta.recorded_at;
                between.meta.id = EventId(Ulid(501));
                between.meta.command_id = command(501);
                events.push(between);
                events.push(Event {
                    meta: domain::event::EventMeta { id: EventId(Ulid(502)), ..again.meta.clone() },
                    ..again
                });
            }),
            FAILED,
        ),
    ];
    for (name, edit, expected) in rows {
        let forge = table.forge.rewritten(edit);
        let files = forge.bundle(Wanted::Whole, &[], false);
        table.file(&format!("rewritten: {name}"), &files, expected);
    }
}
