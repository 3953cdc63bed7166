//! What the log knows of a county: the places of today and of before, the organizations, the persons, the joint branches.

use std::collections::BTreeMap;

use domain::CityState;
use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use domain::joint_branch::{Arrangement, Form, Phase};
use domain::organization::{Organization, OrganizationForm, OrganizationStatus};
use domain::place::{Level, Place, PlaceCode};
use domain::place_names::stem;
use domain::policy::{CodeName, FORMS};

use crate::words::fold;

/// A township of the county.
#[derive(Debug, Clone)]
pub struct Township {
    /// Its code.
    pub code: PlaceCode,
    /// Its name.
    pub name: String,
}

/// A village or community of the county.
#[derive(Debug, Clone)]
pub struct Village {
    /// Its id, from which the ids of what is new follow.
    pub id: PlaceId,
    /// Its code.
    pub code: PlaceCode,
    /// Its name.
    pub name: String,
    /// Which township it lies in.
    pub township: usize,
}

/// What a place was called before, or what went over into it.
#[derive(Debug, Clone)]
pub struct Former<T> {
    /// The township's name at the time; for a township itself nothing.
    pub above: String,
    /// The name at the time.
    pub name: String,
    /// The first day on which it no longer held.
    pub until: Date,
    /// What goes on for it.
    pub now: T,
}

/// A Party organization of the county that may be a member.
#[derive(Debug, Clone)]
pub struct KnownOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// The village that it belongs to, where it does.
    pub village: Option<usize>,
    /// The township that it lies in.
    pub township: Option<usize>,
    /// Whether it works.
    pub is_active: bool,
    /// The merger that it is in.
    pub merger: Option<JointBranchId>,
}

/// A body that decides.
#[derive(Debug, Clone)]
pub struct Organ {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Whether it is a county's or a township's.
    pub level: Level,
    /// The code of its place.
    pub place: PlaceCode,
}

/// A person whose name is on file.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// The id.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The organization.
    pub organization: OrganizationId,
}

/// A joint branch of the county.
#[derive(Debug, Clone)]
pub struct KnownJointBranch {
    /// Its id.
    pub id: JointBranchId,
    /// Its name.
    pub name: String,
    /// Whether it merges.
    pub is_merger: bool,
    /// Its members.
    pub members: Vec<OrganizationId>,
    /// Whether it is live, or waits for a decision.
    pub is_there: bool,
}

/// A kind of form that a policy has added, such as 片区联合党委.
#[derive(Debug, Clone)]
pub struct FormKind {
    /// Its code.
    pub code: String,
    /// The word that the policy gives it.
    pub word: String,
    /// The form of the regulations that it is.
    pub form: Form,
}

/// What the log knows of a county on a day.
#[derive(Debug, Clone)]
pub struct Known {
    /// The day.
    pub on: Date,
    /// The county.
    pub county: Township,
    /// Names of the city's other counties.
    pub other_counties: Vec<String>,
    /// The townships of that day.
    pub townships: Vec<Township>,
    /// What townships were called before.
    pub former_townships: Vec<Former<usize>>,
    /// The villages of that day.
    pub villages: Vec<Village>,
    /// What villages were called before.
    pub former_villages: Vec<Former<usize>>,
    /// The organizations that may be members.
    pub organizations: Vec<KnownOrganization>,
    /// The bodies that decide.
    pub organs: Vec<Organ>,
    /// The persons whose names are on file.
    pub persons: Vec<KnownPerson>,
    /// The joint branches.
    pub joint_branches: Vec<KnownJointBranch>,
    /// From which day the register is kept here, and until when what existed before may be registered.
    pub register: Option<(Date, Date)>,
    /// The kinds of forms that policies of the city and the county have added by that day.
    pub form_kinds: Vec<FormKind>,
    by_stem: BTreeMap<String, Vec<usize>>,
    by_code: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_village: BTreeMap<usize, Vec<usize>>,
}

