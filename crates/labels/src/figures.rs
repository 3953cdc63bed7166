//! The short names of figures.

use domain::say::{Say, say};

/// The figures in the order in which a page shows them; what is not named follows by its own name.
pub const FIGURES: [(&str, &Say); 41] = [
    ("joint_branches", &say("联合党组织", "Joint branches")),
    ("mergers", &say("合建", "Mergers")),
    ("pairings", &say("共建", "Pairings")),
    ("villages", &say("行政村", "Villages")),
    ("villages_covered", &say("覆盖的行政村", "Villages covered")),
    ("coverage_ratio", &say("覆盖率", "Coverage")),
    ("branches_to_villages", &say("联合党组织与行政村之比", "Joint branches to villages")),
    ("proposals_open", &say("待批准的请示", "Proposals open")),
    ("good", &say("评估“好”", "Graded good")),
    ("fair", &say("评估“一般”", "Graded fair")),
    ("poor", &say("评估“较差”", "Graded poor")),
    ("evaluations_missing", &say("逾期未评估", "Evaluations missing")),
    ("evaluations_late", &say("逾期录入的季度评估", "Evaluations recorded late")),
    ("evaluations_corrected", &say("更正的评估", "Evaluations corrected")),
    ("rectifications_open", &say("整改中", "Rectifications open")),
    ("rectifications_overdue", &say("整改逾期", "Rectifications overdue")),
    ("termination_due", &say("应予终止", "Termination due")),
    ("registered_before", &say("存量登记", "Registered as they stood")),
    ("dissolved", &say("已撤销", "Dissolved")),
    ("secretaries_vacant", &say("书记空缺", "Secretaries vacant")),
    ("secretaries_awaiting_approval", &say("书记待批复", "Secretaries to be approved")),
    ("secretaries_village_heads", &say("一肩挑", "Secretaries who head a village")),
    ("terms_expiring", &say("任期将满", "Terms expiring")),
    ("filings_missing", &say("逾期未备案", "Filings missing")),
    ("co_located", &say("合署办公", "Co-located")),
    ("co_located_ever", &say("累计合署办公", "Co-located so far")),
    ("recorded", &say("在册联合党组织", "Joint branches on file")),
    ("late_entries", &say("补录", "Late entries")),
    ("corrections", &say("更正的记录", "Records corrected")),
    ("decisions_open", &say("未销号的议定事项", "Decisions not closed")),
    ("decisions_overdue", &say("逾期的议定事项", "Decisions overdue")),
    ("local_events", &say("服务器导入的记录", "Events recorded locally")),
    ("flow_established", &say("历年成立、入册", "Established in all years")),
    ("flow_dissolved", &say("历年终止", "Dissolved in all years")),
    ("flow_live", &say("现在运行", "At work now")),
    ("flow_villages", &say("参加联建的村党组织", "Organizations of villages in one")),
    ("statistics_known", &say("可取得的指标", "Figures known")),
    ("statistics_unknown", &say("不掌握的指标", "Figures not known")),
    ("listed", &say("所列联合党组织", "Joint branches listed")),
    ("listed_live", &say("其中运行中", "Live among them")),
    ("policies", &say("现行政策", "Policies in force")),
];

/// The figures on top of a tier's page.
pub const HEADLINE: [&str; 9] = [
    "joint_branches",
    "mergers",
    "pairings",
    "coverage_ratio",
    "branches_to_villages",
    "poor",
    "evaluations_missing",
    "rectifications_open",
    "termination_due",
];

/// The columns of a table of places.
pub const COLUMNS: [&str; 10] = [
    "joint_branches",
    "mergers",
    "pairings",
    "villages",
    "villages_covered",
    "coverage_ratio",
    "branches_to_villages",
    "evaluations_missing",
    "rectifications_open",
    "termination_due",
];

/// The name of a figure.
pub fn figure(name: &str) -> Option<&'static Say> {
    FIGURES.iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}
