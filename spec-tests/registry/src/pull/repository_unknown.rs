//! Pulling from a repository that does not exist is answered with 404.

use crate::session::{Session, Stop, pull_blob, pull_manifest};
use crate::{Fault, RegistryRule};

/// It is answered with 400.
pub(crate) const BAD_REQUEST: Fault = Fault("pull/repository-unknown/bad-request");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-manifests",
    needs: &[],
    check: |session| Box::pin(check(session)),
    faults: &[BAD_REQUEST],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let absent = session.content(10).digest;
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    session.expect_status(&answer, &[404]);
    let answer = session.send(pull_blob(&repository, &absent)).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
