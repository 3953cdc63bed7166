//! Whose view a replay shows.

use clap::ValueEnum;

/// Whose view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// 市 / the city
    City,
    /// 县级清单 / a county's register
    County,
    /// 乡镇台账 / a township's ledger
    Township,
}
