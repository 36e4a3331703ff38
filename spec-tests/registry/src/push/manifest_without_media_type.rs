//! A manifest without a `mediaType` of its own is taken.

use seaworthy_image::media_type;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/manifest-without-media-type/refused");

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

    manifest.remove("mediaType");
    let mut image = Image::of(&manifest, blobs);
    media_type::MANIFEST.clone_into(&mut image.media_type);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;
    session.expect_taken(&answer);
    Ok(())
}
