//! File systems as layers build them up (layer.md): a model in memory, the changesets that lead
//! from one to the next, and their difference.
//!
//! The model is the oracle for programs that unpack images. [`apply()`] gives the tree that comes out,
//! and [`Note`]s beside it: what the specification leaves open, so that a test can tell a wrong result
//! from a liberty. Nothing here touches a real file system, and nothing here follows a link.

pub mod path;

mod apply;
mod change;
mod compare;
mod content;
mod diff;
mod note;
mod tree;

pub use apply::{Applied, LimitError, Limits, Member, apply};
pub use change::Change;
pub use compare::{Aspect, Difference, compare};
pub use content::Content;
pub use diff::{ReservedName, diff};
pub use note::{Note, NoteKind};
pub use tree::{Attributes, Kind, Node, NodeId, Tree};
