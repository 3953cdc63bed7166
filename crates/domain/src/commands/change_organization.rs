//! `change-organization`: name, form, host or superior of an organization change on a document.

use crate::case::Case;
use crate::code::Code;
use crate::commands::form_kind;
use crate::commands::register_organization::host_place;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::organizations::OrganizationChanged;
use crate::ids::{OrganizationId, PlaceId};
use crate::mechanism::Mechanism;
use crate::organization::{HostKind, Organization, OrganizationForm};
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 变更党组织的名称、形式、所属或上级 / changes the name, form, host or superior of an organization
    pub struct ChangeOrganization {
        /// 变更的党组织 / the organization that is changed
        pub organization: OrganizationId,
        /// 新的名称；不变则不填 / the new name; absent where it stays
        pub name: Option<Text>,
        /// 新的形式；不变则不填 / the new form; absent where it stays
        pub form: Option<OrganizationForm>,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        pub form_kind: Option<Code>,
        /// 新的所属类别；与所属一并填写 / what kind of host it has from now on, together with `host`
        pub host_kind: Option<HostKind>,
        /// 新的所属：区划代码或单位名称；与所属类别一并填写 / the new host: the code of a place or the name of a unit, together with `host_kind`
        pub host: Option<Text>,
        /// 所在地的区划代码；所属不是行政区划时填 / the code of the place where it lies, for a host that is no place
        pub location: Option<PlaceCode>,
        /// 新的上级党组织；不变则不填 / the new organization above; absent where it stays
        pub superior: Option<OrganizationId>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "change-organization",
    title: say("变更党组织", "Change an organization"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Upgrades],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: None,
    yields: &["organization.changed"],
    along: &[],
    refused_when: "no document; the form's own numbers; a superior that lies below it; the host of a member of a live joint branch; a kind of host or form that is not on the list",
    rules: &[
        "document-required",
        "code-list",
        "branch-maximum",
        "general-branch-members",
        "committee-members",
        "committee-approval",
        "superior-cycle",
        "member-host",
        "host-complete",
        "host-kind",
        "member-active",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2020-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2020〕23号", "issued": "2020-06-19"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2020-06-18"},
  "data": {"organization": "01J8KQ2M000000000000000003", "name": "青松猕猴桃专业合作社党支部"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(data: &ChangeOrganization) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ChangeOrganization) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(data.organization, "/data/organization")?;
    let level = check_decision(case, organization)?;
    let held = (organization.form, organization.form_kind.as_ref());
    let (form, form_kind) = form_kind::changed(held, (data.form, data.form_kind.as_ref()));
    let changed = OrganizationChanged {
        organization: organization.id,
        name: data.name.clone().filter(|name| *name != organization.name),
        form,
        form_kind,
        superior: data.superior.filter(|superior| Some(*superior) != organization.superior),
        ..host(case, organization, data)?
    };
    let form = changed.form.unwrap_or(organization.form);
    form_kind::check(case, form.regulated(), changed.form_kind.as_ref())?;
    if form != organization.form {
        check_form(case, organization, form, level)?;
    }
    if let Some(superior) = changed.superior {
        check_superior(case, organization.id, superior)?;
    }
    let is_empty = changed.name.is_none()
        && changed.form.is_none()
        && changed.form_kind.is_none()
        && changed.superior.is_none()
        && changed.host.is_none()
        && changed.location.is_none();
    if is_empty {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::OrganizationChanged(changed)])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ChangeOrganization> {
    let EventBody::OrganizationChanged(OrganizationChanged {
        organization,
        name,
        form,
        form_kind,
        host_kind,
        host_place,
        host,
        location,
        superior,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(ChangeOrganization {
        organization,
        name,
        form,
        form_kind,
        host_kind,
        host,
        location: recorded.code_where_named(location.filter(|_| host_place.is_none()))?,
        superior,
    })
}

/// A body that may create and abolish here, above an organ that it decides on, with a document.
pub(crate) fn check_decision(case: &Case<'_>, organization: &Organization) -> Result<Level, Rejection> {
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    let location = case.state.places.get(&organization.location);
    let location = location.ok_or_else(|| {
        Case::unknown(say("行政区划", "place"), &organization.location, "/data/organization")
    })?;
    let above = match (organization.form, location.level) {
        (OrganizationForm::Organ, Level::Village) => Level::Township,
        (OrganizationForm::Organ, Level::Township) => Level::County,
        (OrganizationForm::Organ, Level::County | Level::City) => Level::City,
        (_, level) => level,
    };
    let level = case.require_decision(case.policy.thresholds.deciding_level.max(above), location)?;
    case.required_document()?;
    Ok(level)
}

/// Another host, resolved: one that is a place also says where the organization lies.
fn host(
    case: &Case<'_>,
    organization: &Organization,
    data: &ChangeOrganization,
) -> Result<OrganizationChanged, Rejection> {
    let nothing = OrganizationChanged {
        organization: organization.id,
        name: None,
        form: None,
        form_kind: None,
        host_kind: None,
        host_place: None,
        host: None,
        location: None,
        superior: None,
    };
    if data.host_kind.is_none() && data.host.is_none() && data.location.is_none() {
        return Ok(nothing);
    }
    if organization.merger.is_some() || !organization.pairings.is_empty() {
        case.refuse(ChangeRejection::HostOfMember { name: organization.name.to_string() })?;
    }
    let (host_kind, host) = match (&data.host_kind, &data.host) {
        (Some(kind), Some(host)) => (kind, host),
        _ => return Err(ChangeRejection::HostIncomplete.into()),
    };
    case.require_code(HostKind::LIST, host_kind.as_str(), "/data/host_kind")?;
    if (organization.form == OrganizationForm::Organ) != host_kind.is_tier() {
        case.refuse(Rejection::HostKind {
            detail: say(
                "决策机关属于乡镇、县或市，其他组织不属于它们",
                "an organ belongs to a tier, any other organization does not",
            ),
        })?;
    }
    let host_place = host_place(case, host_kind, host)?;
    let location = location(case, organization, host_place, data)?;
    case.require_scope(&case.state.scope_of_place(location), host.as_str())?;
    let (host_kind, host, location) = (Some(host_kind.clone()), Some(host.clone()), Some(location));
    Ok(OrganizationChanged { host_kind, host_place, host, location, ..nothing })
}

fn location(
    case: &Case<'_>,
    organization: &Organization,
    host_place: Option<PlaceId>,
    data: &ChangeOrganization,
) -> Result<PlaceId, Rejection> {
    match (host_place, &data.location) {
        (Some(place), _) => Ok(place),
        (None, Some(code)) => case.place(code, "/data/location").map(|place| place.id),
        (None, None) => Ok(organization.location),
    }
}

/// 农村基层组织工作条例 §5, 支部工作条例 §4: the form's own numbers; an organ stays one.
fn check_form(
    case: &mut Case<'_>,
    organization: &Organization,
    form: OrganizationForm,
    level: Level,
) -> Result<(), Rejection> {
    let figures = &case.policy.thresholds;
    let found = organization.members();
    let (general, committee) = (figures.general_branch_over_members, figures.committee_minimum_members);
    let (most, needed_level) = (figures.branch_maximum_members, figures.committee_form_level);
    match form {
        _ if OrganizationForm::Organ == organization.form => {
            Err(Rejection::HostKind { detail: say("决策机关不改变形式", "an organ stays an organ") })
        }
        OrganizationForm::Organ => Err(Rejection::HostKind {
            detail: say("党组织不能变为决策机关", "an organization does not become an organ"),
        }),
        OrganizationForm::Branch if found > most => {
            case.breach(Rejection::BranchMaximum { found, allowed: most })
        }
        OrganizationForm::GeneralBranch if found <= general => {
            case.breach(Rejection::GeneralBranchMembers { found, allowed: general })
        }
        OrganizationForm::Committee if found < committee => {
            case.breach(Rejection::CommitteeMembers { found, allowed: committee })
        }
        OrganizationForm::Committee if level < needed_level => {
            Err(Rejection::CommitteeApproval { needed: needed_level })
        }
        _ => Ok(()),
    }
}

/// Nobody stands above those whose superior it is.
fn check_superior(
    case: &Case<'_>,
    organization: OrganizationId,
    superior: OrganizationId,
) -> Result<(), Rejection> {
    let named = case.lasting_organization(superior, "/data/superior")?;
    let above = |id: &OrganizationId| case.state.organizations.get(id).and_then(|found| found.superior);
    // The register is finite, and so is a chain that names each organization once.
    let chain = std::iter::successors(Some(superior), above).take(case.state.organizations.len() + 1);
    if chain.into_iter().any(|id| id == organization) {
        case.refuse(ChangeRejection::SuperiorCycle { name: named.name.to_string() })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::Host;
    use crate::testing::City;
    use crate::testing::city::{
        COOPERATIVE, COUNTY_ORGAN, LEAD, TOWNSHIP_ORGAN, UNIT, V1, V2, V3, members, place,
    };
    use crate::testing::drafts::changes::{reorganize, reorganizing};
    use crate::testing::drafts::{Draft, text};

    fn form(form: OrganizationForm) -> Draft {
        reorganize(ChangeOrganization { form: Some(form), ..reorganizing(V3) })
    }

    fn with(count: u32) -> City {
        City::new().given(members(V3, count, 0).on("2019-01-02"))
    }

    #[test]
    fn an_organization_bears_a_new_name_and_superior() {
        let data = ChangeOrganization {
            name: Some(text("三村联合党支部")),
            superior: Some(TOWNSHIP_ORGAN),
            ..reorganizing(V3)
        };
        let after =
            City::new().when(reorganize(data)).then(&[EventBody::OrganizationChanged(OrganizationChanged {
                organization: V3,
                name: Some(text("三村联合党支部")),
                form: None,
                form_kind: None,
                host_kind: None,
                host_place: None,
                host: None,
                location: None,
                superior: Some(TOWNSHIP_ORGAN),
            })]);
        let found = after.organization(V3);
        assert_eq!((found.name.as_str(), found.superior), ("三村联合党支部", Some(TOWNSHIP_ORGAN)));
        City::new().when(reorganize(reorganizing(V3))).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn what_becomes_a_branch_again_has_as_a_rule_no_more_than_fifty_members() {
        let general = |count| {
            with(51)
                .given(form(OrganizationForm::GeneralBranch))
                .given(members(V3, count, 0).on("2019-01-06"))
        };
        let branch =
            || form(OrganizationForm::Branch).paper("昭委组〔2019〕5号", "2019-01-05").on("2019-01-07");
        general(50).when(branch()).accepted();
        general(51).when(branch()).refused(Rejection::BranchMaximum { found: 51, allowed: 50 });
        general(51).when(branch().overriding()).warns(&["branch-maximum"]);
    }

    #[test]
    fn a_larger_form_needs_its_members_and_the_countys_approval() {
        with(51).when(form(OrganizationForm::GeneralBranch)).accepted();
        let refused = Rejection::GeneralBranchMembers { found: 50, allowed: 50 };
        with(50).when(form(OrganizationForm::GeneralBranch)).refused(refused);
        with(50).when(form(OrganizationForm::GeneralBranch).overriding()).warns(&["general-branch-members"]);
        with(100).when(form(OrganizationForm::Committee)).accepted();
        let refused = Rejection::CommitteeMembers { found: 99, allowed: 100 };
        with(99).when(form(OrganizationForm::Committee).overriding()).refused(refused);
        let lowered = with(100).with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        let refused = Rejection::CommitteeApproval { needed: Level::County };
        lowered.when(form(OrganizationForm::Committee).behalf(TOWNSHIP_ORGAN)).refused(refused);
        assert!(with(100).when(form(OrganizationForm::Organ)).decision.is_err());
    }

    #[test]
    fn another_host_says_where_the_organization_lies() {
        let village = ChangeOrganization {
            host_kind: Some(HostKind::Village),
            host: Some(text("510811100204")),
            ..reorganizing(V3)
        };
        let after = City::new().when(reorganize(village.clone())).accepted();
        let found = after.organization(V3);
        let other = place("510811100204");
        assert_eq!((&found.host, found.location), (&Host::Place(other), other));
        let park = ChangeOrganization {
            host_kind: Some(HostKind::Park),
            host: Some(text("现代农业园区")),
            location: LEAD.parse().ok(),
            ..reorganizing(COOPERATIVE)
        };
        let after = City::new().when(reorganize(park)).accepted();
        assert_eq!(after.organization(COOPERATIVE).location, place(LEAD));
        let half = ChangeOrganization { host_kind: None, ..village.clone() };
        City::new().when(reorganize(half)).refused(ChangeRejection::HostIncomplete.into());
        let tier = ChangeOrganization {
            host_kind: Some(HostKind::Township),
            host: Some(text(LEAD)),
            ..reorganizing(V3)
        };
        assert!(matches!(City::new().when(reorganize(tier)).decision, Err(Rejection::HostKind { .. })));
        let member = ChangeOrganization { organization: V1, ..village };
        let refused = ChangeRejection::HostOfMember { name: "510811100201党支部".into() };
        City::merged().when(reorganize(member).on("2019-05-20")).refused(refused.into());
    }

    #[test]
    fn nobody_is_above_a_superior_of_its_own() {
        let under = |organization, superior| {
            reorganize(ChangeOrganization { superior: Some(superior), ..reorganizing(organization) })
        };
        let city = City::new().given(under(V2, V1)).given(under(V3, V2));
        for (lower, name) in [(V3, "510811100203党支部"), (V1, "510811100201党支部")] {
            let refused = ChangeRejection::SuperiorCycle { name: name.into() };
            city.when(under(V1, lower)).refused(refused.into());
        }
        city.when(under(V1, TOWNSHIP_ORGAN)).accepted();
    }

    #[test]
    fn a_body_above_decides_on_a_document() {
        let named = |id| ChangeOrganization { name: Some(text("新名")), ..reorganizing(id) };
        City::new().when(reorganize(named(V3)).no_paper()).refused(Rejection::DocumentMissing);
        City::new().when(reorganize(named(V3)).undecided()).refused(Rejection::DecidedByMissing);
        City::new().when(reorganize(named(TOWNSHIP_ORGAN))).accepted();
        City::new().when(reorganize(named(UNIT))).accepted();
        let refused = Rejection::DecidingBody { found: "昭化区委组织部".into(), needed: Level::City };
        City::new().when(reorganize(named(COUNTY_ORGAN))).refused(refused);
        let refused = Rejection::MemberInactive { name: "510811100202党支部".into() };
        City::abolished().when(reorganize(named(V2)).on("2020-01-01")).refused(refused);
    }
}
