//! `rebuild`: makes the read models anew from the log, beside the live ones, and puts them in their place.

use clap::Args;
use domain::say::Language;
use projections::Progress as Step;
use service::service::VIEWS_FOLDER;

use crate::exit::Failure;
use crate::local::{DataDirectory, runtime};
use crate::output::Output;
use crate::progress::Progress;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    directory: DataDirectory,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let place = arguments.directory.location()?;
    let _lock = place.lock_existing()?;
    let log = place.open_log()?;
    let city = log.city().parse().map_err(Failure::internal)?;
    let last = runtime()?.block_on(log.last_position())?;
    let mut folding = Progress::begin(language, "读取日志", "reading the log", Some(last));
    let mut writing: Option<Progress> = None;
    let rebuilt =
        projections::rebuild(&place.data.join(VIEWS_FOLDER), &city, &*log, last, &mut |step| match step {
            Step::Folding { position, .. } => folding.at(position),
            Step::Writing { rows, of } => {
                let begin =
                    || Progress::begin(language, "写入读模型", "writing the read models", Some(of as u64));
                writing.get_or_insert_with(begin).at(rows as u64);
            }
        })?;
    folding.end();
    if let Some(writing) = writing {
        writing.end();
    }
    rebuilt.store.flush()?;
    let (rows, position) = (rebuilt.views.row_count(), rebuilt.views.position());
    let mut output = Output::new();
    output.line(language.pick(
        format!("已重建 {rows} 行，依据日志第 1 至 {position} 条"),
        format!("rebuilt {rows} rows from the events 1 to {position}"),
    ))?;
    output.flush()
}
