//! `abolish-organization`: an organization that stands alone ends on a document, and another goes on.

use crate::case::Case;
use crate::commands::change_organization::check_decision;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::organizations::OrganizationClosed;
use crate::ids::OrganizationId;
use crate::mechanism::Mechanism;
use crate::organization::{OrganizationForm, OrganizationStatus};
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 撤销单独设置的党组织，由另一同类党组织承接 / abolishes an organization that is in no joint branch; another one of its kind goes on
    pub struct AbolishOrganization {
        /// 被撤销的党组织 / the organization that is abolished
        pub organization: OrganizationId,
        /// 承接党组织，须正常运转、同一类别 / the organization that goes on: at work, and of the same kind
        pub successor: OrganizationId,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "abolish-organization",
    title: say("撤销党组织", "Abolish an organization"),
    group: Group::Changes,
    mechanisms: &[Mechanism::OrganizationEnds],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: None,
    yields: &["organization.closed"],
    along: &[],
    refused_when: "no document; in a live joint branch; no lawful successor",
    rules: &["document-required", "one-merger", "pairing-ends-first", "successors", "member-active"],
    choices: &[],
    example: r#"{
  "effective_date": "2020-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2020〕24号", "issued": "2020-06-19"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2020-06-18"},
  "data": {"organization": "01J8KQ2M000000000000000003", "successor": "01J8KQ2M000000000000000001", "reason": "村建制调整"}
}"#,
    example_follows: &["register-organization"],
};

pub(crate) fn entity(data: &AbolishOrganization) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AbolishOrganization) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(data.organization, "/data/organization")?;
    check_decision(case, organization)?;
    let name = || organization.name.to_string();
    if let Some(merger) = organization.merger {
        case.refuse(Rejection::MemberInMerger { name: name(), joint_branch: merger.to_string() })?;
    }
    if let Some(pairing) = organization.pairings.first() {
        case.refuse(Rejection::MemberInPairing { name: name(), joint_branch: pairing.to_string() })?;
    }
    let successor = case.organization_in_order(data.successor, "/data/successor")?;
    case.require_scope(&case.state.scope_of_organization(successor.id), successor.name.as_str())?;
    let is_organ = |form| form == OrganizationForm::Organ;
    let goes_on = successor.status == OrganizationStatus::Active
        && successor.id != organization.id
        && is_organ(successor.form) == is_organ(organization.form);
    if !goes_on {
        case.refuse(Rejection::Successor {
            name: successor.name.to_string(),
            detail: say(
                "承接组织须是另一个正常运转的同类党组织",
                "who goes on must be another organization at work, of the same kind",
            ),
        })?;
    }
    Ok(vec![EventBody::OrganizationClosed(OrganizationClosed {
        organization: organization.id,
        successor: successor.id,
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AbolishOrganization> {
    let EventBody::OrganizationClosed(OrganizationClosed { organization, successor, reason }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(AbolishOrganization { organization, successor, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganizationId;
    use crate::place::Level;
    use crate::testing::City;
    use crate::testing::city::{ABROAD, JOINT, NEXT_TOWNSHIP_ORGAN, TOWNSHIP_ORGAN, V1, V2, V3, V4};
    use crate::testing::drafts::changes::abolish;
    use crate::testing::drafts::{proposal, propose};

    #[test]
    fn an_organization_that_stands_alone_ends_and_another_goes_on() {
        let after =
            City::new().when(abolish(V3, V4)).then(&[EventBody::OrganizationClosed(OrganizationClosed {
                organization: V3,
                successor: V4,
                reason: None,
            })]);
        assert_eq!(after.organization(V3).status, OrganizationStatus::Abolished { successor: V4 });
        let refused = Rejection::MemberInactive { name: "510811100203党支部".into() };
        after.when(abolish(V3, V4)).refused(refused);
        City::new().when(abolish(TOWNSHIP_ORGAN, NEXT_TOWNSHIP_ORGAN)).accepted();
    }

    #[test]
    fn a_successor_is_another_active_organization_of_the_same_kind() {
        let refused = |name: &str| Rejection::Successor {
            name: name.into(),
            detail: say(
                "承接组织须是另一个正常运转的同类党组织",
                "who goes on must be another organization at work, of the same kind",
            ),
        };
        City::new().when(abolish(V3, V3)).refused(refused("510811100203党支部"));
        City::new().when(abolish(V3, TOWNSHIP_ORGAN)).refused(refused("元坝镇党委"));
        City::merged().when(abolish(V3, V2).on("2019-05-20")).refused(refused("510811100202党支部"));
        let outside = Rejection::OutsideScope {
            what: "510824100230党支部".into(),
            scope: "510811".parse().unwrap(),
        };
        City::new().when(abolish(V3, ABROAD)).refused(outside);
        let unknown = OrganizationId(ulid::Ulid(1));
        let expected = Case::unknown(say("党组织", "organization"), &unknown, "/data/successor");
        City::new().when(abolish(V3, unknown)).refused(expected);
    }

    #[test]
    fn a_member_of_a_live_joint_branch_leaves_it_first() {
        let (name, joint_branch) = ("510811100201党支部".to_owned(), JOINT.to_string());
        let refused = Rejection::MemberInMerger { name: name.clone(), joint_branch: joint_branch.clone() };
        City::merged().when(abolish(V1, V4).on("2019-05-20")).refused(refused);
        let refused = Rejection::MemberInPairing { name, joint_branch };
        City::paired().when(abolish(V1, V4).on("2019-05-20")).refused(refused);
    }

    #[test]
    fn a_body_that_may_abolish_decides_on_a_document() {
        City::new().when(abolish(V3, V4).no_paper()).refused(Rejection::DocumentMissing);
        City::new().when(abolish(V3, V4).undecided()).refused(Rejection::DecidedByMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::new().when(abolish(V3, V4).behalf(TOWNSHIP_ORGAN)).refused(refused);
    }

    #[test]
    fn an_organ_that_was_abolished_decides_nothing_from_that_day_on() {
        let city = City::new().given(abolish(TOWNSHIP_ORGAN, NEXT_TOWNSHIP_ORGAN));
        // Recorded after the abolition, and taken before it.
        city.when(propose(proposal(&[V1, V2])).on("2019-01-04")).accepted();
        let needed = Level::Township;
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed };
        city.when(propose(proposal(&[V1, V2])).on("2019-01-05")).refused(refused);
    }
}
