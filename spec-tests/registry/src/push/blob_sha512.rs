//! A blob can be pushed and pulled under its SHA-512 digest.

use seaworthy_image::digest::Algorithm;

use crate::session::{Content, Session, Stop, close_upload, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/blob-sha512/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = Content::with(Algorithm::Sha512, session.content(100).bytes);
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(close_upload(&upload, &blob.digest).body(blob.bytes.clone())).await?;
    if session.expect_taken(&answer) {
        let answer = session.send(pull_blob(&repository, &blob.digest)).await?;
        session.expect(&answer, answer.status == 200, answer.status.to_string(), "200");
    }
    Ok(())
}
