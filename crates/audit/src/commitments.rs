//! Commitments: whether what is kept apart from the log is still what the log committed to.

use std::collections::{BTreeMap, BTreeSet};

use domain::committed::Committed;
use domain::ids::{CommandId, Commitment};
use domain::{Event, EventBody};
use event_log::{ControlStore, Erasable, LogError, Position};
use serde::Serialize;

use crate::commitment::opens;
use crate::finding::{Finding, FindingKind};

/// Where names, pays and reasons are kept.
pub enum Commitments<'a> {
    /// They are not at hand; commitments stay unopened.
    NotAtHand,
    /// The store beside the log.
    Store(&'a dyn ControlStore),
    /// The store beside a log that was held by a mirror, which keeps no names: those of events up to there may be gone.
    StoreAfterLoss {
        /// The store.
        store: &'a dyn ControlStore,
        /// The last event whose values may be gone.
        absent_up_to: Position,
    },
    /// There is no store, where there should be one: no commitment opens.
    Gone,
}

/// A commitment that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unopened {
    /// Where it stands.
    pub position: Position,
    /// Whom it is about: `person/<id>` or `account/<id>`.
    pub subject: String,
    /// Which field of the command.
    pub pointer: String,
}

/// What came of opening the commitments so far. Whether a value may be gone, a tombstone further on says.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    unopened: Vec<Unopened>,
    /// How many are known to be gone.
    pub(crate) absent: u64,
    /// Where the commitments about a person stand whose values are there.
    kept: BTreeMap<String, Vec<(Position, &'static str)>>,
    erased: BTreeSet<String>,
}

impl Openings {
    /// The log is over: what is gone without a tombstone, and what is there in spite of one.
    pub(crate) fn end(self, findings: &mut Vec<Finding>) -> Vec<Unopened> {
        let Self { mut unopened, mut kept, erased, .. } = self;
        unopened.retain(|missing| !erased.contains(&missing.subject));
        for missing in &unopened {
            let detail = format!("{} {}", missing.subject, missing.pointer);
            findings.push(Finding::new(missing.position, FindingKind::CommitmentMissing, detail));
        }
        for subject in erased {
            for (position, pointer) in kept.remove(&subject).unwrap_or_default() {
                findings.push(Finding::new(
                    position,
                    FindingKind::ErasedKept,
                    format!("{subject} {pointer}"),
                ));
            }
        }
        unopened
    }
}

impl Commitments<'_> {
    /// Opens what the event commits to.
    pub(crate) fn check(
        &self,
        event: &Event,
        openings: &mut Openings,
        findings: &mut Vec<Finding>,
    ) -> Result<(), LogError> {
        if let EventBody::PersonErased(data) = &event.body {
            openings.erased.insert(format!("person/{}", data.person));
        }
        let Some(Committed { subject, pointer, commitment }) = event.body.committed() else { return Ok(()) };
        let (subject, position) = (subject.to_string(), event.meta.position);
        let kept = match self {
            Self::NotAtHand => return Ok(()),
            Self::Gone => None,
            Self::Store(store) | Self::StoreAfterLoss { store, .. } => {
                kept(*store, event.meta.command_id, pointer, commitment)?
            }
        };
        let is_known_to_be_gone =
            matches!(self, Self::StoreAfterLoss { absent_up_to, .. } if position <= *absent_up_to);
        match kept {
            Some(kept) if kept.opens => {
                openings.kept.entry(subject).or_default().push((position, pointer));
            }
            Some(_) => {
                let detail = format!("{subject} {pointer}");
                findings.push(Finding::new(position, FindingKind::CommitmentBroken, detail));
            }
            None if is_known_to_be_gone => openings.absent += 1,
            None => {
                let pointer = pointer.to_owned();
                openings.unopened.push(Unopened { position, subject, pointer });
            }
        }
        Ok(())
    }
}

/// The salt and the value that an event commits to, where the store still has them.
pub(crate) fn recorded_value(
    store: &dyn ControlStore,
    event: &Event,
) -> Result<Option<(Vec<u8>, String)>, LogError> {
    let Some(Committed { pointer, commitment, .. }) = event.body.committed() else { return Ok(None) };
    let kept = kept(store, event.meta.command_id, pointer, commitment)?;
    Ok(kept.filter(|kept| kept.opens).map(|kept| (kept.field.salt, kept.field.value)))
}

/// What is kept of a field, and whether it opens the commitment.
struct Kept {
    field: Erasable,
    opens: bool,
}

/// What is kept, if anything is: the recorded value where several instances had a draft of the command.
fn kept(
    store: &dyn ControlStore,
    command: CommandId,
    pointer: &str,
    recorded: &Commitment,
) -> Result<Option<Kept>, LogError> {
    let mut first = None;
    for field in store.erasables_of_command(&command.to_string())? {
        if field.pointer == pointer {
            let opens = opens(&recorded.0, &field.salt, pointer, &field.value);
            let found = Kept { field, opens };
            if opens {
                return Ok(Some(found));
            }
            first.get_or_insert(found);
        }
    }
    Ok(first)
}
