//! `register-organization`: a Party organization or a deciding body is on the register.

use crate::case::Case;
use crate::command::Authority;
use crate::command_data::RegisterOrganization;
use crate::event::EventBody;
use crate::event_data::OrganizationRegistered;
use crate::ids::{OrganizationId, PlaceId};
use crate::organization::{HostKind, OrganizationForm};
use crate::place::{Level, PlaceCode};
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterOrganization) -> Result<Vec<EventBody>, Rejection> {
    let is_tier = matches!(data.host_kind, HostKind::Township | HostKind::County | HostKind::City);
    if (data.form == OrganizationForm::Organ) != is_tier {
        return Err(Rejection::HostKind {
            detail_zh: "决策机关（organ）属于乡镇、县或市，其他组织属于村、单位、合作社、协会或园区",
            detail: "an organ belongs to a township, county or city, any other organization to a village, unit, cooperative, association or park",
        });
    }
    let host_place = host_place(case, data)?;
    let location = match host_place {
        Some(place) => place,
        None => unit_location(case, data)?,
    };
    if let Some(superior) = data.superior {
        case.lasting_organization(superior, "/data/superior")?;
    }
    case.require_scope(&case.state.scope_of_place(location), data.name.as_str())?;
    let id = data.id.unwrap_or(OrganizationId(case.command.id.0));
    if case.state.organizations.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::OrganizationRegistered(OrganizationRegistered {
        organization: id,
        name: data.name.clone(),
        form: data.form,
        host_kind: data.host_kind,
        host_place,
        host: data.host.clone(),
        location,
        superior: data.superior,
        formal_members: data.formal_members,
        probationary_members: data.probationary_members,
    })])
}

/// The host, where it is a place of the tier that `host_kind` says.
fn host_place(case: &Case<'_>, data: &RegisterOrganization) -> Result<Option<PlaceId>, Rejection> {
    let level = match data.host_kind {
        HostKind::Village => Level::Village,
        HostKind::Township => Level::Township,
        HostKind::County => Level::County,
        HostKind::City => Level::City,
        HostKind::Unit | HostKind::Cooperative | HostKind::Association | HostKind::Park => return Ok(None),
    };
    let unknown = || Case::unknown("行政区划", "place", &data.host, "/data/host");
    let code: PlaceCode = data.host.as_str().parse().map_err(|_| unknown())?;
    let place = case.place(&code, "/data/host")?;
    if place.level != level {
        return Err(Rejection::HostKind {
            detail_zh: "host 的层级与 host_kind 不符",
            detail: "the tier of `host` is not that of `host_kind`",
        });
    }
    Ok(Some(place.id))
}

/// Where a unit lies: as said, or where its superior or the authority lies.
fn unit_location(case: &Case<'_>, data: &RegisterOrganization) -> Result<PlaceId, Rejection> {
    if let Some(code) = &data.location {
        return case.place(code, "/data/location").map(|place| place.id);
    }
    if let Some(superior) = data.superior {
        return case.organization(superior, "/data/superior").map(|organization| organization.location);
    }
    match &case.command.on_behalf_of {
        Authority::Place(code) => case.place(code, "/on_behalf_of").map(|place| place.id),
        Authority::Organization(id) => {
            case.organization(*id, "/on_behalf_of").map(|organization| organization.location)
        }
    }
}
