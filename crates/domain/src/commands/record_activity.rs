//! `record-activity`: what a joint branch did, on which day, in which village; the rotation of hosts follows from it.

use crate::base::member_villages;
use crate::case::Case;
use crate::commands::transfer_functions::check_codes;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::activities::ActivityRecorded;
use crate::function::Function;
use crate::ids::JointBranchId;
use crate::mechanism::Mechanism;
use crate::person::MAX_PEOPLE;
use crate::place::PlaceCode;
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection, WorkRejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 登记联合党组织的活动，以活动日期为准 / records an activity of a joint branch; it carries its own date
    pub struct RecordActivity {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 活动所服务的职能：四项职能的代码或写明的事项 / the function that it serves: the code of one of the four, or a named item
        pub function: Function,
        /// 活动类别：政策代码表中的代码 / the kind of activity: a code of the policy's list `activity_kinds`
        pub kind: Text,
        /// 活动日期 / the day of the activity
        pub date: Date,
        /// 承办村的代码，须为成员村 / the code of the member village that hosted
        pub host_village: PlaceCode,
        /// 参加人数 / how many people took part
        #[schemars(range(max = MAX_PEOPLE))]
        pub attendance: u32,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-activity",
    title: say("登记活动", "Record an activity"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Activities, Mechanism::Responsibilities],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.establishment.is_some()),
    yields: &["joint-branch.activity-recorded"],
    along: &[],
    refused_when: "outside the life of the joint branch; the host is no member village; the kind is not on the list",
    rules: &["at-work-then", "member-village", "code-list", "attendance"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-04-28",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "function": "industry", "kind": "training", "date": "2019-04-26", "host_village": "510811210206", "attendance": 64}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &RecordActivity) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordActivity) -> Result<Vec<EventBody>, Rejection> {
    case.not_after(say("活动日期", "the activity"), data.date, case.on())?;
    let joint_branch = case.joint_branch_at_work(data.joint_branch, data.date)?;
    check_codes(case, std::slice::from_ref(&data.function))?;
    case.require_code("activity_kinds", data.kind.as_str(), "/data/kind")?;
    let host = case.place(&data.host_village, "/data/host_village")?;
    if !member_villages(case.state, &joint_branch.members).contains_key(&host.id) {
        case.refuse(PostRejection::NotAMemberVillage { village: data.host_village.clone() })?;
    }
    if data.attendance == 0 {
        case.refuse(WorkRejection::NobodyAttended)?;
    }
    Ok(vec![EventBody::ActivityRecorded(ActivityRecorded {
        joint_branch: joint_branch.id,
        function: data.function.clone(),
        kind: data.kind.clone(),
        date: data.date,
        host_village: host.id,
        attendance: data.attendance,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordActivity> {
    let EventBody::ActivityRecorded(ActivityRecorded {
        joint_branch,
        function,
        kind,
        date,
        host_village,
        attendance,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordActivity {
        joint_branch,
        function,
        kind,
        date,
        host_village: recorded.code(host_village)?,
        attendance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::function::Function;
    use crate::testing::city::{JOINT, place};
    use crate::testing::drafts::work::{act, activity};
    use crate::testing::drafts::{Draft, text};
    use crate::testing::{City, date};

    const FIRST: &str = "510811100201";
    const OTHER: &str = "510811100202";

    fn edited(change: impl FnOnce(&mut RecordActivity)) -> Draft {
        let mut data = activity(FIRST, "2019-04-05");
        change(&mut data);
        Draft { body: CommandBody::RecordActivity(data), ..act(FIRST, "2019-04-05") }
    }

    #[test]
    fn an_activity_says_what_it_served_where_and_how_many_came() {
        let after = City::merged().when(act(FIRST, "2019-04-05")).then(&[EventBody::ActivityRecorded(
            ActivityRecorded {
                joint_branch: JOINT,
                function: Function(text("political_guidance")),
                kind: text("theme_day"),
                date: date("2019-04-05"),
                host_village: place(FIRST),
                attendance: 30,
            },
        )]);
        assert_eq!(after.joint().last_activity, Some(date("2019-04-05")));
        let after = after.given(act(OTHER, "2019-05-05")).given(act(FIRST, "2019-03-05"));
        let first = after.joint().hosted[&place(FIRST)];
        assert_eq!((first.last_on, first.times), (date("2019-04-05"), 2));
        assert_eq!(after.joint().last_activity, Some(date("2019-05-05")));
    }

    #[test]
    fn it_carries_its_own_date_and_moves_no_other() {
        // The secretary's assignment of 15 March is on record; an activity of 5 March is entered after it.
        let after = City::headed().given(act(FIRST, "2019-03-05"));
        assert_eq!(after.joint().latest_effective, date("2019-03-15"));
        let later = City::headed().given(act(FIRST, "2019-09-05"));
        assert_eq!(later.joint().latest_effective, date("2019-03-15"));
    }

    #[test]
    fn it_lies_in_the_life_of_the_joint_branch() {
        let refused = |day: &str| {
            Rejection::from(WorkRejection::NotAtWork { name: "联合党支部".into(), day: date(day) })
        };
        City::merged().when(act(FIRST, "2019-03-01")).accepted();
        City::merged().when(act(FIRST, "2019-02-28")).refused(refused("2019-02-28"));
        City::dissolved().when(act(FIRST, "2019-08-20")).accepted();
        City::dissolved().when(act(FIRST, "2019-08-21")).refused(refused("2019-08-21"));
        City::proposed().when(act(FIRST, "2019-03-01")).refused(refused("2019-03-01"));
        City::merged().when(edited(|data| data.date = date("2019-04-06"))).refused(Rejection::DateAfter {
            what: say("活动日期", "the activity"),
            date: date("2019-04-06"),
            limit: date("2019-04-05"),
        });
    }

    #[test]
    fn function_kind_host_and_attendance_are_lawful() {
        City::merged().when(edited(|data| data.function = Function(text("联合巡逻")))).accepted();
        let trade = edited(|data| data.function = Function(text("trade")));
        assert!(matches!(City::merged().when(trade).decision, Err(Rejection::UnknownCode { .. })));
        let allowed = City::new().policy.codes("activity_kinds").join(", ");
        let found = "聚餐".to_owned();
        City::merged().when(edited(|data| data.kind = text("聚餐"))).refused(Rejection::UnknownCode {
            found,
            allowed,
            pointer: "/data/kind",
        });
        let village = "510811100203".parse().unwrap();
        City::merged()
            .when(act("510811100203", "2019-04-05"))
            .refused(PostRejection::NotAMemberVillage { village }.into());
        let nobody = edited(|data| data.attendance = 0);
        City::merged().when(nobody).refused(WorkRejection::NobodyAttended.into());
    }
}
