//! Accounts of the image that are without measure.

use super::{CONFIG, Case, Expect, Family, Make, with_accounts};
use crate::shape::{GROUP, PASSWD};

pub const FAMILY: Family = Family {
    id: "CFG-03",
    says: "Whoever reads the image's passwd as a whole, or line by line without a bound, spends as much \
           memory or time as the image likes.",
    references: &["CVE-2026-47262"],
    cases: &[
        Case {
            name: "line-of-many-mebibytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("mallory", &"m".repeat(12 << 20), GROUP)),
        },
        Case {
            name: "half-a-million-lines",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("mallory", &"m:x:7:7::/:/s\n".repeat(500_000), GROUP)),
        },
        Case {
            name: "group-of-half-a-million",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice", PASSWD, &format!("tide:x:60:{}alice\n", "mallory,".repeat(500_000)))),
        },
        Case {
            name: "half-a-million-groups",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice", PASSWD, &"g:x:7:alice\n".repeat(500_000))),
        },
        Case {
            name: "a-thousand-lines",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice", &["m:x:7:7::/:/s\n".repeat(1000), PASSWD.to_owned()].concat(), GROUP)),
        },
    ],
};
