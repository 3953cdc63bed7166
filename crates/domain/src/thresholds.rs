//! The figures that rules read, and what a policy changes of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::place::Level;
use crate::premises::Milestone;

/// 终止条件：未改进、不满意两项如何合并判断 / how the two halves of the termination test combine: not improved, not satisfied
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminationTest {
    /// 任一项成立即应终止 / either of the halves is enough
    Either,
    /// 两项都成立才应终止 / both of the halves are needed
    Both,
}

/// 哪些合建共建成立前须作群众意愿调查；结对一律不须 / which joint branches rest on a will survey of the member villages; a pairing without an organ never does
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SurveyArrangements {
    /// 仅合建须作调查 / a survey is asked for a merger only
    Merger,
    /// 合建和设组织的共建都须作调查 / a survey is asked for a merger, and for a pairing that has an organ
    MergerAndPairing,
}

impl SurveyArrangements {
    /// Whether a merger, or a pairing that has an organ or none, is among them.
    pub fn include(self, is_merger: bool, has_organ: bool) -> bool {
        is_merger || (self == Self::MergerAndPairing && has_organ)
    }
}

/// The kinds of figure that are words, and numbers, as what can be compared.
trait Ranked {
    fn rank(self) -> u32;
}

impl Ranked for u32 {
    fn rank(self) -> u32 {
        self
    }
}

impl Ranked for Level {
    fn rank(self) -> u32 {
        match self {
            Self::Village => 1,
            Self::Township => 2,
            Self::County => 3,
            Self::City => 4,
        }
    }
}

impl Ranked for TerminationTest {
    /// It is stricter where either half is enough.
    fn rank(self) -> u32 {
        match self {
            Self::Both => 1,
            Self::Either => 2,
        }
    }
}

impl Ranked for SurveyArrangements {
    fn rank(self) -> u32 {
        match self {
            Self::Merger => 1,
            Self::MergerAndPairing => 2,
        }
    }
}

impl Thresholds {
    /// How much of a project of premises may be paid up to a milestone, in per cent: its own share, and those before it.
    pub(crate) fn premises_percent_up_to(&self, milestone: Milestone) -> u32 {
        let share = |milestone: &Milestone| match milestone {
            Milestone::Start => self.premises_start_percent,
            Milestone::Structure => self.premises_structure_percent,
            Milestone::Acceptance => self.premises_acceptance_percent,
        };
        Milestone::ALL.iter().filter(|own| **own <= milestone).map(share).sum()
    }
}

