//! What a reader lists of an archive.

use std::fmt;
use std::io::Read;

use seaworthy_image::tar::EntryKind;
use sha2::{Digest, Sha256};

/// What a reader lists of an archive, up to where it stops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entries, in their order.
    pub entries: Vec<Listed>,
    /// In the reader's own words, why it goes no further; `None` if it comes to an end that suits it.
    pub refusal: Option<String>,
}

/// One entry, as a reader lists it.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path, without slashes at its end: some readers take them away, and some add one.
    pub path: Vec<u8>,
    /// What it is. [`EntryKind::Other`] is a file to those who follow POSIX.1, so the two are not told apart.
    pub kind: EntryKind,
    /// Of a file, how many bytes it has; `None` for everything else.
    pub size: Option<u64>,
    /// Of a link, its target; empty for everything else.
    pub link: Vec<u8>,
    /// The SHA-256 of a file's content; `None` if it was not read, or is too long to be.
    pub content: Option<[u8; 32]>,
}

impl Listed {
    /// An entry without content. What does not belong to its kind is left out.
    pub fn new(path: &[u8], kind: EntryKind, size: u64, link: &[u8]) -> Listed {
        let end = path.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
        let is_link = matches!(kind, EntryKind::Symlink | EntryKind::HardLink);
        Listed {
            path: path[..end].to_vec(),
            kind,
            size: is_file(kind).then_some(size),
            link: if is_link { link.to_vec() } else { Vec::new() },
            content: None,
        }
    }

    /// The same with the digest of its content, if it is a file of up to `most` bytes that can be read.
    pub fn with_content(mut self, content: impl Read, most: u64) -> Listed {
        if self.size.is_some_and(|size| size <= most) {
            self.content = digest(content, most);
        }
        self
    }

    /// What it is in one letter, as `tar -tv` has it.
    pub fn letter(&self) -> char {
        match self.kind {
            EntryKind::File | EntryKind::Other(_) => '-',
            EntryKind::HardLink => 'h',
            EntryKind::Symlink => 'l',
            EntryKind::CharDevice => 'c',
            EntryKind::BlockDevice => 'b',
            EntryKind::Directory => 'd',
            EntryKind::Fifo => 'p',
        }
    }
}

/// Whether entries of this kind are files, for those who follow POSIX.1.
pub fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::File | EntryKind::Other(_))
}

/// The SHA-256 of what can be read; `None` if that fails, or is more than `most` bytes.
pub fn digest(content: impl Read, most: u64) -> Option<[u8; 32]> {
    let mut bytes = Vec::new();
    content.take(most.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= most).then(|| Sha256::digest(&bytes).into())
}

impl fmt::Display for Listed {
    /// One line, with every byte that is not plain ASCII escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.size.map_or("-".to_owned(), |size| size.to_string());
        write!(f, "{} {size} {}", self.letter(), self.path.escape_ascii())?;
        if !self.link.is_empty() {
            write!(f, " -> {}", self.link.escape_ascii())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
