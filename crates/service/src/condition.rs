//! Conditions: everything that can be wrong with a running service, each told once. Readiness, metrics, pages and
//! refused commands read them here.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::say::{Say, say};

/// What a condition stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// Nothing: it is told, and reads and commands are answered.
    Nothing,
    /// What fails is refused where it fails, and is tried again each time: whoever chooses between instances shall
    /// choose another.
    Readiness,
    /// Commands are refused before they are decided; what was recorded can be read.
    Commands,
    /// Nothing is read or recorded.
    Reads,
}

macro_rules! conditions {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $part:literal, $stops:ident, $zh:literal, $en:literal;)+) => {
        /// What is wrong. Each has one slug, the part that it concerns, what it stops, and a sentence in both languages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Condition {
            $($(#[$doc])* $variant,)+
        }

        impl Condition {
            /// Every condition, in the order in which they are told.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in `/readyz` and in the metrics.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// The part of the service.
            pub fn part(self) -> &'static str {
                match self { $(Self::$variant => $part,)+ }
            }

            /// What it stops.
            pub fn stops(self) -> Stops {
                match self { $(Self::$variant => Stops::$stops,)+ }
            }

            /// The sentence, without its full stop.
            pub fn say(self) -> Say {
                match self { $(Self::$variant => say($zh, $en),)+ }
            }
        }
    };
}

conditions! {
    /// The log is not the one that was signed for.
    HistoryRefused = "history-refused", "log", Reads,
        "日志与已签署的检查点不符，停止录入和查阅；请通知系统管理员与审计人员",
        "the log is not the one that was signed for, and is neither written nor read; tell the system administrator and the auditors";
    /// A witness has proved that this log is shorter than, or other than, what it signed before.
    WitnessRefused = "witness-refused", "witness", Commands,
        "见证人证明日志曾被回退或改动，停止录入；请通知系统管理员与审计人员",
        "a witness has proved that the log was rolled back or changed: nothing is recorded; tell the system administrator and the auditors";
    /// An event of a newer program.
    LogNewer = "log-newer", "log", Commands,
        "日志含有更高版本程序写入的记录，停止录入，可查阅此前的情况；请升级本程序",
        "the log holds an event of a newer program: nothing is recorded, what came before it can be read; upgrade this program";
    /// Something in the log does not read, or does not continue what came before.
    LogUnreadable = "log-unreadable", "log", Commands,
        "日志末尾有无法读取的内容，停止录入，可查阅此前的情况；请通知系统管理员",
        "the end of the log does not read: nothing is recorded, what came before it can be read; tell the system administrator";
    /// An event that no lawful command could have made.
    LogUnlawful = "log-unlawful", "log", Commands,
        "日志末尾有不是依规办理产生的记录，停止录入，可查阅此前的情况；请通知系统管理员与审计人员",
        "the end of the log holds an event that no lawful command could have made: nothing is recorded, what came before it can be read; tell the system administrator and the auditors";
    /// The settings of the log's store are not those under which it was opened.
    SettingsChanged = "settings-changed", "nats", Commands,
        "日志存储的设置已被改动，停止录入；请通知系统管理员",
        "the settings of the log's store have been changed: nothing is recorded; tell the system administrator";
    /// The last append failed: a full disk, a store that does not sync.
    LogUnwritable = "log-unwritable", "log", Readiness,
        "日志无法写入，暂不能录入；请通知系统管理员检查磁盘",
        "the log cannot be written, so nothing can be recorded at the moment; tell the system administrator to check the disk";
    /// The log is there and cannot be read.
    LogReadFailing = "log-read-failing", "log", Readiness,
        "日志暂时无法读取，所示情况可能不是最新的；请通知系统管理员检查磁盘",
        "the log cannot be read at the moment, what is shown may be old; tell the system administrator to check the disk";
    /// The access log cannot be written.
    AccessLogUnwritable = "access-log-unwritable", "access-log", Readiness,
        "访问日志无法写入，暂不提供查阅；请通知系统管理员检查磁盘",
        "the access log cannot be written, so nothing is read at the moment; tell the system administrator to check the disk";
    /// The views stop before an event.
    ViewsParked = "views-parked", "views", Readiness,
        "所示情况停留在日志的一条记录之前；请通知系统管理员",
        "what is shown stops before an event of the log; tell the system administrator";
    /// The clock is behind the last event, or behind the witnesses'.
    ClockBehind = "clock-behind", "clock", Readiness,
        "服务器时钟慢于日志最后一条或见证人，暂不能录入；请通知系统管理员校时",
        "the clock is behind the log's last event or the witnesses' clocks, so nothing can be recorded; tell the system administrator to set it";
    /// The clock is so far after the last event that somebody must say that it is right.
    ClockLeapt = "clock-leapt", "clock", Readiness,
        "服务器时钟远晚于日志最后一条，核对之前不能录入；请通知系统管理员，有误则校时，无误则运行 lianjian clock accept",
        "the clock is far after the log's last event, so nothing can be recorded before somebody has looked; tell the system administrator to set it, or where it is right to run `lianjian clock accept`";
    /// The clock is ahead of the witnesses'.
    ClockAhead = "clock-ahead", "clock", Readiness,
        "服务器时钟快于见证人，暂不能录入；请通知系统管理员校时",
        "the clock is ahead of the witnesses', so nothing can be recorded; tell the system administrator to set it";
    /// Nobody answers for the log: reads go on from memory (decision 10).
    LogUnreachable = "log-unreachable", "log", Nothing,
        "日志服务器没有应答，所示为此前的情况，暂不能录入",
        "the log does not answer: what is shown is as old as that, and nothing can be recorded";
    /// Events stand in the log for longer than they should without being signed for.
    NotSigned = "not-signed", "signing", Nothing,
        "日志新增的记录未能签署；请通知系统管理员检查签名密钥",
        "what was recorded lately is not signed; tell the system administrator to check the signing key";
    /// The views in memory are right, their copy on disk is not kept up.
    ViewsNotStored = "views-not-stored", "views", Nothing,
        "读模型未能写盘，查阅不受影响；请通知系统管理员检查磁盘",
        "the read models are not written to disk, which changes nothing for readers; tell the system administrator to check the disk";
    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    UnsafeSettings = "unsafe-settings", "nats", Nothing,
        "日志的存储设置不安全，已确认的记录可能丢失",
        "the log is kept under unsafe settings: acknowledged events may be lost";
}

