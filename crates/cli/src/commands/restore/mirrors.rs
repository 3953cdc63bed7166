//! `restore --from-mirrors`: the log from whoever holds a copy of it. The longest copy counts that is whole and properly signed;
//! one that is not is named, with what it did.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use audit::alarm::Alarm;
use audit::checkpoint::Checkpoint;
use audit::key::PublicKey;
use audit::trust::Trust;
use audit::verdict::Established;
use audit::watch::forked;
use domain::say::{Language, say};
use event_log::{
    COPIED_ENTRY, ControlStore, EmbeddedControl, EmbeddedLog, LogLocation, NAMES_ABSENT_ENTRY,
    RESTORING_FOLDER,
};
use service::checkpointer::{HEAD_ENTRY, KEYS_ENTRY, WITNESSED_PREFIX, listed_keys};
use service::mirror::{MirrorError, origin_of};

use super::copies::{Copy, Named, Question};
use super::{Arguments, apply_tombstones, begin, entries, finish, put, put_scans, tell};
use crate::backup_files::{BackupError, CONTROL_FOLDER, Manifest, copy};
use crate::commands::audit::{trusted, verified};
use crate::commands::backup::CONTROL_FILE;
use crate::exit::{Failure, Status};
use crate::local::{DataLocation, runtime};
use crate::output::Output;
use crate::progress::Progress;

/// What a history has for itself where two are shown that were signed: whether the witnesses that are trusted signed it, and how
/// many of the copies are of it.
type Standing = (bool, usize);

/// What came of restoring from a copy.
enum Attempt {
    /// It is there; these copies are of another history, which has less for itself.
    Restored(Vec<Named>),
    /// The copy is not right, or does not answer.
    Unusable(Named),
    /// Two histories were signed, and nothing here says which one is the city's.
    Undecided(Vec<Named>),
}

pub fn run(arguments: &Arguments, trust: &Path, language: Language) -> Result<(), Failure> {
    let trust = trusted(trust)?;
    let (origin, city) = origin_of(&trust.logs)?;
    let manifest = |path: &Path| Manifest::read_checked(path);
    let names = arguments.names_from.as_deref().map(manifest).transpose()?;
    let keys = arguments.keys_from.as_deref().map(manifest).transpose()?;
    if names.iter().chain(&keys).any(|manifest| manifest.city != city) {
        return Err(Failure::usage("各份备份属于不同的城市", "the backups are of different cities"));
    }
    begin(&arguments.data)?;
    let data = &arguments.data.join(RESTORING_FOLDER);
    let (token_file, server_ca) = (arguments.token_file.as_deref(), arguments.server_ca.as_deref());
    let question = Question { trust: &trust, origin, token_file, server_ca };
    let found = arguments.from_mirrors.iter().map(|name| Copy::find(name, &question));
    let (mut copies, mut named) = (Vec::new(), Vec::new());
    found.for_each(|found| match found {
        Ok(copy) => copies.push(copy),
        Err(why) => named.push(why),
    });
    let chosen = choose(&copies, &trust, (city, data), &mut named, language)?;
    tell_named(&named, language)?;
    let Some(chosen) = chosen else { return Err(nothing(&named)) };
    if let (Some(from), Some(names)) = (&arguments.names_from, &names) {
        put(from, names, CONTROL_FOLDER, CONTROL_FILE, data)?;
        put_scans(from, names, data)?;
    }
    if let (Some(from), Some(keys)) = (&arguments.keys_from, &keys) {
        keys.files.iter().try_for_each(|key| copy(&from.join(&key.path), &data.join(&key.path)))?;
    }
    note_signed(data, &chosen.head, &trust)?;
    let erased = apply_tombstones(data, language)?;
    let report = verified(&DataLocation { data: data.clone(), log: LogLocation::Embedded }, language)?;
    let whole = report.is_consistent() && report.last_position == chosen.head.size;
    if whole {
        finish(&arguments.data)?;
    }
    tell_source(chosen, names.is_some(), keys.is_some(), language)?;
    tell(&report, whole, erased, language)?;
    let has_lied = named.iter().any(|named| named.is_lie);
    if has_lied { Err(Failure::Told(Status::VERIFICATION_FAILED)) } else { Ok(()) }
}

/// Copies the log of the longest copy that is right, and names those that are not.
fn choose<'a>(
    copies: &'a [Copy],
    trust: &Trust,
    log_of: (&str, &Path),
    named: &mut Vec<Named>,
    language: Language,
) -> Result<Option<&'a Copy>, Failure> {
    let mut left: Vec<&Copy> = copies.iter().collect();
    left.sort_by_key(|copy| std::cmp::Reverse(copy.head.size));
    while let Some(copy) = left.first().copied() {
        match attempt(copy, &left, trust, log_of, language)? {
            Attempt::Restored(others) => {
                named.extend(others);
                return Ok(Some(copy));
            }
            Attempt::Unusable(why) => named.push(why),
            Attempt::Undecided(histories) => {
                named.extend(histories);
                return Ok(None);
            }
        }
        clear(log_of.1)?;
        left.remove(0);
    }
    Ok(None)
}

