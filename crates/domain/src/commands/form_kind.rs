//! Kinds of forms: what a jurisdiction calls a form of the regulations, such as 功能型党支部, and never a form of its own.

use crate::case::Case;
use crate::code::Code;
use crate::policy::{FORMS, RegulatedForm};
use crate::rejection::Rejection;

/// The kind is on the list of its form, so that the form's own rules and figures hold for it.
pub(crate) fn check(
    case: &Case<'_>,
    form: Option<RegulatedForm>,
    kind: Option<&Code>,
) -> Result<(), Rejection> {
    let Some(kind) = kind else { return Ok(()) };
    let fitting = case.policy.offered(FORMS).filter(|entry| form.is_some() && entry.stands_as == form);
    let codes: Vec<_> = fitting.map(|entry| entry.code.as_str()).collect();
    case.require_one_of(&codes, kind.as_str(), "/data/form_kind")
}

/// What an event says of a form and its kind: the form where it changes or its kind ends, the kind as it is then.
pub(crate) fn changed<F: Copy + PartialEq>(
    (form, kind): (F, Option<&Code>),
    (new_form, new_kind): (Option<F>, Option<&Code>),
) -> (Option<F>, Option<Code>) {
    let is_named = new_form.is_some() || new_kind.is_some();
    if !is_named || (new_form.unwrap_or(form), new_kind) == (form, kind) {
        return (None, None);
    }
    let says_form = new_kind.is_none() || new_form.is_some_and(|new| new != form);
    (new_form.filter(|_| says_form), new_kind.cloned())
}
