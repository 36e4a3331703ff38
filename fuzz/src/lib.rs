//! Fuzz targets for everything that reads what others wrote, with oracles that see more than
//! crashes.
//!
//! A target is a plain function over bytes in [`targets`], so that `cargo test` on a stable
//! toolchain compiles and runs all of them. libFuzzer is a dependency under `cfg(fuzzing)` only,
//! which is what `cargo fuzz` sets; the entry points in `fuzz_targets` are three lines each.

pub mod archives;
pub mod documents;
pub mod go_json;
pub mod inputs;
pub mod messages;
pub mod mutate;
pub mod planted;
pub mod reader;
mod repair;
pub mod seeds;
pub mod targets;

#[cfg(fuzzing)]
#[doc(hidden)]
pub use libfuzzer_sys;

/// The whole of an entry point: under `cargo fuzz` a libFuzzer target with our mutator, else a
/// program that runs the target on the files that it is given.
#[macro_export]
macro_rules! entry_point {
    ($target:ident) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::targets::$target(bytes));

        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            match $crate::mutate::is_structured() {
                true => $crate::mutate::in_place(stringify!($target), data, size, most, seed),
                false => $crate::libfuzzer_sys::fuzzer_mutate(data, size, most),
            }
        });

        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
            $crate::mutate::crossed_in_place(stringify!($target), one, other, out, seed)
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::targets::replay(stringify!($target))
        }
    };
}

/// The whole of a baseline: under `cargo fuzz` a libFuzzer target without a mutator and without an oracle, else a
/// program that does nothing.
#[macro_export]
macro_rules! bare_loop {
    ($run:expr) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $run(bytes));

        #[cfg(not(fuzzing))]
        fn main() {
            let _: fn(&[u8]) = $run;
        }
    };
}
