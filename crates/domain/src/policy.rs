//! The policy: every figure a rule reads, every rule's severity and source. Data, never literals in code.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::Level;

/// The defaults, as a file that an officer can read.
const DEFAULTS: &str = include_str!("policy.json");

/// What becomes of a command that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Refused, whatever is said.
    Refuse,
    /// Refused unless the command brings an override, which is recorded and shown.
    Warn,
    /// Only an obligation or a remark; never stops a command.
    Remind,
}

/// Document, version and article of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// The document's name.
    pub document: String,
    /// Its version or year.
    pub version: String,
    /// The article, or the rule's own name.
    pub article: String,
}

/// A rule: how strict it is and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// How strict.
    pub severity: Severity,
    /// What it asks, in Chinese.
    pub zh: String,
    /// What it asks, in English.
    pub en: String,
    /// Where it comes from.
    pub citation: Citation,
}

/// Every figure that a rule reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub branch_minimum_formal_members: u32,
    pub branch_maximum_members: u32,
    pub joint_branch_maximum_units: u32,
    pub own_branch_formal_members: u32,
    pub general_branch_over_members: u32,
    pub committee_minimum_members: u32,
    /// The lowest tier whose committee may establish, reject and dissolve.
    pub deciding_level: Level,
    /// The lowest tier that approves the form of a committee.
    pub committee_form_level: Level,
    pub survey_favour_percent: u32,
    pub survey_asked_percent_of_households: u32,
    pub survey_valid_months: u32,
    pub approval_due_months: u32,
    pub secretary_standing_years: u32,
    pub term_years: u32,
    pub term_reminder_months: u32,
    pub secretary_vacant_months: u32,
    pub evaluation_due_days: u32,
    pub order_due_days: u32,
    pub rectification_minimum_months: u32,
    pub rectification_maximum_months: u32,
    pub satisfaction_floor_percent: u32,
    pub satisfaction_asked_percent_of_members: u32,
    pub satisfaction_asked_percent_of_households: u32,
    pub dissolution_due_months: u32,
    pub failed_history_months: u32,
    pub failed_history_members: u32,
    pub late_entry_days: u32,
}

/// An entry of a code list, with its name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeName {
    /// The code on the wire.
    pub code: String,
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Which edition of the defaults.
    pub version: u32,
    /// The figures.
    pub figures: Figures,
    /// Code lists that a jurisdiction may extend.
    pub code_lists: BTreeMap<String, Vec<CodeName>>,
    /// The rules by id.
    pub rules: BTreeMap<String, Rule>,
}

impl Policy {
    /// The file of defaults.
    pub fn defaults() -> Result<Self, serde_json::Error> {
        serde_json::from_str(DEFAULTS)
    }

    /// How strict a rule is; one that is not on file is never set aside.
    pub fn severity(&self, rule: &str) -> Severity {
        self.rules.get(rule).map_or(Severity::Refuse, |rule| rule.severity)
    }

    /// Where a rule comes from.
    pub fn citation(&self, rule: &str) -> Citation {
        self.rules.get(rule).map(|rule| rule.citation.clone()).unwrap_or_else(|| Citation {
            document: "联建规则手册".into(),
            version: self.version.to_string(),
            article: rule.into(),
        })
    }

    /// The codes of a list.
    pub fn codes(&self, list: &str) -> Vec<&str> {
        self.code_lists.get(list).into_iter().flatten().map(|entry| entry.code.as_str()).collect()
    }
}
