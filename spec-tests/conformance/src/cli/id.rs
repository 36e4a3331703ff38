//! `seaworthy id`.

use std::ffi::OsString;
use std::io::Write;

use seaworthy_image::json;
use seaworthy_image::spec::SpecVersion;

use super::patient::Patient;
use super::values::{Format, parse_version};
use super::{complain_notes, complain_unverified};
use crate::commands::check::Conclusion;
use crate::commands::id;
use crate::image::Platform;
use crate::input;

/// Print the names that an image has by its content: image id, digests, diff ids, chain ids.
///
/// The layers themselves are not read: `seaworthy check` says whether their diff ids are right.
///
/// Exit status: 0 printed, 2 wrong usage, 3 the image could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy id ./layout                             the only image of a layout
  seaworthy id oci:./layout:v1                      one of several, by its name
  seaworthy id --platform linux/arm64 image.tar
  seaworthy id --format json ./layout | jq -r .image_id")]
pub struct Args {
    /// An image layout (a directory, or a tar archive, plain or compressed with gzip or zstd), an
    /// image configuration, - for standard input, or oci:PATH[:REF] or oci-archive:PATH[:REF]
    #[arg(value_name = "IMAGE")]
    image: OsString,
    /// The platform to choose where there are several: OS/ARCHITECTURE[/VARIANT]
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<Platform>,
    /// The version of image-spec whose media types and digests are known
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// How to write the names
    #[arg(long, default_value = "human")]
    format: Format,
    /// The largest document that is read, in bytes
    #[arg(long, default_value_t = json::Limits::default().bytes, value_name = "BYTES")]
    max_document: usize,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let request = id::Request {
        image: args.image.clone(),
        platform: args.platform.clone(),
        version: args.spec,
        input: input::Options {
            json: json::Limits { bytes: args.max_document, ..json::Limits::default() },
            ..input::Options::default()
        },
    };
    let names = id::names(&request)?;
    let mut out = Patient::new(anstream::stdout().lock());
    match args.format {
        Format::Human => {
            id::human(&names, &mut out)?;
            out.flush()?;
            complain_unverified(&args.image, names.unverified.as_deref());
            complain_notes(&args.image, &names.notes);
        }
        Format::Json => id::json(&names, &mut out)?,
    }
    out.flush()?;
    Ok(Conclusion::Conforms)
}
