//! How a place ends: merged into one successor, split among several with everything that lies in it, or closed empty.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::event::EventBody;
use crate::event_data::places::{PlaceClosed, PlaceMerged, PlaceSplit, SplitPart};
use crate::evolve::places::{children, led_by, organizations_in};
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::organization::OrganizationStatus;
use crate::place::{Level, Place, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{PlaceRejection, Rejection};
use crate::say::say;

data! {
    /// 拆分时一项归属；前三项只填一项 / which successor of a split takes something: exactly one of the first three is named
    pub struct SplitShare {
        /// 下一级区划的代码 / the code of a place of the tier below
        pub place: Option<PlaceCode>,
        /// 设在该区划本级的党组织 / an organization that lies in the place itself
        pub organization: Option<OrganizationId>,
        /// 由该区划牵头的联合党组织 / a joint branch that the place leads
        pub joint_branch: Option<JointBranchId>,
        /// 承接区划的代码 / the code of the successor that takes it
        pub successor: PlaceCode,
    }
}

/// Everything in the place goes over into the one successor.
pub(crate) fn merge(
    case: &Case<'_>,
    place: &Place,
    successors: &[PlaceCode],
) -> Result<Vec<EventBody>, Rejection> {
    let [code] = successors else {
        let detail = say("须且只须写明一个承接的区划", "brings one of `successors` and nothing else");
        return Err(PlaceRejection::Shape { detail }.into());
    };
    let into = successor(case, place, code)?;
    Ok(vec![EventBody::PlaceMerged(PlaceMerged { place: place.id, into: into.id })])
}

/// Another place of the tier and county, in force that day. One that has ended is none, so no chain of successors
/// comes back to its beginning.
fn successor<'a>(case: &Case<'a>, place: &Place, code: &PlaceCode) -> Result<&'a Place, Rejection> {
    let refused = |zh, en| Err(PlaceRejection::Successor { code: code.clone(), detail: say(zh, en) }.into());
    let found = case.place(code, "/data/successors")?;
    let county = |id| case.state.ancestor(id, Level::County).map(|county| county.id);
    if found.id == place.id {
        return refused("不能是自身", "it cannot be the place itself");
    }
    if found.level != place.level || place.level >= Level::County {
        return refused("须为同级的村或乡镇", "it is a village or township of the same tier");
    }
    if county(found.id) != county(place.id) {
        return refused("须在同一县，跨县请先划归", "it lies in the same county: move it first");
    }
    Ok(found)
}

/// The successors take everything that lies in the place, each thing once.
pub(crate) fn split(
    case: &Case<'_>,
    place: &Place,
    successors: &[PlaceCode],
    shares: &[SplitShare],
) -> Result<Vec<EventBody>, Rejection> {
    let mut parts: Vec<SplitPart> = Vec::new();
    for code in successors {
        let found = successor(case, place, code)?;
        if parts.iter().any(|part| part.successor == found.id) {
            let detail = say("重复列出", "it is listed twice");
            return Err(PlaceRejection::Successor { code: code.clone(), detail }.into());
        }
        parts.push(SplitPart {
            successor: found.id,
            places: Vec::new(),
            organizations: Vec::new(),
            joint_branches: Vec::new(),
        });
    }
    if parts.len() < 2 {
        let detail = say("须写明至少两个承接的区划", "brings at least two of `successors`");
        return Err(PlaceRejection::Shape { detail }.into());
    }
    for share in shares {
        give(case, place, share, &mut parts)?;
    }
    check_complete(case, place, &parts)?;
    Ok(vec![EventBody::PlaceSplit(PlaceSplit { place: place.id, parts })])
}

/// The shares that such parts were given by.
pub(crate) fn recall_shares(recorded: &Recorded<'_>, parts: Vec<SplitPart>) -> Option<Vec<SplitShare>> {
    let mut shares = Vec::new();
    for SplitPart { successor, places, organizations, joint_branches } in parts {
        let successor = recorded.code(successor)?;
        let share = || SplitShare {
            place: None,
            organization: None,
            joint_branch: None,
            successor: successor.clone(),
        };
        for place in places {
            shares.push(SplitShare { place: Some(recorded.code(place)?), ..share() });
        }
        shares.extend(organizations.into_iter().map(|id| SplitShare { organization: Some(id), ..share() }));
        shares.extend(joint_branches.into_iter().map(|id| SplitShare { joint_branch: Some(id), ..share() }));
    }
    Some(shares)
}

