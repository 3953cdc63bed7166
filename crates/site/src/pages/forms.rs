//! Forms: one for every command, made from the command's own JSON Schema.

pub(crate) mod checks;
pub(crate) mod choice;
pub(crate) mod offered;
pub(crate) mod render;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod sentence;
pub(crate) mod sheet;
pub(crate) mod subject;
pub(crate) mod values;

use api::problem::Refusal;
use domain::CommandKind;
use domain::rejection::Warning;
use domain::spec::{Givers, Group, Spec};
use labels as w;
use labels::events::event;
use maud::{Markup, html};
use projections::FigureChange;
use serde_json::Value;

use self::render::{Form, fields as draw, pointed_at, shown_at};
use self::schema::Field;
use self::values::Posted;
use super::entries::{Names, fields as said_fields};
use super::event::{cited, warnings};
use super::layout::form_token;
use super::rehearsal;
use super::rules::changes;
use super::visit::Visit;

/// The commands that somebody may give, in their groups; and the way in for a ledger, where it is theirs.
pub(crate) fn index(visit: &Visit, has_ledger: bool, may_give: &dyn Fn(&Spec) -> bool) -> Markup {
    let groups = Group::ALL.into_iter().map(|group| {
        let specs = CommandKind::over_http().map(CommandKind::spec);
        let own: Vec<_> = specs.filter(|spec| spec.group == group && may_give(spec)).collect();
        (group.title(), own)
    });
    let groups: Vec<_> = groups.filter(|(_, own)| !own.is_empty()).collect();
    html! {
        @if has_ledger { p.actions { a.button href="/work/ledger" { (visit.say(w::LEDGER_IMPORT)) } } }
        @if groups.is_empty() { p { (visit.say(w::NO_COMMANDS)) } }
        @for (group, own) in &groups {
            section { h2 { (visit.say(group)) } p.actions { @for spec in own { a.button href=(format!("/work/{}", spec.name)) { (visit.say(&spec.title)) } " " } } }
        }
    }
}

/// A form with what was filled in, and what was refused beside the field that it is about.
pub(crate) fn page(form: &Form<'_>) -> Markup {
    let (visit, all) = (form.visit, form.fields);
    let pick = |names: &[&str]| {
        names.iter().filter_map(|name| all.iter().find(|field| field.name == *name)).collect::<Vec<_>>()
    };
    let override_fields = pick(&["override"]);
    let wants_override = form.refusal.is_some_and(|refusal| refusal.is_overridable)
        || form.values.keys().any(|pointer| pointer.starts_with("/override"));
    html! {
        @if let Some(refusal) = form.refusal { (refused(form, refusal)) }
        form.sheet.checked[!form.checks.is_empty()] method="post" enctype="multipart/form-data" action=(visit.here(&[])) data-draft=(visit.say(w::DRAFT_RESTORED)) data-discard=(visit.say(w::DRAFT_DISCARD)) data-posted[!form.is_fresh] novalidate {
            (form_token(visit))
            input type="hidden" name="_key" value=(form.key);
            input type="hidden" name="_rows" value=(form.extra_rows);
            input type="hidden" name="_day" value=(form.left_day);
            @if let Some(followed) = form.followed { p.notice.past role="status" { (visit.say(&w::day_followed(&followed.say()))) } }
            fieldset { legend { (visit.say(w::DATA_PART)) } (draw(form, &pick(&["data"]), "")) }
            @if form.figures.is_some() { (rehearsal::asks(visit)) }
            fieldset { legend { (visit.say(w::MEETING_PART)) } (draw(form, &pick(&["effective_date", "decided_on", "on_behalf_of", "document", "decided_by"]), "")) }
            details open[wants_override] { summary { (visit.say(w::OVERRIDE)) } (draw(form, &override_fields, "")) }
            (checks::column(visit, form.checks))
            p {
                button.primary type="submit" name="_step" value="preview" { (visit.say(w::PREVIEW)) } " "
                // What a clerk may give is recorded without a preview too: every rule holds all the same.
                @if form.spec.givers == Givers::Township { button type="submit" name="_step" value="record" { (visit.say(w::RECORD_AT_ONCE)) } " " }
                button type="submit" name="_step" value="more" { (visit.say(w::MORE_ROWS)) }
            }
        }
        @if !form.spec.is_of_accounts() { (sheet::upload(visit, form.spec.name)) }
    }
}

