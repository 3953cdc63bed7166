//! `token`: issues, renews, lists and revokes the accounts of a data directory, beside a running server or without one.

use clap::{Args, Subcommand};
use domain::account::Role;
use domain::actor::{Actor, Authority};
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::{AccountId, CommandId};
use domain::place::PlaceCode;
use domain::say::Language;
use projections::{Moment, replay_state};
use serde_json::{Value, json};
use service::accounts::{self, AccountLine, Token, conclude};
use service::folded_state::FoldedState;
use service::request::CommandRequest;
use service::stores::Stores;
use service::submission::Submissions;
use service::system_clock;
use ulid::Ulid;

use crate::acting::Acting;
use crate::exit::Failure;
use crate::local::{DataDirectory, load_folded_state, runtime};
use crate::output::Output;

/// The longest life of a token: two years, which the log's rules hold whatever is asked.
const MAX_DAYS: i32 = 731;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 签发令牌，只显示一次 / issue a token, which is shown once
    Create(CreateArguments),
    /// 列出帐号 / list the accounts
    List(ListArguments),
    /// 帐号续期：保留帐号，换发新令牌，旧令牌失效 / renew an account: it stays, with a new token; the old one is worthless
    Renew(RenewArguments),
    /// 撤销帐号及其令牌 / revoke an account and its token
    Revoke(RevokeArguments),
}

#[derive(Debug, Args)]
pub struct CreateArguments {
    /// 角色，如 county_officer / the role, such as county_officer
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    /// 管辖范围的行政区划代码 / the code of the place that it may act in
    #[arg(long, value_name = "CODE")]
    scope: PlaceCode,
    /// 持有人姓名 / the holder's name
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// 有效天数，默认一年，最长两年 / for how many days: a year where absent, two at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=i64::from(MAX_DAYS)))]
    days: Option<i32>,
    #[command(flatten)]
    authorization: Authorization,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
}

/// On whose word an account is issued or revoked, and on which paper.
#[derive(Debug, Default, Args)]
pub struct Authorization {
    /// 授权的组织或行政区划，默认为本市 / the organization or place that authorizes it; the city where absent
    #[arg(long, value_name = "ORG_OR_PLACE")]
    authorized_by: Option<Authority>,
    /// 授权文件的文号 / the number of the document that authorizes it
    #[arg(long, value_name = "NUMBER", requires = "issued")]
    document: Option<DocumentNumber>,
    /// 授权文件的印发日期 / the day on which that document was issued
    #[arg(long, value_name = "DATE", requires = "document")]
    issued: Option<Date>,
    /// 经办人的登录名或工号，默认为系统登录名；记入日志 / who acts: a login or staff number, the system's login where absent; the log names it
    #[arg(long, value_name = "LOGIN")]
    by: Option<Acting>,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// 某日的帐号：当日何人有何权限 / the accounts of that day: who could do what then
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
}

#[derive(Debug, Args)]
pub struct RenewArguments {
    /// 帐号编号，见 token list / the account's id; see token list
    id: AccountId,
    /// 有效天数，默认一年，最长两年 / for how many days: a year where absent, two at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=i64::from(MAX_DAYS)))]
    days: Option<i32>,
    #[command(flatten)]
    authorization: Authorization,
    #[command(flatten)]
    directory: DataDirectory,
}

#[derive(Debug, Args)]
pub struct RevokeArguments {
    /// 帐号编号，见 token list / the account's id; see token list
    id: AccountId,
    #[command(flatten)]
    authorization: Authorization,
    #[command(flatten)]
    directory: DataDirectory,
}

/// The role of that name.
pub(crate) fn role(name: &str) -> Result<Role, String> {
    let names = || Role::OF_ACCOUNTS.map(Role::as_str).join(", ");
    Role::OF_ACCOUNTS.into_iter().find(|role| role.as_str() == name).ok_or_else(names)
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Create(arguments) => create(&arguments, language),
        Command::List(arguments) => list(&arguments, language),
        Command::Renew(arguments) => renew(&arguments, language),
        Command::Revoke(arguments) => revoke(&arguments, language),
    }
}

