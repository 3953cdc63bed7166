//! Whether the log goes on being signed: the key is there, reads, and is one that has signed it; nothing waits for long.

use audit::tree::Tree;
use domain::say::Say;
use event_log::envelope::decode;
use event_log::{DirectoryLock, EventLog, LockError, LogLocation};
use service::signing_key::{self, SIGNING_KEY_VARIABLE};
use service::system_clock;

use super::Check;
use crate::commands::audit::SignedTree;
use crate::exit::{Failure, Status};
use crate::local::{DataLocation, runtime};

/// A running service signs within seconds; an event that waits for longer is told of.
const SIGNED_WITHIN_SECONDS: i64 = 60;

/// The key of this directory, against those that have signed the log.
pub fn key(log: &dyn EventLog, place: &DataLocation, signed_tree: &SignedTree) -> Check {
    let secret = std::env::var(SIGNING_KEY_VARIABLE).ok();
    let keys = match signing_key::load(secret.as_deref(), &place.data, log.city()) {
        Ok(keys) => keys,
        Err(error) => {
            let Say { zh, en } = error.say();
            let zh = format!("{zh}；服务因此不能启动，请从密钥备份恢复");
            let en =
                format!("{en}; the service does not start with it: restore it from the backup of the keys");
            return Check { status: Status::UNREACHABLE, ..Check::fail("signing", zh, en) };
        }
    };
    let was_signed = signed_tree.checkpoint.is_some() || !signed_tree.keys.is_empty();
    let Some(keys) = keys else {
        return match (was_signed, &place.log) {
            (false, _) => Check::ok(
                "signing",
                "尚未签署：首次启动时生成密钥",
                "nothing is signed yet; the first start makes a key",
            ),
            (true, LogLocation::Nats(_)) => Check::warn(
                "signing",
                "此处没有 signing.key：本实例不签署，须有其他实例签署",
                "there is no signing.key here: this instance does not sign, another must",
            ),
            (true, LogLocation::Embedded) => Check::fail(
                "signing",
                "signing.key 缺失：新增记录不再签署，请从密钥备份恢复",
                "signing.key is missing: what is recorded is not signed any more; restore it from the backup of the keys",
            ),
        };
    };
    if signed_tree.keys.is_empty() || keys.iter().any(|key| signed_tree.keys.contains(&key.public())) {
        return Check::ok("signing", "签名密钥可用，属于此日志", "the signing key is there, and this log's");
    }
    Check::warn(
        "signing",
        "signing.key 从未签署过此日志：若是换钥，请向核验人公布新公钥；若未换钥，请从密钥备份恢复",
        "signing.key has never signed this log: after a change of keys, publish the new public key; if nobody changed it, restore it from the backup of the keys",
    )
}

/// How long the first event that nobody signed for has waited.
pub fn tail(
    log: &dyn EventLog,
    place: &DataLocation,
    signed_tree: &SignedTree,
    tree: &Tree,
) -> Result<Option<Check>, Failure> {
    let Some(head) = signed_tree.checkpoint.as_ref().filter(|head| head.size < tree.size()) else {
        return Ok(None);
    };
    let first = head.size + 1;
    let stored = runtime()?.block_on(log.read(head.size, 1))?;
    let Some(decoded) = stored.first().and_then(|event| decode(&event.body).ok()) else { return Ok(None) };
    let recorded_at = decoded.event.meta.recorded_at;
    let waiting = (system_clock().milliseconds() - recorded_at.milliseconds()) / 1_000;
    if waiting <= SIGNED_WITHIN_SECONDS {
        return Ok(None);
    }
    let (count, last) = (tree.size() - head.size, tree.size());
    let zh = format!("第 {first} 至 {last} 条（{count} 条）尚未签署，最早的记录于 {recorded_at}");
    let en = format!(
        "the events {first} to {last} ({count}) are not signed; the first was recorded at {recorded_at}"
    );
    let is_served = matches!(DirectoryLock::acquire(&place.data, ""), Err(LockError::HeldByServer { .. }));
    Ok(Some(match is_served {
        true => Check::fail(
            "checkpoint",
            zh + "：正在运行的服务没有签署，请检查 signing.key 与 /readyz",
            en + ": the running service does not sign; look at signing.key and /readyz",
        ),
        false => {
            Check::warn("checkpoint", zh + "：服务启动后即签署", en + ": a service signs them as it starts")
        }
    }))
}
