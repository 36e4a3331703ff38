//! A buffer that one can look ahead in.

use std::io::{self, BufRead, Read};

/// Reads in pieces that grow, and counts.
pub(super) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// How many bytes were taken before those in the buffer.
    before: u64,
}

/// The first piece: most layers of tests are no larger, and clearing a buffer would take longer than reading them.
const FIRST: usize = 1 << 12;

/// The largest piece: large enough that calls to the system cost nothing, and small enough to stay in a cache.
const LARGEST: usize = 1 << 17;

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Input { reader, buffer: vec![0; FIRST], start: 0, end: 0, before: 0 }
    }

    /// How many bytes have been taken.
    pub(super) fn position(&self) -> u64 {
        self.before + self.start as u64
    }

    /// The next bytes without taking them: `count` of them, or fewer at the end.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.start < count {
            self.buffer.copy_within(self.start..self.end, 0);
            self.before += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < count && self.read_more()? > 0 {}
        Ok(&self.buffer[self.start..self.end.min(self.start + count)])
    }

    /// Takes everything there is.
    pub(super) fn skip_all(&mut self) -> io::Result<()> {
        loop {
            let length = self.fill_buf()?.len();
            if length == 0 {
                return Ok(());
            }
            self.consume(length);
        }
    }

    fn read_more(&mut self) -> io::Result<usize> {
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(length) => {
                    self.end += length;
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            if self.end == self.buffer.len() {
                self.buffer.resize((4 * self.end).min(LARGEST), 0);
            }
            self.before += self.start as u64;
            (self.start, self.end) = (0, 0);
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }
}

impl<R: Read> Read for Input<R> {
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

    #[test]
    fn pieces_grow() {
        let bytes = vec![0; 4 * LARGEST];
        let mut input = Input::new(&bytes[..]);
        for wanted in [FIRST, 4 * FIRST, 16 * FIRST, LARGEST, LARGEST] {
            let length = input.fill_buf().unwrap().len();
            assert_eq!(length, wanted);
            input.consume(length);
        }
    }

    #[test]
    fn what_is_ahead_is_seen_across_the_end_of_the_buffer() {
        let bytes: Vec<u8> = (0..4 * LARGEST).map(|at| (at / 3) as u8).collect();
        let ends = [1, 5, 21, 21 + 32, 21 + 64].map(|pieces| pieces * FIRST);
        for (end, left) in ends.into_iter().flat_map(|end| [1, 3, 4, 5].map(|left| (end, left))) {
            let mut input = Input::new(&bytes[..]);
            assert_eq!(input.peek(4).unwrap(), &bytes[..4]);
            let at = end - left;
            while (input.position() as usize) < at {
                let wanted = at - input.position() as usize;
                let length = input.fill_buf().unwrap().len().min(wanted);
                input.consume(length);
            }
            assert_eq!(input.fill_buf().unwrap().len(), left, "a piece ends at {end}");
            for _ in 0..2 {
                assert_eq!(input.peek(4).unwrap(), &bytes[at..at + 4], "{left} bytes from the end at {end}");
                assert_eq!(input.position(), at as u64);
            }
        }
        let mut input = Input::new(&b"ab"[..]);
        assert_eq!(input.peek(4).unwrap(), b"ab");
    }

    #[test]
    fn as_much_is_seen_of_what_comes_in_pieces() {
        let pieces = b"abc".chain(&b"def"[..]).chain(&b"ghi"[..]);
        let mut input = Input::new(pieces);
        assert_eq!(input.peek(1).unwrap(), b"a");
        input.consume(2);
        assert_eq!(input.peek(4).unwrap(), b"cdef");
        assert_eq!(input.position(), 2);
    }

    /// Whoever writes may wait for an answer to what is there.
    #[test]
    fn no_more_is_asked_for_than_is_looked_at() {
        struct Once(bool);
        impl Read for Once {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(!std::mem::replace(&mut self.0, true), "asked once more");
                buffer[..4].copy_from_slice(b"four");
                Ok(4)
            }
        }
        assert_eq!(Input::new(Once(false)).peek(4).unwrap(), b"four");
    }

    #[test]
    fn an_interrupt_is_no_error() {
        struct Fails(Vec<io::ErrorKind>);
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0.pop().map_or(Ok(0), |kind| Err(kind.into()))
            }
        }
        assert_eq!(Input::new(Fails(vec![io::ErrorKind::Interrupted])).peek(4).unwrap(), b"");
        let mut broken = Input::new(Fails(vec![io::ErrorKind::Other, io::ErrorKind::Interrupted]));
        assert_eq!(broken.peek(4).unwrap_err().kind(), io::ErrorKind::Other);
    }
}
