//! Names of the codes that policies have added, for those who read a view without the policies beside it.

use domain::code::Code;
use domain::joint_branch::Mode;
use domain::organization::HostKind;
use domain::policy::FORMS;
use serde::Serialize;

use crate::reading::{Bilingual, Reading};
use crate::rows::{JointBranchRow, OrganizationRow};

/// The names of the added codes of a row; built-in codes have theirs in the policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct CodeNames {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode_name: Option<Bilingual>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_kind_name: Option<Bilingual>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form_kind_name: Option<Bilingual>,
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
pub(crate) fn mode_name(reading: Reading<'_>, mode: &Mode) -> Option<Bilingual> {
    match mode {
        Mode::Added(code) => added(reading, Mode::LIST, code),
        _ => None,
    }
}

fn added(reading: Reading<'_>, list: &str, code: &Code) -> Option<Bilingual> {
    let entry = reading.views.policies().added_code(list, code.as_str())?;
    Some(Bilingual::new(entry.zh.as_str(), entry.en.as_str()))
}
