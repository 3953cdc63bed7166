//! 提格升级: organizations and joint branches that by their numbers should have become 党总支 or 党委.

use domain::figures::Figures;
use domain::joint_branch::Form;
use domain::organization::{OrganizationForm, OrganizationStatus};
use domain::scope::Scope;
use domain::text::Text;
use serde::Serialize;
use serde_json::Value;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::reading::{Bilingual, ViewError, json};

/// What an organization is, and what it should be.
#[derive(Serialize)]
struct Upgrade<'a> {
    /// `organization` or `joint_branch`.
    kind: &'static str,
    id: String,
    name: &'a Text,
    county: Option<String>,
    township: Option<String>,
    form: OrganizationForm,
    due_form: OrganizationForm,
    formal_members: u32,
    probationary_members: u32,
    members: u32,
    /// So many members make it due.
    from_members: u32,
}

pub(super) fn list(scope: &ListScope<'_>) -> Result<List, ViewError> {
    let mut due: Vec<Upgrade<'_>> = organizations(scope).chain(joint_branches(scope)).collect();
    due.sort_by(|one, other| other.members.cmp(&one.members).then_with(|| one.id.cmp(&other.id)));
    let count = |form| due.iter().filter(|found| found.due_form == form).count();
    let figures = scope.reading.figures_in(&scope.code);
    let (over, from) = (figures.general_branch_over_members, figures.committee_minimum_members);
    let unit = "个 (organizations)";
    let figures: [(_, Value, _, _); 2] = [
        (
            "general_branches_due",
            count(OrganizationForm::GeneralBranch).into(),
            unit,
            Bilingual::new(
                format!("党员超过{over}名、仍为党支部的党组织和联合党组织"),
                format!("branches with more than {over} members that should be general branches"),
            ),
        ),
        (
            "committees_due",
            count(OrganizationForm::Committee).into(),
            unit,
            Bilingual::new(
                format!("党员{from}名以上、尚未设党委的党组织和联合党组织（须报县级批准）"),
                format!(
                    "those with {from} members or more that may be committees, with the county's approval"
                ),
            ),
        ),
    ];
    let rows = due.iter().map(|found| json(found).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

/// Those that stand alone: what a merger has taken over counts with the joint branch.
fn organizations<'a>(scope: &ListScope<'a>) -> impl Iterator<Item = Upgrade<'a>> {
    let all = scope.reading.views.organizations().filter(|row| row.status == OrganizationStatus::Active);
    all.filter_map(|row| {
        let lies_in = Scope { county: row.county.clone(), township: row.township.clone() };
        let members = (row.formal_members, row.probationary_members);
        if !scope.holds(&lies_in) {
            return None;
        }
        upgrade(
            scope.figures_of(&lies_in),
            ("organization", &row.name, row.id.to_string()),
            row.form,
            members,
            &lies_in,
        )
    })
}

fn joint_branches<'a>(scope: &ListScope<'a>) -> impl Iterator<Item = Upgrade<'a>> {
    let views = scope.reading.views;
    scope.led().filter(|row| row.is_live()).filter_map(move |row| {
        let form = match row.form {
            Form::Branch => OrganizationForm::Branch,
            Form::GeneralBranch => OrganizationForm::GeneralBranch,
            Form::Committee | Form::None => return None,
        };
        let members = row.members.iter().filter_map(|member| views.organization(member.organization));
        let members = members.fold((0_u32, 0_u32), |(formal, probationary), member| {
            (
                formal.saturating_add(member.formal_members),
                probationary.saturating_add(member.probationary_members),
            )
        });
        let lies_in = Scope {
            county: row.county.as_ref().map(|place| place.code.clone()),
            township: row.lead_township.as_ref().map(|place| place.code.clone()),
        };
        let figures = scope.figures_of(&lies_in);
        upgrade(figures, ("joint_branch", &row.name, row.id.to_string()), form, members, &lies_in)
    })
}

fn upgrade<'a>(
    figures: &Figures,
    (kind, name, id): (&'static str, &'a Text, String),
    form: OrganizationForm,
    (formal_members, probationary_members): (u32, u32),
    lies_in: &Scope,
) -> Option<Upgrade<'a>> {
    let members = formal_members.saturating_add(probationary_members);
    let (over, from) = (figures.general_branch_over_members, figures.committee_minimum_members);
    let may_be_committee = matches!(form, OrganizationForm::Branch | OrganizationForm::GeneralBranch);
    let (due_form, from_members) = if may_be_committee && members >= from {
        (OrganizationForm::Committee, from)
    } else if form == OrganizationForm::Branch && members > over {
        (OrganizationForm::GeneralBranch, over + 1)
    } else {
        return None;
    };
    let text = |code: &Option<domain::place::PlaceCode>| code.as_ref().map(ToString::to_string);
    let (county, township) = (text(&lies_in.county), text(&lies_in.township));
    let upgrade = Upgrade {
        kind,
        id,
        name,
        county,
        township,
        form,
        due_form,
        formal_members,
        probationary_members,
        members,
        from_members,
    };
    Some(upgrade)
}
