//! The command line.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};
use seaworthy_image::json;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::{Level, Role};

use crate::commands::check::{self, Conclusion};
use crate::commands::{list, test};
use crate::process::Confiner;
use crate::subjects::program::DefinitionError;
use crate::{input, subjects};

/// Conformance test suite for OCI images, and for the programs that handle them.
///
/// Exit status: 0 everything conforms, 1 there are findings, 2 wrong usage, 3 something could not
/// be judged.
#[derive(Debug, Parser)]
#[command(name = "seaworthy", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(CheckArgs),
    Test(TestArgs),
    List(ListArgs),
    Explain(ExplainArgs),
}

/// Say whether images are correct, and if not, what is wrong and where.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy check ./layout                     an image layout in a directory
  seaworthy check image.tar image.tar.gz       layouts in archives
  seaworthy check oci:./layout:v1              one image of a layout, by its name
  skopeo inspect --raw docker://… | seaworthy check -
  seaworthy check --type config config.json    a single document")]
struct CheckArgs {
    /// An image layout (a directory, or a tar archive, plain or compressed with gzip or zstd), a
    /// single JSON document, - for standard input, or oci:PATH[:REF] or oci-archive:PATH[:REF]
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    /// The version of image-spec to judge by
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// The weakest requirements to report: must (with what is implied), should, or may
    #[arg(long, default_value = "should")]
    level: LevelArg,
    /// How to write the findings
    #[arg(long, default_value = "human")]
    format: Format,
    /// Let warnings count: exit with 1 for a SHOULD, too
    #[arg(long)]
    strict: bool,
    /// The type of a single document, where it cannot be recognised
    #[arg(long = "type", value_name = "TYPE")]
    document: Option<TypeArg>,
    /// The largest document that is read, in bytes
    #[arg(long, default_value_t = json::Limits::default().bytes, value_name = "BYTES")]
    max_document: usize,
    /// The largest archive that is read, in bytes after decompression
    #[arg(long, default_value_t = input::Options::default().archive_bytes, value_name = "BYTES")]
    max_archive: u64,
}

/// Run the suite against the reference and every other subject that is installed.
///
/// Exits with 0 only if the reference passes everything, and each subject that is named fails
/// nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy test                               everything
  seaworthy test umoci-stat regctl             two programs, and the reference
  seaworthy test --only descriptor/digest -v   some cases, with every outcome
  seaworthy test --program mine.toml mine      a program of your own
  seaworthy test --seed 7                      on generated images instead of the plain ones")]
struct TestArgs {
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
    /// Draw the images from this seed
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// How many subjects run at the same time [default: one for each processor]
    #[arg(long, short, value_name = "COUNT")]
    jobs: Option<std::num::NonZeroUsize>,
    /// How to write the report
    #[arg(long, default_value = "human")]
    format: Format,
    /// Show every case, and not only failures
    #[arg(long, short)]
    verbose: bool,
    /// Write a snapshot for each subject into this folder
    #[arg(long, value_name = "DIR")]
    snapshots: Option<std::path::PathBuf>,
    /// Compare failures with the known ones in this folder: exit with 1 if they differ
    #[arg(long, value_name = "DIR")]
    divergences: Option<std::path::PathBuf>,
}

/// List the requirements.
#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only requirements whose id begins so
    #[arg(value_name = "ID")]
    only: Vec<String>,
    /// Show instead how the sentences of the specification are accounted for
    #[arg(long)]
    coverage: bool,
    /// With --coverage: compare with a checkout of the specification
    #[arg(long, value_name = "DIR", requires = "coverage")]
    spec_dir: Option<std::path::PathBuf>,
    /// With --spec-dir: the version that is checked out
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
}

