//! Random commands on the work of a joint branch and on its members: powers, links, activities, money, changes.

use crate::commands::delegate_power::MovePowers;
use crate::commands::{
    CommandBody, DelegatePower, RecordActivity, RecordCoLocation, RecordFunding, RecordPremisesPayment,
    RevokePower,
};
use crate::date::Date;
use crate::ids::OrganizationId;
use crate::joint_branch::JointBranch;
use crate::premises::{Milestone, Premises};
use crate::testing::City;
use crate::testing::city::{COOPERATIVE, UNIT, V1, VILLAGES, place, village_code};
use crate::testing::drafts::Draft;
use crate::testing::drafts::work::{
    act, activity, co_locate, cross_posting, delegate, fen, fund, fund_by_county, funding, guidance, link,
    pay, paying, powers, revoke,
};

use super::steps::{PERSONS, Step};

const POWERS: [&str; 3] = ["personnel", "supervision", "major_decisions"];

impl Step {
    /// A command of these on the joint branch, on a day.
    pub(super) fn at_work(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        match self.percent % 6 {
            0 => self.powers(joint),
            1 => self.link(joint),
            2 | 3 => self.activity(joint, day),
            4 => self.co_location(joint, day),
            _ => self.money(city, joint, day),
        }
    }

    fn powers(&self, joint: &JointBranch) -> Draft {
        let power = [self.picks(&POWERS)];
        let data = MovePowers { joint_branch: joint.id, ..powers(&power) };
        match joint.powers.iter().any(|held| held.as_str() == power[0]) {
            true => Draft { body: CommandBody::RevokePower(RevokePower(data)), ..revoke(&power) },
            false => Draft { body: CommandBody::DelegatePower(DelegatePower(data)), ..delegate(&power) },
        }
    }

    fn link(&self, joint: &JointBranch) -> Draft {
        let mut data = match self.choice % 2 {
            0 => guidance(self.picks(&[UNIT, COOPERATIVE])),
            _ => cross_posting(self.picks(&[UNIT, COOPERATIVE]), self.picks(&PERSONS)),
        };
        data.joint_branch = Some(joint.id);
        link(data)
    }

    /// Some days before the command, so that it may lie before the latest day of the joint branch.
    fn activity(&self, joint: &JointBranch, day: Date) -> Draft {
        let village = village_code(host(joint, usize::from(self.choice)));
        let date = day.plus_days(-i32::from(self.choice % 20));
        let data = RecordActivity { joint_branch: joint.id, date, ..activity(village, "2019-03-01") };
        Draft { body: CommandBody::RecordActivity(data), ..act(village, "2019-03-01") }
    }

    fn co_location(&self, joint: &JointBranch, date: Date) -> Draft {
        let place = crate::testing::city::LEAD.parse().unwrap();
        let data = RecordCoLocation { joint_branch: joint.id, place, date };
        Draft { body: CommandBody::RecordCoLocation(data), ..co_locate("2019-03-01") }
    }

    /// By the clerk a base that rises, by the county what it adds.
    fn money(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        let village = village_code(self.picks(&[host(joint, 0), self.picks(&VILLAGES)]));
        let year = day.year();
        let amount = u64::try_from(year).unwrap_or_default() * 1_000 + u64::from(self.percent) * 3;
        let by_county = self.choice.is_multiple_of(2) && city.log.len() > 50;
        let data = funding(village, year);
        if by_county && self.choice.is_multiple_of(4) {
            return self.premises(city, village, day);
        }
        if !by_county {
            return fund(RecordFunding { base: fen(amount), ..data });
        }
        let draft = fund_by_county(RecordFunding { supplement: fen(amount), ..data });
        let in_merger = city
            .state
            .organizations
            .values()
            .any(|found| found.village() == Some(place(village)) && found.merger.is_some());
        if in_merger { draft } else { draft.overriding() }
    }

    /// The next payment of the village's own project; the first where it has none, or all were paid.
    fn premises(&self, city: &City, village: &str, day: Date) -> Draft {
        let known = city.state.places.get(&place(village)).and_then(|found| found.premises.first());
        let milestone = known.and_then(Premises::next).unwrap_or(Milestone::Start);
        let draft = pay(RecordPremisesPayment { milestone, ..paying(village) });
        draft
            .on(&day.to_string())
            .paper(&format!("昭财〔{}〕5{}号", day.year(), self.choice), &day.to_string())
    }
}

fn host(joint: &JointBranch, index: usize) -> OrganizationId {
    joint.members.get(index % joint.members.len().max(1)).copied().unwrap_or(V1)
}
