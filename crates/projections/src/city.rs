//! The city's view 市: every figure for the whole city, and a row a county.

use domain::place::Level;
use serde_json::Value;

use crate::counting::ScopeRows;
use crate::figures::{corrections, local_events, view_of_place};
use crate::reading::{Reading, View, ViewError};
use crate::rows::PlaceRow;

/// The city's figures; its rows are its counties, or what `figure` counts.
pub fn city_view(reading: Reading<'_>, figure: Option<&str>) -> Result<View, ViewError> {
    let code = &reading.views.city().city;
    let path = format!("/api/v1/cities/{code}");
    let mut view = view_of_place(reading, code, &path, figure, |scope| {
        let counties = reading.views.places().filter(|place| place.level == Level::County);
        Ok(counties
            .filter(|county| county.exists_on(reading.on))
            .map(|county| summary(scope, county))
            .collect())
    })?;
    view.figures.insert("local_events", local_events(reading));
    view.figures.insert("corrections", corrections(reading));
    if let Some(breakdowns) = &mut view.breakdowns {
        breakdowns.corrections.clone_from(&reading.views.city().corrections);
    }
    Ok(view)
}

/// Code, name and the values of all figures of a county or township within a scope.
pub(crate) fn summary(scope: &ScopeRows<'_>, place: &PlaceRow) -> Value {
    let mut row = scope.values_of_part(&place.code);
    row.insert("code".to_owned(), place.code.as_str().into());
    row.insert("name".to_owned(), place.name.as_str().into());
    Value::Object(row)
}
