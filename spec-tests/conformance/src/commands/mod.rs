//! The commands, one file each.

pub mod check;
pub mod convert;
pub mod diff;
pub mod id;
pub mod list;
pub mod registry;
pub mod serve;
pub mod test;
pub mod unpack;
