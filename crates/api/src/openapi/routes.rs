//! The table of the interface's routes: what the router mounts, what the guard checks, and what `openapi.json` says, from
//! one place. Pages are for people and stand in the crate `site`.

use domain::account::Role;

use crate::auth::{ACCOUNT_KEEPERS, AUDITORS, Access, EVENT_READERS, OPERATORS, READERS};
use crate::openapi::access_routes::ACCESS_LOG;
use crate::openapi::paper_routes::{OF_COUNTY, OF_JOINT_BRANCH, OF_MEETING, OF_SUPERVISION};
use crate::openapi::policy_routes::REHEARSAL;
use crate::openapi::proof_routes::{FIGURE_PROOF, RECEIPT};
use crate::openapi::scan_routes::{SCAN, SCAN_UPLOAD};

/// What answers a request. The router matches on it, so none can be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// Records a command.
    Command,
    /// Tries commands.
    Trial,
    /// The city's view.
    City,
    /// A county's view.
    County,
    /// A county's register.
    Register,
    /// Proposes what an office's ledger says.
    LedgerProposal,
    /// Tries or records what was accepted of it.
    LedgerAcceptance,
    /// A township's view.
    Township,
    /// A township's ledger.
    Ledger,
    /// A joint branch.
    JointBranch,
    /// What happened to a joint branch.
    Timeline,
    /// The life of a joint branch.
    Life,
    /// A paper on a joint branch.
    JointBranchPaper,
    /// A paper on a supervision.
    SupervisionPaper,
    /// A paper on a coordination meeting.
    MeetingPaper,
    /// A paper of a county.
    CountyPaper,
    /// An organization.
    Organization,
    /// Places.
    Places,
    /// Obligations.
    Obligations,
    /// The policy in force.
    Policies,
    /// A proposed policy, held against what is recorded.
    PolicyRehearsal,
    /// A list.
    List,
    /// Stores a scan.
    ScanUpload,
    /// A scan.
    Scan,
    /// Who may act or read.
    Accounts,
    /// Who read what.
    AccessLog,
    /// Events.
    Events,
    /// Events as they come.
    EventStream,
    /// The signed head of the tree.
    Checkpoint,
    /// The newest head that a witness has signed.
    Witnessed,
    /// The keys that sign it.
    Keys,
    /// Hashes of the tree.
    Tile,
    /// Events, as the tree's bundles.
    EntryBundle,
    /// The proof of one event.
    Receipt,
    /// The proof of a figure.
    FigureProof,
    /// Whether the process lives.
    Healthz,
    /// Whether it answers reads.
    Readyz,
    /// Its own figures.
    Metrics,
    /// This table, as OpenAPI.
    OpenApi,
    /// What is sent, as AsyncAPI.
    AsyncApi,
    /// Which schemas there are.
    Schemas,
    /// The schema of a command.
    CommandSchema,
    /// The schema of an event.
    EventSchema,
}

/// The shape of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A day.
    Date,
    /// An instant.
    Time,
    /// A position in the log.
    Position,
    /// How many.
    Count,
    /// Yes or no.
    Flag,
    /// A division code.
    Code,
    /// A division code, or `_`.
    Scope,
    /// Any text.
    Text,
    /// A ULID.
    Ulid,
}

/// A parameter of a query or a path.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// What it does, in Chinese and English.
    pub description: &'static str,
}

/// A route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// What answers.
    pub endpoint: Endpoint,
    /// The path.
    pub path: &'static str,
    /// What it gives, in Chinese and English.
    pub summary: &'static str,
    /// The query parameters it knows; any other is refused.
    pub query: &'static [Parameter],
    /// Who may use it.
    pub access: Access,
    /// The media types of its answer.
    pub media_types: &'static [&'static str],
    /// The statuses it answers with, besides those that every route has.
    pub statuses: &'static [u16],
}

impl Route {
    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        match self.endpoint {
            Endpoint::Command
            | Endpoint::Trial
            | Endpoint::LedgerProposal
            | Endpoint::LedgerAcceptance
            | Endpoint::PolicyRehearsal
            | Endpoint::ScanUpload => "post",
            _ => "get",
        }
    }
}

pub(super) const fn parameter(name: &'static str, shape: Shape, description: &'static str) -> Parameter {
    Parameter { name, shape, description }
}

