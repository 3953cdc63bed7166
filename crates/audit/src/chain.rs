//! What must be true from one event to the next: gapless positions and scopes, time that never goes back, commands
//! whole and once, one kind of log.

use std::collections::{BTreeMap, HashSet};

use domain::EventBody;
use domain::account::Role;
use domain::date::Timestamp;
use event_log::Position;
use event_log::envelope::Decoded;

use crate::clock::{Clock, SIGNING_GRACE_MILLISECONDS, TOLERANCE_MILLISECONDS, before};
use crate::finding::{Finding, FindingKind};
use crate::part::Part;
use crate::report::ClockChange;
use crate::witness_times::WitnessTimes;

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Chain {
    pub(crate) part: Part,
    pub(crate) witness_times: WitnessTimes,
    /// The verifier's clock, and how much of the log must be signed by then.
    pub(crate) dates: Dates,
    pub(crate) first_position: Option<Position>,
    pub(crate) last_position: Position,
    pub(crate) first_recorded_at: Option<Timestamp>,
    pub(crate) last_recorded_at: Option<Timestamp>,
    pub(crate) simulated: Option<bool>,
    pub(crate) local_events: u64,
    pub(crate) scope_sequences: BTreeMap<String, u64>,
    event_ids: HashSet<[u8; 16]>,
    command_ids: HashSet<[u8; 16]>,
    /// Where somebody accepted a clock that leapt.
    pub(crate) clock_changes: Vec<ClockChange>,
    /// What was seen before its own time, unless a clock is accepted later by which it was not.
    early: Vec<(Timestamp, Finding)>,
    /// The latest event of a command that goes on.
    open: Option<Box<Decoded>>,
    /// Before the first event of a part stand at least so many.
    earlier: u64,
    /// The first event whose time had not come yet when verifying began.
    ahead: Option<(Position, Timestamp)>,
    /// The last event that is older than is asked for.
    pub(crate) aged_up_to: Position,
    has_unsigned: bool,
}

/// What the times of a log are held against.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    pub(crate) clock: Clock,
    pub(crate) began: Timestamp,
    /// How much of the log is signed; nothing where nobody asks.
    pub(crate) signed_up_to: Option<Position>,
    /// What is older than this must have been witnessed.
    pub(crate) witnessed_before: Option<Timestamp>,
}

impl Chain {
    /// Nothing seen yet of a part.
    pub(crate) fn of(part: Part) -> Self {
        Self { part, ..Self::default() }
    }

    /// How many commands were seen.
    pub(crate) fn commands(&self) -> usize {
        self.command_ids.len()
    }

    /// Notes where the next event stands; called for unreadable ones too.
    pub(crate) fn position(&mut self, position: Position, findings: &mut Vec<Finding>) {
        let expected = self.part.from().max(self.last_position + 1);
        if position < expected || (self.part.is_contiguous() && position > expected) {
            // The first bad position is the one that is missing, or the one that stands there again.
            let at = expected.min(position);
            findings.push(Finding::differing(at, FindingKind::PositionGap, "position", position, expected));
        }
        self.first_position.get_or_insert(position);
        self.last_position = position;
    }

    /// An event that cannot be read: nothing is known of its command.
    pub(crate) fn unreadable(&mut self) {
        self.open = None;
    }

    /// Notes the next event.
    pub(crate) fn event(&mut self, position: Position, decoded: Decoded, findings: &mut Vec<Finding>) {
        self.times(position, &decoded, findings);
        self.age(position, decoded.event.meta.recorded_at, findings);
        let seen = self.witness_times.check(position, decoded.event.meta.recorded_at);
        match seen {
            Some(early) if early.kind == FindingKind::WitnessedBefore => {
                self.early.push((decoded.event.meta.recorded_at, early));
            }
            other => findings.extend(other),
        }
        self.log_kind(position, &decoded, findings);
        self.scope(position, &decoded, findings);
        if !self.event_ids.insert(decoded.event.meta.id.0.to_bytes()) {
            let id = decoded.event.meta.id.to_string();
            findings.push(Finding::new(position, FindingKind::EventIdRepeated, id));
        }
        if decoded.event.meta.role == Role::Local && !decoded.event.body.is_automatic() {
            self.local_events += 1;
        }
        self.command(position, decoded, findings);
    }

