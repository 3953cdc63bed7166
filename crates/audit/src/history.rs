//! The log as a history: each event against the state folded from those before it. A command is not in the log, so
//! what is found here is what no command could ever have yielded, and what nobody whom the log names could have given.

use std::fmt::Display;

use domain::entity::Entity;
use domain::event_data::accounts::{AccountRenewed, AccountRevoked, SecondFactorReset};
use domain::event_data::cycle::EvaluationCorrected;
use domain::event_data::establishing::MembersResolved;
use domain::event_data::joint_branches::{JointBranchEstablished, JointBranchProposed, JointBranchSurveyed};
use domain::event_data::organizations::OrganizationRegistered;
use domain::event_data::places::PlaceRegistered;
use domain::event_data::policies::PolicyIssued;
use domain::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
use domain::ids::{JointBranchId, OrganizationId, PersonId};
use domain::joint_branch::{Arrangement, Form, JointBranch, Phase};
use domain::lawful::{CommandPart, Judge, Unlawful};
use domain::organization::{Organization, OrganizationStatus};
use domain::place::{Level, PlaceCode};
use domain::{CityState, Event, EventBody, Policy, evolve};
use event_log::envelope::Decoded;

use crate::finding::{Finding, FindingKind};

/// The rules by which each command is judged again, besides those of the log itself.
pub(crate) const RULES: &[FindingKind] = &[
    FindingKind::CommandDigest,
    FindingKind::NoCommand,
    FindingKind::RoleForbidden,
    FindingKind::ActorUnknown,
    FindingKind::LocalForbidden,
    FindingKind::OutsideScope,
    FindingKind::UnknownReference,
    FindingKind::DecidingBody,
    FindingKind::DecisionMissing,
    FindingKind::DocumentMissing,
    FindingKind::FourEyes,
    FindingKind::CountyAlone,
    FindingKind::RuleBroken,
    FindingKind::DecidedOtherwise,
    FindingKind::NewerRuleBook,
];

/// What is wrong with an event: the kind, and about what.
type Wrong = (FindingKind, String);

/// The fold of the log so far.
pub(crate) struct History {
    state: CityState,
    /// The figures that are built in; without them nobody can say who decides what.
    policy: Result<Policy, String>,
    judge: Judge,
    /// Whether rules are followed that this program does not know, by which it judges nobody.
    is_of_newer_rules: bool,
}

impl History {
    pub(crate) fn new(city: PlaceCode) -> Self {
        let policy = Policy::defaults().map_err(|error| error.to_string());
        Self { state: CityState::new(city), policy, judge: Judge::default(), is_of_newer_rules: false }
    }

    /// Holds the next event against the state, then folds it.
    pub(crate) fn event(&mut self, decoded: &Decoded, findings: &mut Vec<Finding>) {
        let event = &decoded.event;
        let mut wrong = Vec::new();
        self.check_envelope(event, &mut wrong);
        if let Err(found) = self.check_body(&event.body) {
            wrong.push(found);
        }
        let position = event.meta.position;
        findings.extend(wrong.into_iter().map(|(kind, detail)| Finding::new(position, kind, detail)));
        findings.extend(self.judge(decoded));
        evolve(&mut self.state, event);
    }

    /// Whether somebody could have given the command that ends with this event.
    fn judge(&mut self, decoded: &Decoded) -> Option<Finding> {
        if self.is_of_newer_rules {
            return None;
        }
        let (event, extra) = (&decoded.event, &decoded.extra);
        let policy = match &self.policy {
            Ok(policy) => policy,
            Err(detail) => return Some(Finding::new(event.meta.position, FindingKind::NoCommand, detail)),
        };
        let (index, count) = (extra.command_index, extra.command_count);
        let part = CommandPart { digest: &extra.command_digest, index, count };
        let lawless = self.judge.next(&self.state, policy, event, part).err()?;
        let kind = kind_of(&lawless.unlawful)?;
        self.is_of_newer_rules = kind == FindingKind::NewerRuleBook;
        Some(Finding::new(lawless.position, kind, lawless.unlawful.to_string()))
    }

