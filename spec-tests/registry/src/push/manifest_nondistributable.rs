//! A registry may take a manifest whose layer may not be distributed and is not there.
//!
//! Such layers are fetched from elsewhere, but a manifest may be refused for any content that is not there.

use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It has to be there.
pub(crate) const REFUSED: Fault = Fault("push/manifest-nondistributable/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may(),
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

    let absent = session.content(10).descriptor(media_type::NONDISTRIBUTABLE_TAR_GZIP);
    manifest.set("layers", Tree::Array(vec![absent]));
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    session.expect_taken(&answer);
    Ok(())
}
