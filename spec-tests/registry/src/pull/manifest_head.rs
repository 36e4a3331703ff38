//! HEAD of a stored manifest is answered with 200, by tag and by digest.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// It is answered with 404.
pub(crate) const ABSENT: Fault = Fault("pull/manifest-head/absent");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#checking-if-content-exists-in-the-registry",
    check: |session| Box::pin(check(session)),
    faults: &[ABSENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    for reference in ["v1", image.manifest.digest.as_str()] {
        let request = Request::new("HEAD", format!("/v2/{repository}/manifests/{reference}"));
        let answer = session.send(request.accepting_manifests()).await?;
        session.expect_status(&answer, &[200]);
    }
    Ok(())
}
