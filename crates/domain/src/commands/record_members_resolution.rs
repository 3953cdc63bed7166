//! `record-members-resolution`: what the members of organizations resolved on joining or leaving, each in a meeting of its
//! own.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::commands::composition;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::establishing::MembersResolved;
use crate::ids::JointBranchId;
use crate::joint_branch::{JointBranch, Phase};
use crate::mechanism::Mechanism;
use crate::organization::Organization;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{EstablishingRejection, Rejection};
use crate::resolution::MembersResolution;
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};

data! {
    /// 登记成员党组织党员大会的决议 / records what the meetings of the organizations' members resolved
    pub struct RecordMembersResolution {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 各党组织党员大会的决议，每个党组织一项 / what the members of each organization resolved, one entry an organization
        pub resolutions: Vec<MembersResolution>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-members-resolution",
    title: say("登记党员大会决议", "Record a members' resolution"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Resolutions],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed || joint.phase.is_live()),
    yields: &["joint-branch.members-resolved"],
    along: &[],
    refused_when: "more present than entitled, more in favour than present, more entitled than formal members; of an organization that neither is a member nor may join; twice of one organization",
    rules: &["resolution-counts", "resolution-members"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-02-16",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "resolutions": [
      {"organization": "01J8KQ2M000000000000000001", "entitled": 2, "present": 2, "in_favour": 2, "date": "2019-02-14"},
      {"organization": "01J8KQ2M000000000000000002", "entitled": 20, "present": 18, "in_favour": 17, "date": "2019-02-15"}
    ]
  }
}"#,
    example_follows: &["propose-joint-branch"],
};

