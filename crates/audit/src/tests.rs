//! Cheats on a synthetic log, each of which must be caught by its position and kind.

use std::collections::BTreeMap;

use domain::account::Role;
use domain::commands::AcceptClock;
use domain::date::Timestamp;
use domain::document_number::Document;
use domain::event_data::accounts::AccountIssued;
use domain::event_data::log_keeping::DurabilityDeclared;
use domain::event_data::persons::PersonErased;
use domain::event_data::persons::PersonRegistered;
use domain::ids::{CommandId, EventId};
use domain::testing::City;
use domain::testing::drafts::{import, text};
use domain::{CommandBody, Event, EventBody};
use event_log::envelope::{CommandTrace, Decoded, encode};
use event_log::{ControlStore, EmbeddedControl, EmbeddedLog, Erasable, EventLog, NewEvent};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::commitment::CommitmentForm;
use crate::{ClockChange, Commitments, Depth, FindingKind, Report, Verifier, verify_log};

mod agreement;
mod bundles;
mod figures;
mod versions;

/// A log as its events and envelopes, to be tampered with before it is written.
type Log = Vec<Decoded>;

/// A merger from its proposal to its end: every kind of command, some with many events.
fn log() -> Log {
    envelopes(City::abolished().log, true)
}

fn envelopes(events: Vec<Event>, simulated: bool) -> Log {
    let mut scope_sequences: BTreeMap<String, u64> = BTreeMap::new();
    let mut counts: BTreeMap<_, u32> = BTreeMap::new();
    for event in &events {
        *counts.entry(event.meta.command_id).or_default() += 1;
    }
    let mut indexes: BTreeMap<_, u32> = BTreeMap::new();
    let envelope = |mut event: Event| {
        event.meta.simulated = simulated;
        name_desk(&mut event);
        let sequence = scope_sequences.entry(event.meta.scope.county_token().to_owned()).or_default();
        *sequence += 1;
        let index = indexes.entry(event.meta.command_id).or_default();
        let extra = CommandTrace {
            command_digest: digest(&event),
            command_index: *index,
            command_count: counts[&event.meta.command_id],
            scope_sequence: *sequence,
            traceparent: None,
        };
        *index += 1;
        Decoded { version: event.body.version(), event, extra, source: "/cities/5108".into() }
    };
    events.into_iter().map(envelope).collect()
}

/// Whoever acts in the fixtures, by an id that says where.
fn name_desk(event: &mut Event) {
    let desk = match event.meta.role {
        Role::CountyOfficer => format!("-{}", event.meta.scope.county_token()),
        Role::TownshipClerk => "-510811100".to_owned(),
        _ => return,
    };
    if !event.meta.actor.ends_with(&desk) {
        event.meta.actor.push_str(&desk);
    }
}

fn digest(event: &Event) -> String {
    domain::hexadecimal(&Sha256::digest(event.meta.command_id.to_string()))
}

fn written(log: &Log) -> Vec<Vec<u8>> {
    log.iter().map(|entry| encode("5108", &entry.event, &entry.extra).unwrap()).collect()
}

fn verify(bodies: &[Vec<u8>], depth: Depth<'_>) -> Report {
    let mut verifier = Verifier::new(Some("5108"), depth);
    for (position, body) in (1..).zip(bodies) {
        verifier.check(position, body).unwrap();
    }
    verifier.finish().unwrap()
}

fn deep() -> Depth<'static> {
    Depth::Deep(Commitments::NotAtHand)
}

/// The index of the first event of that type.
fn first(log: &Log, event_type: &str) -> usize {
    log.iter().position(|entry| entry.event.body.event_type() == event_type).unwrap()
}

#[track_caller]
fn caught(bodies: &[Vec<u8>], depth: Depth<'_>, position: usize, kind: FindingKind) {
    let report = verify(bodies, depth);
    let first = report.first_finding().map(|finding| (finding.position, finding.kind));
    assert_eq!(first, Some((position as u64, kind)), "{:#?}", report.findings);
    assert!(!report.is_consistent());
}

