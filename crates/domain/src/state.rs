//! The state of one city: everything that a decision may look at, folded from the log.
//!
//! The large collections are persistent maps, so a copy costs nothing: the command loop decides on a copy and
//! throws it away when an append is refused.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::actor::Authority;
use crate::date::{Date, Timestamp};
use crate::document_number::{Document, DocumentNumber, Sha256Hex};
use crate::entity::Entity;
use crate::event::EventBody;
use crate::ids::{
    AccountId, CommandId, InstanceId, JointBranchId, MeetingId, OrganizationId, PersonId, PlaceId,
    SupervisionId, YellowCardId,
};
use crate::joint_branch::JointBranch;
use crate::meeting::Meeting;
use crate::organization::Organization;
use crate::person::Person;
use crate::place::{CodeUse, Level, Place, PlaceCode, ToldCode};
use crate::policy_book::PolicyBook;
use crate::post::VillageHead;
use crate::recorded_decision::{CorrectedDocuments, RecordedDecision};
use crate::registration::{Register, Registration};
use crate::scan::{NamedScan, NamedScans};
use crate::scope::Scope;
use crate::supervision::Supervision;
use crate::yellow_card::YellowCard;

/// How far the access log of an instance is anchored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessLogHead {
    /// The number of the last entry.
    pub count: u64,
    /// Its hash.
    pub head: Sha256Hex,
    /// Position of the event that says so.
    pub position: u64,
}

/// The public keys that sign the log, by its own account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SigningKeys {
    /// Each as C2SP signed-note writes it, sorted.
    pub keys: Vec<String>,
    /// Position of the event that says so.
    pub position: u64,
}

/// The state of one city after the event at `last_position`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CityState {
    /// The city's code.
    pub city: PlaceCode,
    /// Position of the last event folded; 0 for an empty log.
    pub last_position: u64,
    /// When that event was recorded.
    pub last_recorded_at: Timestamp,
    /// Whether the log is a simulated one; nothing before its first event that is not of the service itself.
    pub simulated: Option<bool>,
    /// Whether anything but places, organizations and their figures has been recorded: ends the first local import.
    pub imported: bool,
    /// Events recorded by role `local`, counted on the city page and by `audit verify`.
    pub local_events: u64,
    /// The last scope sequence per county token.
    pub scope_sequences: OrdMap<String, u64>,
    /// Places by id.
    pub places: OrdMap<PlaceId, Arc<Place>>,
    /// The place that bears a code.
    pub places_by_code: OrdMap<PlaceCode, PlaceId>,
    /// Who bore a code in the past, and until when.
    pub past_codes: OrdMap<PlaceCode, Vec<CodeUse>>,
    /// Organizations by id.
    pub organizations: OrdMap<OrganizationId, Arc<Organization>>,
    /// The organizations whose host is a village, by the village: those that were abolished too.
    pub village_organizations: OrdMap<PlaceId, OrdSet<OrganizationId>>,
    /// Persons by id.
    pub persons: OrdMap<PersonId, Arc<Person>>,
    /// Joint branches by id, from the proposal on.
    pub joint_branches: OrdMap<JointBranchId, Arc<JointBranch>>,
    /// How joint branches came onto the register from before.
    pub registrations: OrdMap<JointBranchId, Arc<Registration>>,
    /// The registers that counties have opened, by county.
    pub registers: OrdMap<PlaceId, Arc<Register>>,
    /// Who heads each village's villagers' committee, where it is a secretary.
    pub village_heads: OrdMap<PlaceId, Arc<VillageHead>>,
    /// Supervisions by id.
    pub supervisions: OrdMap<SupervisionId, Arc<Supervision>>,
    /// Yellow cards by id, lifted ones too.
    pub yellow_cards: OrdMap<YellowCardId, Arc<YellowCard>>,
    /// Coordination meetings by id.
    pub meetings: OrdMap<MeetingId, Arc<Meeting>>,
    /// Corrections of records, by county and actor.
    pub corrections: OrdMap<String, OrdMap<String, u64>>,
    /// Documents by `issuer/number`.
    pub documents: OrdMap<String, Arc<Document>>,
    /// The documents of consents, by the same key.
    pub consent_documents: OrdSet<String>,
    /// The decisions that rest on a document, by their command.
    pub decisions: OrdMap<CommandId, Arc<RecordedDecision>>,
    /// Those of which the document was corrected: as it was recorded, and as it reads now.
    pub corrected_documents: CorrectedDocuments,
    /// Scans that events name, by their hashes.
    pub scans: NamedScans,
    /// Accounts by id.
    pub accounts: OrdMap<AccountId, Arc<Account>>,
    /// How far the access log of each instance is anchored.
    pub access_logs: OrdMap<InstanceId, AccessLogHead>,
    /// The settings under which the log may lose acknowledged events, as last declared.
    pub unsafe_settings: Vec<String>,
    /// Position of that declaration.
    pub durability_position: Option<u64>,
    /// Who signs the log; nothing before it says so.
    pub signing_keys: Option<SigningKeys>,
    /// Positions of the events that accepted a clock behind the event before: only there recorded times go back.
    pub clock_set_back: Vec<u64>,
    /// The policies that the city and its counties have issued.
    pub policies: PolicyBook,
}

