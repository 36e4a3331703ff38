//! A blob that does not hash to the digest it is pushed under is refused, and not stored.
//!
//! Content is found by its digest and trusted for it: a registry that stores the wrong bytes hands
//! them to everybody who asks for the right ones.

use crate::session::{Session, Stop, close_upload, pull_blob};
use crate::{Fault, Grade, RegistryRule};

/// It is stored under the wrong digest.
pub(crate) const STORED: Fault = Fault("push/blob-digest-mismatch/stored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#error-codes",
    check: |session| Box::pin(check(session)),
    faults: &[STORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (promised, sent) = (session.content(100), session.content(100));
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(close_upload(&upload, &promised.digest).body(sent.bytes)).await?;
    session.expect(&answer, (400..500).contains(&answer.status), answer.status.to_string(), "400");
    let answer = session.send(pull_blob(&repository, &promised.digest)).await?;
    session.expect(&answer, answer.status != 200, "the wrong bytes", "404");
    Ok(())
}
