//! A single POST with the digest and the blob is answered with 201 and a `Location`, or with 202 and an upload.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// There is no `Location`.
pub(crate) const NO_LOCATION: Fault = Fault("push/blob-single/no-location");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#single-post",
    check: |session| Box::pin(check(session)),
    faults: &[NO_LOCATION],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/?digest={}", blob.digest));
    let answer = session.send(request.header("Content-Type", "application/octet-stream").body(blob.bytes.clone())).await?;

    session.expect_status(&answer, &[201, 202]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    Ok(())
}
