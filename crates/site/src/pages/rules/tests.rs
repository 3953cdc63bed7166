//! The page of the rules: every rule in words, figures with where they come from, and what leads to the form.

use domain::ids::PolicyId;
use domain::say::Language;
use domain::thresholds::ThresholdChanges;
use domain::{CommandKind, Policy};
use projections::{figure_changes, figures_by_name};
use serde_json::{Value, from_value, to_value};
use ulid::Ulid;

use super::*;
use crate::pages::forms::render::Form;
use crate::pages::forms::values::Posted;
use crate::pages::forms::{self, fields_of};
use crate::pages::visit::tests::visit;

/// Every rule of the file, as the view of a day on which all are in force has it.
fn entries(set_by: Option<&SetBy>) -> Vec<RuleEntry> {
    let policy = Policy::defaults().unwrap();
    let values = to_value(policy.thresholds).unwrap();
    let threshold = |name: &String| ThresholdEntry {
        name: name.clone(),
        value: from_value(values[name].clone()).unwrap(),
        regulation: None,
        bounds: policy.bounds.get(name).cloned(),
        set_by: set_by.filter(|_| name == "survey_favour_percent").cloned(),
    };
    let entry = |(id, rule): (&String, &domain::policy::Rule)| RuleEntry {
        rule: id.clone(),
        severity: rule.severity,
        on_file: id != "branch-minimum",
        zh: rule.zh.clone(),
        en: rule.en.clone(),
        citation: rule.citation.clone(),
        valid_from: rule.valid_from,
        valid_to: rule.valid_to,
        figures: rule.figures.iter().map(threshold).collect(),
    };
    policy.rules.iter().map(entry).collect()
}

fn county() -> PlaceCode {
    "510811".parse().unwrap()
}

fn set_by() -> SetBy {
    SetBy {
        policy: PolicyId(Ulid::from_parts(1, 1)),
        jurisdiction: county(),
        from: "2027-01-01".parse().unwrap(),
        document: "昭委组〔2026〕31号".parse().ok(),
    }
}

/// The page and its table, where the reader may issue or not.
fn shown(language: Language, rules: &[RuleEntry], may_issue: bool) -> (String, Table) {
    let (visit, scope) = (visit(language, &[]), county());
    let higher = ThresholdEntry {
        name: "survey_valid_months".into(),
        value: Threshold::Number(3),
        regulation: None,
        bounds: None,
        set_by: Some(set_by()),
    };
    let book = RuleBook {
        scope: &scope,
        places: &[],
        rules: rules.iter().collect(),
        policies: Vec::new(),
        elsewhere: &BTreeMap::from([("survey_valid_months".to_owned(), vec![("朝天区".to_owned(), higher)])]),
        place_name: &|_| "昭化区".to_owned(),
        may_read: &|_| true,
        may_issue,
    };
    (page(&visit, &book).into_string(), table(&visit, "title", &book))
}

