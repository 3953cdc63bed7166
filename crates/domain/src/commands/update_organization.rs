//! `update-organization`: counts of members, and the figures of a village's profile.

use crate::case::Case;
use crate::command_data::UpdateOrganization;
use crate::event::EventBody;
use crate::event_data::OrganizationUpdated;
use crate::organization::{Figure, FigureValue, Profile, ProfileFigure};
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &UpdateOrganization) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(data.organization, "/data/organization")?;
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

/// Figures that rules read must be of the kind that rules can read.
fn check_profile(profile: &Profile) -> Result<(), Rejection> {
    let refused =
        |figure, expected_zh, expected| Err(Rejection::ProfileValue { figure, expected_zh, expected });
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
