//! What nobody could have done is named by its rule. That all that is decided is lawful, the fixture itself holds:
//! [`City::run`] judges every command of every test.

mod again;
mod editions;

use super::{CommandPart, Judge, Lawless, Unlawful, judge, judge_acting};
use crate::account::Role;
use crate::actor::Authority;
use crate::commands::issue_account::tests::issue;
use crate::commands::{CommandBody, RevokeAccount};
use crate::event::{Event, EventBody};
use crate::ids::{AccountId, OrganizationId};
use crate::joint_branch::{Grade, Ground};
use crate::place::Level;
use crate::testing::city::{
    CITY_ORGAN, COUNTY_ORGAN, LEAD, NEXT, OTHER_COUNTY_ORGAN, SECRETARY, TOWNSHIP_ORGAN, V1, V2, members,
};
use crate::testing::drafts::{
    Draft, assign, correct, dissolve, evaluate, import, local, merge, order, reject, review, survey,
};
use crate::testing::{City, date, instant};

/// A digest that could be one.
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The events that a lawful command yields, to be tampered with.
fn events(city: &City, draft: Draft) -> Vec<Event> {
    let after = city.when(draft).accepted();
    after.log[city.log.len()..].to_vec()
}

/// What is said of the events of a command whose actor acts there, after somebody has changed them.
fn tampered(city: &City, draft: Draft, scope: &str, tamper: impl Fn(&mut Event)) -> Result<(), Unlawful> {
    let mut events = events(city, draft);
    events.iter_mut().for_each(tamper);
    judge_acting(&city.state, &city.policy, &events, Ok(scope.parse().unwrap()))
}

fn behalf(organization: OrganizationId) -> impl Fn(&mut Event) {
    move |event| event.meta.on_behalf_of = Authority::Organization(organization)
}

fn body(found: OrganizationId, needed: Level) -> Unlawful {
    Unlawful::DecidingBody { found: found.to_string(), needed }
}

fn forbids(role: Role, command: &'static str) -> Result<(), Unlawful> {
    Err(Unlawful::RoleForbids { role: role.as_str(), command })
}

#[test]
fn who_may_not_give_a_command_has_not_given_it() {
    let update = || members(V1, 9, 0);
    for role in [Role::Auditor, Role::Subscriber, Role::SystemAdmin, Role::SecurityAdmin, Role::CityOffice] {
        let judged = tampered(&City::new(), update(), "5108", |event| event.meta.role = role);
        assert_eq!(judged, forbids(role, "update-organization"));
    }
    let judged = tampered(&City::surveyed(), merge(), LEAD, |event| event.meta.role = Role::TownshipClerk);
    assert_eq!(judged, forbids(Role::TownshipClerk, "merge-branches"));
    let judged = tampered(&City::new(), update(), "5108", |event| event.meta.role = Role::Local);
    assert_eq!(judged, Err(Unlawful::LocalForbidden { command: "update-organization" }));
}

#[test]
fn nobody_acts_outside_their_scope() {
    let judged = tampered(&City::new(), members(V1, 9, 0), "510824", |_| {});
    assert!(matches!(judged, Err(Unlawful::OutsideScope { .. })), "{judged:?}");
    // Within it on whose behalf, and not on what.
    let away = |event: &mut Event| event.meta.on_behalf_of = Authority::Place("510824".parse().unwrap());
    let judged = tampered(&City::new(), members(V1, 9, 0), "510824", away);
    assert_eq!(
        judged,
        Err(Unlawful::OutsideScope { what: format!("organization/{V1}"), scope: "510824".parse().unwrap() })
    );
    let next = |event: &mut Event| event.meta.on_behalf_of = Authority::Place(NEXT.parse().unwrap());
    let judged = tampered(&City::proposed(), survey(&[(V1, 100, 100), (V2, 100, 100)]), NEXT, next);
    assert!(matches!(judged, Err(Unlawful::OutsideScope { .. })), "{judged:?}");
    let nobody = OrganizationId(ulid::Ulid(7));
    let judged = tampered(&City::new(), members(V1, 9, 0), LEAD, behalf(nobody));
    assert_eq!(judged, Err(Unlawful::Unknown { what: format!("organization/{nobody}") }));
}