    /// The log is over: so must its last command be.
    pub(crate) fn end(&mut self, findings: &mut Vec<Finding>) {
        // What was recorded while verifying went on was in time.
        let now = self.dates.clock.now();
        let ahead = self.ahead.filter(|(_, time)| is_ahead(*time, now));
        findings.extend(ahead.map(|(position, time)| {
            Finding::new(position, FindingKind::TimeAhead, format!("time: {time} > {now}"))
        }));
        let from = self.part.from();
        if from > 1 && self.earlier > from - 1 {
            let detail = format!("scopesequence: {} > {}", self.earlier, from - 1);
            findings.push(Finding::new(from, FindingKind::ScopeSequence, detail));
        }
        // A part may end, as it may begin, in the middle of a command.
        if let Some(open) = self.open.take().filter(|_| self.part == Part::Whole) {
            findings.push(cut_off(&open));
        }
        findings.extend(self.early.drain(..).map(|(_, finding)| finding));
    }

    fn times(&mut self, position: Position, decoded: &Decoded, findings: &mut Vec<Finding>) {
        let time = decoded.event.meta.recorded_at;
        self.first_recorded_at.get_or_insert(time);
        if let EventBody::ClockAccepted(data) = &decoded.event.body {
            return self.clock_accepted(position, data.previous, time, findings);
        }
        if let Some(last) = self.last_recorded_at.filter(|last| time < *last) {
            let detail = format!("time: {time} < {last}");
            findings.push(Finding::new(position, FindingKind::TimeBackwards, detail));
        }
        self.last_recorded_at = Some(self.last_recorded_at.map_or(time, |last| last.max(time)));
    }

    /// What a time says by itself: that it has not come yet, is older than must be witnessed, or should long be signed.
    fn age(&mut self, position: Position, time: Timestamp, findings: &mut Vec<Finding>) {
        if self.ahead.is_none() && is_ahead(time, self.dates.began) {
            self.ahead = Some((position, time));
        }
        if self.dates.witnessed_before.is_some_and(|moment| time < moment) {
            self.aged_up_to = position;
        }
        let is_unsigned = self.dates.signed_up_to.is_some_and(|size| position > size);
        let settled = before(self.dates.began, SIGNING_GRACE_MILLISECONDS);
        if is_unsigned && !self.has_unsigned && time < settled {
            self.has_unsigned = true;
            findings.push(Finding::new(position, FindingKind::Unsigned, format!("time: {time} < {settled}")));
        }
    }

    /// Only here time may go back, if the event says from when: what is of a later time was recorded under a clock that
    /// was ahead, and a witness that had seen it earlier is no contradiction.
    fn clock_accepted(
        &mut self,
        position: Position,
        previous: Timestamp,
        time: Timestamp,
        findings: &mut Vec<Finding>,
    ) {
        let last = self.last_recorded_at.unwrap_or(previous);
        // Before an event of a part, events may be left out.
        let is_left_out = self.part != Part::Whole && previous > last;
        if previous != last && !is_left_out {
            let detail = format!("previous: {previous} ≠ {last}");
            findings.push(Finding::new(position, FindingKind::TimeBackwards, detail));
        }
        self.early.retain(|(early, _)| *early <= time);
        self.ahead = self.ahead.filter(|(_, ahead)| *ahead <= time);
        self.clock_changes.push(ClockChange { position, from: previous, to: time });
        self.last_recorded_at = Some(time);
    }

    /// Events of accounts make a log neither simulated nor real, and follow what it is.
    fn log_kind(&mut self, position: Position, decoded: &Decoded, findings: &mut Vec<Finding>) {
        let own = decoded.event.meta.simulated;
        if self.simulated.is_none() && self.part != Part::Whole && decoded.event.body.is_operational() {
            return;
        }
        let expected = self.simulated.unwrap_or(own && !decoded.event.body.is_operational());
        if own != expected {
            findings.push(Finding::differing(
                position,
                FindingKind::SimulatedMixed,
                "simulated",
                own,
                expected,
            ));
        }
        if !decoded.event.body.is_operational() {
            self.simulated.get_or_insert(own);
        }
    }

