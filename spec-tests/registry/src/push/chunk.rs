//! A chunk is answered with 202 and a `Location`.

use crate::session::{Session, Stop, chunk};
use crate::{Fault, RegistryRule};

/// The status is 200.
pub(crate) const OK: Fault = Fault("push/chunk/ok");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[OK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;

    let answer = session.send(chunk(&upload, "0-99", &blob.bytes)).await?;
    session.expect_status(&answer, &[202]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    Ok(())
}
