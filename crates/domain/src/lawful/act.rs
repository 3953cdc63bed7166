//! A command of the log under judgement, and the checks that many kinds share.

use crate::account::Role;
use crate::actor::Authority;
use crate::commands::CommandKind;
use crate::date::Date;
use crate::event::EventMeta;
use crate::holder::same_holder;
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::joint_branch::JointBranch;
use crate::organization::Organization;
use crate::person::Person;
use crate::place::{Level, Place, PlaceCode};
use crate::policy::Policy;
use crate::scope::Scope;
use crate::spec::{Exception, Givers};
use crate::state::{CityState, scope_of_code};

use super::unlawful::Unlawful;

/// Who did what, before which state.
pub(super) struct Act<'a> {
    /// The state before the command.
    pub(super) state: &'a CityState,
    pub(super) defaults: &'a Policy,
    /// What its events have in common.
    pub(super) meta: &'a EventMeta,
    pub(super) kind: CommandKind,
    /// Whether it registers an organ of the city itself.
    pub(super) is_organ_of_city: bool,
    /// Where the actor may act.
    pub(super) scope: PlaceCode,
    /// The county whose policy holds.
    pub(super) county: Option<PlaceCode>,
}

impl<'a> Act<'a> {
    /// The role may give the command, and the authority lies inside the actor's scope.
    pub(super) fn check_authority(&self) -> Result<(), Unlawful> {
        let (role, command) = (self.meta.role, self.kind.name());
        // The figure is looked up only where it matters.
        let spec = self.kind.spec();
        let level = if spec.givers == Givers::DecidingTier { self.deciding_level() } else { Level::County };
        if !spec.givers.include(role, self.is_organ_of_city, level) {
            return Err(Unlawful::RoleForbids { role: role.as_str(), command });
        }
        let import_open = spec.has(Exception::FirstImport) && !self.state.imported;
        if role == Role::Local && !self.meta.simulated && !spec.is_operational() && !import_open {
            return Err(Unlawful::LocalForbidden { command });
        }
        match &self.meta.on_behalf_of {
            Authority::Organization(id) => {
                self.known_organization(*id)?;
                self.within(&self.state.scope_of_organization(*id), || format!("onbehalfof {id}"))
            }
            Authority::Place(code)
                if *code == self.state.city || self.state.place_by_code(code).is_some() =>
            {
                self.within_code(code, &self.state.scope_of_bearer(code))
            }
            Authority::Place(code) => Err(Unlawful::Unknown { what: format!("place/{code}") }),
        }
    }

    /// The day for which it was decided.
    pub(super) fn decided_for(&self) -> Date {
        self.meta.decided_on.unwrap_or(self.meta.effective_date)
    }

    /// A decision that was entered too late holds from a day after the one for which it was taken.
    pub(super) fn check_decided_on(&self) -> Result<(), Unlawful> {
        let (decided_on, effective) = (self.meta.decided_on, self.meta.effective_date);
        match decided_on.filter(|decided_on| *decided_on >= effective) {
            Some(decided_on) => Err(Unlawful::DecidedOn { decided_on, effective }),
            None => Ok(()),
        }
    }

    /// The tier that establishes and dissolves, by the policy in force on the effective date.
    pub(super) fn deciding_level(&self) -> Level {
        let policies = &self.state.policies;
        let policy = policies.resolve(self.defaults, self.meta.effective_date, self.county.as_ref());
        policy.thresholds.deciding_level
    }

    /// A code lies inside the actor's scope: where its bearer lies, or by its digits, as versions before read it.
    pub(super) fn within_code(&self, code: &PlaceCode, bearer: &Scope) -> Result<(), Unlawful> {
        if scope_of_code(code).is_within(&self.scope) {
            return Ok(());
        }
        self.within(bearer, || format!("place/{code}"))
    }

    /// It lies inside the actor's scope.
    pub(super) fn within(&self, target: &Scope, what: impl FnOnce() -> String) -> Result<(), Unlawful> {
        if target.is_within(&self.scope) {
            return Ok(());
        }
        Err(Unlawful::OutsideScope { what: what(), scope: self.scope.clone() })
    }

