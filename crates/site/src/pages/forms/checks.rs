//! What will be checked: each rule of the command in words, and how it stands with what is filled in so far.

use domain::say::Say;
use labels as w;
use maud::{Markup, html};

use crate::pages::rules::anchor;
use crate::pages::visit::Visit;

/// The most rules that are met and shown beside the others; more are folded.
const MOST_MET_OPEN: usize = 6;

/// How a rule stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// It refuses, in these words.
    NotMet(Say),
    /// It reminds, in these words.
    Reminds(Say),
    /// It depends on what is not filled in, or asks for it in these words.
    Open(Option<Say>),
    /// It was not come to.
    Later,
    /// It holds.
    Met,
}

/// A rule that will be checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Check {
    /// Its name, under which the page of rules says it.
    pub(crate) rule: String,
    /// What it asks.
    pub(crate) asks: Say,
    /// How it stands.
    pub(crate) standing: Standing,
}

/// The column of checks: what is not met first, what is met last.
pub(crate) fn column(visit: &Visit, checks: &[Check]) -> Markup {
    let rank = |check: &&Check| match check.standing {
        Standing::NotMet(_) => 0,
        Standing::Reminds(_) => 1,
        Standing::Open(_) => 2,
        Standing::Later => 3,
        Standing::Met => 4,
    };
    let (met, mut others): (Vec<&Check>, Vec<&Check>) =
        checks.iter().partition(|check| check.standing == Standing::Met);
    others.sort_by_key(rank);
    html! {
        @if !checks.is_empty() {
            section.checks aria-labelledby="checks" {
                h2 #checks { (visit.say(w::CHECKS)) }
                p.note { (visit.say(w::CHECKS_NOTE)) }
                @if !others.is_empty() { ul { @for check in &others { (item(visit, check)) } } }
                @if !met.is_empty() {
                    details open[met.len() <= MOST_MET_OPEN] {
                        summary { (visit.say(w::CHECKS_MET)) (visit.say(w::COLON)) (met.len()) }
                        ul { @for check in &met { (item(visit, check)) } }
                    }
                }
            }
        }
    }
}

fn item(visit: &Visit, check: &Check) -> Markup {
    let (class, mark, word, said) = match &check.standing {
        Standing::NotMet(said) => ("state-bad", "✗", w::CHECK_NOT_MET, Some(said)),
        Standing::Reminds(said) => ("state-warn", "!", w::CHECK_REMINDS, Some(said)),
        Standing::Open(said) => ("state-quiet", "○", w::CHECK_OPEN, said.as_ref()),
        Standing::Later => ("state-quiet", "○", w::CHECK_LATER, None),
        Standing::Met => ("state-good", "✓", w::CHECK_MET, None),
    };
    html! {
        li {
            span class=(class) { span aria-hidden="true" { (mark) } " " (visit.say(word)) } " "
            a href=(anchor(visit, &check.rule)) { (visit.say(&check.asks)) }
            @if let Some(said) = said { p.note { (visit.say(said)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn what_is_not_met_stands_first_and_every_standing_is_said_in_words() {
        let check = |rule: &str, standing| Check {
            rule: rule.into(),
            asks: Say::of(format!("规则{rule}"), rule.to_owned()),
            standing,
        };
        let said = || Say::of("征求60户，须78户", "60 of 78");
        let checks = [
            check("a", Standing::Met),
            check("b", Standing::Open(None)),
            check("c", Standing::NotMet(said())),
            check("d", Standing::Later),
        ];
        let page = column(&visit(Language::Zh, &[]), &checks).into_string();
        let at = |word: &str| page.find(word).unwrap_or_else(|| panic!("{word}: {page}"));
        assert!(
            at("不符合") < at("征求60户")
                && at("征求60户") < at("待填")
                && at("待填") < at("待前项")
                && at("待前项") < at("规则a")
        );
        assert!(column(&visit(Language::Zh, &[]), &[]).into_string().is_empty());
    }
}
