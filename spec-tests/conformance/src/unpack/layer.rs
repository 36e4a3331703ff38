//! Reading a layer's blob: decompressed, with its digest and its diff id verified in the same pass.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use seaworthy_image::compression::{self, Decoder, StreamError};
use seaworthy_image::digest::{Algorithm, Digest, Hasher};
use seaworthy_image::layout::{OpenError, Storage, blob_path};
use seaworthy_image::media_type::Compression;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{self, Reader};

use super::target::Whiteouts;
use super::{Limits, UnpackError};

/// A layer, as a manifest and a configuration tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The digest of its blob.
    pub digest: String,
    /// The size of its blob, if that is known.
    pub size: Option<u64>,
    /// How the blob is compressed.
    pub compression: Compression,
    /// The digest of what the blob holds, if that is known.
    pub diff_id: Option<String>,
}

/// How much goes from one thread to the other at once, and how often before it has to wait: enough to
/// keep both busy.
const CHUNK: usize = 128 << 10;
const CHUNKS: usize = 8;

/// The version that knows most algorithms.
const LATEST: SpecVersion = SpecVersion::Dev;

impl Layer {
    /// Hands the archive in a layer to `read`. Meanwhile another thread decompresses it, and verifies the blob's
    /// size and digest and the diff id; what it finds wrong comes before what `read` returns. With that it says
    /// whether something follows the compressed data.
    ///
    /// # Errors
    ///
    /// The blob is not what the descriptor and the configuration say, or cannot be read; or `read` fails.
    pub fn read<T>(
        &self,
        storage: &dyn Storage,
        limits: &Limits,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, UnpackError>,
    ) -> Result<(T, bool), UnpackError> {
        std::thread::scope(|scope| {
            let (full, filled) = sync_channel(CHUNKS);
            let (empty, emptied) = sync_channel(CHUNKS);
            let pumping = scope.spawn(move || self.pump(storage, limits, &full, &emptied));
            let mut chunks = Chunks { filled, empty, chunk: Vec::new(), at: 0 };
            let result = read(&mut chunks);
            // Without the rest nothing would be verified; and where the archive is damaged, the digest
            // tells whether the image was made that way.
            let is_verified = !matches!(&result, Err(error) if !error.is_the_images());
            while is_verified && chunks.fill_buf().is_ok_and(|rest| !rest.is_empty()) {
                chunks.consume(usize::MAX);
            }
            drop(chunks);
            match pumping.join() {
                Ok(pumped) => pumped.and_then(|has_rest| Ok((result?, has_rest))),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Goes through a layer for its whiteouts, until told to stop. Nothing is verified, for the layer is read
    /// again.
    ///
    /// # Errors
    ///
    /// The blob or the archive in it cannot be read.
    pub fn whiteouts(
        &self,
        storage: &dyn Storage,
        limits: &Limits,
        stop: &AtomicBool,
    ) -> Result<Whiteouts, UnpackError> {
        let mut whiteouts = Whiteouts::default();
        let mut content = Content::open(self, storage, limits, false)?;
        let mut reader = Reader::new(BufReader::with_capacity(CHUNK, &mut content), tar::Limits::default());
        let failed = loop {
            match reader.next_member() {
                Ok(Some(item)) => whiteouts.read(&item.member.entry),
                Ok(None) => return Ok(whiteouts),
                Err(error) => break error,
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(whiteouts);
            }
        };
        drop(reader);
        Err(content.failure.unwrap_or_else(|| UnpackError::Archive(self.digest.clone(), failed)))
    }

    /// Sends the archive in a layer to another thread, until that has enough or there is no more. Says whether
    /// something follows the compressed data.
    fn pump(
        &self,
        storage: &dyn Storage,
        limits: &Limits,
        full: &SyncSender<Vec<u8>>,
        empty: &Receiver<Vec<u8>>,
    ) -> Result<bool, UnpackError> {
        let mut content = Content::open(self, storage, limits, true)?;
        loop {
            let mut chunk = empty.try_recv().unwrap_or_default();
            chunk.resize(CHUNK, 0);
            let mut length = 0;
            while length < CHUNK {
                match content.read(&mut chunk[length..]) {
                    Ok(0) => break,
                    Ok(count) => length += count,
                    Err(error) => return Err(content.blamed(error)),
                }
            }
            if length == 0 {
                return content.verify();
            }
            chunk.truncate(length);
            if full.send(chunk).is_err() {
                // The reader has failed.
                return Ok(false);
            }
        }
    }

    fn check_compression(&self, found: Compression) -> Result<(), UnpackError> {
        match self.compression {
            expected if expected == found => Ok(()),
            expected => Err(UnpackError::Compression { digest: self.digest.clone(), expected, found }),
        }
    }

    /// Why the archive cannot be had any further.
    fn failure(&self, error: StreamError) -> UnpackError {
        match error {
            StreamError::Io(error) => UnpackError::Blob(self.digest.clone(), error),
            StreamError::Truncated | StreamError::Damaged(_) => {
                UnpackError::Compressed(self.digest.clone(), error)
            }
            StreamError::Ratio(limit) => UnpackError::Ratio(limit),
            StreamError::TooLarge(_) | StreamError::Window { .. } => {
                UnpackError::Limit(self.digest.clone(), error)
            }
        }
    }
}

/// What a blob holds, as it is decompressed.
struct Content<'l> {
    layer: &'l Layer,
    decoder: Decoder<Blob<'l>>,
    stored: Rc<RefCell<Stored>>,
    /// The hash of the content so far, and what it should come to.
    diff_id: Option<(Hasher, &'l str)>,
    /// Why it cannot be read any further.
    failure: Option<UnpackError>,
}

/// What was taken of a blob so far.
struct Stored {
    hasher: Option<Hasher>,
    size: u64,
}

impl<'l> Content<'l> {
    fn open(
        layer: &'l Layer,
        storage: &'l dyn Storage,
        limits: &Limits,
        is_verified: bool,
    ) -> Result<Self, UnpackError> {
        let unknown = |digest: &str| UnpackError::Algorithm(digest.to_owned());
        let digest = Digest::parse(&layer.digest).map_err(|_| unknown(&layer.digest))?;
        let hasher = |digest: &Digest<'_>| Algorithm::registered(digest.algorithm(), LATEST).map(Hasher::new);
        let diff_id = match &layer.diff_id {
            Some(text) if is_verified => {
                let hasher = Digest::parse(text).ok().and_then(|digest| hasher(&digest));
                Some((hasher.ok_or_else(|| unknown(text))?, text.as_str()))
            }
            _ => None,
        };
        let hasher =
            is_verified.then(|| hasher(&digest).ok_or_else(|| unknown(&layer.digest))).transpose()?;
        let blob = match storage.open(&blob_path(&digest)) {
            Ok(opened) => opened.reader,
            Err(OpenError::Missing) => return Err(UnpackError::Missing(layer.digest.clone())),
            Err(error) => return Err(UnpackError::Blob(layer.digest.clone(), io::Error::other(error))),
        };
        let stored = Rc::new(RefCell::new(Stored { hasher, size: 0 }));
        let blob = Blob { reader: blob, stored: Rc::clone(&stored) };
        // How much there is of all layers together is bounded elsewhere.
        let limits =
            compression::Limits { bytes: u64::MAX, ratio: limits.ratio, ..compression::Limits::default() };
        let decoder = Decoder::new(blob, limits);
        let decoder = decoder.map_err(|error| UnpackError::Blob(layer.digest.clone(), error))?;
        Ok(Content { layer, decoder, stored, diff_id, failure: None })
    }

    /// Says whether everything was as it should be, once the end has come; and whether something follows the
    /// compressed data.
    fn verify(self) -> Result<bool, UnpackError> {
        self.verify_stored()?;
        match self.diff_id.map(|(hasher, expected)| (hasher.finish(), expected)) {
            Some((found, expected)) if found != expected => {
                let digest = self.layer.digest.clone();
                Err(UnpackError::DiffId { digest, expected: expected.to_owned(), found })
            }
            _ => Ok(self.decoder.stream().trailing.is_some()),
        }
    }

    /// What is to blame for content that cannot be read: the digest, if that is wrong, for it tells whether the
    /// image was made that way.
    fn blamed(mut self, error: io::Error) -> UnpackError {
        let failure =
            self.failure.take().unwrap_or_else(|| UnpackError::Blob(self.layer.digest.clone(), error));
        if failure.is_the_images()
            && self.decoder.skip_rest().is_ok()
            && let Err(wrong) = self.verify_stored()
        {
            return wrong;
        }
        failure
    }

    fn verify_stored(&self) -> Result<(), UnpackError> {
        let digest = &self.layer.digest;
        let mut stored = self.stored.borrow_mut();
        if let Some(found) = stored.hasher.take().map(Hasher::finish)
            && found != *digest
        {
            return Err(UnpackError::Digest { expected: digest.clone(), found });
        }
        if let Some(expected) = self.layer.size
            && stored.size != expected
        {
            return Err(UnpackError::Size { digest: digest.clone(), expected, found: stored.size });
        }
        Ok(())
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let decoded = match self.layer.check_compression(self.decoder.stream().compression) {
            Ok(()) => self.decoder.decode(buffer).map_err(|error| self.layer.failure(error)),
            Err(error) => Err(error),
        };
        let count = match decoded {
            Ok(count) => count,
            Err(failure) => {
                self.failure = Some(failure);
                return Err(io::ErrorKind::InvalidData.into());
            }
        };
        if let Some((hasher, _)) = &mut self.diff_id {
            hasher.update(&buffer[..count]);
        }
        Ok(count)
    }
}

/// A blob as it is stored.
struct Blob<'s> {
    reader: Box<dyn Read + 's>,
    stored: Rc<RefCell<Stored>>,
}

impl Read for Blob<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let mut stored = self.stored.borrow_mut();
        stored.size += count as u64;
        if let Some(hasher) = &mut stored.hasher {
            hasher.update(&buffer[..count]);
        }
        Ok(count)
    }
}

/// What comes from the other thread.
struct Chunks {
    filled: Receiver<Vec<u8>>,
    /// Where used chunks go back to.
    empty: SyncSender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
}

impl BufRead for Chunks {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.chunk.len()
            // None comes after the end, and after a failure: the other thread tells which.
            && let Ok(chunk) = self.filled.recv()
        {
            let used = std::mem::replace(&mut self.chunk, chunk);
            let _ = self.empty.try_send(used);
            self.at = 0;
        }
        Ok(&self.chunk[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.chunk.len());
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}