/// Restores from one copy, held against the others that are left.
fn attempt(
    copy: &Copy,
    left: &[&Copy],
    trust: &Trust,
    (city, data): (&str, &Path),
    language: Language,
) -> Result<Attempt, Failure> {
    let size = copy.head.size;
    let tree = match copy.tree() {
        Ok(tree) => tree,
        Err(failure) => return Ok(Attempt::Unusable(copy.unread(&failure))),
    };
    if tree.root(size) != Some(copy.head.root) {
        return Ok(Attempt::Unusable(Named::of(&copy.name, &Alarm::WrongHashes { size })));
    }
    let is_other = |other: &&&Copy| tree.root(other.head.size) != Some(other.head.root);
    let (others, own): (Vec<&Copy>, Vec<&Copy>) = left.iter().partition(is_other);
    let forked = |named: &Copy, from: &Copy| Named::of(&named.name, &forked(&named.head, &from.head));
    let forks: Vec<Named> = others.iter().map(|other| forked(other, copy)).collect();
    match standing(&own, trust).cmp(&standing(&others, trust)) {
        Ordering::Less => return Ok(Attempt::Unusable(forked(copy, others.first().unwrap_or(&copy)))),
        Ordering::Equal => {
            let both = own.iter().map(|own| forked(own, others.first().unwrap_or(&copy)));
            return Ok(Attempt::Undecided(both.chain(forks).collect()));
        }
        Ordering::Greater => {}
    }
    let log = EmbeddedLog::open(data, city)?;
    let mut progress = Progress::begin(language, "恢复", "restoring", Some(size));
    let taken = copy.take_events(&tree, &log, &runtime()?, &mut progress);
    progress.end();
    match taken {
        Ok(None) => Ok(Attempt::Restored(forks)),
        Ok(Some(alarm)) => Ok(Attempt::Unusable(Named::of(&copy.name, &alarm))),
        // The disk here, and no fault of the copy's.
        Err(failure @ Failure::Mirror(_)) => Err(failure),
        Err(failure) => Ok(Attempt::Unusable(copy.unread(&failure))),
    }
}

fn standing(copies: &[&Copy], trust: &Trust) -> Standing {
    let has_quorum = |copy: &&Copy| {
        trust.asks_for_witnesses() && Established::of(trust, &copy.head, &[]).quorum_up_to.is_some()
    };
    (copies.iter().any(has_quorum), copies.len())
}

/// Takes away what a copy left that turned out wrong.
fn clear(data: &Path) -> Result<(), BackupError> {
    for path in entries(data)? {
        fs::remove_file(&path).map_err(|cause| BackupError::Io { path, cause })?;
    }
    Ok(())
}

/// Puts what was signed beside the log, as a city keeps it, and up to where names may be gone.
fn note_signed(data: &Path, head: &Checkpoint, trust: &Trust) -> Result<(), Failure> {
    let control = EmbeddedControl::open(data)?;
    let of_log = head.only_of(&trust.logs).map_err(MirrorError::from)?;
    let mut keys: Vec<PublicKey> = listed_keys(&control).map_err(Failure::internal)?;
    let new = trust.logs.iter().filter(|key| !keys.contains(key)).cloned().collect::<Vec<_>>();
    keys.extend(new);
    let keys: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let size = head.size.to_string();
    control.put(KEYS_ENTRY, keys.as_bytes())?;
    control.put(HEAD_ENTRY, &of_log.to_bytes())?;
    control.put(&format!("{WITNESSED_PREFIX}{:020}", head.size), &head.to_bytes())?;
    control.put(NAMES_ABSENT_ENTRY, size.as_bytes())?;
    // The access logs of that time lay on the disks that are gone.
    Ok(control.put(COPIED_ENTRY, size.as_bytes())?)
}

/// Says of each copy that is not right what is wrong with it.
fn tell_named(named: &[Named], language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    for Named { name, said, evidence, .. } in named {
        let said = said.in_language(language);
        output.line(language.pick(format!("镜像 {name}：{said}"), format!("the mirror {name}: {said}")))?;
        evidence.iter().try_for_each(|head| output.line(head))?;
    }
    output.flush()
}

/// No copy is left.
fn nothing(named: &[Named]) -> Failure {
    let has_lied = named.iter().any(|named| named.is_lie);
    Failure::Ended {
        status: if has_lied { Status::VERIFICATION_FAILED } else { Status::UNREACHABLE },
        message: say(
            "未恢复任何内容：没有可用的镜像；两份历史均有签名时，请查明真伪，只给出可信的镜像",
            "nothing was restored: no mirror can be used; where two histories were signed, find out which is the city's, and name its mirrors only",
        ),
    }
}

/// Says whence it came, and what no mirror holds.
fn tell_source(chosen: &Copy, has_names: bool, has_keys: bool, language: Language) -> Result<(), Failure> {
    let (name, size) = (&chosen.name, chosen.head.size);
    let mut output = Output::new();
    output.line(language.pick(
        format!("日志取自镜像 {name}：第 1 至 {size} 条均在其签名的日志头之下；此后记录而未镜像的内容不在其中"),
        format!("the log is from the mirror {name}: the events 1 to {size}, all under the head that it signed; what was recorded later and not mirrored is not in it"),
    ))?;
    let lost = if has_names {
        say(
            "姓名、令牌和扫描件取自备份；备份之后的不在其中，显示为未打开的承诺值，帐户须重新签发令牌",
            "names, tokens and scans are from the backup; later ones are gone: they show as unopened commitments, and accounts need new tokens",
        )
    } else {
        say(
            "镜像不存姓名、报酬、理由、令牌和扫描件：显示为未打开的承诺值，帐户须以 token create 重新签发；有备份时加 --names-from",
            "no mirror holds names, pays, reasons, tokens or scans: they show as unopened commitments, and accounts must be made anew by `token create`; where there is a backup, add --names-from",
        )
    };
    output.line(lost.in_language(language))?;
    if !has_keys {
        output.line(language.pick(
            "没有签名密钥：请把另存的 signing.key 放入目录（或加 --keys-from），否则服务可用，但不再签署",
            "there is no signing key: put the copy of signing.key into the directory (or add --keys-from); without it the service runs and signs nothing more",
        ))?;
    }
    output.flush()
}