/// What was refused: the rule, what was found and what is allowed, and where the rule comes from.
fn refused(form: &Form<'_>, refusal: &Refusal) -> Markup {
    let visit = form.visit;
    let rules = refusal.rule.iter().map(|(rule, _)| rule.as_str());
    let rules: Vec<_> = rules.chain(refusal.others.iter().map(|other| other.rule.as_str())).collect();
    html! {
        div.notice role="alert" tabindex="-1" data-focus="" {
            p { strong { (visit.say(w::REFUSED)) } }
            p { (to_field(pointed_at(form, refusal).as_deref(), visit.language.pick(&refusal.detail.0, &refusal.detail.1))) }
            @if let Some((rule, source)) = &refusal.rule { p { (visit.say(w::CITATION)) " " (cited(visit, rule, source)) } }
            @if let Some((found, allowed)) = &refusal.figures { p { (visit.say(w::FOUND)) " " strong { (found) } " · " (visit.say(w::ALLOWED)) " " strong { (allowed) } } }
            @if !refusal.others.is_empty() {
                p { (visit.say(w::ALSO_REFUSED)) }
                ul.values {
                    @for other in &refusal.others {
                        li { (to_field(shown_at(form, &other.rule), visit.language.pick(&other.detail, &other.detail_en))) " — " (cited(visit, &other.rule, &other.citation)) }
                    }
                }
            }
            @if refusal.is_overridable { p { (visit.say(w::OVERRIDE_HINT)) } }
            @if !refusal.errors.is_empty() {
                ul.values { @for error in &refusal.errors { li { (to_field(Some(&error.pointer), visit.language.pick(&error.detail, &error.detail_en))) } } }
            }
            @if !rules.is_empty() { details { summary { (visit.say(w::RULE)) } p { code { (rules.join("、")) } } } }
        }
    }
}

/// A sentence that leads to the field beside which it is said again.
fn to_field(pointer: Option<&str>, said: &str) -> Markup {
    html! {
        @match pointer { Some(pointer) => { a href=(format!("#{}-error", render::id(pointer))) { (said) } }, None => { (said) } }
    }
}

/// What would be recorded, before it is.
pub(crate) struct Preview<'a> {
    /// What it is, as a sentence.
    pub(crate) sentence: Option<&'a str>,
    /// What recording it would bring with it, and whoever confirms it should know.
    pub(crate) cautions: &'a [String],
    /// The events: type and data.
    pub(crate) events: &'a [(&'static str, Value)],
    /// The figures that a policy would change; nothing for another command.
    pub(crate) changes: Option<&'a [FigureChange]>,
    /// The warnings that were set aside, and the reminders.
    pub(crate) warnings: &'a [Warning],
    /// The request as it was filled in.
    pub(crate) request: &'a Value,
    /// What was posted.
    pub(crate) posted: &'a Posted,
    /// The key of the form.
    pub(crate) key: &'a str,
    /// Scans that came with the form.
    pub(crate) scans: &'a [ScanNote],
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
}

/// A scan that came with a form and was stored.
pub(crate) struct ScanNote {
    /// What it is.
    pub(crate) kind: &'static str,
    /// How long it is.
    pub(crate) bytes: usize,
    /// Its hash.
    pub(crate) hash: String,
    /// Whether the browser had computed the same.
    pub(crate) agrees: bool,
}

