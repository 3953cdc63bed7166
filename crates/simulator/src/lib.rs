//! Made-up cities: the generator of histories and the demo; and the lists that an office begins with: of its places, its
//! organizations and its accounts.

pub mod demo;
pub mod generate;
pub mod office_files;
pub mod place_changes;
pub mod places_file;
mod spreadsheet_csv;
