//! Rejections of the commands of oversight.

use crate::date::Date;
use crate::event_data::log_keeping::MAX_SIGNING_KEYS;
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
        #[zh("待备案的「{}」有 {found} 项，请写明所备案的记录编号", matter.chinese())]
        #[en("{found} of the matter {} wait to be filed: name one by its `position`", matter.as_str())]
        FilingAmbiguous { matter: FilingMatter, found: usize } => (),
        #[rule("filing-of")]
        #[zh("联合党组织、党组织须且只须写明其一")]
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
        #[rule("yellow-card-tier")]
        #[zh("黄牌亮给县(区)或乡镇(街道)，由上一级亮牌；{found} 不是")]
        #[en("a yellow card goes to a county or township, from the tier above; {found} is neither")]
        YellowCardTier { found: PlaceCode } => (),
        #[rule("yellow-card-scope")]
        #[zh("联合党组织「{name}」不在 {to} 范围内，请选该处牵头的联合党组织，或不选")]
        #[en("the joint branch {name} does not lie in {to}: name one that it leads, or none")]
        YellowCardScope { name: String, to: PlaceCode } => (),
        #[rule("yellow-card-once")]
        #[zh("{to}已于 {on} 因同一事由被亮黄牌（{document}），尚未解除，不得重复亮牌")]
        #[en("{to} has had a yellow card for the same matter since {on} ({document}); it stands until it is lifted")]
        YellowCardStands { to: String, document: String, on: Date } => (),
        #[rule("yellow-card-deadline")]
        #[zh("限期整顿须填写整顿期限")]
        #[en("what is to be put in order by a day needs that day: `deadline`")]
        YellowCardWithoutDeadline,
        #[rule("yellow-card-deadline")]
        #[zh("处理方式不含限期整顿，不应填写整顿期限 {deadline}；请增选限期整顿，或删去期限")]
        #[en("nothing is to be put in order by {deadline}: add the consequence `order_in_time`, or leave the deadline out")]
        YellowCardDeadline { deadline: Date } => (),
        #[rule("yellow-card-lifted")]
        #[zh("该黄牌已于 {on} 解除（{document}），不得再次解除")]
        #[en("the yellow card was lifted on {on} ({document}), and is lifted once only")]
        YellowCardLifted { on: Date, document: String } => (),
        #[rule("access-log-order")]
        #[zh("访问日志只有 {found} 条，少于已入账的 {anchored} 条，或内容不同")]
        #[en("the access log has {found} entries: {anchored} were anchored, or others")]
        AccessLogShorter { found: u64, anchored: u64 } => (),
        #[rule("rule-book-known")]
        #[zh("本程序只知道规则手册第 {known} 版及以前的版次，不知道第 {found} 版；请使用更新的程序")]
        #[en("this program knows the rule book up to edition {known}, and not edition {found}: use a later program")]
        RuleBookUnknown { found: u32, known: u32 } => (found, known),
        #[rule("rule-book-order")]
        #[zh("日志已执行规则手册第 {adopted} 版，不能退回第 {found} 版；请使用更新的程序")]
        #[en("the log follows edition {adopted} of the rule book and does not go back to edition {found}: use a later program")]
        RuleBookOlder { found: u32, adopted: u32 } => (),
        #[rule("signing-keys")]
        #[zh("签名公钥须为 1 至 {} 个，按文字排序，不重复；现为 {found} 个", MAX_SIGNING_KEYS)]
        #[en("a log is signed by 1 to {} keys, in the order of their texts, each once: there are {found}", MAX_SIGNING_KEYS)]
        SigningKeys { found: usize } => (),
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
