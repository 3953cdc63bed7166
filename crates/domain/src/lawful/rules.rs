//! What each kind of command asks of who gives it: scope, deciding body, document, four eyes.

use crate::account::Role;
use crate::actor::Authority;
use crate::consent::Consent;
use crate::event::EventBody;
use crate::event_data::cycle::EvaluationCorrected;
use crate::event_data::documents::DocumentCorrected;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::funding::{PremisesPaid, VillageFunded};
use crate::event_data::joint_branches::JointBranchChanged;
use crate::event_data::links::OrganizationLinked;
use crate::event_data::organizations::{OrganizationChanged, OrganizationCorrected};
use crate::event_data::persons::{HoldChanged, PersonErased};
use crate::event_data::scans::ScanErased;
use crate::ids::{EventId, JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::{Arrangement, Grade};
use crate::organization::{Organization, OrganizationForm};
use crate::place::Level;
use crate::premises::{Milestone, Premises};
use crate::recording::Recording;
use crate::rule_book::RuleBook;

use super::act::Act;
use super::decisions;
use super::unlawful::Unlawful;

/// Holds the command against the rules of its kind.
#[expect(clippy::too_many_lines, reason = "a line an entry of a closed list, which is read whole")]
pub(super) fn check(act: &Act<'_>, lead: &EventBody, events: &[&EventBody]) -> Result<(), Unlawful> {
    match lead {
        EventBody::PlaceRegistered(data) => {
            act.within_code(&data.code, &act.state.scope_of_new(&data.code, data.parent))
        }
        EventBody::OrganizationRegistered(data) => act.place(data.location).map(drop),
        EventBody::OrganizationUpdated(data) => act.organization(data.organization).map(drop),
        EventBody::PersonRegistered(data) => act.organization(data.organization).map(drop),
        EventBody::JointBranchProposed(data) => {
            act.place(data.lead_township)?;
            act.organ(Level::Township, data.lead_township).map(drop)
        }
        EventBody::RegisterOpened(data) => {
            act.place(data.county)?;
            act.organ(Level::County, data.county)?;
            act.document()
        }
        EventBody::JointBranchRegistered(data) => {
            act.place(data.lead_township)?;
            act.organ(Level::Township, data.lead_township).map(drop)
        }
        EventBody::RegistrationConfirmed(_) => decisions::registrations_confirmed(act, events),
        EventBody::RegistrationRejected(data) => by_organ(act, data.joint_branch, Level::County).map(drop),
        EventBody::RegistrationCompleted(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::JointBranchSurveyed(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::MembersResolved(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::AgreementRecorded(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::ProposalReturned(data) => {
            let found = act.joint_branch(data.joint_branch)?;
            act.organ(act.deciding_level(), found.lead_township)?;
            act.four_eyes(std::iter::once(&found.proposed_by), "proposed this joint branch")
        }
        EventBody::ProposalResubmitted(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::JointBranchEstablished(data) => decisions::established(act, data, events),
        EventBody::JointBranchDissolved(data) => decisions::dissolved(act, data),
        EventBody::MemberAdmitted(data) => decisions::admitted(act, data),
        EventBody::MemberReleased(data) => decisions::released(act, data),
        EventBody::JointBranchChanged(data) => joint_branch_changed(act, data),
        EventBody::JointBranchRejected(data) => {
            let lead = act.joint_branch(data.joint_branch)?.lead_township;
            act.decision(act.deciding_level(), lead).map(drop)
        }
        EventBody::JointBranchWithdrawn(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::SecretaryAssigned(data) => decided(act, data.joint_branch),
        EventBody::SecretaryRelieved(data) => decided(act, data.joint_branch),
        EventBody::CommitteeAppointed(data) => decided(act, data.joint_branch),
        EventBody::PowersDelegated(data) | EventBody::PowersRevoked(data) => decided(act, data.joint_branch),
        EventBody::TermRenewed(data) => {
            decided(act, data.joint_branch)?;
            act.document()
        }
        EventBody::FunctionsTransferred(data) | EventBody::FunctionsReturned(data) => {
            functions(act, data, lead)
        }
        EventBody::QuarterEvaluated(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::EvaluationCorrected(data) => evaluation_corrected(act, data),
        EventBody::RectificationOrdered(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::RectificationReviewed(data) => decisions::reviewed(act, data),
        EventBody::FiledWithCounty(data) => by_organ(act, data.joint_branch, Level::County).map(drop),
        EventBody::OrganizationFiled(data) => of_organization(act, data.organization, Level::County),
        EventBody::ElectionHeld(data) => by_organ(act, data.joint_branch, Level::Township).map(drop),
        EventBody::OrganizationElectionHeld(data) => of_organization(act, data.organization, Level::Township),
        EventBody::VillageHeadElected(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::CommitmentMade(data) => {
            let level = by_organ(act, data.joint_branch, Level::Township)?;
            act.says(Level::Township, level)
        }
        EventBody::FirstSecretaryAssigned(data) => sent_by_county(act, data.organization),
        EventBody::FirstSecretaryRelieved(data) => sent_by_county(act, data.organization),
        EventBody::OrganizationLinked(data) => linked(act, data),
        EventBody::ActivityRecorded(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::CoLocated(data) => act.joint_branch(data.joint_branch).map(drop),
        EventBody::VillageFunded(data) => funded(act, data, lead),
        EventBody::PremisesPaid(data) => premises_paid(act, data, lead),
        EventBody::OrganizationChanged(data) => organization_changed(act, data),
        EventBody::OrganizationPlacedUnder(data) => {
            on_organization(act, data.organization)?;
            act.joint_branch(data.joint_branch).map(drop)
        }
        EventBody::OrganizationClosed(data) => {
            on_organization(act, data.organization)?;
            act.organization(data.successor).map(drop)
        }
        EventBody::SupervisionIssued(data) => {
            let above = match act.place(data.to)?.level {
                Level::Township => Level::County,
                Level::Village | Level::County | Level::City => Level::City,
            };
            act.says(data.level, act.organ(above, data.to)?)
        }
        EventBody::SupervisionAnswered(data) => {
            let asked = act.state.supervisions.get(&data.supervision).map(|found| found.to);
            let asked = asked
                .ok_or_else(|| Unlawful::Unknown { what: format!("supervision/{}", data.supervision) })?;
            let level = act.place(asked)?.level;
            act.says(level, act.organ(level, asked)?)
        }
        EventBody::YellowCardIssued(data) => {
            let above = match act.place(data.to)?.level {
                Level::Township => Level::County,
                Level::Village | Level::County | Level::City => Level::City,
            };
            act.says(data.level, act.organ(above, data.to)?)?;
            act.document()
        }
        EventBody::YellowCardLifted(data) => {
            let card = act.state.yellow_cards.get(&data.yellow_card);
            let card =
                card.ok_or_else(|| Unlawful::Unknown { what: format!("yellow-card/{}", data.yellow_card) })?;
            act.organ(card.level, act.place(card.to)?.id)?;
            act.document()
        }
        EventBody::MeetingRecorded(data) => {
            let level = act.place(data.place)?.level;
            act.says(level, act.organ(level.max(Level::County), data.place)?)?;
            act.document()
        }
        EventBody::DecisionClosed(data) => {
            let meeting = act.state.meetings.get(&data.meeting);
            let meeting =
                meeting.ok_or_else(|| Unlawful::Unknown { what: format!("meeting/{}", data.meeting) })?;
            let place = act.place(meeting.place)?;
            act.organ(place.level, place.id).map(drop)
        }
        EventBody::YearlyReviewed(data) => {
            let above = match data.level {
                Level::Village => Level::Township,
                Level::Township => Level::County,
                Level::County | Level::City => Level::City,
            };
            act.decision(above, act.person(data.person)?.1)?;
            act.document()
        }
        EventBody::HoldPlaced(data) => held(act, data).map(drop),
        EventBody::HoldLifted(data) => {
            let placed = held(act, data)?;
            placed.filter(|placed| data.level < *placed).map_or(Ok(()), |placed| act.says(placed, data.level))
        }
        EventBody::PersonErased(data) => erased(act, data),
        EventBody::ScanErased(data) => scan_erased(act, data),
        EventBody::OrganizationCorrected(data) => organization_corrected(act, data, lead),
        EventBody::PlaceCorrected(data) => {
            let recorded = &act.known_place(data.place)?.name_recorded;
            corrected(act, data.place)?;
            states(act, Some(recorded), data.corrected_event, lead)
        }
        EventBody::JointBranchCorrected(data) => {
            let found = act.joint_branch(data.joint_branch)?;
            corrected(act, found.lead_township)?;
            states(act, Some(&found.name_recorded), data.corrected_event, lead)
        }
        EventBody::DocumentCorrected(data) => document_corrected(act, data),
        EventBody::PlaceRenamed(data) => act.place(data.place).map(drop),
        EventBody::PlaceRecoded(data) => act.place(data.place).map(drop),
        EventBody::PlaceMoved(data) => act.place(data.place).map(drop),
        EventBody::PlaceLeft(data) => act.place(data.place).map(drop),
        EventBody::PlaceMerged(data) => act.place(data.place).map(drop),
        EventBody::PlaceSplit(data) => act.place(data.place).map(drop),
        EventBody::PlaceClosed(data) => act.place(data.place).map(drop),
        #[cfg(any(test, feature = "testing"))]
        EventBody::PlaceRehearsed(data) => act.place(data.place).map(drop),
        EventBody::PolicyIssued(data) => decisions::policy_issued(act, data),
        // Who may do it at all has been asked.
        EventBody::AccountIssued(_)
        | EventBody::AccountRenewed(_)
        | EventBody::AccountRevoked(_)
        | EventBody::SecondFactorReset(_)
        | EventBody::AccessLogAnchored(_)
        | EventBody::DurabilityDeclared(_)
        | EventBody::SigningKeysDeclared(_)
        | EventBody::ClockAccepted(_) => Ok(()),
        EventBody::RuleBookAdopted(data) => match (data.rule_book.edition, RuleBook::latest()) {
            (edition, known) if edition > known => Err(Unlawful::NewerRuleBook { edition, known }),
            _ => Ok(()),
        },
        // These only follow, so nothing leads with them.
        EventBody::OrganizationSuspended(_)
        | EventBody::OrganizationRestored(_)
        | EventBody::OrganizationAbolished(_)
        | EventBody::PlaceReceived(_) => Err(Unlawful::NoCommand { event_type: lead.event_type() }),
    }
}

/// A body of that tier or above over the lead township.
fn by_organ(act: &Act<'_>, id: JointBranchId, needed: Level) -> Result<Level, Unlawful> {
    act.organ(needed, act.joint_branch(id)?.lead_township)
}

/// The township committee or above decided it in a meeting.
fn decided(act: &Act<'_>, id: JointBranchId) -> Result<(), Unlawful> {
    act.decision(Level::Township, act.joint_branch(id)?.lead_township).map(drop)
}

/// A body of that tier or above, and not below where the organization itself lies.
fn of_organization(act: &Act<'_>, id: OrganizationId, least: Level) -> Result<(), Unlawful> {
    let location = act.known_place(act.organization(id)?.location)?;
    act.organ(least.max(location.level), location.id).map(drop)
}

/// First secretaries are sent and called back by a county or above, with a document.
fn sent_by_county(act: &Act<'_>, id: OrganizationId) -> Result<(), Unlawful> {
    of_organization(act, id, Level::County)?;
    act.document()
}

/// In a merger they move with its establishing and dissolving only.
fn functions(act: &Act<'_>, data: &FunctionsMoved, lead: &EventBody) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    if joint_branch.arrangement == Arrangement::Merger {
        return Err(Unlawful::NoCommand { event_type: lead.event_type() });
    }
    act.organ(Level::Township, joint_branch.lead_township).map(drop)
}

/// Nobody corrects their own, and a poor grade is raised by the county alone, on a document.
fn evaluation_corrected(act: &Act<'_>, data: &EvaluationCorrected) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    let level = act.organ(Level::Township, joint_branch.lead_township)?;
    let found = joint_branch.evaluations.get(&data.quarter);
    let found = found.ok_or_else(|| Unlawful::Unknown { what: format!("quarter {}", data.quarter) })?;
    if found.grade == Grade::Poor {
        let role = act.meta.role;
        if !matches!(role, Role::CountyOfficer | Role::Local) || level < Level::County {
            return Err(Unlawful::CountyAlone { role: role.as_str(), what: "raising a poor grade" });
        }
        act.document()?;
    }
    act.four_eyes(found.recorded_by.iter(), "recorded the evaluation")
}

fn joint_branch_changed(act: &Act<'_>, data: &JointBranchChanged) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    act.says(data.level, decisions::as_established(act, joint_branch)?)?;
    act.document()?;
    data.lead_township.map_or(Ok(()), |lead| act.place(lead).map(drop))
}

fn organization_changed(act: &Act<'_>, data: &OrganizationChanged) -> Result<(), Unlawful> {
    on_organization(act, data.organization)?;
    data.location.map_or(Ok(()), |location| act.place(location).map(drop))
}

/// A body that may create and abolish there, above an organ that it decides on, with a document.
fn on_organization(act: &Act<'_>, id: OrganizationId) -> Result<(), Unlawful> {
    let organization = act.organization(id)?;
    let location = act.known_place(organization.location)?;
    let above = match (organization.form, location.level) {
        (OrganizationForm::Organ, Level::Village) => Level::Township,
        (OrganizationForm::Organ, Level::Township) => Level::County,
        (OrganizationForm::Organ, Level::County | Level::City) => Level::City,
        (_, level) => level,
    };
    act.decision(act.deciding_level().max(above), location.id)?;
    act.document()
}

/// The side whose link it is records it.
fn linked(act: &Act<'_>, data: &OrganizationLinked) -> Result<(), Unlawful> {
    act.known_organization(data.organization)?;
    let place = match (data.joint_branch, data.other) {
        (Some(id), None) => act.joint_branch(id)?.lead_township,
        (None, Some(id)) => act.organization(id)?.location,
        _ => return Err(Unlawful::NoCommand { event_type: "organization.linked" }),
    };
    act.organ(Level::Township.max(act.known_place(place)?.level), place).map(drop)
}

/// A village's, and supplement and settlement are the county's.
fn funded(act: &Act<'_>, data: &VillageFunded, lead: &EventBody) -> Result<(), Unlawful> {
    if act.place(data.village)?.level != Level::Village {
        return Err(Unlawful::NoCommand { event_type: lead.event_type() });
    }
    if data.supplement.is_none() && data.settled.is_none() {
        return Ok(());
    }
    let role = act.meta.role;
    if role == Role::TownshipClerk {
        return Err(Unlawful::CountyAlone { role: role.as_str(), what: "supplement and settlement" });
    }
    act.organ(Level::County, data.village).map(drop)
}

/// The county pays a village that goes on, on a document, the next milestone of a project whose total stays.
fn premises_paid(act: &Act<'_>, data: &PremisesPaid, lead: &EventBody) -> Result<(), Unlawful> {
    let village = act.place(data.village)?;
    act.organ(Level::County, village.id)?;
    act.document()?;
    let own = |found: &&Premises| (found.begun_in, &found.project) == (data.begun_in, &data.project);
    let fits = match village.premises.iter().find(own) {
        Some(found) => found.total == data.total && found.next() == Some(data.milestone),
        None => data.begun_in == village.id && data.milestone == Milestone::Start,
    };
    if fits && village.level == Level::Village && village.exists_on(act.meta.effective_date) {
        return Ok(());
    }
    Err(Unlawful::NoCommand { event_type: lead.event_type() })
}

/// A county or the city decided it on a document; gives the tier that placed the hold before.
fn held(act: &Act<'_>, data: &HoldChanged) -> Result<Option<Level>, Unlawful> {
    let (person, home) = act.person(data.person)?;
    act.says(data.level, act.decision(Level::County, home)?)?;
    act.document()?;
    Ok(person.hold)
}

/// Documents of two tiers above the person.
fn erased(act: &Act<'_>, data: &PersonErased) -> Result<(), Unlawful> {
    let (_, home) = act.person(data.person)?;
    of_two_tiers(act, home, &data.consent)
}

fn scan_erased(act: &Act<'_>, data: &ScanErased) -> Result<(), Unlawful> {
    let home = act.organization(data.issuer)?.location;
    of_two_tiers(act, home, &data.consent)
}

/// A county or the city decides in a meeting and on a document, and another tier above the place consents.
fn of_two_tiers(act: &Act<'_>, home: PlaceId, consent: &Consent) -> Result<(), Unlawful> {
    let first = act.decision(Level::County, home)?;
    act.document()?;
    let consenting = consent.organization;
    let organ = act.known_organization(consenting)?;
    let on = act.meta.effective_date;
    let level = act.state.places.get(&organ.location).map(|place| place.level);
    let is_above = |level: Level| {
        act.state.ancestor(home, level).is_some_and(|place| place.id == organ.location)
            && level > Level::Village
            && level != first
            && organ.is_organ_on(on)
    };
    if level.is_some_and(is_above) && act.meta.on_behalf_of != Authority::Organization(consenting) {
        return Ok(());
    }
    Err(Unlawful::DecidingBody { found: consenting.to_string(), needed: Level::Township })
}

/// The county's body corrects, on a document.
fn corrected(act: &Act<'_>, place: PlaceId) -> Result<(), Unlawful> {
    act.document()?;
    let place = act.place(place)?;
    act.organ(Level::County.max(place.level), place.id).map(drop)
}

fn organization_corrected(
    act: &Act<'_>,
    data: &OrganizationCorrected,
    lead: &EventBody,
) -> Result<(), Unlawful> {
    let found: &Organization = act.known_organization(data.organization)?;
    corrected(act, found.location)?;
    if data.name.is_some() {
        states(act, Some(&found.name_recorded), data.corrected_event, lead)?;
    }
    let figures = data.profile.keys().map(|figure| found.profile_recorded.get(figure).map(AsRef::as_ref));
    figures.into_iter().try_for_each(|recorded| states(act, recorded, data.corrected_event, lead))
}

/// The county corrects the document of what it names, and nobody that of what they recorded or corrected.
fn document_corrected(act: &Act<'_>, data: &DocumentCorrected) -> Result<(), Unlawful> {
    let unknown = || Unlawful::Unknown { what: format!("decision {}", data.decision) };
    let decision = act.state.decisions.get(&data.decision).ok_or_else(unknown)?;
    let place = act.state.place_of(decision.subject).ok_or_else(unknown)?;
    corrected(act, place.id)?;
    let is_so = (decision.subject, decision.recorded.position) == (data.subject, data.corrected_position)
        && (&decision.issuer, &decision.number) == (&data.issuer, &data.earlier_document.number);
    if !is_so {
        return Err(Unlawful::NoCommand { event_type: "document.corrected" });
    }
    for reached in act.state.decisions_corrected(decision, &data.document.number) {
        let recorded = &reached.recorded;
        let before = std::iter::once(&recorded.by).chain(&recorded.corrected_by);
        act.four_eyes(before, "recorded or corrected it")?;
    }
    Ok(())
}

/// The event that is corrected states the value still, and nobody corrects what they recorded or corrected.
fn states(
    act: &Act<'_>,
    recorded: Option<&Recording>,
    event: EventId,
    lead: &EventBody,
) -> Result<(), Unlawful> {
    let recorded = recorded.filter(|recorded| recorded.event == event);
    let recorded = recorded.ok_or(Unlawful::NoCommand { event_type: lead.event_type() })?;
    act.four_eyes(std::iter::once(&recorded.by).chain(&recorded.corrected_by), "recorded or corrected it")
}
