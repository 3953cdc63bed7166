//! A log that is watched, by its server: a round asks for its head, the hashes up to there, and the events that are new.

use audit::alarm::Alarm;
use audit::checkpoint::{Checkpoint, city_of};
use audit::tree::leaf_hash;
use audit::trust::Trust;
use audit::verdict::Established;
use audit::watch::{Compared, Watch, is_signed};
use audit::{Clock, Commitments, Depth, SIGNING_GRACE_MILLISECONDS, Verifier};
use domain::date::Timestamp;
use domain::place::PlaceCode;
use serde::Deserialize;

use crate::commands::audit::{Events, SignedTree, next_leaves};
use crate::exit::Failure;
use crate::remote::Server;

const HOUR_MILLISECONDS: i64 = 60 * 60 * 1_000;

/// A log, as its server shows it.
pub struct Watched {
    address: String,
    server: Server,
    watch: Watch,
    judge: Judge,
}

/// Who judges each event, as far as the token lets them be read.
#[derive(Default)]
struct Judge {
    verifier: Option<Verifier<'static>>,
    up_to: u64,
    findings: usize,
    /// The token may not read the whole city.
    is_refused: bool,
}

/// When an event says that it was recorded.
#[derive(Deserialize)]
struct Recorded {
    time: Timestamp,
}

impl Watched {
    /// A log that was verified up to a head before.
    pub fn from(address: &str, server: Server, verified: Option<Checkpoint>) -> Self {
        Self { address: address.to_owned(), server, watch: Watch::from(verified), judge: Judge::default() }
    }

    /// Where it is asked for.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The last head that was verified.
    pub fn verified(&self) -> Option<&Checkpoint> {
        self.watch.verified()
    }

    /// Up to which event each was judged; nothing where the token may not read them.
    pub fn judged_up_to(&self) -> Option<u64> {
        (!self.judge.is_refused).then_some(self.judge.up_to)
    }

    /// A fork from the head of another server of the same log.
    pub fn forked_from(&self, head: &Checkpoint, trust: &Trust) -> Option<Alarm> {
        match self.watch.compare(head, trust) {
            Compared::Forked(alarm) => Some(alarm),
            Compared::Same | Compared::Foreign | Compared::Ahead => None,
        }
    }

    /// Verifies what is new, and gives all that is wrong now.
    pub fn round(&mut self, trust: &Trust, others: &[Checkpoint]) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        if let Err(failure) = self.look(trust, others, &mut alarms) {
            alarms.push(Alarm::Unreachable { detail: failure.say().in_both() });
        }
        alarms
    }

    fn look(&mut self, trust: &Trust, others: &[Checkpoint], alarms: &mut Vec<Alarm>) -> Result<(), Failure> {
        let mut shown = SignedTree::of_server(&self.server)?;
        let times = shown.times(Some(trust));
        let head = shown.checkpoint.take().ok_or_else(|| self.server.unreachable("/checkpoint"))?;
        let size = head.size;
        // Of a head that nobody signed no hash is asked for, however many it claims.
        if !is_signed(&head, trust) {
            alarms.push(Alarm::NotSigned { size });
            return Ok(());
        }
        while self.watch.tree().size() < size {
            let known = self.watch.tree().size();
            next_leaves(&self.server, known, size)?.into_iter().for_each(|leaf| self.watch.push(leaf));
        }
        let established = Established::of(trust, &head, &shown.witnessed);
        let (origin, taken) = (head.origin.clone(), self.watch.take(head, trust));
        // Held against others even where the server's own head is not taken.
        for other in others {
            match self.watch.compare(other, trust) {
                Compared::Forked(alarm) => alarms.push(alarm),
                Compared::Ahead => alarms.push(Alarm::Behind { elsewhere: other.size, shown: size }),
                Compared::Same | Compared::Foreign => {}
            }
        }
        if let Err(alarm) = taken {
            alarms.push(alarm);
            return Ok(());
        }
        let city = city_of(&origin).and_then(|city| city.parse().ok());
        let city: PlaceCode = city.ok_or_else(|| self.server.unreachable(&origin))?;
        let mut judge = std::mem::take(&mut self.judge);
        let judged = self.judge(&mut judge, &city, size, times, alarms);
        self.judge = judge;
        judged?;
        let covered = established.quorum_up_to.unwrap_or(0);
        if trust.asks_for_witnesses() && covered < size && !self.judge.is_refused {
            alarms.extend(self.late_witnesses(trust, &city, covered)?);
        }
        Ok(())
    }

    /// Judges the events that are signed and new, and looks at the first that is not signed.
    fn judge(
        &self,
        judge: &mut Judge,
        city: &PlaceCode,
        size: u64,
        times: Vec<(u64, Vec<u64>)>,
        alarms: &mut Vec<Alarm>,
    ) -> Result<(), Failure> {
        let mut events = match Events::of_city_after(&self.server, city, judge.up_to) {
            Err(Failure::ServerRefused { status: 403, .. }) => {
                judge.is_refused = true;
                return Ok(());
            }
            asked => asked?,
        };
        judge.is_refused = false;
        let verifier = judge
            .verifier
            .get_or_insert_with(|| Verifier::new(Some(city.as_str()), Depth::Deep(Commitments::NotAtHand)));
        verifier.by_clock(Clock::System);
        verifier.witnessed(times);
        while let Some((position, body)) = events.next()? {
            if position > size {
                alarms.extend(unsigned(position, &body));
                break;
            }
            if position != judge.up_to + 1 {
                break;
            }
            if self.watch.tree().leaf(position - 1) != Some(leaf_hash(&body)) {
                alarms.push(Alarm::Changed { position });
            }
            verifier.check(position, &body)?;
            judge.up_to = position;
        }
        if judge.up_to < size {
            alarms.push(Alarm::Withheld { position: judge.up_to + 1 });
        }
        let (findings, _) = verifier.so_far()?;
        let new = findings.get(judge.findings..).unwrap_or_default();
        alarms.extend(new.iter().map(|finding| Alarm::Lawless { finding: finding.clone() }));
        judge.findings = findings.len();
        Ok(())
    }

    /// The first event that no quorum has seen, where it has waited for too long.
    fn late_witnesses(
        &self,
        trust: &Trust,
        city: &PlaceCode,
        covered: u64,
    ) -> Result<Option<Alarm>, Failure> {
        let first = Events::of_city_after(&self.server, city, covered)?.next()?;
        let (position, hours) = (covered + 1, trust.quorum_hours());
        let recorded_at = first.and_then(|(_, body)| recorded_at(&body));
        let is_late = |at: &Timestamp| is_older(*at, i64::from(hours) * HOUR_MILLISECONDS);
        Ok(recorded_at.filter(is_late).map(|recorded_at| Alarm::WitnessLate { position, recorded_at, hours }))
    }
}

/// An event behind the head that should have been signed by now.
fn unsigned(position: u64, body: &[u8]) -> Option<Alarm> {
    let recorded_at = recorded_at(body).filter(|at| is_older(*at, SIGNING_GRACE_MILLISECONDS))?;
    Some(Alarm::SignerStopped { position, recorded_at })
}

fn recorded_at(body: &[u8]) -> Option<Timestamp> {
    serde_json::from_slice::<Recorded>(body).ok().map(|event| event.time)
}

fn is_older(moment: Timestamp, milliseconds: i64) -> bool {
    Clock::System.now().milliseconds().saturating_sub(moment.milliseconds()) > milliseconds
}
