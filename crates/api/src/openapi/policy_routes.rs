//! The route that rehearses a proposed policy.

use domain::account::Role;

use super::routes::{Endpoint, Parameter, Route, Shape, parameter};
use crate::auth::Access;

/// Who may issue a policy, or reads all that one reaches.
const READERS: &[Role] = &[Role::CountyOfficer, Role::CityOffice, Role::Auditor];

const SINCE: &[Parameter] = &[parameter(
    "since",
    Shape::Date,
    "假定自该日起施行，须写明 / the day from which it is taken to have been in force; needed",
)];

pub(super) const REHEARSAL: Route = Route {
    endpoint: Endpoint::PolicyRehearsal,
    path: "/api/v1/policy-rehearsals",
    summary: "拟议政策在历史上试行，不记录 / rehearses a proposed policy on what is recorded, and records nothing",
    query: SINCE,
    access: Access::Read(READERS),
    media_types: &["application/json"],
    statuses: &[200, 404, 408, 413, 422, 503],
};
