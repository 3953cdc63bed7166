//! Identities: opaque ULIDs, one newtype a noun. The time inside a ULID is never interpreted.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::wire_text::stands_as_text;

crate::errors! {
    /// Why a text is no id.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct IdError {
        text: String,
    }
    zh("「{text}」不是 ULID（26 位大写字母与数字）")
    en("`{text}` is not a ULID of 26 characters in upper case")
}

macro_rules! ids {
    ($(#[doc = $doc:literal] $name:ident),+ $(,)?) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Ulid);

        stands_as_text!($name);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// One id has one spelling: 26 characters in upper case, at most 128 bits.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let refused = || IdError { text: text.chars().take(40).collect() };
                let id = Ulid::from_string(text).map_err(|_| refused())?;
                let mut canonical = [0; ulid::ULID_LEN];
                if id.array_to_str(&mut canonical) == text { Ok(Self(id)) } else { Err(refused()) }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": $doc.trim(),
                    "type": "string",
                    "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
                })
            }
        }
    )+};
}

ids! {
    /// 行政区划的记录编号（26 位 ULID），代码、名称变更后不变 / the id of a place, a ULID of 26 characters that stays when code or name change
    PlaceId,
    /// 党组织的记录编号（26 位 ULID），更名、改隶后不变 / the id of a Party organization, a ULID of 26 characters that stays when name or superior change
    OrganizationId,
    /// 人员的记录编号（26 位 ULID），姓名另存，不在记录中 / the id of a person, a ULID of 26 characters; the name is kept apart from the record
    PersonId,
    /// 联合党组织的记录编号（26 位 ULID），自请示起不变 / the id of a joint branch, a ULID of 26 characters that it has from its proposal on
    JointBranchId,
    /// 指令的记录编号（26 位 ULID），也是防止重复提交的键 / the id of a command, a ULID of 26 characters: its idempotency key
    CommandId,
    /// 帐号的记录编号（26 位 ULID），续期后不变 / the id of an account, a ULID of 26 characters that stays when the account is renewed
    AccountId,
    /// 持有人的记录编号（26 位 ULID），同一人的几个帐号共用一个 / the id of a holder, a ULID of 26 characters that all accounts of one person share; as a rule that of the first account
    HolderId,
    /// 政策的记录编号（26 位 ULID） / the id of a policy, a ULID of 26 characters
    PolicyId,
    /// 事件的记录编号（26 位 ULID），订阅方据此去重 / the id of an event, a ULID of 26 characters by which subscribers drop repeats
    EventId,
    /// 督办的记录编号（26 位 ULID），自发出起不变 / the id of a supervision, a ULID of 26 characters that it has from its issue on
    SupervisionId,
    /// 黄牌的记录编号（26 位 ULID），自亮牌起不变 / the id of a yellow card, a ULID of 26 characters that it has from its issue on
    YellowCardId,
    /// 联系会议的记录编号（26 位 ULID），自登记起不变 / the id of a coordination meeting, a ULID of 26 characters that it has from its recording on
    MeetingId,
    /// 服务实例的记录编号（26 位 ULID），每个实例各有一份访问日志 / the id of an instance of the service, a ULID of 26 characters; each has an access log of its own
    InstanceId,
}

/// A salted SHA-256 of a value, as 64 hexadecimal digits: what an event holds in place of a name, a contact, a pay or a
/// reason that the law lets a person have forgotten. `audit::commitment` makes and opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(pub String);

impl JsonSchema for Commitment {
    fn schema_name() -> Cow<'static, str> {
        "Commitment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "承诺值：加盐 SHA-256，64 位小写十六进制，原值删除后不可还原 / a salted SHA-256 of an erasable value, as 64 small hexadecimal digits",
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PlaceId;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(id.parse::<PlaceId>().unwrap().to_string(), id);
        assert_eq!(serde_json::from_value::<PlaceId>(id.into()).unwrap(), id.parse().unwrap());
        for text in [
            "01arz3ndektsv4rrffq69g5fav",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "O1ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ",
            "",
        ] {
            assert!(text.parse::<PlaceId>().is_err(), "{text}");
            assert!(serde_json::from_value::<PlaceId>(text.into()).is_err(), "{text}");
        }
    }
}
