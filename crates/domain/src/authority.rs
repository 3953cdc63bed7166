//! Who may give which command, and whether the log takes it at all.

use crate::account::Role;
use crate::actor::Authority;
use crate::case::Case;
use crate::commands::CommandBody;
use crate::ids::AccountId;
use crate::organization::{HostKind, Organization, OrganizationForm};
use crate::policy::Policy;
use crate::rejection::{AccountRejection, PlaceRejection, Rejection};
use crate::say::say;
use crate::spec::Exception;

/// Checks the role, that the authority lies inside the actor's scope, and the log's kind, in this order: who may give no
/// command learns nothing else. Who acts on the machine itself has an authority only where the log's kind gives it one.
pub(crate) fn check(case: &Case<'_>, body: &CommandBody) -> Result<(), Rejection> {
    let command = case.command;
    let role = command.actor.role;
    if !role_may(role, body, case.policy) {
        return Err(Rejection::RoleForbids { role: role.as_str(), command: case.spec.name });
    }
    if role == Role::Local {
        check_log_kind(case)?;
        return check_on_behalf_of(case);
    }
    check_account(case)?;
    check_on_behalf_of(case)?;
    check_log_kind(case)
}

/// The account of an ended place writes nothing until it is issued again.
fn check_account(case: &Case<'_>) -> Result<(), Rejection> {
    let (state, today) = (case.state, case.command.recorded_at.day());
    let account = case.command.actor.id.parse::<AccountId>().ok().and_then(|id| state.accounts.get(&id));
    let Some(place) = account.and_then(|account| state.ended_place_of(account, today)) else {
        return Ok(());
    };
    let (name, successors) = (place.name.to_string(), state.named_successors(place));
    Err(AccountRejection::PlaceEnded { name, on: place.ended_on.unwrap_or(today), successors }.into())
}

/// From the day on which its place ended an organ decides nothing.
fn check_organ(case: &Case<'_>, organ: &Organization) -> Result<(), Rejection> {
    match organ.place_ended_on.filter(|ended| *ended <= case.on()) {
        Some(on) => Err(PlaceRejection::OrganOfEnded { name: organ.name.to_string(), on }.into()),
        None => Ok(()),
    }
}

fn check_on_behalf_of(case: &Case<'_>) -> Result<(), Rejection> {
    match &case.command.on_behalf_of {
        Authority::Organization(id) => {
            let organ = case.organization(*id, "/on_behalf_of")?;
            case.require_scope(&case.state.scope_of_organization(*id), "on_behalf_of")?;
            check_organ(case, organ)
        }
        Authority::Place(code) if *code == case.state.city || case.state.place_by_code(code).is_some() => {
            case.require_scope(&case.state.scope_of_bearer(code), "on_behalf_of")
        }
        Authority::Place(code) => Err(Case::unknown(say("行政区划", "place"), code, "/on_behalf_of")),
    }
}

/// A log is simulated or real from its first event that is not of the service itself, and neither takes the other's commands.
fn check_log_kind(case: &Case<'_>) -> Result<(), Rejection> {
    let command = case.command;
    if case.spec.is_operational() {
        return Ok(());
    }
    let words = |simulated: bool| if simulated { say("模拟", "simulated") } else { say("正式", "real") };
    if let (Some(log), Some(own)) = (case.state.simulated, command.simulated)
        && log != own
    {
        return Err(Rejection::SimulatedOrReal { log: words(log), command: words(own) });
    }
    let simulated = case.state.simulated.or(command.simulated).unwrap_or(false);
    let import_open = case.spec.has(Exception::FirstImport) && !case.state.imported;
    if command.actor.role == Role::Local && !simulated && !import_open {
        return Err(Rejection::LocalForbidden);
    }
    Ok(())
}

/// Whether the role may give the command at all; where it may is the scope's business.
pub fn role_may(role: Role, body: &CommandBody, policy: &Policy) -> bool {
    let is_organ_of_city = match body {
        CommandBody::RegisterOrganization(data) => is_organ_of_city(data.form, &data.host_kind),
        _ => false,
    };
    body.spec().givers.include(role, is_organ_of_city, policy.thresholds.deciding_level)
}

