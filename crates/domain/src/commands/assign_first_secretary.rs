//! `assign-first-secretary` 第一书记选派: a first secretary is sent to a village's organization, beside its own secretary.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::{FirstSecretaryAssigned, FirstSecretaryRelieved};
use crate::ids::{OrganizationId, PersonId};
use crate::mechanism::Mechanism;
use crate::organization::{Organization, OrganizationForm, OrganizationStatus};
use crate::place::{Level, Place};
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 向村(社区)党组织选派第一书记 / sends a first secretary to the organization of a village or community
    pub struct AssignFirstSecretary {
        /// 派驻的村(社区)党组织，本村书记不变 / the organization of a village or community to which the person is sent; its own secretary stays
        pub organization: OrganizationId,
        /// 任第一书记的人员，须为正式党员 / the person who becomes first secretary: a formal member
        pub person: PersonId,
        /// 任职日期 / the first day in post
        pub since: Date,
        /// 计划期满日期；到期未办离任的，仍在任 / the day on which the posting is planned to end; the person stays in post until relieved
        pub until: Date,
        /// 派出单位的名称 / the name of the unit that sends the person
        pub sending_unit: Text,
        /// 同时轮换的现任第一书记，续派的填本人；没有现任的不填 / the first secretary in post whom the same act relieves, the same person where sent again; absent where there is none
        pub replaces: Option<PersonId>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "assign-first-secretary",
    title: say("第一书记选派", "Assign a first secretary"),
    group: Group::Posts,
    mechanisms: &[Mechanism::FirstSecretary],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["organization.first-secretary-assigned"],
    along: &["organization.first-secretary-relieved"],
    refused_when: "no organization of a village; no formal member; one in post whom it does not replace; no document; a planned end that is not after the first day; in post in another village without an override",
    rules: &[
        "deciding-body",
        "document-required",
        "first-secretary-of",
        "member-active",
        "formal-member",
        "first-secretary-term",
        "first-secretary-once",
        "first-secretary-elsewhere",
        "not-in-post",
        "date-order",
        "effective-order",
        "person-erased",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2021-06-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2021〕30号", "issued": "2021-05-28"},
  "data": {
    "organization": "01J8KQ2M000000000000000002",
    "person": "01J8KQ2M000000000000000011",
    "since": "2021-06-01",
    "until": "2023-05-31",
    "sending_unit": "区农业农村局"
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(data: &AssignFirstSecretary) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AssignFirstSecretary) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.organization(data.organization, "/data/organization")?;
    decided_by_county(case, organization)?;
    let has_village = organization.village().is_some() && organization.form != OrganizationForm::Organ;
    if !has_village {
        case.refuse(PostRejection::FirstSecretaryOf { name: organization.name.to_string() })?;
    }
    if matches!(organization.status, OrganizationStatus::Abolished { .. }) {
        case.refuse(Rejection::MemberInactive { name: organization.name.to_string() })?;
    }
    let (since, until) = (data.since, data.until);
    case.not_after(say("任职日期", "the first day in post"), since, case.on())?;
    if until <= since {
        case.refuse(PostRejection::FirstSecretaryTerm { since, until })?;
    }
    let person = case.known_person(data.person, "/data/person")?;
    if person.formal_member_since.is_none_or(|formal| formal > since) {
        case.refuse(PostRejection::FirstSecretaryNotFormal { on: since })?;
    }
    let mut events = vacate(organization, data)?;
    let is_elsewhere = |other: &Organization| {
        other.id != organization.id
            && other.first_secretary.as_ref().is_some_and(|found| found.person == person.id)
    };
    if case.state.organizations.values().any(|other| is_elsewhere(other)) {
        case.breach(PostRejection::FirstSecretaryElsewhere.into())?;
    }
    events.push(EventBody::FirstSecretaryAssigned(FirstSecretaryAssigned {
        organization: organization.id,
        person: person.id,
        since,
        until,
        sending_unit: data.sending_unit.clone(),
    }));
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AssignFirstSecretary> {
    let EventBody::FirstSecretaryAssigned(FirstSecretaryAssigned {
        organization,
        person,
        since,
        until,
        sending_unit,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(AssignFirstSecretary {
        organization,
        person,
        since,
        until,
        sending_unit,
        replaces: recorded.relieved(),
    })
}

/// They are sent by a county or above, and called back by it, on a document.
pub(crate) fn decided_by_county(case: &Case<'_>, organization: &Organization) -> Result<(), Rejection> {
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    let location: Option<&Place> = case.state.places.get(&organization.location).map(AsRef::as_ref);
    let location = location.ok_or_else(|| {
        Case::unknown(say("行政区划", "place"), &organization.location, "/data/organization")
    })?;
    case.require_organ(Level::County, location)?;
    case.required_document().map(drop)
}

/// One at a time: whoever is in post is replaced by name, and nobody begins before the last one did, or left.
fn vacate(organization: &Organization, data: &AssignFirstSecretary) -> Result<Vec<EventBody>, Rejection> {
    let name = organization.name.to_string();
    let in_post = organization.first_secretary.as_ref();
    let latest = in_post.map(|found| found.since).or(organization.first_secretary_left);
    if let Some(latest) = latest.filter(|latest| data.since < *latest) {
        return Err(Rejection::EffectiveOrder { entity: name, effective: data.since, latest });
    }
    match (in_post, data.replaces) {
        (None, None) => Ok(Vec::new()),
        (Some(found), None) => Err(PostRejection::FirstSecretaryOccupied { name, since: found.since }.into()),
        (Some(found), Some(replaced)) if found.person == replaced => {
            Ok(vec![EventBody::FirstSecretaryRelieved(FirstSecretaryRelieved {
                organization: organization.id,
                person: replaced,
                reason: None,
            })])
        }
        (_, Some(_)) => Err(PostRejection::FirstSecretaryNotInPost.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::PersonRejection;
    use crate::testing::city::{
        ABROAD, COUNTY_ORGAN, NEWCOMER, PROBATIONER, SECOND, SECRETARY, TOWNSHIP_ORGAN, UNIT, V1, V2,
    };
    use crate::testing::drafts::persons::erase;
    use crate::testing::drafts::posts::{send, send_as, sending};
    use crate::testing::drafts::{clerk, dissolve, text};
    use crate::testing::{City, date};

    fn assigned(person: PersonId) -> EventBody {
        EventBody::FirstSecretaryAssigned(FirstSecretaryAssigned {
            organization: V1,
            person,
            since: date("2021-06-01"),
            until: date("2023-05-31"),
            sending_unit: text("区农业农村局"),
        })
    }

    #[test]
    fn a_first_secretary_is_sent_beside_the_villages_own_secretary() {
        let after = City::headed().when(send(SECOND)).then(&[assigned(SECOND)]);
        let organization = after.organization(V1);
        let found = organization.first_secretary.as_ref().unwrap();
        assert_eq!(
            (found.person, found.since, found.until),
            (SECOND, date("2021-06-01"), date("2023-05-31"))
        );
        assert_eq!(after.joint().secretary.as_ref().unwrap().person, SECRETARY);
        // What is entered of the organization itself keeps its own order.
        assert!(organization.latest_effective < date("2021-06-01"));
        assert_eq!(after.state.persons[&SECOND].last_in_post, Some(date("2021-06-01")));
    }

    #[test]
    fn the_county_sends_on_a_document() {
        City::new().when(send(SECOND).no_paper()).refused(Rejection::DocumentMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::new().when(send(SECOND).behalf(TOWNSHIP_ORGAN)).refused(refused);
        City::new().when(send(SECOND).by(clerk()).behalf(TOWNSHIP_ORGAN)).refused_by("role");
        let abroad = AssignFirstSecretary { organization: ABROAD, ..sending(SECOND) };
        City::new().when(send_as(abroad)).refused_by("scope");
    }

    #[test]
    fn only_an_organization_of_a_village_that_lasts_has_one() {
        for (organization, name) in [(UNIT, "区住建局机关党支部"), (COUNTY_ORGAN, "昭化区委组织部")]
        {
            let data = AssignFirstSecretary { organization, ..sending(SECOND) };
            let refused = PostRejection::FirstSecretaryOf { name: name.into() };
            City::new().when(send_as(data)).refused(refused.into());
        }
        let ended = City::merged().given(send(SECOND)).given(
            dissolve(crate::joint_branch::Ground::PurposeAchieved, &[(V1, V2), (V2, V2)]).on("2021-07-01"),
        );
        let organization = ended.organization(V1);
        assert_eq!(organization.first_secretary, None);
        let refused = Rejection::MemberInactive { name: "510811100201党支部".into() };
        ended.when(send(SECRETARY).on("2021-08-01")).refused(refused);
    }

    #[test]
    fn only_a_formal_member_is_sent() {
        let refused = PostRejection::FirstSecretaryNotFormal { on: date("2021-06-01") };
        City::new().when(send(PROBATIONER)).refused(refused.into());
        City::new().when(send(NEWCOMER)).accepted();
        let erased = PersonRejection::Erased { person: PROBATIONER.to_string() };
        City::new().given(erase(PROBATIONER, "2019-06-01")).when(send(PROBATIONER)).refused(erased.into());
        let unknown = PersonId(ulid::Ulid(1));
        City::new().when(send(unknown)).refused(Case::unknown(
            say("人员", "person"),
            &unknown,
            "/data/person",
        ));
    }

    #[test]
    fn the_planned_end_is_after_the_first_day_which_is_no_later_than_the_act() {
        let posted = |since: &str, until: &str| AssignFirstSecretary {
            since: date(since),
            until: date(until),
            ..sending(SECOND)
        };
        City::new().when(send_as(posted("2021-06-01", "2021-06-02"))).accepted();
        let (since, until) = (date("2021-06-01"), date("2021-06-01"));
        let refused = PostRejection::FirstSecretaryTerm { since, until };
        City::new().when(send_as(posted("2021-06-01", "2021-06-01"))).refused(refused.into());
        City::new().when(send_as(posted("2021-06-02", "2023-06-01"))).refused(Rejection::DateAfter {
            what: say("任职日期", "the first day in post"),
            date: date("2021-06-02"),
            limit: date("2021-06-01"),
        });
        // One who was sent before is entered late.
        City::new().when(send_as(posted("2020-06-01", "2022-05-31"))).accepted();
    }

    #[test]
    fn there_is_one_at_a_time_who_is_replaced_by_name() {
        let city = City::new().given(send(SECOND));
        let occupied = PostRejection::FirstSecretaryOccupied {
            name: "510811100201党支部".into(),
            since: date("2021-06-01"),
        };
        city.when(send(SECRETARY)).refused(occupied.into());
        let replacing = |person, replaces| AssignFirstSecretary {
            since: date("2022-06-01"),
            until: date("2024-05-31"),
            replaces: Some(replaces),
            ..sending(person)
        };
        let replace = |person, replaces| send_as(replacing(person, replaces)).on("2022-06-01");
        let not_in_post = || Rejection::from(PostRejection::FirstSecretaryNotInPost);
        city.when(replace(SECRETARY, SECRETARY)).refused(not_in_post());
        City::new().when(replace(SECRETARY, SECOND)).refused(not_in_post());
        let after = city.when(replace(SECRETARY, SECOND)).accepted();
        assert_eq!(after.organization(V1).first_secretary.as_ref().unwrap().person, SECRETARY);
        // Whoever is sent again has a new planned end.
        let again = city.when(replace(SECOND, SECOND)).accepted();
        assert_eq!(again.organization(V1).first_secretary.as_ref().unwrap().until, date("2024-05-31"));
        let earlier = AssignFirstSecretary { since: date("2021-05-31"), ..replacing(SECRETARY, SECOND) };
        city.when(send_as(earlier)).refused(Rejection::EffectiveOrder {
            entity: "510811100201党支部".into(),
            effective: date("2021-05-31"),
            latest: date("2021-06-01"),
        });
    }

    #[test]
    fn a_person_is_first_secretary_of_two_villages_by_override_only() {
        let city = City::new().given(send(SECOND));
        let other = || send_as(AssignFirstSecretary { organization: V2, ..sending(SECOND) });
        city.when(other()).refused(PostRejection::FirstSecretaryElsewhere.into());
        city.when(other().overriding()).warns(&["first-secretary-elsewhere"]);
    }
}
