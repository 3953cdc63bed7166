//! Rejections that many commands share, with those of the first steps of a joint branch; and of any subject.

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::joint_branch::Phase;
use crate::place::{Level, PlaceCode};
use crate::quarter::Quarter;
use crate::rejection::{
    AccountRejection, ChangeRejection, EstablishingRejection, MeetingRejection, OversightRejection,
    PersonRejection, PlaceRejection, PostRejection, RegistrationRejection, WorkRejection,
};
use crate::say::Say;

rejections! {
    /// Why a command changes nothing.
    pub enum Rejection {
        #[rule("role")]
        #[zh("角色 {role} 不能执行 {command}")]
        #[en("the role {role} may not give {command}")]
        RoleForbids { role: &'static str, command: &'static str } => (),
        #[rule("scope")]
        #[zh("{what} 不在您的管辖范围 {scope} 之内")]
        #[en("{what} is outside your scope {scope}")]
        OutsideScope { what: String, scope: PlaceCode } => (),
        #[rule("simulated-or-real")]
        #[zh("日志为{}，不接受{}指令", log.zh, command.zh)]
        #[en("a {} log does not take a {} command", log.en, command.en)]
        SimulatedOrReal { log: Say, command: Say } => (),
        #[rule("local-commands")]
        #[zh("正式日志在本机只接受首次导入行政区划、组织及其数据；其余指令请用令牌提交")]
        #[en("on a real log, local commands are only the first import of places, organizations and their figures; give any other with a token")]
        LocalForbidden,
        #[rule("account-scope")]
        #[zh("角色 {role} 的管辖范围不能是 {scope}")]
        #[en("an account of role {role} cannot have the scope {scope}")]
        AccountScope { role: &'static str, scope: PlaceCode } => (),
        #[rule("account-state")]
        #[zh("帐号 {id} 不存在或已撤销")]
        #[en("the account {id} is unknown or already revoked")]
        AccountUnknown { id: String } => (),
        #[rule("id-in-use")]
        #[zh("编号 {id} 已被使用")]
        #[en("the id {id} is already in use")]
        IdInUse { id: String, pointer: &'static str } => (),
        #[rule("unknown-reference")]
        #[zh("未登记的{}：{id}", what.zh)]
        #[en("unknown {}: {id}", what.en)]
        Unknown { what: Say, id: String, pointer: String } => (),
        #[rule("place-in-force")]
        #[zh("代码 {code} 于 {on} 尚未生效（自 {from} 起）")]
        #[en("the code {code} is not in force on {on} (from {from} on)")]
        PlaceNotInForce { code: PlaceCode, on: Date, from: Date, pointer: String } => (on, from),
        #[rule("code-in-use")]
        #[zh("代码 {code} 已由「{name}」使用")]
        #[en("the code {code} is in use by {name}")]
        CodeInUse { code: PlaceCode, name: String } => (),
        #[rule("place-level")]
        #[zh("代码 {code} 与层级 {level} 或上级 {parent} 不符")]
        #[en("the code {code} does not fit the level {level} under the parent {parent}")]
        PlaceLevel { code: PlaceCode, level: &'static str, parent: String } => (),
        #[rule("other-city")]
        #[zh("{code} 不属于本市 {city}")]
        #[en("{code} is not in the city {city} of this log")]
        OtherCity { code: PlaceCode, city: PlaceCode } => (),
        #[rule("host-kind")]
        #[zh("组织形式与所属不符：{}", detail.zh)]
        #[en("form and host do not fit: {}", detail.en)]
        HostKind { detail: Say } => (),
        #[rule("nothing-to-record")]
        #[zh("指令没有给出任何变更")]
        #[en("the command changes nothing")]
        NothingToRecord,
        #[rule("profile-value")]
        #[zh("{figure} 的值应为{}", expected.zh)]
        #[en("the value of {figure} must be {}", expected.en)]
        ProfileValue { figure: &'static str, expected: Say } => (),
        #[rule("effective-order")]
        #[zh("生效日期 {effective} 早于 {entity} 的最近生效日期 {latest}")]
        #[en("the effective date {effective} is before {latest}, the latest of {entity}")]
        EffectiveOrder { entity: String, effective: Date, latest: Date } => (effective, latest),
        #[rule("decided-on")]
        #[zh("此事可直接按 {decided_on} 生效，不必另填“本应生效日期”：生效日期填该日即可")]
        #[en("this can take effect on {decided_on} itself: say it as effective_date and leave decided_on out")]
        DecidedOnUnneeded { decided_on: Date } => (),
        #[rule("decided-on")]
        #[zh("未能按本应生效日期录入的决定，自最早可行之日 {earliest} 起生效；填的是 {effective}")]
        #[en("a decision that can no longer hold from its own day holds from {earliest}, the first day possible; found {effective}")]
        DecidedOnLater { effective: Date, earliest: Date } => (effective, earliest),
        #[rule("effective-future")]
        #[zh("生效日期 {effective} 晚于记录当日 {today}")]
        #[en("the effective date {effective} is after {today}, the day of recording")]
        EffectiveFuture { effective: Date, today: Date } => (effective, today),
        #[rule("date-order")]
        #[zh("{} {date} 不得晚于 {limit}", what.zh)]
        #[en("{} {date} must not be after {limit}", what.en)]
        DateAfter { what: Say, date: Date, limit: Date } => (date, limit),
        #[rule("deciding-body")]
        #[zh("决定须由已登记的{}及以上党委（或其组织部门）行文作出；现为 {found}", needed.chinese())]
        #[en("a decision needs a registered organ of the {} or above in on_behalf_of; found {found}", needed.as_str())]
        DecidingBody { found: String, needed: Level } => (found, needed.as_str()),
        #[rule("authority-is-organization")]
        #[zh("{command} 须以党组织名义作出，不能以行政区划 {found} 名义")]
        #[en("{command} is given on behalf of an organization, not of the place {found}")]
        AuthorityIsPlace { command: &'static str, found: PlaceCode } => (),
        #[rule("decided-by")]
        #[zh("决定须写明作出决定的会议名称与日期")]
        #[en("a decision says decided_by: the meeting and its date")]
        DecidedByMissing,
        #[rule("document-required")]
        #[zh("此决定须有文号")]
        #[en("this decision needs a document number")]
        DocumentMissing,
        #[rule("document-year")]
        #[zh("文号 {number} 的年份与发文日期 {issued} 不符")]
        #[en("the year of {number} is not that of its issue, {issued}")]
        DocumentYear { number: DocumentNumber, issued: Date } => (),
        #[rule("document-consistent")]
        #[zh("文号 {number} 此前以发文日期 {issued} 登记，日期或扫描件哈希不一致")]
        #[en("the document {number} is on file as issued {issued}; date or hash differ")]
        DocumentInconsistent { number: DocumentNumber, issued: Date } => (),
        #[rule("document-once")]
        #[zh("文号 {number} 已用于同一联合党组织的同类决定")]
        #[en("the document {number} has already taken this kind of decision on this joint branch")]
        DocumentRepeated { number: DocumentNumber } => (),
        #[rule("phase")]
        #[zh("联合党组织「{name}」现为「{}」，此指令要求：{}", found.chinese(), needed.zh)]
        #[en("the joint branch {name} is {}; this command needs: {}", found.as_str(), needed.en)]
        WrongPhase { name: String, found: Phase, needed: Say } => (found.as_str(), needed.en),
        #[rule("arrangement")]
        #[zh("「{name}」不是{}", needed.zh)]
        #[en("{name} is not a {}", needed.en)]
        WrongArrangement { name: String, needed: Say } => (),
        #[rule("joint-members")]
        #[zh("联合党组织至少两个成员组织，现有 {found} 个")]
        #[en("a joint branch has at least two members; found {found}")]
        TooFewMembers { found: usize } => (),
        #[rule("member-once")]
        #[zh("成员「{name}」重复列出")]
        #[en("the member {name} is listed twice")]
        MemberRepeated { name: String } => (),
        #[rule("member-is-branch")]
        #[zh("「{name}」是决策机关，不能作为成员")]
        #[en("{name} is an organ and cannot be a member")]
        MemberIsOrgan { name: String } => (),
        #[rule("member-active")]
        #[zh("成员「{name}」已停止活动或已撤销")]
        #[en("the member {name} is suspended or abolished")]
        MemberInactive { name: String } => (),
        #[rule("one-merger")]
        #[zh("成员「{name}」已在运行中的合建组织 {joint_branch} 中")]
        #[en("the member {name} is already in the live merger {joint_branch}")]
        MemberInMerger { name: String, joint_branch: String } => (),
        #[rule("pairing-ends-first")]
        #[zh("成员「{name}」仍在运行中的共建组织 {joint_branch} 中，请先终止该共建，或在“同时终止的共建”中选它，随本决定终止")]
        #[en("the member {name} is in the live pairing {joint_branch}; dissolve that first, or name it in `ends_pairings`")]
        MemberInPairing { name: String, joint_branch: String } => (),
        #[rule("ends-pairings")]
        #[zh("「{name}」没有本联合党组织的成员，不能随此决定撤销")]
        #[en("{name} has no member of this joint branch: this decision does not end it")]
        PairingUnrelated { name: String } => (),
        #[rule("one-county")]
        #[zh("成员「{name}」在县 {county} 之外；只有驻区单位可以例外")]
        #[en("the member {name} lies outside the county {county}; only a resident unit may")]
        OtherCounty { name: String, county: PlaceCode } => (),
        #[rule("member-consent")]
        #[zh("成员「{name}」在牵头乡镇之外，须附其所在乡镇党委同意的文号")]
        #[en("the member {name} lies outside the lead township: its own township committee's document is needed in `consents`")]
        ConsentMissing { name: String } => (),
        #[rule("branch-minimum")]
        #[zh("正式党员合计 {found} 名，不足 {allowed} 名")]
        #[en("{found} formal members combined, fewer than {allowed}")]
        BranchMinimum { found: u32, allowed: u32 } => (found, allowed),
        #[rule("branch-maximum")]
        #[zh("党员合计 {found} 名，超过 {allowed} 名")]
        #[en("{found} members combined, more than {allowed}")]
        BranchMaximum { found: u32, allowed: u32 } => (found, allowed),
        #[rule("joint-branch-units")]
        #[zh("跨 {found} 个单位，一般不超过 {allowed} 个")]
        #[en("it spans {found} units, as a rule at most {allowed}")]
        TooManyUnits { found: u32, allowed: u32 } => (found, allowed),
        #[rule("superior-decision")]
        #[zh("成员「{name}」自有正式党员 {found} 名（{allowed} 名及以上），由乡镇党委批准的，请示中须写明上级决定文号；县级及以上直接作出决定的，不再另附")]
        #[en("the member {name} has {found} formal members itself ({allowed} or more): where a township committee decides, the proposal names the superior's decision; a decision of the county or above is itself one")]
        SuperiorDecision { name: String, found: u32, allowed: u32 } => (found, allowed),
        #[rule("general-branch-members")]
        #[zh("党总支一般应有党员超过 {allowed} 名，现为 {found} 名")]
        #[en("a general branch has as a rule more than {allowed} members; found {found}")]
        GeneralBranchMembers { found: u32, allowed: u32 } => (found, allowed),
        #[rule("committee-members")]
        #[zh("党委须有党员 {allowed} 名以上，现为 {found} 名")]
        #[en("a committee needs {allowed} members; found {found}")]
        CommitteeMembers { found: u32, allowed: u32 } => (found, allowed),
        #[rule("committee-approval")]
        #[zh("党委形式须由{}以上批准", needed.chinese())]
        #[en("the form of a committee is approved by the {} or above", needed.as_str())]
        CommitteeApproval { needed: Level } => (),
        #[rule("form")]
        #[zh("形式不符：{}", detail.zh)]
        #[en("the form does not fit: {}", detail.en)]
        FormCondition { detail: Say } => (),
        #[rule("mode")]
        #[zh("方式条件不满足：{}", detail.zh)]
        #[en("the mode's condition fails: {}", detail.en)]
        ModeCondition { detail: Say } => (),
        #[rule("failed-history")]
        #[zh("有 {found} 个成员来自 {months} 个月内整改期间终止的联合党组织，须由县级以上文件批准")]
        #[en("{found} members come from a joint branch that ended in its cycle of rectification within {months} months: the county's document is needed")]
        FailedHistory { found: usize, months: u32 } => (found, format!("{months} months")),
        #[rule("survey-counts")]
        #[zh("村 {village} 同意 {in_favour} 户多于调查 {asked} 户")]
        #[en("{village}: {in_favour} in favour of {asked} asked")]
        SurveyCounts { village: PlaceCode, asked: u32, in_favour: u32 } => (in_favour, asked),
        #[rule("survey-villages")]
        #[zh("调查须恰好覆盖每个成员村一次：{} {village}", detail.zh)]
        #[en("a survey covers every member village once: {} {village}", detail.en)]
        SurveyVillages { village: String, detail: Say } => (),
        #[rule("survey-required")]
        #[zh("没有覆盖全部成员村的群众意愿调查")]
        #[en("there is no will survey of every member village")]
        SurveyMissing,
        #[rule("survey-named")]
        #[zh("有 {found} 次调查，请写明依据哪一次")]
        #[en("there are {found} surveys: name in `survey` the one that the decision rests on")]
        SurveyAmbiguous { found: usize } => (),
        #[rule("survey-favour")]
        #[zh("村 {village} 同意率 {found}% 低于 {allowed}%")]
        #[en("{village}: {found}% in favour, below {allowed}%")]
        SurveyFavour { village: PlaceCode, found: u32, allowed: u32 } => (format!("{found}%"), format!("{allowed}%")),
        #[rule("survey-base")]
        #[zh("村 {village} 调查 {asked} 户，不足全村 {households} 户的 {allowed}%")]
        #[en("{village}: {asked} asked, less than {allowed}% of {households} households")]
        SurveyBase { village: PlaceCode, asked: u32, households: u32, allowed: u32 } => (format!("{asked}/{households}"), format!("{allowed}%")),
        #[rule("survey-over-base")]
        #[zh("村 {village} 调查 {asked} 户，多于全村 {households} 户")]
        #[en("{village}: {asked} asked of {households} households")]
        SurveyOverBase { village: PlaceCode, asked: u32, households: u32 } => (asked, households),
        #[rule("households-on-file")]
        #[zh("「{name}」没有户数，请先在更新党组织数据中登记户数")]
        #[en("no households on file for {name}: record profile.households with update-organization first")]
        HouseholdsUnknown { name: String } => (),
        #[rule("survey-age")]
        #[zh("村 {village} 的调查日期 {held_on} 不在决定前 {allowed} 个月内")]
        #[en("{village}: surveyed on {held_on}, not within {allowed} months before the decision")]
        SurveyAge { village: PlaceCode, held_on: Date, allowed: u32 } => (held_on, format!("{allowed} months")),
        #[rule("four-eyes")]
        #[zh("{actor} 此前{}，同一人不能再作此决定", earlier.zh)]
        #[en("{actor} {} before and may not take this decision too", earlier.en)]
        FourEyes { actor: String, earlier: Say } => (),
        #[rule("approver-level")]
        #[zh("此决定须由{}及以上作出", needed.chinese())]
        #[en("this decision is for the {} or above", needed.as_str())]
        ApproverLevel { needed: Level } => (),
        #[rule("reason-required")]
        #[zh("须写明理由")]
        #[en("a reason is needed")]
        ReasonMissing,
        #[rule("no-post")]
        #[zh("结对没有党组织，不设书记")]
        #[en("a pairing without an organ has no secretary")]
        NoPost,
        #[rule("formal-member")]
        #[zh("书记须为正式党员；此人于 {on} 不是")]
        #[en("a secretary is a formal member; this person is not on {on}")]
        NotFormalMember { on: Date } => (),
        #[rule("party-standing")]
        #[zh("书记一般须有 {allowed} 年以上党龄；此人自 {since} 起为正式党员")]
        #[en("a secretary has as a rule {allowed} year of Party standing; this person is a formal member since {since}")]
        PartyStanding { since: Date, allowed: u32 } => (since, format!("{allowed} years")),
        #[rule("one-secretary-post")]
        #[zh("此人已是联合党组织 {joint_branch} 的书记")]
        #[en("this person is already secretary of the joint branch {joint_branch}")]
        AlreadySecretary { joint_branch: String } => (),
        #[rule("one-secretary-post")]
        #[zh("此人已是县外一个联合党组织的书记")]
        #[en("this person is already secretary of a joint branch outside the county")]
        SecretaryElsewhere,
        #[rule("post-occupied")]
        #[zh("书记岗位已有人，请先免职，或写明接替谁")]
        #[en("the post is occupied: relieve first, or say `replaces`")]
        PostOccupied,
        #[rule("not-in-post")]
        #[zh("所指人员不是现任书记")]
        #[en("the person named is not the secretary in post")]
        NotInPost,
        #[rule("term")]
        #[zh("任期 {start} 至 {end} 不合规定（每届 {allowed} 年）")]
        #[en("the term {start} to {end} is not lawful ({allowed} years)")]
        Term { start: Date, end: Date, allowed: u32 } => (format!("{start}/{end}"), format!("{allowed} years")),
        #[rule("code-list")]
        #[zh("「{found}」不在代码表中，可用：{allowed}")]
        #[en("`{found}` is not in the code list: {allowed}")]
        UnknownCode { found: String, allowed: String, pointer: &'static str } => (found, allowed),
        #[rule("merger-is-whole")]
        #[zh("合建的职能整体划转，不能单独划转或收回，只随撤销返还")]
        #[en("a merger holds all functions: establishing moves them, only dissolving returns them")]
        MergerIsWhole,
        #[rule("function-once")]
        #[zh("「{name}」的职能「{function}」已由 {holder} 统筹")]
        #[en("the function {function} of {name} is held by {holder}")]
        FunctionHeldElsewhere { name: String, function: String, holder: String } => (),
        #[rule("function-not-held")]
        #[zh("「{name}」的职能「{function}」不由本联合党组织统筹")]
        #[en("the function {function} of {name} is not held by this joint branch")]
        FunctionNotHeld { name: String, function: String } => (),
        #[rule("not-a-member")]
        #[zh("「{name}」不是此联合党组织的成员")]
        #[en("{name} is not a member of this joint branch")]
        NotAMember { name: String } => (),
        #[rule("list-not-empty")]
        #[zh("{}不能为空", what.zh)]
        #[en("{} must not be empty", what.en)]
        EmptyList { what: Say } => (),
        #[rule("quarter-ended")]
        #[zh("季度 {quarter} 于 {end} 结束，{on} 尚不能评估")]
        #[en("the quarter {quarter} ends on {end}: it cannot be evaluated on {on}")]
        QuarterNotEnded { quarter: Quarter, end: Date, on: Date } => (on, end),
        #[rule("quarter-lived")]
        #[zh("季度 {quarter} 早于成立季度 {first}")]
        #[en("the quarter {quarter} is before that of establishment, {first}")]
        QuarterBeforeEstablishment { quarter: Quarter, first: Quarter } => (quarter, first),
        #[rule("evaluated-once")]
        #[zh("季度 {quarter} 已评估，如需更正请办理更正评估")]
        #[en("the quarter {quarter} is evaluated: use correct-evaluation")]
        AlreadyEvaluated { quarter: Quarter } => (),
        #[rule("nothing-to-correct")]
        #[zh("季度 {quarter} 没有可更正的评估，或更正后与原等次相同")]
        #[en("nothing to correct for {quarter}: not evaluated, or the same grade")]
        NothingToCorrect { quarter: Quarter } => (),
        #[rule("county-alone")]
        #[zh("{}只能由县级以文件作出", what.zh)]
        #[en("{} is the county's alone, with a document", what.en)]
        CountyAlone { what: Say } => (),
        #[rule("poor-standing")]
        #[zh("没有尚未责令整改的较差等次")]
        #[en("no poor grade stands that calls for an order")]
        NoPoorStanding,
        #[rule("rectification-deadline")]
        #[zh("整改期限 {deadline} 须在 {earliest} 至 {latest} 之间")]
        #[en("the deadline {deadline} must lie between {earliest} and {latest}")]
        DeadlineOutside { deadline: Date, earliest: Date, latest: Date } => (deadline, format!("{earliest}/{latest}")),
        #[rule("review-before-deadline")]
        #[zh("整改期限 {deadline} 未到，{on} 尚不能作出使其应予终止的验收；已整改且满意的可提前验收")]
        #[en("the deadline is {deadline}: on {on} a review may end the order well, but not make dissolution due")]
        ReviewBeforeDeadline { on: Date, deadline: Date } => (on, deadline),
        #[rule("satisfaction-counts")]
        #[zh("满意 {satisfied} 多于调查 {asked}")]
        #[en("{satisfied} satisfied of {asked} asked")]
        SatisfactionCounts { asked: u32, satisfied: u32 } => (satisfied, asked),
        #[rule("satisfaction-base")]
        #[zh("{}只调查了 {asked}，不足 {base} 的 {allowed}%", whom.zh)]
        #[en("{asked} {} asked, less than {allowed}% of {base}", whom.en)]
        SatisfactionBase { whom: Say, asked: u32, base: u32, allowed: u32 } => (format!("{asked}/{base}"), format!("{allowed}%")),
        #[rule("satisfaction-over-base")]
        #[zh("{}调查了 {asked}，多于现有 {base}", whom.zh)]
        #[en("{asked} {} asked of {base}", whom.en)]
        SatisfactionOverBase { whom: Say, asked: u32, base: u32 } => (asked, base),
        #[rule("ground")]
        #[zh("撤销理由不成立：{}", detail.zh)]
        #[en("the ground does not hold: {}", detail.en)]
        GroundUnmet { detail: Say } => (),
        #[rule("ground-superior")]
        #[zh("以上级决定终止，须写明高于决定机关、管辖牵头乡镇且仍在的上级党组织及其文号：{}", detail.zh)]
        #[en("a superior's decision names an organ above the deciding one, over the lead township and at work, with its document: {}", detail.en)]
        GroundSuperior { detail: Say } => (),
        #[rule("successors")]
        #[zh("成员去向不合规定：{}「{name}」", detail.zh)]
        #[en("a successor is not lawful: {} ({name})", detail.en)]
        Successor { name: String, detail: Say } => (),
        #[rule("override-by-county")]
        #[zh("乡镇经办人不能自行认定特殊情况，须由县级录入")]
        #[en("a clerk may not set this warning aside: a county officer must enter it")]
        OverrideByCounty,
        #[rule("personal-name")]
        #[zh("文字中有已登记人员的姓名，日志不可删除，请改写为职务或人员编号")]
        #[en("the text holds the name of a registered person, which must never enter the log: write the post or the person's id")]
        PersonNamed { pointer: String } => (),
        #[rule("policy-not-retroactive")]
        #[zh("政策自 {effective} 起生效，早于录入当日 {today}：不溯及既往")]
        #[en("the policy would hold from {effective}, before {today}, the day of recording")]
        PolicyRetroactive { effective: Date, today: Date } => (effective, today),
        #[rule("policy-below-regulation")]
        #[zh("指标 {figure} 定为 {found}，宽于《{document}》的 {allowed}；政策只能更严")]
        #[en("{figure} is set to {found}, looser than {allowed} of the regulation: a policy is only stricter")]
        PolicyBelowRegulation { figure: &'static str, found: String, allowed: String, document: String } => (found, allowed),
        #[rule("policy-within-city")]
        #[zh("县级将指标 {figure} 定为 {found}，宽于市级的 {allowed}；县级只能更严")]
        #[en("a county sets {figure} to {found}, looser than its city's {allowed}: it is only stricter")]
        PolicyOutsideCity { figure: &'static str, found: String, allowed: String } => (found, allowed),
        #[rule("policy-consistent")]
        #[zh("政策不成立：{}", detail.zh)]
        #[en("the policy does not hold: {}", detail.en)]
        PolicyInconsistent { detail: Say } => (),
        #[rule("override-needed")]
        #[zh("本次办理没有违反提醒性规定，请删去所填的特殊情况")]
        #[en("no rule warns here: leave `override` out")]
        OverrideUnneeded,
    } of {
        Post(PostRejection),
        Oversight(OversightRejection),
        Meeting(MeetingRejection),
        Work(WorkRejection),
        Change(ChangeRejection),
        Establishing(EstablishingRejection),
        Place(PlaceRejection),
        Person(PersonRejection),
        Account(AccountRejection),
        Registration(RegistrationRejection),
    }
}
