//! What every view takes and gives: a snapshot read on a day under a policy, and figures with the rows they count.

use domain::bilingual;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::PolicyCalendar;
use domain::date::Date;
use domain::figures::Figures;
use domain::ids::{JointBranchId, OrganizationId};
use domain::place::PlaceCode;
use serde::Serialize;
use serde_json::Value;

use crate::figures::{Breakdowns, FigureView};
use crate::judged::Judged;
use crate::place::AnswersFor;
use crate::rows::JointBranchRow;
use crate::views::Views;

/// A snapshot, looked at on a day: what is overdue, missing or expiring is decided for that day.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The rows.
    pub views: &'a Views,
    /// The figures of the rules, by day and county.
    pub policies: &'a PolicyCalendar,
    /// The day.
    pub on: Date,
}

/// A text for people: plain Chinese first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    pub zh: String,
    pub en: String,
}

impl Bilingual {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What a tier reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Whose view it is: a code, or `joint-branch/<id>` or `organization/<id>`.
    pub scope: String,
    /// The place that bore the code asked for, where another one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers_for: Option<AnswersFor>,
    /// The day for which it is counted.
    pub as_of: Date,
    /// Up to which position of the log.
    pub position: u64,
    /// Whether what is shown is made up.
    pub simulated: bool,
    pub figures: BTreeMap<&'static str, FigureView>,
    /// The live joint branches by kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breakdowns: Option<Breakdowns>,
    /// How many of the rows each county has, by actor; on lists of records only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_actor: BTreeMap<String, BTreeMap<String, u64>>,
    pub rows: Vec<Value>,
}

/// Why there is no such view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// No place of that tier bears the code.
    #[error("没有代码为 {code} 的{tier} / no {tier_name} bears the code {code}")]
    UnknownPlace {
        /// What was asked for.
        code: PlaceCode,
        /// The tier in Chinese.
        tier: &'static str,
        /// The tier in English.
        tier_name: &'static str,
    },
    /// Several places go on for the one that bore the code.
    #[error("{code} 已由 {} 分别承接，请分别查询 / {code} goes on as {}: ask for each of them", bilingual::value(.successors), bilingual::value(.successors))]
    Parted {
        /// What was asked for.
        code: PlaceCode,
        /// Code and name of each.
        successors: String,
    },
    /// No such joint branch.
    #[error("没有编号为 {id} 的联合党组织 / there is no joint branch {id}")]
    UnknownJointBranch {
        /// What was asked for.
        id: JointBranchId,
    },
    /// No such organization.
    #[error("没有编号为 {id} 的党组织 / there is no organization {id}")]
    UnknownOrganization {
        /// What was asked for.
        id: OrganizationId,
    },
    /// No such figure in the view.
    #[error("没有名为 {} 的指标，请用本视图 figures 中的名称 / there is no figure `{}`: use a name from the view's figures", bilingual::value(.name), bilingual::value(.name))]
    UnknownFigure {
        /// What was asked for.
        name: String,
    },
    /// No such list.
    #[error("没有名为 {} 的清单，可用：{} / there is no list `{}`; there are: {}", bilingual::value(.name), bilingual::value(.known), bilingual::value(.name), bilingual::value(.known))]
    UnknownList {
        /// What was asked for.
        name: String,
        /// The names of those that there are.
        known: String,
    },
    /// A list of a village.
    #[error(
        "清单按市、县、乡镇列出，{code} 是村级代码 / lists are of a city, county or township; {code} is a village's code"
    )]
    NotATier {
        /// What was asked for.
        code: PlaceCode,
    },
    /// A row that JSON cannot hold.
    #[error("无法输出：{} / a row cannot be written: {}", bilingual::zh(.detail), bilingual::en(.detail))]
    Unwritable {
        /// What the writer says.
        detail: String,
    },
}

impl<'a> Reading<'a> {
    /// The figures by which a joint branch is judged on a day: those in force in its county.
    pub(crate) fn figures(&self, row: &JointBranchRow, on: Date) -> &'a Figures {
        self.policies.figures(row.county.as_ref().map(|county| &county.code), on)
    }

    /// The figures in force where a view is read, on its day.
    pub(crate) fn figures_in(&self, scope: &PlaceCode) -> &'a Figures {
        let place = self.views.place_by_code(scope);
        let county = place.map_or_else(|| scope.county(), |place| place.county.clone());
        self.policies.figures(county.as_ref(), self.on)
    }

    /// The joint branches that a place reads, as they are judged on the day.
    pub(crate) fn judged(self, code: &PlaceCode) -> Vec<Arc<Judged>> {
        self.views.judged_before().judge(self, code)
    }

    /// A view without figures.
    pub(crate) fn view(&self, scope: impl ToString, rows: Vec<Value>) -> View {
        View {
            scope: scope.to_string(),
            answers_for: None,
            as_of: self.on,
            position: self.views.position(),
            simulated: self.views.city().simulated.unwrap_or(false),
            figures: BTreeMap::new(),
            breakdowns: None,
            by_actor: BTreeMap::new(),
            rows,
        }
    }
}

/// A row as JSON.
pub(crate) fn json(row: &impl Serialize) -> Result<Value, ViewError> {
    serde_json::to_value(row).map_err(|error| ViewError::Unwritable { detail: error.to_string() })
}

/// Rows as JSON.
pub(crate) fn json_rows<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<Vec<Value>, ViewError> {
    rows.into_iter().map(|row| json(&row)).collect()
}