#[test]
fn a_decision_is_of_a_body_that_takes_it_in_a_meeting_on_a_document() {
    let surveyed = City::surveyed();
    let judge = |tamper: &dyn Fn(&mut Event)| tampered(&surveyed, merge(), "5108", tamper);
    assert_eq!(judge(&|_| {}), Ok(()));
    assert_eq!(judge(&behalf(TOWNSHIP_ORGAN)), Err(body(TOWNSHIP_ORGAN, Level::County)));
    assert_eq!(judge(&behalf(OTHER_COUNTY_ORGAN)), Err(body(OTHER_COUNTY_ORGAN, Level::County)));
    assert_eq!(judge(&behalf(V1)), Err(body(V1, Level::County)));
    // The tier that the event says is the body's own.
    assert_eq!(judge(&behalf(CITY_ORGAN)), Err(body(CITY_ORGAN, Level::County)));
    let place = |event: &mut Event| event.meta.on_behalf_of = Authority::Place("510811".parse().unwrap());
    let refused = Unlawful::DecidingBody { found: "510811".into(), needed: Level::County };
    assert_eq!(judge(&place), Err(refused));
    let command = "merge-branches";
    assert_eq!(judge(&|event| event.meta.decided_by = None), Err(Unlawful::Undecided { command }));
    assert_eq!(judge(&|event| event.meta.document = None), Err(Unlawful::DocumentMissing { command }));
    let undecided = tampered(&City::merged(), assign(SECRETARY), LEAD, |event| event.meta.decided_by = None);
    assert_eq!(undecided, Err(Unlawful::Undecided { command: "assign-secretary" }));
}

#[test]
fn an_organ_of_an_ended_place_decides_nothing() {
    use crate::testing::city::NEXT_TOWNSHIP_ORGAN;
    use crate::testing::drafts::places::{change_place, merged};
    let city = City::headed().given(change_place(merged(LEAD, NEXT)));
    let draft = crate::testing::drafts::relieve(SECRETARY).on("2020-03-05").decided("2020-03-04");
    let draft = draft.by(crate::testing::drafts::officer("officer-1")).behalf(NEXT_TOWNSHIP_ORGAN);
    let refused = Unlawful::Refused {
        command: "relieve-secretary",
        rule: "organ-of-ended-place",
        found: String::new(),
        allowed: String::new(),
    };
    assert_eq!(tampered(&city, draft, "510811", behalf(TOWNSHIP_ORGAN)), Err(refused));
}

#[test]
fn four_eyes_are_four() {
    let four_eyes =
        |actor: &str, earlier: &'static str| Err(Unlawful::FourEyes { actor: actor.into(), earlier });
    let by = |actor: &'static str| move |event: &mut Event| event.meta.actor = actor.into();
    let county = "510811";
    let judged = tampered(&City::surveyed(), merge(), county, by("clerk-1"));
    assert_eq!(judged, four_eyes("clerk-1", "proposed this joint branch"));
    let figure = crate::organization::ProfileFigure::Households;
    let changed = crate::testing::city::profile(V1, figure, "100").on("2019-02-11");
    let asked = survey(&[(V1, 100, 100), (V2, 100, 100)]).on("2019-02-12");
    let changed = City::proposed().given(changed).given(asked);
    let judged = tampered(&changed, merge(), county, by("officer-8"));
    assert_eq!(judged, four_eyes("officer-8", "recorded the households on which the survey counts"));
    let failed = dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V2)]);
    let judged = tampered(&City::failed(), failed, county, by("officer-2"));
    assert_eq!(judged, four_eyes("officer-2", "reviewed the rectification"));
    let satisfied = review(true, (4, 4), (200, 200));
    let judged = tampered(&City::rectifying(), satisfied, county, by("clerk-1"));
    assert_eq!(judged, four_eyes("clerk-1", "ordered the rectification"));
    let judged = tampered(&City::poor(), correct("2019Q1", Grade::Good), county, by("clerk-1"));
    assert_eq!(judged, four_eyes("clerk-1", "recorded the evaluation"));
}

#[test]
fn a_poor_grade_is_raised_by_the_county_alone_on_a_document() {
    let judge = |tamper: &dyn Fn(&mut Event)| {
        tampered(&City::poor(), correct("2019Q1", Grade::Good), "510811", tamper)
    };
    assert_eq!(judge(&|_| {}), Ok(()));
    let refused =
        |role: Role| Err(Unlawful::CountyAlone { role: role.as_str(), what: "raising a poor grade" });
    assert_eq!(judge(&|event| event.meta.role = Role::TownshipClerk), refused(Role::TownshipClerk));
    assert_eq!(judge(&behalf(TOWNSHIP_ORGAN)), refused(Role::CountyOfficer));
    let command = "correct-evaluation";
    assert_eq!(judge(&|event| event.meta.document = None), Err(Unlawful::DocumentMissing { command }));
}

