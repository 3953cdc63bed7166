//! The checks of `doctor`, each on its own: what is found and what to do about it.

use service::checkpointer::{load_leaves, load_own_head};
use service::service::VIEWS_FOLDER;
use service::system_clock;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use audit::checkpoint::Checkpoint;
use audit::tree::{Tree, leaf_hash};
use audit::{Clock, Depth, FindingKind, Report, Verifier, verify_log};
use domain::clock::{ClockFault, fault};
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use event_log::envelope::decode;
use event_log::jetstream_county::{CountyConsumers, CountyStanding};
use event_log::{ControlStore, DirectoryLock, EmbeddedControl, EventLog, LockError, LogLocation, Position};
use projections::{Opened, RebuildReason, Store};

use super::{Check, Health, signing};

use crate::commands::audit::{SignedTree, access_findings, control_store};
use crate::exit::{Failure, Status};
use crate::local::{DataLocation, runtime};
use crate::progress::Progress;

/// Below this the disk may be full within days.
const WARN_FREE_BYTES: u64 = 5 << 30;
/// Below this the next checkpoint of the log may fail.
const FAIL_FREE_BYTES: u64 = 256 << 20;

/// Opens the log and reads it whole; nothing where it does not open.
pub fn log(
    place: &DataLocation,
    checks: &mut Vec<Check>,
    language: Language,
) -> Result<Option<Arc<dyn EventLog>>, Failure> {
    let log = match place.open_log() {
        Ok(log) => log,
        Err(failure) => {
            checks.push(Check::failed("log", &failure));
            return Ok(None);
        }
    };
    let mut progress = Progress::begin(language, "检查日志", "checking the log", None);
    progress.at(0);
    let checked = log.check();
    progress.end();
    match checked {
        Ok(found) => {
            let city = log.city();
            let Say { zh, en } = found;
            checks.push(Check::ok("log", format!("城市 {city}，{zh}"), format!("city {city}, {en}")));
        }
        Err(error) => {
            let failure = Failure::Log(error);
            checks.push(Check::failed("log", &failure));
        }
    }
    Ok(Some(log))
}

/// What the events say of each other: whole commands, times, numbers of each county; and whether they are those that were
/// signed for. `audit verify --deep` looks further.
pub fn history(log: &dyn EventLog, place: &DataLocation, language: Language) -> Result<Vec<Check>, Failure> {
    // The head before the log: a running service signs on, and a head read later is of events that this reading has not seen.
    // A store that does not open is told by its own check.
    let control = control_store(place).unwrap_or_default();
    let own = load_own_head(&place.data);
    let signed_tree = control.as_deref().map_or_else(|| Ok(SignedTree::default()), SignedTree::of_store)?;
    let remembered = signed_tree.checkpoint.as_ref().and_then(|head| load_leaves(&place.data, head));
    let mut progress = Progress::begin(language, "核对事件", "reading the events", None);
    let verifier = Verifier::new(Some(log.city()), Depth::Log);
    let mut tree = Tree::default();
    let report = verify_log(log, verifier, &mut |position, body| {
        tree.push(leaf_hash(body));
        progress.at(position);
    })?;
    progress.end();
    let access = access(place, &report, control.as_deref())?;
    let checkpoint = checkpoint(log.city(), &signed_tree, remembered.as_ref(), own.as_ref(), &tree);
    let checkpoint = match checkpoint.health {
        Health::Fail => checkpoint,
        _ => signing::tail(log, place, &signed_tree, &tree)?.unwrap_or(checkpoint),
    };
    let signing = signing::key(log, place, &signed_tree);
    let Some(first) = report.findings.first() else {
        let commands = report.commands;
        let zh = format!("{commands} 条指令完整，时间与各县序号连续");
        let en = format!("{commands} commands whole, times and numbers in order");
        let mut checks = vec![Check::ok("history", zh, en), checkpoint, signing, access];
        checks.extend(control.as_deref().map(super::believed::witnesses).transpose()?.flatten());
        return Ok(checks);
    };
    let (count, position, Say { zh, en }) = (report.finding_count, first.position, first.kind.meaning());
    if first.kind == FindingKind::UnknownType && is_newer(log, position)? {
        let zh = format!("第 {position} 条出自更新版本的程序：本程序比日志旧，请升级程序");
        let en = format!(
            "the event at {position} was written by a newer version: this program is older than the log; upgrade it"
        );
        let newer = Check { status: Status::UNREACHABLE, ..Check::fail("history", zh, en) };
        return Ok(vec![newer, checkpoint, signing, access]);
    }
    let zh = format!(
        "{count} 处异常，首处为第 {position} 条：{zh}。请停止服务，运行 audit verify --deep 并与备份核对"
    );
    let en = format!(
        "{count} findings, the first at event {position}: {en}. Stop the service, run `audit verify --deep`, compare with a backup"
    );
    Ok(vec![Check::fail("history", zh, en), checkpoint, signing, access])
}

/// Whether an event is of a type of ours that this program does not know; a type of somebody else's is none.
fn is_newer(log: &dyn EventLog, position: Position) -> Result<bool, Failure> {
    let mut is_newer = false;
    log.scan(position - 1, position, &mut |stored| {
        is_newer = decode(stored.body).is_err_and(|error| error.is_newer());
        ControlFlow::Continue(())
    })?;
    Ok(is_newer)
}

