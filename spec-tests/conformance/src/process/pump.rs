//! One thread, one loop: drains both pipes and the report, and looks at the clock and the limits.

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::watch::Watch;
use super::{Error, Exit, Limits, Ran};
use crate::confine::{InForce, Message};
use crate::scratch::Scratch;

/// For the steps of the confinement, which take milliseconds, on a machine that is overloaded.
const SETTING_UP: Duration = Duration::from_secs(60);
/// For the guard to kill everything, before it is killed itself.
const WINDING_DOWN: Duration = Duration::from_secs(5);

/// What a program wrote to one of its outputs: all of it, or its beginning and its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    head: Vec<u8>,
    tail: std::collections::VecDeque<u8>,
    total: u64,
    keep: usize,
}

impl Captured {
    /// The bytes kept; when [`Captured::omitted`] is not zero, that many are missing in the middle.
    pub fn bytes(&self) -> Vec<u8> {
        self.head.iter().chain(&self.tail).copied().collect()
    }

    /// The bytes kept as text, for people, with a note in place of what is missing.
    pub fn text(&self) -> String {
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        match self.omitted() {
            0 => String::from_utf8_lossy(&self.bytes()).into_owned(),
            omitted => format!(
                "{}\n[{omitted} bytes left out]\n{}",
                String::from_utf8_lossy(&self.head),
                String::from_utf8_lossy(&tail)
            ),
        }
    }

    /// How many bytes the program wrote.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many of them were not kept.
    pub fn omitted(&self) -> u64 {
        self.total - (self.head.len() + self.tail.len()) as u64
    }

    fn keeping(keep: usize) -> Self {
        Self { keep, ..Self::default() }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = (self.keep - self.keep / 2).saturating_sub(self.head.len());
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend(head);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(self.keep / 2);
        self.tail.drain(..excess);
    }
}

/// Stays with a run until nothing of it is left.
pub(super) fn to_the_end(
    mut child: Child,
    socket: UnixStream,
    scratch: &Scratch,
    limits: &Limits,
    stop: &AtomicBool,
) -> Result<Ran, Error> {
    let pumped = match pump(&mut child, socket, scratch, limits, stop) {
        Ok(pumped) => {
            child.wait()?;
            pumped
        }
        Err(error) => {
            let _ = child.kill();
            child.wait()?;
            return Err(error.into());
        }
    };
    pumped.into_ran()
}

struct Pumped {
    stdout: Captured,
    stderr: Captured,
    report: Vec<u8>,
    started: Option<Instant>,
    ended: Instant,
    stopped: Option<Exit>,
    peak: u64,
}

fn pump(
    child: &mut Child,
    socket: UnixStream,
    scratch: &Scratch,
    limits: &Limits,
    stop: &AtomicBool,
) -> io::Result<Pumped> {
    let missing = || io::Error::other("a pipe is missing");
    let mut stdout = Stream::new(child.stdout.take().ok_or_else(missing)?, limits.keep)?;
    let mut stderr = Stream::new(child.stderr.take().ok_or_else(missing)?, limits.keep)?;
    let mut report = Stream::new(socket, 64 << 10)?;
    let mut watch = Watch::new(child.id(), scratch, limits);
    let mut deadline = Instant::now() + SETTING_UP;
    let mut started = None;
    let mut stopped = None;
    while report.open {
        let wake = deadline.min(watch.due());
        wait(&[&stdout, &stderr, &report], wake.saturating_duration_since(Instant::now()))?;
        stdout.drain()?;
        stderr.drain()?;
        report.drain()?;
        let now = Instant::now();
        if started.is_none() && stopped.is_none() && report.captured.total > 0 {
            // The first line of a report comes with the program's start, if it does start.
            started = Some(now);
            deadline = now + limits.wall;
        }
        if now >= deadline && stopped.is_some() {
            child.kill()?;
            watch.kill();
            break;
        }
        if stopped.is_none() {
            // Whoever sets it does not wake us, but the limits are looked at often enough.
            stopped = if stop.load(Ordering::Relaxed) {
                Some(Exit::Stopped)
            } else if now >= deadline {
                Some(Exit::TimedOut)
            } else if stdout.captured.total + stderr.captured.total > limits.output {
                Some(Exit::TooMuchOutput)
            } else {
                watch.look()
            };
            if stopped.is_some() {
                // Not one kill from here, which would leave the guard no time to reap what it guards.
                report.end.shutdown(Shutdown::Write)?;
                deadline = now + WINDING_DOWN;
            }
        }
    }
    let ended = Instant::now();
    stdout.drain()?;
    stderr.drain()?;
    if stopped.is_none() {
        stopped = watch.last_look();
    }
    Ok(Pumped {
        stdout: stdout.captured,
        stderr: stderr.captured,
        report: report.captured.bytes(),
        started,
        ended,
        stopped,
        peak: watch.peak(),
    })
}

