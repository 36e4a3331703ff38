//! `seaworthy report`.

use std::path::PathBuf;

use clap::Subcommand;

use super::Usage;
use super::patient::Patient;
use crate::commands::check::Conclusion;
use crate::commands::report::{diff, merge, read_report};
use crate::printable::printable;
use crate::progress::Busy;
use crate::report::{Format, Outputs, Report, Target};
use crate::site;

/// Read reports again: write them in other formats, compare them, or join them.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  seaworthy test --report json=new.json        makes a report
  seaworthy report new.json --html site --since old.json
                                               pages to look at: site/index.html
  seaworthy report new.json --report html=new.html
  seaworthy report diff old.json new.json      what changed? exits with 1 on a regression
  seaworthy report merge 1.json 2.json --report json=all.json"
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    files: Files,
}

#[derive(Debug, clap::Args)]
struct Files {
    /// Reports in JSON; those of several runs are joined
    #[arg(required = true, value_name = "REPORT")]
    files: Vec<PathBuf>,
    /// Write a static site into this folder
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// With --html: show what changed since this earlier report
    #[arg(long, value_name = "REPORT", requires = "html")]
    since: Option<PathBuf>,
    /// How to write to standard output
    #[arg(long, default_value = "human")]
    format: Format,
    /// Write a report to a file, too, or to standard output (-); may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Target>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what changed from one report to another; exit with 1 if anything got worse
    Diff {
        /// The older report
        old: PathBuf,
        /// The newer report
        new: PathBuf,
    },
    /// Join the reports of the parts of one run (--shard)
    Merge(Files),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<Conclusion> {
    match &args.command {
        Some(Command::Diff { old, new }) => {
            let (before, after) = (read_report(old)?, read_report(new)?);
            if before.kind != after.kind {
                let (old, new) = (old.display(), new.display());
                let (before, after) = (before.kind.as_str(), after.kind.as_str());
                let reason = format!("{old} is of `seaworthy {before}`, and {new} of `seaworthy {after}`");
                return Err(Usage(reason).into());
            }
            let changes = diff::diff(&before, &after);
            let is_no_worse = diff::write(&changes, &mut Patient::new(anstream::stdout()))?;
            Ok(if is_no_worse { Conclusion::Conforms } else { Conclusion::Findings })
        }
        Some(Command::Merge(files)) => write(files, merge::merge),
        // One part of a run can be looked at without the others.
        None if args.files.files.len() == 1 => write(&args.files, |mut one| Ok(one.remove(0))),
        None => write(&args.files, merge::merge),
    }
}

fn write(
    files: &Files,
    join: impl Fn(Vec<Report>) -> Result<Report, merge::MergeError>,
) -> anyhow::Result<Conclusion> {
    let busy = Busy::new("reading reports".to_owned());
    let reports = files.files.iter().map(|file| read_report(file)).collect::<anyhow::Result<Vec<_>>>()?;
    let report = join(reports).map_err(|error| Usage(error.to_string()))?;
    drop(busy);
    if let Some(folder) = &files.html {
        let since = files.since.as_deref().map(read_report).transpose()?;
        let busy = Busy::new("writing pages".to_owned());
        let (count, bytes) = site::write(&report, since.as_ref(), folder)?;
        drop(busy);
        let kib = bytes.div_ceil(1024);
        eprintln!(
            "{count} files, {kib} KiB: {}",
            printable(&folder.join("index.html").display().to_string())
        );
    }
    let mut targets = files.reports.clone();
    if targets.iter().all(|target| target.file.is_some()) {
        targets.insert(0, Target { format: files.format, file: None });
    }
    Outputs::write_all(&report, &targets, || Box::new(Patient::new(anstream::stdout())))?;
    let is_wrong =
        report.subjects.iter().flat_map(|subject| &subject.results).any(|result| result.is_wrong());
    Ok(if is_wrong { Conclusion::Findings } else { Conclusion::Conforms })
}
