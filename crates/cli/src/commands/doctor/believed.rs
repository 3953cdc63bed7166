//! What the service would believe at its next start: how far the log folds, and whether what this directory remembers of it
//! agrees.

use std::path::Path;

use audit::checkpoint::Checkpoint;
use audit::tree::Tree;
use domain::CityState;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use event_log::{ControlStore, EventLog};
use service::checkpointer::{is_head_missing, refusing_witnesses};
use service::condition::Condition;
use service::folded_state::{FoldError, FoldedState};

use super::Check;
use crate::exit::{Failure, Status};
use crate::local::policy;
use crate::progress::Progress;

/// How often snapshot and log are folded on until they stand at the same event.
const MAX_FOLDS: usize = 100;

/// How far the log folds, whether the snapshot is what it folds to, and whether the store of names and the signed head that
/// such a log must have are there; with what it folds to, as far as it reads.
pub fn fold(
    data: &Path,
    log: &dyn EventLog,
    control: Option<&dyn ControlStore>,
    language: Language,
) -> Result<(Vec<Check>, CityState), Failure> {
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let snapshot = FoldedState::load(data, &city, log, policy()?);
    let mut folded_state = FoldedState::new(city, policy()?);
    let mut progress = Progress::begin(language, "折算日志", "folding the log", None);
    let stopped = folded_state.fold_good(log, &mut |position| progress.at(position))?;
    progress.end();
    let last = folded_state.state.last_position;
    let folds = match stopped.as_ref().map(|error| (error.stop(), error.say())) {
        None => Check::ok("fold", format!("全部 {last} 条可折算"), format!("all {last} events fold")),
        // A program that is too old is no damage.
        Some((Some((position, Condition::LogNewer)), _)) => Check {
            status: Status::UNREACHABLE,
            ..Check::fail(
                "fold",
                format!("第 {position} 条由更高版本的程序写入，此前的可查阅，不能录入：请升级本程序"),
                format!(
                    "event {position} was written by a newer program; what came before is served, and nothing is recorded: upgrade this program"
                ),
            )
        },
        Some((Some((position, Condition::LogUnlawful)), Say { zh, en })) => Check::fail(
            "fold",
            format!(
                "第 {position} 条起有不是依规办理产生的记录（{zh}）：服务只提供前 {last} 条的查阅，不能录入，也不再签署。请通知审计人员；恢复办法见运维手册“日志末尾无法读取”，即 log copy --up-to {last}"
            ),
            format!(
                "from event {position} on stands what nobody could have given lawfully ({en}): the service shows the first {last}, records nothing and signs no further. Tell the auditors; the way back stands in docs/operations.md under \"The end of the log does not read\": log copy --up-to {last}"
            ),
        ),
        Some((_, Say { zh, en })) => {
            let next = last + 1;
            let zh = format!(
                "日志自第 {next} 条起无法读取（{zh}）：服务只提供前 {last} 条的查阅，不能录入。请查明来源；恢复办法见运维手册“日志末尾无法读取”，即 log copy --up-to {last}"
            );
            let en = format!(
                "the log does not read from event {next} on ({en}): the service shows the first {last} and records nothing. Find out where it came from; the way back stands in docs/operations.md under \"The end of the log does not read\": log copy --up-to {last}"
            );
            Check::fail("fold", zh, en)
        }
    };
    let read = snapshot.map(|mut snapshot| {
        let at = snapshot.state.last_position;
        level(&mut snapshot, &mut folded_state, log)
            .map(|is_level| (at, !is_level || snapshot.state == folded_state.state))
    });
    let snapshot = match read.transpose()? {
        Some((at, true)) => {
            let rest = last.saturating_sub(at);
            let zh = format!("到第 {at} 条，与日志一致，下次启动读 {rest} 条");
            let en = format!("at event {at}, and what the log folds to; the next start reads {rest} events");
            Check::ok("snapshot", zh, en)
        }
        Some((at, false)) => Check::fail(
            "snapshot",
            format!("到第 {at} 条的快照与日志不符：曾被改动。请停止服务，查明何人改动，删除 state.snapshot"),
            format!(
                "the snapshot at event {at} is not what the log folds to: it was changed. Stop the service, find out who did, and delete state.snapshot"
            ),
        ),
        None if last == 0 => Check::ok("snapshot", "空日志不需要快照", "an empty log needs none"),
        None => Check::warn(
            "snapshot",
            "没有可用的快照：下次启动会读取整个日志，无须处理",
            "there is none that fits: the next start reads the whole log; nothing to do",
        ),
    };
    let mut checks = vec![folds, snapshot];
    if let Some(control) = control.filter(|_| last > 0) {
        checks.extend(lost(data, &folded_state, control));
    }
    Ok((checks, folded_state.state))
}