impl CityState {
    /// The state of a city without history.
    pub fn new(city: PlaceCode) -> Self {
        Self {
            city,
            last_position: 0,
            last_recorded_at: Timestamp::default(),
            simulated: None,
            imported: false,
            local_events: 0,
            scope_sequences: OrdMap::new(),
            places: OrdMap::new(),
            places_by_code: OrdMap::new(),
            past_codes: OrdMap::new(),
            organizations: OrdMap::new(),
            village_organizations: OrdMap::new(),
            persons: OrdMap::new(),
            joint_branches: OrdMap::new(),
            registrations: OrdMap::new(),
            registers: OrdMap::new(),
            village_heads: OrdMap::new(),
            supervisions: OrdMap::new(),
            yellow_cards: OrdMap::new(),
            meetings: OrdMap::new(),
            corrections: OrdMap::new(),
            documents: OrdMap::new(),
            consent_documents: OrdSet::new(),
            decisions: OrdMap::new(),
            corrected_documents: CorrectedDocuments::new(),
            scans: OrdMap::new(),
            accounts: OrdMap::new(),
            access_logs: OrdMap::new(),
            unsafe_settings: Vec::new(),
            durability_position: None,
            signing_keys: None,
            clock_set_back: Vec::new(),
            policies: PolicyBook::default(),
        }
    }

    /// The hashes under which a document's scan was ever named, and which of them are erased.
    pub fn scans_of(&self, issuer: OrganizationId, number: &DocumentNumber) -> Vec<(&Sha256Hex, &NamedScan)> {
        let issuer = Authority::Organization(issuer);
        let is_of =
            |scan: &NamedScan| scan.uses.iter().any(|own| own.issuer == issuer && own.number == *number);
        self.scans.iter().filter(|(_, scan)| is_of(scan)).map(|(hash, scan)| (hash, &**scan)).collect()
    }

    /// Whether the bytes of a scan were erased for good.
    pub fn is_scan_erased(&self, hash: &Sha256Hex) -> bool {
        self.scans.get(hash).is_some_and(|scan| scan.erased_on.is_some())
    }

    /// The place that bears the code.
    pub fn place_by_code(&self, code: &PlaceCode) -> Option<&Arc<Place>> {
        self.places_by_code.get(code).and_then(|id| self.places.get(id))
    }

    /// The organizations whose host is that village, in the order of their ids.
    pub fn organizations_of(&self, village: PlaceId) -> impl Iterator<Item = &Arc<Organization>> {
        let own = self.village_organizations.get(&village).into_iter().flatten();
        own.filter_map(|id| self.organizations.get(id))
    }

    /// What goes on for a place: itself, or its one successor at the end of the chain. `None` after a split.
    pub fn current_successor(&self, place: PlaceId) -> Option<&Arc<Place>> {
        let mut current = self.places.get(&place)?;
        // A successor had not ended when it took over, so the chain ends.
        while current.ended_on.is_some() {
            let [successor] = current.successors.as_slice() else { return None };
            current = self.places.get(successor)?;
        }
        Some(current)
    }

    /// What answers to a code today: who bears it, or what goes on for the last who did.
    pub fn resolve_code(&self, code: &PlaceCode) -> Option<&Arc<Place>> {
        self.current_successor(self.bearer(code)?.id)
    }

