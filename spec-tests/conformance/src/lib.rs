//! Conformance test suite for OCI images, and for the programs that handle them.

pub mod cli;
pub mod commands;
pub mod input;
pub mod printable;
pub mod storage;
