//! One pass over a layer: its digests, what is in its archive, and what is odd about both.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::ScopedJoinHandle;

use crate::compression::{self, Decoder, Stream, StreamError};
use crate::digest::{Algorithm, Hasher};
use crate::graph::Stored;
use crate::tar::{self, End, Member, Reader};

/// How far a layer is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// The bounds of the compressed stream.
    pub stream: compression::Limits,
    /// The bounds of the archive in it.
    pub archive: tar::Limits,
}

/// What a pass over a layer came to.
#[derive(Debug)]
pub struct Layer {
    /// The layer as it is stored.
    pub stored: Stored,
    /// What the stream is.
    pub stream: Stream,
    /// Why the stream could not be decompressed to its end, if it could not.
    pub stream_error: Option<StreamError>,
    /// The DiffID in every algorithm that was asked for: the digest of every byte of the archive, those
    /// after its end included. `None` if the stream could not be decompressed to its end.
    pub diff_ids: Option<Vec<String>>,
    /// How the archive ends, as far as it could be read.
    pub end: End,
    /// Why the archive could not be read to its end, if it could not, though the stream could.
    pub archive_error: Option<tar::Error>,
}

/// Something in a layer that is no part of its content. No specification says whether it may be there, and
/// readers differ: some ignore it, some refuse the layer, and some read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rest {
    /// It follows the last gzip member or zstd frame.
    Stream,
    /// It follows the end of the archive. A DiffID covers it.
    Archive,
}

impl Rest {
    /// What it is, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Rest::Stream => {
                "a layer goes on after its compressed data: that was ignored, other readers may refuse the layer"
            }
            Rest::Archive => {
                "a layer goes on after the end of its archive: that was ignored, other readers may read it"
            }
        }
    }
}

impl Layer {
    /// What follows the content.
    pub fn rests(&self) -> impl Iterator<Item = Rest> {
        let of_stream = self.stream.trailing.map(|_| Rest::Stream);
        of_stream.into_iter().chain(self.end.has_rest().then_some(Rest::Archive))
    }

    /// Whether the layer was read as a whole: every byte and every entry.
    pub const fn is_whole(&self) -> bool {
        self.stream_error.is_none() && self.archive_error.is_none()
    }

    /// The limit of ours that kept the layer from being read as a whole, if that is the reason.
    pub fn limit(&self) -> Option<String> {
        let stream = self.stream_error.as_ref().filter(|error| error.is_limit());
        let archive = self.archive_error.as_ref().filter(|error| error.kind.is_limit());
        stream.map(ToString::to_string).or(archive.map(ToString::to_string))
    }
}

/// Reads a layer to its end, in constant memory: hashes it as it is stored by `stored`, if that is
/// given, decompresses it, whatever it is compressed with, hashes the archive by each of `wanted`, and
/// hands every entry with its content to `visit`.
///
/// A fault of the layer is no error here; the rest is read all the same, as far as that is possible.
///
/// # Errors
///
/// The bytes of the layer cannot be read.
pub fn read(
    reader: impl Read,
    stored: Option<Algorithm>,
    wanted: &[Algorithm],
    limits: &Limits,
    visit: &mut dyn FnMut(&Member, &mut dyn Read),
) -> io::Result<Layer> {
    let hashers = wanted.iter().copied().map(Hasher::new).collect();
    read_with(reader, stored, Hashing::Here(hashers), limits, visit)
}

/// The same as [`read`], but another thread hashes the archive, while this one is busy with what is in it.
///
/// # Errors
///
/// The bytes of the layer cannot be read.
pub fn read_on_two_threads(
    reader: impl Read,
    stored: Option<Algorithm>,
    wanted: &[Algorithm],
    limits: &Limits,
    visit: &mut dyn FnMut(&Member, &mut dyn Read),
) -> io::Result<Layer> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Arc<Vec<u8>>>(1);
        let hasher = scope.spawn(move || {
            let mut hashers: Vec<Hasher> = wanted.iter().copied().map(Hasher::new).collect();
            while let Ok(bytes) = receiver.recv() {
                hashers.iter_mut().for_each(|hasher| hasher.update(&bytes));
            }
            hashers
        });
        read_with(reader, stored, Hashing::Beside(sender, hasher), limits, visit)
    })
}

fn read_with(
    reader: impl Read,
    stored: Option<Algorithm>,
    hashing: Hashing<'_>,
    limits: &Limits,
    visit: &mut dyn FnMut(&Member, &mut dyn Read),
) -> io::Result<Layer> {
    let mut blob = Hashed { reader, hasher: stored.map(Hasher::new), size: 0 };
    let decoder = Decoder::new(&mut blob, limits.stream)?;
    let mut archive = Reader::new(Content::new(decoder, hashing), limits.archive);
    let archive_error = loop {
        match archive.next_member() {
            Ok(Some(item)) => {
                let member = item.member;
                visit(member, &mut item.content());
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let end = archive.end().cloned().unwrap_or_default();
    let mut content = archive.into_inner();
    content.read_rest();
    let Content { mut decoder, hashing, error, .. } = content;
    let stream = decoder.stream().clone();
    decoder.skip_rest()?;
    drop(decoder);
    if let Some(StreamError::Io(error)) = error {
        return Err(error);
    }
    // What the decoder gives up on, the archive cannot go on with either: that is one fault.
    let archive_error = archive_error.filter(|_| error.is_none());
    let diff_ids = error.is_none().then(|| hashing.finish());
    let stored = Stored { size: blob.size, digest: blob.hasher.map(Hasher::finish) };
    Ok(Layer { stored, stream, stream_error: error, diff_ids, end, archive_error })
}

/// The stored bytes, hashed as they are read.
struct Hashed<R> {
    reader: R,
    hasher: Option<Hasher>,
    size: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..length]);
        }
        self.size += length as u64;
        Ok(length)
    }
}

