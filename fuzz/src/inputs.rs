//! Inputs without libFuzzer: the seeds of a target, and mutations that pile up. The same each time.

use seaworthy_generators::choices::{Choices, seeded};

use crate::mutate::mutated;
use crate::seeds;
use crate::targets::{Input, Target};

/// An endless supply of inputs of a target.
#[derive(Debug)]
pub struct Inputs {
    input: Input,
    seed: String,
    pool: Vec<Vec<u8>>,
    seeds: usize,
    made: usize,
}

impl Inputs {
    /// The seeds of a target and the empty input; then mutations, which depend on nothing but `seed`.
    pub fn of(target: &Target, seed: &str) -> Inputs {
        let mut pool: Vec<Vec<u8>> = seeds::of(target).into_iter().map(|seed| seed.bytes).collect();
        pool.push(Vec::new());
        Inputs { input: target.input, seed: seed.to_owned(), seeds: pool.len(), pool, made: 0 }
    }

    /// How many of the inputs are not mutated.
    pub fn seeds(&self) -> usize {
        self.seeds
    }
}

impl Iterator for Inputs {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let number = self.made;
        self.made += 1;
        if number < self.seeds {
            return Some(self.pool[number].clone());
        }
        let choices = seeded(&format!("{} {number}", self.seed), 512);
        let (first, rest) = choices.split_at(8);
        let mut first = Choices::new(first);
        // The seeds would be lost among what is made of them.
        let among = if first.chance(50) { self.seeds } else { self.pool.len() };
        let at = first.below(among);
        let input = mutated(self.input, &self.pool[at], rest);
        // Some stay, so that mutations pile up.
        if number.is_multiple_of(8) && input.len() < 4096 {
            self.pool.push(input.clone());
        }
        Some(input)
    }
}
