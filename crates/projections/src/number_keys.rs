//! Maps with numbers for keys. Behind a flattened field serde hands the keys over as texts and does not parse them itself.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads a map whose keys are numbers written as texts.
pub(crate) fn deserialize<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: FromStr<Err: Display> + Ord,
    V: Deserialize<'de>,
{
    let texts = BTreeMap::<String, V>::deserialize(deserializer)?;
    let parsed = texts.into_iter().map(|(key, value)| Ok((key.parse().map_err(D::Error::custom)?, value)));
    parsed.collect()
}
