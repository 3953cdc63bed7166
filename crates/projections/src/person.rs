//! Persons in rows: an id from the log, and the name that is joined to it from the erasable store when it is shown.

use domain::date::Date;
use domain::ids::PersonId;
use domain::post::SecretaryBasis;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// 姓名；已删除的为空 / a name as the erasable store has it; null where it was erased
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PersonName(pub Option<String>);

/// 人员的编号和姓名 / a person by id, and by name where the reader may see it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonLabel {
    /// 人员的记录编号 / the id of the person
    pub person: PersonId,
    /// 姓名，未查询时不出现 / the name; absent where names were not asked for
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "asked_for")]
    pub name: Option<PersonName>,
}

impl PersonLabel {
    /// A person whose name was not asked for.
    pub fn new(person: PersonId) -> Self {
        Self { person, name: None }
    }

    /// The name, where it is known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref()?.0.as_deref()
    }
}

/// 现任书记 / the secretary in post
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretaryRow {
    /// 书记的记录编号 / the id of the person who is secretary
    pub person: PersonId,
    /// 姓名，未查询时不出现 / the name; absent where names were not asked for
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "asked_for")]
    pub name: Option<PersonName>,
    /// 来源，政策代码表 `secretary_sources` 中的代码 / where the secretary comes from, a code of the policy's list `secretary_sources`
    pub source: String,
    /// 产生方式：选举产生或指派 / whether an election on file or the committee above put the secretary in post
    pub basis: SecretaryBasis,
    /// 任职日期 / the first day in post
    pub since: Date,
    /// 任期届满日期；档案未见时没有 / the last day of the term; absent where it is not on file
    pub term_end: Option<Date>,
}

impl SecretaryRow {
    /// The name, where it is known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref()?.0.as_deref()
    }
}

/// A name that stands in an answer was asked for, even where it is null.
fn asked_for<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PersonName>, D::Error> {
    PersonName::deserialize(deserializer).map(Some)
}

/// A row that may name a secretary.
pub trait HasSecretary {
    /// The person in post, and where the name is put.
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        None
    }
}

impl HasSecretary for PersonLabel {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        Some((self.person, &mut self.name))
    }
}

/// Joins the names of the secretaries to rows: an erased name is gone from every view at once.
pub fn join_secretaries<E>(
    rows: &mut [impl HasSecretary],
    mut name_of: impl FnMut(PersonId) -> Result<Option<String>, E>,
) -> Result<(), E> {
    for (person, name) in rows.iter_mut().filter_map(HasSecretary::secretary) {
        *name = Some(PersonName(name_of(person)?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use ulid::Ulid;

    use super::*;

    #[test]
    fn an_erased_name_is_null_and_one_not_asked_for_is_absent() {
        let person = PersonId(Ulid(7));
        let label = |name: Option<Option<&str>>| PersonLabel {
            person,
            name: name.map(|name| PersonName(name.map(str::to_owned))),
        };
        for (label, value) in [
            (label(None), json!({ "person": person })),
            (label(Some(None)), json!({ "person": person, "name": null })),
            (label(Some(Some("张某"))), json!({ "person": person, "name": "张某" })),
        ] {
            assert_eq!(serde_json::to_value(&label).unwrap(), value);
            assert_eq!(serde_json::from_value::<PersonLabel>(value).unwrap(), label);
        }
    }
}
