//! Digests: the name that content gives itself (descriptor.md, section "Digests").
//!
//! Tools turn digests into file names and URLs, and compare them byte for byte, so a parser that
//! forgives anything opens the door to path traversal and to two names for one blob. This one
//! follows the grammar over the whole string and says at which byte a text leaves it.
//!
//! Grammar and algorithm are apart, as in the specification: every digest keeps the grammar,
//! while only a registered algorithm also restricts what its encoded part looks like.

use std::fmt;

use crate::bytes;

pub use algorithm::{Algorithm, EncodedError, Hasher, digest_of};
pub(crate) use sha256::Sha256;

mod algorithm;
mod sha256;

/// A digest that keeps the grammar, borrowed from the text it was read from.
///
/// That its algorithm is known, or its encoded part right for it, is a further question:
/// see [`Algorithm::registered`] and [`Algorithm::check_encoded`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest<'a> {
    text: &'a str,
    colon: usize,
}

impl<'a> Digest<'a> {
    /// Reads a digest; the whole text has to match the grammar, to its last byte.
    ///
    /// The error is the leftmost: the first byte after which no digest can follow.
    pub fn parse(text: &'a str) -> Result<Self, DigestError> {
        let colon = scan_algorithm(text)?;
        let encoded = colon + 1;
        if encoded == text.len() {
            return Err(DigestError::EmptyEncoded { offset: encoded });
        }
        let rest = &text.as_bytes()[encoded..];
        if bytes::all(rest, is_encoded) {
            return Ok(Digest { text, colon });
        }
        let at = rest.iter().take_while(|&&byte| is_encoded(byte)).count();
        Err(DigestError::EncodedCharacter { offset: encoded + at })
    }

    /// The part before the colon, such as `sha256` or `multihash+base58`.
    pub fn algorithm(&self) -> &'a str {
        &self.text[..self.colon]
    }

    /// The part after the colon.
    pub fn encoded(&self) -> &'a str {
        &self.text[self.colon + 1..]
    }

    /// The digest as it was written.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The byte at which the encoded part starts; offsets of [`EncodedError`] count from here.
    pub fn encoded_offset(&self) -> usize {
        self.colon + 1
    }
}

impl fmt::Debug for Digest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:?})", self.text)
    }
}

impl fmt::Display for Digest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// What keeps a text from being a digest, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text ends before a colon; the offset is its end.
    #[error("no colon between algorithm and encoded part (byte {offset})")]
    NoColon {
        /// Where the colon is missing.
        offset: usize,
    },
    /// The text starts with the colon.
    #[error("the algorithm is empty (byte {offset})")]
    EmptyAlgorithm {
        /// Always the start.
        offset: usize,
    },
    /// A separator without letters or digits on both its sides.
    #[error("a component of the algorithm is empty (byte {offset})")]
    EmptyComponent {
        /// Where the component is missing.
        offset: usize,
    },
    /// A character that has no place in an algorithm: upper case, a slash, anything not ASCII.
    #[error("a character that an algorithm cannot have (byte {offset})")]
    AlgorithmCharacter {
        /// The character's first byte.
        offset: usize,
    },
    /// Nothing follows the colon.
    #[error("the encoded part is empty (byte {offset})")]
    EmptyEncoded {
        /// The end of the text.
        offset: usize,
    },
    /// A character that has no place in an encoded part: a dot, a slash, a second colon.
    #[error("a character that an encoded part cannot have (byte {offset})")]
    EncodedCharacter {
        /// The character's first byte.
        offset: usize,
    },
}

impl DigestError {
    /// The byte at which the text leaves the grammar.
    pub fn offset(&self) -> usize {
        match *self {
            DigestError::NoColon { offset }
            | DigestError::EmptyAlgorithm { offset }
            | DigestError::EmptyComponent { offset }
            | DigestError::AlgorithmCharacter { offset }
            | DigestError::EmptyEncoded { offset }
            | DigestError::EncodedCharacter { offset } => offset,
        }
    }
}

