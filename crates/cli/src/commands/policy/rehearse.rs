//! `policy rehearse`: a proposed policy, held against everything recorded since a day, here or by a server.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::regular_file;
use projections::{Rehearsal, rehearse, state_at};
use service::proposed_policy::{MAX_PROPOSAL_BYTES, ProposalError, propose};

use super::rehearse_text;
use crate::exit::Failure;
use crate::local::{DataDirectory, policy};
use crate::output::Output;
use crate::progress::Progress;
use crate::remote::{Server, ServerOptions};

#[derive(Debug, Args)]
pub struct Arguments {
    /// 拟议政策：指令 issue-policy 的 data（JSON），如 {"jurisdiction":"5108","figures":{"survey_favour_percent":70}} / the proposed policy: the `data` of the command `issue-policy`, as JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 假定自该日起施行 / from which day on it is taken to have been in force
    #[arg(long, value_name = "DATE")]
    since: Date,
    /// 以 JSON 输出全部结果，与 API 相同 / everything as JSON, the same as the API's
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let bytes = read(&arguments.file)?;
    let rehearsal = match arguments.server.connect()? {
        Some(server) => remote(&server, arguments.since, &bytes)?,
        None => here(arguments, &bytes, language)?,
    };
    let mut output = Output::new();
    if arguments.json {
        output.json(&rehearsal)?;
    } else {
        rehearse_text::print(&rehearsal, language, &mut output)?;
    }
    output.flush()
}

/// The file, as far as a proposal may be long: what is longer is refused as one.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    regular_file::read(path, MAX_PROPOSAL_BYTES as u64).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::FileTooLarge => ProposalError::TooLong { limit: MAX_PROPOSAL_BYTES }.into(),
        _ => Failure::Input { path: path.to_owned(), cause },
    })
}

fn remote(server: &Server, since: Date, bytes: &[u8]) -> Result<Rehearsal, Failure> {
    let path = format!("/api/v1/policy-rehearsals?since={since}");
    let text = server.post_bytes(&path, "application/json", bytes)?;
    serde_json::from_str(&text).map_err(|error| server.unreachable(error))
}

/// From the log that lies here, also beside a running service: it is read twice up to the same position, since what is
/// proposed is held to what the city is by then.
fn here(arguments: &Arguments, bytes: &[u8], language: Language) -> Result<Rehearsal, Failure> {
    let log = arguments.directory.location()?.open_log()?;
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let defaults = policy()?;
    let mut reading = Progress::begin(language, "读取日志", "reading the log", None);
    let state = state_at(&*log, city.clone(), u64::MAX, &mut |position| reading.at(position))?;
    reading.end();
    let proposal = propose(&state, &defaults, bytes, arguments.since)?;
    let last = state.last_position;
    let mut deciding = Progress::begin(language, "试行", "rehearsing", Some(last));
    let rehearsal = rehearse(&*log, city, &defaults, &proposal, last, &mut |position| deciding.at(position))?;
    deciding.end();
    Ok(rehearsal)
}
