//! A manifest that was deleted is answered with 404, by its digest and by every tag that pointed to it.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is still served.
pub(crate) const KEPT: Fault = Fault("management/manifest-gone/kept");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "spec.md#deleting-manifests",
    needs: &[Need::Push, Need::DeleteManifests],
    check: |session| Box::pin(check(session)),
    faults: &[KEPT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;

    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/{}", image.manifest.digest))).await?;
    if answer.status != 202 {
        return Err(blocked("management/manifest-delete", &answer, "202"));
    }
    for reference in ["v1", image.manifest.digest.as_str()] {
        let answer = session.send(pull_manifest(&repository, reference)).await?;
        session.expect_gone(&answer, "pull/manifest-unknown")?;
    }
    Ok(())
}