/// A cheat in the envelopes, found at the event at `index` (from 0).
#[track_caller]
fn cheat(index: usize, kind: FindingKind, tamper: impl FnOnce(&mut Log)) {
    let mut log = log();
    tamper(&mut log);
    caught(&written(&log), Depth::Log, index + 1, kind);
}

/// A cheat that only the history shows.
#[track_caller]
fn deep_cheat(event_type: &str, kind: FindingKind, tamper: impl FnOnce(&mut Decoded)) {
    let mut log = log();
    let index = first(&log, event_type);
    tamper(&mut log[index]);
    assert!(verify(&written(&log), Depth::Log).is_consistent(), "{event_type}");
    caught(&written(&log), deep(), index + 1, kind);
}

/// Renumbers the whole log as if it had always been so: what a thorough forger would do.
fn renumbered(events: Vec<Event>) -> Log {
    let mut events = events;
    for (position, event) in (1..).zip(&mut events) {
        event.meta.position = position;
    }
    envelopes(events, true)
}

#[test]
fn an_honest_log_is_consistent() {
    let bodies = written(&log());
    let report = verify(&bodies, deep());
    assert_eq!(report.findings, []);
    assert_eq!((report.last_position, report.events), (bodies.len() as u64, bodies.len() as u64));
    let imported = log().iter().filter(|entry| entry.event.meta.role == Role::Local).count();
    assert_eq!((report.simulated, report.local_events), (Some(true), imported as u64));
    assert!(report.commands < bodies.len());
    assert_eq!(verify(&[], deep()).last_position, 0);
}

/// Several batches of events, read on several cores.
#[test]
fn a_long_log_is_looked_at_in_its_order() {
    let mut events: Vec<Event> = log().into_iter().map(|entry| entry.event).collect();
    let last = events.last().unwrap().clone();
    for number in 0..10_000 {
        let mut event = last.clone();
        event.meta.id = EventId(Ulid::from_parts(1, number));
        event.meta.command_id = CommandId(Ulid::from_parts(1, number));
        events.push(event);
    }
    let mut bodies = written(&renumbered(events));
    let report = verify(&bodies, Depth::Log);
    assert_eq!((report.findings.as_slice(), report.events), (&[][..], bodies.len() as u64));
    let bad = [900, 4_095, 4_096, 4_097, 9_999];
    bad.iter().for_each(|position| bodies[position - 1].push(b' '));
    let report = verify(&bodies, Depth::Log);
    let found: Vec<_> = report.findings.iter().map(|found| (found.position as usize, found.kind)).collect();
    assert_eq!(found, bad.map(|position| (position, FindingKind::NotCanonical)));
    bodies.remove(5_000);
    assert_eq!(
        verify(&bodies, Depth::Log).findings[4].position,
        5_001,
        "its sequence says that one is missing"
    );
}

#[test]
fn what_was_taken_out_put_in_or_moved_is_found() {
    let bodies = written(&log());
    let without = |index: usize| [&bodies[..index], &bodies[index + 1..]].concat();
    caught(&without(3), Depth::Log, 4, FindingKind::Sequence);
    caught(&[&bodies[..6], &bodies[5..]].concat(), Depth::Log, 7, FindingKind::Sequence);
    let mut swapped = bodies.clone();
    swapped.swap(4, 5);
    caught(&swapped, Depth::Log, 5, FindingKind::Sequence);
    let mut verifier = Verifier::new(None, Depth::Log);
    verifier.check(1, &bodies[0]).unwrap();
    verifier.check(3, &bodies[2]).unwrap();
    let finding = verifier.finish().unwrap().findings[0].clone();
    assert_eq!((finding.position, finding.kind), (2, FindingKind::PositionGap));
    // A thorough forger renumbers everything, and still leaves half a command.
    let mut events: Vec<Event> = log().into_iter().map(|entry| entry.event).collect();
    let suspended = first(&log(), "organization.suspended");
    events.remove(suspended);
    let mut forged = renumbered(events);
    let command = forged[suspended].event.meta.command_id;
    for entry in forged.iter_mut().filter(|entry| entry.event.meta.command_id == command) {
        entry.extra.command_count += 1;
    }
    let last = forged.iter().rposition(|entry| entry.event.meta.command_id == command).unwrap();
    caught(&written(&forged), Depth::Log, last + 1, FindingKind::CommandIncomplete);
}

