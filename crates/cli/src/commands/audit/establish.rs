//! Who signed: what the keys of a verifier establish about a log.

use audit::checkpoint::Checkpoint;
use audit::key::{KeyKind, PublicKey};
use audit::trust::Trust;
use domain::date::Timestamp;
use serde::Serialize;

/// What a verifier's keys establish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Established {
    /// The key of the log that signed the last head.
    pub signed_by: Option<String>,
    /// Up to which event the witnesses are as many as were asked for.
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
        let is_log = |key: &PublicKey| key.kind == KeyKind::Log && key.name == checkpoint.origin;
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
    use audit::Hash;
    use audit::key::SecretKey;

    use super::*;

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
