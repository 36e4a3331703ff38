//! The `Location` that closes an upload serves the blob.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, close_upload};
use crate::{Fault, RegistryRule};

/// It leads to the manifests.
pub(crate) const ELSEWHERE: Fault = Fault("push/upload-location/elsewhere");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[ELSEWHERE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;

    let answer = session.send(close_upload(&upload, &blob.digest).body(blob.bytes.clone())).await?;
    let Some(location) = answer.location().filter(|_| answer.status == 201) else {
        return Err(blocked("push/upload-close", &answer, "201 with a Location"));
    };
    let answer = session.send(Request::new("GET", location)).await?;
    let is_blob = answer.status == 200 && answer.body.len() == blob.bytes.len();
    session.expect(&answer, is_blob, answer.status.to_string(), "200 and the blob");
    Ok(())
}
