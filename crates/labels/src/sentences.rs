//! What a command will record, as one sentence: `{field}` is a value of its data by its path, and `[…]` is left out where a
//! value in it is not there.

use domain::CommandKind;
use domain::say::{Say, say};

/// The sentence of a command, without its day and its document; nothing for what is said of the log itself.
pub fn sentence(kind: CommandKind) -> Option<Say> {
    establishing(kind)
        .or_else(|| in_post(kind))
        .or_else(|| everyday(kind))
        .or_else(|| changes(kind))
        .or_else(|| keeping(kind))
}

fn establishing(kind: CommandKind) -> Option<Say> {
    use CommandKind as K;
    Some(match kind {
        K::ProposeJointBranch => say(
            "请示由{members}{arrangement}成立{name}，方式为{mode}，由{lead_township}牵头",
            "propose {name}: {arrangement} of {members}, in the mode {mode}, led by {lead_township}",
        ),
        K::RecordWillSurvey => say(
            "登记{joint_branch}的群众意愿调查：{villages.village}征求户数{villages.asked}，同意户数{villages.in_favour}",
            "record the will survey of {joint_branch}: {villages.village}, {villages.asked} households asked, {villages.in_favour} in favour",
        ),
        K::RecordMembersResolution => say(
            "登记{resolutions.organization}对{joint_branch}的党员大会决议",
            "record the members' resolution of {resolutions.organization} on {joint_branch}",
        ),
        K::RecordAgreement => say(
            "登记{joint_branch}于{date}签订的结对共建协议，期限至{until}",
            "record the agreement of {joint_branch} of {date}, until {until}",
        ),
        K::ReturnProposal => say(
            "退回{joint_branch}的请示，要求补充：{missing}",
            "send the proposal of {joint_branch} back; missing: {missing}",
        ),
        K::ResubmitProposal => say(
            "补充后再次上报{joint_branch}的请示[：{reply}]",
            "hand the proposal of {joint_branch} in again[: {reply}]",
        ),
        K::MergeBranches => say(
            "批准{joint_branch}合建，各成员党组织的职能整体划转",
            "approve the merger {joint_branch}; the functions of its members go over as a whole",
        ),
        K::PairBranches => say(
            "批准{joint_branch}共建，各成员党组织照常运转",
            "approve the pairing {joint_branch}; its members go on working",
        ),
        K::RejectProposal => say(
            "不予批准{joint_branch}[，理由：{reason}]",
            "reject the proposal of {joint_branch}[: {reason}]",
        ),
        K::WithdrawProposal => say(
            "撤回{joint_branch}的请示[，理由：{reason}]",
            "withdraw the proposal of {joint_branch}[: {reason}]",
        ),
        K::FileWithCounty => say(
            "登记[{joint_branch}][{organization}]{matter}的备案，备案号{number}，备案日期{filed_on}",
            "file {matter}[ of {joint_branch}][ of {organization}] as {number} on {filed_on}",
        ),
        K::OpenRegister => say(
            "{county}启用清单，启用日{from}，存量登记至{closes_on}止",
            "open the register of {county} from {from}, what exists being registered until {closes_on}",
        ),
        K::RegisterJointBranch => say(
            "存量登记{name}（{arrangement}）：成员{members}，由{lead_township}牵头",
            "register {name} ({arrangement}), which exists: members {members}, led by {lead_township}",
        ),
        K::ConfirmRegistration => say(
            "确认{county}{joint_branches}的存量登记",
            "confirm the registrations of {joint_branches} in {county}",
        ),
        K::RejectRegistration => say(
            "退回{joint_branch}的存量登记，理由：{reason}",
            "send the registration of {joint_branch} back: {reason}",
        ),
        K::CompleteRegistration => {
            say("补记{joint_branch}的{field}", "complete the registration of {joint_branch}: {field}")
        }
        _ => return None,
    })
}

