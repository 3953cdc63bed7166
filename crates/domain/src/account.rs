//! Accounts: who may act or read, in which scope. The secret's hash is kept apart, in the control store.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::{Date, Timestamp};
use crate::ids::{AccountId, Commitment, HolderId, PlaceId};
use crate::place::{Level, PlaceCode};

/// For how many months an account is issued where nobody says until when.
pub const USUAL_MONTHS: i32 = 12;
/// For how many months it may be issued at most: then somebody looks again whether it is still needed.
pub const MAX_MONTHS: i32 = 24;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Proposes and runs joint branches led by its township.
    TownshipClerk,
    /// Every command in its county.
    CountyOfficer,
    /// Issues policy, reads the city.
    CityOffice,
    /// Reads the events of one county.
    Subscriber,
    /// Reads and verifies everything of its scope, never writes.
    Auditor,
    /// Accounts and tokens, no business data.
    SecurityAdmin,
    /// Health, rebuild, backup; no business data.
    SystemAdmin,
    /// A command given on the machine that holds the log, without an account.
    Local,
}

impl Role {
    /// Every role that an account can have.
    pub const OF_ACCOUNTS: [Self; 7] = [
        Self::TownshipClerk,
        Self::CountyOfficer,
        Self::CityOffice,
        Self::Subscriber,
        Self::Auditor,
        Self::SecurityAdmin,
        Self::SystemAdmin,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TownshipClerk => "township_clerk",
            Self::CountyOfficer => "county_officer",
            Self::CityOffice => "city_office",
            Self::Subscriber => "subscriber",
            Self::Auditor => "auditor",
            Self::SecurityAdmin => "security_admin",
            Self::SystemAdmin => "system_admin",
            Self::Local => "local",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::OF_ACCOUNTS.into_iter().chain([Self::Local]).find(|role| role.as_str() == name)
    }

    /// The tier that an account of this role is bound to; an auditor may have a city or a county.
    pub fn allows_scope(self, scope: &PlaceCode) -> bool {
        match self {
            Self::TownshipClerk => scope.level() == Level::Township,
            Self::CountyOfficer | Self::Subscriber => scope.level() == Level::County,
            Self::Auditor => matches!(scope.level(), Level::City | Level::County),
            Self::CityOffice | Self::SecurityAdmin | Self::SystemAdmin | Self::Local => {
                scope.level() == Level::City
            }
        }
    }

    /// Whether it administers or audits: such an account is issued on a document.
    pub fn is_apart(self) -> bool {
        matches!(self, Self::Auditor | Self::SecurityAdmin | Self::SystemAdmin)
    }

    /// Whether nobody may hold both: the auditor and the two administrators exclude one another and any business role.
    pub fn excludes(self, other: Self) -> bool {
        self != other && !(self.is_business() && other.is_business())
    }

    /// Whether there is a command that the role gives over HTTP.
    pub fn gives_commands(self) -> bool {
        matches!(self, Self::TownshipClerk | Self::CountyOfficer | Self::CityOffice)
    }

    /// Whether the role reads or writes business data; auditors and the two administrators exclude it.
    pub fn is_business(self) -> bool {
        matches!(self, Self::TownshipClerk | Self::CountyOfficer | Self::CityOffice | Self::Subscriber)
    }
}

impl Account {
    /// Whether it may be used on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        !self.revoked && self.expires_on.is_none_or(|last| day <= last)
    }
}

/// An account as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// Whose it is: one holder for all accounts of one person.
    pub holder: HolderId,
    pub role: Role,
    /// The code as it was issued.
    pub scope: PlaceCode,
    /// The place that bore it then: the scope is this place's, whatever its code becomes.
    pub place: Option<PlaceId>,
    pub holder_commitment: Commitment,
    /// The last day on which it is valid.
    pub expires_on: Option<Date>,
    pub revoked: bool,
    /// When that was recorded.
    pub revoked_at: Option<Timestamp>,
    pub last_position: u64,
}
