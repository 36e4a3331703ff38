//! The content of a regular file.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use crate::digest::Sha256;

/// The content of a regular file: its length and SHA-256, and its bytes if they were kept.
///
/// Two contents are equal if their length and hash are, so that large layers can be compared
/// without holding them.
#[derive(Clone)]
pub struct Content {
    size: u64,
    sha256: [u8; 32],
    bytes: Option<Arc<[u8]>>,
}

impl Content {
    /// Content that is kept.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Content { size: bytes.len() as u64, sha256: Sha256::of(&bytes), bytes: Some(bytes) }
    }

    /// Content of which only this is known.
    pub fn hashed(size: u64, sha256: [u8; 32]) -> Self {
        Content { size, sha256, bytes: None }
    }

    /// Reads content to its end, and keeps it if it has at most `keep` bytes.
    ///
    /// # Errors
    ///
    /// The reader fails.
    pub fn read(mut reader: impl Read, keep: usize) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut kept = Vec::new();
        let mut size = 0;
        // No larger, since most files are small, and each of them comes here.
        let mut buffer = [0; 8 << 10];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(&buffer[..count]);
            size += count as u64;
            // One byte more than is kept, at most.
            let room = keep.saturating_add(1).saturating_sub(kept.len()).min(count);
            kept.extend_from_slice(&buffer[..room]);
        }
        let bytes = (size <= keep as u64).then(|| kept.into());
        Ok(Content { size, sha256: hasher.finish(), bytes })
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The SHA-256 of its bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Its bytes, if they were kept.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }
}

impl Default for Content {
    fn default() -> Self {
        Content::new([])
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Content::new(bytes)
    }
}

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Self {
        Content::new(bytes.as_slice())
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Content::new(text.as_bytes())
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.sha256 == other.sha256
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: u64 = 40;
        match &self.bytes {
            Some(bytes) if self.size <= SHOWN => write!(f, "b\"{}\"", bytes.escape_ascii()),
            _ => {
                write!(f, "{} bytes of sha256:", self.size)?;
                self.sha256.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails once, and ends.
    struct Fails(Option<io::ErrorKind>);

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            self.0.take().map_or(Ok(0), |kind| Err(kind.into()))
        }
    }

    #[test]
    fn content_is_kept_up_to_a_limit() {
        for (keep, is_kept) in [(4, false), (5, true), (6, true), (usize::MAX, true)] {
            let content = Content::read(b"hello".as_slice(), keep).unwrap();
            assert_eq!(content.bytes(), is_kept.then_some(&b"hello"[..]), "{keep}");
            assert_eq!(content, Content::from("hello"));
        }
        assert_eq!(Content::from(b"hello"), Content::from("hello"));
        assert_eq!(Content::from(&b"hello"[..]), Content::from("hello"));
        assert_eq!(Content::read(io::empty(), 0).unwrap(), Content::default());
        let interrupted = Fails(Some(io::ErrorKind::Interrupted));
        assert_eq!(Content::read(interrupted, 0).unwrap(), Content::default());
        let broken = Content::read(Fails(Some(io::ErrorKind::Other)), 0).unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::Other);
        assert_ne!(Content::from("hello"), Content::from("hallo"));
        assert_eq!(Content::hashed(5, *Content::from("hello").sha256()), Content::from("hello"));
    }
}
