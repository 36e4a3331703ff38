//! Deleting a blob is answered with 202.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Need, RegistryRule};

/// The status is 200.
pub(crate) const OK: Fault = Fault("management/blob-delete/ok");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#deleting-blobs",
    needs: &[Need::Push, Need::DeleteBlobs],
    check: |session| Box::pin(check(session)),
    faults: &[OK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    session.push_blob(&repository, &blob).await?;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/blobs/{}", blob.digest))).await?;
    session.expect_status(&answer, &[202]);
    Ok(())
}
