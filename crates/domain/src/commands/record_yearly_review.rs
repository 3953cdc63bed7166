//! `record-yearly-review` 述职评议: the tier above a post gives its holder's year a class, on a document.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::persons::YearlyReviewed;
use crate::ids::PersonId;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记书记述职评议的等次 / records the class of a person's yearly review
    pub struct RecordYearlyReview {
        /// 被评议的人员 / the person who was reviewed
        pub person: PersonId,
        /// 评议的年度，如 2019 / the year that was reviewed, such as 2019
        pub year: i16,
        /// 被评议职务的层级，由上一级评议 / the tier of the post that is reviewed: the tier above it reviews
        pub level: Level,
        /// 评议等次：政策代码表中的代码 / the class of the review: a code of the policy's list `review_classes`
        pub class: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-yearly-review",
    title: say("登记述职评议", "Record a yearly review"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::YearlyReview, Mechanism::Responsibilities],
    givers: Givers::TownshipToCity,
    exceptions: &[],
    fits: None,
    yields: &["person.reviewed"],
    along: &[],
    refused_when: "no document; by another than the tier above; reviewed already; the year has not begun",
    rules: &[
        "document-required",
        "deciding-body",
        "review-level",
        "review-year",
        "review-once",
        "yearly-review-due",
        "code-list",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2020-01-15",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2020〕2号", "issued": "2020-01-14"},
  "decided_by": {"meeting": "白果乡党委会第1次会议", "date": "2020-01-13"},
  "data": {"person": "01J8KQ2M000000000000000006", "year": 2019, "level": "village", "class": "good"}
}"#,
    example_follows: &["register-person"],
};

pub(crate) fn entity(data: &RecordYearlyReview) -> Option<Entity> {
    Some(Entity::Person(data.person))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordYearlyReview) -> Result<Vec<EventBody>, Rejection> {
    let person = case.person(data.person, "/data/person")?;
    let organization = case.organization(person.organization, "/data/person")?;
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    let location = case.state.places.get(&organization.location);
    let location = location
        .ok_or_else(|| Case::unknown(say("行政区划", "place"), &organization.location, "/data/person"))?;
    let above = match data.level {
        Level::Village => Level::Township,
        Level::Township => Level::County,
        Level::County => Level::City,
        Level::City => return Err(OversightRejection::ReviewLevel.into()),
    };
    case.require_decision(above, location)?;
    case.required_document()?;
    case.require_code("review_classes", data.class.as_str(), "/data/class")?;
    let year = data.year;
    if year > case.on().year() {
        case.refuse(OversightRejection::ReviewYear { year })?;
    }
    if person.reviews.contains_key(&year) {
        case.refuse(OversightRejection::ReviewRepeated { year })?;
    }
    Ok(vec![EventBody::YearlyReviewed(YearlyReviewed {
        person: person.id,
        year,
        level: data.level,
        class: data.class.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordYearlyReview> {
    let EventBody::YearlyReviewed(YearlyReviewed { person, year, level, class }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordYearlyReview { person, year, level, class })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::City;
    use crate::testing::city::{COUNTY_ORGAN, SECOND, SECRETARY};
    use crate::testing::drafts::oversight::{review_year, yearly_review};
    use crate::testing::drafts::{Draft, officer, text};

    fn edited(change: impl FnOnce(&mut RecordYearlyReview)) -> Draft {
        let mut data = yearly_review(2019);
        change(&mut data);
        Draft { body: CommandBody::RecordYearlyReview(data), ..review_year(2019) }
    }

    #[test]
    fn a_year_is_given_one_class() {
        let after =
            City::headed().when(review_year(2019)).then(&[EventBody::YearlyReviewed(YearlyReviewed {
                person: SECRETARY,
                year: 2019,
                level: Level::Village,
                class: text("good"),
            })]);
        assert_eq!(after.state.persons[&SECRETARY].reviews.len(), 1);
        after.when(review_year(2019)).refused(OversightRejection::ReviewRepeated { year: 2019 }.into());
        after.when(review_year(2020)).accepted();
        after.when(edited(|data| data.person = SECOND)).accepted();
    }

    #[test]
    fn the_tier_above_reviews_in_a_meeting_on_a_document() {
        City::headed().when(review_year(2019).no_paper()).refused(Rejection::DocumentMissing);
        City::headed().when(review_year(2019).undecided()).refused(Rejection::DecidedByMissing);
        let of_township = || edited(|data| data.level = Level::Township);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::headed().when(of_township()).refused(refused);
        City::headed().when(of_township().by(officer("officer-1")).behalf(COUNTY_ORGAN)).accepted();
        let refused = OversightRejection::ReviewLevel;
        City::headed().when(edited(|data| data.level = Level::City)).refused(refused.into());
    }

    #[test]
    fn the_year_has_begun_and_the_class_is_on_the_list() {
        City::headed().when(review_year(2020)).accepted();
        City::headed().when(review_year(2021)).refused(OversightRejection::ReviewYear { year: 2021 }.into());
        let allowed = City::new().policy.codes("review_classes").join(", ");
        let found = "excellent".to_owned();
        City::headed().when(edited(|data| data.class = text("excellent"))).refused(Rejection::UnknownCode {
            found,
            allowed,
            pointer: "/data/class",
        });
    }
}
