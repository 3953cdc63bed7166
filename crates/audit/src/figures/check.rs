//! Checking a proof of a figure: the counts are added up to what was signed, and it is asked who signed it.

use domain::date::Date;
use tlog_tiles::Hash;

use super::error::FigureError;
use super::line::{JOINT_BRANCH, Line, Tier};
use super::proof::{Proof, Step, Subject};
use super::statement::{Statement, is_signed_by_log};
use crate::trust::Trust;
use crate::verdict::{Established, Verdict};

/// What a proof shows, once its counts have been added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Which figure.
    pub figure: String,
    /// Of which other it is a part.
    pub whole: String,
    /// Whose figure it is.
    pub scope: String,
    /// Of what the proof speaks.
    pub subject: Subject,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// What the joint branch adds, where the proof speaks of one that is counted.
    pub own: Option<u64>,
    /// The parts of the place with what each counts of the figure.
    pub parts: Vec<(String, u64)>,
    /// What was signed.
    pub statement: Statement,
}

impl Shown {
    /// The day for which it was counted.
    pub fn day(&self) -> Date {
        self.statement.day
    }

    /// The last event from which it was counted.
    pub fn position(&self) -> u64 {
        self.statement.size
    }

    /// The hash of the rules by which it was counted.
    pub fn policy(&self) -> Hash {
        self.statement.policy
    }
}

/// Adds the counts up to what was signed; whoever signed it.
pub fn check(proof: &Proof) -> Result<Shown, FigureError> {
    let statement = Statement::read(&proof.statement)?;
    let head = &proof.head;
    if (&*statement.log, statement.size, statement.root) != (&*head.origin, head.size, head.root) {
        return Err(FigureError::Head);
    }
    let begin = &proof.way.begin;
    let figures = statement.names.len();
    if begin.iter().any(|line| line.counts.len() != figures) {
        return Err(FigureError::Counts);
    }
    let mut line = Line::join_all(begin)?;
    let is_place = |line: &Line| line.is_one() && line.first == proof.scope;
    let mut place = line.clone().filter(is_place);
    for step in &proof.way.steps {
        line = Some(match (step, line) {
            (Step::Left(left), Some(own)) => Line::join(left, &own)?,
            (Step::Right(right), Some(own)) => Line::join(&own, right)?,
            (Step::Enter { tier, code }, inner) => Line::of_place(*tier, code, inner.as_ref(), figures)?,
            (_, None) => return Err(FigureError::Form),
        });
        place = place.or_else(|| line.clone().filter(is_place));
    }
    if line.as_ref() != Some(&statement.city) {
        let tier = line.map_or_else(String::new, |line| line.to_string());
        return Err(FigureError::Root { tier });
    }
    let place = place.ok_or_else(|| FigureError::Scope { scope: proof.scope.clone() })?;
    let own = check_subject(proof, &place)?;
    let is_parts = proof.subject == Subject::Place && place.tier != Tier::Township;
    let parts = begin.iter().filter(|_| is_parts);
    let parts = parts.map(|part| Ok((part.first.clone(), statement.count(part, &proof.figure)?)));
    Ok(Shown {
        figure: proof.figure.clone(),
        whole: proof.whole.clone(),
        scope: proof.scope.clone(),
        subject: proof.subject.clone(),
        count: statement.count(&place, &proof.figure)?,
        of: statement.count(&place, &proof.whole)?,
        own: own.map(|own| statement.count(own, &proof.figure)).transpose()?,
        parts: parts.collect::<Result<_, FigureError>>()?,
        statement,
    })
}

/// Whether the proof begins as one of its kind does. The row is given, where it speaks of one that is counted.
fn check_subject<'a>(proof: &'a Proof, place: &Line) -> Result<Option<&'a Line>, FigureError> {
    let (begin, steps) = (proof.way.begin.as_slice(), proof.way.steps.as_slice());
    let scope = || FigureError::Scope { scope: proof.scope.clone() };
    let enters_scope = |step: Option<&Step>| {
        step.is_some_and(|step| matches!(step, Step::Enter { code, .. } if *code == proof.scope))
    };
    match &proof.subject {
        // Of a township its own node; of a county or the city all that it consists of, and at once itself.
        Subject::Place if place.tier == Tier::Township => {
            if begin == [place.clone()] {
                Ok(None)
            } else {
                Err(scope())
            }
        }
        Subject::Place => {
            let are_parts = begin.iter().all(|line| line.is_one() && line.tier != Tier::Row);
            if are_parts && enters_scope(steps.first()) { Ok(None) } else { Err(scope()) }
        }
        Subject::Counted { id, text } => {
            let key = format!("{JOINT_BRANCH}{id}");
            match begin {
                [row]
                    if *row == Line::of_row(key.clone(), row.counts.clone(), text) && row.counts[0] == 1 =>
                {
                    Ok(Some(row))
                }
                _ => Err(FigureError::Row { key }),
            }
        }
        Subject::Absent { id } => {
            let key = format!("{JOINT_BRANCH}{id}");
            let entered = steps.iter().find(|step| matches!(step, Step::Enter { .. }));
            if place.tier != Tier::Township || !enters_scope(entered) {
                return Err(scope());
            }
            let is_absent = match begin {
                [] => enters_scope(steps.first()),
                [all] => (key < all.first || all.last < key) && enters_scope(steps.first()),
                [left, right] => left.last < key && key < right.first,
                _ => false,
            };
            if is_absent { Ok(None) } else { Err(FigureError::NotAbsent { key }) }
        }
    }
}

/// Who stands for what a proof shows: a trusted key of the log must have signed both the statement and the head, and as
/// many witnesses as are asked for the head. A wrong signature of a known key condemns it.
pub fn establish(proof: &Proof, trust: Option<&Trust>) -> Result<Verdict, FigureError> {
    let Some(trust) = trust else { return Ok(Verdict::ConsistentSignerNotEstablished) };
    let is_signed = is_signed_by_log(&proof.statement, &trust.keys())?;
    proof.head.signed_by(&trust.keys())?;
    let established = Established::of(trust, &proof.head, &[]);
    Ok(match (is_signed && established.signed_by.is_some(), established.quorum_up_to) {
        (false, _) => Verdict::ConsistentSignerNotEstablished,
        (true, None) if trust.asks_for_witnesses() => Verdict::WitnessesMissing,
        (true, _) => Verdict::Verified,
    })
}
