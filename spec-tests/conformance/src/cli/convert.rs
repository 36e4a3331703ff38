//! `seaworthy convert`.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use seaworthy_image::spec::SpecVersion;
use seaworthy_image::{compression, conversion, json, layer};

use super::patient::Patient;
use super::values::{Format, parse_version};
use super::{complain, complain_notes, complain_unverified};
use crate::commands::check::Conclusion;
use crate::commands::convert;
use crate::image::Platform;
use crate::input;
use crate::printable::printable;

/// Print the runtime configuration that an image's configuration makes.
///
/// It is a config.json with all that the image says and nothing else. Users and groups are looked up
/// in the image, never on this machine. What image-spec leaves open is told on standard error.
///
/// Exit status: 0 converted, 1 the image has no right conversion (an unknown user, a member of the
/// wrong type), 2 wrong usage, 3 the image could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy convert ./layout                        the only image of a layout
  seaworthy convert oci:./layout:v1                 one of several, by its name
  seaworthy convert --platform linux/arm64 image.tar
  seaworthy convert --rootfs ./rootfs ./layout      users as in an unpacked root file system
  seaworthy convert config.json                     a configuration alone")]
pub struct Args {
    /// An image layout (a directory, or a tar archive, plain or compressed with gzip or zstd), an
    /// image configuration, - for standard input, or oci:PATH[:REF] or oci-archive:PATH[:REF]
    #[arg(value_name = "IMAGE")]
    image: OsString,
    /// The platform to choose where there are several: OS/ARCHITECTURE[/VARIANT]
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<Platform>,
    /// A root file system to look users and groups up in, instead of the image's layers
    #[arg(long, value_name = "DIR")]
    rootfs: Option<PathBuf>,
    /// The version of image-spec to convert by
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// human: the configuration, and notes on standard error; json: both as one value
    #[arg(long, default_value = "human")]
    format: Format,
    /// The largest document that is read, in bytes
    #[arg(long, default_value_t = json::Limits::default().bytes, value_name = "BYTES")]
    max_document: usize,
    /// The largest layer that is read, in bytes after decompression
    #[arg(long, default_value_t = compression::Limits::default().bytes, value_name = "BYTES")]
    max_layer: u64,
    /// The largest /etc/passwd or /etc/group that is read, in bytes
    #[arg(long, default_value_t = conversion::Limits::default().file, value_name = "BYTES")]
    max_accounts: u64,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let request = convert::Request {
        image: args.image.clone(),
        platform: args.platform.clone(),
        rootfs: args.rootfs.clone(),
        version: args.spec,
        input: input::Options {
            json: json::Limits { bytes: args.max_document, ..json::Limits::default() },
            ..input::Options::default()
        },
        accounts: conversion::Limits { file: args.max_accounts, ..conversion::Limits::default() },
        layers: layer::Limits {
            stream: compression::Limits { bytes: args.max_layer, ..compression::Limits::default() },
            ..layer::Limits::default()
        },
    };
    let name = || printable(&args.image.to_string_lossy());
    let converted = match convert::convert(&request)? {
        Ok(converted) => converted,
        Err(error) => {
            complain(&format!("{}: cannot be converted: {}", name(), printable(&error.to_string())));
            return Ok(Conclusion::Findings);
        }
    };
    // In JSON, too, where notes are about the conversion.
    complain_notes(&args.image, &converted.notes);
    let mut out = Patient::new(anstream::stdout().lock());
    match args.format {
        Format::Json => convert::report(&converted, args.spec, &mut out)?,
        Format::Human => {
            convert::config(&converted.conversion.runtime, args.spec, &mut out)?;
            out.flush()?;
            complain_unverified(&args.image, converted.unverified.as_deref());
            for note in &converted.conversion.notes {
                complain(&format!("{}: note: {}", name(), printable(&note.to_string())));
            }
        }
    }
    out.flush()?;
    Ok(Conclusion::Conforms)
}