/// Where the archive is hashed.
enum Hashing<'t> {
    /// On the thread that reads it.
    Here(Vec<Hasher>),
    /// On another one.
    Beside(SyncSender<Arc<Vec<u8>>>, ScopedJoinHandle<'t, Vec<Hasher>>),
}

impl Hashing<'_> {
    fn update(&mut self, bytes: &Arc<Vec<u8>>) {
        match self {
            Hashing::Here(hashers) => hashers.iter_mut().for_each(|hasher| hasher.update(bytes)),
            // The other thread ends only after this one, unless it panics, and then the end tells.
            Hashing::Beside(sender, _) => drop(sender.send(Arc::clone(bytes))),
        }
    }

    fn finish(self) -> Vec<String> {
        let hashers = match self {
            Hashing::Here(hashers) => hashers,
            Hashing::Beside(sender, thread) => {
                drop(sender);
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
        };
        hashers.into_iter().map(Hasher::finish).collect()
    }
}

/// The archive, hashed as it is decompressed.
struct Content<'t, R: Read> {
    decoder: Decoder<R>,
    hashing: Hashing<'t>,
    /// What was decompressed last, and what may still be hashed on another thread: it works on one buffer
    /// while the next waits for it. This thread fills the third.
    buffers: [Arc<Vec<u8>>; 3],
    /// How much a buffer takes: more, once there was more than that.
    room: usize,
    start: usize,
    error: Option<StreamError>,
}

/// What a buffer takes at first: clearing more would take longer than reading a small layer.
const FIRST: usize = 1 << 13;

/// What a buffer takes at most: large enough that headers are seldom cut, and small enough that what was
/// decompressed is still in a cache when it is hashed.
const LARGEST: usize = 1 << 17;

impl<'t, R: Read> Content<'t, R> {
    fn new(decoder: Decoder<R>, hashing: Hashing<'t>) -> Self {
        Content { decoder, hashing, buffers: Default::default(), room: FIRST, start: 0, error: None }
    }

    /// Decompresses as much as a buffer takes, into the one that has been idle for longest.
    fn decode(&mut self) {
        self.buffers.rotate_right(1);
        self.start = 0;
        // It is shared no longer: the other thread lets go of a buffer before it takes the next.
        let buffer = Arc::make_mut(&mut self.buffers[0]);
        buffer.resize(self.room, 0);
        match self.decoder.decode(buffer) {
            Ok(length) => {
                buffer.truncate(length);
                if length == self.room {
                    self.room = (4 * length).min(LARGEST);
                }
            }
            Err(error) => {
                buffer.clear();
                self.error = Some(error);
            }
        }
        self.hashing.update(&self.buffers[0]);
    }

    fn read_rest(&mut self) {
        while self.error.is_none() && !self.fill_buf().is_ok_and(<[u8]>::is_empty) {
            self.consume(usize::MAX);
        }
    }
}

