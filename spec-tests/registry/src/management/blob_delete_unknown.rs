//! Deleting a blob that is not there is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Need, RegistryRule};

/// It is answered with 202.
pub(crate) const ACCEPTED: Fault = Fault("management/blob-delete-unknown/accepted");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#deleting-blobs",
    needs: &[Need::Push, Need::DeleteBlobs],
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    session.push_blob(&repository, &blob).await?;

    let absent = session.content(10).digest;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/blobs/{absent}"))).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
