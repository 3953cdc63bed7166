//! The policy: every figure a rule reads, every rule's severity and source. Data, never literals in code.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::date::Date;
use crate::text::Text;
use crate::thresholds::{ThresholdChanges, Thresholds};

/// 违反规则时如何处理 / what becomes of a command that breaks the rule
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 一律拒绝办理 / it is refused, whatever is said
    Refuse,
    /// 提醒性规定：有批准的特殊情况可以办理 / it is refused unless it brings an override, which is recorded and shown
    Warn,
    /// 只作提示，不影响办理 / only an obligation or a remark, which never stops a command
    Remind,
}

/// 规则的依据：文件、版本和条款 / the source of a rule: document, version and article
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// 依据的文件名称 / the name of the document
    pub document: String,
    /// 文件的版本或年份 / the version or the year of the document
    pub version: String,
    /// 依据的条款，或规则自身的名称 / the article, or the rule's own name
    pub article: String,
    /// 与文件文本核对的日期；未核对的没有 / the day on which it was held against the text of the document; absent where it was not
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Date>,
}

/// 规则所引的文件及核对日期 / a document that rules cite, and when the citations were held against its text
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckedDocument {
    /// 文件名称，与依据中的写法一致 / the name of the document, as the citations give it
    pub document: String,
    /// 文件的版本或年份 / the version or the year of the document
    pub version: String,
    /// 与文件文本核对的日期 / the day on which the citations were held against the text of the document
    pub checked_on: Date,
}

/// A rule: how strict it is and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// How strict.
    pub severity: Severity,
    /// What it asks, in Chinese.
    pub zh: String,
    /// What it asks, in English.
    pub en: String,
    /// Where it comes from.
    pub citation: Citation,
    /// The first day on which it is on file; always where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The figures that it reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<String>,
    /// What it was before `valid_from`, where another regulation held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierEdition>,
}

/// 规则此前的文本和依据 / what a rule asked before its present source held, and where that came from
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierEdition {
    /// 当时的中文表述 / what it asked then, in Chinese
    pub zh: String,
    /// 当时的英文表述 / what it asked then, in English
    pub en: String,
    /// 当时的依据 / where it came from then
    pub citation: Citation,
    /// 施行首日；直至现行依据施行的前一日 / the first day on which it held, until the day before the present source does
    pub valid_from: Date,
    /// 当时的标准；与现行相同的不列 / the figures that it set then; those that are as at present are not named
    #[serde(default, skip_serializing_if = "ThresholdChanges::is_empty")]
    pub figures: ThresholdChanges,
}

impl Rule {
    /// Whether there is such a rule on that day.
    pub fn is_on_file(&self, on: Date) -> bool {
        let is_present = self.valid_from.is_none_or(|first| first <= on);
        (is_present || self.earlier_on(on).is_some()) && self.valid_to.is_none_or(|last| on <= last)
    }

    /// The edition that held on a day before the present one.
    pub fn earlier_on(&self, on: Date) -> Option<&EarlierEdition> {
        let is_present = self.valid_from.is_none_or(|first| first <= on);
        self.earlier.as_ref().filter(|earlier| !is_present && earlier.valid_from <= on)
    }
}

/// 标准向哪个方向为更严 / in which direction a threshold becomes stricter
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stricter {
    /// 数值越高越严 / a higher value is the stricter one
    Higher,
    /// 数值越低越严 / a lower value is the stricter one
    Lower,
}

/// 政策调整一项标准的限度 / what a policy may make of a threshold
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// 从严的方向：县(区)只能比市更严 / in which direction it becomes stricter: a county may only go there from its city's value
    pub stricter: Stricter,
    /// 标准的最小值，用于数值 / the smallest value that is allowed, for a number
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u32>,
    /// 标准的最大值，用于数值 / the largest value that is allowed, for a number
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<u32>,
}

