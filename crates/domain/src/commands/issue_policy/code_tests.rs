//! Modes, kinds of hosts and kinds of forms that a jurisdiction adds: accepted where and when its policy holds.

use super::tests::{by_city, data};
use crate::commands::{
    ChangeJointBranch, ChangeOrganization, CommandBody, IssuePolicy, ProposeJointBranch, RegisterOrganization,
};
use crate::ids::OrganizationId;
use crate::joint_branch::{Arrangement, Form, Mode};
use crate::organization::{Host, HostKind, OrganizationForm};
use crate::policy::{CodeName, LegalEffect, RegulatedForm};
use crate::rejection::Rejection;
use crate::testing::City;
use crate::testing::city::{COUNTY_ORGAN, LEAD, V1, V2, V3, members, organization_data};
use crate::testing::drafts::changes::{change, changing, reorganize, reorganizing};
use crate::testing::drafts::{Draft, merge, officer, proposal, propose, survey, text};
use crate::thresholds::ThresholdChanges;
use ulid::Ulid;

const NEW: OrganizationId = OrganizationId(Ulid(0xC1));

fn entry(code: &str, zh: &str, stands_as: Option<RegulatedForm>) -> CodeName {
    let effect = stands_as.map(|_| LegalEffect::Organic);
    CodeName { code: text(code), zh: text(zh), en: text(code), stands_as, effect, valid_to: None }
}

/// A policy of the city, for itself or a county, that adds one code.
fn adding(jurisdiction: &str, list: &str, entry: CodeName, on: &str) -> Draft {
    let code_lists = std::collections::BTreeMap::from([(list.to_owned(), vec![entry])]);
    by_city(IssuePolicy { code_lists, ..data(jurisdiction, ThresholdChanges::default()) }, on)
}

fn unknown(draft: crate::testing::Outcome) -> (String, String, &'static str) {
    match draft.decision {
        Err(Rejection::UnknownCode { found, allowed, pointer }) => (found, allowed, pointer),
        other => panic!("{other:?}"),
    }
}

fn kinship() -> ProposeJointBranch {
    ProposeJointBranch { mode: "kinship".parse().unwrap(), mode_reason: None, ..proposal(&[V1, V2]) }
}

#[test]
fn a_mode_is_added_from_a_day_on_and_for_no_other_county() {
    let built_in = "rich_poor, similar_industry, large_small, strong_weak, resident_unit, other, not_stated";
    let refused = ("kinship".to_owned(), built_in.to_owned(), "/data/mode");
    let draft = |day: &'static str| propose(kinship()).on(day);
    let in_county = |county| {
        City::new().given(adding(county, Mode::LIST, entry("kinship", "宗亲村合建", None), "2019-01-09"))
    };
    assert_eq!(unknown(City::new().when(draft("2019-01-10"))), refused);
    assert_eq!(unknown(in_county("510824").when(draft("2019-01-10"))), refused);
    // Judged by the policy in force on the effective date, however late it is recorded.
    assert_eq!(unknown(in_county("510811").when(draft("2019-01-08"))), refused);
    for jurisdiction in ["510811", "5108"] {
        let after = in_county(jurisdiction).when(draft("2019-01-09")).accepted();
        assert_eq!(after.joint().mode.to_string(), "kinship");
        // Who reads the log again finds the same, and so does a snapshot.
        let snapshot = serde_json::to_string(&after.state).unwrap();
        assert_eq!(serde_json::from_str::<crate::CityState>(&snapshot).unwrap(), after.state);
    }
    let proposed = in_county("510811").given(propose(kinship()));
    let established = proposed.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).when(merge()).accepted();
    assert!(established.joint().establishment.is_some());
}

#[test]
fn what_is_built_in_keeps_its_conditions_beside_what_is_added() {
    let city = City::new().given(adding("5108", Mode::LIST, entry("kinship", "宗亲村", None), "2019-01-09"));
    let industry = ProposeJointBranch { mode: Mode::SimilarIndustry, ..proposal(&[V1, V2]) };
    assert!(matches!(city.when(propose(industry)).decision, Err(Rejection::ModeCondition { .. })));
    let paired = ProposeJointBranch { arrangement: Arrangement::Pairing, form: Form::None, ..kinship() };
    city.when(propose(paired)).accepted();
}

#[test]
fn an_added_kind_of_host_is_no_place_and_its_host_is_a_name() {
    let school = || RegisterOrganization {
        location: LEAD.parse().ok(),
        ..organization_data(NEW, "学校党支部", "school".parse().unwrap(), "元坝小学")
    };
    let register = |data, on| {
        Draft::new(CommandBody::RegisterOrganization(data), officer("officer-1"), COUNTY_ORGAN, on)
    };
    let with = |county| {
        City::new().given(adding(county, HostKind::LIST, entry("school", "学校", None), "2019-01-09"))
    };
    let refused = unknown(City::new().when(register(school(), "2019-01-09")));
    assert_eq!((refused.0.as_str(), refused.2), ("school", "/data/host_kind"));
    assert_eq!(refused.1, "village, unit, cooperative, association, park, township, county, city");
    unknown(with("510824").when(register(school(), "2019-01-09")));
    unknown(with("510811").when(register(school(), "2019-01-08")));
    let after = with("510811").when(register(school(), "2019-01-09")).accepted();
    let found = after.organization(NEW);
    assert_eq!((&found.host, found.village()), (&Host::Unit(text("元坝小学")), None));
    // It is no tier, so no organ belongs to it.
    let organ = RegisterOrganization { form: OrganizationForm::Organ, ..school() };
    let organ = with("510811").when(register(organ, "2019-01-09")).decision;
    assert!(matches!(organ, Err(Rejection::HostKind { .. })));
    let moved = || ChangeOrganization {
        host_kind: Some("school".parse().unwrap()),
        host: Some(text("元坝小学")),
        ..reorganizing(V3)
    };
    assert_eq!(unknown(City::new().when(reorganize(moved()))).2, "/data/host_kind");
    let after =
        with("510811").when(reorganize(moved()).paper("昭委组〔2019〕3号", "2019-01-05").on("2019-01-10"));
    assert_eq!(after.accepted().organization(V3).village(), None);
}

