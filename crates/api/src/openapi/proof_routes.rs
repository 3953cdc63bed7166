//! The routes of proofs: of one event, and of a figure.

use crate::auth::{Access, EVENT_READERS, READERS};
use crate::openapi::routes::{Endpoint, Parameter, Route, SCOPE, Shape, TEXT, parameter};

/// What a proof of a figure is asked for with.
const QUESTION: &[Parameter] = &[
    SCOPE,
    parameter(
        "as_of",
        Shape::Date,
        "统计日期，默认今天 / the day for which it is counted; today where it is not given",
    ),
    parameter(
        "joint_branch",
        Shape::Ulid,
        "证明该联合党组织已计入，或不在该乡镇 / proves that this joint branch is counted, or is not in that township",
    ),
];

pub(super) const RECEIPT: Route = Route {
    endpoint: Endpoint::Receipt,
    path: "/api/v1/receipts/{position}",
    summary: "事件的包含证明（C2SP tlog-proof） / a receipt: proves one event under a signed checkpoint",
    query: &[],
    access: Access::Read(EVENT_READERS),
    media_types: TEXT,
    statuses: &[200, 404, 503],
};

pub(super) const FIGURE_PROOF: Route = Route {
    endpoint: Endpoint::FigureProof,
    path: "/api/v1/figures/{name}/proof",
    summary: "指标的证明 / the proof of a figure: how many, of how many, and that none is missing",
    query: QUESTION,
    access: Access::Read(READERS),
    media_types: TEXT,
    statuses: &[200, 404, 503],
};
