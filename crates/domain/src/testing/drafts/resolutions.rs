//! Commands about what stands beside a proposal, with sensible defaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Draft, county, officer, text, township};
use crate::commands::{
    CommandBody, RecordAgreement, RecordMembersResolution, ResubmitProposal, ReturnProposal,
};
use crate::date::Date;
use crate::ids::OrganizationId;
use crate::policy::{Policy, Rule};
use crate::resolution::MembersResolution;
use crate::testing::city::JOINT;
use crate::testing::date;
use crate::text::Text;

/// Both members of a village's branch present and in favour on 2019-02-10.
pub fn resolution(organization: OrganizationId) -> MembersResolution {
    MembersResolution { organization, entitled: 2, present: 2, in_favour: 2, date: date("2019-02-10") }
}

/// `record-members-resolution` on 2019-02-15 of organizations of two members each.
pub fn resolve(organizations: &[OrganizationId]) -> Draft {
    resolve_as(organizations.iter().map(|id| resolution(*id)).collect())
}

/// As `resolve`, in other words.
pub fn resolve_as(resolutions: Vec<MembersResolution>) -> Draft {
    let data = RecordMembersResolution { joint_branch: JOINT, resolutions };
    township(CommandBody::RecordMembersResolution(data), "2019-02-15")
}

/// An agreement that was signed on 2019-02-10.
pub fn agreement(until: &str) -> RecordAgreement {
    RecordAgreement {
        joint_branch: JOINT,
        date: date("2019-02-10"),
        until: date(until),
        items: vec![text("每季度联合开展一次主题党日")],
    }
}

/// `record-agreement` on 2019-02-15.
pub fn agree(until: &str) -> Draft {
    agree_as(agreement(until))
}

/// As `agree`, in other words.
pub fn agree_as(data: RecordAgreement) -> Draft {
    township(CommandBody::RecordAgreement(data), "2019-02-15")
}

/// `return-proposal` on 2019-02-20, for one thing.
pub fn send_back() -> Draft {
    send_back_as(vec![text("党员大会决议")])
}

/// As `send_back`, in other words.
pub fn send_back_as(missing: Vec<Text>) -> Draft {
    let data = ReturnProposal { joint_branch: JOINT, missing };
    county(CommandBody::ReturnProposal(data), "昭委组〔2019〕16号", "2019-02-20")
        .no_paper()
        .undecided()
        .by(officer("officer-1"))
}

/// `resubmit-proposal` on 2019-02-22.
pub fn hand_in_again() -> Draft {
    hand_in_again_as(ResubmitProposal {
        joint_branch: JOINT,
        reply: Some(text("已补充")),
        superior_decision: None,
    })
}

/// As `hand_in_again`, in other words.
pub fn hand_in_again_as(data: ResubmitProposal) -> Draft {
    township(CommandBody::ResubmitProposal(data), "2019-02-22")
}

/// These rules are on file from that day on.
pub fn date_rules(policy: &mut Policy, names: &[&str], from: Date) {
    let rules: &mut BTreeMap<String, Rule> = Arc::make_mut(&mut policy.rules);
    for name in names {
        rules.get_mut(*name).unwrap().valid_from = Some(from);
    }
}