impl<R: Read> BufRead for Content<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.buffers[0].len() && self.error.is_none() {
            self.decode();
        }
        // With the error the buffer has become empty.
        match &self.error {
            Some(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
            None => Ok(&self.buffers[0][self.start..]),
        }
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffers[0].len());
    }
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest_of;
    use crate::tar::AnomalyKind;

    fn archive(junk: &[u8]) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        append(&mut builder, "a", b"one");
        append(&mut builder, "b", &[7; 3000]);
        let mut bytes = builder.into_inner().unwrap();
        bytes.extend_from_slice(junk);
        bytes
    }

    /// An archive of one file whose content is larger than any buffer.
    fn large_file() -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        append(&mut builder, "large", &[5; 4 * LARGEST]);
        builder.into_inner().unwrap()
    }

    fn append(builder: &mut ::tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, content).unwrap();
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::new();
        flate2::read::GzEncoder::new(bytes, flate2::Compression::fast())
            .read_to_end(&mut compressed)
            .unwrap();
        compressed
    }

    /// Reads a layer, and says what was in it.
    fn read_all(bytes: &[u8], limits: Limits) -> (Layer, Vec<(String, usize)>) {
        let mut entries = Vec::new();
        let wanted = [Algorithm::Sha256, Algorithm::Sha512];
        let mut note = |member: &Member, content: &mut dyn Read| {
            let length = io::copy(content, &mut io::sink()).unwrap_or_default() as usize;
            entries.push((String::from_utf8_lossy(&member.entry.path).into_owned(), length));
        };
        let stored = Some(Algorithm::Sha256);
        let layer = read(bytes, stored, &wanted, &limits, &mut note).unwrap();
        let other = read_on_two_threads(bytes, stored, &wanted, &limits, &mut note).unwrap();
        assert_eq!(format!("{layer:?}"), format!("{other:?}"));
        let others = entries.split_off(entries.len() / 2);
        assert_eq!(entries, others);
        (layer, entries)
    }

    #[test]
    fn digests_cover_every_byte() {
        for junk in [&b""[..], b"junk", &[9; 300_000]] {
            let archive = archive(junk);
            let zstd = zstd::encode_all(&archive[..], 1).unwrap();
            for blob in
                [archive.clone(), gzip(&archive), zstd, [gzip(&archive), b"trailing".to_vec()].concat()]
            {
                let (layer, entries) = read_all(&blob, Limits::default());
                assert_eq!(entries, [("a".to_owned(), 3), ("b".to_owned(), 3000)]);
                assert_eq!(layer.stored.size, blob.len() as u64);
                assert_eq!(layer.stored.digest, Some(digest_of(Algorithm::Sha256, &blob)));
                let wanted =
                    [Algorithm::Sha256, Algorithm::Sha512].map(|algorithm| digest_of(algorithm, &archive));
                assert_eq!(layer.diff_ids.as_deref(), Some(&wanted[..]));
                assert!(layer.is_whole() && layer.limit().is_none());
                assert_eq!((layer.end.bytes, layer.end.entries), (archive.len() as u64, 2));
                let kinds: Vec<_> = layer.end.anomalies.iter().map(|anomaly| &anomaly.kind).collect();
                assert_eq!(kinds, if junk.is_empty() { vec![] } else { vec![&AnomalyKind::JunkAfterEnd] });
            }
        }
    }

    #[test]
    fn an_archive_that_breaks_off_is_hashed_all_the_same() {
        let broken = [&archive(b"")[..1024], &[7; 4 * LARGEST]].concat();
        let (layer, entries) = read_all(&gzip(&broken), Limits::default());
        assert_eq!(entries.len(), 1);
        assert_eq!(layer.archive_error.as_ref().map(|error| error.offset), Some(1024));
        assert_eq!(layer.diff_ids.as_ref().unwrap()[0], digest_of(Algorithm::Sha256, &broken));
        assert!(!layer.is_whole() && layer.limit().is_none());
    }

    #[test]
    fn a_stream_that_breaks_off_is_one_fault() {
        let blob = gzip(&archive(&[3; 100_000]));
        let cut = &blob[..blob.len() - 20];
        let (layer, _) = read_all(cut, Limits::default());
        assert!(matches!(layer.stream_error, Some(StreamError::Truncated)));
        assert!(layer.archive_error.is_none() && layer.diff_ids.is_none() && layer.limit().is_none());
        assert_eq!(layer.stored.digest, Some(digest_of(Algorithm::Sha256, cut)));
        let mut damaged = blob.clone();
        damaged[30] ^= 0xff;
        let (layer, _) = read_all(&damaged, Limits::default());
        assert!(layer.stream_error.is_some());
        assert_eq!(layer.stored.digest, Some(digest_of(Algorithm::Sha256, &damaged)));
    }

    /// Who reads the content is told what is wrong with the stream, and not that the archive ends.
    #[test]
    fn content_that_breaks_off_says_why() {
        let whole = gzip(&large_file());
        let mut told = String::new();
        let mut note = |_: &Member, content: &mut dyn Read| {
            told = io::copy(content, &mut io::sink()).unwrap_err().to_string();
        };
        read(&whole[..whole.len() / 2], None, &[], &Limits::default(), &mut note).unwrap();
        assert!(told.contains(&StreamError::Truncated.to_string()), "{told}");
    }

    #[test]
    fn pieces_of_content_grow() {
        let mut lengths = Vec::new();
        let mut note = |_: &Member, content: &mut dyn Read| {
            let mut piece = vec![0; 2 * LARGEST];
            lengths.extend((0..20).map(|_| content.read(&mut piece).unwrap()));
        };
        read(&gzip(&large_file())[..], None, &[], &Limits::default(), &mut note).unwrap();
        assert!(lengths[0] <= FIRST, "{lengths:?}");
        assert_eq!(lengths.iter().max(), Some(&LARGEST), "{lengths:?}");
    }

    #[test]
    fn limits_are_no_faults() {
        let blob = gzip(&archive(b""));
        let stream = compression::Limits { bytes: 2000, ..Default::default() };
        let (layer, _) = read_all(&blob, Limits { stream, ..Default::default() });
        assert!(layer.limit().unwrap().contains("2000"));
        let archive = tar::Limits { entries: 1, ..Default::default() };
        let (layer, _) = read_all(&blob, Limits { archive, ..Default::default() });
        assert!(layer.limit().unwrap().contains("more entries") && layer.diff_ids.is_some());
    }
}
