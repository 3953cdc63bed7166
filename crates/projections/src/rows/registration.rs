//! How a joint branch came onto the register from before, as its row shows it.

use domain::CityState;
use domain::date::Date;
use domain::on_file::known;
use domain::registration::{Completion, Confirmation, FactName, Facts, Registration, Source};
use domain::say::Say;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};

/// 存量登记：依据、载明的事实、确认和补记 / a registration: its source, what it states, its confirmation and what was added
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegistrationRow {
    /// 登记所依据的台账或档案 / the ledger or file that it rests on
    pub source: Source,
    /// 登记和补记载明的事实 / what it states, with what was added since
    pub facts: Facts,
    /// 合署办公地点 / the place named as where its people work together
    pub co_location: Option<PlaceLabel>,
    /// 档案未见或未说明的事项 / the facts that are not on file, or were not said
    pub missing: Vec<FactName>,
    /// 录入日期 / the day on which it was recorded
    pub registered_on: Date,
    /// 存量确认；待确认的没有 / its confirmation; absent while it waits
    pub confirmed: Option<Confirmation>,
    /// 退回的理由 / why it was sent back
    pub sent_back: Option<Text>,
    /// 历次补记 / what was added later
    pub completions: Vec<Completion>,
}

impl RegistrationRow {
    /// The day of establishing in words, as exactly as it is known; nothing where it is not on file.
    pub fn established(&self) -> Option<Say> {
        known(&self.facts.established).map(|date| date.say())
    }
}

pub(super) fn registration_row(
    state: &CityState,
    joint_branch: &domain::joint_branch::JointBranch,
    found: &Registration,
) -> RegistrationRow {
    let is_missing = |name: &FactName| {
        let known = found.facts.state_of(*name).is_some_and(|fact| fact.value().is_some());
        !known && name.applies_to(joint_branch) && !name.is_recorded_on(joint_branch)
    };
    let place = found.facts.co_location.as_ref().and_then(|fact| fact.value()).map(|fact| fact.place);
    RegistrationRow {
        source: found.source.clone(),
        facts: found.facts.clone(),
        co_location: place.and_then(|id| label_of(state, id)),
        missing: FactName::ALL.iter().copied().filter(is_missing).collect(),
        registered_on: found.registered_on,
        confirmed: found.confirmed.clone(),
        sent_back: found.sent_back.clone(),
        completions: found.completions.clone(),
    }
}
