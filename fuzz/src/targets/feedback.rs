//! Rules as feedback: every requirement that fires, at every level, is an edge of its own, so that
//! libFuzzer keeps the first input that breaks it, and a distilled corpus covers the rules.
//!
//! libFuzzer has extra counters for this, which live in a linker section and are written through
//! raw pointers; this workspace has no unsafe code. A function for each requirement does as well:
//! coverage counts the entry of each, and it cannot be merged with another since each holds a
//! number of its own.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::LazyLock;

use seaworthy_rules::judge::Judged;
use seaworthy_rules::{Level, Requirement, all};

/// How many of the functions there are: more than requirements times levels.
const COUNT: usize = 2048;

thread_local! {
    /// What has fired on this thread, where there is no coverage to tell.
    static FIRED: RefCell<BTreeSet<(&'static str, Level)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Tells the coverage which requirements were broken.
pub fn fired(judged: &Judged) {
    for finding in &judged.findings {
        if cfg!(fuzzing) {
            TABLE[index(finding.requirement, finding.level) % COUNT]();
        } else {
            FIRED.with_borrow_mut(|fired| fired.insert((&finding.requirement.id, finding.level)));
        }
    }
}

/// Which requirements have fired on this thread since this was last asked, and at which level. Nothing under
/// libFuzzer, whose coverage is told instead.
pub fn take() -> BTreeSet<(&'static str, Level)> {
    FIRED.take()
}

/// The place of a requirement at a level in the table.
fn index(requirement: &Requirement, level: Level) -> usize {
    static FIRST: LazyLock<usize> = LazyLock::new(|| std::ptr::from_ref(&all()[0]) as usize);
    // Findings refer to the list itself, so the distance from its first element is the position.
    let position = (std::ptr::from_ref(requirement) as usize - *FIRST) / size_of::<Requirement>();
    position * 4 + level as usize
}

#[inline(never)]
fn edge<const AT: usize>() {
    black_box(AT);
}

macro_rules! edges {
    ($($high:literal)*) => { [$(edges!(@ $high),)*] };
    (@ $high:literal) => { edges!(@@ $high 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31) };
    (@@ $high:literal $($low:literal)*) => { [$(edge::<{ $high * 32 + $low }> as fn(),)*] };
}

static ROWS: [[fn(); 32]; 64] = edges!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
);
static TABLE: LazyLock<Vec<fn()>> = LazyLock::new(|| ROWS.concat());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requirement_has_an_edge_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for requirement in all() {
            for level in [Level::May, Level::Should, Level::Implied, Level::Must] {
                let at = index(requirement, level);
                assert!(at < COUNT && seen.insert(at), "{} {level}: {at}", requirement.id);
            }
        }
        assert_eq!(TABLE.len(), COUNT);
    }
}