/// 代码表中的一项，有中英文名称 / an entry of a code list, with its name in both languages
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeName {
    /// 代码，1 至 60 个小写字母、数字或下划线 / the code itself, of 1 to 60 small letters, digits or underscores
    pub code: Text,
    /// 该项的中文名称 / the name of the entry in Chinese
    pub zh: Text,
    /// 该项的英文名称 / the name of the entry in English
    pub en: Text,
    /// 仅用于“形式”代码表：适用条例规定的哪种形式 / in the list `forms` only: the form of the regulations whose rules and figures hold for it
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub stands_as: Option<RegulatedForm>,
    /// 仅用于“形式”代码表：法律效果；本字段设立前列入的没有，按改变隶属关系的执行 / in the list `forms` only: its legal effect; absent where it was listed before this was asked, and then organic
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<LegalEffect>,
    /// 可选用的最后一日；此后不再选用，已有记录不变 / the last day on which it may be chosen; what is on file keeps it. Absent where there is none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// 形式细类的法律效果 / the legal effect of a kind of form
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalEffect {
    /// 功能型：成员保留原隶属关系，照常工作 / functional: the members keep their superior and go on working
    Functional,
    /// 按所属法定形式执行，成员隶属关系随之改变 / organic: it is what the form of the regulations is, and the rules of that form hold
    Organic,
}

/// 条例规定的组织形式，政策增加的细类各归其一 / a form that the regulations know: every kind of form that a policy adds is one of them
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegulatedForm {
    /// 按党支部的规定执行 / the rules for a Party branch hold
    Branch,
    /// 按党总支的规定执行 / the rules for a general branch hold
    GeneralBranch,
    /// 按党委的规定执行 / the rules for a Party committee hold
    Committee,
}

/// The list of the kinds of forms.
pub const FORMS: &str = "forms";

/// Code lists by name.
pub type CodeLists = BTreeMap<String, Vec<CodeName>>;

/// The policy in force for a jurisdiction on a day, or the defaults. A copy shares everything but the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Which edition of the defaults.
    pub version: u32,
    /// The figures.
    #[serde(rename = "figures")]
    pub thresholds: Thresholds,
    /// The figures of Party regulations and laws, which no policy loosens.
    pub regulation: ThresholdChanges,
    /// What a policy may make of each figure; one without bounds is the city's alone.
    pub bounds: Arc<BTreeMap<String, Bounds>>,
    /// When the documents that the rules cite were read: a citation without a day of its own has that of its document.
    pub documents: Arc<Vec<CheckedDocument>>,
    /// Code lists that a jurisdiction may extend.
    pub code_lists: Arc<CodeLists>,
    /// The rules by id.
    pub rules: Arc<BTreeMap<String, Rule>>,
    /// The day for which it was resolved; nothing for the defaults, of which every rule is on file.
    #[serde(skip)]
    pub on: Option<Date>,
}

impl Policy {
    /// The defaults, as a file that an officer can read: the latest edition of the rule book.
    pub const FILE: &str = include_str!("policy.json");

    /// The file of defaults.
    pub fn defaults() -> Result<Self, serde_json::Error> {
        serde_json::from_str(Self::FILE).and_then(Self::read)
    }

    /// An edition of the rule book from its file.
    pub(crate) fn read(file: serde_json::Value) -> Result<Self, serde_json::Error> {
        let mut policy: Self = serde_json::from_value(file)?;
        let documents = Arc::clone(&policy.documents);
        let citations = Arc::make_mut(&mut policy.rules).values_mut().flat_map(|rule| {
            std::iter::once(&mut rule.citation)
                .chain(rule.earlier.iter_mut().map(|earlier| &mut earlier.citation))
        });
        for Citation { document, version, checked_on, .. } in citations {
            let own = documents.iter().find(|own| own.document == *document && own.version == *version);
            *checked_on = checked_on.or(own.map(|own| own.checked_on));
        }
        Ok(policy)
    }

    /// Whether there is such a rule on the day of this policy.
    pub fn is_on_file(&self, rule: &str) -> bool {
        self.on.is_none_or(|on| self.is_on_file_on(rule, on))
    }

    /// Whether there is such a rule on that day.
    pub fn is_on_file_on(&self, rule: &str, day: Date) -> bool {
        self.rules.get(rule).is_some_and(|found| found.is_on_file(day))
    }

    /// Whether the rule is one of this edition: one that later programs added asks nothing of what was decided before.
    pub fn lists(&self, rule: &str) -> bool {
        self.rules.contains_key(rule)
    }

    /// The figures by which a rule judges what began on that day: those of its earlier edition, where that held then.
    pub fn figures_of(&self, rule: &str, day: Date) -> Thresholds {
        let mut figures = self.thresholds;
        if let Some(earlier) = self.rules.get(rule).and_then(|found| found.earlier_on(day)) {
            figures.change(&earlier.figures, |_, _| true);
        }
        figures
    }

    /// How strict a rule is. One that nobody knows is never set aside; one that is not on file that day only reminds.
    pub fn severity(&self, rule: &str) -> Severity {
        match self.rules.get(rule) {
            Some(_) if !self.is_on_file(rule) => Severity::Remind,
            Some(found) => found.severity,
            None => Severity::Refuse,
        }
    }

    /// The source of a rule that is the rule book's own.
    pub(crate) fn own_citation(edition: u32, rule: &str, checked_on: Option<Date>) -> Citation {
        Citation {
            document: "联建规则手册".into(),
            version: edition.to_string(),
            article: rule.into(),
            checked_on,
        }
    }

    /// Whether on that day the rule stood as its earlier edition has it.
    pub fn has_earlier_edition(&self, rule: &str, on: Date) -> bool {
        self.rules.get(rule).is_some_and(|found| found.earlier_on(on).is_some())
    }