    fn scope(&mut self, position: Position, decoded: &Decoded, findings: &mut Vec<Finding>) {
        let token = decoded.event.meta.scope.county_token();
        let found = decoded.extra.scope_sequence;
        // A part that begins later begins its counties where it finds them.
        let before = if self.part.from() > 1 { found.saturating_sub(1) } else { 0 };
        let last = self.scope_sequences.entry(token.to_owned()).or_insert_with(|| {
            self.earlier = self.earlier.saturating_add(before);
            before
        });
        if found != *last + 1 {
            let what = format!("scopesequence({token})");
            findings.push(Finding::differing(position, FindingKind::ScopeSequence, &what, found, *last + 1));
        }
        *last = found;
    }

    fn command(&mut self, position: Position, decoded: Decoded, findings: &mut Vec<Finding>) {
        let (index, count) = (decoded.extra.command_index, decoded.extra.command_count);
        let command = decoded.event.meta.command_id;
        let is_contiguous = self.part.is_contiguous();
        // The first event of a later part may be in the middle of its command.
        let is_begun = is_contiguous && (self.part.from() == 1 || !self.command_ids.is_empty());
        let before = self.open.take();
        let continued = before.as_ref().is_some_and(|before| before.event.meta.command_id == command);
        match before {
            Some(before) if continued => {
                let next = before.extra.command_index + 1;
                if index < next || (is_contiguous && index > next) {
                    let expected = before.extra.command_index + 1;
                    let kind = FindingKind::CommandSplit;
                    findings.push(Finding::differing(position, kind, "commandindex", index, expected));
                }
                if let Some(attribute) = differing_attribute(&before, &decoded) {
                    findings.push(Finding::new(position, FindingKind::CommandDiffers, attribute));
                }
            }
            before => {
                findings.extend(before.as_deref().filter(|_| is_contiguous).map(cut_off));
                if !self.command_ids.insert(command.0.to_bytes()) {
                    findings.push(Finding::new(
                        position,
                        FindingKind::CommandSplit,
                        format!("commandid: {command}"),
                    ));
                } else if index != 0 && is_begun {
                    let kind = FindingKind::CommandIncomplete;
                    findings.push(Finding::differing(position, kind, "commandindex", index, 0));
                }
            }
        }
        if index >= count {
            findings.push(Finding::new(
                position,
                FindingKind::CommandSplit,
                format!("commandindex: {index} ≥ commandcount: {count}"),
            ));
        }
        self.open = (index + 1 < count).then(|| Box::new(decoded));
    }
}

/// Whether a time lies further ahead of a clock than honest clocks differ.
fn is_ahead(time: Timestamp, now: Timestamp) -> bool {
    time.milliseconds().saturating_sub(now.milliseconds()) > TOLERANCE_MILLISECONDS
}

/// The command of this event should have gone on.
fn cut_off(open: &Decoded) -> Finding {
    let (meta, extra) = (&open.event.meta, &open.extra);
    let detail =
        format!("commandid: {}, {}/{}", meta.command_id, extra.command_index + 1, extra.command_count);
    Finding::new(meta.position, FindingKind::CommandIncomplete, detail)
}

/// What all events of one command have in common, and these two have not.
fn differing_attribute(before: &Decoded, after: &Decoded) -> Option<&'static str> {
    let (one, other) = (&before.event.meta, &after.event.meta);
    let same = [
        ("commanddigest", before.extra.command_digest == after.extra.command_digest),
        ("commandcount", before.extra.command_count == after.extra.command_count),
        ("time", one.recorded_at == other.recorded_at),
        ("actor", one.actor == other.actor),
        ("actorrole", one.role == other.role),
        ("onbehalfof", one.on_behalf_of == other.on_behalf_of),
        ("effectivedate", one.effective_date == other.effective_date),
        ("decidedon", one.decided_on == other.decided_on),
        ("document", one.document == other.document),
        ("decidedby", one.decided_by == other.decided_by),
        ("override", one.override_ == other.override_),
        ("warnings", one.warnings == other.warnings),
        ("traceparent", before.extra.traceparent == after.extra.traceparent),
    ];
    same.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
}
