//! The command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use seaworthy_image::json;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::Level;

use crate::commands::check::{self, Conclusion};
use crate::input;

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
enum TypeArg {
    Layout,
    Index,
    Manifest,
    Config,
    Descriptor,
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Check(args) => check(&args),
    };
    match result {
        Ok(conclusion) => ExitCode::from(conclusion.exit_status()),
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seaworthy: {error}");
            ExitCode::from(Conclusion::Unjudged.exit_status())
        }
    }
}

fn check(args: &CheckArgs) -> io::Result<Conclusion> {
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