pub(crate) fn entity(data: &RecordMembersResolution) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    data: &RecordMembersResolution,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed || phase.is_live(),
        say("待批准未决定，或运行中", "proposed and not decided, or live"),
    )?;
    if data.resolutions.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("各党组织的决议", "the resolutions") })?;
    }
    let mut seen = BTreeSet::new();
    for (index, resolution) in data.resolutions.iter().enumerate() {
        let entry = format!("/data/resolutions/{index}");
        let organization = resolves(case, joint_branch, resolution, format!("{entry}/organization"))?;
        if !seen.insert(resolution.organization) {
            let (pointer, name) = (format!("{entry}/organization"), organization.name.to_string());
            let detail = say("在本次登记中重复列出", "is listed twice");
            case.refuse(EstablishingRejection::ResolutionOf { pointer, name, detail })?;
        }
        check_counts(organization, resolution, &entry)?;
        case.not_after(say("党员大会日期", "the members' meeting"), resolution.date, case.on())?;
    }
    Ok(vec![EventBody::MembersResolved(MembersResolved {
        joint_branch: joint_branch.id,
        resolutions: data.resolutions.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordMembersResolution> {
    let EventBody::MembersResolved(MembersResolved { joint_branch, resolutions }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordMembersResolution { joint_branch, resolutions })
}

/// A member; of a live joint branch also one that may join it.
fn resolves<'a>(
    case: &Case<'a>,
    joint_branch: &JointBranch,
    resolution: &MembersResolution,
    pointer: String,
) -> Result<&'a Organization, Rejection> {
    let id = resolution.organization;
    let organization = case.organization(id, &pointer)?;
    if joint_branch.members.contains(&id) {
        return Ok(organization);
    }
    if joint_branch.phase.is_live() {
        let county = case.state.ancestor(joint_branch.lead_township, Level::County);
        return Ok(composition::member(case, county, id, &pointer)?);
    }
    let detail = say("不是该请示的成员党组织", "is not a member of this proposal");
    Err(EstablishingRejection::ResolutionOf { pointer, name: organization.name.to_string(), detail }.into())
}

fn check_counts(
    organization: &Organization,
    resolution: &MembersResolution,
    entry: &str,
) -> Result<(), Rejection> {
    let checks: [(&str, u32, u32, Say); 3] = [
        (
            "entitled",
            resolution.entitled,
            organization.formal_members,
            say("应到人数多于在册正式党员", "more entitled than formal members on file"),
        ),
        (
            "present",
            resolution.present,
            resolution.entitled,
            say("实到人数多于应到", "more present than entitled"),
        ),
        (
            "in_favour",
            resolution.in_favour,
            resolution.present,
            say("赞成人数多于实到", "more in favour than present"),
        ),
    ];
    for (field, found, allowed, detail) in checks {
        if found > allowed {
            let (pointer, name) = (format!("{entry}/{field}"), organization.name.to_string());
            return Err(
                EstablishingRejection::ResolutionCounts { pointer, name, detail, found, allowed }.into()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandBody;
    use crate::policy::Policy;
    use crate::rejection::EstablishingRejection as Refused;
    use crate::testing::City;
    use crate::testing::city::{COOPERATIVE, JOINT, V1, V2, V3, V6};
    use crate::testing::date;
    use crate::testing::drafts::changes::{admit, ask, release};
    use crate::testing::drafts::resolutions::{date_rules, resolution, resolve, resolve_as};
    use crate::testing::drafts::{merge, officer, pair, pairing, proposal, propose, survey};
    use crate::thresholds::Thresholds;

    /// The rules on resolutions hold from that day on.
    fn from(city: City, day: &str) -> City {
        city.with_policy(|policy| date_rules(policy, &RULES, date(day)))
    }

    const RULES: [&str; 3] = ["resolution-required", "resolution-quorum", "resolution-majority"];

    fn name() -> String {
        "510811100201党支部".to_owned()
    }

    /// Both villages of a merger asked, and what the first one's members resolved.
    fn resolved(entitled: u32, present: u32, in_favour: u32) -> City {
        let city = City::new().given(crate::testing::city::members(V1, 20, 0));
        let city = city.given(propose(proposal(&[V1, V2]))).given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
        let first = MembersResolution { entitled, present, in_favour, ..resolution(V1) };
        from(city.given(resolve_as(vec![first, resolution(V2)])), "2019-01-01")
    }

    #[test]
    fn what_the_members_resolved_is_on_file_and_the_decision_rests_on_it() {
        let after =
            City::surveyed().when(resolve(&[V1, V2])).then(&[EventBody::MembersResolved(MembersResolved {
                joint_branch: JOINT,
                resolutions: vec![resolution(V1), resolution(V2)],
            })]);
        assert!(after.joint().resolutions.values().all(|found| !found.is_used));
        let established = from(after, "2019-01-01").given(merge());
        assert!(established.joint().resolutions.values().all(|found| found.is_used));
    }

    #[test]
    fn from_the_rules_day_every_member_has_resolved_before_it_is_established() {
        let refused = |name: &str| Refused::ResolutionMissing { name: name.into() }.into();
        City::surveyed().when(merge()).accepted();
        from(City::surveyed(), "2019-03-02").when(merge()).accepted();
        from(City::surveyed(), "2019-03-01").when(merge()).refused(refused("510811100201党支部"));
        let one = from(City::surveyed().given(resolve(&[V1])), "2019-03-01");
        one.when(merge()).refused(refused("510811100202党支部"));
        one.given(resolve(&[V2])).when(merge()).accepted();
        let city = from(City::paired_proposal(), "2019-03-01");
        city.when(pair()).refused(refused("510811100201党支部"));
        city.given(resolve(&[V1, V2])).when(pair()).accepted();
    }

    #[test]
    fn half_of_those_entitled_are_present() {
        resolved(10, 5, 5).when(merge()).refused_by("resolution-majority");
        resolved(11, 6, 6).when(merge()).accepted();
        let refused = Refused::ResolutionQuorum { name: name(), entitled: 11, present: 5, allowed: 50 };
        resolved(11, 5, 5).when(merge()).refused(refused.into());
        let stricter = resolved(20, 12, 12).with_policy(|policy| {
            policy.thresholds.resolution_present_percent = 80;
        });
        let refused = Refused::ResolutionQuorum { name: name(), entitled: 20, present: 12, allowed: 80 };
        stricter.when(merge()).refused(refused.into());
    }

    #[test]
    fn more_than_half_of_those_entitled_are_in_favour() {
        resolved(10, 9, 6).when(merge()).accepted();
        let refused = Refused::ResolutionMajority { name: name(), entitled: 10, in_favour: 5, allowed: 50 };
        resolved(10, 9, 5).when(merge()).refused(refused.into());
        let stricter = |over| {
            resolved(10, 9, 6).with_policy(|policy: &mut Policy| {
                policy.thresholds = Thresholds { resolution_favour_over_percent: over, ..policy.thresholds };
            })
        };
        stricter(59).when(merge()).accepted();
        stricter(60).when(merge()).refused_by("resolution-majority");
    }

    #[test]
    fn who_joins_and_who_leaves_resolve_it_each_time() {
        let city = from(City::merged(), "2019-04-01").given(ask(&[(V3, 100, 100)]));
        city.when(admit(V3)).refused_by("resolution-required");
        let joined = city.given(resolve(&[V3]).on("2019-04-20")).given(admit(V3));
        // What it resolved on joining is no resolution to leave.
        let asked = joined.given(ask(&[(V3, 100, 100)]).on("2019-05-10"));
        let leaves = |city: &City| {
            let survey = Some(asked.last_command());
            let mut draft = release(V3, V3);
            if let CommandBody::ReleaseMember(data) = &mut draft.body {
                data.survey = survey;
            }
            city.when(draft)
        };
        leaves(&asked).refused_by("resolution-required");
        leaves(&asked.clone().given(resolve(&[V3]).on("2019-05-12"))).accepted();
    }

    #[test]
    fn who_recorded_it_does_not_decide() {
        let city = City::surveyed().given(resolve(&[V1, V2]).by(officer("officer-1")));
        city.when(merge()).refused(Rejection::FourEyes {
            actor: "officer-1".into(),
            earlier: say("录入了党员大会决议", "recorded a members' resolution"),
        });
        city.when(merge().by(officer("officer-2"))).accepted();
    }

    #[test]
    fn of_those_entitled_present_and_in_favour_none_is_more_than_before() {
        let counted = |entitled, present, in_favour| {
            let first = MembersResolution { entitled, present, in_favour, ..resolution(V1) };
            City::proposed().when(resolve_as(vec![first]))
        };
        let refused = |field: &str, detail: Say, found, allowed| {
            let pointer = format!("/data/resolutions/0/{field}");
            Refused::ResolutionCounts { pointer, name: name(), detail, found, allowed }.into()
        };
        counted(2, 2, 2).accepted();
        counted(2, 0, 0).accepted();
        let more = say("应到人数多于在册正式党员", "more entitled than formal members on file");
        counted(3, 2, 2).refused(refused("entitled", more, 3, 2));
        let more = say("实到人数多于应到", "more present than entitled");
        counted(1, 2, 1).refused(refused("present", more, 2, 1));
        let more = say("赞成人数多于实到", "more in favour than present");
        counted(2, 1, 2).refused(refused("in_favour", more, 2, 1));
    }

    #[test]
    fn it_is_of_a_member_or_of_who_may_join_a_live_one() {
        City::proposed().when(resolve(&[V3])).refused_by("resolution-members");
        City::proposed().when(resolve(&[V1, V1])).refused_by("resolution-members");
        City::proposed().when(resolve_as(Vec::new())).refused_by("list-not-empty");
        City::merged().when(resolve(&[V6]).on("2019-03-10")).accepted();
        City::merged().when(resolve(&[V1]).on("2019-03-10")).accepted();
        City::new().given(propose(pairing(&[V1, COOPERATIVE]))).when(resolve(&[COOPERATIVE])).accepted();
        let later = MembersResolution { date: date("2019-02-16"), ..resolution(V1) };
        City::proposed().when(resolve_as(vec![later])).refused_by("date-order");
    }
}
