//! Party organizations: branches, general branches, committees, and the organs that decide.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::code::{Code, extended_by_policy};
use crate::date::Date;
use crate::filing::FilingOwed;
use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::link::Link;
use crate::policy::RegulatedForm;
use crate::post::{Election, ElectionOwed, FirstSecretary};
use crate::recording::Recording;
use crate::text::Text;

/// 党组织的组织形式 / the form of a Party organization
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationForm {
    /// 党支部，基层党组织 / a Party branch, the basic form
    Branch,
    /// 党总支，下设党支部 / a general branch, which has branches under it
    GeneralBranch,
    /// 基层党委，下设党总支、党支部 / a Party committee at the base, with branches under it
    Committee,
    /// 有决定权的机关，如乡镇党委、县(区)委及其组织部、市委组织部 / a deciding organ: a township committee, a county committee or an organization department
    Organ,
}

impl OrganizationForm {
    /// The form of the regulations that it is; a deciding body is none.
    pub fn regulated(self) -> Option<RegulatedForm> {
        match self {
            Self::Branch => Some(RegulatedForm::Branch),
            Self::GeneralBranch => Some(RegulatedForm::GeneralBranch),
            Self::Committee => Some(RegulatedForm::Committee),
            Self::Organ => None,
        }
    }
}

/// What an organization belongs to: one of these, or what a jurisdiction has added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostKind {
    /// A village or community; `host` is its code.
    Village,
    /// 机关、企事业单位.
    Unit,
    /// 合作社.
    Cooperative,
    /// 协会.
    Association,
    /// 园区.
    Park,
    /// A township, for an organ; `host` is its code.
    Township,
    /// A county, for an organ; `host` is its code.
    County,
    /// The city, for an organ; `host` is its code.
    City,
    /// One that a policy has added: it is no place, and `host` is its name.
    Added(Code),
}

extended_by_policy!(HostKind in "host_kinds" {
    Village = "village",
    Unit = "unit",
    Cooperative = "cooperative",
    Association = "association",
    Park = "park",
    Township = "township",
    County = "county",
    City = "city",
});

impl HostKind {
    /// Whether `host` is the code of a place.
    pub fn is_place(&self) -> bool {
        *self == Self::Village || self.is_tier()
    }

    /// Whether it is a tier, to which an organ belongs and nothing else.
    pub fn is_tier(&self) -> bool {
        matches!(self, Self::Township | Self::County | Self::City)
    }
}

/// 村情数据的名称 / which figure of a village's profile it is
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProfileFigure {
    /// 总户数，调查和满意度以此为基数 / households: surveys and satisfaction are counted against them
    Households,
    /// 全村人口数 / the population of the village
    Population,
    /// 全村的面积 / the area of the village
    Area,
    /// 村集体经济收入 / the income of the village's collective
    CollectiveIncome,
    /// 村民人均收入 / the income of a villager on average
    IncomePerHead,
    /// 村的主导产业 / the main industry of the village
    Industry,
    /// 贫富：贫村或富村 / whether the village is `rich` or `poor`
    Wealth,
    /// 强弱：强村或弱村 / whether the village is `strong` or `weak`
    Strength,
}

/// A figure's value: a number or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FigureValue {
    /// A number as it was written.
    Number(serde_json::Number),
    /// A word, such as `rich` or 猕猴桃.
    Text(Text),
}

impl<'de> Deserialize<'de> for FigureValue {
    // By hand: what serde derives for an untagged enum first copies the value into one of its own.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureValueVisitor)
    }
}

struct FigureValueVisitor;

impl Visitor<'_> for FigureValueVisitor {
    type Value = FigureValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or a text")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<FigureValue, E> {
        Ok(FigureValue::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<FigureValue, E> {
        Ok(FigureValue::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<FigureValue, E> {
        let number = serde_json::Number::from_f64(value);
        number.map(FigureValue::Number).ok_or_else(|| E::custom("a number must be finite"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FigureValue, E> {
        Text::recorded(text).map(FigureValue::Text).map_err(E::custom)
    }
}

impl JsonSchema for FigureValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FigureValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "数值，或 1 至 500 字的文字 / a number, or a text of 1 to 500 characters",
            "type": ["number", "string"],
            "minLength": 1,
            "maxLength": crate::text::MAX_TEXT_CHARACTERS,
        })
    }
}

/// 出处对数据的限定：余、近、以上、最高 / how the source bounds a figure: a little over, nearly, at least, at most
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// 余：略多于所记数值 / a little more than the value
    Over,
    /// 近：略少于所记数值 / nearly the value, a little less
    Nearly,
    /// 以上：不少于所记数值 / not less than the value
    AtLeast,
    /// 最高：不多于所记数值 / not more than the value
    AtMost,
}

