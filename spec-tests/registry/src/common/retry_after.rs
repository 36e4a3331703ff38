//! An answer of 429 tells in `Retry-After` when to come back: a number of seconds, or a date.
//!
//! Every answer of a run is held against it.

use crate::client::{Answer, Request};
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Requests for the base endpoint with a query are too many, and there is no `Retry-After`.
pub(crate) const SILENT: Fault = Fault("common/retry-after/silent");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#error-codes",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[SILENT],
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    session.send(Request::new("GET", "/v2/?often")).await?;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    let header = answer.header("retry-after").unwrap_or_default();
    // Dates are told by their form alone: three letters, a comma, and the zone.
    let is_date = header.len() == 29 && header.ends_with(" GMT") && header.as_bytes()[3] == b',';
    let is_seconds = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    let is_wrong = answer.status == 429 && !is_date && !is_seconds;
    is_wrong.then(|| (format!("Retry-After: {header:?}"), "seconds or a date".to_owned()))
}
