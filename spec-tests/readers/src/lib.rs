//! Readers of tar archives, side by side.
//!
//! An archive that two programs understand differently is how content is smuggled past the one that
//! was meant to look at it. Here the same archive goes through several readers: the reference reader,
//! [`seaworthy_image::tar`], and other people's ([`crates`], and whatever implements [`Reader`]). Where
//! one of them lists something else than the reference does, that is a [`Disagreement`]: who, what, and
//! what is odd about the archive up to there. Those that are known stand in a [`Ledger`], each with its
//! cause and with what the standard says.
//!
//! This crate reads memory and does no I/O. It is apart from the others because the readers bring
//! dependencies of their own, which neither the reference nor the generators are to have, and because
//! the fuzz targets need it without a command line.

pub mod compare;
pub mod crates;
pub mod ledger;
pub mod listing;
pub mod oddity;
pub mod reference;

pub use compare::{Difference, Disagreement, compare};
pub use ledger::{Known, Ledger};
pub use listing::{Listed, Listing};
pub use reference::{Limits, Reference};

/// A program or library that reads tar archives.
pub trait Reader: Sync {
    /// Its name in reports and in the ledger.
    fn name(&self) -> &'static str;

    /// Its version.
    fn version(&self) -> &'static str;

    /// What it lists of an archive.
    fn list(&self, archive: &[u8], limits: &Limits) -> Listing;
}
