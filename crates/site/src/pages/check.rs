//! The page that checks a receipt in the browser, by a script that asks nobody.

use labels as w;
use maud::{Markup, html};

use super::assets::CHECK_SCRIPT;
use super::visit::Visit;

/// The script of that page: SHA-256, Ed25519, the check and the page around it, as `docs/verify/browser` has them.
pub(crate) const SCRIPT: &str = concat!(
    include_str!("../../../../docs/verify/browser/nacl-fast.min.js"),
    "\n",
    include_str!("../../../../docs/verify/browser/sha256.min.js"),
    "\n",
    include_str!("../../../../docs/verify/browser/receipt.js"),
    "\n",
    include_str!("../../../../docs/verify/browser/figures.js"),
    "\n",
    include_str!("../../../../docs/verify/browser/page.js"),
);

/// The page's matter. `receipt` is that of a record, with its position, or nothing where the reader brings one.
pub(crate) fn page(visit: &Visit, receipt: Option<(u64, &str)>) -> Markup {
    html! {
        p { (visit.say(w::CHECK_INTRODUCTION)) }
        noscript { p.notice { (visit.say(w::CHECK_WITHOUT_SCRIPTS)) } }
        form #check-form data-words=(visit.language.code()) {
            div.field {
                label for="keys" { (visit.say(w::TRUSTED_KEYS)) }
                textarea #keys name="keys" rows="3" spellcheck="false" aria-describedby="keys-hint" {}
                p.note #keys-hint { (visit.say(w::TRUSTED_KEYS_HINT)) }
            }
            div.field {
                label for="receipt" { (visit.say(w::RECEIPT)) }
                textarea #receipt name="receipt" rows="8" spellcheck="false" { (receipt.map_or("", |(_, text)| text)) }
            }
            div.field {
                label for="file" { (visit.say(w::RECEIPT_FILE)) }
                input #file name="file" type="file";
            }
            p.actions {
                button.primary type="submit" { (visit.say(w::CHECK)) }
                @if let Some((position, _)) = receipt {
                    " " a.button href=(format!("/api/v1/receipts/{position}")) download=(format!("receipt-{position}.txt")) { (visit.say(w::SAVE_RECEIPT)) }
                    " " a href=(visit.link(&format!("/events/{position}"))) { (visit.say(w::BACK_TO_RECORD)) " #" (position) }
                }
            }
        }
        section #check-result aria-live="polite" {}
        p.note { (visit.say(w::CHECK_SCRIPT)) " " code { (CHECK_SCRIPT.hash()) } }
        script src=(CHECK_SCRIPT.address()) defer {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_calls_every_figure_that_is_proved_as_the_program_does() {
        for name in projections::countable_figures() {
            let words = w::figures::figure(name).unwrap();
            let said = format!("{name}: [\"{}\", \"{}\"]", words.zh, words.en);
            assert!(SCRIPT.contains(&said), "{said}");
        }
    }
}
