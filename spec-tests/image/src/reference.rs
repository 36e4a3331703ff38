//! Names of images: `ref.name` in a layout, and references as registries have them.
//!
//! Both stand in annotations.md, section "Pre-Defined Annotation Keys". `ref.name` has a grammar
//! of its own, and an advised character set that is wider than the grammar. `base.name` is a
//! reference in the format of the distribution project, at the commit that the section links to.

pub use ref_name::{RefNameError, check_ref_name, outside_ref_name_charset};

use crate::digest::Digest;

mod ref_name;

/// An image reference: `[domain/]path[:tag][@digest]`.
///
/// Hosts that are IPv6 addresses came to the distribution project after the linked commit. They
/// are read here too, and [`ImageReference::has_ipv6_host`] tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageReference<'a> {
    domain: Option<&'a str>,
    path: &'a str,
    tag: Option<&'a str>,
    digest: Option<Digest<'a>>,
}

impl<'a> ImageReference<'a> {
    /// The longest that domain and path may be together.
    pub const NAME_LIMIT: usize = 255;
    /// The longest that a tag may be.
    pub const TAG_LIMIT: usize = 128;

    /// Reads a reference, to the last byte of the text.
    pub fn parse(text: &'a str) -> Result<Self, ReferenceError> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(parse_digest(digest, rest.len() + 1)?)),
            None => (text, None),
        };
        // Ports are in the first segment of several, so a colon in the last one starts a tag.
        let last_segment = rest.rfind('/').unwrap_or(0);
        let (name, tag) = match rest[last_segment..].find(':') {
            Some(at) => {
                let colon = last_segment + at;
                let tag = &rest[colon + 1..];
                check_tag(tag, colon + 1)?;
                (&rest[..colon], Some(tag))
            }
            None => (rest, None),
        };
        let (domain, path) = match name.split_once('/') {
            Some((first, path)) if is_domain(first) => (Some(first), path),
            _ => (None, name),
        };
        check_path(path, name.len() - path.len())?;
        if name.len() > Self::NAME_LIMIT {
            let offset = Self::NAME_LIMIT;
            return Err(ReferenceError::NameTooLong { offset });
        }
        Ok(ImageReference { domain, path, tag, digest })
    }

    /// The first segment, if it has the form of a domain and is not the only one.
    ///
    /// The grammar takes `my-org` in `my-org/image` for a domain too; whether tools do is told by
    /// [`ImageReference::is_fully_qualified`].
    pub fn domain(&self) -> Option<&'a str> {
        self.domain
    }

    /// The segments after the domain.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The tag, without its colon.
    pub fn tag(&self) -> Option<&'a str> {
        self.tag
    }

    /// The digest, without its `@`.
    pub fn digest(&self) -> Option<Digest<'a>> {
        self.digest
    }

    /// Whether the reference names its registry, so that no tool puts its default before it.
    ///
    /// A first segment is a registry if it has a dot or a colon, is `localhost`, or has a letter
    /// in upper case, which no repository can have.
    pub fn is_fully_qualified(&self) -> bool {
        self.domain.is_some_and(|domain| {
            domain == "localhost"
                || domain.bytes().any(|byte| matches!(byte, b'.' | b':') || byte.is_ascii_uppercase())
        })
    }

    /// Whether the host is an IPv6 address in brackets.
    pub fn has_ipv6_host(&self) -> bool {
        self.domain.is_some_and(|domain| domain.starts_with('['))
    }
}

/// What keeps a text from being an image reference, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// A segment that is no path component, nor a domain in the first place.
    #[error("not a component of a repository's path (byte {offset})")]
    Path {
        /// The first byte that does not fit.
        offset: usize,
    },
    /// Domain and path are longer than [`ImageReference::NAME_LIMIT`].
    #[error("a name of more than 255 characters (byte {offset})")]
    NameTooLong {
        /// The first character that is too many.
        offset: usize,
    },
    /// The tag is empty, too long, or has a character that tags do not have.
    #[error("not a tag (byte {offset})")]
    Tag {
        /// The first byte that does not fit.
        offset: usize,
    },
    /// The digest is not one, or not one that the format allows: it is narrower than
    /// descriptor.md and wants components that start with a letter, and at least 32 hexadecimal
    /// characters.
    #[error("not a digest (byte {offset})")]
    Digest {
        /// The first byte that does not fit.
        offset: usize,
    },
}