#[test]
fn rewritten_bytes_are_found() {
    let mut bodies = written(&log());
    bodies[2].insert(1, b' ');
    caught(&bodies, Depth::Log, 3, FindingKind::NotCanonical);
    let replaced = |index: usize, from: &str, to: &str| {
        let mut bodies = written(&log());
        let text = String::from_utf8(bodies[index].clone()).unwrap();
        assert!(text.contains(from), "{text}");
        bodies[index] = text.replacen(from, to, 1).into_bytes();
        bodies
    };
    caught(&replaced(1, "/cities/5108", "/cities/5101"), Depth::Log, 2, FindingKind::OtherCity);
    caught(
        &replaced(1, "\"subject\":\"place/", "\"subject\":\"place/X"),
        Depth::Log,
        2,
        FindingKind::Attribute,
    );
    caught(&replaced(1, "application/json", "text/plain"), Depth::Log, 2, FindingKind::Attribute);
    caught(&replaced(1, "\"data\":{", "\"data\":{\"colour\":1,"), Depth::Log, 2, FindingKind::Unreadable);
    caught(&replaced(1, "\"actor\":", "\"actor\":\"x\",\"actor\":"), Depth::Log, 2, FindingKind::Unreadable);
    caught(
        &replaced(1, "cn.lianjian.place.registered.v1", "cn.lianjian.place.registered.v9"),
        Depth::Log,
        2,
        FindingKind::UnknownType,
    );
    caught(&replaced(0, "{", "nonsense"), Depth::Log, 1, FindingKind::Unreadable);
}

#[test]
fn cheats_in_the_envelope_are_found() {
    let log = log();
    let merged = first(&log, "joint-branch.established");
    cheat(5, FindingKind::TimeBackwards, |log| {
        log[5].event.meta.recorded_at = Timestamp::from_milliseconds(1)
    });
    cheat(7, FindingKind::EventIdRepeated, |log| log[7].event.meta.id = log[3].event.meta.id);
    cheat(7, FindingKind::CommandSplit, |log| log[7].event.meta.command_id = log[3].event.meta.command_id);
    cheat(merged, FindingKind::CommandIncomplete, |log| log[merged].extra.command_index = 1);
    cheat(merged + 1, FindingKind::CommandDiffers, |log| {
        log[merged + 1].event.meta.actor = "someone else".into()
    });
    cheat(merged + 1, FindingKind::CommandDiffers, |log| {
        log[merged + 1].extra.command_digest = "1".repeat(64)
    });
    cheat(merged + 2, FindingKind::CommandSplit, |log| log[merged + 2].extra.command_index = 7);
    cheat(9, FindingKind::ScopeSequence, |log| log[9].extra.scope_sequence += 1);
    cheat(6, FindingKind::SimulatedMixed, |log| log[6].event.meta.simulated = false);
    cheat(4, FindingKind::CommandSplit, |log| log[4].extra.command_count = 0);
    let last = log.len() - 1;
    let bodies = written(&log);
    caught(&bodies[..last], Depth::Log, last, FindingKind::CommandIncomplete);
}

