//! Pushing a manifest, under a tag or under its digest, is answered with 201 and a `Location`.

use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, RegistryRule};

/// The status is 200.
pub(crate) const OK: Fault = Fault("push/manifest/ok");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[OK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.image();
    for blob in &image.blobs {
        session.push_blob(&repository, blob).await?;
    }
    for reference in ["v1", image.manifest.digest.as_str()] {
        let answer = session.send(push_manifest(&repository, reference, &image)).await?;
        session.expect_status(&answer, &[201]);
        session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    }
    Ok(())
}
