//! What each route answers with where it does what it is asked to: the schema of every media type, from the Rust types.

use papers::Paper;
use projections::{
    CountedEntry, EventEntry, LedgerEntry, LifeRow, ListName, Obligation, OrganizationEntry, Page, PartEntry,
    PlaceEntry, PolicyEntry, RegisterEntry, Rehearsal, VillageEntry,
};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::EVENT;
use super::components::Components;
use super::routes::{Endpoint, Route};
use crate::http::accesses::AccessLogPage;
use crate::http::accounts::Accounts;
use crate::http::commands::RecordedAnswer;
use crate::http::documents::SchemaIndex;
use crate::http::health::{Health, Ready, Unreadiness};
use crate::http::ledgers::{AcceptanceAnswer, ProposalAnswer};
use crate::http::papers::DOCX;
use crate::http::scans::ScanAnswer;
use crate::http::trials::Outcome;
use crate::problem::MEDIA_TYPE;

/// The `content` of the answer of a route; `list` where it is the answer of one list.
pub(super) fn content(components: &mut Components, route: &Route, list: Option<ListName>) -> Value {
    let types = route.media_types.iter();
    let contents = types.map(|media_type| {
        let schema = schema(components, route.endpoint, media_type, list);
        ((*media_type).to_owned(), json!({ "schema": schema }))
    });
    Value::Object(contents.collect::<Map<_, _>>())
}

/// Of one that is not ready, beside the problem, the state of the service.
pub(super) fn unready(components: &mut Components) -> Value {
    let schema = components.of::<Unreadiness>();
    json!({ "description": "服务尚未就绪 / the service is not ready", "content": { MEDIA_TYPE: { "schema": schema } } })
}

fn schema(
    components: &mut Components,
    endpoint: Endpoint,
    media_type: &str,
    list: Option<ListName>,
) -> Value {
    match endpoint {
        Endpoint::Command => components.of::<RecordedAnswer<'_>>(),
        Endpoint::Trial => components.of::<Outcome>(),
        Endpoint::LedgerProposal => components.of::<ProposalAnswer>(),
        Endpoint::LedgerAcceptance => components.of::<AcceptanceAnswer>(),
        Endpoint::City | Endpoint::County => or_counted::<PartEntry>(components),
        Endpoint::Register => or_counted::<RegisterEntry>(components),
        Endpoint::Township => or_counted::<VillageEntry>(components),
        Endpoint::Ledger => or_counted::<LedgerEntry>(components),
        Endpoint::JointBranch => components.of::<Page<LedgerEntry>>(),
        Endpoint::Timeline => components.of::<Page<EventEntry>>(),
        Endpoint::Life => components.of::<Page<LifeRow>>(),
        Endpoint::JointBranchPaper
        | Endpoint::SupervisionPaper
        | Endpoint::MeetingPaper
        | Endpoint::CountyPaper
            if media_type == DOCX =>
        {
            json!({ "type": "string", "format": "binary" })
        }
        Endpoint::JointBranchPaper
        | Endpoint::SupervisionPaper
        | Endpoint::MeetingPaper
        | Endpoint::CountyPaper => components.of::<Paper>(),
        Endpoint::Organization => components.of::<Page<OrganizationEntry>>(),
        Endpoint::Places => components.of::<Page<PlaceEntry>>(),
        Endpoint::Obligations => components.of::<Page<Obligation>>(),
        Endpoint::Policies => components.of::<Page<PolicyEntry>>(),
        Endpoint::PolicyRehearsal => components.of::<Rehearsal>(),
        Endpoint::List => {
            list.map_or(Value::Null, |list| components.made(|generator| list.page_schema(generator)))
        }
        Endpoint::Accounts => components.of::<Accounts>(),
        Endpoint::AccessLog => components.of::<AccessLogPage>(),
        Endpoint::Events if media_type.ends_with("json") => {
            json!({ "type": "array", "items": { "$ref": EVENT } })
        }
        Endpoint::Events => {
            lines("每行一条事件的 JSON，与日志所存逐字节相同 / an event a line, exactly as it is stored")
        }
        Endpoint::EventStream => lines(
            "服务器推送事件：id 为位置，data 为一条事件的 JSON / server-sent events: `id` is the position, `data` the JSON of an event",
        ),
        Endpoint::Checkpoint | Endpoint::Witnessed => {
            lines("C2SP tlog-checkpoint 格式的检查点 / a checkpoint in the format C2SP tlog-checkpoint")
        }
        Endpoint::Keys => {
            lines("每行一个公钥，C2SP signed-note 格式 / a public key a line, in the format C2SP signed-note")
        }
        Endpoint::FigureProof => {
            lines("数字证明，格式见 docs/verify / a proof of a figure; docs/verify describes the format")
        }
        Endpoint::Receipt => lines("C2SP tlog-proof 格式的回执 / a receipt in the format C2SP tlog-proof"),
        Endpoint::Metrics => lines("Prometheus 文本格式 / the text format of Prometheus"),
        Endpoint::ScanUpload => components.of::<ScanAnswer>(),
        Endpoint::Tile | Endpoint::EntryBundle | Endpoint::Scan => {
            json!({ "type": "string", "format": "binary" })
        }
        Endpoint::Healthz => components.of::<Health>(),
        Endpoint::Readyz => components.of::<Ready>(),
        Endpoint::Schemas => components.of::<SchemaIndex>(),
        Endpoint::OpenApi | Endpoint::AsyncApi | Endpoint::CommandSchema | Endpoint::EventSchema => {
            json!({ "type": "object", "additionalProperties": true })
        }
    }
}

/// A page of such rows, or with `figure` of those that the figure counts.
fn or_counted<R: JsonSchema>(components: &mut Components) -> Value {
    json!({ "anyOf": [components.of::<Page<R>>(), components.of::<Page<CountedEntry>>()] })
}

fn lines(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}
