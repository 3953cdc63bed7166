//! Rejections of the commands about a person's own record.

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::place::Level;
use crate::say::Say;

rejections! {
    /// Why an act about a person's record is refused.
    pub enum PersonRejection {
        #[rule("person-erased")]
        #[zh("人员 {person} 的个人信息已依规删除，不能再用于新的记录")]
        #[en("the personal data of {person} was erased: nothing new is recorded of this person")]
        Erased { person: String } => (),
        #[rule("erasure-in-post")]
        #[zh("此人仍在职（{}），先免去职务再删除", post.zh)]
        #[en("this person is still in a post ({}): the post ends first", post.en)]
        InPost { post: Say } => (),
        #[rule("erasure-retention")]
        #[zh("此人最近任职至 {last}，须保存满 {years} 年，{until} 起方可删除")]
        #[en("this person was in a post until {last}: kept for {years} years, erasable from {until} on")]
        Kept { last: Date, years: u32, until: Date } => (),
        #[rule("inspection-hold")]
        #[zh("此人的记录处于巡察、审计或执纪审查保全中，解除后方可删除")]
        #[en("the record is under an inspection hold: lift the hold first")]
        Held,
        #[rule("erasure-two-tiers")]
        #[zh("须有两级党委的文件：除行文单位的文件外，还须另一级党委的文件")]
        #[en("documents of two tiers are needed: `consent` is of another tier than on_behalf_of")]
        OneTier,
        #[rule("scan-on-record")]
        #[zh("{number} 没有登记扫描件，没有可删除的内容")]
        #[en("no scan is on record under {number}: there is nothing to erase")]
        NoScan { number: DocumentNumber } => (),
        #[rule("scan-on-record")]
        #[zh("{number} 的扫描件已按规定删除")]
        #[en("the scans of {number} were erased already")]
        ScanErased { number: DocumentNumber } => (),
        #[rule("hold-standing")]
        #[zh("保全状态不符：{}", detail.zh)]
        #[en("the hold does not stand so: {}", detail.en)]
        HoldStanding { detail: Say } => (),
        #[rule("hold-level")]
        #[zh("保全由{}作出，须由同级或上级解除", needed.chinese())]
        #[en("the hold is the {}'s: that tier or a higher one lifts it", needed.as_str())]
        HoldLevel { needed: Level } => (),
    }
}
