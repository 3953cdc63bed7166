//! Rejections of `change-place`.

use crate::date::Date;
use crate::place::PlaceCode;
use crate::say::Say;

rejections! {
    /// Why a place does not change so.
    pub enum PlaceRejection {
        #[rule("place-ended")]
        #[zh("「{name}」自 {on} 起已不存在，现为：{successors}")]
        #[en("{name} has ended on {on}; now: {successors}")]
        Ended { name: String, on: Date, successors: String } => (),
        #[rule("change-shape")]
        #[zh("此变更{}", detail.zh)]
        #[en("this change {}", detail.en)]
        Shape { detail: Say } => (),
        #[rule("move-consent")]
        #[zh("划归另一县须有两县文件或市级文件：{}", detail.zh)]
        #[en("a place passes to another county on both counties' documents or the city's: {}", detail.en)]
        MoveConsent { detail: Say } => (),
        #[rule("place-successor")]
        #[zh("承接的区划 {code} 不合规定：{}", detail.zh)]
        #[en("the successor {code} is not lawful: {}", detail.en)]
        Successor { code: PlaceCode, detail: Say } => (),
        #[rule("split-complete")]
        #[zh("拆分遗漏了「{name}」，请在拆分归属中写明由谁承接")]
        #[en("the split forgets {name}: say in `shares` who takes it")]
        Forgotten { name: String } => (),
        #[rule("split-share")]
        #[zh("拆分归属不合规定：{}「{name}」", detail.zh)]
        #[en("a share of the split is not lawful: {} ({name})", detail.en)]
        Share { name: String, detail: Say } => (),
        #[rule("organ-of-ended-place")]
        #[zh("「{name}」所在区划自 {on} 起已不存在，自该日起不再作决定：请以承接地党委的名义办理；县应办结撤并乡镇党委处置（撤销该机关，或变更为承接地的机关）")]
        #[en("the place of {name} is no more since {on}: from that day it decides nothing. Act in the name of the organ of what goes on; the county winds it up (abolishes it, or gives it the place that goes on)")]
        OrganOfEnded { name: String, on: Date } => (),
        #[rule("place-not-empty")]
        #[zh("「{name}」仍有下级区划、党组织或联合党组织，请先处理：{found}")]
        #[en("{name} is not empty: settle {found} first")]
        NotEmpty { name: String, found: String } => (),
    }
}
