//! Accounts, as the command line issues, lists and revokes them beside a running server.
//!
//! The token's hash goes into the control store before the event is appended: a token that is shown always works,
//! and one whose event was refused is taken back.

use std::fmt;

use domain::CityState;
use domain::account::{Account, Role};
use domain::date::Date;
use domain::ids::AccountId;
use event_log::{ControlStore, LogError};

use crate::auth::token_hash;
use crate::sessions::{NoRandomness, random_text};

/// What every token begins with, so that scanners for leaked secrets can find it.
const TOKEN_PREFIX: &str = "lj_";
/// The field of `issue-account` that holds the name, in the erasable store.
const HOLDER_POINTER: &str = "/holder";

/// A token, shown once.
pub struct Token(String);

impl Token {
    /// A new one: 256 random bits.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(format!("{TOKEN_PREFIX}{}", random_text()?)))
    }

    /// The token itself, to be shown to its holder and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    /// A token never enters a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// Why an account is not issued, or a token not stored.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The holder already has a role that excludes this one.
    #[error(
        "「{holder}」已有角色 {held}，与 {asked} 互斥：请先用 token revoke {account} 撤销，或换人 / {holder} holds the role {held}, which excludes {asked}: revoke {account} first, or choose another person"
    )]
    Excluded {
        /// Whose name it is.
        holder: String,
        /// The role of the account that lives.
        held: &'static str,
        /// The role that was asked for.
        asked: &'static str,
        /// The account that lives.
        account: AccountId,
    },
    /// No token could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The control store failed.
    #[error(transparent)]
    Store(#[from] LogError),
}

/// One line of `token list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// The account's id, which `token revoke` takes.
    pub id: AccountId,
    /// What it may do.
    pub role: Role,
    /// Where.
    pub scope: String,
    /// The holder's name; nothing once it is erased.
    pub holder: Option<String>,
    /// The last day on which it is valid.
    pub expires_on: Option<Date>,
    /// Whether it may be used today.
    pub state: AccountState,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Valid,
    /// Its last day is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl AccountState {
    /// In Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Valid => ("有效", "valid"),
            Self::Expired => ("已到期", "expired"),
            Self::Revoked => ("已撤销", "revoked"),
        }
    }
}

/// Refuses a role that excludes one which a person of that name already has.
pub fn check_exclusive(
    state: &CityState,
    control: &dyn ControlStore,
    role: Role,
    holder: &str,
    today: Date,
) -> Result<(), AccountError> {
    let holder = holder.trim();
    for (subject, name) in control.values_of_pointer(HOLDER_POINTER)? {
        let account = subject.parse().ok().and_then(|id| state.account_valid_on(id, today));
        if let Some(account) = account.filter(|account| name.trim() == holder && excludes(account.role, role))
        {
            let (held, asked) = (account.role.as_str(), role.as_str());
            return Err(AccountError::Excluded {
                holder: holder.to_owned(),
                held,
                asked,
                account: account.id,
            });
        }
    }
    Ok(())
}

/// The auditor and the two administrators exclude one another and any business role.
fn excludes(held: Role, asked: Role) -> bool {
    held != asked && !(held.is_business() && asked.is_business())
}

/// Makes a token and stores its hash, before the account's event is appended.
pub fn store_new_token(control: &dyn ControlStore, id: AccountId) -> Result<Token, AccountError> {
    let token = Token::generate()?;
    control.put_token(&token_hash(token.reveal()), &id.to_string())?;
    Ok(token)
}

/// Takes a token back: its account's event was refused, or the account is revoked. It is worthless at once, also
/// to a server that has not yet read the event.
pub fn forget_token(control: &dyn ControlStore, id: AccountId) -> Result<(), AccountError> {
    Ok(control.delete_token(&id.to_string())?)
}

/// Every account, in the order of issue, with its holder's name.
pub fn list(
    state: &CityState,
    control: &dyn ControlStore,
    today: Date,
) -> Result<Vec<AccountLine>, AccountError> {
    let mut accounts: Vec<&Account> = state.accounts.values().map(|account| &**account).collect();
    accounts.sort_by_key(|account| account.id);
    accounts.into_iter().map(|account| line(account, control, today)).collect()
}

fn line(account: &Account, control: &dyn ControlStore, today: Date) -> Result<AccountLine, AccountError> {
    let state = match account.expires_on {
        _ if account.revoked => AccountState::Revoked,
        Some(last) if today > last => AccountState::Expired,
        _ => AccountState::Valid,
    };
    Ok(AccountLine {
        id: account.id,
        role: account.role,
        scope: account.scope.to_string(),
        holder: control.value_of(&account.id.to_string(), HOLDER_POINTER)?,
        expires_on: account.expires_on,
        state,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::ids::Commitment;
    use event_log::{EmbeddedControl, Erasable};

    use super::*;

    const ID: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn given(role: Role, revoked: bool) -> (tempfile::TempDir, EmbeddedControl, CityState) {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        let holder = Erasable {
            command_id: "C1".into(),
            pointer: HOLDER_POINTER.into(),
            subject: ID.into(),
            salt: vec![0; 16],
            value: "王某".into(),
        };
        control.put_erasables(&[holder], 0).unwrap();
        let mut state = CityState::new("5108".parse().unwrap());
        let account = Account {
            id: ID.parse().unwrap(),
            role,
            scope: "5108".parse().unwrap(),
            place: None,
            holder_commitment: Commitment(String::new()),
            expires_on: None,
            revoked,
            last_position: 1,
        };
        state.accounts.insert(account.id, Arc::new(account));
        (directory, control, state)
    }

    #[test]
    fn auditors_and_administrators_hold_nothing_else() {
        let today: Date = "2026-01-01".parse().unwrap();
        let check = |held, revoked, asked, holder: &str| {
            let (_directory, control, state) = given(held, revoked);
            check_exclusive(&state, &control, asked, holder, today).is_ok()
        };
        assert!(!check(Role::Auditor, false, Role::CountyOfficer, "王某"));
        assert!(!check(Role::CountyOfficer, false, Role::SecurityAdmin, " 王某 "));
        assert!(!check(Role::SecurityAdmin, false, Role::SystemAdmin, "王某"));
        assert!(check(Role::Auditor, false, Role::CountyOfficer, "李某"));
        assert!(check(Role::Auditor, true, Role::CountyOfficer, "王某"));
        assert!(check(Role::CountyOfficer, false, Role::TownshipClerk, "王某"));
        assert!(check(Role::Auditor, false, Role::Auditor, "王某"));
    }

    #[test]
    fn a_token_is_stored_as_a_hash_and_shown_once() {
        let (_directory, control, _) = given(Role::Auditor, false);
        let id: AccountId = ID.parse().unwrap();
        let token = store_new_token(&control, id).unwrap();
        assert!(token.reveal().starts_with("lj_") && token.reveal().len() == 46);
        assert_eq!(control.account_of_token(&token_hash(token.reveal())).unwrap().as_deref(), Some(ID));
        assert_eq!(format!("{token:?}"), "Token(…)");
        forget_token(&control, id).unwrap();
        assert_eq!(control.account_of_token(&token_hash(token.reveal())).unwrap(), None);
    }

    #[test]
    fn the_list_names_holders_and_says_what_is_valid() {
        let (_directory, control, state) = given(Role::Auditor, true);
        let lines = list(&state, &control, "2026-01-01".parse().unwrap()).unwrap();
        assert_eq!((lines[0].holder.as_deref(), lines[0].state), (Some("王某"), AccountState::Revoked));
    }
}
