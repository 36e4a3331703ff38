//! A manifest may have a subject that is not there yet.

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It is refused.
pub(crate) const REFUSED: Fault = Fault("push/manifest-subject-unknown/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#push",
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

    let subject = session.image();
    manifest.set("subject", subject.manifest.descriptor(&subject.media_type));
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    session.expect_taken(&answer);
    Ok(())
}