    /// Where a rule comes from, on the day of this policy.
    pub fn citation(&self, rule: &str) -> Citation {
        let found = self.rules.get(rule);
        let earlier = self.on.zip(found).and_then(|(on, found)| found.earlier_on(on));
        let citation = earlier.map(|found| &found.citation).or(found.map(|found| &found.citation));
        citation.cloned().unwrap_or_else(|| Self::own_citation(self.version, rule, None))
    }

    /// The entries of a list.
    pub fn entries(&self, list: &str) -> impl Iterator<Item = &CodeName> {
        self.code_lists.get(list).into_iter().flatten()
    }

    /// Whether a kind of form is 功能型: its members keep their superior and go on working.
    pub fn is_functional(&self, kind: Option<&Code>) -> bool {
        let Some(kind) = kind else { return false };
        let mut functional =
            self.entries(FORMS).filter(|entry| entry.effect == Some(LegalEffect::Functional));
        functional.any(|entry| entry.code.as_str() == kind.as_str())
    }

    /// Whether some kind of that form is 功能型.
    pub fn lists_functional(&self, form: Option<RegulatedForm>) -> bool {
        self.entries(FORMS)
            .any(|entry| entry.effect == Some(LegalEffect::Functional) && entry.stands_as == form)
    }

    /// The entries of a list that may be chosen on the day of this policy.
    pub fn offered(&self, list: &str) -> impl Iterator<Item = &CodeName> {
        let has_ended = |entry: &CodeName| self.on.zip(entry.valid_to).is_some_and(|(on, last)| last < on);
        self.entries(list).filter(move |entry| !has_ended(entry))
    }

    /// The codes of a list that may be chosen on the day of this policy.
    pub fn codes(&self, list: &str) -> Vec<&str> {
        self.offered(list).map(|entry| entry.code.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FORMS, Policy, Severity};
    use crate::function::Function;
    use crate::joint_branch::Mode;
    use crate::organization::HostKind;
    use crate::rejection::{
        AccountRejection, ChangeRejection, EstablishingRejection, MeetingRejection, OversightRejection,
        PersonRejection, PlaceRejection, PostRejection, RegistrationRejection, Rejection, WorkRejection,
    };
    use crate::say::Say;
    use crate::thresholds::Thresholds;

    /// Every rejection's rule and sentences, before values are put in.
    fn declared() -> impl Iterator<Item = &'static (&'static str, Say)> {
        let declared = [
            Rejection::DECLARED,
            AccountRejection::DECLARED,
            ChangeRejection::DECLARED,
            EstablishingRejection::DECLARED,
            MeetingRejection::DECLARED,
            OversightRejection::DECLARED,
            PersonRejection::DECLARED,
            PlaceRejection::DECLARED,
            PostRejection::DECLARED,
            RegistrationRejection::DECLARED,
            WorkRejection::DECLARED,
        ];
        declared.into_iter().flatten()
    }

    /// Names of the wire in a sentence that an officer reads; what stands in braces is put in.
    fn wire_names(sentence: &str) -> Vec<String> {
        let mut depth = 0;
        let said = sentence.chars().map(|character| {
            depth += i32::from(character == '{');
            let said = if depth > 0 { ' ' } else { character };
            depth -= i32::from(character == '}');
            said
        });
        let said: String = said.collect();
        let words =
            said.split(|character: char| !character.is_ascii_alphanumeric() && !"_.-".contains(character));
        // `token` is a command of the machine's own, which no page gives.
        let is_name = |word: &&str| {
            word.len() > 2 && word.chars().all(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit())
        };
        words.filter(is_name).filter(|word| *word != "token").map(str::to_owned).collect()
    }

    #[test]
    fn every_rejection_is_a_rule_on_file_in_both_languages() {
        let policy = Policy::defaults().unwrap();
        for (rule, Say { zh, en }) in declared() {
            assert!(policy.rules.contains_key(*rule), "{rule} is not in policy.json");
            assert!(!zh.is_empty() && !zh.is_ascii(), "{rule}: {zh}");
            assert!(en.is_ascii() && en.len() > 10, "{rule}: {en}");
            assert_eq!(wire_names(zh), Vec::<String>::new(), "{rule}: {zh}");
        }
    }

    #[test]
    fn every_rule_says_what_it_asks_and_where_it_comes_from() {
        let policy = Policy::defaults().unwrap();
        for (id, rule) in &*policy.rules {
            let citation = &rule.citation;
            let parts = [&rule.zh, &rule.en, &citation.document, &citation.version, &citation.article];
            assert!(parts.iter().all(|part| !part.is_empty()), "{id}");
            assert!(!rule.zh.is_ascii(), "{id}: {}", rule.zh);
            let (document, version) = (&citation.document, &citation.version);
            assert!(
                citation.checked_on.is_some(),
                "{id}: add {document} {version} to `documents` of policy.json, with the day on which it was read"
            );
        }
    }

