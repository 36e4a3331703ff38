//! Failures that an earlier report knows.

use std::collections::HashMap;

use crate::report::{Report, Subject, TestResult};

/// Marks the failures that `baseline` has as well, and notes those that it does not have, and those
/// that are gone. True if there is nothing to note.
pub fn compare(subject: &mut Subject, baseline: &Report) -> bool {
    let before = baseline.subjects.iter().find(|before| before.name == subject.name);
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
