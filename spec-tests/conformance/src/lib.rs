//! Conformance test suite for OCI images.

pub mod confine;
pub mod process;
pub mod scratch;