macro_rules! thresholds {
    ($($(#[$doc:meta])+ pub $name:ident: $type:ty,)+) => {
        /// 政策规定的全部标准 / every figure that the rules read from the policy
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "Figures")]
        pub struct Thresholds { $($(#[$doc])+ pub $name: $type,)+ }

        /// 政策调整的标准；未列的不变 / the figures that a policy sets; those not named stay
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "FigureChanges")]
        pub struct ThresholdChanges {
            $(
                $(#[$doc])+
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $name: Option<$type>,
            )+
        }

        impl Thresholds {
            /// Every figure's name.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The figure of that name as a number that grows with it; words rank by their tier or strictness.
            pub fn rank(&self, name: &str) -> Option<u32> {
                match name {
                    $(stringify!($name) => Some(self.$name.rank()),)+
                    _ => None,
                }
            }

            /// Takes the figures over that are named and that `takes` lets pass, by name and new figures.
            pub fn change(&mut self, changes: &ThresholdChanges, takes: impl Fn(&str, &Self) -> bool) {
                $(if let Some(value) = changes.$name {
                    let changed = Self { $name: value, ..*self };
                    if takes(stringify!($name), &changed) {
                        *self = changed;
                    }
                })+
            }
        }

        impl ThresholdChanges {
            /// Every figure, as it is.
            pub(crate) fn all(figures: &Thresholds) -> Self {
                Self { $($name: Some(figures.$name),)+ }
            }

            /// Whether no figure is set.
            pub fn is_empty(&self) -> bool {
                *self == Self::default()
            }

            /// The names of the figures that are set.
            pub fn names(&self) -> Vec<&'static str> {
                let named = [$(self.$name.map(|_| stringify!($name))),+];
                named.into_iter().flatten().collect()
            }

            /// These figures, and the later ones in their place where both set one.
            #[must_use]
            pub(crate) fn then(self, later: &Self) -> Self {
                Self { $($name: later.$name.or(self.$name),)+ }
            }
        }
    };
}

thresholds! {
    /// 各成员正式党员合计下限（人） / the fewest formal members of all members together
    pub branch_minimum_formal_members: u32,
    /// 联合党支部的党员上限（人） / the most Party members of a joint branch
    pub branch_maximum_members: u32,
    /// 联合党组织的成员上限（个） / the most organizations in one joint branch
    pub joint_branch_maximum_units: u32,
    /// 正式党员达到此数（人）的成员，须有上级决定才能加入 / from how many formal members on an organization joins only by a superior's decision
    pub own_branch_formal_members: u32,
    /// 设党总支的党员人数须超过此数（人） / the number of Party members that a general branch must exceed
    pub general_branch_over_members: u32,
    /// 设党委的党员下限（人） / the fewest Party members of a committee
    pub committee_minimum_members: u32,
    /// 批准成立、不予批准和终止的最低层级 / the lowest tier whose committee may establish, reject and dissolve
    pub deciding_level: Level,
    /// 批准设党委的最低层级 / the lowest tier that approves the form of a committee
    pub committee_form_level: Level,
    /// 群众意愿调查各村同意率下限（%） / the least share in favour in every member village, in per cent
    pub survey_favour_percent: u32,
    /// 群众意愿调查征求户数占全村户数的下限（%） / the least share of a village's households that a will survey asks, in per cent
    pub survey_asked_percent_of_households: u32,
    /// 群众意愿调查的有效期（月） / for how many months a will survey may be decided on
    pub survey_valid_months: u32,
    /// 成立前须作群众意愿调查的合建共建；结对一律不须 / which joint branches rest on a will survey; a pairing without an organ never does
    pub survey_arrangements: SurveyArrangements,
    /// 党员大会表决有效的到会比例下限（%），按应到会有表决权的党员计 / the least share of the members entitled to vote who are present when they resolve, in per cent
    pub resolution_present_percent: u32,
    /// 党员大会决议通过须超过的赞成比例（%），按应到会有表决权的党员计 / the share of the members entitled to vote that those in favour must exceed, in per cent
    pub resolution_favour_over_percent: u32,
    /// 结对共建协议期满前提醒的时间（月） / how many months before its end the end of an agreement is shown
    pub agreement_reminder_months: u32,
    /// 请示的审批时限（月） / within how many months a proposal is decided
    pub approval_due_months: u32,
    /// 任书记的党龄下限（年） / the least Party standing of a secretary, in years
    pub secretary_standing_years: u32,
    /// 党组织一届任期（年） / the length of a Party organization's term, in years
    pub term_years: u32,
    /// 任期届满前提醒的时间（月） / how many months before the end of a term its end is shown
    pub term_reminder_months: u32,
    /// 书记空缺的最长时间（月） / for how many months the secretary's post may stay vacant
    pub secretary_vacant_months: u32,
    /// 选举后批复书记任职的时限（日） / within how many days of the election a secretary is approved by the committee above
    pub secretary_approval_due_days: u32,
    /// 季度结束后评估的时限（日） / within how many days after its end a quarter is graded
    pub evaluation_due_days: u32,
    /// 评估较差后下达整改的时限（日） / within how many days of a poor grade rectification is ordered
    pub order_due_days: u32,
    /// 整改期限的下限（月） / the shortest time for a rectification, in months
    pub rectification_minimum_months: u32,
    /// 整改期限的上限（月） / the longest time for a rectification, in months
    pub rectification_maximum_months: u32,
    /// 终止条件：未改进、不满意任一项成立，或两项都成立 / the termination test: whether either half is enough, or both are needed
    pub termination_test: TerminationTest,
    /// 党员、村民满意率的下限（%） / the least share of satisfied members and of satisfied villagers, in per cent
    pub satisfaction_floor_percent: u32,
    /// 满意度征求的党员比例下限（%） / the least share of the members asked whether they are satisfied, in per cent
    pub satisfaction_asked_percent_of_members: u32,
    /// 满意度征求的农户比例下限（%） / the least share of the households asked whether they are satisfied, in per cent
    pub satisfaction_asked_percent_of_households: u32,
    /// 应予终止后办理终止的时限（月） / within how many months a joint branch that is due for it is dissolved
    pub dissolution_due_months: u32,
    /// 查看成员整改失败经历的时间（月） / over how many months the members' failed rectifications are looked back on
    pub failed_history_months: u32,
    /// 有整改失败经历的成员达到此数（个），须县级文件 / from how many members with a failed rectification on the county's document is needed
    pub failed_history_members: u32,
    /// 录入晚于生效日期达到此数（日）即标为补录 / from how many days after the effective date an entry is marked as recorded late
    pub late_entry_days: u32,
    /// 向县(区)备案的时限（日） / within how many days a matter is filed with the county
    pub filing_due_days: u32,
    /// 书记任职后作出承诺的时限（日） / within how many days of taking the post a secretary makes the commitments
    pub commitment_due_days: u32,
    /// 恢复工作的党组织举行换届选举的时限（月） / within how many months a restored organization holds an election
    pub restored_election_months: u32,
    /// 任期延长或提前的上限（月） / by how many months at most the end of a term is put off or brought forward
    pub term_shift_maximum_months: u32,
    /// 设支部委员会的正式党员下限（人） / from how many formal members on a branch has a committee
    pub committee_from_formal_members: u32,
    /// 支部委员会的人数下限（人） / the fewest members of a branch's committee
    pub committee_minimum_size: u32,
    /// 支部委员会的一般人数上限（人） / the most members that a branch's committee has as a rule
    pub committee_usual_maximum_size: u32,
    /// 支部委员会的人数上限（人） / the most members of a branch's committee
    pub committee_maximum_size: u32,
    /// 党总支委员会的人数下限（人） / the fewest members of a general branch's committee
    pub general_branch_committee_minimum_size: u32,
    /// 党总支委员会的一般人数上限（人） / the most members that a general branch's committee has as a rule
    pub general_branch_committee_usual_maximum_size: u32,
    /// 党总支委员会的人数上限（人） / the most members of a general branch's committee
    pub general_branch_committee_maximum_size: u32,
    /// 党委委员的人数下限（人） / the fewest members of a Party committee
    pub party_committee_minimum_size: u32,
    /// 党委委员的人数上限（人） / the most members of a Party committee
    pub party_committee_maximum_size: u32,
    /// 选举到会的正式党员比例下限（%） / the least share of the formal members present at an election, in per cent
    pub election_present_percent: u32,
    /// 当选的赞成票比例须超过此数（%） / the share of votes that who is elected must exceed, in per cent
    pub election_votes_over_percent: u32,
    /// 场所项目开工节点的拨付比例（%） / the share of a project of premises that is paid at its start, in per cent
    pub premises_start_percent: u32,
    /// 场所项目主体完工节点的拨付比例（%） / the share of a project of premises that is paid when its structure stands, in per cent
    pub premises_structure_percent: u32,
    /// 场所项目验收节点的拨付比例（%） / the share of a project of premises that is paid at its acceptance, in per cent
    pub premises_acceptance_percent: u32,
    /// 村民委员会一届任期（年） / the length of a villagers' committee's term, in years
    pub village_term_years: u32,
    /// 年度结束后述职评议的时限（日） / within how many days after the end of a year its review is recorded
    pub yearly_review_due_days: u32,
    /// 成员村撤销或变更后作出决定的时限（月） / within how many months of a change of its villages a joint branch is decided on
    pub place_changed_due_months: u32,
    /// 离任后可以删除个人信息的年限（年） / how many years after the last post a person's data may be erased
    pub erasure_after_post_years: u32,
    /// 一年内逾期达到此数（次）即提示黄牌 / how many deadlines missed in a year give a township a yellow card
    pub yellow_card_misses: u32,
}
