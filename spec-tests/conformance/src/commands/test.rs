//! `seaworthy test`: the suite, against the reference and everything else that is installed.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

use crate::cli::Usage;
use crate::commands::check::Conclusion;
use crate::commands::report::{known, read_report};
use crate::divergence::Divergences;
use crate::process::Confiner;
use crate::progress::Progress;
use crate::report::output::write_file;
use crate::report::{self, Outputs, Shard, Subject as Tested, of_test};
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
    /// Which part of the cases to run, if not all.
    pub shard: Option<Shard>,
    /// An earlier JSON report whose failures are known.
    pub baseline: Option<PathBuf>,
    /// Write a snapshot for each subject into this folder.
    pub snapshots: Option<PathBuf>,
    /// Compare failures with the known ones in this folder.
    pub divergences: Option<PathBuf>,
}

/// Runs the suite and writes the report. It conforms if the reference is flawless, and every subject that was
/// named fails nothing, or nothing that is not known.
///
/// # Errors
///
/// A subject does not exist, a file cannot be read or written, or the output cannot be written.
pub fn test(
    request: &Request,
    mut subjects: Vec<Box<dyn Subject>>,
    confiner: &Confiner,
    mut outputs: Outputs,
) -> anyhow::Result<Conclusion> {
    for name in &request.names {
        if !subjects.iter().any(|subject| subject.name() == name) {
            let known: Vec<&str> = subjects.iter().map(|subject| subject.name()).collect();
            return Err(Usage(format!("there is no subject {name:?}; known are {}", known.join(", "))).into());
        }
    }
    if let Some(role) = request.role
        && let Some(other) = subjects
            .iter()
            .find(|one| request.names.iter().any(|name| name == one.name()) && one.role() != role)
    {
        let (name, is) = (other.name(), other.role().as_str());
        return Err(Usage(format!("{name} is a {is}, which --role {} leaves out", role.as_str())).into());
    }
    subjects.retain(|subject| {
        let named = request.names.is_empty() || request.names.iter().any(|name| name == subject.name());
        let in_role = request.role.is_none_or(|role| role == subject.role());
        subject.name() == "reference" || (named && in_role)
    });
    let baseline = request.baseline.as_deref().map(read_report).transpose()?;
    let mut cases = suite::prepare(request.version, &request.only, request.seed);
    let mut threats = safety::threats(&request.only);
    if cases.is_empty() && threats.is_empty() {
        return Err(Usage(format!("no case begins with {}", request.only.join(" or "))).into());
    }
    if let Some(shard) = request.shard {
        let mut at = 0..;
        let mut is_in_it = || at.next().is_some_and(|at| at % shard.of == shard.index - 1);
        cases.retain(|_| is_in_it());
        threats.retain(|_| is_in_it());
    }
    let mut report = of_test::begin(request.version, request.seed);
    report.shard = request.shard;
    report.plain =
        request.seed.map(|_| cases.iter().filter(|case| case.is_plain).count()).filter(|&plain| plain > 0);
    report.confinement = Some(match confiner.probe() {
        Ok(in_force) => format!("confined by {in_force}"),
        Err(error) => format!("not at all, for want of confinement: {error}"),
    });
    outputs.begin(&report)?;
    let told = Mutex::new((Progress::new("cases"), outputs, Ok(())));
    let reports = suite::run(&subjects, &cases, &threats, request.version, request.jobs, &|progress| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        let (shown, outputs, written) = &mut *told;
        shown.show(progress.done, progress.total);
        if written.is_ok() {
            *written = outputs.result(progress.subject, &of_test::result(progress.result));
        }
    });
    let (shown, outputs, written) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    shown.end();
    written?;
    if let Some(folder) = &request.snapshots {
        write_snapshots(folder, &reports, request.version)?;
    }
    let mut conclusion = Conclusion::Conforms;
    for one in &reports {
        let mut subject = of_test::subject(one);
        conclusion = conclusion.max(judge(request, one, &mut subject)?);
        if let Some(baseline) = &baseline
            && !known::compare(&mut subject, baseline)
        {
            conclusion = Conclusion::Findings;
        }
        subject.count_again();
        report.subjects.push(subject);
    }
    outputs.finish(&mut report)?;
    Ok(conclusion)
}

/// Whether a subject did as it has to. Failures that are known are marked; what is not as it is
/// known to be is noted.
fn judge(request: &Request, one: &SubjectReport, subject: &mut Tested) -> anyhow::Result<Conclusion> {
    let findings = |are_there| if are_there { Conclusion::Findings } else { Conclusion::Conforms };
    let known = match &request.divergences {
        Some(folder) => Divergences::read(folder, &one.name)?,
        None => None,
    };
    if one.name == "reference" {
        return Ok(findings(!one.is_flawless()));
    }
    if let (Some(known), Ok(version)) = (&known, &one.version)
        && known.version != *version
    {
        subject.notes.push(format!("its divergences are known in version {} only", known.version));
    }
    if let Some(known) = known.filter(|known| one.version.as_ref() == Ok(&known.version)) {
        let surprises = known.surprises(one, request.shard.is_some() || !request.only.is_empty());
        for result in subject.results.iter_mut().filter(|result| result.verdict == Verdict::Fail) {
            result.known = known.reason(&result.case).map(str::to_owned);
        }
        for id in &surprises.unknown {
            subject.notes.push(format!("{id} fails, and no known divergence says so"));
        }
        for id in &surprises.stale {
            subject.notes.push(format!("{id} is a known divergence, and no longer happens: remove it"));
        }
        return Ok(findings(!surprises.unknown.is_empty() || !surprises.stale.is_empty()));
    }
    // With a baseline it is that which tells what may fail.
    if !request.names.contains(&one.name) || request.baseline.is_some() {
        return Ok(Conclusion::Conforms);
    }
    let failed = one.count(Verdict::Fail) + one.count(Verdict::Unsafe) + one.count(Verdict::Error);
    // Where it is not there, or nothing tells it from a program that is called wrongly, nothing was found out. What
    // is only on record tells that as little as what is inconclusive.
    let decided = failed + one.count(Verdict::Pass) + one.count(Verdict::Warn);
    let is_asked = one.count(Verdict::Recorded) > 0 && one.count(Verdict::Inconclusive) == 0;
    Ok(if decided == 0 && !is_asked { Conclusion::Unjudged } else { findings(failed > 0) })
}

/// Writes the snapshot of every subject that was tested: first beside its place, then into it.
fn write_snapshots(folder: &Path, reports: &[SubjectReport], version: SpecVersion) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for subject in reports.iter().filter(|subject| subject.version.is_ok()) {
        let snapshot = report::snapshot(subject, version)?;
        write_file(&folder.join(format!("{}.json", subject.name)), snapshot.as_bytes())?;
    }
    Ok(())
}
