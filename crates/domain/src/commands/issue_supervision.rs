//! `issue-supervision` 督办: the city asks a county, or a county a township; a matter, a day, and later an answer.

use crate::case::Case;
use crate::commands::one_tier_down::{addressee, check_joint_branch};
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::supervision::SupervisionIssued;
use crate::ids::{JointBranchId, SupervisionId};
use crate::mechanism::Mechanism;
use crate::place::PlaceCode;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 向下一级发出督办 / issues a supervision to the tier below
    pub struct IssueSupervision {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<SupervisionId>,
        /// 督办对象：县(区)或乡镇的代码 / the code of the county or township that is to answer
        pub to: PlaceCode,
        /// 督办事项 / the matter that the answer is asked on
        pub matter: Text,
        /// 答复期限的最后一日 / the last day for the answer
        pub due: Date,
        /// 督办所涉的联合党组织；没有则不填 / the joint branch that it is about, where it is about one
        pub joint_branch: Option<JointBranchId>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "issue-supervision",
    title: say("发出督办", "Issue a supervision"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Supervision],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: Some(|_| true),
    yields: &["supervision.issued"],
    along: &[],
    refused_when: "not one tier down; its joint branch lies elsewhere",
    rules: &["supervision-tier", "supervision-scope", "supervision-due"],
    example: r#"{
  "effective_date": "2019-07-25",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕45号", "issued": "2019-07-24"},
  "data": {"id": "01J8KQ2M000000000000000014", "to": "510811210", "matter": "二季度评估逾期未完成", "due": "2019-08-31", "joint_branch": "01J8KQ2M000000000000000008"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(_: &IssueSupervision) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &IssueSupervision) -> Result<Vec<EventBody>, Rejection> {
    let no_tier = |found| OversightRejection::SupervisionTier { found };
    let (to, level) = addressee(case, &data.to, no_tier)?;
    case.not_after(say("签发日期", "the issue"), case.on(), data.due)?;
    let elsewhere = |name| OversightRejection::SupervisionScope { name, to: data.to.clone() };
    check_joint_branch(case, data.joint_branch, to, elsewhere)?;
    let id = data.id.unwrap_or(SupervisionId(case.command.id.0));
    if case.state.supervisions.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::SupervisionIssued(SupervisionIssued {
        supervision: id,
        to: to.id,
        level,
        matter: data.matter.clone(),
        due: data.due,
        joint_branch: data.joint_branch,
    })])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::place::Level;
    use crate::testing::city::{CITY_ORGAN, COUNTY_ORGAN, JOINT, LEAD, NEXT, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::oversight::{SUPERVISION, supervise, supervising};
    use crate::testing::drafts::{Draft, clerk, officer, text};
    use crate::testing::{City, date};

    fn by_city(data: IssueSupervision) -> Draft {
        let actor = Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
        supervise(data).by(actor).behalf(CITY_ORGAN)
    }

    #[test]
    fn a_county_asks_its_township_and_the_city_its_county() {
        let data = IssueSupervision { joint_branch: Some(JOINT), ..supervising(LEAD) };
        let after =
            City::merged().when(supervise(data)).then(&[EventBody::SupervisionIssued(SupervisionIssued {
                supervision: SUPERVISION,
                to: place(LEAD),
                level: Level::County,
                matter: text("二季度评估未完成"),
                due: date("2019-08-31"),
                joint_branch: Some(JOINT),
            })]);
        assert_eq!(after.state.supervisions[&SUPERVISION].answer, None);
        City::merged().when(by_city(supervising("510811"))).accepted();
        let again = supervise(supervising(LEAD));
        let refused = Rejection::IdInUse { id: SUPERVISION.to_string(), pointer: "/data/id" };
        after.when(again).refused(refused);
        let unnamed = IssueSupervision { id: None, ..supervising(LEAD) };
        let after = after.when(supervise(unnamed)).accepted();
        assert!(after.state.supervisions.contains_key(&SupervisionId(after.last_command().0)));
    }

    #[test]
    fn it_goes_one_tier_down() {
        for code in ["5108", "510811100201"] {
            let refused = OversightRejection::SupervisionTier { found: code.parse().unwrap() };
            City::merged().when(by_city(supervising(code))).refused(refused.into());
        }
        let refused = Rejection::DecidingBody { found: "昭化区委组织部".into(), needed: Level::City };
        City::merged().when(supervise(supervising("510811"))).refused(refused);
        let refused =
            Rejection::RoleForbids { role: Role::TownshipClerk.as_str(), command: "issue-supervision" };
        let by_clerk = supervise(supervising(LEAD)).by(clerk()).behalf(TOWNSHIP_ORGAN);
        City::merged().when(by_clerk).refused(refused);
        let outside = Rejection::OutsideScope { what: "510824100".into(), scope: "510811".parse().unwrap() };
        City::merged().when(supervise(supervising("510824100"))).refused(outside);
    }

    #[test]
    fn its_joint_branch_lies_there_and_its_day_lies_ahead() {
        let of_next = IssueSupervision { joint_branch: Some(JOINT), ..supervising(NEXT) };
        let refused = OversightRejection::SupervisionScope {
            name: "联合党支部".into(),
            to: NEXT.parse().unwrap(),
        };
        City::merged().when(supervise(of_next)).refused(refused.into());
        let due = |day: &str| IssueSupervision { due: date(day), ..supervising(LEAD) };
        City::merged().when(supervise(due("2019-07-25"))).accepted();
        City::merged().when(supervise(due("2019-07-24"))).refused(Rejection::DateAfter {
            what: say("签发日期", "the issue"),
            date: date("2019-07-25"),
            limit: date("2019-07-24"),
        });
        City::merged()
            .when(supervise(supervising(LEAD)).by(officer("officer-2")).behalf(COUNTY_ORGAN))
            .accepted();
    }
}
