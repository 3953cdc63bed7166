//! The second factor of an account: a one-time password of its holder's telephone (TOTP, RFC 6238), asked for when
//! signing in to the pages. The secret stands in the control store alone, and is overwritten when it is reset.

use data_encoding::BASE32_NOPAD;
use domain::date::Timestamp;
use domain::errors;
use domain::ids::AccountId;
use event_log::{ControlStore, LogError};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::secrets::NoRandomness;

/// How long a password holds, as every authenticator takes it where nothing else is said.
const STEP_SECONDS: i64 = 30;
/// Digits of a password.
const DIGITS: usize = 6;
/// Steps before and after the present one that are taken too: clocks differ, and people type.
const SKEW_STEPS: i64 = 1;
/// Bytes of a secret, as RFC 4226 recommends for SHA-1.
const SECRET_BYTES: usize = 20;
/// After so many wrong passwords in a row none is looked at for a while.
const MAX_FAILURES: u32 = 5;
/// How long: with a million passwords and three of them right, guessing takes years.
const LOCK_SECONDS: i64 = 15 * 60;
/// How often a check begins again because another instance has just done one.
const MAX_TRIES: usize = 8;

errors! {
    /// Why a password is not taken.
    #[derive(Debug)]
    pub enum SecondFactorError {
        /// It is wrong, too old, or was used already.
        #[zh("动态口令不正确或已用过，请输入当前的 6 位数字")]
        #[en("the one-time password is wrong or was used: enter the present six digits")]
        Wrong,
        /// Too many were wrong.
        #[zh("动态口令连续输错，请在 {minutes} 分钟后再试")]
        #[en("too many wrong one-time passwords: try again in {minutes} minutes")]
        Locked {
            /// For how long.
            minutes: i64,
        },
        /// There is none to be confirmed, or one that is in use already.
        #[zh("请重新开始设置动态口令")]
        #[en("begin setting up the second factor again")]
        NotBegun,
    } of {
        /// No secret could be made.
        NoRandomness(#[from] NoRandomness),
        /// The control store failed.
        Store(#[from] LogError),
    }
}

/// What the control store keeps of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    secret: String,
    /// Whether its holder has shown a password of it: until then it is asked for nowhere.
    is_confirmed: bool,
    /// The last step whose password was taken: none is taken twice.
    last_step: i64,
    failures: u32,
    /// Seconds since 1970.
    locked_until: i64,
}

/// A secret, shown once to be put into an authenticator.
pub struct Secret(String);

impl Secret {
    /// In letters and digits, as it is typed.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The address that authenticators read from a picture.
    pub fn address(&self, account: &str) -> String {
        format!("otpauth://totp/lianjian:{account}?secret={}&issuer=lianjian", self.0)
    }
}

impl std::fmt::Debug for Secret {
    /// A secret never enters a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

fn key_of(account: AccountId) -> String {
    format!("second-factor/{account}")
}

fn read(control: &dyn ControlStore, account: AccountId) -> Result<(Option<Vec<u8>>, Option<Kept>), LogError> {
    let bytes = control.get(&key_of(account))?;
    let kept = bytes.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
    Ok((bytes, kept))
}

/// Whether a password is asked for when the account signs in.
pub fn is_asked_for(control: &dyn ControlStore, account: AccountId) -> Result<bool, LogError> {
    Ok(read(control, account)?.1.is_some_and(|kept| kept.is_confirmed))
}

/// A new secret, in the place of one that was never confirmed.
pub fn begin(control: &dyn ControlStore, account: AccountId) -> Result<Secret, SecondFactorError> {
    let (before, kept) = read(control, account)?;
    if kept.is_some_and(|kept| kept.is_confirmed) {
        return Err(SecondFactorError::NotBegun);
    }
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness::of(&error))?;
    let secret = BASE32_NOPAD.encode(&bytes);
    let kept =
        Kept { secret: secret.clone(), is_confirmed: false, last_step: 0, failures: 0, locked_until: 0 };
    match control.put_if(&key_of(account), before.as_deref(), &written(&kept))? {
        true => Ok(Secret(secret)),
        false => Err(SecondFactorError::NotBegun),
    }
}

/// Takes a password that shows that the secret has arrived in an authenticator: from now on one is asked for.
pub fn confirm(
    control: &dyn ControlStore,
    account: AccountId,
    password: &str,
    now: Timestamp,
) -> Result<(), SecondFactorError> {
    take(control, account, password, now, false)
}

/// Takes a password when the account signs in.
pub fn check(
    control: &dyn ControlStore,
    account: AccountId,
    password: &str,
    now: Timestamp,
) -> Result<(), SecondFactorError> {
    take(control, account, password, now, true)
}

/// Takes the second factor away: the secret is overwritten.
pub fn forget(control: &dyn ControlStore, account: AccountId) -> Result<(), LogError> {
    match control.get(&key_of(account))? {
        Some(bytes) if !bytes.is_empty() => control.put(&key_of(account), b""),
        _ => Ok(()),
    }
}

fn take(
    control: &dyn ControlStore,
    account: AccountId,
    password: &str,
    now: Timestamp,
    is_confirmed: bool,
) -> Result<(), SecondFactorError> {
    let seconds = now.milliseconds().div_euclid(1_000);
    for _ in 0..MAX_TRIES {
        let (before, kept) = read(control, account)?;
        let kept =
            kept.filter(|kept| kept.is_confirmed == is_confirmed).ok_or(SecondFactorError::NotBegun)?;
        if kept.locked_until > seconds {
            let minutes = (kept.locked_until - seconds + 59).div_euclid(60);
            return Err(SecondFactorError::Locked { minutes });
        }
        let (after, is_taken) = judged(kept, password, seconds);
        // Another instance may have taken the same password just now: whoever stores first has used it.
        if control.put_if(&key_of(account), before.as_deref(), &written(&after))? {
            return if is_taken { Ok(()) } else { Err(SecondFactorError::Wrong) };
        }
    }
    Err(SecondFactorError::Wrong)
}

/// What is kept after a password, and whether it was right.
fn judged(kept: Kept, password: &str, seconds: i64) -> (Kept, bool) {
    let secret = BASE32_NOPAD.decode(kept.secret.as_bytes()).unwrap_or_default();
    let typed: String = password.chars().filter(|letter| !letter.is_whitespace()).collect();
    let present = seconds.div_euclid(STEP_SECONDS);
    let mut found = None;
    // Every step is compared, and each in constant time: how long it takes says nothing of the digits.
    for step in present - SKEW_STEPS..=present + SKEW_STEPS {
        let is_equal = bool::from(password_at(&secret, step).as_bytes().ct_eq(typed.as_bytes()));
        if is_equal && step > kept.last_step {
            found = Some(step);
        }
    }
    match found {
        Some(step) => (Kept { is_confirmed: true, last_step: step, failures: 0, ..kept }, true),
        None if kept.failures + 1 >= MAX_FAILURES => {
            (Kept { failures: 0, locked_until: seconds + LOCK_SECONDS, ..kept }, false)
        }
        None => (Kept { failures: kept.failures + 1, ..kept }, false),
    }
}

/// RFC 4226, section 5.3.
fn password_at(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last().copied().unwrap_or(0) & 0xF);
    let picked = digest.iter().skip(offset).take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    let modulus = 10_u32.pow(DIGITS as u32);
    format!("{:0width$}", (picked & 0x7FFF_FFFF) % modulus, width = DIGITS)
}

