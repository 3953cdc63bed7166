//! What can be picked in a form: organizations, places, persons, joint branches and codes within the reader's scope.

use api::auth::Principal;
use domain::CommandKind;
use domain::account::Role;
use domain::ids::{OrganizationId, PersonId};
use domain::joint_branch::{JointBranch, Mode, Phase, Survey, VillageSurvey};
use domain::meeting::Meeting;
use domain::organization::{HostKind, Organization, OrganizationForm, OrganizationStatus};
use domain::place::{Level, Place, PlaceCode};
use domain::policy::FORMS;
use domain::say::Language;
use domain::yellow_card::YellowCard;
use domain::{CityState, Policy};
use labels::terms::{list, term};

use super::names::NameFinder;
use crate::pages::forms::render::{Pick, Picks};
use crate::pages::forms::schema::Field;
use crate::pages::lists::village_name;

/// What the choices follow from.
pub(super) struct Choices<'a> {
    /// The state of now: what is recorded is decided against it.
    pub(super) state: &'a CityState,
    /// The rules in force where the reader works.
    pub(super) policy: &'a Policy,
    /// Who picks.
    pub(super) principal: &'a Principal,
    /// Names of persons.
    pub(super) names: &'a NameFinder<'a>,
    /// The language.
    pub(super) language: Language,
    /// The command.
    pub(super) command: &'a str,
    /// The joint branch that the form is about, once it is chosen.
    pub(super) joint_branch: Option<&'a JointBranch>,
}

/// Which code list a text of a command is from.
const CODE_LISTS: [(&str, &str); 5] = [
    ("AssignSecretary.source", "secretary_sources"),
    ("RecordActivity.kind", "activity_kinds"),
    ("RecordYearlyReview.class", "review_classes"),
    ("MovePowers.powers", "powers"),
    ("MoveFunctions.functions", "functions"),
];

