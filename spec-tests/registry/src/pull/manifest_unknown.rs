//! A manifest that the repository does not hold is answered with 404, by tag and by digest.

use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, RegistryRule};

/// It is answered with 204.
pub(crate) const NO_CONTENT: Fault = Fault("pull/manifest-unknown/no-content");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let absent = session.content(10).digest;
    for reference in ["absent", absent.as_str()] {
        let answer = session.send(pull_manifest(&repository, reference)).await?;
        session.expect_status(&answer, &[404]);
    }
    Ok(())
}
