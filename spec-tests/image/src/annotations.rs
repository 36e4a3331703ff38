//! Keys of annotations: the pre-defined ones, the reserved ones, and Label Schema's.
//!
//! All from annotations.md. Readers must take every key; what is here is for telling producers
//! that a key is not theirs to use, or that its value is not what the key promises.

use crate::bytes;
use crate::spec::SpecVersion;

/// What the value of a pre-defined key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// An RFC 3339 date-time; see [`crate::date_time`].
    DateTime,
    /// A URL; see [`crate::uri`].
    Url,
    /// A name with the grammar of `ref.name`; see [`crate::reference::check_ref_name`].
    RefName,
    /// An image reference; see [`crate::reference::ImageReference`].
    ImageReference,
    /// A digest; see [`crate::digest`].
    Digest,
    /// An SPDX licence expression.
    LicenseExpression,
    /// Anything.
    Free,
}

/// A key that the section "Pre-Defined Annotation Keys" lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predefined {
    /// The whole key.
    pub key: &'static str,
    /// What its value is.
    pub value: Value,
    /// The first version that lists it.
    pub since: SpecVersion,
}

/// Every pre-defined key, in the order of the specification.
pub const PREDEFINED: [Predefined; 14] = {
    use SpecVersion::{V1_0_2, V1_1_1};
    use Value::{DateTime, Digest, Free, ImageReference, LicenseExpression, RefName, Url};
    [
        predefined_key("org.opencontainers.image.created", DateTime, V1_0_2),
        predefined_key("org.opencontainers.image.authors", Free, V1_0_2),
        predefined_key("org.opencontainers.image.url", Url, V1_0_2),
        predefined_key("org.opencontainers.image.documentation", Url, V1_0_2),
        predefined_key("org.opencontainers.image.source", Url, V1_0_2),
        predefined_key("org.opencontainers.image.version", Free, V1_0_2),
        predefined_key("org.opencontainers.image.revision", Free, V1_0_2),
        predefined_key("org.opencontainers.image.vendor", Free, V1_0_2),
        predefined_key("org.opencontainers.image.licenses", LicenseExpression, V1_0_2),
        predefined_key("org.opencontainers.image.ref.name", RefName, V1_0_2),
        predefined_key("org.opencontainers.image.title", Free, V1_0_2),
        predefined_key("org.opencontainers.image.description", Free, V1_0_2),
        predefined_key("org.opencontainers.image.base.digest", Digest, V1_1_1),
        predefined_key("org.opencontainers.image.base.name", ImageReference, V1_1_1),
    ]
};

/// The pre-defined key of that name in a version, if there is one.
pub fn predefined(key: &str, version: SpecVersion) -> Option<&'static Predefined> {
    let is_reserved = key.starts_with("org.opencontainers.image.");
    PREDEFINED.iter().find(|entry| is_reserved && entry.key == key && entry.since <= version)
}

/// The keys that conversion.md gives to a runtime bundle, and the version each is in since.
///
/// They are in the reserved namespace without being in the list of pre-defined keys, so a
/// complaint about an unknown reserved key has to know them too. `created` is in both lists.
pub const CONVERSION_KEYS: [(&str, SpecVersion); 9] = [
    ("org.opencontainers.image.os", SpecVersion::V1_1_1),
    ("org.opencontainers.image.architecture", SpecVersion::V1_1_1),
    ("org.opencontainers.image.variant", SpecVersion::V1_1_1),
    ("org.opencontainers.image.os.version", SpecVersion::V1_1_1),
    ("org.opencontainers.image.os.features", SpecVersion::V1_1_1),
    ("org.opencontainers.image.author", SpecVersion::V1_0_2),
    ("org.opencontainers.image.created", SpecVersion::V1_0_2),
    ("org.opencontainers.image.stopSignal", SpecVersion::V1_0_2),
    ("org.opencontainers.image.exposedPorts", SpecVersion::V1_0_2),
];

/// Whether the specification itself defines a key in a version, in either of its lists.
pub fn is_defined(key: &str, version: SpecVersion) -> bool {
    predefined(key, version).is_some()
        || CONVERSION_KEYS.iter().any(|&(name, since)| name == key && since <= version)
}

