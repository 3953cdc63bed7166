//! The city of the fixtures: two counties, three townships, their organs, small village branches, a few persons.

use ulid::Ulid;

use super::drafts::{Draft, figure, import, officer, person, text, update};
use crate::commands::{CommandBody, RegisterOrganization, RegisterPlace, UpdateOrganization};
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::organization::{HostKind, OrganizationForm, Profile, ProfileFigure};
use crate::place::Level;

/// The joint branch that every fixture is about.
pub const JOINT: JointBranchId = JointBranchId(Ulid(0xA1));
/// A second one.
pub const OTHER_JOINT: JointBranchId = JointBranchId(Ulid(0xA2));

/// 市委组织部.
pub const CITY_ORGAN: OrganizationId = organization(1);
/// 昭化区委组织部.
pub const COUNTY_ORGAN: OrganizationId = organization(2);
/// 元坝镇党委, of the township that leads.
pub const TOWNSHIP_ORGAN: OrganizationId = organization(3);
/// 白果乡党委, of the next township.
pub const NEXT_TOWNSHIP_ORGAN: OrganizationId = organization(4);
/// 苍溪县委组织部, of another county.
pub const OTHER_COUNTY_ORGAN: OrganizationId = organization(5);
/// Six village branches of the lead township, each with 2 formal members and 100 households.
pub const V1: OrganizationId = organization(11);
pub const V2: OrganizationId = organization(12);
pub const V3: OrganizationId = organization(13);
pub const V4: OrganizationId = organization(14);
pub const V5: OrganizationId = organization(15);
pub const V6: OrganizationId = organization(16);
/// Every village branch of the lead township.
pub const VILLAGES: [OrganizationId; 6] = [V1, V2, V3, V4, V5, V6];
/// A village branch of the next township.
pub const NEIGHBOUR: OrganizationId = organization(17);
/// A village branch of another county.
pub const ABROAD: OrganizationId = organization(18);
/// 区住建局机关党支部, of the county's seat.
pub const UNIT: OrganizationId = organization(19);
/// A cooperative's branch in the next township.
pub const COOPERATIVE: OrganizationId = organization(20);

/// A formal member since 2010.
pub const SECRETARY: PersonId = PersonId(Ulid(0xC1));
/// Another.
pub const SECOND: PersonId = PersonId(Ulid(0xC2));
/// A formal member since 2018-06-01.
pub const NEWCOMER: PersonId = PersonId(Ulid(0xC3));
/// No formal member.
pub const PROBATIONER: PersonId = PersonId(Ulid(0xC4));

/// The township that leads.
pub const LEAD: &str = "510811100";
/// The next township.
pub const NEXT: &str = "510811210";

const PLACES: [(&str, &str); 14] = [
    ("5108", "广元市"),
    ("510811", "昭化区"),
    ("510824", "苍溪县"),
    (LEAD, "元坝镇"),
    (NEXT, "白果乡"),
    ("510824100", "陵江镇"),
    ("510811100201", "一村"),
    ("510811100202", "二村"),
    ("510811100203", "三村"),
    ("510811100204", "四村"),
    ("510811100205", "五村"),
    ("510811100206", "六村"),
    ("510811210205", "狮子村"),
    ("510824100230", "拱桥村"),
];

const ORGANS: [(OrganizationId, &str, HostKind, &str); 5] = [
    (CITY_ORGAN, "市委组织部", HostKind::City, "5108"),
    (COUNTY_ORGAN, "昭化区委组织部", HostKind::County, "510811"),
    (TOWNSHIP_ORGAN, "元坝镇党委", HostKind::Township, LEAD),
    (NEXT_TOWNSHIP_ORGAN, "白果乡党委", HostKind::Township, NEXT),
    (OTHER_COUNTY_ORGAN, "苍溪县委组织部", HostKind::County, "510824"),
];

const BRANCHES: [(OrganizationId, &str); 8] = [
    (V1, "510811100201"),
    (V2, "510811100202"),
    (V3, "510811100203"),
    (V4, "510811100204"),
    (V5, "510811100205"),
    (V6, "510811100206"),
    (NEIGHBOUR, "510811210205"),
    (ABROAD, "510824100230"),
];