impl Choices<'_> {
    /// What can be picked for a field; nothing where it is simply written.
    pub(super) fn picks(&self, field: &Field) -> Option<Picks> {
        let key = format!("{}.{}", field.owner, field.name);
        match (field.type_name.as_str(), field.name.as_str()) {
            ("Function", _) => Some(Picks::Usual(self.codes("functions"))),
            ("Mode", _) => Some(Picks::Only(self.codes(Mode::LIST))),
            ("HostKind", _) => Some(Picks::Only(self.codes(HostKind::LIST))),
            ("Code", "form_kind") => Some(Picks::Only(self.codes(FORMS))),
            ("OrganizationId", _) => Some(Picks::Only(self.organizations(&key))),
            ("JointBranchId", name) => Some(Picks::Only(self.joint_branches(name == "ends_pairings"))),
            ("PersonId", _) if is_of_first_secretaries(&key) => Some(Picks::Only(self.first_secretaries())),
            ("PersonId", _) => Some(Picks::Only(self.persons(&key))),
            ("AccountId", _) => Some(Picks::Only(self.accounts())),
            ("SupervisionId", _) => Some(Picks::Only(self.supervisions())),
            ("YellowCardId", _) if key != "IssueYellowCard.id" => Some(Picks::Only(self.yellow_cards())),
            ("MeetingId", _) if key != "RecordMeeting.id" => Some(Picks::Only(self.meetings())),
            ("Authority", _) => Some(Picks::Only(self.authorities())),
            ("CommandId", "survey") => self.surveys().map(Picks::Only),
            ("Text", "host") => Some(Picks::Usual(self.hosts())),
            ("PlaceCode" | "PlaceRef", name) if !is_of_no_place_now(&key) => {
                Some(Picks::Only(self.places(name)))
            }
            ("", "profile") => Some(Picks::Only(self.profile_figures())),
            _ => {
                let named = CODE_LISTS.iter().find(|(known, _)| *known == key)?;
                Some(Picks::Only(self.codes(named.1)))
            }
        }
    }

    fn codes(&self, name: &str) -> Vec<Pick> {
        let entries = self.policy.offered(name);
        entries
            .map(|entry| (entry.code.to_string(), self.language.pick(&entry.zh, &entry.en).to_string()))
            .collect()
    }

    fn profile_figures(&self) -> Vec<Pick> {
        list("ProfileFigure")
            .iter()
            .map(|(code, words)| ((*code).to_owned(), words.in_language(self.language).to_owned()))
            .collect()
    }

    /// Members only, where a command is about members; else what is at work in the scope.
    fn organizations(&self, key: &str) -> Vec<Pick> {
        let of_members = matches!(key, "MoveFunctions.from" | "Succession.member" | "ReleaseMember.member")
            // Before it is established, nobody but its members resolves on it.
            || key == "MembersResolution.organization"
                && self.joint_branch.is_some_and(|found| found.phase == Phase::Proposed);
        let named = |found: &Organization| (found.id.to_string(), self.organization_name(found));
        if let (true, Some(joint_branch)) = (of_members, self.joint_branch) {
            let members = joint_branch.members.iter().filter_map(|id| self.state.organizations.get(id));
            return members.map(|found| named(found)).collect();
        }
        let is_organ = key == "Consent.organization";
        let fits = |found: &Organization| match key {
            // A successor may be a member itself, which a merger has suspended.
            "Succession.successor" | "ReleaseMember.successor" => found.form != OrganizationForm::Organ,
            _ if is_organ => found.form == OrganizationForm::Organ,
            "RelieveFirstSecretary.organization" => found.first_secretary.is_some(),
            "AssignFirstSecretary.organization" => {
                !matches!(found.status, OrganizationStatus::Abolished { .. })
                    && found.form != OrganizationForm::Organ
                    && found.village().is_some()
            }
            "ProposeJointBranch.members" => {
                found.status == OrganizationStatus::Active && found.form != OrganizationForm::Organ
            }
            _ => !matches!(found.status, OrganizationStatus::Abolished { .. }),
        };
        let own = self.state.organizations.values().filter(|found| fits(found));
        // A clerk may name members and consents of the county's other townships.
        let reach = if matches!(
            key,
            "ProposeJointBranch.members"
                | "Consent.organization"
                | "AdmitMember.member"
                | "MembersResolution.organization"
        ) {
            let county = self.state.scope_of_bearer(&self.principal.scope).county;
            county.unwrap_or_else(|| self.principal.scope.clone())
        } else {
            self.principal.scope.clone()
        };
        // What it stands under lies above, as the organ of the city above that of a county.
        let own_scope = self.state.scope_of_bearer(&self.principal.scope);
        let is_above = |found: &Organization| {
            let lies_in = self.state.scope_of_place(found.location);
            let is_around =
                |outer: &Option<PlaceCode>, inner: &Option<PlaceCode>| outer.is_none() || outer == inner;
            field_is_superior(key)
                && found.form == OrganizationForm::Organ
                && is_around(&lies_in.county, &own_scope.county)
                && is_around(&lies_in.township, &own_scope.township)
        };
        let within = own
            .filter(|found| self.state.scope_of_place(found.location).is_within(&reach) || is_above(found));
        sorted(within.map(|found| named(found)).collect())
    }

    fn organization_name(&self, found: &Organization) -> String {
        let place = self.state.places.get(&found.location);
        place.map_or_else(
            || found.name.to_string(),
            |place| format!("{}（{} {}）", found.name, called(place), place.code),
        )
    }

    fn joint_branches(&self, must_be_live: bool) -> Vec<Pick> {
        let wants_proposal = !must_be_live
            && matches!(
                self.command,
                "return-proposal"
                    | "resubmit-proposal"
                    | "merge-branches"
                    | "pair-branches"
                    | "reject-proposal"
                    | "withdraw-proposal"
            );
        let fits = |found: &JointBranch| match self.command {
            "file-with-county" | "issue-supervision" | "issue-yellow-card" => {
                !matches!(found.phase, Phase::Rejected | Phase::Withdrawn)
            }
            "confirm-registration"
            | "reject-registration"
            | "complete-registration"
            | "record-will-survey"
            | "record-members-resolution"
            | "record-agreement" => CommandKind::named(self.command)
                .and_then(|kind| kind.spec().fits)
                .is_some_and(|fits| fits(found)),
            _ if wants_proposal => found.phase == Phase::Proposed,
            _ => found.phase.is_live(),
        };
        let own = self.state.joint_branches.values().filter(|found| fits(found));
        let within = own.filter(|found| self.principal.require_joint_branch(self.state, found).is_ok());
        sorted(within.map(|found| (found.id.to_string(), found.name.to_string())).collect())
    }

    fn persons(&self, key: &str) -> Vec<Pick> {
        let own = self.state.persons.values();
        let within = own.filter(|found| match key {
            // Units of the city send first secretaries too.
            "AssignFirstSecretary.person" => self.state.is_known_in(found, &self.principal.scope),
            _ => self.state.scope_of_organization(found.organization).is_within(&self.principal.scope),
        });
        let named = within.map(|found| self.person(found.id, found.organization));
        sorted(named.collect())
    }

    /// Those in post in the scope, by where they are.
    fn first_secretaries(&self) -> Vec<Pick> {
        let own = self.state.organizations.values();
        let within =
            own.filter(|found| self.state.scope_of_place(found.location).is_within(&self.principal.scope));
        let in_post = within.filter_map(|found| Some((found.first_secretary.as_ref()?.person, found.id)));
        sorted(in_post.map(|(person, organization)| self.person(person, organization)).collect())
    }

    fn person(&self, id: PersonId, organization: OrganizationId) -> Pick {
        let organization = self.state.organizations.get(&organization).map(|own| own.name.to_string());
        let key = id.to_string();
        // Whose name was erased is told from others of whom that is so by the end of the id.
        let erased =
            || format!("{}（…{}）", labels::NAME_ERASED.in_language(self.language), &key[key.len() - 4..]);
        let name = self.names.person(&key).unwrap_or_else(erased);
        (id.to_string(), format!("{name}（{}）", organization.unwrap_or_default()))
    }

    /// Accounts that are not revoked, by their holders.
    fn accounts(&self) -> Vec<Pick> {
        let own = self.state.accounts.values().filter(|found| !found.revoked);
        let named = own.map(|found| {
            let name = self.names.holder(&found.id.to_string());
            let role = term(self.language, "Role", found.role.as_str());
            (found.id.to_string(), format!("{}（{role} {}）", name.unwrap_or_default(), found.scope))
        });
        sorted(named.collect())
    }

    fn supervisions(&self) -> Vec<Pick> {
        let open = self.state.supervisions.values().filter(|found| found.answer.is_none());
        let within =
            open.filter(|found| self.state.scope_of_place(found.to).is_within(&self.principal.scope));
        within.map(|found| (found.id.to_string(), format!("{} {}", found.due, found.matter))).collect()
    }

    /// The will surveys of the joint branch, the latest first, by what they found; nothing where none is chosen.
    fn surveys(&self) -> Option<Vec<Pick>> {
        let village = |found: &VillageSurvey| {
            let place = self.state.places.get(&found.village).map(|place| called(place));
            format!("{} {}/{}", place.unwrap_or_default(), found.in_favour, found.asked)
        };
        let named = |found: &Survey| {
            let villages: Vec<_> = found.villages.iter().map(village).collect();
            let day = found.villages.iter().map(|found| found.held_on).max();
            let day = day.map_or_else(String::new, |day| day.to_string());
            (found.id.to_string(), format!("{day} {}", villages.join(self.language.pick("、", ", "))))
        };
        Some(self.joint_branch?.surveys.iter().rev().map(named).collect())
    }

    /// Those that stand.
    fn yellow_cards(&self) -> Vec<Pick> {
        let standing = self.state.yellow_cards.values().filter(|found| found.lifted.is_none());
        let within =
            standing.filter(|found| self.state.scope_of_place(found.to).is_within(&self.principal.scope));
        let named = |found: &YellowCard| {
            let place = self.state.places.get(&found.to).map(|place| place.name.to_string());
            (
                found.id.to_string(),
                format!("{} {} {}", place.unwrap_or_default(), found.document, found.matter),
            )
        };
        within.map(|found| named(found)).collect()
    }

    /// Those that decided something that is not closed.
    fn meetings(&self) -> Vec<Pick> {
        let open = self
            .state
            .meetings
            .values()
            .filter(|found| found.agenda.iter().any(|item| item.closed.is_none()));
        let within =
            open.filter(|found| self.state.scope_of_place(found.place).is_within(&self.principal.scope));
        let named = |found: &Meeting| {
            let name = found.name();
            let name = self.language.pick(&name.zh, &name.en).to_string();
            (found.id.to_string(), format!("{name} {}", found.document))
        };
        within.map(|found| named(found)).collect()
    }

    /// Deciding organs first, then other organizations, then the place itself, which may state mere facts.
    fn authorities(&self) -> Vec<Pick> {
        // Who reads no business data acts for the city itself.
        let own = self.state.organizations.values().filter(|_| self.principal.role != Role::SecurityAdmin);
        let own = own.filter(|found| !matches!(found.status, OrganizationStatus::Abolished { .. }));
        let within: Vec<_> = own
            .filter(|found| self.state.scope_of_place(found.location).is_within(&self.principal.scope))
            .collect();
        let pick =
            |found: &&std::sync::Arc<Organization>| (found.id.to_string(), self.organization_name(found));
        let organs = within.iter().filter(|found| found.form == OrganizationForm::Organ).map(pick);
        let others = within.iter().filter(|found| found.form != OrganizationForm::Organ).map(pick);
        let place = self.state.place_by_code(&self.principal.scope);
        let place = place.map(|place| pick_of(place));
        sorted(organs.collect()).into_iter().chain(sorted(others.collect())).chain(place).collect()
    }

    /// Places that an organization may belong to: of the city those that have organs which its office registers.
    pub(super) fn hosts(&self) -> Vec<Pick> {
        let scope: &PlaceCode = &self.principal.scope;
        let fits = |place: &Place| scope.level() != Level::City || place.level == Level::City;
        let own = self.state.places_by_code.values().filter_map(|id| self.state.places.get(id));
        let own = own.filter(|place| self.state.scope_of_place(place.id).is_within(scope) && fits(place));
        own.map(|place| pick_of(place)).collect()
    }

    fn places(&self, name: &str) -> Vec<Pick> {
        let of_members = matches!(name, "village" | "host_village" | "villages");
        if let (true, Some(joint_branch)) = (of_members, self.joint_branch) {
            let members =
                joint_branch.members.iter().filter_map(|id| self.state.organizations.get(id)?.village());
            let places = members.filter_map(|id| self.state.places.get(&id));
            return places.map(|place| pick_of(place)).collect();
        }
        let fits = |place: &Place| match name {
            "village" | "host_village" | "base_village" => place.level == Level::Village,
            "lead_township" => place.level == Level::Township,
            "scope" => place.level >= Level::Township,
            "jurisdiction" => place.level >= Level::County,
            "carrier" => place.level != Level::Village,
            "to" | "location" | "parent" => matches!(place.level, Level::County | Level::Township),
            _ => true,
        };
        let scope: &PlaceCode = &self.principal.scope;
        let own = self.state.places_by_code.values().filter_map(|id| self.state.places.get(id));
        let own = own.filter(|place| self.state.scope_of_place(place.id).is_within(scope) && fits(place));
        own.map(|place| pick_of(place)).collect()
    }
}

/// Whether a field holds a code that no place bears yet, or none any more.
fn is_of_no_place_now(key: &str) -> bool {
    matches!(key, "RegisterPlace.code" | "ChangePlace.code" | "RecordPremisesPayment.begun_in")
}

/// Whether a field names a first secretary who is in post.
fn is_of_first_secretaries(key: &str) -> bool {
    matches!(key, "AssignFirstSecretary.replaces" | "RelieveFirstSecretary.person")
}

/// Whether the field names the organization above.
fn field_is_superior(key: &str) -> bool {
    key.ends_with(".superior")
}

fn pick_of(place: &Place) -> Pick {
    (place.code.to_string(), format!("{} {}", called(place), place.code))
}

/// A place as people call it: a villagers' committee has no part in what the Party does there.
fn called(place: &Place) -> String {
    village_name(&place.name, place.kind)
}

fn sorted(mut picks: Vec<Pick>) -> Vec<Pick> {
    picks.sort_by(|left, right| left.1.cmp(&right.1));
    picks
}
