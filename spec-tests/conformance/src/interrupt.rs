//! The end of the process by a signal, Ctrl-C above all: temporary files and folders go with it.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use nix::sys::signal::{SigSet, Signal, raise};

use crate::scratch::clean;

/// What people and systems end a program with.
const SIGNALS: [Signal; 3] = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM];

static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Something that is removed should a signal end the process while this lives. Otherwise whoever made it
/// has to remove it.
#[derive(Debug)]
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    /// For a file or a folder that exists.
    pub fn new(path: &Path) -> Self {
        temporary().insert(path.to_owned());
        Temporary(path.to_owned())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        temporary().remove(&self.0);
    }
}

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the signals, in a thread. To be called before there are other threads.
///
/// # Errors
///
/// The system gives no thread.
pub(crate) fn watch() -> io::Result<()> {
    // A program that was started to ignore a signal, as by nohup, goes on ignoring it.
    let ignored = ignored();
    let signals: SigSet =
        SIGNALS.into_iter().filter(|&signal| ignored & (1 << (signal as u32 - 1)) == 0).collect();
    // All threads inherit this, so that the one that waits gets them.
    signals.thread_block()?;
    let wait = move || {
        if let Ok(signal) = signals.wait() {
            end(signal, &signals);
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

fn end(signal: Signal, signals: &SigSet) {
    // A second one ends it at once.
    let _ = signals.thread_unblock();
    // Below a progress bar, and what the terminal shows of Ctrl-C.
    let new_line = if io::stderr().is_terminal() { "\n" } else { "" };
    let _ = writeln!(io::stderr(), "{new_line}seaworthy: ended by {signal}");
    let temporary = temporary();
    temporary.iter().for_each(|path| remove(path));
    // As if it had not been waited for, so that a shell can tell.
    let _ = raise(signal);
    std::process::exit(128 + signal as i32)
}

fn remove(path: &Path) {
    /// Programs that still write there end with this process, but not before.
    const TRIES: usize = 20;
    for _ in 0..TRIES {
        let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        let removed = if is_folder { clean::remove(path) } else { fs::remove_file(path) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => thread::sleep(Duration::from_millis(10)),
            _ => return,
        }
    }
}

/// The signals that this process ignores, the first in the lowest bit; none if the system does not tell.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|line| u64::from_str_radix(line.trim(), 16).ok()).unwrap_or(0)
}
