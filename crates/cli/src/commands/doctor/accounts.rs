//! The check of accounts: which never end, and which are one person's without saying so.

use std::collections::BTreeMap;

use service::accounts::{self, AccountLine, AccountState};
use service::system_clock;

use super::Check;
use crate::exit::Failure;
use crate::local::DataLocation;

/// How many ids a line names.
const MAX_NAMED: usize = 5;

/// Accounts from before they ended, or from before they had holders, work on: renewing them settles both.
pub fn accounts(place: &DataLocation) -> Result<Check, Failure> {
    let stores = place.open_existing()?;
    let state = stores.load(&mut |_| {})?.state;
    let lines = match accounts::list(&state, &*stores.control, system_clock().day()) {
        Ok(lines) => lines,
        Err(error) => {
            let failure = Failure::from(error);
            return Ok(Check::failed("accounts", &failure));
        }
    };
    let valid: Vec<_> = lines.iter().filter(|line| line.state == AccountState::Valid).collect();
    let unending: Vec<_> =
        valid.iter().filter(|line| line.expires_on.is_none()).map(|line| line.id).collect();
    let apart = apart(&lines);
    if unending.is_empty() && apart.is_empty() {
        let count = valid.len();
        return Ok(Check::ok("accounts", format!("{count} 个有效帐号"), format!("{count} valid accounts")));
    }
    let named = |ids: &[domain::ids::AccountId]| {
        ids.iter().take(MAX_NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if !unending.is_empty() {
        let (count, ids) = (unending.len(), named(&unending));
        zh.push(format!("{count} 个帐号不到期（{ids}）"));
        en.push(format!("{count} accounts never end ({ids})"));
    }
    if !apart.is_empty() {
        let (count, ids) = (apart.len(), named(&apart));
        zh.push(format!("{count} 个帐号与同名的其他帐号未归为同一人（{ids}）"));
        en.push(format!("{count} accounts are not joined to others of the same name ({ids})"));
    }
    let zh = format!("{}。请用 token renew 编号 续期，或撤销", zh.join("；"));
    Ok(Check::warn(
        "accounts",
        zh,
        format!("{}: renew each with `token renew ID`, or revoke it", en.join("; ")),
    ))
}

/// Valid accounts whose name another holder's account bears.
fn apart(lines: &[AccountLine]) -> Vec<domain::ids::AccountId> {
    let mut first: BTreeMap<String, &AccountLine> = BTreeMap::new();
    let mut apart = Vec::new();
    for line in lines {
        let Some(name) = &line.holder else { continue };
        let oldest = first.entry(domain::holder::name_key(name)).or_insert(line);
        if line.state == AccountState::Valid && oldest.holder_id != line.holder_id {
            apart.push(line.id);
        }
    }
    apart
}