impl ReferenceError {
    /// The byte at which the text leaves the format.
    pub fn offset(&self) -> usize {
        match *self {
            ReferenceError::Path { offset }
            | ReferenceError::NameTooLong { offset }
            | ReferenceError::Tag { offset }
            | ReferenceError::Digest { offset } => offset,
        }
    }
}

fn parse_digest(text: &str, start: usize) -> Result<Digest<'_>, ReferenceError> {
    let fail = |at: usize| ReferenceError::Digest { offset: start + at };
    let digest = Digest::parse(text).map_err(|error| fail(error.offset()))?;
    let mut starts_component = true;
    for (at, byte) in digest.algorithm().bytes().enumerate() {
        if starts_component && byte.is_ascii_digit() {
            return Err(fail(at));
        }
        starts_component = !byte.is_ascii_alphanumeric();
    }
    let encoded = digest.encoded();
    match encoded.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
        Some(at) => Err(fail(digest.encoded_offset() + at)),
        None if encoded.len() < 32 => Err(fail(text.len())),
        None => Ok(digest),
    }
}

fn check_tag(tag: &str, start: usize) -> Result<(), ReferenceError> {
    let fail = |at: usize| Err(ReferenceError::Tag { offset: start + at });
    if tag.is_empty() {
        return fail(0);
    }
    for (at, byte) in tag.bytes().enumerate() {
        let word = byte.is_ascii_alphanumeric() || byte == b'_';
        if !(word || at > 0 && matches!(byte, b'.' | b'-')) || at == ImageReference::TAG_LIMIT {
            return fail(at);
        }
    }
    Ok(())
}