/// For whom a key is reserved, whether or not it is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserved {
    /// For nobody.
    No,
    /// It starts with the letters of the reserved prefix, but goes on within the same label, as
    /// `org.opencontainersfoo.x` does. The text gives the prefix without a dot at its end, so it
    /// is unclear whether such a key is reserved.
    Unclear,
    /// For the specifications of the Open Container Initiative.
    Oci,
    /// For image-spec alone.
    Image,
}

/// For whom a key is reserved.
pub fn reserved(key: &str) -> Reserved {
    let Some(rest) = key.strip_prefix("org.opencontainers") else {
        return Reserved::No;
    };
    match rest.strip_prefix(".image") {
        Some("") => Reserved::Image,
        Some(rest) if rest.starts_with('.') => Reserved::Image,
        _ if rest.is_empty() || rest.starts_with('.') => Reserved::Oci,
        _ => Reserved::Unclear,
    }
}

/// Whether a key is in reverse domain notation, as `com.example.myKey` is.
///
/// The section gives no grammar. This one wants labels of letters, digits, dashes and underscores
/// with dots between them: a first label in lower case that starts with a letter, as top-level
/// domains do, and at least one more. After a slash, which some projects put after the domain,
/// anything may follow.
pub fn is_reverse_domain(key: &str) -> bool {
    let domain = match key.split_once('/') {
        Some((_, "")) => return false,
        Some((domain, _)) => domain,
        None => key,
    };
    let Some((top_level, rest)) = domain.split_once('.') else {
        return false;
    };
    let is_label = |label: &[u8]| {
        !label.is_empty()
            && bytes::all(label, |byte| bytes::is_letter_or_digit(byte) | (byte == b'-') | (byte == b'_'))
    };
    top_level.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && top_level.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && rest.as_bytes().split(|&byte| byte == b'.').all(is_label)
}

/// A key of Label Schema that a pre-defined key replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelSchema {
    /// The whole key in Label Schema.
    pub label: &'static str,
    /// The whole key of image-spec.
    pub key: &'static str,
    /// Whether the value is compatible only if it is a URL.
    pub only_url: bool,
}

/// The table of the section "Back-compatibility with Label Schema", without the rows that have
/// an entry on one side only. It is the same in every version.
pub const LABEL_SCHEMA: [LabelSchema; 9] = [
    label_schema("org.label-schema.build-date", "org.opencontainers.image.created"),
    label_schema("org.label-schema.url", "org.opencontainers.image.url"),
    label_schema("org.label-schema.vcs-url", "org.opencontainers.image.source"),
    label_schema("org.label-schema.version", "org.opencontainers.image.version"),
    label_schema("org.label-schema.vcs-ref", "org.opencontainers.image.revision"),
    label_schema("org.label-schema.vendor", "org.opencontainers.image.vendor"),
    label_schema("org.label-schema.name", "org.opencontainers.image.title"),
    label_schema("org.label-schema.description", "org.opencontainers.image.description"),
    LabelSchema {
        label: "org.label-schema.usage",
        key: "org.opencontainers.image.documentation",
        only_url: true,
    },
];

/// The pre-defined key that replaces a key of Label Schema.
pub fn label_schema_equivalent(label: &str) -> Option<&'static LabelSchema> {
    LABEL_SCHEMA.iter().find(|entry| entry.label == label)
}

const fn predefined_key(key: &'static str, value: Value, since: SpecVersion) -> Predefined {
    Predefined { key, value, since }
}

