//! The pages for whoever has not signed in, or cannot see what was asked for.

use labels as w;
use maud::{Markup, html};

use super::visit::Visit;

/// The form for a token, which leads on to a page of ours.
pub(crate) fn form(visit: &Visit, target: &str, refused: Option<&str>) -> Markup {
    html! {
        @if let Some(refused) = refused { p.notice role="alert" { (refused) } }
        form.sheet method="post" action="/sign-in" {
            input type="hidden" name="to" value=(target);
            div.field {
                label for="token" { (visit.say(w::TOKEN)) }
                input #token type="password" name="token" autocomplete="off" required aria-describedby="token-hint";
                p.note #token-hint { (visit.say(w::TOKEN_HINT)) }
            }
            div.field {
                label for="code" { (visit.say(w::ONE_TIME_PASSWORD)) }
                input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="code-hint";
                p.note #code-hint { (visit.say(w::ONE_TIME_HINT)) }
            }
            button.primary type="submit" { (visit.say(w::SIGN_IN)) }
        }
        p { (visit.say(w::SIGN_IN_LINK)) }
    }
}

/// Something that cannot be shown, with why.
pub(crate) fn note(visit: &Visit, said: &str) -> Markup {
    html! {
        p role="alert" { (said) }
        p { a href="/" { (visit.say(w::BACK_HOME)) } }
    }
}