    #[test]
    fn a_custom_of_the_place_is_cited_as_one_and_a_regulation_by_its_article() {
        let policy = Policy::defaults().unwrap();
        let cited = |rule: &str| {
            let found = policy.citation(rule);
            (found.document, found.article)
        };
        for rule in ["survey-favour", "survey-base", "survey-required", "evaluation-due", "commitment-due"] {
            assert_eq!(cited(rule), ("本地惯例（可由政策调整）".into(), rule.into()));
        }
        assert_eq!(cited("joint-branch-units"), ("中国共产党支部工作条例（试行）".into(), "第五条".into()));
        assert_eq!(cited("formal-member"), ("中国共产党基层组织选举工作条例".into(), "第五条".into()));
        assert!(cited("deciding-body").1.contains("条号待核"));
        assert!(
            policy
                .rules
                .values()
                .all(|rule| rule.citation.document != "四川省广元市农村党支部合建共建调研报告"
                    || rule.figures.is_empty())
        );
    }

    #[test]
    fn every_figure_belongs_to_a_rule_and_has_bounds() {
        let policy = Policy::defaults().unwrap();
        let read: BTreeSet<&str> =
            policy.rules.values().flat_map(|rule| &rule.figures).map(String::as_str).collect();
        let all: BTreeSet<&str> = Thresholds::NAMES.iter().copied().collect();
        assert_eq!(read, all);
        let bounded: BTreeSet<&str> = policy.bounds.keys().map(String::as_str).collect();
        assert_eq!(bounded, all);
    }

    #[test]
    fn a_rule_that_refuses_nothing_only_reminds() {
        let refusing: BTreeSet<&str> = declared().map(|(rule, _)| *rule).collect();
        for (id, rule) in &*Policy::defaults().unwrap().rules {
            let is_obligation = !refusing.contains(id.as_str());
            assert!(!is_obligation || rule.severity == Severity::Remind, "{id} has no rejection");
        }
    }

    #[test]
    fn every_code_has_a_name_in_both_languages_and_stands_once() {
        let policy = Policy::defaults().unwrap();
        for (list, entries) in &*policy.code_lists {
            assert!(entries.iter().all(|entry| !entry.zh.as_str().is_ascii()), "{list}");
            let codes: BTreeSet<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
            assert_eq!(codes.len(), entries.len(), "{list}");
        }
        assert_eq!(policy.codes("functions"), Function::FOUR);
        let codes = |list: &str| policy.codes(list).join(" ");
        assert_eq!(codes(Mode::LIST), Mode::BUILT_IN.iter().map(Mode::as_str).collect::<Vec<_>>().join(" "));
        let host_kinds = HostKind::BUILT_IN.iter().map(HostKind::as_str).collect::<Vec<_>>();
        assert_eq!(codes(HostKind::LIST), host_kinds.join(" "));
        // The forms of the regulations are no list: a jurisdiction only names kinds of them.
        assert_eq!(policy.code_lists[FORMS], []);
        assert!(policy.codes("no such list").is_empty());
    }

    #[test]
    fn a_code_is_offered_until_its_last_day_and_named_ever_after() {
        let on = |day: &str| Policy { on: day.parse().ok(), ..Policy::defaults().unwrap() };
        let (list, code) = ("secretary_sources", "first_secretary");
        assert!(on("2026-10-31").codes(list).contains(&code));
        let after = on("2026-11-01");
        assert!(!after.codes(list).contains(&code));
        assert!(after.entries(list).any(|entry| entry.code.as_str() == code));
    }

    #[test]
    fn a_rule_that_nobody_knows_is_never_set_aside() {
        let policy = Policy::defaults().unwrap();
        assert_eq!(policy.severity("no-such-rule"), Severity::Refuse);
        assert_eq!(policy.citation("no-such-rule").article, "no-such-rule");
    }

    #[test]
    fn a_rule_is_on_file_from_its_first_day_to_its_last() {
        let on = |day: &str| Policy { on: day.parse().ok(), ..Policy::defaults().unwrap() };
        // The regulation on Party branches is of 2018-10-28.
        assert_eq!(on("2018-10-27").severity("branch-minimum"), Severity::Remind);
        assert_eq!(on("2018-10-28").severity("branch-minimum"), Severity::Refuse);
        assert_eq!(on("2018-10-27").severity("four-eyes"), Severity::Refuse);
        let mut rule = Policy::defaults().unwrap().rules["branch-minimum"].clone();
        rule.valid_to = "2020-12-31".parse().ok();
        let is_on_file = |day: &str| rule.is_on_file(day.parse().unwrap());
        assert!(is_on_file("2020-12-31") && !is_on_file("2021-01-01"));
    }
}
