//! `audit acts`: everything that one official recorded, by account or by name, between two days of recording.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use clap::Args;
use domain::Event;
use domain::date::{Date, Timestamp};
use domain::holder::name_key;
use domain::say::Language;
use event_log::envelope::decode;
use event_log::{ControlStore, EventLog};
use serde::Serialize;
use service::names;

use super::signed_tree::control_store;
use super::words;
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;

/// Where the control store keeps whose account it is.
const HOLDER_POINTER: &str = "/holder";
/// The most records that are told; more are asked for by shorter spans of days.
const MAX_ACTS: usize = 100_000;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 谁办理的：姓名，或帐号的编号（经办人的登录名） / who: a name, or the id of an account (or a login, for what was done on the machine)
    #[arg(long, value_name = "NAME_OR_ID")]
    who: String,
    /// 从该日录入的起 / recorded on that day or later
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 到该日录入的止 / recorded up to that day
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// 以 JSON 输出，每行一条 / as JSON, one line each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
}

/// A record of theirs.
#[derive(Debug, Serialize)]
struct Act {
    position: u64,
    recorded_at: Timestamp,
    effective_date: Date,
    actor: String,
    actor_name: Option<String>,
    role: &'static str,
    #[serde(rename = "type")]
    event_type: &'static str,
    subject: String,
    on_behalf_of: String,
    document: Option<String>,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let place = arguments.directory.location()?;
    let log = place.open_log()?;
    let control = control_store(&place)?;
    let actors = actors(&arguments.who, control.as_deref())?;
    let acts = acts(&*log, &actors, arguments, control.as_deref())?;
    let mut output = Output::new();
    if arguments.json {
        return acts.iter().try_for_each(|act| output.json(act)).and_then(|()| output.flush());
    }
    let head: [&str; 7] = language.pick(
        ["位置", "录入时间", "生效日期", "事项", "文号", "经办人", "角色"],
        ["position", "recorded", "effective", "what", "document", "who", "role"],
    );
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(acts.into_iter().map(|act| {
        let what = words::event(act.event_type);
        let who = act.actor_name.map_or_else(|| act.actor.clone(), |name| format!("{name} {}", act.actor));
        vec![
            act.position.to_string(),
            act.recorded_at.to_string(),
            act.effective_date.to_string(),
            language.pick(what.zh, what.en).into_owned(),
            act.document.unwrap_or_else(|| "—".to_owned()),
            who,
            labels::terms::term(language, "Role", act.role),
        ]
    }));
    output.table(&rows)?;
    output.flush()
}

/// The actors that are meant: every account of that name, in every spelling of it, and whoever bears the text itself.
fn actors(who: &str, control: Option<&dyn ControlStore>) -> Result<BTreeSet<String>, Failure> {
    let key = name_key(who);
    let named = control.map_or(Ok(Vec::new()), |control| control.values_of_pointer(HOLDER_POINTER))?;
    let accounts = named.into_iter().filter(|(_, name)| name_key(name) == key).map(|(account, _)| account);
    Ok(accounts.chain([who.to_owned()]).collect())
}

fn acts(
    log: &dyn EventLog,
    actors: &BTreeSet<String>,
    arguments: &Arguments,
    control: Option<&dyn ControlStore>,
) -> Result<Vec<Act>, Failure> {
    let fits = |event: &Event| {
        let day = event.meta.recorded_at.day();
        actors.contains(&event.meta.actor)
            && arguments.from.is_none_or(|first| first <= day)
            && arguments.to.is_none_or(|last| day <= last)
    };
    let (mut found, mut broken) = (Vec::new(), None);
    log.scan(0, u64::MAX, &mut |stored| match decode(stored.body) {
        Ok(decoded) if found.len() < MAX_ACTS => {
            found.extend(Some(decoded.event).filter(&fits));
            ControlFlow::Continue(())
        }
        Ok(_) => ControlFlow::Break(()),
        Err(error) => {
            broken = Some(Failure::internal(format!("{}: {error}", stored.position)));
            ControlFlow::Break(())
        }
    })?;
    if let Some(failure) = broken {
        return Err(failure);
    }
    if found.len() >= MAX_ACTS {
        return Err(Failure::usage(
            format!("超过 {MAX_ACTS} 条：请用 --from、--to 分段查询"),
            format!("more than {MAX_ACTS} records: ask by shorter spans with --from and --to"),
        ));
    }
    found.into_iter().map(|event| act(&event, control)).collect()
}

fn act(event: &Event, control: Option<&dyn ControlStore>) -> Result<Act, Failure> {
    let meta = &event.meta;
    let actor_name = control.map_or(Ok(None), |control| names::holder(control, &meta.actor))?;
    Ok(Act {
        position: meta.position,
        recorded_at: meta.recorded_at,
        effective_date: meta.effective_date,
        actor: meta.actor.clone(),
        actor_name,
        role: meta.role.as_str(),
        event_type: event.body.event_type(),
        subject: event.body.entity().to_string(),
        on_behalf_of: meta.on_behalf_of.to_string(),
        document: meta.document.as_ref().map(|document| document.number.to_string()),
    })
}
