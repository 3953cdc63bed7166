//! The labels of the policy's figures, as the form for a policy names them.

use super::Words;

/// Every figure that a policy may set.
pub(crate) const POLICY: &[(&str, Words)] = &[
    ("approval_due_months", Words("审批时限（月）", "Approval due (months)")),
    ("branch_maximum_members", Words("党支部党员上限", "Most members of a branch")),
    ("branch_minimum_formal_members", Words("正式党员合计下限", "Fewest formal members together")),
    ("commitment_due_days", Words("承诺时限（日）", "Commitments due (days)")),
    ("committee_form_level", Words("党委形式批准层级", "Tier that approves a committee")),
    (
        "committee_from_formal_members",
        Words("设支部委员会的正式党员数", "Formal members for a committee of the branch"),
    ),
    ("committee_maximum_size", Words("支部委员会人数上限", "Largest committee of a branch")),
    ("committee_minimum_members", Words("党委党员下限", "Fewest members of a committee")),
    ("committee_minimum_size", Words("支部委员会人数下限", "Smallest committee of a branch")),
    ("committee_usual_maximum_size", Words("支部委员会一般人数上限", "Largest usual committee of a branch")),
    ("deciding_level", Words("成立与撤销的决定层级", "Tier that establishes and dissolves")),
    ("dissolution_due_months", Words("撤销时限（月）", "Dissolution due (months)")),
    ("election_present_percent", Words("选举到会比例（%）", "Present at an election (%)")),
    ("election_votes_over_percent", Words("当选票数须超过（%）", "Votes above (%)")),
    ("erasure_after_post_years", Words("离任后可删除（年）", "Erasable after the last post (years)")),
    ("evaluation_due_days", Words("考评时限（日）", "Evaluation due (days)")),
    ("failed_history_members", Words("整改失败成员数", "Members with a failed history")),
    ("failed_history_months", Words("整改失败追溯期（月）", "Failed history looked back (months)")),
    ("filing_due_days", Words("备案时限（日）", "Filing due (days)")),
    ("general_branch_over_members", Words("党总支党员须超过", "General branch above (members)")),
    ("joint_branch_maximum_units", Words("覆盖单位上限", "Most units of a joint branch")),
    ("late_entry_days", Words("补录起算（日）", "Recorded late from (days)")),
    ("order_due_days", Words("下达整改时限（日）", "Order due (days)")),
    (
        "own_branch_formal_members",
        Words("须上级决定的成员正式党员数", "Formal members that need a superior's decision"),
    ),
    (
        "place_changed_due_months",
        Words("区划变化后决定时限（月）", "Decision after a change of places (months)"),
    ),
    ("rectification_maximum_months", Words("整改期限上限（月）", "Longest rectification (months)")),
    ("rectification_minimum_months", Words("整改期限下限（月）", "Shortest rectification (months)")),
    ("restored_election_months", Words("恢复后换届时限（月）", "Election after restoring (months)")),
    (
        "satisfaction_asked_percent_of_households",
        Words("满意度征求农户比例（%）", "Households asked for satisfaction (%)"),
    ),
    (
        "satisfaction_asked_percent_of_members",
        Words("满意度征求党员比例（%）", "Members asked for satisfaction (%)"),
    ),
    ("satisfaction_floor_percent", Words("满意率下限（%）", "Satisfaction floor (%)")),
    ("secretary_standing_years", Words("书记党龄下限（年）", "Party standing of a secretary (years)")),
    ("secretary_vacant_months", Words("书记空缺上限（月）", "Longest vacancy (months)")),
    ("survey_asked_percent_of_households", Words("意愿调查户数比例（%）", "Households surveyed (%)")),
    ("survey_favour_percent", Words("意愿同意率下限（%）", "In favour at least (%)")),
    ("survey_valid_months", Words("意愿调查有效期（月）", "Survey valid (months)")),
    ("term_reminder_months", Words("任期届满提醒（月）", "Reminder before the end of a term (months)")),
    ("term_shift_maximum_months", Words("任期延期或提前上限（月）", "Longest shift of a term (months)")),
    ("term_years", Words("任期（年）", "Term (years)")),
    ("termination_test", Words("终止条件", "Termination test")),
    ("village_term_years", Words("村民委员会任期（年）", "Term of a villagers' committee (years)")),
    ("yellow_card_misses", Words("黄牌所需逾期次数", "Misses for a yellow card")),
    ("yearly_review_due_days", Words("述职评议时限（日）", "Yearly review due (days)")),
];

#[cfg(test)]
mod tests {
    use crate::pages::forms::fields_of;
    use crate::pages::forms::schema::{Field, Shape};
    use crate::pages::words::Language;
    use crate::pages::words::fields::field;

    /// Every field of every form is called something in Chinese.
    #[test]
    fn every_field_has_a_label_in_both_languages() {
        fn check(command: &str, own: &Field) {
            let label = field(Language::Chinese, &own.owner, &own.name);
            assert_ne!(label, own.name.replace('_', " "), "{command}: {}.{}", own.owner, own.name);
            match &own.shape {
                Shape::Group(inner) => inner.iter().for_each(|inner| check(command, inner)),
                Shape::Rows(item) | Shape::Map(item) => check(command, item),
                _ => {}
            }
        }
        for command in crate::openapi::commands::names() {
            let fields = fields_of(command).unwrap();
            fields.iter().filter(|own| own.name != "data").for_each(|own| check(command, own));
            let Some(Shape::Group(data)) = fields.iter().find(|own| own.name == "data").map(|own| &own.shape)
            else {
                panic!("{command} has no data")
            };
            data.iter().for_each(|own| check(command, own));
        }
    }
}
