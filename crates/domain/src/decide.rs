//! From a command to events: the checks that every command passes, then the command's own file.

use crate::actor::Authority;
use crate::authority;
use crate::case::Case;
use crate::command::Command;
use crate::commands::{CommandBody, RegisterOrganization};
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
    let mut case = Case::new(state, &policy, &command.header, command.body.spec());
    authority::check(&case, &command.body)?;
    let events = judge(&mut case, &command.body)?;
    Ok(Decision { events, warnings: case.into_warnings() })
}

/// What the rules say of a command, all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Every refusal that is found, the one by which it is refused first; none where it is accepted.
    pub refusals: Vec<Rejection>,
    /// Rules that were broken and set aside, or that only remind.
    pub warnings: Vec<Warning>,
    /// Whether every rule was come to: what is not there, and who may not act, ends the judging.
    pub is_whole: bool,
}

/// Judges a command by every rule. What follows a refusal is judged as if that one did not stand, so it holds as far as it
/// goes: who may not give the command learns of nothing else.
pub fn judgement(state: &CityState, defaults: &Policy, command: &Command) -> Judgement {
    let policy = policy_for(state, defaults, command);
    let mut case = Case::new(state, &policy, &command.header, command.body.spec());
    if let Err(rejection) = authority::check(&case, &command.body) {
        return Judgement { refusals: vec![rejection], warnings: Vec::new(), is_whole: false };
    }
    case.note_refusals();
    let last = judge(&mut case, &command.body).err();
    let is_whole = last.as_ref().is_none_or(|last| *last == Rejection::OverrideUnneeded);
    let (mut found, warnings) = case.into_findings();
    // An override that nothing asks for may be asked for by what was not looked at any more.
    found.extend(last.filter(|last| found.is_empty() || *last != Rejection::OverrideUnneeded));
    let mut refusals: Vec<Rejection> = Vec::new();
    for rejection in found {
        if !refusals.contains(&rejection) {
            refusals.push(rejection);
        }
    }
    Judgement { refusals, warnings, is_whole }
}

/// What a command that a rule refuses would have yielded without that rule: what whoever forges it would write. Nothing
/// where no events follow.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn forged(state: &CityState, defaults: &Policy, command: &Command) -> Option<Decision> {
    let policy = policy_for(state, defaults, command);
    let mut case = Case::new(state, &policy, &command.header, command.body.spec());
    authority::check(&case, &command.body).ok()?;
    case.note_refusals();
    let events = judge(&mut case, &command.body).ok()?;
    Some(Decision { events, warnings: case.into_warnings() })
}

fn judge(case: &mut Case<'_>, body: &CommandBody) -> Result<Vec<EventBody>, Rejection> {
    case.check_effective_date()?;
    case.check_document()?;
    let events = body.decide(case)?;
    case.check_decided_on()?;
    case.check_override_used()?;
    Ok(events)
}

/// The policy by which a command is judged: the one in force on its effective date where its entity lies.
pub fn policy_for(state: &CityState, defaults: &Policy, command: &Command) -> Policy {
    let county = county_of(state, command);
    state.policies.resolve(defaults, command.header.effective_date, county.as_ref())
}

/// The county by whose policy a command is judged: that in which its entity lies.
pub(crate) fn county_of(state: &CityState, command: &Command) -> Option<PlaceCode> {
    match (&command.body, command.body.entity()) {
        (_, Some(entity)) => state.scope_of(entity).county,
        (CommandBody::ProposeJointBranch(data), None) => state.scope_of_bearer(&data.lead_township).county,
        (CommandBody::RegisterOrganization(data), None) => county_of_new(state, data, command),
        _ => state.scope_of_bearer(&command.header.actor.scope).county,
    }
}

/// The county in which an organization that is to be registered lies, as the command itself finds it.
fn county_of_new(state: &CityState, data: &RegisterOrganization, command: &Command) -> Option<PlaceCode> {
    let named =
        if data.host_kind.is_place() { data.host.as_str().parse().ok() } else { data.location.clone() };
    let of_organization = |id| state.scope_of_organization(id).county;
    match (named, data.superior, &command.header.on_behalf_of) {
        (Some(code), ..) => state.scope_of_bearer(&code).county,
        (None, Some(superior), _) => of_organization(superior),
        (None, None, Authority::Organization(id)) => of_organization(*id),
        (None, None, Authority::Place(code)) => state.scope_of_bearer(code).county,
    }
}

#[cfg(test)]
mod tests {
    use crate::decide::judgement;
    use crate::policy::Policy;
    use crate::rejection::Rejection;
    use crate::testing::City;
    use crate::testing::city::{PROBATIONER, V1, V2};
    use crate::testing::drafts::{Draft, assign, clerk, merge, pair, proposal, propose};

    /// The rules that refuse a command, as a trial tells them.
    fn told(city: &City, draft: Draft) -> Vec<Rejection> {
        let command = draft.into_command(crate::ids::CommandId(ulid::Ulid(0xFFFF)));
        judgement(&city.state, &Policy::defaults().unwrap(), &command).refusals
    }

    fn rules(found: &[Rejection]) -> Vec<&'static str> {
        found.iter().map(Rejection::rule).collect()
    }

    #[test]
    fn a_trial_tells_every_refusal_and_first_the_one_by_which_it_is_refused() {
        let city = City::proposed();
        let wrong = || pair().no_paper();
        let found = told(&city, wrong());
        assert_eq!(rules(&found)[..2], ["arrangement", "document-required"]);
        assert!(rules(&found).contains(&"survey-required"), "{:?}", rules(&found));
        let first = found[0].clone();
        city.when(wrong()).refused(first);
    }

    #[test]
    fn what_is_wrong_with_one_sheet_is_told_together() {
        let city = City::merged();
        let election = crate::testing::drafts::posts::elect().undecided().no_paper();
        let found = told(&city, assign(PROBATIONER).on("2019-02-01").undecided());
        for rule in ["effective-order", "decided-by", "formal-member"] {
            assert!(rules(&found).contains(&rule), "{rule}: {:?}", rules(&found));
        }
        // Nothing is said of a joint branch that is not there.
        let nowhere = told(&City::new(), election);
        assert_eq!(rules(&nowhere), ["unknown-reference"]);
    }

    #[test]
    fn what_is_accepted_has_no_refusal_and_who_may_not_give_it_learns_nothing_else() {
        assert_eq!(told(&City::new(), propose(proposal(&[V1, V2]))), []);
        let city = City::merged();
        assert_eq!(rules(&told(&city, merge().no_paper().by(clerk()))).len(), 1);
    }
}
