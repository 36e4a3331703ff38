//! Compressed streams: what they are by their first bytes, and what comes out of them.
//!
//! gzip allows several members one after the other (RFC 1952, section 2.2), and zstd several frames,
//! some of them to be skipped (RFC 8878, section 3.1). All of them belong to the content. Whatever
//! else follows is none, and is reported.

mod input;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, InBuffer, Operation, OutBuffer};

pub use crate::media_type::Compression;
use input::Input;

/// How much is decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes after decompression. The largest layers that are in use, of models and data
    /// sets, have some tens of gigabytes.
    pub bytes: u64,
    /// How many times larger the content may become, once it is larger than [`Limits::FREE`]. gzip
    /// comes to 1032 at most, with nothing but one byte; file systems shrink to a tenth at best.
    pub ratio: u64,
    /// The largest window of a zstd frame, in bytes: the memory that a decoder needs. RFC 8878,
    /// section 3.1.1.1.2, recommends that decoders support 8 MiB; the reference decoder takes
    /// 128 MiB without being asked.
    pub window: u64,
}

impl Limits {
    /// Below this size content may grow as much as it likes: sparse disk images are full of zeros.
    pub const FREE: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 64 << 30, ratio: 500, window: 128 << 20 }
    }
}

/// Decompresses a stream, in constant memory.
pub struct Decoder<R: Read> {
    codec: Option<Codec<R>>,
    limits: Limits,
    stream: Stream,
}

/// What there is to say about a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// What it is, by its first bytes.
    pub compression: Compression,
    /// How many gzip members or zstd frames it has, those that are to be skipped not counted.
    pub parts: u64,
    /// The largest window that a frame of zstd asks for; zero for anything else.
    pub window: u64,
    /// How many bytes have come out of it.
    pub size: u64,
    /// Where something starts that is no part of the content, after the last member or frame.
    pub trailing: Option<u64>,
}

/// Why a stream cannot be decompressed any further.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The bytes themselves cannot be had.
    #[error(transparent)]
    Io(io::Error),
    /// It ends within a member or a frame.
    #[error("the stream ends within compressed data")]
    Truncated,
    /// It is damaged.
    #[error("the compressed data are damaged: {0}")]
    Damaged(String),
    /// It holds more than [`Limits::bytes`].
    #[error("more content than the limit of {0} bytes")]
    TooLarge(u64),
    /// It grows to more than [`Limits::ratio`] times its size.
    #[error("content that is more than {0} times as large as its compressed form")]
    Ratio(u64),
    /// It needs a larger window than [`Limits::window`].
    #[error("a window of {found} bytes, more than the limit of {limit}")]
    Window {
        /// What it needs.
        found: u64,
        /// The limit.
        limit: u64,
    },
}

impl StreamError {
    /// Whether the reason is a limit of ours, and no fault of the stream.
    pub const fn is_limit(&self) -> bool {
        matches!(self, StreamError::TooLarge(_) | StreamError::Ratio(_) | StreamError::Window { .. })
    }
}

