//! The codes that stand on the wire, as people say them: by the list they are from.

use std::sync::LazyLock;

use domain::Policy;
use domain::registration::FactName;
use domain::say::{Language, Say, say};
use domain::text::Text;

/// Code lists by the name that their schema has.
const TERMS: &[(&str, &[(&str, &Say)])] = &[
    ("Arrangement", &[("merger", &say("合建", "merger")), ("pairing", &say("共建", "pairing"))]),
    (
        "Mode",
        &[
            ("rich_poor", &say("贫富村合建", "rich and poor villages")),
            ("similar_industry", &say("产业趋同村合建", "villages of one industry")),
            ("large_small", &say("大小村合建", "a large and a small village")),
            ("strong_weak", &say("强弱村结对", "strong and weak villages")),
            ("resident_unit", &say("驻区单位共建", "with a resident unit")),
            ("other", &say("其他", "other")),
            ("not_stated", &say("未载明", "not stated")),
        ],
    ),
    (
        "Form",
        &[
            ("branch", &say("联合党支部", "joint branch")),
            ("general_branch", &say("联合党总支", "joint general branch")),
            ("committee", &say("联合党委", "joint committee")),
            ("none", &say("结对（不设组织）", "no organ")),
            ("not_stated", &say("未载明（仅存量登记）", "not stated (registrations only)")),
        ],
    ),
    (
        "Phase",
        &[
            ("proposed", &say("待批准（请示）", "proposed")),
            ("rejected", &say("不予批准", "rejected")),
            ("withdrawn", &say("已撤回请示", "withdrawn")),
            ("operating", &say("运行中", "operating")),
            ("rectifying", &say("整改中", "rectifying")),
            ("termination_due", &say("应予终止", "termination due")),
            ("dissolved", &say("已撤销", "dissolved")),
            ("awaiting_confirmation", &say("待确认（存量）", "waits for confirmation")),
            ("sent_back", &say("已退回（存量）", "sent back")),
        ],
    ),
    (
        "Grade",
        &[("good", &say("好", "good")), ("fair", &say("一般", "fair")), ("poor", &say("较差", "poor"))],
    ),
    (
        "Ground",
        &[
            ("rectification_failed", &say("整改未通过", "rectification failed")),
            ("purpose_achieved", &say("目的已达到", "purpose achieved")),
            ("members_request", &say("成员要求", "members' request")),
            ("place_changed", &say("区划变更", "place changed")),
            ("superior_decision", &say("上级决定", "superior's decision")),
        ],
    ),
    (
        "SecretaryBasis",
        &[
            ("elected", &say("选举产生", "elected")),
            ("assigned", &say("指派", "assigned")),
            ("not_stated", &say("未载明（仅存量登记）", "not stated (registrations only)")),
        ],
    ),
    ("FactName", FactName::TITLES),
    (
        "ErasureGround",
        &[
            ("purpose_achieved", &say("处理目的已实现", "purpose achieved")),
            ("retention_ended", &say("保存期限届满", "retention ended")),
            ("consent_withdrawn", &say("个人撤回同意", "consent withdrawn")),
            ("unlawful_processing", &say("违法或违约处理", "unlawful processing")),
        ],
    ),
    (
        "LegalEffect",
        &[
            ("functional", &say("功能型（成员保留原隶属关系）", "functional: members keep their superior")),
            ("organic", &say("按法定形式（改变隶属关系）", "organic: as the form of the regulations")),
        ],
    ),
    (
        "RegulatedForm",
        &[
            ("branch", &say("党支部", "branch")),
            ("general_branch", &say("党总支", "general branch")),
            ("committee", &say("党委", "committee")),
        ],
    ),
    (
        "OrganizationForm",
        &[
            ("branch", &say("党支部", "branch")),
            ("general_branch", &say("党总支", "general branch")),
            ("committee", &say("党委", "committee")),
            ("organ", &say("党委（工委）及组织部门（审批单位）", "deciding organ")),
        ],
    ),
    (
        "HostKind",
        &[
            ("village", &say("村(社区)", "village")),
            ("unit", &say("机关企事业单位", "unit")),
            ("cooperative", &say("合作社", "cooperative")),
            ("association", &say("协会", "association")),
            ("park", &say("园区", "park")),
            ("township", &say("乡镇(街道)", "township")),
            ("county", &say("县(区)", "county")),
            ("city", &say("市", "city")),
        ],
    ),
    (
        "Level",
        &[
            ("village", &say("村(社区)", "village")),
            ("township", &say("乡镇(街道)", "township")),
            ("county", &say("县(区)", "county")),
            ("city", &say("市", "city")),
        ],
    ),
    (
        "PlaceKind",
        &[
            ("village", &say("行政村", "village")),
            ("community", &say("社区", "community")),
            ("other", &say("其他村级单位", "other unit")),
        ],
    ),
    (
        "PlaceChange",
        &[
            ("rename", &say("更名", "rename")),
            ("recode", &say("换代码", "recode")),
            ("merge", &say("并入", "merge")),
            ("split", &say("拆分", "split")),
            ("move", &say("划归他处", "move")),
            ("close", &say("撤销", "close")),
        ],
    ),
    (
        "Bound",
        &[
            ("over", &say("余", "a little over")),
            ("nearly", &say("近", "nearly")),
            ("at_least", &say("以上", "at least")),
            ("at_most", &say("最高", "at most")),
        ],
    ),
    (
        "FilingMatter",
        &[
            ("establishing", &say("成立", "establishing")),
            ("election", &say("换届选举", "election")),
            ("secretary", &say("书记任职", "secretary")),
            ("change", &say("变更", "change")),
            ("dissolving", &say("撤销", "dissolving")),
        ],
    ),
    (
        "Consequence",
        &[
            ("no_honours", &say("取消当年评先评优资格", "honoured for nothing this year")),
            ("order_in_time", &say("限期整顿", "to be put in order by a day")),
            ("interview", &say("约谈主要负责人", "called to account")),
        ],
    ),
    (
        "Milestone",
        &[
            ("start", &say("开工", "start")),
            ("structure", &say("主体完工", "structure")),
            ("acceptance", &say("验收", "acceptance")),
        ],
    ),
    (
        "FirstSecretaryEnd",
        &[
            ("term_ended", &say("任职期满", "its planned end")),
            ("transferred", &say("工作调动", "other work")),
            ("recalled", &say("召回", "called back")),
            ("other", &say("其他", "another reason")),
        ],
    ),
    ("LinkKind", &[("guides", &say("指导", "guides")), ("cross_posting", &say("交叉任职", "cross-posting"))]),
    (
        "CommitmentKind",
        &[
            ("term_goal", &say("任期目标", "goal of the term")),
            ("yearly_goal", &say("年度目标", "goal of the year")),
            ("integrity", &say("廉洁自律", "integrity")),
            ("resignation", &say("重大失误请辞", "resignation on grave error")),
        ],
    ),
    (
        "ElectionKind",
        &[("renewal", &say("换届", "regular election")), ("by_election", &say("补选", "by-election"))],
    ),
    (
        "ElectedPost",
        &[
            ("secretary", &say("书记", "secretary")),
            ("deputy_secretary", &say("副书记", "deputy secretary")),
            ("committee_member", &say("委员", "committee member")),
        ],
    ),
    (
        "ProfileFigure",
        &[
            ("households", &say("户数", "households")),
            ("population", &say("人口", "population")),
            ("area", &say("面积", "area")),
            ("collective_income", &say("集体经济收入", "collective income")),
            ("income_per_head", &say("人均收入", "income per head")),
            ("industry", &say("主导产业", "industry")),
            ("wealth", &say("贫富（富裕或贫困）", "wealth (rich or poor)")),
            ("strength", &say("强弱（强或弱）", "strength (strong or weak)")),
        ],
    ),
    (
        "ProfileValue",
        &[
            ("rich", &say("富裕", "rich")),
            ("poor", &say("贫困", "poor")),
            ("strong", &say("强", "strong")),
            ("weak", &say("弱", "weak")),
        ],
    ),
    (
        "Severity",
        &[
            ("refuse", &say("不予办理", "refused")),
            ("warn", &say("提醒性规定，经批准的特殊情况可以办理", "refused unless an override is allowed")),
            ("remind", &say("只作提示", "reminds only")),
        ],
    ),
    ("TerminationTest", &[("either", &say("任一即可", "either")), ("both", &say("两者兼有", "both"))]),
    (
        "SurveyArrangements",
        &[
            ("merger", &say("仅合建", "mergers only")),
            ("merger_and_pairing", &say("合建和设组织的共建", "mergers, and pairings with an organ")),
        ],
    ),
    ("MoneyUnit", &[("fen", &say("分", "fen, a hundredth of a yuan"))]),
    (
        "Role",
        &[
            ("township_clerk", &say("乡镇经办", "township clerk")),
            ("county_officer", &say("县(区)经办", "county officer")),
            ("city_office", &say("联系会议办公室", "city office")),
            ("subscriber", &say("订阅方", "subscriber")),
            ("auditor", &say("审计", "auditor")),
            ("security_admin", &say("安全管理员", "security administrator")),
            ("system_admin", &say("系统管理员", "system administrator")),
            ("local", &say("本机", "local")),
        ],
    ),
    (
        "Status",
        &[
            ("active", &say("自行工作", "at work")),
            ("suspended", &say("职能已划转", "functions passed on")),
            ("abolished", &say("已撤并", "abolished")),
        ],
    ),
    (
        "DecisionState",
        &[
            ("overdue", &say("逾期", "overdue")),
            ("to_close", &say("待销号", "to be closed")),
            ("in_progress", &say("办理中", "being carried out")),
            ("closed", &say("已销号", "closed")),
        ],
    ),
    (
        "Obligation",
        &[
            ("dissolution", &say("撤销", "dissolution")),
            ("rectification", &say("整改验收", "review of the rectification")),
            ("rectification_order", &say("下达整改", "order of rectification")),
            ("place_changed", &say("区划变化后的决定", "decision after a change of places")),
            ("ended_organ", &say("撤并乡镇党委处置", "organ of an ended place to be wound up")),
            ("evaluation", &say("季度评估", "evaluation of a quarter")),
            ("secretary", &say("配备书记", "a secretary")),
            ("secretary_approval", &say("书记任职批复", "approval of a secretary")),
            ("term", &say("任期届满", "end of the term")),
            ("election", &say("换届选举", "election")),
            ("supervision", &say("督办", "supervision")),
            ("meeting_decision", &say("议定事项", "meeting's decision")),
            ("decision_closing", &say("议定事项销号", "closing of a meeting's decision")),
            ("filing", &say("备案", "filing")),
            ("commitment", &say("四项承诺", "commitment")),
            ("yearly_review", &say("述职评议", "yearly review")),
            ("approval", &say("审批", "approval")),
            ("survey", &say("群众意愿调查", "will survey")),
            ("supplement", &say("补充请示", "what the proposal lacks")),
            ("agreement", &say("协议续签", "renewal of the agreement")),
        ],
    ),
];