#[test]
fn a_kind_of_form_is_one_of_a_form_of_the_regulations_whose_figures_hold() {
    let branch = || entry("functional", "功能型党支部", Some(RegulatedForm::Branch));
    let city = || City::new().given(adding("510811", "forms", branch(), "2019-01-05"));
    let of = |form, data: ProposeJointBranch| ProposeJointBranch {
        form,
        form_kind: "functional".parse().ok(),
        ..data
    };
    let own = |form| propose(of(form, proposal(&[V1, V2])));
    assert_eq!(
        unknown(City::new().when(own(Form::Branch))),
        ("functional".into(), String::new(), "/data/form_kind")
    );
    let after = city().when(own(Form::Branch)).accepted();
    assert_eq!(after.joint().form_kind.as_ref().unwrap().as_str(), "functional");
    unknown(city().when(own(Form::Committee)));
    unknown(city().when(propose(of(
        Form::None,
        ProposeJointBranch { arrangement: Arrangement::Pairing, ..proposal(&[V1, V2]) },
    ))));
    // Too few for a branch are too few for every kind of it.
    let few = city().given(members(V1, 0, 0));
    few.when(own(Form::Branch)).refused(Rejection::BranchMinimum { found: 2, allowed: 3 });
    let register = |form, host_kind, host| {
        let data = RegisterOrganization {
            form,
            form_kind: "functional".parse().ok(),
            ..organization_data(NEW, "支部", host_kind, host)
        };
        Draft::new(CommandBody::RegisterOrganization(data), officer("officer-1"), COUNTY_ORGAN, "2019-01-06")
    };
    city().when(register(OrganizationForm::Branch, HostKind::Village, "510811100203")).accepted();
    unknown(city().when(register(OrganizationForm::Organ, HostKind::Township, LEAD)));
}

#[test]
fn a_kind_of_form_comes_and_goes_without_a_change_of_the_form() {
    let branch = entry("functional", "功能型党支部", Some(RegulatedForm::Branch));
    let city = City::merged().given(adding("510811", "forms", branch, "2019-05-01"));
    let kind = || ChangeJointBranch { form_kind: "functional".parse().ok(), ..changing() };
    let named = city.when(change(kind())).accepted();
    assert_eq!(named.joint().form_kind.as_ref().unwrap().as_str(), "functional");
    assert_eq!(named.joint().form, Form::Branch);
    let later = |data| change(data).paper("昭委组〔2019〕38号", "2019-05-20");
    named.when(later(kind())).refused(Rejection::NothingToRecord);
    let plain = || ChangeJointBranch { form: Some(Form::Branch), ..changing() };
    assert_eq!(named.when(later(plain())).accepted().joint().form_kind, None);
    city.when(later(plain())).refused(Rejection::NothingToRecord);
    let other = ChangeJointBranch { form: Some(Form::GeneralBranch), ..kind() };
    unknown(city.when(later(other)));
    let organization = |data| reorganize(data).paper("昭委组〔2019〕39号", "2019-05-20").on("2019-05-20");
    let own = ChangeOrganization { form_kind: "functional".parse().ok(), ..reorganizing(V3) };
    let after = city.when(organization(own)).accepted();
    assert_eq!(after.organization(V3).form_kind.as_ref().unwrap().as_str(), "functional");
}

#[test]
fn a_code_says_which_form_it_is_and_means_the_same_in_every_county() {
    let inconsistent = |city: City, draft| {
        let decision = city.when(draft).decision;
        assert!(matches!(decision, Err(Rejection::PolicyInconsistent { .. })), "{decision:?}");
    };
    let day = "2019-01-09";
    inconsistent(City::new(), adding("5108", "forms", entry("functional", "功能型党支部", None), day));
    // It says its legal effect, which a code of another list has none of.
    let unsaid = |stands_as, effect| CodeName { effect, ..entry("area", "片区联合党委", stands_as) };
    inconsistent(City::new(), adding("5108", "forms", unsaid(Some(RegulatedForm::Committee), None), day));
    let said = unsaid(Some(RegulatedForm::Committee), Some(LegalEffect::Functional));
    City::new().when(adding("5108", "forms", said.clone(), day)).accepted();
    inconsistent(City::new(), adding("5108", Mode::LIST, unsaid(None, Some(LegalEffect::Organic)), day));
    let other = CodeName { effect: Some(LegalEffect::Organic), ..said.clone() };
    inconsistent(
        City::new().given(adding("510811", "forms", said, day)),
        adding("510824", "forms", other, day),
    );
    let mode = entry("kinship", "宗亲村", Some(RegulatedForm::Branch));
    inconsistent(City::new(), adding("5108", Mode::LIST, mode, day));
    let held = || City::new().given(adding("510811", Mode::LIST, entry("kinship", "宗亲村", None), day));
    inconsistent(held(), adding("510824", Mode::LIST, entry("kinship", "同姓村", None), day));
    held().when(adding("510824", Mode::LIST, entry("kinship", "宗亲村", None), day)).accepted();
    held().when(adding("5108", HostKind::LIST, entry("kinship", "宗亲会", None), day)).accepted();
}
