//! Rejections of the commands of oversight.

use crate::filing::FilingMatter;
use crate::place::PlaceCode;

rejections! {
    /// Why an act of oversight is refused.
    pub enum OversightRejection {
        #[rule("filing-once")]
        #[zh("没有待备案的「{}」：尚未发生或已备案", matter.chinese())]
        #[en("nothing of the matter {} waits to be filed: it has not happened, or it is filed", matter.as_str())]
        NothingToFile { matter: FilingMatter } => (),
        #[rule("filing-named")]
        #[zh("待备案的「{}」有 {found} 项，请以 position 写明哪一项", matter.chinese())]
        #[en("{found} of the matter {} wait to be filed: name one by its `position`", matter.as_str())]
        FilingAmbiguous { matter: FilingMatter, found: usize } => (),
        #[rule("filing-of")]
        #[zh("须且只须写明 joint_branch 或 organization 之一")]
        #[en("exactly one of `joint_branch` and `organization` is named")]
        FilingOf,
        #[rule("supervision-tier")]
        #[zh("督办发给县或乡镇，由上一级发出；{found} 不是")]
        #[en("a supervision goes to a county or township, from the tier above; {found} is neither")]
        SupervisionTier { found: PlaceCode } => (),
        #[rule("supervision-scope")]
        #[zh("联合党组织「{name}」不在 {to} 范围内")]
        #[en("the joint branch {name} does not lie in {to}")]
        SupervisionScope { name: String, to: PlaceCode } => (),
        #[rule("supervision-once")]
        #[zh("该督办已办复")]
        #[en("the supervision is answered already")]
        AlreadyAnswered,
        #[rule("supervision-answerer")]
        #[zh("督办须由 {to} 自己的党委办复")]
        #[en("a supervision is answered by the committee of {to} itself")]
        AnsweredByOther { to: PlaceCode } => (),
        #[rule("access-log-order")]
        #[zh("访问日志只有 {found} 条，少于已入账的 {anchored} 条，或内容不同")]
        #[en("the access log has {found} entries: {anchored} were anchored, or others")]
        AccessLogShorter { found: u64, anchored: u64 } => (),
        #[rule("review-level")]
        #[zh("述职评议不适用于市级岗位")]
        #[en("a post of the city is not reviewed here")]
        ReviewLevel,
        #[rule("review-year")]
        #[zh("年度 {year} 尚未开始")]
        #[en("the year {year} has not begun")]
        ReviewYear { year: i16 } => (),
        #[rule("review-once")]
        #[zh("此人 {year} 年度述职评议已登记")]
        #[en("this person's review of {year} is on file")]
        ReviewRepeated { year: i16 } => (),
    }
}
