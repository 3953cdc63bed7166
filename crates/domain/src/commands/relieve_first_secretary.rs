//! `relieve-first-secretary` 第一书记离任: the first secretary in post leaves it, for a reason of a few.

use crate::case::Case;
use crate::commands::assign_first_secretary::decided_by_county;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::FirstSecretaryRelieved;
use crate::ids::{OrganizationId, PersonId};
use crate::mechanism::Mechanism;
use crate::post::FirstSecretaryEnd;
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 第一书记离任 / relieves a first secretary of the post
    pub struct RelieveFirstSecretary {
        /// 派驻的村(社区)党组织 / the organization of the village or community to which the person was sent
        pub organization: OrganizationId,
        /// 离任的现任第一书记 / the first secretary in post who is relieved
        pub person: PersonId,
        /// 离任原因的类别 / the kind of reason for which the first secretary leaves
        pub reason: FirstSecretaryEnd,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "relieve-first-secretary",
    title: say("第一书记离任", "Relieve a first secretary"),
    group: Group::Posts,
    mechanisms: &[Mechanism::FirstSecretary],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["organization.first-secretary-relieved"],
    along: &[],
    refused_when: "not in post; before the first day in post; no document",
    rules: &["deciding-body", "document-required", "not-in-post", "effective-order"],
    choices: &[],
    example: r#"{
  "effective_date": "2023-06-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2023〕25号", "issued": "2023-05-30"},
  "data": {
    "organization": "01J8KQ2M000000000000000002",
    "person": "01J8KQ2M000000000000000011",
    "reason": "term_ended"
  }
}"#,
    example_follows: &["assign-first-secretary"],
};

pub(crate) fn entity(data: &RelieveFirstSecretary) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RelieveFirstSecretary) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.organization(data.organization, "/data/organization")?;
    decided_by_county(case, organization)?;
    let in_post = organization.first_secretary.as_ref().filter(|found| found.person == data.person);
    let in_post = in_post.ok_or(PostRejection::FirstSecretaryNotInPost)?;
    case.require_order(organization.name.as_str(), in_post.since)?;
    Ok(vec![EventBody::FirstSecretaryRelieved(FirstSecretaryRelieved {
        organization: organization.id,
        person: in_post.person,
        reason: Some(data.reason),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RelieveFirstSecretary> {
    let EventBody::FirstSecretaryRelieved(FirstSecretaryRelieved { organization, person, reason }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RelieveFirstSecretary { organization, person, reason: reason? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::AssignFirstSecretary;
    use crate::place::Level;
    use crate::testing::city::{SECOND, SECRETARY, TOWNSHIP_ORGAN, V1};
    use crate::testing::drafts::posts::{call_back, send, send_as, sending};
    use crate::testing::{City, date};

    fn sent() -> City {
        City::new().given(send(SECOND))
    }

    #[test]
    fn the_post_is_free_from_that_day() {
        let after = sent().when(call_back(SECOND)).then(&[EventBody::FirstSecretaryRelieved(
            FirstSecretaryRelieved {
                organization: V1,
                person: SECOND,
                reason: Some(FirstSecretaryEnd::TermEnded),
            },
        )]);
        let organization = after.organization(V1);
        assert_eq!(organization.first_secretary, None);
        assert_eq!(organization.first_secretary_left, Some(date("2023-06-01")));
        assert_eq!(after.state.persons[&SECOND].last_in_post, Some(date("2023-06-01")));
        let next = |since: &str| AssignFirstSecretary {
            since: date(since),
            until: date("2025-05-31"),
            ..sending(SECRETARY)
        };
        after.when(send_as(next("2023-06-01")).on("2023-06-02")).accepted();
        after.when(send_as(next("2023-05-31")).on("2023-06-02")).refused(Rejection::EffectiveOrder {
            entity: "510811100201党支部".into(),
            effective: date("2023-05-31"),
            latest: date("2023-06-01"),
        });
    }

    #[test]
    fn only_who_is_in_post_leaves_it_and_not_before_the_first_day() {
        let not_in_post = || Rejection::from(PostRejection::FirstSecretaryNotInPost);
        sent().when(call_back(SECRETARY)).refused(not_in_post());
        City::new().when(call_back(SECOND)).refused(not_in_post());
        let early = call_back(SECOND).on("2021-05-31").paper("昭委组〔2021〕29号", "2021-05-31");
        sent().when(early).refused(Rejection::EffectiveOrder {
            entity: "510811100201党支部".into(),
            effective: date("2021-05-31"),
            latest: date("2021-06-01"),
        });
    }

    #[test]
    fn the_county_calls_back_on_a_document() {
        sent().when(call_back(SECOND).no_paper()).refused(Rejection::DocumentMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        sent().when(call_back(SECOND).behalf(TOWNSHIP_ORGAN)).refused(refused);
    }
}
