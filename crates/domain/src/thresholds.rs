//! The figures that rules read, and what a policy changes of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::Level;

/// How the two halves of the termination test combine: not improved, not satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminationTest {
    /// Either half is enough.
    Either,
    /// It takes both.
    Both,
}

/// The two kinds of figure that are words, and numbers, as what can be compared.
trait Ranked {
    fn rank(self) -> u32;
}

impl Ranked for u32 {
    fn rank(self) -> u32 {
        self
    }
}

impl Ranked for Level {
    fn rank(self) -> u32 {
        match self {
            Self::Village => 1,
            Self::Township => 2,
            Self::County => 3,
            Self::City => 4,
        }
    }
}

impl Ranked for TerminationTest {
    /// It is stricter where either half is enough.
    fn rank(self) -> u32 {
        match self {
            Self::Both => 1,
            Self::Either => 2,
        }
    }
}

macro_rules! thresholds {
    ($(pub $name:ident: $type:ty,)+) => {
        /// Every figure that a rule reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "Figures")]
        pub struct Thresholds { $(pub $name: $type,)+ }

        /// The figures that a policy sets; those not named stay.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "FigureChanges")]
        pub struct ThresholdChanges {
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $name: Option<$type>,)+
        }

        impl Thresholds {
            /// Every figure's name.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The figure of that name as a number that grows with it; words rank by their tier or strictness.
            pub fn rank(&self, name: &str) -> Option<u32> {
                match name {
                    $(stringify!($name) => Some(self.$name.rank()),)+
                    _ => None,
                }
            }

            /// Takes the figures over that are named and that `takes` lets pass, by name and new figures.
            pub(crate) fn change(&mut self, changes: &ThresholdChanges, takes: impl Fn(&str, &Self) -> bool) {
                $(if let Some(value) = changes.$name {
                    let changed = Self { $name: value, ..*self };
                    if takes(stringify!($name), &changed) {
                        *self = changed;
                    }
                })+
            }
        }

        impl ThresholdChanges {
            /// The names of the figures that are set.
            pub fn names(&self) -> Vec<&'static str> {
                let named = [$(self.$name.map(|_| stringify!($name))),+];
                named.into_iter().flatten().collect()
            }

            /// These figures, and the later ones in their place where both set one.
            #[must_use]
            pub(crate) fn then(self, later: &Self) -> Self {
                Self { $($name: later.$name.or(self.$name),)+ }
            }
        }
    };
}

thresholds! {
    pub branch_minimum_formal_members: u32,
    pub branch_maximum_members: u32,
    pub joint_branch_maximum_units: u32,
    pub own_branch_formal_members: u32,
    pub general_branch_over_members: u32,
    pub committee_minimum_members: u32,
    // The lowest tier whose committee may establish, reject and dissolve.
    pub deciding_level: Level,
    // The lowest tier that approves the form of a committee.
    pub committee_form_level: Level,
    pub survey_favour_percent: u32,
    pub survey_asked_percent_of_households: u32,
    pub survey_valid_months: u32,
    pub approval_due_months: u32,
    pub secretary_standing_years: u32,
    pub term_years: u32,
    pub term_reminder_months: u32,
    pub secretary_vacant_months: u32,
    pub evaluation_due_days: u32,
    pub order_due_days: u32,
    pub rectification_minimum_months: u32,
    pub rectification_maximum_months: u32,
    pub termination_test: TerminationTest,
    pub satisfaction_floor_percent: u32,
    pub satisfaction_asked_percent_of_members: u32,
    pub satisfaction_asked_percent_of_households: u32,
    pub dissolution_due_months: u32,
    pub failed_history_months: u32,
    pub failed_history_members: u32,
    pub late_entry_days: u32,
    pub filing_due_days: u32,
    pub commitment_due_days: u32,
    pub restored_election_months: u32,
    pub term_shift_maximum_months: u32,
    pub committee_from_formal_members: u32,
    pub committee_minimum_size: u32,
    pub committee_usual_maximum_size: u32,
    pub committee_maximum_size: u32,
    pub election_present_percent: u32,
    pub election_votes_over_percent: u32,
    // Of a villagers' committee.
    pub village_term_years: u32,
    pub yearly_review_due_days: u32,
    pub place_changed_due_months: u32,
    // After the last post.
    pub erasure_after_post_years: u32,
    // Deadlines missed in a year that give a township a yellow card.
    pub yellow_card_misses: u32,
}
