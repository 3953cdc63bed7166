//! Secrets that are handed out once: random texts, and the hash that is kept of a token.

use data_encoding::BASE64URL_NOPAD;
use domain::errors;
use event_log::TokenHash;
use sha2::{Digest, Sha256};

errors! {
    /// The system gave no random bytes.
    #[derive(Debug)]
    pub struct NoRandomness {
        detail: String,
    }
    zh("系统没有给出随机数，不能签发令牌或登录链接")
    en("the system gave no random bytes, so no token or sign-in link can be made ({detail})")
}

impl NoRandomness {
    /// What the system said.
    pub fn of(error: &getrandom::Error) -> Self {
        Self { detail: error.to_string() }
    }
}

/// SHA-256 of a token: what the control store holds.
pub fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token).into()
}

/// 256 random bits in 43 characters that need no quoting in a URL, a header or a shell.
pub fn random_text() -> Result<String, NoRandomness> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness::of(&error))?;
    Ok(base64_url(&bytes))
}

/// RFC 4648, section 5, without padding.
pub fn base64_url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_are_long_and_plain() {
        assert_eq!(base64_url(b"\xff\xfe\xfd"), "__79");
        assert_eq!(base64_url(b"ab"), "YWI");
        let text = random_text().unwrap();
        assert_eq!(text.len(), 43);
        assert_ne!(text, random_text().unwrap());
    }
}
