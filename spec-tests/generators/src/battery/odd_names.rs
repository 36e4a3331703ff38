//! Names that are long, deep, or no text.

use super::{Case, Expect, Family, Make};
use crate::layer::file;

pub const FAMILY: Family = Family {
    id: "EXT-19",
    says: "Paths that the system refuses, or that a program cuts off, or walks down by recursion.",
    references: &["CVE-2026-23950"],
    cases: &[
        Case {
            name: "component-of-256-bytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("n".repeat(256), "f\n")]]),
        },
        Case {
            name: "path-of-5000-bytes",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("dddddddd/".repeat(555) + "f", "f\n")]]),
        },
        Case {
            name: "two-thousand-levels",
            expect: Expect::Bounded,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("d/".repeat(2000) + "f", "f\n")]]),
        },
        Case {
            name: "control-characters",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("a\u{1b}]0;tide\u{7}\u{1b}[31m\r", "f\n")]]),
        },
        Case {
            name: "option",
            expect: Expect::Inert,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("--checkpoint-action=exec=false", "f\n"), file("-rf", "f\n")]]),
        },
        Case {
            name: "composed-and-decomposed",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("br\u{e9}f", "1\n"), file("bre\u{301}f", "2\n")]]),
        },
        Case {
            name: "not-utf-8",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file(b"\xff\xfe", "f\n")]]),
        },
        Case {
            name: "component-of-255-bytes",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Layers(|_| vec![vec![file("n".repeat(255), "f\n")]]),
        },
    ],
};
