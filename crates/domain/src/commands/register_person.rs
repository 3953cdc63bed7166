//! `register-person`: an opaque id, an organization, and a commitment in place of the name.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::erasable::Erasable;
use crate::event::EventBody;
use crate::event_data::persons::PersonRegistered;
use crate::ids::{OrganizationId, PersonId};
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记人员；姓名另存，日志中只留承诺值 / registers a person; the name is kept apart, and the log holds a commitment to it
    pub struct RegisterPerson {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<PersonId>,
        /// 姓名；可依法删除，不写入日志 / the name of the person (erasable: kept apart from the log)
        pub name: Erasable<Text>,
        /// 党员所在的党组织 / the organization of which the person is a member
        pub organization: OrganizationId,
        /// 转为正式党员的日期；预备党员和群众不填 / the day of formal membership; absent for a probationary member or none
        pub formal_member_since: Option<Date>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "register-person",
    title: say("登记党员", "Register a person"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Persons],
    givers: Givers::Township,
    exceptions: &[],
    fits: None,
    yields: &["person.registered"],
    along: &[],
    refused_when: "organization unknown",
    rules: &["unknown-reference", "id-in-use"],
    choices: &[],
    example: r#"{
  "effective_date": "2018-12-31",
  "on_behalf_of": "01J8KQ2M000000000000000001",
  "document": null,
  "data": {
    "id": "01J8KQ2M000000000000000006",
    "name": "张某",
    "organization": "01J8KQ2M000000000000000001",
    "formal_member_since": "2009-07-01"
  }
}"#,
    example_follows: &["register-organization"],
};

pub(crate) fn entity(_: &RegisterPerson) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterPerson) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(data.organization, "/data/organization")?;
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    if let Some(since) = data.formal_member_since {
        case.not_after(say("转正日期", "formal membership"), since, case.on())?;
    }
    let id = data.id.unwrap_or(PersonId(case.command.id.0));
    if case.state.persons.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let name_commitment = case.commitment("/name").ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::PersonRegistered(PersonRegistered {
        person: id,
        organization: organization.id,
        formal_member_since: data.formal_member_since,
        name_commitment,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RegisterPerson> {
    let EventBody::PersonRegistered(PersonRegistered {
        person,
        organization,
        formal_member_since,
        name_commitment: _,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RegisterPerson {
        organization,
        formal_member_since,
        id: Some(person),
        name: recorded.erasable_text()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::city::{ABROAD, SECRETARY, V1};
    use crate::testing::drafts::{Draft, commitment, person};
    use crate::testing::{City, date};
    use ulid::Ulid;

    const NEW: PersonId = PersonId(Ulid(0xC99));

    fn in_organization(organization: crate::ids::OrganizationId) -> Draft {
        let mut draft = person(NEW, None);
        if let CommandBody::RegisterPerson(data) = &mut draft.body {
            *data = RegisterPerson { organization, ..data.clone() };
        }
        draft
    }

    #[test]
    fn a_person_is_an_id_a_membership_and_a_commitment() {
        let draft = person(NEW, Some("2018-06-01"));
        City::new().when(draft).then(&[EventBody::PersonRegistered(PersonRegistered {
            person: NEW,
            organization: V1,
            formal_member_since: Some(date("2018-06-01")),
            name_commitment: commitment(),
        })]);
    }

    #[test]
    fn formal_membership_does_not_begin_after_the_effective_date() {
        City::new().when(person(NEW, Some("2018-06-02"))).refused(Rejection::DateAfter {
            what: say("转正日期", "formal membership"),
            date: date("2018-06-02"),
            limit: date("2018-06-01"),
        });
    }

    #[test]
    fn an_unknown_organization_or_one_outside_the_scope_is_refused() {
        let unknown = crate::ids::OrganizationId(Ulid(1));
        let refused = Case::unknown(say("党组织", "organization"), &unknown, "/data/organization");
        City::new().when(in_organization(unknown)).refused(refused);
        let refused = Rejection::OutsideScope {
            what: "510824100230党支部".into(),
            scope: "510811".parse().unwrap(),
        };
        City::new().when(in_organization(ABROAD)).refused(refused);
    }

    #[test]
    fn an_id_in_use_is_refused() {
        let refused = Rejection::IdInUse { id: SECRETARY.to_string(), pointer: "/data/id" };
        City::new().when(person(SECRETARY, None)).refused(refused);
    }

    #[test]
    fn a_name_without_its_commitment_is_not_recorded() {
        City::new().when(person(NEW, None).uncommitted()).refused(Rejection::NothingToRecord);
    }
}
