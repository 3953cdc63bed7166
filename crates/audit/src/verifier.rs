//! The verifier: shown every event in order, it gathers what is wrong.

use std::ops::ControlFlow;

use domain::{Event, EventBody};
use event_log::envelope::Decoded;
use event_log::versions::TypeVersion;
use event_log::{EventLog, LogError, Position, ReadAhead, StoredEventRef};

use crate::access_check::Anchor;
use crate::chain::Chain;
use crate::clock::{Clock, before};
use crate::commitments::{Commitments, Openings};
use crate::envelope_check;
use crate::finding::{Finding, FindingKind};
use crate::history::{self, History};
use crate::part::Part;
use crate::report::{DeclaredKeys, MAX_FINDINGS_LISTED, Report};
use crate::schema_check::Schemas;
use crate::witness_times::WitnessTimes;

const HOUR_MILLISECONDS: i64 = 3_600_000;

/// How thorough a verification is.
pub enum Depth<'a> {
    /// Bytes, positions, times, commands, scopes.
    Log,
    /// Schemas, the history and commitments as well.
    Deep(Commitments<'a>),
}

/// Gathers what is wrong with the events that it is shown.
pub struct Verifier<'a> {
    /// Known from the start, or said by the first event.
    city: Option<String>,
    chain: Chain,
    deep: Option<Deep<'a>>,
    /// Reads events on every core, once the city is known.
    ahead: Option<Ahead>,
    show: Option<Box<Show<'a>>>,
    events: u64,
    finding_count: u64,
    findings: Vec<Finding>,
    openings: Openings,
    anchors: Vec<Anchor>,
    declared_keys: Vec<DeclaredKeys>,
}

/// An event, and what is wrong with it by itself.
struct ReadEvent {
    position: Position,
    decoded: Option<Decoded>,
    findings: Vec<Finding>,
}

/// Is shown every event that reads.
type Show<'a> = dyn FnMut(&Event) + 'a;

type Ahead = ReadAhead<ReadEvent>;

/// Breaks where the store of names does not answer.
type Looked = ControlFlow<LogError>;

struct Deep<'a> {
    /// Nothing after an event that does not read: what follows cannot be judged without it.
    history: Option<History>,
    commitments: Commitments<'a>,
}

impl<'a> Verifier<'a> {
    /// Nothing seen yet. Where the city is not known, the first event says it.
    pub fn new(city: Option<&str>, depth: Depth<'a>) -> Self {
        Self::of_part(Part::Whole, city, depth)
    }

    /// The same for a part of a log.
    pub fn of_part(part: Part, city: Option<&str>, depth: Depth<'a>) -> Self {
        let deep = match depth {
            Depth::Log => None,
            Depth::Deep(commitments) => Some(Deep { history: None, commitments }),
        };
        let mut chain = Chain::of(part);
        chain.dates.began = chain.dates.clock.now();
        let mut verifier = Self {
            city: None,
            chain,
            deep,
            ahead: None,
            show: None,
            events: 0,
            finding_count: 0,
            findings: Vec::new(),
            openings: Openings::default(),
            anchors: Vec::new(),
            declared_keys: Vec::new(),
        };
        if let Some(city) = city {
            verifier.begin(city);
        }
        verifier
    }

    fn begin(&mut self, city: &str) {
        // What began earlier cannot be folded.
        if let (Some(deep), Ok(code), true) = (&mut self.deep, city.parse(), self.chain.part.is_beginning()) {
            deep.history = Some(History::new(code));
        }
        self.city = Some(city.to_owned());
        let (city, schemas) = (city.to_owned(), self.deep.is_some().then(Schemas::new));
        self.ahead = Some(ReadAhead::new(move |stored| read_event(&city, schemas.as_ref(), stored)));
    }

    /// How much was found so far.
    pub(crate) fn finding_count(&self) -> u64 {
        self.finding_count
    }

    /// Shows every event that reads to one who folds the log as well, and need not read it a second time.
    pub fn showing(self, show: impl FnMut(&Event) + 'a) -> Self {
        Self { show: Some(Box::new(show)), ..self }
    }

    /// Says when the witnesses of heads had seen them, in seconds since 1970.
    pub fn witnessed(&mut self, heads: Vec<(Position, Vec<u64>)>) {
        self.chain.witness_times = WitnessTimes::of(heads);
    }

    /// Holds the times of events against this clock instead of the machine's.
    pub fn by_clock(&mut self, clock: Clock) {
        (self.chain.dates.clock, self.chain.dates.began) = (clock, clock.now());
    }

    /// Asks that all but the youngest events lie among the first so many, which are signed.
    pub fn signed_up_to(&mut self, size: Position) {
        self.chain.dates.signed_up_to = Some(size);
    }

    /// Asks which of the events are older than that many hours.
    pub fn aged_by_hours(&mut self, hours: u32) {
        let moment = before(self.chain.dates.began, i64::from(hours) * HOUR_MILLISECONDS);
        self.chain.dates.witnessed_before = Some(moment);
    }

    /// Takes the next event; it is looked at in its turn. An error says that the store of names does not answer, not
    /// that the log is bad.
    pub fn check(&mut self, position: Position, body: &[u8]) -> Result<(), LogError> {
        if self.city.is_none() {
            self.begin(&city_of(body));
        }
        self.look(|ahead, take| ahead.gather(StoredEventRef { position, body }, take))
    }

    /// Looks in order at what has been read by then.
    fn look(
        &mut self,
        hand_on: impl FnOnce(&mut Ahead, &mut dyn FnMut(ReadEvent) -> Looked) -> Looked,
    ) -> Result<(), LogError> {
        let Some(mut ahead) = self.ahead.take() else { return Ok(()) };
        let looked = hand_on(&mut ahead, &mut |event| match self.event(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        });
        self.ahead = Some(ahead);
        looked.break_value().map_or(Ok(()), Err)
    }

