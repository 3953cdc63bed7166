//! `register-organization`: a Party organization or a deciding body is on the register.

use crate::actor::Authority;
use crate::case::Case;
use crate::code::Code;
use crate::commands::form_kind;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::organizations::OrganizationRegistered;
use crate::ids::{OrganizationId, PlaceId};
use crate::mechanism::Mechanism;
use crate::organization::{HostKind, OrganizationForm};
use crate::person::MAX_PEOPLE;
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Choice, Exception, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 登记党组织，或有决定权的机关 / registers a Party organization or a deciding organ
    pub struct RegisterOrganization {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<OrganizationId>,
        /// 党组织的名称 / the name of the organization
        pub name: Text,
        /// 党组织的组织形式 / the form of the Party organization
        pub form: OrganizationForm,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        pub form_kind: Option<Code>,
        /// 所属类别；机关属乡镇、县(区)或市 / what kind of host it belongs to; an organ belongs to a township, county or city
        pub host_kind: HostKind,
        /// 所属：区划代码或单位名称 / the host: the code of a place or the name of a unit
        pub host: Text,
        /// 所在地的区划代码：所属不是行政区划时填，不填则随上级或行文单位 / where it lies, for a host that is no place; the place of `superior` or of `on_behalf_of` where absent
        pub location: Option<PlaceCode>,
        /// 上级党组织；没有则不填 / the organization above, where there is one
        pub superior: Option<OrganizationId>,
        /// 正式党员人数 / the number of formal members
        #[schemars(range(max = MAX_PEOPLE))]
        pub formal_members: u32,
        /// 预备党员人数 / the number of probationary members
        #[schemars(range(max = MAX_PEOPLE))]
        pub probationary_members: u32,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "register-organization",
    title: say("登记党组织", "Register an organization"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Organizations],
    givers: Givers::CountyOrCityForItsOrgans,
    exceptions: &[Exception::FirstImport],
    fits: None,
    yields: &["organization.registered"],
    along: &[],
    refused_when: "form and host do not fit; host or superior unknown; a kind of host or form that is not on the list",
    rules: &["host-kind", "code-list", "unknown-reference", "id-in-use", "member-active"],
    choices: &[Choice::Of {
        field: "host_kind",
        uses: &[Use::except("location", &["village", "township", "county", "city"])],
    }],
    example: r#"{
  "effective_date": "2018-01-01",
  "on_behalf_of": "510811",
  "document": null,
  "data": {
    "id": "01J8KQ2M000000000000000001",
    "name": "狮子村党支部",
    "form": "branch",
    "host_kind": "village",
    "host": "510811210205",
    "formal_members": 2,
    "probationary_members": 0
  }
}"#,
    example_follows: &["register-place"],
};

