//! How far a run has come: a bar on a terminal, and a line now and then anywhere else.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a line is written where there is no terminal. A run that is shorter writes none.
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
            eprintln!("{done} of {total} {}", self.what);
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
