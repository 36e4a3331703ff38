//! The bytes of an archive, counted as they are read.

use std::io::{self, BufRead, Read};

use super::BLOCK;
use super::error::{Error, ErrorKind};

/// The data of an entry, as they are stored. What is not read is skipped.
#[derive(Debug)]
pub struct Data<'r, R> {
    pub(super) source: &'r mut Source<R>,
    pub(super) unread: &'r mut u64,
}

impl<R: BufRead> Read for Data<'_, R> {
    /// # Errors
    ///
    /// The archive cannot be read, or ends within the data.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(*self.unread).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let length = self.source.inner.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.source.at += length as u64;
        *self.unread -= length as u64;
        Ok(length)
    }
}

/// Counts the bytes that are read.
#[derive(Debug)]
pub(super) struct Source<R> {
    pub(super) inner: R,
    pub(super) at: u64,
}

impl<R: BufRead> Source<R> {
    /// The next block; `None` at the end.
    pub(super) fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        let at = self.at;
        // Blocks are seldom cut by the ends of a buffer.
        if let Ok(available) = self.inner.fill_buf()
            && let Some(block) = available.first_chunk().copied()
        {
            self.inner.consume(BLOCK);
            self.at += BLOCK as u64;
            return Ok(Some(block));
        }
        let mut block = [0; BLOCK];
        match self.fill(&mut block)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Error { offset: at, kind: ErrorKind::TruncatedHeader }),
        }
    }

    /// Reads as much as there is, up to the buffer's size.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut length = 0;
        while length < buffer.len() {
            match self.inner.read(&mut buffer[length..]) {
                Ok(0) => break,
                Ok(more) => {
                    length += more;
                    self.at += more as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(length)
    }

    pub(super) fn skip(&mut self, count: u64) -> Result<(), Error> {
        let start = self.at;
        match self.pass(count, |_| {})? {
            passed if passed < count => Err(Error { offset: start, kind: ErrorKind::TruncatedData }),
            _ => Ok(()),
        }
    }

    /// Passes over as much as there is, up to `count` bytes, with a look at it. Says how much that was.
    pub(super) fn pass(&mut self, count: u64, mut look: impl FnMut(&[u8])) -> Result<u64, Error> {
        let mut left = count;
        while left > 0 {
            let length = match self.inner.fill_buf() {
                Ok([]) => break,
                Ok(available) => {
                    let length = available.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    look(&available[..length]);
                    length
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.failed(error)),
            };
            self.inner.consume(length);
            self.at += length as u64;
            left -= length as u64;
        }
        Ok(count - left)
    }

    fn failed(&self, error: io::Error) -> Error {
        Error { offset: self.at, kind: ErrorKind::Io(error) }
    }
}