#[test]
fn what_no_command_yields_together_came_from_none() {
    let no_command = |event_type| Err(Unlawful::NoCommand { event_type });
    let judged = |city: &City, draft: Draft, change: &dyn Fn(&mut Vec<Event>)| {
        let mut events = events(city, draft);
        change(&mut events);
        judge_acting(&city.state, &city.policy, &events, Ok("510811".parse().unwrap()))
    };
    let established = "joint-branch.established";
    for missing in 1..4 {
        let merged = judged(&City::surveyed(), merge(), &|events| drop(events.remove(missing)));
        assert_eq!(merged, no_command(established), "{missing}");
    }
    let alone = |events: &mut Vec<Event>| drop(events.remove(0));
    assert_eq!(judged(&City::surveyed(), merge(), &alone), no_command("organization.suspended"));
    let failed = || dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V2)]);
    let count = events(&City::failed(), failed()).len();
    for missing in 0..count - 1 {
        let ended = judged(&City::failed(), failed(), &|events| drop(events.remove(missing)));
        assert_eq!(ended, no_command("joint-branch.dissolved"), "{missing}");
    }
    // A fact of somebody else's put into a lawful command.
    let foreign = events(&City::new(), members(V1, 9, 0)).remove(0);
    let with = judged(&City::surveyed(), merge(), &|events| events.push(foreign.clone()));
    assert_eq!(with, no_command(established));
}

/// Judges a group of events as a reader of the log does, and gives where it stopped.
fn read(city: &City, events: &[Event], parts: impl Fn(usize) -> (u32, u32)) -> Result<(), Lawless> {
    let (mut state, mut judge) = (city.state.clone(), Judge::default());
    for (number, event) in events.iter().enumerate() {
        let (index, count) = parts(number);
        judge.next(&state, &city.policy, event, CommandPart { digest: DIGEST, index, count })?;
        crate::evolve(&mut state, event);
    }
    judge.finish()
}

/// A city that is a simulated one, in which desks act that are known by their ids.
fn simulated(city: City) -> City {
    let mut state = City::empty().state;
    let mut log = city.log;
    for event in &mut log {
        desk(event);
        crate::evolve(&mut state, event);
    }
    let mut simulated = City::empty();
    (simulated.state, simulated.log) = (state, log);
    simulated
}

fn desk(event: &mut Event) {
    let meta = &mut event.meta;
    meta.simulated = true;
    match meta.role {
        Role::CountyOfficer => meta.actor.push_str("-510811"),
        Role::TownshipClerk => meta.actor.push_str("-510811100"),
        _ => {}
    }
}

#[test]
fn a_command_is_judged_when_it_is_whole_and_from_its_first_event() {
    let city = simulated(City::surveyed());
    let mut merger = events(&City::surveyed(), merge());
    merger.iter_mut().for_each(desk);
    let (first, count) = (merger[0].meta.position, merger.len() as u32);
    let whole = |number: usize| (number as u32, count);
    assert_eq!(read(&city, &merger, whole), Ok(()));
    let stopped = |unlawful| Err(Lawless { position: first, unlawful });
    let short = &merger[..merger.len() - 1];
    assert_eq!(read(&city, short, whole), stopped(Unlawful::Incomplete { index: count - 1, count }));
    let begun = |number: usize| (number as u32 + 1, count);
    assert_eq!(read(&city, &merger, begun), stopped(Unlawful::Incomplete { index: 1, count }));
    let mut other = merger.clone();
    other[2].meta.actor = "officer-9-510811".into();
    let command = merger[0].meta.command_id.to_string();
    assert_eq!(read(&city, &other, whole), stopped(Unlawful::Differs { command }));
    let mut real = merger.clone();
    real.iter_mut().for_each(|event| event.meta.simulated = false);
    assert_eq!(read(&city, &real, whole), stopped(Unlawful::LogKind { simulated: false }));
}

