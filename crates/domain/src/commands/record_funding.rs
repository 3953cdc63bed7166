//! `record-funding`: money belongs to one village. Its base is not cut behind a merger, and what the county adds or
//! settles the county alone records.

use crate::account::Role;
use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::funding::VillageFunded;
use crate::ids::{JointBranchId, PlaceId};
use crate::mechanism::Mechanism;
use crate::money::{Joined, Money, measuring_base};
use crate::place::{Level, Place, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{Rejection, WorkRejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记一个村一个年度的经费，以年度为准 / records the money of one village in a fiscal year; it carries its own year
    pub struct RecordFunding {
        /// 村的代码：每笔只属于一个村，联合党组织没有帐户 / the code of the village: every line names exactly one, and no joint branch has an account
        pub village: Option<PlaceCode>,
        /// 财政年度，如 2019 / the fiscal year of the money, such as 2019
        pub fiscal_year: i16,
        /// 经费基数，按本村原口径，每年登记一次 / the base amount, as the village itself counts it, once a year
        pub base: Option<Money>,
        /// 县(区)补助，限县(区)登记 / the amount that the county adds with this line, which it alone records
        pub supplement: Option<Money>,
        /// 决算金额，限县(区)登记 / the amount settled with this line, which the county alone records
        pub settled: Option<Money>,
        /// 经费用途 / what the money is for
        pub purpose: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-funding",
    title: say("登记经费", "Record funding"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Funding, Mechanism::Documents],
    givers: Givers::Township,
    exceptions: &[],
    fits: None,
    yields: &["place.funded"],
    along: &[],
    refused_when: "no village; the base below the last one without the county's document; a supplement or settlement by others than the county; a supplement outside a live merger without an override",
    rules: &[
        "funding-village",
        "funding-base",
        "funding-once",
        "funding-year",
        "funding-merger",
        "county-alone",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-12-31",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭财〔2019〕41号", "issued": "2019-12-20"},
  "data": {"village": "510811210206", "fiscal_year": 2019, "base": {"amount": 6000000, "unit": "fen"}, "supplement": {"amount": 1500000, "unit": "fen"}, "purpose": "村级组织运转经费"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(_: &RecordFunding) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordFunding) -> Result<Vec<EventBody>, Rejection> {
    let code = data.village.as_ref();
    let code = code.ok_or_else(|| WorkRejection::FundingVillage { found: "-".into() })?;
    let village = case.place_then(code, "/data/village")?;
    if village.level != Level::Village {
        case.refuse(WorkRejection::FundingVillage { found: code.to_string() })?;
    }
    case.require_scope(&case.state.scope_of_place(village.id), code.as_str())?;
    let county_alone = data.supplement.is_some() || data.settled.is_some();
    if data.base.is_none() && !county_alone {
        return Err(Rejection::NothingToRecord);
    }
    check_year(case, village, data.fiscal_year)?;
    if county_alone {
        let what = say("补助与结算的登记", "recording a supplement or a settlement");
        if case.command.actor.role == Role::TownshipClerk {
            case.refuse(Rejection::CountyAlone { what })?;
        }
        case.require_organ(Level::County, village)?;
    }
    if let Some(base) = data.base {
        check_base(case, village, data.fiscal_year, base)?;
    }
    let joint_branch = live_merger(case, village.id);
    if data.supplement.is_some() && joint_branch.is_none() {
        case.breach(WorkRejection::NotInMerger.into())?;
    }
    Ok(vec![EventBody::VillageFunded(VillageFunded {
        village: village.id,
        joint_branch,
        fiscal_year: data.fiscal_year,
        base: data.base,
        supplement: data.supplement,
        settled: data.settled,
        purpose: data.purpose.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordFunding> {
    let EventBody::VillageFunded(VillageFunded {
        village,
        joint_branch: _,
        fiscal_year,
        base,
        supplement,
        settled,
        purpose,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordFunding {
        village: Some(recorded.code(village)?),
        fiscal_year,
        base,
        supplement,
        settled,
        purpose,
    })
}

/// The village was on the register in that year, and the year has begun.
fn check_year(case: &Case<'_>, village: &Place, found: i16) -> Result<(), Rejection> {
    let last = village.ended_on.map_or(case.on(), |ended| ended.min(case.on()));
    let (earliest, latest) = (village.existed_from.year(), last.year());
    if (earliest..=latest).contains(&found) {
        return Ok(());
    }
    Err(WorkRejection::FundingYear { found, earliest, latest }.into())
}

/// The base of a year is told once. It is not below the last one before it, nor the next one after it below it,
/// without the county's document, whatever the reason.
fn check_base(case: &Case<'_>, village: &Place, year: i16, base: Money) -> Result<(), Rejection> {
    let bases = || village.funding.iter().filter_map(|(year, line)| line.base.map(|base| (*year, base)));
    if bases().any(|(known, _)| known == year) {
        case.refuse(WorkRejection::BaseRepeated { fiscal_year: year })?;
    }
    let before = expected(case, village, year);
    let after = bases().find(|(known, _)| *known > year);
    let cut = match (before, after) {
        (Some((earlier, allowed)), _) if base < allowed => Some((base, earlier, allowed)),
        (_, Some((_, later))) if later < base => Some((later, year, base)),
        _ => None,
    };
    let Some((found, fiscal_year, allowed)) = cut else { return Ok(()) };
    if case.command.document.is_some() && case.require_organ(Level::County, village).is_ok() {
        return Ok(());
    }
    let (found, allowed) = (found.to_string(), allowed.to_string());
    Err(WorkRejection::BaseCut { found, fiscal_year, allowed }.into())
}

/// What the base of a year is measured by.
fn expected(case: &Case<'_>, village: &Place, year: i16) -> Option<(i16, Money)> {
    let predecessors = village.predecessors.iter().filter_map(|id| case.state.places.get(id));
    let joined = predecessors.map(|place| Joined {
        // A successor has never ended before what went over into it, so the chain ends.
        base: expected(case, place, year),
        ended_on: place.ended_on,
        successors: place.successors.len(),
    });
    measuring_base(&village.funding, joined, year)
}

/// The merger that the village's organization is in, established by the effective date.
fn live_merger(case: &Case<'_>, village: PlaceId) -> Option<JointBranchId> {
    let mut mergers = case.state.organizations_of(village).filter_map(|found| found.merger);
    mergers.find(|id| {
        let merger = case.state.joint_branches.get(id);
        let establishment = merger.and_then(|found| found.establishment.as_ref());
        establishment.is_some_and(|found| found.effective_date <= case.on())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{COUNTY_ORGAN, JOINT, NEXT, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::work::{fen, fund, fund_by_county, funding};
    use crate::testing::drafts::{Draft, officer, text};

    const MERGED: &str = "510811100201";
    const ALONE: &str = "510811100203";

    fn base(village: &str, year: i16, amount: u64) -> RecordFunding {
        RecordFunding { base: fen(amount), ..funding(village, year) }
    }

    fn supplement(village: &str) -> RecordFunding {
        RecordFunding { supplement: fen(500_000), ..funding(village, 2019) }
    }

    #[test]
    fn a_line_belongs_to_one_village_and_names_its_merger() {
        let after =
            City::merged().when(fund(base(MERGED, 2019, 6_000_000))).then(&[EventBody::VillageFunded(
                VillageFunded {
                    village: place(MERGED),
                    joint_branch: Some(JOINT),
                    fiscal_year: 2019,
                    base: fen(6_000_000),
                    supplement: None,
                    settled: None,
                    purpose: text("村级组织运转经费"),
                },
            )]);
        let after = after.given(fund_by_county(supplement(MERGED))).given(fund_by_county(supplement(MERGED)));
        let line = &after.state.places[&place(MERGED)].funding[&2019];
        assert_eq!((line.base, line.supplement), (fen(6_000_000), fen(1_000_000)));
    }

    #[test]
    fn a_joint_branch_has_no_account() {
        let nobody = RecordFunding { village: None, ..base(MERGED, 2019, 1) };
        let refused = WorkRejection::FundingVillage { found: "-".into() };
        City::merged().when(fund(nobody)).refused(refused.into());
        let township = RecordFunding { village: NEXT.parse().ok(), ..base(MERGED, 2019, 1) };
        let refused = WorkRejection::FundingVillage { found: NEXT.into() };
        City::merged().when(fund(township)).refused(refused.into());
        City::merged().when(fund(funding(MERGED, 2019))).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn the_year_has_begun_and_the_village_existed_in_it() {
        for (year, lawful) in [(2017, false), (2018, true), (2020, true), (2021, false)] {
            let outcome = City::merged().when(fund(base(MERGED, year, 1)));
            if lawful {
                outcome.accepted();
            } else {
                let refused = WorkRejection::FundingYear { found: year, earliest: 2018, latest: 2020 };
                outcome.refused(refused.into());
            }
        }
    }

    fn cut(found: &str, fiscal_year: i16, allowed: &str) -> Rejection {
        WorkRejection::BaseCut { found: found.into(), fiscal_year, allowed: allowed.into() }.into()
    }

    #[test]
    fn a_base_is_not_cut_without_the_countys_document() {
        let city = City::merged().given(fund(base(MERGED, 2018, 6_000_000)));
        city.when(fund(base(MERGED, 2019, 6_000_000))).accepted();
        let lower = || base(MERGED, 2019, 5_999_999);
        let refused = cut("59999.99", 2018, "60000.00");
        city.when(fund(lower())).refused(refused.clone());
        city.when(fund(lower()).paper("元委〔2020〕1号", "2020-12-01")).refused(refused.clone());
        city.when(fund_by_county(lower()).no_paper()).refused(refused.clone());
        city.when(fund_by_county(lower())).accepted();
        // A year left out is no way around it.
        city.when(fund(base(MERGED, 2020, 5_999_999))).refused(refused);
        let once = WorkRejection::BaseRepeated { fiscal_year: 2018 };
        city.when(fund(base(MERGED, 2018, 7_000_000))).refused(once.into());
    }

    #[test]
    fn an_earlier_base_is_not_raised_over_a_later_one() {
        let city = City::merged().given(fund(base(MERGED, 2020, 5_000_000)));
        city.when(fund(base(MERGED, 2019, 5_000_001))).refused(cut("50000.00", 2019, "50000.01"));
        city.when(fund(base(MERGED, 2019, 5_000_000))).accepted();
    }

    #[test]
    fn what_the_county_adds_or_settles_the_county_records() {
        let what = say("补助与结算的登记", "recording a supplement or a settlement");
        let settled = RecordFunding { settled: fen(1), ..funding(MERGED, 2019) };
        for data in [supplement(MERGED), settled.clone()] {
            City::merged().when(fund(data)).refused(Rejection::CountyAlone { what: what.clone() });
        }
        let by_township: Draft = fund(settled.clone()).by(officer("officer-1")).behalf(TOWNSHIP_ORGAN);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::merged().when(by_township).refused(refused);
        City::merged().when(fund_by_county(settled).behalf(COUNTY_ORGAN)).accepted();
    }

    #[test]
    fn a_supplement_outside_a_live_merger_needs_an_override() {
        City::merged().when(fund_by_county(supplement(ALONE))).refused(WorkRejection::NotInMerger.into());
        City::merged().when(fund_by_county(supplement(ALONE)).overriding()).warns(&["funding-merger"]);
        City::paired().when(fund_by_county(supplement(MERGED))).refused(WorkRejection::NotInMerger.into());
        City::dissolved().when(fund_by_county(supplement(MERGED))).refused(WorkRejection::NotInMerger.into());
    }

    #[test]
    fn a_village_that_others_went_over_into_has_their_bases_too() {
        use crate::commands::ChangePlace;
        use crate::commands::change_place::PlaceChange;
        use crate::testing::drafts::places::{change_place, changing};
        let city =
            City::new().given(fund(base(MERGED, 2019, 5_000_000))).given(fund(base(ALONE, 2019, 6_000_000)));
        let merge =
            ChangePlace { successors: vec![ALONE.parse().unwrap()], ..changing(MERGED, PlaceChange::Merge) };
        let city = city.given(change_place(merge));
        city.when(fund(base(ALONE, 2020, 10_999_999))).refused(cut("109999.99", 2019, "110000.00"));
        let after = city.given(fund(base(ALONE, 2020, 11_000_000)));
        // Counted once: the next year is measured by the sum on file.
        let next = fund(base(ALONE, 2021, 11_000_000)).on("2021-12-31");
        after.when(next).accepted();
    }

    #[test]
    fn a_yuan_is_not_lost_where_villages_go_over_one_after_the_other() {
        use crate::commands::ChangePlace;
        use crate::commands::change_place::PlaceChange;
        use crate::testing::drafts::places::{change_place, changing};
        let between = "510811100202";
        let into = |code: &str, successor: &str| {
            let successors = vec![successor.parse().unwrap()];
            change_place(ChangePlace { successors, ..changing(code, PlaceChange::Merge) })
        };
        let bases = [(MERGED, 5_000_000), (between, 4_000_000), (ALONE, 6_000_000)];
        let city = bases
            .into_iter()
            .fold(City::new(), |city, (village, amount)| city.given(fund(base(village, 2019, amount))));
        let city = city.given(into(MERGED, between)).given(into(between, ALONE));
        city.when(fund(base(ALONE, 2020, 14_999_999))).refused(cut("149999.99", 2019, "150000.00"));
        city.when(fund(base(ALONE, 2020, 15_000_000))).accepted();
    }
}
