//! `seaworthy unpack`.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use super::patient::Patient;
use super::{Usage, complain_notes};
use nix::sys::signal::{SigSet, Signal};

use crate::commands::check::Conclusion;
use crate::commands::unpack::{self, Unpacked};
use crate::image::Platform;
use crate::printable::printable;
use crate::progress::Busy;
use crate::unpack::{Limits, UnpackError};
use crate::{input, storage};

/// Unpack an image into a directory, safely.
///
/// Nothing is ever written outside the directory and no link of the image is followed, whatever the image
/// holds. Digests and diff ids are verified on the way; the directory appears only if all of them are
/// right. What this system or this user cannot keep (owners, devices, extended attributes) is listed, and
/// so is what the specification leaves open.
///
/// Exit status: 0 unpacked, 1 the image is damaged, or some of its entries had to be left out, 2 wrong
/// usage, 3 it could not be unpacked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy unpack ./layout rootfs                       the only image of a layout
  seaworthy unpack oci:./layout:v1 rootfs                one image of a layout, by its name
  seaworthy unpack --platform linux/arm64 image.tar rootfs
  skopeo copy docker://… oci-archive:/dev/stdout | seaworthy unpack - rootfs")]
pub struct Args {
    /// An image layout (a directory, or a tar archive, plain or compressed with gzip or zstd), - for
    /// standard input, or oci:PATH[:REF] or oci-archive:PATH[:REF]
    #[arg(value_name = "IMAGE")]
    image: OsString,
    /// Where to: a directory that does not exist yet, or is empty
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Which platform's image, such as linux/arm64 or linux/arm/v7
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<Platform>,
    /// The most entries of all layers together
    #[arg(long, default_value_t = Limits::default().entries, value_name = "COUNT")]
    max_entries: u64,
    /// The most bytes of content of all layers together
    #[arg(long, default_value_t = Limits::default().bytes, value_name = "BYTES")]
    max_bytes: u64,
    /// How many times larger a layer of more than 64 MiB may become by decompression
    #[arg(long, default_value_t = Limits::default().ratio, value_name = "TIMES")]
    max_ratio: u64,
    /// The longest path, in bytes
    #[arg(long, default_value_t = Limits::default().path, value_name = "BYTES")]
    max_path: usize,
    /// The most components of a path
    #[arg(long, default_value_t = Limits::default().depth, value_name = "COUNT")]
    max_depth: usize,
    /// The largest archive that is read, in bytes after decompression
    #[arg(long, default_value_t = input::Options::default().archive_bytes, value_name = "BYTES")]
    max_archive: u64,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let request = unpack::Request {
        image: args.image.clone(),
        directory: args.directory.clone(),
        platform: args.platform.clone(),
        limits: Limits {
            entries: args.max_entries,
            bytes: args.max_bytes,
            ratio: args.max_ratio,
            path: args.max_path,
            depth: args.max_depth,
        },
        input: input::Options {
            archive_bytes: args.max_archive,
            storage: storage::Limits::default(),
            ..input::Options::default()
        },
    };
    // A file may be larger than a shell's `ulimit -f`: that is an error of this file, and no reason to end at
    // once and to leave half a tree.
    SigSet::from(Signal::SIGXFSZ).thread_block()?;
    let busy = Busy::new(format!("unpacking {}", printable(&args.image.to_string_lossy())));
    let unpacked = unpack::run(&request);
    drop(busy);
    let Unpacked { made, notes } = match unpacked {
        Ok(unpacked) => unpacked,
        Err(error) => {
            return match error.downcast_ref::<UnpackError>() {
                Some(UnpackError::Place(reason)) => {
                    Err(Usage(format!("{}: {reason}", args.directory.display())).into())
                }
                Some(damaged) if damaged.is_the_images() => {
                    let image = args.image.to_string_lossy();
                    super::complain(&printable(&format!("seaworthy: {image}: {damaged}")));
                    Ok(Conclusion::Findings)
                }
                _ => Err(error),
            };
        }
    };
    complain_notes(&args.image, &notes);
    // Whoever looks at nothing but the tree has to hear of it.
    unpack::not_kept(&args.directory, &made).iter().for_each(|line| super::complain(line));
    let mut out = Patient::new(anstream::stdout().lock());
    unpack::human(&args.directory, &made, &mut out)?;
    out.flush()?;
    Ok(if made.report.has_left_out() { Conclusion::Findings } else { Conclusion::Conforms })
}
