//! `reject-registration`: the county sends a registration back, and says why.

use crate::case::Case;
use crate::commands::registered_facts::awaiting;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::registrations::RegistrationRejected;
use crate::ids::JointBranchId;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 退回存量登记 / sends a registration back
    pub struct RejectRegistration {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 退回的理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "reject-registration",
    title: say("退回存量登记", "Send a registration back"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Registration],
    givers: Givers::County,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::AwaitingConfirmation),
    yields: &["joint-branch.registration-rejected"],
    along: &[],
    refused_when: "not waiting for confirmation",
    rules: &["phase"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000017", "reason": "成员与县级台账不一致，请核对后重新登记"}
}"#,
    example_follows: &["register-joint-branch"],
};

pub(crate) fn entity(data: &RejectRegistration) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RejectRegistration) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = awaiting(case, data.joint_branch, "/data/joint_branch")?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::County, lead)?;
    Ok(vec![EventBody::RegistrationRejected(RegistrationRejected {
        joint_branch: joint_branch.id,
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RejectRegistration> {
    let EventBody::RegistrationRejected(RegistrationRejected { joint_branch, reason }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(RejectRegistration { joint_branch, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN, V1, V2, V3};
    use crate::testing::drafts::registrations::{confirm, open, register, send_back, standing};
    use crate::testing::drafts::text;

    fn waiting() -> City {
        City::new().given(open("2026-06-01")).given(register(standing(&[V1, V2])))
    }

    #[test]
    fn what_is_sent_back_is_registered_again_under_its_id() {
        let back =
            waiting().when(send_back()).then(&[EventBody::RegistrationRejected(RegistrationRejected {
                joint_branch: JOINT,
                reason: text("成员与台账不一致"),
            })]);
        assert_eq!(back.joint().phase, Phase::SentBack);
        back.when(confirm()).refused_by("phase");
        let again = back.when(register(standing(&[V1, V3])).on("2026-06-21")).accepted();
        assert_eq!(
            (again.joint().phase, &again.joint().members),
            (Phase::AwaitingConfirmation, &vec![V1, V3])
        );
    }

    #[test]
    fn the_county_alone_sends_back_and_only_what_waits() {
        waiting().when(send_back().behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        waiting().given(confirm()).when(send_back()).refused_by("phase");
        City::proposed().when(send_back()).refused_by("phase");
    }
}
