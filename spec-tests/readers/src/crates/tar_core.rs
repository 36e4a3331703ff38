//! The `tar-core` crate.

use seaworthy_image::tar::{BLOCK, EntryKind};
use tar_core::EntryType;
use tar_core::parse::{ParseEvent, ParsedEntry, Parser};

use crate::listing::{Listed, Listing};
use crate::{Limits, Reader};

/// The `tar-core` crate. It hands global headers to its caller, who drops them here.
#[derive(Debug, Clone, Copy)]
pub struct TarCore;

impl Reader for TarCore {
    fn name(&self) -> &'static str {
        "tar-core"
    }

    fn version(&self) -> &'static str {
        "0.1.0"
    }

    fn list(&self, archive: &[u8], limits: &Limits) -> Listing {
        let mut listing = Listing::default();
        let mut parser = Parser::with_defaults();
        let mut rest = archive;
        listing.refusal = loop {
            let (consumed, entry, size) = match parser.parse(rest) {
                Ok(ParseEvent::Entry { consumed, entry }) => (consumed, entry, None),
                Ok(ParseEvent::SparseEntry { consumed, entry, real_size, .. }) => {
                    (consumed, entry, Some(real_size))
                }
                Ok(ParseEvent::GlobalExtensions { consumed, .. }) => {
                    rest = rest.get(consumed..).unwrap_or_default();
                    continue;
                }
                Ok(ParseEvent::End { .. }) => break None,
                // It leaves it to its caller whether an archive may end without a mark.
                Ok(ParseEvent::NeedData { .. }) if rest.is_empty() => break None,
                Ok(ParseEvent::NeedData { min_bytes }) => {
                    break Some(format!("{min_bytes} bytes are missing"));
                }
                Err(error) => break Some(error.to_string()),
            };
            let data = rest.get(consumed..).unwrap_or_default();
            let stored = usize::try_from(entry.size).ok().and_then(|size| data.get(..size));
            let mut listed = listed(&entry, size);
            if let (Some(stored), None) = (stored, size) {
                listed = listed.with_content(stored, limits.content);
            }
            listing.entries.push(listed);
            let padded = entry.size.checked_next_multiple_of(BLOCK as u64);
            let next = padded.and_then(|padded| data.get(usize::try_from(padded).ok()?..));
            match next {
                Some(next) => rest = next,
                None => break Some("the content is cut short".to_owned()),
            }
            if listing.entries.len() as u64 > limits.archive.entries {
                break None;
            }
        };
        listing
    }
}

fn listed(entry: &ParsedEntry<'_>, real_size: Option<u64>) -> Listed {
    let link = entry.link_target.as_deref().unwrap_or_default();
    Listed::new(&entry.path, kind(entry.entry_type), real_size.unwrap_or(entry.size), link)
}

fn kind(kind: EntryType) -> EntryKind {
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GnuSparse => EntryKind::File,
        EntryType::Link => EntryKind::HardLink,
        EntryType::Symlink => EntryKind::Symlink,
        EntryType::Char => EntryKind::CharDevice,
        EntryType::Block => EntryKind::BlockDevice,
        EntryType::Directory => EntryKind::Directory,
        EntryType::Fifo => EntryKind::Fifo,
        other => EntryKind::Other(other.to_byte()),
    }
}
