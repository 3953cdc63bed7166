//! `correct-record`: spelling and figures with a source, of the event that states them today. Never what a rule or a
//! later decision rests on: grades, deadlines, dates, surveys, satisfaction, grounds are no fields of this command.

use crate::case::Case;
use crate::commands::update_organization::check_profile;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::JointBranchCorrected;
use crate::event_data::organizations::OrganizationCorrected;
use crate::event_data::places::PlaceCorrected;
use crate::ids::{EventId, PlaceId};
use crate::joint_branch::JointBranch;
use crate::mechanism::Mechanism;
use crate::organization::{Organization, Profile, ProfileFigure};
use crate::place::{Level, Place};
use crate::recall::Recorded;
use crate::recording::Recording;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::state::CityState;
use crate::text::Text;

data! {
    /// 可以更正的内容：文字，以及不作为规则依据的数据 / the fields that may be corrected: spelling, and figures that no rule reads
    pub struct CorrectedFields {
        /// 更正后的名称：党组织、行政区划或联合党组织 / the corrected name of an organization, a place or a joint branch
        pub name: Option<Text>,
        /// 更正后的村情数据：人口、面积、收入、产业等 / the corrected figures of the village's profile: population, area, income, industry
        pub profile: Option<Profile>,
    }

    /// 更正记录：文字，以及不作为规则依据的数据 / corrects what a record says: spelling, and figures that no rule reads
    pub struct CorrectRecord {
        /// 被更正记录的编号，即现行数据所在的事件 / the id of the event that states the value today
        pub event: EventId,
        /// 更正后的内容，不更正的不填 / the fields as they should read; what is not named stays
        pub fields: CorrectedFields,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}

/// Figures that no rule reads.
const OPEN_FIGURES: [ProfileFigure; 5] = [
    ProfileFigure::Population,
    ProfileFigure::Area,
    ProfileFigure::CollectiveIncome,
    ProfileFigure::IncomePerHead,
    ProfileFigure::Industry,
];

pub(crate) const SPEC: &Spec = &Spec {
    name: "correct-record",
    title: say("更正记录", "Correct a record"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Corrections],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["organization.corrected", "place.corrected", "joint-branch.corrected"],
    along: &[],
    refused_when: "the event states no such value today; rules rest on the field; by who recorded it",
    rules: &["correctable-event", "correctable-field", "four-eyes", "document-required"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-09-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕55号", "issued": "2019-08-30"},
  "data": {"event": "01J8KQ2M000000000000000015", "fields": {"name": "狮子田岩联合党支部"}, "reason": "笔误"}
}"#,
    example_follows: &["propose-joint-branch"],
};

pub(crate) fn entity(_: &CorrectRecord) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &CorrectRecord) -> Result<Vec<EventBody>, Rejection> {
    case.required_document()?;
    match stated(case.state, data.event) {
        Some(Stated::Organization(found)) => of_organization(case, data, found),
        Some(Stated::Place(found)) => of_place(case, data, found),
        Some(Stated::JointBranch(found)) => of_joint_branch(case, data, found),
        None => Err(ChangeRejection::NotCorrectable { event: data.event.to_string() }.into()),
    }
}

