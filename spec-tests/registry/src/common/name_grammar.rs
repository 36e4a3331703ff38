//! The name of a repository keeps the grammar, and any other is refused.
//!
//! Names become paths. What one registry takes, another cannot copy.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// Upper case is taken.
pub(crate) const UPPER_CASE: Fault = Fault("common/name-grammar/upper-case");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[UPPER_CASE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    for wrong in ["Upper", ".dot", "dot.", "-dash", "dash-", "a+b", "a..b", "%C3%A4", "a%20b", "_"] {
        let request = Request::new("POST", format!("/v2/{repository}/{wrong}/blobs/uploads/")).exactly();
        let answer = session.send(request).await?;
        session.expect(&answer, (400..500).contains(&answer.status), answer.status.to_string(), "a refusal, 400 or 404");
    }
    Ok(())
}
