//! What the read models promise, told on one hand-written life of three joint branches.

mod edges;
mod life;

mod comparing;
mod figures;
mod governance;
mod lists;
mod obligations;
mod policies;
mod replaying;
mod rows;
mod running;
mod storing;
mod versions;
mod working;
