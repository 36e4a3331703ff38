//! Values that several commands take.

use clap::ValueEnum;
use seaworthy_image::spec::SpecVersion;

/// Reads a version of image-spec.
pub fn parse_version(text: &str) -> Result<SpecVersion, String> {
    text.parse().map_err(|error: seaworthy_image::spec::UnknownVersion| error.to_string())
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelArg {
    Must,
    Should,
    May,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}
