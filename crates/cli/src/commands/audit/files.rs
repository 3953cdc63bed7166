//! Verifying what was carried away: a bundle, or the receipt of one event.

use std::path::Path;

use audit::bundle_check::Bundle;
use audit::checkpoint::Checkpoint;
use audit::key::PublicKey;
use audit::receipt::Receipt;
use audit::{Commitments, Depth, Finding, FindingKind, Part, Report, Verifier};
use event_log::regular_file;

use super::verify::Verified;
use crate::exit::Failure;
use crate::language::Language;
use crate::progress::Progress;

/// Verifies a bundle.
pub fn bundle(
    path: &Path,
    is_deep: bool,
    keys: &[PublicKey],
    since: Option<&Checkpoint>,
    language: Language,
) -> Result<Verified, Failure> {
    let file = regular_file::open(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let depth = if is_deep { Depth::Deep(Commitments::NotAtHand) } else { Depth::Log };
    let bundle = match Bundle::open(file)? {
        Ok(bundle) => bundle,
        Err(finding) => {
            let mut report = Report::of_nothing();
            report.add(finding);
            return Ok(Verified { report, checkpoint: None, witnessed: Vec::new(), compared: None });
        }
    };
    let copies = |heads: &[Checkpoint]| heads.iter().map(copy).collect::<Result<Vec<_>, _>>();
    let (checkpoint, witnessed, part, last) = match bundle.head() {
        Ok(head) => (
            Some(copy(&head.checkpoint)?),
            copies(&head.witnessed)?,
            head.manifest.part(),
            head.manifest.last,
        ),
        Err(_) => (None, Vec::new(), Part::Whole, 0),
    };
    if let (Some(since), Some(head)) = (since, &checkpoint)
        && part != Part::Whole
        && since.size != head.size
    {
        return Err(Failure::usage(
            "部分归档包不能与另一检查点比对：请用全量归档包，或对服务核验",
            "a partial bundle cannot be compared with another checkpoint: use a whole one, or verify the server",
        ));
    }
    let older: Vec<&Checkpoint> = since.into_iter().collect();
    let mut progress = Progress::begin(language, "核验", "verifying", Some(last));
    let report = bundle.verify(depth, keys, &older, &mut |position| progress.at(position))?;
    progress.end();
    Ok(Verified { report, checkpoint, witnessed, compared: None })
}

/// Verifies the receipt of one event.
pub fn receipt(path: &Path, keys: &[PublicKey], since: Option<&Checkpoint>) -> Result<Verified, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let finding = |position, kind, detail: String| Finding { position, kind, detail };
    let receipt = match Receipt::parse(&bytes) {
        Ok(receipt) => receipt,
        Err(error) => {
            let mut report = Report::of_nothing();
            report.add(finding(0, FindingKind::Proof, error.to_string()));
            return Ok(Verified { report, checkpoint: None, witnessed: Vec::new(), compared: None });
        }
    };
    if since.is_some_and(|since| since.size != receipt.checkpoint.size) {
        return Err(Failure::usage(
            "回执不能与另一检查点比对：请用归档包，或对服务核验",
            "a receipt cannot be compared with another checkpoint: use a bundle, or verify the server",
        ));
    }
    let position = receipt.position();
    let mut verifier = Verifier::of_part(Part::Range { from: position }, None, Depth::Log);
    verifier.check(position, &receipt.event)?;
    let mut report = verifier.finish()?;
    if !receipt.is_included() {
        report.add(finding(position, FindingKind::Proof, String::new()));
    }
    if since.is_some_and(|since| since.root != receipt.checkpoint.root) {
        report.add(finding(receipt.checkpoint.size, FindingKind::Fork, String::new()));
    }
    if let Err(error) = receipt.checkpoint.signed_by(keys) {
        report.add(finding(receipt.checkpoint.size, FindingKind::Signature, error.to_string()));
    }
    Ok(Verified { report, checkpoint: Some(receipt.checkpoint), witnessed: Vec::new(), compared: None })
}

fn copy(head: &Checkpoint) -> Result<Checkpoint, Failure> {
    Checkpoint::parse(&head.to_bytes()).map_err(Failure::internal)
}
