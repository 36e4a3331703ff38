//! Bodies of answers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Frame;
use tokio::sync::mpsc;

/// The body of an answer.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

pub(super) fn empty() -> Body {
    full(Bytes::new())
}

/// A part of a file, read in pieces while it is sent. The caller is inside a tokio runtime.
pub(super) fn file(mut file: File, first: u64, length: u64) -> Body {
    const PIECE: u64 = 256 << 10;
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let mut rest = length;
        let mut at = file.seek(SeekFrom::Start(first)).map(|_| ());
        while rest > 0 && at.is_ok() {
            let size = rest.min(PIECE);
            let mut piece = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            at = match (&mut file).take(size).read_to_end(&mut piece) {
                Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                other => other.map(|_| ()),
            };
            rest -= piece.len() as u64;
            // Whoever wanted it may have gone.
            if at.is_ok() && sender.blocking_send(Ok(piece.into())).is_err() {
                return;
            }
        }
        if let Err(error) = at {
            let _ = sender.blocking_send(Err(error));
        }
    });
    Pieces(receiver).boxed_unsync()
}

struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
