//! Conformance test suite for OCI images, and for the programs that handle them.

pub mod cli;
pub mod commands;
pub mod confine;
pub mod conversion;
pub mod divergence;
pub mod facts;
pub mod image;
pub mod input;
mod interrupt;
pub mod outcome;
pub mod peers;
pub mod printable;
pub mod process;
mod progress;
pub mod readers;
pub mod report;
pub mod scratch;
pub mod site;
pub mod storage;
pub mod subjects;
pub mod suite;
pub mod tree;
pub mod unpack;
pub mod unpacked;
pub mod vectors;
pub mod verdict;