/// The lists in which a field's codes stand; the first that knows the code says it. A form is said as of any organization,
/// for joint ones have it too.
const LISTS_OF_FIELDS: &[(&str, &[&str])] = &[
    ("arrangement", &["Arrangement"]),
    ("value", &["ProfileValue"]),
    ("mode", &["Mode"]),
    ("form", &["OrganizationForm", "Form"]),
    ("grade", &["Grade"]),
    ("phase", &["Phase"]),
    ("status", &["Status"]),
    ("ground", &["Ground", "ErasureGround"]),
    ("basis", &["SecretaryBasis"]),
    ("field", &["FactName"]),
    ("role", &["Role"]),
    ("host_kind", &["HostKind"]),
    ("level", &["Level"]),
    ("kind", &["CommitmentKind", "LinkKind", "PlaceKind", "ElectionKind"]),
    ("village_kind", &["PlaceKind"]),
    ("matter", &["FilingMatter"]),
    ("post", &["ElectedPost"]),
    ("unit", &["MoneyUnit"]),
    ("consequences", &["Consequence"]),
    ("reason", &["FirstSecretaryEnd"]),
    ("bound", &["Bound"]),
    ("milestone", &["Milestone"]),
    ("change", &["PlaceChange"]),
    ("deciding_level", &["Level"]),
    ("committee_form_level", &["Level"]),
    ("survey_arrangements", &["SurveyArrangements"]),
    ("termination_test", &["TerminationTest"]),
];

