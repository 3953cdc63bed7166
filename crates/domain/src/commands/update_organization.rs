//! `update-organization`: counts of members, and the figures of a village's profile.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::organizations::OrganizationUpdated;
use crate::ids::OrganizationId;
use crate::mechanism::Mechanism;
use crate::organization::{Figure, FigureValue, OrganizationStatus, Profile, ProfileFigure};
use crate::person::MAX_PEOPLE;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Exception, Givers, Group, Spec};

data! {
    /// 更新党组织的党员人数或村情数据 / updates an organization's counts of members or its village's profile
    pub struct UpdateOrganization {
        /// 更新的党组织 / the organization that is updated
        pub organization: OrganizationId,
        /// 正式党员人数；不变则不填 / the number of formal members; absent where it stays
        #[schemars(range(max = MAX_PEOPLE))]
        pub formal_members: Option<u32>,
        /// 预备党员人数；不变则不填 / the number of probationary members; absent where it stays
        #[schemars(range(max = MAX_PEOPLE))]
        pub probationary_members: Option<u32>,
        /// 更新的村情数据；未列的不变 / the figures of the profile to set; those not named stay
        pub profile: Option<Profile>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "update-organization",
    title: say("更新党组织情况", "Update an organization"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Organizations],
    givers: Givers::Township,
    exceptions: &[Exception::FirstImport],
    fits: None,
    yields: &["organization.updated"],
    along: &[],
    refused_when: "nothing is named; a figure that rules read is not readable; the organization has ended",
    rules: &["nothing-to-record", "profile-value", "member-active"],
    choices: &[],
    example: r#"{
  "effective_date": "2018-12-31",
  "on_behalf_of": "510811210",
  "document": null,
  "data": {
    "organization": "01J8KQ2M000000000000000001",
    "formal_members": 2,
    "probationary_members": 1,
    "profile": {
      "households": {"value": 312, "unit": "户", "period": "2018", "source": "2018年农村经济统计年报"},
      "industry": {"value": "猕猴桃", "unit": "-", "period": "2018", "source": "2018年农村经济统计年报"}
    }
  }
}"#,
    example_follows: &["register-organization"],
};

