//! A row of the start list, and what fills in of it what the log does not tell.

use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::item::StartItem;
use crate::person::HasSecretary;

/// 启用清单的一项：要有什么、已有多少、还缺什么、在哪里办 / an item of the start list: what it takes, how much is there, what is missing, and what does it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StartRow {
    /// 启用清单的事项 / what the row is about
    pub item: StartItem,
    /// 办理情况 / how far it is
    pub state: StartState,
    /// 已有的个数，不掌握则为空 / how many are there; absent where it is not known
    pub done: Option<u64>,
    /// 应有的个数，无从得知则为空 / how many there should be; absent where nobody can say
    pub total: Option<u64>,
    /// 尚缺的前几个 / the first few that are missing
    pub missing: Vec<StartGap>,
    /// 尚缺的个数 / how many are missing
    pub missing_count: u64,
    /// 依据：从何得知 / how that is known
    pub known_from: StartSource,
    /// 最近一次办理的时间，日志以外的事项才有 / when it was last done; only of what the log does not tell
    pub at: Option<Timestamp>,
    /// 截至的日志位置，日志以外的事项才有 / up to which event of the log; only of what the log does not tell
    pub position: Option<u64>,
    /// 办理的页面，已齐备或没有页面的为空 / the page that does it; absent where nothing is left to do
    pub page: Option<String>,
    /// 办理的命令，已齐备或没有命令的为空 / the command line that does it; absent where nothing is left to do
    pub command: Option<String>,
}

/// 启用清单中尚缺的一个：地方或联合党组织 / one that is missing: a place or a joint branch
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StartGap {
    /// 区划代码，不是地方的为空 / the code of the place, where it is one
    pub code: Option<PlaceCode>,
    /// 所缺者的名称 / the name of what is missing
    pub name: Text,
}

/// 启用事项的办理情况 / how far an item of the start list is
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartState {
    /// 已齐备 / all of it is there
    Done,
    /// 部分已有 / some of it is there
    Partly,
    /// 尚未办理 / none of it is there
    Open,
    /// 暂无可办：所依据的事项尚未登记 / nothing to do yet, for what it rests on is not there
    NotYet,
    /// 不掌握：无从得知是否已办 / not known
    Unknown,
}

/// 从何得知一项启用事项是否办妥 / how it is known whether an item of the start list is done
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartSource {
    /// 日志 / the log tells
    Log,
    /// 数据目录中备份留下的标记 / the mark that a backup leaves in the data directory
    BackupMark,
    /// 控制库中见证人的签名 / the signatures of witnesses in the control store
    Witnesses,
}

impl HasSecretary for StartRow {}

/// What the log does not tell: who has the data directory and the control store knows it as of now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// When the signing key was last copied by a backup.
    pub keys_copied: Option<Timestamp>,
    /// When a backup was last made, and up to which event.
    pub backed_up: Option<(Timestamp, u64)>,
    /// Up to which event witnesses have signed.
    pub witnessed: Option<u64>,
}

impl StartRow {
    /// Fills in what the log does not tell. A mark that is not there says nothing: somebody may have copied by hand.
    pub fn fill(&mut self, upkeep: &Upkeep) {
        let (found, at, position) = match self.item {
            StartItem::KeyCopied => (upkeep.keys_copied.is_some(), upkeep.keys_copied, None),
            StartItem::BackupMade => (
                upkeep.backed_up.is_some(),
                upkeep.backed_up.map(|(at, _)| at),
                upkeep.backed_up.map(|(_, last)| last),
            ),
            StartItem::Witness => (upkeep.witnessed.is_some(), None, upkeep.witnessed),
            _ => return,
        };
        self.at = at;
        self.position = position;
        if found {
            (self.state, self.done, self.missing_count) = (StartState::Done, Some(1), 0);
            (self.page, self.command) = (None, None);
        } else if self.item == StartItem::Witness {
            // The control store holds every signature that counts.
            (self.state, self.done, self.missing_count) = (StartState::Open, Some(0), 1);
        }
    }
}
