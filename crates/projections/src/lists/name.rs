//! The names of the lists.

use std::fmt;
use std::str::FromStr;

use domain::date::Date;

use crate::reading::ViewError;

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListName {
    /// 提格升级: branches that by their numbers should have become more.
    Upgrades,
    /// 黄牌: townships that missed too many deadlines of a year.
    YellowCards,
    /// 述职评议: a sheet of the secretaries of a year.
    YearlyReviews,
    /// Money of each village against its base of the year before.
    Funding,
    /// Figures of the members before and since the joint branch.
    Figures,
    /// Who hosted last, and who is next.
    Rotation,
    /// 文号: the register of documents per issuer.
    Documents,
    /// 补录: what was recorded late.
    LateEntries,
    /// Rules that were set aside.
    Overrides,
    /// Records that were corrected.
    Corrections,
    /// 责任清单: what each place does monthly, quarterly and yearly.
    Cadence,
}

impl ListName {
    /// Every list.
    pub const ALL: [Self; 11] = [
        Self::Upgrades,
        Self::YellowCards,
        Self::YearlyReviews,
        Self::Funding,
        Self::Figures,
        Self::Rotation,
        Self::Documents,
        Self::LateEntries,
        Self::Overrides,
        Self::Corrections,
        Self::Cadence,
    ];

    /// The name in a path and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgrades => "upgrades",
            Self::YellowCards => "yellow-cards",
            Self::YearlyReviews => "yearly-reviews",
            Self::Funding => "funding",
            Self::Figures => "figures",
            Self::Rotation => "rotation",
            Self::Documents => "documents",
            Self::LateEntries => "late-entries",
            Self::Overrides => "overrides",
            Self::Corrections => "corrections",
            Self::Cadence => "cadence",
        }
    }

    /// The title in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Upgrades => "提格升级",
            Self::YellowCards => "黄牌",
            Self::YearlyReviews => "述职评议",
            Self::Funding => "各村经费",
            Self::Figures => "联建前后对比",
            Self::Rotation => "活动轮值",
            Self::Documents => "文号登记簿",
            Self::LateEntries => "补录",
            Self::Overrides => "豁免规则",
            Self::Corrections => "更正",
            Self::Cadence => "责任清单",
        }
    }

    /// Whether the list is of one year.
    pub fn is_of_a_year(self) -> bool {
        matches!(self, Self::YellowCards | Self::YearlyReviews | Self::Funding | Self::Cadence)
    }

    /// The year that is shown where none is asked for: a year is reviewed after its end.
    pub fn default_year(self, on: Date) -> i16 {
        if self == Self::YearlyReviews { on.year() - 1 } else { on.year() }
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ListName {
    type Err = ViewError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|name| name.as_str() == text);
        found.ok_or_else(|| ViewError::UnknownList {
            name: text.chars().filter(|character| !character.is_control()).take(60).collect(),
            known: Self::ALL.map(Self::as_str).join(" "),
        })
    }
}
