//! `revoke-power`: the township committee takes delegated powers back.

use crate::case::Case;
use crate::commands::delegate_power::{MovePowers, check, moved};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::PowersMoved;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{Rejection, WorkRejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Takes delegated powers back.
    pub struct RevokePower(pub MovePowers);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "revoke-power",
    title: say("收回权力", "Take powers back"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Powers],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && !joint.powers.is_empty()),
    yields: &["joint-branch.powers-revoked"],
    along: &[],
    refused_when: "not delegated",
    rules: &["power-not-held"],
    choices: &[],
    example: r#"{
  "effective_date": "2020-04-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2020〕6号", "issued": "2020-04-09"},
  "decided_by": {"meeting": "白果乡党委会第7次会议", "date": "2020-04-08"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "powers": ["personnel"], "reason": "改由乡镇党委统一行使"}
}"#,
    example_follows: &["delegate-power"],
};

pub(crate) fn entity(RevokePower(data): &RevokePower) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    RevokePower(data): &RevokePower,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check(case, data, "revoke")?;
    for (index, power) in data.powers.iter().enumerate() {
        let listed_before = data.powers.iter().take(index).any(|other| other == power);
        if !joint_branch.powers.contains(power) || listed_before {
            case.refuse(WorkRejection::PowerNotHeld { power: power.to_string() })?;
        }
    }
    Ok(vec![EventBody::PowersRevoked(moved(data))])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RevokePower> {
    let EventBody::PowersRevoked(PowersMoved { joint_branch, powers, reason }) = recorded.lead.clone() else {
        return None;
    };
    Some(RevokePower(MovePowers { joint_branch, powers, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::functions::PowersMoved;
    use crate::testing::City;
    use crate::testing::city::JOINT;
    use crate::testing::drafts::text;
    use crate::testing::drafts::work::{delegate, revoke};

    #[test]
    fn what_was_delegated_is_taken_back_once() {
        let city = City::merged().given(delegate(&["personnel", "supervision"]));
        let after = city.when(revoke(&["personnel"])).then(&[EventBody::PowersRevoked(PowersMoved {
            joint_branch: JOINT,
            powers: vec![text("personnel")],
            reason: None,
        })]);
        assert_eq!(after.joint().powers.len(), 1);
        let refused = WorkRejection::PowerNotHeld { power: "personnel".into() };
        after.when(revoke(&["personnel"])).refused(refused.into());
        let refused = WorkRejection::PowerNotHeld { power: "supervision".into() };
        after.when(revoke(&["supervision", "supervision"])).refused(refused.into());
        // A power that a jurisdiction no longer lists can still be taken back.
        let narrowed = after.with_policy(|policy| {
            std::sync::Arc::make_mut(&mut policy.code_lists).get_mut("powers").unwrap().clear();
        });
        narrowed.when(revoke(&["supervision"])).accepted();
    }

    #[test]
    fn a_meeting_takes_it_back() {
        let city = City::merged().given(delegate(&["personnel"]));
        city.when(revoke(&["personnel"]).undecided()).refused(Rejection::DecidedByMissing);
        city.when(revoke(&[])).refused(Rejection::EmptyList { what: say("下放的权力", "the powers") });
    }
}
