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
/// What a browser with scripts does besides: live update, drafts, the document number.
pub(crate) static SCRIPT: Asset = Asset::new("/pages.js", JAVASCRIPT, include_str!("pages.js"));
/// The check of a receipt.
pub(crate) static CHECK_SCRIPT: Asset = Asset::new("/check.js", JAVASCRIPT, check::SCRIPT);

/// All of them.
pub(crate) static ASSETS: [&Asset; 4] = [&STYLE, &MEETING_STYLE, &SCRIPT, &CHECK_SCRIPT];
