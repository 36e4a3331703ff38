//! The date of creation is a date-time as RFC 3339 has it, with its offset from UTC.
//!
//! Tools sort and expire images by this date; without an offset, each reads it in the time zone
//! of the machine it happens to run on.

use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::views::Config;

use super::expect_date_time;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::Config];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#properties",
    check: Check::Config(check),
    valid: &[
        Mutation::document("fraction", CONFIG, |config, _| {
            config.set("created", "2015-10-31T22:22:56.015925234Z");
        }),
        Mutation::document("fraction-of-ten-digits", CONFIG, |config, _| {
            config.set("created", "2015-10-31T22:22:56.0159252340Z");
        }),
        Mutation::document("offset", CONFIG, |config, _| config.set("created", "2015-10-31T22:22:56+05:45")),
        Mutation::document("unknown-offset", CONFIG, |config, _| {
            config.set("created", "2015-10-31T22:22:56-00:00");
        }),
        // What Go writes for a date that was never set: the most frequent of all odd dates.
        Mutation::document("year-one", CONFIG, |config, _| config.set("created", "0001-01-01T00:00:00Z")),
        Mutation::document("before-1970", CONFIG, |config, _| config.set("created", "1969-12-31T23:59:59Z")),
        // The next two are in the grammar, and Go's parser refuses them.
        Mutation::document("leap-second", CONFIG, |config, _| config.set("created", "2016-12-31T23:59:60Z")),
        Mutation::document("lowercase", CONFIG, |config, _| config.set("created", "2015-10-31t22:22:56z")),
    ],
    invalid: &[
        Mutation::document("no-offset", CONFIG, |config, _| config.set("created", "2015-10-31T22:22:56")),
        Mutation::document("no-time", CONFIG, |config, _| config.set("created", "2015-10-31")),
        Mutation::document("no-such-day", CONFIG, |config, _| config.set("created", "2015-02-29T00:00:00Z")),
        Mutation::document("hour-24", CONFIG, |config, _| config.set("created", "2015-10-31T24:00:00Z")),
        Mutation::document("offset-without-colon", CONFIG, |config, _| {
            config.set("created", "2015-10-31T22:22:56+0100");
        }),
        Mutation::document("comma-before-fraction", CONFIG, |config, _| {
            config.set("created", "2015-10-31T22:22:56,5Z");
        }),
        Mutation::document("words", CONFIG, |config, _| config.set("created", "yesterday")),
        Mutation::document("empty", CONFIG, |config, _| config.set("created", "")),
    ],
    unclear: &[Mutation::document("blank-between-date-and-time", CONFIG, |config, _| {
        config.set("created", "2015-10-31 22:22:56Z");
    })],
    ..Rule::BASE
};

fn check(config: &Config<'_>, findings: &mut Findings<'_>) {
    expect_date_time(config.created, findings);
}
