//! The commands, one file each.

pub mod check;
pub mod convert;
pub mod diff;
pub mod doctor;
pub mod generate;
pub mod id;
pub mod list;
pub mod peers;
pub mod readers;
pub mod registry;
pub mod report;
pub mod serve;
pub mod test;
pub mod threats;
pub mod unpack;
