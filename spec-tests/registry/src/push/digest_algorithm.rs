//! An upload may be opened for another algorithm than SHA-256, with `digest-algorithm`.

use seaworthy_image::digest::Algorithm;

use crate::client::Request;
use crate::session::{Content, Session, Stop, blocked, close_upload};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// SHA-512 is refused.
pub(crate) const REFUSED: Fault = Fault("push/digest-algorithm/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = Content::with(Algorithm::Sha512, session.content(100).bytes);
    let path = format!("/v2/{repository}/blobs/uploads/?digest-algorithm=sha512");
    let answer = session.send(Request::new("POST", path)).await?;
    if !session.expect_taken(&answer) {
        return Ok(());
    }
    let Some(upload) = answer.location() else {
        return Err(blocked("push/upload-open", &answer, "202 with a Location"));
    };
    let answer = session.send(close_upload(&upload, &blob.digest).body(blob.bytes)).await?;
    if answer.status >= 300 {
        return Err(blocked("push/blob-sha512", &answer, "201"));
    }
    Ok(())
}
