//! `propose-joint-branch`: a township proposes; the proposal's id is the joint branch's.

use crate::case::Case;
use crate::code::Code;
use crate::commands::composition::{self, Composition};
use crate::commands::form_kind;
use crate::document_number::DocumentNumber;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::JointBranchProposed;
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, Form, Justification, Mode};
use crate::mechanism::Mechanism;
use crate::place::{Level, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 请示成立联合党组织；请示的编号即联合党组织的编号 / proposes a joint branch; the id of the proposal becomes the joint branch's
    pub struct ProposeJointBranch {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<JointBranchId>,
        /// 联合党组织的名称 / the name of the joint branch
        pub name: Text,
        /// 合建或共建 / whether the organizations merge or pair
        pub arrangement: Arrangement,
        /// 五种方式之一，或政策增加的方式 / the mode of joining: one of the five, or one that a policy has added
        pub mode: Mode,
        /// 组织形式 / the form of the joint branch
        pub form: Form,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        pub form_kind: Option<Code>,
        /// 成员党组织，至少两个 / the organizations that join, at least two
        pub members: Vec<OrganizationId>,
        /// 牵头乡镇的代码 / the code of the township that leads
        pub lead_township: PlaceCode,
        /// 合建共建的理由，分三方面填写 / why these organizations join, under three heads
        pub justification: Justification,
        /// 中心村的代码：大小村合建时填 / the code of the base village, for the mode `large_small`
        pub base_village: Option<PlaceCode>,
        /// 共同的主导产业：产业趋同村时填 / the common industry, for the mode `similar_industry`
        pub industry: Option<Text>,
        /// 方式说明：选“其他”时填 / the reason for the mode `other`
        pub mode_reason: Option<Text>,
        /// 上级决定的文号：正式党员三人以上的党组织加入、由乡镇党委批准时须有，县级及以上直接决定的不填 / the number of the superior's decision that lets an organization with 3 or more formal members join where a township committee decides; not needed where the county or above decides
        pub superior_decision: Option<DocumentNumber>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "propose-joint-branch",
    title: say("合建共建请示（申报）", "Propose a joint branch"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Proposal],
    givers: Givers::Township,
    exceptions: &[],
    fits: None,
    yields: &["joint-branch.proposed"],
    along: &[],
    refused_when: "a member is in a live merger; fewer than two members; the mode's own condition; fewer than 3 formal members together; a mode or kind of form that is not on the list",
    rules: &[
        "one-merger",
        "joint-members",
        "code-list",
        "mode",
        "form",
        "branch-minimum",
        "branch-maximum",
        "joint-branch-units",
        "one-county",
        "failed-history",
        "committee-members",
        "general-branch-members",
        "member-active",
        "member-is-branch",
        "member-once",
    ],
    choices: &[
        Choice::Of { field: "arrangement", uses: &[Use::may("superior_decision", &["merger"])] },
        Choice::Of {
            field: "mode",
            uses: &[
                Use::must("base_village", &["large_small"]),
                Use::must("industry", &["similar_industry"]),
                Use::must("mode_reason", &["other"]),
            ],
        },
    ],
    example: r#"{
  "effective_date": "2019-01-10",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {
    "id": "01J8KQ2M000000000000000008",
    "name": "狮岩联合党支部",
    "arrangement": "merger",
    "mode": "similar_industry",
    "form": "branch",
    "members": ["01J8KQ2M000000000000000001", "01J8KQ2M000000000000000002"],
    "lead_township": "510811210",
    "justification": {"geography": "两村相邻，共用一条村道", "industry": "均以猕猴桃为主导产业", "governance": "纠纷调解与水利管护长期共同进行"},
    "industry": "猕猴桃",
    "superior_decision": "昭委组〔2019〕2号"
  }
}"#,
    example_follows: &["update-organization"],
};

