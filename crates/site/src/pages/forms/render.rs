//! The fields of a form as HTML: labels, pickers, rows, and what was refused beside its field.

use api::problem::Refusal;
use domain::date::Date;
use domain::spec::Spec;
use labels as w;
use labels::fields::field as label_of;
use labels::terms::term;
use maud::{Markup, html};

use super::checks::Check;
use super::choice;
use super::rules::pointers;
use super::schema::{Field, NOT_ON_FILE, Shape};
use super::subject::{Subject, is_said_by_subject, line, subject_at};
use super::values::{KEY, MAX_ROWS, Posted};
use crate::pages::event::cited;
use crate::pages::rules::{PresentFigures, by_group, heading};
use crate::pages::visit::Visit;

/// What the name of a part begins with that carries a scan; the pointer of the hash follows.
pub(crate) const SCAN_PART: &str = "scan:";

/// A value that can be picked, with what people call it.
pub(crate) type Pick = (String, String);

/// What can be picked for a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Picks {
    /// One of these and nothing else.
    Only(Vec<Pick>),
    /// These are usual; others may be written.
    Usual(Vec<Pick>),
}

/// A form as it is drawn.
pub(crate) struct Form<'a> {
    /// Who fills it in.
    pub(crate) visit: &'a Visit,
    /// What the command says of itself.
    pub(crate) spec: &'static Spec,
    /// Its fields.
    pub(crate) fields: &'a [Field],
    /// What is filled in.
    pub(crate) values: &'a Posted,
    /// How many empty rows a list has besides.
    pub(crate) extra_rows: usize,
    /// The idempotency key: one a form, so that a second click changes nothing.
    pub(crate) key: &'a str,
    /// Whether nothing was posted yet.
    pub(crate) is_fresh: bool,
    /// What the address says that it is about.
    pub(crate) subject: Option<&'a Subject>,
    /// The effective date as it was filled in before anybody has, while it follows the document; else empty.
    pub(crate) left_day: &'a str,
    /// The day to which it has just followed.
    pub(crate) followed: Option<Date>,
    /// How the rules stand.
    pub(crate) checks: &'a [Check],
    /// The figures in force, for a form that sets figures.
    pub(crate) figures: Option<&'a PresentFigures>,
    /// What was refused.
    pub(crate) refusal: Option<&'a Refusal>,
    /// What can be picked for a field.
    pub(crate) picks: &'a dyn Fn(&Field) -> Option<Picks>,
    /// Fields whose value must not stay in the browser.
    pub(crate) erasable: &'a [String],
}

/// Fields under a pointer.
pub(crate) fn fields(form: &Form<'_>, fields: &[&Field], at: &str) -> Markup {
    html! { @for own in fields { (field(form, own, &format!("{at}/{}", own.name))) } }
}

/// The fields of `data`: what it is about, the choices with what depends on them, the rest.
fn data(form: &Form<'_>, own: &[Field], at: &str) -> Markup {
    html! {
        @for inner in choice::arranged(form, own) {
            @let at = format!("{at}/{}", inner.name);
            @if let Some(subject) = subject_at(form, &at) {
                (errors(form, &at))
                (line(form, subject, &label_of(form.visit.language, &inner.owner, &inner.name), &at))
            } @else if let Some(answers) = choice::answers(form, inner) {
                (choice::draw(form, (inner, &at), &answers, own))
            } @else if !is_said_by_subject(form, inner) || form.values.contains_key(&at) || says_something(form, &at) {
                (field(form, inner, &at))
            }
        }
    }
}