fn written(kept: &Kept) -> Vec<u8> {
    // Neither a text nor a number can fail to be written.
    serde_json::to_vec(kept).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use event_log::EmbeddedControl;
    use proptest::prelude::*;

    use super::*;

    const ACCOUNT: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(seconds * 1_000)
    }

    fn store() -> (tempfile::TempDir, EmbeddedControl, AccountId) {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        (directory, control, ACCOUNT.parse().unwrap())
    }

    fn password(secret: &Secret, seconds: i64) -> String {
        password_at(&BASE32_NOPAD.decode(secret.reveal().as_bytes()).unwrap(), seconds / STEP_SECONDS)
    }

    #[test]
    fn passwords_are_those_of_the_rfc() {
        // RFC 6238, appendix B, of which six digits are the last ones.
        let secret = b"12345678901234567890";
        let expected = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, digits) in expected {
            assert_eq!(password_at(secret, seconds / STEP_SECONDS), digits, "{seconds}");
        }
    }

    #[test]
    fn a_password_is_asked_for_once_one_was_shown_and_none_is_taken_twice() {
        let (_directory, control, account) = store();
        let now = 1_800_000_000;
        assert!(!is_asked_for(&control, account).unwrap());
        let secret = begin(&control, account).unwrap();
        assert!(!is_asked_for(&control, account).unwrap());
        assert!(matches!(check(&control, account, "000000", at(now)), Err(SecondFactorError::NotBegun)));
        confirm(&control, account, &password(&secret, now), at(now)).unwrap();
        assert!(is_asked_for(&control, account).unwrap());
        // A second secret is given to nobody who has only the token.
        assert!(matches!(begin(&control, account), Err(SecondFactorError::NotBegun)));
        let again = check(&control, account, &password(&secret, now), at(now + 1));
        assert!(matches!(again, Err(SecondFactorError::Wrong)), "replayed");
        check(&control, account, &password(&secret, now + 30), at(now + 31)).unwrap();
        let older = check(&control, account, &password(&secret, now), at(now + 31));
        assert!(matches!(older, Err(SecondFactorError::Wrong)), "an earlier step after a later one");
        forget(&control, account).unwrap();
        assert!(!is_asked_for(&control, account).unwrap());
        assert!(begin(&control, account).is_ok());
    }

    #[test]
    fn a_clock_may_differ_by_one_step_and_no_more() {
        for (difference, is_taken) in [(-61, false), (-30, true), (0, true), (30, true), (61, false)] {
            let (_directory, control, account) = store();
            let secret = begin(&control, account).unwrap();
            let now = 1_800_000_000;
            let taken = confirm(&control, account, &password(&secret, now + difference), at(now));
            assert_eq!(taken.is_ok(), is_taken, "{difference}");
        }
    }

    #[test]
    fn after_five_wrong_ones_not_even_a_right_one_is_taken_for_a_while() {
        let (_directory, control, account) = store();
        let secret = begin(&control, account).unwrap();
        let now = 1_800_000_000;
        confirm(&control, account, &password(&secret, now), at(now)).unwrap();
        let right = |now: i64| password(&secret, now);
        for _ in 0..MAX_FAILURES {
            let wrong = check(&control, account, "12345", at(now + 60));
            assert!(matches!(wrong, Err(SecondFactorError::Wrong)));
        }
        let locked = check(&control, account, &right(now + 90), at(now + 90));
        assert!(matches!(locked, Err(SecondFactorError::Locked { minutes: 15 })), "{locked:?}");
        let later = now + 60 + LOCK_SECONDS;
        check(&control, account, &right(later), at(later)).unwrap();
    }

    proptest! {
        #[test]
        fn whatever_is_typed_but_the_password_is_refused(typed in "\\PC{0,8}") {
            let secret = b"12345678901234567890";
            let kept = Kept { secret: BASE32_NOPAD.encode(secret), is_confirmed: true, last_step: 0, failures: 0, locked_until: 0 };
            let right: Vec<String> = (-1..=1).map(|step| password_at(secret, 60_000_000 + step)).collect();
            prop_assume!(!right.contains(&typed.split_whitespace().collect::<String>()));
            prop_assert!(!judged(kept, &typed, 1_800_000_000).1);
        }
    }
}
