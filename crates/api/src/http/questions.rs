//! The questions of the read interface: who may know the answer, and how a snapshot gives it.

use std::fmt;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId};
use domain::place::{Level, PlaceCode};
use domain::{CityState, Policy};
use projections::{
    CountedEntry, HasSecretary, LedgerEntry, Obligation, ObligationFilter, OrganizationEntry, PartEntry,
    PlaceEntry, PolicyEntry, Reading, RegisterEntry, TierView, View, ViewError, VillageEntry, city_view,
    counted_view, county_view, joint_branch_view, ledger_view, most_pressing_view, obligations_view,
    organization_view, places_view, policies_view, register_view, township_view,
};
use serde::Serialize;

use super::App;
use super::reads::{require_scope, unknown};
use crate::auth::Principal;
use crate::problem::Problem;

/// A row of an answer.
pub trait Row: HasSecretary + Serialize + Clone + Send + Sync + 'static {}

impl<R: HasSecretary + Serialize + Clone + Send + Sync + 'static> Row for R {}

/// What is asked for. Its `Debug` text says what it is and of what: cursors are bound to it.
pub trait Question: fmt::Debug + Send + Sync {
    /// A row of the answer.
    type Row: Row;

    /// Whether the one who asks may know the answer, by the scopes of today.
    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem>;

    /// The answer of a snapshot.
    fn view(&self, reading: Reading<'_>, defaults: &Policy) -> Result<View<Self::Row>, ViewError>;

    /// By what the answer is remembered.
    fn key(&self) -> String {
        format!("{self:?}")
    }

    /// Takes out of the answer what the reader may not see.
    fn keep_own(&self, _: &CityState, _: &Principal, _: &mut View<Self::Row>) {}
}

/// A city, county or township with the rows of one of its views.
pub struct OfTier<R> {
    pub(crate) tier: TierView,
    pub(crate) code: PlaceCode,
    view: fn(Reading<'_>, &PlaceCode) -> Result<View<R>, ViewError>,
}

/// The city, with a row a county.
pub fn city(code: PlaceCode) -> OfTier<PartEntry> {
    OfTier { tier: TierView::City, code, view: city_view }
}

/// A county, with a row a township.
pub fn county(code: PlaceCode) -> OfTier<PartEntry> {
    OfTier { tier: TierView::County, code, view: county_view }
}

/// A county's register, with a row a joint branch.
pub fn register(code: PlaceCode) -> OfTier<RegisterEntry> {
    OfTier { tier: TierView::Register, code, view: register_view }
}

/// A township, with a row a village.
pub fn township(code: PlaceCode) -> OfTier<VillageEntry> {
    OfTier { tier: TierView::Township, code, view: township_view }
}

/// A township's ledger, with a row a joint branch.
pub fn ledger(code: PlaceCode) -> OfTier<LedgerEntry> {
    OfTier { tier: TierView::Ledger, code, view: ledger_view }
}

impl<R> fmt::Debug for OfTier<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}({:?})", self.tier, self.code)
    }
}

impl<R: Row> Question for OfTier<R> {
    type Row = R;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        require_scope(&*app.state()?, principal, &self.code)
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<R>, ViewError> {
        (self.view)(reading, &self.code)
    }
}

/// A city, county or township with the rows that one of its figures counts.
pub struct Counted {
    pub tier: TierView,
    pub code: PlaceCode,
    pub figure: String,
}

impl fmt::Debug for Counted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}({:?})", self.tier, self.code)
    }
}

impl Question for Counted {
    type Row = CountedEntry;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        require_scope(&*app.state()?, principal, &self.code)
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<CountedEntry>, ViewError> {
        counted_view(reading, self.tier, &self.code, &self.figure)
    }

    fn key(&self) -> String {
        format!("{self:?}?figure={}", self.figure)
    }
}

/// A joint branch.
#[derive(Debug)]
pub struct JointBranch(pub JointBranchId);

impl Question for JointBranch {
    type Row = LedgerEntry;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        let state = app.state()?;
        let found = state.joint_branches.get(&self.0).ok_or_else(|| unknown(&self.0.to_string()))?;
        principal.require_joint_branch(&state, found)
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<LedgerEntry>, ViewError> {
        joint_branch_view(reading, self.0)
    }
}

/// An organization.
#[derive(Debug)]
pub struct Organization(pub OrganizationId);

impl Question for Organization {
    type Row = OrganizationEntry;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        let state = app.state()?;
        state.organizations.get(&self.0).ok_or_else(|| unknown(&self.0.to_string()))?;
        principal.require_scope(&state.scope_of_organization(self.0), &self.0.to_string())
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<OrganizationEntry>, ViewError> {
        organization_view(reading, self.0)
    }
}

/// The place that bears a code, or all places that the reader may know.
#[derive(Debug)]
pub struct Places(pub Option<PlaceCode>);

impl Question for Places {
    type Row = PlaceEntry;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        let state = app.state()?;
        match &self.0 {
            Some(code) if lies_in(&state, &principal.scope, code) => Ok(()),
            Some(code) => require_scope(&state, principal, code),
            None => Ok(()),
        }
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<PlaceEntry>, ViewError> {
        places_view(reading, self.0.as_ref())
    }

    /// Of all places, a reader sees those of its scope and those above it.
    fn keep_own(&self, state: &CityState, principal: &Principal, view: &mut View<PlaceEntry>) {
        if self.0.is_none() && principal.scope.level() != Level::City {
            view.rows.retain(|place| {
                state.scope_of_place(place.row.id).is_within(&principal.scope)
                    || lies_in(state, &principal.scope, &place.row.code)
            });
        }
    }
}

/// What is owed in a place; overdue or not, and due before a day.
#[derive(Debug)]
pub struct Obligations(pub PlaceCode, pub Option<bool>, pub Option<Date>);

impl Question for Obligations {
    type Row = Obligation;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        require_scope(&*app.state()?, principal, &self.0)
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<Obligation>, ViewError> {
        let Self(scope, overdue, due_before) = self;
        let filter = ObligationFilter { overdue: *overdue, due_before: *due_before };
        obligations_view(reading, scope, filter)
    }
}

/// So many of the obligations of a place that are overdue, the most pressing first; only pages ask for it.
#[derive(Debug)]
pub struct MostPressing(pub PlaceCode, pub usize);

impl Question for MostPressing {
    type Row = Obligation;

    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        require_scope(&*app.state()?, principal, &self.0)
    }

    fn view(&self, reading: Reading<'_>, _: &Policy) -> Result<View<Obligation>, ViewError> {
        most_pressing_view(reading, &self.0, self.1)
    }
}

/// The policy in force in a city or county.
#[derive(Debug)]
pub struct Policies(pub PlaceCode);

impl Question for Policies {
    type Row = PolicyEntry;

    /// Who is bound by a policy may read it: the policies above are everybody's.
    fn authorise(&self, app: &App, principal: &Principal) -> Result<(), Problem> {
        if lies_in(&*app.state()?, &principal.scope, &self.0) {
            return Ok(());
        }
        principal.require_place(&self.0, None)
    }

    fn view(&self, reading: Reading<'_>, defaults: &Policy) -> Result<View<PolicyEntry>, ViewError> {
        policies_view(reading, defaults, &self.0)
    }
}

/// Whether a place lies in another one, or is it, as both stand by now.
fn lies_in(state: &CityState, code: &PlaceCode, above: &PlaceCode) -> bool {
    *above == state.city || code == above || state.scope_of_bearer(code).is_within(above)
}
