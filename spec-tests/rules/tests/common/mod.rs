//! What the proofs have in common.

use std::collections::BTreeSet;

use seaworthy_image::graph::Limits;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{Case, Class};
use seaworthy_rules::{Finding, judge};

/// What the rules find in a layout.
pub fn findings(layout: &Memory, version: SpecVersion) -> Vec<Finding> {
    let limits = Limits { threads: 1, ..Limits::default() };
    judge::layout(layout, None, version, &limits).expect("memory can be read").findings
}

/// Whether the findings are those that a case is there for.
pub fn is_as_wanted(case: &Case, findings: &[Finding]) -> bool {
    let broken: BTreeSet<&str> = findings.iter().map(|finding| finding.requirement.id.as_str()).collect();
    match case.class {
        Class::Valid if case.mutation.against_advice => {
            !broken.is_empty() && !findings.iter().any(|finding| finding.level.is_error())
        }
        Class::Valid | Class::Refused => broken.is_empty(),
        Class::Invalid => broken.iter().eq([&case.requirement.id.as_str()]),
        Class::Unclear => !findings.iter().any(|finding| finding.level.is_error()),
    }
}

/// The findings as text, one to a line.
pub fn show(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let pointer = finding.place.as_ref().map_or("", |place| &place.pointer);
        let Finding { requirement, path, found, wanted, .. } = finding;
        format!("\n      {} at {path}{pointer}: found {found}, wanted {wanted}", requirement.id)
    };
    if findings.is_empty() { "\n      nothing".into() } else { findings.iter().map(line).collect() }
}
