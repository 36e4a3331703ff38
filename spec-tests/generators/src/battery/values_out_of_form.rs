//! Values of a configuration that are not of their form.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "CFG-09",
    says: "One program passes them on as they are, one puts them right, and one leaves them out: three \
           containers of one image.",
    references: &[],
    cases: &[
        Case {
            name: "port-beyond-all-ports",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    let ports = Tree::object([("99999/tcp", Tree::Object(Vec::new()))]);
                    it.member("config").set("ExposedPorts", ports);
                })),
        },
        Case {
            name: "entrypoint-that-is-a-string",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Entrypoint", "/bin/cat"))),
        },
        Case {
            name: "command-with-null",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Cmd", vec![Tree::Null, "x".into()]))),
        },
        Case {
            name: "year-beyond-all-years",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("created", "10000-01-01T00:00:00Z"))),
        },
        Case {
            name: "label-that-is-a-number",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.member("config").set("Labels", Tree::object([("com.example.number", 7.into())])))),
        },
        Case {
            name: "time-of-the-far-east",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| it.set("created", "2026-01-02T17:04:05.5+14:00"))),
        },
    ],
};
