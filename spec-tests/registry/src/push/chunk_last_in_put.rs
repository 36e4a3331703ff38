//! The last chunk may come with the request that closes the upload.

use crate::session::{Session, Stop, blocked, chunk, close_upload};
use crate::{Fault, RegistryRule};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/chunk-last-in-put/refused");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(chunk(&upload, "0-49", &blob.bytes.slice(..50))).await?;
    let Some(upload) = answer.location().filter(|_| answer.status == 202) else {
        return Err(blocked("push/chunk", &answer, "202 with a Location"));
    };

    let last = blob.bytes.slice(50..);
    let answer = session.send(close_upload(&upload, &blob.digest).header("Content-Range", "50-99").body(last)).await?;
    session.expect_taken(&answer);
    Ok(())
}
