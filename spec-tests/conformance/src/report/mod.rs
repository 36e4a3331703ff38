//! Reports: what a run came to, in one model, and the formats it is written in.
//!
//! A run of `check` and a run of `test` make the same [`Report`]. Every format is a function from it
//! to a writer, except for the two that are written while the run goes on: `human` of a check, and
//! `jsonl`.

mod badge;
mod escaped;
pub mod format;
mod github;
pub(crate) mod html;
pub mod human;
pub mod json;
pub mod jsonl;
mod junit;
mod markdown;
pub mod model;
mod oci_results;
pub mod of_check;
pub mod of_registry;
pub mod of_test;
pub mod output;
pub mod redact;
mod registry;
mod sarif;
mod shown;
pub mod snapshot;
mod tap;

pub use format::Format;
pub use model::{
    Counts, Difference, Excerpt, Exchange, Finding, Kind, Level, Report, Requirement, Shard, Subject,
    TestResult, Unavailable,
};
pub use output::{Outputs, Target};
pub use shown::printable;
pub use snapshot::{is_sensitive, registry_snapshot, snapshot};
