//! Every word on the wire reads back as what it was, and names that stand in two places agree.

use std::collections::BTreeSet;
use std::fmt::Debug;

use schemars::SchemaGenerator;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::account::Role;
use crate::actor::Authority;
use crate::commands::CommandBody;
use crate::event::EventBody;
use crate::joint_branch::{Arrangement, Form, Grade, Ground, Mode, Phase};
use crate::organization::{Bound, HostKind, OrganizationForm, ProfileFigure};
use crate::place::{Level, PlaceCode, PlaceKind};

/// Each value is written as its word and nothing else, and the word reads back as the value.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(words: &[(T, &str)]) {
    for (value, word) in words {
        assert_eq!(serde_json::to_value(value).unwrap(), Value::from(*word));
        assert_eq!(&serde_json::from_value::<T>(Value::from(*word)).unwrap(), value);
    }
    assert!(serde_json::from_value::<T>(Value::from("no such word")).is_err());
}

#[test]
fn the_words_of_joint_branches_are_those_of_the_contract() {
    check(&[(Arrangement::Merger, "merger"), (Arrangement::Pairing, "pairing")]);
    check(&[
        (Mode::RichPoor, "rich_poor"),
        (Mode::SimilarIndustry, "similar_industry"),
        (Mode::LargeSmall, "large_small"),
        (Mode::StrongWeak, "strong_weak"),
        (Mode::ResidentUnit, "resident_unit"),
        (Mode::Other, "other"),
        (Mode::NotStated, "not_stated"),
    ]);
    check(&[
        (Form::Branch, "branch"),
        (Form::GeneralBranch, "general_branch"),
        (Form::Committee, "committee"),
        (Form::None, "none"),
        (Form::NotStated, "not_stated"),
    ]);
    check(&[(Grade::Good, "good"), (Grade::Fair, "fair"), (Grade::Poor, "poor")]);
    check(&[
        (Ground::RectificationFailed, "rectification_failed"),
        (Ground::PurposeAchieved, "purpose_achieved"),
        (Ground::MembersRequest, "members_request"),
        (Ground::PlaceChanged, "place_changed"),
        (Ground::SuperiorDecision, "superior_decision"),
    ]);
    let phases = [
        Phase::Proposed,
        Phase::Rejected,
        Phase::Withdrawn,
        Phase::Operating,
        Phase::Rectifying,
        Phase::TerminationDue,
        Phase::Dissolved,
        Phase::AwaitingConfirmation,
        Phase::SentBack,
    ];
    check(&phases.map(|phase| (phase, phase.as_str())));
    assert!(phases.iter().all(|phase| !phase.chinese().is_empty()));
}

#[test]
fn the_words_of_places_and_organizations_are_those_of_the_contract() {
    let levels = [Level::Village, Level::Township, Level::County, Level::City];
    check(&levels.map(|level| (level, level.as_str())));
    assert!(levels.is_sorted());
    check(&[
        (PlaceKind::Village, "village"),
        (PlaceKind::Community, "community"),
        (PlaceKind::Other, "other"),
    ]);
    check(&[
        (OrganizationForm::Branch, "branch"),
        (OrganizationForm::GeneralBranch, "general_branch"),
        (OrganizationForm::Committee, "committee"),
        (OrganizationForm::Organ, "organ"),
    ]);
    check(&[
        (HostKind::Village, "village"),
        (HostKind::Unit, "unit"),
        (HostKind::Cooperative, "cooperative"),
        (HostKind::Association, "association"),
        (HostKind::Park, "park"),
        (HostKind::Township, "township"),
        (HostKind::County, "county"),
        (HostKind::City, "city"),
    ]);
    check(&[
        (ProfileFigure::Households, "households"),
        (ProfileFigure::Population, "population"),
        (ProfileFigure::Area, "area"),
        (ProfileFigure::CollectiveIncome, "collective_income"),
        (ProfileFigure::IncomePerHead, "income_per_head"),
        (ProfileFigure::Industry, "industry"),
        (ProfileFigure::Wealth, "wealth"),
        (ProfileFigure::Strength, "strength"),
    ]);
    check(&[
        (Bound::Over, "over"),
        (Bound::Nearly, "nearly"),
        (Bound::AtLeast, "at_least"),
        (Bound::AtMost, "at_most"),
    ]);
}

#[test]
fn every_role_reads_back_and_local_is_no_accounts() {
    for role in Role::OF_ACCOUNTS.into_iter().chain([Role::Local]) {
        check(&[(role, role.as_str())]);
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
    assert!(Role::parse("mayor").is_none() && !Role::OF_ACCOUNTS.contains(&Role::Local));
}

#[test]
fn codes_are_4_6_9_or_12_digits_and_an_authority_is_one_or_a_ulid() {
    for (code, level) in [
        ("5108", Level::City),
        ("510811", Level::County),
        ("510811100", Level::Township),
        ("510811100201", Level::Village),
    ] {
        let place: PlaceCode = code.parse().unwrap();
        assert_eq!((place.level(), place.as_str()), (level, code));
        assert_eq!(code.parse(), Ok(Authority::Place(place)));
    }
    for text in ["", "51081", "51081110020", "5108112010O1", "５１０８", " 5108", "5108111002011"] {
        assert!(text.parse::<PlaceCode>().is_err() && text.parse::<Authority>().is_err(), "{text}");
    }
    let organization: Authority = "00000000000000000000000C1P".parse().unwrap();
    assert!(matches!(organization, Authority::Organization(_)));
    check(&[(organization, "00000000000000000000000C1P")]);
}

#[test]
fn every_command_and_event_has_one_name_a_closed_schema_and_no_field_it_does_not_know() {
    let commands: BTreeSet<_> = CommandBody::NAMES.iter().collect();
    let events: BTreeSet<_> = EventBody::TYPES.iter().collect();
    assert_eq!((commands.len(), events.len()), (CommandBody::NAMES.len(), EventBody::TYPES.len()));
    let unknown = || serde_json::json!({ "no_such_field": 1 });
    for name in CommandBody::NAMES {
        assert!(CommandBody::deserialize(name, unknown()).unwrap().is_err(), "{name}");
        assert!(CommandBody::data_schema(name, &mut SchemaGenerator::default()).is_some(), "{name}");
    }
    for name in EventBody::TYPES {
        for version in EventBody::versions(name).unwrap().1 {
            assert!(EventBody::deserialize(name, *version, unknown()).unwrap().is_err(), "{name}");
            let schema = EventBody::data_schema(name, *version, &mut SchemaGenerator::default());
            assert!(schema.is_some(), "{name}");
        }
    }
    assert!(CommandBody::deserialize("merge-villages", unknown()).is_none());
    assert!(EventBody::deserialize("village.merged", 1, unknown()).is_none());
}