    fn check_envelope(&self, event: &Event, wrong: &mut Vec<Wrong>) {
        let meta = &event.meta;
        if !self.state.may_stand_under(&meta.scope, &event.body) {
            let scope = self.state.scope_of_event(&event.body);
            let words =
                |scope: &domain::scope::Scope| format!("{}.{}", scope.county_token(), scope.township_token());
            wrong.push((FindingKind::ScopeWrong, format!("{} ≠ {}", words(&meta.scope), words(&scope))));
        }
        let today = meta.recorded_at.day();
        if meta.effective_date > today && !event.body.may_be_future_dated() {
            wrong.push((FindingKind::EffectiveFuture, format!("{} > {today}", meta.effective_date)));
        }
        if matches!(event.body, EventBody::PolicyIssued(_)) && meta.effective_date < today {
            wrong.push((FindingKind::StateBroken, format!("policy: {} < {today}", meta.effective_date)));
        }
        if let Some(document) = &meta.document
            && let Some(known) =
                self.state.documents.get(&format!("{}/{}", meta.on_behalf_of, document.number))
        {
            let other_hash =
                known.sha256.is_some() && document.sha256.is_some() && known.sha256 != document.sha256;
            if known.issued != document.issued || other_hash {
                wrong.push((FindingKind::DocumentInconsistent, document.number.to_string()));
            }
        }
    }

