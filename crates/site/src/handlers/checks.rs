//! How the rules of a command stand before its form is whole: tried with what is filled in, and for the rest with what
//! could be, whose rules stay open.

use std::collections::BTreeSet;

use domain::Judgement;
use domain::policy::Rule;
use domain::say::Say;
use domain::spec::Spec;
use serde_json::{Map, Value, json};
use service::command_schemas::example;
use service::request::CommandRequest;
use service::trial::Trial;

use super::choices::Choices;
use crate::pages::forms::checks::{Check, Standing};
use crate::pages::forms::render::{Picks, has};
use crate::pages::forms::rules::pointers;
use crate::pages::forms::schema::{Field, Shape};

/// How many rows a list is tried with that is empty: two members make a joint branch.
const TRIED_ROWS: usize = 2;

/// The rule by which nobody acts elsewhere: whoever sends the form is told, whoever opens an address is not.
const SCOPE: &str = "scope";

/// The rules of a command as they stand.
pub(super) fn checks(
    trial: &Trial,
    choices: &Choices<'_>,
    (spec, fields): (&'static Spec, &[Field]),
    mut given: CommandRequest,
) -> Vec<Check> {
    let written = given.body.clone();
    let mut guess = Guess::new(choices);
    if let Some(body) = given.body.as_object_mut() {
        guess.complete(fields, spec.name, body);
    }
    let judged = trial.judge(given);
    let rules = &choices.policy.rules;
    let named = spec.rules.iter().filter_map(|name| Some((*name, rules.get(*name)?)));
    let mut checks: Vec<_> = named
        .map(|(name, rule)| check(name, rule, standing(name, fields, &written, &guess.open, judged.as_ref())))
        .collect();
    // Rules that hold for any command are told where they refuse for what is filled in.
    for refusal in judged.iter().flat_map(|judged| &judged.refusals) {
        let (name, own) = (refusal.rule(), Standing::NotMet(refusal.say()));
        let mut at = pointers(name).filter(|pointer| has(fields, pointer)).peekable();
        let is_filled = at.peek().is_some() && at.all(|at| !guess.covers(at) && is_written(&written, at));
        let is_skipped = spec.rules.contains(&name) || name == SCOPE;
        if let (true, false, Some(rule)) = (is_filled, is_skipped, rules.get(name)) {
            checks.push(check(name, rule, own));
        }
    }
    checks
}

fn check(name: &str, rule: &Rule, standing: Standing) -> Check {
    Check { rule: name.to_owned(), asks: Say::of(rule.zh.clone(), rule.en.clone()), standing }
}

fn standing(
    name: &str,
    fields: &[Field],
    written: &Value,
    open: &BTreeSet<String>,
    judged: Option<&Judgement>,
) -> Standing {
    let Some(judged) = judged else { return Standing::Open(None) };
    let at: Vec<_> = pointers(name).filter(|pointer| has(fields, pointer)).collect();
    let is_guessed = at.iter().any(|at| covers(open, at));
    let is_empty = !at.is_empty() && at.iter().all(|at| !is_written(written, at));
    if let Some(refusal) = judged.refusals.iter().find(|refusal| refusal.rule() == name) {
        return match (is_guessed, is_empty) {
            (true, _) => Standing::Open(None),
            (false, true) => Standing::Open(Some(refusal.say())),
            (false, false) => Standing::NotMet(refusal.say()),
        };
    }
    // What names no field of the form may depend on any of those that are guessed.
    if is_guessed || (at.is_empty() && !open.is_empty()) {
        return Standing::Open(None);
    }
    if let Some(warning) = judged.warnings.iter().find(|warning| warning.rule == name) {
        return Standing::Reminds(Say::of(warning.message.clone(), warning.message_en.clone()));
    }
    match (judged.is_whole, open.is_empty()) {
        (true, _) => Standing::Met,
        (false, true) => Standing::Later,
        (false, false) => Standing::Open(None),
    }
}

/// Whether the request holds something there.
fn is_written(request: &Value, at: &str) -> bool {
    request.pointer(at).is_some_and(|found| match found {
        Value::Null => false,
        Value::Array(rows) => !rows.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    })
}

/// Whether one of the pointers is that one, or lies around it or below it.
fn covers(open: &BTreeSet<String>, at: &str) -> bool {
    let is_below = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    open.iter().any(|own| is_below(own, at) || is_below(at, own))
}

/// Fills in what a request needs and nobody has filled in, so that the rules on the rest can be tried.
pub(super) struct Guess<'a> {
    choices: &'a Choices<'a>,
    /// Where it filled something in.
    open: BTreeSet<String>,
}

