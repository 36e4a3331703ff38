//! `seaworthy generate`.

use std::io::Write;
use std::path::PathBuf;

use seaworthy_image::spec::SpecVersion;
use seaworthy_registry::client::Connection;
use seaworthy_registry::name::is_repository;

use super::Usage;
use super::reach::{Reach, target};
use super::values::parse_version;
use crate::commands::check::Conclusion;
use crate::commands::generate::{self, Place, push};
use crate::printable::printable;
use crate::progress::Busy;
use crate::vectors::Request;
use crate::vectors::safety::CANARY;

/// Write the cases as data, to be used without seaworthy.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  seaworthy generate corpus/cases              every case, as JSON
  seaworthy generate vectors --only manifest/  some of them
  seaworthy generate vectors --count 10 --seed 7
                                               each case on ten random images
  seaworthy generate --layouts folders         an image layout for each case
  seaworthy generate vectors --push http://127.0.0.1:5000/cases
                                               and in a registry, for programs that pull

Pushed images stay in the registry: take one that can be thrown away.")]
pub struct Args {
    /// The folder to write to; files of ours that are there and no longer made are removed
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only cases whose id begins so; may be repeated
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Make each case on this many random images, instead of on the plain one
    #[arg(long, value_name = "NUMBER")]
    count: Option<u64>,
    /// The seed of the first random image
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "count")]
    seed: u64,
    /// The version of image-spec that random images are of
    #[arg(long, default_value = "1.1.1", value_name = "VERSION", value_parser = parse_version)]
    spec: SpecVersion,
    /// The folder that hostile images (ids that begin with safety/) aim at: an absolute path, beside the
    /// folder that they are to be unpacked to
    #[arg(long, value_name = "DIR", default_value = CANARY, value_parser = parse_canary)]
    canary: String,
    /// Write an image layout and its control for each case, instead of JSON
    #[arg(long)]
    layouts: bool,
    /// Push each case to this registry, too, in a repository of its own below the prefix; `pushed.json` in the
    /// folder tells where, and what was refused
    #[arg(long, value_name = "REGISTRY[/PREFIX]")]
    push: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    let request = Request {
        only: args.only.clone(),
        count: args.count,
        seed: args.seed,
        version: args.spec,
        canary: Some(args.canary.clone()),
    };
    // Whatever is wrong with it is told before anything is written.
    let place = args.push.as_deref().map(|registry| place(args, registry)).transpose()?;
    if place.is_none() && args.reach != Reach::default() {
        return Err(Usage("how a registry is reached matters only with --push REGISTRY".to_owned()).into());
    }
    let busy = Busy::new("making cases".to_owned());
    let made = if args.layouts {
        generate::layouts(&request, &args.folder)?
    } else {
        generate::json(&request, &args.folder)?
    };
    drop(busy);
    if made == 0 {
        return Err(Usage(format!("no case begins with {}", args.only.join(" or "))).into());
    }
    generate::forget(&args.folder)?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "{made} cases in {}", printable(&args.folder.display().to_string()))?;
    let Some(place) = place else { return Ok(Conclusion::Conforms) };
    let pushed = push(&request, place, &args.folder)?;
    let count = |word: &str| pushed.images.iter().filter(|image| image.outcome.as_str() == word).count();
    let words =
        ["accepted", "refused", "unanswered", "nothing", "not-pushed"].map(|word| (word, count(word)));
    let words: Vec<String> =
        words.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{count} {word}")).collect();
    writeln!(out, "with their controls, in {}: {}", printable(&pushed.registry), words.join(", "))?;
    Ok(if count("not-pushed") + count("unanswered") > 0 {
        Conclusion::Unjudged
    } else {
        Conclusion::Conforms
    })
}

/// Where to push.
fn place(args: &Args, registry: &str) -> anyhow::Result<Place> {
    let (base, prefix) = target(registry, "https")?;
    if !prefix.is_empty()
        && !is_repository(prefix.trim_end_matches('/'), seaworthy_registry::SpecVersion::default())
    {
        return Err(Usage(format!("{prefix:?} is no beginning of a repository's name")).into());
    }
    let reach = &args.reach;
    Ok(Place {
        connection: Connection {
            deadline: reach.deadline(),
            authorities: reach.authorities()?,
            insecure: reach.insecure,
            credentials: reach.credentials(Some(&base), None)?,
            ..Connection::new(base)
        },
        prefix,
        jobs: reach.jobs(),
    })
}

/// A folder that hostile images may aim at. One of the system's own would be what they harm.
fn parse_canary(text: &str) -> Result<String, String> {
    let parts = text.strip_prefix('/').map(|path| path.split('/').collect::<Vec<_>>()).unwrap_or_default();
    if parts.len() < 2 || parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err(
            "it has to be an absolute path, at least two folders deep, like /tmp/seaworthy/canary".to_owned()
        );
    }
    Ok(text.to_owned())
}
