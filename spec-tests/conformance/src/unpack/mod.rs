//! Unpacking layers into a directory, without ever leaving it.
//!
//! Layers go straight from their blobs to the directory, in constant memory. No link of the image is
//! followed, neither its own nor one that was there before; see `walk` for how. Nothing is written
//! outside a staging folder, and that takes the directory's place only once every layer is applied, and
//! the digest of every blob and the diff id of every layer are right: whatever goes wrong, there is no tree
//! that looks complete and is not.

mod attributes;
mod layer;
mod layers;
mod report;
mod staging;
mod target;
mod walk;

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use seaworthy_image::compression::StreamError;
use seaworthy_image::layer::Rest;
use seaworthy_image::layout::Storage;
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::{self, End, Reader};

use crate::printable::reason;

pub use layer::Layer;
pub use layers::{VERSION, layers};
pub use report::{NotKept, Places, Report};
pub use staging::Staging;
pub use target::{Made, Target, Whiteouts};

/// How far unpacking goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most entries of all layers together. The largest images in use have about a million.
    pub entries: u64,
    /// The most bytes of content of all layers together, to keep the disk from filling up.
    pub bytes: u64,
    /// How many times larger a layer may become by decompression, beyond the first 64 MiB. Programs and
    /// texts shrink to a tenth at best.
    pub ratio: u64,
    /// The longest path below the directory, in bytes: Linux takes 4,096 with the NUL at the end.
    pub path: usize,
    /// The most components of a path.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { entries: 8_000_000, bytes: 64 << 30, ratio: 200, path: 4095, depth: 2048 }
    }
}

/// Why there is no tree.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// A blob is not in the layout.
    #[error("the blob {0} is not in the layout")]
    Missing(String),
    /// A blob has other bytes than its digest says.
    #[error("the blob {expected} has the digest {found}")]
    Digest {
        /// What the descriptor says.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A blob has another size than its descriptor says.
    #[error("the blob {digest} has {found} bytes, but its descriptor says {expected}")]
    Size {
        /// The blob.
        digest: String,
        /// What the descriptor says.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// The content of a layer is not what the configuration says.
    #[error("the layer {digest} has the diff id {found}, but the configuration says {expected}")]
    DiffId {
        /// The layer's blob.
        digest: String,
        /// What the configuration says.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A layer that is not compressed as its media type says.
    #[error(
        "the layer {digest} is {found}, but its media type says {expected}",
        found = describe(.found), expected = describe(.expected)
    )]
    Compression {
        /// The layer's blob.
        digest: String,
        /// What its media type says.
        expected: Compression,
        /// What it is.
        found: Compression,
    },
    /// Compressed data that break or end too soon.
    #[error("the layer {0} is damaged or truncated: {1}")]
    Compressed(String, StreamError),
    /// Compressed data that are beyond a limit that no option raises.
    #[error("the layer {0} cannot be decompressed: it needs {1}")]
    Limit(String, StreamError),
    /// A layer that is no tar archive, or a damaged one.
    #[error("the layer {0} is damaged: {1}")]
    Archive(String, tar::Error),
    /// The content of a file cannot be read from the archive.
    #[error("the content of an entry cannot be read: {why}", why = reason(.0))]
    Read(io::Error),
    /// A blob cannot be read.
    #[error("the blob {0} cannot be read: {why}", why = reason(.1))]
    Blob(String, io::Error),
    /// The digest of a blob is in an algorithm that is not known.
    #[error("the digest {0} cannot be verified: its algorithm is not known")]
    Algorithm(String),
    /// The file system cannot be written.
    #[error("{:?} cannot be written: {why}", String::from_utf8_lossy(.0), why = reason(.1))]
    Write(Vec<u8>, io::Error),
    /// The directory cannot be made, or is not empty.
    #[error("{0}")]
    Place(String),
    /// There are too many entries.
    #[error("there are more than {0} entries; raise the limit with --max-entries")]
    Entries(u64),
    /// There is too much content.
    #[error("there are more than {0} bytes of content; raise the limit with --max-bytes")]
    Bytes(u64),
    /// A layer was compressed too well.
    #[error(
        "a layer grows to more than {0} times its compressed size, as only a decompression bomb does; if it is none, raise the limit with --max-ratio"
    )]
    Ratio(u64),
    /// A path is too long.
    #[error("there is a path of more than {0} bytes")]
    Path(usize),
    /// A path is too deep.
    #[error("there is a path with more than {0} components")]
    Depth(usize),
}

impl UnpackError {
    /// Whether the image is at fault, rather than a limit of ours, the system, or the way it was called.
    pub const fn is_the_images(&self) -> bool {
        matches!(
            self,
            UnpackError::Missing(_)
                | UnpackError::Digest { .. }
                | UnpackError::Size { .. }
                | UnpackError::DiffId { .. }
                | UnpackError::Compression { .. }
                | UnpackError::Compressed(..)
                | UnpackError::Archive(..)
                | UnpackError::Read(_)
        )
    }
}

/// Unpacks layers, base first, into a directory that does not exist yet or is empty.
///
/// While one layer is written, the next ones are read for their whiteouts, which have to act first.
///
/// # Errors
///
/// There is nothing in the directory then, nor beside it.
pub fn unpack(
    storage: &dyn Storage,
    layers: &[Layer],
    directory: &Path,
    limits: &Limits,
) -> Result<Made, UnpackError> {
    let staging = Staging::beside(directory)?;
    let (root, trash) = staging.folders()?;
    let mut target = Target::new(root, trash, *limits);
    // Below the first layer there is nothing that it could hide.
    let upper = layers.get(1..).unwrap_or_default();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (found, whiteouts) = mpsc::channel();
        let stop = &stop;
        scope.spawn(move || {
            upper.iter().all(|layer| found.send(layer.whiteouts(storage, limits, stop)).is_ok());
        });
        let mut apply = || {
            for (number, layer) in layers.iter().enumerate() {
                // The other thread sends one for each, and ends early only if this one has.
                let removed = match number {
                    0 => Ok(Whiteouts::default()),
                    _ => whiteouts.recv().unwrap_or_else(|_| Ok(Whiteouts::default())),
                };
                let removed = removed.and_then(|whiteouts| target.remove(&whiteouts));
                let ((), has_rest) = layer.read(storage, limits, |archive| {
                    removed?;
                    add(&mut target, layer, archive)
                })?;
                if has_rest {
                    target.ignored(layer, Rest::Stream);
                }
            }
            Ok(())
        };
        let applied = apply();
        stop.store(true, Ordering::Relaxed);
        applied
    })?;
    let made = target.finish()?;
    staging.keep()?;
    Ok(made)
}

/// Adds every entry of a layer to a tree.
fn add(target: &mut Target, layer: &Layer, archive: &mut dyn BufRead) -> Result<(), UnpackError> {
    let mut reader = Reader::new(archive, tar::Limits::default());
    let damaged = |error| UnpackError::Archive(layer.digest.clone(), error);
    while let Some(item) = reader.next_member().map_err(damaged)? {
        target.add(item)?;
    }
    if reader.end().is_some_and(End::has_rest) {
        target.ignored(layer, Rest::Archive);
    }
    Ok(())
}

const fn describe(compression: &Compression) -> &'static str {
    match compression {
        Compression::None => "not compressed",
        Compression::Gzip => "compressed with gzip",
        Compression::Zstd => "compressed with zstd",
    }
}
