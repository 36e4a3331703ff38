//! A last chunk that does not follow the one before it is answered with 416.

use crate::session::{Session, Stop, blocked, chunk, close_upload};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is added all the same.
pub(crate) const ACCEPTED: Fault = Fault("push/chunk-order-last/accepted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
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
    let answer = session.send(close_upload(&upload, &blob.digest).header("Content-Range", "70-119").body(last)).await?;
    session.expect_status(&answer, &[416]);
    Ok(())
}
