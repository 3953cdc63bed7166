//! The county's views 县(区): its figures with a row a township, and the register 清单 with a row a joint branch.

use domain::place::{Level, PlaceCode};

use crate::city::summary;
use crate::figures::view_of_place;
use crate::joint_branch::register_entry;
use crate::place::standing;
use crate::reading::{Reading, View, ViewError, json_rows};
use crate::rows::JointBranchRow;

/// The county's figures; its rows are its townships, or what `figure` counts.
pub fn county_view(reading: Reading<'_>, code: &PlaceCode, figure: Option<&str>) -> Result<View, ViewError> {
    let (code, answers_for) = standing(reading, code, Level::County)?;
    let code = &code;
    let view = view_of_place(reading, code, &format!("/api/v1/counties/{code}"), figure, |scope| {
        let townships = reading.views.places().filter(|place| place.level == Level::Township);
        let own =
            townships.filter(|place| place.county.as_ref() == Some(code) && place.exists_on(reading.on));
        Ok(own.map(|township| summary(scope, township)).collect())
    })?;
    Ok(View { answers_for, ..view })
}

/// The county's register, in the order of the lead townships: proposals and ended ones too, as their phase says.
pub fn register_view(
    reading: Reading<'_>,
    code: &PlaceCode,
    figure: Option<&str>,
) -> Result<View, ViewError> {
    let (code, answers_for) = standing(reading, code, Level::County)?;
    let code = &code;
    let view = view_of_place(reading, code, &format!("/api/v1/counties/{code}/register"), figure, |_| {
        let mut judged = reading.judged(code);
        let lead = |row: &JointBranchRow| row.lead_township.as_ref().map(|township| township.code.clone());
        judged.sort_by_cached_key(|judged| (lead(&judged.row), judged.row.id));
        json_rows(judged.iter().map(|judged| register_entry(reading, judged)))
    })?;
    Ok(View { answers_for, ..view })
}
