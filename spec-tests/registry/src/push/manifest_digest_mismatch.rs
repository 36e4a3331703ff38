//! A manifest that does not hash to the digest it is pushed under is refused, and not stored.

use crate::session::{Image, Session, Stop, pull_manifest, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It is stored under the wrong digest.
pub(crate) const STORED: Fault = Fault("push/manifest-digest-mismatch/stored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[STORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let image = Image::of(&manifest, blobs);
    let absent = session.content(10).digest;
    let answer = session.send(push_manifest(&repository, &absent, &image)).await?;
    session.expect(&answer, (400..500).contains(&answer.status), answer.status.to_string(), "400");
    let answer = session.send(pull_manifest(&repository, &absent)).await?;
    session.expect(&answer, answer.status != 200, "another manifest", "404");
    Ok(())
}