impl Pumped {
    fn into_ran(self) -> Result<Ran, Error> {
        let (mut exit, mut peak): (Option<Exit>, _) = (None, self.peak);
        let mut in_force: Option<InForce> = None;
        for message in String::from_utf8_lossy(&self.report).lines().filter_map(Message::parse) {
            match message {
                Message::NoNamespaces(reason) => return Err(Error::NoNamespaces(reason)),
                Message::Unstartable(reason) => return Err(Error::Unstartable(reason)),
                Message::Refused(reason) if in_force.is_none() => {
                    return Err(Error::Refused(reason));
                }
                // What the guard says of a parent that told it to stop.
                Message::Refused(_) => {}
                Message::InForce(found) => in_force = Some(found),
                Message::Exited(code) => exit = Some(Exit::Exited(code)),
                Message::Signalled(signal) => exit = Some(of_signal(signal)),
                Message::Peak(bytes) => peak = peak.max(bytes),
            }
        }
        let (Some(in_force), Some(started)) = (in_force, self.started) else {
            return Err(Error::Lost);
        };
        Ok(Ran {
            exit: self.stopped.or(exit).ok_or(Error::Lost)?,
            stdout: self.stdout,
            stderr: self.stderr,
            elapsed: self.ended.saturating_duration_since(started),
            peak_rss: peak,
            in_force,
        })
    }
}

/// Two signals come from the kernel's limits.
fn of_signal(signal: i32) -> Exit {
    if signal == rustix::process::Signal::XCPU.as_raw() {
        Exit::TimedOut
    } else if signal == rustix::process::Signal::XFSZ.as_raw() {
        Exit::TooMuchDisk
    } else {
        Exit::Signalled(signal)
    }
}

struct Stream<R> {
    end: R,
    open: bool,
    captured: Captured,
}

trait Pollable {
    fn poll_fd(&self) -> Option<PollFd<'_>>;
}

impl<R: AsFd> Pollable for Stream<R> {
    fn poll_fd(&self) -> Option<PollFd<'_>> {
        self.open.then(|| PollFd::new(&self.end, PollFlags::IN))
    }
}

impl<R: Read + AsFd> Stream<R> {
    fn new(end: R, keep: usize) -> io::Result<Self> {
        let flags = rustix::fs::fcntl_getfl(&end)?;
        rustix::fs::fcntl_setfl(&end, flags | OFlags::NONBLOCK)?;
        Ok(Self { end, open: true, captured: Captured::keeping(keep) })
    }

    /// Takes what there is, but not for ever: a flood must not keep us from the clock.
    fn drain(&mut self) -> io::Result<()> {
        let mut buffer = [0; 64 << 10];
        for _ in 0..16 {
            if !self.open {
                break;
            }
            match self.end.read(&mut buffer) {
                Ok(0) => self.open = false,
                Ok(length) => self.captured.add(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A socket whose other end went with something unread.
                Err(error) if error.kind() == ErrorKind::ConnectionReset => self.open = false,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn wait(streams: &[&dyn Pollable], patience: Duration) -> io::Result<()> {
    let mut fds: Vec<_> = streams.iter().filter_map(|stream| stream.poll_fd()).collect();
    let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
    match poll(&mut fds, Some(&patience)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut captured = Captured::keeping(5);
        for chunk in [&b"ab"[..], b"", b"cdef", b"ghijklmn", b"o"] {
            captured.add(chunk);
        }
        assert_eq!(captured.bytes(), b"abcno");
        assert_eq!((captured.total(), captured.omitted()), (15, 10));
        assert_eq!(captured.text(), "abc\n[10 bytes left out]\nno");
    }

    #[test]
    fn what_fits_is_kept_whole() {
        let mut captured = Captured::keeping(5);
        captured.add(b"abcde");
        assert_eq!((captured.bytes(), captured.omitted()), (b"abcde".to_vec(), 0));
    }
}
