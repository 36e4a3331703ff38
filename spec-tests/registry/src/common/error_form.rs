//! A refusal with a JSON body has an object with an array `errors`, whose elements have a `code`.
//!
//! Any other format is allowed, and so is no body: clients that see JSON rely on this form to tell
//! people what went wrong. Every answer of a run is held against it.

use serde_json::Value;

use crate::client::{Answer, Request};
use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, RegistryRule};

/// The error stands alone, without the array around it.
pub(crate) const BARE: Fault = Fault("common/error-form/bare");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#error-codes",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[BARE],
    ..RegistryRule::BASE
};

/// Provokes some refusals.
async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.send(pull_manifest(&repository, "absent")).await?;
    session.send(Request::new("GET", format!("/v2/{repository}/blobs/sha256:zz"))).await?;
    session.send(Request::new("GET", "/v2/Not-A-Name/tags/list")).await?;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    if !(400..500).contains(&answer.status) {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let errors = body.get("errors").and_then(Value::as_array);
    let has_code = |error: &Value| error.get("code").is_some_and(Value::is_string);
    let is_right = errors.is_some_and(|errors| !errors.is_empty() && errors.iter().all(has_code));
    let wanted = "an object with an array errors, each with a string code";
    (!is_right).then(|| ("another form of JSON".to_owned(), wanted.to_owned()))
}
