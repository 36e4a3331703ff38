//! `seaworthy test`: the suite, against the reference and everything else that is installed.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

use crate::cli::Usage;
use crate::divergence::Divergences;
use crate::process::Confiner;
use crate::report::{self, Run};
use crate::subjects::Subject;
use crate::suite::{self, SubjectReport, safety};
use crate::verdict::Verdict;

/// What to test, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Names of subjects; all if there are none. The reference is always tested.
    pub names: Vec<String>,
    /// Only subjects in this role.
    pub role: Option<Role>,
    /// Only cases whose id starts with one of these.
    pub only: Vec<String>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// Draw the images from this seed, instead of the plain ones.
    pub seed: Option<u64>,
    /// How many subjects run at the same time.
    pub jobs: usize,
    /// Write the report for programs.
    pub json: bool,
    /// Show every case, and not only failures.
    pub verbose: bool,
    /// Write a snapshot for each subject into this folder.
    pub snapshots: Option<PathBuf>,
    /// Compare failures with the known ones in this folder.
    pub divergences: Option<PathBuf>,
}

/// Runs the suite and writes the report. True if the reference is flawless, and every subject that
/// was named fails nothing, or nothing that is not known.
///
/// # Errors
///
/// A subject does not exist, a file cannot be read or written, or the output cannot be written.
pub fn test(
    request: &Request,
    mut subjects: Vec<Box<dyn Subject>>,
    confiner: &Confiner,
) -> anyhow::Result<bool> {
    for name in &request.names {
        if !subjects.iter().any(|subject| subject.name() == name) {
            let known: Vec<&str> = subjects.iter().map(|subject| subject.name()).collect();
            return Err(Usage(format!("there is no subject {name:?}; known are {}", known.join(", "))).into());
        }
    }
    subjects.retain(|subject| {
        let named = request.names.is_empty() || request.names.iter().any(|name| name == subject.name());
        let in_role = request.role.is_none_or(|role| role == subject.role());
        subject.name() == "reference" || (named && in_role)
    });
    let cases = suite::prepare(request.version, &request.only, request.seed);
    let threats = safety::threats(&request.only);
    if cases.is_empty() && threats.is_empty() {
        return Err(Usage(format!("no case begins with {}", request.only.join(" or "))).into());
    }
    let started = Instant::now();
    let bar = progress_bar();
    let reports = suite::run(&subjects, &cases, &threats, request.version, request.jobs, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if let Some(folder) = &request.snapshots {
        write_snapshots(folder, &reports, request.version)?;
    }
    let confinement = match confiner.probe() {
        Ok(in_force) => format!("confined by {in_force}"),
        Err(error) => format!("not at all, for want of confinement: {error}"),
    };
    let confinement = confinement.as_str();
    let run = Run {
        version: request.version,
        seed: request.seed,
        cases: cases.len(),
        plain: cases.iter().filter(|case| case.is_plain).count(),
        confinement,
        subjects: &reports,
    };
    let mut out = anstream::stdout().lock();
    let is_as_wanted = if request.json {
        report::json(&run, &mut out)?;
        verdict(request, &reports, &mut io::sink())?
    } else {
        for subject in &reports {
            report::details(subject, request.verbose, &mut out)?;
        }
        let is_as_wanted = verdict(request, &reports, &mut out)?;
        writeln!(out)?;
        report::table(&run, &mut out)?;
        writeln!(out, "programs run {confinement}; it took {:.1} s", started.elapsed().as_secs_f64())?;
        is_as_wanted
    };
    out.flush()?;
    Ok(is_as_wanted)
}

/// Whether everything is as it has to be; says what is not.
fn verdict(request: &Request, reports: &[SubjectReport], out: &mut dyn Write) -> anyhow::Result<bool> {
    let mut is_as_wanted = true;
    for subject in reports {
        let is_named = request.names.contains(&subject.name);
        let known = match &request.divergences {
            Some(folder) => Divergences::read(folder, &subject.name)?,
            None => None,
        };
        let is_known_version = |known: &Divergences| subject.version.as_ref() == Ok(&known.version);
        if subject.name == "reference" {
            is_as_wanted &= subject.is_flawless();
        } else if let Some(known) = known.filter(is_known_version) {
            let surprises = known.surprises(subject);
            for id in &surprises.unknown {
                writeln!(out, "{}: {id} fails, and no known divergence says so", subject.name)?;
            }
            for id in &surprises.stale {
                writeln!(
                    out,
                    "{}: {id} is a known divergence, and no longer happens: remove it",
                    subject.name
                )?;
            }
            is_as_wanted &= surprises.unknown.is_empty() && surprises.stale.is_empty();
        } else if is_named {
            let failed =
                subject.count(Verdict::Fail) + subject.count(Verdict::Unsafe) + subject.count(Verdict::Error);
            is_as_wanted &= failed == 0 && subject.version.is_ok();
        }
    }
    Ok(is_as_wanted)
}

/// A bar on a terminal, and nothing anywhere else.
fn progress_bar() -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} cases, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Writes the snapshot of every subject that was tested: first beside its place, then into it.
fn write_snapshots(folder: &Path, reports: &[SubjectReport], version: SpecVersion) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for subject in reports.iter().filter(|subject| subject.version.is_ok()) {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(report::snapshot(subject, version)?.as_bytes())?;
        file.persist(folder.join(format!("{}.json", subject.name)))?;
    }
    Ok(())
}
