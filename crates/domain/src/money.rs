//! Money: whole numbers of the smallest unit, and what a village was given and settled in a fiscal year.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::date::Date;

/// The largest amount: the largest whole number that every JSON reader holds exactly.
const MAX_AMOUNT: u64 = (1 << 53) - 1;

/// 金额的单位 / the unit of an amount of money
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// 分，即百分之一元 / fen, a hundredth of a yuan
    #[default]
    Fen,
}

/// A whole number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Amount(u64);

crate::errors! {
    /// An amount that not every reader of JSON could hold.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct AmountError {}
    zh("金额超过 {MAX_AMOUNT} 分")
    en("the amount is above {MAX_AMOUNT}")
}

impl TryFrom<u64> for Amount {
    type Error = AmountError;

    fn try_from(amount: u64) -> Result<Self, Self::Error> {
        if amount > MAX_AMOUNT { Err(AmountError {}) } else { Ok(Self(amount)) }
    }
}

impl From<Amount> for u64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "金额：不小于零的整数，以“分”为单位时一元为 100 / an amount, a whole number of units: 100 fen are one yuan",
            "type": "integer",
            "minimum": 0,
            "maximum": MAX_AMOUNT,
        })
    }
}

/// 金额及其单位 / an amount of money with its unit
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// 金额，以“分”为单位的整数，一元为 100 / the amount as a whole number of fen: 100 are one yuan
    pub amount: Amount,
    /// 金额单位，只有“分” / the unit of the amount: fen is the only one
    pub unit: MoneyUnit,
}

impl Money {
    /// So many fen.
    pub fn fen(amount: Amount) -> Self {
        Self { amount, unit: MoneyUnit::Fen }
    }

    /// Whether it is more than so many per cent of a total.
    pub(crate) fn is_over(self, percent: u32, total: Self) -> bool {
        u128::from(self.amount.0) * 100 > u128::from(total.amount.0) * u128::from(percent)
    }

    /// The sum; stays at the largest amount where it would pass it.
    pub fn plus(self, other: Self) -> Self {
        Self { amount: Amount((self.amount.0 + other.amount.0).min(MAX_AMOUNT)), unit: self.unit }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.unit {
            MoneyUnit::Fen => write!(formatter, "{}.{:02}", self.amount.0 / 100, self.amount.0 % 100),
        }
    }
}

/// 一个村一个年度的经费 / what a village has in one fiscal year
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Funding {
    /// 按本村口径核定的基数 / the base, by the caliber of the village
    pub base: Option<Money>,
    /// 县级补助合计 / the sum of the county's supplements
    pub supplement: Option<Money>,
    /// 已结算合计 / the sum of what was settled
    pub settled: Option<Money>,
}

impl Funding {
    /// Takes a line in: the base is told once, supplements and settlements add up.
    pub(crate) fn add(&mut self, base: Option<Money>, supplement: Option<Money>, settled: Option<Money>) {
        let sum = |known: Option<Money>, more: Option<Money>| match (known, more) {
            (Some(known), Some(more)) => Some(known.plus(more)),
            (known, more) => known.or(more),
        };
        self.base = base.or(self.base);
        self.supplement = sum(self.supplement, supplement);
        self.settled = sum(self.settled, settled);
    }
}

/// The last base on file before a year, with its year.
fn last_base(funding: &BTreeMap<i16, Funding>, year: i16) -> Option<(i16, Money)> {
    funding.range(..year).rev().find_map(|(known, line)| line.base.map(|base| (*known, base)))
}

/// A village that went over into another.
#[derive(Debug, Clone, Copy)]
pub struct Joined {
    /// What its own base of that year would be measured by, those included that had gone over into it before.
    pub base: Option<(i16, Money)>,
    pub ended_on: Option<Date>,
    /// Into how many: of a village that was split nobody can say which part of its base goes where.
    pub successors: usize,
}

/// What the base of a year is measured by: the village's last one before it, and those of the villages that have gone
/// over into it since; with the latest year of them.
pub fn measuring_base(
    own: &BTreeMap<i16, Funding>,
    joined: impl IntoIterator<Item = Joined>,
    year: i16,
) -> Option<(i16, Money)> {
    let own = last_base(own, year);
    let counts = |joined: &Joined| {
        let when = joined.ended_on.map(Date::year);
        let since = |ended| ended <= year && own.is_none_or(|(known, _)| ended > known);
        joined.successors == 1 && when.is_some_and(since)
    };
    joined
        .into_iter()
        .filter(counts)
        .filter_map(|joined| joined.base)
        .chain(own)
        .reduce(|(one, sum), (other, base)| (one.max(other), sum.plus(base)))
}

#[cfg(test)]
mod tests {
    use super::{Amount, MAX_AMOUNT, Money};

    #[test]
    fn an_amount_is_a_whole_number_that_every_reader_holds() {
        assert!(serde_json::from_str::<Amount>(&MAX_AMOUNT.to_string()).is_ok());
        for text in [(MAX_AMOUNT + 1).to_string(), "-1".into(), "1.5".into(), "\"1\"".into()] {
            assert!(serde_json::from_str::<Amount>(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn money_reads_in_yuan_and_adds_up_without_passing_its_limit() {
        let money = |fen: u64| Money::fen(fen.try_into().unwrap());
        assert_eq!(money(1_205).to_string(), "12.05");
        assert_eq!(money(MAX_AMOUNT).plus(money(1)), money(MAX_AMOUNT));
    }
}
