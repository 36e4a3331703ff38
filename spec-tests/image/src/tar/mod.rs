//! Tar archives, the form of an image's layers (layer.md).
//!
//! [`Reader`] goes through an archive once, from front to back, and hands out one [`Member`] after
//! the other, whichever of the four dialects each is written in: the oldest one (`v7`), ustar, PAX
//! (both POSIX.1, under `pax`, sections "ustar Interchange Format" and "pax Interchange Format"), and
//! GNU's. Where an archive can be read in more than one way, the reader says so with an [`Anomaly`],
//! and the anomaly says which way it took.

mod anomaly;
mod content;
mod entry;
mod error;
mod header;
mod number;
mod pax;
mod reader;
mod source;
mod sparse;
#[cfg(test)]
mod tests;
pub mod write;

pub use anomaly::{Anomaly, AnomalyKind, RecordFault};
pub use content::Content;
pub use entry::{Device, Entry, EntryKind, Time};
pub use error::{Error, ErrorKind, Limits};
pub use reader::{End, Item, Member, Position, Reader};
pub use source::Data;
pub use sparse::{Region, Sparse, SparseForm};
pub use write::{BLOCK, Dialect};
