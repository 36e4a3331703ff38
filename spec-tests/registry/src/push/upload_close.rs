//! Closing an upload with the whole blob is answered with 201 and a `Location`.

use crate::session::{Session, Stop, close_upload};
use crate::{Fault, RegistryRule};

/// The status is 202.
pub(crate) const ACCEPTED: Fault = Fault("push/upload-close/accepted");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(close_upload(&upload, &blob.digest).body(blob.bytes.clone())).await?;
    session.expect_status(&answer, &[201]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    Ok(())
}
