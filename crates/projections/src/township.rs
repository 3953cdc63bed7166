//! The township's views 乡镇(街道): its figures with a row a village, and the ledger 台账.

use domain::place::{Level, PlaceCode};

use crate::figures::view_of_place;
use crate::joint_branch::ledger_entry;
use crate::place::{standing, village_entry};
use crate::reading::{Reading, View, ViewError, json_rows};

/// The township's figures; its rows are its villages and communities, or what `figure` counts.
pub fn township_view(
    reading: Reading<'_>,
    code: &PlaceCode,
    figure: Option<&str>,
) -> Result<View, ViewError> {
    let (code, answers_for) = standing(reading, code, Level::Township)?;
    let code = &code;
    let view = view_of_place(reading, code, &format!("/api/v1/townships/{code}"), figure, |_| {
        let villages = reading.views.villages_of(code).filter(|place| place.exists_on(reading.on));
        villages.map(|village| village_entry(reading, village)).collect()
    })?;
    Ok(View { answers_for, ..view })
}

/// Everything on each joint branch that the township leads or has a member in, with what is due by date. The figures
/// count those that it leads.
pub fn ledger_view(reading: Reading<'_>, code: &PlaceCode, figure: Option<&str>) -> Result<View, ViewError> {
    let (code, answers_for) = standing(reading, code, Level::Township)?;
    let code = &code;
    let view = view_of_place(reading, code, &format!("/api/v1/townships/{code}/ledger"), figure, |_| {
        json_rows(reading.judged(code).iter().map(|judged| ledger_entry(reading, judged)))
    })?;
    Ok(View { answers_for, ..view })
}
