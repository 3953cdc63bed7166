//! `audit accesses`: who looked at what, by person, by what was looked at, and by day.

use clap::Args;
use domain::date::Date;
use domain::say::Language;
use event_log::{AccessStore, ControlStore};
use labels::terms::term;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::access_log::AccessNote;
use service::access_search::{Sought, search};
use service::names;

use super::signed_tree::control_store;
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::{Server, ServerOptions};

/// How many are told where nothing else is said, and the most.
const LIMIT: u64 = 200;
const MAX_LIMIT: u64 = 5_000;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 只列某人的：帐号的编号 / only what somebody did: the id of the account
    #[arg(long, value_name = "ID")]
    who: Option<String>,
    /// 只列看过某内容的：路径的一部分，如联合党组织的编号、区划代码、清单名称 / only who looked at something: a part of the address, such as the id of a joint branch, a division code or the name of a list
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// 从该日起 / from that day on
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 到该日止 / up to that day
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// 最早的在前；默认最新的在前 / the oldest first; the newest first where absent
    #[arg(long)]
    oldest: bool,
    /// 最多列出的条数 / the most entries to tell
    #[arg(long, value_name = "N", default_value_t = LIMIT, value_parser = clap::value_parser!(u64).range(1..=MAX_LIMIT))]
    limit: u64,
    /// 以 JSON 输出，每行一条 / as JSON, one line each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

/// An access as it is told.
#[derive(Debug, Serialize, Deserialize)]
struct Access {
    #[serde(flatten)]
    note: AccessNote,
    who_name: Option<String>,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let found = match arguments.server.connect()? {
        Some(server) => remote(&server, arguments)?,
        None => local(arguments)?,
    };
    let mut output = Output::new();
    if arguments.json {
        return found.iter().try_for_each(|access| output.json(access)).and_then(|()| output.flush());
    }
    let head: [&str; 6] = language.pick(
        ["时间", "访问人", "角色", "内容", "状态", "来源地址"],
        ["time", "who", "role", "what", "status", "address"],
    );
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(found.into_iter().map(|Access { note, who_name }| {
        let role = note.role.map(|role| term(language, "Role", role.as_str()));
        let who = who_name.map_or_else(|| note.who.clone(), |name| format!("{name} {}", note.who));
        let address = note.address.unwrap_or_default();
        vec![
            note.time.to_string(),
            who,
            role.unwrap_or_default(),
            note.path,
            note.status.to_string(),
            address,
        ]
    }));
    output.table(&rows)?;
    output.flush()
}

/// Of every access log that lies here, each by itself.
fn local(arguments: &Arguments) -> Result<Vec<Access>, Failure> {
    let place = arguments.directory.location()?;
    // A directory that is none is said to be so, and not to be one in which nobody looked.
    place.open_log()?;
    let control = control_store(&place)?;
    let sought = Sought {
        who: arguments.who.clone(),
        about: arguments.about.clone(),
        from: arguments.from,
        to: arguments.to,
    };
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for store in AccessStore::open_all_read_only(&place.data)? {
        let mut cursor = None;
        loop {
            let part = search(&store, &sought, !arguments.oldest, cursor, limit, |_| true)?;
            for note in part.entries.into_iter().filter_map(|(_, note)| note) {
                let who_name = control
                    .as_deref()
                    .map_or(Ok(None), |control: &dyn ControlStore| names::holder(control, &note.who))?;
                found.push(Access { note, who_name });
            }
            cursor = part.next;
            if cursor.is_none() || found.len() >= limit {
                break;
            }
        }
    }
    found.sort_by_key(|access| access.note.time);
    if !arguments.oldest {
        found.reverse();
    }
    found.truncate(limit);
    Ok(found)
}

/// What the server shows to the token.
fn remote(server: &Server, arguments: &Arguments) -> Result<Vec<Access>, Failure> {
    let days = [("from", arguments.from), ("to", arguments.to)];
    let texts = [("who", arguments.who.clone()), ("about", arguments.about.clone())];
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("newest", if arguments.oldest { "false" } else { "true" });
        query.append_pair("limit", &(limit - found.len()).to_string());
        for (name, day) in days.iter().filter_map(|(name, day)| day.map(|day| (name, day))) {
            query.append_pair(name, &day.to_string());
        }
        for (name, text) in texts.iter().filter_map(|(name, text)| text.as_ref().map(|text| (name, text))) {
            query.append_pair(name, text);
        }
        if let Some(cursor) = &cursor {
            query.append_pair("cursor", cursor);
        }
        let answer = server.get(&format!("/api/v1/access-log?{}", query.finish()))?;
        let page: Value = serde_json::from_str(&answer).map_err(|error| server.unreachable(error))?;
        let rows = page["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        // What does not read was not written by the service; `audit verify` judges it.
        found.extend(rows.iter().filter_map(|row| serde_json::from_value::<Access>(row.clone()).ok()));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() || found.len() >= limit {
            return Ok(found);
        }
    }
}
