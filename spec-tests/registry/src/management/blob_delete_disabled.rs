//! A registry that does not delete blobs answers with 400 or 405.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It answers with 403.
pub(crate) const FORBIDDEN: Fault = Fault("management/blob-delete-disabled/forbidden");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#deleting-blobs",
    needs: &[Need::Push, Need::KeepBlobs],
    check: |session| Box::pin(check(session)),
    faults: &[FORBIDDEN],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    session.push_blob(&repository, &blob).await?;

    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/blobs/{}", blob.digest))).await?;
    session.expect_status(&answer, &[400, 405]);
    Ok(())
}