pub(crate) fn field(form: &Form<'_>, own: &Field, at: &str) -> Markup {
    match &own.shape {
        // The outermost object is the form itself.
        Shape::Group(inner) if at == "/data" => data(form, inner, at),
        Shape::Group(inner) if is_part_needed(form, at) == Some(false) => html! {
            details.part open[form.values.keys().any(|pointer| pointer.starts_with(at)) || says_something(form, at)] {
                summary { (legend(form, own, at)) }
                (errors(form, at)) (fields(form, &inner.iter().collect::<Vec<_>>(), at))
            }
        },
        Shape::Group(inner) if form.figures.is_some() && own.name == "figures" => html! {
            fieldset { legend { (legend(form, own, at)) } (errors(form, at)) (figures(form, inner, at)) }
        },
        Shape::Json if form.figures.is_some() => html! {
            details.part open[form.values.contains_key(at) || says_something(form, at)] {
                summary { (legend(form, own, at)) }
                (errors(form, at))
                label.hidden for=(id(at)) { (legend(form, own, at)) }
                (input(form, own, at))
            }
        },
        Shape::Group(inner) => html! {
            fieldset { legend { (legend(form, own, at)) } (errors(form, at)) (fields(form, &inner.iter().collect::<Vec<_>>(), at)) }
        },
        Shape::Rows(item) | Shape::Map(item) => rows(form, own, item, at),
        Shape::OnFile(value) => html! {
            fieldset {
                legend { (legend(form, own, at)) }
                (errors(form, at))
                (value_field(form, value, at))
                @let reason = format!("{at}/{NOT_ON_FILE}");
                div.field {
                    label for=(id(&reason)) { small { (form.visit.say(w::NOT_ON_FILE_WHY)) } }
                    (picked(form, &reason, None, false))
                }
            }
        },
        _ => html! {
            div.field {
                label for=(id(at)) { (legend(form, own, at)) }
                (errors(form, at))
                (input(form, own, at))
            }
        },
    }
}

/// Figures under their headings, folded where nothing is said of them, each with what it is now.
fn figures(form: &Form<'_>, own: &[Field], at: &str) -> Markup {
    let Some(present) = form.figures else { return html! {} };
    let groups = by_group(own.iter().map(|field| (present.group(&field.name), field)));
    let pointer = |field: &Field| format!("{at}/{}", field.name);
    let is_open =
        |field: &&Field| form.values.contains_key(&pointer(field)) || says_something(form, &pointer(field));
    html! {
        @for (group, own) in &groups {
            details.part open[own.iter().any(is_open)] {
                summary { (heading(form.visit, *group)) }
                @for field in own {
                    div.field {
                        label for=(id(&pointer(field))) { (label_of(form.visit.language, &field.owner, &field.name)) }
                        (errors(form, &pointer(field)))
                        (input(form, field, &pointer(field)))
                        p.note { (present.words(form.visit, &field.name)) }
                    }
                }
            }
        }
    }
}

/// The value of what may not be on file: the fields of an object, the rows of a list, or one input.
fn value_field(form: &Form<'_>, value: &Field, at: &str) -> Markup {
    match &value.shape {
        Shape::Group(inner) => fields(form, &inner.iter().collect::<Vec<_>>(), at),
        Shape::Rows(item) | Shape::Map(item) => rows(form, value, item, at),
        _ => {
            html! { div.field { label.hidden for=(id(at)) { (legend(form, value, at)) } (input(form, value, at)) } }
        }
    }
}

/// Whether the command rests on a part of the request; nothing for what is no such part.
fn is_part_needed(form: &Form<'_>, at: &str) -> Option<bool> {
    match at {
        "/document" => Some(form.spec.needs_document()),
        "/decided_by" => Some(form.spec.needs_meeting()),
        _ => None,
    }
}

/// Whether something is said of the part or of a field in it.
pub(crate) fn says_something(form: &Form<'_>, at: &str) -> bool {
    let Some(refusal) = form.refusal else { return false };
    let rule = pointed_at(form, refusal);
    let others = refusal.others.iter().filter_map(|other| shown_at(form, &other.rule));
    let errors = refusal.errors.iter().map(|error| error.pointer.as_str());
    errors.chain(rule.as_deref()).chain(others).any(|pointer| pointer.starts_with(at))
}

/// What the schema leaves open for requests of earlier days, and the rules ask for.
const NEEDED: [(&str, &str); 1] = [("RecordFunding", "village")];

pub(crate) fn legend(form: &Form<'_>, own: &Field, at: &str) -> Markup {
    let visit = form.visit;
    let part = is_part_needed(form, at);
    let is_needed = part.unwrap_or(
        own.is_required
            || NEEDED.contains(&(own.owner.as_str(), own.name.as_str()))
            || (at.starts_with("/data/")
                && at.matches('/').count() == 2
                && choice::is_needed(form.spec, own)),
    );
    html! {
        (label_of(visit.language, &own.owner, &own.name))
        @if !is_needed { " " small { "（" (visit.say(w::OPTIONAL)) "）" } }
        @else if part.is_some() { " " small { "（" (visit.say(w::NEEDED)) "）" } }
    }
}

