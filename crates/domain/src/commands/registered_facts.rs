//! What the facts of a registration must be like, each by itself and together: when it is registered, confirmed or completed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::commands::form_conditions::{self, FormAndKind};
use crate::ids::JointBranchId;
use crate::joint_branch::{Arrangement, Form, JointBranch, Mode, Phase};
use crate::on_file::known;
use crate::organization::Organization;
use crate::partial_date::PartialDate;
use crate::place::{Level, Place};
use crate::quarter::Quarter;
use crate::registration::{FactName, Facts, PastSecretary, Register};
use crate::rejection::{RegistrationRejection, Rejection};
use crate::say::{Say, say};

/// Whose facts are checked.
pub(crate) struct About<'a> {
    pub(crate) id: JointBranchId,
    pub(crate) arrangement: Arrangement,
    pub(crate) form_kind: Option<&'a Code>,
    pub(crate) register: &'a Register,
    pub(crate) members: &'a [&'a Arc<Organization>],
}

impl<'a> About<'a> {
    /// A joint branch that is registered already.
    pub(crate) fn of(
        found: &'a JointBranch,
        register: &'a Register,
        members: &'a [&'a Arc<Organization>],
    ) -> Self {
        let (id, arrangement) = (found.id, found.arrangement);
        Self { id, arrangement, form_kind: found.form_kind.as_ref(), register, members }
    }
}

/// No member is claimed by two mergers that wait for confirmation.
pub(crate) fn check_members(
    case: &Case<'_>,
    id: JointBranchId,
    arrangement: Arrangement,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    if arrangement == Arrangement::Pairing {
        return Ok(());
    }
    for member in members {
        if let Some(other) = case.state.claims_member(id, member.id) {
            let (name, joint_branch) = (member.name.to_string(), other.to_string());
            case.refuse(RegistrationRejection::MemberClaimed { name, joint_branch })?;
        }
    }
    Ok(())
}

/// What the facts must be like, each by itself and together; only those of the past that can be known are asked.
pub(crate) fn check_facts(case: &Case<'_>, about: &About<'_>, facts: &Facts) -> Result<(), Rejection> {
    check_shape(case, about, facts)?;
    check_papers(case, about, facts)?;
    check_posts(case, about, facts)?;
    check_grades(about, facts)?;
    if let Some(found) = known(&facts.co_location) {
        let county = |place| case.state.ancestor(place, Level::County).map(|county| county.id);
        let own = about.members.first().and_then(|member| county(member.location));
        if county(found.place) != own {
            return refused(FactName::CoLocation, say("不在本县(区)", "not in the county"));
        }
        check_past(case, FactName::CoLocation, found.since)?;
    }
    Ok(())
}

fn refused<T>(fact: FactName, detail: Say) -> Result<T, Rejection> {
    Err(RegistrationRejection::Fact { fact, detail }.into())
}

fn check_past(case: &Case<'_>, fact: FactName, date: Option<PartialDate>) -> Result<(), Rejection> {
    match date {
        Some(date) if date.earliest() > case.on() => {
            refused(fact, say("日期晚于登记日", "the day is after that of registering"))
        }
        _ => Ok(()),
    }
}

/// Arrangement, mode, form and functions fit each other.
fn check_shape(case: &Case<'_>, about: &About<'_>, facts: &Facts) -> Result<(), Rejection> {
    if let Some(mode) = known(&facts.mode) {
        case.require_code(Mode::LIST, mode.as_str(), "/data/mode")?;
        let fits = match mode {
            Mode::RichPoor | Mode::SimilarIndustry | Mode::LargeSmall => Arrangement::Merger,
            Mode::StrongWeak | Mode::ResidentUnit => Arrangement::Pairing,
            Mode::Other | Mode::NotStated | Mode::Added(_) => about.arrangement,
        };
        if fits != about.arrangement {
            return refused(FactName::Mode, say("与合建、共建不符", "it does not fit the arrangement"));
        }
    }
    if let Some(form) = known(&facts.form)
        && *form != Form::NotStated
    {
        let asked = FormAndKind { arrangement: about.arrangement, form: *form, kind: about.form_kind };
        form_conditions::check_registered(case, asked)?;
    }
    match (about.arrangement, known(&facts.functions)) {
        (Arrangement::Merger, Some(_)) => refused(
            FactName::Functions,
            say("合建承接全部职能，不另列", "a merger takes all functions; none is listed"),
        ),
        (Arrangement::Pairing, Some(functions)) if functions.is_empty() => {
            refused(FactName::Functions, say("未列任何职能", "no function is listed"))
        }
        _ => Ok(()),
    }
}

