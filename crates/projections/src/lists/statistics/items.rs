//! What tables 24 and 25 of the yearly Party statistics ask for, as far as it concerns joint organizations: each figure with what
//! it counts.

use domain::say::{Say, say};

use crate::number::Unit;

/// A figure of the Party statistics.
pub(super) struct Item {
    /// The number of the table.
    pub(super) table: u8,
    /// What files and answers call it.
    pub(super) code: &'static str,
    /// What it is counted in.
    pub(super) unit: Unit,
    /// What people call it.
    pub(super) name: Say,
    /// What it counts.
    pub(super) definition: Say,
}

/// The figures in the order of the list. Those that the register does not hold have no value.
pub(super) const ITEMS: [Item; 28] = [
    Item {
        table: 24,
        code: "joint_organizations",
        unit: Unit::JointBranches,
        name: say("联合党组织数", "joint organizations"),
        definition: say(
            "运行中、设有组织的联合党组织，计入牵头乡镇；结对而不设组织的不计",
            "live joint bodies that are organs, counted where they are led from; pairings without an organ are not counted",
        ),
    },
    Item {
        table: 24,
        code: "joint_branches",
        unit: Unit::JointBranches,
        name: say("其中：联合党支部", "of these: joint branches"),
        definition: say(
            "形式为联合党支部的，不含政策增加的形式",
            "of the form of a joint branch, without forms that a policy has added",
        ),
    },
    Item {
        table: 24,
        code: "joint_general_branches",
        unit: Unit::JointBranches,
        name: say("其中：联合党总支", "of these: joint general branches"),
        definition: say(
            "形式为联合党总支的，不含政策增加的形式",
            "of the form of a joint general branch, without forms that a policy has added",
        ),
    },
    Item {
        table: 24,
        code: "joint_committees",
        unit: Unit::JointBranches,
        name: say("其中：联合党委", "of these: joint committees"),
        definition: say(
            "形式为联合党委的，不含政策增加的形式",
            "of the form of a joint committee, without forms that a policy has added",
        ),
    },
    Item {
        table: 24,
        code: "added_forms",
        unit: Unit::JointBranches,
        name: say("其中：政策增加的形式（如功能型）", "of these: forms that a policy has added"),
        definition: say(
            "形式细类由本地政策增加的，如片区联合党委；功能型的一般不作为基层组织统计（口径待核）",
            "of a kind that a local policy has added; functional ones are as a rule not counted as organizations at the base (to be checked)",
        ),
    },
    Item {
        table: 24,
        code: "units_in_joint_organizations",
        unit: Unit::Organizations,
        name: say("联合党组织涵盖的单位数", "units in joint organizations"),
        definition: say(
            "上述联合党组织的成员党组织所属的村和单位，一个成员在几个联合党组织中只计一次",
            "the villages and units whose organizations are members of these; one in several is counted once",
        ),
    },
    Item {
        table: 24,
        code: "established_in_year",
        unit: Unit::JointBranches,
        name: say("本年新成立的联合党组织", "joint organizations established in the year"),
        definition: say(
            "本年内批准成立的，含年内又终止的；存量登记的不计",
            "established in the year, those included that ended in it; without what was registered as it stood",
        ),
    },
    Item {
        table: 24,
        code: "ended_in_year",
        unit: Unit::JointBranches,
        name: say("本年终止的联合党组织", "joint organizations that ended in the year"),
        definition: say("终止合建共建的生效日在本年的", "dissolved with effect in the year"),
    },
    Item {
        table: 24,
        code: "pairings_without_organ",
        unit: Unit::JointBranches,
        name: say("结对而不设组织的", "pairings without an organ"),
        definition: say(
            "运行中的结对，不是党的组织，不计入基层组织数",
            "live pairings; they are no organizations of the Party",
        ),
    },
    Item {
        table: 24,
        code: "elections_due",
        unit: Unit::JointBranches,
        name: say("本年应换届", "elections due in the year"),
        definition: say(
            "本年已换届的，加上任期在本年底以前届满、尚未换届的",
            "those that held one in the year, and those whose term ends by the end of the year and that held none yet",
        ),
    },
    Item {
        table: 24,
        code: "elections_done",
        unit: Unit::JointBranches,
        name: say("其中：已换届", "of these: held"),
        definition: say(
            "选举日期在本年、此前已有班子的；成立后的首次选举另列",
            "elections in the year of those that had somebody in post before; first elections are counted apart",
        ),
    },
    Item {
        table: 24,
        code: "elections_waiting",
        unit: Unit::JointBranches,
        name: say("其中：尚未换届", "of these: not held yet"),
        definition: say(
            "运行中、任期在本年底以前届满的，按截至日在册的任期",
            "live ones whose term on file ends by the end of the year",
        ),
    },
    Item {
        table: 24,
        code: "elections_overdue",
        unit: Unit::JointBranches,
        name: say("尚未换届的其中：任期已满", "of those: the term has ended"),
        definition: say(
            "任期届满日早于截至日的",
            "those whose last day lies before the day that is looked at",
        ),
    },
    Item {
        table: 24,
        code: "first_elections",
        unit: Unit::JointBranches,
        name: say("成立后的首次选举", "first elections"),
        definition: say(
            "本年举行、此前没有班子的选举",
            "elections in the year of those that had nobody in post before",
        ),
    },
    Item {
        table: 24,
        code: "without_term",
        unit: Unit::JointBranches,
        name: say("没有任期记录的", "without a term on file"),
        definition: say(
            "运行中、登记没有任期的：是否应换届无从得知",
            "live ones without a term on file: whether an election is due is not known",
        ),
    },
    Item {
        table: 24,
        code: "other_organizations",
        unit: Unit::Organizations,
        name: say("联合党组织以外的基层组织数", "organizations at the base that are no joint ones"),
        definition: say(
            "登记只含与联建有关的党组织，不是全部基层组织：另行统计",
            "the register holds the organizations that joint ones concern, not all of them: count elsewhere",
        ),
    },
    Item {
        table: 24,
        code: "reasons_not_elected",
        unit: Unit::JointBranches,
        name: say("未按期换届的原因分类", "why elections are overdue, by reason"),
        definition: say("登记不含未换届的原因：另行统计", "the register holds no reasons: count elsewhere"),
    },
    Item {
        table: 25,
        code: "villages",
        unit: Unit::Villages,
        name: say("建制村数", "villages"),
        definition: say(
            "截至日在册、由村民委员会管理的行政村；社区和其他村级单位不计",
            "villages with a villagers' committee on the register that day; communities and other units are not counted",
        ),
    },
    Item {
        table: 25,
        code: "villages_with_organization",
        unit: Unit::Villages,
        name: say("已建立党的基层组织的建制村", "villages with an organization of the Party"),
        definition: say(
            "有在册未撤销的党组织的，含已由合建承接的",
            "those with an organization on the register that was not abolished, those suspended by a merger included",
        ),
    },
    Item {
        table: 25,
        code: "villages_standing_alone",
        unit: Unit::Villages,
        name: say("其中：单独建立的", "of these: with one of their own"),
        definition: say(
            "本村党组织正常履职的，含参加共建的",
            "those whose own organization works, those in pairings included",
        ),
    },
    Item {
        table: 25,
        code: "villages_merged",
        unit: Unit::Villages,
        name: say("其中：已建立联合党支部的（合建）", "of these: in a joint organization by merger"),
        definition: say(
            "其党组织是运行中的合建联合党组织成员的，按村计；牵头乡镇在何处不论",
            "those whose organization is a member of a live merger, by villages, wherever it is led from",
        ),
    },
    Item {
        table: 25,
        code: "villages_paired",
        unit: Unit::Villages,
        name: say("参加共建联合党组织的", "in a joint organization by pairing"),
        definition: say(
            "其党组织是运行中、设有组织的共建联合党组织成员的；本村党组织不变，与单独建立的重合",
            "those whose organization is a member of a live pairing with an organ; their own goes on, so they are counted as standing alone too",
        ),
    },
    Item {
        table: 25,
        code: "villages_linked",
        unit: Unit::Villages,
        name: say("结对共建（不设组织）的", "in a pairing without an organ"),
        definition: say(
            "其党组织参加运行中的结对的，不是党的组织",
            "those whose organization is in a live pairing; it is no organization of the Party",
        ),
    },
    Item {
        table: 25,
        code: "villages_of_three",
        unit: Unit::Villages,
        name: say("有正式党员3名以上的建制村", "villages with three or more formal members"),
        definition: say(
            "在册党组织的正式党员合计3名以上的；没有在册党组织的村不计入，见下项",
            "those whose organizations on the register have three or more formal members; villages without one are not counted, see below",
        ),
    },
    Item {
        table: 25,
        code: "villages_without_organization",
        unit: Unit::Villages,
        name: say("没有在册党组织的建制村", "villages without an organization on the register"),
        definition: say(
            "可能尚未登记，不等于未建立：其党员数不掌握",
            "it may not be registered yet, which is not that there is none: how many members it has is not known",
        ),
    },
    Item {
        table: 25,
        code: "villages_headed_by_secretary",
        unit: Unit::Villages,
        name: say(
            "联合党组织书记担任村主任的建制村（一肩挑）",
            "villages headed by the secretary of a joint organization",
        ),
        definition: say(
            "运行中的联合党组织书记经村民选举担任主任的村；其他村的一肩挑不掌握",
            "villages whose committee the secretary of a live joint organization heads; of other villages it is not known",
        ),
    },
    Item {
        table: 25,
        code: "secretaries_profile",
        unit: Unit::Secretaries,
        name: say(
            "村党组织书记的年龄、学历、来源分类",
            "secretaries of villages by age, schooling and origin",
        ),
        definition: say(
            "登记不含书记的个人情况：另行统计",
            "the register holds nothing personal on secretaries: count elsewhere",
        ),
    },
    Item {
        table: 25,
        code: "villages_reasons_without",
        unit: Unit::Villages,
        name: say("未建立党组织的原因分类", "why villages have no organization, by reason"),
        definition: say("登记不含未建立的原因：另行统计", "the register holds no reasons: count elsewhere"),
    },
];
