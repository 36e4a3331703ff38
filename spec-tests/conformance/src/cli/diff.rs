//! `seaworthy diff`.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use seaworthy_image::media_type::Compression;

use super::Usage;
use super::patient::Patient;
use crate::commands::check::Conclusion;
use crate::commands::diff;
use crate::progress::Busy;
use crate::tree;

/// Write the layer that leads from one directory to another.
///
/// Applied to LOWER the layer gives UPPER: contents, owners, modes, times, extended attributes and hard
/// links. The same directories give the same bytes. Prints the digest and size of the blob, and the
/// layer's diff id, to standard output; to standard error if the layer itself goes to standard output.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy diff before after -o layer.tar.gz      what changed between two directories
  seaworthy diff empty rootfs -o base.tar.zst      a base layer: compare with an empty directory
  seaworthy diff before after -o - | tar -tv       look at it")]
pub struct Args {
    /// What the layers below make
    #[arg(value_name = "LOWER")]
    lower: PathBuf,
    /// What they and the new layer make
    #[arg(value_name = "UPPER")]
    upper: PathBuf,
    /// The layer's file, or - for standard output
    #[arg(long, short, value_name = "LAYER")]
    output: OsString,
    /// How to compress it [default: by the name: gzip for .gz and .tgz, zstd for .zst, .zstd and .tzst, not at all
    /// for .tar and without an ending]
    #[arg(long, value_name = "HOW")]
    compress: Option<CompressArg>,
    /// The most files and directories that a directory may have
    #[arg(long, default_value_t = tree::Limits::default().nodes, value_name = "COUNT")]
    max_entries: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CompressArg {
    None,
    Gzip,
    Zstd,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    for directory in [&args.lower, &args.upper] {
        if !directory.is_dir() {
            return Err(Usage(format!("{} is not a directory", directory.display())).into());
        }
    }
    let compression = match args.compress {
        Some(CompressArg::None) => Compression::None,
        Some(CompressArg::Gzip) => Compression::Gzip,
        Some(CompressArg::Zstd) => Compression::Zstd,
        None => by_name(&args.output)?,
    };
    let busy = Busy::new("comparing".to_owned());
    let written = diff::run(&diff::Request {
        lower: args.lower.clone(),
        upper: args.upper.clone(),
        output: args.output.clone(),
        compression,
        nodes: args.max_entries,
    })?;
    drop(busy);
    let mut out: Box<dyn Write> = match args.output == "-" {
        true => Box::new(std::io::stderr()),
        false => Box::new(Patient::new(std::io::stdout())),
    };
    writeln!(out, "digest   {}", written.digest)?;
    writeln!(out, "diff id  {}", written.diff_id)?;
    writeln!(out, "size     {}", written.size)?;
    writeln!(out, "entries  {}", written.entries)?;
    out.flush()?;
    Ok(Conclusion::Conforms)
}

/// How a layer of this name is compressed. A name that promises anything else would lie.
fn by_name(output: &OsStr) -> Result<Compression, Usage> {
    match Path::new(output).extension().map(|ending| ending.to_string_lossy()).as_deref() {
        None | Some("tar") => Ok(Compression::None),
        Some("gz" | "tgz") => Ok(Compression::Gzip),
        Some("zst" | "zstd" | "tzst") => Ok(Compression::Zstd),
        Some(ending) => Err(Usage(format!(
            "{}: the ending .{ending} does not tell how to compress a layer: end the name in .tar, .gz, .tgz, .zst, .zstd or .tzst, or say it with --compress",
            output.display()
        ))),
    }
}
