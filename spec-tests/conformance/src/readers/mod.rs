//! Readers of tar archives, side by side: a corpus of archives, the programs that are installed, and
//! what all of them make of it, compared with the ledger of known disagreements.

pub mod corpus;
mod lines;
pub mod programs;
mod run;

pub use corpus::Archive;
pub use run::{Failed, Outcome, ReaderReport, Report, Stale, compare_all};
