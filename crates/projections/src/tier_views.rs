//! The views of the tiers: city 市, county 县(区) with its register 清单, township 乡镇(街道) with its ledger 台账.

use domain::place::{Level, PlaceCode};

use crate::assess::assessments;
use crate::counting::{CountedEntry, PartEntry, ScopeRows};
use crate::figures::{corrections, decisions, local_events};
use crate::joint_branch::{LedgerEntry, RegisterEntry, ledger_entry, register_entry};
use crate::place::{VillageEntry, standing, village_entry};
use crate::reading::Reading;
use crate::rows::JointBranchRow;
use crate::view::{AnswersFor, FigureView, View, ViewError};

/// A view of a place with the figures of the tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierView {
    /// The city, with a row a county.
    City,
    /// A county, with a row a township.
    County,
    /// A county's register, with a row a joint branch.
    Register,
    /// A township, with a row a village.
    Township,
    /// A township's ledger, with a row a joint branch.
    Ledger,
}

impl TierView {
    /// The tier of the places that have such a view.
    pub fn level(self) -> Level {
        match self {
            Self::City => Level::City,
            Self::County | Self::Register => Level::County,
            Self::Township | Self::Ledger => Level::Township,
        }
    }

    /// Where the interface gives it.
    pub fn path(self, code: &PlaceCode) -> String {
        match self {
            Self::City => format!("/api/v1/cities/{code}"),
            Self::County => format!("/api/v1/counties/{code}"),
            Self::Register => format!("/api/v1/counties/{code}/register"),
            Self::Township => format!("/api/v1/townships/{code}"),
            Self::Ledger => format!("/api/v1/townships/{code}/ledger"),
        }
    }

    /// The code under which the view is read, and for whom it answers.
    fn place(
        self,
        reading: Reading<'_>,
        code: &PlaceCode,
    ) -> Result<(PlaceCode, Option<AnswersFor>), ViewError> {
        let city = &reading.views.city().city;
        match self {
            Self::City if code == city => Ok((city.clone(), None)),
            Self::City => Err(ViewError::UnknownPlace {
                code: code.clone(),
                tier: Level::City.chinese(),
                tier_name: Level::City.as_str(),
            }),
            _ => standing(reading, code, self.level()),
        }
    }

    /// The view of a place: its figures, and the rows that are made for it.
    fn of<'a, R>(
        self,
        reading: Reading<'a>,
        code: &PlaceCode,
        rows: impl FnOnce(&PlaceCode, &ScopeRows<'a>) -> Result<Vec<R>, ViewError>,
    ) -> Result<View<R>, ViewError> {
        let (code, answers_for) = self.place(reading, code)?;
        let (scope, path) = (ScopeRows::of(reading, &code), self.path(&code));
        let mut view = View { answers_for, ..reading.view(&code, rows(&code, &scope)?) };
        for (name, value, unit, definition) in scope.figures(reading) {
            let rows = format!("{path}?figure={name}");
            view.figures.insert(name.into(), FigureView { value, unit, definition, rows });
        }
        let mut breakdowns = scope.breakdowns(reading);
        if self == Self::City {
            view.figures.insert("local_events".into(), local_events(reading));
            view.figures.insert("corrections".into(), corrections(reading));
            view.figures.extend(decisions(reading));
            breakdowns.corrections.clone_from(&reading.views.city().corrections);
        }
        view.breakdowns = Some(breakdowns);
        let standing = reading.views.yellow_cards_of(&code).filter(|card| card.lifted.is_none());
        view.yellow_cards = standing.map(|card| card.as_ref().clone()).collect();
        Ok(view)
    }
}

/// The city's figures, with a row a county.
pub fn city_view(reading: Reading<'_>, code: &PlaceCode) -> Result<View<PartEntry>, ViewError> {
    TierView::City.of(reading, code, |_, scope| {
        let counties = reading.views.places().filter(|place| place.level == Level::County);
        let standing = counties.filter(|county| county.exists_on(reading.on));
        Ok(standing.map(|county| scope.part(county)).collect())
    })
}

/// The county's figures, with a row a township.
pub fn county_view(reading: Reading<'_>, code: &PlaceCode) -> Result<View<PartEntry>, ViewError> {
    TierView::County.of(reading, code, |code, scope| {
        let townships = reading.views.places().filter(|place| place.level == Level::Township);
        let own =
            townships.filter(|place| place.county.as_ref() == Some(code) && place.exists_on(reading.on));
        Ok(own.map(|township| scope.part(township)).collect())
    })
}

/// The county's register, in the order of the lead townships: proposals and ended ones too, as their phase says.
pub fn register_view(reading: Reading<'_>, code: &PlaceCode) -> Result<View<RegisterEntry>, ViewError> {
    TierView::Register.of(reading, code, |code, _| {
        let mut found = assessments(reading, code);
        let lead = |row: &JointBranchRow| row.lead_township.as_ref().map(|township| township.code.clone());
        found.sort_by_cached_key(|found| (lead(&found.row), found.row.id));
        Ok(found.iter().map(|found| register_entry(reading, found)).collect())
    })
}

/// The township's figures, with a row a village or community.
pub fn township_view(reading: Reading<'_>, code: &PlaceCode) -> Result<View<VillageEntry>, ViewError> {
    TierView::Township.of(reading, code, |code, _| {
        let villages = reading.views.villages_of(code).filter(|place| place.exists_on(reading.on));
        Ok(villages.map(|village| village_entry(reading, village)).collect())
    })
}

/// Everything on each joint branch that the township leads or has a member in, with what is due by date. The figures
/// count those that it leads.
pub fn ledger_view(reading: Reading<'_>, code: &PlaceCode) -> Result<View<LedgerEntry>, ViewError> {
    TierView::Ledger.of(reading, code, |code, _| {
        Ok(assessments(reading, code).iter().map(|found| ledger_entry(reading, found)).collect())
    })
}

/// A view of a place with the rows that one of its figures counts.
pub fn counted_view(
    reading: Reading<'_>,
    view: TierView,
    code: &PlaceCode,
    figure: &str,
) -> Result<View<CountedEntry>, ViewError> {
    view.of(reading, code, |_, scope| scope.counted_by(reading, figure))
}
