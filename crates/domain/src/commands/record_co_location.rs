//! `record-co-location` 合署办公: from a day on a joint branch works in one place.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::activities::CoLocated;
use crate::ids::JointBranchId;
use crate::mechanism::Mechanism;
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 登记合署办公，以开始日期为准 / records that a joint branch works in one place; it carries its own date
    pub struct RecordCoLocation {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 办公地点的区划代码 / the code of the place where it works
        pub place: PlaceCode,
        /// 合署办公的开始日期 / the day from which it works there
        pub date: Date,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-co-location",
    title: say("登记合署办公", "Record co-location"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::CoLocation],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.establishment.is_some()),
    yields: &["joint-branch.co-located"],
    along: &[],
    refused_when: "outside the life of the joint branch; in another county",
    rules: &["at-work-then", "one-county"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-05-06",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "place": "510811210205", "date": "2019-05-01"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &RecordCoLocation) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordCoLocation) -> Result<Vec<EventBody>, Rejection> {
    case.not_after(say("合署办公日期", "the co-location"), data.date, case.on())?;
    let joint_branch = case.joint_branch_at_work(data.joint_branch, data.date)?;
    let place = case.place(&data.place, "/data/place")?;
    let county = |id| case.state.ancestor(id, Level::County).map(|county| county.code.clone());
    if let Some(own) = county(joint_branch.lead_township)
        && county(place.id).as_ref() != Some(&own)
    {
        case.refuse(Rejection::OtherCounty { name: place.name.to_string(), county: own })?;
    }
    Ok(vec![EventBody::CoLocated(CoLocated {
        joint_branch: joint_branch.id,
        place: place.id,
        date: data.date,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordCoLocation> {
    let EventBody::CoLocated(CoLocated { joint_branch, place, date }) = recorded.lead.clone() else {
        return None;
    };
    Some(RecordCoLocation { joint_branch, place: recorded.code(place)?, date })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::rejection::WorkRejection;
    use crate::testing::city::{JOINT, LEAD, place};
    use crate::testing::drafts::Draft;
    use crate::testing::drafts::work::co_locate;
    use crate::testing::{City, date};

    fn at(code: &str) -> Draft {
        let data =
            RecordCoLocation { joint_branch: JOINT, place: code.parse().unwrap(), date: date("2019-04-05") };
        Draft { body: CommandBody::RecordCoLocation(data), ..co_locate("2019-04-05") }
    }

    #[test]
    fn a_joint_branch_works_in_one_place_and_the_latest_day_counts() {
        let after = City::headed().when(co_locate("2019-03-05")).then(&[EventBody::CoLocated(CoLocated {
            joint_branch: JOINT,
            place: place(LEAD),
            date: date("2019-03-05"),
        })]);
        let moved = after.given(at("510811100202")).given(co_locate("2019-03-10"));
        let found = moved.joint().co_location.unwrap();
        assert_eq!((found.place, found.since), (place("510811100202"), date("2019-04-05")));
        assert_eq!(moved.joint().latest_effective, date("2019-03-15"));
    }

    #[test]
    fn it_lies_in_the_county_and_in_the_life_of_the_joint_branch() {
        City::merged()
            .when(at("510824100230"))
            .refused(Rejection::OtherCounty { name: "拱桥村".into(), county: "510811".parse().unwrap() });
        let name = "联合党支部".to_owned();
        let day = date("2019-02-28");
        City::merged().when(co_locate("2019-02-28")).refused(WorkRejection::NotAtWork { name, day }.into());
        City::merged().when(at(LEAD).on("2019-04-04")).refused(Rejection::DateAfter {
            what: say("合署办公日期", "the co-location"),
            date: date("2019-04-05"),
            limit: date("2019-04-04"),
        });
        let unknown = Case::unknown(say("行政区划", "place"), &"510811999", "/data/place");
        City::merged().when(at("510811999")).refused(unknown);
    }
}
