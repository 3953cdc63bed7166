//! The figure that proves itself: how many, of how many, and that none is missing, in a file that anybody checks offline.
//!
//! Every row that the views count goes with its counts into a Merkle sum tree: rows into their township, townships into
//! their county, counties into the city. A node is one line of text ([`line`]), and who joins two nodes hashes both lines
//! whole, with their keys and counts, so that no count can be moved, none left out and none taken twice without another
//! root. The root is signed with the head of the log from which it was folded, and for the day ([`statement`]).
//! [`tree`] makes and proves, [`proof`] is the file, [`check`] verifies it. `docs/verify/figures.py` does the same.

pub mod check;
mod error;
pub mod line;
pub mod proof;
pub mod statement;
pub mod tree;

pub use error::FigureError;
