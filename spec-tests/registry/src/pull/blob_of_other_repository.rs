//! A blob that only another repository holds is answered with 404.
//!
//! Whoever may read one repository must not read from another by guessing digests. 1.0.1 spoke of
//! blobs that are not in the registry; since 1.1 it is the repository that counts.

use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Blobs are shared by all repositories.
pub(crate) const SHARED: Fault = Fault("pull/blob-of-other-repository/shared");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[SHARED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (repository, other) = (session.repository(), session.repository());
    let (blob, of_other) = (session.content(10), session.content(10));
    session.push_blob(&repository, &blob).await?;
    session.push_blob(&other, &of_other).await?;
    let answer = session.send(pull_blob(&repository, &of_other.digest)).await?;
    session.expect(&answer, answer.status != 200, "the blob of another repository", "404");
    Ok(())
}
