//! A `Docker-Content-Digest` that comes with a blob is the digest of the blob.

use crate::session::{Session, Stop, blocked, pull_blob};
use crate::{Fault, RegistryRule};

/// It names something else.
pub(crate) const WRONG: Fault = Fault("pull/blob-digest-value/wrong");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[WRONG],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    session.push_blob(&repository, &blob).await?;
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    if answer.status != 200 {
        return Err(blocked("pull/blob", &answer, "200"));
    }
    let found = answer.header("docker-content-digest").unwrap_or(&blob.digest).to_owned();
    session.expect(&answer, found == blob.digest, found.as_str(), blob.digest.as_str());
    Ok(())
}