/// What an event states today that may be corrected.
#[derive(Debug, Clone, Copy)]
pub enum Stated<'a> {
    /// The name or figures of an organization.
    Organization(&'a Organization),
    /// The name of a place.
    Place(&'a Place),
    /// The name of a joint branch.
    JointBranch(&'a JointBranch),
}

impl Stated<'_> {
    /// What it is called today.
    pub fn called(&self) -> &Text {
        match self {
            Self::Organization(found) => &found.name,
            Self::Place(found) => &found.name,
            Self::JointBranch(found) => &found.name,
        }
    }

    /// Where it lies.
    pub fn place(&self) -> PlaceId {
        match self {
            Self::Organization(found) => found.location,
            Self::Place(found) => found.id,
            Self::JointBranch(found) => found.lead_township,
        }
    }

    /// The recording of its name.
    fn named(&self) -> &Recording {
        match self {
            Self::Organization(found) => &found.name_recorded,
            Self::Place(found) => &found.name_recorded,
            Self::JointBranch(found) => &found.name_recorded,
        }
    }

    /// Where in the log the event stands that states it.
    pub fn position(&self, event: EventId) -> u64 {
        let figures = match self {
            Self::Organization(found) => found.profile_recorded.values().find(|found| found.event == event),
            Self::Place(_) | Self::JointBranch(_) => None,
        };
        figures.map_or(self.named().position, |found| found.position)
    }

    /// The name that the event states; nothing where it states figures only.
    pub fn name(&self, event: EventId) -> Option<&Text> {
        (self.named().event == event).then(|| self.called())
    }
}

/// What an event states today that may be corrected; nothing where it states none, or a later one does.
pub fn stated(state: &CityState, event: EventId) -> Option<Stated<'_>> {
    let states = |recorded: &Recording| recorded.event == event;
    let organization = state.organizations.values().find(|found| {
        states(&found.name_recorded) || found.profile_recorded.values().any(|recorded| states(recorded))
    });
    if let Some(organization) = organization {
        return Some(Stated::Organization(organization));
    }
    if let Some(place) = state.places.values().find(|found| states(&found.name_recorded)) {
        return Some(Stated::Place(place));
    }
    let joint_branch = state.joint_branches.values().find(|found| states(&found.name_recorded));
    joint_branch.map(|found| Stated::JointBranch(found))
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<CorrectRecord> {
    let (event, name, profile, reason) = match recorded.lead.clone() {
        EventBody::OrganizationCorrected(OrganizationCorrected {
            organization: _,
            corrected_event,
            corrected_position: _,
            corrected_effective_date: _,
            name,
            earlier_name: _,
            profile,
            earlier_profile: _,
            reason,
        }) => (corrected_event, name, Some(profile), reason),
        EventBody::PlaceCorrected(PlaceCorrected {
            place: _,
            corrected_event,
            corrected_position: _,
            corrected_effective_date: _,
            name,
            earlier_name: _,
            reason,
        }) => (corrected_event, Some(name), None, reason),
        EventBody::JointBranchCorrected(JointBranchCorrected {
            joint_branch: _,
            corrected_event,
            corrected_position: _,
            corrected_effective_date: _,
            name,
            earlier_name: _,
            reason,
        }) => (corrected_event, Some(name), None, reason),
        _ => return None,
    };
    Some(CorrectRecord { event, fields: CorrectedFields { name, profile }, reason })
}

/// The county's organ corrects, and nobody what they recorded themselves.
fn check_corrector(case: &Case<'_>, place: PlaceId, name: &Text) -> Result<(), Rejection> {
    case.require_scope(&case.state.scope_of_place(place), name.as_str())?;
    let place = case.state.places.get(&place);
    let place = place.ok_or_else(|| Case::unknown(say("行政区划", "place"), name, "/data/event"))?;
    case.require_organ(Level::County.max(place.level), place).map(drop)
}

fn four_eyes(case: &Case<'_>, recorded: &Recording) -> Result<(), Rejection> {
    case.four_eyes(
        std::iter::once(&recorded.by).chain(&recorded.corrected_by),
        say("录入或更正了该记录", "recorded or corrected it"),
    )
}

/// The name as it should read, where it is another and that event states it.
fn name(case: &Case<'_>, data: &CorrectRecord, now: &Text, recorded: &Recording) -> Result<Text, Rejection> {
    if data.fields.profile.is_some() {
        case.refuse(ChangeRejection::FieldNotCorrectable { field: "profile" })?;
    }
    four_eyes(case, recorded)?;
    data.fields.name.clone().filter(|name| name != now).ok_or(Rejection::NothingToRecord)
}

fn of_place(case: &Case<'_>, data: &CorrectRecord, place: &Place) -> Result<Vec<EventBody>, Rejection> {
    check_corrector(case, place.id, &place.name)?;
    let recorded = &place.name_recorded;
    Ok(vec![EventBody::PlaceCorrected(PlaceCorrected {
        place: place.id,
        corrected_event: data.event,
        corrected_position: recorded.position,
        corrected_effective_date: recorded.effective_date,
        name: name(case, data, &place.name, recorded)?,
        earlier_name: place.name.clone(),
        reason: data.reason.clone(),
    })])
}

fn of_joint_branch(
    case: &Case<'_>,
    data: &CorrectRecord,
    joint_branch: &JointBranch,
) -> Result<Vec<EventBody>, Rejection> {
    check_corrector(case, joint_branch.lead_township, &joint_branch.name)?;
    let recorded = &joint_branch.name_recorded;
    Ok(vec![EventBody::JointBranchCorrected(JointBranchCorrected {
        joint_branch: joint_branch.id,
        corrected_event: data.event,
        corrected_position: recorded.position,
        corrected_effective_date: recorded.effective_date,
        name: name(case, data, &joint_branch.name, recorded)?,
        earlier_name: joint_branch.name.clone(),
        reason: data.reason.clone(),
    })])
}

fn note(
    case: &Case<'_>,
    corrected: &mut OrganizationCorrected,
    recorded: &Recording,
) -> Result<(), Rejection> {
    corrected.corrected_position = recorded.position;
    corrected.corrected_effective_date = recorded.effective_date;
    four_eyes(case, recorded)
}

fn of_organization(
    case: &Case<'_>,
    data: &CorrectRecord,
    organization: &Organization,
) -> Result<Vec<EventBody>, Rejection> {
    check_corrector(case, organization.location, &organization.name)?;
    let mut corrected = OrganizationCorrected {
        organization: organization.id,
        corrected_event: data.event,
        corrected_position: 0,
        corrected_effective_date: case.on(),
        name: None,
        earlier_name: None,
        profile: Profile::new(),
        earlier_profile: Profile::new(),
        reason: data.reason.clone(),
    };
    if let Some(name) = data.fields.name.as_ref().filter(|name| **name != organization.name) {
        let recorded = &organization.name_recorded;
        if recorded.event != data.event {
            case.refuse(ChangeRejection::FieldNotCorrectable { field: "name" })?;
        }
        note(case, &mut corrected, recorded)?;
        corrected.name = Some(name.clone());
        corrected.earlier_name = Some(organization.name.clone());
    }
    let profile = data.fields.profile.clone().unwrap_or_default();
    check_profile(&profile)?;
    for (figure, value) in profile {
        let recorded = organization.profile_recorded.get(&figure).filter(|found| found.event == data.event);
        let Some(recorded) = recorded.filter(|_| OPEN_FIGURES.contains(&figure)) else {
            return Err(ChangeRejection::FieldNotCorrectable { field: "profile" }.into());
        };
        let earlier = organization.profile.get(&figure).filter(|earlier| **earlier != value);
        if let Some(earlier) = earlier {
            note(case, &mut corrected, recorded)?;
            corrected.earlier_profile.insert(figure, earlier.clone());
            corrected.profile.insert(figure, value);
        }
    }
    if corrected.name.is_none() && corrected.profile.is_empty() {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::OrganizationCorrected(corrected)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::commands::correct_record::CorrectedFields;
    use crate::event::Event;
    use crate::ids::EventId;
    use crate::testing::city::{JOINT, LEAD, TOWNSHIP_ORGAN, V1, place, profile};
    use crate::testing::drafts::changes::{change, changing, correct_name, correct_record};
    use crate::testing::drafts::{clerk, figure, officer, text};
    use crate::testing::{City, date};

    fn event_of(city: &City, matches: impl Fn(&EventBody) -> bool) -> EventId {
        city.log.iter().rev().find(|event| matches(&event.body)).map(|event| event.meta.id).unwrap()
    }

    fn proposed(city: &City) -> EventId {
        event_of(city, |body| matches!(body, EventBody::JointBranchProposed(_)))
    }

    #[test]
    fn a_misspelt_name_is_corrected_on_the_day_of_its_event() {
        let city = City::merged();
        let event = proposed(&city);
        let after = city.when(correct_name(event, "狮岩联合党支部")).accepted();
        assert_eq!(after.joint().name, text("狮岩联合党支部"));
        assert_eq!(after.log.last().map(Event::folded_on), Some(date("2019-01-10")));
        assert_eq!(after.joint().latest_effective, city.joint().latest_effective);
        assert_eq!(after.state.corrections["510811"]["officer-2"], 1);
        let EventBody::JointBranchCorrected(data) = &after.log.last().unwrap().body else { panic!() };
        assert_eq!((data.joint_branch, data.earlier_name.as_str()), (JOINT, "联合党支部"));
        after
            .when(correct_name(event, "狮岩联合党支部").by(officer("officer-3")))
            .refused(Rejection::NothingToRecord);
        // The place of the lead township, and an organization.
        let registered = event_of(
            &city,
            |body| matches!(body, EventBody::PlaceRegistered(data) if data.place == place(LEAD)),
        );
        let corrected = city.when(correct_name(registered, "元坝古镇")).accepted();
        assert_eq!(corrected.state.places[&place(LEAD)].name, text("元坝古镇"));
        let registered = event_of(
            &city,
            |body| matches!(body, EventBody::OrganizationRegistered(data) if data.organization == V1),
        );
        let corrected = city.when(correct_name(registered, "一村支部")).accepted();
        assert_eq!(corrected.organization(V1).name, text("一村支部"));
    }

    #[test]
    fn a_figure_that_no_rule_reads_is_corrected() {
        let income = ProfileFigure::CollectiveIncome;
        let city = City::new().given(profile(V1, income, "35"));
        let event = city.log.last().unwrap().meta.id;
        let fields = |figure_name, value: &str| CorrectedFields {
            name: None,
            profile: Some(Profile::from([(figure_name, figure(value))])),
        };
        let after = city.when(correct_record(event, fields(income, "3.5"))).accepted();
        assert_eq!(after.organization(V1).profile[&income], figure("3.5"));
        let refused = Rejection::from(ChangeRejection::FieldNotCorrectable { field: "profile" });
        // Surveys rest on the households.
        let households = city.given(profile(V1, ProfileFigure::Households, "90"));
        let latest = households.log.last().unwrap().meta.id;
        households
            .when(correct_record(latest, fields(ProfileFigure::Households, "100")))
            .refused(refused.clone());
        // Another event states the figure today.
        let again = after.given(profile(V1, income, "4"));
        let earlier = ChangeRejection::NotCorrectable { event: event.to_string() };
        again.when(correct_record(event, fields(income, "5"))).refused(earlier.into());
    }

    #[test]
    fn a_value_stated_since_is_not_touched() {
        let city = City::merged();
        let event = proposed(&city);
        let renamed = change(crate::commands::ChangeJointBranch { name: Some(text("新名")), ..changing() });
        let refused = ChangeRejection::NotCorrectable { event: event.to_string() };
        city.given(renamed).when(correct_name(event, "旧名")).refused(refused.into());
    }

    #[test]
    fn the_county_corrects_with_a_document_what_others_recorded() {
        let city = City::merged();
        let event = proposed(&city);
        city.when(correct_name(event, "新名").no_paper()).refused(Rejection::DocumentMissing);
        let refused = Rejection::FourEyes {
            actor: "clerk-1".into(),
            earlier: say("录入或更正了该记录", "recorded or corrected it"),
        };
        city.when(correct_name(event, "新名").by(officer("clerk-1"))).refused(refused);
        let role = Role::TownshipClerk.as_str();
        let by_clerk = correct_name(event, "新名").by(clerk()).behalf(TOWNSHIP_ORGAN);
        city.when(by_clerk).refused(Rejection::RoleForbids { role, command: "correct-record" });
        let by_township = correct_name(event, "新名").behalf(TOWNSHIP_ORGAN);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        city.when(by_township).refused(refused);
        let graded = City::poor().log.last().unwrap().meta.id;
        let refused = ChangeRejection::NotCorrectable { event: graded.to_string() };
        City::poor().when(correct_name(graded, "好")).refused(refused.into());
    }
}
