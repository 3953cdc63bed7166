//! What happened, as people say it: the names of event types.

use super::{Language, Words};

/// Every event type.
pub const EVENTS: &[(&str, Words)] = &[
    ("joint-branch.proposed", Words("提出合建共建", "proposed")),
    ("joint-branch.surveyed", Words("开展群众意愿调查", "villages surveyed")),
    ("joint-branch.established", Words("批准成立", "established")),
    ("joint-branch.rejected", Words("驳回提议", "proposal rejected")),
    ("joint-branch.withdrawn", Words("撤回提议", "proposal withdrawn")),
    ("joint-branch.filed", Words("备案", "filed with the county")),
    ("joint-branch.secretary-assigned", Words("任命书记", "secretary assigned")),
    ("joint-branch.secretary-relieved", Words("书记离任", "secretary relieved")),
    ("joint-branch.term-renewed", Words("任期变更", "term renewed")),
    ("joint-branch.committee-appointed", Words("任命委员会", "committee appointed")),
    ("joint-branch.election-held", Words("换届选举", "election held")),
    (
        "joint-branch.village-head-elected",
        Words("书记当选村委会主任（一肩挑）", "secretary elected village head"),
    ),
    ("joint-branch.commitment-made", Words("作出承诺", "commitment made")),
    ("joint-branch.powers-delegated", Words("委托权力", "powers delegated")),
    ("joint-branch.powers-revoked", Words("收回权力", "powers revoked")),
    ("joint-branch.functions-transferred", Words("划转职能", "functions transferred")),
    ("joint-branch.functions-returned", Words("交回职能", "functions returned")),
    ("joint-branch.activity-recorded", Words("开展活动", "activity held")),
    ("joint-branch.co-located", Words("合署办公", "co-located")),
    ("joint-branch.evaluated", Words("季度考评", "quarter evaluated")),
    ("joint-branch.evaluation-corrected", Words("更正考评", "evaluation corrected")),
    ("joint-branch.rectification-ordered", Words("下达整改", "rectification ordered")),
    ("joint-branch.rectification-reviewed", Words("复核整改", "rectification reviewed")),
    ("joint-branch.dissolved", Words("撤销", "dissolved")),
    ("joint-branch.member-admitted", Words("吸收成员", "member admitted")),
    ("joint-branch.member-released", Words("成员退出", "member released")),
    ("joint-branch.changed", Words("变更", "changed")),
    ("joint-branch.corrected", Words("更正记录", "record corrected")),
    ("organization.registered", Words("登记党组织", "organization registered")),
    ("organization.updated", Words("更新党组织情况", "organization updated")),
    ("organization.changed", Words("变更党组织", "organization changed")),
    ("organization.corrected", Words("更正党组织记录", "organization's record corrected")),
    ("organization.suspended", Words("原党组织职能划转", "original suspended")),
    ("organization.restored", Words("恢复原党组织", "original restored")),
    ("organization.abolished", Words("撤并原党组织", "original abolished")),
    ("organization.closed", Words("撤销党组织", "organization abolished")),
    ("organization.linked", Words("登记指导或交叉任职", "organization linked")),
    ("organization.filed", Words("党组织换届备案", "organization's election filed")),
    ("organization.election-held", Words("党组织换届选举", "organization's election held")),
    ("person.registered", Words("登记党员", "person registered")),
    ("person.reviewed", Words("述职评议", "yearly review")),
    ("place.registered", Words("登记行政区划", "place registered")),
    ("place.renamed", Words("行政区划更名", "place renamed")),
    ("place.recoded", Words("行政区划换代码", "place recoded")),
    ("place.moved", Words("行政区划划归他处", "place moved")),
    ("place.left", Words("行政区划划出", "place left")),
    ("place.received", Words("行政区划划入", "place received")),
    ("place.merged", Words("行政区划并入", "place merged")),
    ("place.split", Words("行政区划拆分", "place split")),
    ("place.closed", Words("行政区划撤销", "place closed")),
    ("place.corrected", Words("更正行政区划记录", "place's record corrected")),
    ("place.funded", Words("登记经费", "village funded")),
    ("policy.issued", Words("发布政策", "policy issued")),
    ("supervision.issued", Words("发出督办", "supervision issued")),
    ("supervision.answered", Words("答复督办", "supervision answered")),
    ("person.erased", Words("删除个人信息", "person's data erased")),
    ("person.hold-placed", Words("保全个人记录", "person's record held")),
    ("person.hold-lifted", Words("解除保全", "hold lifted")),
    ("access-log.anchored", Words("访问日志锚定", "access log anchored")),
    ("account.issued", Words("签发帐号", "account issued")),
    ("account.renewed", Words("帐号续期", "account renewed")),
    ("account.revoked", Words("撤销帐号", "account revoked")),
    ("account.second-factor-reset", Words("重置动态口令", "second factor reset")),
    ("log.durability-declared", Words("声明存储设置", "durability declared")),
    ("log.clock-accepted", Words("确认时钟", "clock accepted")),
];

/// The name of an event type; one that is not on the list stays as it is.
pub fn event(language: Language, kind: &str) -> String {
    words(kind).map_or_else(|| kind.to_owned(), |words| language.of(words).to_owned())
}

/// The name of an event type in both languages.
pub fn words(kind: &str) -> Option<Words> {
    EVENTS.iter().find(|(known, _)| *known == kind).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_type_has_a_name() {
        for kind in domain::EventBody::TYPES {
            assert_ne!(event(Language::Chinese, kind), *kind, "{kind}");
        }
    }
}
