//! An organization's view: its own row, with the joint branches it is in by name.

use domain::ids::{JointBranchId, OrganizationId};
use domain::joint_branch::Phase;
use domain::text::Text;
use serde::Serialize;

use crate::code_names::CodeNames;
use crate::obligations::{Obligation, filings_of_organization};
use crate::reading::{Reading, View, ViewError, json};
use crate::rows::{JointBranchRow, OrganizationRow};

/// A joint branch as those who belong to it name it.
#[derive(Serialize)]
pub(crate) struct Membership<'a> {
    id: JointBranchId,
    name: &'a Text,
    phase: Phase,
    phase_zh: &'static str,
}

impl<'a> From<&'a JointBranchRow> for Membership<'a> {
    fn from(row: &'a JointBranchRow) -> Self {
        Self { id: row.id, name: &row.name, phase: row.phase, phase_zh: row.phase.chinese() }
    }
}

#[derive(Serialize)]
struct OrganizationEntry<'a> {
    #[serde(flatten)]
    row: &'a OrganizationRow,
    #[serde(flatten)]
    names: CodeNames,
    obligations: Vec<Obligation>,
    joint_branches: Vec<Membership<'a>>,
}

/// One organization: its one row, with every joint branch that it is or was proposed for.
pub fn organization_view(reading: Reading<'_>, id: OrganizationId) -> Result<View, ViewError> {
    let row = reading.views.organization(id).ok_or(ViewError::UnknownOrganization { id })?;
    let all = reading.views.readable_by(&reading.views.city().city);
    let own = all.filter(|joint_branch| joint_branch.members.iter().any(|member| member.organization == id));
    let entry = OrganizationEntry {
        row,
        names: CodeNames::of_organization(reading, row),
        obligations: filings_of_organization(reading, row),
        joint_branches: own.map(|found| found.as_ref().into()).collect(),
    };
    Ok(reading.view(format!("organization/{id}"), vec![json(&entry)?]))
}
