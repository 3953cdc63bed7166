//! The generator prints what the rules take, and the same for the same seed.

use std::collections::BTreeSet;

use domain::lawful::{CommandPart, Judge};
use domain::{CityState, Policy, evolve};

use super::line::Line;
use super::rehearsal::Rehearsal;
use super::{GenerateError, Settings, generate};
use crate::{demo, places_file};

fn settings(seed: u64, years: u32, joint_branches: u32) -> Settings {
    let places = places_file::read_bytes(demo::PLACES.as_bytes()).unwrap().lines;
    Settings { city: "5108".parse().unwrap(), places, seed, years, joint_branches, from: None, violations: 0 }
}

fn printed(settings: &Settings) -> String {
    let mut out = Vec::new();
    let count = generate(settings, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count() as u64, count);
    text
}

fn lines(text: &str) -> Vec<Line> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn no_line_is_refused_when_it_is_recorded_years_later() {
    let mut rehearsal = Rehearsal::new("5108".parse().unwrap(), "2026-11-23".parse().unwrap()).unwrap();
    for line in lines(&printed(&settings(1, 3, 40))) {
        rehearsal.take(&line).unwrap_or_else(|refused| panic!("{refused}"));
    }
    let live = rehearsal.state().joint_branches.values().filter(|found| found.phase.is_live()).count();
    assert!((30..=40).contains(&live), "{live} live joint branches");
}

/// Who has nothing but the log must find every command of it lawful.
fn check_lawful(lines: impl IntoIterator<Item = Line>) {
    let city: domain::place::PlaceCode = "5108".parse().unwrap();
    let mut rehearsal = Rehearsal::new(city.clone(), "2026-11-23".parse().unwrap()).unwrap();
    let (policy, mut state, mut judge) =
        (Policy::defaults().unwrap(), CityState::new(city), Judge::default());
    for line in lines.into_iter().filter(|line| line.expect_rule.is_none()) {
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let events = rehearsal.take(&line).unwrap_or_else(|refused| panic!("{refused}"));
        let count = u32::try_from(events.len()).unwrap();
        for (index, event) in (0..).zip(&events) {
            let part = CommandPart { digest, index, count };
            judge
                .next(&state, &policy, event, part)
                .unwrap_or_else(|lawless| panic!("{}: {lawless:?}", line.name));
            evolve(&mut state, event);
        }
    }
    judge.finish().unwrap();
}

/// Whether a line is about the joint branch of the cases that existed before its county opened the register.
fn of_what_existed(line: &Line) -> bool {
    const EXISTED: &str = "01DEM0J01NT000000000000013";
    [&line.data["joint_branch"], &line.data["id"], &line.data["joint_branches"][0]]
        .iter()
        .any(|id| id.as_str() == Some(EXISTED))
}

#[test]
fn what_is_made_up_is_lawful_to_who_has_nothing_but_the_log() {
    for (seed, years, joint_branches) in [(1, 3, 40), (2, 8, 60), (3, 5, 120)] {
        check_lawful(lines(&printed(&settings(seed, years, joint_branches))));
    }
    // A correction names an event by the id that its recording gives it, which a rehearsal does not; a register is open
    // on days of recording that have passed.
    let cases = demo::lines().unwrap().into_iter().filter(|line| line.name != "correct-record");
    check_lawful(cases.filter(|line| !of_what_existed(line)));
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let first = printed(&settings(7, 2, 10));
    assert_eq!(first, printed(&settings(7, 2, 10)));
    assert_ne!(first, printed(&settings(8, 2, 10)));
}

#[test]
fn lines_are_chronological_and_every_id_and_number_is_used_once() {
    let lines = lines(&printed(&settings(3, 8, 40)));
    assert!(lines.windows(2).all(|pair| pair[0].effective_date <= pair[1].effective_date));
    assert_eq!(lines.iter().map(|line| line.id).collect::<BTreeSet<_>>().len(), lines.len());
    let mut numbers = BTreeSet::new();
    for line in &lines {
        let number =
            line.document.as_ref().map(|document| (line.on_behalf_of.clone(), document.number.clone()));
        assert!(number.is_none_or(|number| numbers.insert(number)), "{}", line.id);
    }
}

/// How many commands a made-up past gives: all but seven. A policy holds from the day of its recording on; a correction
/// names an event by the id that its recording gives it; what registered an erased person can never be compared again, so
/// that an import cut off could not be run again; the demonstration shows all three. Accounts hold keys, which nobody gets
/// from a made-up past.
const PLAYED: usize = 56;

#[test]
fn a_long_history_uses_every_command_that_a_past_can_hold() {
    let names: BTreeSet<_> =
        lines(&printed(&settings(5, 8, 150))).into_iter().map(|line| line.name).collect();
    assert_eq!(names.len(), PLAYED, "{names:?}");
}

