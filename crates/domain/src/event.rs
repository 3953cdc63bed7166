//! Events: the closed list of facts, and what is known of each: when, by whom, on which paper.

use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::actor::Authority;
use crate::committed::Committed;
use crate::date::{Date, Timestamp};
use crate::document_number::{DecidedBy, Document, Override};
use crate::entity::Entity;
#[cfg(any(test, feature = "testing"))]
use crate::event_data::rehearsal;
use crate::event_data::{
    accounts, activities, cycle, documents, establishing, filings, functions, funding, joint_branches, links,
    log_keeping, meetings, organizations, persons, places, policies, posts, registrations, scans,
    supervision, yellow_cards,
};
use crate::event_table::with_every_event;
use crate::ids::{CommandId, Commitment, EventId};
use crate::rejection::Warning;
use crate::say::{Say, say};
use crate::scope::Scope;

/// The version at which a type stands: that of its row, or the first.
const fn last_of(versions: &[u32]) -> u32 {
    versions[versions.len() - 1]
}

macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $(#[cfg($only:meta)])?
        $variant:ident($data:ty) = $type:literal $(at $version:literal, $(from $earlier:literal by $old:ty),+)?,
        say($zh:literal, $en:literal), of $entity:ident $(($id:ident))?, folded by $fold:path
        $(, on its $day:ident)?
        $(, commits $commitment:ident to $pointer:literal of $subject:ident($subject_id:ident))?
        $(, is [$($flag:ident),+])?;
    )+) => {
        /// What happened.
        #[derive(Debug, Clone, PartialEq)]
        pub enum EventBody {
            $($(#[doc = $doc])+ $(#[cfg($only)])? $variant($data),)+
        }

        impl EventBody {
            /// Every published type, as `<entity>.<past tense>`.
            pub const TYPES: &'static [&'static str] = &[
                $(
                    // Never true: a type that only tests know is not published, in tests neither.
                    $(#[cfg(all($only, not($only)))])?
                    $type,
                )+
            ];

            /// Every type that this build reads: the published ones, and in tests the rehearsed one.
            pub const KNOWN: &'static [&'static str] = &[$($(#[cfg($only)])? $type,)+];

            /// The type, as `<entity>.<past tense>`.
            pub fn event_type(&self) -> &'static str {
                match self { $($(#[cfg($only)])? Self::$variant(_) => $type,)+ }
            }

            /// The name for people of an event type.
            pub fn title(event_type: &str) -> Option<&'static Say> {
                match event_type {
                    $($(#[cfg($only)])? $type => Some(const { &say($zh, $en) }),)+
                    _ => None,
                }
            }

            /// The entity that the event is about: the CloudEvent's `subject`.
            pub fn entity(&self) -> Entity {
                match self { $($(#[cfg($only)])? Self::$variant(_data) => Entity::$entity $((_data.$id))?,)+ }
            }

            /// The day at which `as_of` folds the event where that is not its effective date: a correction's is that of what
            /// it corrects.
            fn own_day(&self) -> Option<Date> {
                match self { $($(#[cfg($only)])? Self::$variant(_data) => None $(.or(Some(_data.$day)))?,)+ }
            }

            /// What the event commits to instead of saying it, if anything.
            pub fn committed(&self) -> Option<Committed<'_>> {
                match self {
                    $($(#[cfg($only)])? Self::$variant(_data) => {
                        $(if let Some(commitment) = Option::<&Commitment>::from(&_data.$commitment) {
                            let subject = Entity::$subject(_data.$subject_id);
                            return Some(Committed { subject, pointer: $pointer, commitment });
                        })?
                        None
                    })+
                }
            }

            fn nature(&self) -> Nature {
                match self {
                    $($(#[cfg($only)])? Self::$variant(_) => Nature {
                        $($($flag: true,)+)?
                        ..Nature::ORDINARY
                    },)+
                }
            }

            /// The type of that name with the versions that can be read; it stands at the last of them.
            pub fn versions(event_type: &str) -> Option<(&'static str, &'static [u32])> {
                match event_type {
                    $($(#[cfg($only)])? $type => Some(($type, const {
                        &[$($($earlier,)+)? last_of(&[1 $(, $version)?])]
                    })),)+
                    _ => None,
                }
            }

            /// The version at which the event's type stands: that in which it is recorded.
            pub fn version(&self) -> u32 {
                match self { $($(#[cfg($only)])? Self::$variant(_) => const { last_of(&[1 $(, $version)?]) },)+ }
            }

            /// Reads the `data` of an event of that type and version as today's, or nothing where there is no such
            /// version.
            pub fn deserialize<'de, D>(event_type: &str, version: u32, data: D) -> Option<Result<Self, D::Error>>
            where
                D: serde::Deserializer<'de>,
            {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(<$old>::deserialize(data).map(|old| Self::$variant(old.into()))),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => {
                            Some(<$data>::deserialize(data).map(Self::$variant))
                        }
                        _ => None,
                    },)+
                    _ => None,
                }
            }

            /// Reads the JSON of the `data` of an event of that type and version and writes it again in the same version,
            /// as every program has written it; nothing where there is no such version.
            pub fn write_again(event_type: &str, version: u32, data: &str) -> Option<serde_json::Result<String>> {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(again::<$old>(data)),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => Some(again::<$data>(data)),
                        _ => None,
                    },)+
                    _ => None,
                }
            }

            /// The schema of the `data` of an event of that type and version.
            pub fn data_schema(event_type: &str, version: u32, generator: &mut SchemaGenerator) -> Option<Schema> {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(generator.subschema_for::<$old>()),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => {
                            Some(generator.subschema_for::<$data>())
                        }
                        _ => None,
                    },)+
                    _ => None,
                }
            }
        }

        impl Serialize for EventBody {
            /// Writes the `data` alone; type and version stand in the envelope.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $($(#[cfg($only)])? Self::$variant(data) => data.serialize(serializer),)+ }
            }
        }
    };
}

with_every_event!(events);

/// What holds of events of some types only.
struct Nature {
    may_be_future_dated: bool,
    is_operational: bool,
    is_automatic: bool,
    is_of_import: bool,
    is_of_every_day: bool,
}

impl Nature {
    const ORDINARY: Self = Self {
        may_be_future_dated: false,
        is_operational: false,
        is_automatic: false,
        is_of_import: false,
        is_of_every_day: false,
    };
}

impl EventBody {
    /// Whether it may take effect after the day of recording.
    pub fn may_be_future_dated(&self) -> bool {
        self.nature().may_be_future_dated
    }

    /// Whether the event only says who may use the service, or how its log is kept, which makes a log neither simulated
    /// nor real.
    pub fn is_operational(&self) -> bool {
        self.nature().is_operational
    }

    /// Whether the service records it of itself: nobody acted on the machine, and it is not counted as if one had.
    pub fn is_automatic(&self) -> bool {
        self.nature().is_automatic
    }

    /// Whether it may be of the first import, after which a real log takes no local command.
    pub fn is_of_import(&self) -> bool {
        self.nature().is_of_import
    }
}

fn again<T: DeserializeOwned + Serialize>(data: &str) -> serde_json::Result<String> {
    serde_json::from_str::<T>(data).and_then(|data| serde_json::to_string(&data))
}

/// What is known of an event besides what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMeta {
    /// 1, 2, 3, … in its city's log.
    pub position: u64,
    /// What subscribers drop repeats by.
    pub id: EventId,
    /// When it was recorded; never earlier than the event before.
    pub recorded_at: Timestamp,
    /// The command that yielded it.
    pub command_id: CommandId,
    /// Who acted.
    pub actor: String,
    /// In which role.
    pub role: Role,
    /// On whose authority.
    pub on_behalf_of: Authority,
    /// From which day it holds.
    pub effective_date: Date,
    /// For which day it was decided, where it was recorded too late to hold from that one.
    pub decided_on: Option<Date>,
    /// The paper.
    pub document: Option<Document>,
    /// The meeting.
    pub decided_by: Option<DecidedBy>,
    /// Why warnings were set aside.
    pub override_: Option<Override>,
    /// The warnings of its command.
    pub warnings: Vec<Warning>,
    /// Whether the log is a simulated one.
    pub simulated: bool,
    /// The county and township whose it is.
    pub scope: Scope,
}

/// A fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, by whom, on which paper.
    pub meta: EventMeta,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// The day at which `as_of` folds the event: its effective date, or for a correction that of what it corrects. A rule
    /// book says itself on which days each of its rules holds, so it belongs to all of them.
    pub fn folded_on(&self) -> Date {
        if self.body.nature().is_of_every_day {
            return Date::EARLIEST;
        }
        self.body.own_day().unwrap_or(self.meta.effective_date)
    }
}
