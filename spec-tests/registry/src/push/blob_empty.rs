//! A blob of no bytes can be pushed and pulled.

use crate::session::{Content, Session, Stop, close_upload, pull_blob};
use crate::{Fault, Grade, RegistryRule};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/blob-empty/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let empty = Content::new("");
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(close_upload(&upload, &empty.digest)).await?;
    if session.expect_taken(&answer) {
        let answer = session.send(pull_blob(&repository, &empty.digest)).await?;
        session.expect(&answer, answer.status == 200 && answer.body.is_empty(), answer.status.to_string(), "200 and no bytes");
    }
    Ok(())
}