/// The access logs against what the city's log says of them.
fn access(
    place: &DataLocation,
    report: &Report,
    control: Option<&dyn ControlStore>,
) -> Result<Check, Failure> {
    let found = match access_findings(place, report, control, Clock::System) {
        Ok(found) => found,
        Err(failure) => return Ok(Check::failed("access", &failure)),
    };
    let Some(first) = found.first() else {
        let count = report.anchors.len();
        let zh = format!("访问日志与城市日志中的 {count} 个锚点一致");
        return Ok(Check::ok(
            "access",
            zh,
            format!("the access log agrees with its {count} anchors in the log"),
        ));
    };
    let (position, Say { zh, en }) = (first.position, first.kind.meaning());
    let zh = format!("第 {position} 条的锚点：{zh}。请保留现状并报告审计人员");
    let en = format!("the anchor at event {position}: {en}. Keep what is there and tell the auditors");
    Ok(Check::fail("access", zh, en))
}

/// Whether the events are those that the last signed checkpoint covers.
fn checkpoint(
    city: &str,
    signed_tree: &SignedTree,
    remembered: Option<&Tree>,
    own: Option<&Checkpoint>,
    tree: &Tree,
) -> Check {
    if let Some(check) = own.and_then(|own| super::believed::own_head(own, tree)) {
        return check;
    }
    if let Some(found) = signed_tree.against(tree, remembered, city, None).first() {
        let (position, Say { zh, en }) = (found.position, found.kind.meaning());
        let zh = format!("第 {position} 条：{zh}。请停止服务，保留现状，与备份核对后恢复");
        let en = format!(
            "event {position}: {en}. Stop the service, keep what is there, compare with a backup, restore"
        );
        return Check::fail("checkpoint", zh, en);
    }
    let last = tree.size();
    match &signed_tree.checkpoint {
        None => {
            let zh = "尚未签署：服务启动后约一秒即签署";
            Check::warn(
                "checkpoint",
                zh,
                "nothing is signed yet: a running service signs within a second or two",
            )
        }
        Some(head) => {
            let size = head.size;
            let zh = format!("已签署第 1 至 {size} 条，共 {last} 条");
            Check::ok("checkpoint", zh, format!("events 1 to {size} of {last} are signed"))
        }
    }
}

/// How the counties' consumers stand; nothing where the log is on this machine.
pub fn counties(place: &DataLocation, log: &dyn EventLog) -> Option<Check> {
    let LogLocation::Nats(options) = &place.log else { return None };
    let found = CountyConsumers::open(options, log.city()).and_then(|consumers| consumers.standings());
    let standings = match found {
        Ok(standings) => standings,
        Err(error) => return Some(Check::failed("counties", &Failure::Log(error))),
    };
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for CountyStanding { county, trouble, .. } in &standings {
        if let Some(trouble) = trouble {
            zh.push(format!("县 {county}：{}", trouble.say().zh));
            en.push(format!("county {county}: {}", trouble.say().en));
        }
    }
    if zh.is_empty() {
        let count = standings.len();
        let zh = format!("{count} 个县的消费者都没有超前，代码齐全");
        let en = format!("{count} consumers of counties, none ahead of the log, none without a code");
        return Some(Check::ok("counties", zh, en));
    }
    Some(Check::fail("counties", zh.join("；"), en.join("; ")))
}

/// Who holds the directory, and where nobody does, how far the read models are.
pub fn holder_and_views(data: &Path, log: &dyn EventLog, checks: &mut Vec<Check>) -> Result<(), Failure> {
    let _lock = match DirectoryLock::acquire(data, "") {
        Ok(lock) => lock,
        Err(LockError::HeldByServer { address, .. }) => {
            let zh = format!("由 {address} 的服务使用；读模型由它维护，见 {address}/readyz");
            let en =
                format!("held by the server at {address}, which keeps the read models: see {address}/readyz");
            checks.push(Check::ok("holder", zh, en));
            return Ok(());
        }
        Err(LockError::HeldByCommand { .. }) => {
            checks.push(Check::ok("holder", "由另一条命令使用", "held by another command"));
            return Ok(());
        }
        Err(error) => {
            let failure = Failure::Lock(error);
            checks.push(Check::failed("holder", &failure));
            return Ok(());
        }
    };
    checks.push(Check::ok("holder", "没有服务或命令使用此目录", "no server or command holds the directory"));
    checks.push(views(data, log)?);
    Ok(())
}