/// The entries of a list, in the order in which people read them.
pub fn list(name: &str) -> &'static [(&'static str, &'static Say)] {
    TERMS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, entries)| entries)
}

/// A code as people say it; one that is not on the list stays as it is.
pub fn term(language: Language, name: &str, code: &str) -> String {
    words(name, code).map_or_else(|| code.to_owned(), |words| words.in_language(language).to_owned())
}

/// A code of a list as people say it in both languages.
pub fn words(name: &str, code: &str) -> Option<&'static Say> {
    list(name).iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// A code of a field as people say it in both languages.
pub fn of_field(field: &str, code: &str) -> Option<&'static Say> {
    let lists = LISTS_OF_FIELDS.iter().find(|(known, _)| *known == field);
    lists.iter().flat_map(|(_, lists)| *lists).find_map(|list| words(list, code))
}

/// The functions that the rules name, by their codes.
static FUNCTIONS: LazyLock<Vec<(Text, Say)>> = LazyLock::new(|| {
    let policy = Policy::defaults();
    let functions = policy.iter().flat_map(|policy| policy.entries("functions"));
    functions.map(|entry| (entry.code.clone(), Say::of(entry.zh.as_str(), entry.en.as_str()))).collect()
});

/// The name of a code in a field, such as `poor` in `grade`; functions are known in any field.
pub fn code(field: &str, code: &str) -> Option<&'static Say> {
    of_field(field, code).or_else(|| {
        let function = FUNCTIONS.iter().find(|(known, _)| known.as_str() == code);
        function.map(|(_, name)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_named_by_its_field() {
        let code = |field, of| code(field, of).map(|said| (&*said.zh, &*said.en));
        assert_eq!(code("grade", "poor"), Some(("较差", "poor")));
        assert_eq!(code("form", "branch"), Some(("党支部", "branch")), "not every branch is a joint one");
        assert_eq!(code("form", "none").map(|(zh, _)| zh), Some("结对（不设组织）"));
        assert_eq!(code("kind", "village"), Some(("行政村", "village")));
        assert_eq!(code("level", "village"), Some(("村(社区)", "village")));
        assert_eq!(code("functions", "industry"), Some(("产业发展", "industry")));
        assert_eq!(code("name", "poor"), None);
    }
}
