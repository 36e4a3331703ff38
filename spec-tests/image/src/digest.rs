//! Digests: the name that content gives itself (descriptor.md, section "Digests").
//!
//! Tools turn digests into file names and URLs, and compare them byte for byte, so a parser that
//! forgives anything opens the door to path traversal and to two names for one blob. This one
//! follows the grammar over the whole string and says at which byte a text leaves it.
//!
//! Grammar and algorithm are apart, as in the specification: every digest keeps the grammar,
//! while only a registered algorithm also restricts what its encoded part looks like.

use std::fmt;
use std::io;

use sha2::Digest as _;

use crate::spec::SpecVersion;

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
        match text.as_bytes()[encoded..].iter().position(|&byte| !is_encoded(byte)) {
            Some(at) => Err(DigestError::EncodedCharacter { offset: encoded + at }),
            None => Ok(Digest { text, colon }),
        }
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

/// An algorithm that a version of the specification registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256, the one that every implementation verifies.
    Sha256,
    /// SHA-512.
    Sha512,
    /// BLAKE3 with 256 bits of output, registered after 1.1.1.
    Blake3,
}

impl Algorithm {
    /// Every algorithm, in the order of the specification's table.
    pub const ALL: [Algorithm; 3] = [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Blake3];

    /// The algorithm registered under a name in a version, if there is one.
    ///
    /// A name that is not registered is no error: digests of unknown algorithms stay valid.
    pub fn registered(name: &str, version: SpecVersion) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name && algorithm.since() <= version)
    }

    /// The identifier used in digests.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
            Algorithm::Blake3 => "blake3",
        }
    }

    /// The first version that registers the algorithm.
    pub const fn since(self) -> SpecVersion {
        match self {
            Algorithm::Sha256 | Algorithm::Sha512 => SpecVersion::V1_0_2,
            Algorithm::Blake3 => SpecVersion::Dev,
        }
    }

    /// How many characters the encoded part has.
    pub const fn encoded_len(self) -> usize {
        match self {
            Algorithm::Sha256 | Algorithm::Blake3 => 64,
            Algorithm::Sha512 => 128,
        }
    }

    /// Whether an encoded part is lower-case hexadecimal of the algorithm's exact length.
    ///
    /// A wrong character is told before a wrong length, because it says more about the cause.
    pub fn check_encoded(self, encoded: &str) -> Result<(), EncodedError> {
        for (offset, byte) in encoded.bytes().enumerate() {
            match byte {
                b'0'..=b'9' | b'a'..=b'f' => {}
                b'A'..=b'F' => return Err(EncodedError::Uppercase { offset }),
                _ => return Err(EncodedError::NotHex { offset }),
            }
        }
        if encoded.len() == self.encoded_len() {
            Ok(())
        } else {
            Err(EncodedError::Length { found: encoded.len(), wanted: self.encoded_len() })
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong with the encoded part of a registered algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodedError {
    /// Too few or too many characters.
    #[error("{found} hexadecimal characters where {wanted} are wanted")]
    Length {
        /// The characters there are.
        found: usize,
        /// The characters the algorithm wants.
        wanted: usize,
    },
    /// One of `A` to `F`, which would give one content two names.
    #[error("an upper-case hexadecimal character (byte {offset} of the encoded part)")]
    Uppercase {
        /// Counted from the start of the encoded part.
        offset: usize,
    },
    /// No hexadecimal character at all.
    #[error("not a hexadecimal character (byte {offset} of the encoded part)")]
    NotHex {
        /// Counted from the start of the encoded part.
        offset: usize,
    },
}

/// The digest of some bytes under a registered algorithm.
pub fn digest_of(algorithm: Algorithm, bytes: &[u8]) -> String {
    let mut hasher = Hasher::new(algorithm);
    hasher.update(bytes);
    hasher.finish()
}

/// Digests content as it streams by, in constant memory.
#[derive(Debug, Clone)]
pub struct Hasher(State);

#[derive(Debug, Clone)]
enum State {
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
    // Boxed: its state is ten times the size of the others'.
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        Hasher(match algorithm {
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
            Algorithm::Blake3 => State::Blake3(Box::new(blake3::Hasher::new())),
        })
    }

    /// The algorithm this hasher was made for.
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            State::Sha256(_) => Algorithm::Sha256,
            State::Sha512(_) => Algorithm::Sha512,
            State::Blake3(_) => Algorithm::Blake3,
        }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
            State::Blake3(state) => {
                state.update(bytes);
            }
        }
    }

    /// The digest of everything seen, as `algorithm:encoded`.
    pub fn finish(self) -> String {
        let algorithm = self.algorithm();
        match self.0 {
            State::Sha256(state) => spell(algorithm, &state.finalize()),
            State::Sha512(state) => spell(algorithm, &state.finalize()),
            State::Blake3(state) => spell(algorithm, state.finalize().as_bytes()),
        }
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Joins the algorithm's name and the hexadecimal form of its output.
fn spell(algorithm: Algorithm, output: &[u8]) -> String {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let name = algorithm.name();
    let mut text = String::with_capacity(name.len() + 1 + 2 * output.len());
    text.push_str(name);
    text.push(':');
    for byte in output {
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 15)]));
    }
    text
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
    byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use std::io::Write;
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

    #[test]
    fn registration() {
        use SpecVersion::*;
        for version in SpecVersion::ALL {
            let registered = |name| Algorithm::registered(name, version);
            assert_eq!(registered("sha256"), Some(Algorithm::Sha256));
            assert_eq!(registered("sha512"), Some(Algorithm::Sha512));
            assert_eq!(registered("SHA256"), None);
            assert_eq!(registered("sha384"), None);
            assert_eq!(registered("sha256+b64u"), None);
            assert_eq!(registered("blake3").is_some(), version == Dev);
        }
        assert_eq!(Algorithm::registered("blake3", V1_1_1), None);
    }

    #[test]
    fn encoded() {
        fn check(algorithm: Algorithm, encoded: &str, wanted: Result<(), EncodedError>) {
            assert_eq!(algorithm.check_encoded(encoded), wanted, "{encoded:?}");
        }
        use Algorithm::*;
        use EncodedError::*;
        let hex = "0123456789abcdef".repeat(16);
        check(Sha256, &hex[..64], Ok(()));
        check(Blake3, &hex[..64], Ok(()));
        check(Sha512, &hex[..128], Ok(()));
        let length = |found, wanted| Err(Length { found, wanted });
        check(Sha256, &hex[..63], length(63, 64));
        check(Sha256, &hex[..65], length(65, 64));
        check(Sha256, "", length(0, 64));
        check(Blake3, &hex[..128], length(128, 64));
        check(Sha512, &hex[..64], length(64, 128));
        check(Sha512, &hex[..129], length(129, 128));
        check(Sha256, &hex[..64].replace('f', "F"), Err(Uppercase { offset: 15 }));
        check(Sha256, &hex[..64].replace('f', "g"), Err(NotHex { offset: 15 }));
        check(Sha256, &hex[..64].replace('f', "G"), Err(NotHex { offset: 15 }));
        check(Sha256, &hex[..64].replace('0', "="), Err(NotHex { offset: 0 }));
    }

    #[test]
    fn published_vectors() {
        fn check(algorithm: Algorithm, bytes: &[u8], wanted: &str) {
            let found = digest_of(algorithm, bytes);
            assert_eq!(found, wanted);
            let digest = Digest::parse(&found).unwrap();
            assert_eq!(digest.algorithm(), algorithm.to_string());
            assert_eq!(algorithm.check_encoded(digest.encoded()), Ok(()));
        }
        check(
            Algorithm::Sha256,
            b"abc",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        );
        check(
            Algorithm::Sha512,
            b"abc",
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        );
        check(
            Algorithm::Blake3,
            b"",
            "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        );
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

        #[test]
        fn streaming_changes_nothing(bytes: Vec<u8>, cut: prop::sample::Index) {
            let cut = cut.index(bytes.len() + 1);
            for algorithm in Algorithm::ALL {
                let mut hasher = Hasher::new(algorithm);
                hasher.write_all(&bytes[..cut]).unwrap();
                hasher.flush().unwrap();
                hasher.update(&bytes[cut..]);
                prop_assert_eq!(hasher.algorithm(), algorithm);
                prop_assert_eq!(hasher.finish(), digest_of(algorithm, &bytes));
            }
        }
    }
}
