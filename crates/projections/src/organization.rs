//! An organization's view: its own row, with the joint branches it is in by name.

use std::borrow::Cow;
use std::sync::Arc;

use domain::ids::{JointBranchId, OrganizationId};
use domain::joint_branch::Phase;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code_names::CodeNames;
use crate::obligation::Obligation;
use crate::obligations::{ended_organ, filings_of_organization};
use crate::person::HasSecretary;
use crate::reading::Reading;
use crate::rows::{JointBranchRow, OrganizationRow};
use crate::view::{View, ViewError};

/// 所在的联合党组织 / a joint branch as those who belong to it name it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    /// 联合党组织编号 / the id of the joint branch
    pub id: JointBranchId,
    /// 联合党组织的名称 / the name of the joint branch
    pub name: Text,
    /// 联合党组织所处的阶段 / the phase of the joint branch
    pub phase: Phase,
    /// 状态的中文名称 / the phase in Chinese
    pub phase_zh: Cow<'static, str>,
}

impl From<&JointBranchRow> for Membership {
    fn from(row: &JointBranchRow) -> Self {
        Self { id: row.id, name: row.name.clone(), phase: row.phase, phase_zh: row.phase.chinese().into() }
    }
}

/// 一个党组织的全部情况 / everything on an organization
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationEntry {
    #[serde(flatten)]
    pub row: Arc<OrganizationRow>,
    #[serde(flatten)]
    pub names: CodeNames,
    /// 尚未办结的待办事项 / what it owes, and by when
    pub obligations: Vec<Obligation>,
    /// 所在及曾提出的联合党组织 / the joint branches that it is or was proposed for
    pub joint_branches: Vec<Membership>,
}

impl HasSecretary for OrganizationEntry {}

/// One organization: its one row, with every joint branch that it is or was proposed for.
pub fn organization_view(
    reading: Reading<'_>,
    id: OrganizationId,
) -> Result<View<OrganizationEntry>, ViewError> {
    let row = reading.views.organization(id).ok_or(ViewError::UnknownOrganization { id })?;
    let all = reading.views.readable_by(&reading.views.city().city);
    let own = all.filter(|joint_branch| joint_branch.members.iter().any(|member| member.organization == id));
    let entry = OrganizationEntry {
        row: row.clone(),
        names: CodeNames::of_organization(reading, row),
        obligations: filings_of_organization(reading, row)
            .into_iter()
            .chain(ended_organ(reading, row))
            .collect(),
        joint_branches: own.map(|found| found.as_ref().into()).collect(),
    };
    Ok(reading.view(format!("organization/{id}"), vec![entry]))
}