/// Puts one share into the part of its successor.
fn give(
    case: &Case<'_>,
    place: &Place,
    share: &SplitShare,
    parts: &mut [SplitPart],
) -> Result<(), Rejection> {
    let refused = |name: String, zh, en| Err(PlaceRejection::Share { name, detail: say(zh, en) }.into());
    let taker = case.place(&share.successor, "/data/shares")?;
    let is_taken = |parts: &[SplitPart], shares: &SplitShare, below: Option<PlaceId>| {
        parts.iter().any(|part| {
            below.is_some_and(|id| part.places.contains(&id))
                || shares.organization.is_some_and(|id| part.organizations.contains(&id))
                || shares.joint_branch.is_some_and(|id| part.joint_branches.contains(&id))
        })
    };
    let below = share.place.as_ref().map(|code| case.place(code, "/data/shares")).transpose()?;
    if is_taken(parts, share, below.map(|found| found.id)) {
        return refused(taker.name.to_string(), "同一对象归属两处", "one thing goes to two successors");
    }
    let Some(part) = parts.iter_mut().find(|part| part.successor == taker.id) else {
        return refused(share.successor.to_string(), "不是所列承接的区划", "it is none of the successors");
    };
    match (below, share.organization, share.joint_branch) {
        (Some(found), None, None) if found.parent == Some(place.id) => part.places.push(found.id),
        (None, Some(id), None) if organizations_in(case.state, place.id).contains(&id) => {
            part.organizations.push(id);
        }
        (None, None, Some(id)) if led_by(case.state, place.id).contains(&id) => part.joint_branches.push(id),
        _ => {
            return refused(
                taker.name.to_string(),
                "每项只写明一个在该区划内的下级区划、党组织或联合党组织",
                "a share names exactly one place, organization or joint branch that lies in it",
            );
        }
    }
    Ok(())
}

/// Nothing that lies in the place is forgotten: not a village, not an organization, not a joint branch.
fn check_complete(case: &Case<'_>, place: &Place, parts: &[SplitPart]) -> Result<(), Rejection> {
    let state = case.state;
    let places: BTreeSet<_> = parts.iter().flat_map(|part| &part.places).collect();
    let organizations: BTreeSet<_> = parts.iter().flat_map(|part| &part.organizations).collect();
    let joint_branches: BTreeSet<_> = parts.iter().flat_map(|part| &part.joint_branches).collect();
    let forgotten_place = children(state, place.id).into_iter().find(|id| !places.contains(id));
    let forgotten_organization =
        organizations_in(state, place.id).into_iter().find(|id| !organizations.contains(id));
    let forgotten_branch = led_by(state, place.id).into_iter().find(|id| !joint_branches.contains(id));
    let name = forgotten_place
        .and_then(|id| state.places.get(&id).map(|found| format!("{} {}", found.code, found.name)))
        .or_else(|| {
            forgotten_organization
                .and_then(|id| state.organizations.get(&id).map(|found| format!("{} {id}", found.name)))
        })
        .or_else(|| {
            forgotten_branch
                .and_then(|id| state.joint_branches.get(&id).map(|found| format!("{} {id}", found.name)))
        });
    match name {
        Some(name) => Err(PlaceRejection::Forgotten { name }.into()),
        None => Ok(()),
    }
}