    fn event(&mut self, event: ReadEvent) -> Result<(), LogError> {
        let ReadEvent { position, decoded, findings: mut own } = event;
        let mut findings = Vec::new();
        self.events += 1;
        self.chain.position(position, &mut findings);
        findings.append(&mut own);
        match decoded {
            Some(decoded) => {
                if let Some(deep) = &mut self.deep {
                    let event = &decoded.event;
                    if let Some(history) = &mut deep.history {
                        history.event(&decoded, &mut findings);
                    }
                    deep.commitments.check(event, &mut self.openings, &mut findings)?;
                }
                if let Some(show) = &mut self.show {
                    show(&decoded.event);
                }
                let recorded_at = decoded.event.meta.recorded_at;
                match &decoded.event.body {
                    EventBody::AccessLogAnchored(anchored) => {
                        self.anchors.push(Anchor { position, recorded_at, anchored: anchored.clone() });
                    }
                    EventBody::SigningKeysDeclared(data) => {
                        self.declared_keys.push(DeclaredKeys::of(position, data));
                    }
                    _ => {}
                }
                self.chain.event(position, decoded, &mut findings);
            }
            None => {
                self.chain.unreadable();
                if let Some(deep) = &mut self.deep {
                    deep.history = None;
                }
            }
        }
        findings.into_iter().for_each(|finding| self.note(finding));
        Ok(())
    }

    /// Says that the storage itself is damaged after what was seen.
    pub fn storage_damaged(&mut self, missing: Option<Position>, detail: &str) -> Result<(), LogError> {
        self.look(|ahead, take| ahead.end(take))?;
        let position = missing.unwrap_or(self.chain.last_position + 1);
        let kind = if missing.is_some() { FindingKind::PositionGap } else { FindingKind::Storage };
        self.note(Finding::new(position, kind, envelope_check::quoted(detail)));
        // What the missing event belonged to cannot be judged.
        self.chain.unreadable();
        Ok(())
    }

    /// Looks at everything taken so far, though more is to come, and gives what is wrong until now: the first few hundred
    /// findings, and how many there are. An error says that the store of names does not answer.
    pub fn so_far(&mut self) -> Result<(&[Finding], u64), LogError> {
        self.look(|ahead, take| ahead.end(take))?;
        Ok((&self.findings, self.finding_count))
    }

    /// The log is over. An error says that the store of names does not answer.
    pub fn finish(mut self) -> Result<Report, LogError> {
        self.look(|ahead, take| ahead.end(take))?;
        let mut findings = Vec::new();
        self.chain.end(&mut findings);
        let names_absent = self.openings.absent;
        let unopened = std::mem::take(&mut self.openings).end(&mut findings);
        findings.into_iter().for_each(|finding| self.note(finding));
        self.findings.sort_by_key(|finding| finding.position);
        let commands = self.chain.commands();
        let is_judged = self.deep.as_ref().is_some_and(|deep| deep.history.is_some());
        Ok(Report {
            city: self.city.unwrap_or_default(),
            first_position: self.chain.first_position.unwrap_or(1),
            last_position: self.chain.last_position,
            events: self.events,
            commands,
            local_events: self.chain.local_events,
            simulated: self.chain.simulated,
            first_recorded_at: self.chain.first_recorded_at,
            last_recorded_at: self.chain.last_recorded_at,
            clock_changes: self.chain.clock_changes,
            scope_sequences: self.chain.scope_sequences,
            aged_up_to: self.chain.aged_up_to,
            deep: self.deep.is_some(),
            rules: if is_judged { history::RULES } else { &[] },
            finding_count: self.finding_count,
            findings: self.findings,
            unopened,
            names_absent,
            anchors: self.anchors,
            declared_keys: self.declared_keys,
        })
    }

    fn note(&mut self, finding: Finding) {
        self.finding_count += 1;
        if self.findings.len() < MAX_FINDINGS_LISTED {
            self.findings.push(finding);
        }
    }
}

/// Reads an event and holds it against its schema, where schemas are asked for.
fn read_event(city: &str, schemas: Option<&Schemas>, stored: StoredEventRef<'_>) -> ReadEvent {
    let StoredEventRef { position, body } = stored;
    let mut findings = Vec::new();
    let decoded = envelope_check::read(city, position, body, &mut findings);
    if let (Some(decoded), Some(schemas)) = (&decoded, schemas) {
        let of = TypeVersion { event_type: decoded.event.body.event_type(), version: decoded.version };
        schemas.check(position, of, body, &mut findings);
    }
    ReadEvent { position, decoded, findings }
}

/// The city that an event names as its source; empty where it names none.
fn city_of(body: &[u8]) -> String {
    let event: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let source = event["source"].as_str().unwrap_or_default();
    source.strip_prefix("/cities/").unwrap_or_default().chars().take(12).collect()
}

/// Verifies a log that lies here, showing each event to `see` first. It reads the whole log: call it where
/// blocking is allowed. An error says that the log or the store of names cannot be reached; damage is a finding.
pub fn verify_log(
    log: &dyn EventLog,
    mut verifier: Verifier<'_>,
    see: &mut dyn FnMut(Position, &[u8]),
) -> Result<Report, LogError> {
    let mut failed = None;
    let scanned = log.scan(0, Position::MAX, &mut |stored| {
        see(stored.position, stored.body);
        match verifier.check(stored.position, stored.body) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    match scanned {
        Ok(_) => {}
        Err(LogError::Corrupt { position, detail, .. }) => {
            verifier.storage_damaged(position, &detail.in_both())?
        }
        Err(error) => return Err(error),
    }
    verifier.finish()
}
