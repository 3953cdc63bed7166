//! From a command to events: the checks that every command passes, then the command's own file.

use crate::authority;
use crate::case::Case;
use crate::command::{Authority, Command, CommandBody};
use crate::commands;
use crate::commands::RegisterOrganization;
use crate::event::EventBody;
use crate::place::PlaceCode;
use crate::policy::Policy;
use crate::rejection::{Rejection, Warning};
use crate::state::CityState;

/// What a command yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// At least one fact, in order; they are recorded together or not at all.
    pub events: Vec<EventBody>,
    /// Rules that were broken and set aside, or that only remind.
    pub warnings: Vec<Warning>,
}

/// Decides a command against the state recorded before it, by the policy in force on its effective date where its
/// entity lies. Pure: the same arguments give the same answer.
pub fn decide(state: &CityState, defaults: &Policy, command: &Command) -> Result<Decision, Rejection> {
    let policy = policy_for(state, defaults, command);
    let mut case = Case::new(state, &policy, command);
    authority::check(&case)?;
    case.check_effective_date()?;
    case.check_document()?;
    let events = dispatch(&mut case, command)?;
    case.check_override_used()?;
    Ok(Decision { events, warnings: case.into_warnings() })
}

/// The policy by which a command is judged: the one in force on its effective date where its entity lies.
pub fn policy_for(state: &CityState, defaults: &Policy, command: &Command) -> Policy {
    let county = match (&command.body, command.body.entity()) {
        (_, Some(entity)) => state.scope_of(entity).county,
        (CommandBody::ProposeJointBranch(data), None) => state.scope_of_bearer(&data.lead_township).county,
        (CommandBody::RegisterOrganization(data), None) => county_of_new(state, data, command),
        _ => state.scope_of_bearer(&command.actor.scope).county,
    };
    state.policies.resolve(defaults, command.effective_date, county.as_ref())
}

/// The county in which an organization that is to be registered lies, as the command itself finds it.
fn county_of_new(state: &CityState, data: &RegisterOrganization, command: &Command) -> Option<PlaceCode> {
    let named =
        if data.host_kind.is_place() { data.host.as_str().parse().ok() } else { data.location.clone() };
    let of_organization = |id| state.scope_of_organization(id).county;
    match (named, data.superior, &command.on_behalf_of) {
        (Some(code), ..) => state.scope_of_bearer(&code).county,
        (None, Some(superior), _) => of_organization(superior),
        (None, None, Authority::Organization(id)) => of_organization(*id),
        (None, None, Authority::Place(code)) => state.scope_of_bearer(code).county,
    }
}

fn dispatch(case: &mut Case<'_>, command: &Command) -> Result<Vec<EventBody>, Rejection> {
    match &command.body {
        CommandBody::RegisterPlace(data) => commands::register_place::decide(case, data),
        CommandBody::RegisterOrganization(data) => commands::register_organization::decide(case, data),
        CommandBody::UpdateOrganization(data) => commands::update_organization::decide(case, data),
        CommandBody::RegisterPerson(data) => commands::register_person::decide(case, data),
        CommandBody::ProposeJointBranch(data) => commands::propose_joint_branch::decide(case, data),
        CommandBody::RecordWillSurvey(data) => commands::record_will_survey::decide(case, data),
        CommandBody::MergeBranches(data) => commands::merge_branches::decide(case, data),
        CommandBody::PairBranches(data) => commands::pair_branches::decide(case, data),
        CommandBody::RejectProposal(data) => commands::reject_proposal::decide(case, data),
        CommandBody::WithdrawProposal(data) => commands::withdraw_proposal::decide(case, data),
        CommandBody::AssignSecretary(data) => commands::assign_secretary::decide(case, data),
        CommandBody::RelieveSecretary(data) => commands::relieve_secretary::decide(case, data),
        CommandBody::TransferFunctions(data) => commands::transfer_functions::decide(case, data),
        CommandBody::ReturnFunctions(data) => commands::return_functions::decide(case, data),
        CommandBody::EvaluateQuarter(data) => commands::evaluate_quarter::decide(case, data),
        CommandBody::CorrectEvaluation(data) => commands::correct_evaluation::decide(case, data),
        CommandBody::OrderRectification(data) => commands::order_rectification::decide(case, data),
        CommandBody::ReviewRectification(data) => commands::review_rectification::decide(case, data),
        CommandBody::DissolveJointBranch(data) => commands::dissolve_joint_branch::decide(case, data),
        CommandBody::AnchorAccessLog(data) => commands::anchor_access_log::decide(case, data),
        CommandBody::AcceptClock(data) => commands::accept_clock::decide(case, data),
        CommandBody::DeclareDurability(data) => commands::declare_durability::decide(case, data),
        CommandBody::FileWithCounty(data) => commands::file_with_county::decide(case, data),
        CommandBody::RenewTerm(data) => commands::renew_term::decide(case, data),
        CommandBody::AppointCommittee(data) => commands::appoint_committee::decide(case, data),
        CommandBody::RecordElection(data) => commands::record_election::decide(case, data),
        CommandBody::RecordVillageHeadElection(data) => {
            commands::record_village_head_election::decide(case, data)
        }
        CommandBody::RecordCommitment(data) => commands::record_commitment::decide(case, data),
        CommandBody::DelegatePower(data) => commands::delegate_power::decide(case, data),
        CommandBody::RevokePower(data) => commands::revoke_power::decide(case, data),
        CommandBody::LinkOrganization(data) => commands::link_organization::decide(case, data),
        CommandBody::RecordActivity(data) => commands::record_activity::decide(case, data),
        CommandBody::RecordCoLocation(data) => commands::record_co_location::decide(case, data),
        CommandBody::RecordFunding(data) => commands::record_funding::decide(case, data),
        CommandBody::AdmitMember(data) => commands::admit_member::decide(case, data),
        CommandBody::ReleaseMember(data) => commands::release_member::decide(case, data),
        CommandBody::ChangeJointBranch(data) => commands::change_joint_branch::decide(case, data),
        CommandBody::ChangeOrganization(data) => commands::change_organization::decide(case, data),
        CommandBody::AbolishOrganization(data) => commands::abolish_organization::decide(case, data),
        CommandBody::IssueSupervision(data) => commands::issue_supervision::decide(case, data),
        CommandBody::AnswerSupervision(data) => commands::answer_supervision::decide(case, data),
        CommandBody::RecordYearlyReview(data) => commands::record_yearly_review::decide(case, data),
        CommandBody::HoldPerson(data) => commands::hold_person::hold(case, data),
        CommandBody::LiftHold(data) => commands::hold_person::lift(case, data),
        CommandBody::ErasePerson(data) => commands::erase_person::decide(case, data),
        CommandBody::CorrectRecord(data) => commands::correct_record::decide(case, data),
        CommandBody::ChangePlace(data) => commands::change_place::decide(case, data),
        CommandBody::IssueAccount(data) => commands::issue_account::decide(case, data),
        CommandBody::RenewAccount(data) => commands::renew_account::decide(case, data),
        CommandBody::RevokeAccount(data) => commands::revoke_account::decide(case, data),
        CommandBody::ResetSecondFactor(data) => commands::reset_second_factor::decide(case, data),
        CommandBody::IssuePolicy(data) => commands::issue_policy::decide(case, data),
    }
}
