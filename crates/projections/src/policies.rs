//! The policy in force in a jurisdiction on a day: every rule with its figures, and which policy set them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use domain::Policy;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::PolicyId;
use domain::place::{Level, PlaceCode};
use domain::policy::{Bounds, Citation, CodeName, Severity, Stricter};
use domain::policy_book::IssuedPolicy;
use domain::say::{Say, say};
use domain::thresholds::{ThresholdChanges, Thresholds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::number::Unit;
use crate::person::HasSecretary;
use crate::reading::Reading;
use crate::view::{FigureView, View, ViewError};

/// 政策的一项内容：规则、代码表，或市县制定的政策 / a part of the policy: a rule, a code list, or a policy that was issued
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PolicyEntry {
    /// 一条规则及其标准和依据 / a rule with its thresholds and its source
    Rule(RuleEntry),
    /// 一份代码表及其各项 / a code list with its entries
    CodeList(CodeListEntry),
    /// 市县制定的政策 / a policy that the city or the county has issued
    Policy(Box<IssuedEntry>),
}

/// 一条规则及其阈值 / a rule with its thresholds
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleEntry {
    /// 规则的代号，如 branch-minimum / the id of the rule, such as `branch-minimum`
    pub rule: String,
    /// 严格程度：拒绝、提醒性规定或只作提示 / what becomes of a command that breaks it
    pub severity: Severity,
    /// 当日是否有此规则 / whether there is such a rule on the day of the view
    pub on_file: bool,
    /// 规则的中文表述 / what it asks, in Chinese
    pub zh: String,
    /// 规则的英文表述 / what it asks, in English
    pub en: String,
    /// 规则的依据：文件、版本和条款 / the source of the rule: document, version and article
    pub citation: Citation,
    /// 施行首日，一直有效的为空 / the first day on which it is on file; null where it always was
    pub valid_from: Option<Date>,
    /// 施行末日 / the last day on which it is on file
    pub valid_to: Option<Date>,
    /// 所用的阈值 / the thresholds that it reads
    pub figures: Vec<ThresholdEntry>,
}

/// 规则的一个阈值 / a threshold of a rule
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdEntry {
    /// 标准的代号，如 term_years / the name of the threshold, such as `term_years`
    pub name: String,
    /// 当日在当地有效的取值 / its value on the day of the view, in the jurisdiction of the view
    pub value: Threshold,
    /// 党内法规和法律规定的取值，政策不得放宽 / the value of Party regulations and laws, which no policy loosens
    pub regulation: Option<Threshold>,
    /// 政策可调整的幅度 / what a policy may make of it
    pub bounds: Option<Bounds>,
    /// 确定该取值的政策；为空的是默认值 / the policy that set the value; null for a default
    pub set_by: Option<SetBy>,
}

/// 阈值的取值：数，或代码 / the value of a threshold: a number, or a code
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Threshold {
    /// 以数表示的标准 / a threshold that is a number
    Number(u32),
    /// 代码，如层级 / a code, such as a tier
    Code(String),
}

/// As a form writes it.
impl fmt::Display for Threshold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Code(code) => formatter.write_str(code),
        }
    }
}

/// 确定取值的政策 / the policy that set a value
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetBy {
    /// 政策编号 / the id of the policy
    pub policy: PolicyId,
    /// 适用的市或县 / the city or county where it holds
    pub jurisdiction: PlaceCode,
    /// 施行首日 / the first day on which it holds
    pub from: Date,
    /// 发布政策的文号 / the number of the policy's document
    pub document: Option<DocumentNumber>,
}

/// 一份代码表及其各项 / a code list with its entries
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeListEntry {
    /// 代码表名 / the name of the list
    pub list: String,
    /// 各代码及其名称 / its codes with their names
    pub codes: Vec<CodeName>,
}

/// 市县制定的一项政策 / a policy that the city or the county has issued
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedEntry {
    #[serde(flatten)]
    pub issued: IssuedPolicy,
    /// 当日是否施行 / whether it holds on the day of the view
    pub in_force: bool,
}

impl HasSecretary for PolicyEntry {}