    /// The place that bears a code, or else the last one that did, whatever came of it.
    pub fn bearer(&self, code: &PlaceCode) -> Option<&Arc<Place>> {
        let last = || self.past_codes.get(code).and_then(|uses| uses.last()).map(|used| used.place);
        self.places.get(&self.places_by_code.get(code).copied().or_else(last)?)
    }

    /// Under which codes the log tells of a place and of those that went over into it whole.
    pub fn told(&self, place: PlaceId) -> Vec<ToldCode> {
        let (mut told, mut waiting) = (Vec::new(), vec![place]);
        // A successor had not ended when it took over, so none is its own predecessor.
        while let Some(found) = waiting.pop().and_then(|id| self.places.get(&id)) {
            told.extend(found.told.iter().cloned());
            let went_whole =
                |id: &PlaceId| self.places.get(id).is_some_and(|earlier| earlier.successors == [found.id]);
            waiting.extend(found.predecessors.iter().copied().filter(went_whole));
        }
        told
    }

    /// Whether an event that stands under a scope at a position is told of the place that bears a code, or of what went over
    /// into it: the codes in the scope are of their day, and may be another place's by now.
    pub fn is_told_within(&self, scope: &Scope, position: u64, code: &PlaceCode) -> bool {
        let own = match code.level() {
            Level::City => return true,
            Level::County => &scope.county,
            Level::Township => &scope.township,
            Level::Village => return false,
        };
        let Some(bearer) = self.bearer(code) else { return own.as_ref() == Some(code) };
        let told = self.told(bearer.id);
        own.as_ref().is_some_and(|own| told.iter().any(|told| told.tells(own.as_str(), position)))
    }

    /// The place of that tier that is the given one or lies above it.
    pub fn ancestor(&self, place: PlaceId, level: Level) -> Option<&Arc<Place>> {
        let mut current = self.places.get(&place)?;
        while current.level < level {
            current = self.places.get(&current.parent?)?;
        }
        (current.level == level).then_some(current)
    }

    /// The county and township of a place.
    pub fn scope_of_place(&self, place: PlaceId) -> Scope {
        let code = |level| self.ancestor(place, level).map(|place| place.code.clone());
        Scope { county: code(Level::County), township: code(Level::Township) }
    }

    /// The county and township of whoever bears a code: not what its digits say, for a township may keep its code where
    /// its county has got another one. The digits where nobody does.
    pub fn scope_of_bearer(&self, code: &PlaceCode) -> Scope {
        self.place_by_code(code).map_or_else(|| scope_of_code(code), |place| self.scope_of_place(place.id))
    }

    /// The county and township of an organization.
    pub fn scope_of_organization(&self, organization: OrganizationId) -> Scope {
        self.organizations
            .get(&organization)
            .map(|found| self.scope_of_place(found.location))
            .unwrap_or_default()
    }

    /// The tier at which an organization decides on what lies in a place on that day: that of a registered organ at work
    /// whose place holds it; nothing where it decides nothing there.
    pub fn deciding_level_of(&self, organization: &Organization, over: PlaceId, on: Date) -> Option<Level> {
        let decides = organization.registered_on <= on && organization.is_organ_on(on);
        let level = self.places.get(&organization.location).filter(|_| decides)?.level;
        let holds = self.ancestor(over, level).is_some_and(|place| place.id == organization.location);
        holds.then_some(level)
    }

    /// Where an account may act today: the place that bore its code when it was issued, whatever its code became. A county
    /// that is recoded, or a township that merges, keeps its officers.
    pub fn scope_of_account(&self, account: &Account) -> PlaceCode {
        let place = account.place.and_then(|id| self.current_successor(id).or_else(|| self.places.get(&id)));
        place.map_or_else(|| account.scope.clone(), |place| place.code.clone())
    }

    /// The place of an account that is no more on a day: until the account is handed over to what goes on, it reads only
    /// that place's past and gives no command.
    pub fn ended_place_of(&self, account: &Account, day: Date) -> Option<&Arc<Place>> {
        let place = self.places.get(&account.place?)?;
        place.ended_on.is_some_and(|ended| ended <= day).then_some(place)
    }

