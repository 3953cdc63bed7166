//! Verifying what was carried away: a bundle, or the receipt of one event.

use std::fs::File;
use std::path::Path;

use audit::bundle_check::{Bundle, CheckError, Checked};
use audit::checkpoint::origin;
use audit::receipt::Receipt;
use audit::{Commitments, Depth, Finding, FindingKind, Part, Report, Verifier, times_of_witnesses};
use domain::say::Language;
use event_log::regular_file;

use super::verified::{Question, Verified};
use crate::exit::Failure;
use crate::progress::Progress;

/// Verifies a bundle.
pub fn bundle(
    path: &Path,
    is_deep: bool,
    question: Question<'_>,
    language: Language,
) -> Result<Verified, Failure> {
    let file = File::open(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let depth = if is_deep { Depth::Deep(Commitments::NotAtHand) } else { Depth::Log };
    let bundle = match Bundle::open(file)? {
        Ok(bundle) => bundle,
        Err(finding) => return Ok(Verified::failed(finding)),
    };
    let (last, is_of_scope) =
        bundle.head().map_or((0, false), |head| (head.manifest.last, head.manifest.scope.is_some()));
    let mut progress = Progress::begin(language, "核验", "verifying", Some(last));
    let checked =
        bundle.verify(depth, question.requirements, question.clock, &mut |position| progress.at(position));
    progress.end();
    let Checked { report, head, witnessed, keys } = checked.map_err(|error| match error {
        CheckError::Archive(error) => Failure::from(error),
        CheckError::OtherSize => Failure::Usage { message: error.say() },
    })?;
    Ok(Verified { report, checkpoint: head, witnessed, keys, is_of_scope, compared: None, scans: None })
}

/// Verifies the receipt of one event.
pub fn receipt(path: &Path, question: Question<'_>) -> Result<Verified, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let finding = |position, kind, detail: String| Finding { position, kind, detail };
    let receipt = match Receipt::parse(&bytes) {
        Ok(receipt) => receipt,
        Err(error) => return Ok(Verified::failed(finding(0, FindingKind::Proof, error.say().in_both()))),
    };
    let since = question.requirements.since;
    if since.is_some_and(|since| since.size != receipt.checkpoint.size) {
        return Err(Failure::usage(
            "回执不能与另一检查点比对：请用归档包，或对服务核验",
            "a receipt cannot be compared with another checkpoint: use a bundle, or verify the server",
        ));
    }
    let keys = question.requirements.trust.map(audit::trust::Trust::keys).unwrap_or_default();
    let position = receipt.position();
    // An event of another city is none of this log's, whoever put it under its root.
    let city = receipt.checkpoint.origin.strip_prefix(&origin("")).unwrap_or_default().to_owned();
    let mut verifier = Verifier::of_part(Part::Range { from: position }, Some(&city), Depth::Log);
    verifier.by_clock(question.clock);
    verifier.witnessed(times_of_witnesses([&receipt.checkpoint], &keys));
    // A receipt is of one event, and is carried about for years: its own head must be witnessed, however young it is.
    verifier.aged_by_hours(0);
    verifier.check(position, &receipt.event)?;
    let mut report: Report = verifier.finish()?;
    if !receipt.is_included() {
        report.add(finding(position, FindingKind::Proof, String::new()));
    }
    if since.is_some_and(|since| since.root != receipt.checkpoint.root) {
        report.add(finding(receipt.checkpoint.size, FindingKind::Fork, String::new()));
    }
    if let Err(error) = receipt.checkpoint.signed_by(&keys) {
        report.add(finding(receipt.checkpoint.size, FindingKind::Signature, error.say().in_both()));
    }
    let (checkpoint, witnessed) = (Some(receipt.checkpoint), Vec::new());
    Ok(Verified {
        report,
        checkpoint,
        witnessed,
        keys: Vec::new(),
        is_of_scope: false,
        compared: None,
        scans: None,
    })
}
