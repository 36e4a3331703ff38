//! Accounts of the image itself that make a user root.

use super::{CONFIG, Case, Expect, Family, Make, with_accounts};
use crate::shape::{GROUP, PASSWD};

pub const FAMILY: Family = Family {
    id: "CFG-02",
    says: "A number in the image's own passwd or group is too large and wraps around to root's, or a name \
           is written in digits and is taken for root's number.",
    references: &["CVE-2022-2989", "CVE-2022-36109", "CVE-2023-25173", "CVE-2024-40635"],
    cases: &[
        Case {
            name: "user-of-two-to-the-32",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("mallory", "mallory:x:4294967296:4294967296::/:/bin/sh\n", GROUP)),
        },
        Case {
            name: "group-of-two-to-the-32",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice:wheel", PASSWD, "wheel:x:4294967296:\n")),
        },
        Case {
            name: "user-of-minus-one",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("mallory", "mallory:x:-1:-1::/:/bin/sh\n", GROUP)),
        },
        Case {
            name: "additional-group-of-two-to-the-32",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice", PASSWD, "tide:x:60:alice\nwheel:x:4294967296:alice\n")),
        },
        Case {
            name: "name-that-is-a-number",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("1000", "1000:x:0:0::/:/bin/sh\n", GROUP)),
        },
        Case {
            name: "name-of-a-group-that-is-a-number",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice:60", PASSWD, "60:x:0:\n")),
        },
        Case {
            name: "several-groups",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Image(CONFIG, |_| with_accounts("alice", PASSWD, GROUP)),
        },
    ],
};
