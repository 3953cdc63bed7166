//! Made-up cities: the generator of histories, the demo, and the lists of places that both begin with.

pub mod demo;
pub mod generate;
pub mod place_changes;
pub mod places_file;
