//! The access log as an auditor reads it: who looked at what, by person, by what was looked at, and by day.

use axum::extract::{Extension, State};
use axum::response::Response;
use domain::entity::Entity;
use domain::hexadecimal;
use domain::place::Level;
use event_log::{AccessEntry, AccessHead};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use service::access_log::AccessNote;
use service::access_search::{Sought, search};
use service::names;

use super::App;
use super::answer::unconditional;
use super::query::{Query, wrong};
use crate::auth::Principal;
use crate::problem::Problem;

/// 访问日志的一页，最早的在前，或按要求最新的在前 / a page of the access log, the oldest first, or as asked the newest
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccessLogPage {
    /// 记录这些访问的服务实例 / the instance of the service that noted them
    instance: String,
    /// 该实例全部记录的条数 / how many entries the instance has in all
    count: u64,
    /// 末条记录的哈希，十六进制 / the hash of the last entry, in hexadecimal
    head: String,
    /// 读取者管辖范围内的记录 / the entries of the reader's scope
    rows: Vec<AccessRow>,
    /// 下一页的游标；已是最后一页时为 null / the cursor of the next page; null on the last one
    next_cursor: Option<String>,
}

/// 一次访问；不能识别的记录照原样给出 / an access; an entry that does not read is given as it is
#[derive(Debug, Serialize, JsonSchema)]
struct AccessRow {
    #[serde(flatten)]
    #[schemars(with = "AccessNote")]
    note: Map<String, Value>,
    /// 记录的序号 / the number of the entry
    number: u64,
    /// 记录的哈希，含前一条的哈希，十六进制 / the hash of the entry, over that of the one before it, in hexadecimal
    hash: String,
    /// 访问者姓名；没有帐号或姓名已删除时为 null / the name of who it was; null without an account, or once the name is erased
    who_name: Option<String>,
}

/// Who looked at what, as it was found.
pub struct Accesses {
    /// The entries with their notes, and who it was by name.
    pub rows: Vec<(AccessEntry, Option<AccessNote>, Option<String>)>,
    /// Where the next part begins.
    pub next: Option<u64>,
    instance: String,
    head: AccessHead,
}

/// `GET /api/v1/access-log`: the entries of the auditor's scope, a page at a time.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
) -> Result<Response, Problem> {
    let text = |name: &str| query.text(name).map(str::to_owned);
    let sought =
        Sought { who: text("who"), about: text("about"), from: query.date("from")?, to: query.date("to")? };
    let is_newest_first = query.flag("newest")?.unwrap_or(false);
    let found = app.accesses(&principal, sought, is_newest_first, cursor(&query)?, query.limit()?).await?;
    let rows = found.rows.into_iter().map(|(entry, _, name)| row(entry, name)).collect();
    let (head, next_cursor) = (found.head, found.next.map(|next| next.to_string()));
    let (count, head) = (head.number, hexadecimal(&head.hash));
    unconditional(&AccessLogPage { instance: found.instance, count, head, rows, next_cursor })
}

/// Where a part of the log begins.
pub fn cursor(query: &Query) -> Result<Option<u64>, Problem> {
    let parse = |text: &str| {
        text.parse().map_err(|_| {
            wrong("cursor", text, "上一页给出的 next_cursor", "the next_cursor of the page before")
        })
    };
    query.text("cursor").map(parse).transpose()
}

impl App {
    /// Who looked at what in the reader's scope, at most so many entries from a cursor on.
    pub async fn accesses(
        &self,
        principal: &Principal,
        sought: Sought,
        is_newest_first: bool,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<Accesses, Problem> {
        let access = self.service.access();
        let head = access.flush().await?;
        let (store, state, scope) = (access.store().clone(), self.state()?, principal.scope.clone());
        let instance = store.instance().to_owned();
        let may_see = move |note: &AccessNote| {
            // An account is of its place, whatever code that had when the note was made.
            let account = note.who.parse().ok().filter(|id| state.accounts.contains_key(id));
            match account {
                Some(id) => state.scope_of(Entity::Account(id)).is_within(&scope),
                None => {
                    scope.level() == Level::City
                        || note.scope.as_ref().is_some_and(|noted| noted.is_within(&scope))
                }
            }
        };
        let searching = move || search(&store, &sought, is_newest_first, cursor, limit, may_see);
        let found = tokio::task::spawn_blocking(searching).await;
        let found = found.map_err(|error| Problem::internal(error.to_string()))??;
        let named = |(entry, note): (AccessEntry, Option<AccessNote>)| {
            let name = note.as_ref().map(|note| names::holder(self.service.control(), &note.who));
            Ok((entry, note, name.transpose()?.flatten()))
        };
        let rows = found.entries.into_iter().map(named).collect::<Result<_, Problem>>()?;
        Ok(Accesses { rows, next: found.next, instance, head })
    }
}

fn row(entry: AccessEntry, who_name: Option<String>) -> AccessRow {
    let mut note: Map<String, Value> = serde_json::from_slice(&entry.body).unwrap_or_default();
    // Whatever somebody wrote into the file, these three are the service's own.
    ["number", "hash", "who_name"].iter().for_each(|key| drop(note.remove(*key)));
    AccessRow { note, number: entry.number, hash: hexadecimal(&entry.hash), who_name }
}