    /// A place that is there.
    pub(super) fn known_place(&self, id: PlaceId) -> Result<&'a Place, Unlawful> {
        let found = self.state.places.get(&id).map(|found| &**found);
        found.ok_or_else(|| Unlawful::Unknown { what: format!("place/{id}") })
    }

    /// A place inside the actor's scope.
    pub(super) fn place(&self, id: PlaceId) -> Result<&'a Place, Unlawful> {
        let found = self.known_place(id)?;
        self.within(&self.state.scope_of_place(id), || format!("place/{}", found.code))?;
        Ok(found)
    }

    /// An organization that is there.
    pub(super) fn known_organization(&self, id: OrganizationId) -> Result<&'a Organization, Unlawful> {
        let found = self.state.organizations.get(&id).map(|found| &**found);
        found.ok_or_else(|| Unlawful::Unknown { what: format!("organization/{id}") })
    }

    /// An organization inside the actor's scope.
    pub(super) fn organization(&self, id: OrganizationId) -> Result<&'a Organization, Unlawful> {
        let found = self.known_organization(id)?;
        self.within(&self.state.scope_of_organization(id), || format!("organization/{id}"))?;
        Ok(found)
    }

    /// A joint branch inside the actor's scope: its lead township is.
    pub(super) fn joint_branch(&self, id: JointBranchId) -> Result<&'a JointBranch, Unlawful> {
        let found = self.state.joint_branches.get(&id).map(|found| &**found);
        let found = found.ok_or_else(|| Unlawful::Unknown { what: format!("joint-branch/{id}") })?;
        self.within(&self.state.scope_of_place(found.lead_township), || format!("joint-branch/{id}"))?;
        Ok(found)
    }

    /// A person whose organization lies inside the actor's scope, and where that is.
    pub(super) fn person(&self, id: PersonId) -> Result<(&'a Person, PlaceId), Unlawful> {
        let found = self.state.persons.get(&id).map(|found| &**found);
        let found = found.ok_or_else(|| Unlawful::Unknown { what: format!("person/{id}") })?;
        Ok((found, self.organization(found.organization)?.location))
    }

    /// The authority is a body of at least that tier that decides on what lies there.
    pub(super) fn organ(&self, needed: Level, over: PlaceId) -> Result<Level, Unlawful> {
        let refused = || Unlawful::DecidingBody { found: self.meta.on_behalf_of.to_string(), needed };
        let Authority::Organization(id) = &self.meta.on_behalf_of else { return Err(refused()) };
        let organization = self.known_organization(*id)?;
        let level = self.state.deciding_level_of(organization, over, self.meta.effective_date);
        level.filter(|level| *level >= needed).ok_or_else(refused)
    }

    /// As `organ`, and a meeting decided it by then.
    pub(super) fn decision(&self, needed: Level, over: PlaceId) -> Result<Level, Unlawful> {
        let level = self.organ(needed, over)?;
        let decided = self.meta.decided_by.as_ref().filter(|decided| decided.date <= self.decided_for());
        decided.map(|_| level).ok_or(Unlawful::Undecided { command: self.kind.name() })
    }

    /// The tier that an event says is that of the body.
    pub(super) fn says(&self, stated: Level, found: Level) -> Result<(), Unlawful> {
        if stated == found {
            return Ok(());
        }
        Err(Unlawful::DecidingBody { found: self.meta.on_behalf_of.to_string(), needed: stated })
    }

    /// There is a document.
    pub(super) fn document(&self) -> Result<(), Unlawful> {
        let document = self.meta.document.as_ref();
        document.map(drop).ok_or(Unlawful::DocumentMissing { command: self.kind.name() })
    }

    /// The holder of the actor's account is none of those who did that before, under whatever account.
    pub(super) fn four_eyes<'b>(
        &self,
        mut before: impl Iterator<Item = &'b String>,
        earlier: &'static str,
    ) -> Result<(), Unlawful> {
        let actor = &self.meta.actor;
        if before.any(|other| same_holder(self.state, other, actor)) {
            return Err(Unlawful::FourEyes { actor: actor.clone(), earlier });
        }
        Ok(())
    }
}
