//! Parameters of the `Content-Type` with which a manifest is pushed are ignored.

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// They are refused.
pub(crate) const REFUSED: Fault = Fault("push/manifest-content-type-parameters/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let mut image = Image::of(&manifest, blobs);
    image.media_type.push_str("; charset=utf-8");
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;
    session.expect_taken(&answer);
    Ok(())
}
