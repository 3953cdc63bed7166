//! The verdict: what a report, the keys of a verifier and a checkpoint that he kept come to.

use domain::date::Timestamp;
use serde::Serialize;

use crate::checkpoint::Checkpoint;
use crate::finding::{Finding, FindingKind};
use crate::key::{KeyKind, PublicKey};
use crate::report::{DeclaredKeys, Report};
use crate::trust::Trust;

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something is wrong.
    Failed,
    /// Nothing is wrong, and nobody who is trusted signed for it.
    ConsistentSignerNotEstablished,
    /// Nothing is wrong, and no more was requirements.
    SelfConsistent,
    /// Nothing is wrong, and it continues a checkpoint that was kept from earlier, under a key that signed that one.
    ContinuesCheckpoint,
    /// It continues the checkpoint that was kept, and another key than that one's signed it.
    ContinuesSignerNotEstablished,
    /// A trusted key signed for it, and too few of the witnesses that are requirements for, or too long ago.
    WitnessesMissing,
    /// A trusted key signed for it, and as many witnesses as are requirements for.
    Verified,
}

impl Verdict {
    /// Whether somebody who is trusted stands for what was verified, or nobody was requirements for.
    pub fn is_good(self) -> bool {
        matches!(self, Self::SelfConsistent | Self::ContinuesCheckpoint | Self::Verified)
    }

    /// Whether a signature stands for it.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::ContinuesCheckpoint | Self::Verified)
    }
}

/// What a verifier asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requirements<'a> {
    /// Whom he trusts.
    pub trust: Option<&'a Trust>,
    /// The checkpoint that he kept.
    pub since: Option<&'a Checkpoint>,
    /// Whether consistency is enough.
    pub self_consistent: bool,
}

/// What a log shows of who signed it.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Its head.
    pub head: Option<&'a Checkpoint>,
    /// Earlier heads that witnesses have signed, all of which the head is known to continue.
    pub witnessed: &'a [Checkpoint],
    /// The log's keys by its own account.
    pub keys: &'a [PublicKey],
}

/// The verdict on what was verified; a kept checkpoint that is none of this log's is a finding.
pub fn judge(
    requirements: Requirements<'_>,
    evidence: Evidence<'_>,
    report: &mut Report,
) -> (Verdict, Option<Established>) {
    check_since(requirements, evidence, report);
    let established = requirements.trust.zip(evidence.head);
    let established = established.map(|(trust, head)| Established::of(trust, head, evidence.witnessed));
    let verdict = match (&established, requirements.trust, requirements.since) {
        _ if !report.is_consistent() => Verdict::Failed,
        (Some(Established { signed_by: Some(_), quorum_up_to, .. }), Some(trust), _) => {
            let size = evidence.head.map_or(0, |head| head.size);
            // A quorum of long ago says nothing of what was recorded since.
            let is_covered = quorum_up_to.is_some_and(|up_to| up_to == size || report.aged_up_to <= up_to);
            let is_enough = !trust.asks_for_witnesses() || is_covered;
            if is_enough { Verdict::Verified } else { Verdict::WitnessesMissing }
        }
        (None, None, Some(since)) if is_same_signer(since, evidence, &report.declared_keys) => {
            Verdict::ContinuesCheckpoint
        }
        _ if requirements.self_consistent => Verdict::SelfConsistent,
        (None, None, Some(_)) => Verdict::ContinuesSignerNotEstablished,
        _ => Verdict::ConsistentSignerNotEstablished,
    };
    (verdict, established)
}

/// The kept checkpoint must be of the same log, and signed by a key of it: a trusted one where keys are given.
fn check_since(requirements: Requirements<'_>, evidence: Evidence<'_>, report: &mut Report) {
    let Some(since) = requirements.since else { return };
    let finding = |kind| Finding::new(since.size, kind, since.origin.clone());
    if evidence.head.is_some_and(|head| head.origin != since.origin) {
        report.add(finding(FindingKind::Checkpoint));
    }
    let is_wrong = match requirements.trust {
        Some(trust) => !since.is_signed_by_log(&trust.keys()).unwrap_or(false),
        None => since.signed_by(evidence.keys).is_err(),
    };
    if is_wrong {
        report.add(finding(FindingKind::Signature));
    }
}

/// Whether the head is signed by a key that signed the kept checkpoint, or by one that the log declared under a head signed by
/// such a key: who signs a change of keys answers for the next ones, and for no more than those. Where both are of one size
/// they are one head.
fn is_same_signer(since: &Checkpoint, evidence: Evidence<'_>, declared: &[DeclaredKeys]) -> bool {
    let Some(head) = evidence.head else { return false };
    if head.size == since.size {
        return true;
    }
    let mut known = evidence.keys.to_vec();
    for key in declared.iter().flat_map(|declared| &declared.keys) {
        if !known.contains(key) {
            known.push(key.clone());
        }
    }
    let signers = |checkpoint: &Checkpoint| {
        let signed = checkpoint.signed_by(&known).unwrap_or_default();
        let keys = signed.into_iter().map(|signed| signed.key);
        keys.filter(|key| is_log(key, checkpoint)).collect::<Vec<_>>()
    };
    let named_under = |checkpoint: &Checkpoint| {
        let named = declared.iter().rfind(|declared| declared.position <= checkpoint.size);
        named.map(|named| named.keys.clone())
    };
    let mut answering = signers(since);
    if answering.is_empty() {
        return false;
    }
    answering = named_under(since).unwrap_or(answering);
    let mut between: Vec<&Checkpoint> =
        evidence.witnessed.iter().filter(|one| (since.size..head.size).contains(&one.size)).collect();
    between.sort_by_key(|one| one.size);
    for one in between {
        if signers(one).iter().any(|key| answering.contains(key)) {
            answering = named_under(one).unwrap_or(answering);
        }
    }
    signers(head).iter().any(|key| answering.contains(key))
}

