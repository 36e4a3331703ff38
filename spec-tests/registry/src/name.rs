//! The names of repositories and tags (spec.md, section "Pulling manifests").

use crate::spec::SpecVersion;

/// The most characters that a tag may have.
pub const TAG_LIMIT: usize = 128;

/// Whether a text is the name of a repository: components of lower-case letters and digits, with
/// separators inside, joined by slashes.
///
/// 1.0.1 knows the separators `.`, `_` and `-`; since 1.1 a separator may also be `__` or any run
/// of hyphens.
pub fn is_repository(text: &str, version: SpecVersion) -> bool {
    text.split('/').all(|component| is_component(component, version))
}

/// Whether a text is a tag.
pub fn is_tag(text: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= TAG_LIMIT
        && text.bytes().next().is_some_and(is_first)
        && text.bytes().all(|byte| is_first(byte) || matches!(byte, b'.' | b'-'))
}

fn is_component(component: &str, version: SpecVersion) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |separator: &str| match separator {
        "." | "_" | "-" => true,
        "__" => version >= SpecVersion::V1_1_1,
        run => version >= SpecVersion::V1_1_1 && run.bytes().all(|byte| byte == b'-'),
    };
    let mut separators = component.split(is_letter).filter(|separator| !separator.is_empty());
    component.starts_with(is_letter) && component.ends_with(is_letter) && separators.all(is_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories() {
        use SpecVersion::{V1_0_1, V1_1_1};
        for name in ["a", "0", "a/b/c/d/e", "a.b", "a_b", "a-b", "library/ubuntu", "a1.b2-c3"] {
            assert!(is_repository(name, V1_0_1) && is_repository(name, V1_1_1), "{name}");
        }
        for name in ["a__b", "a--b", "a-----b/c__d"] {
            assert!(!is_repository(name, V1_0_1) && is_repository(name, V1_1_1), "{name}");
        }
        for name in [
            "", "/", "a/", "/a", "a//b", "A", "a..b", "a___b", "a_-b", "a._b", ".a", "a-", "a+b", "ä", "a b",
            "..", "a\n", "a%2fb",
        ] {
            assert!(!is_repository(name, V1_0_1) && !is_repository(name, V1_1_1), "{name:?}");
        }
    }

    #[test]
    fn tags() {
        for tag in ["a", "_x", "A.b-c_9", "0", &"t".repeat(128)] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in ["", ".x", "-x", "a+b", "a b", "a:b", "ä", "a/b", &"t".repeat(129)] {
            assert!(!is_tag(tag), "{tag:?}");
        }
    }
}
