//! The `tar` crate.

use std::io::Read;

use seaworthy_image::tar::EntryKind;
use tar::EntryType;

use crate::listing::{Listed, Listing};
use crate::{Limits, Reader};

/// The `tar` crate.
#[derive(Debug, Clone, Copy)]
pub struct Tar;

impl Reader for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn version(&self) -> &'static str {
        "0.4.46"
    }

    fn list(&self, archive: &[u8], limits: &Limits) -> Listing {
        let mut listing = Listing::default();
        let mut archive = tar::Archive::new(archive);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return Listing { refusal: Some(error.to_string()), ..listing },
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    listing.refusal = Some(error.to_string());
                    break;
                }
            };
            let link = entry.link_name_bytes().unwrap_or_default().into_owned();
            let kind = kind(entry.header().entry_type());
            let listed = Listed::new(&entry.path_bytes(), kind, entry.size(), &link);
            listing.entries.push(listed.with_content(entry.by_ref(), limits.content));
            if listing.entries.len() as u64 > limits.archive.entries {
                break;
            }
        }
        listing
    }
}

fn kind(kind: EntryType) -> EntryKind {
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => EntryKind::File,
        EntryType::Link => EntryKind::HardLink,
        EntryType::Symlink => EntryKind::Symlink,
        EntryType::Char => EntryKind::CharDevice,
        EntryType::Block => EntryKind::BlockDevice,
        EntryType::Directory => EntryKind::Directory,
        EntryType::Fifo => EntryKind::Fifo,
        other => EntryKind::Other(other.as_byte()),
    }
}