/// Rules, code lists, and the policies issued for the city or county, later ones too. `defaults` is the file of them.
pub fn policies_view(
    reading: Reading<'_>,
    defaults: &Policy,
    scope: &PlaceCode,
) -> Result<View<PolicyEntry>, ViewError> {
    let is_city = *scope == reading.views.city().city;
    if !is_city && reading.views.place_by_code(scope).is_none_or(|place| place.level != Level::County) {
        let (tier, tier_name) = (Level::County.chinese(), Level::County.as_str());
        return Err(ViewError::UnknownPlace { code: scope.clone(), tier, tier_name });
    }
    let county = scope.county();
    let book = reading.views.policies();
    let policy = book.resolve(defaults, reading.on, county.as_ref());
    let mut rows = Vec::new();
    for (id, rule) in &*policy.rules {
        // As they judge what begins on that day: an earlier edition had figures of its own.
        let figures = policy.figures_of(id, reading.on);
        let thresholds = rule.figures.iter().map(|name| {
            let set_by = book.setter(defaults, reading.on, county.as_ref(), name);
            threshold(&policy, &figures, name, set_by)
        });
        // As it stood that day: before its present source there may have been another.
        let earlier = rule.earlier_on(reading.on);
        let until = rule.valid_from.map(|from| from.plus_days(-1));
        rows.push(PolicyEntry::Rule(RuleEntry {
            rule: id.clone(),
            severity: rule.severity,
            on_file: rule.is_on_file(reading.on),
            zh: earlier.map_or(&rule.zh, |found| &found.zh).clone(),
            en: earlier.map_or(&rule.en, |found| &found.en).clone(),
            citation: earlier.map_or(&rule.citation, |found| &found.citation).clone(),
            valid_from: earlier.map(|found| found.valid_from).or(rule.valid_from),
            valid_to: earlier.and(until).or(rule.valid_to),
            figures: thresholds.collect::<Result<_, _>>()?,
        }));
    }
    for (list, codes) in &*policy.code_lists {
        rows.push(PolicyEntry::CodeList(CodeListEntry { list: list.clone(), codes: codes.clone() }));
    }
    let here = book.issued().filter(|issued| {
        issued.jurisdiction.level() == Level::City || Some(&issued.jurisdiction) == county.as_ref()
    });
    let mut count: u64 = 0;
    for issued in here {
        let in_force = issued.from <= reading.on;
        count += u64::from(in_force);
        rows.push(PolicyEntry::Policy(Box::new(IssuedEntry { issued: issued.clone(), in_force })));
    }
    let mut view = reading.view(scope, rows);
    let definition = say("当日有效的市县政策", "policies of city and county that hold on the day");
    let path = format!("/api/v1/policies?scope={scope}");
    let counted = FigureView { value: count.into(), unit: Unit::Policies, definition, rows: path };
    view.figures = BTreeMap::from([("policies".into(), counted)]);
    Ok(view)
}

/// A threshold with its bounds and where it comes from.
fn threshold(
    policy: &Policy,
    figures: &Thresholds,
    name: &str,
    set_by: Option<&IssuedPolicy>,
) -> Result<ThresholdEntry, ViewError> {
    let value = value_of(figures, name)?;
    Ok(ThresholdEntry {
        name: name.to_owned(),
        value: value
            .ok_or_else(|| ViewError::Unwritable { detail: Say::same(format!("no threshold `{name}`")) })?,
        regulation: value_of(&policy.regulation, name)?,
        bounds: policy.bounds.get(name).cloned(),
        set_by: set_by.map(|issued| SetBy {
            policy: issued.id,
            jurisdiction: issued.jurisdiction.clone(),
            from: issued.from,
            document: issued.document.clone(),
        }),
    })
}

/// The figures that a policy sets, by name.
pub fn set_figures(changes: &ThresholdChanges) -> Vec<(&'static str, Threshold)> {
    let set = |name: &'static str| Some((name, value_of(changes, name).ok().flatten()?));
    changes.names().into_iter().filter_map(set).collect()
}

/// Figures by name.
pub fn figures_by_name(figures: &Thresholds) -> BTreeMap<&'static str, Threshold> {
    let named = |name: &&'static str| Some((*name, value_of(figures, name).ok().flatten()?));
    Thresholds::NAMES.iter().filter_map(named).collect()
}

/// A figure that a policy would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureChange {
    /// The name of the figure.
    pub name: &'static str,
    /// What it is without the policy.
    pub before: Threshold,
    /// What it would be.
    pub after: Threshold,
    /// Whether that is stricter than the default (greater), as strict, or looser (less).
    pub against_default: Ordering,
}

/// The figures that become others by a policy, of those that it sets.
pub fn figure_changes(
    defaults: &Policy,
    before: &Thresholds,
    changes: &ThresholdChanges,
) -> Result<Vec<FigureChange>, ViewError> {
    let mut after = *before;
    after.change(changes, |_, _| true);
    let mut found = Vec::new();
    for name in changes.names().into_iter().filter(|name| before.rank(name) != after.rank(name)) {
        let (Some(before), Some(value)) = (value_of(before, name)?, value_of(&after, name)?) else {
            continue;
        };
        let higher = after.rank(name).cmp(&defaults.thresholds.rank(name));
        let against_default = match defaults.bounds.get(name).map(|bounds| bounds.stricter) {
            Some(Stricter::Lower) => higher.reverse(),
            Some(Stricter::Higher) | None => higher,
        };
        found.push(FigureChange { name, before, after: value, against_default });
    }
    Ok(found)
}

/// The value of one field of the thresholds. They are a struct for the rules, which read them by field, and a table for
/// people, so the one is written as the other.
fn value_of(thresholds: &impl Serialize, name: &str) -> Result<Option<Threshold>, ViewError> {
    let unwritable = |error: serde_json::Error| ViewError::Unwritable { detail: Say::same(error) };
    let all = serde_json::to_value(thresholds).map_err(unwritable)?;
    let found = all.get(name).filter(|value| **value != Value::Null).cloned();
    found.map(serde_json::from_value).transpose().map_err(unwritable)
}
