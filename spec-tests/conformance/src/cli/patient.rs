//! Output to a reader that may go away.

use std::io::{self, Write};

/// An output whose reader may go away. The exit status still has to tell what became of the
/// images, so this is no reason to stop judging: `seaworthy check IMAGE | head -1` in a script
/// must not make a broken image look right, nor a right one broken.
pub struct Patient<W> {
    out: W,
    is_gone: bool,
}

impl<W: Write> Patient<W> {
    /// Writes to `out` until its reader goes.
    pub fn new(out: W) -> Patient<W> {
        Patient { out, is_gone: false }
    }

    fn unless_gone<T>(&mut self, gone: T, act: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.is_gone {
            return Ok(gone);
        }
        match act(&mut self.out) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(gone)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_gone(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_gone((), W::flush)
    }
}