fn rows(form: &Form<'_>, own: &Field, item: &Field, at: &str) -> Markup {
    let prefix = format!("{at}/");
    let used = form
        .values
        .keys()
        .filter_map(|pointer| pointer.strip_prefix(&prefix)?.split('/').next()?.parse::<usize>().ok());
    let used = used.max().map_or(0, |last| last + 1);
    let free = if own.is_required && used == 0 { 2 } else { 1 };
    let count = (used + free + form.extra_rows).min(MAX_ROWS);
    html! {
        fieldset {
            legend { (legend(form, own, at)) }
            (errors(form, at))
            @for row in 0..count { (one_row(form, own, item, &format!("{at}/{row}"), row)) }
        }
    }
}

fn one_row(form: &Form<'_>, own: &Field, item: &Field, at: &str, row: usize) -> Markup {
    let visit = form.visit;
    let name = format!("{} {}", label_of(visit.language, &own.owner, &own.name), row + 1);
    html! {
        @if matches!(own.shape, Shape::Map(_)) {
            div.entry {
                div.field {
                    @let key = format!("{at}/{KEY}");
                    label for=(id(&key)) { (name) " · " (visit.say(w::KEY_LABEL)) }
                    (errors(form, &key))
                    (picked(form, &key, (form.picks)(own).as_ref(), false))
                }
                (inner(form, item, at, &name))
            }
        } @else { (inner(form, item, at, &name)) }
    }
}

/// A row: an object's fields, or one input that the row's number names.
fn inner(form: &Form<'_>, item: &Field, at: &str, name: &str) -> Markup {
    match &item.shape {
        Shape::Group(own) => {
            let own: Vec<_> = own.iter().collect();
            html! { div.entry role="group" aria-label=(name) { p.note { (name) } (fields(form, &own, at)) } }
        }
        _ => html! {
            div.field { label.hidden for=(id(at)) { (name) } (errors(form, at)) (input(form, item, at)) }
        },
    }
}

/// The id of an input: its pointer, as HTML and stylesheets like it.
pub(crate) fn id(pointer: &str) -> String {
    format!("field{}", pointer.replace('/', "-"))
}

fn input(form: &Form<'_>, own: &Field, at: &str) -> Markup {
    let value = form.values.get(at).map_or("", String::as_str);
    let is_refused = !refused_at(form, at).is_empty();
    let class = is_refused.then_some("refused");
    let described = is_refused.then(|| format!("{}-error", id(at)));
    let is_private = form.erasable.iter().any(|pointer| at.strip_prefix("/data") == Some(pointer));
    let visit = form.visit;
    if let Some(picks) = (form.picks)(own) {
        return picked(form, at, Some(&picks), is_refused);
    }
    match &own.shape {
        Shape::Choice(_) => picked(form, at, offered(form, own).map(Picks::Only).as_ref(), is_refused),
        Shape::YesNo => {
            let list = vec![
                ("true".to_owned(), visit.say(w::YES).to_owned()),
                ("false".to_owned(), visit.say(w::NO).to_owned()),
            ];
            picked(form, at, Some(&Picks::Only(list)), is_refused)
        }
        Shape::Date => {
            html! { input id=(id(at)) name=(at) type="date" value=(value) placeholder="2026-01-31" class=[class] aria-describedby=[described]; }
        }
        Shape::Whole | Shape::Yuan => {
            html! { input id=(id(at)) name=(at) type="text" inputmode=(if own.shape == Shape::Yuan { "decimal" } else { "numeric" }) value=(value) class=[class] aria-describedby=[described] data-private[is_private]; }
        }
        Shape::Json => {
            html! { textarea id=(id(at)) name=(at) rows="4" class=[class] aria-describedby=[described] { (value) } }
        }
        _ if own.type_name == "DocumentNumber" => html! {
            input id=(id(at)) name=(at) type="text" value=(value) class=[class] aria-describedby=(format!("{}-help", id(at)));
            p.note id=(format!("{}-help", id(at))) { (visit.say(w::DOCUMENT_HELP)) }
            (number_helper(visit, at))
        },
        _ if own.type_name == "Sha256Hex" => html! {
            input id=(id(at)) name=(at) type="text" value=(value) class=[class] aria-describedby=[described] spellcheck="false";
            label.scan {
                span.note { (visit.say(w::SCAN_FILE)) } " "
                input type="file" name=(format!("{SCAN_PART}{at}")) accept=".pdf,.jpg,.jpeg,.png,.ofd" data-hash-for=(id(at)) data-private;
            }
            p.note data-hash-shown=(id(at)) data-words=(visit.say(w::SCAN_COMPUTED)) role="status" {}
        },
        _ if is_long(own) => {
            html! { textarea id=(id(at)) name=(at) rows="2" class=[class] aria-describedby=[described] data-private[is_private] { (value) } }
        }
        _ => {
            html! { input id=(id(at)) name=(at) type="text" value=(value) class=[class] aria-describedby=[described] data-private[is_private]; }
        }
    }
}