/// 一项数据，注明单位、时期和出处 / a figure with its unit, its period and its source
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// 数值；文字类数据填文字 / the value: a number, or a text where it is not counted
    pub value: FigureValue,
    /// 计量单位，如 户、亩、万元，没有单位填“-” / the unit of the figure, such as 户, 亩 or 万元; `-` where it has none
    pub unit: Text,
    /// 所属时期或日期，如 2018 / the period or the day that the figure is of, such as `2018`
    pub period: Text,
    /// 数据的出处，如报表或文件名称 / where the figure comes from, such as the name of a report
    pub source: Text,
    /// 出处所用的限定词，如“余”“以上”；数据准确时不填 / the bound that the source states, where the figure is not exact
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

impl Figure {
    /// The value as a whole number, where it is one.
    pub fn whole(&self) -> Option<u32> {
        match &self.value {
            FigureValue::Number(number) => number.as_u64().and_then(|value| u32::try_from(value).ok()),
            FigureValue::Text(_) => None,
        }
    }

    /// Whether the value is this word.
    pub fn is(&self, word: &str) -> bool {
        matches!(&self.value, FigureValue::Text(text) if text.as_str() == word)
    }
}

/// The figures of a profile by name.
pub type Profile = BTreeMap<ProfileFigure, Figure>;

/// What an organization belongs to, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// A place of ours.
    Place(PlaceId),
    /// A unit, cooperative, association or park, by name.
    Unit(Text),
}

/// 党组织的状况：正常、停止履职或已撤销 / whether an organization works, is suspended by a merger, or was abolished
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationStatus {
    /// 正常运转，自行履职 / it works on its own
    Active,
    /// 停止履职，职能已由合建承接 / a merger has taken its functions over
    Suspended,
    /// 已撤销，由另一党组织承接 / it ended in favour of another
    Abolished {
        /// 承接的党组织编号 / the organization that goes on
        successor: OrganizationId,
    },
}

impl OrganizationStatus {
    /// Its code; what else it says stands beside it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Abolished { .. } => "abolished",
        }
    }
}

/// An organization as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: Text,
    /// Which event states the name.
    pub name_recorded: Recording,
    pub form: OrganizationForm,
    /// The kind of the form, where a policy has added it.
    pub form_kind: Option<Code>,
    pub host_kind: HostKind,
    pub host: Host,
    /// The place in which it lies: its host, or for a unit the place it was registered at.
    pub location: PlaceId,
    pub superior: Option<OrganizationId>,
    /// The joint general branch or committee under which it stands, or stood until that ended.
    pub superior_joint: Option<JointBranchId>,
    pub formal_members: u32,
    pub probationary_members: u32,
    /// What one event states is recorded once, however many figures it holds: an organization is copied with each change.
    pub formal_members_recorded: Arc<Recording>,
    pub probationary_members_recorded: Arc<Recording>,
    pub profile: Profile,
    pub profile_recorded: BTreeMap<ProfileFigure, Arc<Recording>>,
    pub status: OrganizationStatus,
    /// The live merger it is in.
    pub merger: Option<JointBranchId>,
    /// The live pairings it is in.
    pub pairings: BTreeSet<JointBranchId>,
    /// Functions that a joint branch holds for it; what is not listed it holds itself.
    pub held_elsewhere: BTreeMap<Function, JointBranchId>,
    /// Guidance and shared posts, from either side.
    pub links: Vec<Link>,
    /// Its last election, where it stands alone.
    pub election: Option<Election>,
    /// The election that it owes since a merger gave it back.
    pub election_owed: Option<ElectionOwed>,
    /// Whom the county or above has sent beside its own secretary.
    pub first_secretary: Option<FirstSecretary>,
    /// When the last one left: the next one begins no earlier.
    pub first_secretary_left: Option<Date>,
    /// Elections that wait to be filed with the county, by the position of their event.
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    pub registered_on: Date,
    /// Of an organ: since when its place is no more. From that day it decides nothing, until it is given another place.
    pub place_ended_on: Option<Date>,
    pub latest_effective: Date,
    pub last_position: u64,
}

impl Organization {
    /// 党员: formal and probationary members.
    pub fn members(&self) -> u32 {
        self.formal_members.saturating_add(self.probationary_members)
    }

    /// Whether it had ended by that day: nothing of an abolished organization is dated after its abolition.
    pub fn has_ended_on(&self, day: Date) -> bool {
        matches!(self.status, OrganizationStatus::Abolished { .. }) && self.latest_effective <= day
    }

    /// Whether it is an organ that still decides on that day.
    pub fn is_organ_on(&self, day: Date) -> bool {
        self.form == OrganizationForm::Organ && !self.has_ended_on(day)
    }

    /// Households on file.
    pub fn households(&self) -> Option<u32> {
        self.profile.get(&ProfileFigure::Households).and_then(Figure::whole)
    }

    /// The host, where it is a village or community.
    pub fn village(&self) -> Option<PlaceId> {
        match (&self.host, &self.host_kind) {
            (Host::Place(place), HostKind::Village) => Some(*place),
            _ => None,
        }
    }
}