/// Reads the algorithm and says where its colon is.
fn scan_algorithm(text: &str) -> Result<usize, DigestError> {
    let mut in_component = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => in_component = true,
            b'+' | b'.' | b'_' | b'-' if in_component => in_component = false,
            b':' if in_component => return Ok(offset),
            b':' if offset == 0 => return Err(DigestError::EmptyAlgorithm { offset }),
            b':' | b'+' | b'.' | b'_' | b'-' => return Err(DigestError::EmptyComponent { offset }),
            _ => return Err(DigestError::AlgorithmCharacter { offset }),
        }
    }
    Err(DigestError::NoColon { offset: text.len() })
}

fn is_encoded(byte: u8) -> bool {
    bytes::is_letter_or_digit(byte) | (byte == b'=') | (byte == b'_') | (byte == b'-')
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn check(text: &str, wanted: Result<(&str, &str), DigestError>) {
        let found = Digest::parse(text);
        let parts = found.map(|digest| (digest.algorithm(), digest.encoded()));
        assert_eq!(parts, wanted, "{text:?}");
        if let Ok(digest) = found {
            assert_eq!(digest.as_str(), text);
            assert_eq!(digest.to_string(), text);
            assert_eq!(&text[digest.encoded_offset()..], digest.encoded());
        }
    }

    #[test]
    fn grammar() {
        use DigestError::*;
        check("sha256:ab", Ok(("sha256", "ab")));
        check("a:A", Ok(("a", "A")));
        check("multihash+base58:QmRZ", Ok(("multihash+base58", "QmRZ")));
        check("sha256+b64u:LC_x-9=", Ok(("sha256+b64u", "LC_x-9=")));
        check("a.b_c-d+0:=", Ok(("a.b_c-d+0", "=")));
        check("a:-", Ok(("a", "-")));

        check("", Err(NoColon { offset: 0 }));
        check("sha256", Err(NoColon { offset: 6 }));
        check("sha256+", Err(NoColon { offset: 7 }));
        check(":ab", Err(EmptyAlgorithm { offset: 0 }));
        check("+a:ab", Err(EmptyComponent { offset: 0 }));
        check("a+:ab", Err(EmptyComponent { offset: 2 }));
        check("a+.b:ab", Err(EmptyComponent { offset: 2 }));
        check("a--b:ab", Err(EmptyComponent { offset: 2 }));
        check("SHA256:ab", Err(AlgorithmCharacter { offset: 0 }));
        check("sha256 :ab", Err(AlgorithmCharacter { offset: 6 }));
        check(" sha256:ab", Err(AlgorithmCharacter { offset: 0 }));
        check("../a:ab", Err(EmptyComponent { offset: 0 }));
        check("a/b:ab", Err(AlgorithmCharacter { offset: 1 }));
        check("a=b:ab", Err(AlgorithmCharacter { offset: 1 }));
        check("shä:ab", Err(AlgorithmCharacter { offset: 2 }));
        check("a:", Err(EmptyEncoded { offset: 2 }));
        check("a:b:c", Err(EncodedCharacter { offset: 3 }));
        check("a:b.c", Err(EncodedCharacter { offset: 3 }));
        check("a:../b", Err(EncodedCharacter { offset: 2 }));
        check("a:b+c", Err(EncodedCharacter { offset: 3 }));
        check("a:b\n", Err(EncodedCharacter { offset: 3 }));
        check("a:bé", Err(EncodedCharacter { offset: 3 }));
        check("a:b\0", Err(EncodedCharacter { offset: 3 }));
        assert_eq!(Digest::parse("a:b:c").unwrap_err().offset(), 3);
    }

    proptest! {
        #[test]
        fn agrees_with_the_grammar_as_a_pattern(
            text in "(sha256|a|B|0|[+._-]|:|:|=|/|é|\n| ){0,8}"
        ) {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
                Regex::new(r"\A[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+\z").unwrap()
            });
            let found = Digest::parse(&text);
            prop_assert_eq!(found.is_ok(), PATTERN.is_match(&text));
            if let Err(error) = found {
                prop_assert!(text.is_char_boundary(error.offset()));
            }
        }
    }
}
