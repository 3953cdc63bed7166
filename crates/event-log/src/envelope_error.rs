//! Why bytes are no event of ours.

/// What precedes `<entity>.<past tense>` in a CloudEvent's `type`.
pub const TYPE_PREFIX: &str = "cn.lianjian.";

/// Why bytes are no event of ours.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not the JSON of an envelope.
    #[error("not an event's JSON: {detail}")]
    Json {
        /// What the parser says.
        detail: String,
    },
    /// A type that this program does not know.
    #[error("unknown event type `{event_type}`: this program is older than the log; upgrade it")]
    UnknownType {
        /// The CloudEvent's `type`.
        event_type: String,
    },
    /// A type that this program knows in older versions only.
    #[error(
        "event type `{event_type}` in version {version}: this program knows it up to version {known} and is older than the log; upgrade it"
    )]
    NewerVersion {
        /// `<entity>.<past tense>`.
        event_type: &'static str,
        /// The version that the event says.
        version: u32,
        /// The newest that this program reads.
        known: u32,
    },
    /// A field that does not read.
    #[error("the attribute `{attribute}` does not read: {detail}")]
    Attribute {
        /// Which.
        attribute: &'static str,
        /// What is wrong with it.
        detail: String,
    },
}

impl EnvelopeError {
    /// Whether a newer version of this program may have written it.
    pub fn is_newer(&self) -> bool {
        match self {
            Self::UnknownType { event_type } => event_type.starts_with(TYPE_PREFIX),
            Self::NewerVersion { .. } => true,
            Self::Json { .. } | Self::Attribute { .. } => false,
        }
    }
}
