//! What pages link to besides one another: looks and scripts. A page names each with the hash of its bytes, so that a browser
//! may keep it for good and asks for it anew once it has changed.

use std::sync::OnceLock;

use domain::hexadecimal;
use sha2::{Digest, Sha256};

use super::check;

/// Hexadecimal digits of the hash that stand in an address: 64 bits, where only our own few versions must differ.
const ADDRESS_DIGITS: usize = 16;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A style sheet or a script.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Where it is.
    pub(crate) path: &'static str,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its bytes.
    pub(crate) text: &'static str,
    hash: OnceLock<String>,
}

impl Asset {
    const fn new(path: &'static str, media_type: &'static str, text: &'static str) -> Self {
        Self { path, media_type, text, hash: OnceLock::new() }
    }

    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub(crate) fn hash(&self) -> &str {
        self.hash.get_or_init(|| hexadecimal(&Sha256::digest(self.text)))
    }

    /// What an address says of its version.
    pub(crate) fn version(&self) -> &str {
        &self.hash()[..ADDRESS_DIGITS]
    }

    /// The address under which a page names it.
    pub(crate) fn address(&self) -> String {
        format!("{}?v={}", self.path, self.version())
    }
}

/// The looks of every page.
pub(crate) static STYLE: Asset = Asset::new("/style.css", CSS, include_str!("style.css"));
/// The looks of the slides of a meeting.
pub(crate) static MEETING_STYLE: Asset = Asset::new("/meeting.css", CSS, include_str!("meeting.css"));
/// The sheet of a page that is printed across it.
pub(crate) static LANDSCAPE: Asset = Asset::new("/landscape.css", CSS, include_str!("landscape.css"));
/// The sheet of an official paper.
pub(crate) static OFFICIAL: Asset = Asset::new("/official.css", CSS, include_str!("official.css"));
/// What a browser with scripts does besides: live update, drafts, the document number.
pub(crate) static SCRIPT: Asset = Asset::new("/pages.js", JAVASCRIPT, include_str!("pages.js"));
/// The check of a receipt.
pub(crate) static CHECK_SCRIPT: Asset = Asset::new("/check.js", JAVASCRIPT, check::SCRIPT);

/// All of them.
pub(crate) static ASSETS: [&Asset; 6] =
    [&STYLE, &MEETING_STYLE, &LANDSCAPE, &OFFICIAL, &SCRIPT, &CHECK_SCRIPT];

#[cfg(test)]
mod tests {
    use super::*;

    /// What Chromium 78 does not know, as it begins in a style sheet: selectors, functions, rules, then properties.
    const YOUNGER: [&str; 33] = [
        ":has(",
        ":is(",
        ":where(",
        ":focus-visible",
        ":user-",
        "::marker",
        "min(",
        "max(",
        "clamp(",
        "color-mix(",
        "oklch(",
        "@layer",
        "@container",
        "@property",
        "@page ",
        "dvh",
        "svh",
        "lvh",
        "inset:",
        "aspect-ratio:",
        "accent-color:",
        "color-scheme:",
        "page:",
        "translate:",
        "rotate:",
        "scale:",
        "text-wrap:",
        "content-visibility:",
        "margin-inline:",
        "margin-block:",
        "padding-inline:",
        "padding-block:",
        "text-underline-offset:",
    ];

    /// The younger things that a style sheet uses. What is part of a longer word, as in `--page:`, is none.
    fn younger(css: &str) -> Vec<&'static str> {
        let parts = css.split("/*").enumerate();
        let parts = parts
            .map(|(at, part)| if at == 0 { part } else { part.split_once("*/").map_or("", |(_, css)| css) });
        let css = &parts.collect::<String>();
        let begins =
            |at: usize| !css[..at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '-');
        let uses = |found: &&str| match found.starts_with([':', '@']) {
            true if *found == "@page " => {
                css.match_indices("@page ").any(|(at, _)| !css[at..].starts_with("@page {"))
            }
            true => css.contains(*found),
            false => css.match_indices(*found).any(|(at, _)| begins(at)),
        };
        YOUNGER.into_iter().filter(uses).collect()
    }

    #[test]
    fn no_style_sheet_uses_what_an_old_browser_does_not_know() {
        for asset in ASSETS.iter().filter(|asset| asset.media_type == CSS) {
            assert_eq!(younger(asset.text), [""; 0], "{}", asset.path);
        }
        let found = younger(
            "@page { margin: 0 } @page wide { } a:has(b) { page: wide; inset: 0; --scale: 1; /* scale: 2 */ max-width: min(1em, 2em) }",
        );
        assert_eq!(found, [":has(", "min(", "@page ", "inset:", "page:"]);
    }
}
