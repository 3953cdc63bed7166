//! What was decided is judged by the edition of the rule book that the log followed then, whatever the program's own is.

use super::super::unlawful::Unlawful;
use super::{judge_acting, tampered};
use crate::CommandBody;
use crate::commands::AdoptRuleBook;
use crate::event::{Event, EventBody};
use crate::evolve::evolve;
use crate::policy::{Policy, Severity};
use crate::policy_book::PolicyCalendar;
use crate::rule_book::RuleBook;
use crate::state::CityState;
use crate::testing::city::{V1, V2};
use crate::testing::drafts::{Draft, import, merge, proposal, propose, survey, text};
use crate::testing::{City, date};

fn adopt(edition: u32) -> Draft {
    let (program, checker_sha256) = (text("lianjian 0.1"), "a".repeat(64).try_into().unwrap());
    import(CommandBody::AdoptRuleBook(AdoptRuleBook { edition, program, checker_sha256 }))
}

/// What is first found in a log by who has this program and nothing else, with the position of the command.
fn judged(log: &[Event]) -> Result<(), (u64, Unlawful)> {
    let (policy, mut state) = (Policy::defaults().unwrap(), CityState::new("5108".parse().unwrap()));
    for command in log.chunk_by(|one, next| one.meta.command_id == next.meta.command_id) {
        let scope = Ok("5108".parse().unwrap());
        judge_acting(&state, &policy, command, scope)
            .map_err(|unlawful| (command[0].meta.position, unlawful))?;
        command.iter().for_each(|event| evolve(&mut state, event));
    }
    Ok(())
}

/// A merger of which a village was hardly in favour, long after it was asked: of the rules that forbid it the short edition
/// has the one with another figure, and the other not at all.
fn asked() -> City {
    City::proposed().given(survey(&[(V1, 100, 55), (V2, 100, 100)]))
}

fn hasty() -> Draft {
    merge().on("2020-06-01")
}

#[test]
fn a_rule_that_is_younger_than_the_edition_asks_nothing_of_what_was_decided_before() {
    let early = asked().given(adopt(0));
    assert_eq!(judged(&early.when(hasty()).accepted().log), Ok(()));
    let late = early.given(adopt(RuleBook::latest()));
    late.when(hasty()).refused_by("survey-favour");
    asked().when(hasty()).refused_by("survey-favour");
}

#[test]
fn what_only_an_earlier_edition_allows_is_found_where_the_log_did_not_follow_it() {
    let early = asked().given(adopt(0)).given(hasty());
    // The statement is taken out, and what was decided by it is left.
    let adopted = asked().log.len();
    let mut forged = early.log.clone();
    forged.remove(adopted);
    for event in &mut forged[adopted..] {
        event.meta.position -= 1;
    }
    let (position, found) = judged(&forged).unwrap_err();
    assert_eq!(position, u64::try_from(adopted).unwrap() + 1);
    assert!(matches!(found, Unlawful::Refused { rule: "survey-favour", .. }), "{found:?}");
}

#[test]
fn nobody_writes_a_rule_book_of_their_own() {
    let change = |change: fn(&mut RuleBook)| {
        tampered(&City::new(), adopt(RuleBook::latest()), "5108", move |event| {
            if let EventBody::RuleBookAdopted(data) = &mut event.body {
                change(&mut data.rule_book);
            }
        })
    };
    let changes: [fn(&mut RuleBook); 6] = [
        |book| book.figures.branch_minimum_formal_members = Some(1),
        |book| book.regulation.branch_minimum_formal_members = None,
        |book| drop(book.rules.remove("four-eyes")),
        |book| book.rules.get_mut("survey-required").unwrap().severity = Severity::Remind,
        |book| book.rules.get_mut("four-eyes").unwrap().valid_from = Some(date("2099-01-01")),
        |book| book.file_sha256 = "0".repeat(64).try_into().unwrap(),
    ];
    for (index, one) in changes.into_iter().enumerate() {
        let found = change(one);
        assert!(matches!(found, Err(Unlawful::DecidedOtherwise { .. })), "{index}: {found:?}");
    }
    let (edition, known) = (RuleBook::latest() + 1, RuleBook::latest());
    assert_eq!(change(|book| book.edition += 1), Err(Unlawful::NewerRuleBook { edition, known }));
    // Under the number of another one.
    assert!(matches!(change(|book| book.edition = 0), Err(Unlawful::DecidedOtherwise { .. })));
}

#[test]
fn the_figures_of_every_day_are_those_of_the_edition() {
    let defaults = Policy::defaults().unwrap();
    let before = City::new();
    let after = before.clone().given(adopt(0));
    let favour = |city: &City, on: &str| {
        let calendar = PolicyCalendar::new(&defaults, &city.state.policies);
        let resolved = city.state.policies.resolve(&defaults, date(on), None).thresholds;
        assert_eq!(*calendar.thresholds(None, date(on)), resolved);
        resolved.survey_favour_percent
    };
    for day in ["1990-01-01", "2019-01-01", "2030-01-01"] {
        assert_eq!((favour(&before, day), favour(&after, day)), (60, 50), "{day}");
    }
    let latest = after.given(adopt(RuleBook::latest()));
    assert_eq!(favour(&latest, "2019-01-01"), 60);
    let adoption = latest.log.last().unwrap();
    assert!(adoption.folded_on() < date("1950-01-01"), "as of any day the rule book is there");
}

#[test]
fn a_proposal_is_possible_under_an_edition_without_rules_and_refers_to_what_there_is() {
    let city = City::new().given(adopt(0));
    city.when(propose(proposal(&[V1, V2]))).accepted();
    city.when(merge()).refused_by("unknown-reference");
}
