//! Showing the signed head to the witnesses: the city sends it to each, and keeps what they sign. A mirror signs only once it
//! holds all of it: its signature is asked for.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use audit::checkpoint::Checkpoint;
use audit::key::PublicKey;
use audit::trust::KnownWitness;
use audit::witness::AddCheckpoint;
use domain::date::Timestamp;

use crate::checkpointer::SignedTree;
use crate::witness::hash_of;

/// How often a head that has grown is shown; the first is shown at once.
const SHOWN_EVERY: Duration = Duration::from_secs(10 * 60);
/// After how long a head that has not grown is shown again: nothing that is recorded later can be dated back behind it.
/// With the pause before, an hour at most.
const QUIET_FOR: Duration = Duration::from_secs(50 * 60);
/// How soon after a witness did not answer.
const SHOWN_AGAIN_AFTER: Duration = Duration::from_secs(60);
/// How long a witness may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// The largest answer: a few lines of signatures.
const MAX_ANSWER_BYTES: u64 = 16 << 10;
/// What a witness answers whose last head is of another size.
const CONFLICT: u16 = 409;
/// What a witness answers to a head that does not continue what it has signed.
const INCONSISTENT: u16 = 422;

/// What comes of showing a head.
enum Shown {
    /// A witness's line, and its time.
    Signed { line: Vec<u8>, time: u64 },
    /// The last head that a mirror signed, which may be an earlier one.
    Held(Checkpoint),
}

/// Why a witness has not signed.
#[derive(Debug, thiserror::Error)]
enum WitnessingError {
    /// It does not answer.
    #[error("no answer: {0}")]
    Away(String),
    /// It refuses: what it holds is no beginning of this log.
    #[error("it refuses with {status}: {said}")]
    Refused { status: u16, said: String },
    /// What it sent is no signature of its own on this head.
    #[error("what it sent is no signature of its own")]
    NotSigned,
    /// It asks for a head of a size that this log never had.
    #[error("it holds a head of {size} events, and this log has {own}: it has seen more than there is")]
    Ahead { size: u64, own: u64 },
}

impl WitnessingError {
    /// Whether it proves that the log is not the one that the witness signed before. What another instance has shown to it
    /// meanwhile proves nothing: `newest` is the size of the newest head of all.
    fn is_proof(&self, newest: u64) -> bool {
        match self {
            Self::Refused { status, .. } => *status == INCONSISTENT,
            Self::Ahead { size, .. } => *size > newest,
            Self::Away(_) | Self::NotSigned => false,
        }
    }
}

