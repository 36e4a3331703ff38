//! A blob that the repository does not hold is answered with 404.

use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, RegistryRule};

/// It is answered with 204.
pub(crate) const NO_CONTENT: Fault = Fault("pull/blob-unknown/no-content");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (stored, absent) = (session.content(10), session.content(10));
    session.push_blob(&repository, &stored).await?;
    let answer = session.send(pull_blob(&repository, &absent.digest)).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
