//! The requirements of the OCI image specification: one requirement, one file.
//!
//! Each file under a document's folder holds one [`rule::Rule`]: what the requirement says in our
//! own words, the check that finds a breach, and the edits of an image that keep or break it.
//! Adding a requirement is one such file and one line in its folder's list.

#[macro_use]
mod list;

pub mod annotations;
pub mod case;
mod checks;
pub mod config;
pub mod conversion;
pub mod coverage;
pub mod descriptor;
pub mod finding;
pub mod grade;
pub mod index;
pub mod json;
pub mod judge;
pub mod layer;
pub mod layout;
mod listing;
pub mod manifest;
pub mod media_type;
mod notes;
pub mod paths;
pub mod rule;
pub mod sentences;
pub mod unjudged;

pub use case::{Case, Class};
pub use finding::{Finding, Findings};
pub use grade::{Grade, Level};
pub use list::{Requirement, all, find};
pub use paths::Paths;
pub use rule::{Check, Converted, LayerPlace, Role, Rule};
