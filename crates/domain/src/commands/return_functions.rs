//! `return-functions`: functions of a pairing go back to the members they came from.

use crate::case::Case;
use crate::commands::transfer_functions::{MoveFunctions, check_pairing, moved};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::joint_branch::Arrangement;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Gives functions of a pairing back.
    pub struct ReturnFunctions(pub MoveFunctions);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "return-functions",
    title: say("交回职能", "Return functions"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Pairing],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.arrangement == Arrangement::Pairing),
    yields: &["joint-branch.functions-returned"],
    along: &[],
    refused_when: "in a merger; not held",
    rules: &["merger-is-whole", "function-not-held"],
    choices: &[],
    example: r#"{
  "effective_date": "2020-04-01",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2020〕5号", "issued": "2020-03-30"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000009",
    "functions": ["social_governance"],
    "from": ["01J8KQ2M000000000000000002", "01J8KQ2M000000000000000003"]
  }
}"#,
    example_follows: &["transfer-functions"],
};

pub(crate) fn entity(ReturnFunctions(data): &ReturnFunctions) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    ReturnFunctions(data): &ReturnFunctions,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check_pairing(case, data)?;
    for (index, id) in data.from.iter().enumerate() {
        let organization = case.organization_in_order(*id, &format!("/data/from/{index}"))?;
        let held = joint_branch.functions.get(id);
        let absent = data.functions.iter().find(|function| held.is_none_or(|held| !held.contains(function)));
        if let Some(function) = absent {
            case.refuse(Rejection::FunctionNotHeld {
                name: organization.name.to_string(),
                function: function.0.to_string(),
            })?;
        }
    }
    Ok(vec![EventBody::FunctionsReturned(moved(joint_branch, data))])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ReturnFunctions> {
    let EventBody::FunctionsReturned(FunctionsMoved { joint_branch, functions, from }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(ReturnFunctions(MoveFunctions { joint_branch, functions, from }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{V1, V2};
    use crate::testing::drafts::{functions, give_back, transfer};

    #[test]
    fn what_was_transferred_goes_back_to_where_it_came_from() {
        let city = City::paired().given(transfer(&["industry", "public_service"], &[V1, V2]));
        let data = functions(&["industry"], &[V1]);
        let returned = EventBody::FunctionsReturned(moved(city.joint(), &data));
        let after = city.when(give_back(&["industry"], &[V1])).then(&[returned]);
        assert_eq!(after.organization(V1).held_elsewhere.len(), 1);
        assert_eq!(after.organization(V2).held_elsewhere.len(), 2);
        let after = after.given(give_back(&["public_service"], &[V1, V2]));
        assert_eq!(after.joint().functions.keys().collect::<Vec<_>>(), [&V2]);
    }

    #[test]
    fn only_what_is_held_goes_back() {
        let city = City::paired().given(transfer(&["industry"], &[V1]));
        for (function, from, name) in
            [("public_service", V1, "510811100201党支部"), ("industry", V2, "510811100202党支部")]
        {
            let refused = Rejection::FunctionNotHeld { name: name.into(), function: function.into() };
            city.when(give_back(&[function], &[from])).refused(refused);
        }
    }

    #[test]
    fn a_merger_returns_only_by_dissolving() {
        City::merged().when(give_back(&["industry"], &[V1])).refused(Rejection::MergerIsWhole);
    }
}
