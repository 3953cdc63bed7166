//! A log that holds a type in two versions, at the level of single events: what is read, written again, filed and refused.

use domain::event_data::rehearsal::PlaceRehearsed;
use domain::{EventBody, testing};
use serde_json::Value;

use super::{TypeVersion, WantedType, split};
use crate::envelope::{Decoded, EnvelopeError, decode, encode, rewrite, subject, subject_of_stored};
use crate::schemas::{GOLDEN, REHEARSED, event_schema};

const FULL_1: &str = "cn.lianjian.place.rehearsed.v1";
const FULL_2: &str = "cn.lianjian.place.rehearsed.v2";

/// The golden event of a type.
fn golden(event_type: &str) -> &'static str {
    let mark = format!("\"type\":\"cn.lianjian.{event_type}.v");
    GOLDEN.lines().find(|line| line.contains(&mark)).unwrap()
}

/// The same fact as it is recorded today, and as an earlier program recorded it.
fn both() -> (Vec<u8>, Vec<u8>) {
    let mut decoded = decode(golden("place.registered").as_bytes()).unwrap();
    let EventBody::PlaceRegistered(place) = &decoded.event.body else { panic!("not a place") };
    let names = vec![place.name.clone()];
    decoded.event.body = EventBody::PlaceRehearsed(PlaceRehearsed { place: place.place, names });
    let today = encode("5108", &decoded.event, &decoded.extra).unwrap();
    let earlier = testing::rehearsal::as_recorded_earlier(&today);
    (earlier, today)
}

/// The bytes with another version in type and schema.
fn labelled(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(body.to_vec()).unwrap().replace(from, to).into_bytes()
}

/// Whether the bytes are those that a program writes in the version that they bear: what a verifier asks.
fn is_as_written(body: &[u8]) -> bool {
    decode(body).is_ok_and(|decoded| rewrite("5108", &decoded, body).is_ok_and(|again| again == body))
}

#[test]
fn both_versions_read_as_todays_event_and_are_written_again_as_they_were() {
    let (earlier, today) = both();
    let read = |body: &[u8]| decode(body).unwrap();
    let Decoded { event, version, .. } = read(&earlier);
    assert_eq!((version, read(&today).version), (1, 2));
    assert_eq!(event, read(&today).event);
    assert_ne!(earlier, today);
    assert!(is_as_written(&earlier) && is_as_written(&today));
    let json: Value = serde_json::from_slice(&earlier).unwrap();
    assert_eq!(json["dataschema"], format!("urn:lianjian:schema:events:{FULL_1}#/properties/data"));
}

#[test]
fn both_versions_are_kept_as_they_were_first_recorded() {
    let (earlier, today) = both();
    let kept: Vec<_> = REHEARSED.lines().map(|line| line.as_bytes().to_vec()).collect();
    assert_eq!(kept, [earlier, today]);
}

