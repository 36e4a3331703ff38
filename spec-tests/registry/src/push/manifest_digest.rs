//! The `Docker-Content-Digest` of a manifest that was pushed by digest is that digest.

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It names something else.
pub(crate) const WRONG: Fault = Fault("push/manifest-digest/wrong");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[WRONG],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, &image.manifest.digest, &image)).await?;
    let found = answer.header("docker-content-digest").unwrap_or(&image.manifest.digest).to_owned();
    session.expect(&answer, found == image.manifest.digest, found.as_str(), image.manifest.digest.as_str());
    Ok(())
}
