//! `seaworthy unpack`: an image as a directory.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::image::{self, Image, Platform};
use crate::input::{self, Content};
use crate::printable::printable;
use crate::unpack::{self, Limits, Made, NotKept, Places};
use anyhow::{Context, bail};

/// What to unpack, and where to.
#[derive(Debug, Clone)]
pub struct Request {
    /// The image, as named on the command line.
    pub image: OsString,
    /// The directory.
    pub directory: PathBuf,
    /// Which platform's image.
    pub platform: Option<Platform>,
    /// How far unpacking goes.
    pub limits: Limits,
    /// How the image is taken.
    pub input: input::Options,
}

/// An image that was unpacked.
#[derive(Debug)]
pub struct Unpacked {
    /// What was made.
    pub made: Made,
    /// What a person should know of the input.
    pub notes: Vec<String>,
}

/// Unpacks an image.
///
/// # Errors
///
/// There is no such image, it cannot be unpacked, or the directory cannot be made. There is none then.
pub fn run(request: &Request) -> anyhow::Result<Unpacked> {
    let name = || request.image.to_string_lossy().into_owned();
    let input = input::open(&request.image, &request.input).with_context(name)?;
    let Content::Layout { storage, reference } = input.content else {
        bail!("{}: it is a single document, not an image layout", name());
    };
    let platform = request.platform.as_ref();
    let limits = &request.input.json;
    let found = image::find(&*storage, reference.as_deref(), platform, unpack::VERSION, limits);
    let found = found.and_then(Image::clear).with_context(name)?;
    let layers = unpack::layers(&found, limits).map_err(|reason| anyhow::anyhow!("{}: {reason}", name()))?;
    let made = unpack::unpack(&*storage, &layers, &request.directory, &request.limits)?;
    Ok(Unpacked { made, notes: input.notes })
}

/// What of the image is not in the tree as it should be, since this system or this user cannot have it: a
/// line for each.
pub fn not_kept(directory: &Path, made: &Made) -> Vec<String> {
    let name = printable(&directory.to_string_lossy());
    let line = |(what, places): (&NotKept, &Places)| {
        format!("{name}: not kept: {} ({})", what.describe(), shown(places))
    };
    made.report.not_kept.iter().map(line).collect()
}

/// Writes for people what was unpacked, and what they should know about it.
///
/// # Errors
///
/// The output cannot be written.
pub fn human(directory: &Path, made: &Made, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(&directory.to_string_lossy());
    for (kind, places) in &made.report.notes {
        let effect = if kind.is_left_out() { "left out" } else { "note" };
        writeln!(out, "{name}: {effect}: {} ({})", kind.describe(), shown(places))?;
    }
    for (rest, layers) in &made.report.ignored {
        writeln!(out, "{name}: note: {} ({})", rest.describe(), shown(layers))?;
    }
    let count =
        |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let (entries, bytes) = (count(made.entries, "entry", "entries"), count(made.bytes, "byte", "bytes"));
    writeln!(out, "{name}: unpacked {entries}, {bytes} of content")
}

/// The first paths, and how many more there are.
fn shown(places: &Places) -> String {
    const LONGEST: usize = 200;
    let path = |path: &Vec<u8>| {
        let text = printable(&String::from_utf8_lossy(path));
        let is_long = text.chars().nth(LONGEST).is_some();
        let text: String = text.chars().take(LONGEST).collect();
        if is_long {
            format!("{text}…")
        } else if text.is_empty() {
            "/".to_owned()
        } else {
            text
        }
    };
    let mut paths: Vec<String> = places.first.iter().map(path).collect();
    let more = places.count - places.first.len() as u64;
    if more > 0 {
        paths.push(format!("and {more} more"));
    }
    paths.join(", ")
}
