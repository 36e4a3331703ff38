//! `seaworthy report`: what was reported, read again: as pages, compared, or joined.

pub mod diff;
pub mod known;
pub mod merge;

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use crate::report::{Report, json};

/// The largest report that is read: a million results take a quarter of this.
const MOST_BYTES: u64 = 1 << 30;

/// Reads a JSON report from a file.
///
/// # Errors
///
/// It cannot be read, is too large, or is no report.
pub fn read_report(path: &Path) -> anyhow::Result<Report> {
    let shown = || path.display().to_string();
    let file = std::fs::File::open(path).with_context(shown)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).with_context(shown)?;
    anyhow::ensure!(bytes.len() as u64 <= MOST_BYTES, "{}: it is larger than {MOST_BYTES} bytes", shown());
    json::read(&bytes).with_context(shown)
}
