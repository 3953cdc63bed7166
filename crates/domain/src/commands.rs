//! One command a file: its rule, its rejections, and its given/when/then tests.

pub(crate) mod assign_secretary;
pub(crate) mod composition;
pub(crate) mod correct_evaluation;
pub(crate) mod declare_durability;
pub(crate) mod dissolve_joint_branch;
pub(crate) mod establishment;
#[cfg(test)]
pub(crate) mod establishment_tests;
pub(crate) mod evaluate_quarter;
pub(crate) mod issue_account;
pub(crate) mod issue_policy;
pub(crate) mod merge_branches;
pub(crate) mod order_rectification;
pub(crate) mod pair_branches;
pub(crate) mod propose_joint_branch;
pub(crate) mod record_will_survey;
pub(crate) mod register_organization;
pub(crate) mod register_person;
pub(crate) mod register_place;
pub(crate) mod reject_proposal;
pub(crate) mod relieve_secretary;
pub(crate) mod return_functions;
pub(crate) mod review_rectification;
pub(crate) mod revoke_account;
pub(crate) mod transfer_functions;
pub(crate) mod update_organization;
pub(crate) mod withdraw_proposal;