fn in_post(kind: CommandKind) -> Option<Say> {
    use CommandKind as K;
    Some(match kind {
        K::AssignSecretary => say(
            "由{person}任{joint_branch}书记，来源为{source}，任期自{term_start}起[至{term_end}止][，接替{replaces}]",
            "make {person} secretary of {joint_branch} ({source}), from {term_start}[ until {term_end}][, in the place of {replaces}]",
        ),
        K::RelieveSecretary => {
            say("免去{person}的{joint_branch}书记职务", "relieve {person} as secretary of {joint_branch}")
        }
        K::RenewTerm => say(
            "把{joint_branch}书记的任期止日改为{term_end}[，理由：{reason}]",
            "move the end of the term in {joint_branch} to {term_end}[: {reason}]",
        ),
        K::AppointCommittee => say(
            "登记{joint_branch}支委会组成：{members.person}",
            "record the committee of {joint_branch}: {members.person}",
        ),
        K::RecordElection => say(
            "登记[{joint_branch}][{organization}]{held_on}的选举：到会{present}人，当选{elected.person}",
            "record the election[ in {joint_branch}][ in {organization}] of {held_on}: {present} present, elected {elected.person}",
        ),
        K::RecordVillageHeadElection => say(
            "登记{joint_branch}书记{person}于{elected_on}当选{village}村民委员会主任",
            "record that {person}, secretary of {joint_branch}, was elected head of {village} on {elected_on}",
        ),
        K::RecordCommitment => say(
            "登记{joint_branch}书记{person}的[{year}年]{kind}承诺：{content}",
            "record the commitment ({kind}[ {year}]) of {person}, secretary of {joint_branch}: {content}",
        ),
        K::AssignFirstSecretary => say(
            "选派{person}（{sending_unit}）任{organization}第一书记，自{since}至{until}[，接替{replaces}]",
            "send {person} ({sending_unit}) to {organization} as first secretary, {since} to {until}[, in the place of {replaces}]",
        ),
        K::RelieveFirstSecretary => say(
            "登记{person}不再任{organization}第一书记，原因：{reason}",
            "record that {person} ends as first secretary in {organization}: {reason}",
        ),
        K::DelegatePower => say("向{joint_branch}下放{powers}", "delegate {powers} to {joint_branch}"),
        K::RevokePower => say(
            "从{joint_branch}收回{powers}[，理由：{reason}]",
            "take {powers} back from {joint_branch}[: {reason}]",
        ),
        K::TransferFunctions => {
            say("把{from}的{functions}划转{joint_branch}", "transfer {functions} of {from} to {joint_branch}")
        }
        K::ReturnFunctions => {
            say("由{joint_branch}向{from}交回{functions}", "return {functions} from {joint_branch} to {from}")
        }
        _ => return None,
    })
}

fn everyday(kind: CommandKind) -> Option<Say> {
    use CommandKind as K;
    Some(match kind {
        K::RecordActivity => say(
            "登记{joint_branch}于{date}在{host_village}开展的{kind}活动，参加{attendance}人",
            "record an activity ({kind}) of {joint_branch} in {host_village} on {date}, attended by {attendance}",
        ),
        K::RecordFunding => say(
            "登记{village}{fiscal_year}年经费[，基数{base}][，县(区)补助{supplement}][，决算{settled}]",
            "record the funding of {village} for {fiscal_year}[, base {base}][, supplement {supplement}][, settled {settled}]",
        ),
        K::RecordPremisesPayment => say(
            "登记{village}“{project}”{milestone}拨付{amount}，项目总额{total}",
            "record a payment of {amount} ({milestone}) for {project} in {village}, of {total} in all",
        ),
        K::RecordCoLocation => say(
            "登记{joint_branch}自{date}起在{place}合署办公",
            "record that {joint_branch} is housed in {place} from {date}",
        ),
        K::LinkOrganization => say(
            "登记{organization}对[{joint_branch}][{other}]的{kind}关系[，由{person}任{post}]",
            "link {organization} to[ {joint_branch}][ {other}]: {kind}[, {person} as {post}]",
        ),
        K::EvaluateQuarter => {
            say("把{joint_branch}{quarter}评为{grade}", "grade {joint_branch} in {quarter} as {grade}")
        }
        K::CorrectEvaluation => say(
            "把{joint_branch}{quarter}的评估更正为{grade}[，理由：{reason}]",
            "correct the grade of {joint_branch} in {quarter} to {grade}[: {reason}]",
        ),
        K::OrderRectification => say(
            "要求{joint_branch}整改，期限至{deadline}[：{items}]",
            "order {joint_branch} to rectify until {deadline}[: {items}]",
        ),
        K::ReviewRectification => say(
            "验收{joint_branch}的整改；整改事项已完成：{improved}",
            "review the rectification of {joint_branch}; improved: {improved}",
        ),
        _ => return None,
    })
}