    /// What goes on for a place that has ended, for people: code and name of each successor.
    pub fn named_successors(&self, place: &Place) -> String {
        let line = |place: &Arc<Place>| format!("{} {}", place.code, place.name);
        let current =
            place.successors.iter().filter_map(|id| self.current_successor(*id).or(self.places.get(id)));
        current.map(line).collect::<Vec<_>>().join(", ")
    }

    /// Whether who works in that scope may know of a person: those of the own county, those of no county, and those who
    /// sit, alone or through their organization, in a joint branch that the own county leads.
    pub fn is_known_in(&self, person: &Person, scope: &PlaceCode) -> bool {
        let Some(own) = self.scope_of_bearer(scope).county else { return true };
        let home = self.scope_of_organization(person.organization).county;
        if home.is_none_or(|home| home == own) {
            return true;
        }
        let organization = self.organizations.get(&person.organization);
        let joined = organization.into_iter().flat_map(|found| found.merger.iter().chain(&found.pairings));
        person.secretary_of.iter().chain(joined).any(|id| {
            let leads = self.joint_branches.get(id).map(|found| self.scope_of_place(found.lead_township));
            leads.is_some_and(|leads| leads.county.as_ref() == Some(&own))
        })
    }

    /// The county and township of an entity: a joint branch's are those of its lead township.
    pub fn scope_of(&self, entity: Entity) -> Scope {
        match entity {
            Entity::Place(id) => self.scope_of_place(id),
            Entity::Organization(id) => self.scope_of_organization(id),
            Entity::Person(id) => self
                .persons
                .get(&id)
                .map(|person| self.scope_of_organization(person.organization))
                .unwrap_or_default(),
            Entity::JointBranch(id) => self
                .joint_branches
                .get(&id)
                .map(|found| self.scope_of_place(found.lead_township))
                .unwrap_or_default(),
            Entity::Log | Entity::Clock | Entity::RuleBook | Entity::SigningKeys | Entity::AccessLog(_) => {
                Scope::default()
            }
            Entity::Supervision(id) => {
                self.supervisions.get(&id).map(|found| self.scope_of_place(found.to)).unwrap_or_default()
            }
            Entity::YellowCard(id) => {
                self.yellow_cards.get(&id).map(|found| self.scope_of_place(found.to)).unwrap_or_default()
            }
            Entity::Meeting(id) => {
                self.meetings.get(&id).map(|found| self.scope_of_place(found.place)).unwrap_or_default()
            }
            Entity::Account(id) => {
                let own = |found: &Arc<Account>| match found.place {
                    Some(place) => self.scope_of_place(place),
                    None => self.scope_of_bearer(&found.scope),
                };
                self.accounts.get(&id).map(own).unwrap_or_default()
            }
            Entity::Policy(id) => self
                .policies
                .get(id)
                .map(|found| self.scope_of_bearer(&found.jurisdiction))
                .unwrap_or_default(),
        }
    }

    /// The county and township of an event that follows on this state, also of the one that brings its entity about.
    pub fn scope_of_event(&self, body: &EventBody) -> Scope {
        match body {
            EventBody::PlaceRegistered(data) => self.scope_of_new(&data.code, data.parent),
            EventBody::OrganizationRegistered(data) => self.scope_of_place(data.location),
            EventBody::PersonRegistered(data) => self.scope_of_organization(data.organization),
            EventBody::JointBranchProposed(data) => self.scope_of_place(data.lead_township),
            EventBody::JointBranchRegistered(data) => self.scope_of_place(data.lead_township),
            EventBody::PlaceReceived(data) => self.scope_of_new(&data.code, Some(data.parent)),
            EventBody::SupervisionIssued(data) => self.scope_of_place(data.to),
            EventBody::YellowCardIssued(data) => self.scope_of_place(data.to),
            EventBody::MeetingRecorded(data) => self.scope_of_place(data.place),
            // Whoever guides may lie in another county: the link is the business of the side that records it.
            EventBody::OrganizationLinked(data) => match (data.joint_branch, data.other) {
                (Some(id), _) => self.scope_of(Entity::JointBranch(id)),
                (None, Some(id)) => self.scope_of_organization(id),
                (None, None) => Scope::default(),
            },
            EventBody::AccountIssued(data) => self.scope_of_bearer(&data.scope),
            EventBody::PolicyIssued(data) => self.scope_of_bearer(&data.jurisdiction),
            other => self.scope_of(other.entity()),
        }
    }

