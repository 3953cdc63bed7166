//! Who acts on the machine itself: a login or staff number, so that no local act goes unnamed in the log.

use std::str::FromStr;

use domain::errors;

/// The longest label.
const MAX_CHARACTERS: usize = 32;
/// Where the names of logins stand.
const LOGINS: &str = "/etc/passwd";
/// Who became root, as `sudo` tells.
const SUDO_USER: &str = "SUDO_USER";

/// A login or a staff number. The log keeps it for ever, so it is no person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting(String);

errors! {
    /// Why a text is no label.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct ActingError {}
    zh("应为登录名或工号（1 至 {MAX_CHARACTERS} 个字母、数字或 . _ -），不写姓名：日志不可删除")
    en("a login or staff number of 1 to {MAX_CHARACTERS} letters, digits or . _ -, no name: the log keeps it for ever")
}

impl FromStr for Acting {
    type Err = ActingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        let is_fit = (1..=MAX_CHARACTERS).contains(&text.len()) && text.chars().all(is_plain);
        if is_fit { Ok(Self(text.to_owned())) } else { Err(ActingError {}) }
    }
}

impl Acting {
    /// Whoever is named, or is logged in to the system.
    pub fn named_or_logged_in(named: Option<&Self>) -> Self {
        named.cloned().unwrap_or_else(logged_in)
    }

    /// As the log names who acts.
    pub fn actor_id(&self) -> String {
        format!("local:{}", self.0)
    }
}

/// The login of the process: who became root by `sudo`, else the name of its user, else the number.
fn logged_in() -> Acting {
    let user = rustix::process::getuid().as_raw();
    let became_root = (user == 0).then(|| std::env::var(SUDO_USER).ok()).flatten();
    let logins = || std::fs::read_to_string(LOGINS).unwrap_or_default();
    let found = became_root.or_else(|| login_of(&logins(), user)).and_then(|name| name.parse().ok());
    found.unwrap_or_else(|| Acting(format!("uid-{user}")))
}

/// The name of a user's number among the logins.
fn login_of(logins: &str, user: u32) -> Option<String> {
    let lines = logins.lines().map(|line| line.split(':').collect::<Vec<_>>());
    lines.into_iter().find_map(|fields| match fields.as_slice() {
        [name, _, number, ..] if number.parse() == Ok(user) => Some((*name).to_owned()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_login_and_no_name() {
        for fit in ["root", "zhang.san", "A-0231", "u_1"] {
            assert_eq!(fit.parse::<Acting>().unwrap().actor_id(), format!("local:{fit}"));
        }
        for unfit in ["", "张三", "a b", "a:b", &"x".repeat(33)] {
            assert!(unfit.parse::<Acting>().is_err(), "{unfit}");
        }
    }

    #[test]
    fn a_login_is_found_by_its_number() {
        let logins = "root:x:0:0:root:/root:/bin/bash\nbroken\nclerk:x:1000:1000::/home/clerk:/bin/sh\n";
        assert_eq!(login_of(logins, 1000).as_deref(), Some("clerk"));
        assert_eq!(login_of(logins, 7), None);
        assert!(logged_in().actor_id().len() > "local:".len());
    }
}
