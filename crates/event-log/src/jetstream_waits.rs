//! How long whoever asks the servers of NATS waits, and pauses before asking again.

use std::time::Duration;

/// How long any question may take; an append, and a value of the control store that nobody took, are asked again.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a follower or a repeat pauses after something failed.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);
