//! Labels that read like something else.

use super::{Case, Expect, Family, Make};
use crate::mutation::{Edit, Part};
use crate::tree::Tree;

pub const FAMILY: Family = Family {
    id: "CFG-05",
    says: "A label is pasted into a command line, a template or a document of another kind, and becomes \
           part of it.",
    references: &["CVE-2026-55887"],
    cases: &[
        Case {
            name: "document",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    it.member("config").set("Labels", Tree::object([("com.example.text", "tide\nprocess:\n  user: {uid: 0}\n".into())]));
                })),
        },
        Case {
            name: "json",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    it.member("config").set("Labels", Tree::object([("com.example.text", "\"}, \"process\": {\"user\": {\"uid\": 0}}, \"x\": {\"".into())]));
                })),
        },
        Case {
            name: "arguments",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    it.member("config").set("Labels", Tree::object([("com.example.text", "tide --privileged -v /:/host; echo \"$(id)\"".into())]));
                })),
        },
        Case {
            name: "template",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    it.member("config").set("Labels", Tree::object([("com.example.text", "{{.Config.User}} ${PATH} %PATH% $(id) `id`".into())]));
                })),
        },
        Case {
            name: "sentence",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(Part::Config, Edit::Document(|it, _| {
                    it.member("config").set("Labels", Tree::object([("com.example.text", "made by the tide, at noon".into())]));
                })),
        },
    ],
};