#[test]
fn nobody_who_never_was_acts_on_a_simulated_log() {
    let city = simulated(City::new());
    let mut update = events(&City::new(), members(V1, 9, 0));
    let mut judged = |actor: &str, role: Role| {
        let meta = &mut update[0].meta;
        (meta.actor, meta.role, meta.simulated) = (actor.into(), role, true);
        judge(&city.state, &city.policy, &update, DIGEST)
    };
    for actor in ["local:county_officer", "simulated-officer-510811", "local"] {
        assert_eq!(judged(actor, Role::CountyOfficer), Ok(()), "{actor}");
    }
    for actor in
        ["ghost", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "desk-510899", "desk-510811100", "-510811", "localghost", ""]
    {
        let refused = Unlawful::ActorUnknown { actor: actor.into(), role: "county_officer" };
        assert_eq!(judged(actor, Role::CountyOfficer), Err(refused), "{actor}");
    }
    let outside = judged("desk-510824", Role::CountyOfficer);
    assert!(matches!(outside, Err(Unlawful::OutsideScope { .. })), "{outside:?}");
}

#[test]
fn an_account_acts_in_its_role_and_scope_while_it_is_valid() {
    let account = AccountId(ulid::Ulid(0xE1));
    let issued = City::new().given(issue(Role::CountyOfficer, "510811").simulated(false));
    let revoke = import(CommandBody::RevokeAccount(RevokeAccount { account }));
    let revoked = issued.clone().given(revoke.by(local()));
    let mut update = events(&City::new(), members(V1, 9, 0));
    let mut judged = |city: &City, role: Role, at: &str| {
        let meta = &mut update[0].meta;
        (meta.actor, meta.role, meta.recorded_at) = (account.to_string(), role, instant(at));
        judge(&city.state, &city.policy, &update, DIGEST)
    };
    let refused =
        |role: Role| Err(Unlawful::ActorUnknown { actor: account.to_string(), role: role.as_str() });
    let (then, later) = ("2026-06-30T01:02:00.000Z", "2026-06-30T02:00:00.000Z");
    assert_eq!(judged(&issued, Role::CountyOfficer, later), Ok(()));
    assert_eq!(judged(&issued, Role::TownshipClerk, later), refused(Role::TownshipClerk));
    assert_eq!(judged(&City::new(), Role::CountyOfficer, later), refused(Role::CountyOfficer));
    // What was admitted before it was revoked may be recorded a moment later.
    assert_eq!(judged(&revoked, Role::CountyOfficer, then), Ok(()));
    assert_eq!(judged(&revoked, Role::CountyOfficer, later), refused(Role::CountyOfficer));
    let mut expired = issued.clone();
    let known = expired.state.accounts.get_mut(&account).unwrap();
    std::sync::Arc::make_mut(known).expires_on = Some(date("2026-06-29"));
    assert_eq!(judged(&expired, Role::CountyOfficer, later), refused(Role::CountyOfficer));
}

#[test]
fn a_digest_is_a_hash() {
    let city = simulated(City::new());
    let mut update = events(&City::new(), members(V1, 9, 0));
    update.iter_mut().for_each(desk);
    let judged = |digest: &str| judge(&city.state, &city.policy, &update, digest);
    assert_eq!(judged(DIGEST), Ok(()));
    for digest in
        ["", "9f86", &"0".repeat(64), &"ab".repeat(32), &DIGEST.to_uppercase(), &format!("{DIGEST}00")]
    {
        assert!(matches!(judged(digest), Err(Unlawful::Digest { .. })), "{digest}");
    }
}

#[test]
fn orders_grades_and_ends_of_proposals_are_of_a_body_over_the_township() {
    for (city, draft) in [
        (City::merged(), evaluate("2019Q1", Grade::Good)),
        (City::poor(), order("2019-07-20")),
        (City::surveyed(), reject()),
    ] {
        let needed = if matches!(draft.body, CommandBody::RejectProposal(_)) {
            Level::County
        } else {
            Level::Township
        };
        let judged = tampered(&city, draft, "5108", behalf(OTHER_COUNTY_ORGAN));
        assert_eq!(judged, Err(body(OTHER_COUNTY_ORGAN, needed)));
    }
    // Only what the correction names is corrected.
    let ended = EventBody::JointBranchDissolved(crate::event_data::joint_branches::JointBranchDissolved {
        joint_branch: crate::testing::city::JOINT,
        ground: Ground::PurposeAchieved,
        level: Level::County,
        superior: None,
    });
    let city = City::paired();
    let mut forged = events(&city, evaluate("2019Q1", Grade::Good)).remove(0);
    (forged.body, forged.meta.role) = (ended, Role::CountyOfficer);
    forged.meta.on_behalf_of = Authority::Organization(COUNTY_ORGAN);
    let judged = judge_acting(&city.state, &city.policy, &[forged], Ok("510811".parse().unwrap()));
    assert_eq!(judged, Err(Unlawful::Undecided { command: "dissolve-joint-branch" }));
}
