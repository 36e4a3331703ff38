//! The reserved members Memory, MemorySwap and CpuShares are integers, if they are given.
//!
//! They mean something to Docker only, and are reserved so that nobody gives them another meaning.
//! The JSON schema does not know them, so their type is judged as advice.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::json::Integer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Execution;

use super::given;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "config.md#properties",
    check: Check::Execution(check),
    valid: &[
        Mutation::document("as-docker-writes-them", CONFIG, |config, _| {
            set(config, "Memory", Tree::Integer(268_435_456));
            set(config, "MemorySwap", Tree::Integer(-1));
            set(config, "CpuShares", Tree::Integer(0));
        }),
        Mutation::document("null", CONFIG, |config, _| {
            ["Memory", "MemorySwap", "CpuShares"].into_iter().for_each(|name| set(config, name, Tree::Null));
        }),
    ],
    invalid: &[
        Mutation::document("memory-with-a-unit", CONFIG, |config, _| set(config, "Memory", "1g".into())),
        Mutation::document("memory-swap-as-text", CONFIG, |config, _| set(config, "MemorySwap", "-1".into())),
        Mutation::document("cpu-shares-with-a-fraction", CONFIG, |config, _| {
            set(config, "CpuShares", Tree::raw("1.5"));
        }),
    ],
    ..Rule::BASE
};

fn set(config: &mut Tree, name: &str, value: Tree) {
    config.member("config").set(name, value);
}

fn check(execution: &Execution<'_>, findings: &mut Findings<'_>) {
    let members = [execution.memory, execution.memory_swap, execution.cpu_shares];
    for value in members.into_iter().filter_map(given) {
        match value.as_integer() {
            None => findings.report(value, value.kind().describe(), "an integer"),
            Some(Integer::Fractional) => findings.report(value, "a fraction", "an integer"),
            Some(_) => {}
        }
    }
}
