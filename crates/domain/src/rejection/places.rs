//! Rejections of `change-place`.

use crate::date::Date;
use crate::place::PlaceCode;

/// Why a place does not change so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceRejection {
    #[error(
        "place-ended¦「{name}」自 {on} 起已不存在，现为：{successors}¦{name} has ended on {on}; now: {successors}"
    )]
    Ended { name: String, on: Date, successors: String },
    #[error("change-shape¦此变更{detail_zh}¦this change {detail}")]
    Shape { detail_zh: &'static str, detail: &'static str },
    #[error(
        "move-consent¦划归另一县须有两县文件或市级文件：{detail_zh}¦a place passes to another county on both counties' documents or the city's: {detail}"
    )]
    MoveConsent { detail_zh: &'static str, detail: &'static str },
    #[error(
        "place-successor¦承接者 {code} 不合规定：{detail_zh}¦the successor {code} is not lawful: {detail}"
    )]
    Successor { code: PlaceCode, detail_zh: &'static str, detail: &'static str },
    #[error(
        "split-complete¦拆分遗漏了「{name}」，请在 shares 中写明由谁承接¦the split forgets {name}: say in `shares` who takes it"
    )]
    Forgotten { name: String },
    #[error(
        "split-share¦拆分归属不合规定：{detail_zh}「{name}」¦a share of the split is not lawful: {detail} ({name})"
    )]
    Share { name: String, detail_zh: &'static str, detail: &'static str },
    #[error(
        "place-not-empty¦「{name}」仍有下级区划、党组织或联合党组织，请先处理：{found}¦{name} is not empty: settle {found} first"
    )]
    NotEmpty { name: String, found: String },
}
