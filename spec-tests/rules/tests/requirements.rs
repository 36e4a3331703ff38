//! Every requirement as one line of a table: its id, its level in each version, its section, whom it binds,
//! how many cases it has in each version, and a hash of what is in them. So a level, a binding or a case that
//! changes is seen.
//!
//! `INSTA_UPDATE=always cargo test -p seaworthy-rules --test requirements` renews the table.

use seaworthy_image::digest::{Algorithm, Hasher};
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{self, Case, Class};
use seaworthy_rules::{Requirement, all};

#[test]
fn the_table_of_requirements_is_known() {
    let lines: Vec<String> = all().iter().map(line).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("requirements", lines.join("\n"));
    });
}

fn line(requirement: &'static Requirement) -> String {
    let rule = requirement.rule;
    let levels =
        by_version(|version| rule.grade.at(version).map_or("-".to_owned(), |level| level.to_string()));
    let binds: Vec<&str> = rule.binds.iter().map(|role| role.as_str()).collect();
    let binds = if binds.is_empty() { String::new() } else { format!(" binds {}", binds.join(",")) };
    let cases = case::of(requirement);
    let count = |is_counted: &dyn Fn(&Case) -> bool| {
        by_version(|version| {
            let in_force = cases.iter().filter(|case| case.is_in(version) && is_counted(case));
            in_force.count().to_string()
        })
    };
    let mut counts: Vec<String> = [Class::Valid, Class::Invalid, Class::Unclear]
        .map(|class| format!("{} {}", count(&|case| case.class == class), class.as_str()))
        .into();
    counts.push(format!("{} refusable", count(&|case| case.mutation.may_be_refused)));
    counts.push(format!("{} after another", count(&|case| case.mutation.after.is_some())));
    counts.retain(|count| !count.starts_with("0 "));
    let hash = hash(&cases);
    format!("{} {levels} {}{binds}: {} {hash}", requirement.id, rule.section, counts.join(", "))
}

/// The beginning of a hash of every file of every case.
fn hash(cases: &[Case]) -> String {
    let mut hasher = Hasher::new(Algorithm::Sha256);
    for case in cases {
        hasher.update(case.id.as_bytes());
        let Memory { files, others } = case.layout();
        for (path, bytes) in files {
            hasher.update(path.as_bytes());
            hasher.update(&bytes);
        }
        hasher.update(format!("{others:?}").as_bytes());
    }
    hasher.finish()["sha256:".len()..][..12].to_owned()
}

/// What holds in each version: one word if it is the same in all.
fn by_version(say: impl Fn(SpecVersion) -> String) -> String {
    let words = SpecVersion::ALL.map(say);
    if words.iter().all(|word| *word == words[0]) { words[0].clone() } else { words.join("/") }
}
