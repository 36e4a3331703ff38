//! Names that nobody can guess.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes them: each is a keyed hash of a number that is never used again.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    key: RandomState,
    made: AtomicU64,
}

impl Secrets {
    /// The next one.
    pub fn next(&self) -> u128 {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let half = |which: u8| u128::from(self.key.hash_one((number, which)));
        half(0) << 64 | half(1)
    }
}
