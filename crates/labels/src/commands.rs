//! The names of commands, in the groups in which the work page lists them.

use super::Words;

/// The groups of commands, with the name of each.
pub const GROUPS: &[(Words, &[(&str, Words)])] = &[
    (
        Words("提出与成立", "Proposing and establishing"),
        &[
            ("propose-joint-branch", Words("提出合建共建", "Propose a joint branch")),
            ("record-will-survey", Words("登记群众意愿调查", "Record a will survey")),
            ("merge-branches", Words("批准合建", "Approve a merger")),
            ("pair-branches", Words("批准共建", "Approve a pairing")),
            ("reject-proposal", Words("驳回提议", "Reject a proposal")),
            ("withdraw-proposal", Words("撤回提议", "Withdraw a proposal")),
            ("file-with-county", Words("登记备案", "File with the county")),
        ],
    ),
    (
        Words("班子", "Posts"),
        &[
            ("assign-secretary", Words("任命书记", "Assign a secretary")),
            ("relieve-secretary", Words("免去书记", "Relieve a secretary")),
            ("renew-term", Words("延长或提前任期", "Move the end of a term")),
            ("appoint-committee", Words("任命委员会", "Appoint the committee")),
            ("record-election", Words("登记换届选举", "Record an election")),
            ("record-village-head-election", Words("登记一肩挑当选", "Record the election as village head")),
            ("record-commitment", Words("登记承诺", "Record a commitment")),
            ("delegate-power", Words("委托权力", "Delegate powers")),
            ("revoke-power", Words("收回权力", "Take powers back")),
        ],
    ),
    (
        Words("日常工作", "Everyday work"),
        &[
            ("transfer-functions", Words("划转职能", "Transfer functions")),
            ("return-functions", Words("交回职能", "Return functions")),
            ("record-activity", Words("登记活动", "Record an activity")),
            ("record-funding", Words("登记经费", "Record funding")),
            ("record-co-location", Words("登记合署办公", "Record co-location")),
            ("link-organization", Words("登记指导或交叉任职", "Link an organization")),
        ],
    ),
    (
        Words("考评与整改", "Evaluation and rectification"),
        &[
            ("evaluate-quarter", Words("季度考评", "Evaluate a quarter")),
            ("correct-evaluation", Words("更正考评", "Correct an evaluation")),
            ("order-rectification", Words("下达整改", "Order rectification")),
            ("review-rectification", Words("复核整改", "Review the rectification")),
            ("dissolve-joint-branch", Words("撤销联合党组织", "Dissolve a joint branch")),
        ],
    ),
    (
        Words("成员与变更", "Members and changes"),
        &[
            ("admit-member", Words("吸收成员", "Admit a member")),
            ("release-member", Words("成员退出", "Release a member")),
            ("change-joint-branch", Words("变更联合党组织", "Change a joint branch")),
            ("change-organization", Words("变更党组织", "Change an organization")),
            ("abolish-organization", Words("撤销党组织", "Abolish an organization")),
            ("correct-record", Words("更正记录", "Correct a record")),
        ],
    ),
    (
        Words("登记", "Registering"),
        &[
            ("register-person", Words("登记党员", "Register a person")),
            ("register-organization", Words("登记党组织", "Register an organization")),
            ("update-organization", Words("更新党组织情况", "Update an organization")),
            ("register-place", Words("登记行政区划", "Register a place")),
            ("change-place", Words("变更行政区划", "Change a place")),
            ("erase-person", Words("删除个人信息", "Erase a person's data")),
            ("hold-person", Words("保全个人记录", "Hold a person's record")),
            ("lift-hold", Words("解除保全", "Lift a hold")),
        ],
    ),
    (
        Words("帐号", "Accounts"),
        &[
            ("issue-account", Words("签发帐号", "Issue an account")),
            ("renew-account", Words("帐号续期", "Renew an account")),
            ("revoke-account", Words("撤销帐号", "Revoke an account")),
            ("reset-second-factor", Words("重置动态口令", "Reset a second factor")),
        ],
    ),
    (
        Words("督办与政策", "Supervision and policy"),
        &[
            ("issue-supervision", Words("发出督办", "Issue a supervision")),
            ("answer-supervision", Words("答复督办", "Answer a supervision")),
            ("record-yearly-review", Words("登记述职评议", "Record a yearly review")),
            ("issue-policy", Words("发布政策", "Issue a policy")),
        ],
    ),
];

/// The name of a command.
pub fn command(name: &str) -> Option<Words> {
    let all = GROUPS.iter().flat_map(|(_, commands)| commands.iter());
    all.into_iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}
