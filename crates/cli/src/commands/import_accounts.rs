//! `import accounts`: the accounts of a list are issued as `token create` does, and their tokens written into a file of the
//! operator's.
//!
//! All are tried before the first is issued. A token stands in the file before its hash is stored: what is cut off
//! leaves an account without a token, for which the next run makes one, and never a token that nobody has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use domain::CityState;
use domain::account::Role;
use domain::holder::name_key;
use domain::ids::{AccountId, HolderId};
use domain::place::PlaceCode;
use domain::say::Language;
use labels::terms::term;
use serde_json::json;
use service::accounts::{self, AccountState, Token, store_token};
use service::folded_state::FoldedState;
use service::person_names::PersonNames;
use service::request::{CommandRequest, prepare};
use service::stores::Stores;
use service::submission::Submissions;
use service::system_clock;
use service::trial::Trial;
use simulator::office_files::accounts::{AccountLine, AccountsList, Field, read};
use simulator::office_files::headed_table::{CellProblem, bytes_of};

use crate::commands::office_files::{city_state_register, tell_problems, told};
use crate::commands::token::{Authorization, issuing, new_ulid};
use crate::exit::Failure;
use crate::local::{DataDirectory, load_folded_state, runtime};
use crate::output::Output;
use crate::refusal::Refusal;
use token_file::TokenFile;

mod token_file;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 帐号清单（.xlsx 或 .csv），表头如：姓名、角色、范围（代码或名称）、天数、文号、发文日期
    /// / a list of accounts (.xlsx or .csv) with headings such as holder, role, scope (a code or a name), days, document,
    /// issued
    file: PathBuf,
    /// 签发；不加则只试算 / issue them; without it nothing is issued
    #[arg(long, requires = "tokens")]
    commit: bool,
    /// 令牌写入此文件（仅本人可读）；- 为标准输出 / the tokens go into this file, readable by its owner only; - is standard output
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
    #[command(flatten)]
    authorization: Authorization,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
}

/// What is to be done for a line.
enum Step {
    /// Nothing: there is such an account, with a token.
    There,
    /// There is such an account, and its token was never made.
    WithoutToken(AccountId),
    /// It is issued.
    Issue(Box<CommandRequest>),
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let bytes = bytes_of(&arguments.file)?;
    let day = system_clock().day();
    let listed =
        |state: &CityState| told(read(&bytes, &city_state_register(state, day), &state.city), language);
    let place = arguments.directory.location()?;
    if !arguments.commit && !place.has_log()? {
        // A dry run makes no log.
        let state = CityState::new(place.city(arguments.city.as_ref())?);
        let list = listed(&state)?;
        let steps: Vec<_> = list.lines.iter().map(|line| (line, None)).collect();
        return tell(&list, &steps, language);
    }
    let stores = place.open(arguments.city.as_ref())?;
    let folded_state = load_folded_state(&stores, language)?;
    let list = listed(&folded_state.state)?;
    let known = accounts::list(&folded_state.state, &*stores.control, day)?;
    let steps = steps(&list, &known, arguments, &stores, &folded_state.state)?;
    let problems = tried(&list, &known, &steps, &stores, &folded_state.state)?;
    tell_problems(&problems, 0, language)?;
    match (&arguments.tokens, arguments.commit) {
        (Some(path), true) => {
            let file = TokenFile::open(path, language)?;
            issue(&list, steps, &stores, folded_state, file, language)
        }
        _ => {
            let steps: Vec<_> = list.lines.iter().zip(steps.iter().map(Some)).collect();
            tell(&list, &steps, language)
        }
    }
}

