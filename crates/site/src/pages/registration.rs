//! 存量登记 on the page of a joint branch: what it rests on, what is on file and what is not, and what was added later.

use domain::on_file::{OnFile, known};
use domain::registration::{FactName, Source};
use labels as w;
use maud::{Markup, html};
use projections::rows::{JointBranchRow, RegistrationRow};

use super::entries::Names;
use super::lists::word;
use super::visit::Visit;

/// The section.
pub(crate) fn section(
    visit: &Visit,
    row: &JointBranchRow,
    found: &RegistrationRow,
    names: Names<'_>,
) -> Markup {
    html! {
        section {
            h2 { (visit.say(w::REGISTRATION)) }
            p.note { (visit.say(w::REGISTRATION_NOTE)) }
            dl.fields {
                dt { (visit.say(w::REGISTRATION_SOURCE)) } dd { (source(&found.source)) }
                dt { (visit.say(w::REGISTRATION_DAY)) } dd { (found.registered_on) }
                dt { (visit.say(w::CONFIRMED_ON)) }
                dd {
                    @if let Some(confirmed) = &found.confirmed {
                        (confirmed.effective_date)
                        @if let Some(document) = &confirmed.document { " · " (document) }
                    } @else { span.state-warn { (visit.say(w::NOT_CONFIRMED)) } }
                }
                @if let Some(reason) = &found.sent_back { dt { (visit.say(w::SENT_BACK_FOR)) } dd { (reason) } }
                @for name in shown(row, found) {
                    dt { (name.title().in_language(visit.language)) }
                    dd { (fact(visit, found, name, names)) }
                }
            }
            @if !found.completions.is_empty() {
                h3 { (visit.say(w::COMPLETED_LATER)) }
                ul.values {
                    @for added in &found.completions {
                        li { (added.field.title().in_language(visit.language)) " · " (added.recorded_on) " · " (source(&added.source)) }
                    }
                }
            }
        }
    }
}

/// What can be there, or what is said not to be on file.
fn shown(row: &JointBranchRow, found: &RegistrationRow) -> Vec<FactName> {
    let is_said = |name: &FactName| found.facts.state_of(*name).is_some() || found.missing.contains(name);
    let has_organ = row.form != domain::joint_branch::Form::None;
    let is_post =
        |name: &FactName| matches!(name, FactName::Secretary | FactName::TermEnd | FactName::Committee);
    FactName::ALL.iter().copied().filter(|name| is_said(name) && (has_organ || !is_post(name))).collect()
}

fn source(source: &Source) -> String {
    let parts =
        [Some(&source.title), source.archive_number.as_ref(), source.page.as_ref(), source.note.as_ref()];
    parts.into_iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" · ")
}

/// A fact in words, or why it is not on file.
fn fact(visit: &Visit, found: &RegistrationRow, name: FactName, names: Names<'_>) -> Markup {
    match found.facts.state_of(name) {
        Some(OnFile::Value(())) => html! { (value(visit, found, name, names)) },
        Some(OnFile::NotOnFile(reason)) => html! {
            @if !found.missing.contains(&name) { s { (visit.say(w::NOT_ON_FILE)) "：" (reason) } }
            @else { span.state-warn { (visit.say(w::NOT_ON_FILE)) } "：" (reason) }
        },
        None => html! { span.state-warn { (visit.say(w::NOT_SAID)) } },
    }
}

fn value(visit: &Visit, found: &RegistrationRow, name: FactName, names: Names<'_>) -> String {
    let named = |id: &str| names(id).map_or_else(|| visit.say(w::NAME_ERASED).to_owned(), |named| named.text);
    let comma = visit.language.pick("、", ", ");
    let facts = &found.facts;
    let said = match name {
        FactName::Mode => known(&facts.mode).map(|mode| word(visit, "Mode", mode)),
        FactName::Form => known(&facts.form).map(|form| word(visit, "Form", form)),
        FactName::Established => {
            known(&facts.established).map(|day| day.say().in_language(visit.language).to_owned())
        }
        FactName::Approval => known(&facts.approval).map(|approval| {
            let issued = approval.issued.map(|day| day.to_string());
            let issuer = approval.issuer.as_ref().map(ToString::to_string);
            let parts = [Some(approval.number.to_string()), issued, issuer];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }),
        FactName::Survey => known(&facts.survey).map(|survey| {
            let (asked, in_favour) = (survey.asked, survey.in_favour);
            visit.language.pick(
                format!("征求 {asked} 户，同意 {in_favour} 户"),
                format!("{asked} households asked, {in_favour} in favour"),
            )
        }),
        FactName::Secretary => known(&facts.secretary).map(|secretary| {
            let name = named(&secretary.person.to_string());
            let since = secretary.since.map(|since| since.say().in_language(visit.language).to_owned());
            since.map_or(name.clone(), |since| format!("{name} · {since}"))
        }),
        FactName::TermEnd => known(&facts.term_end).map(ToString::to_string),
        FactName::Committee => known(&facts.committee).map(|members| {
            let one = |member: &domain::post::CommitteeMember| {
                format!("{}（{}）", named(&member.person.to_string()), member.duty)
            };
            members.iter().map(one).collect::<Vec<_>>().join(comma)
        }),
        FactName::Grades => known(&facts.grades).map(|grades| {
            let one = |found: &domain::registration::PastGrade| {
                let quarter = found.quarter.say();
                format!("{} {}", quarter.in_language(visit.language), word(visit, "Grade", &found.grade))
            };
            grades.iter().map(one).collect::<Vec<_>>().join(comma)
        }),
        FactName::Functions => known(&facts.functions).map(|functions| {
            let one = |function: &domain::function::Function| {
                names(function.0.as_str()).map_or_else(|| function.0.to_string(), |named| named.text)
            };
            functions.iter().map(one).collect::<Vec<_>>().join(comma)
        }),
        FactName::CoLocation => found.co_location.as_ref().map(|place| place.name.to_string()),
    };
    said.unwrap_or_default()
}
