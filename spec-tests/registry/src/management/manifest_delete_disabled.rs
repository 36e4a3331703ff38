//! A registry that does not delete manifests answers with 400 or 405.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It answers with 403.
pub(crate) const FORBIDDEN: Fault = Fault("management/manifest-delete-disabled/forbidden");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#deleting-manifests",
    needs: &[Need::Push, Need::KeepManifests],
    check: |session| Box::pin(check(session)),
    faults: &[FORBIDDEN],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;

    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/{}", image.manifest.digest))).await?;
    session.expect_status(&answer, &[400, 405]);
    Ok(())
}
