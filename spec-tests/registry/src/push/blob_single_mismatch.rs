//! A single POST with a blob that does not hash to the digest is refused, and not stored.

use crate::client::Request;
use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, RegistryRule};

/// It is stored under the wrong digest.
pub(crate) const STORED: Fault = Fault("push/blob-single-mismatch/stored");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#single-post",
    check: |session| Box::pin(check(session)),
    faults: &[STORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (blob, sent) = (session.content(100), session.content(100));
    let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/?digest={}", blob.digest));
    let answer = session.send(request.body(sent.bytes)).await?;
    session.expect(&answer, answer.status != 201, "201", "400, or 202 where it is not supported");
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    session.expect(&answer, answer.status != 200, "the wrong bytes", "404");
    Ok(())
}
