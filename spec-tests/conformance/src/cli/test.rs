//! `seaworthy test`.

use std::sync::Arc;

use clap::ValueEnum;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

use super::values::{outputs, parse_shard, parse_version};
use crate::commands::check::Conclusion;
use crate::commands::test;
use crate::process::Confiner;
use crate::report::{Format, Shard, Target};
use crate::subjects;

/// Run the suite against the reference and every other subject that is installed.
///
/// Exits with 0 only if the reference passes everything, and each subject that is named fails
/// nothing; with 3 if one of those has no case that tells anything.
#[derive(Debug, clap::Args)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  seaworthy test                               everything
  seaworthy test umoci-stat regctl             two programs, and the reference
  seaworthy test --only descriptor/digest -v   some cases, with every outcome
  seaworthy test --program mine.toml mine      a program of your own
  seaworthy test --seed 7                      on generated images instead of the plain ones
  seaworthy test --shard 1/4 --report json=1.json   a quarter, to be joined by `report merge`
  seaworthy test --report junit=results.xml --report html=results.html"
)]
pub struct Args {
    /// The subjects to test; all if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A program to test besides, described in this file; may be repeated
    #[arg(long = "program", value_name = "FILE")]
    programs: Vec<std::path::PathBuf>,
    /// Only subjects in this role
    #[arg(long)]
    role: Option<RoleArg>,
    /// Only cases whose id begins so; may be repeated
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// The version of image-spec to judge by
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// Draw the images from this seed. Snapshots and known divergences are those of the plain images
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["snapshots", "divergences"])]
    seed: Option<u64>,
    /// How many subjects run at the same time [default: one for each processor]
    #[arg(long, short, value_name = "COUNT")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Take further options from the table [test] of this file
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// How to write the report to standard output
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write a report to a file, too, or to standard output (-); may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Target>,
    /// Run only a part of the cases: the first of four is 1/4
    #[arg(long, value_name = "PART/PARTS", value_parser = parse_shard)]
    shard: Option<Shard>,
    /// Take the failures of this earlier JSON report as known: exit with 1 if there are others, or
    /// if one of them is gone
    #[arg(long, value_name = "FILE")]
    baseline: Option<std::path::PathBuf>,
    /// Show every case, and not only failures
    #[arg(long, short)]
    verbose: bool,
    /// Write a snapshot of each subject, with all cases, into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "only")]
    snapshots: Option<std::path::PathBuf>,
    /// Compare failures with the known ones in this folder: exit with 1 if they differ
    #[arg(long, value_name = "DIR")]
    divergences: Option<std::path::PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArg {
    Validator,
    Reader,
    Storer,
    Unpacker,
    Converter,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let request = test::Request {
        names: args.names.clone(),
        role: args.role.map(|role| match role {
            RoleArg::Validator => Role::Validator,
            RoleArg::Reader => Role::Reader,
            RoleArg::Storer => Role::Storer,
            RoleArg::Unpacker => Role::Unpacker,
            RoleArg::Converter => Role::Converter,
        }),
        only: args.only.clone(),
        version: args.spec,
        seed: args.seed,
        jobs,
        shard: args.shard,
        baseline: args.baseline.clone(),
        snapshots: args.snapshots.clone(),
        divergences: args.divergences.clone(),
    };
    let confiner = Arc::new(Confiner::new());
    let subjects = subjects::all(&confiner, &args.programs)?;
    let outputs = outputs(args.format, &args.reports, args.spec, args.verbose)?;
    test::test(&request, subjects, &confiner, outputs)
}
