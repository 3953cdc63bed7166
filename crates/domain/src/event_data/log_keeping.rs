//! What the events say of how the log itself is kept: access log, storage, clock.

use crate::date::Timestamp;
use crate::document_number::Sha256Hex;
use crate::ids::InstanceId;
use crate::text::Text;

data! {
    /// How far the access log of an instance goes: from here on nothing of it can be cut off or changed unseen.
    pub struct AccessLogAnchored {
        /// Whose access log.
        pub instance: InstanceId,
        /// The number of its last entry.
        pub count: u64,
        /// The hash of that entry, which covers all before it.
        pub head: Sha256Hex,
        /// For how many days an entry is kept; earlier programs did not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kept_days: Option<u32>,
    }

    /// Under which settings the log is kept from now on that may lose acknowledged events; none: it is kept safely.
    pub struct DurabilityDeclared {
        /// Each as `name=value`, with the server where it is one's.
        pub unsafe_settings: Vec<Text>,
    }

    /// The machine's clock is right although it leaps from the event before. The only event that may be recorded at an earlier
    /// time than the one before it: those of a later time were recorded under a clock that was ahead.
    pub struct ClockAccepted {
        /// When the event before was recorded.
        pub previous: Timestamp,
        /// Why the clock is right.
        pub reason: Text,
    }
}
