//! Rejections of the commands about a joint branch's work.

use crate::date::Date;
use crate::place::PlaceCode;
use crate::premises::Milestone;
use crate::say::Say;

rejections! {
    /// Why something about the work of a joint branch is refused.
    pub enum WorkRejection {
        #[rule("power-holder")]
        #[zh("结对没有党组织，不能下放权力")]
        #[en("a pairing without an organ holds no delegated power")]
        NoOrgan,
        #[rule("power-once")]
        #[zh("权力「{power}」已下放给该联合党组织")]
        #[en("the power {power} is already delegated to this joint branch")]
        PowerHeld { power: String } => (),
        #[rule("power-not-held")]
        #[zh("权力「{power}」未下放给该联合党组织")]
        #[en("the power {power} is not delegated to this joint branch")]
        PowerNotHeld { power: String } => (),
        #[rule("link-shape")]
        #[zh("关联不合规定：{}", detail.zh)]
        #[en("the link is not lawful: {}", detail.en)]
        LinkShape { detail: Say } => (),
        #[rule("link-once")]
        #[zh("该关联已在册")]
        #[en("the link is on file already")]
        LinkRepeated,
        #[rule("at-work-then")]
        #[zh("联合党组织「{name}」于 {day} 尚未成立或已撤销")]
        #[en("the joint branch {name} was not established, or was dissolved, on {day}")]
        NotAtWork { name: String, day: Date } => (),
        #[rule("attendance")]
        #[zh("参加人数须不少于 1")]
        #[en("at least one person takes part")]
        NobodyAttended,
        #[rule("funding-village")]
        #[zh("经费须落到一个行政村或社区，联合党组织不设统一账户：{found}")]
        #[en("a funding line names one village; a joint branch has no account: {found}")]
        FundingVillage { found: String } => (),
        #[rule("funding-year")]
        #[zh("财政年度 {found} 不在 {earliest} 至 {latest} 之间")]
        #[en("the fiscal year {found} does not lie between {earliest} and {latest}")]
        FundingYear { found: i16, earliest: i16, latest: i16 } => (found, format!("{earliest}/{latest}")),
        #[rule("funding-once")]
        #[zh("{fiscal_year} 年度基数已登记")]
        #[en("the base of {fiscal_year} is on file")]
        BaseRepeated { fiscal_year: i16 } => (),
        #[rule("funding-base")]
        #[zh("基数 {found} 元低于 {fiscal_year} 年度的 {allowed} 元，须有县级文号")]
        #[en("the base {found} yuan is below that of {fiscal_year}, {allowed} yuan: the county's document is needed")]
        BaseCut { found: String, fiscal_year: i16, allowed: String } => (found, allowed),
        #[rule("premises-village")]
        #[zh("场所项目须落到一个行政村或社区：{found} 不是村级区划")]
        #[en("premises are those of one village or community, and {found} is none")]
        PremisesVillage { found: PlaceCode } => (),
        #[rule("premises-project")]
        #[zh("该村有几个名为「{project}」的场所项目（含并入各村的），请在「立项村代码」填写：{codes}")]
        #[en("the village has several projects called {project}, with those that went over into it: say in which village this one began: {codes}")]
        PremisesSeveral { project: String, codes: String } => (),
        #[rule("premises-project")]
        #[zh("该村没有立项于 {begun_in} 的场所项目「{project}」；项目立项于本村的，「立项村代码」不填")]
        #[en("the village holds no project {project} that began in {begun_in}: leave that out where it began in the village itself")]
        PremisesElsewhere { project: String, begun_in: PlaceCode } => (),
        #[rule("premises-total")]
        #[zh("场所项目「{project}」的总额为 {allowed} 元，不能写成 {found} 元")]
        #[en("the total of the project {project} is {allowed} yuan, not {found}")]
        PremisesTotal { project: String, found: String, allowed: String } => (found, allowed),
        #[rule("premises-milestone")]
        #[zh("场所项目「{project}」的{}款现在不能拨付：{}", milestone.say().zh, due.zh)]
        #[en("the project {project} is not paid at its {} now: {}", milestone.say().en, due.en)]
        PremisesMilestone { project: String, milestone: Milestone, due: Say } => (),
        #[rule("premises-share")]
        #[zh("场所项目「{project}」拨付后累计 {found} 元，超过总额 {total} 元的 {percent} %（{}节点累计比例）", milestone.say().zh)]
        #[en("with this the project {project} has been paid {found} yuan, above {percent} % of its total of {total}, which may be paid up to its {}", milestone.say().en)]
        PremisesShare { project: String, found: String, total: String, percent: u32, milestone: Milestone } => (format!("{found} 元"), format!("{percent} %")),
        #[rule("funding-merger")]
        #[zh("该村不在运行中的合建组织中，一般不给予县级补助")]
        #[en("the village is in no live merger: as a rule it gets no supplement")]
        NotInMerger,
    }
}
