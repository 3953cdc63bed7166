//! Places: city, county, township, village. Codes and names are not identity; a code is looked up as of a day.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::PlaceId;
use crate::money::Funding;
use crate::premises::Premises;
use crate::recording::Recording;
use crate::text::Text;
use crate::wire_text::stands_as_text;

/// A statistical code: 4 digits for a city, 6 for a county (GB/T 2260), 9 for a township, 12 for a village.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceCode {
    /// Zeros after the last digit, so that codes compare as their texts do.
    digits: [u8; MAX_DIGITS],
    length: u8,
}

/// The digits of a village's code.
const MAX_DIGITS: usize = 12;

crate::errors! {
    /// Why a text is no code.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PlaceCodeError {
        text: String,
    }
    zh("「{text}」不是行政区划代码（4、6、9 或 12 位数字）")
    en("`{text}` is not a division code of 4, 6, 9 or 12 digits")
}

impl PlaceCode {
    /// The digits.
    pub fn as_str(&self) -> &str {
        // Only digits are ever put in, so the fallback is never taken.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        &self.digits[..usize::from(self.length)]
    }

    /// The tier that a code of this length belongs to.
    pub fn level(&self) -> Level {
        match self.length {
            4 => Level::City,
            6 => Level::County,
            9 => Level::Township,
            _ => Level::Village,
        }
    }

    /// The code of the county that it is or lies under; nothing for a city.
    pub fn county(&self) -> Option<Self> {
        self.as_str().get(..6).and_then(|digits| digits.parse().ok())
    }

    /// Whether the code is `other` or lies under it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.bytes().starts_with(other.bytes())
    }

    /// What the last three digits say (rules of the statistical codes): 000 to 199 are residents' communities, 200 to 399
    /// villages, 400 to 499 and 500 to 599 what is like the one or the other.
    pub fn village_kind(&self) -> PlaceKind {
        match self.bytes().get(9) {
            Some(b'2' | b'3') => PlaceKind::Village,
            Some(b'4' | b'5') => PlaceKind::Other,
            _ => PlaceKind::Community,
        }
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(formatter)
    }
}

impl fmt::Debug for PlaceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PlaceCode({:?})", self.as_str())
    }
}

impl FromStr for PlaceCode {
    type Err = PlaceCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shaped = matches!(text.len(), 4 | 6 | 9 | 12) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !shaped {
            return Err(PlaceCodeError { text: text.chars().take(40).collect() });
        }
        let mut digits = [0; MAX_DIGITS];
        digits[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { digits, length: text.len() as u8 })
    }
}

stands_as_text!(PlaceCode);

impl JsonSchema for PlaceCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlaceCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "统计用区划代码：市 4 位、县(区) 6 位、乡镇(街道) 9 位、村(社区) 12 位 / the statistical code of a place: 4 digits for a city, 6 for a county, 9 for a township, 12 for a village",
            "type": "string",
            "pattern": "^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?$",
        })
    }
}

/// 层级：村(社区)、乡镇(街道)、县(区)、市 / the tier of administration, from the village up to the city
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    // The lowest first, so that "at least the township" compares.
    /// 村(社区)一级 / the tier of villages and communities
    Village,
    /// 乡镇(街道)一级 / the tier of townships and streets
    Township,
    /// 县(区)一级 / the tier of counties and districts
    County,
    /// 市(地级)一级 / the tier of the prefecture-level city
    City,
}

impl Level {
    /// The tier's name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Village => "村",
            Self::Township => "乡镇",
            Self::County => "县",
            Self::City => "市",
        }
    }

    /// The tier's name in English, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Village => "village",
            Self::Township => "township",
            Self::County => "county",
            Self::City => "city",
        }
    }
}

/// 村级区划的类别；各项“行政村”数只计行政村 / what a place of the lowest tier is: figures of villages count `village` only
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// 行政村，由村民委员会管理 / a village, run by a villagers' committee
    Village,
    /// 社区，由居民委员会管理 / a community of residents, run by a residents' committee
    Community,
    /// 其他村级单位，如林场、农场、保护区，既不是行政村也不是社区 / a unit of the lowest tier that is neither, such as a forest farm or a reserve
    Other,
}

