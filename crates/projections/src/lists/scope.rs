//! Whose list it is: what lies in a city, county or township, by today's places and never by a code of the past.

use std::collections::BTreeSet;

use domain::actor::Authority;
use domain::entity::Entity;
use domain::ids::JointBranchId;
use domain::place::{Level, PlaceCode};
use domain::scope::Scope;
use domain::thresholds::Thresholds;
use domain::{Event, EventBody};

use crate::reading::Reading;
use crate::rows::{JointBranchRow, PlaceLabel, PlaceRow};

/// A reading, looked at from one place.
pub(super) struct ListScope<'a> {
    pub(super) reading: Reading<'a>,
    pub(super) code: PlaceCode,
    pub(super) year: i16,
    /// Codes of the past of what lies there: what has no row of its own stands under the code of its recording.
    past_codes: BTreeSet<PlaceCode>,
}

impl<'a> ListScope<'a> {
    pub(super) fn new(reading: Reading<'a>, code: PlaceCode, year: i16) -> Self {
        let past_codes = past_codes(reading, &code);
        Self { reading, code, year, past_codes }
    }

    /// The joint branches led from there, proposals and ended ones too.
    pub(super) fn led(&self) -> impl Iterator<Item = &'a JointBranchRow> {
        let rows = self.reading.views.readable_by(&self.code).map(AsRef::as_ref);
        rows.filter(|row| row.is_led_from(&self.code))
    }

    /// A joint branch, where it is led from there.
    pub(super) fn led_one(&self, id: JointBranchId) -> Option<&'a JointBranchRow> {
        let row = self.reading.views.joint_branch(id).map(AsRef::as_ref);
        row.filter(|row| row.is_led_from(&self.code))
    }

    /// Whether something of a county and township lies there, or lay in what has become part of it.
    pub(super) fn holds(&self, scope: &Scope) -> bool {
        let once = || [&scope.township, &scope.county].into_iter().flatten();
        scope.is_within(&self.code) || once().any(|code| self.past_codes.contains(code))
    }

    /// The county and township in which what an event is about lies today; for what has no row, those of its recording.
    pub(super) fn scope_of(&self, event: &Event) -> Scope {
        let views = self.reading.views;
        let code = |label: &Option<PlaceLabel>| label.as_ref().map(|place| place.code.clone());
        let found = match event.body.entity() {
            Entity::JointBranch(id) => views
                .joint_branch(id)
                .map(|row| Scope { county: code(&row.county), township: code(&row.lead_township) }),
            Entity::Organization(id) => views
                .organization(id)
                .map(|row| Scope { county: row.county.clone(), township: row.township.clone() }),
            Entity::Place(id) => views
                .place(id)
                .map(|row| Scope { county: row.county.clone(), township: row.township.clone() }),
            Entity::Person(_)
            | Entity::Account(_)
            | Entity::Log
            | Entity::Clock
            | Entity::RuleBook
            | Entity::SigningKeys
            | Entity::AccessLog(_)
            | Entity::Policy(_)
            | Entity::Supervision(_)
            | Entity::YellowCard(_)
            | Entity::Meeting(_) => None,
        };
        found.unwrap_or_else(|| event.meta.scope.clone())
    }

    /// The county and township of who issued a document.
    pub(super) fn scope_of_issuer(&self, issuer: &Authority) -> Scope {
        let views = self.reading.views;
        match issuer {
            Authority::Organization(id) => views
                .organization(*id)
                .map(|row| Scope { county: row.county.clone(), township: row.township.clone() }),
            Authority::Place(code) => views
                .place_by_code(code)
                .map(|row| Scope { county: row.county.clone(), township: row.township.clone() }),
        }
        .unwrap_or_default()
    }

    /// The figures in force on the day of the reading where something lies.
    pub(super) fn figures_of(&self, scope: &Scope) -> &'a Thresholds {
        self.reading.policies.thresholds(scope.county.as_ref(), self.reading.on)
    }

    /// The counties of a city, the townships of a county, or the township itself.
    pub(super) fn parts(&self) -> Vec<PlaceCode> {
        let below = match self.code.level() {
            Level::City => Level::County,
            Level::County => Level::Township,
            Level::Township | Level::Village => return vec![self.code.clone()],
        };
        let places = self.reading.views.places().filter(|place| place.level == below);
        let own = places.filter(|place| {
            let lies_here = below == Level::County || place.county.as_ref() == Some(&self.code);
            lies_here && place.exists_on(self.reading.on)
        });
        own.map(|place| place.code.clone()).collect()
    }
}

/// The codes that the county or township, or a township of it, bore before, and those of what it alone goes on for;
/// without the ones that another place bears on the day.
fn past_codes(reading: Reading<'_>, code: &PlaceCode) -> BTreeSet<PlaceCode> {
    let views = reading.views;
    // Everything lies in the city, whatever its code.
    if code.level() == Level::City {
        return BTreeSet::new();
    }
    let lies_here =
        |place: &&PlaceRow| place.township.as_ref() == Some(code) || place.county.as_ref() == Some(code);
    let tiers = views.places().map(AsRef::as_ref).filter(|place| place.level > Level::Village);
    let mut open: Vec<_> = tiers.filter(|place| place.exists_on(reading.on)).filter(lies_here).collect();
    let mut found = BTreeSet::new();
    // A place ends before what succeeds it, so no chain comes back to where it began.
    while let Some(place) = open.pop() {
        found.extend(place.past.iter().map(|past| past.code.clone()));
        let before = place.predecessors.iter().filter_map(|label| views.place(label.id)).map(AsRef::as_ref);
        for before in before.filter(|before| before.successors.len() == 1 && before.ended_on.is_some()) {
            found.insert(before.code.clone());
            open.push(before);
        }
    }
    let is_borne = |code: &PlaceCode| views.place_by_code(code).is_some_and(|own| own.exists_on(reading.on));
    found.retain(|code| !is_borne(code));
    found
}

/// Whether an event corrects what another says.
pub(super) fn corrects(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::EvaluationCorrected(_)
            | EventBody::OrganizationCorrected(_)
            | EventBody::PlaceCorrected(_)
            | EventBody::JointBranchCorrected(_)
            | EventBody::DocumentCorrected(_)
    )
}