impl Known {
    /// What the state knows of a county; nothing where there is none of that code. `name_of` looks a person's name up.
    pub fn of(
        state: &CityState,
        county: &PlaceCode,
        on: Date,
        name_of: &dyn Fn(PersonId) -> Option<String>,
    ) -> Option<Self> {
        let own = state.place_by_code(county).filter(|place| place.level == Level::County)?;
        let there: Vec<&Place> =
            state.places.values().map(AsRef::as_ref).filter(|place| place.exists_on(on)).collect();
        let own_county =
            |id: PlaceId| state.ancestor(id, Level::County).is_some_and(|above| above.id == own.id);
        let of_tier = |level| there.iter().copied().filter(move |place| place.level == level);
        let mut townships: Vec<&Place> =
            of_tier(Level::Township).filter(|place| own_county(place.id)).collect();
        townships.sort_by(|one, other| one.code.cmp(&other.code));
        let township_at: BTreeMap<PlaceId, usize> =
            townships.iter().enumerate().map(|(at, place)| (place.id, at)).collect();
        let lies_in = |place: &Place| township_at.get(&place.parent?).copied();
        let mut villages: Vec<(&Place, usize)> =
            of_tier(Level::Village).filter_map(|place| Some((place, lies_in(place)?))).collect();
        villages.sort_by(|one, other| one.0.code.cmp(&other.0.code));
        let village_at: BTreeMap<PlaceId, usize> =
            villages.iter().enumerate().map(|(at, (place, _))| (place.id, at)).collect();
        let mut known = Self {
            on,
            county: township(own),
            other_counties: of_tier(Level::County)
                .filter(|place| place.id != own.id)
                .map(|place| place.name.to_string())
                .collect(),
            townships: townships.iter().map(|place| township(place)).collect(),
            former_townships: former(state, Level::Township, on, &township_at),
            villages: villages.iter().map(|(place, township)| village(place, *township)).collect(),
            former_villages: former(state, Level::Village, on, &village_at),
            organizations: Vec::new(),
            organs: Vec::new(),
            persons: Vec::new(),
            joint_branches: Vec::new(),
            register: state.register_of(own.id).map(|register| (register.from, register.closes_on)),
            form_kinds: state.policies.added(FORMS, on, county).into_iter().filter_map(form_kind).collect(),
            by_stem: BTreeMap::new(),
            by_code: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_village: BTreeMap::new(),
        };
        known.take_organizations(state, own, &township_at, &village_at);
        known.take_people(state, name_of);
        known.index();
        Some(known)
    }

    /// The kind of form that a text is the word or the code of.
    pub fn form_kind(&self, text: &str) -> Option<&FormKind> {
        let folded = fold(text);
        self.form_kinds.iter().find(|kind| folded == fold(&kind.word) || folded == kind.code)
    }

    fn take_organizations(
        &mut self,
        state: &CityState,
        county: &Place,
        townships: &BTreeMap<PlaceId, usize>,
        villages: &BTreeMap<PlaceId, usize>,
    ) {
        for organization in state
            .organizations
            .values()
            .filter(|it| !matches!(it.status, OrganizationStatus::Abolished { .. }))
        {
            let location = state.places.get(&organization.location);
            if organization.form == OrganizationForm::Organ {
                let of = location.filter(|place| place.id == county.id || townships.contains_key(&place.id));
                self.organs.extend(of.map(|place| organ(organization, place)));
                continue;
            }
            if state.ancestor(organization.location, Level::County).is_none_or(|above| above.id != county.id)
            {
                continue;
            }
            let township = state.ancestor(organization.location, Level::Township);
            self.organizations.push(KnownOrganization {
                id: organization.id,
                name: organization.name.to_string(),
                village: organization.village().and_then(|id| villages.get(&id).copied()),
                township: township.and_then(|place| townships.get(&place.id).copied()),
                is_active: organization.status == OrganizationStatus::Active,
                merger: organization.merger,
            });
        }
    }

