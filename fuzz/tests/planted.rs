//! Every planted bug is killed by the fixed vectors and found by mutations, and nothing is found where
//! nothing is planted.
//!
//! `SEAWORTHY_PLANTED=write cargo test -p seaworthy-fuzz --test planted` makes the report anew. Without it one
//! bug in eight is hunted, other ones each day, and compared with the report.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use seaworthy_fuzz::planted::{Bug, FAMILIES, hunt, table};

const REPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../reports/planted-bugs.md");

#[test]
fn no_bug_survives() {
    let is_whole = std::env::var("SEAWORTHY_PLANTED").is_ok_and(|value| value == "write");
    let days = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let part = |at: usize| is_whole || (at as u64 + days).is_multiple_of(8);
    let mut all = Vec::new();
    for family in FAMILIES {
        let bugs: Vec<Bug> =
            family.bugs.iter().enumerate().filter(|(at, _)| part(*at)).map(|(_, bug)| *bug).collect();
        all.push((*family, hunt(family, &bugs)));
    }
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
    for family in FAMILIES {
        // Whatever shows here would show in every bug of the family.
        let [found] = hunt(family, &[family.control])[..] else { panic!("one bug, one answer") };
        assert_eq!((found.vectors, found.executions), (0, None), "{}: a false alarm", family.name);
    }
}
