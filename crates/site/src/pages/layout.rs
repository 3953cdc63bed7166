//! The frame of every page: head, header with scope and date control, notices, footer.

use api::auth::{Principal, READERS};
use domain::CommandKind;
use domain::account::Role;
use domain::place::Level;
use domain::say::{Language, Say};
use labels as w;
use labels::terms::term;
use maud::{DOCTYPE, Markup, html};

use super::assets::{Asset, SCRIPT, STYLE};
use super::find;
use super::visit::{Notices, Visit};

/// A whole page.
pub(crate) fn document(visit: &Visit, title: &str, main: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(html_language(visit.language)) {
            head { (head(visit, title, &[&STYLE])) }
            body.projector[visit.is_projected()] {
                a.skip href="#main" { (visit.say(w::SKIP)) }
                (header(visit))
                main #main data-live=[live(visit)] data-scope=[visit.principal.as_ref().map(|own| own.scope.as_str())] {
                    (notices(visit))
                    (just_recorded(visit))
                    @if visit.trail.len() > 1 { (trail(visit)) }
                    h1 { (title) }
                    (main)
                }
                (footer(visit))
            }
        }
    };
    page.into_string()
}

/// What the head of every page holds. Browsers of two engines are told to take the newer one.
pub(crate) fn head(visit: &Visit, title: &str, styles: &[&Asset]) -> Markup {
    html! {
        meta charset="utf-8";
        meta http-equiv="X-UA-Compatible" content="IE=edge";
        meta name="renderer" content="webkit";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) " · " (visit.say(w::SHORT)) }
        @for style in styles { link rel="stylesheet" href=(style.address()); }
        @if let Some(sheet) = visit.sheet { link rel="stylesheet" media="print" href=(sheet.address()); }
        script src=(SCRIPT.address()) defer {}
    }
}

/// Where live updates begin: on a page of the present only.
fn live(visit: &Visit) -> Option<u64> {
    (visit.position > 0 && visit.principal.is_some() && !visit.is_past()).then_some(visit.position)
}

fn header(visit: &Visit) -> Markup {
    let other = visit.language.pick(Language::En, Language::Zh);
    html! {
        header.top {
            div.brand { a href=(visit.link("/")) { (visit.say(w::PRODUCT)) } @if !visit.scope_name.is_empty() { " · " (visit.scope_name) } }
            nav aria-label=(visit.say(w::PRODUCT)) {
                ul {
                    @if let Some(principal) = &visit.principal {
                        @for (path, words) in navigation(principal) {
                            li { a href=(visit.link(&path)) aria-current=[(path == visit.path).then_some("page")] { (visit.say(words)) } }
                        }
                    }
                    li { a href=(visit.here(&[("lang", other.code())])) hreflang=(html_language(other)) lang=(html_language(other)) { (visit.say(w::OTHER_LANGUAGE)) } }
                }
            }
            @if let Some(principal) = &visit.principal {
                div.who {
                    span { (who(visit, principal)) }
                    form method="post" action="/sign-out" { (form_token(visit)) button.plain type="submit" { (visit.say(w::SIGN_OUT)) } }
                }
                @if principal.require_role(READERS).is_ok() { (find::field(visit)) (date_control(visit)) }
            }
        }
    }
}

/// Where the page lies: 广元市 / 昭化区 / 白果乡.
fn trail(visit: &Visit) -> Markup {
    html! {
        nav.trail.screen aria-label=(visit.say(w::TRAIL)) {
            ol {
                @for (at, (name, link)) in visit.trail.iter().enumerate() {
                    li aria-current=[(at + 1 == visit.trail.len()).then_some("page")] {
                        @match link { Some(link) => { a href=(link) { (name) } }, None => { (name) } }
                    }
                }
            }
        }
    }
}

/// After a form was recorded: that it was, where the record is, and the way to the next of its kind.
fn just_recorded(visit: &Visit) -> Markup {
    let position = visit.parameter("recorded").and_then(|position| position.parse::<u64>().ok());
    let done = visit.parameter("did").and_then(CommandKind::named_over_http).map(CommandKind::spec);
    html! {
        @if let Some(position) = position {
            p.done role="status" data-clear-draft="" {
                strong { (visit.say(w::RECORDED_NOW)) }
                @if let Some(spec) = done { " " (visit.say(&spec.title)) }
                " · " a href=(visit.link(&format!("/events/{position}"))) { (visit.say(w::OPEN_RECORD)) }
                @if let Some(spec) = done { " · " a href=(format!("/work/{}", spec.name)) { (visit.say(w::ANOTHER)) } }
                @if visit.notices.begins { " · " a href=(visit.link("/start")) { (visit.say(w::BACK_TO_START)) } }
                " · " a href=(visit.link("/")) { (visit.say(w::BACK_TO_DUE)) }
            }
        }
    }
}

