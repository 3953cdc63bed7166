//! `transfer-functions`: the joint body of a pairing coordinates functions of its members; a function has one holder.

use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, JointBranch};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 划转职能由联合党组织统筹，或交回原党组织；只用于共建 / passes functions between the originals and the joint body of a pairing
    pub struct MoveFunctions {
        /// 共建的联合党组织 / the joint branch, which is a pairing
        pub joint_branch: JointBranchId,
        /// 划转或交回的职能：四项职能的代码，或协议写明的事项 / the functions that pass: `political_guidance`, `industry`, `social_governance`, `public_service`, or items named by the pairing
        pub functions: Vec<Function>,
        /// 原承担职能的党组织 / the original organizations that the functions are of
        pub from: Vec<OrganizationId>,
    }
}

same_data! {
    /// Passes functions of a pairing to the joint body.
    pub struct TransferFunctions(pub MoveFunctions);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "transfer-functions",
    title: say("划转职能", "Transfer functions"),
    group: Group::EverydayWork,
    mechanisms: &[Mechanism::Pairing],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.arrangement == Arrangement::Pairing),
    yields: &["joint-branch.functions-transferred"],
    along: &[],
    refused_when: "in a merger; held elsewhere",
    rules: &["merger-is-whole", "function-once", "not-a-member", "code-list", "member-once"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-04-01",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2019〕8号", "issued": "2019-03-30", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000009",
    "functions": ["industry", "social_governance"],
    "from": ["01J8KQ2M000000000000000002", "01J8KQ2M000000000000000003"]
  }
}"#,
    example_follows: &["pair-branches"],
};

pub(crate) fn entity(TransferFunctions(data): &TransferFunctions) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    TransferFunctions(data): &TransferFunctions,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check_pairing(case, data)?;
    check_codes(case, &data.functions)?;
    for (index, id) in data.from.iter().enumerate() {
        let organization = case.organization_in_order(*id, &format!("/data/from/{index}"))?;
        let held =
            data.functions.iter().find_map(|function| organization.held_elsewhere.get_key_value(function));
        if let Some((function, holder)) = held {
            let (function, holder) = (function.0.to_string(), holder.to_string());
            case.refuse(Rejection::FunctionHeldElsewhere {
                name: organization.name.to_string(),
                function,
                holder,
            })?;
        }
    }
    Ok(vec![EventBody::FunctionsTransferred(moved(joint_branch, data))])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<TransferFunctions> {
    let EventBody::FunctionsTransferred(FunctionsMoved { joint_branch, functions, from }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(TransferFunctions(MoveFunctions { joint_branch, functions, from }))
}

/// What transferring and returning share: a live pairing, functions, and members to take them from.
pub(crate) fn check_pairing<'a>(
    case: &Case<'a>,
    data: &MoveFunctions,
) -> Result<&'a Arc<JointBranch>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    if joint_branch.arrangement == Arrangement::Merger {
        case.refuse(Rejection::MergerIsWhole)?;
    }
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    if data.functions.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("职能", "the functions") })?;
    }
    if data.from.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("原党组织", "the original organizations") })?;
    }
    for (index, id) in data.from.iter().enumerate() {
        let organization = case.organization(*id, &format!("/data/from/{index}"))?;
        if !joint_branch.members.contains(id) {
            case.refuse(Rejection::NotAMember { name: organization.name.to_string() })?;
        }
        if data.from.iter().filter(|other| *other == id).count() > 1 {
            case.refuse(Rejection::MemberRepeated { name: organization.name.to_string() })?;
        }
    }
    Ok(joint_branch)
}

pub(crate) fn moved(joint_branch: &JointBranch, data: &MoveFunctions) -> FunctionsMoved {
    FunctionsMoved {
        joint_branch: joint_branch.id,
        functions: data.functions.clone(),
        from: data.from.clone(),
    }
}

/// A word in code letters is on the list; any other text is a named item.
pub(crate) fn check_codes(case: &Case<'_>, functions: &[Function]) -> Result<(), Rejection> {
    let mut coded = functions.iter().filter_map(|function| function.0.as_str().parse::<Code>().ok());
    coded.try_for_each(|code| case.require_code("functions", code.as_str(), "/data/functions"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::Phase;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{JOINT, V1, V2, V3};
    use crate::testing::drafts::{functions, transfer};

    #[test]
    fn a_pairing_coordinates_the_functions_named_and_no_other() {
        let names = ["industry", "联合巡逻"];
        let after = City::paired().when(transfer(&names, &[V1])).then(&[EventBody::FunctionsTransferred(
            FunctionsMoved {
                joint_branch: JOINT,
                functions: functions(&names, &[]).functions,
                from: vec![V1],
            },
        )]);
        let held: Vec<&str> =
            after.organization(V1).held_elsewhere.keys().map(|held| held.0.as_str()).collect();
        assert_eq!(held, names);
        assert!(after.organization(V2).held_elsewhere.is_empty());
    }

    #[test]
    fn a_merger_is_whole() {
        City::merged().when(transfer(&["industry"], &[V1])).refused(Rejection::MergerIsWhole);
    }

    #[test]
    fn a_function_has_one_holder() {
        let city = City::paired().given(transfer(&["industry"], &[V1]));
        city.when(transfer(&["public_service", "industry"], &[V2, V1])).refused(
            Rejection::FunctionHeldElsewhere {
                name: "510811100201党支部".into(),
                function: "industry".into(),
                holder: JOINT.to_string(),
            },
        );
        city.when(transfer(&["public_service"], &[V2, V1])).accepted();
    }

    #[test]
    fn functions_and_members_are_named() {
        City::paired()
            .when(transfer(&[], &[V1]))
            .refused(Rejection::EmptyList { what: say("职能", "the functions") });
        City::paired()
            .when(transfer(&["industry"], &[]))
            .refused(Rejection::EmptyList { what: say("原党组织", "the original organizations") });
        let repeated = Rejection::MemberRepeated { name: "510811100201党支部".into() };
        City::paired().when(transfer(&["industry"], &[V1, V1])).refused(repeated);
        let foreign = Rejection::NotAMember { name: "510811100203党支部".into() };
        City::paired().when(transfer(&["industry"], &[V3])).refused(foreign);
        // A code may hold digits; what holds them and is on no list is no named item either.
        let digits = City::paired().when(transfer(&["trade_2"], &[V1])).decision;
        assert!(matches!(digits, Err(Rejection::UnknownCode { .. })));
        City::paired().when(transfer(&["trade"], &[V1])).refused(Rejection::UnknownCode {
            found: "trade".into(),
            allowed: "political_guidance, industry, social_governance, public_service".into(),
            pointer: "/data/functions",
        });
    }

    #[test]
    fn an_organ_transfers_in_a_live_pairing() {
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        let refused = Rejection::DecidingBody { found, needed };
        City::paired().when(transfer(&["industry"], &[V1]).behalf(V1)).refused(refused);
        City::paired_proposal().when(transfer(&["industry"], &[V1])).refused(Rejection::WrongPhase {
            name: "联合党支部".into(),
            found: Phase::Proposed,
            needed: say("已成立且未撤销", "established and not dissolved"),
        });
    }
}
