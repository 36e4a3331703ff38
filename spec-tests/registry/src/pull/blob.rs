//! A blob that was pushed is served under its digest, with 200 and unchanged.

use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, RegistryRule};

/// A byte is another.
pub(crate) const CHANGED_BYTE: Fault = Fault("pull/blob/changed-byte");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[CHANGED_BYTE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(1000);
    session.push_blob(&repository, &blob).await?;
    let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
    if session.expect_status(&answer, &[200]) {
        session.expect(&answer, answer.body == blob.bytes, "other bytes", "the bytes that were pushed");
    }
    Ok(())
}