/// The hidden field that says the form is of this session.
pub(crate) fn form_token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="_token" value=(visit.form_token); }
}

/// The value of `lang` in HTML.
pub(crate) fn html_language(language: Language) -> &'static str {
    language.pick("zh-CN", "en")
}

/// The pages of a role and scope.
fn navigation(principal: &Principal) -> Vec<(String, &'static Say)> {
    let scope = &principal.scope;
    let own = ("/my-sign-in".to_owned(), w::MY_SIGN_IN);
    if principal.role == Role::SecurityAdmin {
        return vec![("/accounts".to_owned(), w::ACCOUNTS), ("/work".to_owned(), w::WORK), own];
    }
    if principal.require_role(READERS).is_err() {
        return vec![own];
    }
    let mut entries = vec![("/".to_owned(), w::HOME)];
    match scope.level() {
        Level::City => {}
        Level::County => entries.push((format!("/counties/{scope}/register"), w::REGISTER)),
        Level::Township | Level::Village => entries.push((format!("/townships/{scope}"), w::LEDGER)),
    }
    entries.push(("/obligations".to_owned(), w::OBLIGATIONS));
    entries.push(("/lists".to_owned(), w::LISTS));
    if principal.acts() && principal.role != Role::Auditor {
        entries.push(("/work".to_owned(), w::WORK));
    }
    entries.push(("/rules".to_owned(), w::policy::RULES));
    entries.push(("/log".to_owned(), w::LOG));
    entries.push(("/compare".to_owned(), w::COMPARE));
    if principal.role == Role::Auditor {
        entries.push(("/accesses".to_owned(), w::accesses::ACCESSES));
    }
    entries.extend(principal.account.is_some().then_some(own));
    entries
}

/// Who looks: by name where it is known, then in which office.
fn who(visit: &Visit, principal: &Principal) -> String {
    let place = Some(visit.scope_name.as_str()).filter(|name| !name.is_empty());
    let place = place.unwrap_or(principal.scope.as_str());
    let role = term(visit.language, "Role", principal.role.as_str());
    let holder = visit.holder.as_deref().map(|name| format!("{name} · ")).unwrap_or_default();
    format!("{holder}{place} {role}")
}

/// A plain GET form, so that the day stays in the address.
fn date_control(visit: &Visit) -> Markup {
    let value = |name: &str| visit.parameter(name).unwrap_or_default();
    let kept = visit
        .parameters
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "as_of" | "known_at" | "at" | "page"));
    html! {
        details.dates open[visit.is_past()] {
            summary { (visit.say(w::LOOK_BACK)) }
            form method="get" action=(visit.path) {
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                label { (visit.say(w::AS_OF)) " " input type="date" name="as_of" value=(value("as_of")); }
                label { (visit.say(w::KNOWN_AT)) " " input type="date" name="known_at" value=(value("known_at").get(..10).unwrap_or_default()); }
                button type="submit" { (visit.say(w::SHOW)) }
                @if visit.is_past() { " " a href=(visit.here(&[("as_of", ""), ("known_at", ""), ("at", ""), ("page", "")])) { (visit.say(w::TODAY)) } }
            }
        }
    }
}

fn notices(visit: &Visit) -> Markup {
    let Notices { conditions, simulated, .. } = &visit.notices;
    html! {
        @for raised in conditions {
            p.notice role="alert" { strong { (raised.say().zh) } br; span lang="en" { (sentence(&raised.say().en)) } }
        }
        @if *simulated {
            p.notice.simulated role="note" { strong { (w::SIMULATED.zh) } " " span lang="en" { (w::SIMULATED.en) } }
        }
        @if !visit.roles.is_empty() { (role_switch(visit)) }
        @if visit.is_past() && visit.on.is_some() { p.notice.past role="note" { (visit.say(past_notice(visit))) " " (past(visit)) } }
    }
}

/// What is said of a day that is not today.
pub(crate) fn past_notice(visit: &Visit) -> &'static Say {
    if visit.is_ahead { w::FUTURE_NOTICE } else { w::PAST_NOTICE }
}

