//! Findings: what is wrong with a log, where, and what that means in plain words.

use domain::say::{Say, say};
use event_log::Position;
use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $zh:literal, $en:literal;)+) => {
        /// What is wrong: each kind has one slug and one meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FindingKind {
            $($(#[$doc])* $variant,)+
        }

        impl FindingKind {
            /// Every kind, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// What it means.
            pub fn meaning(self) -> Say {
                match self { $(Self::$variant => say($zh, $en),)+ }
            }
        }
    };
}

kinds! {
    /// The storage says that it is damaged.
    Storage = "storage", "日志文件已损坏", "the log's storage is damaged";
    /// Positions are not 1, 2, 3, ….
    PositionGap = "position-gap", "位置不连续：有事件缺失或多出", "positions are not gapless: an event is missing or too many";
    /// Longer than any event that was ever accepted.
    TooLong = "too-long", "事件超过长度上限", "the event is longer than the log accepts";
    /// No event of ours.
    Unreadable = "unreadable", "事件无法读取", "the event does not read";
    /// A type that this program does not know.
    UnknownType = "unknown-type", "事件类型未知：请用更新版本的程序核验", "the type is unknown: verify with a newer program";
    /// Another city's event.
    OtherCity = "other-city", "事件属于另一个城市", "the event belongs to another city";
    /// An attribute of the envelope contradicts the rest.
    Attribute = "attribute", "信封字段与事件内容不符", "an attribute of the envelope contradicts the event";
    /// The same values in other bytes.
    NotCanonical = "not-canonical", "字节不是程序写出的形式：曾被改写", "the bytes are not as the program writes them: they were rewritten";
    /// The event says that it stands elsewhere.
    Sequence = "sequence", "事件自述的位置与所在位置不同", "the event says that it stands at another position";
    /// Recorded earlier than the event before.
    TimeBackwards = "time-backwards", "记录时间早于前一条事件", "recorded earlier than the event before it";
    /// Two events of one id.
    EventIdRepeated = "event-id-repeated", "事件编号重复", "the event's id stands in the log twice";
    /// The events of a command do not stand together, or it was recorded twice.
    CommandSplit = "command-split", "同一指令的事件不连续，或该指令记录了两次", "the events of a command do not stand together, or it was recorded twice";
    /// Not all events of a command are there.
    CommandIncomplete = "command-incomplete", "指令的事件不完整", "not all events of a command are there";
    /// Events of one command contradict each other.
    CommandDiffers = "command-differs", "同一指令的事件在摘要、经办人、日期等字段上不一致", "events of one command differ in digest, actor, date or another common attribute";
    /// The numbers of a county are not gapless.
    ScopeSequence = "scope-sequence", "本县序号不连续：有事件缺失或改换了归属", "the county's sequence has a gap: an event is missing or was moved";
    /// Simulated and real events in one log.
    SimulatedMixed = "simulated-mixed", "模拟事件与正式事件混在同一日志", "simulated and real events stand in one log";
    /// Its schema refuses it.
    Schema = "schema", "事件不符合其 JSON Schema", "the event does not fit its JSON Schema";
    /// County or township do not follow from the entity.
    ScopeWrong = "scope-wrong", "事件的县、乡镇归属与其对象不符", "county and township are not those of the entity";
    /// Something referred to does not exist at that point.
    UnknownReference = "unknown-reference", "引用了当时尚未登记的对象", "it refers to something that was not recorded before";
    /// An id or code that was in use.
    IdRepeated = "id-repeated", "编号或代码已被使用", "the id or code was in use";
    /// The joint branch or organization could not undergo this then.
    StateBroken = "state-broken", "当时的状态不允许发生此事", "it could not happen in the state of that moment";
    /// In effect after the day of recording.
    EffectiveFuture = "effective-future", "生效日期晚于记录当日", "in effect after the day on which it was recorded";
    /// A document cited in two ways.
    DocumentInconsistent = "document-inconsistent", "文号与此前登记的发文日期或扫描件哈希不一致", "the document was cited before with another date or hash";
    /// A digest that is no hash.
    CommandDigest = "command-digest", "指令摘要不是 SHA-256 值", "the digest of the command is no SHA-256";
    /// Events that no command yields.
    NoCommand = "no-command", "没有任何指令会产生这样的事件", "no command yields these events";
    /// A role that may not give the command.
    RoleForbidden = "role-forbidden", "该角色无权下达此指令", "the role may not give this command";
    /// Outside the scope of whoever acted.
    OutsideScope = "outside-scope", "超出经办人的管辖范围", "outside the scope of whoever acted";
    /// On the authority of no body that decides this.
    DecidingBody = "deciding-body", "行文（决定）单位无权决定此事", "it was not done on the authority of a body that decides this";
    /// No meeting.
    DecisionMissing = "decision-missing", "缺少作出决定的会议，或会议晚于（本应）生效日期", "no meeting decided it, or one after the day for which it was decided";
    /// Decided for a day from which it could have held.
    DecidedOn = "decided-on", "本应生效日期不早于生效日期", "it says that it was decided for a day that is not before its effective date";
    /// No document.
    DocumentMissing = "document-missing", "缺少文号", "it needs a document and has none";
    /// The same person did what this checks.
    FourEyes = "four-eyes", "同一人既经办又复核（四眼原则）", "one person did both the act and what checks it";
    /// The county's alone.
    CountyAlone = "county-alone", "此事只能由县(区)办理", "it is the county's alone";
    /// Decided again, the command is refused.
    RuleBroken = "rule-broken", "按当日的规则重新裁决，此指令应被拒绝", "decided again under the rules of its day, the command is refused";
    /// Decided again, the command yields something else.
    DecidedOtherwise = "decided-otherwise", "按当日的规则重新裁决，得到的是另一些事件或提醒", "decided again, the command yields other events or warnings";
    /// Decided by rules that this program does not know.
    NewerRuleBook = "newer-rule-book", "自此执行本程序不知道的规则手册：此后的决定未予核验，请用更新版本的程序核验", "from here on an edition of the rule book is followed that this program does not know: what was decided since is not judged; verify with a newer program";
    /// Nobody who could act.
    ActorUnknown = "actor-unknown", "经办人在当时没有该角色的有效帐号", "the actor had no valid account of that role, or never existed";
    /// A local command that a real log does not take.
    LocalForbidden = "local-forbidden", "正式日志不接受此类本机指令", "a real log takes no local command of this kind";
    /// A name, pay or reason whose commitment is not that of what is stored.
    CommitmentBroken = "commitment-broken", "所存内容与日志中的承诺值不符：内容被改动", "what is stored is not what the log committed to: it was changed";
    /// A name, pay or reason that is gone.
    CommitmentMissing = "commitment-missing", "承诺值无法打开：所存内容缺失", "a commitment cannot be opened: what it commits to is gone";
    /// A name, pay or reason of a person with a tombstone that is still there.
    ErasedKept = "erased-kept", "此人的个人信息已依规删除，但所存内容仍在：请启动一次服务，由其补做删除", "the log says that the person is erased, and the value is still stored: a start of the service deletes it";
    /// The event is not the one under the signed root.
    Leaf = "leaf", "事件内容与签名检查点之下的叶哈希不符：事件曾被改动", "the event is not the one under the signed checkpoint: it was changed";
    /// The root over the events is not the signed one.
    Root = "root", "由此起的事件不在签名的根之下：历史曾被改写", "from here on the events are not those under the signed root: history was rewritten";
    /// The log ends before a checkpoint.
    LogShorter = "log-shorter", "日志比检查点短：末尾有事件缺失", "the log is shorter than the checkpoint: events at its end are gone";
    /// The log is not the continuation of an older checkpoint.
    Fork = "fork", "日志与较早的检查点分叉：此后的历史曾被改写", "the log forks from an older checkpoint: history after it was rewritten";
    /// Nobody has signed for it though there was time.
    Unsigned = "unsigned", "事件已记录一分钟以上，却不在签名检查点之下：无人为它签名", "the event is older than a minute and under no signed checkpoint: nobody has signed for it";
    /// A hash that is not that of its event.
    Tile = "tile", "哈希瓦片与事件不符", "a hash of the tiles is not that of the event";
    /// An inclusion proof that proves nothing.
    Proof = "proof", "包含证明不成立：事件不在签名的根之下", "the inclusion proof does not hold: the event is not under the signed root";
    /// The checkpoint does not read, or is another log's.
    Checkpoint = "checkpoint", "检查点无法读取，或属于另一日志", "the checkpoint does not read, or is another log's";
    /// A signature that is not what it claims to be.
    Signature = "signature", "检查点的签名不成立", "a signature of the checkpoint does not hold";
    /// A witness saw an event long before its own time.
    WitnessedBefore = "witnessed-before", "见证时间早于事件记录时间十分钟以上：时钟或记录时间有误", "a witness had seen the event more than ten minutes before its own time: the clock or the time is wrong";
    /// A witness saw the log without the event long after the event's time.
    Backdated = "backdated", "见证人在此事件的记录时间十分钟之后所见的日志中还没有它：记录时间被提前", "a witness saw the log without the event more than ten minutes after the event's time: it was dated back";
    /// Its time has not come yet.
    TimeAhead = "time-ahead", "记录时间晚于核验者的时钟", "its time lies ahead of the verifier's clock";
    /// The bundle's file is not as it was written.
    Bundle = "bundle", "归档包文件不是写出时的样子", "the bundle's file is not as it was written";
    /// The access log is shorter than the log says.
    AccessLogCut = "access-log-cut", "访问日志缺失或被截短：少于日志中已入账的条数", "the access log is gone or was cut: it is shorter than the log says";
    /// An entry of the access log is not the one that was anchored.
    AccessLogChanged = "access-log-changed", "访问日志的条目被改动", "an entry of the access log was changed";
    /// The read models are not those of the log.
    ViewsDiffer = "views-differ", "读模型与由日志重建的结果不同", "the read models are not what the log rebuilds to";
}

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

/// Something wrong at a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where.
    pub position: Position,
    /// What.
    pub kind: FindingKind,
    /// Which value, and what it should be: names and values, no sentences.
    pub detail: String,
}

impl Finding {
    pub(crate) fn new(position: Position, kind: FindingKind, detail: impl Into<String>) -> Self {
        Self { position, kind, detail: detail.into() }
    }

    /// What stands there, and what should.
    pub(crate) fn differing(
        position: Position,
        kind: FindingKind,
        what: &str,
        found: impl std::fmt::Display,
        expected: impl std::fmt::Display,
    ) -> Self {
        Self::new(position, kind, format!("{what}: {found} ≠ {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FindingKind;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let slugs: BTreeSet<_> = FindingKind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), FindingKind::ALL.len());
    }
}