/// Shows the head to each witness as it grows, until told to stop.
pub async fn run(
    signed_tree: Arc<SignedTree>,
    witnesses: Vec<KnownWitness>,
    clock: fn() -> Timestamp,
    stop: impl Future<Output = ()>,
) {
    let keys: Vec<PublicKey> = witnesses.iter().map(|witness| witness.key.clone()).collect();
    if let Err(error) = signed_tree.keep_witness_keys(&keys) {
        tracing::warn!(%error, "the keys of the witnesses were not kept");
    }
    let mut stop = std::pin::pin!(stop);
    let mut heads = signed_tree.heads();
    let mut shown = 0;
    loop {
        let grown = heads.wait_for(|head| head.as_ref().is_some_and(|head| head.size > shown));
        let head = tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(QUIET_FOR), if shown > 0 => match signed_tree.head() {
                Some(head) => head,
                None => continue,
            },
            grown = grown => match grown.as_deref() {
                Ok(Some(head)) => head.clone(),
                _ => return,
            },
        };
        let (asked, again) = (witnesses.clone(), signed_tree.clone());
        let (size, now) = (head.size, clock);
        let all = tokio::task::spawn_blocking(move || show_to_all(&again, &head, &asked, now)).await;
        // While the clock is off nothing is recorded: the same head is shown again until it is set.
        let is_set = signed_tree.clock_ahead().is_none() && signed_tree.clock_behind().is_none();
        let is_done = matches!(all, Ok(true)) && is_set;
        let pause = if is_done { SHOWN_EVERY } else { SHOWN_AGAIN_AFTER };
        shown = if is_done { size } else { 0 };
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Gathers the signatures of those who answer; says whether all did. Blocks.
fn show_to_all(
    signed_tree: &SignedTree,
    head: &Checkpoint,
    witnesses: &[KnownWitness],
    clock: fn() -> Timestamp,
) -> bool {
    let (mut lines, mut ahead, mut refusing) = (Vec::new(), Vec::new(), Vec::new());
    let mut all = true;
    for witness in witnesses {
        match show(signed_tree, head, witness) {
            Ok(Shown::Held(held)) => {
                all &= held.size >= head.size;
                if let Err(error) = signed_tree.keep_witnessed(&held) {
                    tracing::warn!(%error, "the signature of a mirror was not kept");
                    all = false;
                }
            }
            Ok(Shown::Signed { line, time }) => {
                lines.extend(line);
                ahead.push(clock().milliseconds() / 1_000 - i64::try_from(time).unwrap_or(i64::MAX));
            }
            Err(error) => {
                all = false;
                tracing::warn!(witness = witness.name, size = head.size, %error, "the checkpoint was not witnessed");
                if error.is_proof(signed_tree.newest_size()) {
                    refusing.push(witness.name.as_str());
                }
            }
        }
    }
    // One that did not answer has taken back nothing that it proved before.
    if let Err(error) = signed_tree.note_refusing(&refusing, all) {
        tracing::warn!(%error, "what the witnesses refuse was not kept");
    }
    if let Some(seconds) = median(ahead) {
        signed_tree.note_clock_ahead(seconds);
    }
    if lines.is_empty() {
        return all;
    }
    let kept = head.with_signatures(&lines).map_err(|error| error.to_string());
    let kept = kept.and_then(|head| signed_tree.keep_witnessed(&head).map_err(|error| error.to_string()));
    if let Err(error) = kept {
        tracing::warn!(error, "the signatures of witnesses were not kept");
        return false;
    }
    all
}

/// By how much the clock is ahead of the witnesses' clocks, of which one may be wrong: the middle one counts, and of two in
/// the middle the one that is nearer to ours, since one of them being wrong is likelier than both agreeing with each other
/// and not with it.
fn median(mut ahead: Vec<i64>) -> Option<i64> {
    ahead.sort_unstable();
    let (low, high) = (ahead.get(ahead.len().checked_sub(1)? / 2)?, ahead.get(ahead.len() / 2)?);
    Some(if low.unsigned_abs() <= high.unsigned_abs() { *low } else { *high })
}

/// The line of one witness. The witness says itself from which size it wants the proof.
fn show(
    signed_tree: &SignedTree,
    head: &Checkpoint,
    witness: &KnownWitness,
) -> Result<Shown, WitnessingError> {
    let mut old_size = 0;
    // Once to learn what it holds, and once more in case another instance was faster.
    for _ in 0..3 {
        let own = head.size;
        let proof = signed_tree.tree().consistency(old_size, own);
        let proof = proof.ok_or(WitnessingError::Ahead { size: old_size, own })?;
        let checkpoint = Checkpoint::parse(&head.to_bytes()).map_err(|_| WitnessingError::NotSigned)?;
        let (status, said) = post(witness, &AddCheckpoint { old_size, proof, checkpoint }.to_bytes())?;
        match status {
            // As a mirror answers: it signs later.
            200 if said.is_empty() => return held(signed_tree, head, witness).map(Shown::Held),
            200 => {
                let signed = head
                    .with_signatures(&said)
                    .and_then(|head| head.signed_by(std::slice::from_ref(&witness.key)));
                let signed = signed.ok().and_then(|signed| signed.first().map(|signed| signed.time));
                return signed
                    .map(|time| Shown::Signed { line: said, time })
                    .ok_or(WitnessingError::NotSigned);
            }
            CONFLICT => {
                let size =
                    String::from_utf8_lossy(&said).trim().parse().map_err(|_| WitnessingError::NotSigned)?;
                old_size = size;
            }
            status => {
                let said = String::from_utf8_lossy(&said).chars().take(200).collect();
                return Err(WitnessingError::Refused { status, said });
            }
        }
    }
    Err(WitnessingError::Away("it asks for another size each time".to_owned()))
}

/// The last head of this log that a mirror holds all of, with its signature.
fn held(
    signed_tree: &SignedTree,
    head: &Checkpoint,
    mirror: &KnownWitness,
) -> Result<Checkpoint, WitnessingError> {
    let agent = agent();
    let path = format!("{}/{}/checkpoint", address(mirror), hash_of(&head.origin));
    let (status, said) = read(agent.get(path).call())?;
    if status != 200 {
        return Err(WitnessingError::Away("it holds nothing yet".to_owned()));
    }
    let held = Checkpoint::parse(&said).map_err(|_| WitnessingError::NotSigned)?;
    let keys = [signed_tree.keys(), std::slice::from_ref(&mirror.key)].concat();
    let signed = held.signed_by(std::slice::from_ref(&mirror.key)).unwrap_or_default();
    let is_own = held.origin == head.origin && signed_tree.tree().root(held.size) == Some(held.root);
    match held.only_of(&keys) {
        Ok(held) if is_own && !signed.is_empty() => Ok(held),
        _ => Err(WitnessingError::NotSigned),
    }
}

fn address(witness: &KnownWitness) -> &str {
    witness.address.as_deref().unwrap_or_default().trim_end_matches('/')
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    config.timeout_global(Some(ANSWER_TIMEOUT)).build().into()
}

fn post(witness: &KnownWitness, body: &[u8]) -> Result<(u16, Vec<u8>), WitnessingError> {
    read(agent().post(format!("{}/add-checkpoint", address(witness))).send(body))
}

/// The status and the body of an answer.
fn read(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<(u16, Vec<u8>), WitnessingError> {
    let away = |error: &dyn std::error::Error| WitnessingError::Away(error.to_string());
    let response = answer.map_err(|error| away(&error))?;
    let status = response.status().as_u16();
    let mut said = Vec::new();
    let reader = response.into_body().into_reader();
    reader.take(MAX_ANSWER_BYTES).read_to_end(&mut said).map_err(|error| away(&error))?;
    Ok((status, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_clock_of_three_decides_nothing_and_of_two_the_nearer_counts() {
        for (ahead, counts) in [
            (vec![], None),
            (vec![7], Some(7)),
            (vec![3_600], Some(3_600)),
            (vec![3_600, 2], Some(2)),
            (vec![-3_600, 2], Some(2)),
            (vec![3_600, 3_601], Some(3_600)),
            (vec![2, 3_600, 1], Some(2)),
            (vec![-9_000, 1, 0, 9_000], Some(0)),
            (vec![3_600, 3_602, 1, 3_601], Some(3_600)),
        ] {
            assert_eq!(median(ahead.clone()), counts, "{ahead:?}");
        }
    }

    #[test]
    fn only_what_no_instance_can_have_shown_meanwhile_is_a_proof() {
        let refused = |status| WitnessingError::Refused { status, said: String::new() };
        assert!(refused(INCONSISTENT).is_proof(9));
        assert!([400, 403, 404, 500, 503].iter().all(|status| !refused(*status).is_proof(9)));
        let ahead = |size| WitnessingError::Ahead { size, own: 7 };
        assert!(ahead(10).is_proof(9) && !ahead(9).is_proof(9), "another instance had shown it");
        assert!(!WitnessingError::Away("no".into()).is_proof(9) && !WitnessingError::NotSigned.is_proof(9));
    }
}
