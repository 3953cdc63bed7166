//! What the imports of an office's lists share: the places and organizations of a state, and the problems of a list.

use domain::CityState;
use domain::date::Date;
use domain::organization::{Figure, Host, OrganizationStatus, ProfileFigure};
use domain::say::Language;
use simulator::office_files::headed_table::{CellProblem, TableError};
use simulator::office_files::register::{KnownOrganization, KnownPlace, Register};

use crate::exit::{Failure, Status};
use crate::output::Output;

/// The places that are there on a day, and the organizations that have not ended.
pub fn city_state_register(state: &CityState, on: Date) -> Register {
    let places = state.places.values().filter(|place| place.exists_on(on)).map(|place| KnownPlace {
        code: place.code.clone(),
        name: place.name.to_string(),
        parent: place.parent.and_then(|above| state.places.get(&above)).map(|above| above.code.clone()),
    });
    let standing = state
        .organizations
        .values()
        .filter(|known| !matches!(known.status, OrganizationStatus::Abolished { .. }));
    let organizations = standing.filter_map(|known| {
        let location = state.places.get(&known.location)?.code.clone();
        let figure = |name| known.profile.get(&name).and_then(Figure::whole);
        Some(KnownOrganization {
            id: known.id,
            name: known.name.to_string(),
            form: known.form,
            host_kind: known.host_kind.clone(),
            host: match &known.host {
                Host::Place(_) => location.to_string(),
                Host::Unit(name) => name.to_string(),
            },
            location,
            formal_members: known.formal_members,
            probationary_members: known.probationary_members,
            households: figure(ProfileFigure::Households),
            population: figure(ProfileFigure::Population),
        })
    });
    Register::new(places, organizations)
}

/// The list, or every cell that fails.
pub fn told<T>(read: Result<T, TableError>, language: Language) -> Result<T, Failure> {
    match read {
        Err(TableError::Cells { listed, more }) => {
            tell_problems(&listed, more, language)?;
            Err(Failure::Told(Status::REJECTED))
        }
        other => Ok(other?),
    }
}

/// Lists the cells that fail, with row, column and reason; ends the program if there are any.
pub fn tell_problems(problems: &[CellProblem], more: usize, language: Language) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    let header = language.pick(["单元格", "列", "原因"], ["cell", "column", "reason"]);
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(problems.iter().map(|problem| {
        let reason = language.pick(&problem.chinese, &problem.english).clone();
        vec![problem.cell.clone(), problem.heading.clone(), reason]
    }));
    let mut output = Output::new();
    output.table(&rows)?;
    let count = problems.len() + more;
    output.line(language.pick(
        format!("{count} 处不合格，未记录任何内容"),
        format!("{count} problems: nothing was recorded"),
    ))?;
    output.flush()?;
    Err(Failure::Told(Status::REJECTED))
}
