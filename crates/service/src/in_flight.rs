//! The keys being worked on: a second request with the same key is told so instead of waiting.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::CommandId;

/// The set of keys being worked on.
#[derive(Debug, Clone, Default)]
pub struct InFlight {
    keys: Arc<Mutex<HashSet<CommandId>>>,
}

/// A key that is being worked on for as long as this value lives.
#[derive(Debug)]
pub struct InFlightKey {
    set: InFlight,
    key: CommandId,
}

impl InFlight {
    /// Marks the key, or gives nothing where it is marked already.
    pub fn begin(&self, key: CommandId) -> Option<InFlightKey> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(key).then(|| InFlightKey { set: self.clone(), key })
    }
}

impl Drop for InFlightKey {
    fn drop(&mut self) {
        self.set.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::InFlight;

    #[test]
    fn a_key_is_worked_on_once_at_a_time() {
        let key = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let keys = InFlight::default();
        let first = keys.begin(key).unwrap();
        assert!(keys.begin(key).is_none());
        drop(first);
        assert!(keys.begin(key).is_some());
    }
}
