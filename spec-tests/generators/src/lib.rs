//! Placeholder of the crate, filled by the next commits.
