//! The registered algorithms (descriptor.md, section "Registered Algorithms"): what their encoded
//! parts look like, and how they are computed.

use std::fmt;
use std::io;

use sha2::Digest as _;

use super::sha256::Sha256;
use crate::bytes;
use crate::spec::SpecVersion;

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
        if !bytes::all(encoded.as_bytes(), is_hexadecimal) {
            let offset = encoded.bytes().take_while(|&byte| is_hexadecimal(byte)).count();
            let is_upper_case = matches!(encoded.as_bytes().get(offset), Some(b'A'..=b'F'));
            return Err(match is_upper_case {
                true => EncodedError::Uppercase { offset },
                false => EncodedError::NotHex { offset },
            });
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
    Sha256(Sha256),
    Sha512(sha2::Sha512),
    // Boxed: its state is ten times the size of the others'.
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        Hasher(match algorithm {
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
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
            State::Sha256(state) => spell(algorithm, &state.finish()),
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

fn is_hexadecimal(byte: u8) -> bool {
    bytes::is_digit(byte) | (byte.wrapping_sub(b'a') < 6)
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

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
            let digest = crate::digest::Digest::parse(&found).unwrap();
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
