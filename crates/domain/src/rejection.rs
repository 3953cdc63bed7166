//! Rejections: what was refused, by which rule, what was found and what is allowed, in Chinese and in English.
//!
//! Each message is `rule¦中文¦English`, so that a variant, its rule and its words cannot drift apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::place::{Level, PlaceCode};
use crate::policy::Citation;
use crate::quarter::Quarter;

mod accounts;
mod changes;
mod oversight;
mod persons;
mod places;
mod posts;
mod work;

pub use accounts::AccountRejection;
pub use changes::ChangeRejection;
pub use oversight::OversightRejection;
pub use persons::PersonRejection;
pub use places::PlaceRejection;
pub use posts::PostRejection;
pub use work::WorkRejection;

/// A rule of severity `warn` or `remind` that a command broke and went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// The rule's id.
    pub rule: String,
    /// What was found and what is allowed, in Chinese.
    pub message: String,
    /// The same in English.
    pub message_en: String,
    /// Where the rule comes from.
    pub citation: Citation,
    /// What was found, where it can be said in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// How a rejection is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// The rules refuse it.
    Refused,
    /// The role or scope does not allow it.
    Forbidden,
    /// An id is already in use.
    IdInUse,
}

/// Why a command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("role¦角色 {role} 不能执行 {command}¦the role {role} may not give {command}")]
    RoleForbids { role: &'static str, command: &'static str },
    #[error("scope¦{what} 不在您的管辖范围 {scope} 之内¦{what} is outside your scope {scope}")]
    OutsideScope { what: String, scope: PlaceCode },
    #[error(
        "simulated-or-real¦日志为{log_zh}，不接受{command_zh}指令¦a {log} log does not take a {command} command"
    )]
    SimulatedOrReal {
        log_zh: &'static str,
        log: &'static str,
        command_zh: &'static str,
        command: &'static str,
    },
    #[error(
        "local-commands¦正式日志在本机只接受首次导入行政区划与组织；其余指令请用令牌提交¦on a real log, local commands are only the first import of places and organizations; give any other with a token"
    )]
    LocalForbidden,
    #[error(
        "account-scope¦角色 {role} 的管辖范围不能是 {scope}¦an account of role {role} cannot have the scope {scope}"
    )]
    AccountScope { role: &'static str, scope: PlaceCode },
    #[error("account-state¦帐号 {id} 不存在或已撤销¦the account {id} is unknown or already revoked")]
    AccountUnknown { id: String },
    #[error("id-in-use¦编号 {id} 已被使用¦the id {id} is already in use")]
    IdInUse { id: String, pointer: &'static str },
    #[error("unknown-reference¦未登记的{what_zh}：{id}¦unknown {what}: {id}")]
    Unknown { what_zh: &'static str, what: &'static str, id: String, pointer: String },
    #[error(
        "place-in-force¦代码 {code} 于 {on} 尚未生效（自 {from} 起）¦the code {code} is not in force on {on} (from {from} on)"
    )]
    PlaceNotInForce { code: PlaceCode, on: Date, from: Date, pointer: String },
    #[error("code-in-use¦代码 {code} 已由「{name}」使用¦the code {code} is in use by {name}")]
    CodeInUse { code: PlaceCode, name: String },
    #[error(
        "place-level¦代码 {code} 与层级 {level} 或上级 {parent} 不符¦the code {code} does not fit the level {level} under the parent {parent}"
    )]
    PlaceLevel { code: PlaceCode, level: &'static str, parent: String },
    #[error("other-city¦{code} 不属于本市 {city}¦{code} is not in the city {city} of this log")]
    OtherCity { code: PlaceCode, city: PlaceCode },
    #[error("host-kind¦组织形式与所属不符：{detail_zh}¦form and host do not fit: {detail}")]
    HostKind { detail_zh: &'static str, detail: &'static str },
    #[error("nothing-to-record¦指令没有给出任何变更¦the command changes nothing")]
    NothingToRecord,
    #[error("profile-value¦{figure} 的值应为{expected_zh}¦the value of {figure} must be {expected}")]
    ProfileValue { figure: &'static str, expected_zh: &'static str, expected: &'static str },
    #[error(
        "effective-order¦生效日期 {effective} 早于 {entity} 的最近生效日期 {latest}¦the effective date {effective} is before {latest}, the latest of {entity}"
    )]
    EffectiveOrder { entity: String, effective: Date, latest: Date },
    #[error(
        "effective-future¦生效日期 {effective} 晚于记录当日 {today}¦the effective date {effective} is after {today}, the day of recording"
    )]
    EffectiveFuture { effective: Date, today: Date },
    #[error("date-order¦{what_zh} {date} 不得晚于 {limit}¦{what} {date} must not be after {limit}")]
    DateAfter { what_zh: &'static str, what: &'static str, date: Date, limit: Date },
    #[error(
        "deciding-body¦决定须由已登记的{needed_zh}及以上党委（或其组织部门）以 on_behalf_of 作出；现为 {found}¦a decision needs a registered organ of the {needed} or above in on_behalf_of; found {found}"
    )]
    DecidingBody { found: String, needed: &'static str, needed_zh: &'static str },
    #[error(
        "authority-is-organization¦{command} 须以党组织名义作出，不能以行政区划 {found} 名义¦{command} is given on behalf of an organization, not of the place {found}"
    )]
    AuthorityIsPlace { command: &'static str, found: PlaceCode },
    #[error(
        "decided-by¦决定须写明会议名称与日期 decided_by¦a decision says decided_by: the meeting and its date"
    )]
    DecidedByMissing,
    #[error("document-required¦此决定须有文号¦this decision needs a document number")]
    DocumentMissing,
    #[error(
        "document-year¦文号 {number} 的年份与发文日期 {issued} 不符¦the year of {number} is not that of its issue, {issued}"
    )]
    DocumentYear { number: DocumentNumber, issued: Date },
    #[error(
        "document-consistent¦文号 {number} 此前以发文日期 {issued} 登记，日期或扫描件哈希不一致¦the document {number} is on file as issued {issued}; date or hash differ"
    )]
    DocumentInconsistent { number: DocumentNumber, issued: Date },
    #[error(
        "document-once¦文号 {number} 已用于同一联合党组织的同类决定¦the document {number} has already taken this kind of decision on this joint branch"
    )]
    DocumentRepeated { number: DocumentNumber },
    #[error(
        "phase¦联合党组织「{name}」现为「{found_zh}」，此指令要求：{needed_zh}¦the joint branch {name} is {found}; this command needs: {needed}"
    )]
    WrongPhase {
        name: String,
        found_zh: &'static str,
        found: &'static str,
        needed_zh: &'static str,
        needed: &'static str,
    },
    #[error("arrangement¦「{name}」不是{needed_zh}¦{name} is not a {needed}")]
    WrongArrangement { name: String, needed_zh: &'static str, needed: &'static str },
    #[error(
        "joint-members¦联合党组织至少两个成员组织，现有 {found} 个¦a joint branch has at least two members; found {found}"
    )]
    TooFewMembers { found: usize },
    #[error("member-once¦成员「{name}」重复列出¦the member {name} is listed twice")]
    MemberRepeated { name: String },
    #[error("member-is-branch¦「{name}」是决策机关，不能作为成员¦{name} is an organ and cannot be a member")]
    MemberIsOrgan { name: String },
    #[error("member-active¦成员「{name}」已停止活动或已撤销¦the member {name} is suspended or abolished")]
    MemberInactive { name: String },
    #[error(
        "one-merger¦成员「{name}」已在运行中的合建组织 {joint_branch} 中¦the member {name} is already in the live merger {joint_branch}"
    )]
    MemberInMerger { name: String, joint_branch: String },
    #[error(
        "pairing-ends-first¦成员「{name}」仍在运行中的共建组织 {joint_branch} 中，请先撤销该共建，或以 ends_pairings 随本决定撤销¦the member {name} is in the live pairing {joint_branch}; dissolve that first, or name it in `ends_pairings`"
    )]
    MemberInPairing { name: String, joint_branch: String },
    #[error(
        "ends-pairings¦「{name}」没有本联合党组织的成员，不能随此决定撤销¦{name} has no member of this joint branch: this decision does not end it"
    )]
    PairingUnrelated { name: String },
    #[error(
        "one-county¦成员「{name}」在县 {county} 之外；只有驻区单位可以例外¦the member {name} lies outside the county {county}; only a resident unit may"
    )]
    OtherCounty { name: String, county: PlaceCode },
    #[error(
        "member-consent¦成员「{name}」在牵头乡镇之外，须附其所在乡镇党委文号（consents）¦the member {name} lies outside the lead township: its own township committee's document is needed in `consents`"
    )]
    ConsentMissing { name: String },
    #[error(
        "branch-minimum¦正式党员合计 {found} 名，不足 {allowed} 名¦{found} formal members combined, fewer than {allowed}"
    )]
    BranchMinimum { found: u32, allowed: u32 },
    #[error(
        "branch-maximum¦党员合计 {found} 名，超过 {allowed} 名¦{found} members combined, more than {allowed}"
    )]
    BranchMaximum { found: u32, allowed: u32 },
    #[error(
        "joint-branch-units¦跨 {found} 个单位，一般不超过 {allowed} 个¦it spans {found} units, as a rule at most {allowed}"
    )]
    TooManyUnits { found: u32, allowed: u32 },
    #[error(
        "superior-decision¦成员「{name}」自有正式党员 {found} 名（{allowed} 名及以上），须写明上级决定文号 superior_decision¦the member {name} has {found} formal members itself ({allowed} or more): superior_decision is needed"
    )]
    SuperiorDecision { name: String, found: u32, allowed: u32 },
    #[error(
        "general-branch-members¦党总支一般应有党员超过 {allowed} 名，现为 {found} 名¦a general branch has as a rule more than {allowed} members; found {found}"
    )]
    GeneralBranchMembers { found: u32, allowed: u32 },
    #[error(
        "committee-members¦党委须有党员 {allowed} 名以上，现为 {found} 名¦a committee needs {allowed} members; found {found}"
    )]
    CommitteeMembers { found: u32, allowed: u32 },
    #[error(
        "committee-approval¦党委形式须由{needed_zh}以上批准¦the form of a committee is approved by the {needed} or above"
    )]
    CommitteeApproval { needed_zh: &'static str, needed: &'static str },
    #[error("form¦形式不符：{detail_zh}¦the form does not fit: {detail}")]
    FormCondition { detail_zh: &'static str, detail: &'static str },
    #[error("mode¦方式条件不满足：{detail_zh}¦the mode's condition fails: {detail}")]
    ModeCondition { detail_zh: &'static str, detail: &'static str },
    #[error(
        "failed-history¦有 {found} 个成员来自 {months} 个月内整改期间终止的联合党组织，须由县级以上文件批准¦{found} members come from a joint branch that ended in its cycle of rectification within {months} months: the county's document is needed"
    )]
    FailedHistory { found: usize, months: u32 },
    #[error(
        "survey-counts¦村 {village} 同意 {in_favour} 户多于调查 {asked} 户¦{village}: {in_favour} in favour of {asked} asked"
    )]
    SurveyCounts { village: PlaceCode, asked: u32, in_favour: u32 },
    #[error(
        "survey-villages¦调查须恰好覆盖每个成员村一次：{detail_zh} {village}¦a survey covers every member village once: {detail} {village}"
    )]
    SurveyVillages { village: String, detail_zh: &'static str, detail: &'static str },
    #[error(
        "survey-required¦没有覆盖全部成员村的群众意愿调查¦there is no will survey of every member village"
    )]
    SurveyMissing,
    #[error(
        "survey-named¦有 {found} 次调查，请以 survey 写明依据哪一次¦there are {found} surveys: name in `survey` the one that the decision rests on"
    )]
    SurveyAmbiguous { found: usize },
    #[error(
        "survey-favour¦村 {village} 同意率 {found}% 低于 {allowed}%¦{village}: {found}% in favour, below {allowed}%"
    )]
    SurveyFavour { village: PlaceCode, found: u32, allowed: u32 },
    #[error(
        "survey-base¦村 {village} 调查 {asked} 户，不足全村 {households} 户的 {allowed}%¦{village}: {asked} asked, less than {allowed}% of {households} households"
    )]
    SurveyBase { village: PlaceCode, asked: u32, households: u32, allowed: u32 },
    #[error(
        "survey-over-base¦村 {village} 调查 {asked} 户，多于全村 {households} 户¦{village}: {asked} asked of {households} households"
    )]
    SurveyOverBase { village: PlaceCode, asked: u32, households: u32 },
    #[error(
        "households-on-file¦「{name}」没有户数，请先用 update-organization 登记 profile.households¦no households on file for {name}: record profile.households with update-organization first"
    )]
    HouseholdsUnknown { name: String },
    #[error(
        "survey-age¦村 {village} 的调查日期 {held_on} 不在决定前 {allowed} 个月内¦{village}: surveyed on {held_on}, not within {allowed} months before the decision"
    )]
    SurveyAge { village: PlaceCode, held_on: Date, allowed: u32 },
    #[error(
        "four-eyes¦{actor} 此前{earlier_zh}，同一人不能再作此决定¦{actor} {earlier} before and may not take this decision too"
    )]
    FourEyes { actor: String, earlier_zh: &'static str, earlier: &'static str },
    #[error("approver-level¦此决定须由{needed_zh}及以上作出¦this decision is for the {needed} or above")]
    ApproverLevel { needed_zh: &'static str, needed: &'static str },
    #[error("reason-required¦须写明理由 reason¦a reason is needed")]
    ReasonMissing,
    #[error("no-post¦结对没有党组织，不设书记¦a pairing without an organ has no secretary")]
    NoPost,
    #[error(
        "formal-member¦书记须为正式党员；此人于 {on} 不是¦a secretary is a formal member; this person is not on {on}"
    )]
    NotFormalMember { on: Date },
    #[error(
        "party-standing¦书记一般须有 {allowed} 年以上党龄；此人自 {since} 起为正式党员¦a secretary has as a rule {allowed} year of Party standing; this person is a formal member since {since}"
    )]
    PartyStanding { since: Date, allowed: u32 },
    #[error(
        "one-secretary-post¦此人已是联合党组织 {joint_branch} 的书记¦this person is already secretary of the joint branch {joint_branch}"
    )]
    AlreadySecretary { joint_branch: String },
    #[error(
        "one-secretary-post¦此人已是县外一个联合党组织的书记¦this person is already secretary of a joint branch outside the county"
    )]
    SecretaryElsewhere,
    #[error(
        "post-occupied¦书记岗位已有人，请先免职或写明 replaces¦the post is occupied: relieve first, or say `replaces`"
    )]
    PostOccupied,
    #[error("not-in-post¦所指人员不是现任书记¦the person named is not the secretary in post")]
    NotInPost,
    #[error(
        "term¦任期 {start} 至 {end} 不合规定（每届 {allowed} 年）¦the term {start} to {end} is not lawful ({allowed} years)"
    )]
    Term { start: Date, end: Date, allowed: u32 },
    #[error(
        "code-list¦「{found}」不在代码表中，可用：{allowed}¦`{found}` is not in the code list: {allowed}"
    )]
    UnknownCode { found: String, allowed: String, pointer: &'static str },
    #[error(
        "merger-is-whole¦合建的职能整体划转，不能单独划转或收回，只随撤销返还¦a merger holds all functions: establishing moves them, only dissolving returns them"
    )]
    MergerIsWhole,
    #[error(
        "function-once¦「{name}」的职能「{function}」已由 {holder} 统筹¦the function {function} of {name} is held by {holder}"
    )]
    FunctionHeldElsewhere { name: String, function: String, holder: String },
    #[error(
        "function-not-held¦「{name}」的职能「{function}」不由本联合党组织统筹¦the function {function} of {name} is not held by this joint branch"
    )]
    FunctionNotHeld { name: String, function: String },
    #[error("not-a-member¦「{name}」不是此联合党组织的成员¦{name} is not a member of this joint branch")]
    NotAMember { name: String },
    #[error("list-not-empty¦{what} 不能为空¦{what} must not be empty")]
    EmptyList { what: &'static str },
    #[error(
        "quarter-ended¦季度 {quarter} 于 {end} 结束，{on} 尚不能考评¦the quarter {quarter} ends on {end}: it cannot be evaluated on {on}"
    )]
    QuarterNotEnded { quarter: Quarter, end: Date, on: Date },
    #[error(
        "quarter-lived¦季度 {quarter} 早于成立季度 {first}¦the quarter {quarter} is before that of establishment, {first}"
    )]
    QuarterBeforeEstablishment { quarter: Quarter, first: Quarter },
    #[error(
        "evaluated-once¦季度 {quarter} 已考评，如需更正请用 correct-evaluation¦the quarter {quarter} is evaluated: use correct-evaluation"
    )]
    AlreadyEvaluated { quarter: Quarter },
    #[error(
        "nothing-to-correct¦季度 {quarter} 没有可更正的考评，或更正后与原等次相同¦nothing to correct for {quarter}: not evaluated, or the same grade"
    )]
    NothingToCorrect { quarter: Quarter },
    #[error("county-alone¦{what_zh}只能由县级以文件作出¦{what} is the county's alone, with a document")]
    CountyAlone { what_zh: &'static str, what: &'static str },
    #[error("poor-standing¦没有尚未责令整改的较差等次¦no poor grade stands that calls for an order")]
    NoPoorStanding,
    #[error(
        "rectification-deadline¦整改期限 {deadline} 须在 {earliest} 至 {latest} 之间¦the deadline {deadline} must lie between {earliest} and {latest}"
    )]
    DeadlineOutside { deadline: Date, earliest: Date, latest: Date },
    #[error(
        "review-before-deadline¦整改期限 {deadline} 未到，{on} 尚不能作出使其应予终止的验收；已整改且满意的可提前验收¦the deadline is {deadline}: on {on} a review may end the order well, but not make dissolution due"
    )]
    ReviewBeforeDeadline { on: Date, deadline: Date },
    #[error("satisfaction-counts¦满意 {satisfied} 多于调查 {asked}¦{satisfied} satisfied of {asked} asked")]
    SatisfactionCounts { asked: u32, satisfied: u32 },
    #[error(
        "satisfaction-base¦{whom_zh}只调查了 {asked}，不足 {base} 的 {allowed}%¦{asked} {whom} asked, less than {allowed}% of {base}"
    )]
    SatisfactionBase { whom_zh: &'static str, whom: &'static str, asked: u32, base: u32, allowed: u32 },
    #[error("satisfaction-over-base¦{whom_zh}调查了 {asked}，多于现有 {base}¦{asked} {whom} asked of {base}")]
    SatisfactionOverBase { whom_zh: &'static str, whom: &'static str, asked: u32, base: u32 },
    #[error("ground¦撤销理由不成立：{detail_zh}¦the ground does not hold: {detail}")]
    GroundUnmet { detail_zh: &'static str, detail: &'static str },
    #[error(
        "ground-superior¦以上级决定终止，须写明高于决定机关、管辖牵头乡镇且仍在的上级党组织及其文号：{detail_zh}¦a superior's decision names an organ above the deciding one, over the lead township and at work, with its document: {detail}"
    )]
    GroundSuperior { detail_zh: &'static str, detail: &'static str },
    #[error(
        "successors¦成员去向不合规定：{detail_zh}「{name}」¦a successor is not lawful: {detail} ({name})"
    )]
    Successor { name: String, detail_zh: &'static str, detail: &'static str },
    #[error(
        "override-by-county¦乡镇经办人不能自行豁免警示规则，须由县级录入¦a clerk may not set this warning aside: a county officer must enter it"
    )]
    OverrideByCounty,
    #[error(
        "personal-name¦文字中有已登记人员的姓名，日志不可删除，请改写为职务或人员编号¦the text holds the name of a registered person, which must never enter the log: write the post or the person's id"
    )]
    PersonNamed { pointer: String },
    #[error(
        "policy-not-retroactive¦政策自 {effective} 起生效，早于录入当日 {today}：不溯及既往¦the policy would hold from {effective}, before {today}, the day of recording"
    )]
    PolicyRetroactive { effective: Date, today: Date },
    #[error(
        "policy-below-regulation¦指标 {figure} 定为 {found}，宽于《{document}》的 {allowed}；政策只能更严¦{figure} is set to {found}, looser than {allowed} of the regulation: a policy is only stricter"
    )]
    PolicyBelowRegulation { figure: &'static str, found: String, allowed: String, document: String },
    #[error(
        "policy-within-city¦县级将指标 {figure} 定为 {found}，宽于市级的 {allowed}；县级只能更严¦a county sets {figure} to {found}, looser than its city's {allowed}: it is only stricter"
    )]
    PolicyOutsideCity { figure: &'static str, found: String, allowed: String },
    #[error("policy-consistent¦政策不成立：{detail_zh}¦the policy does not hold: {detail}")]
    PolicyInconsistent { detail_zh: String, detail: String },
    #[error(
        "override-needed¦本指令没有需要豁免的警示规则，请去掉 override¦no rule warns here: leave `override` out"
    )]
    OverrideUnneeded,
    #[error(transparent)]
    Post(#[from] PostRejection),
    #[error(transparent)]
    Oversight(#[from] OversightRejection),
    #[error(transparent)]
    Work(#[from] WorkRejection),
    #[error(transparent)]
    Change(#[from] ChangeRejection),
    #[error(transparent)]
    Place(#[from] PlaceRejection),
    #[error(transparent)]
    Person(#[from] PersonRejection),
    #[error(transparent)]
    Account(#[from] AccountRejection),
}

impl Rejection {
    /// The rule's id.
    pub fn rule(&self) -> String {
        self.part(0)
    }

    /// What a person reads, in Chinese.
    pub fn chinese(&self) -> String {
        self.part(1)
    }

    /// What a person reads, in English.
    pub fn english(&self) -> String {
        self.part(2)
    }

    fn part(&self, index: usize) -> String {
        self.to_string().splitn(3, '¦').nth(index).unwrap_or_default().to_owned()
    }

    /// How it is answered.
    pub fn kind(&self) -> RejectionKind {
        match self {
            Self::RoleForbids { .. } | Self::OutsideScope { .. } | Self::LocalForbidden => {
                RejectionKind::Forbidden
            }
            Self::IdInUse { .. } => RejectionKind::IdInUse,
            _ => RejectionKind::Refused,
        }
    }

    /// The JSON pointer, in the request, of the value that is refused.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::IdInUse { pointer, .. } | Self::UnknownCode { pointer, .. } => Some(pointer),
            Self::Unknown { pointer, .. }
            | Self::PlaceNotInForce { pointer, .. }
            | Self::PersonNamed { pointer } => Some(pointer),
            _ => None,
        }
    }
}

/// The words for a tier, in Chinese and English, as the messages use them.
pub(crate) fn level_words(level: Level) -> (&'static str, &'static str) {
    (level.chinese(), level.as_str())
}
