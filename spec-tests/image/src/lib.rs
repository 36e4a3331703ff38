//! The reference implementation of the OCI image specification.
//!
//! This crate reads images strictly and says what it saw, byte for byte. It performs no
//! input or output of its own: callers hand it bytes, readers, or a [`layout::Storage`].

pub mod annotations;
pub mod base64;
mod bytes;
pub mod compression;
pub mod config_values;
pub mod conversion;
pub mod date_time;
pub mod digest;
pub mod filesystem;
pub mod graph;
pub mod identity;
pub mod json;
pub mod layer;
pub mod layout;
pub mod media_type;
pub mod platform;
pub mod reference;
pub mod spec;
pub mod tar;
pub mod uri;
pub mod views;
