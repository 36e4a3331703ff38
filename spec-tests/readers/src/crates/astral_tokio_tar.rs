//! The `astral-tokio-tar` crate.

use seaworthy_image::tar::EntryKind;
use tokio::io::AsyncReadExt;
use tokio_stream::StreamExt;
use tokio_tar::EntryType;

use crate::listing::{Listed, Listing};
use crate::{Limits, Reader};

/// The `astral-tokio-tar` crate.
#[derive(Debug, Clone, Copy)]
pub struct AstralTokioTar;

impl Reader for AstralTokioTar {
    fn name(&self) -> &'static str {
        "astral-tokio-tar"
    }

    fn version(&self) -> &'static str {
        "0.7.0"
    }

    fn list(&self, archive: &[u8], limits: &Limits) -> Listing {
        // On this thread, and without timers or a network: memory is always ready.
        match tokio::runtime::Builder::new_current_thread().build() {
            Ok(runtime) => runtime.block_on(list(archive, limits)),
            Err(error) => Listing { entries: Vec::new(), refusal: Some(error.to_string()) },
        }
    }
}

async fn list(archive: &[u8], limits: &Limits) -> Listing {
    let mut listing = Listing::default();
    let mut archive = tokio_tar::Archive::new(archive);
    let mut entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return Listing { refusal: Some(error.to_string()), ..listing },
    };
    while let Some(entry) = entries.next().await {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Listing { refusal: Some(error.to_string()), ..listing },
        };
        let kind = kind(entry.header().entry_type());
        let names = (entry.path_bytes(), entry.link_name_bytes());
        let (path, link) = match names {
            (Ok(path), Ok(link)) => (path.into_owned(), link.unwrap_or_default().into_owned()),
            (Err(error), _) | (_, Err(error)) => {
                return Listing { refusal: Some(error.to_string()), ..listing };
            }
        };
        let mut listed = Listed::new(&path, kind, entry.effective_size(), &link);
        if listed.size.is_some_and(|size| size <= limits.content) {
            let mut content = Vec::new();
            if (&mut entry).take(limits.content + 1).read_to_end(&mut content).await.is_ok() {
                listed = listed.with_content(&content[..], limits.content);
            }
        }
        listing.entries.push(listed);
        if listing.entries.len() as u64 > limits.archive.entries {
            break;
        }
    }
    listing
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
