//! That a command is at work: how far it has come, if that can be told, or else for how long it has been.
//!
//! All on standard error: moving on a terminal, and a line now and then anywhere else.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a line is written where there is no terminal. What takes less time writes none.
const PAUSE: Duration = Duration::from_secs(10);

/// Shows how far a run has come, on standard error.
pub struct Progress {
    bar: Option<ProgressBar>,
    what: &'static str,
    last: Instant,
}

impl Progress {
    /// Nothing done yet; `what` is what is counted.
    pub fn new(what: &'static str) -> Progress {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let form = format!("{{bar:40}} {{pos}}/{{len}} {what}, {{eta}} left");
            if let Ok(style) = ProgressStyle::with_template(&form) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Progress { bar, what, last: Instant::now() }
    }

    /// So much is done.
    pub fn show(&mut self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        } else if self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            // Nobody may be there to read it: the work goes on.
            let _ = writeln!(io::stderr(), "{done} of {total} {}", self.what);
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What takes no longer is not told of, even on a terminal.
const SHORT: Duration = Duration::from_secs(1);

/// Shows that something goes on of which nobody knows how long it will take, until this is dropped.
pub struct Busy {
    /// Closed to end the thread.
    open: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Busy {
    /// `what` is done from now on, such as "checking image.tar". It goes to a terminal as it is.
    pub fn new(what: String) -> Busy {
        let (open, closed) = channel();
        let is_terminal = io::stderr().is_terminal();
        let tell = move || match is_terminal {
            true => turn(&what, &closed),
            false => repeat(&what, &closed, PAUSE, &mut io::stderr()),
        };
        // Without a thread nothing is told, and the work goes on.
        let thread = thread::Builder::new().spawn(tell).ok();
        Busy { open: Some(open), thread }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        drop(self.open.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to say.
            let _ = thread.join();
        }
    }
}

/// Something that turns, on a terminal.
fn turn(what: &str, closed: &Receiver<()>) {
    if closed.recv_timeout(SHORT) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let spinner = ProgressBar::new_spinner().with_elapsed(SHORT).with_message(what.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(200));
    // Nothing is ever sent: this waits for the end.
    let _ = closed.recv();
    spinner.finish_and_clear();
}

/// A line now and then, anywhere else.
fn repeat(what: &str, closed: &Receiver<()>, pause: Duration, out: &mut dyn Write) {
    let start = Instant::now();
    while closed.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let _ = writeln!(out, "{what}: {} s so far", start.elapsed().as_secs());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_at_each_pause_until_the_end() {
        let (open, closed) = channel();
        let telling = thread::spawn(move || {
            let mut out = Vec::new();
            repeat("checking", &closed, Duration::from_millis(20), &mut out);
            out
        });
        thread::sleep(Duration::from_millis(200));
        drop(open);
        let out = telling.join().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().count() > 1, "{text}");
        assert!(text.lines().all(|line| line == "checking: 0 s so far"), "{text}");
    }

    #[test]
    fn what_is_done_soon_is_not_told_of() {
        let (open, closed) = channel();
        drop(open);
        let mut out = Vec::new();
        repeat("checking", &closed, PAUSE, &mut out);
        assert!(out.is_empty());
    }
}