/// Explain a requirement: what it says, why, where it stands, and what keeps or breaks it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  seaworthy explain descriptor/digest-syntax")]
struct ExplainArgs {
    /// The requirement's id, or that of one of its cases
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

fn parse_version(text: &str) -> Result<SpecVersion, String> {
    text.parse().map_err(|error: seaworthy_image::spec::UnknownVersion| error.to_string())
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LevelArg {
    Must,
    Should,
    May,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArg {
    Validator,
    Reader,
    Storer,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TypeArg {
    Layout,
    Index,
    Manifest,
    Config,
    Descriptor,
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check(&args),
        Command::Test(args) => test(&args),
        Command::List(args) => list(&args),
        Command::Explain(args) => explain(&args),
    };
    match result {
        Ok(conclusion) => ExitCode::from(conclusion.exit_status()),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seaworthy: {error:#}");
            ExitCode::from(if is_usage(&error) { 2 } else { Conclusion::Unjudged.exit_status() })
        }
    }
}

/// A mistake on the command line that clap cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>() || error.is::<DefinitionError>()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn test(args: &TestArgs) -> anyhow::Result<Conclusion> {
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let request = test::Request {
        names: args.names.clone(),
        role: args.role.map(|role| match role {
            RoleArg::Validator => Role::Validator,
            RoleArg::Reader => Role::Reader,
            RoleArg::Storer => Role::Storer,
        }),
        only: args.only.clone(),
        version: args.spec,
        seed: args.seed,
        jobs,
        json: args.format == Format::Json,
        verbose: args.verbose,
        snapshots: args.snapshots.clone(),
        divergences: args.divergences.clone(),
    };
    let confiner = Arc::new(Confiner::new());
    let subjects = subjects::all(&confiner, &args.programs)?;
    let is_as_wanted = test::test(&request, subjects, &confiner)?;
    Ok(if is_as_wanted { Conclusion::Conforms } else { Conclusion::Findings })
}

fn list(args: &ListArgs) -> anyhow::Result<Conclusion> {
    let mut out = anstream::stdout().lock();
    if args.coverage {
        let spec = args.spec_dir.as_deref().map(|folder| (folder, args.spec));
        let is_complete = list::print_coverage(spec, &mut out)?;
        return Ok(if is_complete { Conclusion::Conforms } else { Conclusion::Findings });
    }
    if list::list(&args.only, &mut out)? == 0 {
        return Err(Usage(format!("no requirement begins with {}", args.only.join(" or "))).into());
    }
    Ok(Conclusion::Conforms)
}

fn explain(args: &ExplainArgs) -> anyhow::Result<Conclusion> {
    let mut out = anstream::stdout().lock();
    for (at, id) in args.ids.iter().enumerate() {
        let name: Vec<&str> = id.splitn(3, '/').take(2).collect();
        let Some(requirement) = seaworthy_rules::find(&name.join("/")) else {
            return Err(
                Usage(format!("there is no requirement {id:?}; `seaworthy list` shows them all")).into()
            );
        };
        if at > 0 {
            writeln!(out, "\n")?;
        }
        list::explain(requirement, &mut out)?;
    }
    Ok(Conclusion::Conforms)
}

fn check(args: &CheckArgs) -> anyhow::Result<Conclusion> {
    let request = check::Request {
        images: args.images.clone(),
        version: args.spec,
        level: match args.level {
            LevelArg::Must => Level::Implied,
            LevelArg::Should => Level::Should,
            LevelArg::May => Level::May,
        },
        strict: args.strict,
        input: input::Options {
            document: args.document.map(|kind| match kind {
                TypeArg::Layout => DocumentKind::Header,
                TypeArg::Index => DocumentKind::Index,
                TypeArg::Manifest => DocumentKind::Manifest,
                TypeArg::Config => DocumentKind::Config,
                TypeArg::Descriptor => DocumentKind::Descriptor,
            }),
            json: json::Limits { bytes: args.max_document, ..json::Limits::default() },
            archive_bytes: args.max_archive,
        },
    };
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Human => {
            let conclusion = check::check(&request, |checked| {
                check::human(&checked, request.version, request.strict, &mut out)
            })?;
            out.flush()?;
            Ok(conclusion)
        }
        Format::Json => {
            let mut all = Vec::new();
            let conclusion = check::check(&request, |checked| {
                all.push(checked);
                Ok(())
            })?;
            check::json(&all, &request, &mut out)?;
            out.flush()?;
            Ok(conclusion)
        }
    }
}
