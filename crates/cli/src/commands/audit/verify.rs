//! `audit verify`: every event of a log that lies here or behind a server, held against the rules of the log.

use std::io::BufRead;
use std::sync::Arc;

use audit::{
    Commitments, Depth, Finding, Report, Verifier, check_access_log, missing_access_logs, verify_log,
};
use clap::Args;
use domain::place::PlaceCode;
use event_log::{AccessStore, ControlStore, EmbeddedControl, LogLocation, MAX_EVENT_BYTES};
use server::service::VIEWS_FOLDER;

use super::verdict::{self, Verdict};
use super::views;
use crate::exit::Failure;
use crate::import_line::{Lines, RawLine};
use crate::language::Language;
use crate::local::{DataDirectory, Place, runtime};
use crate::progress::Progress;
use crate::remote::{Server, ServerOptions};

/// The file of names, pays and reasons.
const CONTROL_FILE: &str = "control.db";

#[derive(Debug, Args)]
pub struct Arguments {
    /// 另查 JSON Schema、业务规则、承诺值和读模型 / also check schemas, rules, commitments and the read models
    #[arg(long)]
    deep: bool,
    /// 不要求证明签名者：只核验自洽 / be content with consistency: nobody's signature is asked for
    #[arg(long)]
    self_consistent: bool,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    json: bool,
    /// 服务所管城市的代码，默认 5108 / the code of the server's city; 5108 where absent
    #[arg(long, value_name = "CODE", requires = "server")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let (mut report, compared) = match arguments.server.connect()? {
        Some(server) => there(&server, arguments, language)?,
        None => here(arguments, language)?,
    };
    let views = match compared {
        Some(Ok(comparison)) => {
            comparison.differences.into_iter().for_each(|finding| report.add(finding));
            Ok(comparison.note)
        }
        Some(Err(failure)) => Err(failure),
        None => Ok(None),
    };
    let (note, held) = match views {
        Ok(note) => (note, None),
        // Told in the report too: a verdict without the views must say so.
        Err(failure) => (Some(failure.to_string()), Some(failure)),
    };
    let verdict = Verdict::of(&report, arguments.self_consistent);
    verdict::tell(&report, verdict, note, arguments.json, language)?;
    match held {
        // The log is as it should be, and the rest could not be looked at.
        Some(failure) if report.is_consistent() => Err(failure),
        Some(failure) => {
            failure.tell(language);
            verdict.end()
        }
        None => verdict.end(),
    }
}

type Compared = Option<Result<views::Comparison, Failure>>;

fn here(arguments: &Arguments, language: Language) -> Result<(Report, Compared), Failure> {
    let place = arguments.directory.place()?;
    let log = place.open_log()?;
    let control = if arguments.deep { control_store(&place)? } else { None };
    let depth = match (arguments.deep, &control) {
        (false, _) => Depth::Log,
        (true, Some(control)) => Depth::Deep(Commitments::Store(&**control)),
        (true, None) => Depth::Deep(Commitments::Gone),
    };
    let last = runtime()?.block_on(log.last_position())?;
    let mut progress = Progress::begin(language, "核验", "verifying", Some(last));
    let verifier = Verifier::new(Some(log.city()), depth);
    let mut report = verify_log(&*log, verifier, &mut |position| progress.at(position))?;
    progress.end();
    access_findings(&place, &report)?.into_iter().for_each(|finding| report.add(finding));
    // Rows folded from a log that is not consistent say nothing.
    let compared =
        (arguments.deep && report.is_consistent()).then(|| views::compare_here(&place.data, &*log));
    Ok((report, compared))
}

/// The access logs that lie here against their anchors. Where a log is served from its own directory, the access logs of
/// all that ever served it lie there; a mere copy, and an instance of a shared log, have not those of others.
fn access_findings(place: &Place, report: &Report) -> Result<Vec<Finding>, Failure> {
    if !place.data.is_dir() {
        return Ok(Vec::new());
    }
    let stores = AccessStore::open_all_read_only(&place.data)?;
    let mut findings = Vec::new();
    for store in &stores {
        findings.extend(check_access_log(store, &report.anchors)?);
    }
    let is_served = !stores.is_empty() || place.data.join(VIEWS_FOLDER).exists();
    if place.log == LogLocation::Embedded && is_served {
        findings.extend(missing_access_logs(&report.anchors, &stores));
    }
    Ok(findings)
}

/// The store beside the log, which verifying must not make where it is gone.
pub fn control_store(place: &Place) -> Result<Option<Arc<dyn ControlStore>>, Failure> {
    match place.log {
        LogLocation::Embedded if !place.data.join(CONTROL_FILE).exists() => Ok(None),
        LogLocation::Embedded => Ok(Some(Arc::new(EmbeddedControl::open(&place.data)?))),
        LogLocation::Nats(_) => Ok(Some(place.open_existing()?.control)),
    }
}

fn there(server: &Server, arguments: &Arguments, language: Language) -> Result<(Report, Compared), Failure> {
    let default = "5108".parse().map_err(Failure::internal);
    let city: PlaceCode = arguments.city.clone().map_or(default, Ok)?;
    let depth = if arguments.deep { Depth::Deep(Commitments::NotAtHand) } else { Depth::Log };
    let mut verifier = Verifier::new(Some(city.as_str()), depth);
    let mut folding = arguments.deep.then(|| views::Folding::new(city.clone()));
    let mut progress = Progress::begin(language, "核验", "verifying", None);
    // Without a limit the server sends all of the city, or says that the token may not read it.
    let answer = server.get_lines(&format!("/api/v1/events?scope={city}"))?;
    let mut lines = Lines::new(answer, "events");
    let mut position = 0;
    while let Some((number, line)) = next(&mut lines, server)? {
        position = number;
        match line {
            RawLine::Bytes(bytes) => {
                verifier.check(position, &bytes)?;
                if let Some(folding) = &mut folding {
                    folding.event(position, &bytes);
                }
            }
            RawLine::TooLong => verifier.storage_damaged(None, &format!("> {MAX_EVENT_BYTES} bytes")),
        }
        progress.at(position);
    }
    progress.end();
    let report = verifier.finish();
    let compared =
        folding.filter(|_| report.is_consistent()).map(|folding| folding.compare(server, position));
    Ok((report, compared))
}

/// An answer that breaks off is the server's failure, not a short log.
fn next(lines: &mut Lines<impl BufRead>, server: &Server) -> Result<Option<(u64, RawLine)>, Failure> {
    lines.next().map_err(|failure| match failure {
        Failure::Input { cause, .. } => server.unreachable(cause),
        other => other,
    })
}
