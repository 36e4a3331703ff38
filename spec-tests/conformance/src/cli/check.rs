//! `seaworthy check`.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use seaworthy_image::layer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_image::{compression, json, tar};
use seaworthy_rules::Level;

use super::Usage;
use super::values::{LevelArg, outputs, parse_version};
use crate::commands::check::{self, Conclusion};
use crate::commands::report::read_report;
use crate::report::{Format, Target, of_check};
use crate::{input, storage};

/// Say whether images are correct, and if not, what is wrong and where.
#[derive(Debug, clap::Args)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  seaworthy check ./layout                     an image layout in a directory
  seaworthy check image.tar image.tar.gz       layouts in archives
  seaworthy check oci:./layout:v1              one image of a layout, by its name
  skopeo inspect --raw docker://… | seaworthy check -
  seaworthy check --type config config.json    a single document
  seaworthy check --report sarif=out.sarif --report junit=out.xml image.tar"
)]
pub struct Args {
    /// An image layout (a directory, or a tar archive, plain or compressed with gzip or zstd), a
    /// single JSON document, - for standard input, or oci:PATH[:REF] or oci-archive:PATH[:REF]
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<OsString>,
    /// The version of image-spec to judge by
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// The weakest requirements to report: must (with what is implied), should, or may
    #[arg(long, default_value = "should")]
    level: LevelArg,
    /// Take further options from the table [check] of this file
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// How to write the findings to standard output
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write a report to a file, too, or to standard output (-); may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Target>,
    /// Leave out the findings of this earlier JSON report: exit with 1 if there are others, or if one of
    /// them is gone
    #[arg(long, value_name = "FILE")]
    baseline: Option<std::path::PathBuf>,
    /// Let warnings count: exit with 1 for a SHOULD, too
    #[arg(long)]
    strict: bool,
    /// The type of a single document, instead of recognising it
    #[arg(long = "type", value_name = "TYPE")]
    document: Option<TypeArg>,
    /// The largest document that is read, in bytes
    #[arg(long, default_value_t = json::Limits::default().bytes, value_name = "BYTES",
        value_parser = RangedU64ValueParser::<usize>::new().range(..=json::Limits::MOST_BYTES as u64))]
    max_document: usize,
    /// The most bytes that an archive may have once it is decompressed, or read from standard input
    #[arg(long, default_value_t = input::Options::default().archive_bytes, value_name = "BYTES")]
    max_archive: u64,
    /// How many times larger a compressed archive of more than 64 MiB may become
    #[arg(long, default_value_t = input::Options::default().ratio, value_name = "TIMES")]
    max_ratio: u64,
    /// The most files and directories that a layout is judged with
    #[arg(long, default_value_t = storage::Limits::default().entries, value_name = "COUNT")]
    max_entries: usize,
    /// The largest layer that is read, in bytes after decompression. Whatever the size, it is never
    /// held in memory: this bounds the time
    #[arg(long, default_value_t = compression::Limits::default().bytes, value_name = "BYTES")]
    max_layer: u64,
    /// How many times larger a layer of more than 64 MiB may become. gzip comes to a thousand at most
    #[arg(long, default_value_t = compression::Limits::default().ratio, value_name = "TIMES")]
    max_layer_ratio: u64,
    /// The largest window of zstd, in bytes: memory that a layer can ask for. RFC 8878 recommends to
    /// support 8 MiB
    #[arg(long, default_value_t = compression::Limits::default().window, value_name = "BYTES")]
    max_layer_window: u64,
    /// The most entries of a layer. Each takes some 60 bytes of memory
    #[arg(long, default_value_t = tar::Limits::default().entries, value_name = "COUNT")]
    max_layer_entries: u64,
    /// The longest path in a layer, in bytes. Linux takes 4096
    #[arg(long, default_value_t = tar::Limits::default().name, value_name = "BYTES")]
    max_path: usize,
    /// The largest PAX header in a layer, in bytes: names and extended attributes of one entry
    #[arg(long, default_value_t = tar::Limits::default().pax, value_name = "BYTES")]
    max_pax: usize,
    /// The most regions of a sparse file in a layer. Each takes 16 bytes of memory
    #[arg(long, default_value_t = tar::Limits::default().regions, value_name = "COUNT")]
    max_regions: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TypeArg {
    Layout,
    Index,
    Manifest,
    Config,
    Descriptor,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    if args.images.iter().filter(|image| *image == "-").count() > 1 {
        return Err(Usage("standard input can be read only once".to_owned()).into());
    }
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
            ratio: args.max_ratio,
            storage: storage::Limits { entries: args.max_entries, ..storage::Limits::default() },
        },
        layer: layer::Limits {
            stream: compression::Limits {
                bytes: args.max_layer,
                ratio: args.max_layer_ratio,
                window: args.max_layer_window,
            },
            archive: tar::Limits {
                entries: args.max_layer_entries,
                name: args.max_path,
                pax: args.max_pax,
                regions: args.max_regions,
            },
        },
        baseline: args.baseline.as_deref().map(read_report).transpose()?,
    };
    let mut outputs = outputs(args.format, &args.reports, args.spec, false)?;
    let mut report = of_check::begin(&request);
    outputs.begin(&report)?;
    let conclusion = check::check(&request, |checked| {
        let subject = of_check::subject(&checked, &request);
        outputs.image(&report, &subject)?;
        report.subjects.push(subject);
        Ok(())
    })?;
    outputs.finish(&mut report)?;
    Ok(conclusion)
}