enum Codec<R: Read> {
    Plain(Input<R>),
    Gzip(Box<GzDecoder<Input<R>>>),
    Zstd { input: Input<R>, decoder: Box<ZstdDecoder<'static>>, is_within: bool },
    Rest(Input<R>),
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What a stream is, by its first four bytes; anything that is not recognised is not compressed.
pub fn recognise(start: &[u8]) -> Compression {
    if start.starts_with(&GZIP_MAGIC) {
        Compression::Gzip
    } else if start.starts_with(&ZSTD_MAGIC) || is_skippable(start) {
        Compression::Zstd
    } else {
        Compression::None
    }
}

fn is_skippable(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

impl<R: Read> Decoder<R> {
    /// A decoder for whatever the stream is.
    ///
    /// # Errors
    ///
    /// The first bytes cannot be read, or there is no memory for a decoder.
    pub fn new(reader: R, limits: Limits) -> io::Result<Self> {
        let mut input = Input::new(reader);
        let compression = recognise(input.peek(4)?);
        let codec = match compression {
            Compression::None => Codec::Plain(input),
            Compression::Gzip => Codec::Gzip(Box::new(GzDecoder::new(input))),
            Compression::Zstd => {
                let mut decoder = ZstdDecoder::new()?;
                // A power of two; windows in between are looked at in each frame's header.
                let log = limits.window.clamp(1 << 10, 1 << 31).next_power_of_two().ilog2();
                decoder.set_parameter(DParameter::WindowLogMax(log))?;
                Codec::Zstd { input, decoder: Box::new(decoder), is_within: false }
            }
        };
        let stream = Stream {
            compression,
            parts: u64::from(compression == Compression::Gzip),
            window: 0,
            size: 0,
            trailing: None,
        };
        Ok(Decoder { codec: Some(codec), limits, stream })
    }

    /// What there is to say about the stream, as far as it has been read.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Decompresses into a buffer that is not empty; 0 means the end. Everything that the reader has
    /// is read by then.
    ///
    /// # Errors
    ///
    /// The stream cannot be decompressed any further.
    pub fn decode(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        loop {
            let length = match &mut self.codec {
                None => return Ok(0),
                Some(Codec::Rest(input)) => {
                    input.skip_all().map_err(StreamError::Io)?;
                    return Ok(0);
                }
                Some(Codec::Plain(input)) => input.read(out).map_err(StreamError::Io)?,
                Some(Codec::Gzip(decoder)) => decoder.read(out).map_err(gzip_error)?,
                Some(Codec::Zstd { .. }) => self.zstd(out)?,
            };
            if length > 0 {
                self.stream.size += length as u64;
                self.check_size()?;
                return Ok(length);
            }
            if !self.next_part()? {
                return Ok(0);
            }
        }
    }

    /// Reads whatever the reader still has, without decompressing it.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn skip_rest(&mut self) -> io::Result<()> {
        match self.codec.take() {
            Some(Codec::Gzip(decoder)) => decoder.into_inner().skip_all(),
            Some(Codec::Plain(mut input) | Codec::Rest(mut input) | Codec::Zstd { mut input, .. }) => {
                input.skip_all()
            }
            None => Ok(()),
        }
    }

    fn check_size(&self) -> Result<(), StreamError> {
        let size = self.stream.size;
        if size > self.limits.bytes {
            return Err(StreamError::TooLarge(self.limits.bytes));
        }
        let read = match &self.codec {
            Some(Codec::Gzip(decoder)) => decoder.get_ref().position(),
            Some(Codec::Zstd { input, .. }) => input.position(),
            _ => return Ok(()),
        };
        if size > Limits::FREE && size / self.limits.ratio.max(1) > read {
            return Err(StreamError::Ratio(self.limits.ratio));
        }
        Ok(())
    }

    /// Goes on with the member after the one that has ended; false if there is none.
    fn next_part(&mut self) -> Result<bool, StreamError> {
        let Some(Codec::Gzip(decoder)) = &mut self.codec else { return Ok(false) };
        let start = decoder.get_mut().peek(4).map_err(StreamError::Io)?;
        if start.is_empty() {
            return Ok(false);
        }
        let is_member = start.starts_with(&GZIP_MAGIC);
        let Some(Codec::Gzip(decoder)) = self.codec.take() else { return Ok(false) };
        let input = decoder.into_inner();
        if is_member {
            self.stream.parts += 1;
            self.codec = Some(Codec::Gzip(Box::new(GzDecoder::new(input))));
        } else {
            self.stream.trailing = Some(input.position());
            self.codec = Some(Codec::Rest(input));
        }
        Ok(true)
    }

    /// Decompresses zstd: 0 means that no frame follows.
    fn zstd(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        let Some(Codec::Zstd { input, decoder, is_within }) = &mut self.codec else { return Ok(0) };
        let mut output = OutBuffer::around(out);
        loop {
            if !*is_within {
                let start = input.peek(FRAME_HEADER).map_err(StreamError::Io)?;
                if start.is_empty() {
                    return Ok(0);
                }
                if start.starts_with(&ZSTD_MAGIC) {
                    let window = window(start);
                    if window > self.limits.window {
                        return Err(StreamError::Window { found: window, limit: self.limits.window });
                    }
                    self.stream.parts += 1;
                    self.stream.window = self.stream.window.max(window);
                } else if !is_skippable(start) {
                    self.stream.trailing = Some(input.position());
                    input.skip_all().map_err(StreamError::Io)?;
                    return Ok(0);
                }
                *is_within = true;
            }
            let available = input.fill_buf().map_err(StreamError::Io)?;
            let is_end = available.is_empty();
            let mut from = InBuffer::around(available);
            let wanted = decoder.run(&mut from, &mut output).map_err(zstd_error)?;
            let taken = from.pos();
            input.consume(taken);
            *is_within = wanted != 0;
            if output.pos() > 0 {
                return Ok(output.pos());
            }
            if is_end && *is_within {
                return Err(StreamError::Truncated);
            }
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    /// # Errors
    ///
    /// Those of [`Decoder::decode`].
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.decode(buffer).map_err(|error| match error {
            StreamError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        })
    }
}

fn gzip_error(error: io::Error) -> StreamError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => StreamError::Truncated,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => StreamError::Damaged(error.to_string()),
        _ => StreamError::Io(error),
    }
}

fn zstd_error(error: io::Error) -> StreamError {
    StreamError::Damaged(error.to_string())
}

/// The longest start of a frame that says how large its window is: magic number, descriptor, dictionary, and size.
const FRAME_HEADER: usize = 4 + 1 + 4 + 8;

/// The window that a frame asks for (RFC 8878, section 3.1.1.1); zero if the header is cut short.
fn window(frame: &[u8]) -> u64 {
    let Some(&descriptor) = frame.get(4) else { return 0 };
    if descriptor & 0x20 == 0 {
        let Some(&byte) = frame.get(5) else { return 0 };
        let base = 1u64 << (10 + (byte >> 3));
        return base + base / 8 * u64::from(byte & 7);
    }
    // A single segment: the window is the content.
    let start = 5 + [0, 1, 2, 4][usize::from(descriptor & 3)];
    let length = [1, 2, 4, 8][usize::from(descriptor >> 6)];
    let Some(field) = frame.get(start..start + length) else { return 0 };
    let size = field.iter().rev().fold(0, |size, byte| size << 8 | u64::from(*byte));
    if length == 2 { size + 256 } else { size }
}
