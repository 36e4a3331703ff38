//! The answer to a chunk tells in `Range` how far the upload has come: `0-` and the last byte.

use crate::session::{Session, Stop, blocked, chunk};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no `Range`.
pub(crate) const MISSING: Fault = Fault("push/chunk-range/missing");
/// It tells the size instead of the last byte.
pub(crate) const SIZE: Fault = Fault("push/chunk-range/size");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[MISSING, SIZE],
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

    let found = answer.header("range").unwrap_or("no Range").to_owned();
    session.expect(&answer, found == "0-49", found.as_str(), "0-49");
    let answer = session.send(chunk(&upload, "50-99", &blob.bytes.slice(50..))).await?;
    let found = answer.header("range").unwrap_or("no Range").to_owned();
    session.expect(&answer, found == "0-99", found.as_str(), "0-99");
    Ok(())
}