#[test]
fn time_goes_back_only_where_somebody_accepts_the_clock() {
    let city = City::abolished();
    let last = city.state.last_recorded_at;
    let set_to = Timestamp::from_milliseconds(last.milliseconds() - 400 * 86_400_000);
    let accepted = |previous| {
        let data = AcceptClock { previous, reason: text("校时") };
        let set = city.clone().given(import(CommandBody::AcceptClock(data)).recorded_at(set_to));
        envelopes(set.log, true)
    };
    let log = accepted(last);
    let position = log.len() as u64;
    let report = verify(&written(&log), deep());
    assert!(report.is_consistent(), "{:#?}", report.findings);
    assert_eq!(report.clock_changes, [ClockChange { position, from: last, to: set_to }]);
    let mut lied = log.clone();
    if let EventBody::ClockAccepted(data) = &mut lied[log.len() - 1].event.body {
        data.previous = set_to;
    }
    caught(&written(&lied), Depth::Log, log.len(), FindingKind::TimeBackwards);
    // What goes on from the clock that was accepted is held to it.
    let mut later = log.clone();
    let mut again = later[log.len() - 1].clone();
    again.event.meta.position += 1;
    (again.event.meta.id, again.event.meta.command_id) =
        (EventId(Ulid(u128::MAX >> 4)), CommandId(Ulid(u128::MAX >> 4)));
    again.extra.scope_sequence += 1;
    let EventBody::ClockAccepted(data) = &mut again.event.body else { unreachable!() };
    data.previous = set_to;
    later.push(again);
    let report = verify(&written(&later), Depth::Log);
    assert!(report.is_consistent(), "{:#?}", report.findings);
    later[log.len()].event.body =
        EventBody::DurabilityDeclared(DurabilityDeclared { unsafe_settings: vec![] });
    later[log.len()].event.meta.recorded_at = Timestamp::from_milliseconds(set_to.milliseconds() - 1);
    caught(&written(&later), Depth::Log, later.len(), FindingKind::TimeBackwards);
}

#[test]
fn cheats_against_the_rules_are_found_by_a_deep_verification() {
    use FindingKind::{DocumentInconsistent, EffectiveFuture, ScopeWrong, StateBroken, UnknownReference};
    let honest = log();
    let established = &honest[first(&honest, "joint-branch.established")].event.meta;
    let established = established.document.as_ref().unwrap().number.clone();
    deep_cheat("joint-branch.proposed", EffectiveFuture, |entry| {
        entry.event.meta.effective_date = "2100-01-01".parse().unwrap()
    });
    deep_cheat("joint-branch.surveyed", UnknownReference, |entry| {
        if let EventBody::JointBranchSurveyed(data) = &mut entry.event.body {
            data.villages[0].village = domain::ids::PlaceId(Ulid(99));
        }
    });
    deep_cheat("joint-branch.surveyed", StateBroken, |entry| {
        if let EventBody::JointBranchSurveyed(data) = &mut entry.event.body {
            data.villages[0].in_favour = data.villages[0].asked + 1;
        }
    });
    deep_cheat("joint-branch.surveyed", ScopeWrong, |entry| entry.event.meta.scope.township = None);
    deep_cheat("joint-branch.rectification-reviewed", DocumentInconsistent, |entry| {
        // The number of the establishing decision, with the date of this one.
        let document: &mut Document = entry.event.meta.document.as_mut().unwrap();
        document.number = established.clone();
    });
}

