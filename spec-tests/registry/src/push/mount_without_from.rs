//! A registry may mount a blob wherever it finds it, without `from`.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/mount-without-from/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (from, repository) = (session.repository(), session.repository());
    let blob = session.content(100);
    session.push_blob(&from, &blob).await?;

    let path = format!("/v2/{repository}/blobs/uploads/?mount={}", blob.digest);
    let answer = session.send(Request::new("POST", path)).await?;
    session.record(answer.status.to_string());
    session.expect(&answer, matches!(answer.status, 201 | 202), answer.status.to_string(), "201 or 202");
    Ok(())
}