    /// Holds an event against the state before it, where the event alone is enough to tell.
    fn check_body(&self, body: &EventBody) -> Result<(), Wrong> {
        match body {
            EventBody::PlaceRegistered(data) => self.place_registered(data),
            EventBody::OrganizationRegistered(data) => self.organization_registered(data),
            EventBody::PersonRegistered(data) => {
                self.new_id(body.entity(), self.state.persons.contains_key(&data.person))?;
                self.organization(data.organization).map(drop)
            }
            EventBody::AccountIssued(data) => {
                self.new_id(body.entity(), self.state.accounts.contains_key(&data.account))?;
                require(FindingKind::StateBroken, data.role.allows_scope(&data.scope), &data.scope)
            }
            EventBody::AccountRevoked(AccountRevoked { account, .. })
            | EventBody::AccountRenewed(AccountRenewed { account, .. })
            | EventBody::SecondFactorReset(SecondFactorReset { account, .. }) => {
                let account = self.state.accounts.get(account);
                let account =
                    account.ok_or_else(|| (FindingKind::UnknownReference, body.entity().to_string()))?;
                require(FindingKind::StateBroken, !account.revoked, body.entity())
            }
            EventBody::PolicyIssued(data) => self.policy_issued(data),
            EventBody::OrganizationUpdated(data) => self.organization(data.organization).map(drop),
            EventBody::OrganizationSuspended(data) => {
                self.with_status(data.organization, OrganizationStatus::Active)?;
                self.member(data.joint_branch, data.organization)
            }
            EventBody::OrganizationRestored(data) => {
                self.with_status(data.organization, OrganizationStatus::Suspended)?;
                self.member(data.joint_branch, data.organization)
            }
            EventBody::OrganizationAbolished(data) => {
                self.with_status(data.organization, OrganizationStatus::Suspended)?;
                self.organization(data.successor)?;
                self.member(data.joint_branch, data.organization)
            }
            EventBody::JointBranchProposed(data) => self.proposed(data),
            EventBody::JointBranchSurveyed(data) => self.surveyed(data),
            EventBody::JointBranchEstablished(data) => self.established(data),
            EventBody::JointBranchRejected(data) | EventBody::JointBranchWithdrawn(data) => {
                self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed).map(drop)
            }
            EventBody::FunctionsTransferred(data) | EventBody::FunctionsReturned(data) => {
                self.in_phase(data.joint_branch, Phase::is_live)?;
                data.from.iter().try_for_each(|organization| self.member(data.joint_branch, *organization))
            }
            EventBody::JointBranchDissolved(data) => {
                self.in_phase(data.joint_branch, Phase::is_live).map(drop)
            }
            EventBody::SecretaryAssigned(data) => self.secretary_assigned(data),
            EventBody::SecretaryRelieved(data) => self.secretary_relieved(data),
            EventBody::PersonErased(data) => self.person(data.person, None),
            EventBody::QuarterEvaluated(data) => {
                let found = self.in_phase(data.joint_branch, Phase::is_live)?;
                let new = !found.evaluations.contains_key(&data.quarter);
                require(FindingKind::StateBroken, new, data.quarter)
            }
            EventBody::EvaluationCorrected(data) => self.evaluation_corrected(data),
            EventBody::RectificationOrdered(data) => {
                let found = self.in_phase(data.joint_branch, |phase| phase == Phase::Operating)?;
                let owed = data.quarters.iter().all(|quarter| found.poor_standing.contains_key(quarter));
                require(FindingKind::StateBroken, owed && !data.quarters.is_empty(), "quarters")
            }
            EventBody::RectificationReviewed(data) => {
                self.in_phase(data.joint_branch, |phase| phase == Phase::Rectifying).map(drop)
            }
            // What every other event needs is held by `judge` alone, whose matches in `lawful` are closed: a new type
            // does not compile until they say what it needs.
            _ => self.check_beside(body),
        }
    }

    fn place_registered(&self, data: &PlaceRegistered) -> Result<(), Wrong> {
        self.new_id(Entity::Place(data.place), self.state.places.contains_key(&data.place))?;
        require(FindingKind::IdRepeated, !self.state.places_by_code.contains_key(&data.code), &data.code)?;
        require(FindingKind::OtherCity, data.code.is_within(&self.state.city), &data.code)?;
        require(FindingKind::StateBroken, data.code.level() == data.level, &data.code)?;
        let Some(id) = data.parent else { return Ok(()) };
        let parent = self.state.places.get(&id);
        let parent = parent.ok_or_else(|| (FindingKind::UnknownReference, format!("place/{id}")))?;
        require(FindingKind::StateBroken, parent.level > data.level, format!("parent {}", parent.code))
    }

    fn organization_registered(&self, data: &OrganizationRegistered) -> Result<(), Wrong> {
        let is_known = self.state.organizations.contains_key(&data.organization);
        self.new_id(Entity::Organization(data.organization), is_known)?;
        for place in data.host_place.iter().chain([&data.location]) {
            let known = self.state.places.contains_key(place);
            require(FindingKind::UnknownReference, known, format!("place/{place}"))?;
        }
        data.superior.map_or(Ok(()), |superior| self.organization(superior).map(drop))
    }

    fn policy_issued(&self, data: &PolicyIssued) -> Result<(), Wrong> {
        self.new_id(Entity::Policy(data.policy), self.state.policies.get(data.policy).is_some())?;
        let is_of_city = data.jurisdiction.is_within(&self.state.city);
        require(FindingKind::OtherCity, is_of_city, &data.jurisdiction)?;
        let is_tier = data.jurisdiction.level() >= Level::County;
        require(FindingKind::StateBroken, is_tier, &data.jurisdiction)
    }

    fn proposed(&self, data: &JointBranchProposed) -> Result<(), Wrong> {
        let is_known = self.state.joint_branches.contains_key(&data.joint_branch);
        self.new_id(Entity::JointBranch(data.joint_branch), is_known)?;
        let township = self.state.places.get(&data.lead_township);
        let known = township.is_some_and(|place| place.level == Level::Township);
        require(FindingKind::UnknownReference, known, format!("place/{}", data.lead_township))?;
        require(FindingKind::StateBroken, data.members.len() >= 2, "members")?;
        data.members.iter().try_for_each(|member| self.organization(*member).map(drop))
    }

    fn surveyed(&self, data: &JointBranchSurveyed) -> Result<(), Wrong> {
        let may_ask = |phase: Phase| phase == Phase::Proposed || phase.is_live();
        self.in_phase(data.joint_branch, may_ask)?;
        data.villages.iter().try_for_each(|village| {
            let known = self.state.places.contains_key(&village.village);
            require(FindingKind::UnknownReference, known, format!("place/{}", village.village))?;
            require(FindingKind::StateBroken, village.in_favour <= village.asked, "in_favour > asked")
        })
    }

    /// What stands beside a proposal, or under a joint branch.
    fn check_beside(&self, body: &EventBody) -> Result<(), Wrong> {
        match body {
            EventBody::OrganizationPlacedUnder(data) => {
                self.organization(data.organization)?;
                self.in_phase(data.joint_branch, Phase::is_live).map(drop)
            }
            EventBody::MembersResolved(data) => self.members_resolved(data),
            EventBody::AgreementRecorded(data) => {
                self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed || phase.is_live())?;
                require(FindingKind::StateBroken, data.date < data.until, "date >= until")
            }
            EventBody::ProposalReturned(data) => {
                let found = self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed)?;
                require(FindingKind::StateBroken, !found.is_returned(), "returned")
            }
            EventBody::ProposalResubmitted(data) => {
                let found = self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed)?;
                require(FindingKind::StateBroken, found.is_returned(), "not returned")
            }
            _ => Ok(()),
        }
    }

    fn members_resolved(&self, data: &MembersResolved) -> Result<(), Wrong> {
        self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed || phase.is_live())?;
        data.resolutions.iter().try_for_each(|resolution| {
            self.organization(resolution.organization)?;
            let counted =
                resolution.in_favour <= resolution.present && resolution.present <= resolution.entitled;
            require(FindingKind::StateBroken, counted, "in_favour > present or present > entitled")
        })
    }

    fn established(&self, data: &JointBranchEstablished) -> Result<(), Wrong> {
        let found = self.in_phase(data.joint_branch, |phase| phase == Phase::Proposed)?;
        require(FindingKind::StateBroken, found.arrangement == data.arrangement, "arrangement")?;
        let surveyed = data.survey.is_none_or(|id| found.surveys.iter().any(|survey| survey.id == id));
        require(FindingKind::UnknownReference, surveyed, "survey")?;
        found.members.iter().try_for_each(|member| self.free(*member))
    }

    fn secretary_assigned(&self, data: &SecretaryAssigned) -> Result<(), Wrong> {
        let found = self.in_phase(data.joint_branch, Phase::is_live)?;
        let in_post = found.secretary.as_ref().map(|secretary| secretary.person);
        let awaits = found.approval_owed.as_ref().is_some_and(|owed| owed.person == data.person);
        // Who was elected anew is approved and goes on.
        let goes_on = in_post == Some(data.person) && awaits;
        let fits = (in_post.is_none() || goes_on) && found.form != Form::None;
        require(FindingKind::StateBroken, fits, "secretary")?;
        if goes_on { Ok(()) } else { self.may_head(data.person, found) }
    }

    /// One person heads one joint branch, besides functional ones, which are of a kind that a policy listed.
    fn may_head(&self, id: PersonId, joint_branch: &JointBranch) -> Result<(), Wrong> {
        let is_functional = |found: &JointBranch| {
            found.arrangement == Arrangement::Pairing
                && (found.form_kind.is_some() || matches!(found.form, Form::Branch | Form::Committee))
        };
        let found = self.state.persons.get(&id);
        let found = found.ok_or_else(|| (FindingKind::UnknownReference, format!("person/{id}")))?;
        let counts = |id: &&JointBranchId| {
            self.state.joint_branches.get(*id).is_none_or(|found| !is_functional(found))
        };
        let is_free = is_functional(joint_branch) || !found.secretary_of.iter().any(|id| counts(&id));
        let is_free = is_free && !found.secretary_of.contains(&joint_branch.id);
        require(FindingKind::StateBroken, is_free, format!("person/{id}"))
    }

    fn secretary_relieved(&self, data: &SecretaryRelieved) -> Result<(), Wrong> {
        let found = self.joint_branch(data.joint_branch)?;
        let in_post = found.secretary.as_ref().is_some_and(|secretary| secretary.person == data.person);
        require(FindingKind::StateBroken, in_post, "secretary")?;
        self.person(data.person, Some(data.joint_branch))
    }

    fn evaluation_corrected(&self, data: &EvaluationCorrected) -> Result<(), Wrong> {
        let found = self.joint_branch(data.joint_branch)?;
        let fits = found.evaluations.get(&data.quarter).is_some_and(|earlier| {
            earlier.grade == data.earlier_grade && earlier.effective_date == data.corrected_effective_date
        });
        require(FindingKind::StateBroken, fits, data.quarter)
    }

    fn new_id(&self, entity: Entity, known: bool) -> Result<(), Wrong> {
        require(FindingKind::IdRepeated, !known, entity)
    }

    fn organization(&self, id: OrganizationId) -> Result<&Organization, Wrong> {
        let found = self.state.organizations.get(&id).map(|found| &**found);
        found.ok_or_else(|| (FindingKind::UnknownReference, format!("organization/{id}")))
    }

    fn with_status(&self, id: OrganizationId, status: OrganizationStatus) -> Result<(), Wrong> {
        let has_it = self.organization(id)?.status == status;
        require(FindingKind::StateBroken, has_it, format!("organization/{id}"))
    }

    fn joint_branch(&self, id: JointBranchId) -> Result<&JointBranch, Wrong> {
        let found = self.state.joint_branches.get(&id).map(|found| &**found);
        found.ok_or_else(|| (FindingKind::UnknownReference, format!("joint-branch/{id}")))
    }

    fn in_phase(&self, id: JointBranchId, allowed: impl Fn(Phase) -> bool) -> Result<&JointBranch, Wrong> {
        let found = self.joint_branch(id)?;
        require(FindingKind::StateBroken, allowed(found.phase), format!("phase: {}", found.phase.as_str()))?;
        Ok(found)
    }

    fn member(&self, joint_branch: JointBranchId, organization: OrganizationId) -> Result<(), Wrong> {
        let is_member = self.joint_branch(joint_branch)?.members.contains(&organization);
        require(FindingKind::StateBroken, is_member, format!("organization/{organization}"))
    }

    /// A member joins only while it works, and one merger at a time.
    fn free(&self, id: OrganizationId) -> Result<(), Wrong> {
        let found = self.organization(id)?;
        let free = found.status == OrganizationStatus::Active && found.merger.is_none();
        require(FindingKind::StateBroken, free, format!("organization/{id}"))
    }

    fn person(&self, id: PersonId, post: Option<JointBranchId>) -> Result<(), Wrong> {
        let found = self.state.persons.get(&id);
        let found = found.ok_or_else(|| (FindingKind::UnknownReference, format!("person/{id}")))?;
        let fits = post.map_or(found.secretary_of.is_empty(), |post| found.secretary_of.contains(&post));
        require(FindingKind::StateBroken, fits, format!("person/{id}"))
    }
}