/// What is to be done, line by line. An account is known again by its holder's name, its role and its place.
fn steps(
    list: &AccountsList,
    known: &[accounts::AccountLine],
    arguments: &Arguments,
    stores: &Stores,
    state: &CityState,
) -> Result<Vec<Step>, Failure> {
    let keys: Vec<Option<String>> = known.iter().map(|own| own.holder.as_deref().map(name_key)).collect();
    let with_token: BTreeSet<String> =
        stores.control.tokens()?.into_iter().map(|(_, account)| account).collect();
    let is_same_place = |id: AccountId, scope: &PlaceCode| {
        let place = state.place_by_code(scope).map(|place| place.id);
        state
            .accounts
            .get(&id)
            .is_some_and(|own| own.scope == *scope || place.is_some() && own.place == place)
    };
    let step = |line: &AccountLine| {
        let key = name_key(&line.holder);
        let there = known.iter().zip(&keys).find(|(own, name)| {
            own.state == AccountState::Valid
                && own.role == line.role
                && name.as_ref() == Some(&key)
                && is_same_place(own.id, &line.scope)
        });
        Ok(match there.map(|(own, _)| own) {
            Some(own) if with_token.contains(&own.id.to_string()) => Step::There,
            Some(own) => Step::WithoutToken(own.id),
            None => {
                let mut asked = json!({
                    "id": AccountId(new_ulid()?), "role": line.role, "scope": line.scope, "holder": line.holder
                });
                if let Some(days) = line.days {
                    asked["expires_on"] = json!(system_clock().day().plus_days(days));
                }
                let own = line.document.as_ref();
                Step::Issue(Box::new(issuing(stores, &arguments.authorization, own, asked)?))
            }
        })
    };
    list.lines.iter().map(step).collect()
}

/// Decides all of them before the first is issued; gives the cells of those that a rule refuses.
fn tried(
    list: &AccountsList,
    known: &[accounts::AccountLine],
    steps: &[Step],
    stores: &Stores,
    state: &CityState,
) -> Result<Vec<CellProblem>, Failure> {
    let names = PersonNames::default();
    let mut trial = Trial::new(state.clone(), stores.policy.clone(), names.into(), system_clock());
    // Whose the accounts of the lines before are: the store does not know them yet.
    let mut holders: BTreeMap<String, HolderId> = BTreeMap::new();
    for own in known {
        // The oldest says whose the others of its name are; they come by their ids.
        if let Some(name) = &own.holder {
            holders.entry(name_key(name)).or_insert(own.holder_id);
        }
    }
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut problems = Vec::new();
    for (line, step) in list.lines.iter().zip(steps) {
        let Step::Issue(request) = step else { continue };
        let key = name_key(&line.holder);
        let known = holders.get(&key).copied();
        let refusal = match prepare((**request).clone()) {
            Err(error) => Some(Refusal::of_shape(&request.name, error)?),
            Ok(mut prepared) => {
                prepared.command.header.holder = known;
                match trial.decide(&prepared) {
                    Ok(_) => None,
                    Err(rejection) => Some(Refusal::of_rule(&rejection, trial.policy())),
                }
            }
        };
        match refusal {
            None => {
                let own = request.body["data"]["id"].as_str().and_then(|id| id.parse::<AccountId>().ok());
                if let Some(own) = own {
                    lines.insert(own.to_string(), line.line);
                    holders.entry(key).or_insert(known.unwrap_or(HolderId(own.0)));
                }
            }
            Some(refusal) => {
                // An account of this list has no id that anybody could look up yet: its line is named.
                let (mut zh, mut en) = (refusal.chinese, refusal.english);
                for (account, line) in &lines {
                    zh = zh.replace(account, &format!("（第 {line} 行）"));
                    en = en.replace(account, &format!("(line {line})"));
                }
                problems.push(list.problem(line.line, field_of(&refusal.rule), zh, en));
            }
        }
    }
    Ok(problems)
}

/// The column that a rule is about.
fn field_of(rule: &str) -> Field {
    match rule {
        "account-scope" | "other-city" | "unknown-reference" | "place-in-force" => Field::Scope,
        "account-roles" => Field::Role,
        "account-second" | "account-apart" => Field::Document,
        "account-life" => Field::Days,
        _ => Field::Holder,
    }
}

