//! Deleting a manifest of a repository that does not exist is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Need, RegistryRule};

/// It is answered with 202.
pub(crate) const ACCEPTED: Fault = Fault("management/manifest-delete-unknown-repository/accepted");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#deleting-manifests",
    needs: &[Need::Push, Need::DeleteManifests],
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    // Where nothing can be pushed nobody knows whether anything is deleted, and a refusal says nothing.
    let other = session.repository();
    session.push_new_image(&other, "v1").await?;
    let repository = session.repository();
    let absent = session.content(10).digest;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/{absent}"))).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