/// Only an empty place closes without a successor.
pub(crate) fn close(case: &Case<'_>, place: &Place) -> Result<Vec<EventBody>, Rejection> {
    let state = case.state;
    let is_there = |id: &OrganizationId| {
        let found = state.organizations.get(id);
        found.filter(|found| !matches!(found.status, OrganizationStatus::Abolished { .. }))
    };
    let child = children(state, place.id)
        .first()
        .and_then(|id| state.places.get(id).map(|found| format!("{} {}", found.code, found.name)));
    let organization =
        || organizations_in(state, place.id).iter().find_map(is_there).map(|found| found.name.to_string());
    let joint_branch = || {
        let led = led_by(state, place.id);
        led.first().and_then(|id| state.joint_branches.get(id).map(|found| found.name.to_string()))
    };
    match child.or_else(organization).or_else(joint_branch) {
        Some(found) => Err(PlaceRejection::NotEmpty { name: place.name.to_string(), found }.into()),
        None => Ok(vec![EventBody::PlaceClosed(PlaceClosed { place: place.id })]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ChangePlace;
    use crate::commands::change_place::PlaceChange;
    use crate::joint_branch::Ground;
    use crate::rejection::ChangeRejection;
    use crate::testing::city::{JOINT, LEAD, NEXT, NEXT_TOWNSHIP_ORGAN, TOWNSHIP_ORGAN, V1, V2, V3, place};
    use crate::testing::drafts::changes::{admit, ask};
    use crate::testing::drafts::places::{change_place, changing, merged, new_village, share_of};
    use crate::testing::drafts::{dissolve, evaluate};
    use crate::testing::{City, date};

    const FIRST: &str = "510811100201";
    const SECOND_VILLAGE: &str = "510811100202";
    const THIRD: &str = "510811100203";

    fn split_into(code: &str, successors: &[&str], shares: Vec<SplitShare>) -> ChangePlace {
        let successors = successors.iter().map(|code| code.parse().unwrap()).collect();
        ChangePlace { successors, shares, ..changing(code, PlaceChange::Split) }
    }

    #[test]
    fn a_village_that_merges_passes_on_what_lies_in_it() {
        let after = City::merged()
            .when(change_place(merged(FIRST, THIRD)))
            .then(&[EventBody::PlaceMerged(PlaceMerged { place: place(FIRST), into: place(THIRD) })]);
        let (ended, into) = (&after.state.places[&place(FIRST)], &after.state.places[&place(THIRD)]);
        assert_eq!((ended.ended_on, &ended.successors), (Some(date("2020-03-01")), &vec![place(THIRD)]));
        assert_eq!(into.predecessors, [place(FIRST)]);
        assert_eq!(
            (after.organization(V1).location, after.organization(V1).village()),
            (place(THIRD), Some(place(THIRD)))
        );
        // No member, function or office is lost; the county owes a decision.
        assert_eq!(after.joint().members, [V1, V2]);
        assert_eq!(after.joint().place_changed_since, Some(date("2020-03-01")));
    }

    #[test]
    fn a_joint_branch_that_lost_a_village_is_evaluated_and_dissolved_and_takes_no_member() {
        let torn = City::merged().given(change_place(merged(FIRST, THIRD)));
        torn.when(evaluate("2020Q1", crate::joint_branch::Grade::Good)).accepted();
        let end = dissolve(Ground::PlaceChanged, &[(V1, V1), (V2, V2)]);
        let end = end.on("2020-05-01").decided("2020-05-01").paper("昭委组〔2020〕9号", "2020-05-01");
        torn.when(end).accepted();
        let asked = torn.given(ask(&[(V3, 100, 100)]).on("2020-04-20"));
        let join = admit(V3).on("2020-04-25").decided("2020-04-25").paper("昭委组〔2020〕8号", "2020-04-25");
        let refused = ChangeRejection::PlaceChanged { name: "联合党支部".into() };
        asked.when(join).refused(refused.into());
    }

    #[test]
    fn a_township_that_merges_passes_on_its_villages_organs_and_joint_branches() {
        let after = City::merged().when(change_place(merged(LEAD, NEXT))).accepted();
        assert_eq!(after.joint().lead_township, place(NEXT));
        assert_eq!(after.state.scope_of_place(place(FIRST)).township, NEXT.parse().ok());
        assert_eq!(after.organization(TOWNSHIP_ORGAN).location, place(NEXT));
        // Its villages are where they were.
        assert_eq!(after.joint().place_changed_since, None);
    }

    #[test]
    fn a_successor_is_another_place_of_the_tier_and_county_that_goes_on() {
        let refused = |code: &str, zh, en| {
            Rejection::from(PlaceRejection::Successor { code: code.parse().unwrap(), detail: say(zh, en) })
        };
        let itself = refused(FIRST, "不能是自身", "it cannot be the place itself");
        City::new().when(change_place(merged(FIRST, FIRST))).refused(itself);
        let tier = refused(NEXT, "须为同级的村或乡镇", "it is a village or township of the same tier");
        City::new().when(change_place(merged(FIRST, NEXT))).refused(tier);
        let county =
            refused("510824100230", "须在同一县，跨县请先划归", "it lies in the same county: move it first");
        City::new().when(change_place(merged(FIRST, "510824100230"))).refused(county);
        // A circle would begin with a successor that has ended.
        let city = City::new().given(change_place(merged(FIRST, THIRD)));
        let ended = PlaceRejection::Ended {
            name: "一村".into(),
            on: date("2020-03-01"),
            successors: "510811100203 三村".into(),
        };
        city.when(change_place(merged(THIRD, FIRST)).on("2020-04-01")).refused(ended.clone().into());
        city.when(change_place(merged(FIRST, SECOND_VILLAGE)).on("2020-04-01")).refused(ended.into());
    }

    #[test]
    fn a_split_forgets_nothing() {
        let city = City::merged().given(new_village("510811100301", "2020-03-01"));
        let both = ["510811100301", SECOND_VILLAGE];
        let name = format!("510811100201党支部 {V1}");
        let forgetful = split_into(FIRST, &both, Vec::new());
        city.when(change_place(forgetful)).refused(PlaceRejection::Forgotten { name }.into());
        let own = share_of(None, Some(V1), None, "510811100301");
        let after = city.clone().given(change_place(split_into(FIRST, &both, vec![own])));
        assert_eq!(
            after.organization(V1).location,
            after.state.place_by_code(&both[0].parse().unwrap()).unwrap().id
        );
        assert_eq!(after.joint().place_changed_since, Some(date("2020-03-01")));
        // A township: its villages, its organs and the joint branches that it leads.
        let township = split_into(LEAD, &[NEXT, "510811101"], Vec::new());
        let second = crate::testing::drafts::places::new_place("510811101", "2020-03-01");
        let refused = city.given(second).when(change_place(township)).decision;
        assert!(matches!(refused, Err(Rejection::Place(PlaceRejection::Forgotten { .. }))));
    }

    #[test]
    fn a_share_is_of_what_lies_in_the_place_and_goes_to_one_successor() {
        let city = City::merged().given(new_village("510811100301", "2020-03-01"));
        let both = ["510811100301", SECOND_VILLAGE];
        let own = |successor: &str| share_of(None, Some(V1), None, successor);
        let cases = [
            vec![own(both[0]), own(both[1])],
            vec![own(THIRD)],
            vec![share_of(None, Some(V2), None, both[0])],
            vec![share_of(None, Some(V1), Some(JOINT), both[0])],
            vec![share_of(None, Some(NEXT_TOWNSHIP_ORGAN), None, both[0])],
        ];
        for shares in cases {
            let refused = city.when(change_place(split_into(FIRST, &both, shares))).decision;
            assert!(matches!(refused, Err(Rejection::Place(PlaceRejection::Share { .. }))), "{refused:?}");
        }
        let one = change_place(split_into(FIRST, &both[..1], vec![own(both[0])]));
        assert!(matches!(city.when(one).decision, Err(Rejection::Place(PlaceRejection::Shape { .. }))));
        let twice = change_place(split_into(FIRST, &[both[0], both[0]], vec![own(both[0])]));
        assert!(matches!(city.when(twice).decision, Err(Rejection::Place(PlaceRejection::Successor { .. }))));
    }

    #[test]
    fn only_an_empty_place_closes() {
        let closing = |code: &str| change_place(changing(code, PlaceChange::Close));
        let found = "510811100201党支部".to_owned();
        City::new()
            .when(closing(FIRST))
            .refused(PlaceRejection::NotEmpty { name: "一村".into(), found }.into());
        let found = "510811100201 一村".to_owned();
        City::new()
            .when(closing(LEAD))
            .refused(PlaceRejection::NotEmpty { name: "元坝镇".into(), found }.into());
        let city = City::new().given(new_village("510811100301", "2020-02-01"));
        let after = city.when(closing("510811100301")).accepted();
        assert!(after.state.place_by_code(&"510811100301".parse().unwrap()).is_none());
    }
}
