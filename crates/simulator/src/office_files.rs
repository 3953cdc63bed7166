//! The lists that an office begins with besides that of its places: its Party organizations, and who works for it.

pub mod accounts;
pub mod headed_table;
pub mod organizations;
pub mod register;
