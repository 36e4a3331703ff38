//! The OCI distribution specification: a reference registry, and the requirements on registries.
//!
//! One requirement, one file. Each file under a category's folder holds one [`RegistryRule`]: the
//! text (the file's head), the exchange that checks it, and the [`Fault`]s of the reference
//! registry that it has to catch.
//!
//! # Adding a requirement
//!
//! 1. Write `src/CATEGORY/NAME.rs`; `CATEGORY/NAME`, with hyphens, is its id. The first paragraph of the
//!    head is what the requirement says, in one sentence; the rest is why it matters. Look at
//!    `src/push/upload_open.rs`, or at `src/common/warning_form.rs` for one that looks at every answer.
//! 2. Add `NAME,` to the list in `src/CATEGORY/mod.rs`.
//! 3. Give it a fault: a constant in its file, whose name is what goes wrong, and an
//!    `if self.is_faulty(…)` at the one place in `src/server/` where it goes wrong.
//! 4. `cargo test -p seaworthy-registry`. The proofs switch on every fault and want to see this requirement
//!    broken, and no other.
//! 5. Name it in `corpus/requirements/distribution-spec.toml` for the sentences that it answers, and in
//!    `corpus/requirements/catalogue-registry/`.
//!
//! What a check needs first (content that is pushed, say) it gets from the helpers of [`session`]. They
//! know which requirement is to blame where that does not work, and the check is then *blocked*, not failed:
//! a defect is counted once.

#[macro_use]
mod list;

pub mod cleanup;
pub mod client;
pub mod common;
pub mod content;
pub mod coverage;
pub mod discovery;
pub mod exchange;

mod grade;
pub mod management;
pub mod name;
pub mod pull;
pub mod push;
pub mod read_only;
mod rule;
pub mod sequences;
pub mod server;
pub mod session;
mod spec;
pub mod suite;

pub use grade::Grade;
pub use list::{Category, Requirement, all, faults, find};
pub use rule::{Check, Fault, Faults, Need, Observe, RegistryRule};
pub use spec::{SpecVersion, UnknownVersion};
