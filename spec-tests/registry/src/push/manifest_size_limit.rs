//! A manifest that is too large is answered with 413.

use seaworthy_generators::tree::Tree;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is answered with 400.
pub(crate) const BAD_REQUEST: Fault = Fault("push/manifest-size-limit/bad-request");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[BAD_REQUEST],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (mut manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    for size in [8, 16, 32] {
        let text = "x".repeat(size << 20);
        manifest.set("annotations", Tree::object([("dev.seaworthy.size", text.as_str().into())]));
        let image = Image::of(&manifest, blobs.clone());
        let answer = session.send(push_manifest(&repository, "v1", &image)).await?;
        if answer.status >= 300 {
            session.expect_status(&answer, &[413]);
            return Ok(());
        }
    }
    session.record("no limit up to 32 MiB");
    Ok(())
}