/// As what it is reported; nothing where the chain of events says it already.
fn kind_of(unlawful: &Unlawful) -> Option<FindingKind> {
    Some(match unlawful {
        Unlawful::Incomplete { .. } | Unlawful::Differs { .. } | Unlawful::LogKind { .. } => return None,
        Unlawful::Digest { .. } => FindingKind::CommandDigest,
        Unlawful::NoCommand { .. } => FindingKind::NoCommand,
        Unlawful::ActorUnknown { .. } => FindingKind::ActorUnknown,
        Unlawful::LocalForbidden { .. } => FindingKind::LocalForbidden,
        Unlawful::RoleForbids { .. } => FindingKind::RoleForbidden,
        Unlawful::Unknown { .. } => FindingKind::UnknownReference,
        Unlawful::OutsideScope { .. } => FindingKind::OutsideScope,
        Unlawful::DecidingBody { .. } => FindingKind::DecidingBody,
        Unlawful::Undecided { .. } => FindingKind::DecisionMissing,
        Unlawful::DecidedOn { .. } => FindingKind::DecidedOn,
        Unlawful::DocumentMissing { .. } => FindingKind::DocumentMissing,
        Unlawful::FourEyes { .. } => FindingKind::FourEyes,
        Unlawful::CountyAlone { .. } => FindingKind::CountyAlone,
        Unlawful::NewerRuleBook { .. } => FindingKind::NewerRuleBook,
        Unlawful::Refused { .. } => FindingKind::RuleBroken,
        Unlawful::DecidedOtherwise { .. } | Unlawful::WarnedOtherwise { .. } => FindingKind::DecidedOtherwise,
    })
}

fn require(kind: FindingKind, holds: bool, about: impl Display) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err((kind, about.to_string())) }
}
