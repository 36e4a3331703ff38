//! Reading a layer's blob: decompressed, with its digest and its diff id verified in the same pass.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

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

/// The format allows windows of terabytes; its specification asks for 8 MiB, and the zstd command takes up
/// to 128 MiB.
const WINDOW_LOG: u32 = 27;

/// The version that knows most algorithms.
const LATEST: SpecVersion = SpecVersion::Dev;

/// Below this size a layer may grow as much as it likes.
const RATIO_FREE: u64 = 64 << 20;

impl Layer {
    /// Hands the archive in a layer to `read`. Meanwhile another thread decompresses it, and verifies the blob's size and digest and the diff id; what it finds wrong
    /// comes before what `read` returns.
    ///
    /// # Errors
    ///
    /// The blob is not what the descriptor and the configuration say, or cannot be read; or `read` fails.
    pub fn read<T>(
        &self,
        storage: &dyn Storage,
        limits: &Limits,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, UnpackError>,
    ) -> Result<T, UnpackError> {
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
                Ok(pumped) => pumped.and(result),
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

    /// Sends the archive in a layer to another thread, until that has enough or there is no more.
    fn pump(
        &self,
        storage: &dyn Storage,
        limits: &Limits,
        full: &SyncSender<Vec<u8>>,
        empty: &Receiver<Vec<u8>>,
    ) -> Result<(), UnpackError> {
        let mut content = Content::open(self, storage, limits, true)?;
        loop {
            let mut chunk = empty.try_recv().unwrap_or_default();
            chunk.resize(CHUNK, 0);
            let mut length = 0;
            while length < CHUNK {
                match content.read(&mut chunk[length..]) {
                    Ok(0) => break,
                    Ok(count) => length += count,
                    Err(error) => return Err(content.failure.unwrap_or_else(|| self.damaged(error))),
                }
            }
            if length == 0 {
                return content.verify();
            }
            chunk.truncate(length);
            if full.send(chunk).is_err() {
                // The reader has failed.
                return Ok(());
            }
        }
    }

    fn damaged(&self, error: io::Error) -> UnpackError {
        let name = match self.compression {
            Compression::None => return UnpackError::Blob(self.digest.clone(), error),
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        };
        UnpackError::Compressed(name, self.digest.clone(), error)
    }
}

/// What a blob holds, as it is decompressed.
struct Content<'l> {
    layer: &'l Layer,
    decoder: Box<dyn Read + 'l>,
    stored: Rc<RefCell<Stored>>,
    /// The hash of the content so far, and what it should come to.
    diff_id: Option<(Hasher, &'l str)>,
    size: u64,
    ratio: u64,
    /// Why it cannot be read any further.
    failure: Option<UnpackError>,
}

/// What was taken of a blob so far.
struct Stored {
    hasher: Option<Hasher>,
    size: u64,
    /// Whether it is the blob that cannot be read, rather than what is in it.
    is_broken: bool,
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
        let stored = Rc::new(RefCell::new(Stored { hasher, size: 0, is_broken: false }));
        let blob = Blob { reader: blob, stored: Rc::clone(&stored) };
        let decoder: Box<dyn Read + 'l> = match layer.compression {
            Compression::None => Box::new(blob),
            Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(blob)),
            Compression::Zstd => {
                let mut decoder = zstd::Decoder::new(blob).map_err(|error| layer.damaged(error))?;
                decoder.window_log_max(WINDOW_LOG).map_err(|error| layer.damaged(error))?;
                Box::new(decoder)
            }
        };
        Ok(Content { layer, decoder, stored, diff_id, size: 0, ratio: limits.ratio, failure: None })
    }

    /// Says whether everything was as it should be, once the end has come.
    fn verify(self) -> Result<(), UnpackError> {
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
        match self.diff_id.map(|(hasher, expected)| (hasher.finish(), expected)) {
            Some((found, expected)) if found != expected => {
                Err(UnpackError::DiffId { digest: digest.clone(), expected: expected.to_owned(), found })
            }
            _ => Ok(()),
        }
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = loop {
            match self.decoder.read(buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    self.failure = Some(match self.stored.borrow().is_broken {
                        true => UnpackError::Blob(self.layer.digest.clone(), error),
                        false => self.layer.damaged(error),
                    });
                    return Err(kind.into());
                }
            }
        };
        self.size += count as u64;
        if self.size > RATIO_FREE && self.size / self.ratio.max(1) > self.stored.borrow().size {
            self.failure = Some(UnpackError::Ratio(self.ratio));
            return Err(io::ErrorKind::InvalidData.into());
        }
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
        let result = self.reader.read(buffer);
        let mut stored = self.stored.borrow_mut();
        match &result {
            Ok(count) => {
                stored.size += *count as u64;
                if let Some(hasher) = &mut stored.hasher {
                    hasher.update(&buffer[..*count]);
                }
            }
            Err(error) => stored.is_broken = error.kind() != io::ErrorKind::Interrupted,
        }
        result
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
