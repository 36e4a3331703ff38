//! Names of platforms: Go's architectures and operating systems, and the variants of CPUs.
//!
//! image-index.md, section "Image Index Property Descriptions", and config.md advise the values
//! of Go's documentation. Both are advice about a list that grows: an unknown name is worth a
//! warning, and never makes an image invalid.

use crate::spec::SpecVersion;

/// The values that Go documents for `GOARCH`.
pub const GOARCH: [&str; 14] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv64", "s390x", "wasm",
];

/// The values that Go documents for `GOOS`.
pub const GOOS: [&str; 15] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "linux",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
];

/// The one feature that the specification names for `os.features`, when `os` is `windows`.
pub const WINDOWS_FEATURES: [&str; 1] = ["win32k"];

/// Whether Go documents a value for `GOARCH`; names are compared exactly.
pub fn is_goarch(architecture: &str) -> bool {
    GOARCH.contains(&architecture)
}

/// Whether Go documents a value for `GOOS`; names are compared exactly.
pub fn is_goos(os: &str) -> bool {
    GOOS.contains(&os)
}

/// A row of the table of variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariantRow {
    /// The architecture.
    pub architecture: &'static str,
    /// The variants that the table spells out.
    pub listed: &'static [&'static str],
    /// The variants that the row's ellipsis stands for, after Go's values for the analog. Empty
    /// if the row has no ellipsis. As Go adds values, this is what is known, not all there is.
    pub continued: &'static [&'static str],
    /// Go's environment variable with corresponding values; the table has it since 1.1.
    pub go_analog: Option<&'static str>,
}

/// How a variant stands to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The table spells it out.
    Listed,
    /// The row's ellipsis covers it.
    Continued,
    /// Neither.
    Unlisted,
}

impl VariantRow {
    /// Where a variant stands in this row; names are compared exactly.
    pub fn standing(&self, variant: &str) -> Standing {
        if self.listed.contains(&variant) {
            Standing::Listed
        } else if self.continued.contains(&variant) {
            Standing::Continued
        } else {
            Standing::Unlisted
        }
    }
}

/// The row of an architecture in the table of a version.
///
/// Without a row, variants are up to the implementation, and every value is fine.
pub fn variant_row(architecture: &str, version: SpecVersion) -> Option<&'static VariantRow> {
    variant_table(version).iter().find(|row| row.architecture == architecture)
}

/// The table of variants of a version.
pub const fn variant_table(version: SpecVersion) -> &'static [VariantRow] {
    match version {
        SpecVersion::V1_0_2 => &VARIANTS_1_0_2,
        SpecVersion::V1_1_1 | SpecVersion::Dev => &VARIANTS_1_1_1,
    }
}

/// image-index.md of 1.0.2, under `variant`: two architectures, nothing left open.
const VARIANTS_1_0_2: [VariantRow; 2] = [
    VariantRow { architecture: "arm", listed: &["v6", "v7", "v8"], continued: &[], go_analog: None },
    VariantRow { architecture: "arm64", listed: &["v8"], continued: &[], go_analog: None },
];

/// image-index.md since 1.1, section "Platform Variants".
const VARIANTS_1_1_1: [VariantRow; 5] = [
    VariantRow {
        architecture: "arm",
        // Go's values stop at 7 and include 5, but this row has no ellipsis.
        listed: &["v6", "v7", "v8"],
        continued: &[],
        go_analog: Some("GOARM"),
    },
    VariantRow {
        architecture: "arm64",
        listed: &["v8", "v8.1"],
        // Go writes `v8.0` and `v9.0`; the table drops the zero, so both spellings continue it.
        continued: &[
            "v8.0", "v8.2", "v8.3", "v8.4", "v8.5", "v8.6", "v8.7", "v8.8", "v8.9", "v9", "v9.0", "v9.1",
            "v9.2", "v9.3", "v9.4", "v9.5",
        ],
        go_analog: Some("GOARM64"),
    },
    VariantRow {
        architecture: "ppc64le",
        listed: &["power8", "power9"],
        continued: &["power10"],
        go_analog: Some("GOPPC64"),
    },
    VariantRow {
        architecture: "riscv64",
        listed: &["rva20u64"],
        continued: &["rva22u64", "rva23u64"],
        go_analog: Some("GORISCV64"),
    },
    VariantRow {
        architecture: "amd64",
        listed: &["v1", "v2", "v3"],
        continued: &["v4"],
        go_analog: Some("GOAMD64"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        fn check(is_known: fn(&str) -> bool, known: &[&str], unknown: &[&str]) {
            for name in known {
                assert!(is_known(name), "{name:?}");
            }
            for name in unknown {
                assert!(!is_known(name), "{name:?}");
            }
        }
        check(is_goarch, &GOARCH, &["x86_64", "aarch64", "AMD64", "i386", "armv7", "arm ", ""]);
        check(is_goos, &GOOS, &["macos", "Linux", "win32", "sunos", "linux\n", ""]);
        assert!(GOARCH.is_sorted() && GOOS.is_sorted());
    }

    #[test]
    fn variants() {
        use Standing::{Continued, Listed, Unlisted};
        fn check(architecture: &str, variant: &str, wanted: [Option<Standing>; 3]) {
            let found = SpecVersion::ALL
                .map(|version| variant_row(architecture, version).map(|row| row.standing(variant)));
            assert_eq!(found, wanted, "{architecture} {variant:?}");
        }
        let always = |standing| [Some(standing); 3];
        let since_1_1 = |standing| [None, Some(standing), Some(standing)];
        check("arm", "v6", always(Listed));
        check("arm", "v7", always(Listed));
        check("arm", "v8", always(Listed));
        check("arm", "v5", always(Unlisted));
        check("arm", "7", always(Unlisted));
        check("arm64", "v8", always(Listed));
        check("arm64", "V8", always(Unlisted));
        let v8_1 = [Some(Unlisted), Some(Listed), Some(Listed)];
        check("arm64", "v8.1", v8_1);
        let v9 = [Some(Unlisted), Some(Continued), Some(Continued)];
        check("arm64", "v9", v9);
        check("ppc64le", "power8", since_1_1(Listed));
        check("ppc64le", "power10", since_1_1(Continued));
        check("ppc64le", "power7", since_1_1(Unlisted));
        check("riscv64", "rva20u64", since_1_1(Listed));
        check("riscv64", "rva22u64", since_1_1(Continued));
        check("amd64", "v1", since_1_1(Listed));
        check("amd64", "v4", since_1_1(Continued));
        check("amd64", "v5", since_1_1(Unlisted));
        check("amd64", "", since_1_1(Unlisted));
        check("s390x", "z13", [None; 3]);
        check("ppc64", "power8", [None; 3]);
    }

    #[test]
    fn rows_are_consistent() {
        for version in SpecVersion::ALL {
            for row in variant_table(version) {
                assert!(is_goarch(row.architecture));
                assert_eq!(row.go_analog.is_some(), version >= SpecVersion::V1_1_1);
                for variant in row.continued {
                    assert!(!row.listed.contains(variant), "{variant}");
                }
            }
        }
    }
}
