//! A chunk without `Content-Range` is not described, and taken by almost every registry.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/chunk-streamed/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may(),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;

    let request = Request::new("PATCH", upload).header("Content-Type", "application/octet-stream");
    let answer = session.send(request.body(blob.bytes)).await?;
    session.record(answer.status.to_string());
    session.expect(&answer, answer.status < 300, answer.status.to_string(), "202");
    Ok(())
}
