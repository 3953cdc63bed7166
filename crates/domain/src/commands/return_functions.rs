//! `return-functions`: functions of a pairing go back to the members they came from.

use crate::case::Case;
use crate::command_data::MoveFunctions;
use crate::commands::transfer_functions::{check_pairing, moved};
use crate::event::EventBody;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &MoveFunctions) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = check_pairing(case, data)?;
    for (index, id) in data.from.iter().enumerate() {
        let organization = case.organization_in_order(*id, &format!("/data/from/{index}"))?;
        let held = joint_branch.functions.get(id);
        let absent = data.functions.iter().find(|function| held.is_none_or(|held| !held.contains(function)));
        if let Some(function) = absent {
            return Err(Rejection::FunctionNotHeld {
                name: organization.name.to_string(),
                function: function.0.to_string(),
            });
        }
    }
    Ok(vec![EventBody::FunctionsReturned(moved(joint_branch, data))])
}
