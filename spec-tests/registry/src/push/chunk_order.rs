//! A chunk that does not follow the one before it is answered with 416, and not taken.
//!
//! A registry that takes chunks in the order in which they arrive puts together something else.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// It is added all the same.
pub(crate) const ACCEPTED: Fault = Fault("push/chunk-order/accepted");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;
    let request = Request::new("PATCH", upload)
        .header("Content-Type", "application/octet-stream")
        .header("Content-Range", "50-99")
        .body(blob.bytes.slice(50..));
    let answer = session.send(request).await?;
    session.expect_status(&answer, &[416]);
    Ok(())
}
