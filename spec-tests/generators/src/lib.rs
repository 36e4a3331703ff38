//! Valid OCI images, and mutations of them, from one source of choices.
//!
//! Nothing here asks a rule what is valid: if it did, one misreading of the specification would
//! cancel out on both sides. A [`draft::Draft`] is an image before its digests exist;
//! [`draft::Draft::seal`] hashes it bottom-up, and a [`mutation::Mutation`] is one edit on the
//! way, so that it breaks one thing and everything above it is hashed anew.

pub mod battery;
pub mod changeset;
pub mod choices;
pub mod draft;
pub mod features;
pub mod image;
pub mod layer;
pub mod layout_archive;
pub mod mutation;
pub mod seal;
pub mod shape;
mod sparse;
pub mod strategy;
pub mod tree;
