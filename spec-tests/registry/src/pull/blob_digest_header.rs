//! A blob comes with its digest in `Docker-Content-Digest`.

use seaworthy_rules::Level;

use crate::session::{Session, Stop, blocked, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const MISSING: Fault = Fault("pull/blob-digest-header/missing");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().then(SpecVersion::Dev, Level::Must),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[MISSING],
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
    let is_there = answer.header("docker-content-digest").is_some();
    session.expect(&answer, is_there, "no Docker-Content-Digest", "a Docker-Content-Digest");
    Ok(())
}
