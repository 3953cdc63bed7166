//! Accounts: whose they are, their tokens, and the list of them.
//!
//! A token is made once the account's event is recorded, and its hash stored in the place of the one before: a token that
//! is shown always works, and the one before is worthless. Where a crash comes between, the account is renewed once more.

use domain::errors;
use std::fmt;

use domain::account::{Account, Role};
use domain::date::Date;
use domain::event_data::accounts::{AccountIssued, AccountRenewed};
use domain::holder::name_key;
use domain::ids::{AccountId, HolderId};
use domain::{CityState, CommandBody, EventBody};
use event_log::{ControlStore, LogError, envelope};

use crate::names::HOLDER_POINTER;
use crate::recorded::Recorded;
use crate::request::Prepared;
use crate::second_factor;
use crate::secrets::{NoRandomness, random_text, token_hash};

/// What every token begins with, so that scanners for leaked secrets can find it.
const TOKEN_PREFIX: &str = "lj_";

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

errors! {
    /// Why an account's token is not stored.
    #[derive(Debug)]
    pub enum AccountError {
    } of {
        /// No token could be made.
        NoRandomness(#[from] NoRandomness),
        /// The control store failed.
        Store(#[from] LogError),
    }
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
    /// Whose it is: the same for all accounts of one person.
    pub holder_id: HolderId,
    /// The last day on which it is valid.
    pub expires_on: Option<Date>,
    /// Whether it may be used today.
    pub state: AccountState,
    /// Whether its holder signs in to the pages with a second factor.
    pub has_second_factor: bool,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Valid,
    /// Its place has ended, and it was not handed over to what goes on: it reads that place's past and gives no command.
    Suspended,
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
            Self::Suspended => ("停用（区划已撤并，待交接）", "suspended"),
            Self::Expired => ("已到期", "expired"),
            Self::Revoked => ("已撤销", "revoked"),
        }
    }
}

/// Whose the accounts of that name are: the holder of the oldest, valid or not, whose name is the same but for blanks,
/// the dot's spelling, width and case. Nothing for a name that no account has had.
pub fn holder_named(
    state: &CityState,
    control: &dyn ControlStore,
    name: &str,
) -> Result<Option<HolderId>, LogError> {
    let key = name_key(name);
    let named = control.values_of_pointer(HOLDER_POINTER)?;
    let same = named.into_iter().filter(|(_, own)| name_key(own) == key);
    let accounts = same.filter_map(|(subject, _)| state.accounts.get(&subject.parse::<AccountId>().ok()?));
    Ok(accounts.min_by_key(|account| account.id).map(|account| account.holder))
}

/// Whose account a command is about, where the name says so: what is decided needs it, and only the store has names.
fn holder_of_command(
    state: &CityState,
    control: &dyn ControlStore,
    body: &CommandBody,
) -> Result<Option<HolderId>, LogError> {
    let name = match body {
        CommandBody::IssueAccount(data) => Some(data.holder.0.to_string()),
        CommandBody::RenewAccount(data) => control.value_of(&data.account.to_string(), HOLDER_POINTER)?,
        _ => None,
    };
    name.map_or(Ok(None), |name| holder_named(state, control, &name))
}

/// Whose accounts commands are about: the erasable store knows, by the name.
pub(crate) fn find_holders(
    state: &CityState,
    control: &dyn ControlStore,
    commands: &mut [Prepared],
) -> Result<(), LogError> {
    for prepared in commands.iter_mut().filter(|prepared| prepared.command.body.spec().is_of_accounts()) {
        prepared.command.header.holder = holder_of_command(state, control, &prepared.command.body)?;
    }
    Ok(())
}

/// What follows once a command about an account is recorded: a new token, shown once, or the end of what there was. A
/// repeat shows no token again; it ends once more what should have ended.
pub fn conclude(control: &dyn ControlStore, recorded: &Recorded) -> Result<Option<Token>, AccountError> {
    let event = recorded.events.first().and_then(|body| envelope::decode(body).ok());
    match event.map(|decoded| decoded.event.body) {
        Some(EventBody::AccountIssued(AccountIssued { account, .. }))
        | Some(EventBody::AccountRenewed(AccountRenewed { account, .. }))
            if !recorded.replayed =>
        {
            store_new_token(control, account).map(Some)
        }
        Some(EventBody::AccountRevoked(data)) => {
            second_factor::forget(control, data.account)?;
            forget_token(control, data.account).map(|()| None)
        }
        Some(EventBody::SecondFactorReset(data)) => {
            second_factor::forget(control, data.account)?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Makes a token and stores its hash in the place of an earlier one, once the account's event is recorded.
pub fn store_new_token(control: &dyn ControlStore, id: AccountId) -> Result<Token, AccountError> {
    let token = Token::generate()?;
    store_token(control, id, &token)?;
    Ok(token)
}

/// Stores the hash of a token that its holder has already, in the place of an earlier one: from now on it works.
pub fn store_token(control: &dyn ControlStore, id: AccountId, token: &Token) -> Result<(), LogError> {
    control.put_token(&token_hash(token.reveal()), &id.to_string())
}

/// Takes a token back: its account is revoked. It is worthless at once, also
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
    accounts.into_iter().map(|account| line(state, account, control, today)).collect()
}

fn line(
    city: &CityState,
    account: &Account,
    control: &dyn ControlStore,
    today: Date,
) -> Result<AccountLine, AccountError> {
    let is_suspended = city.ended_place_of(account, today).is_some();
    let state = match account.revoked {
        true => AccountState::Revoked,
        false if account.is_valid_on(today) && is_suspended => AccountState::Suspended,
        false if account.is_valid_on(today) => AccountState::Valid,
        false => AccountState::Expired,
    };
    Ok(AccountLine {
        id: account.id,
        role: account.role,
        scope: account.scope.to_string(),
        holder: control.value_of(&account.id.to_string(), HOLDER_POINTER)?,
        holder_id: account.holder,
        expires_on: account.expires_on,
        state,
        has_second_factor: second_factor::is_asked_for(control, account.id)?,
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
            holder: ID.parse().unwrap(),
            role,
            scope: "5108".parse().unwrap(),
            place: None,
            holder_commitment: Commitment(String::new()),
            expires_on: None,
            revoked,
            revoked_at: None,
            last_position: 1,
        };
        state.accounts.insert(account.id, Arc::new(account));
        (directory, control, state)
    }

    #[test]
    fn a_holder_is_found_by_a_name_however_it_is_spelled_and_after_a_revocation_too() {
        for revoked in [false, true] {
            let (_directory, control, state) = given(Role::Auditor, revoked);
            let found = |name: &str| holder_named(&state, &control, name).unwrap();
            for name in ["王某", "王　某", "王 某", " 王某\u{200b}"] {
                assert_eq!(found(name), ID.parse().ok(), "{name:?}");
            }
            assert_eq!(found("李某"), None);
        }
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
