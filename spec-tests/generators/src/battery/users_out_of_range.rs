//! Users of a configuration that are no numbers of users.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "CFG-01",
    says: "A number that is too large wraps around to root, or is looked up as a name that is root's.",
    references: &["CVE-2024-40635", "CVE-2026-46680"],
    cases: &[
        Case {
            name: "two-to-the-32",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("User", "4294967296:0"))),
        },
        Case {
            // Within the range of the runtime configuration, and beyond that of a signed number.
            name: "two-to-the-31",
            expect: Expect::Contain,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("User", "2147483648"))),
        },
        Case {
            name: "minus-one",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("User", "-1"))),
        },
        Case {
            name: "largest-that-is-taken",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("User", "65534:65534"))),
        },
    ],
};