/// What can be chosen for a field, and nothing else; nothing where it is written.
pub(crate) fn offered(form: &Form<'_>, own: &Field) -> Option<Vec<Pick>> {
    match ((form.picks)(own), &own.shape) {
        (Some(Picks::Only(list)), _) => Some(list),
        (None, Shape::Choice(codes)) => {
            let words = |code: &String| (code.clone(), term(form.visit.language, &own.type_name, code));
            Some(codes.iter().map(words).collect())
        }
        _ => None,
    }
}

/// Texts that are sentences rather than names.
fn is_long(own: &Field) -> bool {
    let long = [
        "geography",
        "industry",
        "governance",
        "reason",
        "findings",
        "items",
        "content",
        "matter",
        "answer",
        "purpose",
        "mode_reason",
    ];
    own.type_name == "Text" && long.contains(&own.name.as_str())
}

/// Three small fields that make a document number; only with scripts, which put them together.
fn number_helper(visit: &Visit, at: &str) -> Markup {
    html! {
        div.helper data-for=(id(at)) hidden {
            label { (visit.say(w::DOCUMENT_PREFIX)) " " input type="text" data-private; } " "
            label { (visit.say(w::DOCUMENT_YEAR)) " " input type="text" inputmode="numeric" data-private; } " "
            label { (visit.say(w::DOCUMENT_SERIAL)) " " input type="text" inputmode="numeric" data-private; }
        }
    }
}

fn picked(form: &Form<'_>, at: &str, picks: Option<&Picks>, is_refused: bool) -> Markup {
    let value = form.values.get(at).map_or("", String::as_str);
    let class = is_refused.then_some("refused");
    let described = is_refused.then(|| format!("{}-error", id(at)));
    match picks {
        Some(Picks::Only(list)) => html! {
            select id=(id(at)) name=(at) class=[class] aria-describedby=[described] {
                option value="" { "— " (form.visit.say(w::CHOOSE)) " —" }
                @if !value.is_empty() && !list.iter().any(|(own, _)| own == value) { option value=(value) selected { (value) } }
                @for (own, name) in list { option value=(own) selected[own == value] { (name) } }
            }
        },
        Some(Picks::Usual(list)) => html! {
            input id=(id(at)) name=(at) type="text" value=(value) list=(format!("{}-list", id(at))) class=[class] aria-describedby=[described];
            datalist id=(format!("{}-list", id(at))) { @for (own, name) in list { option value=(own) { (name) } } }
        },
        None => {
            html! { input id=(id(at)) name=(at) type="text" value=(value) class=[class] aria-describedby=[described]; }
        }
    }
}

/// What is said beside a field: what the schema misses there, or the rule that refuses it.
fn refused_at(form: &Form<'_>, at: &str) -> Vec<Markup> {
    let Some(refusal) = form.refusal else { return Vec::new() };
    let language = form.visit.language;
    let of_shape = refusal.errors.iter().filter(|error| error.pointer == at);
    let mut said: Vec<_> =
        of_shape.map(|error| html! { (language.pick(&error.detail, &error.detail_en)) }).collect();
    if let Some((rule, source)) = &refusal.rule
        && pointed_at(form, refusal).as_deref() == Some(at)
    {
        let detail = language.pick(&refusal.detail.0, &refusal.detail.1);
        said.push(html! { (detail) "（" (cited(form.visit, rule, source)) "）" });
    }
    let others = refusal.others.iter().filter(|other| shown_at(form, &other.rule) == Some(at));
    said.extend(others.map(|other| {
        let detail = language.pick(&other.detail, &other.detail_en);
        html! { (detail) "（" (cited(form.visit, &other.rule, &other.citation)) "）" }
    }));
    said
}