pub(super) const AS_OF: Parameter = parameter(
    "as_of",
    Shape::Date,
    "该日生效的情况（按现在所知） / what was in effect on that day, as known now",
);
pub(super) const KNOWN_AT: Parameter = parameter(
    "known_at",
    Shape::Time,
    "当时已记录的情况，未给 as_of 时按当日（北京时间）判断 / as it was recorded at that time; without as_of it is looked at on that day (in China)",
);
pub(super) const AT: Parameter = parameter(
    "at",
    Shape::Position,
    "记录到该位置时的情况，未给 as_of 时按记录当日（北京时间）判断 / as it was recorded at that position; without as_of it is looked at on the day of its recording (in China)",
);
pub(super) const MIN_POSITION: Parameter = parameter(
    "min_position",
    Shape::Position,
    "等到视图包含该位置，最多 5 秒 / waits until the view holds that position, at most 5 s",
);
const FIGURE: Parameter =
    parameter("figure", Shape::Text, "列出该项数字所计的行 / lists the rows that this figure counts");
pub(super) const LIMIT: Parameter = parameter(
    "limit",
    Shape::Count,
    "最多返回的行数：不写为 1000，至多 5000 / the most rows to return: 1,000 where it is not given, never more than 5,000",
);
const EVENT_LIMIT: Parameter = parameter(
    "limit",
    Shape::Count,
    "最多返回的事件数，至多 5000；不写则到末尾 / the most events to return, never more than 5,000; all of them where it is not given",
);
pub(super) const CURSOR: Parameter =
    parameter("cursor", Shape::Text, "上一页给出的 next_cursor / next_cursor of the page before");
const CODE: Parameter = parameter("code", Shape::Code, "行政区划的代码 / the statistical code of the place");
pub(super) const SCOPE: Parameter =
    parameter("scope", Shape::Code, "市、县、乡镇代码 / the code of a city, county or township");
const EVENT_SCOPE: Parameter = parameter(
    "scope",
    Shape::Scope,
    "市、县、乡镇代码，或 _（不属任何县） / the code of a city, county or township, or _ for what has no county",
);
const YEAR: Parameter =
    parameter("year", Shape::Count, "年度清单的年份 / the year of a list that is of one year");
const OVERDUE: Parameter =
    parameter("overdue", Shape::Flag, "只列逾期（或未逾期）的 / only those overdue, or only those not");
const DUE_BEFORE: Parameter =
    parameter("due_before", Shape::Date, "只列该日之前到期的 / only those due before that day");
const AFTER: Parameter = parameter(
    "after",
    Shape::Position,
    "从该位置之后开始；在日志末尾之后则答复 409 / begins after that position; 409 where it lies beyond the end of the log",
);
const TYPE: Parameter = parameter(
    "type",
    Shape::Text,
    "只列此类型的事件；写明版本（….v1）的，只列该版本 / only events of this type; where a version is named (….v1), of that version only",
);

/// What a ledger is read with.
const LEDGER: &[Parameter] = &[
    parameter(
        "aliases",
        Shape::Text,
        "本单位的表头叫法，如 书记:掌舵人;成员:抱团村 / the office's own headings, such as 书记:掌舵人;成员:抱团村",
    ),
    parameter(
        "lang",
        Shape::Text,
        "理由所用的语言，zh（默认）或 en / the language of reasons, zh (where absent) or en",
    ),
];
/// Whether what was accepted is recorded.
const ACCEPTANCE: &[Parameter] =
    &[parameter("commit", Shape::Flag, "true 为记录，否则只试算 / `true` records it; a trial otherwise")];
const VIEW: &[Parameter] = &[AS_OF, KNOWN_AT, AT, MIN_POSITION, FIGURE, LIMIT, CURSOR];
pub(super) const ENTITY: &[Parameter] = &[AS_OF, KNOWN_AT, AT, MIN_POSITION];
const LIST: &[Parameter] = &[AS_OF, KNOWN_AT, AT, MIN_POSITION, LIMIT, CURSOR];
const PLACES: &[Parameter] = &[CODE, AS_OF, KNOWN_AT, AT, MIN_POSITION, LIMIT, CURSOR];
const OBLIGATIONS: &[Parameter] =
    &[SCOPE, OVERDUE, DUE_BEFORE, AS_OF, KNOWN_AT, AT, MIN_POSITION, LIMIT, CURSOR];

const POLICIES: &[Parameter] = &[SCOPE, AS_OF, KNOWN_AT, AT, MIN_POSITION, LIMIT, CURSOR];