#[test]
fn what_no_command_could_have_yielded_is_found() {
    let reordered = |event_type: &str, before: &str| {
        let mut events: Vec<Event> = log().into_iter().map(|entry| entry.event).collect();
        let (from, to) = (first(&log(), event_type), first(&log(), before));
        let moved = events.remove(from);
        events.insert(to, moved);
        for event in &mut events {
            event.meta.recorded_at = Timestamp::from_milliseconds(1_800_000_000_000);
        }
        (renumbered(events), to)
    };
    for (event_type, before, kind) in [
        ("joint-branch.surveyed", "joint-branch.proposed", FindingKind::UnknownReference),
        ("joint-branch.rectification-ordered", "joint-branch.evaluated", FindingKind::StateBroken),
        (
            "joint-branch.rectification-reviewed",
            "joint-branch.rectification-ordered",
            FindingKind::StateBroken,
        ),
        ("joint-branch.secretary-assigned", "joint-branch.surveyed", FindingKind::StateBroken),
    ] {
        let (forged, index) = reordered(event_type, before);
        let report = verify(&written(&forged), deep());
        let found: Vec<_> = report.findings.iter().map(|finding| (finding.position, finding.kind)).collect();
        assert!(found.contains(&(index as u64 + 1, kind)), "{event_type}: {:#?}", report.findings);
    }
    // The same person, place or quarter twice.
    let mut events: Vec<Event> = log().into_iter().map(|entry| entry.event).collect();
    for event_type in ["place.registered", "person.registered", "organization.registered"] {
        let mut again = events[first(&log(), event_type)].clone();
        again.meta.id = EventId(Ulid(u128::from(u64::MAX) + events.len() as u128));
        again.meta.command_id = domain::ids::CommandId(Ulid(u128::from(u64::MAX) + events.len() as u128));
        again.meta.recorded_at = events.last().unwrap().meta.recorded_at;
        events.push(again);
        caught(&written(&renumbered(events.clone())), deep(), events.len(), FindingKind::IdRepeated);
        events.pop();
    }
}

#[test]
fn on_a_real_log_everybody_acts_through_an_account() {
    let log = envelopes(City::new().log, false);
    let bodies = written(&log);
    assert!(verify(&bodies, Depth::Log).is_consistent());
    let first_of_an_account = log.iter().position(|entry| entry.event.meta.role != Role::Local);
    caught(&bodies, deep(), first_of_an_account.unwrap() + 1, FindingKind::ActorUnknown);
    let mut local = log.clone();
    for entry in &mut local {
        (entry.event.meta.role, entry.event.meta.actor) = (Role::Local, "local:county".to_owned());
    }
    let other = local.iter().position(|entry| {
        !matches!(
            entry.event.body,
            EventBody::PlaceRegistered(_)
                | EventBody::OrganizationRegistered(_)
                | EventBody::OrganizationUpdated(_)
        )
    });
    caught(&written(&local), deep(), other.unwrap() + 1, FindingKind::LocalForbidden);
    assert_eq!(verify(&written(&local), Depth::Log).local_events, local.len() as u64);
}

/// The log of one account and one person, and the store that opens their commitments.
fn committed(directory: &std::path::Path) -> (Vec<Vec<u8>>, EmbeddedControl, String) {
    let store = EmbeddedControl::open(directory).unwrap();
    let commit =
        |form: CommitmentForm, pointer: &str, value: &str| form.of(&[7; 32], pointer, value).unwrap();
    let mut events = City::new().log;
    let index = events.iter().position(|event| matches!(event.body, EventBody::PersonRegistered(_))).unwrap();
    events.truncate(index + 1);
    let mut account = events[0].clone();
    account.meta.scope = Default::default();
    account.body = EventBody::AccountIssued(AccountIssued {
        account: domain::ids::AccountId(Ulid(5)),
        role: Role::Auditor,
        scope: "5108".parse().unwrap(),
        holder_commitment: commit(CommitmentForm::Second, "/holder", "王某"),
        holder: None,
        expires_on: Some("2027-06-30".parse().unwrap()),
    });
    account.meta.command_id = domain::ids::CommandId(Ulid(77));
    account.meta.id = EventId(Ulid(77));
    account.meta.recorded_at = events[index].meta.recorded_at;
    events.push(account);
    if let EventBody::PersonRegistered(PersonRegistered { name_commitment, .. }) = &mut events[index].body {
        *name_commitment = commit(CommitmentForm::First, "/name", "张三");
    }
    let person = events[index].meta.command_id.to_string();
    let fields = [(person.clone(), "/name", "张三"), (Ulid(77).to_string(), "/holder", "王某")];
    let fields = fields.map(|(command_id, pointer, value)| Erasable {
        command_id,
        pointer: pointer.into(),
        subject: "-".into(),
        salt: vec![7; 32],
        value: value.into(),
    });
    store.put_erasables(&fields, 0).unwrap();
    (written(&renumbered(events)), store, person)
}

