//! `clock`: says in the log that the machine's clock is right where it leaps from the last event, beside a running server
//! or without one.

use clap::{Args, Subcommand};
use domain::account::Role;
use domain::actor::Actor;
use domain::clock::{ClockFault, MAX_BEHIND_SECONDS, MAX_QUIET_DAYS, fault};
use domain::date::Timestamp;
use domain::ids::CommandId;
use domain::say::Language;
use serde_json::json;
use service::request::CommandRequest;
use service::submission::Submissions;
use service::system_clock;

use super::token::new_ulid;
use crate::exit::Failure;
use crate::local::{DataDirectory, load_folded_state, runtime};
use crate::output::Output;

/// Who acts in the log where something is said on the machine itself.
const ACTOR_ID: &str = "local:admin";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 确认本机时钟无误：时钟比日志最后一条晚一个月以上，或早于以超前时钟记录的事件时使用，记入日志 / say in the log that the
    /// clock is right, where it is a month and more after the last event, or before events recorded under a clock that was ahead
    Accept(Arguments),
}

#[derive(Debug, Args)]
pub struct Arguments {
    /// 现在的准确时间，取自另一时钟，如 2026-12-01T09:30+08:00 / the right time, read from another clock
    #[arg(long, value_name = "TIME")]
    time: Timestamp,
    /// 原因，如 更换主板电池后校时 / why the clock leaps
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    directory: DataDirectory,
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    let Command::Accept(arguments) = command;
    let stores = arguments.directory.location()?.open_existing()?;
    let folded_state = load_folded_state(&stores, language)?;
    let (now, last) = (system_clock(), folded_state.state.last_recorded_at);
    check(arguments.time, now)?;
    let found = fault(last, now).filter(|_| folded_state.state.last_position > 0).ok_or_else(|| {
        Failure::usage(
            format!("日志最后一条记录于 {last}，时钟与其相符，无须确认"),
            format!(
                "the last event was recorded at {last}: the clock follows on it, there is nothing to accept"
            ),
        )
    })?;
    let request = CommandRequest {
        id: CommandId(new_ulid()?),
        name: "accept-clock".to_owned(),
        body: json!({
            "effective_date": now.day(), "on_behalf_of": stores.city,
            "data": { "previous": last, "reason": arguments.reason.trim() }
        }),
        actor: Actor { id: ACTOR_ID.to_owned(), role: Role::Local, scope: stores.city.clone() },
        if_match: None,
        traceparent: None,
    };
    let recorded = runtime()?.block_on(async {
        let submissions = Submissions::start(&stores, folded_state, system_clock, std::sync::Arc::default());
        let recorded = submissions.submit(request).await;
        submissions.stop().await;
        recorded
    })?;
    tell(found, now, recorded.position, language)
}

/// The machine's clock must be the one that was read elsewhere: nobody confirms what was not looked at.
fn check(right: Timestamp, now: Timestamp) -> Result<(), Failure> {
    let seconds = (now.milliseconds() - right.milliseconds()) / 1_000;
    if seconds.abs() <= MAX_BEHIND_SECONDS {
        return Ok(());
    }
    Err(Failure::usage(
        format!("本机时钟为 {now}，与 --time 相差 {} 秒：请先校时；没有记录任何内容", seconds.abs()),
        format!(
            "this machine's clock says {now}, {} s from --time: set it first; nothing was recorded",
            seconds.abs()
        ),
    ))
}

fn tell(found: ClockFault, now: Timestamp, position: u64, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    output.line(match found {
        ClockFault::Leapt { days } => language.pick(
            format!("已在第 {position} 条确认时钟 {now}：日志此前静止 {days} 天（超过 {MAX_QUIET_DAYS} 天须确认），可以继续记录"),
            format!("the clock, {now}, is accepted at event {position}: the log was quiet for {days} days, above {MAX_QUIET_DAYS}; recording goes on"),
        ),
        ClockFault::Behind { seconds } => language.pick(
            format!("已在第 {position} 条确认时钟 {now}：此前的事件以快 {seconds} 秒的时钟记录，可以继续记录"),
            format!("the clock, {now}, is accepted at event {position}: those before were recorded under one {seconds} s ahead; recording goes on"),
        ),
    })?;
    output.flush()
}
