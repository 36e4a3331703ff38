//! Media types that a registry does not know are no reason to refuse a manifest.

use seaworthy_generators::tree::Tree;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// A layer of an unknown type is refused.
pub(crate) const REFUSED: Fault = Fault("push/manifest-unknown-types/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (mut manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let config = blobs[0].descriptor("application/vnd.seaworthy.config");
    let layer = blobs[1].descriptor("application/vnd.seaworthy.layer");
    manifest.set("config", config);
    manifest.set("layers", Tree::Array(vec![layer]));
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    session.expect_taken(&answer);
    Ok(())
}
