//! `file-with-county` 备案: each establishing, change and dissolving that a township decided, each election and each
//! secretary is filed once, of an organization that stands alone each election.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::filings::{FiledWithCounty, OrganizationFiled};
use crate::filing::{FilingMatter, FilingOwed};
use crate::ids::{JointBranchId, OrganizationId};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记向县(区)的备案 / records that something was filed with the county
    pub struct FileWithCounty {
        /// 备案的联合党组织；与党组织只填一项 / the joint branch that filed; exactly one of it and `organization`
        pub joint_branch: Option<JointBranchId>,
        /// 备案的单独设置的党组织，限选举事项；与联合党组织只填一项 / the organization in no joint branch that filed its election; exactly one of it and `joint_branch`
        pub organization: Option<OrganizationId>,
        /// 备案事项 / the matter that is filed
        pub matter: FilingMatter,
        /// 所备案记录的位置；同一事项有多项待备案时填 / the position of the event that is filed; needed where more than one of that matter waits
        pub position: Option<u64>,
        /// 备案号，由县(区)编 / the filing number that the county gave
        pub number: Text,
        /// 备案日期 / the day on which it was filed
        pub filed_on: Date,
    }
}

impl FileWithCounty {
    /// Of whom something is filed; nothing where both or neither are named.
    pub fn filer(&self) -> Option<Entity> {
        match (self.joint_branch, self.organization) {
            (Some(id), None) => Some(Entity::JointBranch(id)),
            (None, Some(id)) => Some(Entity::Organization(id)),
            _ => None,
        }
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "file-with-county",
    title: say("登记备案", "File with the county"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Filing],
    givers: Givers::County,
    exceptions: &[],
    fits: Some(|joint| !joint.filings_owed.is_empty()),
    yields: &["joint-branch.filed", "organization.filed"],
    along: &[],
    refused_when: "nothing of that matter waits, as where the county itself decided; several wait and none is named; of a joint branch and an organization, or of neither; by who decided or recorded what is filed",
    rules: &["four-eyes", "filing-once", "filing-named", "filing-of", "filing-due"],
    choices: &[Choice::OneOf(&["joint_branch", "organization"])],
    example: r#"{
  "effective_date": "2019-03-25",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "matter": "secretary", "number": "昭备2019-7", "filed_on": "2019-03-25"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &FileWithCounty) -> Option<Entity> {
    data.filer()
}

pub(crate) fn decide(case: &mut Case<'_>, data: &FileWithCounty) -> Result<Vec<EventBody>, Rejection> {
    match (data.joint_branch, data.organization) {
        (Some(id), None) => of_joint_branch(case, data, id),
        (None, Some(id)) => of_organization(case, data, id),
        _ => Err(OversightRejection::FilingOf.into()),
    }
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<FileWithCounty> {
    let (joint_branch, organization, matter, filed_position, number, filed_on) = match recorded.lead.clone() {
        EventBody::FiledWithCounty(FiledWithCounty {
            joint_branch,
            matter,
            filed_position,
            number,
            filed_on,
        }) => (Some(joint_branch), None, matter, filed_position, number, filed_on),
        EventBody::OrganizationFiled(OrganizationFiled {
            organization,
            matter,
            filed_position,
            number,
            filed_on,
        }) => (None, Some(organization), matter, filed_position, number, filed_on),
        _ => return None,
    };
    let position = Some(filed_position);
    Some(FileWithCounty { joint_branch, organization, matter, position, number, filed_on })
}

fn of_joint_branch(
    case: &Case<'_>,
    data: &FileWithCounty,
    id: JointBranchId,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(id)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::County, lead)?;
    let filed_position = check(case, data, &joint_branch.filings_owed)?;
    Ok(vec![EventBody::FiledWithCounty(FiledWithCounty {
        joint_branch: joint_branch.id,
        matter: data.matter,
        filed_position,
        number: data.number.clone(),
        filed_on: data.filed_on,
    })])
}

/// What an organization that stands alone elected is filed although a merger or its end has come since.
fn of_organization(
    case: &Case<'_>,
    data: &FileWithCounty,
    id: OrganizationId,
) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.organization_in_order(id, "/data/organization")?;
    case.require_scope(&case.state.scope_of_organization(id), organization.name.as_str())?;
    let location = case.state.places.get(&organization.location);
    let location = location.ok_or_else(|| {
        Case::unknown(say("行政区划", "place"), &organization.location, "/data/organization")
    })?;
    case.require_organ(Level::County.max(location.level), location)?;
    let filed_position = check(case, data, &organization.filings_owed)?;
    Ok(vec![EventBody::OrganizationFiled(OrganizationFiled {
        organization: organization.id,
        matter: data.matter,
        filed_position,
        number: data.number.clone(),
        filed_on: data.filed_on,
    })])
}