/// On a demonstration: who else the visitor may be.
fn role_switch(visit: &Visit) -> Markup {
    html! {
        form.roles.screen method="post" action="/demo-role" {
            (form_token(visit))
            span { (visit.say(w::OTHER_ROLE)) }
            @for role in &visit.roles {
                " " button.plain type="submit" name="role" value=(role.number) aria-current=[role.is_current.then_some("true")] disabled[role.is_current] { (visit.say(&role.name)) }
            }
        }
    }
}

/// A clause as a sentence of its own.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// What every page and paper says until a witness has signed.
pub(crate) fn not_witnessed(visit: &Visit) -> &str {
    visit.say(w::NOT_COSIGNED)
}

fn past(visit: &Visit) -> String {
    let said = [("as_of", w::AS_OF), ("known_at", w::KNOWN_AT), ("at", w::POSITION)];
    let said = said
        .iter()
        .filter_map(|(name, words)| Some(format!("{} {}", visit.say(words), visit.parameter(name)?)));
    said.collect::<Vec<_>>().join(visit.language.pick("；", "; "))
}

fn footer(visit: &Visit) -> Markup {
    html! {
        footer {
            @if let (Some(on), true) = (visit.on, visit.position > 0) {
                p {
                    @match visit.language {
                        Language::Zh => { "截至 " time datetime=(on) { (on) } "，依据日志第 1 至 " (visit.position) " 条记录。" },
                        Language::En => { "As of " time datetime=(on) { (on) } ", from the events 1 to " (visit.position) " of the log." },
                    }
                    @if visit.notices.not_witnessed { " " (not_witnessed(visit)) "（" a href="/check" { (visit.say(w::HOW_CHECKED)) } "）" }
                }
            }
            p.screen {
                @if visit.is_projected() { a href=(visit.here(&[("view", "")])) { (visit.say(w::ORDINARY_VIEW)) } }
                @else { a href=(visit.here(&[("view", "projector")])) { (visit.say(w::PROJECTOR)) } }
                " · " (visit.say(w::PRINT_HINT))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Say;
    use service::condition::{Condition, Raised};

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn what_is_wrong_with_the_log_stands_on_every_page_in_both_languages() {
        let mut visit = visit(Language::Zh, &[]);
        let raised = |condition, detail| Raised { condition, detail: Some(detail) };
        visit.notices.conditions = vec![
            raised(Condition::LogUnreachable, Say::of("自 2026-11-25", "since 2026-11-25")),
            raised(Condition::UnsafeSettings, Say::same("sync_interval=120s (n1)")),
        ];
        visit.notices.simulated = true;
        let page = document(&visit, "题", &html! {});
        for words in [
            "日志服务器没有应答，所示为此前的情况，暂不能录入（自 2026-11-25）。",
            "The log does not answer",
            "(since 2026-11-25).",
            "acknowledged events may be lost (sync_interval=120s (n1)).",
            "模拟数据",
            "Simulated data",
        ] {
            assert!(page.contains(words), "{words}");
        }
        visit.notices = Notices::default();
        assert!(!document(&visit, "题", &html! {}).contains("role=\"alert\""));
    }

    #[test]
    fn no_page_has_scripts_or_styles_of_its_own_and_nothing_becomes_markup() {
        let visit = visit(Language::En, &[("q", "\"><script>alert(1)</script>")]);
        let page = document(&visit, "<b>", &html! {});
        assert!(!page.contains("<b>") && !page.contains("<script>") && !page.contains("style="));
        assert!(page.contains("<html lang=\"en\">") && page.contains("<main id=\"main\""));
    }

    #[test]
    fn only_a_page_that_shows_a_past_says_so() {
        let mut visit = visit(Language::En, &[("as_of", "2019-06-30")]);
        assert!(document(&visit, "x", &html! {}).contains("You are looking at the past"));
        // Of a day that is none nothing is shown.
        (visit.on, visit.position) = (None, 0);
        assert!(!document(&visit, "x", &html! {}).contains("You are looking at the past"));
    }

    #[test]
    fn a_page_of_the_past_does_not_follow_the_present() {
        assert!(document(&visit(Language::En, &[]), "x", &html! {}).contains("data-live=\"7\""));
        assert!(
            !document(&visit(Language::En, &[("as_of", "2019-06-30")]), "x", &html! {}).contains("data-live")
        );
    }
}