/// The page of a preview.
pub(crate) fn preview(visit: &Visit, preview: &Preview<'_>) -> Markup {
    let mut head = preview.request.clone();
    if let Some(fields) = head.as_object_mut() {
        fields.remove("data");
    }
    html! {
        @if let Some(sentence) = preview.sentence { p.sentence { strong { (sentence) } } }
        p.notice.past role="status" { (visit.say(w::PREVIEW_NOTE)) }
        @if !preview.cautions.is_empty() {
            div.notice.caution { ul.values { @for caution in preview.cautions { li { (caution) } } } }
        }
        @for scan in preview.scans {
            p.done role="status" {
                (visit.say(w::SCAN_STORED)) "（" (scan.kind) "，" (scan.bytes) " B）"
                (visit.say(if scan.agrees { w::SCAN_AGREES } else { w::SCAN_BY_SERVICE })) "：" code { (scan.hash) }
            }
        }
        @if let Some(found) = preview.changes { (changes(visit, found)) }
        h2 { (visit.say(w::PREVIEW_TITLE)) }
        (said_fields(visit, "", &head, preview.names))
        ol.values {
            @for (kind, data) in preview.events {
                li { strong { (event(visit.language, kind)) } (said_fields(visit, "", data, preview.names)) }
            }
        }
        @if !preview.warnings.is_empty() { h2 { (visit.say(w::WARNINGS)) } (warnings(visit, preview.warnings)) }
        form method="post" action=(visit.here(&[])) data-records="" {
            (form_token(visit))
            input type="hidden" name="_key" value=(preview.key);
            @for (pointer, value) in preview.posted { input type="hidden" name=(pointer) value=(value); }
            p {
                button.primary type="submit" name="_step" value="record" { (visit.say(w::RECORD)) } " "
                button type="submit" name="_step" value="edit" { (visit.say(w::EDIT)) }
            }
            @if preview.changes.is_some() { (rehearsal::asks(visit)) }
        }
    }
}

/// The fields of a command's form.
pub(crate) fn fields_of(command: &str) -> Option<Vec<Field>> {
    service::command_schemas::request_schema(command).map(|schema| schema::fields(&schema))
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use labels::fields::field;
    use service::command_schemas::{example, names};

    use super::*;
    use crate::pages::forms::schema::Shape;

    /// Every field of every command can be filled in, and what is filled in is the request again.
    #[test]
    fn the_example_of_every_command_goes_through_its_form_and_comes_out_the_same() {
        for name in names() {
            let fields = fields_of(name).unwrap();
            let mut request = example(name).unwrap();
            // The server gives identities; a form does not ask for them.
            if let Some(data) = request["data"].as_object_mut() {
                data.remove("id");
            }
            let posted = values::posted_of(&fields, &request);
            let again = values::read_request(&fields, &posted);
            assert_eq!(again.refused, [], "{name}: {posted:?}");
            assert_eq!(again.request, values::without_empty(&request), "{name}: {posted:?}");
        }
    }
    /// Every field of every form is called something in Chinese.
    #[test]
    fn every_field_has_a_label_in_both_languages() {
        fn check(command: &str, own: &Field) {
            let label = field(Language::Zh, &own.owner, &own.name);
            assert_ne!(label, own.name.replace('_', " "), "{command}: {}.{}", own.owner, own.name);
            match &own.shape {
                Shape::Group(inner) => inner.iter().for_each(|inner| check(command, inner)),
                Shape::Rows(item) | Shape::Map(item) => check(command, item),
                _ => {}
            }
        }
        for command in names() {
            let fields = fields_of(command).unwrap();
            fields.iter().filter(|own| own.name != "data").for_each(|own| check(command, own));
            let Some(Shape::Group(data)) = fields.iter().find(|own| own.name == "data").map(|own| &own.shape)
            else {
                panic!("{command} has no data")
            };
            data.iter().for_each(|own| check(command, own));
        }
    }
}
