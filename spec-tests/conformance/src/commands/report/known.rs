//! Failures that an earlier report knows.

use std::collections::HashMap;

use crate::commands::check::Checked;
use crate::report::redact::redact;
use crate::report::{Kind, Report, Subject, TestResult};

/// Marks the failures that `baseline` has as well, and notes those that it does not have, and those
/// that are gone. True if there is nothing to note.
pub fn compare(subject: &mut Subject, baseline: &Report) -> bool {
    // The address of a registry is no part of what it is.
    let registry = match &baseline.subjects[..] {
        [only] if baseline.kind == Kind::Registry => Some(only),
        _ => None,
    };
    let before = registry.or_else(|| baseline.subjects.iter().find(|before| before.name == subject.name));
    let results = before.map(|before| before.results.as_slice()).unwrap_or_default();
    let before: HashMap<&str, &TestResult> =
        results.iter().map(|result| (result.case.as_str(), result)).collect();
    let mut notes = Vec::new();
    for result in &mut subject.results {
        let failed_before = before.get(result.case.as_str()).filter(|before| before.verdict.is_wrong());
        match (result.verdict.is_wrong(), failed_before) {
            (true, Some(before)) if before.verdict >= result.verdict => {
                let known = before.known.clone();
                let reason = known.unwrap_or_else(|| "the baseline has this failure, too".to_owned());
                result.known.get_or_insert(reason);
            }
            (true, _) if result.known.is_none() => {
                notes.push(format!(
                    "{} is a {} that the baseline does not have",
                    result.case,
                    result.verdict.as_str()
                ));
            }
            (false, Some(before)) => notes.push(format!(
                "{} is a {} in the baseline, and is now a {}: renew the baseline",
                result.case,
                before.verdict.as_str(),
                result.verdict.as_str()
            )),
            _ => {}
        }
    }
    let is_as_known = notes.is_empty();
    subject.notes.append(&mut notes);
    is_as_known
}

/// What a finding is about, as far as it stays the same when an image is built again: digests do not, and
/// they are the names of blobs.
type About = (String, String, String);

fn about(requirement: &str, path: &str, pointer: Option<&str>, entry: Option<&str>) -> About {
    let path = if path.starts_with("blobs/") { "blobs" } else { path };
    (requirement.to_owned(), path.to_owned(), pointer.or(entry).unwrap_or_default().to_owned())
}

/// Leaves out the findings of an image that `baseline` has as well, and notes how many those are, and which of
/// the baseline's are gone.
pub fn leave_out(checked: &mut Checked, baseline: &Report) {
    let Ok(judged) = &mut checked.outcome else { return };
    let name = redact(&checked.name);
    let before = baseline.subjects.iter().filter(|before| before.name == name);
    let mut before: Vec<About> = before
        .flat_map(|before| before.results.iter().flat_map(|result| &result.findings))
        .map(|it| about(&it.requirement, &it.path, it.pointer.as_deref(), it.entry.as_deref()))
        .collect();
    let found = judged.findings.len();
    judged.findings.retain(|finding| {
        let pointer = finding.place.as_ref().map(|place| place.pointer.as_str());
        let entry = finding.within.as_ref().and_then(|within| within.entry.as_ref());
        let entry = entry.map(|entry| entry.path.as_str());
        let about = about(&finding.requirement.id, &finding.path, pointer, entry);
        let known = before.iter().position(|before| *before == about);
        known.map(|at| before.swap_remove(at)).is_none()
    });
    let known = found - judged.findings.len();
    if known > 0 {
        checked.notes.push(format!("left out what the baseline has, too: {known} findings"));
    }
    before.sort();
    checked.is_outdated = !before.is_empty();
    checked.notes.extend(before.into_iter().map(|(requirement, path, place)| {
        let place = if place.is_empty() { path } else { format!("{path}, {place}") };
        format!("{requirement} is in the baseline ({place}), and is gone: renew the baseline")
    }));
}