    fn take_people(&mut self, state: &CityState, name_of: &dyn Fn(PersonId) -> Option<String>) {
        let own: std::collections::BTreeSet<OrganizationId> =
            self.organizations.iter().map(|it| it.id).collect();
        let persons = state.persons.values().filter(|person| own.contains(&person.organization));
        self.persons = persons
            .filter_map(|person| {
                Some(KnownPerson {
                    id: person.id,
                    name: name_of(person.id)?,
                    organization: person.organization,
                })
            })
            .collect();
        let joint_branches =
            state.joint_branches.values().filter(|it| it.members.iter().any(|member| own.contains(member)));
        self.joint_branches = joint_branches
            .map(|it| KnownJointBranch {
                id: it.id,
                name: it.name.to_string(),
                is_merger: it.arrangement == Arrangement::Merger,
                members: it.members.clone(),
                is_there: !matches!(
                    it.phase,
                    Phase::Rejected | Phase::Withdrawn | Phase::SentBack | Phase::Dissolved
                ),
            })
            .collect();
    }

    /// What is looked for by name and code is found at once: a ledger has thousands of members.
    fn index(&mut self) {
        for (at, village) in self.villages.iter().enumerate() {
            let key = fold(stem(Level::Village, &village.name));
            self.by_stem.entry(key).or_default().push(at);
            self.by_code.insert(village.code.to_string(), at);
        }
        for (at, own) in self.organizations.iter().enumerate() {
            self.by_name.entry(fold(&own.name)).or_default().push(at);
            if let Some(village) = own.village {
                self.by_village.entry(village).or_default().push(at);
            }
        }
    }

    /// The organizations of a name, which was folded.
    pub fn organizations_named(&self, folded: &str) -> &[usize] {
        self.by_name.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The organizations of a village.
    pub fn organizations_of(&self, village: usize) -> impl Iterator<Item = &KnownOrganization> {
        let found = self.by_village.get(&village).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|at| self.organizations.get(*at))
    }

    /// The villages of a name without the words for the office.
    pub fn villages_of_stem(&self, folded: &str) -> &[usize] {
        self.by_stem.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The village of a code.
    pub fn village_of_code(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The township of a code.
    pub fn township_of_code(&self, code: &str) -> Option<usize> {
        self.townships.iter().position(|township| township.code.as_str() == code)
    }

    /// An organization by its id.
    pub fn organization(&self, id: OrganizationId) -> Option<&KnownOrganization> {
        self.organizations.iter().find(|organization| organization.id == id)
    }

    /// A village as people tell it: with its township.
    pub fn tell(&self, village: usize) -> String {
        let Some(own) = self.villages.get(village) else { return String::new() };
        let township = self.townships.get(own.township).map_or("", |township| &township.name);
        format!("{township}{}（{}）", own.name, own.code)
    }
}

fn township(place: &Place) -> Township {
    Township { code: place.code.clone(), name: place.name.to_string() }
}

fn village(place: &Place, township: usize) -> Village {
    Village { id: place.id, code: place.code.clone(), name: place.name.to_string(), township }
}

fn organ(organization: &Organization, place: &Place) -> Organ {
    Organ {
        id: organization.id,
        name: organization.name.to_string(),
        level: place.level,
        place: place.code.clone(),
    }
}

fn form_kind(entry: &CodeName) -> Option<FormKind> {
    let form = [Form::Branch, Form::GeneralBranch, Form::Committee]
        .into_iter()
        .find(|form| form.regulated() == entry.stands_as)?;
    Some(FormKind { code: entry.code.to_string(), word: entry.zh.to_string(), form })
}

/// What places of a tier were called before, and which of today goes on for each.
fn former(state: &CityState, level: Level, on: Date, now: &BTreeMap<PlaceId, usize>) -> Vec<Former<usize>> {
    let name_of = |id: Option<PlaceId>| {
        id.and_then(|id| state.places.get(&id)).map(|place| place.name.to_string()).unwrap_or_default()
    };
    let mut found = Vec::new();
    for place in state.places.values().filter(|place| place.level == level) {
        let Some(current) = state.current_successor(place.id).and_then(|place| now.get(&place.id)) else {
            continue;
        };
        for past in &place.past {
            let (above, name) = (name_of(past.parent), past.name.to_string());
            found.push(Former { above, name, until: past.until, now: *current });
        }
        if let Some(ended) = place.ended_on.filter(|ended| *ended <= on) {
            found.push(Former {
                above: name_of(place.parent),
                name: place.name.to_string(),
                until: ended,
                now: *current,
            });
        }
    }
    found
}