/// The organs of the city's own tier, on whose word counties decide, are registered by its office.
pub(crate) fn is_organ_of_city(form: OrganizationForm, host_kind: &HostKind) -> bool {
    form == OrganizationForm::Organ && *host_kind == HostKind::City
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;
    use crate::commands::issue_account::tests::issue;
    use crate::testing::City;
    use crate::testing::city::{
        ABROAD, CITY_ORGAN, LEAD, NEXT, OTHER_COUNTY_ORGAN, TOWNSHIP_ORGAN, V1, V2, members, place_data,
    };
    use crate::testing::drafts::{
        Draft, clerk, import, local, merge, officer, person, proposal, propose, reject, survey,
    };

    fn place(code: &str) -> Draft {
        import(CommandBody::RegisterPlace(place_data(code, "新地")))
    }

    fn forbids(role: Role, command: &'static str) -> Rejection {
        Rejection::RoleForbids { role: role.as_str(), command }
    }

    fn actor(role: Role, scope: &str) -> Actor {
        Actor { id: "someone".into(), role, scope: scope.parse().unwrap() }
    }

    #[test]
    fn a_clerk_gives_no_command_that_is_the_countys() {
        let drafts = [merge(), reject(), place("510811100299")];
        for draft in drafts {
            let command = draft.body.name();
            let draft = draft.by(clerk()).behalf(TOWNSHIP_ORGAN);
            City::surveyed().when(draft).refused(forbids(Role::TownshipClerk, command));
        }
        City::new().when(propose(proposal(&[V1, V2])).by(officer("officer-1"))).accepted();
    }

    #[test]
    fn who_only_reads_or_administers_writes_nothing() {
        for role in
            [Role::CityOffice, Role::Subscriber, Role::Auditor, Role::SystemAdmin, Role::SecurityAdmin]
        {
            let draft = propose(proposal(&[V1, V2])).by(actor(role, "5108"));
            City::new().when(draft).refused(forbids(role, "propose-joint-branch"));
        }
        let issue = || issue(Role::CityOffice, "5108");
        City::new()
            .when(issue().by(officer("officer-1")))
            .refused(forbids(Role::CountyOfficer, "issue-account"));
        City::new().when(issue().by(clerk())).refused(forbids(Role::TownshipClerk, "issue-account"));
        City::new().when(issue().by(actor(Role::SecurityAdmin, "5108"))).accepted();
    }

    #[test]
    fn the_city_registers_the_organs_of_its_own_tier_and_no_other() {
        use crate::testing::city::organization_data;
        let register = |host_kind, host: &str| {
            let id = crate::ids::OrganizationId(ulid::Ulid(0xC17));
            let data = organization_data(id, "市委", host_kind, host);
            let data = crate::commands::RegisterOrganization { form: OrganizationForm::Organ, ..data };
            import(CommandBody::RegisterOrganization(data))
                .by(actor(Role::CityOffice, "5108"))
                .on("2018-06-01")
        };
        City::new().when(register(HostKind::City, "5108")).accepted();
        let refused = || forbids(Role::CityOffice, "register-organization");
        City::new().when(register(HostKind::County, "510811")).refused(refused());
    }

    #[test]
    fn the_authority_is_known_and_lies_in_the_actors_scope() {
        let outside = |scope: &str| Rejection::OutsideScope {
            what: "on_behalf_of".into(),
            scope: scope.parse().unwrap(),
        };
        let draft = || survey(&[(V1, 100, 100), (V2, 100, 100)]);
        City::proposed().when(draft().behalf(OTHER_COUNTY_ORGAN)).refused(outside(LEAD));
        City::proposed().when(draft().behalf_of_place(NEXT)).refused(outside(LEAD));
        City::proposed().when(draft().by(officer("officer-1")).behalf(CITY_ORGAN)).refused(outside("510811"));
        City::proposed().when(draft().behalf_of_place(LEAD)).accepted();
        let unknown = crate::ids::OrganizationId(ulid::Ulid(1));
        let refused = Case::unknown(say("党组织", "organization"), &unknown, "/on_behalf_of");
        City::proposed().when(draft().behalf(unknown)).refused(refused);
        let refused = Case::unknown(say("行政区划", "place"), &"510811999", "/on_behalf_of");
        City::proposed().when(draft().behalf_of_place("510811999")).refused(refused);
    }

    #[test]
    fn a_clerk_of_the_next_township_does_not_touch_the_joint_branch() {
        let next = Actor { scope: NEXT.parse().unwrap(), ..clerk() };
        let draft = survey(&[(V1, 100, 100), (V2, 100, 100)]).by(next.clone()).behalf_of_place(NEXT);
        let refused =
            Rejection::OutsideScope { what: "联合党支部".into(), scope: NEXT.parse().unwrap() };
        City::proposed().when(draft).refused(refused);
        let refused =
            Rejection::OutsideScope { what: "510811100201党支部".into(), scope: NEXT.parse().unwrap() };
        City::new().when(members(V1, 9, 0).by(next).behalf_of_place(NEXT)).refused(refused);
    }

    #[test]
    fn a_real_log_takes_local_commands_for_the_first_import_only() {
        let city = City::empty().given(issue(Role::CityOffice, "5108")).given(place("5108"));
        let after_account = city.given(issue_another()).given(place("510811"));
        // A later list too, as long as there is nothing but places, organizations and their figures.
        let rename = crate::commands::ChangePlace {
            name: "新名".parse().ok(),
            ..crate::testing::drafts::places::changing(
                "510811",
                crate::commands::change_place::PlaceChange::Rename,
            )
        };
        let rename = || {
            crate::testing::drafts::places::change_place(rename.clone()).by(local()).behalf_of_place("5108")
        };
        let later = after_account.clone().given(rename());
        assert!(!later.state.imported);
        let begun = City::new();
        begun.when(rename()).refused(Rejection::LocalForbidden);
        begun.when(place("510811100299")).refused(Rejection::LocalForbidden);
        let by_hand = person(crate::ids::PersonId(ulid::Ulid(0xC99)), None).by(local());
        begun.when(by_hand.clone()).refused(Rejection::LocalForbidden);
        after_account.when(by_hand.behalf_of_place("5108")).refused(Rejection::LocalForbidden);
        assert_eq!(begun.state.simulated, Some(false));
    }

    #[test]
    fn the_first_import_brings_organizations_with_their_figures() {
        let organ = crate::testing::city::organization_data(ABROAD, "县委组织部", HostKind::County, "510811");
        let city = City::empty().given(place("5108")).given(place("510811"));
        let city = city.given(import(CommandBody::RegisterOrganization(organ)));
        let counted = city.given(members(ABROAD, 9, 0).by(local()).behalf_of_place("5108"));
        assert!(!counted.state.imported);
        counted.when(place("510812")).accepted();
    }

    fn issue_another() -> Draft {
        let mut draft = issue(Role::Auditor, "5108");
        if let CommandBody::IssueAccount(data) = &mut draft.body {
            data.id = None;
        }
        draft
    }

    #[test]
    fn first_business_event_fixes_simulated_or_real() {
        let words = [say("正式", "real"), say("模拟", "simulated")];
        let refused = |log: usize| Rejection::SimulatedOrReal {
            log: words[log].clone(),
            command: words[1 - log].clone(),
        };
        let simulated =
            City::empty().given(issue(Role::CityOffice, "5108")).given(place("5108").simulated(true));
        simulated.when(place("510811").simulated(false)).refused(refused(1));
        let simulated = simulated.given(place("510811")).given(place("510811100"));
        assert_eq!((simulated.state.simulated, simulated.log[2].meta.simulated), (Some(true), true));
        City::new().when(members(V1, 9, 0).simulated(true)).refused(refused(0));
        City::new().when(members(V1, 9, 0).simulated(false)).accepted();
        // Who may not give the command, or not there, does not learn what the log is.
        let subscriber = members(V1, 9, 0).simulated(true).by(actor(Role::Subscriber, "510811"));
        City::new().when(subscriber).refused(forbids(Role::Subscriber, "update-organization"));
        let elsewhere =
            Rejection::OutsideScope { what: "on_behalf_of".into(), scope: "510811".parse().unwrap() };
        City::new().when(members(V1, 9, 0).simulated(true).behalf(OTHER_COUNTY_ORGAN)).refused(elsewhere);
        // Accounts belong to either.
        simulated.when(issue_another().simulated(false)).accepted();
        assert_eq!(simulated.state.local_events, 4);
    }

    #[test]
    fn a_simulated_log_takes_every_local_command() {
        let city = City::empty().given(place("5108").simulated(true)).given(place("510811"));
        let organ = crate::testing::city::organization_data(
            ABROAD,
            "县委组织部",
            crate::organization::HostKind::County,
            "510811",
        );
        let city = city.given(import(CommandBody::RegisterOrganization(organ)));
        city.when(members(ABROAD, 9, 0).by(local()).behalf_of_place("5108")).accepted();
    }
}
