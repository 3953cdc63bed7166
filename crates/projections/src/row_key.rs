//! The keys of rows, and how each is written.

use std::fmt;
use std::str::FromStr;

use domain::ids::{JointBranchId, MeetingId, OrganizationId, PlaceId, SupervisionId, YellowCardId};

/// The key of a row. The variants stand in the order of their texts, so that both sort alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// The city's one row.
    City,
    /// The corrections of documents.
    Documents,
    /// A chunk of an organization's timeline, counted from 0.
    History(OrganizationId, u32),
    /// A joint branch.
    JointBranch(JointBranchId),
    /// A coordination meeting.
    Meeting(MeetingId),
    /// An organization.
    Organization(OrganizationId),
    /// A place.
    Place(PlaceId),
    /// Every policy issued.
    Policies,
    /// A supervision.
    Supervision(SupervisionId),
    /// A chunk of a joint branch's timeline, counted from 0.
    Timeline(JointBranchId, u32),
    /// A yellow card.
    YellowCard(YellowCardId),
}

impl fmt::Display for RowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => formatter.write_str("city"),
            Self::Documents => formatter.write_str("documents"),
            Self::History(id, chunk) => write!(formatter, "history/{id}/{chunk:010}"),
            Self::JointBranch(id) => write!(formatter, "joint-branch/{id}"),
            Self::Meeting(id) => write!(formatter, "meeting/{id}"),
            Self::Organization(id) => write!(formatter, "organization/{id}"),
            Self::Place(id) => write!(formatter, "place/{id}"),
            Self::Policies => formatter.write_str("policies"),
            Self::Supervision(id) => write!(formatter, "supervision/{id}"),
            Self::Timeline(id, chunk) => write!(formatter, "timeline/{id}/{chunk:010}"),
            Self::YellowCard(id) => write!(formatter, "yellow-card/{id}"),
        }
    }
}

/// A text that is the key of no row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the key of a row")]
pub struct RowKeyError {
    text: String,
}

impl FromStr for RowKey {
    type Err = RowKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        let key = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("city"), None, None, None) => Some(Self::City),
            (Some("documents"), None, None, None) => Some(Self::Documents),
            (Some("policies"), None, None, None) => Some(Self::Policies),
            (Some("joint-branch"), Some(id), None, None) => id.parse().ok().map(Self::JointBranch),
            (Some("meeting"), Some(id), None, None) => id.parse().ok().map(Self::Meeting),
            (Some("organization"), Some(id), None, None) => id.parse().ok().map(Self::Organization),
            (Some("place"), Some(id), None, None) => id.parse().ok().map(Self::Place),
            (Some("supervision"), Some(id), None, None) => id.parse().ok().map(Self::Supervision),
            (Some("yellow-card"), Some(id), None, None) => id.parse().ok().map(Self::YellowCard),
            (Some("history"), Some(id), Some(chunk), None) => {
                id.parse().ok().zip(chunk.parse().ok()).map(|(id, chunk)| Self::History(id, chunk))
            }
            (Some("timeline"), Some(id), Some(chunk), None) => {
                id.parse().ok().zip(chunk.parse().ok()).map(|(id, chunk)| Self::Timeline(id, chunk))
            }
            _ => None,
        };
        key.ok_or_else(|| RowKeyError { text: text.chars().take(80).collect() })
    }
}