/// What villages' committees are called, and what residents' committees are.
const VILLAGERS: [&str; 2] = ["村民委员会", "村委会"];
const RESIDENTS: [&str; 2] = ["居民委员会", "居委会"];

impl PlaceKind {
    /// What a place of the lowest tier is where nobody says so: units like villages and communities by their code, others by
    /// the committee in their name, which offices keep up to date, before the code, which they do not.
    pub fn of(code: &PlaceCode, name: &str) -> Self {
        let is_called = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
        match code.village_kind() {
            Self::Other => Self::Other,
            _ if is_called(&VILLAGERS) => Self::Village,
            _ if is_called(&RESIDENTS) => Self::Community,
            by_code => by_code,
        }
    }

    /// The kind under a new code: the one that it says, where the old code said the kind. Units that are like a community
    /// were once recorded as communities.
    pub(crate) fn under(self, old: &PlaceCode, new: &PlaceCode) -> Self {
        let by_code = old.village_kind();
        let was_said = self == by_code || (self == Self::Community && by_code == Self::Other);
        if was_said { new.village_kind() } else { self }
    }
}

/// A place as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub id: PlaceId,
    pub code: PlaceCode,
    pub name: Text,
    /// Which event states the name.
    pub name_recorded: Recording,
    pub level: Level,
    /// The place above; a county's may be missing where the city itself was never registered.
    pub parent: Option<PlaceId>,
    pub kind: Option<PlaceKind>,
    /// The first day on which code, name and parent hold.
    pub in_force_from: Date,
    /// The first day on which it is on the register.
    pub existed_from: Date,
    /// The day from which on it is no more.
    pub ended_on: Option<Date>,
    /// What went on with its parts.
    pub successors: Vec<PlaceId>,
    /// What went over into it, or was split for it.
    pub predecessors: Vec<PlaceId>,
    /// What it was called, coded and part of before, the oldest first.
    pub past: Vec<PastName>,
    /// Under which codes the log tells of it, the oldest first; the last one is its own.
    pub told: Vec<ToldCode>,
    /// What a village had in each fiscal year.
    pub funding: BTreeMap<i16, Funding>,
    /// The projects of premises of a village, and of those that went over into it.
    pub premises: Vec<Premises>,
    pub last_position: u64,
}

/// A code under which a stretch of the log tells of a place. Codes are given anew, so only code and position together
/// say which place an event is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldCode {
    pub code: PlaceCode,
    /// The position after which it is the place's.
    pub after: u64,
    /// The last position at which it is; nothing while the place bears it.
    pub up_to: Option<u64>,
}

impl ToldCode {
    /// Whether an event of that code at that position is of the place.
    pub fn tells(&self, code: &str, position: u64) -> bool {
        self.code.as_str() == code && position > self.after && self.up_to.is_none_or(|last| position <= last)
    }
}

impl Place {
    /// Whether it is there on that day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.existed_from <= day && self.ended_on.is_none_or(|ended| day < ended)
    }

    /// Whether the log ever told of it under that code.
    pub(crate) fn bore(&self, code: &PlaceCode) -> bool {
        self.told.iter().any(|told| told.code == *code)
    }

    /// Since when it bears its code: moving or renaming does not interrupt that.
    pub fn bears_code_from(&self) -> Date {
        let same = self.past.iter().rev().take_while(|past| past.code == self.code);
        same.last().map_or(self.in_force_from, |past| past.from)
    }
}

/// 曾用名称、代码和上级 / what a place was called, coded and part of until a day
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PastName {
    /// 当时的代码 / the code at the time
    pub code: PlaceCode,
    /// 当时的名称 / the name at the time
    pub name: Text,
    /// 当时的上级地方编号 / the place above at the time
    pub parent: Option<PlaceId>,
    /// 起始日期 / the first day on which it held
    pub from: Date,
    /// 不再适用的首日 / the first day on which it no longer holds
    pub until: Date,
}

/// Who bore a code, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeUse {
    pub place: PlaceId,
    pub from: Date,
    /// The first day on which the code is free.
    pub until: Date,
}
