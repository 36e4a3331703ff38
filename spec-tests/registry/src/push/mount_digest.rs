//! A `Docker-Content-Digest` that comes with a mounted blob is its digest.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It names something else.
pub(crate) const WRONG: Fault = Fault("push/mount-digest/wrong");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should(),
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[WRONG],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (from, repository) = (session.repository(), session.repository());
    let blob = session.content(100);
    session.push_blob(&from, &blob).await?;
    let path = format!("/v2/{repository}/blobs/uploads/?mount={}&from={from}", blob.digest);
    let answer = session.send(Request::new("POST", path)).await?;

    let found = answer.header("docker-content-digest").unwrap_or(&blob.digest).to_owned();
    session.expect(&answer, answer.status != 201 || found == blob.digest, found.as_str(), blob.digest.as_str());
    Ok(())
}
