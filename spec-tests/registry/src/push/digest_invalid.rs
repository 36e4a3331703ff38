//! A blob under a digest that is malformed, or of an algorithm that is not supported, is answered with 400.

use crate::session::{Session, Stop, close_upload};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is answered with 409.
pub(crate) const CONFLICT: Fault = Fault("push/digest-invalid/conflict");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#pushing-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[CONFLICT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    for digest in ["sha256:zz", "foo:bar", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256"] {
        let upload = session.open_upload(&repository).await?;
        let answer = session.send(close_upload(&upload, digest).body(blob.bytes.clone())).await?;
        session.expect_status(&answer, &[400]);
    }
    Ok(())
}
