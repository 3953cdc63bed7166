//! Commands about the work of a joint branch, with sensible defaults.

use super::{Draft, county, text, township};
use crate::commands::delegate_power::MovePowers;
use crate::commands::{
    CommandBody, DelegatePower, LinkOrganization, RecordActivity, RecordCoLocation, RecordFunding,
    RecordPremisesPayment, RevokePower,
};
use crate::function::Function;
use crate::ids::{OrganizationId, PersonId};
use crate::link::LinkKind;
use crate::money::Money;
use crate::premises::Milestone;
use crate::testing::city::{JOINT, LEAD};
use crate::testing::date;

/// Powers by their codes.
pub fn powers(codes: &[&str]) -> MovePowers {
    MovePowers { joint_branch: JOINT, powers: codes.iter().map(|code| text(code)).collect(), reason: None }
}

/// `delegate-power` on 2019-03-20.
pub fn delegate(codes: &[&str]) -> Draft {
    township(CommandBody::DelegatePower(DelegatePower(powers(codes))), "2019-03-20").decided("2019-03-19")
}

/// `revoke-power` on 2019-06-20.
pub fn revoke(codes: &[&str]) -> Draft {
    township(CommandBody::RevokePower(RevokePower(powers(codes))), "2019-06-20").decided("2019-06-19")
}

/// Guidance of the joint branch.
pub fn guidance(organization: OrganizationId) -> LinkOrganization {
    LinkOrganization {
        organization,
        kind: LinkKind::Guides,
        joint_branch: Some(JOINT),
        other: None,
        person: None,
        post: None,
    }
}

/// A member of an organization who holds a post in the joint branch.
pub fn cross_posting(organization: OrganizationId, person: PersonId) -> LinkOrganization {
    let (person, post) = (Some(person), Some(text("副书记")));
    LinkOrganization { kind: LinkKind::CrossPosting, person, post, ..guidance(organization) }
}

/// `link-organization` on 2019-03-20.
pub fn link(data: LinkOrganization) -> Draft {
    township(CommandBody::LinkOrganization(data), "2019-03-20")
}

/// An activity that a village hosted.
pub fn activity(village: &str, day: &str) -> RecordActivity {
    RecordActivity {
        joint_branch: JOINT,
        function: Function(text("political_guidance")),
        kind: text("theme_day"),
        date: date(day),
        host_village: village.parse().unwrap(),
        attendance: 30,
    }
}

/// `record-activity` on the day itself.
pub fn act(village: &str, day: &str) -> Draft {
    township(CommandBody::RecordActivity(activity(village, day)), day)
}

/// `record-co-location` in the lead township, on the day itself.
pub fn co_locate(day: &str) -> Draft {
    let data = RecordCoLocation { joint_branch: JOINT, place: LEAD.parse().unwrap(), date: date(day) };
    township(CommandBody::RecordCoLocation(data), day)
}

/// So many fen.
pub fn fen(amount: u64) -> Option<Money> {
    amount.try_into().ok().map(Money::fen)
}

/// A line of a village without an amount.
pub fn funding(village: &str, fiscal_year: i16) -> RecordFunding {
    RecordFunding {
        village: village.parse().ok(),
        fiscal_year,
        base: None,
        supplement: None,
        settled: None,
        purpose: text("村级组织运转经费"),
    }
}

/// `record-funding` by a clerk on 2020-12-31.
pub fn fund(data: RecordFunding) -> Draft {
    township(CommandBody::RecordFunding(data), "2020-12-31")
}

/// `record-funding` by the county on 2020-12-31, on a paper.
pub fn fund_by_county(data: RecordFunding) -> Draft {
    county(CommandBody::RecordFunding(data), "昭财〔2020〕12号", "2020-12-31")
}

/// The first payment of 100,000 yuan for a village's service centre: nothing of it is over its share.
pub fn paying(village: &str) -> RecordPremisesPayment {
    let [total, amount] = [10_000_000, 3_000_000].map(|amount| fen(amount).unwrap());
    RecordPremisesPayment {
        village: village.parse().unwrap(),
        project: text("党群服务中心新建"),
        begun_in: None,
        total,
        milestone: Milestone::Start,
        amount,
        note: None,
    }
}

/// `record-premises-payment` by the county on 2020-03-01, on a paper.
pub fn pay(data: RecordPremisesPayment) -> Draft {
    county(CommandBody::RecordPremisesPayment(data), "昭财〔2020〕5号", "2020-03-01")
}
