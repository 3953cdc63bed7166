//! `delegate-power`: the township committee delegates powers 四项权力 to a joint branch, from the jurisdiction's list.

use std::sync::Arc;

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::PowersMoved;
use crate::ids::JointBranchId;
use crate::joint_branch::{Form, JointBranch, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{Rejection, WorkRejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 乡镇党委下放权力，或收回权力 / delegates powers of the township committee to a joint branch, or takes them back
    pub struct MovePowers {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 下放或收回的权力：四项权力的代码，以政策代码表为准 / the powers that pass: codes of the policy's list `powers`
        pub powers: Vec<Text>,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Option<Text>,
    }
}

same_data! {
    /// Delegates powers to a joint branch.
    pub struct DelegatePower(pub MovePowers);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "delegate-power",
    title: say("下放权力", "Delegate powers"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Powers],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.powers-delegated"],
    along: &[],
    refused_when: "the power is not on the jurisdiction's list; delegated already; a pairing without an organ",
    rules: &["code-list", "power-once", "power-holder"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-04-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2019〕9号", "issued": "2019-04-09"},
  "decided_by": {"meeting": "白果乡党委会第8次会议", "date": "2019-04-08"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "powers": ["personnel", "industry_planning"]}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(DelegatePower(data): &DelegatePower) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    DelegatePower(data): &DelegatePower,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check(case, data, "delegate")?;
    for (index, power) in data.powers.iter().enumerate() {
        case.require_code("powers", power.as_str(), "/data/powers")?;
        let listed_before = data.powers.iter().take(index).any(|other| other == power);
        if joint_branch.powers.contains(power) || listed_before {
            case.refuse(WorkRejection::PowerHeld { power: power.to_string() })?;
        }
    }
    Ok(vec![EventBody::PowersDelegated(moved(data))])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<DelegatePower> {
    let EventBody::PowersDelegated(PowersMoved { joint_branch, powers, reason }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(DelegatePower(MovePowers { joint_branch, powers, reason }))
}

/// What delegating and revoking share: a live joint branch with an organ, and a decision that names powers.
pub(crate) fn check<'a>(
    case: &Case<'a>,
    data: &MovePowers,
    kind: &str,
) -> Result<&'a Arc<JointBranch>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Powers])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        case.refuse(WorkRejection::NoOrgan)?;
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::Township, lead)?;
    case.document_once(joint_branch, kind)?;
    if data.powers.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("下放的权力", "the powers") })?;
    }
    Ok(joint_branch)
}

pub(crate) fn moved(data: &MovePowers) -> PowersMoved {
    PowersMoved { joint_branch: data.joint_branch, powers: data.powers.clone(), reason: data.reason.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{JOINT, V1};
    use crate::testing::drafts::text;
    use crate::testing::drafts::work::delegate;

    #[test]
    fn the_township_committee_delegates_powers_of_the_list() {
        let powers = ["personnel", "supervision"];
        let after = City::merged().when(delegate(&powers)).then(&[EventBody::PowersDelegated(PowersMoved {
            joint_branch: JOINT,
            powers: powers.map(text).to_vec(),
            reason: None,
        })]);
        assert_eq!(after.joint().powers.len(), 2);
        after.when(delegate(&["major_decisions"])).accepted();
        let refused = WorkRejection::PowerHeld { power: "supervision".into() };
        after.when(delegate(&["industry_planning", "supervision"])).refused(refused.into());
        let refused = WorkRejection::PowerHeld { power: "personnel".into() };
        City::merged().when(delegate(&["personnel", "personnel"])).refused(refused.into());
    }

    #[test]
    fn a_jurisdiction_has_its_own_list() {
        let refused = |allowed: &str| Rejection::UnknownCode {
            found: "taxation".into(),
            allowed: allowed.into(),
            pointer: "/data/powers",
        };
        let four = "personnel, major_decisions, industry_planning, supervision";
        City::merged().when(delegate(&["taxation"])).refused(refused(four));
        let own = City::merged().with_policy(|policy| {
            Arc::make_mut(&mut policy.code_lists).get_mut("powers").unwrap().truncate(1);
        });
        own.when(delegate(&["taxation"])).refused(refused("personnel"));
        own.when(delegate(&["personnel"])).accepted();
        City::merged()
            .when(delegate(&[]))
            .refused(Rejection::EmptyList { what: say("下放的权力", "the powers") });
    }

    #[test]
    fn a_meeting_decides_for_a_joint_branch_with_an_organ() {
        City::merged().when(delegate(&["personnel"]).undecided()).refused(Rejection::DecidedByMissing);
        City::paired().when(delegate(&["personnel"])).refused(WorkRejection::NoOrgan.into());
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::merged().when(delegate(&["personnel"]).behalf(V1)).refused(refused);
    }
}
