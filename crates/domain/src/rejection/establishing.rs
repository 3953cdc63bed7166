//! Rejections about what stands beside a proposal: resolutions of members, agreements, and what was sent back.

use crate::date::Date;
use crate::say::Say;

rejections! {
    /// Why something beside a proposal is refused, or is not enough for a decision.
    pub enum EstablishingRejection {
        #[rule("resolution-counts")]
        #[zh("「{name}」党员大会{}：{found} 多于 {allowed}", detail.zh)]
        #[en("members' meeting of {name}: {}: {found} of {allowed}", detail.en)]
        ResolutionCounts { pointer: String, name: String, detail: Say, found: u32, allowed: u32 } => (found, allowed),
        #[rule("resolution-members")]
        #[zh("「{name}」{}", detail.zh)]
        #[en("the resolution of {name} is not taken: it {}", detail.en)]
        ResolutionOf { pointer: String, name: String, detail: Say } => (),
        #[rule("resolution-required")]
        #[zh("「{name}」的党员大会尚无可依据的决议，请先登记党员大会决议（应到、实到、赞成、日期）")]
        #[en("no resolution of the members of {name} is on file for this decision: record it first (entitled, present, in favour, date)")]
        ResolutionMissing { name: String } => (),
        #[rule("resolution-quorum")]
        #[zh("「{name}」党员大会应到 {entitled} 人、实到 {present} 人，不足应到的 {allowed}%，表决无效，须重新召开")]
        #[en("members' meeting of {name}: {present} of {entitled} were present, less than {allowed}%: it has to meet again")]
        ResolutionQuorum { name: String, entitled: u32, present: u32, allowed: u32 } => (format!("{present}/{entitled}"), format!("{allowed}%")),
        #[rule("resolution-majority")]
        #[zh("「{name}」党员大会应到 {entitled} 人、赞成 {in_favour} 人，没有超过应到的 {allowed}%，决议未通过")]
        #[en("members' meeting of {name}: {in_favour} of the {entitled} entitled were in favour, not more than {allowed}%: it did not pass")]
        ResolutionMajority { name: String, entitled: u32, in_favour: u32, allowed: u32 } => (format!("{in_favour}/{entitled}"), format!("> {allowed}%")),
        #[rule("agreement-pairing")]
        #[zh("「{name}」是合建，不签订结对共建协议书")]
        #[en("{name} is a merger and has no agreement of a pairing")]
        AgreementOfMerger { name: String } => (),
        #[rule("agreement-dates")]
        #[zh("协议期限 {until} 须晚于签订日期 {date}")]
        #[en("the agreement holds until {until}, which is not after {date}, the day of its signing")]
        AgreementDates { date: Date, until: Date } => (until, date),
        #[rule("agreement-required")]
        #[zh("结对共建须有协议书，请先登记结对共建协议（签订日期、期限、事项）")]
        #[en("a pairing without an organ rests on its agreement: record it first (date, until, items)")]
        AgreementMissing,
        #[rule("agreement-in-force")]
        #[zh("结对共建协议书的期限至 {until}，{on} 已届满，请先登记续签的协议")]
        #[en("the agreement held until {until} and has ended by {on}: record its renewal first")]
        AgreementEnded { until: Date, on: Date } => (until, on),
        #[rule("proposal-returned")]
        #[zh("「{name}」的请示已于 {on} 退回补充，乡镇补充再报后方可办理")]
        #[en("the proposal {name} was sent back on {on}: it is dealt with once the township has handed it in again")]
        ProposalReturned { name: String, on: Date } => (),
        #[rule("proposal-not-returned")]
        #[zh("「{name}」的请示没有退回，无须再报")]
        #[en("the proposal {name} was not sent back: it need not be handed in again")]
        NotReturned { name: String } => (),
    }
}
