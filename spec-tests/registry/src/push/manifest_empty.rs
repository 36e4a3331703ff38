//! A manifest may have no layers, and an index no manifests.

use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// An image without layers is refused.
pub(crate) const REFUSED: Fault = Fault("push/manifest-empty/refused");

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

    manifest.set("layers", Tree::Array(Vec::new()));
    let index = Tree::object([
        ("schemaVersion", 2.into()),
        ("mediaType", media_type::INDEX.into()),
        ("manifests", Tree::Array(Vec::new())),
    ]);
    for (tag, image) in [("image", Image::of(&manifest, blobs)), ("index", Image::of(&index, Vec::new()))] {
        let answer = session.send(push_manifest(&repository, tag, &image)).await?;
        session.expect_taken(&answer);
    }
    Ok(())
}
