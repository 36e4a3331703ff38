//! `seaworthy readers`.

use std::ffi::OsString;
use std::io::Write;

use seaworthy_image::{compression, tar};
use seaworthy_readers::Limits;

use super::Usage;
use super::patient::Patient;
use super::values::Format;
use crate::commands::check::Conclusion;
use crate::commands::readers;
use crate::process::Confiner;
use crate::progress::Busy;

/// Say which tar readers list an archive differently, and why.
///
/// Each archive goes through the reference reader, three Rust libraries, and those of GNU tar, bsdtar and
/// Python's tarfile that are installed. Nothing is unpacked, and the programs run confined. Without an archive
/// our own corpus is compared, and every disagreement that the ledger (reports/readers.toml) does not know of
/// is a finding, as is one that it knows of and that no longer happens.
///
/// Exit status: 0 all list the same (our corpus: the ledger is right), 1 somebody does not, 2 wrong usage,
/// 3 an archive could not be read.
#[derive(Debug, clap::Args)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  seaworthy readers                            our corpus, compared with the ledger
  seaworthy readers layer.tar.gz               who lists what of an archive
  seaworthy readers ./layout                   of every layer of an image layout
  seaworthy readers --seed 7 --random 1000     other random layers, and more of them
  seaworthy readers --wild 100                 look for new disagreements
  seaworthy readers --format json layer.tar | jq '.readers[].disagreements'"
)]
pub struct Args {
    /// An archive (plain, or compressed with gzip or zstd), - for standard input, or the directory of an image
    /// layout, for all its layers
    #[arg(value_name = "ARCHIVE")]
    archives: Vec<OsString>,
    /// The seed of the random archives in our corpus
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "archives")]
    seed: u64,
    /// How many random archives of valid layers our corpus has
    #[arg(long, value_name = "COUNT", default_value_t = 100, conflicts_with = "archives")]
    random: usize,
    /// How many random archives of anything at all, and as many with damages: to look for what the ledger does
    /// not know yet
    #[arg(long, value_name = "COUNT", default_value_t = 0, conflicts_with = "archives")]
    wild: usize,
    /// How to write the result
    #[arg(long, default_value = "human")]
    format: Format,
    /// Show what is known, too; of an archive, every entry
    #[arg(long, short)]
    verbose: bool,
    /// The largest archive that is read, in bytes after decompression. It is held in memory
    #[arg(long, default_value_t = 1 << 30, value_name = "BYTES")]
    max_archive: u64,
    /// How many times larger a compressed archive of more than 64 MiB may become
    #[arg(long, default_value_t = compression::Limits::default().ratio, value_name = "TIMES")]
    max_ratio: u64,
    /// The most entries of an archive. Each takes some 400 bytes of memory
    #[arg(long, default_value_t = Limits::default().archive.entries, value_name = "COUNT")]
    max_entries: u64,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    if args.archives.iter().filter(|archive| *archive == "-").count() > 1 {
        return Err(Usage("standard input can be read only once".to_owned()).into());
    }
    let request = readers::Request {
        inputs: args.archives.clone(),
        seed: args.seed,
        valid: args.random,
        wild: args.wild,
        stream: compression::Limits {
            bytes: args.max_archive,
            ratio: args.max_ratio,
            ..compression::Limits::default()
        },
        limits: Limits {
            archive: tar::Limits { entries: args.max_entries, ..tar::Limits::default() },
            ..Limits::default()
        },
    };
    let busy = Busy::new("comparing readers".to_owned());
    let comparison = readers::compare(&request, &Confiner::new())?;
    drop(busy);
    let mut out = Patient::new(anstream::stdout().lock());
    match args.format {
        Format::Human => readers::human(&comparison, args.verbose, &mut out)?,
        Format::Json => readers::json(&comparison, &mut out)?,
    }
    out.flush()?;
    Ok(comparison.conclusion())
}
