//! The case before us: a command, the state and the policy, and the checks that many commands share.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

use crate::account::Role;
use crate::actor::Authority;
use crate::command_header::CommandHeader;
use crate::date::Date;
use crate::document_number::Document;
use crate::evolve::entities::decision_name;
use crate::holder::same_holder;
use crate::ids::{Commitment, JointBranchId, OrganizationId, PersonId};
use crate::joint_branch::{JointBranch, Phase};
use crate::organization::{Organization, OrganizationStatus};
use crate::person::Person;
use crate::place::{Level, Place};
use crate::policy::{Policy, Severity};
use crate::rejection::{PersonRejection, Rejection, Warning};
use crate::say::{Say, say};
use crate::scope::Scope;
use crate::spec::{Exception, Spec};
use crate::state::CityState;

mod entities;
mod places;

/// A command under decision.
pub(crate) struct Case<'a> {
    pub(crate) state: &'a CityState,
    pub(crate) policy: &'a Policy,
    pub(crate) command: &'a CommandHeader,
    /// What the command says of itself.
    pub(crate) spec: &'static Spec,
    /// Rules that an earlier act overrode and that this one confirms.
    pub(crate) confirms: BTreeSet<String>,
    /// Whether a clerk's override may stand until a county officer confirms it.
    pub(crate) awaits_confirmation: bool,
    warnings: Vec<Warning>,
    /// The latest day on which anything that the command follows took effect, as far as it was looked at.
    follows: Cell<Option<Date>>,
    /// The refusals noted so far, where every one is to be told.
    noted: Option<RefCell<Vec<Rejection>>>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        state: &'a CityState,
        policy: &'a Policy,
        command: &'a CommandHeader,
        spec: &'static Spec,
    ) -> Self {
        Self {
            state,
            policy,
            command,
            spec,
            confirms: BTreeSet::new(),
            awaits_confirmation: false,
            warnings: Vec::new(),
            follows: Cell::new(None),
            noted: None,
        }
    }

    /// Where a rule refuses, it is noted and what follows is judged as if it did not, as far as that can be.
    pub(crate) fn note_refusals(&mut self) {
        self.noted = Some(RefCell::default());
    }

    /// The refusals noted, and the warnings.
    pub(crate) fn into_findings(self) -> (Vec<Rejection>, Vec<Warning>) {
        (self.noted.map(RefCell::into_inner).unwrap_or_default(), self.warnings)
    }

    /// Refuses: it ends the command, unless every refusal is to be told. What follows is then judged as if this rule held.
    /// A rule that the edition of the log does not list refuses nothing.
    pub(crate) fn refuse(&self, rejection: impl Into<Rejection>) -> Result<(), Rejection> {
        let rejection = rejection.into();
        if !self.policy.lists(rejection.rule()) {
            return Ok(());
        }
        match &self.noted {
            Some(noted) => noted.borrow_mut().push(rejection),
            None => return Err(rejection),
        }
        Ok(())
    }

    /// As `refuse`, for what a check found.
    pub(crate) fn go_on(&self, checked: Result<(), Rejection>) -> Result<(), Rejection> {
        checked.or_else(|rejection| self.refuse(rejection))
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// Rules set aside so far.
    pub(crate) fn overridden(&self) -> Vec<String> {
        let warned = self.warnings.iter().map(|warning| warning.rule.clone());
        warned.filter(|rule| self.policy.severity(rule) == Severity::Warn).collect()
    }

    /// An override that sets nothing aside is refused: one brought just in case would set aside what nobody saw.
    pub(crate) fn check_override_used(&self) -> Result<(), Rejection> {
        if self.command.override_.is_some() && self.overridden().is_empty() {
            return Err(Rejection::OverrideUnneeded);
        }
        Ok(())
    }

    /// The effective date.
    pub(crate) fn on(&self) -> Date {
        self.command.effective_date
    }

    /// The day for which it was decided: the effective date, unless it is recorded too late to hold from its own day.
    pub(crate) fn decided_for(&self) -> Date {
        self.command.decided_on.unwrap_or(self.on())
    }

    /// A rule is broken: refused, or set aside where its severity and an override allow it.
    pub(crate) fn breach(&mut self, rejection: Rejection) -> Result<(), Rejection> {
        let rule = rejection.rule();
        let by_clerk = self.command.actor.role == Role::TownshipClerk;
        match self.policy.severity(rule) {
            Severity::Refuse => return self.refuse(rejection),
            Severity::Remind => {}
            Severity::Warn if self.confirms.contains(rule) && !by_clerk => {}
            Severity::Warn if self.command.override_.is_none() => return self.refuse(rejection),
            Severity::Warn if by_clerk && !self.awaits_confirmation => {
                return self.refuse(Rejection::OverrideByCounty);
            }
            Severity::Warn => {}
        }
        self.warn(&rejection);
        Ok(())
    }

    /// As `breach`, for what is judged by the rule of the day on which it began: where there was none, it is only shown.
    pub(crate) fn breach_of(&mut self, rejection: Rejection, day: Date) -> Result<(), Rejection> {
        if self.policy.is_on_file_on(rejection.rule(), day) {
            return self.breach(rejection);
        }
        self.warn_of(&rejection, day);
        Ok(())
    }

    /// Notes what was found without stopping the command.
    pub(crate) fn warn(&mut self, rejection: &Rejection) {
        self.warn_of(rejection, self.on());
    }

    fn warn_of(&mut self, rejection: &Rejection, on: Date) {
        let rule = rejection.rule();
        if !self.policy.lists(rule) {
            return;
        }
        let citation = self.policy.citation(rule);
        let Say { zh, en } = rejection.say();
        let (mut message, mut message_en) = (zh.into_owned(), en.into_owned());
        if !self.policy.is_on_file_on(rule, on) {
            message.push_str(&format!("（{on} 尚无此规则，仅作提示）"));
            message_en.push_str(&format!(" (no rule on file on {on}: shown only)"));
        }
        let (found, allowed) = rejection.found_and_allowed().unzip();
        self.warnings.push(Warning { rule: rule.to_owned(), message, message_en, citation, found, allowed });
    }

    /// Not after the day of recording, except for places and policies.
    pub(crate) fn check_effective_date(&self) -> Result<(), Rejection> {
        let today = self.command.recorded_at.day();
        if self.on() > today && !self.spec.has(Exception::FutureDate) {
            return self.refuse(Rejection::EffectiveFuture { effective: self.on(), today });
        }
        Ok(())
    }

    /// The document's year and day are plausible and match what is on file under its number.
    pub(crate) fn check_document(&self) -> Result<(), Rejection> {
        let Some(document) = &self.command.document else { return Ok(()) };
        self.check_document_of(&self.command.on_behalf_of, document)
    }

    /// Year, day and hash of a paper of an issuer.
    pub(crate) fn check_document_of(
        &self,
        issuer: &impl Display,
        document: &Document,
    ) -> Result<(), Rejection> {
        if document.issued.year() != document.number.year() {
            let (number, issued) = (document.number.clone(), document.issued);
            self.refuse(Rejection::DocumentYear { number, issued })?;
        }
        self.not_after(say("发文日期", "the document's issue"), document.issued, self.decided_for())?;
        let Some(known) = self.state.documents.get(&CityState::document_key(issuer, &document.number)) else {
            return Ok(());
        };
        let hash_differs =
            known.sha256.is_some() && document.sha256.is_some() && known.sha256 != document.sha256;
        if known.issued != document.issued || hash_differs {
            let (number, issued) = (document.number.clone(), known.issued);
            return self.refuse(Rejection::DocumentInconsistent { number, issued });
        }
        Ok(())
    }

    pub(crate) fn not_after(&self, what: Say, date: Date, limit: Date) -> Result<(), Rejection> {
        if date > limit {
            return self.refuse(Rejection::DateAfter { what, date, limit });
        }
        Ok(())
    }

    /// The paper that a decision needs, not yet used for the same kind of decision on the same joint branch.
    pub(crate) fn require_document(&self, joint_branch: &JointBranch, kind: &str) -> Result<(), Rejection> {
        if self.command.document.is_none() {
            return self.refuse(Rejection::DocumentMissing);
        }
        self.document_once(joint_branch, kind)
    }

    /// One paper does not take the same kind of decision on the same joint branch twice.
    pub(crate) fn document_once(&self, joint_branch: &JointBranch, kind: &str) -> Result<(), Rejection> {
        let Some(document) = &self.command.document else { return Ok(()) };
        let name = decision_name(kind, &self.command.on_behalf_of.to_string(), &document.number);
        if joint_branch.decisions.contains_key(&name) {
            return self.refuse(Rejection::DocumentRepeated { number: document.number.clone() });
        }
        Ok(())
    }

    /// The target lies inside the actor's scope.
    pub(crate) fn require_scope(&self, target: &Scope, what: &str) -> Result<(), Rejection> {
        let actor = &self.command.actor;
        if target.is_within(&actor.scope) {
            return Ok(());
        }
        Err(Rejection::OutsideScope { what: what.to_owned(), scope: actor.scope.clone() })
    }

    /// The organization in `on_behalf_of`; a place creates no Party branch.
    pub(crate) fn require_organization(&self) -> Result<&'a Arc<Organization>, Rejection> {
        match &self.command.on_behalf_of {
            Authority::Organization(id) => self.organization(*id, "/on_behalf_of"),
            Authority::Place(code) => {
                Err(Rejection::AuthorityIsPlace { command: self.spec.name, found: code.clone() })
            }
        }
    }

    /// The registered organ in `on_behalf_of`, of at least that tier, whose place holds the given one.
    pub(crate) fn require_organ(&self, needed: Level, over: &Place) -> Result<Level, Rejection> {
        let organization = self.require_organization()?;
        self.state
            .deciding_level_of(organization, over.id, self.on())
            .filter(|level| *level >= needed)
            .ok_or_else(|| Rejection::DecidingBody { found: organization.name.to_string(), needed })
    }

    /// As `require_organ`, and it says in which meeting and when.
    pub(crate) fn require_decision(&self, needed: Level, over: &Place) -> Result<Level, Rejection> {
        let level = self.require_organ(needed, over)?;
        match &self.command.decided_by {
            Some(decided) => {
                self.not_after(say("会议日期", "the meeting"), decided.date, self.decided_for())?;
            }
            None => self.refuse(Rejection::DecidedByMissing)?,
        }
        Ok(level)
    }

    /// The joint branch that a command names: known, in scope, and not changed after the effective date.
    pub(crate) fn joint_branch(&self, id: JointBranchId) -> Result<&'a Arc<JointBranch>, Rejection> {
        self.joint_branch_at(id, "/data/joint_branch")
    }

    /// As `joint_branch`, where it is named elsewhere in the request.
    pub(crate) fn joint_branch_at(
        &self,
        id: JointBranchId,
        pointer: &str,
    ) -> Result<&'a Arc<JointBranch>, Rejection> {
        let found = self.known_joint_branch(id, pointer)?;
        self.require_order(found.name.as_str(), found.latest_effective)?;
        Ok(found)
    }

    /// The lead township of a joint branch.
    pub(crate) fn lead_township(&self, joint_branch: &JointBranch) -> Result<&'a Arc<Place>, Rejection> {
        let found = self.state.places.get(&joint_branch.lead_township);
        found.ok_or_else(|| {
            Self::unknown(say("乡镇", "township"), &joint_branch.lead_township, "/data/joint_branch")
        })
    }

    /// The joint branch stands where the command needs it.
    pub(crate) fn require_phase(
        &self,
        joint_branch: &JointBranch,
        fits: impl Fn(Phase) -> bool,
        needed: Say,
    ) -> Result<(), Rejection> {
        if fits(joint_branch.phase) {
            return Ok(());
        }
        Err(Rejection::WrongPhase { name: joint_branch.name.to_string(), found: joint_branch.phase, needed })
    }

    /// A joint branch that is proposed and not decided.
    pub(crate) fn proposal(&self, id: JointBranchId) -> Result<&'a Arc<JointBranch>, Rejection> {
        let joint_branch = self.joint_branch(id)?;
        self.require_phase(
            joint_branch,
            |phase| phase == Phase::Proposed,
            say("待批准（请示）、未决定", "proposed and not decided"),
        )?;
        Ok(joint_branch)
    }

    /// As `require_phase`, for commands on a joint branch at work.
    pub(crate) fn require_live(&self, joint_branch: &JointBranch) -> Result<(), Rejection> {
        self.require_phase(
            joint_branch,
            Phase::is_live,
            say("已成立且未撤销", "established and not dissolved"),
        )
    }

    /// Rule `effective-order`: not before the latest effective date of what the command names.
    pub(crate) fn require_order(&self, entity: &str, latest: Date) -> Result<(), Rejection> {
        self.follows.set(self.follows.get().max(Some(latest)));
        if self.on() < latest {
            let entity = entity.to_owned();
            return self.refuse(Rejection::EffectiveOrder { entity, effective: self.on(), latest });
        }
        Ok(())
    }

    /// Rule `decided-on`: a day of its own is said only where what was recorded since forbids it, and then the decision
    /// holds from the first day that may follow.
    pub(crate) fn check_decided_on(&self) -> Result<(), Rejection> {
        let Some(decided_on) = self.command.decided_on else { return Ok(()) };
        match self.follows.get().filter(|latest| decided_on < *latest) {
            None => self.refuse(Rejection::DecidedOnUnneeded { decided_on }),
            Some(earliest) if self.on() != earliest => {
                self.refuse(Rejection::DecidedOnLater { effective: self.on(), earliest })
            }
            Some(_) => Ok(()),
        }
    }

    /// An organization by id.
    pub(crate) fn organization(
        &self,
        id: OrganizationId,
        pointer: &str,
    ) -> Result<&'a Arc<Organization>, Rejection> {
        let found = self.state.organizations.get(&id);
        found.ok_or_else(|| Self::unknown(say("党组织", "organization"), &id, pointer))
    }

    /// An organization that the command names, not changed after the effective date.
    pub(crate) fn organization_in_order(
        &self,
        id: OrganizationId,
        pointer: &str,
    ) -> Result<&'a Arc<Organization>, Rejection> {
        let found = self.organization(id, pointer)?;
        self.require_order(found.name.as_str(), found.latest_effective)?;
        Ok(found)
    }

    /// As `organization_in_order`, and not abolished: nothing is added to what has ended.
    pub(crate) fn lasting_organization(
        &self,
        id: OrganizationId,
        pointer: &str,
    ) -> Result<&'a Arc<Organization>, Rejection> {
        let found = self.organization_in_order(id, pointer)?;
        match found.status {
            OrganizationStatus::Abolished { .. } => {
                Err(Rejection::MemberInactive { name: found.name.to_string() })
            }
            OrganizationStatus::Active | OrganizationStatus::Suspended => Ok(found),
        }
    }

    /// A person that the command names, not changed after the effective date and not erased. One whom the actor may not
    /// know of is unknown: a refusal tells nothing of another county's people.
    pub(crate) fn person(&self, id: PersonId, pointer: &str) -> Result<&'a Arc<Person>, Rejection> {
        let found = self.known_person(id, pointer)?;
        self.require_order(&format!("person {id}"), found.latest_effective)?;
        Ok(found)
    }

    /// As `person`, whatever has been entered of them since: who leaves a post is known to have been in it.
    pub(crate) fn known_person(&self, id: PersonId, pointer: &str) -> Result<&'a Arc<Person>, Rejection> {
        let scope = &self.command.actor.scope;
        let found = self.state.persons.get(&id).filter(|found| self.state.is_known_in(found, scope));
        let found = found.ok_or_else(|| Self::unknown(say("人员", "person"), &id, pointer))?;
        if found.erased_on.is_some() {
            return Err(PersonRejection::Erased { person: id.to_string() }.into());
        }
        Ok(found)
    }

    /// Four eyes: the holder of the actor's account is none of those who did the earlier act, under whatever account.
    pub(crate) fn four_eyes<'b>(
        &self,
        mut earlier_actors: impl Iterator<Item = &'b String>,
        earlier: Say,
    ) -> Result<(), Rejection> {
        let actor = &self.command.actor.id;
        if earlier_actors.any(|earlier_actor| same_holder(self.state, earlier_actor, actor)) {
            return self.refuse(Rejection::FourEyes { actor: actor.clone(), earlier });
        }
        Ok(())
    }

    /// The commitment of an erasable field, which the service makes before the command is decided.
    pub(crate) fn commitment(&self, pointer: &'static str) -> Option<Commitment> {
        self.command.commitments.get(pointer).cloned()
    }

    pub(crate) fn unknown(what: Say, id: &impl Display, pointer: &str) -> Rejection {
        Rejection::Unknown { what, id: id.to_string(), pointer: pointer.to_owned() }
    }
}

#[cfg(test)]
mod tests;
