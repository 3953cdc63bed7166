//! The answer: figures with all that one must know to read them, and the rows that they count.

use domain::errors;
use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::joint_branch::{Form, Mode};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use domain::say::{Say, say};
use domain::text::Text;
use imbl::OrdMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::{Number, Unit};
use crate::rows::YellowCardRow;

/// A text that is the name of a figure: those that the program counts cost no allocation.
pub type FigureName = Cow<'static, str>;

/// 一个查询的答复：指标及其所统计的行 / an answer: figures, and the rows that they count
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct View<R> {
    /// 所属范围：行政区划代码，或 `joint-branch/<编号>`、`organization/<编号>` / whose view it is: a division code, or `joint-branch/<id>` or `organization/<id>`
    pub scope: String,
    /// 所查代码已由其他地方承接时，原来使用该代码的地方 / the place that bore the code asked for, where another place answers
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_for: Option<AnswersFor>,
    /// 统计日期 / the day for which it is counted
    pub as_of: Date,
    /// 依据日志的截止位置 / the position of the last event that it is made from
    pub position: u64,
    /// 是否为模拟数据 / whether the data is simulated
    pub simulated: bool,
    /// 各项指标，以名称为键 / the figures, by name
    pub figures: BTreeMap<FigureName, FigureView>,
    /// 运行中的联合党组织按方式、形式分列，及各季度等次 / the live joint branches by mode and form, and the grades of each quarter
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakdowns: Option<Breakdowns>,
    /// 记录类清单中各县各经办人的行数 / how many rows each actor has in each county; on lists of records only
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_actor: BTreeMap<String, BTreeMap<String, u64>>,
    /// 尚未解除的黄牌，只在市、县、乡镇的视图中 / the yellow cards that stand; on the views of city, counties and townships only
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yellow_cards: Vec<YellowCardRow>,
    /// 所统计或列出的各行 / the rows that are counted or listed
    pub rows: Vec<R>,
}

impl<R> View<R> {
    /// The same view with other rows.
    pub fn with_rows<S>(self, rows: Vec<S>) -> View<S> {
        View {
            scope: self.scope,
            answers_for: self.answers_for,
            as_of: self.as_of,
            position: self.position,
            simulated: self.simulated,
            figures: self.figures,
            breakdowns: self.breakdowns,
            by_actor: self.by_actor,
            yellow_cards: self.yellow_cards,
            rows,
        }
    }
}

/// 查询结果的一页 / a view, with the way to its next page
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{R}Page")]
pub struct Page<R> {
    #[serde(flatten)]
    pub view: View<R>,
    /// 下一页的游标；已是最后一页时不出现 / the cursor of the next page; absent on the last one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// 一项指标及其单位和口径 / a figure with its unit and what it counts
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FigureView {
    /// 该项指标的数值 / the value of the figure
    pub value: Number,
    /// 指标的计量单位 / the unit of the value
    pub unit: Unit,
    /// 指标的统计口径 / the definition: what the figure counts
    pub definition: Say,
    /// 列出所统计各行的路径 / the path that lists the rows counted
    pub rows: String,
}

impl FigureView {
    /// The value as people read it: money in yuan.
    pub fn value_text(&self) -> String {
        match (self.unit, self.value) {
            (Unit::Fen, Number::Count(fen)) => format!("{}.{:02}", fen / 100, fen % 100),
            (_, value) => value.to_string(),
        }
    }

    /// The unit that stands beside it.
    pub fn unit_text(&self) -> Say {
        match self.unit {
            Unit::Fen => say("元", "yuan"),
            unit => unit.say(),
        }
    }
}

/// 运行中的联合党组织分列情况，及各季度等次 / the live joint branches by kind, and every grade by quarter
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Breakdowns {
    /// 按合建共建方式分列的个数 / how many there are of each mode
    pub by_mode: BTreeMap<Mode, u64>,
    /// 政策增加的方式的名称 / the names of the modes that policies have added
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mode_names: BTreeMap<Mode, Say>,
    /// 按组织形式分列的个数 / how many there are of each form
    pub by_form: BTreeMap<Form, u64>,
    /// 各季度的等次 / the grades of each quarter
    pub grades_by_quarter: BTreeMap<Quarter, GradeCounts>,
    /// 各县各经办人更正记录的次数，只在全市视图中 / corrections of records, by county and actor; on the city's view only
    #[serde(default, skip_serializing_if = "OrdMap::is_empty")]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, u64>>")]
    pub corrections: OrdMap<String, OrdMap<String, u64>>,
}

/// 一个季度各等次的个数，含已撤销的联合党组织 / how many joint branches, whether live or since dissolved, have which grade in a quarter
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct GradeCounts {
    /// 等次为“好”的个数 / how many are graded good
    pub good: u64,
    /// 等次为“一般”的个数 / how many are graded fair
    pub fair: u64,
    /// 等次为“较差”的个数 / how many are graded poor
    pub poor: u64,
    /// 期限已过仍未评估的个数 / how many have no grade although its last day has passed
    pub missing: u64,
}

/// 原来使用所查代码的地方 / the place that bore the code that was asked for, where another place answers
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswersFor {
    /// 该地方的编号 / the id of the place
    pub id: PlaceId,
    /// 所查的代码 / the code that was asked for
    pub code: PlaceCode,
    /// 该地方当时的名称 / what the place was called
    pub name: Text,
    /// 停用该代码的首日 / the first day on which it no longer bore the code
    pub until: Date,
}

errors! {
    /// Why there is no such view.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ViewError {
        /// No place of that tier bears the code.
        #[zh("没有代码为 {code} 的{tier}")]
        #[en("no {tier_name} bears the code {code}")]
        UnknownPlace {
            /// What was asked for.
            code: PlaceCode,
            /// The tier in Chinese.
            tier: &'static str,
            /// The tier in English.
            tier_name: &'static str,
        },
        /// Several places go on for the one that bore the code.
        #[zh("{code} 已由 {successors} 分别承接，请分别查询")]
        #[en("{code} goes on as {successors}: ask for each of them")]
        Parted {
            /// What was asked for.
            code: PlaceCode,
            /// Code and name of each.
            successors: String,
        },
        /// No such joint branch.
        #[zh("没有编号为 {id} 的联合党组织")]
        #[en("there is no joint branch {id}")]
        UnknownJointBranch {
            /// What was asked for.
            id: JointBranchId,
        },
        /// No such organization.
        #[zh("没有编号为 {id} 的党组织")]
        #[en("there is no organization {id}")]
        UnknownOrganization {
            /// What was asked for.
            id: OrganizationId,
        },
        /// No such figure in the view.
        #[zh("没有名为 {name} 的指标，请用本视图 figures 中的名称")]
        #[en("there is no figure `{name}`: use a name from the view's figures")]
        UnknownFigure {
            /// What was asked for.
            name: String,
        },
        /// No such list.
        #[zh("没有名为 {name} 的清单，可用：{known}")]
        #[en("there is no list `{name}`; there are: {known}")]
        UnknownList {
            /// What was asked for.
            name: String,
            /// The names of those that there are.
            known: String,
        },
        /// A list of a village.
        #[zh("清单按市、县、乡镇列出，{code} 是村级代码")]
        #[en("lists are of a city, county or township; {code} is a village's code")]
        NotATier {
            /// What was asked for.
            code: PlaceCode,
        },
        /// A row that JSON cannot hold.
        #[zh("无法输出：{}", detail.zh)]
        #[en("a row cannot be written: {}", detail.en)]
        Unwritable {
            /// What the writer says.
            detail: Say,
        },
    }
}
