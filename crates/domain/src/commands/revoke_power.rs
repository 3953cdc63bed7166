//! `revoke-power`: the township committee takes delegated powers back.

use crate::case::Case;
use crate::commands::delegate_power::{MovePowers, check, moved};
use crate::event::EventBody;
use crate::rejection::{Rejection, WorkRejection};

pub(crate) fn decide(case: &mut Case<'_>, data: &MovePowers) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check(case, data, "revoke")?;
    for (index, power) in data.powers.iter().enumerate() {
        let listed_before = data.powers.iter().take(index).any(|other| other == power);
        if !joint_branch.powers.contains(power) || listed_before {
            return Err(WorkRejection::PowerNotHeld { power: power.to_string() }.into());
        }
    }
    Ok(vec![EventBody::PowersRevoked(moved(data))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::work::PowersMoved;
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
        city.when(revoke(&[])).refused(Rejection::EmptyList { what: "powers" });
    }
}