const fn label_schema(label: &'static str, key: &'static str) -> LabelSchema {
    LabelSchema { label, key, only_url: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_defined() {
        fn check(key: &str, wanted: Reserved, defined: [bool; 3]) {
            assert_eq!(reserved(key), wanted, "{key}");
            let found = SpecVersion::ALL.map(|version| is_defined(key, version));
            assert_eq!(found, defined, "{key}");
        }
        let (always, since_1_1, never) = ([true; 3], [false, true, true], [false; 3]);
        for entry in PREDEFINED {
            let since = if entry.since == SpecVersion::V1_0_2 { always } else { since_1_1 };
            check(entry.key, Reserved::Image, since);
        }
        for (key, since) in CONVERSION_KEYS {
            let since = if since == SpecVersion::V1_0_2 { always } else { since_1_1 };
            check(key, Reserved::Image, since);
        }
        check("org.opencontainers.image.base.name", Reserved::Image, since_1_1);
        check("org.opencontainers.image.os.version", Reserved::Image, since_1_1);
        check("org.opencontainers.image.created", Reserved::Image, always);
        check("org.opencontainers.image.Created", Reserved::Image, never);
        check("org.opencontainers.image.mything", Reserved::Image, never);
        check("org.opencontainers.image", Reserved::Image, never);
        check("org.opencontainers.image.", Reserved::Image, never);
        check("org.opencontainers.images", Reserved::Oci, never);
        check("org.opencontainers.distribution.x", Reserved::Oci, never);
        check("org.opencontainers", Reserved::Oci, never);
        check("org.opencontainers.", Reserved::Oci, never);
        check("org.opencontainersfoo.x", Reserved::Unclear, never);
        check("org.opencontainers-x", Reserved::Unclear, never);
        check("org.opencontainers/x", Reserved::Unclear, never);
        check("org.opencontainer", Reserved::No, never);
        check("oci.opencontainers.image.created", Reserved::No, never);
        check("Org.opencontainers.image.created", Reserved::No, never);
        check("com.example.org.opencontainers", Reserved::No, never);
        check("", Reserved::No, never);
    }

    #[test]
    fn values() {
        fn check(name: &str, wanted: [Option<Value>; 3]) {
            let key = format!("org.opencontainers.image.{name}");
            let found = SpecVersion::ALL.map(|version| predefined(&key, version).map(|entry| entry.value));
            assert_eq!(found, wanted, "{name}");
        }
        check("created", [Some(Value::DateTime); 3]);
        check("source", [Some(Value::Url); 3]);
        check("licenses", [Some(Value::LicenseExpression); 3]);
        check("ref.name", [Some(Value::RefName); 3]);
        check("version", [Some(Value::Free); 3]);
        let digest = Some(Value::Digest);
        check("base.digest", [None, digest, digest]);
        let reference = Some(Value::ImageReference);
        check("base.name", [None, reference, reference]);
        check("architecture", [None; 3]);
        check("author", [None; 3]);
    }

    #[test]
    fn reverse_domains() {
        fn check(key: &str, wanted: bool) {
            assert_eq!(is_reverse_domain(key), wanted, "{key:?}");
        }
        for entry in PREDEFINED {
            check(entry.key, true);
        }
        for key in [
            "com.example.myKey",
            "com.example",
            "io.github.some_one.x",
            "xn--p1ai.a.B-1",
            "dev.example.tool/signature",
            "dev.example/a b",
        ] {
            check(key, true);
        }
        for key in [
            "",
            "maintainer",
            "my key",
            "com.",
            ".com",
            "com..example",
            "com.example.",
            "COM.example",
            "1.2.3",
            "com.exa mple",
            "com.exämple",
            "/a.b",
            "example/a.b",
            "com.example/",
            "-a.b",
            "a_b.c",
            "com.example\n",
        ] {
            check(key, false);
        }
    }

    #[test]
    fn label_schema_rows() {
        fn check(label: &str, wanted: Option<(&str, bool)>) {
            let label = format!("org.label-schema.{label}");
            let found = label_schema_equivalent(&label).map(|row| (row.key, row.only_url));
            let wanted = wanted.map(|(key, only_url)| (format!("org.opencontainers.image.{key}"), only_url));
            let wanted = wanted.as_ref().map(|(key, only_url)| (&key[..], *only_url));
            assert_eq!(found, wanted, "{label}");
        }
        check("build-date", Some(("created", false)));
        check("vcs-url", Some(("source", false)));
        check("vcs-ref", Some(("revision", false)));
        check("name", Some(("title", false)));
        check("usage", Some(("documentation", true)));
        check("schema-version", None);
        check("docker.cmd", None);
        for row in LABEL_SCHEMA {
            assert!(predefined(row.key, SpecVersion::V1_0_2).is_some());
        }
    }
}
