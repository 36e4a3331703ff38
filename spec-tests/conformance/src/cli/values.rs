//! Values that several commands take.

use std::io;

use clap::ValueEnum;
use seaworthy_image::spec::SpecVersion;

use super::patient::Patient;
use crate::report::{self, Outputs, Shard, Target};

/// Reads a version of image-spec.
pub fn parse_version(text: &str) -> Result<SpecVersion, String> {
    text.parse().map_err(|error: seaworthy_image::spec::UnknownVersion| error.to_string())
}

/// Reads which part of a suite to run.
pub fn parse_shard(text: &str) -> Result<Shard, String> {
    let part = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
    match part {
        Some((index, of)) if (1..=of).contains(&index) => Ok(Shard { index, of }),
        _ => Err("it has to be PART/PARTS, for instance 1/4 to 4/4".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelArg {
    Must,
    Should,
    May,
}

/// How a command that makes no report writes what it has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

/// The reports that a run writes: those that are asked for, and the one on standard output unless
/// one of them goes there.
pub fn outputs(
    format: report::Format,
    reports: &[Target],
    version: SpecVersion,
    verbose: bool,
) -> anyhow::Result<Outputs> {
    let mut targets = reports.to_vec();
    if reports.iter().all(|target| target.file.is_some()) {
        targets.insert(0, Target { format, file: None });
    }
    let stdout = || -> Box<dyn io::Write + Send> { Box::new(Patient::new(anstream::stdout())) };
    Outputs::open(&targets, stdout, version, verbose)
}
