//! A `Warning` header has the code 299, the agent `-`, and no date.
//!
//! Clients show warnings to people. A registry that uses another code says something about caches
//! that it does not mean. Every answer of a run is held against it.

use crate::client::{Answer, Request};
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Warnings have the code 199.
pub(crate) const ANOTHER_CODE: Fault = Fault("common/warning-form/another-code");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#warnings",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[ANOTHER_CODE],
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    session.send(Request::new("GET", "/v2/")).await.map(|_| ())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    let wrong = answer.headers_named("warning").find(|warning| !is_well_formed(warning))?;
    Some((wrong.to_owned(), "299 - \"…\", without a date".to_owned()))
}

/// Whether a header is one warning, or several with commas between, each of the one allowed form.
fn is_well_formed(header: &str) -> bool {
    let mut rest = header.trim();
    loop {
        let Some(text) = rest.strip_prefix("299 - \"") else { return false };
        let mut is_escaped = false;
        let end = text.find(|c: char| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let Some(end) = end else { return false };
        match text[end + 1..].trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return text[end + 1..].trim().is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_warnings() {
        for header in [r#"299 - "a""#, r#"299 - "a \"b\", c""#, r#"299 - "a", 299 - "b""#, r#"299 - """#] {
            assert!(is_well_formed(header), "{header}");
        }
        for header in [
            "",
            "299 - a",
            r#"199 - "a""#,
            r#"299 registry "a""#,
            r#"299 - "a" "Sat, 25 Aug 2012 23:34:45 GMT""#,
            r#"299 - "a", 110 - "b""#,
            r#"299 - "a"#,
        ] {
            assert!(!is_well_formed(header), "{header}");
        }
    }
}