fn is_domain(text: &str) -> bool {
    let port_start = match text.strip_prefix('[') {
        Some(_) => {
            let Some(bracket) = text.find(']') else {
                return false;
            };
            let address = &text[1..bracket];
            let fits = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
            if address.is_empty() || !address.bytes().all(fits) {
                return false;
            }
            bracket + 1
        }
        None => {
            let end = text.find(':').unwrap_or(text.len());
            if !text[..end].split('.').all(is_domain_component) {
                return false;
            }
            end
        }
    };
    let rest = &text[port_start..];
    rest.is_empty()
        || rest
            .strip_prefix(':')
            .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_domain_component(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Checks components joined by slashes: runs of lower-case letters and digits, joined by a dot,
/// one or two underscores, or any number of dashes.
fn check_path(path: &str, start: usize) -> Result<(), ReferenceError> {
    let bytes = path.as_bytes();
    let mut at = 0;
    loop {
        let run = at;
        while bytes.get(at).is_some_and(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')) {
            at += 1;
        }
        if at == run {
            return Err(ReferenceError::Path { offset: start + at });
        }
        at += match bytes.get(at) {
            None => return Ok(()),
            Some(b'/' | b'.') => 1,
            Some(b'_') if bytes.get(at + 1) == Some(&b'_') => 2,
            Some(b'_') => 1,
            Some(b'-') => bytes[at..].iter().take_while(|&&byte| byte == b'-').count(),
            Some(_) => return Err(ReferenceError::Path { offset: start + at }),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    type Parts<'a> = (Option<&'a str>, &'a str, Option<&'a str>, bool);

    fn check(text: &str, wanted: Result<Parts<'_>, ReferenceError>) {
        let found = ImageReference::parse(text);
        let parts = found.map(|found| {
            let qualified = found.is_fully_qualified();
            (found.domain(), found.path(), found.tag(), qualified)
        });
        assert_eq!(parts, wanted, "{text:?}");
    }

    #[test]
    fn references() {
        check("a", Ok((None, "a", None, false)));
        check("a:B_1.-", Ok((None, "a", Some("B_1.-"), false)));
        check("a/b:c", Ok((Some("a"), "b", Some("c"), false)));
        check("a__b/c---d.e_f", Ok((None, "a__b/c---d.e_f", None, false)));
        check("a.b/c", Ok((Some("a.b"), "c", None, true)));
        check("a:1/c:2", Ok((Some("a:1"), "c", Some("2"), true)));
        check("localhost/c", Ok((Some("localhost"), "c", None, true)));
        check("localhost:5000", Ok((None, "localhost", Some("5000"), false)));
        check("HOST/c", Ok((Some("HOST"), "c", None, true)));
        check("[::1]:5/c", Ok((Some("[::1]:5"), "c", None, true)));
        let registry = Some("registry.example.com");
        let path = "my-org/my-image";
        let text = "registry.example.com/my-org/my-image:tag";
        check(text, Ok((registry, path, Some("tag"), true)));

        let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
        let text = format!("{text}@{digest}");
        check(&text, Ok((registry, path, Some("tag"), true)));
        let found = ImageReference::parse(&text).unwrap();
        assert_eq!(found.digest().map(|digest| digest.as_str()), Some(&digest[..]));
        assert!(!found.has_ipv6_host());
        assert!(ImageReference::parse("[::1]/c").unwrap().has_ipv6_host());
    }

    #[test]
    fn broken_references() {
        use ReferenceError::*;
        check("", Err(Path { offset: 0 }));
        check("Foo", Err(Path { offset: 0 }));
        check("Foo/Bar", Err(Path { offset: 4 }));
        check("http://x/y", Err(Path { offset: 4 }));
        check("a/", Err(Path { offset: 2 }));
        check("/a", Err(Path { offset: 0 }));
        check("a//b", Err(Path { offset: 2 }));
        check("a___b", Err(Path { offset: 3 }));
        check("a..b", Err(Path { offset: 2 }));
        check("a-", Err(Path { offset: 2 }));
        check("-a/b", Err(Path { offset: 0 }));
        check("a:x/b", Err(Path { offset: 1 }));
        check("[::1/b", Err(Path { offset: 0 }));
        check("[]/b", Err(Path { offset: 0 }));
        check("[::g]/b", Err(Path { offset: 0 }));
        check("[::1]x/b", Err(Path { offset: 0 }));
        check("a b", Err(Path { offset: 1 }));
        check("a\n", Err(Path { offset: 1 }));
        check("a:", Err(Tag { offset: 2 }));
        check("a:.b", Err(Tag { offset: 2 }));
        check("a:b:c", Err(Tag { offset: 3 }));
        check("a:b:c@d", Err(Digest { offset: 7 }));
        check("a:é", Err(Tag { offset: 2 }));
        check("a@", Err(Digest { offset: 2 }));
        check("a@sha256:abc", Err(Digest { offset: 12 }));
        let hex = "0".repeat(32);
        check(&format!("a@1a:{hex}"), Err(Digest { offset: 2 }));
        check(&format!("a@a+1:{hex}"), Err(Digest { offset: 4 }));
        check(&format!("a@a:{hex}g"), Err(Digest { offset: 36 }));
        check(&format!("a@a:{hex}@b"), Err(Digest { offset: 36 }));
        check(&format!("a@a:{}", &hex[1..]), Err(Digest { offset: 35 }));

        let name = "a".repeat(255);
        let tag = "t".repeat(128);
        check(&format!("{name}:{tag}"), Ok((None, &name, Some(&tag), false)));
        check(&format!("{name}a:{tag}"), Err(NameTooLong { offset: 255 }));
        check(&format!("a:{tag}t"), Err(Tag { offset: 130 }));
        check(&format!("a@a:{hex}"), Ok((None, "a", None, false)));
        for (text, offset) in [("a b", 1), (&format!("{name}a"), 255), ("a:.b", 2), ("a@", 2)] {
            assert_eq!(ImageReference::parse(text).unwrap_err().offset(), offset, "{text}");
        }
    }

    proptest! {
        #[test]
        fn references_agree_with_the_grammar_as_a_pattern(
            text in "(a|Z|0|-|--|[._]|__|:|@|/|é|\\[::1\\]|localhost|@a:[0-9a]{31,33}){0,8}"
        ) {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
                let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
                let host = format!(r"(?:{label}(?:\.{label})*|\[[0-9a-fA-F:]+\])");
                let component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
                let path = format!("({component}(?:/{component})*)");
                let tag = "([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})";
                let digest = "([a-z][a-z0-9]*(?:[+._-][a-z][a-z0-9]*)*:[0-9a-fA-F]{32,})";
                let pattern = format!(r"\A(?:({host}(?::[0-9]+)?)/)?{path}(?::{tag})?(?:@{digest})?\z");
                Regex::new(&pattern).unwrap()
            });
            let found = ImageReference::parse(&text);
            let wanted = PATTERN.captures(&text);
            prop_assert_eq!(found.is_ok(), wanted.is_some());
            if let (Ok(found), Some(wanted)) = (found, wanted) {
                let group = |at| wanted.get(at).map(|group| group.as_str());
                prop_assert_eq!(found.domain(), group(1));
                prop_assert_eq!(Some(found.path()), group(2));
                prop_assert_eq!(found.tag(), group(3));
                prop_assert_eq!(found.digest().map(|digest| digest.as_str()), group(4));
            }
        }
    }
}