fn changes(kind: CommandKind) -> Option<Say> {
    use CommandKind as K;
    Some(match kind {
        K::DissolveJointBranch => say(
            "终止{joint_branch}，事由：{ground}[，由{successors.successor}承接]",
            "dissolve {joint_branch} on the ground {ground}[; {successors.successor} go on]",
        ),
        K::AdmitMember => say("吸收{member}加入{joint_branch}", "admit {member} to {joint_branch}"),
        K::ReleaseMember => say(
            "{member}退出{joint_branch}，由{successor}承接",
            "release {member} from {joint_branch}; {successor} goes on",
        ),
        K::ChangeJointBranch => say(
            "变更{joint_branch}[，名称改为{name}][，由{lead_township}牵头][，形式改为{form}]",
            "change {joint_branch}[, to be called {name}][, led by {lead_township}][, of the form {form}]",
        ),
        K::ChangeOrganization => say(
            "变更{organization}[，名称改为{name}][，形式改为{form}][，上级改为{superior}]",
            "change {organization}[, to be called {name}][, of the form {form}][, under {superior}]",
        ),
        K::AssignSuperior => {
            say("{organization}改隶{joint_branch}", "put {organization} under {joint_branch}")
        }
        K::AbolishOrganization => {
            say("撤销{organization}，由{successor}承接", "abolish {organization}; {successor} goes on")
        }
        K::CorrectRecord => say(
            "更正一条记录[，名称应为{fields.name}]，理由：{reason}",
            "correct a record[: the name is {fields.name}]; why: {reason}",
        ),
        K::CorrectDocument => say(
            "更正一项决定的文件[，文号应为{number}][，印发日期应为{issued}]，理由：{reason}",
            "correct the document of a decision[: its number is {number}][, its day {issued}]; why: {reason}",
        ),
        K::RegisterPerson => say("登记{organization}的党员{name}", "register {name} in {organization}"),
        K::RegisterOrganization => say(
            "登记{name}（{form}），正式党员{formal_members}名、预备党员{probationary_members}名",
            "register {name} ({form}) with {formal_members} formal and {probationary_members} probationary members",
        ),
        K::UpdateOrganization => say(
            "更新{organization}的情况[，正式党员{formal_members}名][，预备党员{probationary_members}名]",
            "update {organization}[, {formal_members} formal members][, {probationary_members} probationary members]",
        ),
        K::RegisterPlace => say("登记行政区划{name}（{level}）", "register the place {name} ({level})"),
        K::ChangePlace => say(
            "变更{place}：{change}[，名称改为{name}][，代码改为{code}][，划归{parent}][，由{successors}承接]",
            "change {place}: {change}[, to be called {name}][, with the code {code}][, under {parent}][; {successors} go on]",
        ),
        _ => return None,
    })
}

fn keeping(kind: CommandKind) -> Option<Say> {
    use CommandKind as K;
    Some(match kind {
        K::ErasePerson => {
            say("删除{person}的个人信息，事由：{ground}", "erase the data of {person} on the ground {ground}")
        }
        K::EraseScan => say(
            "删除{issuer}{number}的扫描件，事由：{ground}",
            "erase the scan of {number} of {issuer} on the ground {ground}",
        ),
        K::HoldPerson => {
            say("保全{person}的记录，期间不得删除", "hold the record of {person}: it cannot be erased")
        }
        K::LiftHold => say("解除对{person}记录的保全", "lift the hold on the record of {person}"),
        K::IssueAccount => say(
            "为{holder}签发{scope}的{role}帐号[，有效期至{expires_on}]",
            "issue an account of {holder}: {role} of {scope}[, until {expires_on}]",
        ),
        K::RenewAccount => say("续期一个帐号[，至{expires_on}]", "renew an account[ until {expires_on}]"),
        K::RevokeAccount => say("撤销一个帐号，此后不能登录", "revoke an account: it signs in no more"),
        K::ResetSecondFactor => {
            say("重置一个帐号的动态口令，理由：{reason}", "reset the second factor of an account: {reason}")
        }
        K::IssueSupervision => {
            say("向{to}发出督办：{matter}，答复期限{due}", "ask {to}: {matter}, to be answered by {due}")
        }
        K::AnswerSupervision => say("答复督办：{answer}", "answer a supervision: {answer}"),
        K::IssueYellowCard => say(
            "向{to}亮黄牌：{matter}，{consequences}[，整顿期限{deadline}]",
            "issue a yellow card to {to}: {matter}, {consequences}[, until {deadline}]",
        ),
        K::LiftYellowCard => say("解除黄牌，理由：{reason}", "lift a yellow card: {reason}"),
        K::RecordMeeting => say(
            "登记{presided_by}于{met_on}主持的第{session}次联系会议，议定：{agenda.decided}",
            "record meeting {session}, held on {met_on} by {presided_by}; decided: {agenda.decided}",
        ),
        K::CloseDecision => {
            say("议定事项第{item}项销号：{result}", "close decision {item} of a meeting: {result}")
        }
        K::RecordYearlyReview => say(
            "登记{person}{year}年述职评议等次：{class}",
            "record the yearly review of {person} for {year}: {class}",
        ),
        K::IssuePolicy => {
            say("为{jurisdiction}发布政策[，理由：{reason}]", "issue a policy for {jurisdiction}[: {reason}]")
        }
        _ => return None,
    })
}

/// The frame of a sentence: the day, what is recorded, and the document and meeting that it rests on.
pub const SENTENCE: &Say = &say(
    "将于{day}{body}[，依据{document}][（{meeting}）]。",
    "On {day}: {body}[; by {document}][ ({meeting})].",
);