const fn organization(number: u128) -> OrganizationId {
    OrganizationId(Ulid(0xB00 + number))
}

/// The place of the fixtures that bears the code.
pub fn place(code: &str) -> PlaceId {
    let number = (0_u128..).zip(PLACES).find(|(_, (own, _))| *own == code).map_or(0xFF, |(number, _)| number);
    PlaceId(Ulid(0xD00 + number))
}

/// The code of the village whose branch it is.
pub fn village_code(branch: OrganizationId) -> &'static str {
    BRANCHES.iter().find(|(own, _)| *own == branch).map_or("510811100299", |(_, code)| code)
}

/// A place as `register-place` wants it, under the place that its code begins with.
pub fn place_data(code: &str, name: &str) -> RegisterPlace {
    let (level, parent) = match code.len() {
        4 => (Level::City, None),
        6 => (Level::County, code.get(..4)),
        9 => (Level::Township, code.get(..6)),
        _ => (Level::Village, code.get(..9)),
    };
    RegisterPlace {
        id: Some(place(code)),
        code: code.parse().unwrap(),
        name: name.parse().unwrap(),
        level,
        parent: parent.map(|parent| parent.parse().unwrap()),
        kind: None,
    }
}

/// An organization as `register-organization` wants it.
pub fn organization_data(
    id: OrganizationId,
    name: &str,
    host_kind: HostKind,
    host: &str,
) -> RegisterOrganization {
    let is_organ = host_kind.is_tier();
    RegisterOrganization {
        id: Some(id),
        name: text(name),
        form: if is_organ { OrganizationForm::Organ } else { OrganizationForm::Branch },
        form_kind: None,
        host_kind,
        host: text(host),
        location: None,
        superior: None,
        formal_members: if is_organ { 0 } else { 2 },
        probationary_members: 0,
    }
}

/// Members of an organization, as `update-organization` sets them.
pub fn members(id: OrganizationId, formal: u32, probationary: u32) -> Draft {
    let (formal_members, probationary_members) = (Some(formal), Some(probationary));
    update(UpdateOrganization { organization: id, formal_members, probationary_members, profile: None })
}

/// A figure of an organization's profile, as `update-organization` sets it.
pub fn profile(id: OrganizationId, name: ProfileFigure, value: &str) -> Draft {
    let profile = Some(Profile::from([(name, figure(value))]));
    update(UpdateOrganization { organization: id, formal_members: None, probationary_members: None, profile })
}

/// Every command that builds the city.
pub fn drafts() -> Vec<Draft> {
    let places = PLACES.iter().map(|(code, name)| import(CommandBody::RegisterPlace(place_data(code, name))));
    let organs = ORGANS.iter().map(|(id, name, kind, host)| organization_data(*id, name, kind.clone(), host));
    let branches = BRANCHES
        .iter()
        .map(|(id, code)| organization_data(*id, &format!("{code}党支部"), HostKind::Village, code));
    let unit = organization_data(UNIT, "区住建局机关党支部", HostKind::Unit, "区住建局");
    let cooperative = organization_data(COOPERATIVE, "合作社党支部", HostKind::Cooperative, "合作社");
    let units = [
        RegisterOrganization { location: Some("510811".parse().unwrap()), ..unit },
        RegisterOrganization { location: Some(NEXT.parse().unwrap()), ..cooperative },
    ];
    let organizations = organs.chain(branches).chain(units);
    let organizations = organizations.map(|data| import(CommandBody::RegisterOrganization(data)));
    let households = BRANCHES.iter().map(|(id, _)| match *id {
        ABROAD => {
            profile(*id, ProfileFigure::Households, "100").by(abroad_officer()).behalf(OTHER_COUNTY_ORGAN)
        }
        _ => profile(*id, ProfileFigure::Households, "100"),
    });
    let persons = [
        person(SECRETARY, Some("2010-07-01")),
        person(SECOND, Some("2010-07-01")),
        person(NEWCOMER, Some("2018-06-01")),
        person(PROBATIONER, None),
    ];
    places.chain(organizations).chain(households).chain(persons).collect()
}

/// An officer of the other county.
pub fn abroad_officer() -> crate::actor::Actor {
    crate::actor::Actor { scope: "510824".parse().unwrap(), ..officer("officer-9") }
}