pub(crate) fn entity(data: &UpdateOrganization) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &UpdateOrganization) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.organization(data.organization, "/data/organization")?;
    if matches!(organization.status, OrganizationStatus::Abolished { .. }) {
        case.refuse(Rejection::MemberInactive { name: organization.name.to_string() })?;
    }
    // Figures of an earlier day are entered late, and stand behind those of a later one.
    case.require_order(organization.name.as_str(), organization.registered_on)?;
    case.require_scope(&case.state.scope_of_organization(organization.id), organization.name.as_str())?;
    let profile = data.profile.clone().unwrap_or_default();
    if data.formal_members.is_none() && data.probationary_members.is_none() && profile.is_empty() {
        return Err(Rejection::NothingToRecord);
    }
    check_profile(&profile)?;
    Ok(vec![EventBody::OrganizationUpdated(OrganizationUpdated {
        organization: organization.id,
        formal_members: data.formal_members,
        probationary_members: data.probationary_members,
        profile,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<UpdateOrganization> {
    let EventBody::OrganizationUpdated(OrganizationUpdated {
        organization,
        formal_members,
        probationary_members,
        profile,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(UpdateOrganization { organization, formal_members, probationary_members, profile: Some(profile) })
}

/// Figures that rules read must be of the kind that rules can read.
pub(crate) fn check_profile(profile: &Profile) -> Result<(), Rejection> {
    let refused = |figure, zh, en| Err(Rejection::ProfileValue { figure, expected: say(zh, en) });
    let present = |figure| profile.get(&figure);
    if let Some((name, _)) = profile.iter().find(|(_, figure)| is_negative(figure)) {
        return refused(figure_name(*name), "不小于 0 的数", "a number not below 0");
    }
    if present(ProfileFigure::Households).is_some_and(|figure| figure.whole().is_none_or(|value| value == 0))
    {
        return refused("households", "正整数", "a whole number above 0");
    }
    let is_one_of = |figure: &Figure, words: [&str; 2]| words.iter().any(|word| figure.is(word));
    if present(ProfileFigure::Wealth).is_some_and(|figure| !is_one_of(figure, ["rich", "poor"])) {
        return refused("wealth", "rich（富）或 poor（贫）", "`rich` or `poor`");
    }
    if present(ProfileFigure::Strength).is_some_and(|figure| !is_one_of(figure, ["strong", "weak"])) {
        return refused("strength", "strong（强）或 weak（弱）", "`strong` or `weak`");
    }
    Ok(())
}

fn is_negative(figure: &Figure) -> bool {
    matches!(&figure.value, FigureValue::Number(number) if number.as_f64().is_some_and(|value| value < 0.0))
}

fn figure_name(figure: ProfileFigure) -> &'static str {
    match figure {
        ProfileFigure::Households => "households",
        ProfileFigure::Population => "population",
        ProfileFigure::Area => "area",
        ProfileFigure::CollectiveIncome => "collective_income",
        ProfileFigure::IncomePerHead => "income_per_head",
        ProfileFigure::Industry => "industry",
        ProfileFigure::Wealth => "wealth",
        ProfileFigure::Strength => "strength",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{ABROAD, TOWNSHIP_ORGAN, V1, V2, members, profile};
    use crate::testing::drafts::{clerk, figure, officer, update};

    #[test]
    fn counts_and_figures_that_are_named_change_and_the_others_stay() {
        let income = ProfileFigure::CollectiveIncome;
        let data = UpdateOrganization {
            organization: V1,
            formal_members: Some(7),
            probationary_members: None,
            profile: Some(Profile::from([(income, figure("3.5"))])),
        };
        let expected = EventBody::OrganizationUpdated(OrganizationUpdated {
            organization: V1,
            formal_members: Some(7),
            probationary_members: None,
            profile: Profile::from([(income, figure("3.5"))]),
        });
        let after = City::new().when(update(data).by(clerk()).behalf(TOWNSHIP_ORGAN)).then(&[expected]);
        let organization = after.organization(V1);
        assert_eq!((organization.formal_members, organization.probationary_members), (7, 0));
        assert_eq!((organization.households(), organization.profile.len()), (Some(100), 2));
    }

    #[test]
    fn an_update_of_nothing_is_refused() {
        let (formal_members, probationary_members) = (None, None);
        let data =
            UpdateOrganization { organization: V1, formal_members, probationary_members, profile: None };
        City::new().when(update(data)).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn figures_that_rules_read_must_be_readable() {
        let whole = ("正整数", "a whole number above 0");
        let not_negative = ("不小于 0 的数", "a number not below 0");
        let wealth = ("rich（富）或 poor（贫）", "`rich` or `poor`");
        let strength = ("strong（强）或 weak（弱）", "`strong` or `weak`");
        let cases = [
            (ProfileFigure::Households, "households", "0", whole),
            (ProfileFigure::Households, "households", "1.5", whole),
            (ProfileFigure::Households, "households", "百余户", whole),
            (ProfileFigure::Population, "population", "-1", not_negative),
            (ProfileFigure::Area, "area", "-0.1", not_negative),
            (ProfileFigure::CollectiveIncome, "collective_income", "-3", not_negative),
            (ProfileFigure::IncomePerHead, "income_per_head", "-3", not_negative),
            (ProfileFigure::Industry, "industry", "-3", not_negative),
            (ProfileFigure::Wealth, "wealth", "中等", wealth),
            (ProfileFigure::Wealth, "wealth", "-1", not_negative),
            (ProfileFigure::Strength, "strength", "rich", strength),
            (ProfileFigure::Strength, "strength", "-1", not_negative),
        ];
        for (name, figure, value, (zh, en)) in cases {
            let refused = Rejection::ProfileValue { figure, expected: say(zh, en) };
            City::new().when(profile(V1, name, value)).refused(refused);
        }
        for (name, value) in [(ProfileFigure::Households, "1"), (ProfileFigure::Population, "0")] {
            City::new().when(profile(V1, name, value)).accepted();
        }
    }

    #[test]
    fn nobody_updates_an_organization_outside_the_scope() {
        let refused = Rejection::OutsideScope {
            what: "510824100230党支部".into(),
            scope: "510811".parse().unwrap(),
        };
        City::new().when(members(ABROAD, 9, 0).by(officer("officer-1"))).refused(refused);
    }

    #[test]
    fn a_suspended_organization_is_still_counted_and_an_abolished_one_is_not() {
        City::merged().when(members(V2, 9, 0).on("2020-01-01")).accepted();
        let refused = Rejection::MemberInactive { name: "510811100202党支部".into() };
        City::abolished().when(members(V2, 9, 0).on("2020-01-01")).refused(refused);
    }
}
