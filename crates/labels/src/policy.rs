//! The labels of the policy's figures, as the form for a policy names them, and the words of the page of rules.

use domain::say::{Language, Say, say};

/// Every figure that a policy may set.
pub const POLICY: &[(&str, &Say)] = &[
    (
        "agreement_reminder_months",
        &say("协议期满提醒（个月）", "Reminder before the end of an agreement (months)"),
    ),
    ("approval_due_months", &say("审批时限（个月）", "Approval due (months)")),
    ("branch_maximum_members", &say("党支部党员上限（名）", "Most members of a branch (persons)")),
    (
        "branch_minimum_formal_members",
        &say("正式党员合计下限（名）", "Fewest formal members together (persons)"),
    ),
    ("commitment_due_days", &say("承诺时限（日）", "Commitments due (days)")),
    ("committee_form_level", &say("党委形式批准层级", "Tier that approves a committee")),
    (
        "committee_from_formal_members",
        &say("设支部委员会的正式党员数（名）", "Formal members for a committee of the branch (persons)"),
    ),
    ("committee_maximum_size", &say("支部委员会人数上限（名）", "Largest committee of a branch (persons)")),
    ("committee_minimum_members", &say("党委党员下限（名）", "Fewest members of a committee (persons)")),
    ("committee_minimum_size", &say("支部委员会人数下限（名）", "Smallest committee of a branch (persons)")),
    (
        "committee_usual_maximum_size",
        &say("支部委员会一般人数上限（名）", "Largest usual committee of a branch (persons)"),
    ),
    ("deciding_level", &say("成立与撤销的决定层级", "Tier that establishes and dissolves")),
    ("dissolution_due_months", &say("撤销时限（个月）", "Dissolution due (months)")),
    ("election_present_percent", &say("选举到会比例（%）", "Present at an election (%)")),
    ("election_votes_over_percent", &say("当选票数须超过（%）", "Votes above (%)")),
    ("erasure_after_post_years", &say("离任后可删除（年）", "Erasable after the last post (years)")),
    ("evaluation_due_days", &say("评估时限（日）", "Evaluation due (days)")),
    ("failed_history_members", &say("整改失败成员数（个）", "Members with a failed history (organizations)")),
    ("failed_history_months", &say("整改失败追溯期（个月）", "Failed history looked back (months)")),
    ("filing_due_days", &say("备案时限（日）", "Filing due (days)")),
    (
        "general_branch_committee_maximum_size",
        &say("党总支委员会人数上限（名）", "Largest committee of a general branch (persons)"),
    ),
    (
        "general_branch_committee_minimum_size",
        &say("党总支委员会人数下限（名）", "Smallest committee of a general branch (persons)"),
    ),
    (
        "general_branch_committee_usual_maximum_size",
        &say("党总支委员会一般人数上限（名）", "Largest usual committee of a general branch (persons)"),
    ),
    ("general_branch_over_members", &say("党总支党员须超过（名）", "General branch above (members)")),
    ("joint_branch_maximum_units", &say("覆盖单位上限（个）", "Most units of a joint branch (units)")),
    ("late_entry_days", &say("补录起算（日）", "Recorded late from (days)")),
    ("order_due_days", &say("下达整改时限（日）", "Order due (days)")),
    (
        "own_branch_formal_members",
        &say("须上级决定的成员正式党员数（名）", "Formal members that need a superior's decision (persons)"),
    ),
    ("party_committee_maximum_size", &say("党委委员人数上限（名）", "Largest Party committee (persons)")),
    ("party_committee_minimum_size", &say("党委委员人数下限（名）", "Smallest Party committee (persons)")),
    (
        "place_changed_due_months",
        &say("区划变化后决定时限（个月）", "Decision after a change of places (months)"),
    ),
    ("premises_acceptance_percent", &say("场所款验收比例（%）", "Premises: paid at acceptance (%)")),
    ("premises_start_percent", &say("场所款开工比例（%）", "Premises: paid at the start (%)")),
    ("premises_structure_percent", &say("场所款主体完工比例（%）", "Premises: paid for the structure (%)")),
    ("rectification_maximum_months", &say("整改期限上限（个月）", "Longest rectification (months)")),
    ("rectification_minimum_months", &say("整改期限下限（个月）", "Shortest rectification (months)")),
    (
        "resolution_favour_over_percent",
        &say("党员大会赞成须超过应到（%）", "Members in favour, of those entitled, above (%)"),
    ),
    ("resolution_present_percent", &say("党员大会到会比例（%）", "Members present, of those entitled (%)")),
    ("restored_election_months", &say("恢复后换届时限（个月）", "Election after restoring (months)")),
    (
        "satisfaction_asked_percent_of_households",
        &say("满意度征求农户比例（%）", "Households asked for satisfaction (%)"),
    ),
    (
        "satisfaction_asked_percent_of_members",
        &say("满意度征求党员比例（%）", "Members asked for satisfaction (%)"),
    ),
    ("satisfaction_floor_percent", &say("满意率下限（%）", "Satisfaction floor (%)")),
    ("secretary_approval_due_days", &say("书记批复时限（日）", "Approval of a secretary due (days)")),
    ("secretary_standing_years", &say("书记党龄下限（年）", "Party standing of a secretary (years)")),
    ("secretary_vacant_months", &say("书记空缺上限（个月）", "Longest vacancy (months)")),
    ("survey_arrangements", &say("须作意愿调查的合建共建", "Joint branches that rest on a will survey")),
    ("survey_asked_percent_of_households", &say("意愿调查户数比例（%）", "Households surveyed (%)")),
    ("survey_favour_percent", &say("意愿同意率下限（%）", "In favour at least (%)")),
    ("survey_valid_months", &say("意愿调查有效期（个月）", "Survey valid (months)")),
    ("term_reminder_months", &say("任期届满提醒（个月）", "Reminder before the end of a term (months)")),
    ("term_shift_maximum_months", &say("任期延期或提前上限（个月）", "Longest shift of a term (months)")),
    ("term_years", &say("任期（年）", "Term (years)")),
    ("termination_test", &say("终止条件", "Termination test")),
    ("village_term_years", &say("村民委员会任期（年）", "Term of a villagers' committee (years)")),
    ("yellow_card_misses", &say("黄牌所需逾期次数（次）", "Misses for a yellow card (times)")),
    ("yearly_review_due_days", &say("述职评议时限（日）", "Yearly review due (days)")),
];

