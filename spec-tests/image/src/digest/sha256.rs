//! SHA-256, by the faster of two libraries.

use std::fmt;

use ring::digest::{Context, SHA256};
use sha2::Digest as _;

/// A SHA-256 of content as it streams by.
///
/// Hashing is most of the time of a check. `sha2` is as fast as a processor allows if that has
/// instructions for it; if it has none, the assembly of `ring` takes half as long as the portable
/// code of `sha2`.
#[derive(Clone)]
pub(crate) enum Sha256 {
    Instructions(sha2::Sha256),
    Assembly(Context),
}

impl Sha256 {
    pub(crate) fn new() -> Self {
        match has_instructions() {
            true => Sha256::Instructions(sha2::Sha256::new()),
            false => Sha256::Assembly(Context::new(&SHA256)),
        }
    }

    pub(crate) fn of(bytes: &[u8]) -> [u8; 32] {
        let mut state = Self::new();
        state.update(bytes);
        state.finish()
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Sha256::Instructions(state) => state.update(bytes),
            Sha256::Assembly(state) => state.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        let mut output = [0; 32];
        match self {
            Sha256::Instructions(state) => output.copy_from_slice(&state.finalize()),
            Sha256::Assembly(state) => output.copy_from_slice(state.finish().as_ref()),
        }
        output
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

/// Whether `sha2` finds instructions for SHA-256. Other architectures than this are left to it.
fn has_instructions() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("sha");
    #[cfg(not(target_arch = "x86_64"))]
    return true;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whichever of them this machine takes, both have to be right.
    #[test]
    fn libraries_agree() {
        let bytes: Vec<u8> = (0..1000_u32).map(|at| (at * at % 251) as u8).collect();
        for len in 0..bytes.len() {
            let (start, end) = bytes[..len].split_at(len / 3);
            let both = [Sha256::Instructions(sha2::Sha256::new()), Sha256::Assembly(Context::new(&SHA256))];
            let [instructions, assembly] = both.map(|mut state| {
                state.update(start);
                state.update(end);
                state.clone().finish()
            });
            assert_eq!(instructions, assembly, "{len} bytes");
            assert_eq!(Sha256::of(&bytes[..len]), assembly, "{len} bytes");
        }
    }
}
