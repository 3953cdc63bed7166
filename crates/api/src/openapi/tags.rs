//! The tags under which the document puts its operations: commands under the headings of the work page, reads by subject.

use domain::commands::CommandKind;
use domain::say::{Say, say};
use domain::spec::Group;
use serde_json::{Value, json};

use super::routes::Endpoint;

/// A tag: generators name a part of the client after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// A command.
    Commands(Group),
    /// Trials of commands.
    Trials,
    /// Views of places and their joint branches.
    Views,
    /// Lists.
    Lists,
    /// Events.
    Events,
    /// Signed checkpoints, tiles, receipts.
    Proofs,
    /// Accounts and the access log.
    Accounts,
    /// The state of the service.
    Service,
    /// The descriptions of the interface.
    Descriptions,
}

impl Tag {
    /// The tag of a route that is no command.
    pub(super) fn of(endpoint: Endpoint) -> Self {
        match endpoint {
            Endpoint::Command | Endpoint::Trial => Self::Trials,
            Endpoint::LedgerProposal | Endpoint::LedgerAcceptance => Self::Commands(Group::Registering),
            Endpoint::ScanUpload => Self::Commands(Group::Registering),
            Endpoint::Scan
            | Endpoint::City
            | Endpoint::County
            | Endpoint::Register
            | Endpoint::Township
            | Endpoint::Ledger
            | Endpoint::JointBranch
            | Endpoint::Timeline
            | Endpoint::Life
            | Endpoint::JointBranchPaper
            | Endpoint::SupervisionPaper
            | Endpoint::MeetingPaper
            | Endpoint::CountyPaper
            | Endpoint::Organization
            | Endpoint::Places
            | Endpoint::Obligations
            | Endpoint::Policies
            | Endpoint::PolicyRehearsal => Self::Views,
            Endpoint::List => Self::Lists,
            Endpoint::Events | Endpoint::EventStream => Self::Events,
            Endpoint::Checkpoint
            | Endpoint::Witnessed
            | Endpoint::Keys
            | Endpoint::Tile
            | Endpoint::EntryBundle
            | Endpoint::Receipt
            | Endpoint::FigureProof => Self::Proofs,
            Endpoint::Accounts | Endpoint::AccessLog => Self::Accounts,
            Endpoint::Healthz | Endpoint::Readyz | Endpoint::Metrics => Self::Service,
            Endpoint::OpenApi
            | Endpoint::AsyncApi
            | Endpoint::Schemas
            | Endpoint::CommandSchema
            | Endpoint::EventSchema => Self::Descriptions,
        }
    }

    /// The tag's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commands(Group::Establishing) => "establishing",
            Self::Commands(Group::Posts) => "posts",
            Self::Commands(Group::EverydayWork) => "everyday-work",
            Self::Commands(Group::Evaluation) => "evaluation",
            Self::Commands(Group::Changes) => "changes",
            Self::Commands(Group::Registering) => "registering",
            Self::Commands(Group::Accounts) => "account-commands",
            Self::Commands(Group::Supervision) => "supervision",
            Self::Commands(Group::LogKeeping) => "log-keeping",
            Self::Trials => "trials",
            Self::Views => "views",
            Self::Lists => "lists",
            Self::Events => "events",
            Self::Proofs => "proofs",
            Self::Accounts => "accounts",
            Self::Service => "service",
            Self::Descriptions => "descriptions",
        }
    }

    fn description(self) -> Say {
        match self {
            Self::Commands(group) => {
                let Say { zh, en } = group.title();
                Say { zh: format!("办理：{zh}").into(), en: format!("commands of the group: {en}").into() }
            }
            Self::Trials => say("试算指令，不记录", "trials of commands, which record nothing"),
            Self::Views => say(
                "按市、县、乡镇和单个组织查询",
                "what there is in a city, county or township, and of one organization",
            ),
            Self::Lists => say("各类清单", "the lists, one for each subject"),
            Self::Events => say("事件的导出和订阅", "events, to export and to follow"),
            Self::Proofs => say(
                "查证：签名检查点、哈希瓦片、回执",
                "what proves the log: signed checkpoints, tiles of hashes, receipts",
            ),
            Self::Accounts => say("帐号和访问日志", "accounts and the access log"),
            Self::Service => say("服务状况", "the state of the service"),
            Self::Descriptions => say("接口和事件的说明", "the descriptions of the interface and of events"),
        }
    }

    /// Every tag as the document lists it.
    pub(super) fn all() -> Value {
        let given = |group: &Group| {
            CommandKind::ALL
                .iter()
                .map(|kind| kind.spec())
                .any(|spec| spec.group == *group && spec.is_over_http())
        };
        let commands = Group::ALL.into_iter().filter(given).map(Self::Commands);
        let others = [
            Self::Trials,
            Self::Views,
            Self::Lists,
            Self::Events,
            Self::Proofs,
            Self::Accounts,
            Self::Service,
            Self::Descriptions,
        ];
        let listed = commands
            .chain(others)
            .map(|tag| json!({ "name": tag.name(), "description": tag.description().in_both() }));
        listed.collect()
    }
}