/// The one of what waits that the command names, filed after it happened; gives its position.
fn check(
    case: &Case<'_>,
    data: &FileWithCounty,
    filings_owed: &BTreeMap<u64, FilingOwed>,
) -> Result<u64, Rejection> {
    let matter = data.matter;
    let owed = filings_owed.iter().filter(|(position, owed)| {
        owed.matter == data.matter && data.position.is_none_or(|named| named == **position)
    });
    let (filed_position, owed) = match owed.collect::<Vec<_>>().as_slice() {
        [] => return Err(OversightRejection::NothingToFile { matter }.into()),
        [only] => *only,
        several => {
            let found = several.len();
            return Err(OversightRejection::FilingAmbiguous { matter, found }.into());
        }
    };
    case.four_eyes(
        std::iter::once(&owed.recorded_by),
        say("作出或录入了所备案的事项", "decided or recorded what is filed"),
    )?;
    case.not_after(say("备案日期", "the filing"), data.filed_on, case.on())?;
    case.not_after(say("所备案事项的生效日期", "what is filed"), owed.since, data.filed_on)?;
    Ok(*filed_position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::commands::RecordElection;
    use crate::filing::FilingMatter;
    use crate::joint_branch::Ground;
    use crate::post::Elected;
    use crate::testing::city::{JOINT, SECOND, SECRETARY, TOWNSHIP_ORGAN, V1, V2, V3};
    use crate::testing::drafts::posts::{elect_as, election, file, filing};
    use crate::testing::drafts::{Draft, assign, clerk, dissolve, merge, officer, relieve, text};
    use crate::testing::{City, date};

    fn filed(matter: FilingMatter, position: u64) -> EventBody {
        EventBody::FiledWithCounty(FiledWithCounty {
            joint_branch: JOINT,
            matter,
            filed_position: position,
            number: text("昭备2019-7"),
            filed_on: date("2019-09-10"),
        })
    }

    /// Two villages merged by their township's committee, where policy leaves that to it.
    fn merged() -> City {
        let city = City::surveyed().with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        city.given(merge().behalf(TOWNSHIP_ORGAN))
    }

    /// As `merged`, and ended by the same committee.
    fn dissolved() -> City {
        let ended = dissolve(Ground::MembersRequest, &[(V1, V1), (V2, V2)]);
        merged().given(ended.behalf(TOWNSHIP_ORGAN))
    }

    fn positions(city: &City) -> Vec<u64> {
        city.joint().filings_owed.keys().copied().collect()
    }

    #[test]
    fn what_happened_is_filed_once() {
        let city = merged();
        let owed = positions(&city);
        assert_eq!(owed.len(), 1);
        let establishing = FilingMatter::Establishing;
        let after = city.when(file(establishing)).then(&[filed(establishing, owed[0])]);
        assert!(after.joint().filings_owed.is_empty());
        let refused = OversightRejection::NothingToFile { matter: FilingMatter::Establishing };
        after.when(file(establishing)).refused(refused.into());
        let refused = OversightRejection::NothingToFile { matter: FilingMatter::Secretary };
        after.when(file(FilingMatter::Secretary)).refused(refused.into());
    }

    #[test]
    fn a_county_owes_itself_nothing_for_what_it_decided() {
        let nothing = |matter| OversightRejection::NothingToFile { matter }.into();
        let city = City::merged();
        assert!(city.joint().filings_owed.is_empty());
        city.when(file(FilingMatter::Establishing)).refused(nothing(FilingMatter::Establishing));
        let ended = city.given(dissolve(Ground::MembersRequest, &[(V1, V1), (V2, V2)]));
        assert!(ended.joint().filings_owed.is_empty());
        ended.when(file(FilingMatter::Dissolving)).refused(nothing(FilingMatter::Dissolving));
        // The county may as well end what a township established: only the establishing was the township's.
        let ended = merged().given(dissolve(Ground::MembersRequest, &[(V1, V1), (V2, V2)]));
        let owed: Vec<_> = ended.joint().filings_owed.values().map(|owed| owed.matter).collect();
        assert_eq!(owed, [FilingMatter::Establishing]);
    }

    #[test]
    fn an_election_of_an_organization_that_stands_alone_is_filed_once_by_the_county() {
        let elected = election().elected.into_iter().map(|elected| Elected { votes: 2, ..elected });
        let held = RecordElection {
            joint_branch: None,
            organization: Some(V3),
            present: 2,
            elected: elected.collect(),
            ..election()
        };
        let city = City::new().given(elect_as(held));
        let position = *city.organization(V3).filings_owed.keys().next().unwrap();
        let data =
            FileWithCounty { joint_branch: None, organization: Some(V3), ..filing(FilingMatter::Election) };
        let draft = |data| Draft { body: CommandBody::FileWithCounty(data), ..file(FilingMatter::Election) };
        let filed = EventBody::OrganizationFiled(OrganizationFiled {
            organization: V3,
            matter: FilingMatter::Election,
            filed_position: position,
            number: text("昭备2019-7"),
            filed_on: date("2019-09-10"),
        });
        let after = city.when(draft(data.clone())).then(&[filed]);
        assert!(after.organization(V3).filings_owed.is_empty());
        let refused = OversightRejection::NothingToFile { matter: FilingMatter::Election };
        after.when(draft(data.clone())).refused(refused.into());
        let township = draft(data.clone()).behalf(TOWNSHIP_ORGAN);
        assert_eq!(city.when(township).decision.unwrap_err().rule(), "deciding-body");
        let elsewhere = Actor { scope: "510824".parse().unwrap(), ..officer("officer-9") };
        assert_eq!(city.when(draft(data.clone()).by(elsewhere)).decision.unwrap_err().rule(), "scope");
        let both = FileWithCounty { joint_branch: Some(JOINT), ..data.clone() };
        let neither = FileWithCounty { organization: None, ..data };
        for wrong in [both, neither] {
            city.when(draft(wrong)).refused(OversightRejection::FilingOf.into());
        }
    }

    #[test]
    fn who_decided_or_recorded_a_fact_does_not_file_it() {
        let refused = |actor: &str| Rejection::FourEyes {
            actor: actor.into(),
            earlier: say("作出或录入了所备案的事项", "decided or recorded what is filed"),
        };
        let city = merged();
        city.when(file(FilingMatter::Establishing).by(officer("officer-1"))).refused(refused("officer-1"));
        city.when(file(FilingMatter::Establishing).by(officer("officer-3"))).accepted();
        let ended = dissolved();
        ended.when(file(FilingMatter::Dissolving).by(officer("officer-1"))).refused(refused("officer-1"));
    }

    #[test]
    fn an_end_is_filed_too() {
        let city = dissolved();
        let position = positions(&city).last().copied().unwrap();
        city.when(file(FilingMatter::Dissolving)).then(&[filed(FilingMatter::Dissolving, position)]);
    }

    #[test]
    fn of_several_the_position_names_one() {
        let city = City::headed().given(relieve(SECRETARY)).given(assign(SECOND).on("2019-05-02"));
        let refused = OversightRejection::FilingAmbiguous { matter: FilingMatter::Secretary, found: 2 };
        city.when(file(FilingMatter::Secretary)).refused(refused.into());
        let position = positions(&city)[1];
        let named = |position| {
            let data = FileWithCounty { position: Some(position), ..filing(FilingMatter::Secretary) };
            Draft { body: CommandBody::FileWithCounty(data), ..file(FilingMatter::Secretary) }
        };
        let after = city.when(named(position)).then(&[filed(FilingMatter::Secretary, position)]);
        let refused = OversightRejection::NothingToFile { matter: FilingMatter::Secretary };
        after.when(named(position)).refused(refused.into());
    }

    #[test]
    fn a_filing_lies_between_the_fact_and_its_recording() {
        let on = |day: &str| {
            let data = FileWithCounty { filed_on: date(day), ..filing(FilingMatter::Establishing) };
            Draft { body: CommandBody::FileWithCounty(data), ..file(FilingMatter::Establishing) }
        };
        merged().when(on("2019-03-01")).accepted();
        merged().when(on("2019-02-28")).refused(Rejection::DateAfter {
            what: say("所备案事项的生效日期", "what is filed"),
            date: date("2019-03-01"),
            limit: date("2019-02-28"),
        });
        merged().when(on("2019-09-11")).refused(Rejection::DateAfter {
            what: say("备案日期", "the filing"),
            date: date("2019-09-11"),
            limit: date("2019-09-10"),
        });
    }

    #[test]
    fn the_county_receives_it() {
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        let by_township = file(FilingMatter::Establishing).by(officer("officer-1")).behalf(TOWNSHIP_ORGAN);
        merged().when(by_township).refused(refused);
        let refused =
            Rejection::RoleForbids { role: Role::TownshipClerk.as_str(), command: "file-with-county" };
        merged().when(file(FilingMatter::Establishing).by(clerk())).refused(refused);
    }
}
