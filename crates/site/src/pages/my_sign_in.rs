//! The page of the own sign-in: which account, until when, and its second factor.

use domain::account::Account;
use labels as w;
use labels::terms::term;
use maud::{Markup, html};
use service::second_factor::Secret;

use super::layout::form_token;
use super::qr::picture;
use super::visit::Visit;

/// How far the second factor is set up.
pub(crate) enum Setup<'a> {
    /// It is on.
    On,
    /// It is off.
    Off,
    /// A secret was made just now: it is shown once.
    Begun(&'a Secret),
    /// A password of the secret was not taken.
    Refused(&'a str),
}

/// The page; the scope by the name of its place.
pub(crate) fn page(
    visit: &Visit,
    (account, scope): (&Account, &str),
    setup: &Setup<'_>,
    is_needed: bool,
) -> Markup {
    let expires_on =
        account.expires_on.map_or_else(|| visit.say(w::NEVER_ENDS).to_owned(), |day| day.to_string());
    html! {
        @if is_needed { p.notice role="alert" { (visit.say(w::SECOND_FACTOR_NEEDED)) } }
        dl {
            dt { (visit.say(w::ROLE)) } dd { (term(visit.language, "Role", account.role.as_str())) }
            dt { (visit.say(w::SCOPE_OF)) } dd { (scope) }
            dt { (visit.say(w::VALID_UNTIL)) } dd { (expires_on) }
            dt { (visit.say(w::ACCOUNT_ID)) } dd { code { (account.id) } }
        }
        section {
            h2 { (visit.say(w::SECOND_FACTOR)) }
            @match setup {
                Setup::On => p { (visit.say(w::SECOND_FACTOR_ON)) },
                Setup::Off => { p { (visit.say(w::SECOND_FACTOR_OFF)) } (begin(visit)) },
                Setup::Begun(secret) => { (shown(visit, account, secret)) (confirm(visit)) },
                Setup::Refused(said) => { p.notice role="alert" { (said) } (confirm(visit)) (begin(visit)) },
            }
        }
    }
}

fn begin(visit: &Visit) -> Markup {
    html! {
        form method="post" action="/my-sign-in" {
            (form_token(visit))
            button.primary type="submit" name="_step" value="begin" { (visit.say(w::BEGIN_SECOND_FACTOR)) }
        }
    }
}

fn shown(visit: &Visit, account: &Account, secret: &Secret) -> Markup {
    let address = secret.address(&account.id.to_string());
    html! {
        @if let Some(picture) = picture(&address, visit.say(w::SECRET_PICTURE)) { (picture) }
        p { (visit.say(w::SECRET_KEY)) ": " code.secret { (secret.reveal()) } }
        p { (visit.say(w::SECRET_ADDRESS)) ": " code.secret { (address) } }
    }
}

fn confirm(visit: &Visit) -> Markup {
    html! {
        form.sheet method="post" action="/my-sign-in" {
            (form_token(visit))
            div.field {
                label for="code" { (visit.say(w::ONE_TIME_PASSWORD)) }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" required;
            }
            button.primary type="submit" name="_step" value="confirm" { (visit.say(w::CONFIRM_SECOND_FACTOR)) }
        }
    }
}