const LISTS: &[Parameter] = &[SCOPE, YEAR, AS_OF, KNOWN_AT, AT, MIN_POSITION, LIMIT, CURSOR];

/// Who reads the whole city.
const CITY_READERS: &[Role] = &[Role::CityOffice, Role::Auditor];

pub(super) const JSON: &[&str] = &["application/json"];
const EVENT_LISTS: &[&str] = &["application/x-ndjson", "application/cloudevents-batch+json"];
const SCHEMA: &[&str] = &["application/schema+json"];
pub(super) const TEXT: &[&str] = &["text/plain"];
const BYTES: &[&str] = &["application/octet-stream"];

const READ_STATUSES: &[u16] = &[200, 304, 404, 503];

pub(super) const fn read(
    endpoint: Endpoint,
    path: &'static str,
    query: &'static [Parameter],
    roles: &'static [Role],
    summary: &'static str,
) -> Route {
    Route {
        endpoint,
        path,
        summary,
        query,
        access: Access::Read(roles),
        media_types: JSON,
        statuses: READ_STATUSES,
    }
}

const fn open(
    endpoint: Endpoint,
    path: &'static str,
    media_types: &'static [&'static str],
    statuses: &'static [u16],
    summary: &'static str,
) -> Route {
    Route { endpoint, path, summary, query: &[], access: Access::Open, media_types, statuses }
}

