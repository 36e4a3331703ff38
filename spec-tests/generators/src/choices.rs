//! The one source of choices.
//!
//! libFuzzer's bytes, proptest's shrinking vectors and a seed all become [`Choices`]. They are
//! total: when the bytes run out every choice is the first one, so there is always an image, and
//! fewer bytes always make a smaller one.

use arbitrary::Unstructured;

/// A supply of choices that never runs dry.
#[derive(Debug)]
pub struct Choices<'a> {
    supply: Unstructured<'a>,
    swarm: Option<u32>,
}

impl<'a> Choices<'a> {
    /// Choices made by these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Choices { supply: Unstructured::new(bytes), swarm: None }
    }

    /// The same for a run that leaves out about a third of all kinds, which ones depends on its number.
    pub fn in_swarm(self, run: Option<u32>) -> Self {
        Choices { swarm: run, ..self }
    }

    /// The number of a kind of something, below `bound`: of one that this run does not leave out, as long as there
    /// is one. A name tells apart what has kinds.
    pub fn kind(&mut self, name: &str, bound: usize) -> usize {
        let drawn = self.below(bound);
        let Some(run) = self.swarm else { return drawn };
        let is_left_out = |kind: &usize| seeded(&format!("{run} {name} {kind}"), 1)[0] < 85;
        (drawn..bound).chain(0..drawn).find(|kind| !is_left_out(kind)).unwrap_or(drawn)
    }

    /// A number below `bound`, and 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.supply.int_in_range(0..=bound.saturating_sub(1)).unwrap_or(0)
    }

    /// A number in `low..=high`; `low` when the bytes have run out.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.supply.int_in_range(low..=high.max(low)).unwrap_or(low)
    }

    /// One of `options`, which must not be empty; the first when the bytes have run out.
    pub fn pick<'o, T>(&mut self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }

    /// True in about `percent` of a hundred cases; false when the bytes have run out.
    pub fn chance(&mut self, percent: usize) -> bool {
        // Zero bytes mean "no": an exhausted supply adds nothing to an image.
        self.below(100) >= 100 - percent.min(100)
    }

    /// Raw bytes, fewer than `length` when the supply ends.
    pub fn bytes(&mut self, length: usize) -> &'a [u8] {
        let length = length.min(self.supply.len());
        self.supply.bytes(length).unwrap_or_default()
    }

    /// Whether every byte has been used.
    pub fn is_exhausted(&self) -> bool {
        self.supply.is_empty()
    }
}

/// Bytes for [`Choices::new`] that depend on nothing but `seed`: the same text makes the same
/// image on every machine.
pub fn seeded(seed: &str, length: usize) -> Vec<u8> {
    // FNV-1a folds the text into a state, splitmix64 stretches that. Neither has to be strong;
    // both have to be the same for ever.
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn choices_are_total_and_stay_in_bounds() {
        let mut none = Choices::new(&[]);
        assert_eq!((none.below(7), none.between(3, 9), *none.pick(&["a", "b"])), (0, 3, "a"));
        assert!(!none.chance(99) && none.bytes(4).is_empty() && none.is_exhausted());
        let bytes = seeded("bounds", 4096);
        let mut some = Choices::new(&bytes);
        let drawn: Vec<usize> = (0..1000).map(|_| some.below(5)).collect();
        assert!((0..5).all(|n| drawn.contains(&n)) && drawn.iter().all(|&n| n < 5));
    }

    #[test]
    fn a_swarm_leaves_out_some_kinds() {
        let bytes = seeded("kinds", 4096);
        let kinds = |run: Option<u32>, name: &str| -> BTreeSet<usize> {
            let mut choices = Choices::new(&bytes).in_swarm(run);
            (0..200).map(|_| choices.kind(name, 6)).collect()
        };
        assert_eq!(kinds(None, "a").len(), 6);
        assert_eq!(kinds(Some(7), "a"), kinds(Some(7), "a"));
        let sizes: Vec<usize> = (0..40).map(|run| kinds(Some(run), "a").len()).collect();
        assert!(sizes.iter().all(|size| (1..=6).contains(size)), "{sizes:?}");
        let left = sizes.iter().sum::<usize>();
        assert!((120..200).contains(&left), "{left} of 240");
        assert!((0..40).any(|run| kinds(Some(run), "a") != kinds(Some(run), "b")));
        let several = (0..40).map(|run| kinds(Some(run), "a")).collect::<BTreeSet<_>>();
        assert!(several.len() > 20);
    }

    #[test]
    fn a_seed_always_makes_the_same_bytes() {
        assert_eq!(seeded("a", 16), seeded("a", 64)[..16]);
        assert_ne!(seeded("a", 16), seeded("b", 16));
        assert_eq!(seeded("seaworthy", 8), [60, 201, 69, 91, 171, 242, 255, 222]);
    }
}
