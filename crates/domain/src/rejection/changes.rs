//! Rejections of the commands that change members, joint branches and organizations.

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRejection {
    #[error(
        "members-in-cycle¦「{name}」有较差等次未整改或正在整改，期间成员不得进出¦{name} is graded poor or under rectification: until that is settled no member joins or leaves"
    )]
    InCycle { name: String },
    #[error(
        "dissolve-instead¦退出后只剩 {found} 个成员，请改为撤销（dissolve-joint-branch）¦{found} member would remain: dissolve the joint branch instead"
    )]
    DissolveInstead { found: usize },
    #[error("form-vacates¦改为结对前请先免去书记¦relieve the secretary before the form becomes `none`")]
    SecretaryInPost,
    #[error(
        "member-host¦「{name}」在运行中的联合党组织内，不能改变所属¦{name} is in a live joint branch: its host stays"
    )]
    HostOfMember { name: String },
    #[error(
        "superior-cycle¦「{name}」是其下级，不能作为上级¦{name} lies below it and cannot be its superior"
    )]
    SuperiorCycle { name: String },
    #[error("host-complete¦host_kind 与 host 须同时写明¦`host_kind` and `host` are named together")]
    HostIncomplete,
    #[error(
        "correctable-event¦事件 {event} 不是现行记录，或其内容不能更正；只能更正名称与规则不读取的村情数值¦the event {event} does not state a value today that may be corrected: only names, and figures that no rule reads, are"
    )]
    NotCorrectable { event: String },
    #[error(
        "correctable-field¦字段 {field} 不能更正：不由该事件载明，或规则以其为据¦the field {field} may not be corrected: that event does not state it, or rules rest on it"
    )]
    FieldNotCorrectable { field: &'static str },
    #[error(
        "place-changed¦「{name}」有成员村发生区划变化，县作出决定前不接收新成员¦{name} has lost a member village: until the county has decided it takes no new member"
    )]
    PlaceChanged { name: String },
}
