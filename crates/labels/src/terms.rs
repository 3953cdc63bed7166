//! The codes that stand on the wire, as people say them: by the list they are from.

use super::{Language, Words};

/// Code lists by the name that their schema has.
const TERMS: &[(&str, &[(&str, Words)])] = &[
    ("Arrangement", &[("merger", Words("合建", "merger")), ("pairing", Words("共建", "pairing"))]),
    (
        "Mode",
        &[
            ("rich_poor", Words("贫富村合建", "rich and poor villages")),
            ("similar_industry", Words("产业趋同村合建", "villages of one industry")),
            ("large_small", Words("大小村撤并", "a large and a small village")),
            ("strong_weak", Words("强弱村结对", "strong and weak villages")),
            ("resident_unit", Words("驻区单位共建", "with a resident unit")),
            ("other", Words("其他", "other")),
            ("not_stated", Words("未载明", "not stated")),
        ],
    ),
    (
        "Form",
        &[
            ("branch", Words("联合党支部", "joint branch")),
            ("general_branch", Words("联合党总支", "joint general branch")),
            ("committee", Words("联合党委", "joint committee")),
            ("none", Words("结对（不设组织）", "no organ")),
        ],
    ),
    (
        "Phase",
        &[
            ("proposed", Words("已提出", "proposed")),
            ("rejected", Words("已驳回", "rejected")),
            ("withdrawn", Words("已撤回", "withdrawn")),
            ("operating", Words("运行中", "operating")),
            ("rectifying", Words("整改中", "rectifying")),
            ("termination_due", Words("应予终止", "termination due")),
            ("dissolved", Words("已撤销", "dissolved")),
        ],
    ),
    (
        "Grade",
        &[("good", Words("好", "good")), ("fair", Words("一般", "fair")), ("poor", Words("较差", "poor"))],
    ),
    (
        "Ground",
        &[
            ("rectification_failed", Words("整改未通过", "rectification failed")),
            ("purpose_achieved", Words("目的已达到", "purpose achieved")),
            ("members_request", Words("成员要求", "members' request")),
            ("place_changed", Words("区划变更", "place changed")),
            ("superior_decision", Words("上级决定", "superior's decision")),
        ],
    ),
    ("SecretaryBasis", &[("elected", Words("选举产生", "elected")), ("assigned", Words("指派", "assigned"))]),
    (
        "ErasureGround",
        &[
            ("purpose_achieved", Words("处理目的已实现", "purpose achieved")),
            ("retention_ended", Words("保存期限届满", "retention ended")),
            ("consent_withdrawn", Words("个人撤回同意", "consent withdrawn")),
            ("unlawful_processing", Words("违法或违约处理", "unlawful processing")),
        ],
    ),
    (
        "OrganizationForm",
        &[
            ("branch", Words("党支部", "branch")),
            ("general_branch", Words("党总支", "general branch")),
            ("committee", Words("党委", "committee")),
            ("organ", Words("党委机关（有决定权）", "deciding organ")),
        ],
    ),
    (
        "HostKind",
        &[
            ("village", Words("村(社区)", "village")),
            ("unit", Words("机关企事业单位", "unit")),
            ("cooperative", Words("合作社", "cooperative")),
            ("association", Words("协会", "association")),
            ("park", Words("园区", "park")),
            ("township", Words("乡镇(街道)", "township")),
            ("county", Words("县(区)", "county")),
            ("city", Words("市", "city")),
        ],
    ),
    (
        "Level",
        &[
            ("village", Words("村(社区)", "village")),
            ("township", Words("乡镇(街道)", "township")),
            ("county", Words("县(区)", "county")),
            ("city", Words("市", "city")),
        ],
    ),
    ("PlaceKind", &[("village", Words("行政村", "village")), ("community", Words("社区", "community"))]),
    (
        "PlaceChange",
        &[
            ("rename", Words("更名", "rename")),
            ("recode", Words("换代码", "recode")),
            ("merge", Words("并入", "merge")),
            ("split", Words("拆分", "split")),
            ("move", Words("划归他处", "move")),
            ("close", Words("撤销", "close")),
        ],
    ),
    (
        "Bound",
        &[
            ("over", Words("余", "a little over")),
            ("nearly", Words("近", "nearly")),
            ("at_least", Words("以上", "at least")),
            ("at_most", Words("最高", "at most")),
        ],
    ),
    (
        "FilingMatter",
        &[
            ("establishing", Words("成立", "establishing")),
            ("election", Words("换届选举", "election")),
            ("secretary", Words("书记任职", "secretary")),
            ("change", Words("变更", "change")),
            ("dissolving", Words("撤销", "dissolving")),
        ],
    ),
    (
        "LinkKind",
        &[("guides", Words("指导", "guides")), ("cross_posting", Words("交叉任职", "cross-posting"))],
    ),
    (
        "CommitmentKind",
        &[
            ("term_goal", Words("任期目标承诺", "goal of the term")),
            ("yearly_goal", Words("年度目标承诺", "goal of the year")),
            ("integrity", Words("廉洁承诺", "integrity")),
            ("resignation", Words("重大失误辞职承诺", "resignation on grave error")),
        ],
    ),
    (
        "ElectedPost",
        &[
            ("secretary", Words("书记", "secretary")),
            ("deputy_secretary", Words("副书记", "deputy secretary")),
            ("committee_member", Words("委员", "committee member")),
        ],
    ),
    (
        "ProfileFigure",
        &[
            ("households", Words("户数", "households")),
            ("population", Words("人口", "population")),
            ("area", Words("面积", "area")),
            ("collective_income", Words("集体经济收入", "collective income")),
            ("income_per_head", Words("人均收入", "income per head")),
            ("industry", Words("主导产业", "industry")),
            ("wealth", Words("贫富（rich/poor）", "wealth (rich/poor)")),
            ("strength", Words("强弱（strong/weak）", "strength (strong/weak)")),
        ],
    ),
    ("TerminationTest", &[("either", Words("任一即可", "either")), ("both", Words("两者兼有", "both"))]),
    ("MoneyUnit", &[("fen", Words("分（百分之一元）", "fen, a hundredth of a yuan"))]),
    (
        "Role",
        &[
            ("township_clerk", Words("乡镇经办", "township clerk")),
            ("county_officer", Words("县(区)干部", "county officer")),
            ("city_office", Words("市级办公室", "city office")),
            ("subscriber", Words("订阅方", "subscriber")),
            ("auditor", Words("审计", "auditor")),
            ("security_admin", Words("安全管理员", "security administrator")),
            ("system_admin", Words("系统管理员", "system administrator")),
            ("local", Words("本机", "local")),
        ],
    ),
    (
        "Status",
        &[
            ("active", Words("自行工作", "at work")),
            ("suspended", Words("职能已划转", "functions passed on")),
            ("abolished", Words("已撤并", "abolished")),
        ],
    ),
    (
        "Obligation",
        &[
            ("dissolution", Words("撤销", "dissolution")),
            ("rectification", Words("整改复核", "review of the rectification")),
            ("rectification_order", Words("下达整改", "order of rectification")),
            ("place_changed", Words("区划变化后的决定", "decision after a change of places")),
            ("evaluation", Words("季度评价", "evaluation of a quarter")),
            ("secretary", Words("配备书记", "a secretary")),
            ("term", Words("任期届满", "end of the term")),
            ("election", Words("换届选举", "election")),
            ("supervision", Words("督办", "supervision")),
            ("filing", Words("备案", "filing")),
            ("commitment", Words("四项承诺", "commitment")),
            ("yearly_review", Words("述职评议", "yearly review")),
            ("approval", Words("审批", "approval")),
            ("survey", Words("群众意愿调查", "will survey")),
        ],
    ),
];

