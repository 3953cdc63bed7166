//! Why a command that stands in the log could not have been given.

use crate::date::Date;
use crate::place::{Level, PlaceCode};

/// Why no command could have yielded what stands in the log. Its text holds names and values, no sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlawful {
    /// The digest is none.
    #[error("commanddigest: {digest}")]
    Digest {
        /// What stands there.
        digest: String,
    },
    /// No command yields these events together in that state.
    #[error("{event_type}")]
    NoCommand {
        /// The type of the event that leads them.
        event_type: &'static str,
    },
    /// The events of the command are not all there, or not in order.
    #[error("commandindex: {index}, commandcount: {count}")]
    Incomplete {
        /// What the event says.
        index: u32,
        /// What it says.
        count: u32,
    },
    /// The events of one command differ in what they have in common.
    #[error("commandid: {command}")]
    Differs {
        /// Which command.
        command: String,
    },
    /// A simulated event in a real log, or the other way round.
    #[error("simulated: {simulated}")]
    LogKind {
        /// What the event says.
        simulated: bool,
    },
    /// It says that it was decided for a day that is not before the one from which it holds.
    #[error("decidedon {decided_on}, effectivedate {effective}")]
    DecidedOn {
        /// For which day.
        decided_on: Date,
        /// From which day it holds.
        effective: Date,
    },
    /// Nobody who could act at that moment.
    #[error("{actor} {role}")]
    ActorUnknown {
        /// The actor.
        actor: String,
        /// The role that the event says.
        role: &'static str,
    },
    /// A real log takes no such local command.
    #[error("{command}")]
    LocalForbidden {
        /// Which.
        command: &'static str,
    },
    /// The role may not give the command at all.
    #[error("{role}: {command}")]
    RoleForbids {
        /// The role.
        role: &'static str,
        /// The command.
        command: &'static str,
    },
    /// What the event refers to was not there.
    #[error("{what}")]
    Unknown {
        /// What, and which.
        what: String,
    },
    /// It lies outside the actor's scope.
    #[error("{what}: {scope}")]
    OutsideScope {
        /// What.
        what: String,
        /// Where the actor may act.
        scope: PlaceCode,
    },
    /// No body that decides this.
    #[error("{found}: {}", needed.as_str())]
    DecidingBody {
        /// On whose authority it was done.
        found: String,
        /// The least tier that decides it.
        needed: Level,
    },
    /// No meeting decided it, or one after its effective date.
    #[error("{command}")]
    Undecided {
        /// The command.
        command: &'static str,
    },
    /// No document.
    #[error("{command}")]
    DocumentMissing {
        /// The command.
        command: &'static str,
    },
    /// The same person did what this checks.
    #[error("{actor}: {earlier}")]
    FourEyes {
        /// Who.
        actor: String,
        /// What they did before.
        earlier: &'static str,
    },
    /// The county's alone.
    #[error("{role}: {what}")]
    CountyAlone {
        /// The role that did it.
        role: &'static str,
        /// What.
        what: &'static str,
    },
    /// It follows an edition of the rule book that this program does not know: a later one judges it.
    #[error("{edition} > {known}")]
    NewerRuleBook {
        /// The edition.
        edition: u32,
        /// The last that this program knows.
        known: u32,
    },
    /// Decided again, the command is refused.
    #[error("{command}: {rule} {found} {allowed}")]
    Refused {
        /// The command.
        command: &'static str,
        /// The rule that refuses it.
        rule: &'static str,
        /// What was found, where the rule counts.
        found: String,
        /// What it allows.
        allowed: String,
    },
    /// Decided again, the command yields other events.
    #[error("{command}: {event_type}")]
    DecidedOtherwise {
        /// The command.
        command: &'static str,
        /// The first event that is another one, or that is missing or too many.
        event_type: &'static str,
    },
    /// Decided again, the command warns of other rules.
    #[error("{command}: {rule}")]
    WarnedOtherwise {
        /// The command.
        command: &'static str,
        /// A rule of which only one of them warns.
        rule: String,
    },
}
