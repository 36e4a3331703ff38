//! HEAD of a stored blob is answered with 200.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// It is answered with 404.
pub(crate) const ABSENT: Fault = Fault("pull/blob-head/absent");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#checking-if-content-exists-in-the-registry",
    check: |session| Box::pin(check(session)),
    faults: &[ABSENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    session.push_blob(&repository, &blob).await?;
    let answer = session.send(Request::new("HEAD", format!("/v2/{repository}/blobs/{}", blob.digest))).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
