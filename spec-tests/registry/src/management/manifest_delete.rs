//! Deleting a manifest is answered with 202.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Need, RegistryRule};

/// The status is 200.
pub(crate) const OK: Fault = Fault("management/manifest-delete/ok");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#deleting-manifests",
    needs: &[Need::Push, Need::DeleteManifests],
    check: |session| Box::pin(check(session)),
    faults: &[OK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;

    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/{}", image.manifest.digest))).await?;
    session.expect_status(&answer, &[202]);
    Ok(())
}
