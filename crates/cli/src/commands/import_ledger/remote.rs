//! A ledger through a running server, as the account of the token: a county officer's own county.

use domain::place::PlaceCode;
use domain::say::{Language, Say};
use ledger::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Done, Proposed, tell};
use crate::exit::Failure;
use crate::remote::Server;

/// The longest list of own headings that goes along with a request.
const MAX_ALIASES_BYTES: usize = 4_096;

pub(super) fn propose(
    server: &Server,
    county: &PlaceCode,
    bytes: &[u8],
    aliases: &[(String, String)],
    language: Language,
) -> Result<Proposed, Failure> {
    let pairs: Vec<String> = aliases.iter().map(|(field, heading)| format!("{field}:{heading}")).collect();
    let pairs = pairs.join(";");
    if pairs.len() > MAX_ALIASES_BYTES {
        let en = "that many headings go into a sheet 表头别名 of the ledger, where a server is asked";
        return Err(Failure::usage("叫法过多：请写在清单的“表头别名”工作表中", en));
    }
    let query = format!("aliases={}&lang={}", escaped(&pairs), language.code());
    let path = format!("/api/v1/counties/{county}/register/proposal?{query}");
    let answer: ProposalAnswer = sent(server, &path, bytes)?;
    let workbook = match answer.workbook {
        Some(workbook) if answer.problems.is_empty() => ledger::decoded(&workbook),
        _ => return Err(refused(answer.problems, answer.more, language)),
    };
    let said = answer.said.iter().map(|line| line.in_language(language).to_owned()).collect();
    Ok(Proposed { workbook: workbook.ok_or_else(|| server.unreachable("Base64"))?, said })
}

/// What the server proposes.
#[derive(Deserialize)]
struct ProposalAnswer {
    workbook: Option<String>,
    said: Vec<Say>,
    problems: Vec<Cell>,
    more: usize,
}

/// What the server says of a registration.
#[derive(Deserialize)]
struct AcceptanceAnswer {
    recorded: usize,
    there: usize,
    joint_branches: usize,
    left_out: usize,
    problems: Vec<Cell>,
    more: usize,
}

#[derive(Deserialize)]
struct Cell {
    cell: String,
    rule: String,
    detail: String,
    detail_en: String,
}

pub(super) fn accept(
    server: &Server,
    county: &PlaceCode,
    bytes: &[u8],
    is_commit: bool,
    language: Language,
) -> Result<Done, Failure> {
    let path = format!("/api/v1/counties/{county}/register/acceptance?commit={is_commit}");
    let done: AcceptanceAnswer = sent(server, &path, bytes)?;
    if !done.problems.is_empty() {
        return Err(refused(done.problems, done.more, language));
    }
    let AcceptanceAnswer { recorded, there, joint_branches, left_out, .. } = done;
    Ok(Done { recorded, there, joint_branches, left_out })
}

fn sent<T: DeserializeOwned>(server: &Server, path: &str, bytes: &[u8]) -> Result<T, Failure> {
    let answer = server.post_bytes(path, "application/octet-stream", bytes)?;
    serde_json::from_str(&answer).map_err(|error| server.unreachable(error))
}

/// Tells the cells that are wrong.
fn refused(cells: Vec<Cell>, more: usize, language: Language) -> Failure {
    let problem = |cell: Cell| Problem::new(cell.cell, cell.rule, Say::of(cell.detail, cell.detail_en));
    let problems: Vec<Problem> = cells.into_iter().map(problem).collect();
    tell(&problems, more, language)
}

/// A text as it stands in a query.
fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
