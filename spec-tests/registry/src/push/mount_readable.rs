//! A blob that was mounted is served.

use crate::client::Request;
use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, Grade, RegistryRule};

/// It is not.
pub(crate) const LOST: Fault = Fault("push/mount-readable/lost");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[LOST],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (from, repository) = (session.repository(), session.repository());
    let blob = session.content(100);
    session.push_blob(&from, &blob).await?;
    let path = format!("/v2/{repository}/blobs/uploads/?mount={}&from={from}", blob.digest);
    let answer = session.send(Request::new("POST", path)).await?;

    if answer.status != 201 {
        return Err(Stop::Skip("the registry does not mount blobs".to_owned()));
    }
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
