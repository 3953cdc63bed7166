//! What a form is about, where its address says so: a line of facts instead of a choice.

use domain::spec::Choice;
use labels as w;
use maud::{Markup, html};
use projections::rows::{JointBranchRow, OrganizationRow};

use super::render::{Form, id};
use super::schema::Field;
use crate::pages::lists::{phase_class, word};
use crate::pages::visit::Visit;

/// The parameters of an address that say what a form is about; the fields are called the same.
pub(crate) const SUBJECTS: [&str; 4] = ["joint_branch", "organization", "event", "decision"];

/// What a form is about.
pub(crate) struct Subject {
    /// The field that holds its id.
    pub(crate) field: &'static str,
    /// What it is called, where it stands and what is known of it.
    facts: Markup,
}

impl Subject {
    /// A joint branch: its name, phase, township, members and last grade.
    pub(crate) fn of_joint_branch(visit: &Visit, row: &JointBranchRow) -> Self {
        let members: Vec<_> = row.members.iter().map(|member| member.name.as_str()).collect();
        let graded = row.evaluations.last_key_value();
        let facts = html! {
            a href=(visit.link(&format!("/joint-branches/{}", row.id))) { strong { (row.name) } }
            " · " span class=(phase_class(row.phase)) { (word(visit, "Phase", &row.phase)) }
            @if let Some(place) = &row.lead_township { " · " (place.name) }
            " · " (visit.say(w::MEMBERS)) (visit.say(w::COLON)) (members.join(visit.say(w::LIST_COMMA)))
            @if let Some((quarter, found)) = graded {
                " · " (visit.say(w::LAST_GRADE)) (visit.say(w::COLON)) (visit.say(&quarter.say())) " " (word(visit, "Grade", &found.grade))
            }
        };
        Self { field: SUBJECTS[0], facts }
    }

    /// An organization: its name, form, status, place and number of members.
    pub(crate) fn of_organization(visit: &Visit, row: &OrganizationRow) -> Self {
        let facts = html! {
            a href=(visit.link(&format!("/organizations/{}", row.id))) { strong { (row.name) } }
            " · " (word(visit, "OrganizationForm", &row.form))
            @if let Some(place) = &row.location { " · " (place.name) }
            " · " (visit.say(w::FORMAL_MEMBERS_COUNT)) (visit.say(w::COLON)) (row.formal_members)
        };
        Self { field: SUBJECTS[1], facts }
    }

    /// A record that is corrected: what it is called or on which document it rests, and where in the log it stands.
    pub(crate) fn of_record(visit: &Visit, field: &'static str, said: &str, position: u64) -> Self {
        let facts = html! {
            a href=(visit.link(&format!("/events/{position}"))) { strong { (said) } " #" (position) }
        };
        Self { field, facts }
    }
}

/// The subject of the form, where that field holds it.
pub(crate) fn subject_at<'a>(form: &Form<'a>, at: &str) -> Option<&'a Subject> {
    form.subject.filter(|subject| at.strip_prefix("/data/") == Some(subject.field))
}

/// Whether the field names what the form is about in another way, which its subject has said.
pub(crate) fn is_said_by_subject(form: &Form<'_>, own: &Field) -> bool {
    let Some(subject) = form.subject else { return false };
    form.spec.choices.iter().any(|choice| match choice {
        Choice::OneOf(fields) => {
            fields.contains(&subject.field)
                && fields.contains(&own.name.as_str())
                && own.name != subject.field
        }
        Choice::Of { .. } => false,
    })
}

/// The line, and the way to the form without it: a record is found by its page alone.
pub(crate) fn line(form: &Form<'_>, subject: &Subject, label: &str, at: &str) -> Markup {
    let visit = form.visit;
    let key = form.values.get(at).map_or("", String::as_str);
    let is_record = SUBJECTS[2..].contains(&subject.field);
    html! {
        p.subject id=(id(at)) {
            span.note { (if is_record { visit.say(w::CORRECTED_RECORD) } else { label }) (visit.say(w::COLON)) } (subject.facts)
            @if !is_record { " " small.screen { a href=(visit.here(&[(subject.field, "")])) { (visit.say(w::ANOTHER_ONE)) } } }
        }
        input type="hidden" name=(at) value=(key);
    }
}
