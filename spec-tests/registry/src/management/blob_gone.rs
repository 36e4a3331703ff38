//! A blob that was deleted is answered with 404 in its repository, and stays in every other.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, pull_blob};
use crate::{Fault, Grade, Need, RegistryRule};

/// It is still served.
pub(crate) const KEPT: Fault = Fault("management/blob-gone/kept");
/// It is deleted from every repository.
pub(crate) const EVERYWHERE: Fault = Fault("management/blob-gone/everywhere");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#deleting-blobs",
    needs: &[Need::Push, Need::DeleteBlobs],
    check: |session| Box::pin(check(session)),
    faults: &[KEPT, EVERYWHERE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    session.push_blob(&repository, &blob).await?;

    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/blobs/{}", blob.digest))).await?;
    if answer.status != 202 {
        return Err(blocked("management/blob-delete", &answer, "202"));
    }
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    session.expect_gone(&answer, "pull/blob-unknown")?;
    let (other, shared) = (session.repository(), session.content(10));
    session.push_blob(&repository, &shared).await?;
    session.push_blob(&other, &shared).await?;
    session.send(Request::new("DELETE", format!("/v2/{repository}/blobs/{}", shared.digest))).await?;
    let answer = session.send(pull_blob(&other, &shared.digest)).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
