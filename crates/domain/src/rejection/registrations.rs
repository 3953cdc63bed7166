//! Rejections of the commands of 存量登记.

use crate::date::Date;
use crate::place::PlaceCode;
use crate::quarter::Quarter;
use crate::registration::FactName;
use crate::say::Say;

rejections! {
    /// Why something about what existed before is refused.
    pub enum RegistrationRejection {
        #[rule("register-county")]
        #[zh("清单由县(区)启用，{found} 不是县(区)")]
        #[en("a register is a county's; {found} is none")]
        NotACounty { found: PlaceCode } => (),
        #[rule("register-from")]
        #[zh("启用日 {from} 不得晚于 {limit}：此后本县已在本系统办理联建事项，或晚于生效日三个月")]
        #[en("the register cannot be kept from {from} on: not after {limit}, the day of the county's first joint branch here, or three months after the effective date")]
        From { from: Date, limit: Date } => (from, limit),
        #[rule("register-from-fixed")]
        #[zh("清单已自 {allowed} 启用，启用日不能改为 {found}；延长登记期限时填写原启用日")]
        #[en("the register is kept from {allowed} on, which does not become {found}: name the same day to keep it open for longer")]
        FromFixed { found: Date, allowed: Date } => (found, allowed),
        #[rule("register-closes")]
        #[zh("存量登记截止日期 {found} 须在 {earliest} 至 {latest} 之间（一次不超过12个月）")]
        #[en("the last day for registering what existed before, {found}, lies between {earliest} and {latest}: 12 months at a time")]
        Closes { found: Date, earliest: Date, latest: Date } => (found, format!("{earliest}/{latest}")),
        #[rule("register-renewed-by-city")]
        #[zh("清单已启用；延长存量登记期限须以市级党委（或其组织部门）的文号办理")]
        #[en("the register is open: it stays open for longer on a document of the city's organ")]
        RenewedByCity,
        #[rule("register-open")]
        #[zh("{county} 尚未启用清单，请先由县(区)以文号办理启用")]
        #[en("{county} has not opened its register: let the county open it with a document first")]
        NotOpen { county: PlaceCode } => (),
        #[rule("register-closed")]
        #[zh("存量登记已于 {closed_on} 截止；如需延长，由市以文号办理")]
        #[en("what existed before could be registered until {closed_on}; the city may keep the register open for longer, with a document")]
        Closed { closed_on: Date } => (),
        #[rule("registration-past")]
        #[zh("成立日期 {found} 不早于启用日 {from}：启用后成立的，按请示、调查、批准办理")]
        #[en("established on {found}, not before {from}, from which day the register is kept: propose, survey and approve what is new")]
        Established { found: Date, from: Date } => (found, from),
        #[rule("registration-quarters")]
        #[zh("季度 {quarter} 不能随存量登记：须已在启用日 {from} 之前结束，不早于成立，且不重复")]
        #[en("the quarter {quarter} is not registered this way: it ended before {from}, is not before the establishing and is listed once")]
        Quarter { quarter: Quarter, from: Date } => (),
        #[rule("registration-fact")]
        #[zh("登记事项「{}」不成立：{}", fact.title().zh, detail.zh)]
        #[en("the fact `{}` does not hold: {}", fact.title().en, detail.en)]
        Fact { fact: FactName, detail: Say } => (),
        #[rule("registration-member")]
        #[zh("「{name}」已列入另一个待确认的合建（{joint_branch}）")]
        #[en("{name} stands in another merger that waits for confirmation ({joint_branch})")]
        MemberClaimed { name: String, joint_branch: String } => (),
        #[rule("registration-secretary")]
        #[zh("该书记已列入另一个待确认的联合党组织（{joint_branch}）")]
        #[en("the secretary stands in another joint branch that waits for confirmation ({joint_branch})")]
        SecretaryClaimed { joint_branch: String } => (),
        #[rule("registration-county")]
        #[zh("「{name}」不属于 {county}")]
        #[en("{name} does not lie in {county}")]
        OtherCounty { name: String, county: PlaceCode } => (),
        #[rule("registration-many")]
        #[zh("一次确认 {found} 个，最多 {allowed} 个，请分次确认")]
        #[en("{found} are confirmed at once; {allowed} at most")]
        TooMany { found: usize, allowed: usize } => (found, allowed),
        #[rule("registration-listed-once")]
        #[zh("「{name}」重复列出")]
        #[en("{name} is listed twice")]
        Repeated { name: String } => (),
        #[rule("registration-on-file")]
        #[zh("{}已有记载，不能以补记覆盖；有误请用更正", what.zh)]
        #[en("{} is on file already: what is wrong is corrected, not completed", what.en)]
        OnFile { what: Say } => (),
        #[rule("registration-value")]
        #[zh("「{}」的值不合格式：{detail}", what.zh)]
        #[en("the value of {} does not fit: {detail}", what.en)]
        Value { what: Say, detail: String } => (),
        #[rule("registration-of")]
        #[zh("联合党组织「{name}」不是存量登记的")]
        #[en("the joint branch {name} was not registered as it stood")]
        NotRegistered { name: String } => (),
    }
}
