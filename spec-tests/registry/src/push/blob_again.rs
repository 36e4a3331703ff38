//! A blob that is there already can be pushed again.

use crate::session::{Session, Stop, close_upload};
use crate::{Fault, Grade, RegistryRule};

/// One of more than 500 bytes is refused with 409.
pub(crate) const REFUSED: Fault = Fault("push/blob-again/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(600);
    session.push_blob(&repository, &blob).await?;
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(close_upload(&upload, &blob.digest).body(blob.bytes)).await?;
    session.expect_taken(&answer);
    Ok(())
}
