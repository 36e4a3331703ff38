//! A manifest of four megabytes is taken.

use seaworthy_generators::tree::Tree;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// More than a mebibyte is refused.
pub(crate) const SMALL: Fault = Fault("push/manifest-size/small");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[SMALL],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (mut manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    manifest.set("annotations", Tree::object([("dev.seaworthy.size", "x".repeat(3_999_000).as_str().into())]));
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    session.expect_taken(&answer);
    Ok(())
}