/// Issues the accounts, each with its token in the file before the next.
fn issue(
    list: &AccountsList,
    steps: Vec<Step>,
    stores: &Stores,
    folded_state: FoldedState,
    mut file: TokenFile,
    language: Language,
) -> Result<(), Failure> {
    let issued = runtime()?.block_on(async {
        let submissions = Submissions::start(stores, folded_state, system_clock, std::sync::Arc::default());
        let mut issued = 0;
        let mut outcome = Ok(());
        for (line, step) in list.lines.iter().zip(steps) {
            outcome = one(&submissions, stores, line, step, &mut file, language).await.map(|is_new| {
                issued += usize::from(is_new);
            });
            if outcome.is_err() {
                break;
            }
        }
        submissions.stop().await;
        outcome.map(|()| issued)
    })?;
    let there = list.lines.len() - issued;
    // The tokens may have gone to standard output: what is said of them does not.
    eprintln!(
        "{}",
        language.pick(
            format!("已签发 {issued} 个令牌，写入 {}；原已有 {there} 个", file.name()),
            format!("issued {issued} tokens into {}; {there} accounts were already there", file.name()),
        )
    );
    Ok(())
}

/// One line: whether a token was made.
async fn one(
    submissions: &Submissions,
    stores: &Stores,
    line: &AccountLine,
    step: Step,
    file: &mut TokenFile,
    language: Language,
) -> Result<bool, Failure> {
    let account = match step {
        Step::There => return Ok(false),
        Step::WithoutToken(account) => account,
        Step::Issue(request) => {
            let id = request.body["data"]["id"].as_str().and_then(|id| id.parse().ok());
            let account: AccountId = id.ok_or_else(|| Failure::internal("an account without an id"))?;
            submissions.submit(*request).await?;
            account
        }
    };
    let token = Token::generate().map_err(accounts::AccountError::from)?;
    file.write(line, account, &token, language)?;
    store_token(&*stores.control, account, &token)?;
    Ok(true)
}

/// What would be done.
fn tell(
    list: &AccountsList,
    steps: &[(&AccountLine, Option<&Step>)],
    language: Language,
) -> Result<(), Failure> {
    let mut output = Output::new();
    for note in list.notes() {
        output.line(note.in_language(language))?;
    }
    let header = language.pick(["行", "姓名", "角色", "范围", ""], ["line", "holder", "role", "scope", ""]);
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(steps.iter().map(|(line, step)| {
        let word = match step {
            None | Some(Step::Issue(_)) => language.pick("签发", "issue"),
            Some(Step::WithoutToken(_)) => language.pick("补发令牌", "token missing"),
            Some(Step::There) => language.pick("已有", "there"),
        };
        vec![
            line.line.to_string(),
            line.holder.clone(),
            role_word(line.role, language),
            line.scope.to_string(),
            word.to_owned(),
        ]
    }));
    output.table(&rows)?;
    let new = steps.iter().filter(|(_, step)| !matches!(step, Some(Step::There))).count();
    let there = steps.len() - new;
    output.line(language.pick(
        format!("试算通过：将签发 {new} 个令牌，已有 {there} 个；加 --tokens 文件 --commit 签发"),
        format!("dry run: {new} tokens would be issued, {there} accounts are already there; add --tokens FILE --commit to issue them"),
    ))?;
    output.flush()
}

fn role_word(role: Role, language: Language) -> String {
    term(language, "Role", role.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::office_files::accounts::role_of;

    #[test]
    fn every_role_is_read_by_the_name_that_the_pages_give_it() {
        for role in Role::OF_ACCOUNTS {
            assert_eq!(role_of(&role_word(role, Language::Zh)), Some(role), "{role:?}");
            assert_eq!(role_of(role.as_str()), Some(role));
        }
    }
}