/// Every route of the server.
pub const ROUTES: &[Route] = &[
    Route {
        endpoint: Endpoint::Command,
        path: "/api/v1/commands/{name}",
        summary: "提交指令 / records a command",
        query: &[],
        access: Access::Write,
        media_types: JSON,
        statuses: &[200, 201, 404, 408, 409, 412, 413, 415, 422, 503],
    },
    Route {
        endpoint: Endpoint::Trial,
        path: "/api/v1/trials",
        summary: "试算指令，不记录 / decides commands, line by line, without recording them",
        query: &[],
        access: Access::Write,
        media_types: JSON,
        statuses: &[200, 408, 413, 503],
    },
    read(Endpoint::City, "/api/v1/cities/{code}", VIEW, CITY_READERS, "全市情况 / the city's view"),
    read(Endpoint::County, "/api/v1/counties/{code}", VIEW, READERS, "县(区)情况 / a county's view"),
    read(
        Endpoint::Register,
        "/api/v1/counties/{code}/register",
        VIEW,
        READERS,
        "县级清单 / a county's register",
    ),
    Route {
        endpoint: Endpoint::LedgerProposal,
        path: "/api/v1/counties/{code}/register/proposal",
        summary: "由原有清单得出存量登记的建议，不记录 / proposes what an office's ledger says, without recording it",
        query: LEDGER,
        access: Access::Write,
        media_types: JSON,
        statuses: &[200, 408, 413, 503],
    },
    Route {
        endpoint: Endpoint::LedgerAcceptance,
        path: "/api/v1/counties/{code}/register/acceptance",
        summary: "试算或记录核对过的存量登记建议 / tries or records what was accepted of a ledger",
        query: ACCEPTANCE,
        access: Access::Write,
        media_types: JSON,
        statuses: &[200, 408, 413, 422, 503],
    },
    read(Endpoint::Township, "/api/v1/townships/{code}", VIEW, READERS, "乡镇(街道)情况 / a township's view"),
    read(
        Endpoint::Ledger,
        "/api/v1/townships/{code}/ledger",
        VIEW,
        READERS,
        "乡镇台账 / a township's ledger",
    ),
    read(
        Endpoint::JointBranch,
        "/api/v1/joint-branches/{id}",
        ENTITY,
        READERS,
        "联合党组织 / a joint branch",
    ),
    read(
        Endpoint::Timeline,
        "/api/v1/joint-branches/{id}/timeline",
        LIST,
        READERS,
        "联合党组织大事记 / what happened to a joint branch",
    ),
    read(
        Endpoint::Life,
        "/api/v1/joint-branches/{id}/life",
        ENTITY,
        READERS,
        "联合党组织的发展历程 / the life of a joint branch",
    ),
    OF_JOINT_BRANCH,
    OF_SUPERVISION,
    OF_MEETING,
    OF_COUNTY,
    read(Endpoint::Organization, "/api/v1/organizations/{id}", ENTITY, READERS, "党组织 / an organization"),
    read(Endpoint::Places, "/api/v1/places", PLACES, READERS, "行政区划 / places"),
    read(Endpoint::Obligations, "/api/v1/obligations", OBLIGATIONS, READERS, "待办事项 / obligations"),
    read(Endpoint::Policies, "/api/v1/policies", POLICIES, READERS, "现行规则 / the policy in force"),
    REHEARSAL,
    read(
        Endpoint::List,
        "/api/v1/lists/{name}",
        LISTS,
        READERS,
        "清单：提格升级、黄牌、述职评议、经费、联建前后对比、轮值、文号、补录、特殊情况（经批准）、更正、责任清单 / a list",
    ),
    SCAN_UPLOAD,
    SCAN,
    Route {
        endpoint: Endpoint::Accounts,
        path: "/api/v1/accounts",
        summary: "帐号：持有人、角色、范围、有效期 / accounts: holder, role, scope, until when",
        query: &[],
        access: Access::Read(ACCOUNT_KEEPERS),
        media_types: JSON,
        statuses: &[200, 503],
    },
    ACCESS_LOG,
    Route {
        endpoint: Endpoint::Events,
        path: "/api/v1/events",
        summary: "事件 / events, exactly as stored",
        query: &[AFTER, EVENT_LIMIT, EVENT_SCOPE, TYPE, MIN_POSITION],
        access: Access::Read(EVENT_READERS),
        media_types: EVENT_LISTS,
        statuses: &[200, 304, 406, 409, 503],
    },
    Route {
        endpoint: Endpoint::EventStream,
        path: "/api/v1/events/stream",
        summary: "实时事件（SSE） / events as they come, resuming from Last-Event-ID",
        query: &[AFTER, EVENT_SCOPE, TYPE],
        access: Access::Read(EVENT_READERS),
        media_types: &["text/event-stream"],
        statuses: &[200, 406, 409, 503],
    },
    open(
        Endpoint::Checkpoint,
        "/checkpoint",
        TEXT,
        &[200, 503],
        "签名检查点（C2SP tlog-checkpoint） / the signed head of the log",
    ),
    open(
        Endpoint::Witnessed,
        "/checkpoint/witnessed",
        TEXT,
        &[200, 404, 503],
        "最近一个有见证人签名的检查点 / the newest checkpoint that a witness has signed",
    ),
    open(
        Endpoint::Keys,
        "/keys",
        TEXT,
        &[200, 503],
        "签署检查点的公钥，其后为见证人的公钥 / the public keys that sign it, then those of the witnesses",
    ),
    Route {
        endpoint: Endpoint::EntryBundle,
        path: "/tile/entries/{*index}",
        summary: "事件包（C2SP tlog-tiles） / an entry bundle: up to 256 events, exactly as stored",
        query: &[],
        access: Access::Read(AUDITORS),
        media_types: BYTES,
        statuses: &[200, 404, 503],
    },
    Route {
        endpoint: Endpoint::Tile,
        path: "/tile/{level}/{*index}",
        summary: "哈希瓦片（C2SP tlog-tiles） / a tile of the tree's hashes",
        query: &[],
        access: Access::Read(EVENT_READERS),
        media_types: BYTES,
        statuses: &[200, 404, 503],
    },
    RECEIPT,
    FIGURE_PROOF,
    open(Endpoint::Healthz, "/healthz", JSON, &[200], "进程是否存活 / whether the process lives"),
    open(Endpoint::Readyz, "/readyz", JSON, &[200, 503], "视图是否就绪 / whether the views have caught up"),
    Route {
        endpoint: Endpoint::Metrics,
        path: "/metrics",
        summary: "运行指标 / figures of the service, for Prometheus",
        query: &[],
        access: Access::Read(OPERATORS),
        media_types: &["text/plain"],
        statuses: &[200],
    },
    open(Endpoint::OpenApi, "/openapi.json", JSON, &[200], "接口说明 / this document"),
    open(Endpoint::AsyncApi, "/asyncapi.json", JSON, &[200], "事件订阅说明 / the events, for subscribers"),
    open(Endpoint::Schemas, "/schemas", JSON, &[200], "有哪些模式 / which schemas there are"),
    open(
        Endpoint::CommandSchema,
        "/schemas/commands/{file}",
        SCHEMA,
        &[200, 404],
        "指令的模式 / the schema of a command",
    ),
    open(
        Endpoint::EventSchema,
        "/schemas/events/{file}",
        SCHEMA,
        &[200, 404],
        "事件的模式 / the schema of an event",
    ),
];
