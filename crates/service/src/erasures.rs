//! Erasures: what the control store still holds of persons whom the log says are erased is deleted. A tombstone says so
//! for ever, so a deletion that was cut off, or that a restored copy undid, is made good at the next start.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::PersonId;
use domain::person::Person;
use event_log::{ControlStore, LogError};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;

/// When deleting what could not be deleted is tried again.
pub const ERASURE_RETRY: Duration = Duration::from_secs(10);

/// The persons with a tombstone whose values may still be there.
#[derive(Debug, Clone, Default)]
pub struct Erasures {
    seen: OrdMap<PersonId, Arc<Person>>,
    due: BTreeSet<PersonId>,
}

impl Erasures {
    /// Notes who was erased since the last time. Costs nothing where no person changed.
    pub fn follow(&mut self, persons: &OrdMap<PersonId, Arc<Person>>) {
        if self.seen.ptr_eq(persons) {
            return;
        }
        let changed = self.seen.diff(persons).filter_map(|difference| match difference {
            DiffItem::Add(_, person) | DiffItem::Update { new: (_, person), .. } => Some(person),
            DiffItem::Remove(..) => None,
        });
        self.due.extend(changed.filter(|person| person.erased_on.is_some()).map(|person| person.id));
        self.seen = persons.clone();
    }

    /// Whether anything is left to delete.
    pub fn are_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Deletes what is held of those who are due; says how many commands had any. Blocks.
    pub fn erase(&mut self, control: &dyn ControlStore) -> Result<usize, LogError> {
        let erased = erase(control, &self.due)?;
        self.due.clear();
        Ok(erased)
    }

    /// Deletes what is held of those whom a state that the log has calls erased. What fails stays due.
    pub async fn apply(&mut self, persons: &OrdMap<PersonId, Arc<Person>>, control: &Arc<dyn ControlStore>) {
        self.follow(persons);
        if self.due.is_empty() {
            return;
        }
        let (due, control) = (self.due.clone(), control.clone());
        let erased = tokio::task::spawn_blocking(move || erase(&*control, &due)).await;
        match erased {
            Ok(Ok(_)) => self.due.clear(),
            Ok(Err(error)) => tracing::error!(%error, "values of erased persons are not deleted yet"),
            Err(error) => tracing::error!(%error, "values of erased persons are not deleted yet"),
        }
    }
}

/// Deletes every value of these persons; says how many commands had any. Blocks.
pub fn erase(control: &dyn ControlStore, persons: &BTreeSet<PersonId>) -> Result<usize, LogError> {
    let mut erased = 0;
    for person in persons {
        for command in control.commands_of_subject(&person.to_string())? {
            control.delete_command(&command)?;
            erased += 1;
        }
    }
    Ok(erased)
}

#[cfg(test)]
mod tests {
    use domain::testing::City;
    use domain::testing::city::SECRETARY;
    use domain::testing::drafts::persons::erase as forget;
    use event_log::{EmbeddedControl, Erasable};

    use super::*;

    fn value(command: &str, subject: &str, pointer: &str) -> Erasable {
        Erasable {
            command_id: command.into(),
            pointer: pointer.into(),
            subject: subject.into(),
            salt: vec![0; 16],
            value: "张某".into(),
        }
    }

    #[test]
    fn every_value_of_a_person_goes_and_nobody_elses() {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        let person = SECRETARY.to_string();
        let own = [value("C1", &person, "/name"), value("C2", &person, "/monthly_pay")];
        control.put_erasables(&own, 0).unwrap();
        control.put_erasables(&[value("C3", "P2", "/name")], 0).unwrap();
        let city = City::new();
        let mut erasures = Erasures::default();
        erasures.follow(&city.state.persons);
        assert!(!erasures.are_due());
        let city = city.given(forget(SECRETARY, "2029-05-01"));
        erasures.follow(&city.state.persons);
        assert_eq!(erasures.due, BTreeSet::from([SECRETARY]));
        assert_eq!(erase(&control, &erasures.due).unwrap(), 2);
        assert_eq!(control.command_ids().unwrap(), ["C3"]);
        assert_eq!(erase(&control, &erasures.due).unwrap(), 0);
        // Whoever reads the log anew finds them due again.
        let mut anew = Erasures::default();
        anew.follow(&city.state.persons);
        assert!(anew.are_due());
    }
}
