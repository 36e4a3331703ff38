//! Known divergences: where a program is known to fail, and why.
//!
//! They live as data in `reports/divergences/NAME.toml`. Each carries its reason, and dies when it
//! stops being true: a divergence that no longer happens is an error.

use std::path::Path;

use serde::Deserialize;

use crate::printable::toml_reason;
use crate::suite::{SubjectReport, safety};
use crate::verdict::Verdict;

/// The known divergences of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergences {
    /// The subject's name.
    pub subject: String,
    /// The version in which they were seen; of any other version nothing is known.
    pub version: String,
    /// The divergences.
    #[serde(default)]
    pub divergence: Vec<Divergence>,
}

/// One cause, and the cases that fail for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// Ids of cases; one that ends in `*` stands for all that begin so.
    pub cases: Vec<String>,
    /// Why they fail.
    pub reason: String,
}

/// What is not as it is known to be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Surprises {
    /// Failures that are not known.
    pub unknown: Vec<String>,
    /// Known failures that did not happen.
    pub stale: Vec<String>,
}

/// Why divergences could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not of the form.
    #[error("{path}: {reason}")]
    Form {
        /// The file.
        path: String,
        /// Where and why.
        reason: String,
    },
}

impl Divergences {
    /// Reads the divergences of a subject from its file in `directory`; none if there is no file.
    ///
    /// # Errors
    ///
    /// There is a file, and it cannot be read or understood.
    pub fn read(directory: &Path, subject: &str) -> Result<Option<Divergences>, ReadError> {
        let path = directory.join(format!("{subject}.toml"));
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ReadError::Io { path: shown, error }),
        };
        toml::from_str(&text)
            .map(Some)
            .map_err(|error| ReadError::Form { path: shown, reason: toml_reason(&text, &error) })
    }

    /// Why a case is known to fail.
    pub fn reason(&self, case: &str) -> Option<&str> {
        let known =
            self.divergence.iter().find(|one| one.cases.iter().any(|pattern| stands_for(pattern, case)));
        known.map(|known| known.reason.as_str())
    }

    /// What a report holds that these do not know of, and the other way round.
    pub fn surprises(&self, report: &SubjectReport, is_part: bool) -> Surprises {
        let results: Vec<(&str, Verdict)> =
            report.results.iter().map(|result| (result.id.as_str(), result.verdict)).collect();
        self.surprises_among(&results, is_part)
    }

    /// The same for verdicts by the ids of their cases.
    pub fn surprises_among(&self, results: &[(&str, Verdict)], is_part: bool) -> Surprises {
        let known = || self.divergence.iter().flat_map(|one| &one.cases);
        // What the safety battery shows is in no file that is handed round.
        let counts = |(id, verdict): &&(&str, Verdict)| *verdict == Verdict::Fail && !safety::is_threat(id);
        let failed = || results.iter().filter(counts).map(|(id, _)| *id);
        // A case that was not asked says nothing about a divergence; nor does some of what a pattern stands for.
        let asked = |pattern: &str| {
            !(is_part && pattern.ends_with('*')) && results.iter().any(|(id, _)| stands_for(pattern, id))
        };
        let unknown = failed().filter(|id| !known().any(|pattern| stands_for(pattern, id)));
        let stale = known().filter(|pattern| asked(pattern) && !failed().any(|id| stands_for(pattern, id)));
        Surprises { unknown: unknown.map(str::to_owned).collect(), stale: stale.cloned().collect() }
    }
}

fn stands_for(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => id.starts_with(prefix),
        None => id == pattern,
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_rules::Role;

    use super::*;
    use crate::outcome::{Differences, Outcome};
    use crate::suite::CaseResult;
    use crate::verdict::Expect;

    fn report(cases: &[(&str, Verdict)]) -> SubjectReport {
        let result = |&(id, verdict): &(&str, Verdict)| CaseResult {
            id: id.to_owned(),
            expect: Expect::Accept,
            verdict,
            outcome: Outcome::accepted(),
            reason: None,
            differences: Differences::default(),
        };
        let results = cases.iter().map(result).collect();
        SubjectReport { name: "x".into(), role: Role::Reader, version: Ok("1".into()), results }
    }

    #[test]
    fn a_divergence_explains_failures_and_dies_with_them() {
        let known: Divergences = toml::from_str(
            r#"
            subject = "x"
            version = "1"
            [[divergence]]
            cases = ["a/b/c", "d/*", "not/asked"]
            reason = "because"
            "#,
        )
        .unwrap();
        let seen = report(&[("a/b/c", Verdict::Fail), ("d/e", Verdict::Fail), ("d/f", Verdict::Pass)]);
        assert_eq!(known.surprises(&seen, false), Surprises::default());
        let seen = report(&[("a/b/c", Verdict::Pass), ("d/e", Verdict::Pass), ("x/y", Verdict::Fail)]);
        let wanted = Surprises { unknown: vec!["x/y".into()], stale: vec!["a/b/c".into(), "d/*".into()] };
        assert_eq!(known.surprises(&seen, false), wanted);
        // Another part may have what the pattern stands for.
        let wanted = Surprises { stale: vec!["a/b/c".into()], ..wanted };
        assert_eq!(known.surprises(&seen, true), wanted);
    }
}
