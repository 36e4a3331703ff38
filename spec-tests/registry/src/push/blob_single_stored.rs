//! A blob that was pushed by a single POST is served.

use crate::client::Request;
use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, RegistryRule};

/// It is not.
pub(crate) const LOST: Fault = Fault("push/blob-single-stored/lost");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#single-post",
    check: |session| Box::pin(check(session)),
    faults: &[LOST],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/?digest={}", blob.digest));
    let answer = session.send(request.header("Content-Type", "application/octet-stream").body(blob.bytes.clone())).await?;

    if answer.status != 201 {
        return Err(Stop::Skip("the registry does not take blobs by a single POST".to_owned()));
    }
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