/// The lists in which a field's codes stand; the first that knows the code says it. A form is said as of any organization,
/// for joint ones have it too.
const LISTS_OF_FIELDS: &[(&str, &[&str])] = &[
    ("arrangement", &["Arrangement"]),
    ("mode", &["Mode"]),
    ("form", &["OrganizationForm", "Form"]),
    ("grade", &["Grade"]),
    ("phase", &["Phase"]),
    ("status", &["Status"]),
    ("ground", &["Ground", "ErasureGround"]),
    ("basis", &["SecretaryBasis"]),
    ("host_kind", &["HostKind"]),
    ("level", &["Level"]),
    ("kind", &["CommitmentKind", "LinkKind", "PlaceKind"]),
    ("village_kind", &["PlaceKind"]),
    ("matter", &["FilingMatter"]),
    ("post", &["ElectedPost"]),
    ("unit", &["MoneyUnit"]),
    ("bound", &["Bound"]),
    ("change", &["PlaceChange"]),
];

/// The entries of a list, in the order in which people read them.
pub fn list(name: &str) -> &'static [(&'static str, Words)] {
    TERMS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, entries)| entries)
}

/// A code as people say it; one that is not on the list stays as it is.
pub fn term(language: Language, name: &str, code: &str) -> String {
    words(name, code).map_or_else(|| code.to_owned(), |words| language.of(words).to_owned())
}

/// A code of a list as people say it in both languages.
pub fn words(name: &str, code: &str) -> Option<Words> {
    list(name).iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// A code of a field as people say it in both languages.
pub fn of_field(field: &str, code: &str) -> Option<Words> {
    let lists = LISTS_OF_FIELDS.iter().find(|(known, _)| *known == field);
    lists.iter().flat_map(|(_, lists)| *lists).find_map(|list| words(list, code))
}
