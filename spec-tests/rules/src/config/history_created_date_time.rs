//! The date of an entry of the history is a date-time as RFC 3339 has it.
//!
//! Builders copy the entries of a base image, and with them every odd date of years ago.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::History;

use super::{edit_first_entry, expect_date_time};
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::History(check),
    valid: &[
        Mutation::document("year-one", CONFIG, |config, _| set(config, "0001-01-01T00:00:00Z")),
        Mutation::document("offset", CONFIG, |config, _| set(config, "2015-10-31T22:22:54.690851953-03:30")),
        // Entries run from first to last, and nothing is said of their dates.
        Mutation::document("later-than-the-next", CONFIG, |config, _| set(config, "2038-01-19T03:14:08Z")),
    ],
    invalid: &[
        Mutation::document("no-offset", CONFIG, |config, _| set(config, "2015-10-31T22:22:54")),
        Mutation::document("no-time", CONFIG, |config, _| set(config, "2015-10-31")),
        Mutation::document("no-such-month", CONFIG, |config, _| set(config, "2015-13-01T00:00:00Z")),
        Mutation::document("words", CONFIG, |config, _| set(config, "2 weeks ago")),
        Mutation::document("empty", CONFIG, |config, _| set(config, "")),
    ],
    unclear: &[Mutation::document("blank-between-date-and-time", CONFIG, |config, _| {
        set(config, "2015-10-31 22:22:54Z");
    })],
    ..Rule::BASE
};

fn set(config: &mut Tree, date: &str) {
    edit_first_entry(config, |entry| entry.set("created", date));
}

fn check(history: &History<'_>, findings: &mut Findings<'_>) {
    expect_date_time(history.created, findings);
}