    /// Whether an event may follow on this state under that scope: its own, or the one that the digits of its code say, as
    /// was written until the places themselves were asked.
    pub fn may_stand_under(&self, scope: &Scope, body: &EventBody) -> bool {
        let digits = match body {
            EventBody::PlaceRegistered(data) => Some(&data.code),
            EventBody::PlaceReceived(data) => Some(&data.code),
            EventBody::AccountIssued(data) => Some(&data.scope),
            EventBody::AccountRevoked(data) => self.accounts.get(&data.account).map(|found| &found.scope),
            EventBody::PolicyIssued(data) => Some(&data.jurisdiction),
            _ => None,
        };
        *scope == self.scope_of_event(body) || digits.is_some_and(|code| *scope == scope_of_code(code))
    }

    /// The county and township of a place that is to lie under another one.
    pub(crate) fn scope_of_new(&self, code: &PlaceCode, parent: Option<PlaceId>) -> Scope {
        let above = parent.map(|parent| self.scope_of_place(parent)).unwrap_or_default();
        let own = scope_of_code(code);
        Scope { county: above.county.or(own.county), township: above.township.or(own.township) }
    }

    /// The place in which an entity lies: a joint branch's is its lead township, a person's that of their organization.
    pub fn place_of(&self, entity: Entity) -> Option<&Arc<Place>> {
        let place = match entity {
            Entity::Place(id) => id,
            Entity::Organization(id) => self.organizations.get(&id)?.location,
            Entity::Person(id) => self.organizations.get(&self.persons.get(&id)?.organization)?.location,
            Entity::JointBranch(id) => self.joint_branches.get(&id)?.lead_township,
            Entity::Supervision(id) => self.supervisions.get(&id)?.to,
            Entity::YellowCard(id) => self.yellow_cards.get(&id)?.to,
            Entity::Meeting(id) => self.meetings.get(&id)?.place,
            Entity::Policy(id) => return self.bearer(&self.policies.get(id)?.jurisdiction),
            Entity::Account(_)
            | Entity::Log
            | Entity::Clock
            | Entity::RuleBook
            | Entity::SigningKeys
            | Entity::AccessLog(_) => {
                return None;
            }
        };
        self.places.get(&place)
    }

    /// Position of the last event about the entity, for `If-Match`.
    pub fn last_position_of(&self, entity: Entity) -> Option<u64> {
        match entity {
            Entity::Place(id) => self.places.get(&id).map(|found| found.last_position),
            Entity::Organization(id) => self.organizations.get(&id).map(|found| found.last_position),
            Entity::Person(id) => self.persons.get(&id).map(|found| found.last_position),
            Entity::JointBranch(id) => self.joint_branches.get(&id).map(|found| found.last_position),
            Entity::Account(id) => self.accounts.get(&id).map(|found| found.last_position),
            Entity::Log => self.durability_position,
            Entity::Clock => None,
            Entity::SigningKeys => self.signing_keys.as_ref().map(|found| found.position),
            Entity::RuleBook => self.policies.adopted().map(|found| found.position),
            Entity::AccessLog(id) => self.access_logs.get(&id).map(|found| found.position),
            Entity::Policy(id) => self.policies.get(id).map(|found| found.position),
            Entity::Supervision(id) => self.supervisions.get(&id).map(|found| found.last_position),
            Entity::YellowCard(id) => self.yellow_cards.get(&id).map(|found| found.last_position),
            Entity::Meeting(id) => self.meetings.get(&id).map(|found| found.last_position),
        }
    }

    /// The accounts that may be used on a day.
    pub fn account_valid_on(&self, id: AccountId, day: Date) -> Option<&Arc<Account>> {
        self.accounts.get(&id).filter(|account| account.is_valid_on(day))
    }

    /// The key of a document in the register of its issuer.
    pub(crate) fn document_key(issuer: &impl std::fmt::Display, number: &impl std::fmt::Display) -> String {
        format!("{issuer}/{number}")
    }
}

/// The county and township that a code itself names.
pub(crate) fn scope_of_code(code: &PlaceCode) -> Scope {
    let prefix = |length: usize| code.as_str().get(..length).and_then(|digits| digits.parse().ok());
    Scope { county: prefix(6), township: prefix(9) }
}
