//! A choice on which other fields depend: it comes first, and shows the fields that its answer uses. A stylesheet does that,
//! so it takes no script and nothing typed is lost.

use domain::say::Say;
use domain::spec::{Choice, Spec};
use labels as w;
use labels::fields::field as label_of;
use maud::{Markup, html};
use service::shape_error::ShapeError;

use super::render::{Form, Pick, errors, field, id, legend, offered, says_something};
use super::schema::{Field, Shape};
use super::values::Posted;

/// How many answers the stylesheet can tell apart; a choice of more is drawn as any other field.
pub(crate) const MAX_ANSWERS: usize = 16;

/// The fields of a command in the order of its form: what it is about, the choices, and the rest without what depends on them.
pub(crate) fn arranged<'a>(form: &Form<'_>, own: &'a [Field]) -> Vec<&'a Field> {
    let rank = |field: &Field| {
        let is_subject = form.subject.is_some_and(|subject| subject.field == field.name);
        let is_choice = !dependents(form, field).is_empty();
        if is_subject {
            0
        } else if is_choice {
            1
        } else {
            2
        }
    };
    let is_elsewhere = |field: &&Field| {
        let choice = form.spec.rows_of(&field.name).map(|(chosen, _)| chosen);
        let choice = choice.and_then(|chosen| own.iter().find(|other| other.name == chosen));
        choice.is_some_and(|choice| answers(form, choice).is_some())
    };
    let mut fields: Vec<_> = own.iter().filter(|field| !is_elsewhere(field)).collect();
    fields.sort_by_key(|field| rank(field));
    fields
}

fn dependents(form: &Form<'_>, own: &Field) -> Vec<&'static str> {
    form.spec.dependents(&own.name)
}

/// The answers to a choice, where the form can show what each uses.
pub(crate) fn answers(form: &Form<'_>, own: &Field) -> Option<Vec<Pick>> {
    let list = offered(form, own)?;
    (!dependents(form, own).is_empty() && list.len() <= MAX_ANSWERS).then_some(list)
}

/// The choice with what depends on it.
pub(crate) fn draw(
    form: &Form<'_>,
    (own, at): (&Field, &str),
    answers: &[Pick],
    siblings: &[Field],
) -> Markup {
    let value = form.values.get(at).map_or("", String::as_str);
    let parent = at.rsplit_once('/').map_or("", |(parent, _)| parent);
    let below = dependents(form, own).into_iter();
    let below: Vec<_> = below.filter_map(|name| siblings.iter().find(|field| field.name == name)).collect();
    html! {
        fieldset.choice id=(id(at)) {
            legend { (legend(form, own, at)) }
            (errors(form, at))
            @for (number, (code, name)) in answers.iter().enumerate() {
                @let answer = format!("{}-{number}", id(at));
                input class=(format!("pick{number}")) type="radio" id=(answer) name=(at) value=(code) checked[code == value];
                label for=(answer) { (name) }
            }
            @for dependent in below {
                @let pointer = format!("{parent}/{}", dependent.name);
                div class=(class(form, dependent, &pointer, answers)) { (field(form, dependent, &pointer)) }
            }
        }
    }
}

/// The answers for which a field is shown; one that holds something, or of which something is said, is shown for all.
fn class(form: &Form<'_>, own: &Field, at: &str, answers: &[Pick]) -> String {
    let rows = form.spec.rows_of(&own.name).map(|(_, rows)| rows).unwrap_or_default();
    let is_used = |answer: &str| rows.iter().any(|row| row.is_by(answer));
    let mut class = String::from("when");
    for (number, _) in answers.iter().enumerate().filter(|(_, (code, _))| is_used(code)) {
        class.push_str(&format!(" when{number}"));
    }
    if holds(form.values, at) || says_something(form, at) {
        class.push_str(" held");
    }
    class
}

/// Whether anything is filled in at a pointer or below it.
fn holds(values: &Posted, at: &str) -> bool {
    let below = format!("{at}/");
    values
        .iter()
        .any(|(pointer, text)| (pointer == at || pointer.starts_with(&below)) && !text.trim().is_empty())
}

/// Whether the field is needed for every answer that shows it.
pub(crate) fn is_needed(spec: &Spec, own: &Field) -> bool {
    spec.rows_of(&own.name).is_some_and(|(_, rows)| rows.iter().all(|row| row.is_needed))
}

/// What was filled in and the chosen answer does not use: it would be recorded without anybody having seen it.
pub(crate) fn unused(spec: &Spec, fields: &[Field], values: &Posted) -> Vec<ShapeError> {
    let data = fields.iter().find(|field| field.name == "data");
    let Some(Shape::Group(own)) = data.map(|data| &data.shape) else { return Vec::new() };
    let mut found = Vec::new();
    for choice in spec.choices {
        let Choice::Of { field, uses } = choice else { continue };
        let Some(answer) = values.get(&format!("/data/{field}")).filter(|answer| !answer.is_empty()) else {
            continue;
        };
        for name in spec.dependents(field) {
            let pointer = format!("/data/{name}");
            let is_used = uses.iter().any(|row| row.field == name && row.is_by(answer));
            let Some(own) = own.iter().find(|own| own.name == name) else { continue };
            if !is_used && holds(values, &pointer) {
                found.push(error(pointer, own));
            }
        }
    }
    found
}

fn error(pointer: String, own: &Field) -> ShapeError {
    let label = |language| label_of(language, &own.owner, &own.name);
    let Say { zh, en } =
        w::unused_field(&label(domain::say::Language::Zh), &label(domain::say::Language::En));
    ShapeError { pointer, detail: zh.into_owned(), detail_en: en.into_owned() }
}
