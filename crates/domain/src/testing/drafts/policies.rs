//! Policies that tests of other commands rest on.

use super::{Draft, county, text};
use crate::commands::{CommandBody, IssuePolicy};
use crate::policy::{CodeName, LegalEffect, RegulatedForm};
use crate::thresholds::ThresholdChanges;

/// The county lists 片区联合党委 as `area_committee` from 2019-01-05 on, with that legal effect.
pub fn list_area_committee(effect: LegalEffect) -> Draft {
    let entry = CodeName {
        code: text("area_committee"),
        zh: text("片区联合党委"),
        en: text("joint committee of an area"),
        stands_as: Some(RegulatedForm::Committee),
        effect: Some(effect),
        valid_to: None,
    };
    let data = IssuePolicy {
        id: None,
        jurisdiction: "510811".parse().unwrap(),
        figures: ThresholdChanges::default(),
        code_lists: [("forms".to_owned(), vec![entry])].into(),
        reason: None,
    };
    let draft = county(CommandBody::IssuePolicy(data), "昭委组〔2019〕3号", "2019-01-05");
    draft.recorded("2019-01-05").decided("2019-01-05")
}