/// The establishing, its document and its survey lie before the register.
fn check_papers(case: &Case<'_>, about: &About<'_>, facts: &Facts) -> Result<(), Rejection> {
    let from = about.register.from;
    if let Some(established) = known(&facts.established)
        && established.earliest() >= from
    {
        let found = established.earliest();
        case.refuse(RegistrationRejection::Established { found, from })?;
    }
    if let Some(approval) = known(&facts.approval) {
        if let Some(issued) = approval.issued.filter(|issued| issued.year() != approval.number.year()) {
            case.refuse(Rejection::DocumentYear { number: approval.number.clone(), issued })?;
        }
        let is_later = approval.issued.is_some_and(|issued| issued >= from);
        if is_later || approval.number.year() > from.year() {
            return refused(
                FactName::Approval,
                say("批准文件不早于启用日", "the approval is not before the register"),
            );
        }
    }
    if let Some(survey) = known(&facts.survey) {
        if survey.in_favour > survey.asked {
            return refused(FactName::Survey, say("同意户数多于征求户数", "more in favour than asked"));
        }
        check_past(case, FactName::Survey, survey.held)?;
    }
    Ok(())
}

/// The secretary has no other post, and the committee lists everybody once. That they are formal members is not asked: old
/// ledgers name them without the day of it, which nobody makes up.
fn check_posts(case: &Case<'_>, about: &About<'_>, facts: &Facts) -> Result<(), Rejection> {
    let has_organ = known(&facts.form) != Some(&Form::None);
    let posts = [
        (FactName::Secretary, known(&facts.secretary).is_some()),
        (FactName::TermEnd, known(&facts.term_end).is_some()),
        (FactName::Committee, known(&facts.committee).is_some()),
    ];
    if let Some((fact, _)) = posts.into_iter().find(|(_, is_there)| *is_there && !has_organ) {
        return refused(
            fact,
            say("结对没有党组织，没有书记和班子", "a pairing without an organ has no posts"),
        );
    }
    if let Some(secretary) = known(&facts.secretary) {
        check_secretary(case, about, secretary)?;
        if let Some(end) = known(&facts.term_end)
            && secretary.since.is_some_and(|since| *end < since.earliest())
        {
            return refused(FactName::TermEnd, say("早于任职起始日期", "it is before the secretary began"));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, member) in known(&facts.committee).into_iter().flatten().enumerate() {
        case.person(member.person, &format!("/data/committee/{index}/person"))?;
        if !seen.insert(member.person) {
            return refused(FactName::Committee, say("同一人重复列出", "a person is listed twice"));
        }
    }
    Ok(())
}

fn check_secretary(case: &Case<'_>, about: &About<'_>, found: &PastSecretary) -> Result<(), Rejection> {
    let person = case.person(found.person, "/data/secretary/person")?;
    if let Some(other) = person.secretary_of.iter().find(|other| **other != about.id) {
        case.refuse(Rejection::AlreadySecretary { joint_branch: other.to_string() })?;
    }
    if let Some(other) = case.state.claims_secretary(about.id, found.person) {
        case.refuse(RegistrationRejection::SecretaryClaimed { joint_branch: other.to_string() })?;
    }
    if let Some(source) = &found.source {
        case.require_code("secretary_sources", source.as_str(), "/data/secretary/source")?;
    }
    check_past(case, FactName::Secretary, found.since)
}

/// Each quarter ended before the register, is not before the establishing, and is listed once.
fn check_grades(about: &About<'_>, facts: &Facts) -> Result<(), Rejection> {
    let from = about.register.from;
    let first = known(&facts.established).map(|date| Quarter::of(date.earliest()));
    let mut seen = BTreeSet::new();
    for found in known(&facts.grades).into_iter().flatten() {
        let quarter = found.quarter;
        let is_past = quarter.end() < from && first.is_none_or(|first| quarter >= first);
        if !is_past || !seen.insert(quarter) {
            return Err(RegistrationRejection::Quarter { quarter, from }.into());
        }
    }
    Ok(())
}

/// The register of the county in which a township lies, open or not any more.
pub(crate) fn register_over<'a>(case: &Case<'a>, township: &Place) -> Result<&'a Arc<Register>, Rejection> {
    case.state.register_over(township.id).ok_or_else(|| not_open(case, township))
}

/// The county has not opened its register.
pub(crate) fn not_open(case: &Case<'_>, township: &Place) -> Rejection {
    let county = case.state.ancestor(township.id, Level::County);
    let county = county.map_or_else(|| township.code.clone(), |county| county.code.clone());
    RegistrationRejection::NotOpen { county }.into()
}

/// A joint branch that waits for the county's confirmation.
pub(crate) fn awaiting<'a>(
    case: &Case<'a>,
    id: JointBranchId,
    pointer: &str,
) -> Result<&'a Arc<JointBranch>, Rejection> {
    let joint_branch = case.joint_branch_at(id, pointer)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::AwaitingConfirmation,
        say("已作存量登记、待确认", "registered and not confirmed"),
    )?;
    Ok(joint_branch)
}