/// What a reader sees of a page, without what is folded away.
fn seen(page: &str) -> String {
    let unfolded =
        page.split("<details").map(|part| part.split_once("</details>").map_or(part, |(_, rest)| rest));
    let unfolded: String = unfolded.collect();
    let texts = unfolded.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_rule_has_its_words_in_both_languages_and_a_place_of_its_own() {
    let rules = entries(None);
    for language in [Language::Zh, Language::En] {
        let (page, table) = shown(language, &rules, false);
        for rule in &rules {
            let words = language.pick(&rule.zh, &rule.en);
            let words = maud::html! { (words) }.into_string();
            assert!(page.contains(&words), "{}: {words}", rule.rule);
            assert_eq!(page.matches(&format!("id=\"rule-{}\"", rule.rule)).count(), 1, "{}", rule.rule);
        }
        let figures: usize = rules.iter().map(|rule| rule.figures.len().max(1)).sum();
        assert_eq!(table.rows.len(), figures);
    }
}

#[test]
fn no_wire_name_is_read_in_chinese() {
    let (page, table) = shown(Language::Zh, &entries(Some(&set_by())), true);
    let cells = table.rows.iter().flatten().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ");
    for text in [seen(&page), cells] {
        let mut words = text.split(|letter: char| !(letter.is_ascii_alphabetic() || letter == '_'));
        assert_eq!(words.find(|word| word.len() >= 4 && !word.starts_with(char::is_uppercase)), None);
    }
    assert!(page.contains("<code>survey-favour</code>"), "the folded detail names it");
}

#[test]
fn a_figure_says_its_unit_since_when_by_which_document_and_where_it_is_another() {
    let (page, _) = shown(Language::Zh, &entries(Some(&set_by())), false);
    for words in [
        "意愿同意率下限 <strong>60 %</strong>",
        "昭化区 昭委组〔2026〕31号，自 2027-01-01 起",
        "朝天区为 3 个月（昭化区 昭委组〔2026〕31号，自 2027-01-01 起）",
        "按所列依据",
        "正式党员合计不少于 3 名 <span class=\"mark\">当日未施行</span>",
        "成立与撤销的决定层级 <strong>县(区)</strong>",
        "自 2018-10-28 起",
        "条号待核",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_figure_leads_to_the_form_for_whoever_may_issue_a_policy() {
    let form = "/work/issue-policy?figure=survey_favour_percent&amp;scope=510811";
    let rules = entries(None);
    assert!(shown(Language::Zh, &rules, true).0.contains(form));
    assert!(!shown(Language::Zh, &rules, false).0.contains("/work/"));
}

#[test]
fn a_rule_stands_under_the_first_heading_whose_commands_name_it() {
    let of = CommandKind::heading_of;
    assert_eq!(of("survey-favour"), Some(Group::Establishing));
    assert_eq!(of("election-quorum"), Some(Group::Posts));
    assert_eq!(of("order-due"), Some(Group::Evaluation));
    assert_eq!((of("document-required"), of("scope")), (None, None), "they hold for every command");
    let unnamed = Policy::defaults().unwrap().thresholds;
    let Value::Object(figures) = to_value(unnamed).unwrap() else { panic!() };
    let rules = entries(None);
    for name in figures.keys() {
        assert!(
            rules.iter().any(|rule| rule.figures.iter().any(|own| own.name == *name)),
            "{name} is read by no rule"
        );
    }
}

#[test]
fn the_form_of_a_policy_folds_its_figures_under_headings_and_says_what_each_is_now() {
    let policy = Policy::defaults().unwrap();
    let (fields, visit) = (fields_of("issue-policy").unwrap(), visit(Language::Zh, &[]));
    let values = Posted::from([("/data/figures/survey_favour_percent".to_owned(), "60".to_owned())]);
    let figures = PresentFigures::new(figures_by_name(&policy.thresholds), &policy);
    let form = Form {
        subject: None,
        checks: &[],
        left_day: "",
        followed: None,
        visit: &visit,
        spec: domain::CommandKind::IssuePolicy.spec(),
        fields: &fields,
        values: &values,
        extra_rows: 0,
        key: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        is_fresh: true,
        figures: Some(&figures),
        refusal: None,
        picks: &|_| None,
        erasable: &[],
    };
    let page = forms::page(&form).into_string();
    assert!(page.contains("<details class=\"part\" open><summary>提出与成立</summary>"), "{page}");
    assert!(page.contains("<details class=\"part\"><summary>班子</summary>"), "nothing is filled in there");
    assert!(page.contains("value=\"60\"") && page.contains("现为 60 %，放空则不变"));
    for name in figures_by_name(&policy.thresholds).keys() {
        assert_eq!(page.matches(&format!("name=\"/data/figures/{name}\"")).count(), 1, "{name}");
    }
    assert_eq!(page.matches("，放空则不变").count(), 56);
    assert!(page.contains("<textarea id=\"field-data-code_lists\""));
}

#[test]
fn a_preview_says_each_figure_that_becomes_another_and_how_it_stands_to_the_default() {
    let policy = Policy::defaults().unwrap();
    let mut before = policy.thresholds;
    before.survey_valid_months = 3;
    let set = ThresholdChanges {
        survey_favour_percent: Some(70),
        survey_valid_months: Some(8),
        evaluation_due_days: Some(15),
        yellow_card_misses: Some(1),
        ..ThresholdChanges::default()
    };
    let found = figure_changes(&policy, &before, &set).unwrap();
    let page = changes(&visit(Language::Zh, &[]), &found).into_string();
    let row = |figure: &str, before: &str, after: &str, standing: &str| {
        format!(
            "<th scope=\"row\">{figure}</th><td>{before}</td><td><strong>{after}</strong></td><td>{standing}</td>"
        )
    };
    for expected in [
        row("意愿同意率下限", "60 %", "70 %", "更严"),
        row("意愿调查有效期", "3 个月", "8 个月", "放宽"),
        row("黄牌所需逾期次数", "2 次", "1 次", "更严"),
    ] {
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    assert_eq!(page.matches("<tr>").count(), 4, "a figure that stays is not told: {page}");
}
