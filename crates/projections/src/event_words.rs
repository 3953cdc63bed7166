//! What happened, as people say it: a name for every type of event.

use crate::reading::Bilingual;

const WORDS: &[(&str, &str, &str)] = &[
    ("place.registered", "登记行政区划", "place registered"),
    ("place.renamed", "行政区划更名", "place renamed"),
    ("place.recoded", "行政区划换代码", "place recoded"),
    ("place.moved", "行政区划改隶", "place moved"),
    ("place.left", "行政区划划出", "place left its county"),
    ("place.received", "行政区划划入", "place received"),
    ("place.merged", "行政区划并入", "place merged"),
    ("place.split", "行政区划拆分", "place split"),
    ("place.closed", "行政区划撤销", "place closed"),
    ("place.corrected", "更正行政区划记录", "place corrected"),
    ("place.funded", "登记经费", "village funded"),
    ("organization.registered", "登记党组织", "organization registered"),
    ("organization.updated", "更新党组织情况", "organization updated"),
    ("organization.changed", "变更党组织", "organization changed"),
    ("organization.corrected", "更正党组织记录", "organization corrected"),
    ("organization.suspended", "原党组织暂停，职能整体划转", "original suspended"),
    ("organization.restored", "恢复原党组织", "original restored"),
    ("organization.abolished", "撤并原党组织", "original abolished"),
    ("organization.closed", "撤销党组织", "organization abolished"),
    ("organization.linked", "登记指导或交叉任职", "organization linked"),
    ("organization.filed", "党组织换届备案", "organization's election filed"),
    ("organization.election-held", "党组织换届选举", "organization elected"),
    ("person.registered", "登记人员", "person registered"),
    ("person.reviewed", "述职评议", "year reviewed"),
    ("person.hold-placed", "个人记录保全", "record put on hold"),
    ("person.hold-lifted", "解除个人记录保全", "hold lifted"),
    ("person.erased", "删除个人信息", "person erased"),
    ("joint-branch.proposed", "提出合建共建", "proposed"),
    ("joint-branch.surveyed", "群众意愿调查", "villages asked"),
    ("joint-branch.established", "批准成立", "established"),
    ("joint-branch.rejected", "驳回提议", "proposal rejected"),
    ("joint-branch.withdrawn", "撤回提议", "proposal withdrawn"),
    ("joint-branch.filed", "备案", "filed with the county"),
    ("joint-branch.secretary-assigned", "书记任职", "secretary assigned"),
    ("joint-branch.secretary-relieved", "书记免职", "secretary relieved"),
    ("joint-branch.term-renewed", "任期变更", "term renewed"),
    ("joint-branch.committee-appointed", "任命委员会", "committee appointed"),
    ("joint-branch.election-held", "换届选举", "election held"),
    ("joint-branch.village-head-elected", "书记依法当选村主任", "secretary elected village head"),
    ("joint-branch.commitment-made", "作出承诺", "commitment made"),
    ("joint-branch.powers-delegated", "委托权力", "powers delegated"),
    ("joint-branch.powers-revoked", "收回权力", "powers revoked"),
    ("joint-branch.functions-transferred", "划转职能", "functions transferred"),
    ("joint-branch.functions-returned", "返还职能", "functions returned"),
    ("joint-branch.activity-recorded", "开展活动", "activity recorded"),
    ("joint-branch.co-located", "合署办公", "co-located"),
    ("joint-branch.evaluated", "季度考评", "quarter evaluated"),
    ("joint-branch.evaluation-corrected", "更正考评", "evaluation corrected"),
    ("joint-branch.rectification-ordered", "责令整改", "rectification ordered"),
    ("joint-branch.rectification-reviewed", "整改验收", "rectification reviewed"),
    ("joint-branch.dissolved", "撤销", "dissolved"),
    ("joint-branch.member-admitted", "成员加入", "member admitted"),
    ("joint-branch.member-released", "成员退出", "member released"),
    ("joint-branch.changed", "变更", "changed"),
    ("joint-branch.corrected", "更正记录", "record corrected"),
    ("supervision.issued", "发出督办", "supervision issued"),
    ("supervision.answered", "办复督办", "supervision answered"),
    ("policy.issued", "发布政策", "policy issued"),
    ("account.issued", "签发帐号", "account issued"),
    ("account.revoked", "撤销帐号", "account revoked"),
    ("access-log.anchored", "访问日志入账", "access log anchored"),
    ("log.durability-declared", "声明日志保存条件", "durability declared"),
];

/// The name of an event type; one that is not listed stands as it is.
pub fn event_words(event_type: &str) -> Bilingual {
    let found = WORDS.iter().find(|(known, ..)| *known == event_type);
    found.map_or_else(|| Bilingual::new(event_type, event_type), |(_, zh, en)| Bilingual::new(*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_event_has_a_name_in_both_languages() {
        for event_type in domain::EventBody::TYPES {
            let words = event_words(event_type);
            assert!(!words.zh.is_ascii() && words.en.is_ascii() && words.en != *event_type, "{event_type}");
        }
    }
}
