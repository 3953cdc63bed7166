//! The short names of figures.

use super::Words;

/// The figures in the order in which a page shows them; what is not named follows by its own name.
pub const FIGURES: [(&str, Words); 26] = [
    ("joint_branches", Words("联合党组织", "Joint branches")),
    ("mergers", Words("合建", "Mergers")),
    ("pairings", Words("共建", "Pairings")),
    ("villages", Words("行政村", "Villages")),
    ("villages_covered", Words("覆盖的行政村", "Villages covered")),
    ("coverage_ratio", Words("覆盖率", "Coverage")),
    ("proposals_open", Words("待批准的提议", "Proposals open")),
    ("good", Words("考评“好”", "Graded good")),
    ("fair", Words("考评“一般”", "Graded fair")),
    ("poor", Words("考评“较差”", "Graded poor")),
    ("evaluations_missing", Words("逾期未考评", "Evaluations missing")),
    ("evaluations_late", Words("迟录的考评", "Evaluations recorded late")),
    ("evaluations_corrected", Words("更正的考评", "Evaluations corrected")),
    ("rectifications_open", Words("整改中", "Rectifications open")),
    ("rectifications_overdue", Words("整改逾期", "Rectifications overdue")),
    ("termination_due", Words("应予终止", "Termination due")),
    ("dissolved", Words("已撤销", "Dissolved")),
    ("secretaries_vacant", Words("书记空缺", "Secretaries vacant")),
    ("secretaries_village_heads", Words("一肩挑", "Secretaries who head a village")),
    ("terms_expiring", Words("任期将满", "Terms expiring")),
    ("filings_missing", Words("逾期未备案", "Filings missing")),
    ("co_located", Words("合署办公", "Co-located")),
    ("late_entries", Words("补录", "Late entries")),
    ("corrections", Words("更正的记录", "Records corrected")),
    ("local_events", Words("本机录入的事件", "Events recorded locally")),
    ("policies", Words("现行政策", "Policies in force")),
];

/// The figures on top of a tier's page.
pub const HEADLINE: [&str; 8] = [
    "joint_branches",
    "mergers",
    "pairings",
    "coverage_ratio",
    "poor",
    "evaluations_missing",
    "rectifications_open",
    "termination_due",
];

/// The columns of a table of places.
pub const COLUMNS: [&str; 9] = [
    "joint_branches",
    "mergers",
    "pairings",
    "villages",
    "villages_covered",
    "coverage_ratio",
    "evaluations_missing",
    "rectifications_open",
    "termination_due",
];

/// The name of a figure.
pub fn figure(name: &str) -> Option<Words> {
    FIGURES.iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}
