//! The items of the start list: what each is called, and the page and the command line that do it.

use domain::account::Role;
use domain::say::{Say, say};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! items {
    ($($(#[$doc:meta])* $name:ident = ($zh:literal, $en:literal), page $page:expr, command $command:expr;)+) => {
        /// 启用清单的事项 / an item of the start list
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum StartItem { $($(#[$doc])* $name,)+ }

        impl StartItem {
            /// What people call it.
            pub fn title(self) -> Say {
                match self { $(Self::$name => say($zh, $en),)+ }
            }

            /// The page that does it.
            pub fn page(self) -> Option<&'static str> {
                match self { $(Self::$name => $page,)+ }
            }

            /// The command line that does it.
            pub fn command(self) -> Option<&'static str> {
                match self { $(Self::$name => $command,)+ }
            }
        }
    };
}

const PLACES: Option<&str> = Some("lianjian import places FILE --as-of DATE --commit");
const ORGANIZATIONS: Option<&str> = Some("lianjian import organizations FILE --as-of DATE --commit");
const ACCOUNTS: Option<&str> = Some("lianjian import accounts FILE --tokens FILE --commit");
const REGISTER_ORGANIZATION: Option<&str> = Some("/work/register-organization");
const ISSUE_ACCOUNT: Option<&str> = Some("/work/issue-account");

items! {
    /// 区划：市 / the city on the register of places
    City = ("区划：市", "Places: the city"), page None, command PLACES;
    /// 区划：县（区） / the counties
    Counties = ("区划：县(区)", "Places: counties"), page Some("/work/register-place"), command PLACES;
    /// 区划：乡镇（街道） / the townships
    Townships = ("区划：乡镇(街道)", "Places: townships"), page Some("/work/register-place"), command PLACES;
    /// 区划：村（社区） / the villages and communities
    Villages = ("区划：村(社区)", "Places: villages and communities"), page Some("/work/register-place"), command PLACES;
    /// 机关：市级，由联系会议办公室登记 / the organ of the city, which its office registers
    CityOrgan = ("机关：市级", "Organs: the city's"), page REGISTER_ORGANIZATION, command ORGANIZATIONS;
    /// 机关：县（区）级 / the organs of the counties
    CountyOrgans = ("机关：县(区)级", "Organs: the counties'"), page REGISTER_ORGANIZATION, command ORGANIZATIONS;
    /// 机关：乡镇（街道）级 / the organs of the townships
    TownshipOrgans = ("机关：乡镇(街道)级", "Organs: the townships'"), page REGISTER_ORGANIZATION, command ORGANIZATIONS;
    /// 有党组织的行政村 / villages that have an organization
    Branches = ("行政村党组织", "Organizations of villages"), page REGISTER_ORGANIZATION, command ORGANIZATIONS;
    /// 登记了户数的行政村 / villages whose households are on file
    Households = ("行政村户数", "Households of villages"), page Some("/work/update-organization"), command ORGANIZATIONS;
    /// 帐号：联系会议办公室 / an account of the city's office
    CityOffices = ("帐号：联系会议办公室", "Accounts: the city's office"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 帐号：县（区）干部，每县至少一名 / accounts of officers, one for each county
    CountyOfficers = ("帐号：县(区)经办", "Accounts: county officers"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 帐号：乡镇经办，每个乡镇至少一名 / accounts of clerks, one for each township
    TownshipClerks = ("帐号：乡镇经办", "Accounts: township clerks"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 帐号：审计 / an account of an auditor
    Auditors = ("帐号：审计", "Accounts: an auditor"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 帐号：安全管理员 / an account of a security administrator
    SecurityAdmins = ("帐号：安全管理员", "Accounts: a security administrator"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 帐号：系统管理员 / an account of a system administrator
    SystemAdmins = ("帐号：系统管理员", "Accounts: a system administrator"), page ISSUE_ACCOUNT, command ACCOUNTS;
    /// 启用存量清单的县（区） / the counties whose register is opened
    Registers = ("启用存量登记的县(区)", "Counties whose register is opened"), page Some("/work/open-register"), command None;
    /// 配有书记的联合党组织 / the joint branches that have a secretary
    Secretaries = ("联合党组织书记", "Secretaries of joint branches"), page Some("/work/register-person"), command None;
    /// 签名密钥另存一份 / the signing key copied to another place
    KeyCopied = ("签名密钥另存", "The signing key is copied"), page None,
        command Some("lianjian backup --to DIR --keys-to DIR");
    /// 已做备份 / a backup made
    BackupMade = ("备份", "A backup is made"), page None, command Some("lianjian backup --to DIR");
    /// 日志经见证人签名 / witnesses have signed the log
    Witness = ("见证人", "A witness signs"), page None, command Some("lianjian witness");
}

impl StartItem {
    /// The roles of accounts that it counts.
    pub(super) fn of_role(role: Role) -> Option<Self> {
        Some(match role {
            Role::CityOffice => Self::CityOffices,
            Role::CountyOfficer => Self::CountyOfficers,
            Role::TownshipClerk => Self::TownshipClerks,
            Role::Auditor => Self::Auditors,
            Role::SecurityAdmin => Self::SecurityAdmins,
            Role::SystemAdmin => Self::SystemAdmins,
            Role::Subscriber | Role::Local => return None,
        })
    }
}
