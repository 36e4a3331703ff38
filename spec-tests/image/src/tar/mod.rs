//! Tar archives, the form of an image's layers (layer.md).

mod entry;
pub mod write;

pub use entry::{Device, Entry, EntryKind, Time};