/// Beside which field a refusal by a rule is shown: the one that it names, or the one that the rule is mostly about.
pub(crate) fn pointed_at(form: &Form<'_>, refusal: &Refusal) -> Option<String> {
    let (rule, _) = refusal.rule.as_ref()?;
    refusal.pointer.clone().or_else(|| shown_at(form, rule).map(str::to_owned))
}

/// The field of the form that a rule is mostly about.
pub(crate) fn shown_at(form: &Form<'_>, rule: &str) -> Option<&'static str> {
    pointers(rule).find(|pointer| has(form.fields, pointer))
}

/// Whether the form has a field there.
pub(crate) fn has(fields: &[Field], pointer: &str) -> bool {
    let mut parts = pointer.trim_start_matches('/').splitn(2, '/');
    let (name, rest) = (parts.next().unwrap_or_default(), parts.next());
    let found = fields.iter().find(|field| field.name == name);
    match (found.map(|field| &field.shape), rest) {
        (Some(Shape::Group(own)), Some(rest)) => has(own, rest),
        (found, None) => found.is_some(),
        _ => false,
    }
}

pub(crate) fn errors(form: &Form<'_>, at: &str) -> Markup {
    let said = refused_at(form, at);
    html! {
        @if !said.is_empty() { p.error id=(format!("{}-error", id(at))) { @for (at, one) in said.iter().enumerate() { @if at > 0 { "；" } (one) } } }
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::Citation;
    use domain::say::Language;

    use super::*;
    use crate::pages::forms::{fields_of, page};
    use crate::pages::visit::tests::visit;

    fn drawn(command: &str, refusal: Option<&Refusal>) -> String {
        let (fields, values, visit) = (fields_of(command).unwrap(), Posted::new(), visit(Language::Zh, &[]));
        let form = Form {
            visit: &visit,
            spec: domain::CommandKind::named(command).unwrap().spec(),
            fields: &fields,
            values: &values,
            extra_rows: 0,
            key: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            is_fresh: true,
            subject: None,
            checks: &[],
            left_day: "",
            followed: None,
            figures: None,
            refusal,
            picks: &|_| None,
            erasable: domain::CommandBody::erasable_pointers(command),
        };
        page(&form).into_string()
    }

    #[test]
    fn a_rule_is_shown_with_its_source_beside_the_field_that_it_is_about() {
        let source = Citation {
            document: "支部工作条例".into(),
            version: "2018".into(),
            article: "第四条".into(),
            checked_on: Some("2026-11-30".parse().unwrap()),
        };
        let refusal = Refusal {
            detail: ("正式党员共 2 名，至少 3 名".into(), "2 formal members".into()),
            rule: Some(("branch-minimum".into(), source)),
            ..Refusal::default()
        };
        let page = drawn("propose-joint-branch", Some(&refusal));
        assert!(page.contains("<p class=\"error\" id=\"field-data-members-error\">正式党员共 2 名，至少 3 名（<a href=\"/rules#rule-branch-minimum\">支部工作条例 2018 第四条，核对于 2026-11-30</a>）</p>"), "{page}");
    }

    #[test]
    fn a_missing_field_is_said_beside_itself() {
        let errors =
            service::body_schema::check("evaluate-quarter", &serde_json::json!({"data": {}})).unwrap_err();
        let page = drawn("evaluate-quarter", Some(&Refusal { errors, ..Refusal::default() }));
        assert!(page.contains("id=\"field-data-grade-error\">缺少「等次」"), "{page}");
        assert!(!page.contains("/data/grade</"), "a page names fields, not pointers: {page}");
    }

    #[test]
    fn what_the_law_lets_a_person_have_erased_is_kept_in_no_draft() {
        assert!(drawn("assign-secretary", None).contains(
            "name=\"/data/monthly_pay\" type=\"text\" inputmode=\"numeric\" value=\"\" data-private"
        ));
        assert!(
            drawn("register-person", None)
                .contains("name=\"/data/name\" type=\"text\" value=\"\" data-private")
        );
    }
}
