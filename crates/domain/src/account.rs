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

/// 帐号的角色，决定可办理和可查看的事项 / the role of an account: what it may do and read
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 乡镇经办：提出请示，办理本乡镇牵头的联合党组织事务 / proposes and runs the joint branches that its township leads
    TownshipClerk,
    /// 县(区)经办：办理本县(区)全部事项 / gives every command in its county
    CountyOfficer,
    /// 联系会议办公室：发布政策，查看全市 / issues policy and reads the whole city
    CityOffice,
    /// 订阅方：只读取一个县(区)的事件 / reads the events of one county and nothing else
    Subscriber,
    /// 审计：查看和核验管辖范围内的全部记录，不写入 / reads and verifies everything of its scope, and never writes
    Auditor,
    /// 安全管理员：管理帐号和令牌，不接触业务数据 / manages accounts and tokens, and sees no business data
    SecurityAdmin,
    /// 系统管理员：运行、重建和备份，不接触业务数据 / looks after health, rebuilding and backup, and sees no business data
    SystemAdmin,
    /// 本机：在保管日志的机器上办理，不用帐号 / works on the machine that holds the log, without an account
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
