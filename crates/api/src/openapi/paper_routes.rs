//! The routes of papers 公文: of a joint branch, a supervision, a coordination meeting and a county.

use super::routes::{
    AS_OF, AT, ENTITY, Endpoint, KNOWN_AT, MIN_POSITION, Parameter, Route, Shape, parameter, read,
};
use crate::auth::READERS;
use crate::http::papers::DOCX;

const QUARTER: Parameter = parameter(
    "quarter",
    Shape::Text,
    "通报的季度，如 2026Q3；不写为最近一个已结束的季度 / the quarter of a circular, such as 2026Q3; the last one that has ended where it is not given",
);

pub(super) const OF_JOINT_BRANCH: Route = paper(
    Endpoint::JointBranchPaper,
    "/api/v1/joint-branches/{id}/papers/{paper}",
    ENTITY,
    "由记录起草的公文：请示、批复、选举结果报告、换届提醒函、整改通知书 / a paper on a joint branch, made from the record",
);

pub(super) const OF_SUPERVISION: Route = paper(
    Endpoint::SupervisionPaper,
    "/api/v1/supervisions/{id}/papers/{paper}",
    ENTITY,
    "由记录起草的督办单 / the slip of a supervision, made from the record",
);

pub(super) const OF_MEETING: Route = paper(
    Endpoint::MeetingPaper,
    "/api/v1/meetings/{id}/papers/{paper}",
    ENTITY,
    "由记录起草的会议纪要 / the minutes of a coordination meeting, made from the record",
);

pub(super) const OF_COUNTY: Route = paper(
    Endpoint::CountyPaper,
    "/api/v1/counties/{code}/papers/{paper}",
    &[QUARTER, AS_OF, KNOWN_AT, AT, MIN_POSITION],
    "由记录起草的通报 / a county's circular on a quarter's grades, made from the record",
);

const fn paper(
    endpoint: Endpoint,
    path: &'static str,
    query: &'static [Parameter],
    summary: &'static str,
) -> Route {
    Route { media_types: &[DOCX, "application/json"], ..read(endpoint, path, query, READERS, summary) }
}
