//! The route of the access log: who looked at what.

use crate::auth::{AUDITORS, Access};
use crate::openapi::routes::{CURSOR, Endpoint, JSON, LIMIT, Parameter, Route, Shape, parameter};

const WHO: Parameter = parameter(
    "who",
    Shape::Text,
    "只列某人的：帐号的编号，或记录中 who 的原值 / only what somebody did: the id of the account, or `who` as the entry has it",
);
const ABOUT: Parameter = parameter(
    "about",
    Shape::Text,
    "只列看过某内容的：所访问路径的一部分，如编号、区划代码、清单名称 / only who looked at something: a part of the path, such as an id, a division code or the name of a list",
);
const FROM_DAY: Parameter = parameter("from", Shape::Date, "从该日起 / from that day on");
const TO_DAY: Parameter = parameter("to", Shape::Date, "到该日止 / up to that day");
const NEWEST: Parameter = parameter(
    "newest",
    Shape::Flag,
    "是否最新的在前；不写则最早的在前 / whether the newest come first; the oldest do where it is not given",
);

/// Who read, exported or signed in.
pub(super) const ACCESS_LOG: Route = Route {
    endpoint: Endpoint::AccessLog,
    path: "/api/v1/access-log",
    summary: "访问日志 / who read, exported or signed in",
    query: &[WHO, ABOUT, FROM_DAY, TO_DAY, NEWEST, LIMIT, CURSOR],
    access: Access::Read(AUDITORS),
    media_types: JSON,
    statuses: &[200, 503],
};