fn create(arguments: &CreateArguments, language: Language) -> Result<(), Failure> {
    let stores = arguments.directory.location()?.open(arguments.city.as_ref())?;
    let folded_state = load_folded_state(&stores, language)?;
    let mut asked = json!({
        "id": AccountId(new_ulid()?), "role": arguments.role, "scope": arguments.scope,
        "holder": arguments.name.trim()
    });
    if let Some(days) = arguments.days {
        asked["expires_on"] = json!(system_clock().day().plus_days(days));
    }
    let request = request(&stores, "issue-account", &arguments.authorization, asked)?;
    show_token(give(&stores, folded_state, request)?)
}

fn renew(arguments: &RenewArguments, language: Language) -> Result<(), Failure> {
    let stores = arguments.directory.location()?.open_existing()?;
    let folded_state = load_folded_state(&stores, language)?;
    let mut asked = json!({ "account": arguments.id });
    if let Some(days) = arguments.days {
        asked["expires_on"] = json!(system_clock().day().plus_days(days));
    }
    let request = request(&stores, "renew-account", &arguments.authorization, asked)?;
    show_token(give(&stores, folded_state, request)?)
}

/// The token alone, on standard output.
fn show_token(token: Option<Token>) -> Result<(), Failure> {
    let mut output = Output::new();
    if let Some(token) = token {
        output.line(token.reveal())?;
    }
    output.flush()
}

fn list(arguments: &ListArguments, language: Language) -> Result<(), Failure> {
    let stores = arguments.directory.location()?.open_existing()?;
    let (state, day) = match arguments.as_of {
        Some(day) => {
            let moment = Moment { as_of: Some(day), ..Moment::default() };
            (replay_state(&*stores.log, stores.city.clone(), moment)?, day)
        }
        None => (load_folded_state(&stores, language)?.state, system_clock().day()),
    };
    let lines = accounts::list(&state, &*stores.control, day)?;
    let mut output = Output::new();
    if arguments.json {
        for line in &lines {
            output.json(&json(line))?;
        }
        return output.flush();
    }
    let header = language.pick(
        ["编号", "角色", "范围", "持有人", "有效至", "状态"],
        ["id", "role", "scope", "holder", "valid until", "state"],
    );
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(lines.iter().map(|line| {
        let (zh, en) = line.state.words();
        vec![
            line.id.to_string(),
            line.role.as_str().to_owned(),
            line.scope.clone(),
            line.holder.clone().unwrap_or_else(|| "-".to_owned()),
            line.expires_on.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            language.pick(zh, en).to_owned(),
        ]
    }));
    output.table(&rows)?;
    output.flush()
}

fn json(line: &AccountLine) -> Value {
    json!({
        "id": line.id, "role": line.role, "scope": line.scope, "holder": line.holder, "holder_id": line.holder_id,
        "expires_on": line.expires_on, "state": line.state.words().1, "second_factor": line.has_second_factor
    })
}

fn revoke(arguments: &RevokeArguments, language: Language) -> Result<(), Failure> {
    let stores = arguments.directory.location()?.open_existing()?;
    let folded_state = load_folded_state(&stores, language)?;
    let asked = json!({ "account": arguments.id });
    let request = request(&stores, "revoke-account", &arguments.authorization, asked)?;
    give(&stores, folded_state, request)?;
    let mut output = Output::new();
    let id = arguments.id;
    output.line(language.pick(format!("已撤销 {id}"), format!("revoked {id}")))?;
    output.flush()
}

/// Issuing an account on a paper of its own, or else on the one that all have in common.
pub(super) fn issuing(
    stores: &Stores,
    authorization: &Authorization,
    own: Option<&(DocumentNumber, Date)>,
    data: Value,
) -> Result<CommandRequest, Failure> {
    let mut request = request(stores, "issue-account", authorization, data)?;
    if let Some((number, issued)) = own {
        request.body["document"] = json!({ "number": number, "issued": issued });
    }
    Ok(request)
}

fn request(
    stores: &Stores,
    name: &str,
    authorization: &Authorization,
    data: Value,
) -> Result<CommandRequest, Failure> {
    let today = system_clock().day();
    let authority = authorization.authorized_by.clone();
    let authority = authority.unwrap_or_else(|| Authority::Place(stores.city.clone()));
    let mut body = json!({ "effective_date": today, "on_behalf_of": authority, "data": data });
    if let Some((number, issued)) = authorization.document.as_ref().zip(authorization.issued) {
        body["document"] = json!({ "number": number, "issued": issued });
    }
    Ok(CommandRequest {
        id: CommandId(new_ulid()?),
        name: name.to_owned(),
        body,
        actor: Actor {
            id: Acting::named_or_logged_in(authorization.by.as_ref()).actor_id(),
            role: Role::Local,
            scope: stores.city.clone(),
        },
        if_match: None,
        traceparent: None,
    })
}