/// The label of a figure without its unit, and the unit; a figure that is a word has none.
pub fn figure(language: Language, name: &str) -> (&'static str, &'static str) {
    let Some((_, words)) = POLICY.iter().find(|(known, _)| *known == name) else { return ("", "") };
    let label = words.in_language(language);
    let (open, close) = language.pick(("（", "）"), (" (", ")"));
    label.strip_suffix(close).and_then(|whole| whole.rsplit_once(open)).unwrap_or((label, ""))
}

/// The page, and its way in.
pub const RULES: &Say = &say("规则", "Rules");
/// Its title.
pub const RULES_IN_FORCE: &Say = &say("规则与政策", "Rules and policy in force");
/// What its columns mean.
pub const RULES_NOTE: &Say = &say(
    "办理每一事项时适用的规则。规则文字写的是默认数值；市县政策另有规定的，以“现行标准”栏为准。",
    "The rules that hold for everything that is recorded. Their words name the default figures; where a policy of the city or the county has set another, the column of the figures in force says it.",
);
/// A rule.
pub const RULE_ASKS: &Say = &say("规则", "Rule");
/// Figures of a rule.
pub const FIGURES_IN_FORCE: &Say = &say("现行标准", "Figures in force");
/// Where the figure comes from.
pub const SINCE: &Say = &say("自何时起、由何文件规定", "Since when, by which document");
/// The figures of other jurisdictions.
pub const ELSEWHERE: &Say = &say("别处不同", "Elsewhere");
/// The heading of a rule.
pub const MATTER: &Say = &say("类别", "Matter");
/// How strict a rule is.
pub const SEVERITY: &Say = &say("违反时", "Where it is broken");
/// Rules that hold for every command.
pub const GENERAL: &Say = &say("通用", "General");
/// A figure that no policy has set.
pub const AS_ISSUED: &Say = &say("按所列依据", "as the source has it");
/// A rule that was not there on that day.
pub const NOT_IN_FORCE: &Say = &say("当日未施行", "not in force on that day");
/// What is folded away.
pub const DETAILS: &Say = &say("详细", "Details");
/// The policies of city and county.
pub const ISSUED_POLICIES: &Say = &say("市县政策", "Policies of the city and the county");
/// What a policy sets.
pub const SETS: &Say = &say("所定标准和代码", "What it sets");
/// A policy that is still to come.
pub const TO_COME: &Say = &say("尚未施行", "to come");
/// A policy in force.
pub const HOLDS: &Say = &say("施行中", "in force");
/// Nobody has issued any.
pub const NO_POLICIES: &Say =
    &say("市县未发布政策，适用默认标准。", "No policy has been issued; the default figures hold.");
/// Which jurisdiction.
pub const FOR_WHERE: &Say = &say("适用于", "Holds for");
/// Leads to the form for a figure.
pub const SET_FIGURE: &Say = &say("调整", "Change");
/// What a policy changes.
pub const WHAT_CHANGES: &Say = &say("改变的标准", "What changes");
/// A policy that sets figures to what they are.
pub const NOTHING_CHANGES: &Say = &say("没有标准因此改变。", "No figure becomes another.");
/// A figure.
pub const FIGURE: &Say = &say("标准", "Figure");
/// A figure without the policy.
pub const BEFORE: &Say = &say("现为", "Now");
/// A figure with it.
pub const AFTER: &Say = &say("改为", "Becomes");
/// How it stands to the default.
pub const AGAINST_DEFAULT: &Say = &say("与默认标准相比", "Against the default");
/// Stricter than the default.
pub const STRICTER: &Say = &say("更严", "stricter");
/// As strict as the default.
pub const AS_DEFAULT: &Say = &say("相同", "the same");
/// Looser than the default.
pub const LOOSER: &Say = &say("放宽", "looser");

#[cfg(test)]
mod tests {
    use domain::Policy;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_number_has_a_unit_in_both_languages_and_no_word_has_one() {
        let policy = Policy::defaults().unwrap();
        let Value::Object(figures) = serde_json::to_value(policy.thresholds).unwrap() else { panic!() };
        for (name, value) in figures {
            for language in [Language::Zh, Language::En] {
                let (label, unit) = figure(language, &name);
                assert!(!label.is_empty(), "{name}");
                assert_eq!(unit.is_empty(), !value.is_number(), "{name}: {label} / {unit}");
            }
        }
        assert_eq!(figure(Language::Zh, "survey_favour_percent"), ("意愿同意率下限", "%"));
        assert_eq!(figure(Language::En, "survey_valid_months"), ("Survey valid", "months"));
    }
}
