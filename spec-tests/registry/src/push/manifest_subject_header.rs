//! A registry that lists referrers answers a manifest with a subject with `OCI-Subject`.
//!
//! Without it clients keep the list themselves, under a tag.

use crate::session::{Image, Session, Stop, push_manifest};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const MISSING: Fault = Fault("push/manifest-subject-header/missing");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests-with-subject",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[MISSING],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (mut manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let subject = session.push_new_image(&repository, "subject").await?;
    manifest.set("subject", subject.manifest.descriptor(&subject.media_type));
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    let found = answer.header("oci-subject").unwrap_or("no OCI-Subject").to_owned();
    session.expect(&answer, found == subject.manifest.digest, found.as_str(), subject.manifest.digest.as_str());
    Ok(())
}
