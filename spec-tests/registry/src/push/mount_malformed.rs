//! Malformed parameters mount nothing.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// They are answered with 201.
pub(crate) const CREATED: Fault = Fault("push/mount-malformed/created");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[CREATED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    for query in ["mount=sha256:zz&from=a", "mount=&from=", "mount=..%2f..&from=BAD%2f%2fname"] {
        let answer = session.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/?{query}"))).await?;
        let is_right = answer.status == 202 || (400..500).contains(&answer.status);
        session.expect(&answer, is_right, answer.status.to_string(), "a refusal, or 202");
    }
    Ok(())
}