impl<'a> Guess<'a> {
    pub(super) fn new(choices: &'a Choices<'a>) -> Self {
        Self { choices, open: BTreeSet::new() }
    }

    /// Completes the request of a command.
    pub(super) fn complete(&mut self, fields: &[Field], command: &str, into: &mut Map<String, Value>) {
        self.fill(fields, into, &example(command).unwrap_or_default(), "");
    }

    fn covers(&self, at: &str) -> bool {
        covers(&self.open, at)
    }

    fn fill(&mut self, fields: &[Field], into: &mut Map<String, Value>, example: &Value, at: &str) {
        for field in fields {
            let (at, example) = (format!("{at}/{}", field.name), &example[&field.name]);
            match (into.get_mut(&field.name), &field.shape) {
                (Some(Value::Object(own)), Shape::Group(inner)) => self.fill(inner, own, example, &at),
                (Some(Value::Array(rows)), Shape::Rows(item)) if !rows.is_empty() => {
                    let Shape::Group(inner) = &item.shape else { continue };
                    for (row, own) in rows.iter_mut().enumerate() {
                        if let Some(own) = own.as_object_mut() {
                            self.fill(inner, own, &example[0], &format!("{at}/{row}"));
                        }
                    }
                }
                (Some(found), _) if *found != json!([]) => {}
                _ if field.is_required => {
                    into.insert(field.name.clone(), self.value(field, example, 0));
                    self.open.insert(at);
                }
                _ => {}
            }
        }
    }

    /// What could stand there: one of what can be picked, or what the command's example has.
    fn value(&self, field: &Field, example: &Value, nth: usize) -> Value {
        if let Some(Picks::Only(list)) = self.choices.picks(field)
            && let Some((key, _)) = list.get(nth.min(list.len().saturating_sub(1)))
            && !matches!(field.shape, Shape::Rows(_) | Shape::Group(_) | Shape::Map(_))
        {
            return Value::String(key.clone());
        }
        match &field.shape {
            Shape::Rows(item) => {
                let rows = example.as_array().map_or(1, Vec::len).clamp(1, TRIED_ROWS);
                (0..rows).map(|row| self.value(item, &example[row], row)).collect()
            }
            Shape::Group(inner) => {
                let required = inner.iter().filter(|own| own.is_required);
                let value = |own: &Field| (own.name.clone(), self.value(own, &example[&own.name], nth));
                Value::Object(required.map(value).collect())
            }
            _ => example.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Rejection;

    use super::*;
    use crate::pages::forms::fields_of;

    #[test]
    fn a_rule_is_met_only_where_it_was_come_to_and_rests_on_nothing_guessed() {
        let fields = fields_of("evaluate-quarter").unwrap();
        let of = |rule: &str, written: &Value, open: &[&str], refusals: &[Rejection], is_whole: bool| {
            let open = open.iter().map(|at| (*at).to_owned()).collect();
            let judged = Judgement { refusals: refusals.to_vec(), warnings: Vec::new(), is_whole };
            standing(rule, &fields, written, &open, Some(&judged))
        };
        let written = json!({"data": {"quarter": "2019Q2", "reason": "漏计"}});
        let bare = json!({"data": {"quarter": "2019Q2"}});
        assert_eq!(of("quarter-ended", &written, &[], &[], true), Standing::Met);
        assert_eq!(of("quarter-ended", &written, &[], &[], false), Standing::Later);
        assert_eq!(of("quarter-ended", &written, &["/data/quarter"], &[], true), Standing::Open(None));
        // What is refused for what is written is not met; what only waits for its field says what it asks for.
        let missing = [Rejection::ReasonMissing];
        let (rule, said) = (missing[0].rule(), missing[0].say());
        assert_eq!(of(rule, &written, &[], &missing, true), Standing::NotMet(said.clone()));
        assert_eq!(of(rule, &bare, &[], &missing, true), Standing::Open(Some(said)));
        assert_eq!(of(rule, &bare, &["/data/reason"], &missing, true), Standing::Open(None));
        assert_eq!(standing(rule, &fields, &written, &BTreeSet::new(), None), Standing::Open(None));
    }
}