/// Records the command without taking the directory: where a server runs, its loop notices and goes on after it. Gives
/// the token that follows.
fn give(
    stores: &Stores,
    folded_state: FoldedState,
    request: CommandRequest,
) -> Result<Option<Token>, Failure> {
    runtime()?.block_on(async {
        let submissions = Submissions::start(stores, folded_state, system_clock, std::sync::Arc::default());
        let recorded = submissions.submit(request).await;
        submissions.stop().await;
        Ok(conclude(&*stores.control, &recorded?)?)
    })
}

pub(super) fn new_ulid() -> Result<Ulid, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(Failure::internal)?;
    let milliseconds = u64::try_from(system_clock().milliseconds()).unwrap_or(0);
    Ok(Ulid::from_parts(milliseconds, u128::from_le_bytes(random)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Status;

    fn arguments(data: &std::path::Path, role: Role, scope: &str) -> CreateArguments {
        CreateArguments {
            role,
            scope: scope.parse().unwrap(),
            name: "王某".to_owned(),
            days: Some(30),
            authorization: Authorization {
                document: "广办发[2018]5号".parse().ok(),
                issued: "2018-03-01".parse().ok(),
                ..Authorization::default()
            },
            city: None,
            directory: DataDirectory::embedded(data.to_owned()),
        }
    }

    #[test]
    fn an_account_is_issued_and_its_holder_keeps_to_one_side() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        create(&arguments(&data, Role::Auditor, "5108"), Language::En).unwrap();
        let stores = DataDirectory::embedded(data.clone()).location().unwrap().open_existing().unwrap();
        let state = stores.load(&mut |_| {}).unwrap().state;
        let today = system_clock().day();
        let lines = accounts::list(&state, &*stores.control, today).unwrap();
        assert_eq!((lines.len(), lines[0].holder.as_deref()), (1, Some("王某")));
        assert_eq!(lines[0].expires_on, Some(today.plus_days(30)));
        let documents: Vec<&String> = state.documents.keys().collect();
        assert!(documents.iter().any(|key| key.contains("2018") && key.ends_with("5号")), "{documents:?}");
        let excluded = create(&arguments(&data, Role::CountyOfficer, "510811"), Language::En).unwrap_err();
        assert_eq!(excluded.status(), Status::REJECTED, "{excluded}");
        let misplaced = create(&arguments(&data, Role::Auditor, "510811210"), Language::En).unwrap_err();
        assert_eq!(misplaced.status(), Status::REJECTED, "{misplaced}");
        let revoked = RevokeArguments {
            id: lines[0].id,
            authorization: Authorization::default(),
            directory: DataDirectory::embedded(data.clone()),
        };
        revoke(&revoked, Language::En).unwrap();
        assert_eq!(revoke(&revoked, Language::En).unwrap_err().status(), Status::REJECTED);
        create(&arguments(&data, Role::CountyOfficer, "510811"), Language::En).unwrap();
    }

    #[test]
    fn a_renewed_account_stays_and_only_its_new_token_is_good() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        create(&arguments(&data, Role::CountyOfficer, "510811"), Language::En).unwrap();
        let stores = DataDirectory::embedded(data.clone()).location().unwrap().open_existing().unwrap();
        let before = stores.control.tokens().unwrap();
        let renew = |days| {
            let arguments = RenewArguments {
                id: before[0].1.parse().unwrap(),
                days,
                authorization: Authorization { by: "zhang.san".parse().ok(), ..Authorization::default() },
                directory: DataDirectory::embedded(data.clone()),
            };
            super::renew(&arguments, Language::En)
        };
        renew(None).unwrap();
        let after = stores.control.tokens().unwrap();
        assert_eq!((after.len(), &after[0].1), (1, &before[0].1));
        assert_ne!(after[0].0, before[0].0, "the old token is worthless");
        let state = stores.load(&mut |_| {}).unwrap().state;
        let account = state.accounts.values().next().unwrap();
        assert_eq!(account.expires_on, Some(system_clock().day().plus_months(12)));
        renew(Some(30)).unwrap();
    }

    #[test]
    fn only_roles_of_accounts_are_issued() {
        assert_eq!(role("county_officer"), Ok(Role::CountyOfficer));
        assert!(role("local").is_err() && role("king").is_err());
    }
}
