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

/// How the two halves of the termination test combine: not improved, not satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminationTest {
    /// Either half is enough.
    Either,
    /// It takes both.
    Both,
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
    pub termination_test: TerminationTest,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Policy, Severity};
    use crate::joint_branch::Function;

    fn declarations() -> &'static str {
        let source = include_str!("rejection.rs");
        let (_, rest) = source.split_once("pub enum Rejection {").unwrap();
        rest.split_once("\n}\n").unwrap().0
    }

    /// The messages of every rejection, as `rule¦中文¦English`, read from the source that declares them.
    fn messages() -> Vec<[&'static str; 3]> {
        let strings = declarations().split('"').filter(|text| text.contains('¦'));
        strings.map(|text| text.split('¦').collect::<Vec<_>>().try_into().unwrap()).collect()
    }

    #[test]
    fn every_rejection_is_a_rule_on_file_in_both_languages() {
        let policy = Policy::defaults().unwrap();
        let variants = declarations().matches("#[error(").count();
        assert_eq!(messages().len(), variants);
        for [rule, chinese, english] in messages() {
            assert!(policy.rules.contains_key(rule), "{rule} is not in policy.json");
            assert!(!chinese.is_empty() && !chinese.is_ascii(), "{rule}: {chinese}");
            assert!(english.is_ascii() && english.len() > 10, "{rule}: {english}");
        }
    }

    #[test]
    fn every_rule_says_what_it_asks_and_where_it_comes_from() {
        let policy = Policy::defaults().unwrap();
        for (id, rule) in &policy.rules {
            let citation = &rule.citation;
            let parts = [&rule.zh, &rule.en, &citation.document, &citation.version, &citation.article];
            assert!(parts.iter().all(|part| !part.is_empty()), "{id}");
            assert!(!rule.zh.is_ascii(), "{id}: {}", rule.zh);
        }
    }

    #[test]
    fn a_rule_that_refuses_nothing_only_reminds() {
        let refusing: BTreeSet<&str> = messages().iter().map(|[rule, _, _]| *rule).collect();
        for (id, rule) in Policy::defaults().unwrap().rules {
            let is_obligation = !refusing.contains(id.as_str());
            assert!(!is_obligation || rule.severity == Severity::Remind, "{id} has no rejection");
        }
    }

    #[test]
    fn every_code_has_a_name_in_both_languages_and_stands_once() {
        let policy = Policy::defaults().unwrap();
        for (list, entries) in &policy.code_lists {
            assert!(entries.iter().all(|entry| !entry.zh.is_ascii() && !entry.en.is_empty()), "{list}");
            let codes: BTreeSet<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
            assert_eq!(codes.len(), entries.len(), "{list}");
        }
        assert_eq!(policy.codes("functions"), Function::FOUR);
        assert!(policy.codes("no such list").is_empty());
    }

    #[test]
    fn a_rule_that_is_not_on_file_is_never_set_aside() {
        let policy = Policy::defaults().unwrap();
        assert_eq!(policy.severity("no-such-rule"), Severity::Refuse);
        assert_eq!(policy.citation("no-such-rule").article, "no-such-rule");
    }
}
