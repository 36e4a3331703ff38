//! Joining the reports of a run that was spread over several machines.

use std::collections::{BTreeSet, HashSet};

use crate::report::{Counts, Report, Shard, Subject};

/// Why reports cannot be joined.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("there is no report to join")]
    Nothing,
    /// Two reports are of different runs.
    #[error("the reports are not of one run: their {0} differs")]
    Differs(&'static str),
    /// Two reports have the same result.
    #[error("{subject} has a result for {case} in two of the reports")]
    Twice {
        /// The subject.
        subject: String,
        /// The case.
        case: String,
    },
    /// A part of the run is not there.
    #[error("part {0} of {1} is missing; without it the run is not complete")]
    Missing(usize, usize),
}

/// Joins reports: the results of a subject that several of them have are put together.
///
/// # Errors
///
/// They are of different runs, overlap, or are not all there.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let shards: Vec<Option<Shard>> = reports.iter().map(|report| report.shard).collect();
    let mut reports = reports.into_iter();
    let mut joined = reports.next().ok_or(MergeError::Nothing)?;
    for report in reports {
        let same = [
            (joined.kind == report.kind, "kind"),
            (joined.seaworthy == report.seaworthy, "version of seaworthy"),
            (joined.specifications == report.specifications, "version of the specification"),
            (joined.seed == report.seed, "seed (--seed gives them the same)"),
            (joined.shard.map(|shard| shard.of) == report.shard.map(|shard| shard.of), "number of parts"),
        ];
        if let Some((_, what)) = same.iter().find(|(same, _)| !same) {
            return Err(MergeError::Differs(what));
        }
        joined.requirements.extend(report.requirements);
        joined.started = joined.started.into_iter().chain(report.started).min();
        joined.seconds = joined.seconds.zip(report.seconds).map(|(one, other)| one.max(other));
        for subject in report.subjects {
            add(&mut joined.subjects, subject)?;
        }
    }
    complete(&shards)?;
    joined.shard = None;
    joined.command.retain(|word| !word.starts_with("--shard="));
    if let Some(at) = joined.command.iter().position(|word| word == "--shard") {
        joined.command.drain(at..(at + 2).min(joined.command.len()));
    }
    joined.counts = Counts::default();
    for subject in &mut joined.subjects {
        subject.results.sort_by(|one, other| one.case.cmp(&other.case));
        subject.count_again();
        joined.counts.add(&subject.counts);
    }
    Ok(joined)
}

fn add(subjects: &mut Vec<Subject>, subject: Subject) -> Result<(), MergeError> {
    let Some(there) = subjects.iter_mut().find(|there| there.name == subject.name) else {
        subjects.push(subject);
        return Ok(());
    };
    if there.version != subject.version {
        return Err(MergeError::Differs("version of a subject"));
    }
    let cases: HashSet<&str> = there.results.iter().map(|result| result.case.as_str()).collect();
    if let Some(twice) = subject.results.iter().find(|result| cases.contains(result.case.as_str())) {
        return Err(MergeError::Twice { subject: subject.name, case: twice.case.clone() });
    }
    there.results.extend(subject.results);
    for note in subject.notes {
        if !there.notes.contains(&note) {
            there.notes.push(note);
        }
    }
    Ok(())
}

/// A part that is missing would make the whole look better than it is.
fn complete(shards: &[Option<Shard>]) -> Result<(), MergeError> {
    let there: BTreeSet<usize> = shards.iter().flatten().map(|shard| shard.index).collect();
    let of = shards.iter().flatten().map(|shard| shard.of).max().unwrap_or(0);
    match (1..=of).find(|index| !there.contains(index)) {
        Some(missing) => Err(MergeError::Missing(missing, of)),
        None => Ok(()),
    }
}
