//! Rejections of the commands that change members, joint branches and organizations.

use crate::say::Say;

rejections! {
    /// Why a change is refused.
    pub enum ChangeRejection {
        #[rule("members-in-cycle")]
        #[zh("「{name}」有较差等次未整改或正在整改，期间成员不得进出")]
        #[en("{name} is graded poor or under rectification: until that is settled no member joins or leaves")]
        InCycle { name: String } => (),
        #[rule("dissolve-instead")]
        #[zh("退出后只剩 {found} 个成员，请改办终止合建共建")]
        #[en("{found} member would remain: dissolve the joint branch instead")]
        DissolveInstead { found: usize } => (found, 2),
        #[rule("form-vacates")]
        #[zh("改为结对前请先免去书记")]
        #[en("relieve the secretary before the form becomes `none`")]
        SecretaryInPost,
        #[rule("member-host")]
        #[zh("「{name}」在运行中的联合党组织内，不能改变所属")]
        #[en("{name} is in a live joint branch: its host stays")]
        HostOfMember { name: String } => (),
        #[rule("superior-joint")]
        #[zh("不能隶属「{superior}」：{}", detail.zh)]
        #[en("nothing of that form stands under {superior}: {}", detail.en)]
        SuperiorJoint { superior: String, detail: Say } => (),
        #[rule("superior-cycle")]
        #[zh("「{name}」是其下级，不能作为上级")]
        #[en("{name} lies below it and cannot be its superior")]
        SuperiorCycle { name: String } => (),
        #[rule("host-complete")]
        #[zh("所属类别与所属须同时写明")]
        #[en("`host_kind` and `host` are named together")]
        HostIncomplete,
        #[rule("correctable-event")]
        #[zh("事件 {event} 不是现行记录，或其内容不能更正；只能更正名称与规则不读取的村情数值")]
        #[en("the event {event} does not state a value today that may be corrected: only names, and figures that no rule reads, are")]
        NotCorrectable { event: String } => (),
        #[rule("correctable-field")]
        #[zh("字段 {field} 不能更正：不由该事件载明，或规则以其为据")]
        #[en("the field {field} may not be corrected: that event does not state it, or rules rest on it")]
        FieldNotCorrectable { field: &'static str } => (),
        #[rule("correctable-decision")]
        #[zh("没有记录编号（指令）为 {decision} 且写明文号的决定；请在该决定的记录页上核对指令编号")]
        #[en("no decision with a document was recorded by the command {decision}: the page of its record says the id")]
        NoSuchDecision { decision: String } => (),
        #[rule("place-changed")]
        #[zh("「{name}」有成员村发生区划变化，县作出决定前不接收新成员")]
        #[en("{name} has lost a member village: until the county has decided it takes no new member")]
        PlaceChanged { name: String } => (),
    }
}