pub(crate) fn entity(_: &RegisterOrganization) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterOrganization) -> Result<Vec<EventBody>, Rejection> {
    case.require_code(HostKind::LIST, data.host_kind.as_str(), "/data/host_kind")?;
    form_kind::check(case, data.form.regulated(), data.form_kind.as_ref())?;
    if (data.form == OrganizationForm::Organ) != data.host_kind.is_tier() {
        case.refuse(Rejection::HostKind {
            detail: say(
                "党委（工委）及组织部门（审批单位）属于乡镇、县或市，其他组织属于村、单位、合作社、协会或园区",
                "an organ belongs to a township, county or city, any other organization to a village, unit, cooperative, association or park",
            ),
        })?;
    }
    let host_place = host_place(case, &data.host_kind, &data.host)?;
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
        form_kind: data.form_kind.clone(),
        host_kind: data.host_kind.clone(),
        host_place,
        host: data.host.clone(),
        location,
        superior: data.superior,
        formal_members: data.formal_members,
        probationary_members: data.probationary_members,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RegisterOrganization> {
    let EventBody::OrganizationRegistered(OrganizationRegistered {
        organization,
        name,
        form,
        form_kind,
        host_kind,
        host_place,
        host,
        location,
        superior,
        formal_members,
        probationary_members,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RegisterOrganization {
        name,
        form,
        form_kind,
        host_kind,
        host,
        location: recorded.code_where_named(Some(location).filter(|_| host_place.is_none()))?,
        superior,
        formal_members,
        probationary_members,
        id: Some(organization),
    })
}

/// The host, where it is a place of the tier that `host_kind` says.
pub(crate) fn host_place(
    case: &Case<'_>,
    host_kind: &HostKind,
    host: &Text,
) -> Result<Option<PlaceId>, Rejection> {
    let level = match host_kind {
        HostKind::Village => Level::Village,
        HostKind::Township => Level::Township,
        HostKind::County => Level::County,
        HostKind::City => Level::City,
        HostKind::Unit
        | HostKind::Cooperative
        | HostKind::Association
        | HostKind::Park
        | HostKind::Added(_) => return Ok(None),
    };
    let unknown = || Case::unknown(say("行政区划", "place"), host, "/data/host");
    let code: PlaceCode = host.as_str().parse().map_err(|_| unknown())?;
    let place = case.place(&code, "/data/host")?;
    if place.level != level {
        case.refuse(Rejection::HostKind {
            detail: say("所属的层级与所属类别不符", "the tier of `host` is not that of `host_kind`"),
        })?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandBody;
    use crate::testing::City;
    use crate::testing::city::{
        COUNTY_ORGAN, LEAD, TOWNSHIP_ORGAN, V1, V2, members, organization_data, place,
    };
    use crate::testing::drafts::{Draft, officer, text};
    use ulid::Ulid;

    const NEW: OrganizationId = OrganizationId(Ulid(0xB99));

    fn register(data: RegisterOrganization) -> Draft {
        let body = CommandBody::RegisterOrganization(data);
        Draft::new(body, officer("officer-1"), COUNTY_ORGAN, "2018-07-01")
    }

    fn branch(host: &str) -> RegisterOrganization {
        organization_data(NEW, "新支部", HostKind::Village, host)
    }

    fn cooperative() -> RegisterOrganization {
        organization_data(NEW, "新支部", HostKind::Cooperative, "合作社")
    }

    #[test]
    fn a_village_branch_lies_in_its_village() {
        let data = RegisterOrganization { superior: Some(TOWNSHIP_ORGAN), ..branch("510811100201") };
        City::new().when(register(data)).then(&[EventBody::OrganizationRegistered(OrganizationRegistered {
            organization: NEW,
            name: text("新支部"),
            form: OrganizationForm::Branch,
            form_kind: None,
            host_kind: HostKind::Village,
            host_place: Some(place("510811100201")),
            host: text("510811100201"),
            location: place("510811100201"),
            superior: Some(TOWNSHIP_ORGAN),
            formal_members: 2,
            probationary_members: 0,
        })]);
    }

    #[test]
    fn a_cooperative_lies_where_it_says_or_where_its_superior_or_the_authority_does() {
        let said = RegisterOrganization { location: LEAD.parse().ok(), ..cooperative() };
        let under = RegisterOrganization { superior: Some(TOWNSHIP_ORGAN), ..cooperative() };
        let cases = [
            (register(said), LEAD),
            (register(under), LEAD),
            (register(cooperative()), "510811"),
            (register(cooperative()).behalf_of_place(LEAD), LEAD),
        ];
        for (draft, location) in cases {
            let after = City::new().when(draft).accepted();
            assert_eq!(after.organization(NEW).location, place(location));
        }
    }

    #[test]
    fn only_an_organ_belongs_to_a_tier_and_the_host_is_of_that_tier() {
        let tier = Rejection::HostKind {
            detail: say(
                "党委（工委）及组织部门（审批单位）属于乡镇、县或市，其他组织属于村、单位、合作社、协会或园区",
                "an organ belongs to a township, county or city, any other organization to a village, unit, cooperative, association or park",
            ),
        };
        let organ = RegisterOrganization { form: OrganizationForm::Organ, ..branch("510811100201") };
        City::new().when(register(organ)).refused(tier.clone());
        let branch_of_township = organization_data(NEW, "新支部", HostKind::Township, LEAD);
        let branch_of_township =
            RegisterOrganization { form: OrganizationForm::Branch, ..branch_of_township };
        City::new().when(register(branch_of_township)).refused(tier);
        City::new().when(register(branch(LEAD))).refused(Rejection::HostKind {
            detail: say("所属的层级与所属类别不符", "the tier of `host` is not that of `host_kind`"),
        });
    }

    #[test]
    fn host_location_and_superior_are_registered() {
        for host in ["510811100299", "狮子村"] {
            let unknown = Case::unknown(say("行政区划", "place"), &host, "/data/host");
            City::new().when(register(branch(host))).refused(unknown);
        }
        let nowhere = RegisterOrganization { location: "510811999".parse().ok(), ..cooperative() };
        let unknown = Case::unknown(say("行政区划", "place"), &"510811999", "/data/location");
        City::new().when(register(nowhere)).refused(unknown);
        let orphan = RegisterOrganization { superior: Some(NEW), ..cooperative() };
        let unknown = Case::unknown(say("党组织", "organization"), &NEW, "/data/superior");
        City::new().when(register(orphan)).refused(unknown);
    }

    #[test]
    fn a_superior_is_named_in_order_and_not_abolished() {
        let under =
            |superior| register(RegisterOrganization { superior: Some(superior), ..branch("510811100201") });
        City::new().given(members(V1, 5, 0).on("2018-08-01")).when(under(V1)).refused(
            Rejection::EffectiveOrder {
                entity: "510811100201党支部".into(),
                effective: "2018-07-01".parse().unwrap(),
                latest: "2018-08-01".parse().unwrap(),
            },
        );
        let refused = Rejection::MemberInactive { name: "510811100202党支部".into() };
        City::abolished().when(under(V2).on("2020-01-01")).refused(refused);
    }

    #[test]
    fn an_id_in_use_is_refused() {
        let taken = RegisterOrganization { id: Some(V1), ..branch("510811100201") };
        let refused = Rejection::IdInUse { id: V1.to_string(), pointer: "/data/id" };
        City::new().when(register(taken)).refused(refused);
    }

    #[test]
    fn an_officer_registers_nothing_in_another_county() {
        let refused = Rejection::OutsideScope { what: "新支部".into(), scope: "510811".parse().unwrap() };
        City::new().when(register(branch("510824100230"))).refused(refused);
    }
}