#[test]
fn as_many_joint_branches_are_established_as_were_asked_for() {
    for (seed, years, wanted) in [(1, 1, 60), (2, 3, 40), (5, 8, 90)] {
        let lines = lines(&printed(&settings(seed, years, wanted)));
        let decisions = ["merge-branches", "pair-branches"];
        let established = lines.iter().filter(|line| decisions.contains(&line.name.as_str())).count();
        assert_eq!(established, wanted as usize, "seed {seed}, {years} years");
    }
}

#[test]
fn what_cannot_be_generated_is_refused_before_the_first_line() {
    let refused = |settings: Settings| {
        let mut out = Vec::new();
        let error = generate(&settings, &mut out).unwrap_err();
        assert!(out.is_empty());
        error
    };
    assert!(matches!(refused(settings(1, 1, 2_000)), GenerateError::TooMany { possible: 1_139, .. }));
    assert!(matches!(refused(settings(1, 11, 10)), GenerateError::Years { allowed: 10, .. }));
    let other = Settings { city: "5107".parse().unwrap(), ..settings(1, 1, 1) };
    assert!(matches!(refused(other), GenerateError::OtherCity { .. }));
}

/// Rules that no violation of this history breaks: what they need does not occur in it (a poor
/// grade without an order on the last day) or in any, or they are about accounts, the log's kind, or how a real office enters things. Their own tests in the domain break them.
const NOT_BROKEN: &[&str] = &[
    "access-log-order",
    "account-apart",
    "account-life",
    "account-of-ended-place",
    "account-own",
    "account-roles",
    "account-scope",
    "account-second",
    "account-state",
    "account-successor",
    "agreement-in-force",
    "agreement-required",
    "approver-level",
    "arrangement",
    "branch-maximum",
    "branch-minimum",
    "committee-approval",
    "committee-formal-members",
    "committee-usual-size",
    "correctable-field",
    "deciding-body",
    "decision-answer",
    "document-once",
    "ends-pairings",
    "erasure-retention",
    "failed-history",
    "formal-member",
    "funding-base",
    "hold-level",
    "households-on-file",
    "inspection-hold",
    "joint-branch-units",
    "local-commands",
    "member-consent",
    "member-is-branch",
    "move-consent",
    "one-county",
    "organ-of-ended-place",
    "override-by-county",
    "override-needed",
    "party-standing",
    "person-erased",
    "personal-name",
    "place-changed",
    "place-in-force",
    "proposal-not-returned",
    "proposal-returned",
    "rectification-deadline",
    "register-closed",
    "register-closes",
    "register-county",
    "register-from",
    "register-from-fixed",
    "register-open",
    "register-renewed-by-city",
    "registration-county",
    "registration-fact",
    "registration-listed-once",
    "registration-many",
    "registration-member",
    "registration-of",
    "registration-on-file",
    "registration-past",
    "registration-quarters",
    "registration-secretary",
    "registration-value",
    "resolution-majority",
    "resolution-quorum",
    "resolution-required",
    "rule-book-known",
    "rule-book-order",
    "secretary-basis",
    "signing-keys",
    "simulated-or-real",
    "split-share",
    "superior-cycle",
    "superior-decision",
    "survey-age",
    "survey-base",
    "survey-favour",
    "survey-named",
    "survey-over-base",
    "survey-required",
];

#[test]
fn each_violation_is_refused_by_the_rule_that_it_names_and_changes_nothing() {
    let count = u32::try_from(super::violations::all().count()).unwrap();
    let text = printed(&Settings { violations: 2 * count, ..settings(14, 8, 90) });
    let mut rehearsal = Rehearsal::new("5108".parse().unwrap(), "2026-11-23".parse().unwrap()).unwrap();
    let mut broken = BTreeSet::new();
    for line in lines(&text) {
        let before = line.expect_rule.as_ref().map(|_| rehearsal.state().clone());
        let refused = rehearsal.take(&line).err();
        let found = refused.map(|refused| match *refused {
            super::rehearsal::RefusedLine::Rule { rule, .. } => rule,
            shape => panic!("{shape}"),
        });
        assert_eq!(found, line.expect_rule, "{} {}", line.name, line.id);
        assert!(before.is_none_or(|before| before == *rehearsal.state()));
        broken.extend(found);
    }
    let policy = domain::Policy::defaults().unwrap();
    let refusing = policy.rules.iter().filter(|(_, rule)| rule.severity != domain::policy::Severity::Remind);
    let unbroken: Vec<_> = refusing.map(|(id, _)| id.as_str()).filter(|id| !broken.contains(*id)).collect();
    assert_eq!(unbroken, NOT_BROKEN);
}