fn views(data: &Path, log: &dyn EventLog) -> Result<Check, Failure> {
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let last = runtime()?.block_on(log.last_position())?;
    Ok(match Store::open(&data.join(VIEWS_FOLDER), &city, log) {
        Ok(Opened::Ready { store, views }) => {
            let (at, rows) = (store.marker().position, views.row_count());
            let behind = last.saturating_sub(at);
            let zh = format!("{rows} 行，到第 {at} 条，下次启动补 {behind} 条");
            Check::ok("views", zh, format!("{rows} rows, at event {at}; the next start adds {behind}"))
        }
        Ok(Opened::Rebuild(reason @ RebuildReason::AheadOfLog { .. })) => {
            let Say { zh, en } = reason.say();
            Check::fail(
                "views",
                format!("{zh}：日志可能丢失了事件，请与备份核对"),
                format!("{en}: the log may have lost events; compare it with a backup"),
            )
        }
        Ok(Opened::Rebuild(reason)) => {
            let Say { zh, en } = reason.say();
            Check::warn(
                "views",
                format!("{zh}；下次启动时自动重建，或现在运行 rebuild"),
                format!("{en}; the next start makes them anew, or `rebuild` does it now"),
            )
        }
        Err(error) => {
            let failure = Failure::Store(error);
            Check::failed("views", &failure)
        }
    })
}

/// The store of names: there, sound, and its owner's alone.
pub fn control(place: &DataLocation) -> Check {
    if let LogLocation::Nats(_) = place.log {
        return match place.open_existing().and_then(|stores| Ok(stores.control.command_ids()?)) {
            Ok(_) => Check::ok(
                "control",
                "姓名与令牌存储（JetStream KV）可读",
                "the store of names and tokens (JetStream KV) can be read",
            ),
            Err(failure) => Check::failed("control", &failure),
        };
    }
    let data = &place.data;
    let file = data.join("control.db");
    if !file.exists() {
        let zh = "control.db 缺失：姓名、令牌均不可用，请从备份恢复";
        return Check::fail(
            "control",
            zh,
            "control.db is missing: no name and no token can be used; restore it from a backup",
        );
    }
    if let Err(error) = EmbeddedControl::open(data).and_then(|store| store.check()) {
        let failure = Failure::Log(error);
        return Check::failed("control", &failure);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_or(0, |metadata| metadata.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            let zh = format!("control.db 权限为 {mode:o}，他人可读：请执行 chmod 600 {}", file.display());
            let en =
                format!("control.db has mode {mode:o}, others may read it: run chmod 600 {}", file.display());
            return Check::fail("control", zh, en);
        }
    }
    Check::ok(
        "control",
        "姓名与令牌存储完好，仅属主可读",
        "the store of names and tokens is sound, and its owner's alone",
    )
}

/// The clock of this machine against the last event.
pub fn clock(log: &dyn EventLog) -> Result<Check, Failure> {
    let last = runtime()?.block_on(async {
        let last = log.last_position().await?;
        log.read(last.saturating_sub(1), 1).await
    })?;
    let decoded = last.first().and_then(|event| decode(&event.body).ok());
    let Some(recorded_at) = decoded.map(|decoded| decoded.event.meta.recorded_at) else {
        return Ok(Check::ok("clock", "日志尚无可比的事件", "there is no event to compare with"));
    };
    Ok(match fault(recorded_at, system_clock()) {
        Some(ClockFault::Behind { seconds }) => {
            let zh = format!(
                "本机时钟比最后一条事件（{recorded_at}）慢 {seconds} 秒，服务拒绝指令：有误则校时；无误（此前的事件以超前的时钟记录）则运行 lianjian clock accept"
            );
            let en = format!(
                "the clock is {seconds} s behind the last event ({recorded_at}), commands are refused: set it, or where it is right, and the last events were recorded under one that was ahead, run `lianjian clock accept`"
            );
            Check { status: Status::UNREACHABLE, ..Check::fail("clock", zh, en) }
        }
        Some(ClockFault::Leapt { days }) => {
            let zh = format!(
                "本机时钟比最后一条事件（{recorded_at}）晚 {days} 天，服务拒绝指令：有误则校时，无误则运行 lianjian clock accept"
            );
            let en = format!(
                "the clock is {days} days after the last event ({recorded_at}), commands are refused: set it, or where it is right run `lianjian clock accept`"
            );
            Check { status: Status::UNREACHABLE, ..Check::fail("clock", zh, en) }
        }
        None => {
            let zh = format!("最后一条事件记录于 {recorded_at}，时钟与其相符");
            Check::ok(
                "clock",
                zh,
                format!("the last event was recorded at {recorded_at}; the clock follows on it"),
            )
        }
    })
}

/// The room on the disk.
pub fn disk(data: &Path) -> Check {
    let existing = data.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let free = match rustix::fs::statvfs(existing) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => {
            return Check::warn(
                "disk",
                format!("无法查询剩余空间：{error}"),
                format!("the free space cannot be asked for: {error}"),
            );
        }
    };
    let mebibytes = free >> 20;
    let zh = format!("剩余 {mebibytes} MiB");
    let en = format!("{mebibytes} MiB free");
    if free < FAIL_FREE_BYTES {
        let advice =
            ("：请立即腾出空间，否则日志无法写入", ": free some space now, or the log cannot be written");
        return Check { status: Status::UNREACHABLE, ..Check::fail("disk", zh + advice.0, en + advice.1) };
    }
    if free < WARN_FREE_BYTES {
        return Check::warn("disk", zh + "：请尽快腾出空间", en + ": free some space soon");
    }
    Check::ok("disk", zh, en)
}
