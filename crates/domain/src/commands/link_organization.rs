//! `link-organization`: a park committee guides without being a superior, or somebody holds a post on both sides.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::links::OrganizationLinked;
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::link::{Link, LinkKind};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{Rejection, WorkRejection};
use crate::say::{Say, say};
use crate::spec::{Choice, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 登记两个组织之间的联系：指导或交叉任职 / links an organization to a joint branch or to another organization: exactly one of the two is named
    pub struct LinkOrganization {
        /// 指导的一方，或任职人员所属的党组织 / the organization that guides, or whose person holds the post
        pub organization: OrganizationId,
        /// 联系的种类：指导或交叉任职 / which link it is: guidance or cross-posting
        pub kind: LinkKind,
        /// 另一方为联合党组织时填 / the joint branch on the other side
        pub joint_branch: Option<JointBranchId>,
        /// 另一方为党组织时填 / the organization on the other side
        pub other: Option<OrganizationId>,
        /// 两边任职的人员；交叉任职时填 / the person who holds a post on both sides, for `cross_posting`
        pub person: Option<PersonId>,
        /// 在另一方担任的职务；交叉任职时填 / the post on the other side, for `cross_posting`
        pub post: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "link-organization",
    title: say("登记指导或交叉任职", "Link an organization"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Links],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["organization.linked"],
    along: &[],
    refused_when: "no other side, or two; a member or superior as guide; on file already",
    rules: &["link-shape", "link-once", "member-active"],
    choices: &[
        Choice::Of {
            field: "kind",
            uses: &[Use::must("person", &["cross_posting"]), Use::must("post", &["cross_posting"])],
        },
        Choice::OneOf(&["joint_branch", "other"]),
    ],
    example: r#"{
  "effective_date": "2019-04-12",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"organization": "01J8KQ2M000000000000000003", "kind": "guides", "joint_branch": "01J8KQ2M000000000000000008"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &LinkOrganization) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &LinkOrganization) -> Result<Vec<EventBody>, Rejection> {
    case.lasting_organization(data.organization, "/data/organization")?;
    let (place, links) = other_side(case, data)?;
    let place = case.state.places.get(&place);
    let place = place
        .ok_or_else(|| Case::unknown(say("行政区划", "place"), &data.organization, "/data/organization"))?;
    case.require_organ(Level::Township.max(place.level), place)?;
    match (data.kind, data.person, &data.post) {
        (LinkKind::Guides, None, None) => {}
        (LinkKind::CrossPosting, Some(person), Some(_)) => {
            case.person(person, "/data/person")?;
        }
        (LinkKind::Guides, ..) => {
            return shape(say("指导关系不写人员与职务", "guidance names no person and no post"));
        }
        (LinkKind::CrossPosting, ..) => {
            return shape(say("交叉任职须写明人员与职务", "a cross posting names `person` and `post`"));
        }
    }
    let is_the_same = |link: &Link| {
        link.organization == data.organization
            && link.kind == data.kind
            && link.person == data.person
            && (link.joint_branch, link.other) == (data.joint_branch, data.other)
    };
    if links.iter().any(is_the_same) {
        case.refuse(WorkRejection::LinkRepeated)?;
    }
    Ok(vec![EventBody::OrganizationLinked(OrganizationLinked {
        organization: data.organization,
        kind: data.kind,
        joint_branch: data.joint_branch,
        other: data.other,
        person: data.person,
        post: data.post.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<LinkOrganization> {
    let EventBody::OrganizationLinked(OrganizationLinked {
        organization,
        kind,
        joint_branch,
        other,
        person,
        post,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(LinkOrganization { organization, kind, joint_branch, other, person, post })
}

fn shape<T>(detail: Say) -> Result<T, Rejection> {
    Err(WorkRejection::LinkShape { detail }.into())
}

/// Where the other side lies, and the links that it has. The clerk whose it is records the link, wherever the
/// organization that guides may lie.
fn other_side<'a>(case: &Case<'a>, data: &LinkOrganization) -> Result<(PlaceId, &'a [Link]), Rejection> {
    match (data.joint_branch, data.other) {
        (Some(id), None) => {
            let joint_branch = case.joint_branch(id)?;
            case.require_live(joint_branch)?;
            if data.kind == LinkKind::Guides && joint_branch.members.contains(&data.organization) {
                return shape(say(
                    "成员不能指导自己所在的联合党组织",
                    "a member does not guide its own joint branch",
                ));
            }
            Ok((joint_branch.lead_township, &joint_branch.links))
        }
        (None, Some(id)) if id != data.organization => {
            let other = case.lasting_organization(id, "/data/other")?;
            case.require_scope(&case.state.scope_of_organization(id), other.name.as_str())?;
            if data.kind == LinkKind::Guides && other.superior == Some(data.organization) {
                return shape(say("上级党组织是领导，不是指导", "a superior leads; it does not guide"));
            }
            Ok((other.location, &other.links))
        }
        _ => shape(say(
            "联合党组织、对方党组织须且只须写明其一，且不是自身",
            "exactly one of `joint_branch` and `other` is named, and it is not the organization itself",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{ABROAD, COOPERATIVE, LEAD, SECOND, TOWNSHIP_ORGAN, UNIT, V1, V2, V3, place};
    use crate::testing::drafts::text;
    use crate::testing::drafts::work::{cross_posting, guidance, link};

    fn linked(data: &LinkOrganization) -> EventBody {
        EventBody::OrganizationLinked(OrganizationLinked {
            organization: data.organization,
            kind: data.kind,
            joint_branch: data.joint_branch,
            other: data.other,
            person: data.person,
            post: data.post.clone(),
        })
    }

    #[test]
    fn a_park_guides_and_a_cooperatives_head_holds_a_post_on_both_sides() {
        for data in [guidance(COOPERATIVE), guidance(UNIT), cross_posting(COOPERATIVE, SECOND)] {
            let after = City::merged().when(link(data.clone())).then(&[linked(&data)]);
            assert_eq!(
                (after.joint().links.len(), after.organization(data.organization).links.len()),
                (1, 1)
            );
            after.when(link(data)).refused(WorkRejection::LinkRepeated.into());
        }
        // Both ways: the branch's own member in the cooperative.
        let back =
            LinkOrganization { joint_branch: None, other: Some(V3), ..cross_posting(COOPERATIVE, SECOND) };
        let after = City::merged().when(link(back.clone())).then(&[linked(&back)]);
        assert_eq!(after.organization(V3).links, after.organization(COOPERATIVE).links);
    }

    #[test]
    fn a_link_names_one_other_side_and_what_its_kind_needs() {
        let refused = |zh, en| Rejection::from(WorkRejection::LinkShape { detail: say(zh, en) });
        let sides = refused(
            "联合党组织、对方党组织须且只须写明其一，且不是自身",
            "exactly one of `joint_branch` and `other` is named, and it is not the organization itself",
        );
        let both = LinkOrganization { other: Some(V3), ..guidance(COOPERATIVE) };
        let neither = LinkOrganization { joint_branch: None, ..guidance(COOPERATIVE) };
        let itself = LinkOrganization { other: Some(COOPERATIVE), ..neither.clone() };
        for data in [both, neither, itself] {
            City::merged().when(link(data)).refused(sides.clone());
        }
        let with_post = LinkOrganization { post: Some(text("顾问")), ..guidance(COOPERATIVE) };
        let words = ("指导关系不写人员与职务", "guidance names no person and no post");
        City::merged().when(link(with_post)).refused(refused(words.0, words.1));
        let nobody = LinkOrganization { person: None, ..cross_posting(COOPERATIVE, SECOND) };
        let words = ("交叉任职须写明人员与职务", "a cross posting names `person` and `post`");
        City::merged().when(link(nobody)).refused(refused(words.0, words.1));
    }

    #[test]
    fn a_link_is_the_business_of_the_side_that_records_it() {
        // The clerk of the joint branch may ask for the first answer again, and its county is told of the link.
        let data = guidance(ABROAD);
        let after = City::merged().when(link(data.clone())).then(&[linked(&data)]);
        let scope = after.state.scope_of_event(&linked(&data));
        assert_eq!(scope, after.state.scope_of_place(place(LEAD)));
        let back =
            LinkOrganization { joint_branch: None, other: Some(V3), ..cross_posting(COOPERATIVE, SECOND) };
        assert_eq!(after.state.scope_of_event(&linked(&back)), after.state.scope_of_organization(V3));
    }

    #[test]
    fn a_guide_is_no_member_and_no_superior() {
        let refused = WorkRejection::LinkShape {
            detail: say("成员不能指导自己所在的联合党组织", "a member does not guide its own joint branch"),
        };
        City::merged().when(link(guidance(V1))).refused(refused.into());
        City::merged().when(link(cross_posting(V1, SECOND))).accepted();
    }

    #[test]
    fn the_other_side_is_at_work_in_scope_and_an_organ_records_it() {
        assert!(matches!(
            City::proposed().when(link(guidance(COOPERATIVE))).decision,
            Err(Rejection::WrongPhase { .. })
        ));
        let (found, needed) = ("510811100202党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::merged().when(link(guidance(COOPERATIVE)).behalf(V2)).refused(refused);
        let unknown = crate::ids::OrganizationId(ulid::Ulid(1));
        let refused = Case::unknown(say("党组织", "organization"), &unknown, "/data/organization");
        City::merged().when(link(guidance(unknown))).refused(refused);
        City::merged().when(link(guidance(COOPERATIVE)).behalf(TOWNSHIP_ORGAN)).accepted();
        let ended = link(guidance(V2)).on("2020-01-01");
        let refused = Rejection::MemberInactive { name: "510811100202党支部".into() };
        City::abolished().when(ended).refused(refused);
    }
}