fn is_log(key: &PublicKey, head: &Checkpoint) -> bool {
    key.kind == KeyKind::Log && key.name == head.origin
}

/// What a verifier's keys establish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Established {
    /// The key of the log that signed the last head.
    pub signed_by: Option<String>,
    /// Up to which event the witnesses are as many as were requirements for.
    pub quorum_up_to: Option<u64>,
    /// What each witness has seen and when, the earliest first.
    pub witnessed: Vec<Seen>,
}

/// What a witness has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Every event up to this one.
    pub up_to: u64,
    /// By the witness's clock.
    pub time: Timestamp,
    /// The witness.
    pub by: String,
}

impl Established {
    /// Looks for the signatures of trusted keys on the head of a log, and on those that witnesses have signed.
    pub fn of(trust: &Trust, checkpoint: &Checkpoint, witnessed: &[Checkpoint]) -> Self {
        let keys = trust.keys();
        let is_log = |key: &PublicKey| is_log(key, checkpoint);
        let signed_by = checkpoint.signed_by(&trust.logs).unwrap_or_default();
        let signed_by =
            signed_by.into_iter().find(|signed| is_log(&signed.key)).map(|signed| signed.key.to_string());
        let mut seen = Vec::new();
        let mut quorum_up_to = None;
        for head in witnessed.iter().chain([checkpoint]) {
            let signed = head.signed_by(&keys).unwrap_or_default();
            let is_own = head.origin == checkpoint.origin && signed.iter().any(|signed| is_log(&signed.key));
            if !is_own {
                continue;
            }
            let signers: Vec<PublicKey> = signed.iter().map(|signed| signed.key.clone()).collect();
            if trust.asks_for_witnesses() && trust.is_quorum(&signers) {
                quorum_up_to = quorum_up_to.max(Some(head.size));
            }
            let witnesses = signed.into_iter().filter(|signed| signed.key.kind == KeyKind::Witness);
            seen.extend(witnesses.map(|signed| {
                let seconds = i64::try_from(signed.time).unwrap_or(i64::MAX);
                let time = Timestamp::from_milliseconds(seconds.saturating_mul(1_000));
                Seen { up_to: head.size, time, by: signed.key.name }
            }));
        }
        seen.sort_by_key(|seen| (seen.time, seen.up_to));
        // The first signature that covers an event is the one that counts for it.
        let mut covered = 0;
        seen.retain(|seen| {
            let is_first = seen.up_to > covered;
            covered = covered.max(seen.up_to);
            is_first
        });
        Self { signed_by, quorum_up_to, witnessed: seen }
    }
}

#[cfg(test)]
mod tests {
    use tlog_tiles::Hash;

    use super::*;
    use crate::key::SecretKey;

    fn key(name: &str, kind: KeyKind, seed: u8) -> SecretKey {
        SecretKey::new(name, kind, [seed; 32]).unwrap()
    }

    #[test]
    fn the_earliest_time_of_each_event_and_the_quorum_come_out() {
        let log = key("lianjian.cn/cities/5108", KeyKind::Log, 1);
        let [one, two] = [2, 3].map(|seed| key(&format!("w{seed}.example.cn"), KeyKind::Witness, seed));
        let head = |size, signers: &[(&SecretKey, u64)]| {
            let head =
                Checkpoint::sign("lianjian.cn/cities/5108", size, Hash([9; 32]), std::slice::from_ref(&log));
            signers.iter().fold(head.unwrap(), |head, (key, time)| {
                head.with_signatures(&head.cosign(key, *time).unwrap()).unwrap()
            })
        };
        let trust = format!(
            "log {}\nwitness A {}\nwitness B {}\ngroup both all A B\nquorum both\n",
            log.public(),
            one.public(),
            two.public()
        );
        let trust = Trust::parse(trust.as_bytes()).unwrap();
        let witnessed = [head(5, &[(&one, 100)]), head(8, &[(&one, 300), (&two, 200)])];
        let established = Established::of(&trust, &head(9, &[]), &witnessed);
        assert_eq!(established.signed_by, Some(log.public().to_string()));
        assert_eq!(established.quorum_up_to, Some(8));
        let seen: Vec<_> = established.witnessed.iter().map(|seen| (seen.up_to, seen.by.as_str())).collect();
        assert_eq!(seen, [(5, "w2.example.cn"), (8, "w3.example.cn")]);
        let stranger =
            Trust::parse(key("lianjian.cn/cities/5108", KeyKind::Log, 7).public().to_string().as_bytes());
        let established = Established::of(&stranger.unwrap(), &head(9, &[]), &witnessed);
        assert_eq!(established, Established { signed_by: None, quorum_up_to: None, witnessed: Vec::new() });
    }
}