#[test]
fn a_changed_byte_of_an_earlier_version_is_seen() {
    let (earlier, _) = both();
    for (at, byte) in earlier.iter().enumerate() {
        let mut changed = earlier.clone();
        // Another digit, letter or sign: what stays an event must still not be what was recorded.
        changed[at] = if *byte == b'7' { b'8' } else { b'7' };
        let same = is_as_written(&changed) && decode(&changed).unwrap() == decode(&earlier).unwrap();
        assert!(!same, "byte {at}: {}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn a_version_that_the_data_is_not_of_is_refused() {
    let (earlier, today) = both();
    for forged in [labelled(&earlier, FULL_1, FULL_2), labelled(&today, FULL_2, FULL_1)] {
        let refused = decode(&forged).unwrap_err();
        assert!(matches!(refused, EnvelopeError::Attribute { attribute: "data", .. }), "{refused}");
    }
    // The type alone, without the schema that it names.
    let typed = |body: &[u8], from: &str, to: &str| {
        let (from, to) = (format!("\"type\":\"{from}\""), format!("\"type\":\"{to}\""));
        labelled(body, &from, &to)
    };
    assert!(
        !is_as_written(&typed(&earlier, FULL_1, FULL_2)) && !is_as_written(&typed(&today, FULL_2, FULL_1))
    );
}

#[test]
fn no_golden_event_passes_for_another_version_of_its_type() {
    let (earlier, today) = both();
    let golden = GOLDEN.lines().map(|line| line.as_bytes().to_vec());
    for body in golden.chain([earlier, today]) {
        let own = decode(&body).unwrap();
        let own = TypeVersion { event_type: own.event.body.event_type(), version: own.version };
        let others = TypeVersion::known().filter(|of| of.event_type == own.event_type && *of != own);
        for other in others {
            assert!(!is_as_written(&labelled(&body, &own.to_string(), &other.to_string())), "{own}: {other}");
        }
    }
}

#[test]
fn a_newer_version_is_refused_by_its_name() {
    let (_, today) = both();
    let refused = decode(&labelled(&today, FULL_2, "cn.lianjian.place.rehearsed.v3")).unwrap_err();
    assert!(refused.is_newer());
    let text = refused.to_string();
    assert!(text.contains("`place.rehearsed` in version 3") && text.contains("up to version 2"), "{text}");
    let refused = decode(&labelled(&today, FULL_2, "cn.lianjian.place.sung-about.v1")).unwrap_err();
    assert!(refused.is_newer());
    for never in ["v0", "v01", "v+1", "v", "1", "v99999999999"] {
        let refused = decode(&labelled(&today, FULL_2, &format!("cn.lianjian.place.rehearsed.{never}")));
        let refused = refused.unwrap_err();
        let is_refused = matches!(
            &refused,
            EnvelopeError::Attribute { attribute: "type", .. } | EnvelopeError::UnknownType { .. }
        );
        assert!(is_refused, "{never}: {refused}");
    }
}

#[test]
fn every_version_has_a_schema_of_its_own() {
    let (earlier, today) = both();
    let validator = |full_type: &str| {
        let schema = event_schema(TypeVersion::parse(full_type).unwrap()).unwrap();
        assert_eq!(schema["title"], full_type);
        json_schema::Schema::compile(&schema).unwrap()
    };
    let json = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap();
    let (first, second) = (validator(FULL_1), validator(FULL_2));
    assert!(first.is_valid(&json(&earlier)) && !first.is_valid(&json(&today)));
    assert!(second.is_valid(&json(&today)) && !second.is_valid(&json(&earlier)));
}

#[test]
fn a_subject_names_no_version() {
    let (earlier, today) = both();
    let event = decode(&today).unwrap().event;
    let expected = subject("5108", &event.meta.scope, &event.body);
    assert!(expected.ends_with(".place.rehearsed"), "{expected}");
    assert_eq!(subject_of_stored(&earlier).unwrap(), expected);
    assert_eq!(subject_of_stored(&today).unwrap(), expected);
}

#[test]
fn a_type_is_asked_for_in_every_version_or_in_one() {
    for name in ["place.rehearsed", "cn.lianjian.place.rehearsed"] {
        let wanted = WantedType::parse(name).unwrap();
        assert!(
            wanted.takes(FULL_1) && wanted.takes(FULL_2) && !wanted.takes("cn.lianjian.place.renamed.v1")
        );
        // What a newer program recorded is not passed over in silence.
        assert!(wanted.takes("cn.lianjian.place.rehearsed.v3"));
        assert_eq!(wanted.type_version().unwrap().to_string(), FULL_2);
    }
    for name in [FULL_1, "place.rehearsed.v1"] {
        let wanted = WantedType::parse(name).unwrap();
        assert!(wanted.takes(FULL_1) && !wanted.takes(FULL_2));
        assert_eq!(wanted.type_version().unwrap().to_string(), FULL_1);
    }
    for name in ["place.rehearsed.v3", "place.rehearsed.v0", "place.sung-about", "rehearsed", ""] {
        assert_eq!(WantedType::parse(name), None, "{name}");
    }
    assert_eq!(split("cn.lianjian.place.registered.v1"), Some(("place.registered", 1)));
    assert_eq!(split("place.registered.v1"), None);
}

#[test]
fn what_only_tests_know_is_not_published() {
    assert!(TypeVersion::published().all(|of| of.event_type != "place.rehearsed"));
    let known = TypeVersion::known().filter(|of| of.event_type == "place.rehearsed");
    assert_eq!(known.map(|of| of.version).collect::<Vec<_>>(), [1, 2]);
}
