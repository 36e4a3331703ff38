//! Changesets from choices: what one layer adds, changes and removes.
//!
//! Names and the targets of links come from one small pool, so that additions, type changes, links and
//! whiteouts meet each other. [`valid`] makes changesets that every implementation has to apply, and to
//! the same tree; [`wild`] makes whatever can be written down, and [`raw`] what cannot.

mod pool;
pub mod raw;
mod valid;
mod wild;

pub use valid::valid;
pub use wild::wild;
