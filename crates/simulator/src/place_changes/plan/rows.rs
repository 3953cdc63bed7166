//! The accepted lines against the places known: who bears which code before and after, and what is done to whom.

use std::collections::BTreeMap;

use domain::ids::PlaceId;
use domain::place::{Level, PlaceCode};
use domain::text::Text;

use super::{Act, Known, LineProblem, Proposal, Step, problem};
use crate::place_changes::Kind;

/// A place that is there or will be.
struct Bearer {
    /// Nothing for what is not registered yet.
    id: Option<PlaceId>,
    code: PlaceCode,
    /// The code after all steps, also of what ends.
    last_code: PlaceCode,
    name: Text,
    parent: Option<usize>,
    is_there: bool,
}

/// Everybody who bears a code at some moment.
pub(super) struct Bearers {
    all: Vec<Bearer>,
    by_code: BTreeMap<PlaceCode, usize>,
}

/// What was found in order.
pub(super) struct Checked {
    pub(super) bearers: Bearers,
    pub(super) after: BTreeMap<PlaceCode, usize>,
    pub(super) steps: Vec<Step>,
}

impl Bearers {
    fn of(known: &[Known]) -> Self {
        let by_code: BTreeMap<PlaceCode, usize> =
            known.iter().enumerate().map(|(at, place)| (place.code.clone(), at)).collect();
        let bearer = |place: &Known| Bearer {
            id: Some(place.id),
            code: place.code.clone(),
            last_code: place.code.clone(),
            name: place.name.clone(),
            parent: place.parent.as_ref().and_then(|code| by_code.get(code).copied()),
            is_there: true,
        };
        Self { all: known.iter().map(bearer).collect(), by_code }
    }

    pub(super) fn level(&self, at: usize) -> Level {
        self.all[at].code.level()
    }

    pub(super) fn at(&self, code: &PlaceCode) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    pub(super) fn code(&self, at: usize) -> &PlaceCode {
        &self.all[at].code
    }

    pub(super) fn last_code(&self, at: usize) -> PlaceCode {
        self.all[at].last_code.clone()
    }

    pub(super) fn id(&self, at: usize) -> Option<PlaceId> {
        self.all[at].id
    }

    pub(super) fn parent(&self, at: usize) -> Option<usize> {
        self.all[at].parent
    }

    /// The county in which it lies at this moment, or which it is.
    pub(super) fn county(&self, at: usize) -> Option<PlaceCode> {
        let mut at = at;
        while self.level(at) < Level::County {
            at = self.all[at].parent?;
        }
        (self.level(at) == Level::County).then(|| self.all[at].code.clone())
    }

    pub(super) fn children(&self, at: usize) -> Vec<usize> {
        (0..self.all.len())
            .filter(|child| self.all[*child].is_there && self.all[*child].parent == Some(at))
            .collect()
    }

    pub(super) fn set_parent(&mut self, at: usize, parent: usize) {
        self.all[at].parent = Some(parent);
    }

    pub(super) fn rename(&mut self, at: usize, name: Text) {
        self.all[at].name = name;
    }

    pub(super) fn take(&mut self, at: usize, code: PlaceCode, parent: Option<usize>) {
        self.leave(at);
        self.all[at].code = code.clone();
        self.all[at].parent = parent;
        self.by_code.insert(code, at);
    }

    pub(super) fn put(&mut self, at: usize, code: PlaceCode, name: Text, parent: Option<usize>) {
        self.all[at].is_there = true;
        self.all[at].name = name;
        self.take(at, code, parent);
    }

    pub(super) fn end(&mut self, at: usize) {
        self.leave(at);
        self.all[at].is_there = false;
    }

    fn leave(&mut self, at: usize) {
        if self.by_code.get(&self.all[at].code) == Some(&at) {
            self.by_code.remove(&self.all[at].code);
        }
    }

    /// Every place that is there, by code.
    pub(super) fn list(&self) -> Vec<(PlaceCode, Text, Option<PlaceCode>)> {
        let entry = |at: &usize| {
            let own = &self.all[*at];
            (own.code.clone(), own.name.clone(), own.parent.map(|parent| self.all[parent].code.clone()))
        };
        self.by_code.values().map(entry).collect()
    }
}

