//! `issue-policy`: a city for itself or a county, a county for itself; only stricter than what stands above it, and
//! never for days that have passed.

use std::collections::BTreeMap;

use ulid::Ulid;

use crate::account::Role;
use crate::actor::{Actor, Authority};
use crate::case::Case;
use crate::code::Code;
use crate::command_header::CommandHeader;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::policies::PolicyIssued;
use crate::ids::{CommandId, PolicyId};
use crate::mechanism::Mechanism;
use crate::place::{Level, Place, PlaceCode};
use crate::policy::{CodeLists, CodeName, FORMS, LegalEffect, Policy};
use crate::premises::Milestone;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::{Say, say};
use crate::spec::{Exception, Givers, Group, Spec};
use crate::state::{CityState, scope_of_code};
use crate::text::Text;
use crate::thresholds::{ThresholdChanges, Thresholds};

data! {
    /// 发布政策：自生效日期起适用的标准和代码，不溯及录入日之前 / issues a policy: figures and codes that hold from the effective date on, not before the day of recording
    pub struct IssuePolicy {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<PolicyId>,
        /// 适用范围：市或县(区)的代码 / where the policy holds: the code of the city or of a county
        pub jurisdiction: PlaceCode,
        /// 调整的标准；未列的不变 / the figures to set; those not named stay
        #[serde(default)]
        pub figures: ThresholdChanges,
        /// 增加的代码：以代码表名称为键，如 modes（方式） / codes to add, by the name of their list, such as `modes`; one of `forms` says in `as` which form of the regulations it is
        #[serde(default)]
        pub code_lists: CodeLists,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Option<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "issue-policy",
    title: say("发布政策", "Issue a policy"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Policy],
    givers: Givers::CountyOrCity,
    exceptions: &[Exception::FutureDate],
    fits: None,
    yields: &["policy.issued"],
    along: &[],
    refused_when: "it contradicts itself, is looser than a regulation or than the city, or would hold before it is recorded",
    rules: &[
        "policy-consistent",
        "policy-below-regulation",
        "policy-within-city",
        "policy-not-retroactive",
        "code-list",
        "document-required",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2027-01-01",
  "on_behalf_of": "01J8KQ2M000000000000000016",
  "document": {"number": "广委组〔2026〕31号", "issued": "2026-10-20"},
  "decided_by": {"meeting": "市委组织部部务会", "date": "2026-10-19"},
  "data": {
    "jurisdiction": "5108",
    "figures": {"survey_favour_percent": 70},
    "code_lists": {
      "secretary_sources": [{"code": "returned_villager", "zh": "返乡能人", "en": "returned villager"}]
    },
    "reason": "群众意愿调查从严掌握"
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &IssuePolicy) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &IssuePolicy) -> Result<Vec<EventBody>, Rejection> {
    let today = case.command.recorded_at.day();
    if case.on() < today {
        case.refuse(Rejection::PolicyRetroactive { effective: case.on(), today })?;
    }
    let place = place_of(case, data)?;
    case.require_scope(&case.state.scope_of_bearer(&data.jurisdiction), data.jurisdiction.as_str())?;
    let level = case.require_decision(place.level, place)?;
    if case.command.document.is_none() {
        case.refuse(Rejection::DocumentMissing)?;
    }
    check_content(case, data, level)?;
    let id = data.id.unwrap_or(PolicyId(case.command.id.0));
    if case.state.policies.get(id).is_some() {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::PolicyIssued(PolicyIssued {
        policy: id,
        jurisdiction: data.jurisdiction.clone(),
        level,
        figures: data.figures,
        code_lists: data.code_lists.clone(),
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<IssuePolicy> {
    let EventBody::PolicyIssued(PolicyIssued { policy, jurisdiction, level: _, figures, code_lists, reason }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(IssuePolicy { jurisdiction, figures, code_lists, reason, id: Some(policy) })
}

/// Everything that would refuse a policy on a day, whoever issues it and on whatever paper.
pub(crate) fn refusals_of(
    state: &CityState,
    defaults: &Policy,
    data: &IssuePolicy,
    on: Date,
) -> Vec<Rejection> {
    let header = CommandHeader {
        id: CommandId(Ulid::nil()),
        actor: Actor { id: String::new(), role: Role::CityOffice, scope: state.city.clone() },
        on_behalf_of: Authority::Place(data.jurisdiction.clone()),
        effective_date: on,
        decided_on: None,
        recorded_at: state.last_recorded_at,
        document: None,
        decided_by: None,
        override_: None,
        simulated: None,
        holder: None,
        commitments: BTreeMap::new(),
    };
    let policy = state.policies.resolve(defaults, on, scope_of_code(&data.jurisdiction).county.as_ref());
    let mut case = Case::new(state, &policy, &header, SPEC);
    case.note_refusals();
    let last = place_of(&case, data).and_then(|place| check_content(&case, data, place.level)).err();
    let (mut found, _) = case.into_findings();
    found.extend(last);
    found
}

/// The city or county for which it is issued.
fn place_of<'a>(case: &Case<'a>, data: &IssuePolicy) -> Result<&'a Place, Rejection> {
    let place = case.place(&data.jurisdiction, "/data/jurisdiction")?;
    if place.level < Level::County {
        return Err(Case::unknown(say("市县", "city or county"), &data.jurisdiction, "/data/jurisdiction"));
    }
    Ok(place)
}

/// It sets or adds something, and nothing that it may not.
fn check_content(case: &Case<'_>, data: &IssuePolicy, level: Level) -> Result<(), Rejection> {
    if data.figures.names().is_empty() && data.code_lists.values().all(Vec::is_empty) {
        return Err(Rejection::NothingToRecord);
    }
    check_figures(case, data, level)?;
    check_code_lists(case, data)
}

/// The figures as they would be are sensible, fit each other, and are not looser than what binds them.
fn check_figures(case: &Case<'_>, data: &IssuePolicy, level: Level) -> Result<(), Rejection> {
    let policy = case.policy;
    let resolve = |county| case.state.policies.resolve(policy, case.on(), county);
    let (own, city) =
        (resolve(scope_of_code(&data.jurisdiction).county.as_ref()).thresholds, resolve(None).thresholds);
    let mut figures = own;
    figures.change(&data.figures, |_, _| true);
    for name in data.figures.names() {
        case.go_on(check_range(policy, &figures, name))?;
        let mut limit = figures;
        limit.change(&policy.regulation, |other, _| other == name);
        if !policy.is_as_strict(name, &figures, &limit) {
            let (found, allowed) = (shown(&figures, name), shown(&limit, name));
            case.refuse(Rejection::PolicyBelowRegulation {
                figure: name,
                found,
                allowed,
                document: source(policy, name),
            })?;
        }
        if level < Level::City && !policy.is_as_strict(name, &figures, &city) {
            let (found, allowed) = (shown(&figures, name), shown(&city, name));
            case.refuse(Rejection::PolicyOutsideCity { figure: name, found, allowed })?;
        }
    }
    check_fit(case, &figures)
}

fn check_range(policy: &Policy, figures: &Thresholds, name: &str) -> Result<(), Rejection> {
    let bounds = policy.bounds.get(name).map(|bounds| (bounds.minimum, bounds.maximum));
    let (Some((Some(minimum), Some(maximum))), Some(found)) = (bounds, figures.rank(name)) else {
        return Ok(());
    };
    if (minimum..=maximum).contains(&found) {
        return Ok(());
    }
    Err(Rejection::PolicyInconsistent {
        detail: Say::of(
            format!("指标 {name} 为 {found}，应在 {minimum} 至 {maximum} 之间"),
            format!("{name} is {found}, not between {minimum} and {maximum}"),
        ),
    })
}

/// Pairs of figures of which one bounds the other, and shares of one whole.
fn check_fit(case: &Case<'_>, figures: &Thresholds) -> Result<(), Rejection> {
    let pairs = [
        ("rectification_minimum_months", "rectification_maximum_months"),
        ("branch_minimum_formal_members", "branch_maximum_members"),
        ("general_branch_over_members", "committee_minimum_members"),
    ];
    let last = figures.premises_percent_up_to(Milestone::Acceptance);
    if last > 100 {
        case.refuse(Rejection::PolicyInconsistent {
            detail: Say::of(
                format!("场所款三个节点的比例合计为 {last} %，超过 100 %"),
                format!("the three shares of premises add up to {last} %, more than 100 %"),
            ),
        })?;
    }
    for (less, more) in pairs.into_iter().filter(|(less, more)| figures.rank(less) > figures.rank(more)) {
        let (low, high) = (shown(figures, less), shown(figures, more));
        case.refuse(Rejection::PolicyInconsistent {
            detail: Say::of(
                format!("{less}（{low}）大于 {more}（{high}）"),
                format!("{less} ({low}) is above {more} ({high})"),
            ),
        })?;
    }
    Ok(())
}

/// Codes are added to lists that there are; a code keeps its meaning.
fn check_code_lists(case: &Case<'_>, data: &IssuePolicy) -> Result<(), Rejection> {
    let county = scope_of_code(&data.jurisdiction).county;
    let held = case.state.policies.resolve(case.policy, case.on(), county.as_ref());
    for (list, entries) in &data.code_lists {
        if !held.code_lists.contains_key(list) {
            let allowed: Vec<&str> = held.code_lists.keys().map(String::as_str).collect();
            case.refuse(Rejection::UnknownCode {
                found: list.chars().take(60).collect(),
                allowed: allowed.join(", "),
                pointer: "/data/code_lists",
            })?;
        }
        // A code that is offered no more keeps its meaning too.
        let codes: Vec<&str> = held.entries(list).map(|entry| entry.code.as_str()).collect();
        for (index, entry) in entries.iter().enumerate() {
            case.go_on(check_entry(case, list, entry))?;
            let code = entry.code.as_str();
            let is_repeated = entries.iter().take(index).any(|other| other.code == entry.code);
            if codes.contains(&code) || is_repeated {
                case.refuse(Rejection::PolicyInconsistent {
                    detail: Say::of(
                        format!("代码表 {list} 已有 {code}"),
                        format!("the list {list} has {code} already"),
                    ),
                })?;
            }
        }
    }
    Ok(())
}

/// A code is a word of small Latin letters, digits and underscores, means the same in every county that has it, so that
/// a city's figures add up what is the same, and where it is a kind of form says of which.
fn check_entry(case: &Case<'_>, list: &str, entry: &CodeName) -> Result<(), Rejection> {
    let code = entry.code.as_str();
    let refused = |zh: String, en: String| Err(Rejection::PolicyInconsistent { detail: Say::of(zh, en) });
    if code.parse::<Code>().is_err() {
        return refused(
            format!("代码「{code}」须为小写字母、数字、下划线"),
            format!("the code `{code}` is not of small letters, digits and underscores"),
        );
    }
    if (list == FORMS) != entry.stands_as.is_some() {
        return refused(
            format!("{code}：形式代码表的代码须写明属于哪种法定形式，其他代码表不写"),
            format!(
                "{code}: a code of the list forms says in `as` which form it is, one of another list does not"
            ),
        );
    }
    if (list == FORMS) != entry.effect.is_some() {
        return refused(
            format!("{code}：所列形式须写明法律效果（功能型，或改变隶属关系），其他代码表不写"),
            format!(
                "{code}: a form that is listed says its legal effect in `effect`, functional or organic; a code of another list does not"
            ),
        );
    }
    // What was listed before its effect was asked is organic.
    let said = |known: &CodeName| CodeName {
        effect: known.effect.or(known.stands_as.map(|_| LegalEffect::Organic)),
        ..known.clone()
    };
    match case.state.policies.added_code(list, code).filter(|known| said(known) != *entry) {
        None => Ok(()),
        Some(known) => refused(
            format!("代码 {code} 在本市已指「{}」，同一代码在各县含义相同", known.zh),
            format!(
                "the code {code} is `{}` in this city already, and means the same in every county",
                known.en
            ),
        ),
    }
}

/// A figure as it is written.
fn shown(figures: &Thresholds, name: &str) -> String {
    let value =
        serde_json::to_value(figures).ok().and_then(|mut figures| Some(figures.get_mut(name)?.take()));
    value.map(|value| value.to_string().trim_matches('"').to_owned()).unwrap_or_default()
}

/// The document whose rule reads the figure.
fn source(policy: &Policy, name: &str) -> String {
    let rule = policy.rules.values().find(|rule| rule.figures.iter().any(|figure| figure == name));
    rule.map(|rule| format!("{} {}", rule.citation.document, rule.citation.article)).unwrap_or_default()
}

#[cfg(test)]
mod code_tests;
#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod tests;
