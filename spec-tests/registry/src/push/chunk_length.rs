//! A chunk is as long as its `Content-Range` says, or it is refused.
//!
//! The specification tells clients to send it so, and leaves it to the registry whether it looks.

use crate::session::{Session, Stop, chunk};
use crate::{Fault, Grade, RegistryRule};

/// It is taken.
pub(crate) const TAKEN: Fault = Fault("push/chunk-length/taken");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may(),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[TAKEN],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    for range in ["0-99", "0-3"] {
        let upload = session.open_upload(&repository).await?;
        let answer = session.send(chunk(&upload, range, &blob.bytes)).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, format!("{} for 10 bytes as {range}", answer.status), "a refusal");
    }
    Ok(())
}
