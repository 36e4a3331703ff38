//! Variables without a value, or with too much of one.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "CFG-06",
    says: "An entry without an equals sign is filled in from the environment of whoever converts the image, \
           and so leaves the machine.",
    references: &["CVE-2026-57231"],
    cases: &[
        Case {
            name: "name-alone",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "HOME"])))),
        },
        Case {
            name: "every-name",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "*"])))),
        },
        Case {
            name: "path-alone",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH"])))),
        },
        Case {
            name: "value-alone",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "=x"])))),
        },
        Case {
            name: "expansion",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=$PATH:${HOME}/bin"])))),
        },
        Case {
            name: "two-lines",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "TEXT=one\nLD_PRELOAD=/tmp/x.so"])))),
        },
        Case {
            name: "nul",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "TEXT=one\0LD_PRELOAD=/tmp/x.so"])))),
        },
        Case {
            name: "empty-value",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Env", Tree::strings(&["PATH=/bin", "HOME="])))),
        },
    ],
};
