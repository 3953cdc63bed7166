//! Names of the codes that policies have added, for those who read a view without the policies beside it.

use domain::code::Code;
use domain::joint_branch::Mode;
use domain::organization::HostKind;
use domain::policy::FORMS;
use domain::say::Say;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reading::Reading;
use crate::rows::{JointBranchRow, OrganizationRow};

/// 政策增加的代码的名称 / the names of the codes of a row that policies have added
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CodeNames {
    /// 方式的名称 / the name of the mode
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode_name: Option<Say>,
    /// 党组织所属单位类别的名称 / the name of the kind of host
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_kind_name: Option<Say>,
    /// 形式细类的名称 / the name of the kind of form
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_kind_name: Option<Say>,
}

impl CodeNames {
    pub(crate) fn of_joint_branch(reading: Reading<'_>, row: &JointBranchRow) -> Self {
        Self { mode_name: mode_name(reading, &row.mode), ..Self::of_form(reading, row.form_kind.as_ref()) }
    }

    pub(crate) fn of_organization(reading: Reading<'_>, row: &OrganizationRow) -> Self {
        let host_kind_name = match &row.host_kind {
            HostKind::Added(code) => added(reading, HostKind::LIST, code),
            _ => None,
        };
        Self { host_kind_name, ..Self::of_form(reading, row.form_kind.as_ref()) }
    }

    fn of_form(reading: Reading<'_>, kind: Option<&Code>) -> Self {
        let form_kind_name = kind.and_then(|code| added(reading, FORMS, code));
        Self { form_kind_name, ..Self::default() }
    }
}

/// The name of a mode that a policy has added.
pub(crate) fn mode_name(reading: Reading<'_>, mode: &Mode) -> Option<Say> {
    match mode {
        Mode::Added(code) => added(reading, Mode::LIST, code),
        _ => None,
    }
}

fn added(reading: Reading<'_>, list: &str, code: &Code) -> Option<Say> {
    let entry = reading.views.policies().added_code(list, code.as_str())?;
    Some(Say::of(entry.zh.as_str(), entry.en.as_str()))
}
