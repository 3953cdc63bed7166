//! Copying a log into another one, byte for byte under the same positions, and the erasable store with it.

use domain::errors;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::control::{ControlStore, Erasable};
use crate::envelope::{EnvelopeError, subject_of_stored};
use crate::log::{
    AppendError, EventLog, LogError, MAX_APPEND_EVENTS, MAX_READ_EVENTS, NewEvent, Position, StoredEvent,
};

/// What a copy came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The last position, in both logs.
    pub last: Position,
    /// How many events the target held before.
    pub found: Position,
    /// SHA-256 over all events in order, each preceded by its length in eight bytes; read back from both logs.
    pub sha256: String,
}

errors! {
    /// Why a copy is not made, or not finished.
    #[derive(Debug)]
    pub enum CopyError {
        /// Two cities never share a log.
        #[zh("来源属于城市 {from},目标属于 {to}")]
        #[en("the source is of the city {from}, the target of {to}")]
        OtherCity {
            /// The source's.
            from: String,
            /// The target's.
            to: String,
        },
        /// What the target holds is not the beginning of the source.
        #[zh("目标的第 {position} 条与来源不同,未作改动:请另选空的目标")]
        #[en("event {position} of the target is not the source's; nothing was changed: choose an empty target")]
        Differs {
            /// The first position at which they differ.
            position: Position,
        },
        /// The source ends before the position that is asked for.
        #[zh("来源止于第 {last} 条,没有第 {up_to} 条")]
        #[en("the source ends at {last}, before {up_to}")]
        TooShort {
            /// Where it ends.
            last: Position,
            /// What was asked for.
            up_to: Position,
        },
        /// Somebody appended to one of them meanwhile.
        #[zh("复制期间日志又有增加:请停止写入后再运行一次,会从已复制处继续")]
        #[en("a log grew meanwhile: stop whoever writes and run it again, it goes on where it was")]
        Grew,
        /// An event of the source says not where it belongs.
        #[zh("来源第 {position} 条无法读取:{cause}")]
        #[en("event {position} of the source does not read: {cause}")]
        Unreadable {
            /// Where it stands.
            position: Position,
            /// What is wrong.
            cause: EnvelopeError,
        },
    } of {
        /// One of the logs or stores failed.
        Log(#[from] LogError),
        /// The target took a group not, or perhaps not; running it again finds out.
        Append(#[from] AppendError),
    }
}

/// The small value with the position up to which a log came from elsewhere: whoever served it until then keeps the access
/// logs of that time.
pub const COPIED_ENTRY: &str = "copied.up-to";

/// Copies what the target does not have yet, up to a position where one is given, then reads both as far and compares.
/// `progress` is called with each position.
pub async fn copy_log(
    from: &dyn EventLog,
    to: &dyn EventLog,
    up_to: Option<Position>,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<Copied, CopyError> {
    if from.city() != to.city() {
        return Err(CopyError::OtherCity { from: from.city().to_owned(), to: to.city().to_owned() });
    }
    let (there, found) = (from.last_position().await?, to.last_position().await?);
    let last = up_to.unwrap_or(there);
    if there < last {
        return Err(CopyError::TooShort { last: there, up_to: last });
    }
    if found > last {
        return Err(CopyError::Differs { position: last + 1 });
    }
    compare(from, to, found, &mut |_| {}).await?;
    let mut at = found;
    while at < last {
        let events = from.read(at, MAX_APPEND_EVENTS.min((last - at) as usize)).await?;
        let count = events.len() as Position;
        let group: Result<Vec<NewEvent>, CopyError> = events.into_iter().map(filed).collect();
        match to.append(at, group?).await {
            Err(AppendError::Conflict { .. }) => return Err(CopyError::Grew),
            appended => appended?,
        }
        at += count;
        progress(at);
    }
    let sha256 = compare(from, to, last, progress).await?;
    let has_grown = up_to.is_none() && from.last_position().await? != last;
    if has_grown || to.last_position().await? != last {
        return Err(CopyError::Grew);
    }
    Ok(Copied { last, found, sha256 })
}

fn filed(event: StoredEvent) -> Result<NewEvent, CopyError> {
    let unreadable = |cause| CopyError::Unreadable { position: event.position, cause };
    Ok(NewEvent { subject: subject_of_stored(&event.body).map_err(unreadable)?, body: event.body })
}

/// Reads both up to a position and gives the digest of their bytes, which must be the same.
async fn compare(
    from: &dyn EventLog,
    to: &dyn EventLog,
    up_to: Position,
    progress: &mut (dyn FnMut(Position) + Send),
) -> Result<String, CopyError> {
    let (mut ours, mut theirs) = (Pages::new(from, up_to), Pages::new(to, up_to));
    let mut hash = Sha256::new();
    for position in 1..=up_to {
        let (one, other) = (ours.next().await?, theirs.next().await?);
        if one != other || one.position != position {
            return Err(CopyError::Differs { position });
        }
        hash.update((one.body.len() as u64).to_be_bytes());
        hash.update(&one.body);
        if position % MAX_READ_EVENTS as Position == 0 {
            progress(position);
        }
    }
    Ok(domain::hexadecimal(&hash.finalize()))
}

/// A log, event by event.
struct Pages<'a> {
    log: &'a dyn EventLog,
    up_to: Position,
    at: Position,
    page: std::vec::IntoIter<StoredEvent>,
}

impl<'a> Pages<'a> {
    fn new(log: &'a dyn EventLog, up_to: Position) -> Self {
        Self { log, up_to, at: 0, page: Vec::new().into_iter() }
    }

    async fn next(&mut self) -> Result<StoredEvent, CopyError> {
        if self.page.len() == 0 {
            let limit = MAX_READ_EVENTS.min((self.up_to - self.at) as usize);
            self.page = self.log.read(self.at, limit).await?.into_iter();
        }
        let event = self.page.next().ok_or(CopyError::Differs { position: self.at + 1 })?;
        self.at = event.position;
        Ok(event)
    }
}

/// Makes the target's erasable store hold what the source's does, and nothing else: what was erased meanwhile in the
/// source goes from the target too. `last` is the last position that is copied, `rename` says under which key a small value
/// belongs in the target. Returns how many commands have fields.
pub fn copy_control(
    from: &dyn ControlStore,
    to: &dyn ControlStore,
    last: Position,
    rename: &dyn Fn(&str, &[u8]) -> String,
) -> Result<usize, LogError> {
    let commands: BTreeSet<String> = from.command_ids()?.into_iter().collect();
    for command in &commands {
        copy_erasables(&from.erasables_of_command(command)?, to, command, last)?;
    }
    for gone in to.command_ids()?.iter().filter(|command| !commands.contains(*command)) {
        to.delete_command(gone)?;
    }
    let tokens: BTreeMap<String, _> =
        from.tokens()?.into_iter().map(|(hash, account)| (account, hash)).collect();
    for (account, hash) in &tokens {
        to.put_token(hash, account)?;
    }
    for (_, gone) in to.tokens()?.iter().filter(|(_, account)| !tokens.contains_key(account)) {
        to.delete_token(gone)?;
    }
    for (key, value) in from.entries()? {
        to.put(&rename(&key, &value), &value)?;
    }
    to.put(COPIED_ENTRY, last.to_string().as_bytes())?;
    Ok(commands.len())
}

fn copy_erasables(
    fields: &[Erasable],
    to: &dyn ControlStore,
    command: &str,
    last: Position,
) -> Result<(), LogError> {
    if to.erasables_of_command(command)? == fields {
        return Ok(());
    }
    to.delete_command(command)?;
    to.put_erasables(fields, last)
}
