//! Every planted bug is killed by the fixed vectors and found by mutations, and nothing is found where
//! nothing is planted.
//!
//! `SEAWORTHY_PLANTED=write cargo test -p seaworthy-fuzz --test planted` makes the report anew. Without it one
//! bug in eight is hunted, other ones each day, and compared with the report; and nothing is planted in one
//! family in three, or in all of them with `SEAWORTHY_CASES`.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use seaworthy_fuzz::planted::{Bug, FAMILIES, Family, Found, hunt, table};

const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../reports/planted-bugs.md");

/// Whether it is the day of the `at`th of some things, of which each has its turn once in `every` days.
fn has_its_day(at: usize, every: u64) -> bool {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    (at as u64 + days).is_multiple_of(every)
}

/// Looks for bugs of every family, all families at the same time.
fn hunt_in_all(bugs_of: impl Fn(usize, &Family) -> Vec<Bug>) -> Vec<(Family, Vec<Found>)> {
    thread::scope(|scope| {
        let hunts: Vec<_> = FAMILIES
            .iter()
            .enumerate()
            .map(|(at, family)| (family, bugs_of(at, family)))
            .map(|(family, bugs)| (family, scope.spawn(move || hunt(family, &bugs))))
            .collect();
        hunts.into_iter().map(|(family, hunt)| (*family, hunt.join().expect("a hunt that ends"))).collect()
    })
}

#[test]
fn no_bug_survives() {
    let is_whole = std::env::var("SEAWORTHY_PLANTED").is_ok_and(|value| value == "write");
    let all = hunt_in_all(|_, family| {
        let bugs = family.bugs.iter().enumerate();
        bugs.filter(|(at, _)| is_whole || has_its_day(*at, 8)).map(|(_, bug)| *bug).collect()
    });
    let text = table(&all);
    for (family, found) in &all {
        for one in found {
            assert!(one.vectors > 0, "no vector kills {} of {}\n{text}", one.bug.name, family.name);
            assert!(
                one.executions.is_some(),
                "{} of {} is not found in {} executions\n{text}",
                one.bug.name,
                family.name,
                family.executions
            );
        }
    }
    if is_whole {
        fs::write(REPORT, &text).unwrap();
    }
    let report = fs::read_to_string(Path::new(REPORT)).unwrap();
    for line in text.lines() {
        assert!(report.lines().any(|known| known == line), "reports/planted-bugs.md does not have\n{line}");
    }
    let count = FAMILIES.iter().map(|family| family.bugs.len()).sum::<usize>();
    assert!(count >= 40, "{count} bugs");
    let rows = report.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(rows, count + 1, "the report has bugs that are not planted");
}

#[test]
fn nothing_is_found_where_nothing_is_planted() {
    let is_in_full = std::env::var_os("SEAWORTHY_CASES").is_some();
    // Whatever shows here would show in every bug of the family.
    let all = hunt_in_all(|at, family| {
        let is_looked_at = is_in_full || has_its_day(at, 3);
        is_looked_at.then_some(family.control).into_iter().collect()
    });
    let mut count = 0;
    for (family, found) in all.iter().flat_map(|(family, found)| found.iter().map(move |one| (family, one))) {
        assert_eq!((found.vectors, found.executions), (0, None), "{}: a false alarm", family.name);
        count += 1;
    }
    // Where the families cannot be shared out evenly, some days have one more.
    assert!(count >= if is_in_full { FAMILIES.len() } else { FAMILIES.len() / 3 }, "{count} families");
}
