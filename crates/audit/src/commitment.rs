//! The commitment by which an event holds a name, a pay or a reason: made in one way, opened in one way.
//!
//! ```text
//! SHA-256("lianjian.cn commitment version 2" ‖ salt ‖ length of the pointer ‖ pointer ‖ length of the value ‖ value)
//! SHA-256(salt ‖ value)      as events of earlier programs have it; the salt is never the mark of the line above
//! ```
//!
//! A salt has 32 bytes, a length is a big-endian number of 8. Both forms begin with 32 bytes, and these say which it is:
//! nobody can open one as the other, nor move a byte from the value into the salt.

use domain::ids::Commitment;
use sha2::{Digest, Sha256};

use domain::hexadecimal;

/// Bytes of a salt: 256 bits, twice what a commitment needs.
pub const SALT_BYTES: usize = 32;
/// What the second form begins with; no salt of the first is the same.
const MARK: &[u8; SALT_BYTES] = b"lianjian.cn commitment version 2";

/// How a commitment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitmentForm {
    /// As earlier programs made them: salt and value, one after the other.
    First,
    /// Since then: which field it is, and where each part ends, are bound as well.
    Second,
}

impl CommitmentForm {
    /// Both, the one that is made today first.
    pub const ALL: [Self; 2] = [Self::Second, Self::First];

    /// What an event holds in place of the value of a field; nothing where the salt is none.
    pub fn of(self, salt: &[u8], pointer: &str, value: &str) -> Option<Commitment> {
        let salt: &[u8; SALT_BYTES] = salt.try_into().ok()?;
        let hash = match self {
            Self::First if salt == MARK => return None,
            Self::First => Sha256::new().chain_update(salt).chain_update(value),
            Self::Second => [pointer, value]
                .iter()
                .fold(Sha256::new().chain_update(MARK).chain_update(salt), |hash, part| {
                    hash.chain_update((part.len() as u64).to_be_bytes()).chain_update(part)
                }),
        };
        Some(Commitment(hexadecimal(&hash.finalize())))
    }
}

/// Whether a salt and a value are what the commitment of that field was made of.
pub fn opens(commitment: &str, salt: &[u8], pointer: &str, value: &str) -> bool {
    let made = CommitmentForm::ALL.iter().filter_map(|form| form.of(salt, pointer, value));
    made.into_iter().any(|made| made.0 == commitment)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SALT: [u8; SALT_BYTES] = [7; SALT_BYTES];

    fn made(form: CommitmentForm, value: &str) -> String {
        form.of(&SALT, "/monthly_pay", value).unwrap().0
    }

    #[test]
    fn a_commitment_never_changes() {
        assert_eq!(
            [CommitmentForm::First, CommitmentForm::Second].map(|form| made(form, "2900")),
            [
                "7e4263add729aa11e2cb9577720bec6b163b92e3a59ae649eb7c06921b76ad38",
                "3db4bf7b6efc4e133ad76d5c4289561960b5d5e33f632a7e5425d052742120b4"
            ]
        );
    }

    #[test]
    fn only_the_field_the_salt_and_the_value_open_it() {
        for form in CommitmentForm::ALL {
            let commitment = made(form, "并非贪污");
            assert!(opens(&commitment, &SALT, "/monthly_pay", "并非贪污"));
            for moved in 1..="并非贪污".len() {
                let Some(rest) = "并非贪污".get(moved..) else { continue };
                let salt = [&SALT[..], &"并非贪污".as_bytes()[..moved]].concat();
                assert!(!opens(&commitment, &salt, "/monthly_pay", rest), "{form:?} {moved}");
            }
            let (salt, rest) = SALT.split_at(31);
            assert!(!opens(&commitment, salt, "/monthly_pay", &format!("{}并非贪污", char::from(rest[0]))));
            assert!(!opens(&commitment, &[], "/monthly_pay", "并非贪污"));
        }
        assert!(!opens(&made(CommitmentForm::Second, "2900"), &SALT, "/reason", "2900"));
    }

    /// The bytes that one form hashes, read as those of the other.
    #[test]
    fn neither_form_opens_as_the_other() {
        let second = made(CommitmentForm::Second, "2900");
        let length = |text: &str| (text.len() as u64).to_be_bytes();
        let after = [&SALT[..], &length("/monthly_pay"), b"/monthly_pay", &length("2900"), b"2900"].concat();
        assert_eq!(second, hexadecimal(&Sha256::new().chain_update(MARK).chain_update(&after).finalize()));
        assert!(!opens(&second, MARK, "/monthly_pay", &String::from_utf8(after.clone()).unwrap()));
        // A commitment of the first form whose salt is the mark was never made, and is none.
        assert_eq!(CommitmentForm::First.of(MARK, "/monthly_pay", "2900"), None);
    }

    proptest! {
        #[test]
        fn what_is_split_otherwise_is_another_commitment(text in "[a-z0-9]{0,40}", at: prop::sample::Index, to: prop::sample::Index) {
            let [at, to] = [at, to].map(|index| index.index(text.len() + 1));
            let of = |at: usize| CommitmentForm::Second.of(&SALT, &text[..at], &text[at..]).unwrap();
            prop_assert_eq!(of(at) == of(to), at == to);
        }
    }
}
