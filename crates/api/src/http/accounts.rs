//! `GET /api/v1/accounts`: who may act or read, until when, and which accounts are one person's.

use axum::extract::State;
use axum::response::Response;
use domain::account::Role;
use domain::date::Date;
use domain::ids::{AccountId, HolderId};
use schemars::JsonSchema;
use serde::Serialize;
use service::accounts::{self, AccountLine};

use super::App;
use super::answer::unconditional;
use crate::problem::Problem;

/// 全部帐号，按签发先后 / every account, in the order of issue
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Accounts {
    /// 每个帐号一行 / a row an account
    rows: Vec<AccountRow>,
}

/// 一个帐号及其角色和范围 / an account with its role and its scope
#[derive(Debug, Serialize, JsonSchema)]
struct AccountRow {
    /// 帐号的编号 / the id of the account
    id: AccountId,
    /// 帐号的角色 / the role of the account: what it may do and read
    role: Role,
    /// 管辖范围：行政区划代码 / where it may do it: a division code
    scope: String,
    /// 持有人姓名；已删除的没有 / the holder's name; nothing once it is erased
    holder: Option<String>,
    /// 持有人的编号，同一人的各帐号相同 / whose it is: the same for all accounts of one person
    holder_id: HolderId,
    /// 有效期的最后一天 / the last day on which it is valid
    expires_on: Option<Date>,
    /// 今日能否使用 / whether it may be used today
    #[schemars(extend("enum" = ["valid", "suspended", "expired", "revoked"]))]
    state: &'static str,
    /// 登录页面时是否使用第二因素 / whether its holder signs in to the pages with a second factor
    second_factor: bool,
}

impl From<AccountLine> for AccountRow {
    fn from(line: AccountLine) -> Self {
        Self {
            id: line.id,
            role: line.role,
            scope: line.scope,
            holder: line.holder,
            holder_id: line.holder_id,
            expires_on: line.expires_on,
            state: line.state.words().1,
            second_factor: line.has_second_factor,
        }
    }
}

/// Every account.
pub(crate) async fn list(State(app): State<App>) -> Result<Response, Problem> {
    let rows = app.accounts().await?.into_iter().map(AccountRow::from).collect();
    unconditional(&Accounts { rows })
}

impl App {
    /// Every account with its holder's name, in the order of issue.
    pub async fn accounts(&self) -> Result<Vec<AccountLine>, Problem> {
        let (service, state, today) = (self.service.clone(), self.state()?, self.today());
        let listed =
            tokio::task::spawn_blocking(move || accounts::list(&state, service.control(), today)).await;
        let listed = listed.map_err(|error| Problem::internal(error.to_string()))?;
        listed.map_err(|error| Problem::internal(error.to_string()))
    }
}