/// A condition that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// Which.
    pub condition: Condition,
    /// What more is to be said of it: a position, a figure. `/readyz` shows it to everybody: no path, name or message of
    /// the system belongs in it; those go to the service's own log.
    pub detail: Option<Say>,
}

impl Raised {
    /// The whole sentence: in Chinese with its full stop, in English without.
    pub fn say(&self) -> Say {
        let Say { zh, en } = self.condition.say();
        match &self.detail {
            Some(detail) => Say::of(format!("{zh}（{}）。", detail.zh), format!("{en} ({})", detail.en)),
            None => Say::of(format!("{zh}。"), en),
        }
    }
}

/// The conditions that parts of the service have raised and not cleared yet.
#[derive(Debug, Default)]
pub struct Conditions(Mutex<BTreeMap<Condition, Option<Say>>>);

impl Conditions {
    /// Says that it holds. One that holds already keeps its first detail until it is cleared.
    pub fn raise(&self, condition: Condition, detail: Option<Say>) {
        if let Entry::Vacant(vacant) = self.held().entry(condition) {
            let raised = Raised { condition, detail };
            tracing::error!(condition = condition.slug(), "{}", raised.say().en);
            vacant.insert(raised.detail);
        }
    }

    /// Says that it holds no longer.
    pub fn clear(&self, condition: Condition) {
        if self.held().remove(&condition).is_some() {
            tracing::info!(condition = condition.slug(), "the condition holds no longer");
        }
    }

    /// Whether the log goes on with something that is not folded: commands and the service's own events would stand
    /// behind it.
    pub fn is_log_cut(&self) -> bool {
        let held = self.held();
        [Condition::LogNewer, Condition::LogUnreadable, Condition::LogUnlawful]
            .iter()
            .any(|cut| held.contains_key(cut))
    }

    /// Whether it holds.
    pub fn is_raised(&self, condition: Condition) -> bool {
        self.held().contains_key(&condition)
    }

    /// All that hold, the worst first.
    pub fn all(&self) -> Vec<Raised> {
        let raised = |(condition, detail): (&Condition, &Option<Say>)| Raised {
            condition: *condition,
            detail: detail.clone(),
        };
        self.held().iter().map(raised).collect()
    }

    /// The first that stops this.
    pub fn stopping(&self, what: Stops) -> Option<Raised> {
        self.all().into_iter().find(|raised| raised.condition.stops() >= what)
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Condition, Option<Say>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_condition_holds_with_its_first_detail_until_it_is_cleared() {
        let conditions = Conditions::default();
        assert_eq!(conditions.stopping(Stops::Readiness), None);
        conditions.raise(Condition::LogUnreadable, Some(Say::of("位置 7", "position 7")));
        conditions.raise(Condition::LogUnreadable, None);
        conditions.raise(Condition::UnsafeSettings, None);
        let stopping = conditions.stopping(Stops::Commands).unwrap();
        assert!(stopping.say().zh.ends_with("（位置 7）。"), "{}", stopping.say().zh);
        assert!(stopping.say().en.ends_with("(position 7)"), "{}", stopping.say().en);
        assert_eq!(conditions.stopping(Stops::Reads), None);
        conditions.clear(Condition::LogUnreadable);
        let left: Vec<_> = conditions.all().iter().map(|raised| raised.condition).collect();
        assert_eq!((left, conditions.stopping(Stops::Readiness)), (vec![Condition::UnsafeSettings], None));
    }

    #[test]
    fn every_condition_has_its_own_slug_and_words_and_the_worst_come_first() {
        let slugs: BTreeSet<_> = Condition::ALL.iter().map(|condition| condition.slug()).collect();
        let words: BTreeSet<_> = Condition::ALL.iter().map(|condition| condition.say()).collect();
        assert_eq!((slugs.len(), words.len()), (Condition::ALL.len(), Condition::ALL.len()));
        assert!(Condition::ALL.is_sorted_by_key(|condition| std::cmp::Reverse(condition.stops())));
    }
}