pub(crate) fn entity(_: &ProposeJointBranch) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ProposeJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let lead = case.place(&data.lead_township, "/data/lead_township")?;
    if lead.level != Level::Township {
        return Err(Case::unknown(say("乡镇", "township"), &data.lead_township, "/data/lead_township"));
    }
    case.require_scope(&case.state.scope_of_place(lead.id), data.lead_township.as_str())?;
    case.require_organ(Level::Township, lead)?;
    let base_village = data
        .base_village
        .as_ref()
        .map(|code| case.place(code, "/data/base_village"))
        .transpose()?
        .map(|place| place.id);
    check_not_stated(case, &data.mode)?;
    case.require_code(Mode::LIST, data.mode.as_str(), "/data/mode")?;
    form_kind::check(case, data.form.regulated(), data.form_kind.as_ref())?;
    // A clerk's override stands until the county's establishing decision confirms or refuses it (four eyes).
    case.awaits_confirmation = true;
    let composition = Composition {
        arrangement: data.arrangement,
        mode: &data.mode,
        form: data.form,
        form_kind: data.form_kind.as_ref(),
        members: &data.members,
        lead_township: lead.id,
        base_village,
        industry: data.industry.as_ref(),
        mode_reason: data.mode_reason.as_ref(),
    };
    composition::check(case, &composition)?;
    if let Some(history) = composition::failed_history(case, None, &data.members) {
        case.warn(&history);
    }
    let id = data.id.unwrap_or(JointBranchId(case.command.id.0));
    if case.state.joint_branches.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::JointBranchProposed(JointBranchProposed {
        joint_branch: id,
        name: data.name.clone(),
        arrangement: data.arrangement,
        mode: data.mode.clone(),
        form: data.form,
        form_kind: data.form_kind.clone(),
        members: data.members.clone(),
        lead_township: lead.id,
        justification: data.justification.clone(),
        base_village,
        industry: data.industry.clone(),
        mode_reason: data.mode_reason.clone(),
        superior_decision: data.superior_decision.clone(),
        overridden: case.overridden(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ProposeJointBranch> {
    let EventBody::JointBranchProposed(JointBranchProposed {
        joint_branch,
        name,
        arrangement,
        mode,
        form,
        form_kind,
        members,
        lead_township,
        justification,
        base_village,
        industry,
        mode_reason,
        superior_decision,
        overridden: _,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(ProposeJointBranch {
        name,
        arrangement,
        mode,
        form,
        form_kind,
        members,
        lead_township: recorded.code(lead_township)?,
        justification,
        base_village: recorded.code_where_named(base_village)?,
        industry,
        mode_reason,
        superior_decision,
        id: Some(joint_branch),
    })
}

/// `not_stated` is for records of the past, which are those entered late.
fn check_not_stated(case: &Case<'_>, mode: &Mode) -> Result<(), Rejection> {
    let late_days = i32::try_from(case.policy.thresholds.late_entry_days).unwrap_or(i32::MAX);
    let is_late = case.command.recorded_at.day().days_since(case.on()) >= late_days;
    if *mode == Mode::NotStated && !is_late {
        case.refuse(Rejection::ModeCondition {
            detail: say("“未载明”只用于补录的历史记录", "`not_stated` is for records of the past only"),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandBody;
    use crate::testing::City;
    use crate::testing::city::{
        JOINT, LEAD, NEXT, NEXT_TOWNSHIP_ORGAN, OTHER_JOINT, V1, V2, V3, V6, VILLAGES, place,
    };
    use crate::testing::drafts::{Draft, clerk, officer, proposal, propose, text, township};

    fn not_stated() -> ProposeJointBranch {
        ProposeJointBranch { mode: Mode::NotStated, ..proposal(&[V1, V2]) }
    }

    #[test]
    fn a_township_proposes_and_the_proposal_says_everything() {
        let data = ProposeJointBranch {
            base_village: "510811100201".parse().ok(),
            superior_decision: "昭委组〔2019〕2号".parse().ok(),
            ..proposal(&[V1, V2])
        };
        let after = City::new().when(propose(data.clone())).then(&[EventBody::JointBranchProposed(
            JointBranchProposed {
                joint_branch: JOINT,
                name: text("联合党支部"),
                arrangement: data.arrangement,
                mode: Mode::Other,
                form: data.form,
                form_kind: None,
                members: vec![V1, V2],
                lead_township: place(LEAD),
                justification: data.justification.clone(),
                base_village: Some(place("510811100201")),
                industry: None,
                mode_reason: Some(text("联合抓产业")),
                superior_decision: data.superior_decision,
                overridden: Vec::new(),
            },
        )]);
        assert_eq!(after.joint().proposed_by, "clerk-1");
    }

    #[test]
    fn the_proposals_id_is_the_commands_own_where_none_is_given() {
        let after =
            City::new().when(propose(ProposeJointBranch { id: None, ..proposal(&[V1, V2]) })).accepted();
        assert!(after.state.joint_branches.contains_key(&JointBranchId(after.last_command().0)));
    }

    #[test]
    fn an_id_in_use_is_refused() {
        let refused = Rejection::IdInUse { id: JOINT.to_string(), pointer: "/data/id" };
        City::proposed().when(propose(proposal(&[V1, V2]))).refused(refused);
    }

    #[test]
    fn the_lead_is_a_registered_township_in_scope() {
        let led_by = |code: &str| {
            propose(ProposeJointBranch { lead_township: code.parse().unwrap(), ..proposal(&[V1, V2]) })
        };
        for code in ["510811999", "510811"] {
            let unknown = |pointer| Case::unknown(say("行政区划", "place"), &code, pointer);
            let township = Case::unknown(say("乡镇", "township"), &code, "/data/lead_township");
            let expected = if code.len() == 9 { unknown("/data/lead_township") } else { township };
            City::new().when(led_by(code)).refused(expected);
        }
        let refused = Rejection::OutsideScope { what: NEXT.into(), scope: LEAD.parse().unwrap() };
        City::new().when(led_by(NEXT)).refused(refused);
    }

    #[test]
    fn a_township_proposes_for_itself_and_a_place_never() {
        let body = CommandBody::ProposeJointBranch(proposal(&[V1, V2]));
        let next = township(body, "2019-01-10").by(officer("officer-1")).behalf(NEXT_TOWNSHIP_ORGAN);
        City::new()
            .when(next)
            .refused(Rejection::DecidingBody { found: "白果乡党委".into(), needed: Level::Township });
        let refused =
            Rejection::AuthorityIsPlace { command: "propose-joint-branch", found: LEAD.parse().unwrap() };
        City::new().when(propose(proposal(&[V1, V2])).behalf_of_place(LEAD)).refused(refused);
    }

    #[test]
    fn the_base_village_is_registered() {
        let data = ProposeJointBranch { base_village: "510811100299".parse().ok(), ..proposal(&[V1, V2]) };
        let unknown = Case::unknown(say("行政区划", "place"), &"510811100299", "/data/base_village");
        City::new().when(propose(data)).refused(unknown);
    }

    #[test]
    fn a_mode_not_stated_is_for_records_entered_seven_days_late() {
        City::new().when(propose(not_stated()).recorded("2019-01-17")).accepted();
        let refused = Rejection::ModeCondition {
            detail: say("“未载明”只用于补录的历史记录", "`not_stated` is for records of the past only"),
        };
        City::new().when(propose(not_stated()).recorded("2019-01-16")).refused(refused);
    }

    fn six() -> Draft {
        propose(proposal(&VILLAGES))
    }

    #[test]
    fn a_clerks_override_is_kept_for_the_county_to_confirm() {
        City::new().when(six()).refused(Rejection::TooManyUnits { found: 6, allowed: 5 });
        let after = City::new().when(six().by(clerk()).overriding()).warns(&["joint-branch-units"]);
        assert!(after.joint().overridden.contains("joint-branch-units"));
        City::new().when(six().by(officer("officer-1")).overriding()).warns(&["joint-branch-units"]);
    }

    #[test]
    fn a_history_of_failure_is_shown_and_stops_no_proposal() {
        let again = |members: &[_]| {
            propose(ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(members) }).on("2019-09-01")
        };
        City::dissolved().when(again(&[V1, V2])).warns(&["failed-history"]);
        City::dissolved().when(again(&[V1, V3])).accepted();
        // The organization that went on was no member of what failed.
        City::abolished().when(again(&[V1, V6])).accepted();
    }
}