#[test]
fn a_name_that_was_changed_or_lost_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let (bodies, store, person) = committed(directory.path());
    let depth = || Depth::Deep(Commitments::Store(&store));
    assert_eq!(verify(&bodies, depth()).findings, []);
    // Another name; the same bytes with the first of them moved into the salt; the salt's last moved into the name.
    let moved = [&[7; 32][..], "张".as_bytes()].concat();
    for (salt, value) in [(vec![7; 32], "李四"), (moved, "三"), (vec![7; 31], "\u{7}张三")] {
        let changed = Erasable {
            command_id: person.clone(),
            pointer: "/name".into(),
            subject: "-".into(),
            salt,
            value: value.into(),
        };
        store.put_erasables(&[changed], 0).unwrap();
        caught(&bodies, depth(), bodies.len() - 1, FindingKind::CommitmentBroken);
    }
    store.delete_command(&person).unwrap();
    caught(&bodies, depth(), bodies.len() - 1, FindingKind::CommitmentMissing);
    let report = verify(&bodies, depth());
    assert_eq!(report.unopened.len(), 1);
    assert!(report.unopened[0].subject.starts_with("person/"));
    let report = verify(&bodies, Depth::Deep(Commitments::Gone));
    assert_eq!(report.unopened.len(), 2);
}

#[test]
fn a_tombstone_says_why_a_name_is_gone_and_forbids_that_it_stays() {
    let directory = tempfile::tempdir().unwrap();
    let (bodies, store, person) = committed(directory.path());
    let decode = |body: &Vec<u8>| event_log::envelope::decode(body).unwrap().event;
    let mut events: Vec<Event> = bodies.iter().map(decode).collect();
    let index = bodies.len() - 2;
    let EventBody::PersonRegistered(PersonRegistered { person: id, .. }) = &events[index].body else {
        panic!()
    };
    let consent = domain::testing::drafts::persons::consent_of(domain::testing::city::TOWNSHIP_ORGAN);
    let ground = domain::person::ErasureGround::RetentionEnded;
    let body = EventBody::PersonErased(PersonErased { person: *id, ground, consent });
    let mut erased = Event { body, ..events[index].clone() };
    erased.meta.command_id = domain::ids::CommandId(Ulid(78));
    erased.meta.id = EventId(Ulid(78));
    events.push(erased);
    let bodies = written(&renumbered(events));
    let depth = || Depth::Deep(Commitments::Store(&store));
    caught(&bodies, depth(), index + 1, FindingKind::ErasedKept);
    store.delete_command(&person).unwrap();
    let report = verify(&bodies, depth());
    // What is made up here is a tombstone of nobody's decision; of the name there is nothing to say.
    let others: Vec<_> =
        report.findings.iter().filter(|finding| finding.kind != FindingKind::DecisionMissing).collect();
    assert_eq!((others, report.unopened), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_log_that_lies_here_is_verified_whole() {
    let directory = tempfile::tempdir().unwrap();
    let log_on_disk = EmbeddedLog::open(directory.path(), "5108").unwrap();
    let events = written(&log()).into_iter().map(|body| NewEvent { subject: String::new(), body });
    let events: Vec<NewEvent> = events.collect();
    let last = events.len() as u64;
    log_on_disk.append(0, events).await.unwrap();
    let mut seen = 0;
    let verifier = Verifier::new(Some(log_on_disk.city()), deep());
    let report = verify_log(&log_on_disk, verifier, &mut |position, _| seen = position).unwrap();
    assert_eq!((report.findings.len(), report.last_position, seen), (0, last, last));
}