/// Folds both to the same event: a running service records on while one is folded after the other.
fn level(
    snapshot: &mut FoldedState,
    folded_state: &mut FoldedState,
    log: &dyn EventLog,
) -> Result<bool, FoldError> {
    for _ in 0..MAX_FOLDS {
        snapshot.fold_good(log, &mut |_| {})?;
        if snapshot.state.last_position == folded_state.state.last_position {
            return Ok(true);
        }
        folded_state.fold_good(log, &mut |_| {})?;
        if snapshot.state.last_position == folded_state.state.last_position {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the store beside a log must hold and does not. What cannot be asked of it is told by its own check.
fn lost(data: &Path, folded_state: &FoldedState, control: &dyn ControlStore) -> Vec<Check> {
    let mut checks = Vec::new();
    if folded_state.misses_names(control).unwrap_or(false) {
        let zh = "控制库（control.db 或存储桶）中没有任何姓名，而日志记有帐户或人员：请从备份恢复";
        let en = "the control store (control.db, or the bucket) holds no name, and the log has accounts or persons: restore it from a backup";
        checks.push(Check::fail("control", zh, en));
    }
    if is_head_missing(control, data).unwrap_or(false) {
        let zh = "日志有签名密钥，却没有已签署的检查点：控制库被清空或不是本日志的，请从备份恢复";
        let en = "the log has a signing key and no signed checkpoint: the control store was emptied, or is another log's; restore it from a backup";
        checks.push(Check::fail("checkpoint", zh, en));
    }
    checks
}

/// What the witnesses proved, where the store says that any did.
pub fn witnesses(control: &dyn ControlStore) -> Result<Option<Check>, Failure> {
    let refusing = refusing_witnesses(control)?;
    if refusing.is_empty() {
        return Ok(None);
    }
    let names = refusing.join(", ");
    let zh = format!(
        "见证人 {names} 证明日志曾被回退或改动，停止录入。请停止服务，保留现状，与备份核对；查清之后换用新的见证人"
    );
    let en = format!(
        "{names} proved that the log was put back or changed; nothing is recorded. Stop the service, keep what is there, compare with a backup; once it is cleared up, take a new witness"
    );
    Ok(Some(Check::fail("witness", zh, en)))
}

/// The signed head that this directory remembers, against the tree of the log; nothing where they agree.
pub fn own_head(own: &Checkpoint, tree: &Tree) -> Option<Check> {
    if tree.root(own.size) == Some(own.root) {
        return None;
    }
    let (last, size) = (tree.size(), own.size);
    let zh = format!(
        "本目录见过已签署的前 {size} 条，现有日志（{last} 条）不是其延续：日志被换成了较早或另一份。请停止服务，保留现状，与备份核对后恢复"
    );
    let en = format!(
        "this directory has seen {size} events signed, which the log of {last} does not continue: it was put back to an earlier state, or is another log. Stop the service, keep what is there, compare with a backup, restore"
    );
    Some(Check::fail("checkpoint", zh, en))
}