/// Checks the lines against each other and against the places known.
pub(super) fn check(known: &[Known], accepted: &[&Proposal]) -> Result<Checked, Vec<LineProblem>> {
    let mut bearers = Bearers::of(known);
    let mut problems = Vec::new();
    let mut subjects: Vec<Option<usize>> = Vec::new();
    let mut freed: BTreeMap<PlaceCode, u64> = BTreeMap::new();
    let mut named: BTreeMap<(bool, &PlaceCode), u64> = BTreeMap::new();
    for one in accepted {
        let is_new = one.kind == Kind::Register;
        if let Some(first) = named.insert((is_new, &one.code), one.line) {
            let chinese = format!("{} 在第 {first} 行已有处理", one.code);
            problems.push(problem(
                one.line,
                "code",
                chinese,
                format!("{} stands on line {first} too", one.code),
            ));
        }
        let found = bearers.at(&one.code).filter(|_| !is_new);
        if found.is_none() && !is_new {
            let chinese = format!("日志中该日没有代码为 {} 的区划", one.code);
            let english = format!("no place of the log bears {} on that day", one.code);
            problems.push(problem(one.line, "code", chinese, english));
        }
        if let Some(code) = one.frees() {
            freed.insert(code.clone(), one.line);
        }
        subjects.push(found);
    }
    let after = after(&mut bearers, accepted, &subjects, &freed, &mut problems);
    let steps = steps(&bearers, accepted, &subjects, &after, &mut problems);
    if problems.is_empty() { Ok(Checked { bearers, after, steps }) } else { Err(problems) }
}

/// Who bears a code in the end; what is new gets its bearer here.
fn after(
    bearers: &mut Bearers,
    accepted: &[&Proposal],
    subjects: &[Option<usize>],
    freed: &BTreeMap<PlaceCode, u64>,
    problems: &mut Vec<LineProblem>,
) -> BTreeMap<PlaceCode, usize> {
    let mut after: BTreeMap<PlaceCode, usize> = bearers
        .by_code
        .iter()
        .filter(|(code, _)| !freed.contains_key(*code))
        .map(|(code, at)| (code.clone(), *at))
        .collect();
    for (one, subject) in accepted.iter().zip(subjects) {
        let Some(code) = one.takes() else { continue };
        let at = match (one.kind, subject) {
            (Kind::Recode | Kind::Move, Some(at)) => *at,
            (Kind::Recode | Kind::Move, None) => continue,
            _ => {
                bearers.all.push(Bearer {
                    id: None,
                    code: code.clone(),
                    last_code: code.clone(),
                    name: one.name.clone(),
                    parent: None,
                    is_there: false,
                });
                bearers.all.len() - 1
            }
        };
        bearers.all[at].last_code = code.clone();
        if let Some(other) = after.insert(code.clone(), at) {
            let name = bearers.all[other].name.clone();
            let chinese = format!("代码 {code} 在变更后仍是「{name}」的；请先处理该处");
            let english = format!("{code} would still be {name}'s: say first what becomes of it");
            let column = if one.kind == Kind::Register { "code" } else { "new_codes" };
            problems.push(problem(one.line, column, chinese, english));
        }
    }
    after
}

fn steps(
    bearers: &Bearers,
    accepted: &[&Proposal],
    subjects: &[Option<usize>],
    after: &BTreeMap<PlaceCode, usize>,
    problems: &mut Vec<LineProblem>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for (one, subject) in accepted.iter().zip(subjects) {
        let mut successors = Vec::new();
        for code in one.successors() {
            match after.get(code) {
                Some(at) if Some(*at) != *subject => successors.push(*at),
                _ => {
                    let chinese = format!("变更后没有代码为 {code} 的承接者");
                    let english = format!("nobody else bears {code} after the changes");
                    problems.push(problem(one.line, "new_codes", chinese, english));
                }
            }
        }
        let mut step = |bearer: Option<usize>, act| {
            steps.extend(bearer.map(|bearer| Step { line: one.line, bearer, act }));
        };
        let renamed = subject.filter(|at| bearers.all[*at].name != one.name);
        match one.kind {
            Kind::Rename => step(renamed, Act::Rename(one.name.clone())),
            Kind::Recode | Kind::Move => {
                let code = one.new_codes.first().unwrap_or(&one.code);
                step(*subject, Act::Take(code.clone()));
                step(renamed, Act::Rename(one.name.clone()));
            }
            Kind::Merge | Kind::Split => step(*subject, Act::End(successors)),
            Kind::Close => step(*subject, Act::Close),
            Kind::Replace if successors.is_empty() => step(*subject, Act::Close),
            Kind::Replace => step(*subject, Act::End(successors)),
            Kind::Register => {}
        }
        if matches!(one.kind, Kind::Register | Kind::Replace) {
            let code = one.code.clone();
            step(after.get(&one.code).copied(), Act::Register(code, one.name.clone()));
        }
    }
    steps
}
